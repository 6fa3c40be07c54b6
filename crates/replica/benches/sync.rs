//! Syncing over HTTP beside copying: `replica.sync_vs_copy`, bytes a second of a sync over those of a copy of the very same
//! bytes, both over the loopback of this machine with the same HTTP libraries, both durable at the end: the sync from one
//! SQLite store to another, the copy from one file to another, written out to the disk. More is better. The median of several
//! turns; both take turns on one disk.
//!
//! What is compared: the sync reads from its store, seals and proves each answer, takes every event in and commits it batch by
//! batch, each waiting for the disk (the store's write-ahead log, and the file itself as often as the log is written back in
//! between); the copy reads the file, sends it whole, writes it and waits for the disk once. Opening and closing the store and
//! making the connection's runtime are outside of both.
//!
//! The memory behind what either writes was written to a moment ago, and freed. On a virtual machine whose host takes back what
//! lies free, the first write to a page after that costs ten times another (measured on one: 12 microseconds a page instead of
//! 0.9), and falls on one or the other as chance will have it: the same copy ran at 240 or at 600 MB/s.
//!
//! The figure is for records with a text of 1 KiB; shorter and longer ones are printed beside it, and what is left when the
//! stores are in memory and nothing goes to a disk.
//!
//! `cargo bench -p kedge-replica --bench sync`
#![allow(clippy::unwrap_used)]

use axum::body::Body;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use kedge_replica::transport::http::{HttpPeer, HttpSettings, Shared, Surroundings, router};
use kedge_replica::wire::Message;
use kedge_replica::{
    AuthorId, Change, Contract, Contracts, Grant, MemoryStore, Merge, Millis, Peer, Peers, Replica, Secret,
    Settings, SqliteStore, Store,
};
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// So many that neither a slow moment of the disk nor a fast one of the copy is the median.
const TURNS: usize = 15;
/// About so many bytes of values are synced in each turn.
const BYTES: usize = 8 << 20;
/// Bytes of text in each record.
const SIZES: [usize; 3] = [64, 1024, 16 * 1024];
/// The one that the figure is for.
const FIGURE: usize = 1024;

fn author(number: u8) -> AuthorId {
    AuthorId::new([number; 16])
}

fn now() -> Millis {
    Millis::new(1_763_800_000_000)
}

fn surroundings() -> Surroundings {
    Surroundings::new(now, |bytes| getrandom::fill(bytes).unwrap())
}

fn peer(name: &str, number: u8) -> Peer {
    let secret = Secret::new([7; 32]).unwrap();
    Peer::new(name, secret).unwrap().is(author(number)).may("tasks", Grant::everything()).unwrap()
}

async fn open<S: Store>(store: S, number: u8) -> Replica<S> {
    let tasks = Contract::merged("tasks").field("text", Merge::LastWriter);
    let contracts = Contracts::new([tasks.build().unwrap()]).unwrap();
    Replica::open(store, author(number), contracts, Settings::default()).await.unwrap()
}

/// A replica in which another's records are, as many as come to so many bytes, each in an event of its own.
async fn filled<S: Store>(store: S, size: usize) -> Shared<S> {
    let mut writer = open(MemoryStore::new(), 2).await;
    let mut here = open(store, 1).await;
    for record in 0..BYTES / size {
        // Texts that differ, so that nothing is saved on the way.
        let text = format!("{record:>8} {}", "text ".repeat(size / 5 + 1));
        let change = Change::to("tasks", &format!("task {record}")).set("text", &text[..size]);
        writer.write(now(), &change).await.unwrap();
    }
    loop {
        let batch = writer.answer(now(), &here.pull("tasks").unwrap()).await.unwrap();
        if !here.receive(now(), &batch).await.unwrap().more {
            return Arc::new(tokio::sync::Mutex::new(here));
        }
    }
}

/// All the bytes that a sync carries.
async fn carried<S: Store>(from: &Shared<S>) -> Vec<u8> {
    let mut asking = open(MemoryStore::new(), 3).await;
    let (mut all, mut more) = (Vec::new(), true);
    while more {
        let batch = from.lock().await.answer(now(), &asking.pull("tasks").unwrap()).await.unwrap();
        more = matches!(Message::decode(&batch).unwrap(), Message::Batch(batch) if batch.more);
        asking.receive(now(), &batch).await.unwrap();
        all.extend(batch);
    }
    all
}

/// Serves on a thread of its own, as another process would.
fn serve(service: axum::Router) -> String {
    let (say, hear) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            say.send(format!("http://{}", listener.local_addr().unwrap())).unwrap();
            axum::serve(listener, service).await.unwrap();
        });
    });
    hear.recv().unwrap()
}

