//! Trying every start of a fallback on the same trials: the curve behind "best start".

use crate::certainty::value_of_knowing;
use crate::draw::Draws;
use crate::log::Silence;
use crate::program::Program;
use crate::scenario::Scenario;
use crate::tally::books;
use crate::trial::Simulator;
use rayon::prelude::*;

/// What each start came to in each trial.
#[derive(Clone, Debug)]
pub(crate) struct Curve {
    /// The mornings tried, as indexes of working days, ascending; infinite is "never".
    pub(crate) starts: Vec<f64>,
    /// Net value of the plan per start and trial.
    nets: Vec<Vec<f64>>,
    /// Per start, the trials in which every dated outcome was on time.
    pub(crate) on_time: Vec<u64>,
    /// Per trial, the moment at which the ask lands where no start comes before; infinite where it never does.
    landed: Vec<f64>,
    pub(crate) trials: u64,
}

/// A mean with its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Mean {
    pub(crate) mean: f64,
    pub(crate) error: f64,
}

pub(crate) fn mean(values: impl Iterator<Item = f64> + Clone, trials: u64) -> Mean {
    let n = trials.max(1) as f64;
    let mean = values.clone().sum::<f64>() / n;
    let variance = values.map(|x| (x - mean) * (x - mean)).sum::<f64>() / n;
    Mean { mean, error: (variance / n).sqrt() }
}

impl Curve {
    /// Runs the scenario with the fallback of `ask` started at each of `starts`.
    ///
    /// Where the ask has landed, or is known to be dropped, before a start, that start never comes: the trial without
    /// any start stands for it, and need not be run again.
    pub(crate) fn run(
        program: &Program,
        scenario: &Scenario,
        ask: u32,
        entry: u32,
        starts: &[f64],
        seed: u64,
        trials: u64,
    ) -> Curve {
        let plan = program.asks[ask as usize].plan;
        let dated = program.dated(ask);
        let with = |start: f64| {
            let mut scenario = scenario.clone();
            let stance = &mut scenario.stances[ask as usize];
            (stance.wait, stance.first, stance.start, stance.at_once) = (false, entry, start, false);
            scenario
        };
        let never = with(f64::INFINITY);
        let scenarios: Vec<Scenario> = starts.iter().map(|&start| with(start)).collect();
        let read = |simulator: &Simulator<'_>| {
            let on_time = dated.iter().all(|&outcome| {
                simulator.outcomes[outcome as usize].live < program.outcomes[outcome as usize].due_end
            });
            (books(simulator, plan).2, on_time)
        };
        let trial = |simulator: &mut Simulator<'_>, trial: usize| -> (f64, Vec<(f64, bool)>) {
            let draws = Draws::new(seed, trial as u64);
            simulator.run(&never, draws, &mut Silence);
            let without = read(simulator);
            let state = &simulator.asks[ask as usize];
            let settled = state.landed.min(state.dropped);
            // Once dropped it does not land, whatever its chain does then.
            let landed = if state.dropped.is_finite() { f64::INFINITY } else { state.landed };
            let one = |(&start, scenario): (&f64, &Scenario)| {
                if start >= settled || start.is_infinite() {
                    return without;
                }
                simulator.run(scenario, draws, &mut Silence);
                read(simulator)
            };
            (landed, starts.iter().zip(&scenarios).map(one).collect())
        };
        let rows: Vec<(f64, Vec<(f64, bool)>)> = (0..trials as usize)
            .into_par_iter()
            .with_min_len(100)
            .map_init(|| Simulator::new(program), trial)
            .collect();
        let column = |index: usize| rows.iter().map(move |(_, row)| row[index]);
        Curve {
            starts: starts.to_vec(),
            nets: (0..starts.len()).map(|index| column(index).map(|(net, _)| net).collect()).collect(),
            on_time: (0..starts.len())
                .map(|index| column(index).filter(|(_, on_time)| *on_time).count() as u64)
                .collect(),
            landed: rows.iter().map(|(landed, _)| *landed).collect(),
            trials,
        }
    }

    /// What it would be worth to know whether and when the ask lands before a start is chosen.
    pub(crate) fn certainty(&self) -> Mean {
        value_of_knowing(&self.nets, &self.landed)
    }

    /// The expected net value of a start.
    pub(crate) fn net(&self, start: usize) -> Mean {
        mean(self.nets[start].iter().copied(), self.trials)
    }

    /// The expected difference between two starts, trial by trial.
    pub(crate) fn difference(&self, start: usize, other: usize) -> Mean {
        mean(self.nets[start].iter().zip(&self.nets[other]).map(|(a, b)| a - b), self.trials)
    }

    /// The start with the highest expected net value.
    pub(crate) fn highest(&self) -> usize {
        (0..self.starts.len())
            .max_by(|&a, &b| self.net(a).mean.total_cmp(&self.net(b).mean).then(b.cmp(&a)))
            .unwrap_or(0)
    }

    /// The latest start within two standard errors of the highest; never starting is the latest of all.
    pub(crate) fn best(&self) -> usize {
        let highest = self.highest();
        (0..self.starts.len())
            .rev()
            .find(|&start| {
                let behind = self.difference(highest, start);
                behind.mean <= 2.0 * behind.error
            })
            .unwrap_or(highest)
    }
}
