//! Standing, the number: the value that stands over the value planned.

use crate::standing::{OutcomeStanding, Status};
use kedge_model::{Money, Worth};
use serde::Serialize;

/// How much stands of what is planned: in money a week where outcomes have a value, in outcomes where not.
///
/// Confirmed values and claims are kept apart: a value is a claim until its stakeholder or the council confirms it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct StandingNumber {
    /// Value that a stakeholder or the council confirmed.
    pub confirmed: Amount,
    /// Value that the teams claim.
    pub claimed: Amount,
    /// Outcomes that have a value.
    pub valued: Count,
    /// Outcomes that have none; in no amount of money.
    pub unvalued: Count,
}

/// Money a week once live.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Amount {
    /// What stands.
    pub stands: Money,
    /// What is planned.
    pub planned: Money,
}

/// Outcomes, by how much of each stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Count {
    /// How many are planned.
    pub planned: usize,
    /// How many stand whole.
    pub whole: usize,
    /// How many stand in part.
    pub part: usize,
    /// The sum of their shares: one that stands at 60 % adds 0.6.
    pub shares: f64,
}

/// What a [`StandingNumber`] is told in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// Money a week.
    Value,
    /// Number of outcomes: none has a value, or the values add up to nothing.
    Outcomes,
    /// Nothing is planned.
    Nothing,
}

impl Count {
    fn plus(self, other: Self) -> Self {
        Self {
            planned: self.planned + other.planned,
            whole: self.whole + other.whole,
            part: self.part + other.part,
            shares: self.shares + other.shares,
        }
    }

    /// How many do not stand at all.
    pub fn none(self) -> usize {
        self.planned - self.whole - self.part
    }
}

impl StandingNumber {
    /// Over these outcomes; delivered and dropped ones are left out.
    pub fn of<'a>(outcomes: impl IntoIterator<Item = &'a OutcomeStanding>) -> Self {
        let mut number = Self::default();
        for outcome in outcomes.into_iter().filter(|outcome| outcome.status == Status::Planned) {
            let share = outcome.share.get();
            let whole = share >= 1.0;
            let count = Count {
                planned: 1,
                whole: usize::from(whole),
                part: usize::from(share > 0.0 && !whole),
                shares: share,
            };
            match outcome.worth {
                Some(Worth { a_week, confirmed }) => {
                    number.valued = number.valued.plus(count);
                    let amount = if confirmed { &mut number.confirmed } else { &mut number.claimed };
                    amount.planned = amount.planned + a_week;
                    amount.stands = amount.stands + a_week * share;
                }
                None => number.unvalued = number.unvalued.plus(count),
            }
        }
        number
    }

    /// Confirmed values and claims together.
    pub fn total(&self) -> Amount {
        Amount {
            stands: self.confirmed.stands + self.claimed.stands,
            planned: self.confirmed.planned + self.claimed.planned,
        }
    }

    /// All outcomes, with a value and without.
    pub fn outcomes(&self) -> Count {
        self.valued.plus(self.unvalued)
    }

    /// What it is told in.
    pub fn basis(&self) -> Basis {
        if self.outcomes().planned == 0 {
            Basis::Nothing
        } else if self.total().planned > Money::ZERO {
            Basis::Value
        } else {
            Basis::Outcomes
        }
    }

    /// What stands over what is planned, in its basis; `None` where nothing is planned.
    ///
    /// 0 to 1, except that values may be negative: where an outcome that costs more than it brings does not stand, what
    /// stands is more than what is planned.
    pub fn fraction(&self) -> Option<f64> {
        match self.basis() {
            Basis::Nothing => None,
            Basis::Value => Some(self.total().stands.amount() / self.total().planned.amount()),
            Basis::Outcomes => Some(self.outcomes().shares / self.outcomes().planned as f64),
        }
    }

    /// The headline: `412k of 690k a week stands, even if no other team delivers.`
    pub fn sentence(&self) -> String {
        match self.basis() {
            Basis::Nothing => "Nothing is planned.".into(),
            Basis::Outcomes if self.outcomes().shares == 0.0 => {
                format!("None of {} stands if no other team delivers.", outcomes(self.outcomes().planned))
            }
            Basis::Outcomes => format!("{}, even if no other team delivers.", counted(self.outcomes())),
            Basis::Value => {
                let total = self.total();
                let planned = total.planned.rounded();
                let first = if total.stands == Money::ZERO {
                    format!("None of {planned} a week stands if no other team delivers.")
                } else {
                    format!(
                        "{} of {planned} a week stands, even if no other team delivers.",
                        total.stands.rounded()
                    )
                };
                if self.unvalued.planned == 0 {
                    return first;
                }
                format!("{first} Without a value: {}.", counted(self.unvalued))
            }
        }
    }
}

fn counted(count: Count) -> String {
    let verb = if count.whole == 1 || count.planned == 1 { "stands" } else { "stand" };
    let part = match count.part {
        0 => String::new(),
        part => format!(" and {part} in part"),
    };
    format!("{} of {} {verb}{part}", count.whole, outcomes(count.planned))
}

fn outcomes(count: usize) -> String {
    format!("{count} {}", if count == 1 { "outcome" } else { "outcomes" })
}
