//! Working time and calendar dates.
//!
//! A moment is a number of working days from the as-of morning; 3.5 is noon of the fourth working day. Teams work only
//! on working days, so work is added in moments; facts, landings and money come with dates. A moment is shown as the
//! working day in which it falls.

use kedge_model::{Date, Weekday};

/// Calendar days in a month wherever a rate per month is meant: 365.25 / 12.
pub const DAYS_IN_MONTH: f64 = 365.25 / 12.0;
/// Calendar days in a quarter.
pub const DAYS_IN_QUARTER: f64 = 365.25 / 4.0;

/// Which days are worked: days of the week, less holidays.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkingWeek {
    works: [bool; 7],
    holidays: Vec<Date>,
}

impl WorkingWeek {
    /// The days of the week that are worked (Monday to Friday where none is given) and the days that are not.
    pub fn new(days: &[Weekday], mut holidays: Vec<Date>) -> WorkingWeek {
        let mut works = [false; 7];
        for &day in if days.is_empty() { &Weekday::ALL[..5] } else { days } {
            works[day as usize] = true;
        }
        holidays.sort_unstable();
        WorkingWeek { works, holidays }
    }

    /// How many days a working week has.
    pub fn days(&self) -> f64 {
        self.works.iter().filter(|&&works| works).count() as f64
    }

    /// Whether people work on this day.
    pub fn works(&self, date: Date) -> bool {
        self.works[date.weekday() as usize] && self.holidays.binary_search(&date).is_err()
    }
}

/// The working days from an as-of date to beyond the last horizon, as two tables.
#[derive(Clone, Debug, PartialEq)]
pub struct Calendar {
    as_of: Date,
    week: WorkingWeek,
    /// The calendar day, counted from as-of, of each working day.
    day_of: Vec<i32>,
    /// For each calendar day from as-of, the number of working days before it.
    before: Vec<u32>,
}

impl Calendar {
    /// The calendar that covers `days` calendar days from `as_of`, and a week more.
    pub fn new(as_of: Date, week: WorkingWeek, days: i32) -> Calendar {
        let (mut day_of, mut before) = (Vec::new(), Vec::new());
        let mut date = as_of;
        let mut day = 0;
        // A run of holidays without end would leave no working day at all; a year of them is taken as all.
        while day <= days.max(0) + 7 || (day_of.is_empty() && day < 366) {
            before.push(day_of.len() as u32);
            if week.works(date) {
                day_of.push(day);
            }
            day += 1;
            date = date.plus_days(1);
        }
        if day_of.is_empty() {
            day_of.push(0);
        }
        Calendar { as_of, week, day_of, before }
    }

    /// The date whose morning is moment 0, or the date before the first working morning.
    pub fn as_of(&self) -> Date {
        self.as_of
    }

    /// Which days are worked.
    pub fn week(&self) -> &WorkingWeek {
        &self.week
    }

    /// Calendar days from as-of to `date`; negative before it.
    pub fn day(&self, date: Date) -> i32 {
        date.days_since(self.as_of) as i32
    }

    /// The date `day` calendar days from as-of.
    pub fn date(&self, day: i32) -> Date {
        self.as_of.plus_days(i64::from(day))
    }

    fn working_days_before(&self, day: i32) -> f64 {
        if day <= 0 {
            return 0.0;
        }
        let last = self.before.len() - 1;
        let index = (day as usize).min(last);
        let beyond = (day as usize - index) as f64;
        f64::from(self.before[index]) + (beyond * self.week.days() / 7.0).floor()
    }

    /// The moment an act on calendar day `day` begins: that morning, or the next working morning. 0 before as-of.
    pub fn morning(&self, day: i32) -> f64 {
        self.working_days_before(day)
    }

    /// The moment from which a landing on calendar day `day` counts: the next working morning. 0 before as-of.
    pub fn after_landing(&self, day: i32) -> f64 {
        self.working_days_before(day.saturating_add(1))
    }

    /// The end of calendar day `day`: what comes before this moment is by that day. 0 before as-of.
    pub fn end(&self, day: i32) -> f64 {
        self.working_days_before(day.saturating_add(1))
    }

