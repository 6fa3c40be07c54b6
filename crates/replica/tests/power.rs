//! The SQLite store on disks that stop at any moment: at each single write and sync of a run, one after the other, with what
//! was not synced lost, torn or kept in any combination. What was acknowledged is there, and nothing is half there.
//!
//! `KEDGE_POWER_SEEDS=20 cargo nextest run -p kedge-replica --test power` tries 20 combinations at each.
#![allow(clippy::unwrap_used)]

mod faulty;

use faulty::{Disk, Draws};
use kedge_replica::{
    AuthorId, Change, Contract, Contracts, Error, Expected, MemoryStore, Merge, Millis, Replica, Settings,
    SqliteStore, SqliteStoreOptions, WriteError,
};

const HERE: AuthorId = AuthorId::new([1; 16]);
const THERE: AuthorId = AuthorId::new([2; 16]);

fn contracts() -> Contracts {
    let tasks = Contract::merged("tasks").field("sum", Merge::Counter).field("text", Merge::LastWriter);
    let names = Contract::serial("names", HERE).field("account", Merge::LastWriter);
    Contracts::new([tasks, names].map(|one| one.build().unwrap())).unwrap()
}

async fn open(disk: &Disk, durable: bool) -> Result<Replica<SqliteStore>, kedge_replica::Error> {
    let options = SqliteStoreOptions { vfs: Some(faulty::NAME.to_owned()), durable, checkpoint_pages: 12 };
    let store = SqliteStore::open_with(disk.path(), &options).await?;
    Replica::open(store, HERE, contracts(), Settings::default()).await
}

/// Writes until the machine stops or all is written: how many were acknowledged, and how many tried.
async fn run(disk: &Disk, durable: bool, writes: i64) -> (i64, i64) {
    let Ok(mut replica) = open(disk, durable).await else { return (0, 0) };
    for write in 0..writes {
        let text = "x".repeat(write as usize * 300 % 5000);
        let change = Change::to("tasks", "one").count("sum", 1).set("text", text);
        let change =
            change.and("tasks", &format!("k{write}")).count("sum", 1).send("sums", "one", vec![write as u8]);
        if replica.write(Millis::new(1000 + write as u64), &change).await.is_err() {
            return (write, write + 1);
        }
        if write % 5 == 4 {
            let through = replica.core().log("tasks").unwrap().seen.clone();
            if replica.compact("tasks", &through).await.is_err() {
                return (write + 1, write + 1);
            }
        }
    }
    (writes, writes)
}

/// Crashes at one operation; what is wrong after that.
async fn crash_at(operation: u64, seed: u64, durable: bool) -> Result<bool, String> {
    let disk = Disk::new("machine");
    disk.stop_after(operation);
    let (acknowledged, tried) = run(&disk, durable, 14).await;
    let stopped = disk.has_stopped();
    disk.crash(&mut Draws(seed));
    let mut replica = open(&disk, durable).await.map_err(|error| format!("does not open: {error}"))?;
    let records = replica.list("tasks").await.map_err(|error| format!("does not read: {error}"))?;
    let sum = records
        .iter()
        .find(|(address, _)| address.key.as_str() == "one")
        .map_or(0, |(_, record)| record.count("sum"));
    let in_log = replica.core().log("tasks").unwrap().seen.of(HERE);
    let waiting = replica
        .due(100)
        .await
        .map_err(|error| error.to_string())?
        .first()
        .map_or(0, |due| due.message.number);
    if sum < i128::from(acknowledged) || sum > i128::from(tried) {
        return Err(format!("{acknowledged} writes were acknowledged, {tried} tried, and {sum} are there"));
    }
    let others = (records.len() as i128 - 1).max(0);
    if others != sum || i128::from(in_log) != sum || (sum > 0) != (waiting == 1) {
        return Err(format!(
            "half a write: {sum} in one record, {others} records, {in_log} in the log, {waiting} in the outbox"
        ));
    }
    // It goes on where it was.
    replica
        .write(Millis::new(5000), &Change::to("tasks", "one").count("sum", 1))
        .await
        .map_err(|e| e.to_string())?;
    Ok(stopped)
}

