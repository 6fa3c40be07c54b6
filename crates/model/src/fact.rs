//! Facts: the units in which an organisation is written down and changed, each with one writer.

use crate::{
    AnswerLog, AnswerTo, Ask, AskId, ConfirmationLog, Council, Dataset, DatasetId, Initiative, InitiativeId,
    Meta, Need, NeedId, Outcome, OutcomeId, Plan, PlanId, Proposal, ProposalId, Settings, SignatureLog,
    SignedThing, Team, TeamId, Work, WorkId,
};
use serde::{Serialize, Serializer};
use std::fmt;
use std::sync::{Arc, LazyLock};

/// One fact, whole. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Fact {
    Settings(Arc<Settings>),
    Council(Arc<Council>),
    Initiative(Arc<Initiative>),
    Team(Arc<Team>),
    Plan(Arc<Plan>),
    Outcome(Arc<Outcome>),
    Work(Arc<Work>),
    Ask(Arc<Ask>),
    Answers(Arc<AnswerLog>),
    Need(Arc<Need>),
    Signatures(Arc<SignatureLog>),
    Confirmations(Arc<ConfirmationLog>),
    Dataset(Arc<Dataset>),
    Proposal(Arc<Proposal>),
}

/// Names a [`Fact`]. The order is the order in which an organisation reads best.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum FactId {
    Settings,
    Council,
    Initiative(InitiativeId),
    Team(TeamId),
    Plan(PlanId),
    Outcome(OutcomeId),
    Work(WorkId),
    Ask(AskId),
    Answers { by: TeamId, to: AnswerTo },
    Need(NeedId),
    Signatures { by: TeamId, under: SignedThing },
    Confirmations { by: TeamId, outcome: OutcomeId },
    Dataset(DatasetId),
    Proposal(ProposalId),
}

impl Fact {
    /// Its name.
    pub fn id(&self) -> FactId {
        match self {
            Self::Settings(_) => FactId::Settings,
            Self::Council(_) => FactId::Council,
            Self::Initiative(it) => FactId::Initiative(it.id.clone()),
            Self::Team(it) => FactId::Team(it.id.clone()),
            Self::Plan(it) => FactId::Plan(it.id.clone()),
            Self::Outcome(it) => FactId::Outcome(it.id.clone()),
            Self::Work(it) => FactId::Work(it.id.clone()),
            Self::Ask(it) => FactId::Ask(it.id.clone()),
            Self::Answers(it) => FactId::Answers { by: it.by.clone(), to: it.to.clone() },
            Self::Need(it) => FactId::Need(it.id.clone()),
            Self::Signatures(it) => FactId::Signatures { by: it.by.clone(), under: it.under.clone() },
            Self::Confirmations(it) => {
                FactId::Confirmations { by: it.by.clone(), outcome: it.outcome.clone() }
            }
            Self::Dataset(it) => FactId::Dataset(it.id.clone()),
            Self::Proposal(it) => FactId::Proposal(it.id.clone()),
        }
    }

    /// The team whose file holds it; `None` for the settings, which the stewards write.
    pub fn writer(&self) -> Option<&TeamId> {
        static COUNCIL: LazyLock<TeamId> = LazyLock::new(TeamId::council);
        Some(match self {
            Self::Settings(_) => return None,
            Self::Council(_) => &COUNCIL,
            Self::Initiative(it) => it.id.team(),
            Self::Team(it) => &it.id,
            Self::Plan(it) => it.id.team(),
            Self::Outcome(it) => it.id.team(),
            Self::Work(it) => it.id.team(),
            Self::Ask(it) => it.id.team(),
            Self::Answers(it) => &it.by,
            Self::Need(it) => it.id.team(),
            Self::Signatures(it) => &it.by,
            Self::Confirmations(it) => &it.by,
            Self::Dataset(it) => it.id.team(),
            Self::Proposal(it) => it.id.team(),
        })
    }

