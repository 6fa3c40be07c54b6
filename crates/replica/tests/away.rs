//! A replica that was away for a year comes back: the log was compacted meanwhile, contracts have moved on, its clock is
//! wrong. It catches up by a snapshot over HTTP, and what it wrote while it was away is not lost.
#![allow(clippy::unwrap_used)]

use kedge_replica::transport::http::{HttpPeer, HttpSettings, Shared, Surroundings, router};
use kedge_replica::wire::Message;
use kedge_replica::{
    AuthorId, Authors, Change, Contracts, Error, Grant, MemoryStore, Millis, Peer, Peers, Record, Replica,
    Secret, Settings, SqliteStore, Store, WriteError,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

const THEN: &str = r#"
[collection.notes]
consistency = "merged"
[collection.notes.fields]
title = { merge = "last-writer", holds = "text" }
status = "keep-both"
labels = { merge = "set", holds = "text" }
votes = "counter"
colour = "last-writer"

[collection.prices]
consistency = "owned"
stale-after = "5m"
fields = { price = "last-writer" }

[collection.names]
consistency = "serial"
home = "01010101010101010101010101010101"
fields = { account = "last-writer" }
"#;

/// A year later: a field more, one retired, one widened, a collection more.
const NOW: &str = r#"
[collection.notes]
consistency = "merged"
[collection.notes.fields]
title = { merge = "last-writer", holds = "text" }
status = "keep-both"
labels = "set"
votes = "counter"
due = "max"
[collection.notes.retired]
colour = "last-writer"

[collection.prices]
consistency = "owned"
stale-after = "1h"
fields = { price = "last-writer" }

[collection.names]
consistency = "serial"
home = "01010101010101010101010101010101"
fields = { account = "last-writer" }

[collection.extra]
consistency = "merged"
fields = { text = "last-writer" }
"#;

const DAY: u64 = 86_400_000;

fn author(number: u8) -> AuthorId {
    AuthorId::new([number; 16])
}

async fn open<S: Store>(store: S, number: u8, contracts: &str) -> Replica<S> {
    let contracts = Contracts::from_toml(contracts).unwrap();
    Replica::open(store, author(number), contracts, Settings::default()).await.unwrap()
}

async fn carry<A: Store, B: Store>(now: Millis, from: &mut Replica<A>, to: &mut Replica<B>) {
    for collection in ["notes", "prices", "names"] {
        let answer = from.answer(now, &to.pull(collection).unwrap()).await.unwrap();
        to.receive(now, &answer).await.unwrap();
    }
}

fn note(key: &str) -> Change {
    Change::to("notes", key)
}

fn peer(name: &str, number: u8, grant: &Grant) -> Peer {
    let peer = Peer::new(name, Secret::new([7; 16]).unwrap()).unwrap().is(author(number));
    ["notes", "prices", "names", "extra"]
        .iter()
        .fold(peer, |peer, name| peer.may(name, grant.clone()).unwrap())
}

fn at(clock: &Arc<AtomicU64>) -> Surroundings {
    let (clock, drawn) = (clock.clone(), AtomicU64::new(1));
    let random = move |bytes: &mut [u8]| {
        for byte in bytes {
            *byte = (drawn.fetch_add(0x9e37_79b9, Ordering::Relaxed) >> 7) as u8;
        }
    };
    Surroundings::new(move || Millis::new(clock.load(Ordering::Relaxed)), random)
}

/// The replica at the centre as the laptop reaches it, each with its own clock.
async fn served(
    center: &Shared<MemoryStore>,
    time: &Arc<AtomicU64>,
    laptops_time: &Arc<AtomicU64>,
) -> HttpPeer {
    let peers = Peers::new([peer("laptop", 2, &Grant::default().reads(Authors::All).writes())]).unwrap();
    let service = router(center.clone(), peers, at(time), HttpSettings::default());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
    let hub = peer("hub", 1, &Grant::everything());
    HttpPeer::new(&url, "laptop", hub, at(laptops_time), HttpSettings::default()).unwrap()
}

/// Everything of a collection that all three hold, byte by byte.
async fn bytes<S: Store>(replica: &Shared<S>, collection: &str) -> Vec<Vec<u8>> {
    replica.lock().await.list_all(collection).await.unwrap().values().map(Record::encode).collect()
}

#[tokio::test]
async fn a_replica_that_was_away_for_a_year_catches_up_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let start = 1_763_800_000_000;
    let now = |day: u64| Millis::new(start + day * DAY);
    let mut hub = open(MemoryStore::new(), 1, THEN).await;
    let mut other = open(MemoryStore::new(), 3, THEN).await;
    let file = || SqliteStore::open(folder.path().join("laptop.db"));
    let mut laptop = open(file().await.unwrap(), 2, THEN).await;
    for number in 0..50 {
        let change = note(&format!("n{number}")).set("title", "old").set("colour", "red").count("votes", 1);
        hub.write(now(0), &change.add("labels", "shared").keep("status", "new")).await.unwrap();
    }
    hub.write(now(0), &Change::to("names", "ada").set("account", 1)).await.unwrap();
    hub.write(now(0), &Change::to("prices", "x").set("price", 1)).await.unwrap();
    laptop.write(now(0), &note("mine").set("title", "before")).await.unwrap();
    carry(now(0), &mut hub, &mut other).await;
    carry(now(0), &mut hub, &mut laptop).await;
    carry(now(0), &mut laptop, &mut hub).await;

    // The laptop goes away. Some of what it writes there is two days ahead of everybody: its clock is wrong.
    laptop.write(now(1), &note("n0").set("title", "from far away").count("votes", 10)).await.unwrap();
    laptop
        .write(now(1), &note("n1").keep("status", "done").remove("labels", "shared").add("labels", "away"))
        .await
        .unwrap();
    laptop.write(now(1), &note("n2").delete()).await.unwrap();
    laptop.write(now(1), &Change::to("prices", "y").set("price", 2)).await.unwrap();
    for number in 0..20 {
        laptop
            .write(now(2 + number), &note(&format!("away{number}")).set("title", "written away"))
            .await
            .unwrap();
    }
    let refused = laptop.write(now(3), &Change::to("names", "bob").set("account", 2)).await.unwrap_err();
    assert!(matches!(refused, Error::Write(WriteError::NotHome { .. })), "{refused}");

    // A year goes by: others write, move to new contracts, and compact every month.
    for month in 0..12 {
        for number in 0..50 {
            let change = note(&format!("n{number}")).set("title", format!("month {month}")).count("votes", 1);
            let writer = if number % 2 == 0 { &mut hub } else { &mut other };
            let written = writer.write(now(month * 30 + 5), &change.add("labels", "kept")).await;
            assert!(written.is_ok());
        }
        hub.write(now(month * 30 + 5), &Change::to("prices", "x").set("price", 10 + month.cast_signed()))
            .await
            .unwrap();
        other.write(now(month * 30 + 5), &note("n1").keep("status", format!("month {month}"))).await.unwrap();
        carry(now(month * 30 + 6), &mut other, &mut hub).await;
        carry(now(month * 30 + 6), &mut hub, &mut other).await;
        for replica in [&mut hub, &mut other] {
            for collection in ["notes", "prices", "names"] {
                let seen = replica.core().log(collection).unwrap().seen.clone();
                replica.compact(collection, &seen).await.unwrap();
            }
        }
        if month == 6 {
            hub = open(hub.into_store(), 1, NOW).await;
            other = open(other.into_store(), 3, NOW).await;
            hub.write(now(month * 30 + 7), &note("n3").raise("due", 20_261_231).add("labels", 7))
                .await
                .unwrap();
            hub.write(now(month * 30 + 7), &Change::to("extra", "e").set("text", "new")).await.unwrap();
        }
    }

    // It comes back: with the old contracts, and a clock that begins at 1970 after its battery died.
    let center: Shared<MemoryStore> = Arc::new(tokio::sync::Mutex::new(hub));
    let time = Arc::new(AtomicU64::new(start + 366 * DAY));
    let laptops_time = Arc::new(AtomicU64::new(DAY));
    let hub = served(&center, &time, &laptops_time).await;
    let laptop = open(laptop.into_store(), 2, THEN).await;
    let laptop: Shared<SqliteStore> = Arc::new(tokio::sync::Mutex::new(laptop));
    let progress = hub.pull(&laptop, "notes").await.unwrap();
    assert_eq!(progress.taken, 0);
    assert!(progress.held[0].1.contains("set the clocks of both machines"), "{}", progress.held[0].1);
    assert_eq!(
        laptop.lock().await.read("notes", "away7").await.unwrap().unwrap().text("title"),
        Some("written away")
    );

    // Put right, it catches up, by the state, since single events are long gone.
    laptops_time.store(start + 366 * DAY, Ordering::Relaxed);
    let asked = laptop.lock().await.pull("notes").unwrap();
    let answer = center.lock().await.answer(now(366), &asked).await.unwrap();
    assert!(matches!(Message::decode(&answer), Ok(Message::Snapshot(_))));
    let progress = hub.sync(&laptop).await.unwrap();
    assert_eq!(progress.held, []);
    for collection in ["notes", "prices", "names"] {
        assert_eq!(bytes(&laptop, collection).await, bytes(&center, collection).await, "{collection}");
    }
    // What it does not know yet is kept, and there once it goes on under the new contracts.
    let laptop = open(Arc::into_inner(laptop).unwrap().into_inner().into_store(), 2, NOW).await;
    let laptop: Shared<SqliteStore> = Arc::new(tokio::sync::Mutex::new(laptop));
    assert_eq!(hub.sync(&laptop).await.unwrap().taken, 1, "the collection that is new");
    let mut it = center.lock().await;
    let mut read = async |key: &str| it.read("notes", key).await.unwrap();
    // Its year-old title lost against later ones; its count, its new records and its delete did not.
    let n0 = read("n0").await.unwrap();
    assert_eq!((n0.text("title"), n0.count("votes")), (Some("month 11"), 1 + 10 + 12));
    let n1 = read("n1").await.unwrap();
    let status: Vec<_> = n1.kept("status").into_iter().filter_map(kedge_replica::Value::as_text).collect();
    assert_eq!(status.len(), 2, "both that did not see each other: {status:?}");
    assert!(status.contains(&"done") && status.contains(&"month 11"));
    assert_eq!(n1.set("labels"), [&"away".into(), &"kept".into()]);
    assert_eq!(read("n2").await, None);
    assert_eq!(read("n3").await.unwrap().value("due"), Some(&20_261_231.into()));
    assert_eq!(read("n3").await.unwrap().text("colour"), Some("red"));
    for number in 0..20 {
        assert_eq!(read(&format!("away{number}")).await.unwrap().text("title"), Some("written away"));
    }
    drop(it);
    let (copy, _) = center.lock().await.read_copy(now(366), "prices", author(2), "y").await.unwrap();
    assert_eq!(copy.unwrap().value("price"), Some(&2.into()));
    // And who was there all year hears of it.
    carry(now(366), &mut *center.lock().await, &mut other).await;
    let all: Vec<_> = other.list_all("notes").await.unwrap().values().map(Record::encode).collect();
    assert_eq!(all, bytes(&laptop, "notes").await);
}

