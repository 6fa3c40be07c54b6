//! Amounts of time: working time, effort with its uncertainty, rates, and clock time.

use crate::literal::{LiteralError, leading_number, plain};
use crate::settings::Calendar;
use serde::{Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// Most that any single amount may be, in its own unit: beyond it a file is mistaken, not ambitious.
const MOST: f64 = 100_000.0;

/// Unit of working time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WorkUnit {
    /// A working hour.
    Hour,
    /// A working day of [`Calendar::hours`] hours.
    Day,
    /// A working week of as many days as the calendar has.
    Week,
}

/// Working time of one person, `3w`, as written; at most 100,000 of its unit.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct WorkTime {
    amount: f64,
    unit: WorkUnit,
}

/// Working days, of one person where it is effort: what every amount becomes before it is reckoned with.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct WorkDays(pub f64);

impl WorkTime {
    /// No time at all.
    pub const ZERO: Self = Self { amount: 0.0, unit: WorkUnit::Day };

    /// An amount of a unit; `None` where it is negative, not a number, or over 100,000.
    pub fn new(amount: f64, unit: WorkUnit) -> Option<Self> {
        (0.0..=MOST).contains(&amount).then_some(Self { amount, unit })
    }

    /// Weeks, for defaults that are written in this source.
    pub const fn weeks(weeks: u16) -> Self {
        Self { amount: weeks as f64, unit: WorkUnit::Week }
    }

    /// In working days of the calendar.
    pub fn days(self, calendar: &Calendar) -> WorkDays {
        WorkDays(match self.unit {
            WorkUnit::Hour => self.amount / calendar.hours,
            WorkUnit::Day => self.amount,
            WorkUnit::Week => self.amount * calendar.days_a_week(),
        })
    }

    /// One of the unit in which it is written.
    #[must_use]
    pub fn unit(self) -> Self {
        Self { amount: 1.0, unit: self.unit }
    }

    /// The same amount so many times.
    #[must_use]
    pub fn times(self, factor: f64) -> Self {
        Self { amount: (self.amount * factor).clamp(0.0, MOST), unit: self.unit }
    }
}

impl fmt::Display for WorkTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            WorkUnit::Hour => 'h',
            WorkUnit::Day => 'd',
            WorkUnit::Week => 'w',
        };
        write!(f, "{}{unit}", plain(self.amount))
    }
}

impl FromStr for WorkTime {
    type Err = LiteralError;
    fn from_str(text: &str) -> Result<Self, LiteralError> {
        let error = || {
            LiteralError::new(format!("`{text}` is not working time")).fix("write it as `3w`, `4d` or `6h`")
        };
        let (amount, unit) = leading_number(text.trim()).ok_or_else(error)?;
        let unit = match unit {
            "h" => WorkUnit::Hour,
            "d" => WorkUnit::Day,
            "w" => WorkUnit::Week,
            "" => return Err(error().fix(format!("say the unit: `{text}d` or `{text}w`"))),
            "m" | "month" | "months" => return Err(error().fix("months differ: write weeks, `4w`")),
            _ => return Err(error()),
        };
        Self::new(amount, unit)
            .ok_or_else(|| LiteralError::new(format!("`{text}` is more than 100,000 units")))
    }
}

/// How much of people's time something takes, with what is known of the uncertainty.
#[derive(Clone, Debug, PartialEq)]
pub enum Effort {
    /// `3w`: half the time under it; how wide it spreads is `spread` of the settings.
    Median(WorkTime),
    /// `3w, rarely over 6w`: half the time under the first, nine times in ten under the second.
    Quantiles {
        /// Half of the cases stay under it.
        p50: WorkTime,
        /// Nine in ten stay under it; not less than `p50`.
        p90: WorkTime,
    },
    /// `{ least, likely, most }`.
    Range {
        /// It never takes less.
        least: WorkTime,
        /// The most likely.
        likely: WorkTime,
        /// It never takes more.
        most: WorkTime,
    },
    /// `["2w", "11d"]`: what such things took before.
    History(Vec<WorkTime>),
}

impl Effort {
    /// The middle of the estimate in working days: the P50, the likely, the median of a history.
    pub fn middle(&self, calendar: &Calendar) -> WorkDays {
        match self {
            Self::Median(p50) | Self::Quantiles { p50, .. } => p50.days(calendar),
            Self::Range { likely, .. } => likely.days(calendar),
            Self::History(past) => {
                let mut days: Vec<f64> = past.iter().map(|one| one.days(calendar).0).collect();
                days.sort_by(f64::total_cmp);
                WorkDays(days.get(days.len().saturating_sub(1) / 2).copied().unwrap_or(0.0))
            }
        }
    }
}

impl fmt::Display for Effort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Median(p50) => write!(f, "{p50}"),
            Self::Quantiles { p50, p90 } => write!(f, "{p50}, rarely over {p90}"),
            Self::Range { least, likely, most } => write!(f, "{least} to {most}, likely {likely}"),
            Self::History(past) => {
                f.write_str("as before: ")?;
                for (index, one) in past.iter().enumerate() {
                    write!(f, "{}{one}", if index == 0 { "" } else { ", " })?;
                }
                Ok(())
            }
        }
    }
}

