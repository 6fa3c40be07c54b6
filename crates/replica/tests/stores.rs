//! What every store must do, run for each store there is.
#![allow(clippy::unwrap_used)]

mod servers;
mod shop;

use kedge_replica::{
    Address, Change, Contracts, Error, Expected, MemoryStore, Millis, PostgresStore, PostgresStoreOptions,
    Replica, Settings, SqliteStore, Store, VersionVector, WriteError,
};
use shop::{author, contracts};
use std::cell::{Cell, RefCell};
use std::path::PathBuf;
use std::rc::Rc;

/// Where a store is kept while it is closed.
trait Place {
    type Store: Store;
    /// Why it is not there to be tested.
    fn missing() -> Option<&'static str> {
        None
    }
    async fn open(&mut self) -> Self::Store;
    async fn close(&mut self, store: Self::Store);
}

#[derive(Default)]
struct InMemory(MemoryStore);

impl Place for InMemory {
    type Store = MemoryStore;

    async fn open(&mut self) -> MemoryStore {
        std::mem::take(&mut self.0)
    }

    async fn close(&mut self, store: MemoryStore) {
        self.0 = store;
    }
}

struct InFile(PathBuf, #[allow(dead_code)] tempfile::TempDir);

impl Default for InFile {
    fn default() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self(folder.path().join("replica.db"), folder)
    }
}

impl Place for InFile {
    type Store = SqliteStore;

    async fn open(&mut self) -> SqliteStore {
        SqliteStore::open(&self.0).await.unwrap()
    }

    async fn close(&mut self, store: SqliteStore) {
        store.close().await.unwrap();
    }
}

thread_local! {
    /// One server for a test, with a schema for each store.
    static SERVER: RefCell<Option<Rc<servers::Postgres>>> = const { RefCell::new(None) };
    static STORES: Cell<u32> = const { Cell::new(0) };
}

fn server() -> Rc<servers::Postgres> {
    SERVER.with_borrow_mut(|server| {
        Rc::clone(server.get_or_insert_with(|| Rc::new(servers::Postgres::start(&[]))))
    })
}

struct InDatabase {
    url: String,
    schema: String,
}

impl Default for InDatabase {
    fn default() -> Self {
        STORES.set(STORES.get() + 1);
        Self { url: server().url(), schema: format!("replica \"{}\"", STORES.get()) }
    }
}

impl Place for InDatabase {
    type Store = PostgresStore;

    fn missing() -> Option<&'static str> {
        servers::Postgres::missing()
    }

    async fn open(&mut self) -> PostgresStore {
        let options = PostgresStoreOptions { schema: self.schema.clone(), ..PostgresStoreOptions::default() };
        PostgresStore::open_with(&self.url, &options).await.unwrap()
    }

    async fn close(&mut self, store: PostgresStore) {
        store.close().await.unwrap();
    }
}

struct At<P: Place> {
    place: P,
    replica: Option<Replica<P::Store>>,
    number: u8,
    now: u64,
}

impl<P: Place + Default> At<P> {
    async fn new(number: u8) -> Self {
        let mut at = Self { place: P::default(), replica: None, number, now: 1_000_000 };
        at.open(contracts()).await.unwrap();
        at
    }

    async fn open(&mut self, contracts: Contracts) -> Result<(), Error> {
        let store = self.place.open().await;
        let settings = Settings { outbox: 3, attempts: 2, ..Settings::default() };
        self.replica = Some(Replica::open(store, author(self.number), contracts, settings).await?);
        Ok(())
    }

    async fn reopen(&mut self) {
        self.place.close(self.replica.take().unwrap().into_store()).await;
        self.open(contracts()).await.unwrap();
    }

    fn it(&mut self) -> &mut Replica<P::Store> {
        self.replica.as_mut().unwrap()
    }

    fn now(&mut self) -> Millis {
        self.now += 10;
        Millis::new(self.now)
    }

