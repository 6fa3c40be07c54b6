//! The replica without I/O: time and bytes in, a step to be stored and bytes to be sent out.
//!
//! Nothing here waits, reads a clock or touches a file. Whoever drives a [`Core`] loads the records that it asks for, stores
//! the [`Step`] that it returns in one transaction, tells it with [`Core::stored`], and only then acknowledges or sends
//! anything. Until then the core is as it was: a step that was not stored has not happened.

mod admit;
mod part;
mod receive;
mod refused;
mod sound;
mod write;

pub use admit::Admitted;
pub use part::NotInParts;
pub use receive::{Held, Received};
pub use refused::WriteError;

use crate::contract::{Contracts, Promise};
use crate::event::{Address, Event};
use crate::log::{Log, Memory};
use crate::messages::Mail;
use crate::wire::{Batch, Freshness, Message, Snapshot};
use crate::{AuthorId, Clock, Millis, Name, Record, Timestamp, VersionVector};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Records by collection and address, as a driver loads them: those that it does not find are left out.
pub type Records = BTreeMap<(Name, Address), Record>;

/// A replica without I/O.
#[derive(Clone, Debug, Hash)]
pub struct Core {
    author: AuthorId,
    clock: Clock,
    contracts: Contracts,
    logs: BTreeMap<Name, Log>,
    /// What the last own event of each collection already came after: not said again. Empty after a start, which only
    /// makes the next event a little longer.
    told: BTreeMap<Name, VersionVector>,
    /// Collections of which another replica has seen more of this author than this replica has itself.
    set_back: BTreeSet<Name>,
    /// Owned collections of which only some owners' records are wanted.
    subscriptions: BTreeMap<Name, BTreeSet<AuthorId>>,
    /// The number of the last message that was sent.
    sent: u64,
    /// How many messages wait in the outbox, and how many may.
    waiting: u64,
    may_wait: u64,
    #[cfg(feature = "planted")]
    planted: Option<crate::Planted>,
}

/// What is to be stored at once: all of it or nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// The author to write under from now on, if that changes.
    pub author: Option<AuthorId>,
    /// The clock's new high-water mark.
    pub clock: Timestamp,
    /// The logs that changed.
    pub logs: BTreeMap<Name, Log>,
    /// Events to append, in this order.
    pub events: Vec<(Name, Event)>,
    /// Records in their new state.
    pub records: Records,
    /// Events that are no longer kept: those that the vector covers.
    pub dropped: BTreeMap<Name, VersionVector>,
    /// What happens to the outbox and inbox.
    pub mail: Mail,
}

/// What answers a [`crate::wire::Pull`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The events after what the other has seen, from the log; then [`Core::batch`].
    Events,
    /// The whole state, since the log no longer goes back so far; then [`Core::snapshot`].
    State,
    /// Nothing: there is no such collection here.
    NotHere,
}

/// How old a read copy is, against the bound of its contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// It is no copy: this replica is the one that writes it.
    Own,
    /// It was whole so long ago, by the writer's clock and this one.
    Copy {
        /// How long ago.
        age: Duration,
        /// Whether that is more than the contract allows.
        stale: bool,
    },
    /// Nobody has said yet how old it is: staler than any bound.
    Unknown,
}

impl Core {
    /// A replica that goes on from what it remembers; `bound` is how far a time from elsewhere may be ahead.
    pub fn resume(memory: Memory, contracts: Contracts, bound: Duration) -> Self {
        let mut logs = memory.logs;
        for contract in contracts.iter() {
            let log = logs.entry(contract.name().clone()).or_default();
            if let (None, Promise::Serial { home }) = (log.home, contract.promise()) {
                log.home = Some((*home, 0));
            }
        }
        Self {
            author: memory.author,
            clock: Clock::resume(memory.clock, bound),
            contracts,
            logs,
            told: BTreeMap::new(),
            set_back: BTreeSet::new(),
            subscriptions: BTreeMap::new(),
            sent: 0,
            waiting: 0,
            may_wait: u64::MAX,
            #[cfg(feature = "planted")]
            planted: None,
        }
    }

    /// How the outbox stands: the number of the last message, how many wait, and how many may.
    pub fn outbox(&mut self, sent: u64, waiting: u64, may_wait: u64) {
        (self.sent, self.waiting, self.may_wait) = (sent, waiting, may_wait);
    }

    /// The number of the last message that was put into the outbox.
    pub fn sent(&self) -> u64 {
        self.sent
    }

    /// Turns one planted bug on.
    #[cfg(feature = "planted")]
    pub fn plant(&mut self, bug: crate::Planted) {
        self.planted = Some(bug);
    }

    #[cfg(feature = "planted")]
    pub(crate) fn has(&self, bug: crate::Planted) -> bool {
        self.planted == Some(bug)
    }

