//! The embedded store: one SQLite file.
//!
//! A write-ahead log with `synchronous = FULL`, so that a commit has reached the disk when it returns. The file is held
//! exclusively: two processes under one author would both write its next event.

use super::sql::{self, Argument, Columns, Many, Ready, Session, Spare, TOGETHER};
use super::{Store, StoreError, Stored};
use crate::core::{Records, Step};
use crate::event::{Address, Event};
use crate::messages::{Delivery, SetAside};
use crate::{AuthorId, Name, Record, VersionVector};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteLockingMode, SqliteRow,
    SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, Connection, Row};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;
use std::time::Duration;

/// How many bytes a page of a new file has: a record of a kilobyte fills it better than one of SQLite's own 4,096, and a long
/// step is written in half as many pieces. An assumption of ours.
const PAGE: u32 = 8192;

/// So many bytes of pages are kept in memory at most: as many as one step changes at most where others' writes are taken in
/// (4 MiB of them), so that no page is written before its transaction ends. SQLite's own are 2 MB. An assumption of ours.
const CACHE: usize = 16 << 20;

/// So many texts of statements are kept prepared, the latest: one of many rows takes up to a megabyte, and which rows go together
/// differs from step to step. An assumption of ours.
const PREPARED: usize = 24;

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
            .page_size(PAGE)
            .pragma("wal_autocheckpoint", options.checkpoint_pages.to_string())
            .pragma("cache_size", format!("-{}", CACHE >> 10))
            .statement_cache_capacity(PREPARED)
            // So many rows of an answer may wait to be read: the default makes the two threads wait for each other.
            .row_buffer_size(1024)
            .busy_timeout(Duration::from_secs(1))
            .synchronous(if options.durable { SqliteSynchronous::Full } else { SqliteSynchronous::Off });
        if let Some(vfs) = &options.vfs {
            connect = connect.vfs(vfs.clone());
        }
        let mut connection = SqliteConnection::connect_with(&connect).await?;
        let migrations = sql::migrations([
            (1, "first", include_str!("../../migrations/sqlite/0001_first.sql")),
            (2, "said by one event", include_str!("../../migrations/sqlite/0002_said_by_one_event.sql")),
        ]);
        migrations.run(&mut connection).await.map_err(sql::not_migrated)?;
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

impl Columns for SqliteRow {
    fn optional_number(&self, column: &str) -> Result<Option<i64>, StoreError> {
        Ok(self.try_get(column)?)
    }

    fn bytes(&self, column: &str) -> Result<&[u8], StoreError> {
        Ok(self.try_get(column)?)
    }

    fn plain(&self, column: &str) -> Result<&str, StoreError> {
        Ok(self.try_get(column)?)
    }

    fn text(&self, column: &str) -> Result<&str, StoreError> {
        Ok(self.try_get(column)?)
    }
}

type Query = sqlx::query::Query<'static, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>;

fn bound(query: Query, arguments: Vec<Argument>) -> Query {
    arguments.into_iter().fold(query, |query, argument| match argument {
        Argument::Number(number) => query.bind(number),
        Argument::Bytes(bytes) => query.bind(bytes),
        Argument::Plain(text) => query.bind(text),
        Argument::Text(text) => query.bind(text),
    })
}

fn query(sql: &'static str, arguments: Vec<Argument>) -> Query {
    bound(sqlx::query(sql), arguments)
}

/// Appends a statement to a text of several. Its numbered places would be counted from the text's beginning: they become plain
/// ones, in their order, each with its own argument.
fn place(sql: &str, arguments: Vec<Argument>, text: &mut String, all: &mut Vec<Argument>) {
    if !sql.contains('$') {
        text.push_str(sql);
        return all.extend(arguments);
    }
    let mut parts = sql.split('$');
    text.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let rest = part.trim_start_matches(|digit: char| digit.is_ascii_digit());
        let number = part[..part.len() - rest.len()].parse::<usize>();
        let argument = number.ok().and_then(|number| arguments.get(number.checked_sub(1)?));
        all.push(argument.cloned().unwrap_or(Argument::Number(None)));
        text.push('?');
        text.push_str(rest);
    }
}

/// SQLite looks for each place that has a name or a number among all of them; plain ones it knows by their order.
static MANY: LazyLock<Many> = LazyLock::new(|| Many::new(|_| "?".to_owned(), Spare::LeftOut));

impl Session for SqliteConnection {
    type Row = SqliteRow;

    fn many() -> &'static Many {
        &MANY
    }

    async fn run(&mut self, sql: &'static str, arguments: Vec<Argument>) -> Result<(), StoreError> {
        query(sql, arguments).execute(self).await?;
        Ok(())
    }

    async fn run_each(&mut self, statements: Vec<Ready>) -> Result<(), StoreError> {
        let mut statements = statements.into_iter();
        while statements.len() > 0 {
            let (mut text, mut all) = (String::new(), Vec::new());
            for (sql, arguments) in statements.by_ref().take(TOGETHER) {
                place(sql, arguments, &mut text, &mut all);
                text.push(';');
            }
            bound(sqlx::query(AssertSqlSafe(text)), all).execute(&mut *self).await?;
        }
        Ok(())
    }

    async fn rows(
        &mut self,
        sql: &'static str,
        arguments: Vec<Argument>,
    ) -> Result<Vec<SqliteRow>, StoreError> {
        Ok(query(sql, arguments).fetch_all(self).await?)
    }
}

impl Store for SqliteStore {
    async fn open(&mut self) -> Result<Option<Stored>, StoreError> {
        sql::open(&mut self.connection).await
    }

    async fn begin(&mut self, author: AuthorId, contracts: &str) -> Result<(), StoreError> {
        sql::begin(&mut self.connection, author, contracts).await
    }

    async fn migrate(&mut self, contracts: &str) -> Result<(), StoreError> {
        sql::migrate(&mut self.connection, contracts).await
    }

    async fn load(&mut self, places: &BTreeSet<(Name, Address)>) -> Result<Records, StoreError> {
        sql::load(&mut self.connection, places).await
    }

    async fn all(&mut self, collection: &Name) -> Result<BTreeMap<Address, Record>, StoreError> {
        sql::all(&mut self.connection, collection).await
    }

    async fn after(
        &mut self,
        collection: &Name,
        seen: &VersionVector,
        most: usize,
    ) -> Result<(Vec<Event>, bool), StoreError> {
        sql::after(&mut self.connection, collection, seen, most).await
    }

    async fn commit(&mut self, step: &Step) -> Result<(), StoreError> {
        let mut transaction = self.connection.begin_with("BEGIN IMMEDIATE").await?;
        sql::write(&mut *transaction, step).await?;
        Ok(transaction.commit().await?)
    }

    async fn due(&mut self, most: usize) -> Result<Vec<Delivery>, StoreError> {
        sql::due(&mut self.connection, most).await
    }

    async fn set_aside(&mut self) -> Result<Vec<SetAside>, StoreError> {
        sql::set_aside(&mut self.connection).await
    }

    async fn acted(&mut self, source: AuthorId, number: u64) -> Result<bool, StoreError> {
        sql::acted(&mut self.connection, source, number).await
    }
}