    async fn write(&mut self, change: Change) -> Result<(), Error> {
        let now = self.now();
        self.it().write(now, &change).await.map(|_| ())
    }

    async fn pull<Q: Place + Default>(&mut self, from: &mut At<Q>, collection: &str) -> u64 {
        let asked = self.it().pull(collection).unwrap();
        let answer = {
            let now = from.now();
            from.it().answer(now, &asked).await.unwrap()
        };
        let now = self.now();
        self.it().receive(now, &answer).await.unwrap().taken
    }

    async fn state(&mut self, collection: &str) -> Vec<(Address, Vec<u8>)> {
        let all = self.it().list_all(collection).await.unwrap();
        all.into_iter().map(|(address, record)| (address, record.encode())).collect()
    }
}

/// Every store: what was written is there after closing, in the same bytes as at a replica in memory.
async fn what_was_written_stays<P: Place + Default>() {
    let mut here = At::<P>::new(1).await;
    let mut there = At::<InMemory>::new(2).await;
    for round in 0..20 {
        let title = format!("title {round}");
        here.write(Change::to("tasks", "a").set("title", title).add("labels", round % 3).count("votes", 2))
            .await
            .unwrap();
        there
            .write(Change::to("tasks", "a").keep("notes", round).remove("labels", 1).count("votes", -1))
            .await
            .unwrap();
        here.write(Change::to("prices", "p").set("price", round).and("tasks", "b").count("votes", 1))
            .await
            .unwrap();
        if round % 4 == 0 {
            here.pull(&mut there, "tasks").await;
            there.pull(&mut here, "tasks").await;
            here.reopen().await;
        }
    }
    there.write(Change::to("tasks", "b").delete()).await.unwrap();
    while here.pull(&mut there, "tasks").await + there.pull(&mut here, "tasks").await > 0 {}
    there.pull(&mut here, "prices").await;
    here.reopen().await;
    for collection in ["tasks", "prices", "names"] {
        assert_eq!(here.state(collection).await, there.state(collection).await, "{collection}");
        let (mine, theirs) =
            (here.it().core().log(collection).unwrap().clone(), there.it().core().log(collection));
        assert_eq!(Some(&mine.seen), theirs.map(|log| &log.seen));
    }
    let record = here.it().read("tasks", "a").await.unwrap().unwrap();
    assert_eq!((record.text("title"), record.count("votes")), (Some("title 19"), 20));
    assert_eq!(here.it().read("tasks", "b").await.unwrap(), None);
    let error = here.write(Change::to("tasks", "b").count("votes", 1)).await.unwrap_err();
    assert!(matches!(error, Error::Write(WriteError::Deleted { .. })));
}

/// Every store: the log is read in order, in pieces, and not below where it was cut.
async fn the_log_is_read_in_pieces<P: Place + Default>() {
    let mut here = At::<P>::new(1).await;
    let mut other = At::<InMemory>::new(2).await;
    for round in 0..7 {
        here.write(Change::to("tasks", "a").count("votes", round)).await.unwrap();
        other.write(Change::to("tasks", "a").count("votes", round)).await.unwrap();
        here.pull(&mut other, "tasks").await;
    }
    let mut seen = VersionVector::new();
    let mut read = Vec::new();
    loop {
        let (events, more) = here.it().events("tasks", &seen, 3).await.unwrap();
        assert!(events.len() == 3 || !more);
        for event in &events {
            seen.advance(event.author, event.sequence);
        }
        read.extend(events);
        if !more {
            break;
        }
    }
    assert_eq!(read.len(), 14);
    let mut passed = VersionVector::new();
    for event in &read {
        assert_eq!(event.sequence, passed.of(event.author) + 1);
        assert!(event.after.iter().all(|dot| passed.covers(*dot)));
        passed.advance(event.author, event.sequence);
    }
    let half: VersionVector = [(author(1), 4), (author(2), 7)].into_iter().collect();
    here.it().compact("tasks", &half).await.unwrap();
    here.reopen().await;
    assert_eq!(here.it().events("tasks", &VersionVector::new(), 100).await.unwrap().0.len(), 3);
    assert_eq!(here.it().core().log("tasks").unwrap().floor, half);
    // Who is behind is sent the state, and then has what everybody has.
    let mut behind = At::<InMemory>::new(3).await;
    behind.write(Change::to("tasks", "own").set("title", "mine")).await.unwrap();
    assert_eq!(behind.pull(&mut here, "tasks").await, 14);
    here.pull(&mut behind, "tasks").await;
    assert_eq!(here.state("tasks").await, behind.state("tasks").await);
    let mut late = At::<P>::new(4).await;
    late.pull(&mut behind, "tasks").await;
    late.reopen().await;
    assert_eq!(late.state("tasks").await, behind.state("tasks").await);
}

