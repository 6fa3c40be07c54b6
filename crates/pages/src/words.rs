//! How pages say things: cases of 100, dates, money a week, lists. Plain words; never blame.

use kedge_model::{Date, Money, Probability, Share, WorkDays};

/// `86 of 100 cases`; `every case` and `no case` only where it is exactly that.
///
/// ```
/// use kedge_model::Probability;
/// use kedge_pages::words::cases;
/// assert_eq!(cases(Probability::percent(86)), "86 of 100 cases");
/// assert_eq!(cases(Probability::clamped(0.9999)), "99 of 100 cases");
/// assert_eq!(cases(Probability::ONE), "every case");
/// ```
pub fn cases(chance: Probability) -> String {
    match chance.cases_of_100() {
        0 => "no case".into(),
        100 => "every case".into(),
        cases => format!("{cases} of 100 cases"),
    }
}

/// `86 ± 1 of 100 cases`: a chance with two standard errors of its sampling, rounded up to a whole case.
///
/// Only where it follows from the facts, and not from trials, is there nothing after the number.
pub fn cases_within(chance: kedge_forecast::Chance) -> String {
    let share = chance.share.cases_of_100();
    if chance.error == 0.0 {
        return cases(chance.share);
    }
    format!("{share} ± {} of 100 cases", (200.0 * chance.error).ceil())
}

/// `86%`, rounded as cases are: never 0 or 100 unless it is exactly that.
pub fn percent(chance: Probability) -> String {
    format!("{}%", chance.cases_of_100())
}

/// A share of a value, `90%`.
pub fn share(share: Share) -> String {
    percent(Probability::clamped(share.get()))
}

/// `40k a week`.
pub fn a_week(money: Money) -> String {
    format!("{} a week", money.rounded())
}

/// With its sign: `+150k`, `−310k`, `0`.
pub fn signed(money: Money) -> String {
    let text = money.rounded();
    if money.amount() >= 0.5 { format!("+{text}") } else { text }
}

/// A day as a sentence says it, seen from the as-of date: `today`, `tomorrow`, `10 December`.
pub fn day(date: Date, as_of: Date) -> String {
    match date.days_since(as_of) {
        0 => "today".into(),
        1 => "tomorrow".into(),
        _ => date.in_words(as_of),
    }
}

/// A day as a list or a table says it: `today`, `10 Dec`.
pub fn short_day(date: Date, as_of: Date) -> String {
    if date == as_of { "today".into() } else { date.short(as_of) }
}

/// `1 day`, `12 days`; the past and the future alike.
pub fn days_between(date: Date, as_of: Date) -> String {
    let days = date.days_since(as_of).unsigned_abs();
    counted(usize::try_from(days).unwrap_or(usize::MAX), "day", "days")
}

/// Weeks of work, `2.4 weeks`, or days where it is under a week. `days_a_week` is the calendar's.
pub fn work(days: WorkDays, days_a_week: f64) -> String {
    let weeks = days.0 / days_a_week.max(1.0);
    let plain = |number: f64| {
        let text = format!("{number:.1}");
        text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned)
    };
    let (number, one, many) =
        if weeks >= 0.995 { (plain(weeks), "week", "weeks") } else { (plain(days.0), "day", "days") };
    format!("{number} {}", if number == "1" { one } else { many })
}

/// `1 ask`, `7 asks`.
pub fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// The number as a word up to twelve, in figures beyond.
pub fn number(count: usize) -> String {
    const WORDS: [&str; 13] = [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve",
    ];
    WORDS.get(count).map_or_else(|| count.to_string(), |word| (*word).to_owned())
}

/// `three asks`, `one ask`, `no asks`.
pub fn number_of(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", number(count), if count == 1 { one } else { many })
}

/// The text with its first letter as a capital.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The text with a full stop, where it ends in nothing else.
pub fn sentence(text: &str) -> String {
    let text = capital(text.trim());
    if text.is_empty() || text.ends_with(['.', '!', '?', ':', '…']) { text } else { format!("{text}.") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_are_said_as_people_say_them() {
        let as_of: Date = "2026-10-14".parse().unwrap();
        assert_eq!(day(as_of, as_of), "today");
        assert_eq!(day("2026-12-10".parse().unwrap(), as_of), "10 December");
        assert_eq!(days_between("2026-10-02".parse().unwrap(), as_of), "12 days");
        assert_eq!(number_of(7, "ask", "asks"), "seven asks");
        assert_eq!(capital("élan"), "Élan");
        assert_eq!(sentence("nobody asked"), "Nobody asked.");
        assert_eq!(work(WorkDays(12.0), 5.0), "2.4 weeks");
        assert_eq!(work(WorkDays(5.0), 5.0), "1 week");
        assert_eq!(work(WorkDays(3.0), 5.0), "3 days");
        assert_eq!(signed(Money::new(150_000.0)), "+150k");
        assert_eq!(signed(Money::new(-310_000.0)), "−310k");
        assert_eq!(signed(Money::new(0.2)), "0");
    }
}
