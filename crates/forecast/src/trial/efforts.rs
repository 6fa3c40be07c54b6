//! What every item takes in one trial, drawn in one go before the trial begins.
//!
//! A draw depends on the seed, the trial and the item alone, so that all scenarios of a trial share it, and a loop over
//! nothing else keeps the processor busier than drawing item by item between events.

use super::ItemState;
use super::memory::Memory;
use super::state::Standing;
use crate::distribution::Effort;
use crate::draft::Progress;
use crate::draw::{Draws, Key, LARGEST_SIGMA, Purpose};
use crate::exponential::exponential;
use crate::normal::Normal;
use crate::prior;
use crate::program::{Item, NONE, Program};
use crate::scenario::Scope;
use std::ops::Range;

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
    fresh: Vec<Standing>,
    /// Per plan, then per team: the factor that its work shares, the organisation's included.
    factors: Vec<f64>,
    /// What they were drawn for.
    drawn: Option<Draws>,
    active: Vec<bool>,
    /// The items of those teams.
    blocks: Vec<Block>,
    organisation: Key,
}

/// At most [`BLOCK`] items, one after the other.
#[derive(Clone, Debug)]
struct Block {
    items: Range<usize>,
    /// Whether all of them are drawn in the commonest way.
    whole: bool,
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
            fresh: program.items.iter().map(ItemState::fresh).collect(),
            factors: vec![1.0; program.plans.len() + program.teams.len()],
            drawn: None,
            active: Vec::new(),
            blocks: Vec::new(),
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
        if self.active != scope.active {
            self.active.clone_from(&scope.active);
            self.lay_out(scope);
            self.drawn = None;
        }
        if let Some(days) = memory.days() {
            self.blocks.iter().for_each(|block| self.freshen(block, items));
            for (&item, &days) in scope.items.iter().zip(days) {
                items[item as usize].days = days;
            }
            self.drawn = None; // The items hold what was remembered.
            return;
        }
        let redraw = self.drawn != Some(draws);
        if redraw {
            self.drawn = Some(draws);
            self.draw_factors(program, scope, draws);
        }
        for block in &self.blocks {
            self.freshen(block, items);
            if redraw {
                self.draw(program, block, draws, items);
            }
        }
        memory.keep_days(scope, items);
    }

    /// Lays out the items of a scope in blocks.
    fn lay_out(&mut self, scope: &Scope) {
        self.blocks.clear();
        for row in scope.items.chunk_by(|one, next| one + 1 == *next) {
            for block in row.chunks(BLOCK) {
                let first = block[0] as usize;
                let items = first..first + block.len();
                let whole = self.ways[items.clone()].iter().all(|&way| way == Way::Whole);
                self.blocks.push(Block { items, whole });
            }
        }
    }

    /// Makes items as they are before a trial.
    fn freshen(&self, block: &Block, items: &mut [ItemState]) {
        let range = block.items.clone();
        for (state, &fresh) in items[range.clone()].iter_mut().zip(&self.fresh[range]) {
            (state.standing, state.late, state.order) = (fresh, false, 0);
        }
    }

    fn draw(&self, program: &Program, block: &Block, draws: Draws, items: &mut [ItemState]) {
        let range = block.items.clone();
        let table = Normal::table();
        let mut bits = [0; BLOCK];
        let bits = &mut bits[..range.len()];
        for (bits, &key) in bits.iter_mut().zip(&self.keys[range.clone()]) {
            *bits = draws.bits(key, Purpose::Effort.nth(0));
        }
        let mut results = [0.0; BLOCK];
        for (z, &bits) in results.iter_mut().zip(&*bits) {
            *z = table.draw(bits);
        }
        for (result, &Spread { median, sigma }) in results.iter_mut().zip(&self.spreads[range.clone()]) {
            *result = median * exponential(sigma * *result);
        }
        let with_results = items[range.clone()].iter_mut().zip(results).zip(&self.shared[range.clone()]);
        if block.whole {
            for ((item, result), &shared) in with_results {
                item.days = result * self.factors[shared as usize];
            }
            return;
        }
        for (((item, result), &shared), number) in with_results.zip(range) {
            let factor = self.factors[shared as usize];
            item.days = other(program, self.ways[number], number, draws, result * factor, factor);
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
fn other(program: &Program, way: Way, item: usize, draws: Draws, whole: f64, factor: f64) -> f64 {
    let spec = &program.items[item];
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
