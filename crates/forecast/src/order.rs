//! The order of work: what each team's own rank, the council's rank and the best order found are worth.
//!
//! An order is a sequence of outcomes for the whole organisation. Everything that serves an outcome takes its place, in
//! every queue: its items, its fallbacks, the asks that it needs and the items of other teams by which they land. It
//! changes nothing but the ready sets, and stays as it is through a trial and through all of them: ranking anew inside a
//! trial would flip items that are nearly equal, and spread dates for no reason.
//!
//! Orders are compared on common random numbers. The search runs on trials of its own; what it finds is valued on others,
//! so that the figure is not too good for having been chosen (the winner's curse).

pub(crate) mod adopt;
mod answer;
mod compare;
mod descend;
mod places;
mod queues;
pub(crate) mod swaps;

pub use answer::{
    Adoption, OrderComparison, OrderCosts, OrderForecast, OrderKind, OrderValue, OutcomeDelay,
    OutcomeInOrder, Place, RankLine, SearchEffort, Swap, Swaps,
};
pub(crate) use compare::{Compared, compare};
use places::Places;
pub(crate) use queues::Recorded;

use crate::answer::Quantity;
use crate::draw::Draws;
use crate::log::Silence;
use crate::program::Program;
use crate::scenario::Scenario;
use crate::tally::books;
use crate::trial::Simulator;
use rayon::prelude::*;
use std::ops::Range;

/// Trials of a search have these numbers, far from those that values are told from.
pub(crate) const SEARCH_TRIALS: u64 = 1 << 40;

/// How much a search may do, and how sure it is of each step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Trials that a step must gain on to be looked at closer.
    pub screen: u64,
    /// Trials on which it must gain by more than its standard error to be taken.
    pub confirm: u64,
    /// Items times trials after which the search ends with the best order it has.
    pub items: u64,
}

impl Effort {
    /// The default: screens of 62 trials, 1,000 to confirm, and at most 60 million items simulated, so that a search ends
    /// however large the organisation is.
    pub const DEFAULT: Effort = Effort { screen: 62, confirm: 1_000, items: 60_000_000 };

    /// The same for a program of so many items: with more of them a trial counts less often, so that the search still
    /// gets through some hundred orders.
    #[must_use]
    pub fn for_items(self, items: usize) -> Effort {
        self.with_trials(self.confirm.min((self.items / 200 / items.max(1) as u64).max(250)))
    }

    /// Trials to tell a value from: as many as asked for, unless there are so many items that four orders would take
    /// longer than the search.
    pub(crate) fn trials(self, wanted: u64, items: usize) -> u64 {
        wanted.min((self.items / 4 / items.max(1) as u64).max(1_000))
    }

    /// As many trials to confirm a step as asked for, and a sixteenth of that, at least 50, to screen it.
    #[must_use]
    pub fn with_trials(self, confirm: u64) -> Effort {
        let confirm = confirm.max(1);
        Effort { screen: (confirm / 16).max(50).min(confirm), confirm, ..self }
    }
}

/// An order that a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Outcomes, first to last, as indexes.
    pub order: Vec<usize>,
    /// Orders that were tried.
    pub tried: u64,
    /// Whether the search ended because it had done all that it may, with steps left to try.
    pub cut_short: bool,
}

/// The orders of one program's outcomes, to be valued and searched.
pub struct Orders<'p> {
    program: &'p Program,
    scenario: Scenario,
    places: Places,
    /// The outcomes that an order ranks: open, and with money that depends on when they go live.
    ranked: Vec<usize>,
    /// Outcomes whose money is left out, since they cannot be dated.
    left_out: Vec<usize>,
    seed: u64,
}

impl Program {
    /// The orders of its outcomes, valued over the whole organisation where fallbacks are taken only when an ask is dead
    /// or known to be dropped.
    pub fn orders(&self, seed: u64) -> Orders<'_> {
        Orders::of(self, self.undecided(), &[], seed)
    }
}

impl<'p> Orders<'p> {
    pub(crate) fn of(program: &'p Program, scenario: Scenario, left_out: &[usize], seed: u64) -> Orders<'p> {
        let ranked = (0..program.outcomes.len()).filter(|index| {
            let outcome = &program.outcomes[*index];
            let money = outcome.value != 0.0 || outcome.late != (0.0, 0.0);
            money && outcome.live.is_none() && !left_out.contains(index)
        });
        let ranked = ranked.collect();
        let left_out = left_out.to_vec();
        Orders { program, scenario, places: Places::of(program), ranked, left_out, seed }
    }

    /// The outcomes that an order ranks, as indexes: those that are open and worth something.
    pub fn ranked(&self) -> &[usize] {
        &self.ranked
    }

    pub(crate) fn places(&self) -> &Places {
        &self.places
    }

    /// Whether any two of the outcomes have work in one queue.
    pub(crate) fn has_rivals(&self) -> bool {
        let meet = self.places.meet(self.program);
        let mut teams: Vec<u32> =
            self.ranked.iter().flat_map(|&outcome| meet[outcome].iter().copied()).collect();
        let all = teams.len();
        teams.sort_unstable();
        teams.dedup();
        teams.len() < all
    }

    /// The program in this order.
    pub(crate) fn program_in(&self, order: &[usize]) -> Program {
        self.program.with_ranks(self.places.ranks(self.program, order))
    }

    /// Expected net value of the whole organisation in this order, over trials of these numbers.
    ///
    /// `order` is of outcomes by index; those that are not in it come after, as they are ranked now.
    pub fn net(&self, order: &[usize], trials: Range<u64>) -> Quantity {
        mean(&self.nets(&self.program_in(order), trials))
    }

    /// What one order is expected to bring more than another, trial by trial on the same random numbers.
    pub fn gain(&self, order: &[usize], over: &[usize], trials: Range<u64>) -> Quantity {
        let nets = self.nets(&self.program_in(order), trials.clone());
        let base = self.nets(&self.program_in(over), trials);
        difference(&nets, &base)
    }

    /// Net value of the whole organisation per trial.
    pub(crate) fn nets(&self, program: &Program, trials: Range<u64>) -> Vec<f64> {
        let one = |simulator: &mut Simulator<'_>, trial: u64| {
            simulator.run(&self.scenario, Draws::new(self.seed, trial), &mut Silence);
            self.net_of(simulator)
        };
        let items = program.items.len().max(1) as u64;
        // Too little work for a thread costs more to hand over than to do.
        let least = (20_000 / items).clamp(4, 250) as usize;
        let numbers: Vec<u64> = trials.collect();
        numbers.into_par_iter().with_min_len(least).map_init(|| Simulator::new(program), one).collect()
    }