#[tokio::test]
async fn stopped_at_every_write_nothing_acknowledged_is_lost() {
    let seeds = std::env::var("KEDGE_POWER_SEEDS").map_or(1, |text| text.parse().unwrap());
    let mut operation = 0;
    loop {
        let mut stopped = false;
        for seed in 0..seeds {
            match crash_at(operation, operation * 31 + seed, true).await {
                Ok(still) => stopped |= still,
                Err(wrong) => {
                    panic!("stopped at operation {operation}, seed {}: {wrong}", operation * 31 + seed)
                }
            }
        }
        if !stopped {
            break;
        }
        operation += 1;
    }
    // Each write is several frames and a sync.
    assert!(operation > 200, "only {operation} operations");
}

#[tokio::test]
async fn a_store_that_does_not_wait_for_the_disk_is_caught() {
    for operation in (20..).step_by(7) {
        if let Err(wrong) = crash_at(operation, operation, false).await {
            println!("operation {operation}: {wrong}");
            return;
        }
        assert!(operation < 2000, "not caught");
    }
}

/// Another replica, with events to be pulled one by one, and messages to be acted on.
async fn peer() -> Replica<MemoryStore> {
    let settings = Settings { batch: 2, ..Settings::default() };
    let mut peer = Replica::open(MemoryStore::new(), THERE, contracts(), settings).await.unwrap();
    for write in 0..5u8 {
        let change =
            Change::to("tasks", &format!("theirs{write}")).count("sum", 1).send("sums", "one", [write]);
        peer.write(Millis::new(2000), &change).await.unwrap();
    }
    peer
}

/// Takes in what another has: as events, as a snapshot, as messages; takes a name; compacts; and hands the names over. All of
/// it may be done again from the beginning, and then does what was not done.
async fn hear(disk: &Disk) -> Result<Replica<SqliteStore>, Error> {
    let now = Millis::new(3000);
    let mut here = open(disk, true).await?;
    let mut peer = peer().await;
    let answer = peer.answer(now, &here.pull("tasks")?).await?;
    here.receive(now, &answer).await?;
    let through = peer.core().log("tasks").unwrap().seen.clone();
    peer.compact("tasks", &through).await?;
    let state = peer.answer(now, &here.pull("tasks")?).await?;
    here.receive(now, &state).await?;
    while let Some(delivery) = peer.due(1).await?.pop() {
        here.act(now, &delivery, Some(&Change::to("tasks", "acted").count("sum", 1))).await?;
        peer.delivered(now, [delivery.message.number]).await?;
    }
    let take = Change::to("names", "anna").expecting(Expected::Absent).set("account", "one");
    match here.write(now, &take).await {
        Err(Error::Write(WriteError::Changed { .. } | WriteError::NotHome { .. })) => {}
        other => drop(other?),
    }
    let through = here.core().log("tasks").unwrap().seen.clone();
    here.compact("tasks", &through).await?;
    match here.hand_over(now, "names", THERE).await {
        Err(Error::Write(WriteError::NotHome { .. })) => {}
        other => other?,
    }
    Ok(here)
}

#[tokio::test]
async fn stopped_at_every_write_of_what_it_hears_it_goes_on_where_it_was() {
    let mut operation = 0;
    loop {
        let disk = Disk::new("machine");
        disk.stop_after(operation);
        let stopped = hear(&disk).await.is_err();
        assert!(!stopped || disk.has_stopped(), "it failed without a cause at operation {operation}");
        let stopped = disk.has_stopped();
        disk.crash(&mut Draws(operation));
        let mut here = hear(&disk).await.unwrap();
        let records = here.list("tasks").await.unwrap();
        let sum: i128 = records.values().map(|record| record.count("sum")).sum();
        assert_eq!((records.len(), sum), (6, 10), "stopped at operation {operation}");
        let names = here.core().log("names").unwrap();
        assert_eq!(names.home, Some((THERE, 1)), "stopped at operation {operation}");
        assert_eq!(names.seen.of(HERE), 2, "stopped at operation {operation}: one name, one hand-over");
        assert_eq!(here.read("names", "anna").await.unwrap().unwrap().text("account"), Some("one"));
        if !stopped {
            break;
        }
        operation += 1;
    }
    assert!(operation > 100, "only {operation} operations");
}
