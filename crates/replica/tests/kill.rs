//! A real process that writes to a real file as fast as it can is killed (SIGKILL) at random moments, and started again on
//! the same file: what it had acknowledged is there, the file opens, and it goes on under its author.
//!
//! Twenty times; `KEDGE_KILLS=1000 cargo nextest run -p kedge-replica --test kill` as often as that.
#![allow(clippy::unwrap_used)]

use kedge_replica::{AuthorId, Change, Contract, Contracts, Merge, Millis, Replica, Settings, SqliteStore};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

const FILE: &str = "KEDGE_KILL_FILE";

async fn open(path: &Path) -> Replica<SqliteStore> {
    let tasks = Contract::merged("tasks").field("sum", Merge::Counter).field("text", Merge::LastWriter);
    let contracts = Contracts::new([tasks.build().unwrap()]).unwrap();
    let store = SqliteStore::open(path).await.unwrap();
    Replica::open(store, AuthorId::new([1; 16]), contracts, Settings::default()).await.unwrap()
}

/// The process that is killed: only where the other test has started it.
#[tokio::test]
async fn writes_until_it_is_killed() {
    let Ok(path) = std::env::var(FILE) else { return };
    let mut replica = open(Path::new(&path)).await;
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

#[tokio::test]
async fn killed_at_random_moments_nothing_acknowledged_is_lost() {
    let kills: u64 = std::env::var("KEDGE_KILLS").map_or(20, |text| text.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("replica.db");
    let (mut acknowledged, mut seed) = (0, 0x9e37_79b9_7f4a_7c15_u64);
    for kill in 0..kills {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "writes_until_it_is_killed", "--nocapture"])
            .env(FILE, &path)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let reader = std::thread::spawn(move || {
            let last = |line: &String| line.strip_prefix("acknowledged ")?.parse::<u64>().ok();
            lines.map_while(Result::ok).filter_map(|line| last(&line)).max()
        });
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        std::thread::sleep(Duration::from_millis(20 + seed % 180));
        child.kill().unwrap();
        child.wait().unwrap();
        acknowledged = reader.join().unwrap().unwrap_or(acknowledged).max(acknowledged);

        let mut replica = open(&path).await;
        let there = replica.core().log("tasks").unwrap().seen.of(AuthorId::new([1; 16]));
        let record = replica.read("tasks", "one").await.unwrap();
        let sum = record.map_or(0, |record| record.count("sum"));
        assert!(there >= acknowledged, "kill {kill}: {acknowledged} were acknowledged, {there} are there");
        assert_eq!(sum, i128::from(there), "kill {kill}: half a write");
        let others: i128 =
            replica.list("tasks").await.unwrap().values().map(|record| record.count("sum")).sum();
        assert_eq!(others, 2 * sum, "kill {kill}: half a write");
        replica.into_store().close().await.unwrap();
    }
    println!("{kills} kills, {acknowledged} acknowledged writes");
    assert!(acknowledged > 0, "nothing was written between the kills");
}