    /// The calendar day, counted from as-of, in which a moment falls.
    pub fn day_of(&self, moment: f64) -> i32 {
        self.day_of_index(moment.max(0.0) as usize)
    }

    /// The calendar day, counted from as-of, of the `index`th working day.
    pub fn day_of_index(&self, index: usize) -> i32 {
        let last = self.day_of.len() - 1;
        if index <= last {
            self.day_of[index]
        } else {
            let beyond = (index - last) as f64 * 7.0 / self.week.days().max(1.0);
            self.day_of[last].saturating_add(beyond.ceil() as i32)
        }
    }

    /// The date in which a moment falls.
    pub fn date_of(&self, moment: f64) -> Date {
        self.date(self.day_of(moment))
    }

    /// The working days from the morning of `from` to the as-of morning; 0 where `from` is not before it.
    pub fn worked_since(&self, from: Date) -> f64 {
        let days = -self.day(from);
        if days <= 0 {
            return 0.0;
        }
        // Whole weeks by arithmetic where no holiday is in the way, so that a date in antiquity costs nothing.
        if days > 3_660 {
            return (f64::from(days) * self.week.days() / 7.0).floor();
        }
        let mut date = from;
        let mut worked = 0.0;
        for _ in 0..days {
            if self.week.works(date) {
                worked += 1.0;
            }
            date = date.plus_days(1);
        }
        worked
    }

    /// How many working days the tables hold.
    pub fn working_days(&self) -> usize {
        self.day_of.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(year: i16, month: i8, day: i8) -> Date {
        Date::new(year, month, day).unwrap()
    }

    fn calendar(as_of: Date) -> Calendar {
        Calendar::new(as_of, WorkingWeek::new(&[], vec![date(2026, 12, 25)]), 400)
    }

    #[test]
    fn a_moment_is_shown_as_the_working_day_in_which_it_falls() {
        let calendar = calendar(date(2026, 10, 1)); // A Thursday.
        assert_eq!(calendar.date_of(0.0), date(2026, 10, 1));
        assert_eq!(calendar.date_of(1.99), date(2026, 10, 2));
        assert_eq!(calendar.date_of(2.0), date(2026, 10, 5));
        assert_eq!(calendar.date_of(30.0), date(2026, 11, 12));
    }

    #[test]
    fn an_act_begins_that_morning_and_a_landing_counts_from_the_next() {
        let calendar = calendar(date(2026, 10, 1));
        let day = |d| calendar.day(d);
        assert_eq!(calendar.morning(day(date(2026, 10, 1))), 0.0);
        assert_eq!(calendar.after_landing(day(date(2026, 10, 1))), 1.0);
        // A Friday's landing counts from Monday, and so does a Saturday's.
        assert_eq!(calendar.after_landing(day(date(2026, 10, 2))), 2.0);
        assert_eq!(calendar.after_landing(day(date(2026, 10, 3))), 2.0);
        assert_eq!(calendar.morning(day(date(2026, 10, 3))), 2.0);
        // Due means the end of that day.
        assert_eq!(calendar.end(day(date(2026, 10, 2))), 2.0);
        assert_eq!(calendar.end(day(date(2026, 9, 2))), 0.0);
    }

    #[test]
    fn nobody_works_on_a_holiday() {
        let calendar = calendar(date(2026, 12, 24));
        assert_eq!(calendar.date_of(0.5), date(2026, 12, 24));
        assert_eq!(calendar.date_of(1.0), date(2026, 12, 28));
    }

    #[test]
    fn an_as_of_date_on_a_weekend_begins_on_monday() {
        let calendar = calendar(date(2026, 10, 3));
        assert_eq!(calendar.date_of(0.0), date(2026, 10, 5));
        assert_eq!(calendar.worked_since(date(2026, 9, 28)), 5.0);
        assert_eq!(calendar.worked_since(date(2026, 11, 1)), 0.0);
    }

    #[test]
    fn beyond_the_tables_time_goes_on() {
        let calendar = Calendar::new(date(2026, 10, 1), WorkingWeek::new(&[], vec![]), 14);
        assert!(calendar.date_of(1000.0) > date(2030, 1, 1));
        assert!(calendar.morning(10_000) > 7_000.0);
    }
}
