//! Of the PostgreSQL store alone: its schema as it was released, a store of every released version, that one process holds a
//! replica and what becomes of one that no longer does, and that what was acknowledged outlives the server.
#![allow(clippy::unwrap_used)]

mod servers;
mod shop;

use kedge_replica::{
    Change, Error, Hold, Millis, PostgresStore, PostgresStoreOptions, Replica, Settings, StoreError,
};
use servers::Postgres;
use shop::{author, contracts};
use sqlx::postgres::PgConnection;
use sqlx::{Connection as _, Row as _};
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

const AT_ONCE: Hold = Hold::Wait(Duration::ZERO);

fn server() -> Option<Postgres> {
    server_with(&[])
}

fn server_with(settings: &[&str]) -> Option<Postgres> {
    if let Some(why) = Postgres::missing() {
        println!("{why}");
        return None;
    }
    Some(Postgres::start_with(&[], settings))
}

/// Somebody who would hold the replica, and waits for so long.
fn waits(
    server: &Postgres,
    holder: &'static str,
    time: Duration,
) -> JoinHandle<Result<Replica<PostgresStore>, Error>> {
    let url = server.url();
    tokio::spawn(async move { replica(&url, &called(holder, Hold::Wait(time))).await })
}

fn called(holder: &str, hold: Hold) -> PostgresStoreOptions {
    PostgresStoreOptions { holder: holder.to_owned(), hold, ..PostgresStoreOptions::default() }
}

async fn replica(url: &str, options: &PostgresStoreOptions) -> Result<Replica<PostgresStore>, Error> {
    let store = PostgresStore::open_with(url, options).await?;
    Replica::open(store, author(1), contracts(), Settings::default()).await
}

fn vote() -> Change {
    Change::to("tasks", "a").count("votes", 1)
}

async fn votes(replica: &mut Replica<PostgresStore>) -> i128 {
    replica.read("tasks", "a").await.unwrap().map_or(0, |record| record.count("votes"))
}

#[tokio::test]
async fn the_schema_is_as_it_was_released() {
    let Some(server) = server() else { return };
    PostgresStore::open(&server.url()).await.unwrap().close().await.unwrap();
    let mut raw = PgConnection::connect(&server.url()).await.unwrap();
    let lines = "SELECT line FROM ( \
        SELECT relname, 1 AS kind, attnum::int AS place, format('%s.%s %s%s%s', relname, attname, \
            format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN ' not null' ELSE '' END, \
            CASE attidentity WHEN 'a' THEN ' identity' ELSE '' END) AS line \
          FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid \
          WHERE relnamespace = 'replica'::regnamespace AND relkind = 'r' AND attnum > 0 \
        UNION ALL SELECT relname, 2, row_number() OVER (ORDER BY pg_get_constraintdef(pg_constraint.oid))::int, \
            format('%s: %s', relname, pg_get_constraintdef(pg_constraint.oid)) \
          FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid WHERE connamespace = 'replica'::regnamespace \
            AND contype <> 'n' \
        UNION ALL SELECT tablename, 3, row_number() OVER (ORDER BY indexname)::int, indexdef \
          FROM pg_indexes WHERE schemaname = 'replica' AND indexname NOT LIKE '%key' \
      ) AS all_lines WHERE relname NOT LIKE '\\_sqlx%' ORDER BY relname, kind, place";
    let rows = sqlx::query(lines).fetch_all(&mut raw).await.unwrap();
    let schema: Vec<String> = rows.iter().map(|row| row.get("line")).collect();
    insta::assert_snapshot!(schema.join("\n"));
}