/// Every store: of what comes at once, what is there already is found, whether it lies alone or among much else.
async fn records_among_others_are_found<P: Place + Default>() {
    let (mut here, mut like) = (At::<P>::new(1).await, At::<InMemory>::new(1).await);
    let mut other = At::<InMemory>::new(2).await;
    // Keys that are in order by their bytes and not by letters, with a zero byte, the first of another.
    let key = |number: u32| format!("{}{:03}", ["Z", "a", "b\0", "é", "𝄞"][number as usize / 300], number);
    let batches: [Vec<u32>; 5] = [
        (0..60).map(|number| number * 10).collect(),      // All new.
        (0..40).map(|number| 300 + number * 3).collect(), // Some are there, few lie between.
        (0..30).map(|number| number * 20).collect(),      // All are there, and as many between.
        (0..20).map(|number| 1_000 + number).collect(),   // All new, beyond most.
        (0..200).collect(),                               // A few are there, among them.
    ];
    for batch in batches {
        for number in batch {
            other
                .write(Change::to("tasks", &key(number)).count("votes", i64::from(number) + 1))
                .await
                .unwrap();
        }
        here.pull(&mut other, "tasks").await;
        like.pull(&mut other, "tasks").await;
        assert_eq!(here.state("tasks").await, like.state("tasks").await);
    }
    here.reopen().await;
    assert_eq!(here.state("tasks").await, like.state("tasks").await);
    let twice = here.it().read("tasks", &key(300)).await.unwrap().unwrap();
    assert_eq!(twice.count("votes"), 3 * 301);
}

/// Every store: what is stored at once may be of several collections, owners and authors, short and long, and of one event or
/// of several; nothing of one gets to another.
async fn rows_of_all_kinds_go_at_once<P: Place + Default>() {
    for keys in [1, 2, 13, 70] {
        let mut hub = At::<InMemory>::new(9).await;
        for number in 1..5 {
            let mut one = At::<InMemory>::new(number).await;
            for key in 0..keys {
                let text = format!("{number} {key} ").repeat(if (key + u32::from(number)) % 3 == 0 {
                    100
                } else {
                    1
                });
                let price = Change::to("prices", &format!("{key:03}")).set("price", text.as_str());
                let own = format!("{key:03} of {number}");
                one.write(price.and("tasks", &own).set("title", text.as_str())).await.unwrap();
                one.write(Change::to("tasks", &format!("{:03}", key / 2)).count("votes", 1)).await.unwrap();
            }
            hub.pull(&mut one, "tasks").await;
            hub.pull(&mut one, "prices").await;
        }
        let mut here = At::<P>::new(8).await;
        let mut mine = Change::to("prices", "first").set("price", 0);
        for key in 0..keys {
            for collection in ["prices", "tasks"] {
                let field = if collection == "prices" { "price" } else { "title" };
                mine = mine.and(collection, &format!("mine {key}")).set(field, i64::from(key));
            }
        }
        here.write(mine.clone()).await.unwrap();
        let mut like = At::<InMemory>::new(8).await;
        like.write(mine).await.unwrap();
        here.reopen().await;
        for collection in ["tasks", "prices"] {
            assert_eq!(here.pull(&mut hub, collection).await, like.pull(&mut hub, collection).await);
            here.reopen().await;
            assert_eq!(here.state(collection).await, like.state(collection).await, "{keys}");
            let all = VersionVector::new();
            let events = like.it().events(collection, &all, 9_999).await.unwrap();
            assert_eq!(here.it().events(collection, &all, 9_999).await.unwrap(), events, "{keys}");
        }
    }
}