/// How long a sync takes, and the store that is then closed or dropped.
async fn sync<S: Store>(url: &str, to: S, events: usize) -> (Duration, S) {
    let here = Arc::new(tokio::sync::Mutex::new(open(to, 3).await));
    let hub = HttpPeer::new(url, "spoke", peer("hub", 1), surroundings(), HttpSettings::default()).unwrap();
    let start = Instant::now();
    let progress = hub.pull(&here, "tasks").await.unwrap();
    let time = start.elapsed();
    assert_eq!(progress.taken as usize, events);
    (time, Arc::into_inner(here).unwrap().into_inner().into_store())
}

/// Leaves memory with the system that was written to a moment ago, and is free.
fn have_memory_ready(folder: &Path) {
    static WRITTEN: [u8; 1 << 20] = [1; 1 << 20];
    let at = folder.join("memory");
    let mut file = std::fs::File::create(&at).unwrap();
    (0..64).for_each(|_| file.write_all(&WRITTEN).unwrap());
    std::fs::remove_file(at).unwrap();
}

/// The same bytes, from a file to a file, or from memory to memory.
async fn copy(url: &str, to: Option<&Path>, length: usize) -> Duration {
    let client: Client<_, Body> = Client::builder(TokioExecutor::new()).build_http();
    let start = Instant::now();
    let answer = client.get(format!("{url}/file").parse().unwrap()).await.unwrap();
    let bytes = axum::body::to_bytes(Body::new(answer.into_body()), usize::MAX).await.unwrap();
    if let Some(to) = to {
        let mut file = std::fs::File::create(to).unwrap();
        file.write_all(&bytes).unwrap();
        file.sync_all().unwrap();
    }
    let time = start.elapsed();
    assert_eq!(bytes.len(), length);
    time
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64()
}

/// Megabytes a second of a sync and of a copy, and the first over the second.
fn line(what: &str, size: usize, bytes: usize, sync: Vec<Duration>, copy: Vec<Duration>) -> f64 {
    let (sync, copy) = (median(sync), median(copy));
    let speed = |time: f64| bytes as f64 / 1e6 / time;
    println!(
        "{what}, texts of {size} bytes, {bytes} bytes carried: sync {:.1} MB/s, copy {:.1} MB/s, {:.3} x",
        speed(sync),
        speed(copy),
        copy / sync
    );
    copy / sync
}

async fn durable(size: usize) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let hub = filled(SqliteStore::open(at("hub.db")).await.unwrap(), size).await;
    let bytes = carried(&hub).await;
    std::fs::write(at("from"), &bytes).unwrap();
    let peers = Peers::new([peer("spoke", 3)]).unwrap();
    let from = at("from");
    let file = move || {
        let from = from.clone();
        async move { std::fs::read(from).unwrap() }
    };
    let service = router(hub, peers, surroundings(), HttpSettings::default());
    let url = serve(axum::Router::new().nest("/replica", service).route("/file", axum::routing::get(file)));
    let (mut syncs, mut copies) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        let turn = tempfile::tempdir_in(&folder).unwrap();
        have_memory_ready(turn.path());
        let store = SqliteStore::open(turn.path().join("spoke.db")).await.unwrap();
        let (time, store) = sync(&format!("{url}/replica"), store, BYTES / size).await;
        store.close().await.unwrap();
        syncs.push(time);
        have_memory_ready(turn.path());
        copies.push(copy(&url, Some(&turn.path().join("to")), bytes.len()).await);
    }
    line("from disk to disk", size, bytes.len(), syncs, copies)
}

async fn in_memory(size: usize) {
    let hub = filled(MemoryStore::new(), size).await;
    let bytes = axum::body::Bytes::from(carried(&hub).await);
    let length = bytes.len();
    let peers = Peers::new([peer("spoke", 3)]).unwrap();
    let file = move || {
        let bytes = bytes.clone();
        async move { bytes }
    };
    let service = router(hub, peers, surroundings(), HttpSettings::default());
    let url = serve(axum::Router::new().nest("/replica", service).route("/file", axum::routing::get(file)));
    let (mut syncs, mut copies) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        syncs.push(sync(&format!("{url}/replica"), MemoryStore::new(), BYTES / size).await.0);
        copies.push(copy(&url, None, length).await);
    }
    line("from memory to memory", size, length, syncs, copies);
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut figure = 0.0;
    for size in SIZES {
        let ratio = runtime.block_on(durable(size));
        runtime.block_on(in_memory(size));
        if size == FIGURE {
            figure = ratio;
        }
    }
    println!("replica.sync_vs_copy {figure:.3} x");
}
