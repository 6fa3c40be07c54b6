//! Replicas beside what they stand on and beside another: each figure is a ratio within one run, more is better.
//!
//! - `replica.durable_vs_sqlite`: durable writes a second over those of the same values written straight into a table of an
//!   SQLite file of the same settings, one transaction each. Blocks of both take turns on one disk.
//! - `replica.merge_vs_automerge`: how much faster another's edits of records are taken in from their bytes than Automerge
//!   takes in the bytes of the same edits, each side with its whole state in memory. The median of several turns.
//! - `replica.memory_vs_automerge`: how many times the bytes that Automerge then holds the replica holds less, log included.
//! - `replica.checker_vs_todc`: how much faster the checker finds the order that explains a linearizable history than the one of
//!   todc-utils does, on the same histories. The median of several turns.
//!
//! `cargo bench -p kedge-replica --bench replica`
#![allow(clippy::unwrap_used)]

#[path = "../tests/others/mod.rs"]
mod others;

use automerge::transaction::Transactable;
use automerge::{AutoCommit, ObjType, ROOT, ReadDoc};
use kedge_replica::checker::{Check, History, Operation, What, check};
use kedge_replica::{
    AuthorId, Change, Contract, Contracts, MemoryStore, Merge, Millis, Replica, Settings, SqliteStore,
};
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteLockingMode, SqliteSynchronous};
use std::hint::black_box;
use std::time::{Duration, Instant};

const BLOCKS: i64 = 10;
const WRITES: i64 = 100;
const RECORDS: i64 = 1_000;
const EDITS: i64 = 10;
const TURNS: usize = 5;

fn contracts() -> Contracts {
    let tasks = Contract::merged("tasks").field("title", Merge::LastWriter).field("votes", Merge::Counter);
    Contracts::new([tasks.build().unwrap()]).unwrap()
}

fn author(number: u8) -> AuthorId {
    AuthorId::new([number; 16])
}

fn now(tick: i64) -> Millis {
    Millis::new(1_763_800_000_000 + tick.cast_unsigned())
}

/// Writes a second of the replica over those of SQLite.
async fn durable() -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("replica.db")).await.unwrap();
    let mut replica = Replica::open(store, author(1), contracts(), Settings::default()).await.unwrap();
    let options = SqliteConnectOptions::new()
        .filename(folder.path().join("plain.db"))
        .create_if_missing(true)
        .locking_mode(SqliteLockingMode::Exclusive)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let mut plain = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::query("CREATE TABLE task (key TEXT PRIMARY KEY, title TEXT, votes INTEGER) STRICT, WITHOUT ROWID")
        .execute(&mut plain)
        .await
        .unwrap();
    let (mut mine, mut theirs) = (Duration::ZERO, Duration::ZERO);
    for block in 0..BLOCKS {
        let start = Instant::now();
        for write in 0..WRITES {
            let key = format!("task {}", (block * WRITES + write) % 300);
            let change = Change::to("tasks", &key).set("title", format!("title {write}")).count("votes", 1);
            replica.write(now(write), &change).await.unwrap();
        }
        mine += start.elapsed();
        let start = Instant::now();
        for write in 0..WRITES {
            let key = format!("task {}", (block * WRITES + write) % 300);
            let mut transaction = plain.begin_with("BEGIN IMMEDIATE").await.unwrap();
            sqlx::query(
                "INSERT INTO task (key, title, votes) VALUES (?, ?, 1) \
                 ON CONFLICT DO UPDATE SET title = excluded.title, votes = votes + 1",
            )
            .bind(key)
            .bind(format!("title {write}"))
            .execute(&mut *transaction)
            .await
            .unwrap();
            transaction.commit().await.unwrap();
        }
        theirs += start.elapsed();
    }
    let each = |time: Duration| time.as_secs_f64() * 1e3 / (BLOCKS * WRITES) as f64;
    println!("a durable write: replica {:.2} ms, SQLite {:.2} ms", each(mine), each(theirs));
    theirs.as_secs_f64() / mine.as_secs_f64()
}

fn title(record: i64, edit: i64) -> String {
    format!("record {record} as of edit {edit}")
}

/// A replica with the records, and the bytes of another's edits of them.
async fn replica_and_edits() -> (Replica<MemoryStore>, Vec<u8>) {
    let settings = Settings { batch: u32::MAX, ..Settings::default() };
    let open = async |number| {
        Replica::open(MemoryStore::new(), author(number), contracts(), settings).await.unwrap()
    };
    let (mut here, mut other) = (open(1).await, open(2).await);
    for record in 0..RECORDS {
        let change =
            Change::to("tasks", &format!("task {record}")).set("title", title(record, 0)).count("votes", 1);
        here.write(now(record), &change).await.unwrap();
    }
    let base = here.answer(now(RECORDS), &other.pull("tasks").unwrap()).await.unwrap();
    other.receive(now(RECORDS), &base).await.unwrap();
    for edit in 1..=EDITS {
        for record in 0..RECORDS {
            let change = Change::to("tasks", &format!("task {record}"))
                .set("title", title(record, edit))
                .count("votes", 1);
            other.write(now(edit * RECORDS + record), &change).await.unwrap();
        }
    }
    let edits = other.answer(now(EDITS * RECORDS * 2), &here.pull("tasks").unwrap()).await.unwrap();
    (here, edits)
}

