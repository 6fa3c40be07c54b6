//! Civil dates, and the period a plan is for.

use crate::literal::LiteralError;
use serde::{Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A day of the civil calendar, without a time or a zone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(jiff::civil::Date);

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    /// Monday first.
    pub const ALL: [Self; 7] = [
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
    ];

    /// `mon` … `sun`, as the plan language writes it.
    pub fn short(self) -> &'static str {
        ["mon", "tue", "wed", "thu", "fri", "sat", "sun"][self as usize]
    }
}

impl FromStr for Weekday {
    type Err = LiteralError;
    fn from_str(text: &str) -> Result<Self, LiteralError> {
        Self::ALL.into_iter().find(|day| day.short() == text).ok_or_else(|| {
            LiteralError::new(format!("`{text}` is not a day of the week")).fix("write `mon` … `sun`")
        })
    }
}

impl Date {
    /// A date from year, month and day; `None` where there is no such day.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        jiff::civil::Date::new(year, month, day).ok().map(Self)
    }

    /// The day `days` after this one (before, where negative); stays at the calendar's ends (years −9999 and 9999).
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        let span = jiff::Span::new().try_days(days);
        Self(span.map_or(if days < 0 { jiff::civil::Date::MIN } else { jiff::civil::Date::MAX }, |span| {
            self.0.saturating_add(span)
        }))
    }

    /// Calendar days from `earlier` to this day; negative where this day is first.
    pub fn days_since(self, earlier: Self) -> i64 {
        self.ordinal() - earlier.ordinal()
    }

    /// Days since 1970-01-01.
    pub fn ordinal(self) -> i64 {
        let epoch = jiff::civil::date(1970, 1, 1);
        self.0.since((jiff::Unit::Day, epoch)).map_or(0, |span| i64::from(span.get_days()))
    }

    /// The day so many days after 1970-01-01.
    pub fn from_ordinal(days: i64) -> Self {
        Self(jiff::civil::date(1970, 1, 1)).plus_days(days)
    }

    /// Its day of the week.
    pub fn weekday(self) -> Weekday {
        Weekday::ALL[self.0.weekday().to_monday_zero_offset().rem_euclid(7) as usize]
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The month, 1 to 12.
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// The day of the month, from 1.
    pub fn day(self) -> i8 {
        self.0.day()
    }

    /// The month's English name.
    pub fn month_name(self) -> &'static str {
        [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ][(self.month() - 1).rem_euclid(12) as usize]
    }

    /// As people read it: `10 December`, with the year where it is not `near`'s.
    ///
    /// ```
    /// use kedge_model::Date;
    /// let day = Date::new(2027, 1, 4).unwrap();
    /// assert_eq!(day.in_words(Date::new(2026, 10, 1).unwrap()), "4 January 2027");
    /// ```
    pub fn in_words(self, near: Self) -> String {
        if self.year() == near.year() {
            format!("{} {}", self.day(), self.month_name())
        } else {
            format!("{} {} {}", self.day(), self.month_name(), self.year())
        }
    }

    /// As a table shows it: `10 Dec`, with the year where it is not `near`'s.
    pub fn short(self, near: Self) -> String {
        let month = &self.month_name()[..3];
        if self.year() == near.year() {
            format!("{} {month}", self.day())
        } else {
            format!("{} {month} {}", self.day(), self.year())
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl FromStr for Date {
    type Err = LiteralError;
    fn from_str(text: &str) -> Result<Self, LiteralError> {
        let error = || LiteralError::new(format!("`{text}` is not a date")).fix("write it as `2026-12-10`");
        let shape = text.len() == 10 && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-';
        if !shape {
            return Err(error());
        }
        text.parse().map(Self).map_err(|_| error())
    }
}

/// The days a plan is for, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Period {
    from: Date,
    until: Date,
}

impl Period {
    /// The period from the first to the last day; `None` where the last comes before the first.
    pub fn new(from: Date, until: Date) -> Option<Self> {
        (from <= until).then_some(Self { from, until })
    }

    /// Reads `2026-Q4`, `2026-H2` or `2026`, where the year's first month is `first_month` (1 to 12) and a year is named
    /// after the calendar year in which it begins.
    ///
    /// # Errors
    /// When the text is none of these forms.
    pub fn named(text: &str, first_month: u8) -> Result<Self, LiteralError> {
        let error = || {
            LiteralError::new(format!("`{text}` is not a period"))
                .fix("write `2026-Q4`, `2026-H2` or `2026`, or use `from` and `until`")
        };
        let (year, part) = text.split_once('-').map_or((text, None), |(year, part)| (year, Some(part)));
        if year.len() != 4 || !year.bytes().all(|b| b.is_ascii_digit()) {
            return Err(error());
        }
        let year: i32 = year.parse().map_err(|_| error())?;
        let (first, months) = match part {
            None => (0, 12),
            Some("Q1") => (0, 3),
            Some("Q2") => (3, 3),
            Some("Q3") => (6, 3),
            Some("Q4") => (9, 3),
            Some("H1") => (0, 6),
            Some("H2") => (6, 6),
            Some(_) => return Err(error()),
        };
        let start = |months: i32| {
            let month = i32::from(first_month.clamp(1, 12)) - 1 + months;
            Date::new((year + month.div_euclid(12)) as i16, (month.rem_euclid(12) + 1) as i8, 1)
        };
        let (Some(from), Some(next)) = (start(first), start(first + months)) else { return Err(error()) };
        Self::new(from, next.plus_days(-1)).ok_or_else(error)
    }

    /// The first day.
    pub fn from(self) -> Date {
        self.from
    }

    /// The last day.
    pub fn until(self) -> Date {
        self.until
    }

    /// Whether the day lies in the period.
    pub fn contains(self, date: Date) -> bool {
        self.from <= date && date <= self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn quarters_follow_the_first_month() {
        let q4 = Period::named("2026-Q4", 1).unwrap();
        assert_eq!((q4.from(), q4.until()), (date("2026-10-01"), date("2026-12-31")));
        let fiscal = Period::named("2026-Q4", 4).unwrap();
        assert_eq!((fiscal.from(), fiscal.until()), (date("2027-01-01"), date("2027-03-31")));
        assert!(Period::named("2026-Q5", 1).is_err());
        assert!(Period::named("99999999999-Q1", 1).is_err());
    }

    #[test]
    fn days_count_and_stay_in_the_calendar() {
        assert_eq!(date("2027-01-04").days_since(date("2026-12-10")), 25);
        assert_eq!(Date::from_ordinal(date("2026-10-01").ordinal()), date("2026-10-01"));
        assert_eq!(date("2026-10-01").weekday(), Weekday::Thursday);
        assert_eq!(date("2026-10-01").plus_days(i64::MAX), date("9999-12-31"));
        assert!("2026-02-30".parse::<Date>().is_err());
        assert!("2026-1-1".parse::<Date>().is_err());
    }
}