/// Every store: what a long record is does not hang on whether one event says all of it, several do, or none is kept.
async fn long_records_are_kept<P: Place + Default>() {
    let mut here = At::<P>::new(1).await;
    let mut there = At::<InMemory>::new(2).await;
    let long = |letter: &str| letter.repeat(2_000);
    let title = |key: &str, letter: &str| Change::to("tasks", key).set("title", long(letter));
    // Of "a" and "b" one event says all, of "b" not the first; of "c" and "d" one together; of "e" two; "f" is deleted.
    let all = title("a", "a").keep("notes", long("n")).add("labels", long("l")).count("votes", 3);
    let both = title("c", "c").and("tasks", "d").set("title", long("d"));
    let changes = [all, title("b", "-"), title("b", "b"), both, title("e", "e"), title("f", "f")];
    for change in changes {
        there.write(change).await.unwrap();
    }
    there.write(Change::to("tasks", "e").count("votes", 1)).await.unwrap();
    there.write(Change::to("tasks", "f").delete()).await.unwrap();
    // Of an owned record likewise, and of one that was made anew.
    let price = |key: &str, letter: &str| Change::to("prices", key).set("price", long(letter));
    for change in [price("p", "p"), price("q", "-"), Change::to("prices", "q").delete(), price("q", "q")] {
        there.write(change.clone()).await.unwrap();
        here.write(change).await.unwrap();
    }
    macro_rules! same {
        () => {
            for collection in ["tasks", "prices"] {
                here.pull(&mut there, collection).await;
                there.pull(&mut here, collection).await;
                let state = there.state(collection).await;
                assert_eq!(here.state(collection).await, state);
                here.reopen().await;
                assert_eq!(here.state(collection).await, state);
            }
            let read = here.it().read("tasks", "a").await.unwrap().unwrap();
            assert_eq!(read.text("title"), Some(long("a").as_str()));
        };
    }
    same!();
    // Another event comes to "a", here and there.
    here.write(Change::to("tasks", "a").count("votes", 1)).await.unwrap();
    there.write(Change::to("tasks", "a").keep("notes", "other")).await.unwrap();
    same!();
    // The events are forgotten, first some of them.
    for through in [3, 7, 99] {
        let through: VersionVector = [(author(1), through), (author(2), through)].into_iter().collect();
        for collection in ["tasks", "prices"] {
            here.it().compact(collection, &through).await.unwrap();
        }
        same!();
    }
    assert_eq!(here.it().events("tasks", &VersionVector::new(), 99).await.unwrap().0, []);
    there.write(title("b", "again")).await.unwrap();
    same!();
    // A state takes the place of events that say all of records.
    let mut late = At::<P>::new(3).await;
    let mut other = At::<InMemory>::new(4).await;
    other.write(title("g", "g")).await.unwrap();
    late.pull(&mut other, "tasks").await;
    here.pull(&mut other, "tasks").await;
    late.pull(&mut here, "tasks").await;
    late.reopen().await;
    assert_eq!(late.state("tasks").await, here.state("tasks").await);
}

