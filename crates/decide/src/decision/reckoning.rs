//! The arithmetic of a net value, such that a reader can do it again: every figure is printed as it is added.

use kedge_forecast::CourseTrials;
use kedge_model::{Money, OutcomeId};
use serde::Serialize;

/// How a net value comes about: the sum of what is earned, less what being late costs, less what was bought, less people.
///
/// Weeks are means over the trials, to a hundredth; amounts are whole units of the currency. What follows from them is
/// reckoned from the figures as they are printed, so that it can be reckoned again to the last digit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reckoning {
    /// What each outcome of the team earns.
    pub earned: Vec<Earned>,
    /// What being late costs.
    pub late: Money,
    /// Prices and fees.
    pub bought: Money,
    /// Weeks of the team's own people.
    pub person_weeks: f64,
    /// The price of one; nothing where it has none.
    pub a_person_week: Money,
    /// Weeks × price.
    pub people: Money,
    /// The sum.
    pub net: Money,
}

/// What an outcome earns.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Earned {
    /// Which.
    pub outcome: OutcomeId,
    /// Its value a week.
    pub a_week: Money,
    /// Weeks of it, from as-of to its horizon: a week at a share counts as that share of one.
    pub weeks: f64,
    /// Value × weeks.
    pub value: Money,
}

fn whole(amount: f64) -> Money {
    let rounded = amount.round();
    Money::new(if rounded == 0.0 { 0.0 } else { rounded })
}

fn hundredths(weeks: f64) -> f64 {
    let rounded = (weeks * 100.0).round() / 100.0;
    if rounded == 0.0 { 0.0 } else { rounded }
}

pub(crate) fn mean(column: &[f64]) -> f64 {
    column.iter().sum::<f64>() / column.len().max(1) as f64
}

impl Reckoning {
    /// The reckoning of what a course came to.
    pub(crate) fn of(trials: &CourseTrials) -> Reckoning {
        let weeks = |column: &[f64]| hundredths(mean(column));
        let earned = trials.earnings.iter().map(|it| Earned {
            outcome: it.outcome.clone(),
            a_week: Money::new((it.a_week.amount() * 100.0).round() / 100.0),
            weeks: weeks(&it.weeks),
            value: Money::ZERO,
        });
        Reckoning {
            earned: earned.collect(),
            late: whole(mean(&trials.late)),
            bought: whole(mean(&trials.bought)),
            person_weeks: weeks(&trials.person_weeks),
            a_person_week: trials.a_person_week,
            people: Money::ZERO,
            net: Money::ZERO,
        }
        .summed()
    }

    /// The same with another value of an outcome.
    pub(crate) fn valued(&self, outcome: &OutcomeId, a_week: Money) -> Reckoning {
        let mut other = self.clone();
        for earned in other.earned.iter_mut().filter(|earned| &earned.outcome == outcome) {
            earned.a_week = a_week;
        }
        other.summed()
    }

    fn summed(mut self) -> Reckoning {
        for earned in &mut self.earned {
            earned.value = whole(earned.a_week.amount() * earned.weeks);
        }
        self.people = whole(self.person_weeks * self.a_person_week.amount());
        let value = self.earned.iter().fold(Money::ZERO, |sum, earned| sum + earned.value);
        self.net = value - self.late - self.bought - self.people;
        self
    }

    /// `checkout/one-tap 41.02 weeks × 40,000 = 1,640,800; − people 31.94 weeks × 4,000 = 127,760; net 1,513,040`.
    pub fn in_words(&self) -> String {
        let mut parts: Vec<String> = self
            .earned
            .iter()
            .map(|it| {
                format!(
                    "{} {:.2} weeks × {} = {}",
                    it.outcome,
                    it.weeks,
                    in_full(it.a_week),
                    in_full(it.value)
                )
            })
            .collect();
        if self.late != Money::ZERO {
            parts.push(format!("less late {}", in_full(self.late)));
        }
        if self.bought != Money::ZERO {
            parts.push(format!("less bought {}", in_full(self.bought)));
        }
        if self.a_person_week != Money::ZERO {
            parts.push(format!(
                "less people {:.2} weeks × {} = {}",
                self.person_weeks,
                in_full(self.a_person_week),
                in_full(self.people)
            ));
        }
        parts.push(format!("net {}", in_full(self.net)));
        parts.join("; ")
    }
}

/// `−1,234,567`: an amount in whole units.
pub fn in_full(money: Money) -> String {
    grouped(money.amount().round() as i64)
}

fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if number < 0 { format!("−{text}") } else { text }
}

/// In what net values are printed, and compared: what is the same on paper is the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Whole units of the currency.
    One,
    /// Thousands, to a tenth.
    Thousand,
}

impl Unit {
    /// The unit in which an amount of this size, the largest of all, is printed.
    pub(crate) fn for_size(largest: f64) -> Unit {
        if largest.abs() < 100_000.0 { Unit::One } else { Unit::Thousand }
    }

    /// The step between two printed figures.
    fn step(self) -> f64 {
        match self {
            Unit::One => 1.0,
            // Thousands to a tenth.
            Unit::Thousand => 100.0,
        }
    }

    /// How many steps of the unit an amount is, as it is printed.
    pub fn count(self, money: Money) -> i64 {
        (money.amount() / self.step()).round() as i64
    }

    /// Two standard errors, rounded up: an error is never printed smaller than it is.
    pub fn error(self, error: Money) -> i64 {
        (2.0 * error.amount() / self.step() - 1e-9).ceil().max(0.0) as i64
    }

    /// `1,513.2k`: an amount as it is printed.
    pub fn print(self, money: Money) -> String {
        self.print_count(self.count(money))
    }

    /// `+58.1k`, `−4k`, `0`: a difference as it is printed.
    pub fn print_signed(self, count: i64) -> String {
        if count > 0 { format!("+{}", self.print_count(count)) } else { self.print_count(count) }
    }

    /// So many steps of the unit.
    pub fn print_count(self, count: i64) -> String {
        match self {
            Unit::Thousand if count != 0 => {
                let sign = if count < 0 { "−" } else { "" };
                let size = count.abs();
                let tenths = if size % 10 == 0 { String::new() } else { format!(".{}", size % 10) };
                format!("{sign}{}{tenths}k", grouped(size / 10))
            }
            _ => grouped(count),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_printed_so_that_they_can_be_read_back() {
        let printed: Vec<String> =
            [0.0, 4.4, -1_234_567.0, 999.6].map(|amount| in_full(Money::new(amount))).to_vec();
        assert_eq!(printed, ["0", "4", "−1,234,567", "1,000"]);
        let unit = Unit::for_size(1_512_345.0);
        assert_eq!(unit.print(Money::new(1_512_345.0)), "1,512.3k");
        assert_eq!(unit.print(Money::new(-480.0)), "−0.5k");
        assert_eq!(unit.print_signed(581), "+58.1k");
        assert_eq!(unit.print_signed(-40), "−4k");
        assert_eq!((unit.error(Money::new(2_000.0)), unit.error(Money::new(2_001.0))), (40, 41));
        assert_eq!(Unit::for_size(99_999.0).print(Money::new(4_300.0)), "4,300");
    }
}
