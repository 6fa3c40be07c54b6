//! What trials came to one by one: kept so that another organisation is compared with this one trial by trial, on the
//! same random numbers.

use crate::draw::Draws;
use crate::log::Silence;
use crate::program::Program;
use crate::scenario::Scenario;
use crate::tally::{Tally, books};
use crate::trial::Simulator;
use rayon::prelude::*;

/// Trials that one thread runs at a stretch.
const CHUNK: u64 = 125;

/// The day that never comes.
pub(crate) const NEVER: u32 = u32::MAX;

/// Money and effort of a plan in one trial.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Books {
    /// Value accrued to the horizons.
    pub(crate) value: f64,
    /// Person-days spent by the plan's own people.
    pub(crate) days: f64,
    /// Value less people, prices, fees and the cost of being late.
    pub(crate) net: f64,
}

/// What the trials of one scenario came to for some plans, a column for each outcome and each plan.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rows {
    pub(crate) trials: u64,
    /// Per outcome of the program, the working day on which it went live in each trial, [`NEVER`] beyond its horizon;
    /// empty for outcomes of other plans.
    pub(crate) live: Vec<Vec<u32>>,
    /// Per plan of the program; empty for other plans.
    pub(crate) books: Vec<Vec<Books>>,
}

impl Rows {
    fn none(program: &Program) -> Rows {
        Rows {
            trials: 0,
            live: vec![Vec::new(); program.outcomes.len()],
            books: vec![Vec::new(); program.plans.len()],
        }
    }

    /// Runs the scenario and keeps what these plans came to. The same rows on any number of threads.
    pub(crate) fn run(program: &Program, scenario: &Scenario, plans: &[u32], seed: u64, trials: u64) -> Rows {
        let ends: Vec<u32> = program
            .outcomes
            .iter()
            .map(|outcome| program.calendar.end(outcome.horizon.max(0)).min(1e9) as u32)
            .collect();
        let chunk = |chunk: u64| {
            let mut simulator = Simulator::new(program);
            let mut rows = Rows::none(program);
            for trial in chunk * CHUNK..((chunk + 1) * CHUNK).min(trials) {
                simulator.run(scenario, Draws::new(seed, trial), &mut Silence);
                rows.trials += 1;
                for &plan in plans {
                    for &outcome in program.list(program.plans[plan as usize].outcomes) {
                        let outcome = outcome as usize;
                        let live = simulator.outcomes[outcome].live;
                        let within = live < f64::from(ends[outcome]);
                        rows.live[outcome].push(if within { live as u32 } else { NEVER });
                    }
                    let (value, days, net) = books(&simulator, plan);
                    rows.books[plan as usize].push(Books { value, days, net });
                }
            }
            rows
        };
        let chunks: Vec<Rows> = (0..trials.div_ceil(CHUNK)).into_par_iter().map(chunk).collect();
        let mut all = Rows::none(program);
        for rows in chunks {
            all.trials += rows.trials;
            for (mine, theirs) in all.live.iter_mut().zip(rows.live) {
                mine.extend(theirs);
            }
            for (mine, theirs) in all.books.iter_mut().zip(rows.books) {
                mine.extend(theirs);
            }
        }
        all
    }

    /// The tally of one plan's trials.
    pub(crate) fn tally(&self, program: &Program, plan: u32) -> Tally {
        let outcomes = program.list(program.plans[plan as usize].outcomes);
        let live = outcomes.iter().map(|&outcome| self.live[outcome as usize].as_slice());
        Tally::of_rows(self.trials, live, &self.books[plan as usize])
    }
}
