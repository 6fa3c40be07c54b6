//! Several orders on the same trials: what each comes to, and how much later one brings each outcome than another.

use super::Orders;
use crate::draw::Draws;
use crate::log::Silence;
use crate::program::Program;
use crate::tally::{Histogram, Sum, books};
use crate::trial::Simulator;
use rayon::prelude::*;

/// Trials in a chunk: the unit of work of a thread.
const CHUNK: u64 = 250;

/// What orders came to, on trials from 0.
#[derive(Clone, Debug)]
pub(crate) struct Compared {
    pub(crate) trials: u64,
    /// Per order, net value of the whole organisation per trial.
    pub(crate) nets: Vec<Vec<f64>>,
    /// Per order, value of the outcomes that count.
    pub(crate) values: Vec<Sum>,
    /// Per order and outcome, when it goes live.
    pub(crate) live: Vec<Vec<Histogram>>,
    /// Per order from which to count (the first two), per order and outcome: calendar days later in the former.
    pub(crate) later: [Vec<Vec<Sum>>; 2],
    /// The same over all ranked outcomes, weighted by their value.
    pub(crate) weighted: [Vec<Sum>; 2],
}

impl Compared {
    fn new(programs: usize, outcomes: usize) -> Compared {
        let sums = || vec![vec![Sum::default(); outcomes]; programs];
        Compared {
            trials: 0,
            nets: vec![Vec::new(); programs],
            values: vec![Sum::default(); programs],
            live: vec![vec![Histogram::default(); outcomes]; programs],
            later: [sums(), sums()],
            weighted: [vec![Sum::default(); programs], vec![Sum::default(); programs]],
        }
    }

    /// This and what the trials after it came to.
    fn followed_by(mut self, other: Compared) -> Compared {
        self.trials += other.trials;
        for (mine, theirs) in self.nets.iter_mut().zip(other.nets) {
            mine.extend(theirs);
        }
        for (mine, theirs) in self.values.iter_mut().zip(other.values) {
            mine.merge(theirs);
        }
        for (mine, theirs) in self.live.iter_mut().flatten().zip(other.live.iter().flatten()) {
            mine.merge(theirs);
        }
        let theirs = other.later.into_iter().flatten().flatten();
        for (mine, theirs) in self.later.iter_mut().flatten().flatten().zip(theirs) {
            mine.merge(theirs);
        }
        for (mine, theirs) in self.weighted.iter_mut().flatten().zip(other.weighted.into_iter().flatten()) {
            mine.merge(theirs);
        }
        self
    }
}

/// Runs these orders of one program on trials from 0. Those that are laid out alike are run once.
pub(crate) fn compare(orders: &Orders<'_>, programs: &[Program], trials: u64) -> Compared {
    let alike: Vec<usize> = programs
        .iter()
        .map(|program| programs.iter().position(|other| other.slots == program.slots).unwrap_or(0))
        .collect();
    let outcomes = orders.program.outcomes.len();
    let mut weights = vec![0.0; outcomes];
    for &outcome in orders.ranked() {
        weights[outcome] = orders.program.outcomes[outcome].value.abs();
    }
    let worth: f64 = weights.iter().sum();
    let chunk = |chunk: u64| {
        let mut simulators: Vec<Simulator<'_>> = programs.iter().map(Simulator::new).collect();
        let mut seen = Compared::new(programs.len(), outcomes);
        let mut days = vec![vec![0_i32; outcomes]; programs.len()];
        let mut money = vec![(0.0, 0.0); programs.len()];
        for trial in chunk * CHUNK..((chunk + 1) * CHUNK).min(trials) {
            seen.trials += 1;
            for order in 0..programs.len() {
                if alike[order] == order {
                    let simulator = &mut simulators[order];
                    simulator.run(&orders.scenario, Draws::new(orders.seed, trial), &mut Silence);
                    money[order] = (value(orders, simulator), orders.net_of(simulator));
                    for (day, (state, spec)) in
                        days[order].iter_mut().zip(simulator.outcomes.iter().zip(&programs[order].outcomes))
                    {
                        *day = if state.live.is_finite() {
                            programs[order].calendar.day_of(state.live).min(spec.horizon)
                        } else {
                            spec.horizon
                        };
                    }
                } else {
                    money[order] = money[alike[order]];
                    let known = days[alike[order]].clone();
                    days[order] = known;
                }
                seen.values[order].add(money[order].0);
                seen.nets[order].push(money[order].1);
                for (histogram, state) in seen.live[order].iter_mut().zip(&simulators[alike[order]].outcomes)
                {
                    histogram.add(state.live);
                }
            }
            for from in 0..2.min(programs.len()) {
                for order in 0..programs.len() {
                    let mut weighted = 0.0;
                    for outcome in 0..outcomes {
                        let later = f64::from(days[from][outcome] - days[order][outcome]);
                        seen.later[from][order][outcome].add(later);
                        weighted += later * weights[outcome];
                    }
                    seen.weighted[from][order].add(if worth > 0.0 { weighted / worth } else { 0.0 });
                }
            }
        }
        seen
    };
    let empty = || Compared::new(programs.len(), outcomes);
    (0..trials.div_ceil(CHUNK)).into_par_iter().map(chunk).reduce(empty, Compared::followed_by)
}

/// Value accrued in the trial just run, by outcomes that can be dated.
fn value(orders: &Orders<'_>, simulator: &Simulator<'_>) -> f64 {
    let all: f64 = (0..orders.program.plans.len() as u32).map(|plan| books(simulator, plan).0).sum();
    let out = orders.left_out.iter();
    all - out.map(|&it| simulator.outcomes[it].days * orders.program.outcomes[it].value).sum::<f64>()
}