    /// Net value of the whole organisation in the trial just run, without the money of outcomes that cannot be dated.
    pub(crate) fn net_of(&self, simulator: &Simulator<'_>) -> f64 {
        let plans = 0..self.program.plans.len() as u32;
        let all: f64 = plans.map(|plan| books(simulator, plan).2).sum();
        let out = self.left_out.iter().map(|&outcome| {
            let value = simulator.outcomes[outcome].days * self.program.outcomes[outcome].value;
            value - simulator.late_cost(outcome as u32)
        });
        all - out.sum::<f64>()
    }

    /// What a week of delay of an outcome costs, in money: its value a week, and its cost of being late where that is a
    /// rate. A cost of being late that falls due once is none.
    pub fn cost_of_delay(&self, outcome: usize) -> f64 {
        let spec = &self.program.outcomes[outcome];
        (spec.value + spec.late.0) * 7.0
    }

    /// The effort that an outcome still needs, in person-days: the mean of what is left of each item that it needs, of
    /// every ask behind them, and of what the asked teams' items need in turn. Work that several outcomes need counts
    /// for each of them; fallbacks do not count.
    pub fn effort_left(&self, outcome: usize) -> f64 {
        places::effort_left(self.program, outcome)
    }

    /// Outcomes by cost of delay over remaining effort, highest first; those that need nothing more before all others.
    ///
    /// The weighted shortest job first: for one server and a constant cost of delay the order with the least total cost
    /// (Smith, "Various optimizers for single-stage production", Naval Research Logistics Quarterly 3, 1956); as a rule
    /// for product work: Reinertsen, "The Principles of Product Development Flow", 2009, chapter 7. Equal ratios go by due
    /// date, then as they stand in the files.
    pub fn by_cost_of_delay(&self) -> Vec<usize> {
        let mut order = self.ranked.clone();
        let ratio = |outcome: usize| {
            let (cost, effort) = (self.cost_of_delay(outcome), self.effort_left(outcome));
            if effort > 0.0 { cost / effort } else { f64::INFINITY }
        };
        let due = |outcome: usize| self.program.outcomes[outcome].due.unwrap_or(i32::MAX);
        order.sort_by(|&a, &b| ratio(b).total_cmp(&ratio(a)).then(due(a).cmp(&due(b))).then(a.cmp(&b)));
        order
    }

    /// The best order: the search's, from cost of delay over duration and from the order as it is ranked now, unless one
    /// of these is worth more on the trials `fresh`, which the search has not seen.
    pub fn best(&self, effort: Effort, fresh: Range<u64>) -> Vec<usize> {
        let mut candidates = vec![self.by_cost_of_delay(), self.as_ranked(self.program)];
        let found = self.search(&candidates, effort).order;
        candidates.insert(0, found);
        let worth = |order: Vec<usize>| (self.net(&order, fresh.clone()).mean, order);
        let better =
            |best: (f64, Vec<usize>), other: (f64, Vec<usize>)| if other.0 > best.0 { other } else { best };
        candidates.into_iter().map(worth).reduce(better).map(|best| best.1).unwrap_or_default()
    }

    /// Outcomes in the order in which a program's ranks place the first of their items: what an order of items comes to
    /// as an order of outcomes.
    pub(crate) fn as_ranked(&self, program: &Program) -> Vec<usize> {
        let mut order = self.ranked.clone();
        order.sort_by_key(|&outcome| {
            let serves = |&&item: &&u32| {
                program.list(program.items[item as usize].outcomes).contains(&(outcome as u32))
            };
            let own = program.list(program.outcomes[outcome].needs).iter().filter(serves);
            let first = own.map(|&item| program.ranks[item as usize]).min();
            (first.is_none(), first, outcome)
        });
        order
    }
}

/// The mean of values with its standard error.
pub(crate) fn mean(values: &[f64]) -> Quantity {
    let n = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n;
    Quantity { mean, error: (variance / n).sqrt() }
}

/// The mean of differences, trial by trial, with its standard error.
pub(crate) fn difference(a: &[f64], b: &[f64]) -> Quantity {
    let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    mean(&differences)
}
