//! Changes: one step from an organisation to the next. A what-if is changes not saved; an edit, a fix and an import
//! are changes written down; undo is the inverse.

use crate::{Assembly, Fact, FactId, Finding, Organisation, TeamId};
use serde::Serialize;
use std::collections::BTreeMap;

/// One step: a fact as it will be, or a fact gone.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// The fact is from now on this; it may be new.
    Put(Fact),
    /// The fact is no more.
    Remove(FactId),
}

impl Change {
    /// The fact it is about.
    pub fn fact(&self) -> FactId {
        match self {
            Self::Put(fact) => fact.id(),
            Self::Remove(id) => id.clone(),
        }
    }
}

impl<T: Into<Fact>> From<T> for Change {
    fn from(fact: T) -> Self {
        Self::Put(fact.into())
    }
}

impl Organisation {
    /// The organisation after the changes, applied in order; this one stays as it is.
    ///
    /// # Errors
    /// When the result would break what must hold of an organisation: every finding, and nothing is changed. Removing
    /// what is not there is no error.
    pub fn with(&self, changes: &[Change]) -> Result<Self, Vec<Finding>> {
        let mut by_writer: BTreeMap<Option<TeamId>, Vec<&Change>> = BTreeMap::new();
        for change in changes {
            by_writer.entry(change.fact().writer()).or_default().push(change);
        }
        let facts = by_writer.into_iter().map(|(by, changes)| {
            let facts = stepped(self.facts_of(by.as_ref()), &changes);
            (by, facts)
        });
        let facts = facts.collect();
        let mut assembly = Assembly::from(self);
        assembly.replace(facts);
        assembly.into_organisation()
    }

    /// The changes that lead from `self.with(changes)` back to this organisation.
    ///
    /// The order in which facts stand in their files may differ where a fact was removed and comes back.
    pub fn inverse(&self, changes: &[Change]) -> Vec<Change> {
        let mut back: Vec<Change> = Vec::new();
        for change in changes.iter().rev() {
            let id = change.fact();
            if changes
                .iter()
                .take_while(|earlier| !std::ptr::eq(*earlier, change))
                .any(|earlier| earlier.fact() == id)
            {
                continue;
            }
            back.push(match self.fact(&id) {
                Some(fact) => Change::Put(fact),
                None => Change::Remove(id),
            });
        }
        back
    }
}

/// The facts of one writer after the changes, each in its place and new ones at the end.
fn stepped(facts: Vec<Fact>, changes: &[&Change]) -> Vec<Fact> {
    let mut facts: Vec<Option<Fact>> = facts.into_iter().map(Some).collect();
    let mut places: BTreeMap<FactId, usize> =
        facts.iter().flatten().enumerate().map(|(place, fact)| (fact.id(), place)).collect();
    for change in changes {
        match change {
            Change::Put(fact) => {
                if let Some(&place) = places.get(&fact.id()) {
                    facts[place] = Some(fact.clone());
                } else {
                    places.insert(fact.id(), facts.len());
                    facts.push(Some(fact.clone()));
                }
            }
            Change::Remove(id) => {
                if let Some(place) = places.remove(id) {
                    facts[place] = None;
                }
            }
        }
    }
    facts.into_iter().flatten().collect()
}
