//! A list as people say it.

/// Names and phrases in one sentence: `a`, `a and b`, `a, b and c`; nothing where there are none.
///
/// ```
/// assert_eq!(kedge_model::listed(["search", "payments", "returns"]), "search, payments and returns");
/// ```
pub fn listed<T: AsRef<str>>(things: impl IntoIterator<Item = T>) -> String {
    let things: Vec<T> = things.into_iter().collect();
    match things.as_slice() {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", first.join(", "), last.as_ref())
        }
    }
}
