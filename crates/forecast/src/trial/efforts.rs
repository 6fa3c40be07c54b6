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

/// The lognormal that an item is drawn from, if only in part.
#[derive(Clone, Copy, Debug)]
struct Spread {
    /// Person-days; exact where nothing is uncertain, so that what takes a day ends with the day.
    median: f64,
    sigma: f64,
}

/// How many items are drawn for together: each step of a draw is a loop of its own over them, so that the processor works on
/// many at once where a single draw has it wait for each result.
const BLOCK: usize = 64;

/// The largest logarithm of a median that is drawn with: e^200 person-days are more than the age of the universe.
const LARGEST_MU: f64 = 200.0;

/// Makes items fresh for a trial and draws their efforts: what is still to be spent, in person-days.
#[derive(Debug)]
pub(super) struct Efforts {
    // Per item.
    keys: Vec<Key>,
    spreads: Vec<Spread>,
    /// Which shared factor it takes.
    shared: Vec<u32>,
    ways: Vec<Way>,
    fresh: Vec<FreshItem>,
    /// Per plan, then per team: the factor that its work shares, the organisation's included.
    factors: Vec<f64>,
    /// What they were drawn for.
    drawn: Option<Draws>,
    active: Vec<bool>,
    organisation: Key,
}

impl Way {
    fn of(item: &Item) -> Way {
        match (item.progress, item.effort) {
            (Progress::Done, _) | (_, Effort::Unknown) => Way::Nothing,
            (Progress::Ahead, Effort::Estimate { overruns: false, .. }) => Way::Whole,
            (Progress::Ahead, Effort::Estimate { overruns: true, .. }) => Way::Overrunning,
            _ => Way::Other,
        }
    }
}

impl Spread {
    fn of(item: &Item) -> Spread {
        let (mu, sigma) = match item.effort {
            Effort::Estimate { lognormal, .. } => (lognormal.mu, lognormal.sigma),
            _ => (0.0, 0.0),
        };
        Spread { median: mu.clamp(-LARGEST_MU, LARGEST_MU).exp(), sigma: sigma.clamp(0.0, LARGEST_SIGMA) }
    }
}

impl Efforts {
    pub(super) fn new(program: &Program) -> Efforts {
        let plans = program.plans.len() as u32;
        let shared = |item: &Item| if item.plan == NONE { plans + item.team } else { item.plan };
        Efforts {
            keys: program.items.iter().map(|item| item.key).collect(),
            spreads: program.items.iter().map(Spread::of).collect(),
            shared: program.items.iter().map(shared).collect(),
            ways: program.items.iter().map(Way::of).collect(),
            fresh: program.items.iter().map(FreshItem::of).collect(),
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
            self.freshen(&scope.items, items);
            for (&item, &days) in scope.items.iter().zip(days) {
                items[item as usize].days = days;
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
        for block in scope.items.chunks(BLOCK) {
            self.freshen(block, items);
            if redraw {
                self.draw(program, block, draws, items);
            }
        }
        memory.keep_days(scope, items);
    }

    /// Makes items as they are before a trial.
    fn freshen(&self, block: &[u32], items: &mut [ItemState]) {
        for &item in block {
            let (state, fresh) = (&mut items[item as usize], self.fresh[item as usize]);
            (state.pending, state.status, state.late) = (fresh.pending, fresh.status, false);
            state.order = 0;
        }
    }

    /// Draws for at most [`BLOCK`] items.
    fn draw(&self, program: &Program, block: &[u32], draws: Draws, items: &mut [ItemState]) {
        let table = Normal::table();
        let mut bits = [0; BLOCK];
        for (bits, &item) in bits.iter_mut().zip(block) {
            *bits = draws.bits(self.keys[item as usize], Purpose::Effort.nth(0));
        }
        let mut results = [0.0; BLOCK];
        for (z, &bits) in results.iter_mut().zip(&bits) {
            *z = table.draw(bits);
        }
        for (result, &item) in results.iter_mut().zip(block) {
            let Spread { median, sigma } = self.spreads[item as usize];
            *result = median * exponential(sigma * *result);
        }
        for (&result, &item) in results.iter().zip(block) {
            let factor = self.factors[self.shared[item as usize] as usize];
            let whole = result * factor;
            let way = self.ways[item as usize];
            let days =
                if way == Way::Whole { whole } else { other(program, way, item, draws, whole, factor) };
            items[item as usize].days = days;
        }
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
fn other(program: &Program, way: Way, item: u32, draws: Draws, whole: f64, factor: f64) -> f64 {
    let spec = &program.items[item as usize];
    match way {
        Way::Whole => whole,
        Way::Overrunning => {
            let overruns = draws.uniform(spec.key, Purpose::Overrun) < prior::OVERRUN_CHANCE;
            if overruns { whole * prior::OVERRUN_FACTOR } else { whole }
        }
        Way::Nothing => 0.0,
        Way::Other => {
            let spent = if let Progress::Started { spent } = spec.progress { spent } else { 0.0 };
            (spec.effort.draw(draws, spec.key, factor, spent, &program.tables) - spent).max(0.0)
        }
    }
}
