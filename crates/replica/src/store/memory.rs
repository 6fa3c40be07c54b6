//! A store in memory: for tests, and for read copies that may be fetched anew.

use super::packed_log::PackedLog;
use super::{Store, StoreError, Stored};
use crate::core::{Records, Step};
use crate::event::{Address, Event};
use crate::log::Memory;
use crate::messages::{Delivery, Mail, Outgoing, SetAside};
use crate::wire::{Packer, WireError};
use crate::{AuthorId, Millis, Name, Record, VersionVector};
use std::collections::{BTreeMap, BTreeSet};

/// A store in memory: gone when the process is.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    memory: Option<Memory>,
    contracts: String,
    /// Records and events are held as bytes: as values, with all that they allocate, they take several times the memory.
    packer: Packer,
    records: BTreeMap<Name, BTreeMap<Address, Box<[u8]>>>,
    events: BTreeMap<Name, PackedLog>,
    sent: u64,
    outbox: BTreeMap<u64, Waiting>,
    inbox: BTreeSet<(AuthorId, u64)>,
    settled: BTreeMap<AuthorId, u64>,
}

#[derive(Clone, Debug)]
struct Waiting {
    message: Outgoing,
    attempts: u32,
    reason: Option<String>,
    delivered: Option<Millis>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn record(&self, bytes: &[u8]) -> Result<Record, StoreError> {
        self.packer.read_record(bytes).map_err(|why| damaged(&why))
    }

    fn post(&mut self, mail: &Mail) {
        for message in &mail.sent {
            self.sent = message.number;
            let waiting = Waiting { message: message.clone(), attempts: 0, reason: None, delivered: None };
            self.outbox.insert(message.number, waiting);
        }
        for (number, at) in &mail.delivered {
            if let Some(waiting) = self.outbox.get_mut(number) {
                waiting.delivered = Some(*at);
            }
        }
        for (number, failure) in &mail.failed {
            if let Some(waiting) = self.outbox.get_mut(number) {
                waiting.attempts += 1;
                waiting.reason = failure.set_aside.then(|| failure.reason.clone());
            }
        }
        for number in &mail.retried {
            if let Some(waiting) = self.outbox.get_mut(number) {
                (waiting.attempts, waiting.reason) = (0, None);
            }
        }
        self.inbox.extend(&mail.acted);
        for (source, settled) in &mail.settled {
            let known = self.settled.entry(*source).or_default();
            *known = (*known).max(*settled);
            let settled = *known;
            self.inbox.retain(|(of, number)| of != source || *number > settled);
        }
        if let Some(before) = mail.forgotten {
            self.outbox.retain(|_, waiting| waiting.delivered.is_none_or(|at| at >= before));
        }
    }

    /// All up to here is settled: the one before the first that still waits.
    fn settled(&self) -> u64 {
        let first = self.outbox.iter().find(|(_, waiting)| waiting.delivered.is_none());
        first.map_or(self.sent, |(number, _)| number - 1)
    }
}

fn damaged(why: &WireError) -> StoreError {
    StoreError::Damaged { place: "memory".to_owned(), why: why.to_string() }
}

impl Store for MemoryStore {
    async fn open(&mut self) -> Result<Option<Stored>, StoreError> {
        let waiting = self.outbox.values().filter(|waiting| waiting.delivered.is_none()).count() as u64;
        let (contracts, sent) = (self.contracts.clone(), self.sent);
        Ok(self.memory.clone().map(|memory| Stored { memory, contracts, sent, waiting }))
    }

    async fn begin(&mut self, author: AuthorId, contracts: &str) -> Result<(), StoreError> {
        self.memory = Some(Memory::new(author));
        contracts.clone_into(&mut self.contracts);
        Ok(())
    }

    async fn migrate(&mut self, contracts: &str) -> Result<(), StoreError> {
        contracts.clone_into(&mut self.contracts);
        Ok(())
    }

    async fn load(&mut self, places: &BTreeSet<(Name, Address)>) -> Result<Records, StoreError> {
        let mut records = Records::new();
        for place in places {
            if let Some(bytes) = self.records.get(&place.0).and_then(|here| here.get(&place.1)) {
                records.insert(place.clone(), self.record(bytes)?);
            }
        }
        Ok(records)
    }

    async fn all(&mut self, collection: &Name) -> Result<BTreeMap<Address, Record>, StoreError> {
        let here = self.records.get(collection).into_iter().flatten();
        here.map(|(address, bytes)| Ok((address.clone(), self.record(bytes)?))).collect()
    }

    async fn after(
        &mut self,
        collection: &Name,
        seen: &VersionVector,
        most: usize,
    ) -> Result<(Vec<Event>, bool), StoreError> {
        let Some(log) = self.events.get(collection) else { return Ok((Vec::new(), false)) };
        log.after(&self.packer, seen, most).map_err(|why| damaged(&why))
    }

    async fn commit(&mut self, step: &Step) -> Result<(), StoreError> {
        if let Some(memory) = &mut self.memory {
            memory.author = step.author.unwrap_or(memory.author);
            memory.clock = memory.clock.max(step.clock);
            for (name, log) in &step.logs {
                memory.logs.insert(name.clone(), log.clone());
            }
        }
        for (name, event) in &step.events {
            self.events.entry(name.clone()).or_default().push(&mut self.packer, event);
        }
        for ((name, address), record) in &step.records {
            let bytes = self.packer.record(record).into();
            self.records.entry(name.clone()).or_default().insert(address.clone(), bytes);
        }
        for (name, dropped) in &step.dropped {
            if let Some(log) = self.events.get_mut(name) {
                log.forget(&mut self.packer, dropped).map_err(|why| damaged(&why))?;
            }
        }
        self.post(&step.mail);
        Ok(())
    }

    async fn due(&mut self, most: usize) -> Result<Vec<Delivery>, StoreError> {
        let settled = self.settled();
        let mut begun = BTreeSet::new();
        let mut due = Vec::new();
        for waiting in self.outbox.values().filter(|waiting| waiting.delivered.is_none()) {
            let draft = &waiting.message.draft;
            if begun.insert((&draft.topic, &draft.key)) && waiting.reason.is_none() && due.len() < most {
                due.push(Delivery { message: waiting.message.clone(), settled, attempts: waiting.attempts });
            }
        }
        Ok(due)
    }

    async fn set_aside(&mut self) -> Result<Vec<SetAside>, StoreError> {
        let one = |waiting: &Waiting| {
            let reason = waiting.reason.clone().filter(|_| waiting.delivered.is_none())?;
            Some(SetAside { message: waiting.message.clone(), attempts: waiting.attempts, reason })
        };
        Ok(self.outbox.values().filter_map(one).collect())
    }

    async fn acted(&mut self, source: AuthorId, number: u64) -> Result<bool, StoreError> {
        let settled = self.settled.get(&source).copied().unwrap_or(0);
        Ok(number <= settled || self.inbox.contains(&(source, number)))
    }
}
