//! Trials in the caller's hands, one at a time: for benchmarks, and to stand beside other people's simulators.

use crate::draw::Draws;
use crate::log::Silence;
use crate::program::Program;
use crate::scenario::Scenario;
use crate::trial::Simulator;

/// Runs whole trials of a program, one after the other, in buffers that it reuses.
pub struct Trials<'p> {
    simulator: Simulator<'p>,
    scenario: Scenario,
}

/// What one trial came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ran {
    /// Items that ended.
    pub completions: u64,
    /// The moment at which the last of them ended, in working days from the as-of morning.
    pub last_end: f64,
}

impl<'p> Trials<'p> {
    pub(crate) fn of(program: &'p Program, scenario: Scenario) -> Trials<'p> {
        Trials { simulator: Simulator::new(program), scenario }
    }

    /// Runs trial number `trial` under `seed`.
    pub fn run(&mut self, seed: u64, trial: u64) -> Ran {
        self.simulator.run(&self.scenario, Draws::new(seed, trial), &mut Silence);
        Ran { completions: self.simulator.completions, last_end: self.simulator.last_end }
    }

    /// The moment at which an outcome, by its index in the draft, went live in the last trial; infinite if it did not.
    pub fn live(&self, outcome: usize) -> f64 {
        self.simulator.outcomes.get(outcome).map_or(f64::INFINITY, |outcome| outcome.live)
    }

    /// The moment at which an item, by its index in the draft, ended in the last trial; infinite if it did not.
    pub fn ended(&self, item: usize) -> f64 {
        self.simulator.ended(item)
    }
}

impl Program {
    /// Trials of the whole organisation in which fallbacks are taken only where an ask is dead or known to be dropped.
    pub fn trials(&self) -> Trials<'_> {
        Trials::of(self, self.undecided())
    }
}
