//! Which inputs a plan's result hangs on.

use super::Lack;
use kedge_model::{AskId, OutcomeId, PlanId, Slug, TeamId, WorkId};
use serde::Serialize;
use std::fmt;

/// Which inputs the result of a plan as planned hangs on, in order.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum HangsOn {
    /// On these.
    Inputs {
        /// The result.
        result: ResultOf,
        /// Those whose influence can be told from noise, the greatest first.
        inputs: Vec<Influence>,
        /// How many others vary and cannot be told from noise: alone, none of them matters much.
        others: usize,
        /// Trials behind it.
        trials: u64,
    },
    /// On nothing: the result is the same in every trial, or no outcome is still to come.
    Nothing,
    /// It was not searched in this run.
    NotSearched,
    /// Neither a net value nor a date can be given.
    TooLittleData(Vec<Lack>),
}

/// The result that varies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ResultOf {
    /// The plan's net value.
    NetValue,
    /// Where there is no value: the working day on which this outcome, the plan's first that is still to come, goes live;
    /// one that never does counts as the horizon.
    Live(OutcomeId),
}

/// One input's part in what varies.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Influence {
    /// Which.
    pub input: Input,
    /// The share of the result's variance that it explains by itself, from 0 to 1. What several explain only together is in
    /// none, and what two inputs share is in both, so that the shares need not add up to 1.
    pub share: f64,
    /// The standard error of that from sampling.
    pub error: f64,
}

/// Something that is drawn in each trial.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Input {
    /// What an item takes.
    Effort(WorkId),
    /// Whether and when an ask lands.
    Landing(AskId),
    /// What an ask takes in the queue of the asked team, where the ask is not this plan's.
    AskedEffort(AskId),
    /// What making a fallback takes.
    Create {
        /// The ask that it is for.
        ask: AskId,
        /// Its name in the chain.
        fallback: Slug,
    },
    /// What leaving a fallback takes.
    Migrate {
        /// The ask that it is for.
        ask: AskId,
        /// Its name in the chain.
        fallback: Slug,
    },
    /// Whether whoever must answer says yes to a fallback.
    Acceptance {
        /// The ask that it is for.
        ask: AskId,
        /// Its name in the chain.
        fallback: Slug,
    },
    /// What all efforts of a plan have in common.
    PlanFactor(PlanId),
    /// What all that is asked of a team has in common.
    TeamFactor(TeamId),
    /// What all efforts of the organisation have in common.
    OrganisationFactor,
}

impl fmt::Display for Input {
    /// In plain words, the same wherever it is told: `whether and when checkout/token lands`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Input::Effort(work) => write!(f, "the effort of {work}"),
            Input::Landing(ask) => write!(f, "whether and when {ask} lands"),
            Input::AskedEffort(ask) => write!(f, "the effort of {ask} in the queue"),
            Input::Create { ask, fallback } => write!(f, "the effort of making {ask}/{fallback}"),
            Input::Migrate { ask, fallback } => write!(f, "the effort of leaving {ask}/{fallback}"),
            Input::Acceptance { ask, fallback } => write!(f, "whether {ask}/{fallback} is accepted"),
            Input::PlanFactor(plan) => write!(f, "what all efforts of {plan} are off by"),
            Input::TeamFactor(team) => write!(f, "what all efforts asked of {team} are off by"),
            Input::OrganisationFactor => f.write_str("what all efforts of the organisation are off by"),
        }
    }
}
