//! What a store is kept by: the embedded database in a file, or a server's.

use super::StoreTrouble;
use super::place::Place;
use kedge_replica::messages::{Delivery, SetAside};
use kedge_replica::{
    Address, AuthorId, Event, Name, PostgresStore, PostgresStoreOptions, Record, Records, SqliteStore, Step,
    Store, StoreError, Stored, VersionVector,
};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A store of either kind.
#[derive(Debug)]
pub(super) enum Engine {
    File(SqliteStore),
    Database(Box<PostgresStore>),
}

/// The same of either.
macro_rules! either {
    ($engine:ident, $store:ident => $answer:expr) => {
        match $engine {
            Engine::File($store) => $answer,
            Engine::Database($store) => $answer,
        }
    };
}

impl Engine {
    /// Opens what is there, or makes it; `path` is what messages call it.
    pub(super) async fn open(place: &Place, path: &Path, new: bool) -> Result<Self, StoreTrouble> {
        let opened = match place {
            Place::File(file) => SqliteStore::open(file).await.map(Self::File),
            Place::Database { address, schema } => {
                let options = PostgresStoreOptions {
                    schema: schema.clone(),
                    create: new,
                    holder: format!("kedge, process {}", std::process::id()),
                    ..PostgresStoreOptions::default()
                };
                PostgresStore::open_with(address, &options).await.map(Box::new).map(Self::Database)
            }
        };
        let is_database = matches!(place, Place::Database { .. });
        opened.map_err(|error| match error {
            StoreError::Database(why) if is_database => StoreTrouble::Refused { path: path.to_owned(), why },
            StoreError::SessionEnded(why) => StoreTrouble::Unreachable { path: path.to_owned(), why },
            StoreError::InUse => StoreTrouble::Held {
                path: path.to_owned(),
                by: "another process, such as `kedge serve`".to_owned(),
            },
            StoreError::Held { holder } => StoreTrouble::Held { path: path.to_owned(), by: holder },
            StoreError::NotThere { .. } => StoreTrouble::NotAStore(path.to_owned()),
            other => other.into(),
        })
    }

    pub(super) async fn close(self) -> Result<(), StoreError> {
        either!(self, store => store.close().await)
    }
}

impl Store for Engine {
    async fn open(&mut self) -> Result<Option<Stored>, StoreError> {
        either!(self, store => store.open().await)
    }

    async fn begin(&mut self, author: AuthorId, contracts: &str) -> Result<(), StoreError> {
        either!(self, store => store.begin(author, contracts).await)
    }

    async fn migrate(&mut self, contracts: &str) -> Result<(), StoreError> {
        either!(self, store => store.migrate(contracts).await)
    }

    async fn load(&mut self, places: &BTreeSet<(Name, Address)>) -> Result<Records, StoreError> {
        either!(self, store => store.load(places).await)
    }

    async fn all(&mut self, collection: &Name) -> Result<BTreeMap<Address, Record>, StoreError> {
        either!(self, store => store.all(collection).await)
    }

    async fn after(
        &mut self,
        collection: &Name,
        seen: &VersionVector,
        most: usize,
    ) -> Result<(Vec<Event>, bool), StoreError> {
        either!(self, store => store.after(collection, seen, most).await)
    }

    async fn commit(&mut self, step: &Step) -> Result<(), StoreError> {
        either!(self, store => store.commit(step).await)
    }

    async fn due(&mut self, most: usize) -> Result<Vec<Delivery>, StoreError> {
        either!(self, store => store.due(most).await)
    }

    async fn set_aside(&mut self) -> Result<Vec<SetAside>, StoreError> {
        either!(self, store => store.set_aside().await)
    }

    async fn acted(&mut self, source: AuthorId, number: u64) -> Result<bool, StoreError> {
        either!(self, store => store.acted(source, number).await)
    }
}
