//! Datasets: data that more than one place may write or read, what must hold of it, and how it stays right.

use crate::{ClockTime, DatasetId, Date, Meta, Reference, ServiceId, Slug, TeamId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A dataset, declared by its owner.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Dataset {
    /// Its owner and name.
    pub id: DatasetId,
    /// What people call it.
    pub title: Option<String>,
    /// Whether it is declared for want of an owner.
    pub unowned: bool,
    /// File patterns `repo:glob` of where it is.
    pub places: Vec<String>,
    /// Teams that write it.
    pub writers: Vec<TeamId>,
    /// Teams that read it.
    pub readers: Vec<TeamId>,
    /// What must hold of it.
    pub invariants: BTreeMap<Slug, Invariant>,
    /// What is done to it.
    pub operations: BTreeMap<Slug, Operation>,
    /// How it stays right.
    pub contract: Option<Contract>,
    /// `silence`, `see`, `origin`.
    pub meta: Meta,
}

/// Something that must hold of a dataset.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Invariant {
    /// What kind of rule it is.
    pub kind: InvariantKind,
    /// The fields it is about.
    pub fields: Vec<String>,
    /// Of a reference: what it points at, another dataset.
    pub to: Option<Reference>,
    /// The least value.
    pub min: Option<i64>,
    /// The greatest value.
    pub max: Option<i64>,
    /// Of a unique value: that people pick it, rather than that it is generated.
    pub chosen: bool,
    /// `silence`, `see`, `origin`.
    pub meta: Meta,
}

/// Kinds of invariant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum InvariantKind {
    Unique,
    Reference,
    Balance,
    Monotone,
    PerRow,
}

/// Something that a writer does to a dataset.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Operation {
    /// Who does it.
    pub writer: TeamId,
    /// What.
    pub does: Does,
    /// To which field.
    pub field: Option<String>,
    /// `silence`, `see`, `origin`.
    pub meta: Meta,
}

/// Kinds of operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Does {
    Insert,
    InsertIfAbsent,
    Set,
    ReadThenSet,
    Increment,
    Decrement,
    Delete,
}

/// How a dataset stays right.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Contract {
    /// Who may write, and what happens then.
    pub kind: ContractKind,
    /// Counts up with every change of the contract.
    pub version: u32,
    /// How old a read copy may be.
    pub staleness: Option<ClockTime>,
    /// How changes travel.
    pub transport: Option<Transport>,
    /// When it was opened for signatures.
    pub opened: Option<Date>,
    /// When it was in force.
    pub adopted: Option<Date>,
    /// When it was given up.
    pub retired: Option<Date>,
    /// `silence`, `see`, `origin`.
    pub meta: Meta,
}

/// The three contracts.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ContractKind {
    /// One writes, all may hold read copies.
    Owned,
    /// All write, any time; each field says how it merges.
    Merged(BTreeMap<String, FieldMerge>),
    /// All write, one at a time, at the home.
    Serial {
        /// The service where it is decided.
        home: ServiceId,
    },
}

impl ContractKind {
    /// The word in the plan language.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Owned => "owned",
            Self::Merged(_) => "merged",
            Self::Serial { .. } => "serial",
        }
    }
}

/// How a field of a merged dataset merges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum FieldMerge {
    LastWriter,
    KeepBoth,
    AddWins,
    Sum,
    Max,
    Min,
}

/// How changes of a dataset travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Transport {
    Http,
    Nats,
}