/// Where a store is only looked for, none is made: neither a schema, nor tables in one that is somebody else's.
#[tokio::test]
async fn what_is_only_looked_for_is_not_made() {
    let Some(server) = server() else { return };
    let mut raw = PgConnection::connect(&server.url()).await.unwrap();
    sqlx::raw_sql("CREATE SCHEMA theirs; CREATE TABLE theirs.log (line text)")
        .execute(&mut raw)
        .await
        .unwrap();
    for schema in ["none", "theirs"] {
        let options = PostgresStoreOptions { schema: schema.to_owned(), create: false, ..Default::default() };
        let none = PostgresStore::open_with(&server.url(), &options).await.unwrap_err();
        assert!(matches!(none, StoreError::NotThere { .. }), "{none}");
        assert!(none.to_string().contains(&format!("no store in schema `{schema}`")), "{none}");
    }
    let there = "SELECT count(*) AS tables, count(DISTINCT schemaname) AS schemas FROM pg_tables \
                 WHERE schemaname IN ('none', 'theirs')";
    let there = sqlx::query(there).fetch_one(&mut raw).await.unwrap();
    assert_eq!((there.get::<i64, _>("tables"), there.get::<i64, _>("schemas")), (1, 1));
    let schemas = sqlx::query("SELECT count(*) AS all_of_them FROM pg_namespace WHERE nspname = 'none'");
    assert_eq!(schemas.fetch_one(&mut raw).await.unwrap().get::<i64, _>("all_of_them"), 0);
    let options = PostgresStoreOptions { schema: "theirs".to_owned(), ..Default::default() };
    let made = PostgresStore::open_with(&server.url(), &options).await;
    assert!(made.is_err(), "a table of theirs has a name of ours");
    PostgresStore::open(&server.url()).await.unwrap().close().await.unwrap();
    let options = PostgresStoreOptions { create: false, ..Default::default() };
    PostgresStore::open_with(&server.url(), &options).await.unwrap();
}

/// Stores of every version as they were dumped then: they open, and read as they did.
#[tokio::test]
async fn a_store_of_every_version_still_opens() {
    let released =
        [include_str!("fixtures/store-postgres-1.sql"), include_str!("fixtures/store-postgres-2.sql")];
    for (version, dump) in (1..).zip(released) {
        let Some(server) = server() else { return };
        let mut raw = PgConnection::connect(&server.url()).await.unwrap();
        sqlx::raw_sql(dump).execute(&mut raw).await.unwrap();
        raw.close().await.unwrap();
        let store = PostgresStore::open(&server.url()).await.unwrap();
        assert_eq!(store.term(), 2);
        let mut replica = Replica::open(store, author(99), contracts(), Settings::default()).await.unwrap();
        let price = replica.read("prices", "p").await.unwrap().unwrap();
        assert_eq!(price.value("price"), Some(&7.into()));
        shop::reads_as_released(&mut replica, version).await;
    }
}

#[tokio::test]
async fn two_cannot_hold_one_replica() {
    let Some(server) = server() else { return };
    let url = server.url();
    let mut first = replica(&url, &called("the first", AT_ONCE)).await.unwrap();
    first.write(Millis::new(1), &vote()).await.unwrap();
    for hold in [AT_ONCE, Hold::Wait(Duration::from_millis(300))] {
        let second = replica(&url, &called("the second", hold)).await.unwrap_err().to_string();
        assert!(
            second.starts_with("the replica is held by `the first` (session ")
                && second
                    .ends_with("stop that process, wait until it ends, or take the replica over from it"),
            "{second}"
        );
    }
    first.write(Millis::new(2), &vote()).await.unwrap();
    // Another schema is another replica.
    let options = PostgresStoreOptions { schema: "other".to_owned(), ..PostgresStoreOptions::default() };
    let mut other = replica(&url, &options).await.unwrap();
    assert_eq!(votes(&mut other).await, 0);
    // Many at once: one of them.
    first.into_store().close().await.unwrap();
    let options: Vec<_> = (0..6).map(|number| called(&format!("number {number}"), AT_ONCE)).collect();
    let mut openings = tokio::task::JoinSet::new();
    for options in options {
        let url = url.clone();
        openings.spawn(async move { PostgresStore::open_with(&url, &options).await });
    }
    let opened = openings.join_all().await;
    assert_eq!(opened.iter().filter(|one| one.is_ok()).count(), 1, "{opened:?}");
    assert!(opened.iter().all(|one| matches!(one, Ok(_) | Err(StoreError::Held { .. }))), "{opened:?}");
}

/// Moved by itself: who waits holds the replica as soon as its holder has gone, and has all that was acknowledged.
#[tokio::test]
async fn who_waits_goes_on_where_the_holder_ended() {
    let Some(server) = server() else { return };
    let url = server.url();
    let mut first = replica(&url, &called("the first", AT_ONCE)).await.unwrap();
    first.write(Millis::new(1), &vote()).await.unwrap();
    let waiting = waits(&server, "the second", Duration::from_secs(30));
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!waiting.is_finished());
    first.write(Millis::new(2), &vote()).await.unwrap();
    let ended = Instant::now();
    // Without a farewell, as when its process is killed.
    drop(first);
    let mut second = waiting.await.unwrap().unwrap();
    println!("held again after {:?}", ended.elapsed());
    assert_eq!(votes(&mut second).await, 2);
    let change = Change::to("names", "ada").set("account", 1);
    second.write(Millis::new(3), &change).await.unwrap();
    assert_eq!(second.into_store().term(), 2);
}