/// The same for Automerge.
fn automerge_and_edits() -> (AutoCommit, Vec<u8>) {
    let mut here = AutoCommit::new();
    let mut objects = Vec::new();
    for record in 0..RECORDS {
        let object = here.put_object(ROOT, format!("task {record}"), ObjType::Map).unwrap();
        here.put(&object, "title", title(record, 0)).unwrap();
        here.put(&object, "votes", automerge::ScalarValue::counter(1)).unwrap();
        here.commit();
        objects.push(object);
    }
    let mut other = here.fork();
    for edit in 1..=EDITS {
        for (record, object) in (0..).zip(&objects) {
            other.put(object, "title", title(record, edit)).unwrap();
            other.increment(object, "votes", 1).unwrap();
            other.commit();
        }
    }
    let heads = here.get_heads();
    let edits = other.save_after(&heads);
    (here, edits)
}

/// What so many clients did to one register and were told, each operation taking effect at a moment between its call and its
/// answer: numbers as good as random (SplitMix64) say when and what.
fn linearizable_history(seed: u64, clients: i64, each: i64) -> Vec<Operation> {
    let mut state = seed;
    let mut below = |bound: u64| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound).cast_signed()
    };
    let mut moments = Vec::new();
    for client in 0..clients {
        let mut at = 0;
        for _ in 0..each {
            let start = at + 1 + below(10);
            let moment = start + below(20);
            let end = moment + below(20);
            moments.push((moment, client, start, end, below(4), below(5)));
            at = end;
        }
    }
    moments.sort_unstable();
    let mut held = serde_json::Value::Null;
    let mut operations = Vec::new();
    for (_, client, start, end, kind, value) in moments {
        let value = serde_json::Value::from(value);
        let what = match kind {
            0 => What::Write { value: value.clone() },
            1 | 2 => What::Read { value: held.clone() },
            _ => What::Cas { ok: held == value, from: value.clone(), value: serde_json::Value::from(9) },
        };
        held = match &what {
            What::Write { value } | What::Cas { value, ok: true, .. } => value.clone(),
            _ => held,
        };
        let (process, key) = (client.to_string(), "x".to_owned());
        operations.push(Operation { process, collection: String::new(), key, what, start, end: Some(end) });
    }
    operations
}

/// How long the checker and the one of todc-utils take for the same histories.
fn checkers() -> (Duration, Duration) {
    let (mut mine, mut theirs) = (Duration::ZERO, Duration::ZERO);
    for seed in 0..20 {
        let operations = linearizable_history(seed, 6, 60);
        let history = History::new(operations.clone());
        let start = Instant::now();
        assert_eq!(check(&history, &[Check::Linearizability]), []);
        mine += start.elapsed();
        let start = Instant::now();
        assert!(others::todc(&operations));
        theirs += start.elapsed();
    }
    (mine, theirs)
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64()
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let durable = runtime.block_on(durable());
    let (mut mine, mut theirs) = (Vec::new(), Vec::new());
    let (mut my_bytes, mut their_bytes) = (0, 0);
    for _ in 0..TURNS {
        let mut kept = None;
        let held = allocation_counter::measure(|| {
            let (mut here, edits) = runtime.block_on(replica_and_edits());
            let start = Instant::now();
            let report = runtime.block_on(here.receive(now(EDITS * RECORDS * 2), &edits)).unwrap();
            mine.push(start.elapsed());
            assert_eq!(report.taken, (RECORDS * EDITS).cast_unsigned());
            let last = runtime.block_on(here.read("tasks", "task 7")).unwrap().unwrap();
            assert_eq!(
                (last.text("title"), last.count("votes")),
                (Some(&*title(7, EDITS)), i128::from(EDITS) + 1)
            );
            kept = Some(here);
        });
        my_bytes = held.bytes_current;
        drop(black_box(kept));
        let mut kept = None;
        let held = allocation_counter::measure(|| {
            let (mut here, edits) = automerge_and_edits();
            let start = Instant::now();
            here.load_incremental(&edits).unwrap();
            theirs.push(start.elapsed());
            let (_, object) = here.get(ROOT, "task 7").unwrap().unwrap();
            let (value, _) = here.get(&object, "title").unwrap().unwrap();
            assert_eq!(value.as_str(), Some(&*title(7, EDITS)));
            kept = Some(here);
        });
        their_bytes = held.bytes_current;
        drop(black_box(kept));
    }
    let (mine, theirs) = (median(mine), median(theirs));
    println!(
        "{} edits taken in: replica {:.1} ms, Automerge {:.1} ms",
        RECORDS * EDITS,
        mine * 1e3,
        theirs * 1e3
    );
    println!("held after that: replica {my_bytes} bytes, Automerge {their_bytes} bytes");
    let (mine_checks, theirs_check): (Vec<_>, Vec<_>) = (0..TURNS).map(|_| checkers()).unzip();
    let (mine_checks, theirs_check) = (median(mine_checks), median(theirs_check));
    println!(
        "20 histories of 360 operations checked: replica {:.1} ms, todc-utils {:.1} ms",
        mine_checks * 1e3,
        theirs_check * 1e3
    );
    println!("replica.checker_vs_todc {:.2} x", theirs_check / mine_checks);
    println!("replica.durable_vs_sqlite {durable:.2} x");
    println!("replica.merge_vs_automerge {:.1} x", theirs / mine);
    println!("replica.memory_vs_automerge {:.2} x", their_bytes as f64 / my_bytes as f64);
}
