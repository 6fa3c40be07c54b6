//! Policies and variations as scenarios; decide-bys, found once.

use super::Forecaster;
use crate::answer::LandsBy;
use crate::options::{Course, Variation};
use crate::policy::{self, Policy};
use crate::program::Source as LandsFrom;
use crate::scenario::{Scenario, Scope, Stance};
use rayon::prelude::*;

impl Forecaster {
    /// The teams that matter to a plan while its asks can land, and the moments at which fallbacks there are due.
    pub(super) fn around(&self, plan: u32) -> (Scope, Vec<f64>) {
        let program = self.program();
        let open = self.stances(None, Policy::Hedge, &vec![f64::INFINITY; program.fallbacks.len()]);
        let scope = program.scope([plan], &open);
        let moments = self.moments(scope.asks.iter().copied());
        (scope, moments)
    }

    /// The moment at which each fallback of these asks must be taken at the latest; infinite for all others.
    pub(super) fn moments(&self, asks: impl Iterator<Item = u32>) -> Vec<f64> {
        let program = self.program();
        let asks: Vec<u32> = asks.collect();
        // Those that are not known yet, side by side. Nothing waits for a cell that another thread fills: a thread that
        // takes over other work meanwhile could come to wait for itself.
        let unknown: Vec<u32> =
            asks.iter().copied().filter(|&ask| self.decide_bys[ask as usize].get().is_none()).collect();
        let found: Vec<_> = unknown.par_iter().map(|&ask| self.find_decide_by(ask)).collect();
        for (&ask, found) in unknown.iter().zip(found) {
            let _ = self.decide_bys[ask as usize].set(found);
        }
        let mut moments = vec![f64::INFINITY; program.fallbacks.len()];
        for ask in asks {
            let first = program.asks[ask as usize].chain_first as usize;
            let chain = &self.decide_by(ask).1;
            moments[first..first + chain.len()].copy_from_slice(chain);
        }
        moments
    }

    /// The decide-by of an ask and of each entry of its chain, found once.
    pub(super) fn decide_by(&self, ask: u32) -> &(policy::DecideBy, Vec<f64>) {
        let cell = &self.decide_bys[ask as usize];
        if let Some(known) = cell.get() {
            return known;
        }
        let found = self.find_decide_by(ask);
        cell.get_or_init(|| found)
    }

    fn find_decide_by(&self, ask: u32) -> (policy::DecideBy, Vec<f64>) {
        let program = self.program();
        let facts = &self.compiled.asks[ask as usize];
        let length = program.chain(ask).len();
        let mut moments = vec![f64::INFINITY; length];
        // Without the efforts there is nothing to time.
        let settled = matches!(facts.lands_by, LandsBy::Landed(_)) || length == 0;
        if settled || !self.gate_lacks(ask, true).is_empty() {
            return (policy::DecideBy::NoFallback, moments);
        }
        let confidence = self.compiled.organisation.settings().confidence.get();
        let (seed, trials) = (self.options.seed, self.options.search_trials);
        let own = program.decide_by(ask, confidence, seed, trials);
        // A chain without a self-reliant end is timed by its last entry, as if that were accepted.
        let last = program.self_reliant(ask, 0);
        let mut moment = match last {
            Some(_) => own.moment(),
            None => program.latest_start(ask, length as u32 - 1, confidence, seed, trials).moment(),
        };
        for entry in (0..=last.map_or(length - 1, |last| last as usize)).rev() {
            moments[entry] = moment;
            // An entry that leans must be able to end, at P80, before the next one is due.
            if let Some(before) = entry.checked_sub(1) {
                moment = (moment - facts.fallbacks[before].p80).floor().max(0.0);
            }
        }
        (own, moments)
    }

    pub(super) fn stances(&self, plan: Option<u32>, policy: Policy, moments: &[f64]) -> Vec<Stance> {
        let program = self.program();
        let stance = |ask: u32| {
            if policy != Policy::AsPlanned && plan.is_none_or(|plan| plan == program.asks[ask as usize].plan)
            {
                program.stance(ask, policy, moments)
            } else {
                program.as_planned(ask, self.compiled.asks[ask as usize].recorded, moments)
            }
        };
        (0..program.asks.len() as u32).map(stance).collect()
    }

    pub(super) fn scenario(&self, plans: &[u32], stances: Vec<Stance>, moments: &[f64]) -> Scenario {
        let program = self.program();
        let scope = program.scope(plans.iter().copied(), &stances);
        let horizon = plans.iter().map(|&plan| program.plans[plan as usize].horizon).fold(0.0, f64::max);
        Scenario { stances, decide_by: moments.to_vec(), horizon, scope, given_up: Vec::new() }
    }

    /// A scenario with some asks taken another way.
    pub(super) fn vary(&self, planned: &Scenario, variation: &Variation, moments: &[f64]) -> Scenario {
        let program = self.program();
        let mut scenario = planned.clone();
        for (id, course) in &variation.courses {
            let Some(ask) = self.ask_index(id) else { continue };
            let spec = &program.asks[ask as usize];
            let stance = program.stance(ask, Policy::Hedge, moments);
            let entry = |fallback: usize| (fallback as u32).min(spec.chain_length.saturating_sub(1));
            scenario.stances[ask as usize] = match *course {
                Course::Wait => program.stance(ask, Policy::Wait, moments),
                Course::AtDecideBy { fallback } => {
                    let first = entry(fallback);
                    let moment = moments.get((spec.chain_first + first) as usize);
                    let start = if spec.dead { 0.0 } else { moment.copied().unwrap_or(f64::INFINITY) };
                    Stance { first, start, ..stance }
                }
                Course::Start { fallback, on } => {
                    let start = program.calendar.morning(program.calendar.day(on));
                    Stance { first: entry(fallback), start, at_once: start <= 0.0, ..stance }
                }
                Course::Drop => {
                    self.give_up(ask, &mut scenario);
                    Stance { lands: false, ..program.stance(ask, Policy::Wait, moments) }
                }
            };
        }
        scenario
    }

    /// The outcomes that need the ask are lost: what serves only them is not done, nor asked for, nor worked round.
    pub(super) fn give_up(&self, ask: u32, scenario: &mut Scenario) {
        let program = self.program();
        let lost: Vec<u32> = program.list(program.asks[ask as usize].affects).to_vec();
        let only_lost = |wanted: &dyn Fn(u32) -> bool| {
            let mut needed = (0..program.outcomes.len() as u32).filter(|&outcome| wanted(outcome)).peekable();
            needed.peek().is_some() && needed.all(|outcome| lost.contains(&outcome))
        };
        let mut given_up: Vec<u32> = (0..self.compiled.items.len() as u32)
            .filter(|&item| {
                only_lost(&|outcome| program.list(program.outcomes[outcome as usize].needs).contains(&item))
                    && program.list(program.items[item as usize].lands).is_empty()
            })
            .collect();
        for other in 0..program.asks.len() as u32 {
            let spec = &program.asks[other as usize];
            let affects = program.list(spec.affects);
            let needless = !affects.is_empty() && affects.iter().all(|outcome| lost.contains(outcome));
            if other != ask && !needless {
                continue;
            }
            let stance = &mut scenario.stances[other as usize];
            (stance.wait, stance.start) = (true, f64::INFINITY);
            let landing = &program.landings[spec.landing as usize];
            if let LandsFrom::Queue { item, .. } = landing.source
                && program.list(landing.asks).len() == 1
            {
                given_up.push(item);
            }
        }
        scenario.given_up.extend(given_up);
    }
}