impl FromStr for Effort {
    type Err = LiteralError;
    /// Reads the two forms that are one text: `3w` and `3w, rarely over 6w`.
    fn from_str(text: &str) -> Result<Self, LiteralError> {
        if let Some((low, high)) = text.split_once(" to ").or_else(|| text.split_once('–')) {
            let (low, high) = in_short(low.trim(), high.trim());
            return Err(LiteralError::new(format!("`{text}` reads as least and most to most people")).fix(
                format!(
                    "write `\"{low}, rarely over {high}\"` for half the time and nine times in ten, or \
                 `{{ least = \"{low}\", likely = \"…\", most = \"{high}\" }}`"
                ),
            ));
        }
        match text.split_once(',') {
            None => Ok(Self::Median(text.parse()?)),
            Some((p50, rest)) => {
                let Some(p90) = rest.trim().strip_prefix("rarely over ") else {
                    return Err(LiteralError::new(format!("`{text}` is not an effort"))
                        .fix(format!("write `\"{}, rarely over …\"`", p50.trim())));
                };
                Self::quantiles(p50.parse()?, p90.parse()?)
            }
        }
    }
}

/// Both ends of a range as the plan language writes them: `1` and `3 weeks` are `1w` and `3w`. What cannot be read is
/// left as it is.
fn in_short(low: &str, high: &str) -> (String, String) {
    let unit_of = |text: &str| {
        let (_, unit) = leading_number(text)?;
        ["h", "d", "w"].into_iter().find(|short| unit.starts_with(short))
    };
    let short = |text: &str, unit: Option<&str>| match (leading_number(text), unit) {
        (Some((amount, _)), Some(unit)) => format!("{}{unit}", plain(amount)),
        _ => text.to_owned(),
    };
    let (first, last) = (unit_of(low), unit_of(high));
    (short(low, first.or(last)), short(high, last.or(first)))
}

impl Effort {
    /// Half the time under `p50`, nine times in ten under `p90`.
    ///
    /// # Errors
    /// When `p90` is less than `p50` in the same unit, or `p50` is nothing while `p90` is not.
    pub fn quantiles(p50: WorkTime, p90: WorkTime) -> Result<Self, LiteralError> {
        let calendar = Calendar::default();
        let (low, high) = (p50.days(&calendar).0, p90.days(&calendar).0);
        if high < low {
            return Err(LiteralError::new(format!("`rarely over {p90}` is less than the middle, {p50}"))
                .fix(format!("write `\"{p90}, rarely over {p50}\"` if that is what you meant")));
        }
        if low == 0.0 && high > 0.0 {
            return Err(LiteralError::new("half the time it takes nothing: no spread fits that")
                .fix("give the middle of the cases that take time"));
        }
        Ok(Self::Quantiles { p50, p90 })
    }
}

/// What a rate counts against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Per {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl Per {
    /// Its length in calendar days: a month is 365.25/12.
    pub fn calendar_days(self) -> f64 {
        match self {
            Self::Day => 1.0,
            Self::Week => 7.0,
            Self::Month => 365.25 / 12.0,
            Self::Quarter => 365.25 / 4.0,
            Self::Year => 365.25,
        }
    }

    /// The word in the plan language.
    pub fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }
}

impl FromStr for Per {
    type Err = LiteralError;
    fn from_str(text: &str) -> Result<Self, LiteralError> {
        [Self::Day, Self::Week, Self::Month, Self::Quarter, Self::Year]
            .into_iter()
            .find(|per| per.word() == text.trim())
            .ok_or_else(|| {
                LiteralError::new(format!("a rate per `{}` is not known", text.trim()))
                    .fix("write `/day`, `/week`, `/month`, `/quarter` or `/year`")
            })
    }
}

pub(crate) fn split_rate(text: &str) -> Result<(&str, Per), LiteralError> {
    let (amount, per) = text.split_once('/').ok_or_else(|| {
        LiteralError::new(format!("`{text}` is not a rate"))
            .fix(format!("say per what: `{text}/week` or `{text}/month`"))
    })?;
    Ok((amount.trim(), per.parse()?))
}

/// Working time that comes round again, `2d/month`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EffortRate {
    /// How much each time.
    pub effort: WorkTime,
    /// How often.
    pub per: Per,
}

impl EffortRate {
    /// Person-days for each calendar day.
    pub fn a_calendar_day(self, calendar: &Calendar) -> f64 {
        self.effort.days(calendar).0 / self.per.calendar_days()
    }
}

impl fmt::Display for EffortRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.effort, self.per.word())
    }
}

impl FromStr for EffortRate {
    type Err = LiteralError;
    fn from_str(text: &str) -> Result<Self, LiteralError> {
        let (effort, per) = split_rate(text)?;
        Ok(Self { effort: effort.parse()?, per })
    }
}

/// How often something happens, `0.5/quarter`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CountRate {
    /// How many, not negative.
    pub count: f64,
    /// In what time.
    pub per: Per,
}

