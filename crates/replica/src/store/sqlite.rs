//! The embedded store: one SQLite file.
//!
//! A write-ahead log with `synchronous = FULL`, so that a commit has reached the disk when it returns. The file is held
//! exclusively: two processes under one author would both write its next event.

use super::{Store, StoreError, Stored};
use crate::core::{Records, Step};
use crate::event::{Address, Event};
use crate::log::{Log, Memory};
use crate::messages::{Delivery, Draft, Mail, Outgoing, SetAside};
use crate::wire::{Freshness, WireError};
use crate::{AuthorId, Key, Millis, Name, Record, Timestamp, VersionVector};
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteLockingMode, SqliteRow,
    SqliteSynchronous,
};
use sqlx::{Connection, Row, SqlSafeStr};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

/// A store in an SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    connection: SqliteConnection,
}

/// How a file is opened.
#[derive(Clone, Debug)]
pub struct SqliteStoreOptions {
    /// Which of SQLite's file layers is used; `None` is the system's.
    pub vfs: Option<String>,
    /// Whether a commit waits for the disk. Only tests of what happens otherwise turn it off.
    pub durable: bool,
    /// After so many pages the write-ahead log is written back into the file: SQLite's own 1,000.
    pub checkpoint_pages: u32,
}

impl Default for SqliteStoreOptions {
    fn default() -> Self {
        Self { vfs: None, durable: true, checkpoint_pages: 1_000 }
    }
}

impl SqliteStore {
    /// Opens a file, or makes it; brings its schema up to date.
    ///
    /// # Errors
    /// The file cannot be opened, is held by another process, is no store, or was written by a newer version.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::open_with(path, &SqliteStoreOptions::default()).await
    }

    /// Opens a file in another way than usual.
    ///
    /// # Errors
    /// As [`SqliteStore::open`].
    pub async fn open_with(path: impl AsRef<Path>, options: &SqliteStoreOptions) -> Result<Self, StoreError> {
        let mut connect = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .locking_mode(SqliteLockingMode::Exclusive)
            .journal_mode(SqliteJournalMode::Wal)
            .pragma("wal_autocheckpoint", options.checkpoint_pages.to_string())
            .busy_timeout(Duration::from_secs(1))
            .synchronous(if options.durable { SqliteSynchronous::Full } else { SqliteSynchronous::Off });
        if let Some(vfs) = &options.vfs {
            connect = connect.vfs(vfs.clone());
        }
        let mut connection = SqliteConnection::connect_with(&connect).await?;
        migrations().run(&mut connection).await.map_err(|error| match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
            other => StoreError::Database(other.to_string()),
        })?;
        Ok(Self { connection })
    }

    /// Closes the file, so that all of it is in one place.
    ///
    /// # Errors
    /// The database says no.
    pub async fn close(self) -> Result<(), StoreError> {
        Ok(self.connection.close().await?)
    }
}

