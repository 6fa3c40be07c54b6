//! A store in memory: for tests, and for read copies that may be fetched anew.

use crate::core::{Records, Step};
use crate::event::{Address, Event};
use crate::log::Memory;
use crate::{AuthorId, Name, Record, VersionVector};
use std::collections::{BTreeMap, BTreeSet};

/// A store in memory: gone when the process is.
#[derive(Clone, Debug)]
pub struct MemoryStore {
    memory: Memory,
    records: BTreeMap<Name, BTreeMap<Address, Record>>,
    events: BTreeMap<Name, Vec<Event>>,
}

impl MemoryStore {
    /// An empty store of a replica that writes under this author.
    pub fn new(author: AuthorId) -> Self {
        Self { memory: Memory::new(author), records: BTreeMap::new(), events: BTreeMap::new() }
    }

    /// What the replica remembers.
    pub fn remembered(&self) -> &Memory {
        &self.memory
    }

    /// The records at these places; those that are not there are left out.
    pub fn load(&self, places: &BTreeSet<(Name, Address)>) -> Records {
        let one = |place: &(Name, Address)| Some((place.clone(), self.record(&place.0, &place.1)?.clone()));
        places.iter().filter_map(one).collect()
    }

    /// The record at a place.
    pub fn record(&self, collection: &Name, address: &Address) -> Option<&Record> {
        self.records.get(collection)?.get(address)
    }

    /// All records of a collection, deleted ones among them.
    pub fn all(&self, collection: &Name) -> BTreeMap<Address, Record> {
        self.records.get(collection).cloned().unwrap_or_default()
    }

    /// Events of a collection that `seen` does not cover, in the order of the log, at most so many; and whether there are
    /// more.
    pub fn after(&self, collection: &Name, seen: &VersionVector, most: usize) -> (Vec<Event>, bool) {
        let log = self.events.get(collection).map(Vec::as_slice).unwrap_or_default();
        let mut new = log.iter().filter(|event| !seen.covers(event.dot()));
        let events = new.by_ref().take(most).cloned().collect();
        (events, new.next().is_some())
    }

    /// Stores a step, whole.
    pub fn apply(&mut self, step: &Step) {
        if let Some(author) = step.author {
            self.memory.author = author;
        }
        self.memory.clock = self.memory.clock.max(step.clock);
        for (name, log) in &step.logs {
            self.memory.logs.insert(name.clone(), log.clone());
        }
        for (name, event) in &step.events {
            self.events.entry(name.clone()).or_default().push(event.clone());
        }
        for ((name, address), record) in &step.records {
            self.records.entry(name.clone()).or_default().insert(address.clone(), record.clone());
        }
        for (name, dropped) in &step.dropped {
            if let Some(log) = self.events.get_mut(name) {
                log.retain(|event| !dropped.covers(event.dot()));
            }
        }
    }
}