/// Every store: messages are stored with their change, delivered in order by key, acted on once, set aside with a reason.
async fn messages_are_acted_on_once<P: Place + Default>() {
    let mut sender = At::<P>::new(1).await;
    let mut receiver = At::<P>::new(2).await;
    let order = |key: &str, amount: i64| {
        Change::to("tasks", key).count("votes", amount).send("votes", key, amount.to_le_bytes())
    };
    sender.write(order("a", 1)).await.unwrap();
    sender.write(order("a", 2)).await.unwrap();
    sender.write(order("b", 4)).await.unwrap();
    let full = sender.write(order("b", 8)).await.unwrap_err();
    assert!(matches!(full, Error::Write(WriteError::OutboxFull { waiting: 3 })), "{full}");
    assert_eq!(sender.it().read("tasks", "b").await.unwrap().unwrap().count("votes"), 4);
    sender.reopen().await;

    let due = sender.it().due(10).await.unwrap();
    let numbers = |due: &[kedge_replica::messages::Delivery]| -> Vec<u64> {
        due.iter().map(|delivery| delivery.message.number).collect()
    };
    assert_eq!(numbers(&due), [1, 3]);
    // Twice, as after a lost answer, and again after a start.
    for round in 0..3 {
        for delivery in &due {
            let amount = i64::from_le_bytes(delivery.message.draft.body.clone().try_into().unwrap());
            let change = Change::to("tasks", "sum").count("votes", amount);
            let now = receiver.now();
            assert_eq!(receiver.it().act(now, delivery, Some(&change)).await.unwrap(), round == 0);
        }
        receiver.reopen().await;
    }
    assert_eq!(receiver.it().read("tasks", "sum").await.unwrap().unwrap().count("votes"), 5);

    // The second of key a fails until it is set aside; what is behind it waits, others do not.
    let now = sender.now();
    sender.it().delivered(now, [1, 3]).await.unwrap();
    sender.write(order("a", 16)).await.unwrap();
    sender.write(order("c", 32)).await.unwrap();
    for _ in 0..2 {
        let due = sender.it().due(10).await.unwrap();
        assert_eq!(numbers(&due), [2, 5]);
        assert_eq!(due[0].settled, 1);
        sender.it().failed(&due[0], "not a vote").await.unwrap();
    }
    sender.reopen().await;
    assert_eq!(numbers(&sender.it().due(10).await.unwrap()), [5]);
    let aside = sender.it().set_aside().await.unwrap();
    assert_eq!((aside.len(), aside[0].attempts, aside[0].reason.as_str()), (1, 2, "not a vote"));
    sender.it().retry(2).await.unwrap();
    assert_eq!(numbers(&sender.it().due(10).await.unwrap()), [2, 5]);
    sender.it().delivered(now, [2]).await.unwrap();
    let due = sender.it().due(10).await.unwrap();
    assert_eq!((numbers(&due), due[0].settled), (vec![4, 5], 3));
    // What is settled needs no memory, and is still known.
    let now = receiver.now();
    assert!(receiver.it().act(now, &due[0], None).await.unwrap());
    let again = kedge_replica::messages::Delivery { attempts: 0, settled: 0, ..due[0].clone() };
    let mut first = again.clone();
    first.message.number = 1;
    assert!(!receiver.it().act(now, &first, None).await.unwrap());
    assert!(!receiver.it().act(now, &again, None).await.unwrap());
    sender.it().forget_delivered(Millis::MAX).await.unwrap();
    sender.reopen().await;
    assert_eq!(numbers(&sender.it().due(10).await.unwrap()), [4, 5]);
}

