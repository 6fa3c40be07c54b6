//! A real process that writes to a real store as fast as it can is killed (SIGKILL) at random moments, and started again on
//! the same store, a file of SQLite or a database of PostgreSQL: what it had acknowledged is there, the store opens, and it
//! goes on under its author.
//!
//! Twenty times each; `KEDGE_KILLS=1000 cargo nextest run -p kedge-replica --test kill` as often as that.
#![allow(clippy::unwrap_used)]

mod servers;

use kedge_replica::{
    AuthorId, Change, Contract, Contracts, Hold, Merge, Millis, PostgresStore, PostgresStoreOptions, Replica,
    Settings, SqliteStore, Store,
};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::time::Duration;

const STORE: &str = "KEDGE_KILL_STORE";

async fn replica<S: Store>(store: S) -> Replica<S> {
    let tasks = Contract::merged("tasks").field("sum", Merge::Counter).field("text", Merge::LastWriter);
    let contracts = Contracts::new([tasks.build().unwrap()]).unwrap();
    Replica::open(store, AuthorId::new([1; 16]), contracts, Settings::default()).await.unwrap()
}

async fn in_file(path: &str) -> Replica<SqliteStore> {
    replica(SqliteStore::open(path).await.unwrap()).await
}

/// The server may need a moment to see that the last one has gone.
async fn in_database(url: &str) -> Replica<PostgresStore> {
    let hold = Hold::Wait(Duration::from_secs(20));
    let options = PostgresStoreOptions { hold, ..PostgresStoreOptions::default() };
    replica(PostgresStore::open_with(url, &options).await.unwrap()).await
}

/// The process that is killed: only where another test has started it.
#[tokio::test]
async fn writes_until_it_is_killed() {
    let Ok(place) = std::env::var(STORE) else { return };
    if place.starts_with("postgres:") {
        write_on(in_database(&place).await).await;
    } else {
        write_on(in_file(&place).await).await;
    }
}

async fn write_on(mut replica: Replica<impl Store>) {
    let mut out = std::io::stdout();
    for number in 0.. {
        let text = "x".repeat(number % 3000);
        let change = Change::to("tasks", "one").count("sum", 1).set("text", text);
        let change = change.and("tasks", &format!("k{}", number % 50)).count("sum", 1);
        let last = replica.write(Millis::new(1000 + number as u64), &change).await.unwrap()[0].sequence;
        writeln!(out, "\nacknowledged {last}").unwrap();
        out.flush().unwrap();
        if number % 40 == 39 {
            let through = replica.core().log("tasks").unwrap().seen.clone();
            replica.compact("tasks", &through).await.unwrap();
        }
    }
}

/// Runs the process for a moment that differs each time, kills it, and returns the last sequence that it acknowledged.
fn kill(place: &str, kill: u64, after: u64) -> Option<u64> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "writes_until_it_is_killed", "--nocapture"])
        .env(STORE, place)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let reader = std::thread::spawn(move || {
        let last = |line: &String| line.strip_prefix("acknowledged ")?.parse::<u64>().ok();
        lines.map_while(Result::ok).filter_map(|line| last(&line)).max()
    });
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(kill + 1);
    seed ^= seed >> 7;
    seed ^= seed << 17;
    std::thread::sleep(Duration::from_millis(after + seed % 180));
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap()
}

/// That what was acknowledged is there, and nothing by half.
async fn whole(replica: &mut Replica<impl Store>, kill: u64, acknowledged: u64) {
    let there = replica.core().log("tasks").unwrap().seen.of(AuthorId::new([1; 16]));
    let record = replica.read("tasks", "one").await.unwrap();
    let sum = record.map_or(0, |record| record.count("sum"));
    assert!(there >= acknowledged, "kill {kill}: {acknowledged} were acknowledged, {there} are there");
    assert_eq!(sum, i128::from(there), "kill {kill}: half a write");
    let others: i128 = replica.list("tasks").await.unwrap().values().map(|record| record.count("sum")).sum();
    assert_eq!(others, 2 * sum, "kill {kill}: half a write");
}

fn kills() -> u64 {
    std::env::var("KEDGE_KILLS").map_or(20, |text| text.parse().unwrap())
}

#[tokio::test]
async fn killed_at_random_moments_nothing_acknowledged_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("replica.db").to_str().unwrap().to_owned();
    let mut acknowledged = 0;
    for number in 0..kills() {
        acknowledged = acknowledged.max(kill(&path, number, 20).unwrap_or(0));
        let mut replica = in_file(&path).await;
        whole(&mut replica, number, acknowledged).await;
        replica.into_store().close().await.unwrap();
    }
    println!("{} kills, {acknowledged} acknowledged writes", kills());
    assert!(acknowledged > 0, "nothing was written between the kills");
}

#[tokio::test]
async fn killed_at_random_moments_nothing_acknowledged_is_lost_in_postgres() {
    if let Some(why) = servers::Postgres::missing() {
        println!("{why}");
        return;
    }
    let server = servers::Postgres::start(&[]);
    let mut acknowledged = 0;
    for number in 0..kills() {
        acknowledged = acknowledged.max(kill(&server.url(), number, 100).unwrap_or(0));
        let mut replica = in_database(&server.url()).await;
        whole(&mut replica, number, acknowledged).await;
        replica.into_store().close().await.unwrap();
    }
    println!("{} kills, {acknowledged} acknowledged writes", kills());
    assert!(acknowledged > 0, "nothing was written between the kills");
}