    /// What the fact's own table carries beside its keys; `None` for logs, whose entries carry their own.
    pub fn meta(&self) -> Option<&Meta> {
        match self {
            Self::Settings(it) => Some(&it.meta),
            Self::Council(it) => Some(&it.meta),
            Self::Initiative(it) => Some(&it.meta),
            Self::Team(it) => Some(&it.meta),
            Self::Plan(it) => Some(&it.meta),
            Self::Outcome(it) => Some(&it.meta),
            Self::Work(it) => Some(&it.meta),
            Self::Ask(it) => Some(&it.meta),
            Self::Need(it) => Some(&it.meta),
            Self::Dataset(it) => Some(&it.meta),
            Self::Proposal(it) => Some(&it.meta),
            Self::Answers(_) | Self::Signatures(_) | Self::Confirmations(_) => None,
        }
    }
}

impl FactId {
    /// The team whose file holds it; `None` for the settings, which the stewards write.
    pub fn writer(&self) -> Option<TeamId> {
        Some(match self {
            Self::Settings => return None,
            Self::Council => TeamId::council(),
            Self::Initiative(id) => id.team().clone(),
            Self::Team(id) => id.clone(),
            Self::Plan(id) => id.team().clone(),
            Self::Outcome(id) => id.team().clone(),
            Self::Work(id) => id.team().clone(),
            Self::Ask(id) => id.team().clone(),
            Self::Answers { by, .. } | Self::Signatures { by, .. } | Self::Confirmations { by, .. } => {
                by.clone()
            }
            Self::Need(id) => id.team().clone(),
            Self::Dataset(id) => id.team().clone(),
            Self::Proposal(id) => id.team().clone(),
        })
    }
}

impl fmt::Display for FactId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Settings => f.write_str("settings"),
            Self::Council => f.write_str("council"),
            Self::Initiative(id) => write!(f, "initiative {id}"),
            Self::Team(id) => write!(f, "team {id}"),
            Self::Plan(id) => write!(f, "plan {id}"),
            Self::Outcome(id) => write!(f, "outcome {id}"),
            Self::Work(id) => write!(f, "work {id}"),
            Self::Ask(id) => write!(f, "ask {id}"),
            Self::Answers { by, to } => write!(f, "{by}'s answers to {to}"),
            Self::Need(id) => write!(f, "need {id}"),
            Self::Signatures { by, under } => write!(f, "{by}'s signatures under {under}"),
            Self::Confirmations { by, outcome } => write!(f, "{by}'s confirmations of {outcome}"),
            Self::Dataset(id) => write!(f, "dataset {id}"),
            Self::Proposal(id) => write!(f, "proposal {id}"),
        }
    }
}
impl fmt::Debug for FactId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl Serialize for FactId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

macro_rules! from_each {
    ($($variant:ident: $fact:ty),*) => {$(
        impl From<$fact> for Fact {
            fn from(it: $fact) -> Self {
                Self::$variant(Arc::new(it))
            }
        }
    )*};
}
from_each!(
    Settings: Settings, Council: Council, Initiative: Initiative, Team: Team, Plan: Plan, Outcome: Outcome, Work: Work,
    Ask: Ask, Answers: AnswerLog, Need: Need, Signatures: SignatureLog, Confirmations: ConfirmationLog,
    Dataset: Dataset, Proposal: Proposal
);

macro_rules! id_from_each {
    ($($variant:ident: $id:ty),*) => {$(
        impl From<$id> for FactId {
            fn from(id: $id) -> Self {
                Self::$variant(id)
            }
        }
        impl From<&$id> for FactId {
            fn from(id: &$id) -> Self {
                Self::$variant(id.clone())
            }
        }
    )*};
}
id_from_each!(
    Initiative: InitiativeId, Team: TeamId, Plan: PlanId, Outcome: OutcomeId, Work: WorkId, Ask: AskId, Need: NeedId,
    Dataset: DatasetId, Proposal: ProposalId
);
