//! What a course for an ask comes to, trial by trial.

use super::{Chance, NetValue};
use kedge_model::{Money, OutcomeId};

/// What one course came to in each trial, for all plans of the team that asks: what is added up to a net value, apart.
///
/// In a trial the net value is, over the outcomes, weeks × value a week, less what lateness costs, less what was bought,
/// less person-weeks × their price.
#[derive(Clone, Debug, PartialEq)]
pub struct CourseTrials {
    /// Why there is no money to reckon with, where there is none.
    pub basis: Option<NetValue>,
    /// What each outcome with a value earns.
    pub earnings: Vec<Earning>,
    /// What being late costs.
    pub late: Vec<f64>,
    /// Prices and fees.
    pub bought: Vec<f64>,
    /// Weeks of the team's own people.
    pub person_weeks: Vec<f64>,
    /// The price of one of them; nothing where it has none.
    pub a_person_week: Money,
    /// Net value of all plans of other teams that this can touch.
    pub elsewhere: Vec<f64>,
    /// Whether every dated outcome that the ask gates is on time; `None` where none is dated, or there is too little data.
    pub on_time: Option<Vec<bool>>,
    /// The working day on which the ask lands, counted from as-of, as a moment in it; infinite where it does not.
    pub landed: Vec<f64>,
}

/// What an outcome earns in each trial.
#[derive(Clone, Debug, PartialEq)]
pub struct Earning {
    /// Which.
    pub outcome: OutcomeId,
    /// Its value a week.
    pub a_week: Money,
    /// Weeks of its whole value, from as-of to its horizon: a week at a share counts as that share of one.
    pub weeks: Vec<f64>,
}

impl CourseTrials {
    /// How many trials.
    pub fn trials(&self) -> usize {
        self.late.len()
    }

    /// Net value in a trial; nothing for a trial that was not run.
    pub fn net(&self, trial: usize) -> f64 {
        let at = |column: &[f64]| column.get(trial).copied().unwrap_or(0.0);
        let value: f64 = self.earnings.iter().map(|it| it.a_week.amount() * at(&it.weeks)).sum();
        value - at(&self.late) - at(&self.bought) - at(&self.person_weeks) * self.a_person_week.amount()
    }

    /// The chance that every dated outcome that the ask gates is on time.
    pub fn chance_on_time(&self) -> Option<Chance> {
        let on_time = self.on_time.as_ref()?;
        let count = on_time.iter().filter(|on_time| **on_time).count();
        Some(Chance::of(count as u64, on_time.len() as u64))
    }

    /// What it costs in a trial: lateness apart, all that is taken off the value.
    pub fn costs(&self, trial: usize) -> f64 {
        let at = |column: &[f64]| column.get(trial).copied().unwrap_or(0.0);
        at(&self.bought) + at(&self.person_weeks) * self.a_person_week.amount()
    }
}
