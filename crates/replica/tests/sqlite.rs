//! Of the SQLite store alone: its schema as it was released, a store of every released version, and that one process holds a
//! store.
#![allow(clippy::unwrap_used)]

mod shop;

use kedge_replica::{Change, MemoryStore, Millis, Replica, Settings, SqliteStore, StoreError, VersionVector};
use shop::{author, contracts};
use std::path::Path;

async fn raw(path: &Path) -> sqlx::SqliteConnection {
    use sqlx::Connection as _;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).create_if_missing(true);
    sqlx::SqliteConnection::connect_with(&options).await.unwrap()
}

#[tokio::test]
async fn the_schema_is_as_it_was_released() {
    use sqlx::Row as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("replica.db");
    SqliteStore::open(&path).await.unwrap().close().await.unwrap();
    let rows = sqlx::query(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE '\\_sqlx%' ESCAPE '\\' ORDER BY name",
    );
    let rows = rows.fetch_all(&mut raw(&path).await).await.unwrap();
    let schema: Vec<String> = rows.iter().map(|row| row.get("sql")).collect();
    insta::assert_snapshot!(schema.join(";\n"));
}

/// A long record of which one event says all is in the file once.
#[tokio::test]
async fn a_long_record_is_stored_once() {
    use sqlx::{Connection as _, Row as _};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("replica.db");
    let store = SqliteStore::open(&path).await.unwrap();
    let mut replica = Replica::open(store, author(1), contracts(), Settings::default()).await.unwrap();
    for record in 0..300_u64 {
        let change = Change::to("tasks", &format!("task {record}")).set("title", "long ".repeat(200));
        replica.write(Millis::new(record), &change).await.unwrap();
    }
    replica.into_store().close().await.unwrap();
    let length = std::fs::metadata(&path).unwrap().len();
    assert!((300_000..500_000).contains(&length), "{length}");
    let mut connection = raw(&path).await;
    let row =
        sqlx::query("SELECT count(*) AS many FROM record WHERE length(body) = 0 AND writer IS NOT NULL");
    assert_eq!(row.fetch_one(&mut connection).await.unwrap().get::<i64, _>("many"), 300);
    connection.close().await.unwrap();
}

/// Makes the file that a dump is of.
async fn restore(path: &Path, dump: &str) {
    use sqlx::Connection as _;
    let mut connection = raw(path).await;
    sqlx::raw_sql(sqlx::AssertSqlSafe(dump.to_owned())).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// A file of each released version as it was dumped then.
const RELEASED: [&str; 2] = [include_str!("fixtures/store-1.sql"), include_str!("fixtures/store-2.sql")];

/// Files of every version: they open, and read as they did.
#[tokio::test]
async fn a_store_of_every_version_still_opens() {
    for (version, dump) in (1..).zip(RELEASED) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("replica.db");
        restore(&path, dump).await;
        let mut replica = open(&path).await;
        shop::reads_as_released(&mut replica, version).await;
    }
}

/// What came by a sync shares rows: each event and record of it is still read by itself, and the log is cut within a row.
#[tokio::test]
async fn a_store_whose_events_share_rows_still_opens() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("replica.db");
    restore(&path, include_str!("fixtures/store-2-shared.sql")).await;
    let rows = async || {
        use sqlx::{Connection as _, Row as _};
        let mut connection = raw(&path).await;
        let count = sqlx::query("SELECT count(*) AS rows FROM event WHERE author = $1").bind(vec![2_u8; 16]);
        let rows: i64 = count.fetch_one(&mut connection).await.unwrap().get("rows");
        connection.close().await.unwrap();
        rows
    };
    assert_eq!(rows().await, 2, "eight events of author 2");
    let long = "Weigh anchor. ".repeat(40);
    let now = Millis::new(1_000_100);
    for cut in [0, 3, 4, 6] {
        let mut replica = open(&path).await;
        assert_eq!(replica.core().author(), author(1));
        let through = [(author(2), cut)].into_iter().collect();
        replica.compact("tasks", &through).await.unwrap();
        let events = replica.events("tasks", &through, 99).await.unwrap().0;
        let theirs = events.iter().filter(|event| event.author == author(2)).map(|event| event.sequence);
        assert_eq!(theirs.collect::<Vec<_>>(), (cut + 1..=6).collect::<Vec<_>>());
        for (key, title) in [("long", long.clone()), ("other", long.to_uppercase()), ("alone", long.clone())]
        {
            let record = replica.read("tasks", key).await.unwrap().unwrap();
            assert_eq!(record.text("title"), Some(title.as_str()), "{key}, cut at {cut}");
        }
        let record = replica.read("tasks", "a").await.unwrap().unwrap();
        assert_eq!((record.text("title"), record.count("votes")), (Some("Buy milk"), 4));
        assert_eq!(replica.read("tasks", "b").await.unwrap(), None);
        let (price, _) = replica.read_copy(now, "prices", author(2), "p").await.unwrap();
        assert_eq!(price.unwrap().value("price"), Some(&8.into()));
        assert_eq!(replica.events("prices", &VersionVector::new(), 9).await.unwrap().0.len(), 2);
        // Who has nothing gets it all.
        let mut other =
            Replica::open(MemoryStore::new(), author(3), contracts(), Settings::default()).await.unwrap();
        let answer = replica.answer(now, &other.pull("tasks").unwrap()).await.unwrap();
        other.receive(now, &answer).await.unwrap();
        assert_eq!(other.list_all("tasks").await.unwrap(), replica.list_all("tasks").await.unwrap());
        replica.into_store().close().await.unwrap();
    }
    let mut replica = open(&path).await;
    replica.write(now, &Change::to("tasks", "long").count("votes", 1)).await.unwrap();
    let record = replica.read("tasks", "long").await.unwrap().unwrap();
    assert_eq!((record.text("title"), record.count("votes")), (Some(long.as_str()), 1));
}

async fn open(path: &Path) -> Replica<SqliteStore> {
    let store = SqliteStore::open(path).await.unwrap();
    Replica::open(store, author(99), contracts(), Settings::default()).await.unwrap()
}

#[tokio::test]
async fn two_cannot_hold_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("replica.db");
    let first = SqliteStore::open(&path).await.unwrap();
    let mut first = Replica::open(first, author(1), contracts(), Settings::default()).await.unwrap();
    first.write(Millis::new(1), &Change::to("tasks", "a").count("votes", 1)).await.unwrap();
    let second = SqliteStore::open(&path).await.map(drop);
    assert!(matches!(second, Err(StoreError::InUse)), "{second:?}");
    first.into_store().close().await.unwrap();
    SqliteStore::open(&path).await.unwrap();
}
