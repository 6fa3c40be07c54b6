//! What tests of the core keep a replica in: plain maps, without the store's interface in between.
#![allow(dead_code, unreachable_pub)]

use kedge_replica::{Address, AuthorId, Event, Memory, Name, Record, Records, Step, VersionVector};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Hash)]
pub struct Disk {
    memory: Memory,
    records: Records,
    events: Vec<(Name, Event)>,
}

impl Disk {
    pub fn new(author: AuthorId) -> Self {
        Self { memory: Memory::new(author), records: Records::new(), events: Vec::new() }
    }

    pub fn remembered(&self) -> &Memory {
        &self.memory
    }

    pub fn load(&self, places: &BTreeSet<(Name, Address)>) -> Records {
        self.records
            .iter()
            .filter(|(place, _)| places.contains(place))
            .map(|(p, r)| (p.clone(), r.clone()))
            .collect()
    }

    pub fn all(&self, collection: &Name) -> BTreeMap<Address, Record> {
        let here = self.records.iter().filter(|((name, _), _)| name == collection);
        here.map(|((_, address), record)| (address.clone(), record.clone())).collect()
    }

    pub fn after(&self, collection: &Name, seen: &VersionVector, most: usize) -> (Vec<Event>, bool) {
        let new = self.events.iter().filter(|(name, event)| name == collection && !seen.covers(event.dot()));
        let mut events: Vec<Event> = new.map(|(_, event)| event.clone()).collect();
        let more = events.len() > most;
        events.truncate(most);
        (events, more)
    }

    pub fn apply(&mut self, step: &Step) {
        self.memory.author = step.author.unwrap_or(self.memory.author);
        self.memory.clock = self.memory.clock.max(step.clock);
        self.memory.logs.extend(step.logs.clone());
        self.records.extend(step.records.clone());
        self.events.extend(step.events.clone());
        self.events.retain(|(name, event)| {
            !step.dropped.get(name).is_some_and(|dropped| dropped.covers(event.dot()))
        });
    }
}
