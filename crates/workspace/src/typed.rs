//! How paths stand in commands that somebody is to type.

use std::path::Path;

/// The path as a shell reads it: an address of a database, or a name with a space, is quoted.
///
/// ```
/// use kedge_workspace::typed;
/// use std::path::Path;
/// assert_eq!(typed(Path::new("harbour.store")), "harbour.store");
/// assert_eq!(typed(Path::new("our plans")), "'our plans'");
/// ```
pub fn typed(path: &Path) -> String {
    let path = path.display().to_string();
    // What cannot be quoted has a zero byte in it, and is no path.
    shlex::try_quote(&path).map_or(path.clone(), std::borrow::Cow::into_owned)
}