impl CountRate {
    /// How many in each calendar day.
    pub fn a_calendar_day(self) -> f64 {
        self.count / self.per.calendar_days()
    }
}

impl fmt::Display for CountRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", plain(self.count), self.per.word())
    }
}

impl FromStr for CountRate {
    type Err = LiteralError;
    fn from_str(text: &str) -> Result<Self, LiteralError> {
        let (count, per) = split_rate(text)?;
        match leading_number(count) {
            Some((count, "")) if count <= MOST => Ok(Self { count, per }),
            _ => {
                Err(LiteralError::new(format!("`{text}` is not a number of times"))
                    .fix("write it as `1/month`"))
            }
        }
    }
}

/// Unit of clock time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum ClockUnit {
    Second,
    Minute,
    Hour,
    Day,
}

/// Time on the clock, nights and weekends included: `30s`, `5min`, `2h`, `1d`.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct ClockTime {
    amount: f64,
    unit: ClockUnit,
}

impl ClockTime {
    /// An amount of a unit; `None` where it is negative, not a number, or over 100,000.
    pub fn new(amount: f64, unit: ClockUnit) -> Option<Self> {
        (0.0..=MOST).contains(&amount).then_some(Self { amount, unit })
    }

    /// How much of its unit.
    pub fn amount(self) -> f64 {
        self.amount
    }

    /// Its unit, as it is written: `s`, `min`, `h` or `d`.
    pub fn unit(self) -> &'static str {
        match self.unit {
            ClockUnit::Second => "s",
            ClockUnit::Minute => "min",
            ClockUnit::Hour => "h",
            ClockUnit::Day => "d",
        }
    }

    /// In calendar days.
    pub fn calendar_days(self) -> f64 {
        match self.unit {
            ClockUnit::Second => self.amount / 86_400.0,
            ClockUnit::Minute => self.amount / 1_440.0,
            ClockUnit::Hour => self.amount / 24.0,
            ClockUnit::Day => self.amount,
        }
    }
}

impl fmt::Display for ClockTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", plain(self.amount), self.unit())
    }
}

impl FromStr for ClockTime {
    type Err = LiteralError;
    fn from_str(text: &str) -> Result<Self, LiteralError> {
        let error = || {
            LiteralError::new(format!("`{text}` is not a time on the clock"))
                .fix("write it as `30s`, `5min`, `2h` or `1d`")
        };
        let (amount, unit) = leading_number(text.trim()).ok_or_else(error)?;
        let (amount, unit) = match unit {
            "s" => (amount, ClockUnit::Second),
            "min" => (amount, ClockUnit::Minute),
            "h" => (amount, ClockUnit::Hour),
            "d" => (amount, ClockUnit::Day),
            "w" => return Err(error().fix(format!("count days: `{}d`", plain(amount * 7.0)))),
            _ => return Err(error()),
        };
        Self::new(amount, unit)
            .ok_or_else(|| LiteralError::new(format!("`{text}` is more than 100,000 units")))
    }
}

macro_rules! serialize_as_text {
    ($($name:ident),*) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    )*};
}
serialize_as_text!(WorkTime, Effort, EffortRate, CountRate, ClockTime);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn efforts_read_as_people_write_them() {
        assert_eq!("3w".parse::<Effort>().unwrap().to_string(), "3w");
        assert_eq!("3w, rarely over 6w".parse::<Effort>().unwrap().to_string(), "3w, rarely over 6w");
        let error = "3w to 6w".parse::<Effort>().unwrap_err();
        assert!(error.fix.unwrap().contains("3w, rarely over 6w"));
        for text in ["1 to 3 weeks", "1d to 3d", "2–4 days"] {
            let fix = text.parse::<Effort>().unwrap_err().fix.unwrap();
            let first = fix.split('`').nth(1).unwrap().trim_matches('"');
            assert!(first.parse::<Effort>().is_ok(), "the fix for {text} is {fix}");
        }
        assert!("6w, rarely over 3w".parse::<Effort>().is_err());
        assert!("3".parse::<Effort>().unwrap_err().fix.unwrap().contains("3w"));
        assert!("-3w".parse::<Effort>().is_err());
        assert!("1e9w".parse::<Effort>().is_err());
    }

    #[test]
    fn units_follow_the_calendar() {
        let calendar = Calendar::default();
        assert_eq!("2w".parse::<WorkTime>().unwrap().days(&calendar), WorkDays(10.0));
        assert_eq!("4h".parse::<WorkTime>().unwrap().days(&calendar), WorkDays(0.5));
        let rate: EffortRate = "2d/month".parse().unwrap();
        assert!((rate.a_calendar_day(&calendar) - 24.0 / 365.25).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}") {
            let _ = text.parse::<Effort>();
            let _ = text.parse::<EffortRate>();
            let _ = text.parse::<CountRate>();
            let _ = text.parse::<ClockTime>();
        }

        #[test]
        fn what_prints_reads_back(amount in 0u32..100_000, unit in "[hdw]") {
            let text = format!("{amount}{unit}");
            prop_assert_eq!(text.parse::<WorkTime>().unwrap().to_string(), text);
        }
    }
}
