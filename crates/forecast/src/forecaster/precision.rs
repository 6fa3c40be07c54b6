//! Trials until the dates are known as well as was asked for.

use super::Forecaster;
use crate::answer::{Quantile, Reached};
use crate::options::Precision;
use crate::scenario::Scenario;
use crate::tally::{Tally, View, tally_range};
use kedge_model::OutcomeId;

/// How far a run of trials is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Trials that were run.
    pub trials: u64,
    /// Trials that it will take, as far as that can be told from those.
    pub expected: u64,
}

impl Forecaster {
    /// Runs the scenarios, the first of which is the plan as planned; with a precision, batch after batch until every P80
    /// of it is known that well.
    ///
    /// A batch is as many trials as the options say. To stop when an interval is short enough costs it little of what it
    /// claims: Y. S. Chow and H. Robbins, "On the asymptotic theory of fixed-width sequential confidence intervals for the
    /// mean", Annals of Mathematical Statistics 36, 1965.
    pub(super) fn run_to(
        &self,
        plan: u32,
        scenarios: &[Scenario],
        view: &View,
        precision: Option<Precision>,
        tell: &mut dyn FnMut(Progress),
    ) -> (Vec<Tally>, Option<Reached>) {
        let mut tallies = self.run(scenarios, view);
        let Some(precision) = precision else { return (tallies, None) };
        loop {
            let trials = tallies[0].trials;
            let dated = self.p80s(plan, &tallies[0]);
            let open: Vec<&(OutcomeId, Quantile)> = dated
                .iter()
                .filter(|(_, quantile)| !quantile.is_known_to(precision.working_days()))
                .collect();
            if open.is_empty() || trials >= Precision::MOST_TRIALS {
                let known = dated.iter().map(|(outcome, _)| outcome.clone());
                let open: Vec<OutcomeId> = open.into_iter().map(|(outcome, _)| outcome.clone()).collect();
                let known = known.filter(|outcome| !open.contains(outcome)).collect();
                return (tallies, Some(Reached { working_days: precision.working_days(), known, open }));
            }
            tell(Progress { trials, expected: expected(trials, &open, precision) });
            let next = (trials + self.options.trials).min(Precision::MOST_TRIALS);
            let more = tally_range(self.program(), scenarios, view, self.options.seed, trials..next);
            tallies = tallies.into_iter().zip(&more).map(|(so_far, more)| so_far.merge(more)).collect();
        }
    }

    /// The P80 of each outcome of the plan that has dates.
    fn p80s(&self, plan: u32, tally: &Tally) -> Vec<(OutcomeId, Quantile)> {
        let outcomes = self.outcome_forecasts(plan, tally, true, true);
        outcomes.into_iter().filter_map(|it| Some((it.outcome, it.live.spread()?.p80))).collect()
    }
}

/// An interval shrinks with the square root of the trials. Where never is one of its ends there is nothing to go by.
fn expected(trials: u64, open: &[&(OutcomeId, Quantile)], precision: Precision) -> u64 {
    let days = f64::from(precision.working_days()) + 0.5;
    let needed = open.iter().map(|(_, quantile)| {
        quantile.within.map_or(Precision::MOST_TRIALS, |within| {
            (trials as f64 * (f64::from(within) / days).powi(2)).ceil() as u64
        })
    });
    needed.max().unwrap_or(trials).clamp(trials, Precision::MOST_TRIALS)
}