/// Every store: keys and messages are any text, values any bytes.
async fn any_text_is_kept<P: Place + Default>() {
    let mut here = At::<P>::new(1).await;
    let long = "ÿ".repeat(256);
    let keys = [
        "\0",
        "a\0b",
        "a",
        "A",
        "'; DROP TABLE record; --",
        "\u{fffd}",
        "⚓",
        "🚢",
        "e\u{301}",
        "é",
        long.as_str(),
    ];
    for key in keys {
        let change = Change::to("tasks", key).set("title", key).set("title", key);
        assert!(here.write(change).await.is_err());
        here.write(
            Change::to("tasks", key)
                .set("title", key)
                .keep("notes", kedge_replica::Value::Bytes([0, 255, 39].into())),
        )
        .await
        .unwrap();
    }
    here.write(Change::to("tasks", "a").count("votes", 1).send("\0topic", "\0'key", [0, 255])).await.unwrap();
    for _ in 0..2 {
        let due = here.it().due(1).await.unwrap().remove(0);
        here.it().failed(&due, "no\0t now").await.unwrap();
    }
    here.reopen().await;
    let all = here.it().list("tasks").await.unwrap();
    let mut sorted = keys.map(String::from).to_vec();
    sorted.sort();
    assert_eq!(all.keys().map(|address| address.key.as_str().to_owned()).collect::<Vec<_>>(), sorted);
    for (address, record) in &all {
        assert_eq!(record.text("title"), Some(address.key.as_str()));
        assert_eq!(here.it().read("tasks", address.key.as_str()).await.unwrap().as_ref(), Some(record));
    }
    let aside = here.it().set_aside().await.unwrap().remove(0);
    let draft = &aside.message.draft;
    assert_eq!(
        (draft.topic.as_str(), draft.key.as_str(), draft.body.as_slice()),
        ("\0topic", "\0'key", &[0, 255][..])
    );
    assert_eq!(aside.reason, "no\0t now");
}

/// Every store: homes and clocks are remembered, contracts that would lose data are refused.
async fn what_is_remembered<P: Place + Default>() {
    let mut here = At::<P>::new(1).await;
    let take = |name: &str| Change::to("names", name).expecting(Expected::Absent).set("account", "a");
    here.write(take("ada")).await.unwrap();
    assert!(matches!(here.write(take("ada")).await, Err(Error::Write(WriteError::Changed { .. }))));
    let now = here.now();
    here.it().hand_over(now, "names", author(2)).await.unwrap();
    let clock = here.it().core().clock();
    here.reopen().await;
    assert_eq!(here.it().core().clock(), clock);
    assert!(
        matches!(here.write(take("bob")).await, Err(Error::Write(WriteError::NotHome { home, .. })) if home == author(2))
    );
    here.now = 5;
    here.write(Change::to("tasks", "back").set("title", "in time")).await.unwrap();
    assert!(here.it().core().clock() > clock);

    here.it().rename(author(9)).await.unwrap();
    here.reopen().await;
    assert_eq!(here.it().core().author(), author(9));

    let store = here.replica.take().unwrap().into_store();
    here.place.close(store).await;
    let fewer = Contracts::new([contracts().get("tasks").unwrap().clone()]).unwrap();
    let refused = here.open(fewer).await.unwrap_err().to_string();
    assert!(refused.contains("collection `names` has no contract any more"), "{refused}");
}

macro_rules! run {
    ($place:ty, $test:ident) => {
        match <$place>::missing() {
            Some(why) => println!("{why}"),
            None => super::$test::<$place>().await,
        }
    };
}

macro_rules! suite {
    ($module:ident, $place:ty) => {
        mod $module {
            #[allow(clippy::wildcard_imports)]
            use super::*;

            #[tokio::test]
            async fn what_was_written_stays() {
                run!($place, what_was_written_stays);
            }

            #[tokio::test]
            async fn the_log_is_read_in_pieces() {
                run!($place, the_log_is_read_in_pieces);
            }

            #[tokio::test]
            async fn records_among_others_are_found() {
                run!($place, records_among_others_are_found);
            }

            #[tokio::test]
            async fn rows_of_all_kinds_go_at_once() {
                run!($place, rows_of_all_kinds_go_at_once);
            }

            #[tokio::test]
            async fn long_records_are_kept() {
                run!($place, long_records_are_kept);
            }

            #[tokio::test]
            async fn messages_are_acted_on_once() {
                run!($place, messages_are_acted_on_once);
            }

            #[tokio::test]
            async fn any_text_is_kept() {
                run!($place, any_text_is_kept);
            }

            #[tokio::test]
            async fn what_is_remembered() {
                run!($place, what_is_remembered);
            }
        }
    };
}

suite!(in_memory, InMemory);
suite!(in_sqlite, InFile);
suite!(in_postgres, InDatabase);
