//! Dates as trackers write them. The day is taken as it is written: times and zones behind it are left out.

use kedge_model::Date;

/// Which number comes first where a date is three numbers with strokes between: `03/04/2026`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    /// 3 April.
    DayFirst,
    /// 4 March.
    MonthFirst,
}

impl DateOrder {
    /// What the dates of a source show together: one with a number over 12 decides for all. `None` where none does, or
    /// where they disagree.
    pub(crate) fn of<'a>(cells: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let (mut day_first, mut month_first) = (false, false);
        for cell in cells {
            if let Some((first, second, _)) = three_numbers(cell, &['/', '-']) {
                day_first |= first > 12 && second <= 12;
                month_first |= second > 12 && first <= 12;
            }
        }
        match (day_first, month_first) {
            (true, false) => Some(Self::DayFirst),
            (false, true) => Some(Self::MonthFirst),
            _ => None,
        }
    }
}

/// The day that a cell names.
///
/// `2026-10-02…`, `2026/10/02`, `02.10.2026`, `02/Oct/26 9:05 AM`, `Oct 2, 2026`, `Fri Oct 02 2026 17:00:00 GMT+0000`;
/// `03/04/2026` only with an order. Month names in English, German, French, Spanish, Portuguese, Italian and Dutch, or
/// their first three letters. A year of two digits is 1970 to 2069.
pub(crate) fn day(cell: &str, order: Option<DateOrder>) -> Option<Date> {
    let cell = cell.trim();
    if let Some(date) = year_first(cell) {
        return Some(date);
    }
    if let Some((day, month, rest)) = three_numbers(cell, &['.']) {
        return date(rest, month, day);
    }
    if let Some((first, second, rest)) = three_numbers(cell, &['/', '-']) {
        return match order {
            Some(DateOrder::DayFirst) => date(rest, second, first),
            Some(DateOrder::MonthFirst) => date(rest, first, second),
            // The same either way, or only one way.
            None if first == second || first > 12 => date(rest, second, first),
            None if second > 12 => date(rest, first, second),
            None => None,
        };
    }
    with_month_name(cell)
}

/// Whether a cell is a date whose order is not known.
pub(crate) fn is_ambiguous(cell: &str, order: Option<DateOrder>) -> bool {
    order.is_none() && day(cell, None).is_none() && day(cell, Some(DateOrder::DayFirst)).is_some()
}

fn date(year: u32, month: u32, day: u32) -> Option<Date> {
    let year = match year {
        0..=69 => 2000 + year,
        70..=99 => 1900 + year,
        1000..=9999 => year,
        _ => return None,
    };
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?)
}

