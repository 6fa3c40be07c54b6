//! The checker: whether a recorded history of operations kept a contract, and if not, the smallest history that shows it.
//!
//! It reads what clients saw ([`History`]), nothing of how a store works: so it checks any store. Each operation has the
//! process that ran it, the key, what was written or read, and when it started and ended by one clock. What is checked:
//!
//! | check | of a history it says |
//! | --- | --- |
//! | single writer | all writes of a key are by one process |
//! | convergence | all final reads of a key say the same |
//! | read your writes | a process that wrote does not read what came before its write |
//! | causal order | no read returns what a later write, that the reader could know of, has replaced |
//! | linearizability | there is one order of all operations of a key, within their times, that explains every answer |

mod causal;
mod history;
mod linear;
mod smallest;

pub use history::{History, HistoryError, Operation, What};

use crate::{Consistency, Contracts};
use std::collections::BTreeMap;
use std::fmt;

/// What a history is checked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Check {
    /// All writes of a key are by one process.
    SingleWriter,
    /// All final reads of a key say the same.
    Convergence,
    /// A process that wrote does not read what came before its write.
    ReadYourWrites,
    /// No read returns what a later write that the reader could know of has replaced: the patterns of Bouajjani, Enea,
    /// Guerraoui and Hamza, *On verifying causal consistency* (POPL 2017), for histories where no value is written twice.
    CausalOrder,
    /// One order of all operations of a key explains every answer: Herlihy and Wing 1990, found by the search of Wing and
    /// Gong (1993) with the memory of Lowe (*Testing for linearizability*, 2017).
    Linearizability,
}

impl Check {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::SingleWriter,
        Self::Convergence,
        Self::ReadYourWrites,
        Self::CausalOrder,
        Self::Linearizability,
    ];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::SingleWriter => "single-writer",
            Self::Convergence => "convergence",
            Self::ReadYourWrites => "read-your-writes",
            Self::CausalOrder => "causal-order",
            Self::Linearizability => "linearizability",
        }
    }

    /// What a contract promises.
    pub const fn of(consistency: Consistency) -> &'static [Self] {
        match consistency {
            Consistency::Owned => {
                &[Self::SingleWriter, Self::Convergence, Self::ReadYourWrites, Self::CausalOrder]
            }
            Consistency::Merged => &[Self::Convergence, Self::ReadYourWrites, Self::CausalOrder],
            Consistency::Serial => &[Self::Linearizability],
        }
    }
}

/// A promise that was not kept, with the smallest history that shows it.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Violation {
    /// The check that failed, in its word.
    pub check: &'static str,
    /// The collection.
    pub collection: String,
    /// The key; of causal order the keys of the operations below.
    pub key: String,
    /// Operations that suffice to show it: with any one less there is nothing wrong.
    pub operations: Vec<Operation>,
}

impl fmt::Display for Violation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = format!("{} {}", self.collection, self.key);
        writeln!(out, "{} is broken at {}:", self.check, place.trim_start())?;
        self.operations.iter().try_for_each(|operation| writeln!(out, "  {operation}"))
    }
}

/// Checks each collection of a history for what its contract promises; collections without one are left out.
///
/// An owned collection promises the order of each owner, not one of several: owners do not wait for each other. So causal
/// order is checked there for each owner's records by themselves.
pub fn check_contracts(history: &History, contracts: &Contracts) -> Vec<Violation> {
    let mut found = Vec::new();
    for contract in contracts.iter() {
        let here = history.of(contract.name().as_str());
        let consistency = contract.promise().consistency();
        for check in Check::of(consistency) {
            if (consistency, *check) == (Consistency::Owned, Check::CausalOrder) {
                let owners = by_owner(&here);
                found.extend(owners.values().flat_map(|part| violations(part, *check)));
            } else {
                found.extend(violations(&here, *check));
            }
        }
    }
    found
}

/// The operations on the keys of each owner: who first wrote a key; those on keys that nobody wrote by themselves.
fn by_owner(here: &[Operation]) -> BTreeMap<Option<&str>, Vec<Operation>> {
    let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
    for operation in here.iter().filter(|operation| operation.writes().is_some()) {
        owners.entry(&operation.key).or_insert(&operation.process);
    }
    let mut parts: BTreeMap<Option<&str>, Vec<Operation>> = BTreeMap::new();
    for operation in here {
        let owner = owners.get(operation.key.as_str()).copied();
        parts.entry(owner).or_default().push(operation.clone());
    }
    parts
}

/// Checks all of a history for these.
pub fn check(history: &History, checks: &[Check]) -> Vec<Violation> {
    let mut found = Vec::new();
    for collection in history.collections() {
        let here = history.of(&collection);
        for check in checks {
            found.extend(violations(&here, *check));
        }
    }
    found
}

/// What is wrong with the operations of one collection: of each key at most one violation.
fn violations(here: &[Operation], check: Check) -> Vec<Violation> {
    let violation = |key: &str, operations: Vec<Operation>| Violation {
        check: check.word(),
        collection: operations.first().map(|one| one.collection.clone()).unwrap_or_default(),
        key: key.to_owned(),
        operations,
    };
    match check {
        Check::CausalOrder => {
            let broken =
                causal::broken(here, false).then(|| smallest::of(here, |part| causal::broken(part, false)));
            broken.into_iter().map(|part| violation(&keys(&part), part)).collect()
        }
        Check::ReadYourWrites => {
            let broken =
                causal::broken(here, true).then(|| smallest::of(here, |part| causal::broken(part, true)));
            broken.into_iter().map(|part| violation(&keys(&part), part)).collect()
        }
        Check::SingleWriter | Check::Convergence | Check::Linearizability => {
            let wrong: fn(&[Operation]) -> bool = match check {
                Check::SingleWriter => several_writers,
                Check::Convergence => finals_differ,
                _ => |part| !linear::linearizable(part),
            };
            let all = history::by_key(here).into_iter();
            all.filter(|(_, part)| wrong(part))
                .map(|(key, part)| violation(&key, smallest::of(&part, wrong)))
                .collect()
        }
    }
}

fn keys(operations: &[Operation]) -> String {
    let mut keys: Vec<&str> = operations.iter().map(|operation| operation.key.as_str()).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.join(", ")
}

fn several_writers(operations: &[Operation]) -> bool {
    let mut writers = operations.iter().filter(|one| one.writes().is_some()).map(|one| &one.process);
    writers.next().is_some_and(|first| writers.any(|other| other != first))
}

fn finals_differ(operations: &[Operation]) -> bool {
    let mut finals = operations.iter().filter_map(|one| match &one.what {
        What::Final { value } => Some(value),
        _ => None,
    });
    finals.next().is_some_and(|first| finals.any(|other| other != first))
}