/// The schema's versions. One that was released never changes.
fn migrations() -> Migrator {
    let all = [(1, "first", include_str!("../../migrations/0001_first.sql"))];
    let migration = |(version, name, sql): (i64, &'static str, &'static str)| {
        Migration::new(version, Cow::Borrowed(name), MigrationType::Simple, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(all.into_iter().map(migration).collect())
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        // SQLITE_FULL (https://sqlite.org/rescode.html#full).
        let full = |error: &dyn sqlx::error::DatabaseError| error.code().is_some_and(|code| code == "13");
        if error.as_database_error().is_some_and(full) {
            Self::Full
        } else {
            Self::Database(error.to_string())
        }
    }
}

fn damaged(place: &str, why: impl std::fmt::Display) -> StoreError {
    StoreError::Damaged { place: place.to_owned(), why: why.to_string() }
}

fn stored(number: u64) -> Result<i64, StoreError> {
    i64::try_from(number).map_err(|_| StoreError::TooFar(number))
}

fn number(row: &SqliteRow, column: &str) -> Result<u64, StoreError> {
    let number: i64 = row.try_get(column)?;
    u64::try_from(number).map_err(|_| damaged(column, "a negative number"))
}

fn author(row: &SqliteRow, column: &str) -> Result<AuthorId, StoreError> {
    let bytes: &[u8] = row.try_get(column)?;
    Ok(AuthorId::new(bytes.try_into().map_err(|_| damaged(column, "not 16 bytes"))?))
}

fn name(row: &SqliteRow) -> Result<Name, StoreError> {
    Name::new(row.try_get("collection")?).map_err(|error| damaged("a collection's name", error))
}

fn owner_bytes(address: &Address) -> Vec<u8> {
    address.owner.map(|owner| owner.bytes().to_vec()).unwrap_or_default()
}

fn body<T>(row: &SqliteRow, what: &str, decode: fn(&[u8]) -> Result<T, WireError>) -> Result<T, StoreError> {
    decode(row.try_get("body")?).map_err(|error| damaged(what, error))
}

fn outgoing(row: &SqliteRow) -> Result<Outgoing, StoreError> {
    let draft = Draft { topic: row.try_get("topic")?, key: row.try_get("key")?, body: row.try_get("body")? };
    let written_at = Millis::new(number(row, "written_at")?);
    Ok(Outgoing { source: author(row, "source")?, number: number(row, "number")?, draft, written_at })
}

fn attempts(row: &SqliteRow) -> Result<u32, StoreError> {
    u32::try_from(number(row, "attempts")?).map_err(|_| damaged("attempts", "more than 32 bits"))
}

impl Store for SqliteStore {
    async fn open(&mut self) -> Result<Option<Stored>, StoreError> {
        let row = sqlx::query("SELECT author, clock_millis, clock_counter, contracts, sent FROM replica");
        let Some(row) = row.fetch_optional(&mut self.connection).await? else { return Ok(None) };
        let counter =
            u32::try_from(number(&row, "clock_counter")?).map_err(|_| damaged("the clock", "too large"))?;
        let clock = Timestamp { millis: Millis::new(number(&row, "clock_millis")?), counter };
        let mut memory = Memory { author: author(&row, "author")?, clock, logs: BTreeMap::new() };
        let (contracts, sent) = (row.try_get("contracts")?, number(&row, "sent")?);
        let rows = sqlx::query("SELECT collection, author, seen, floor, fresh_sequence, fresh_at FROM log");
        for row in rows.fetch_all(&mut self.connection).await? {
            let log: &mut Log = memory.logs.entry(name(&row)?).or_default();
            let author = author(&row, "author")?;
            log.seen.advance(author, number(&row, "seen")?);
            log.floor.advance(author, number(&row, "floor")?);
            if row.try_get::<Option<i64>, _>("fresh_at")?.is_some() {
                let at = Millis::new(number(&row, "fresh_at")?);
                log.freshness.insert(author, Freshness { sequence: number(&row, "fresh_sequence")?, at });
            }
        }
        let rows =
            sqlx::query("SELECT collection, author, moved FROM home").fetch_all(&mut self.connection).await?;
        for row in rows {
            let log: &mut Log = memory.logs.entry(name(&row)?).or_default();
            log.home = Some((author(&row, "author")?, number(&row, "moved")?));
        }
        let waiting = sqlx::query("SELECT count(*) AS waiting FROM outbox WHERE delivered_at IS NULL");
        let waiting = number(&waiting.fetch_one(&mut self.connection).await?, "waiting")?;
        Ok(Some(Stored { memory, contracts, sent, waiting }))
    }

    async fn begin(&mut self, author: AuthorId, contracts: &str) -> Result<(), StoreError> {
        let insert = "INSERT INTO replica (only_row, author, clock_millis, clock_counter, contracts, sent) \
                      VALUES (1, ?, 0, 0, ?, 0)";
        let insert = sqlx::query(insert).bind(author.bytes().to_vec()).bind(contracts.to_owned());
        insert.execute(&mut self.connection).await?;
        Ok(())
    }

    async fn migrate(&mut self, contracts: &str) -> Result<(), StoreError> {
        let update = sqlx::query("UPDATE replica SET contracts = ?").bind(contracts.to_owned());
        update.execute(&mut self.connection).await?;
        Ok(())
    }

    async fn load(&mut self, places: &BTreeSet<(Name, Address)>) -> Result<Records, StoreError> {
        let mut records = Records::new();
        for (name, address) in places {
            let row = sqlx::query("SELECT body FROM record WHERE collection = ? AND owner = ? AND key = ?")
                .bind(name.as_str())
                .bind(owner_bytes(address))
                .bind(address.key.as_str())
                .fetch_optional(&mut self.connection)
                .await?;
            if let Some(row) = row {
                let what = format!("record {} of collection `{name}`", address.key);
                records.insert((name.clone(), address.clone()), body(&row, &what, Record::decode)?);
            }
        }
        Ok(records)
    }

    async fn all(&mut self, collection: &Name) -> Result<BTreeMap<Address, Record>, StoreError> {
        let rows =
            sqlx::query("SELECT owner, key, body FROM record WHERE collection = ?").bind(collection.as_str());
        let mut records = BTreeMap::new();
        for row in rows.fetch_all(&mut self.connection).await? {
            let empty = row.try_get::<&[u8], _>("owner")?.is_empty();
            let owner = if empty { None } else { Some(author(&row, "owner")?) };
            let key = Key::new(row.try_get("key")?).map_err(|error| damaged("a key", error))?;
            let what = format!("record {key} of collection `{collection}`");
            records.insert(Address { owner, key }, body(&row, &what, Record::decode)?);
        }
        Ok(records)
    }

    async fn after(
        &mut self,
        collection: &Name,
        seen: &VersionVector,
        most: usize,
    ) -> Result<(Vec<Event>, bool), StoreError> {
        let rows = sqlx::query("SELECT author, seen FROM log WHERE collection = ?").bind(collection.as_str());
        let mut found: Vec<(i64, Event)> = Vec::new();
        // One more than asked for, of each author, shows whether there are more.
        let limit = stored(most as u64)?.saturating_add(1);
        for row in rows.fetch_all(&mut self.connection).await? {
            let author = author(&row, "author")?;
            if number(&row, "seen")? <= seen.of(author) {
                continue;
            }
            let events = sqlx::query(
                "SELECT position, body FROM event WHERE collection = ? AND author = ? AND sequence > ? \
                 ORDER BY sequence LIMIT ?",
            )
            .bind(collection.as_str())
            .bind(author.bytes().to_vec())
            .bind(stored(seen.of(author))?)
            .bind(limit);
            for row in events.fetch_all(&mut self.connection).await? {
                let what = format!("an event of {author} in collection `{collection}`");
                found.push((row.try_get("position")?, body(&row, &what, Event::decode)?));
            }
        }
        found.sort_by_key(|(position, _)| *position);
        let more = found.len() > most;
        Ok((found.into_iter().take(most).map(|(_, event)| event).collect(), more))
    }

    async fn commit(&mut self, step: &Step) -> Result<(), StoreError> {
        let mut transaction = self.connection.begin_with("BEGIN IMMEDIATE").await?;
        write(&mut transaction, step).await?;
        post(&mut transaction, &step.mail).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn due(&mut self, most: usize) -> Result<Vec<Delivery>, StoreError> {
        let settled = sqlx::query(
            "SELECT coalesce((SELECT min(number) - 1 FROM outbox WHERE delivered_at IS NULL), sent) AS settled FROM replica",
        );
        let settled = match settled.fetch_optional(&mut self.connection).await? {
            Some(row) => number(&row, "settled")?,
            None => 0,
        };
        let due = sqlx::query(
            "SELECT source, number, topic, key, body, written_at, attempts FROM outbox AS mine \
             WHERE delivered_at IS NULL AND reason IS NULL AND NOT EXISTS (SELECT 1 FROM outbox AS earlier \
               WHERE earlier.delivered_at IS NULL AND earlier.topic = mine.topic AND earlier.key = mine.key \
               AND earlier.number < mine.number) \
             ORDER BY number LIMIT ?",
        )
        .bind(stored(most as u64)?);
        let mut deliveries = Vec::new();
        for row in due.fetch_all(&mut self.connection).await? {
            deliveries.push(Delivery { message: outgoing(&row)?, settled, attempts: attempts(&row)? });
        }
        Ok(deliveries)
    }

    async fn set_aside(&mut self) -> Result<Vec<SetAside>, StoreError> {
        let rows = sqlx::query(
            "SELECT source, number, topic, key, body, written_at, attempts, reason FROM outbox \
             WHERE delivered_at IS NULL AND reason IS NOT NULL ORDER BY number",
        );
        let mut all = Vec::new();
        for row in rows.fetch_all(&mut self.connection).await? {
            let reason = row.try_get("reason")?;
            all.push(SetAside { message: outgoing(&row)?, attempts: attempts(&row)?, reason });
        }
        Ok(all)
    }

    async fn acted(&mut self, source: AuthorId, number: u64) -> Result<bool, StoreError> {
        let (source, number) = (source.bytes().to_vec(), stored(number)?);
        let row = sqlx::query(
            "SELECT EXISTS (SELECT 1 FROM inbox WHERE source = ?1 AND number = ?2) \
             OR EXISTS (SELECT 1 FROM inbox_settled WHERE source = ?1 AND settled >= ?2) AS acted",
        )
        .bind(source)
        .bind(number)
        .fetch_one(&mut self.connection)
        .await?;
        Ok(row.try_get("acted")?)
    }
}

async fn write(transaction: &mut SqliteConnection, step: &Step) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE replica SET author = coalesce(?, author), clock_millis = ?, clock_counter = ? \
         WHERE (clock_millis, clock_counter) <= (?2, ?3)",
    )
    .bind(step.author.map(|author| author.bytes().to_vec()))
    .bind(stored(step.clock.millis.get())?)
    .bind(i64::from(step.clock.counter))
    .execute(&mut *transaction)
    .await?;
    for (name, log) in &step.logs {
        let mut authors: BTreeSet<AuthorId> = log.seen.iter().map(|(author, _)| author).collect();
        authors.extend(log.freshness.keys());
        for author in authors {
            let fresh = log.freshness.get(&author);
            sqlx::query(
                "INSERT INTO log (collection, author, seen, floor, fresh_sequence, fresh_at) VALUES (?, ?, ?, ?, ?, ?) \
                 ON CONFLICT DO UPDATE SET seen = excluded.seen, floor = excluded.floor, \
                   fresh_sequence = excluded.fresh_sequence, fresh_at = excluded.fresh_at \
                 WHERE (seen, floor, fresh_sequence, fresh_at) IS NOT \
                   (excluded.seen, excluded.floor, excluded.fresh_sequence, excluded.fresh_at)",
            )
            .bind(name.as_str())
            .bind(author.bytes().to_vec())
            .bind(stored(log.seen.of(author))?)
            .bind(stored(log.floor.of(author))?)
            .bind(fresh.map(|fresh| stored(fresh.sequence)).transpose()?)
            .bind(fresh.map(|fresh| stored(fresh.at.get())).transpose()?)
            .execute(&mut *transaction)
            .await?;
        }
        if let Some((home, moved)) = log.home {
            sqlx::query("INSERT OR REPLACE INTO home (collection, author, moved) VALUES (?, ?, ?)")
                .bind(name.as_str())
                .bind(home.bytes().to_vec())
                .bind(stored(moved)?)
                .execute(&mut *transaction)
                .await?;
        }
    }
    for (name, event) in &step.events {
        sqlx::query("INSERT INTO event (collection, author, sequence, body) VALUES (?, ?, ?, ?)")
            .bind(name.as_str())
            .bind(event.author.bytes().to_vec())
            .bind(stored(event.sequence)?)
            .bind(event.encode())
            .execute(&mut *transaction)
            .await?;
    }
    for ((name, address), record) in &step.records {
        sqlx::query("INSERT OR REPLACE INTO record (collection, owner, key, body) VALUES (?, ?, ?, ?)")
            .bind(name.as_str())
            .bind(owner_bytes(address))
            .bind(address.key.as_str())
            .bind(record.encode())
            .execute(&mut *transaction)
            .await?;
    }
    for (name, dropped) in &step.dropped {
        for (author, sequence) in dropped.iter() {
            sqlx::query("DELETE FROM event WHERE collection = ? AND author = ? AND sequence <= ?")
                .bind(name.as_str())
                .bind(author.bytes().to_vec())
                .bind(stored(sequence)?)
                .execute(&mut *transaction)
                .await?;
        }
    }
    Ok(())
}