fn number(text: &str) -> Option<u32> {
    (!text.is_empty() && text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

/// `2026-10-02` and `2026/10/02`, whatever stands behind.
fn year_first(cell: &str) -> Option<Date> {
    let (year, rest) = cell.split_once(['-', '/'])?;
    let (month, rest) = rest.split_once(['-', '/'])?;
    if year.len() != 4 {
        return None;
    }
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    date(number(year)?, number(month)?, number(rest.get(..end)?)?)
}

/// Three numbers with one of the marks between, and the third ended by a space or the end: the first two, and the year.
fn three_numbers(cell: &str, marks: &[char]) -> Option<(u32, u32, u32)> {
    let cell = cell.trim();
    let (first, rest) = cell.split_once(marks)?;
    let (second, rest) = rest.split_once(marks)?;
    let third = rest.trim_start().split([' ', ',', 'T']).next()?;
    let (first, second) = (number(first.trim())?, number(second.trim())?);
    ((1..=31).contains(&first) && (1..=31).contains(&second) && matches!(third.len(), 2 | 4))
        .then(|| Some((first, second, number(third)?)))
        .flatten()
}

/// `02/Oct/26`, `2 October 2026`, `Oct 2, 2026`, `Fri Oct 02 2026`.
fn with_month_name(cell: &str) -> Option<Date> {
    let words: Vec<&str> =
        cell.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).take(5).collect();
    // French and Spanish Tuesdays begin like March; the month is the later.
    let at = words.iter().rposition(|word| month(word).is_some())?;
    let month = month(words.get(at)?)?;
    let before = at.checked_sub(1).and_then(|before| number(words.get(before)?));
    match before {
        Some(day) => date(number(words.get(at + 1)?)?, month, day),
        None => date(number(words.get(at + 2)?)?, month, number(words.get(at + 1)?)?),
    }
}

fn month(word: &str) -> Option<u32> {
    /// The first letters of the months' names, longer ones first where one begins another.
    const NAMES: [(&str, u32); 41] = [
        ("juil", 7),
        ("juin", 6),
        ("jan", 1),
        ("ene", 1),
        ("gen", 1),
        ("feb", 2),
        ("fev", 2),
        ("fév", 2),
        ("mar", 3),
        ("mär", 3),
        ("mrz", 3),
        ("maa", 3),
        ("mrt", 3),
        ("apr", 4),
        ("avr", 4),
        ("abr", 4),
        ("may", 5),
        ("mai", 5),
        ("mei", 5),
        ("mag", 5),
        ("jun", 6),
        ("giu", 6),
        ("jul", 7),
        ("lug", 7),
        ("aug", 8),
        ("aou", 8),
        ("aoû", 8),
        ("ago", 8),
        ("sep", 9),
        ("set", 9),
        ("oct", 10),
        ("okt", 10),
        ("out", 10),
        ("ott", 10),
        ("nov", 11),
        ("dec", 12),
        ("dez", 12),
        ("déc", 12),
        ("dic", 12),
        ("janv", 1),
        ("sept", 9),
    ];
    let word = word.to_lowercase();
    NAMES.iter().find(|(name, _)| word.starts_with(name)).map(|(_, month)| *month)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn dates_read_as_trackers_write_them() {
        let read = |cell| day(cell, None).map(|date| date.to_string());
        for cell in [
            "2026-10-02",
            "2026-10-02T08:47:49Z",
            "2026-10-02 08:47",
            "2026/10/02",
            "02/Oct/26 9:05 AM",
            "02/oct./26 12:00 AM",
            "02-Okt-2026",
            "2. Oktober 2026",
            "02.10.2026 08:47",
            "02.10.26",
            "Oct 2, 2026",
            "Fri Oct 02 2026 17:00:00 GMT+0000 (GMT+00:00)",
            "ven. 02 oct. 2026",
            "mar. 02 oct. 2026",
        ] {
            assert_eq!(read(cell).as_deref(), Some("2026-10-02"), "{cell}");
        }
        assert_eq!(read("25/Dec/13 3:48 PM").as_deref(), Some("2013-12-25"));
        assert_eq!(read("31/12/2026").as_deref(), Some("2026-12-31"), "only one way");
        for cell in [
            "",
            "soon",
            "03/04/2026",
            "31/02/2026",
            "2026-13-01",
            "Q4 2026",
            "99/99/99",
            "2026年10月2日",
            "é/é/é",
        ] {
            assert_eq!(read(cell), None, "{cell}");
        }
        assert!(is_ambiguous("03/04/2026", None));
        assert_eq!(day("03/04/2026", Some(DateOrder::MonthFirst)).unwrap().to_string(), "2026-03-04");
    }

    #[test]
    fn one_date_decides_the_order_of_all() {
        assert_eq!(DateOrder::of(["03/04/2026", "13/04/2026 10:00"]), Some(DateOrder::DayFirst));
        assert_eq!(DateOrder::of(["03/04/26", "04/13/26"]), Some(DateOrder::MonthFirst));
        assert_eq!(DateOrder::of(["03/04/26"]), None);
        assert_eq!(DateOrder::of(["13/04/26", "04/13/26"]), None);
    }

    proptest! {
        #[test]
        fn any_cell_is_read_or_not(cell in ".{0,30}") {
            let _ = day(&cell, None);
            let _ = DateOrder::of([cell.as_str()]);
        }

        #[test]
        fn the_browsers_form_reads_back(ordinal in 0i64..36_000) {
            let date = Date::from_ordinal(ordinal);
            let cell = format!("Fri {} {:02} {} 17:00:00 GMT+0000", &date.month_name()[..3], date.day(), date.year());
            prop_assert_eq!(day(&cell, None), Some(date));
        }
    }
}
