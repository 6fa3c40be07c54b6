//! Proposals: one answer to a problem that several teams have, on its way to agreement. Adopted, it is a shared
//! solution.

use crate::{AskId, DatasetId, Date, Effort, EffortRate, Meta, ProposalId, Slug, TeamId};
use serde::Serialize;
use std::collections::BTreeMap;

/// A proposal, by its author.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Proposal {
    /// Its author and name.
    pub id: ProposalId,
    /// What people call it.
    pub title: String,
    /// The problem it would solve.
    pub problem: String,
    /// The asks it would settle.
    pub settles: Vec<AskId>,
    /// The dataset it is about.
    pub dataset: Option<DatasetId>,
    /// Who would adopt it; never empty.
    pub adopters: Vec<TeamId>,
    /// The ways to solve it.
    pub options: BTreeMap<Slug, SolutionOption>,
    /// The option chosen.
    pub chosen: Option<Slug>,
    /// When it was opened for signatures; a draft until then.
    pub opened: Option<Date>,
    /// When it was given up.
    pub retired: Option<Date>,
    /// `silence`, `see`, `origin`.
    pub meta: Meta,
}

impl Proposal {
    /// Whether what is chosen is to have nothing in common.
    pub fn stays_apart(&self) -> bool {
        let chosen = self.chosen.as_ref().and_then(|chosen| self.options.get(chosen));
        chosen.is_some_and(|option| option.kind == SolutionKind::Apart)
    }
}

/// One way to solve the problem.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SolutionOption {
    /// What kind of thing it is.
    pub kind: SolutionKind,
    /// What it is.
    pub what: Option<String>,
    /// What building it takes, once.
    pub build: Option<Effort>,
    /// What adopting takes, for each adopter that has not said.
    pub adopt: Option<Effort>,
    /// What going alone takes, for each adopter that has not said.
    pub alone: Option<Effort>,
    /// What it takes while it lives; of `apart`, for each adopter, since each keeps its own.
    pub maintain: Option<EffortRate>,
    /// What agreeing takes while it lives, all together; of `apart`, what lies between them: reconciling, explaining.
    pub coordinate: Option<EffortRate>,
    /// `silence`, `see`, `origin`.
    pub meta: Meta,
}

/// Kinds of shared solution; `Apart` is the choice to have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum SolutionKind {
    Library,
    Service,
    Protocol,
    Pattern,
    Apart,
}
