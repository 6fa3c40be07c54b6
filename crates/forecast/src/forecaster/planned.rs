//! The whole organisation as planned, trial by trial: what a change of it is compared with.

use super::Forecaster;
use crate::parts::Parts;
use crate::policy::Policy;
use crate::rows::Rows;
use crate::scenario::{Scenario, Stance};

/// The stances as planned, and what their trials came to.
#[derive(Debug)]
pub(super) struct Planned {
    /// Per fallback, the moment at which it must be taken at the latest.
    pub(super) moments: Vec<f64>,
    /// Per ask.
    pub(super) stances: Vec<Stance>,
    pub(super) rows: Rows,
}

impl Forecaster {
    /// What each team's part says, as a number.
    pub(super) fn parts(&self) -> &Parts {
        self.parts.get_or_init(|| self.compiled.draft.parts())
    }

    /// All plans as planned, trial by trial; the first call takes its time.
    pub(super) fn planned(&self) -> &Planned {
        self.planned.get_or_init(|| {
            let program = self.program();
            let moments = self.moments(0..program.asks.len() as u32);
            let stances = self.stances(None, Policy::AsPlanned, &moments);
            let plans: Vec<u32> = (0..program.plans.len() as u32).collect();
            let everybody = vec![true; program.teams.len()];
            let rows = self.rows(&moments, stances.clone(), everybody, &plans);
            Planned { moments, stances, rows }
        })
    }

    /// What trials of these teams come to for these plans.
    pub(super) fn rows(
        &self,
        moments: &[f64],
        stances: Vec<Stance>,
        active: Vec<bool>,
        plans: &[u32],
    ) -> Rows {
        let program = self.program();
        let scenario = Scenario {
            stances,
            decide_by: moments.to_vec(),
            horizon: program.plans.iter().map(|plan| plan.horizon).fold(0.0, f64::max),
            scope: program.scope_of(active),
            given_up: Vec::new(),
        };
        // Compared trial by trial, half as many as a search has say as much, and the answer comes while people wait.
        Rows::run(program, &scenario, plans, self.options.seed, self.options.search_trials.div_ceil(2))
    }
}
