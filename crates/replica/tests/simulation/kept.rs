//! What the machines of a run keep their replicas in: the SQLite store that ships, on faulty disks; or, in runs beside those,
//! the store in memory, which forgives nothing that the database's own constraints would stop.

use kedge_replica::messages::{Delivery, SetAside};
use kedge_replica::{
    Address, AuthorId, Event, MemoryStore, Name, Record, Records, SqliteStore, Step, Store, StoreError,
    Stored, VersionVector,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::sync::Mutex;

/// A store of either kind.
pub(super) enum Kept {
    Sqlite(Box<SqliteStore>),
    /// Shared with the machine, so that it is there after a crash.
    Memory(Arc<Mutex<MemoryStore>>),
}

/// The same call on either.
macro_rules! on_either {
    ($self:ident, $store:ident => $call:expr) => {
        match $self {
            Kept::Sqlite($store) => $call.await,
            Kept::Memory(shared) => {
                let mut $store = shared.lock().await;
                $call.await
            }
        }
    };
}

impl Store for Kept {
    async fn open(&mut self) -> Result<Option<Stored>, StoreError> {
        on_either!(self, store => store.open())
    }

    async fn begin(&mut self, author: AuthorId, contracts: &str) -> Result<(), StoreError> {
        on_either!(self, store => store.begin(author, contracts))
    }

    async fn migrate(&mut self, contracts: &str) -> Result<(), StoreError> {
        on_either!(self, store => store.migrate(contracts))
    }

    async fn load(&mut self, places: &BTreeSet<(Name, Address)>) -> Result<Records, StoreError> {
        on_either!(self, store => store.load(places))
    }

    async fn all(&mut self, collection: &Name) -> Result<BTreeMap<Address, Record>, StoreError> {
        on_either!(self, store => store.all(collection))
    }

    async fn after(
        &mut self,
        collection: &Name,
        seen: &VersionVector,
        most: usize,
    ) -> Result<(Vec<Event>, bool), StoreError> {
        on_either!(self, store => store.after(collection, seen, most))
    }

    async fn commit(&mut self, step: &Step) -> Result<(), StoreError> {
        on_either!(self, store => store.commit(step))
    }

    async fn due(&mut self, most: usize) -> Result<Vec<Delivery>, StoreError> {
        on_either!(self, store => store.due(most))
    }

    async fn set_aside(&mut self) -> Result<Vec<SetAside>, StoreError> {
        on_either!(self, store => store.set_aside())
    }

    async fn acted(&mut self, source: AuthorId, number: u64) -> Result<bool, StoreError> {
        on_either!(self, store => store.acted(source, number))
    }
}