/// Moved by hand: the earlier holder writes no more, and says why.
#[tokio::test]
async fn who_was_taken_over_writes_no_more() {
    let Some(server) = server() else { return };
    let url = server.url();
    let mut first = replica(&url, &called("the first", AT_ONCE)).await.unwrap();
    first.write(Millis::new(1), &vote()).await.unwrap();
    // One that waits in front does not get it.
    let waiting = waits(&server, "in front", Duration::from_mins(1));
    tokio::time::sleep(Duration::from_millis(200)).await;
    let mut second = replica(&url, &called("the second", Hold::TakeOver)).await.unwrap();
    assert_eq!(votes(&mut second).await, 1);
    let ended = |error| matches!(error, Error::Store(StoreError::SessionEnded(_)));
    assert!(ended(first.write(Millis::new(2), &vote()).await.unwrap_err()));
    assert!(ended(first.write(Millis::new(3), &vote()).await.unwrap_err()));
    let held = replica(&url, &called("the first", AT_ONCE)).await.unwrap_err().to_string();
    assert!(held.contains("held by `the second`"), "{held}");
    second.write(Millis::new(4), &vote()).await.unwrap();
    assert_eq!(votes(&mut second).await, 2);
    waiting.abort();
}

/// The fence by itself: a later term, and the earlier holder's session, though it lives, writes nothing.
#[tokio::test]
async fn an_earlier_term_writes_nothing() {
    let Some(server) = server() else { return };
    let mut first = replica(&server.url(), &called("the first", AT_ONCE)).await.unwrap();
    first.write(Millis::new(1), &vote()).await.unwrap();
    let mut raw = PgConnection::connect(&server.url()).await.unwrap();
    let later = "UPDATE replica.hold SET term = term + 1, holder = 'a later one'";
    sqlx::raw_sql(later).execute(&mut raw).await.unwrap();
    let refused = first.write(Millis::new(2), &vote()).await.unwrap_err();
    assert!(
        matches!(&refused, Error::Store(StoreError::TakenOver { term: 2, holder }) if holder == "a later one"),
        "{refused}"
    );
    drop(first);
    let mut again =
        replica(&server.url(), &called("again", Hold::Wait(Duration::from_secs(9)))).await.unwrap();
    assert_eq!(votes(&mut again).await, 1);
}

/// What was acknowledged is there after the server was killed, even where sessions do not wait for the disk by default; who
/// held the replica is told to open it again.
#[tokio::test]
async fn what_was_acknowledged_outlives_the_server() {
    let settings = ["synchronous_commit=off", "wal_writer_delay=10s"];
    let Some(mut server) = server_with(&settings) else { return };
    let mut expected = 0;
    for round in 0..3 {
        let mut held = replica(&server.url(), &called("holder", AT_ONCE)).await.unwrap();
        assert_eq!(votes(&mut held).await, expected);
        for _ in 0..5 {
            held.write(Millis::new(round), &vote()).await.unwrap();
            expected += 1;
        }
        server.kill_and_restart();
        let said = held.write(Millis::new(round), &vote()).await.unwrap_err();
        assert!(matches!(said, Error::Store(StoreError::SessionEnded(_))), "{said}");
    }
    let mut held = replica(&server.url(), &called("holder", AT_ONCE)).await.unwrap();
    assert_eq!(votes(&mut held).await, expected);
}

#[tokio::test]
async fn a_server_that_does_not_wait_for_its_disk_is_refused() {
    let Some(server) = server_with(&["fsync=off"]) else { return };
    let refused = PostgresStore::open(&server.url()).await.unwrap_err();
    assert!(matches!(refused, StoreError::NotDurable), "{refused}");
    let options = PostgresStoreOptions { durable: false, ..PostgresStoreOptions::default() };
    PostgresStore::open_with(&server.url(), &options).await.unwrap();
}

/// A server that takes a connection and never says a word.
#[tokio::test]
async fn a_server_that_says_nothing_is_given_up() {
    let deaf = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("postgres://kedge@{}/postgres?sslmode=disable", deaf.local_addr().unwrap());
    let options =
        PostgresStoreOptions { silence: Duration::from_millis(200), ..PostgresStoreOptions::default() };
    let said = PostgresStore::open_with(&url, &options).await.unwrap_err().to_string();
    assert!(said.contains("no answer for 200ms"), "{said}");
}
