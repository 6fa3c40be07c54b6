//! What every item takes in one trial, drawn in one go before the trial begins.
//!
//! A draw depends on the seed, the trial and the item alone, so that all scenarios of a trial share it, and a loop over
//! nothing else keeps the processor busier than drawing item by item between events.

use super::ItemState;
use super::memory::Memory;
use super::state::FreshItem;
use crate::distribution::Effort;
use crate::draft::Progress;
use crate::draw::{Draws, Key, LARGEST_SIGMA, Purpose};
use crate::exponential::exponential;
use crate::normal::Normal;
use crate::prior;
use crate::program::{Item, NONE, Program};
use crate::scenario::Scope;

/// How an item's effort is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    /// Lognormal from its beginning.
    Whole,
    /// The same, and one in six takes three times as long.
    Overrunning,
    /// Nothing to draw: it is done, or nothing is said.
    Nothing,
    /// Begun, or from a table.
    Other,
}

#[derive(Clone, Copy, Debug)]
struct Sample {
    key: Key,
    /// Person-days; exact where nothing is uncertain, so that what takes a day ends with the day.
    median: f64,
    sigma: f64,
    /// Which shared factor it takes.
    factor: u32,
    way: Way,
    fresh: FreshItem,
}

/// The largest logarithm of a median that is drawn with: e^200 person-days are more than the age of the universe.
const LARGEST_MU: f64 = 200.0;

/// Makes items fresh for a trial and draws their efforts: what is still to be spent, in person-days.
#[derive(Debug)]
pub(super) struct Efforts {
    samples: Vec<Sample>,
    /// Per plan, then per team: the factor that its work shares, the organisation's included.
    factors: Vec<f64>,
    /// What they were drawn for.
    drawn: Option<Draws>,
    active: Vec<bool>,
    organisation: Key,
}

impl Sample {
    fn of(item: &Item, plans: u32) -> Sample {
        let (mu, sigma) = match item.effort {
            Effort::Estimate { lognormal, .. } => (lognormal.mu, lognormal.sigma),
            _ => (0.0, 0.0),
        };
        let way = match (item.progress, item.effort) {
            (Progress::Done, _) | (_, Effort::Unknown) => Way::Nothing,
            (Progress::Ahead, Effort::Estimate { overruns: false, .. }) => Way::Whole,
            (Progress::Ahead, Effort::Estimate { overruns: true, .. }) => Way::Overrunning,
            _ => Way::Other,
        };
        Sample {
            key: item.key,
            median: mu.clamp(-LARGEST_MU, LARGEST_MU).exp(),
            sigma: sigma.clamp(0.0, LARGEST_SIGMA),
            factor: if item.plan == NONE { plans + item.team } else { item.plan },
            way,
            fresh: FreshItem::of(item),
        }
    }
}

impl Efforts {
    pub(super) fn new(program: &Program) -> Efforts {
        let plans = program.plans.len() as u32;
        Efforts {
            samples: program.items.iter().map(|item| Sample::of(item, plans)).collect(),
            factors: vec![1.0; program.plans.len() + program.teams.len()],
            drawn: None,
            active: Vec::new(),
            organisation: Key::of("organisation"),
        }
    }

    /// Makes all items of a scope fresh, and draws for them unless that was done for this trial already.
    pub(super) fn refresh(
        &mut self,
        program: &Program,
        scope: &Scope,
        draws: Draws,
        items: &mut [ItemState],
        memory: &mut Memory,
    ) {
        if let Some(days) = memory.days() {
            for (&item, &days) in scope.items.iter().zip(days) {
                let (state, fresh) = (&mut items[item as usize], self.samples[item as usize].fresh);
                (state.pending, state.status, state.late) = (fresh.pending, fresh.status, false);
                (state.order, state.days) = (0, days);
            }
            self.drawn = None; // The items hold what was remembered.
            return;
        }
        let redraw = self.drawn != Some(draws) || self.active != scope.active;
        if redraw {
            if self.active != scope.active {
                self.active.clone_from(&scope.active);
            }
            self.drawn = Some(draws);
            self.draw_factors(program, scope, draws);
        }
        let table = Normal::table();
        let factors = &self.factors;
        let refresh = |state: &mut ItemState, sample: &Sample, item: u32| {
            (state.pending, state.status, state.late) = (sample.fresh.pending, sample.fresh.status, false);
            state.order = 0;
            if redraw {
                let z = draws.normal(table, sample.key, Purpose::Effort);
                state.days = sample.median * exponential(sample.sigma * z) * factors[sample.factor as usize];
                if sample.way != Way::Whole {
                    state.days = other(program, sample, item, draws, state.days, factors);
                }
            }
        };
        if scope.items.len() == items.len() {
            for (item, (state, sample)) in items.iter_mut().zip(&self.samples).enumerate() {
                refresh(state, sample, item as u32);
            }
        } else {
            for &item in &scope.items {
                refresh(&mut items[item as usize], &self.samples[item as usize], item);
            }
        }
        memory.keep_days(scope, items);
    }

    fn draw_factors(&mut self, program: &Program, scope: &Scope, draws: Draws) {
        let organisation = draws.factor(program.organisation_factor, self.organisation);
        for &plan in &scope.plans {
            self.factors[plan as usize] =
                organisation * draws.factor(program.plan_factor, program.plans[plan as usize].key);
        }
        for &team in &scope.teams {
            self.factors[program.plans.len() + team as usize] =
                organisation * draws.factor(program.plan_factor, program.teams[team as usize].key);
        }
    }
}

/// The effort left of an item that is not simply lognormal; `whole` is what that would be.
#[inline(never)]
fn other(program: &Program, sample: &Sample, item: u32, draws: Draws, whole: f64, factors: &[f64]) -> f64 {
    match sample.way {
        Way::Whole => whole,
        Way::Overrunning => {
            let overruns = draws.uniform(sample.key, Purpose::Overrun) < prior::OVERRUN_CHANCE;
            if overruns { whole * prior::OVERRUN_FACTOR } else { whole }
        }
        Way::Nothing => 0.0,
        Way::Other => {
            let spec = &program.items[item as usize];
            let spent = if let Progress::Started { spent } = spec.progress { spent } else { 0.0 };
            let factor = factors[sample.factor as usize];
            (spec.effort.draw(draws, spec.key, factor, spent, &program.tables) - spent).max(0.0)
        }
    }
}
