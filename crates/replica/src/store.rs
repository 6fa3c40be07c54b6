//! Where a replica keeps what it must not lose.

mod memory;
mod packed_log;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod sql;
#[cfg(feature = "sqlite")]
mod sqlite;

pub use memory::MemoryStore;
#[cfg(feature = "postgres")]
pub use postgres::{Hold, PostgresStore, PostgresStoreOptions};
#[cfg(feature = "sqlite")]
pub use sqlite::{SqliteStore, SqliteStoreOptions};

use crate::core::{Records, Step};
use crate::event::{Address, Event};
use crate::log::Memory;
use crate::messages::{Delivery, SetAside};
use crate::{AuthorId, Name, Record, VersionVector};
use std::collections::{BTreeMap, BTreeSet};

/// What a store remembers of the replica in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// What the core remembers.
    pub memory: Memory,
    /// The contracts that it was written under, as TOML.
    pub contracts: String,
    /// The number of the last message that went into the outbox.
    pub sent: u64,
    /// How many messages wait in the outbox, those set aside among them.
    pub waiting: u64,
}

/// A store of one replica. It is written by whole steps only: all of a step is durable when [`Store::commit`] has returned,
/// or nothing of it will ever be seen; if it fails, which of the two is not known, and the store is to be opened anew.
///
/// All stores pass the same tests: `tests/stores.rs`.
pub trait Store: Send {
    /// What it remembers; `None` of a store that is empty.
    fn open(&mut self) -> impl Future<Output = Result<Option<Stored>, StoreError>> + Send;

    /// Makes an empty store that of this author, under these contracts.
    fn begin(
        &mut self,
        author: AuthorId,
        contracts: &str,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Goes on under other contracts.
    fn migrate(&mut self, contracts: &str) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// The records at these places; those that are not there are left out.
    fn load(
        &mut self,
        places: &BTreeSet<(Name, Address)>,
    ) -> impl Future<Output = Result<Records, StoreError>> + Send;

    /// All records of a collection, deleted ones among them.
    fn all(
        &mut self,
        collection: &Name,
    ) -> impl Future<Output = Result<BTreeMap<Address, Record>, StoreError>> + Send;

    /// Events of a collection that `seen` does not cover, in the order of the log, at most so many; and whether there are
    /// more.
    fn after(
        &mut self,
        collection: &Name,
        seen: &VersionVector,
        most: usize,
    ) -> impl Future<Output = Result<(Vec<Event>, bool), StoreError>> + Send;

    /// Stores a step, whole and durably.
    fn commit(&mut self, step: &Step) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Messages to be delivered now, in the order in which they were written, at most so many: of each topic and key the
    /// first, unless it was set aside.
    fn due(&mut self, most: usize) -> impl Future<Output = Result<Vec<Delivery>, StoreError>> + Send;

    /// Messages that were set aside, in the order in which they were written.
    fn set_aside(&mut self) -> impl Future<Output = Result<Vec<SetAside>, StoreError>> + Send;

    /// Whether a message was acted on, or is settled.
    fn acted(
        &mut self,
        source: AuthorId,
        number: u64,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;
}

/// Why a store does not do what it should.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database says no.
    #[error("the database: {0}")]
    Database(String),
    /// There is no room left. Nothing is lost: what was acknowledged is stored, and can be read.
    #[error("no room is left for the store: make room, then open the store again")]
    Full,
    /// The file is open somewhere else; a store is held by one at a time.
    #[error(
        "the file is open in another process, or once more in this one: close it there, or wait until it is closed"
    )]
    InUse,
    /// Somebody else holds the replica, and only one may write it.
    #[error(
        "the replica is held by {holder}: stop that process, wait until it ends, or take the replica over from it"
    )]
    Held {
        /// Who, as far as the database knows.
        holder: String,
    },
    /// There is no store, and none was to be made.
    #[error("there is no store in schema `{schema}` of the database: see that both are the right ones")]
    NotThere {
        /// The name of the schema.
        schema: String,
    },
    /// This process held the replica, and somebody else does now.
    #[error(
        "{holder} has taken the replica over (term {term}): what this process was about to write was not written"
    )]
    TakenOver {
        /// Who.
        holder: String,
        /// The how-manieth hold that is.
        term: u64,
    },
    /// The session with the database has ended; whether the last step was stored is not known.
    #[error(
        "the session with the database has ended ({0}): open the store again, which says so if another process has taken \
         the replica over"
    )]
    SessionEnded(String),
    /// The database promises less than an acknowledgement needs.
    #[error(
        "the database runs with `fsync = off` and may lose what it has acknowledged: turn it on, or open with `durable: false`"
    )]
    NotDurable,
    /// What is stored cannot be read.
    #[error(
        "{place} in the store is damaged ({why}): restore the file, or fetch everything anew under a new author"
    )]
    Damaged {
        /// What.
        place: String,
        /// Why it is not read.
        why: String,
    },
    /// A number does not fit.
    #[error("a sequence of {0} cannot be stored: whoever counted that far is wrong")]
    TooFar(u64),
}
