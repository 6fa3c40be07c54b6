//! What a change would do: before, after, and the difference with its error, trial by trial on the same random numbers.

use crate::answer::{Amount, Chance, DecideBy, NetValue, OutcomeForecast, Quantity};
use kedge_model::{AskId, Date, OutcomeId, PlanId};
use serde::Serialize;

/// The effect of a change on the whole organisation, everything else as planned.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WhatIf {
    /// Of which morning.
    pub as_of: Date,
    /// The seed of all draws.
    pub seed: u64,
    /// Trials behind each figure, before and after.
    pub trials: u64,
    /// Outcomes that do not come to the same in every trial: those that change beyond the error first, the largest change
    /// first of all.
    pub outcomes: Vec<OutcomeEffect>,
    /// Outcomes that go live on the same day in every trial.
    pub unchanged: Vec<OutcomeId>,
    /// Plans whose money or effort is not the same in every trial, the largest change of net value first.
    pub plans: Vec<PlanEffect>,
    /// All plans that can be reckoned, together.
    pub overall: TotalsEffect,
    /// Plans left out of `overall`, since an outcome of theirs with a value has no date, before or after.
    pub left_out: Vec<PlanId>,
    /// Decide-bys that are on another day.
    pub decide_bys: Vec<DecideByEffect>,
}

/// What becomes of an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shift {
    /// It is there only after.
    Appears,
    /// It was there only before.
    Vanishes,
    /// Its dates or its chance change by more than twice their error.
    Changes,
    /// It differs in some trials, by no more than the error.
    WithinError,
    /// There is too little data to date it, before or after.
    TooLittleData,
}

/// The effect on one outcome.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OutcomeEffect {
    /// Which.
    pub outcome: OutcomeId,
    /// Its plan.
    pub plan: PlanId,
    /// What becomes of it.
    pub shift: Shift,
    /// When it goes live before; `None` where it was not there.
    pub before: Option<OutcomeForecast>,
    /// When it goes live after; `None` where it is no more.
    pub after: Option<OutcomeForecast>,
    /// The chance to be live by its due date, after less before, in shares of one; its error is that of the difference
    /// trial by trial. `None` without a due date on both sides.
    pub by_due: Option<Quantity>,
    /// P50 after less before, in calendar days; `None` where one of them never comes. Its error is by sectioning: see
    /// [`OutcomeEffect::p80_days`].
    pub p50_days: Option<Quantity>,
    /// P80 after less before, in calendar days; `None` where one of them never comes.
    ///
    /// Quantiles have no error of a mean. The trials are cut into 20 sections, and the error follows from how far the
    /// difference within each lies from that of all: S. Asmussen and P. W. Glynn, "Stochastic Simulation", 2007, section
    /// III.5a. `NaN` is never printed: where a section never comes the whole difference is left out.
    pub p80_days: Option<Quantity>,
    /// The share of trials in which it goes live on an earlier day.
    pub sooner: Chance,
    /// The share of trials in which it goes live on a later day, or no more.
    pub later: Chance,
}

/// The effect on one plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlanEffect {
    /// Which.
    pub plan: PlanId,
    /// What it comes to before; `None` where it was not there, or was closed.
    pub before: Option<PlanTotals>,
    /// What it comes to after; `None` where it is no more, or is closed.
    pub after: Option<PlanTotals>,
    /// After less before, trial by trial. Money counts nothing where a side has too little data for it.
    pub difference: Totals,
}

/// What a plan comes to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlanTotals {
    /// Weeks of its own people's work from as-of to its horizon.
    pub person_weeks: Quantity,
    /// What that is worth.
    pub worth: NetValue,
}

/// Money and effort, with their errors.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Totals {
    /// Value accrued to the horizons.
    pub value: Amount,
    /// Value less the price of people, prices and fees of what was bought, and the cost of being late.
    pub net: Amount,
    /// Weeks of people's work.
    pub person_weeks: Quantity,
}

/// Totals before and after.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct TotalsEffect {
    /// Before.
    pub before: Totals,
    /// After.
    pub after: Totals,
    /// After less before, trial by trial.
    pub difference: Totals,
}

/// The effect on when a fallback must be decided.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DecideByEffect {
    /// Of which ask.
    pub ask: AskId,
    /// Before.
    pub before: DecideBy,
    /// After.
    pub after: DecideBy,
}

impl OutcomeEffect {
    /// How large the effect is, for sorting: the change of the chance, then the share of trials that move.
    pub(crate) fn size(&self) -> (f64, f64) {
        let moved = (self.sooner.share.get() - self.later.share.get()).abs();
        (self.by_due.map_or(0.0, |chance| chance.mean.abs()), moved)
    }

    /// What becomes of it, in a clause: “checkout/one-tap is live by 10 December in 93 of 100 cases, 12 more”.
    pub fn clause(&self, near: Date) -> String {
        let name = &self.outcome;
        let (Some(before), Some(after)) = (&self.before, &self.after) else {
            return match self.shift {
                Shift::Appears => format!("{name} is new"),
                _ => format!("{name} is no more"),
            };
        };
        let cases = |forecast: &OutcomeForecast| forecast.by_due.map(|chance| chance.share.cases_of_100());
        if let (Some(chance), Some(due), Some(now)) = (self.by_due, after.due, cases(after)) {
            let more = (chance.mean * 100.0).round();
            if more != 0.0 {
                let word = if more > 0.0 { "more" } else { "fewer" };
                return format!(
                    "{name} is live by {} in {now} of 100 cases, {} {word}",
                    due.in_words(near),
                    more.abs()
                );
            }
        }
        if before.due != after.due
            && let Some(due) = after.due
        {
            return format!("{name} is due on {}", due.in_words(near));
        }
        let days = self.p80_days.filter(|days| days.mean != 0.0).or(self.p50_days);
        match days {
            Some(days) if days.mean != 0.0 => {
                let word = if days.mean < 0.0 { "sooner" } else { "later" };
                let days = days.mean.abs().round() as u32;
                let noun = if days == 1 { "day" } else { "days" };
                format!("{name} is live {days} {noun} {word}, eight times in ten")
            }
            _ => {
                let (sooner, later) = (self.sooner.share.cases_of_100(), self.later.share.cases_of_100());
                format!("{name} is live sooner in {sooner} of 100 cases and later in {later}")
            }
        }
    }
}

impl WhatIf {
    /// The outcomes that change beyond their error, appear or vanish.
    pub fn changed(&self) -> impl Iterator<Item = &OutcomeEffect> {
        let says = |shift| matches!(shift, Shift::Appears | Shift::Vanishes | Shift::Changes);
        self.outcomes.iter().filter(move |effect| says(effect.shift))
    }

    /// The answer in a sentence; `with` is what is supposed, in words that follow “with”. The outcome that changes most of
    /// all is named, of `plan` where one is in view.
    pub fn sentence(&self, with: &str, plan: Option<&PlanId>) -> String {
        let most = self.changed().find(|effect| plan.is_none_or(|plan| plan == &effect.plan));
        let said = if let Some(effect) = most {
            effect.clause(self.as_of)
        } else {
            let of = plan.map_or_else(|| "no outcome".to_owned(), |plan| format!("no outcome of {plan}"));
            format!("{of} changes by more than the error of {} trials", self.trials)
        };
        format!("With {with}, {said}.")
    }
}
