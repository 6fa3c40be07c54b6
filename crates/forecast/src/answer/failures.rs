//! How likely what can lose an outcome is.

use super::Chance;
use kedge_model::{OutcomeId, Probability};
use serde::Serialize;

/// How likely the cut sets of an outcome are, counted together in the same trials.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OutcomeFailing {
    /// The outcome.
    pub outcome: OutcomeId,
    /// The chance that it is lost: that all failures of any of its cut sets happen.
    pub lost: Chance,
    /// Its cut sets, in their order.
    pub cuts: Vec<CutFailing>,
}

/// How likely one cut set is.
///
/// A failure to land is that the ask does not land before the plan's horizon, with nothing done instead; a refusal is drawn
/// with its odds. Asks to one team share its queue and its shifts of priority, so they are counted in the same trials and
/// never multiplied.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CutFailing {
    /// The chance that all its failures happen.
    pub never: Chance,
    /// The chance that all of them happen or come too late: what was asked for is not there on the last day on which it is
    /// useful for the due dates. `None` where there is no such day.
    pub late: Option<Chance>,
    /// What the product of the teams' own chances would be, where it takes several teams; `None` where it takes one.
    pub across_teams: Option<Probability>,
}