    /// The author that it writes under.
    pub fn author(&self) -> AuthorId {
        self.author
    }

    /// The contracts that it keeps.
    pub fn contracts(&self) -> &Contracts {
        &self.contracts
    }

    /// The latest moment that it has given or taken in.
    pub fn clock(&self) -> Timestamp {
        self.clock.last()
    }

    /// How far it has come with a collection.
    pub fn log(&self, collection: &str) -> Option<&Log> {
        self.logs.get(collection)
    }

    /// The step has been stored: from now on it has happened.
    pub fn stored(&mut self, step: &Step) {
        if let Some(author) = step.author {
            self.author = author;
            self.told.clear();
            self.set_back.clear();
        }
        self.clock = Clock::resume(self.clock.last().max(step.clock), self.clock.bound());
        for (name, log) in &step.logs {
            self.logs.insert(name.clone(), log.clone());
        }
        if let Some(last) = step.mail.sent.last() {
            self.sent = last.number;
        }
        self.waiting += step.mail.sent.len() as u64;
        self.waiting = self.waiting.saturating_sub(step.mail.delivered.len() as u64);
        for (name, event) in &step.events {
            if event.author == self.author
                && let Some(log) = self.logs.get(name)
            {
                self.told.insert(name.clone(), log.seen.clone());
            }
        }
    }

    /// Goes on under another author, who must be new: for a store that was copied, or set back to an older state. What the
    /// old author owned can no longer be written here.
    pub fn rename(&self, author: AuthorId) -> Step {
        Step { author: Some(author), clock: self.clock.last(), ..Step::default() }
    }

    /// Forgets single events of a collection that `through` covers. Their effect stays: who has not seen them yet is sent
    /// the whole state, which joins to the same.
    pub fn compact(&self, collection: &str, through: &VersionVector) -> Option<Step> {
        let (name, log) = self.logs.get_key_value(collection)?;
        let dropped: VersionVector =
            through.iter().map(|(author, sequence)| (author, sequence.min(log.seen.of(author)))).collect();
        let mut log = log.clone();
        #[cfg(feature = "planted")]
        let forgets = self.has(crate::Planted::CompactionTooEarly);
        #[cfg(not(feature = "planted"))]
        let forgets = false;
        if !forgets {
            log.floor.join(&dropped);
        }
        Some(Step {
            clock: self.clock.last(),
            logs: BTreeMap::from([(name.clone(), log)]),
            dropped: BTreeMap::from([(name.clone(), dropped)]),
            ..Step::default()
        })
    }

    /// The message that carries these events of the log.
    pub fn batch(&self, now: Millis, collection: &str, events: Vec<Event>, more: bool) -> Option<Message> {
        let (name, log) = self.logs.get_key_value(collection)?;
        Some(Message::Batch(Batch {
            collection: name.clone(),
            seen: log.seen.clone(),
            freshness: self.freshness(name, log, now),
            more,
            events,
        }))
    }

    /// The message that carries the whole state, as these records are.
    pub fn snapshot(
        &self,
        now: Millis,
        collection: &str,
        records: BTreeMap<Address, Record>,
    ) -> Option<Message> {
        let (name, log) = self.logs.get_key_value(collection)?;
        Some(Message::Snapshot(Snapshot {
            collection: name.clone(),
            consistency: self.contracts.get(collection)?.promise().consistency(),
            clock: self.clock.last(),
            seen: log.seen.clone(),
            freshness: self.freshness(name, log, now),
            home: log.home,
            records,
        }))
    }

    /// What it knows of others, and that it has written just so much itself until now.
    /// Of no use where all write: there is no copy that could be older than the original.
    fn freshness(&self, name: &Name, log: &Log, now: Millis) -> BTreeMap<AuthorId, Freshness> {
        if self.contracts.get(name.as_str()).is_none_or(|contract| *contract.promise() == Promise::Merged) {
            return BTreeMap::new();
        }
        let mut all = log.freshness.clone();
        all.insert(self.author, Freshness { sequence: log.seen.of(self.author), at: now });
        all
    }

    /// How old the copy of what `writer` writes is; in a serial collection the writer is its home.
    pub fn age(&self, now: Millis, collection: &str, writer: AuthorId) -> Age {
        if writer == self.author {
            return Age::Own;
        }
        let Some(fresh) = self.logs.get(collection).and_then(|log| log.freshness.get(&writer)) else {
            return Age::Unknown;
        };
        let age = now.since(fresh.at);
        let stale = match self.contracts.get(collection).map(crate::Contract::promise) {
            Some(Promise::Owned { stale_after }) => age > *stale_after,
            _ => false,
        };
        Age::Copy { age, stale }
    }
}