/// The clock was ahead while it was away: what it wrote waits until that time has come, and is not lost.
#[tokio::test]
async fn writes_from_a_clock_that_was_ahead_wait_and_are_not_lost() {
    let start = 1_763_800_000_000;
    let center = open(MemoryStore::new(), 1, THEN).await;
    let center: Shared<MemoryStore> = Arc::new(tokio::sync::Mutex::new(center));
    let laptop = open(MemoryStore::new(), 2, THEN).await;
    let laptop: Shared<MemoryStore> = Arc::new(tokio::sync::Mutex::new(laptop));
    let ahead = Millis::new(start + 2 * DAY);
    laptop.lock().await.write(ahead, &note("a").set("title", "from tomorrow's tomorrow")).await.unwrap();
    let time = Arc::new(AtomicU64::new(start));
    let hub = served(&center, &time, &time).await;
    // Its clock was put right, but what it says from now on must come after what it said.
    laptop.lock().await.write(Millis::new(start), &note("a").count("votes", 1)).await.unwrap();
    let progress = hub.push(&laptop, "notes").await.unwrap();
    assert_eq!((progress.taken, progress.held.len()), (0, 2));
    assert!(progress.held[0].1.contains("ahead of this clock was refused"), "{}", progress.held[0].1);
    time.store(start + 2 * DAY - Duration::from_secs(30).as_millis() as u64, Ordering::Relaxed);
    assert_eq!(hub.push(&laptop, "notes").await.unwrap().taken, 2);
    assert_eq!(bytes(&center, "notes").await, bytes(&laptop, "notes").await);
}
