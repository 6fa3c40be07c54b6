//! The asked team's word: answers, needs, signatures, confirmations. The asked team alone writes them.

use crate::{
    AskId, DatasetId, Date, Effort, Meta, NeedId, OutcomeId, PersonId, PriceRate, ProposalId, TeamId, WorkId,
};
use serde::Serialize;
use std::fmt;

/// What an answer is about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AnswerTo {
    /// An ask.
    Ask(AskId),
    /// A need, and so every ask that it joins.
    Need(NeedId),
}

impl fmt::Display for AnswerTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ask(ask) => fmt::Display::fmt(ask, f),
            Self::Need(need) => fmt::Display::fmt(need, f),
        }
    }
}
impl fmt::Debug for AnswerTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl Serialize for AnswerTo {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// All that one team has answered to one ask or need, in the order of the file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AnswerLog {
    /// Who answers: the asked team, a fallback's `with`, or the council.
    pub by: TeamId,
    /// What about.
    pub to: AnswerTo,
    /// What was said, when; never empty.
    pub entries: Vec<Answer>,
}

/// One entry: a word on the ask, or on hosting an away team.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// When it was said.
    pub on: Date,
    /// What was said.
    pub word: Word,
    /// The reason.
    pub why: Option<String>,
    /// Of an external team: from whom it was heard.
    pub heard: Option<String>,
    /// `silence`, `see`, `origin`.
    pub meta: Meta,
}

/// What an answer says.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Word {
    /// On the ask itself.
    Says {
        /// The state it puts the ask in.
        says: Says,
        /// The item that delivers it, where it is planned.
        work: Option<WorkId>,
        /// The asked team's own estimate.
        effort: Option<Effort>,
        /// What to do instead.
        instead: Option<String>,
    },
    /// On hosting an away team.
    Host {
        /// Whether they would.
        host: Host,
        /// From when.
        from: Option<Date>,
        /// Who would guide.
        guide: Option<PersonId>,
        /// What to do instead.
        instead: Option<String>,
    },
}

/// The states that an answer puts an ask in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Says {
    /// Being weighed.
    Considering {
        /// When an answer will come.
        until: Option<Date>,
    },
    /// Something else is offered.
    Countered {
        /// What.
        offer: String,
        /// By when.
        by: Option<Date>,
    },
    /// Promised.
    Committed {
        /// By when.
        by: Date,
    },
    /// Refused.
    Declined,
    /// Delivered.
    Landed {
        /// Since when it has been there.
        since: Date,
    },
    /// Promised once, and no more.
    Dropped,
}

impl Says {
    /// The word in the plan language.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Considering { .. } => "considering",
            Self::Countered { .. } => "countered",
            Self::Committed { .. } => "committed",
            Self::Declined => "declined",
            Self::Landed { .. } => "landed",
            Self::Dropped => "dropped",
        }
    }
}

/// Whether a team would host an away team.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Host {
    Welcome,
    Unable,
}

/// How the asked team joins asks that are one, or keeps apart those that look alike.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Need {
    /// Its name.
    pub id: NeedId,
    /// What is needed.
    pub what: String,
    /// Which asks it is about.
    pub relation: NeedRelation,
    /// When that was said.
    pub on: Date,
    /// The asked team's estimate.
    pub effort: Option<Effort>,
    /// The item that delivers it.
    pub work: Option<WorkId>,
    /// `silence`, `see`, `origin`.
    pub meta: Meta,
}

/// Whether asks are one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NeedRelation {
    /// They are one need: one item opens them all.
    Joins(Vec<AskId>),
    /// They look alike and are not.
    KeepsApart(Vec<AskId>),
}

/// What a signature is under.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignedThing {
    /// A proposal.
    Proposal(ProposalId),
    /// The contract of a dataset.
    Contract(DatasetId),
}

impl fmt::Display for SignedThing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Proposal(proposal) => fmt::Display::fmt(proposal, f),
            Self::Contract(dataset) => fmt::Display::fmt(dataset, f),
        }
    }
}
impl fmt::Debug for SignedThing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// All that one team has said to one proposal or contract.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SignatureLog {
    /// Who signs.
    pub by: TeamId,
    /// What.
    pub under: SignedThing,
    /// What was said, when; never empty.
    pub entries: Vec<Signature>,
}

/// One word on a proposal or contract.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Signature {
    /// The version signed; of a contract always there.
    pub version: Option<u32>,
    /// When.
    pub on: Date,
    /// What was said.
    pub says: Signs,
    /// The team's own price of joining.
    pub adopt: Option<Effort>,
    /// The team's own price of going alone.
    pub alone: Option<Effort>,
    /// The day on which it had adopted it.
    pub adopted: Option<Date>,
    /// The day on which it left it.
    pub retired: Option<Date>,
    /// `silence`, `see`, `origin`.
    pub meta: Meta,
}

/// What a team says to a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Signs {
    Considering,
    Signed,
    Declined,
}

/// All confirmations that one team, or the council, gave of one outcome's value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConfirmationLog {
    /// Whose file it is in: the stakeholder's team or the council.
    pub by: TeamId,
    /// Of which outcome.
    pub outcome: OutcomeId,
    /// What was confirmed, when; never empty.
    pub entries: Vec<Confirmation>,
}

/// One confirmed value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Confirmation {
    /// What it is worth.
    pub value: PriceRate,
    /// When that was said.
    pub on: Date,
    /// Who said it.
    pub who: PersonId,
    /// `silence`, `see`, `origin`.
    pub meta: Meta,
}
