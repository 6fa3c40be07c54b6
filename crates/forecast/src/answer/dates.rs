//! Dates as trials show them: a spread, its quantiles, and the share that never comes.

use super::{Chance, Lack};
use kedge_model::{Date, Probability};
use serde::Serialize;

/// A date that is known, uncertain, or not to be had.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dates {
    /// It has happened.
    Happened(Date),
    /// The spread of dates over trials.
    Spread(Box<Spread>),
    /// No date can be given without inventing one; these are missing.
    TooLittleData(Vec<Lack>),
}

impl Dates {
    /// The spread, where there is one.
    pub fn spread(&self) -> Option<&Spread> {
        match self {
            Dates::Spread(spread) => Some(spread),
            _ => None,
        }
    }
}

/// Quantiles of a date, with the share of cases in which it never comes within the horizon.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// One case in ten is not later.
    pub p10: Quantile,
    /// Half of the cases are not later.
    pub p50: Quantile,
    /// Eight cases in ten are not later.
    pub p80: Quantile,
    /// Nine cases in ten are not later.
    pub p90: Quantile,
    /// 95 cases of 100 are not later.
    pub p95: Quantile,
    /// The cases in which it does not come within the horizon.
    pub never: Chance,
    /// Share of all cases by each date on which any came, for drawing; ascending.
    pub curve: Vec<(Date, Probability)>,
}

impl Spread {
    /// The share of cases by the end of a day.
    pub fn by(&self, date: Date) -> Probability {
        let known = self.curve.partition_point(|(day, _)| *day <= date);
        if known == 0 { Probability::ZERO } else { self.curve[known - 1].1 }
    }
}

impl Spread {
    /// Its quantiles, the earliest first.
    pub fn quantiles(&self) -> [Quantile; 5] {
        [self.p10, self.p50, self.p80, self.p90, self.p95]
    }
}

/// A quantile of a date, with its sampling error.
///
/// The interval is that of two order statistics: it holds the quantile that endless trials would show in at least 95 of
/// 100 runs, whatever the distribution (H. A. David and H. N. Nagaraja, "Order Statistics", 3rd edition, 2003, section
/// 7.1). With too few trials it reaches from as-of, or to never: it is wider then, never narrower.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Quantile {
    /// In the trials that were run.
    pub at: When,
    /// The least that it may be.
    pub from: When,
    /// The most that it may be.
    pub to: When,
    /// By how many working days it may be off either way; `None` where an end of the interval is never.
    pub within: Option<u32>,
}

impl Quantile {
    /// The date, where it comes.
    pub fn date(self) -> Option<Date> {
        self.at.date()
    }

    /// Whether it is known to so many working days, either way: a date that is, or that it never comes.
    pub fn is_known_to(self, working_days: u32) -> bool {
        match self.within {
            Some(within) => within <= working_days,
            None => self.from.date().is_none(),
        }
    }

    /// The other side of never, where the trials cannot tell which side it is on: the earliest date that it may be.
    pub fn or_never(self) -> Option<Date> {
        self.from.date().filter(|_| self.to.date().is_none())
    }
}

/// A moment that a date may come at.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// On this working day.
    On(Date),
    /// Too many cases never come within the horizon; this share of them: "never (40 %)".
    Never(Chance),
}

impl When {
    /// The date, where it comes.
    pub fn date(self) -> Option<Date> {
        match self {
            When::On(date) => Some(date),
            When::Never(_) => None,
        }
    }
}