async fn post(transaction: &mut SqliteConnection, mail: &Mail) -> Result<(), StoreError> {
    for message in &mail.sent {
        sqlx::query(
            "INSERT INTO outbox (number, source, topic, key, body, written_at, attempts) VALUES (?, ?, ?, ?, ?, ?, 0)",
        )
        .bind(stored(message.number)?)
        .bind(message.source.bytes().to_vec())
        .bind(message.draft.topic.clone())
        .bind(message.draft.key.clone())
        .bind(message.draft.body.clone())
        .bind(stored(message.written_at.get())?)
        .execute(&mut *transaction)
        .await?;
    }
    if let Some(last) = mail.sent.last() {
        let update = sqlx::query("UPDATE replica SET sent = ?").bind(stored(last.number)?);
        update.execute(&mut *transaction).await?;
    }
    for (number, at) in &mail.delivered {
        sqlx::query("UPDATE outbox SET delivered_at = ? WHERE number = ?")
            .bind(stored(at.get())?)
            .bind(stored(*number)?)
            .execute(&mut *transaction)
            .await?;
    }
    for (number, failure) in &mail.failed {
        sqlx::query("UPDATE outbox SET attempts = attempts + 1, reason = ? WHERE number = ?")
            .bind(failure.set_aside.then(|| failure.reason.clone()))
            .bind(stored(*number)?)
            .execute(&mut *transaction)
            .await?;
    }
    for number in &mail.retried {
        sqlx::query("UPDATE outbox SET attempts = 0, reason = NULL WHERE number = ?")
            .bind(stored(*number)?)
            .execute(&mut *transaction)
            .await?;
    }
    for (source, number) in &mail.acted {
        sqlx::query("INSERT OR IGNORE INTO inbox (source, number) VALUES (?, ?)")
            .bind(source.bytes().to_vec())
            .bind(stored(*number)?)
            .execute(&mut *transaction)
            .await?;
    }
    for (source, settled) in &mail.settled {
        let source = source.bytes().to_vec();
        sqlx::query(
            "INSERT INTO inbox_settled (source, settled) VALUES (?, ?) \
             ON CONFLICT DO UPDATE SET settled = max(settled, excluded.settled)",
        )
        .bind(source.clone())
        .bind(stored(*settled)?)
        .execute(&mut *transaction)
        .await?;
        let delete = sqlx::query("DELETE FROM inbox WHERE source = ? AND number <= ?");
        delete.bind(source).bind(stored(*settled)?).execute(&mut *transaction).await?;
    }
    if let Some(before) = mail.forgotten {
        let delete = sqlx::query("DELETE FROM outbox WHERE delivered_at < ?").bind(stored(before.get())?);
        delete.execute(&mut *transaction).await?;
    }
    Ok(())
}
