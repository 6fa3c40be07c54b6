//! What is weighed for each ask of the plan in view, and not in the overview: starts, certainty, dropping it.

use super::Forecaster;
use super::outcomes::amount;
use crate::answer::{BestStart, Certainty, Chance, DecideBy, Dropping, NetValue, OnTimeByStart, StartOnTime};
use crate::options::{Course, Variation};
use crate::scenario::Scenario;
use crate::tally::{View, tally};
use kedge_model::Probability;

/// Working mornings either side of decide-by that are tried one by one.
const NEAR: u32 = 3;
/// Mornings that are tried between as-of and the last due date.
const ACROSS: u32 = 6;

/// What was weighed for an ask.
#[derive(Clone)]
pub(super) struct Weighed {
    pub(super) best_start: BestStart,
    pub(super) certainty: Certainty,
    pub(super) dropping: Dropping,
    pub(super) on_time_by_start: Option<OnTimeByStart>,
}

impl Weighed {
    /// In the overview nothing is.
    pub(super) fn not_searched() -> Weighed {
        Weighed {
            best_start: BestStart::NotSearched,
            certainty: Certainty::NotSearched,
            dropping: Dropping::NotSearched,
            on_time_by_start: None,
        }
    }
}

impl Forecaster {
    /// All of it for the asks of a plan, in their order.
    pub(super) fn weigh(
        &self,
        plan: u32,
        planned: &Scenario,
        view: &View,
        worth: &NetValue,
        moments: &[f64],
    ) -> Vec<Weighed> {
        let program = self.program();
        let asks = program.list(program.plans[plan as usize].asks);
        let dropping = self.dropping(asks, planned, view, worth, moments);
        let weighed = asks.iter().zip(dropping).map(|(&ask, dropping)| {
            let (best_start, certainty) = self.best_start(ask, planned, moments);
            Weighed { best_start, certainty, dropping, on_time_by_start: self.on_time_by_start(ask) }
        });
        weighed.collect()
    }

    /// What giving up each ask, and what it gates, comes to against the plan as planned, on the same trials.
    fn dropping(
        &self,
        asks: &[u32],
        planned: &Scenario,
        view: &View,
        worth: &NetValue,
        moments: &[f64],
    ) -> Vec<Dropping> {
        let program = self.program();
        let gates =
            |ask: u32| !self.settled(ask) && !program.list(program.asks[ask as usize].affects).is_empty();
        match worth {
            NetValue::Money(_) => {}
            NetValue::NoValue => return vec![Dropping::NoValue; asks.len()],
            NetValue::TooLittleData(lacks) => {
                return vec![Dropping::TooLittleData(lacks.clone()); asks.len()];
            }
        }
        let dropped = asks.iter().filter(|&&ask| gates(ask)).map(|&ask| {
            let id = self.compiled.asks[ask as usize].id.clone();
            self.vary(planned, &Variation::one(id, Course::Drop), moments)
        });
        let scenarios: Vec<Scenario> = std::iter::once(planned.clone()).chain(dropped).collect();
        if scenarios.len() == 1 {
            return vec![Dropping::Nothing; asks.len()];
        }
        // Compared trial by trial, so that half are enough, as for the best start.
        let trials = (self.options.search_trials / 2).max(1);
        let mut tallies = tally(program, &scenarios, view, self.options.seed, trials).into_iter().skip(1);
        let one = |&ask: &u32| {
            let tally = if gates(ask) { tallies.next() } else { None };
            tally.map_or(Dropping::Nothing, |tally| Dropping::Worth {
                gain: amount(&tally.accounts[0].gain, tally.trials),
                gain_elsewhere: amount(&tally.elsewhere.gain, tally.trials),
                trials,
            })
        };
        asks.iter().map(one).collect()
    }

    /// The curve behind decide-by: the chance on time by the day on which its fallback starts, where no ask of the plan
    /// lands.
    fn on_time_by_start(&self, ask: u32) -> Option<OnTimeByStart> {
        let program = self.program();
        let (DecideBy::On(_) | DecideBy::TooLate { .. }) = self.decide_by_answer(ask) else { return None };
        let entry = program.self_reliant(ask, 0)?;
        let ends = program.dated(ask).into_iter().map(|outcome| program.outcomes[outcome as usize].due_end);
        let last = ends.fold(0.0, f64::max) as u32;
        let found = self.decide_by(ask).0.moment() as u32;
        let mut starts: Vec<u32> = (0..last).step_by(last.div_ceil(ACROSS).max(1) as usize).collect();
        starts.extend((found.saturating_sub(NEAR)..=found + NEAR).filter(|start| *start < last.max(1)));
        starts.sort_unstable();
        starts.dedup();
        let trials = (self.options.search_trials / 4).max(1);
        let counts = program.on_time_by_start(ask, entry, &starts, self.options.seed, trials);
        let confidence = self.compiled.organisation.settings().confidence;
        let points: Vec<StartOnTime> = starts
            .iter()
            .zip(counts)
            .map(|(&start, on_time)| StartOnTime {
                date: program.calendar.date_of(f64::from(start)),
                on_time: Chance::of(on_time, trials),
            })
            .collect();
        let bound = |point: &StartOnTime, errors: f64| {
            point.on_time.share.get() + errors * point.on_time.error >= confidence.get()
        };
        Some(OnTimeByStart {
            confidence: Probability::clamped(confidence.get()),
            from: points.iter().take_while(|point| bound(point, -2.0)).last().map(|point| point.date),
            to: points.iter().rev().find(|point| bound(point, 2.0)).map(|point| point.date),
            points,
        })
    }
}
