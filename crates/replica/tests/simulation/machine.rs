//! One machine of a run: its disk, its clock, its replica while it runs, and what it has promised to whom.

use super::faulty::{self, Disk};
use super::kept::Kept;
use super::meaning::Written;
use super::{Kind, Verdict, Wrong, author, contracts};
use kedge_replica::{
    AuthorId, Contracts, Error, Event, MemoryStore, Millis, Planted, Replica, Settings, SqliteStore,
    SqliteStoreOptions, StoreError, VersionVector,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::sync::Mutex;

/// More events than any run has.
const MOST: usize = 1_000_000;

pub(super) struct Machine {
    pub(super) number: usize,
    pub(super) disk: Disk,
    /// Where its store is, if that is in memory.
    memory: Option<Arc<Mutex<MemoryStore>>>,
    pub(super) replica: Option<Replica<Kept>>,
    /// The collections that it holds, and whose notes: all, if it is not said.
    pub(super) contracts: Contracts,
    pub(super) notes_of: Option<BTreeSet<AuthorId>>,
    /// How often it was started.
    pub(super) starts: u64,
    /// Milliseconds by which its clock is off.
    pub(super) skew: i64,
    /// The latest time of day that it has seen.
    pub(super) latest: u64,
    /// Until when it waits for its disk: it does nothing else, and who asked it for something has no answer yet.
    pub(super) busy_until: u64,
    /// The last of its own events that was acknowledged, in each collection.
    acknowledged: BTreeMap<&'static str, u64>,
    /// What will be acknowledged once the disk has answered.
    promised: Vec<(u64, &'static str, u64)>,
    /// What it had seen when it wrote, or tried to write, each of its events.
    before: BTreeMap<(&'static str, u64), VersionVector>,
}

impl Machine {
    pub(super) fn new(number: usize, in_memory: bool) -> Self {
        Self {
            number,
            disk: Disk::new(&format!("machine{number}")),
            memory: in_memory.then(Arc::default),
            replica: None,
            contracts: contracts(),
            notes_of: None,
            starts: 0,
            skew: 0,
            latest: 0,
            busy_until: 0,
            acknowledged: BTreeMap::new(),
            promised: Vec::new(),
            before: BTreeMap::new(),
        }
    }

    /// What its clock says.
    pub(super) fn time(&mut self, now: u64) -> Millis {
        let time = now.saturating_add_signed(self.skew);
        self.latest = self.latest.max(time);
        Millis::new(time)
    }

    /// What it has seen of a collection.
    pub(super) fn seen(&self, collection: &str) -> VersionVector {
        let log = self.replica.as_ref().and_then(|replica| replica.core().log(collection));
        log.map(|log| log.seen.clone()).unwrap_or_default()
    }

    /// Notes what it has seen before its next event in a collection.
    pub(super) fn about_to_write(&mut self, collection: &'static str) {
        let seen = self.seen(collection);
        self.before.insert((collection, seen.of(author(self.number)) + 1), seen);
    }

    /// Its last event in a collection is acknowledged once the disk, which took so long, has answered.
    pub(super) fn acknowledge(&mut self, now: u64, collection: &'static str) {
        let last = self.seen(collection).of(author(self.number));
        let at = self.wait_for_disk(now);
        self.promised.push((at, collection, last));
    }

    /// The disk takes its time; until when the machine waits for it.
    pub(super) fn wait_for_disk(&mut self, now: u64) -> u64 {
        self.busy_until = self.busy_until.max(now) + self.disk.take_spent();
        self.busy_until
    }

    /// What was promised until now has been told.
    fn tell(&mut self, now: u64) {
        for (at, collection, sequence) in std::mem::take(&mut self.promised) {
            if at <= now {
                self.acknowledged.insert(collection, sequence);
            }
        }
    }

    pub(super) fn is_busy(&mut self, now: u64) -> bool {
        if self.busy_until <= now {
            self.tell(now);
        }
        self.busy_until > now
    }

    /// It stops, whatever it was waiting for: of that nobody was told.
    pub(super) fn stop(&mut self, now: u64) {
        self.tell(now);
        self.replica = None;
        self.busy_until = 0;
        self.disk.take_spent();
    }

    /// Starts its replica; what it had acknowledged must be there.
    pub(super) async fn start(&mut self, bug: Option<Planted>) -> Verdict {
        self.starts += 1;
        let durable = bug != Some(Planted::AcknowledgedBeforeDurable);
        let options =
            SqliteStoreOptions { vfs: Some(faulty::NAME.to_owned()), durable, checkpoint_pages: 40 };
        let number = self.number;
        let opened = async {
            let store = match &self.memory {
                Some(memory) => Kept::Memory(memory.clone()),
                None => Kept::Sqlite(Box::new(SqliteStore::open_with(self.disk.path(), &options).await?)),
            };
            let settings = Settings { batch: 8, ..Settings::default() };
            Replica::open(store, author(number), self.contracts.clone(), settings).await
        };
        let mut replica = match opened.await {
            Ok(replica) => replica,
            Err(_) if self.disk.has_stopped() => return Ok(()),
            Err(Error::Store(StoreError::Full)) if self.disk.is_scarce() => {
                // What was opened closes on a thread of its own, and is not to write any more.
                self.disk.kill();
                return Ok(());
            }
            Err(error) => {
                return Wrong::because(Kind::Broken, format!("replica {number} does not open: {error}"));
            }
        };
        if let Some(bug) = bug {
            replica.plant(bug);
        }
        replica.subscribe("notes", self.notes_of.clone()).unwrap();
        for (collection, sequence) in &self.acknowledged {
            let seen = replica.core().log(collection).unwrap().seen.of(author(number));
            if seen < *sequence {
                let what = format!(
                    "replica {number} acknowledged event {sequence} of {collection}, {seen} is its last"
                );
                return Wrong::because(Kind::Lost, what);
            }
        }
        self.replica = Some(replica);
        Ok(())
    }

    /// Its own events in a collection that come after the first so many, as they are stored, with what it had seen before
    /// each. `None` if they cannot be read now.
    pub(super) async fn own_events(&mut self, collection: &'static str, known: u64) -> Option<Vec<Written>> {
        if self.contracts.get(collection).is_none() {
            return Some(Vec::new());
        }
        let me = author(self.number);
        let mut others = VersionVector::new();
        for (author, sequence) in self.seen(collection).iter() {
            others.advance(author, if author == me { known } else { sequence });
        }
        let (events, _) = self.replica.as_mut()?.events(collection, &others, MOST).await.ok()?;
        let own = events.into_iter().filter(|event| event.author == me);
        let with = |event: Event| {
            let before = self.before.get(&(collection, event.sequence)).cloned().unwrap_or_default();
            (event, before)
        };
        Some(own.map(with).collect())
    }

    pub(super) fn is_in_memory(&self) -> bool {
        self.memory.is_some()
    }
}
