//! The council: the global order, initiatives, the people who hold cross-team roles.

use crate::{InitiativeId, Meta, OutcomeId, Person, PersonId, Reference, Slug};
use serde::Serialize;
use std::collections::BTreeMap;

/// The head of `council.kedge.toml`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Council {
    /// Initiatives (`council/id`) and asks in order of importance; an ask here is the council's yes.
    pub rank: Vec<Reference>,
    /// People who hold roles across teams, by name.
    pub persons: BTreeMap<Slug, Person>,
    /// `silence`, `see`, `origin`.
    pub meta: Meta,
}

/// Outcomes of several teams under one name, ranked by the council.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Initiative {
    /// Its name.
    pub id: InitiativeId,
    /// What people call it.
    pub title: String,
    /// What kind of priority it is.
    pub kind: InitiativeKind,
    /// What it consists of.
    pub outcomes: Vec<OutcomeId>,
    /// Who runs it across teams.
    pub program_manager: Option<PersonId>,
    /// Who answers for it.
    pub sponsor: Option<PersonId>,
    /// `silence`, `see`, `origin`.
    pub meta: Meta,
}

/// Kinds of initiative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum InitiativeKind {
    /// Many teams; the default.
    #[default]
    Program,
    /// One that is protected.
    CriticalProject,
}
