//! What the stores in databases share: their statements, written once in the SQL that both understand.
//!
//! A [`Session`] is a connection of either database. Each binds arguments and reads columns in its own types; what is asked
//! and what the answers mean stands here.

mod mail;
mod many;
mod runs;

pub(super) use mail::{acted, due, set_aside};
#[cfg(feature = "sqlite")]
pub(super) use many::TOGETHER;
pub(super) use many::{Many, Spare};
use many::{SELECT_RECORDS, for_all};
use runs::{Long, Run};

use super::{StoreError, Stored};
use crate::core::{Records, Step};
use crate::event::{Address, Event};
use crate::log::{Log, Memory};
use crate::messages::{Draft, Outgoing};
use crate::wire::{Freshness, WireError, decode_run};
use crate::{AuthorId, Key, Millis, Name, Record, Timestamp, VersionVector};
use sqlx::SqlSafeStr as _;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

/// A value that a statement is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Argument {
    Number(Option<i64>),
    Bytes(Option<Vec<u8>>),
    /// A text without a zero byte.
    Plain(Arc<str>),
    /// Any text.
    Text(Option<Arc<str>>),
}

impl From<i64> for Argument {
    fn from(number: i64) -> Self {
        Self::Number(Some(number))
    }
}

impl From<AuthorId> for Argument {
    fn from(author: AuthorId) -> Self {
        Self::Bytes(Some(author.bytes().to_vec()))
    }
}

impl From<Vec<u8>> for Argument {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(Some(bytes))
    }
}

impl From<&Name> for Argument {
    fn from(name: &Name) -> Self {
        Self::Plain(name.shared())
    }
}

impl From<&Key> for Argument {
    fn from(key: &Key) -> Self {
        Self::Text(Some(key.shared()))
    }
}

fn text(text: &str) -> Argument {
    Argument::Text(Some(text.into()))
}

/// A row of an answer, read by the names of its columns.
pub(super) trait Columns {
    fn optional_number(&self, column: &str) -> Result<Option<i64>, StoreError>;
    fn bytes(&self, column: &str) -> Result<&[u8], StoreError>;
    fn plain(&self, column: &str) -> Result<&str, StoreError>;
    fn text(&self, column: &str) -> Result<&str, StoreError>;

    fn signed(&self, column: &str) -> Result<i64, StoreError> {
        self.optional_number(column)?.ok_or_else(|| damaged(column, "nothing where a number should be"))
    }

    fn number(&self, column: &str) -> Result<u64, StoreError> {
        u64::try_from(self.signed(column)?).map_err(|_| damaged(column, "a negative number"))
    }

    fn author(&self, column: &str) -> Result<AuthorId, StoreError> {
        let bytes = self.bytes(column)?;
        Ok(AuthorId::new(bytes.try_into().map_err(|_| damaged(column, "not 16 bytes"))?))
    }

    fn name(&self) -> Result<Name, StoreError> {
        Name::new(self.plain("collection")?).map_err(|error| damaged("a collection's name", error))
    }

    fn body<T>(
        &self,
        what: impl Fn() -> String,
        decode: fn(&[u8]) -> Result<T, WireError>,
    ) -> Result<T, StoreError> {
        decode(self.bytes("body")?).map_err(|error| damaged(&what(), error))
    }

    fn outgoing(&self) -> Result<Outgoing, StoreError> {
        let (topic, key) = (self.text("topic")?.to_owned(), self.text("key")?.to_owned());
        let draft = Draft { topic, key, body: self.bytes("body")?.to_vec() };
        let written_at = Millis::new(self.number("written_at")?);
        Ok(Outgoing { source: self.author("source")?, number: self.number("number")?, draft, written_at })
    }

    fn attempts(&self) -> Result<u32, StoreError> {
        u32::try_from(self.number("attempts")?).map_err(|_| damaged("attempts", "more than 32 bits"))
    }
}

/// A statement and what it is given.
pub(super) type Ready = (&'static str, Vec<Argument>);

/// A connection to a database, in a transaction or not. `$1` in a statement is its first argument.
pub(super) trait Session: Send {
    type Row: Columns + Send;

    /// Its statements for many rows at once.
    fn many() -> &'static Many;

    fn run(
        &mut self,
        sql: &'static str,
        arguments: Vec<Argument>,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Statements one after the other: where the database can, on one way there and back.
    fn run_each(&mut self, statements: Vec<Ready>) -> impl Future<Output = Result<(), StoreError>> + Send {
        async {
            for (sql, arguments) in statements {
                self.run(sql, arguments).await?;
            }
            Ok(())
        }
    }

    fn rows(
        &mut self,
        sql: &'static str,
        arguments: Vec<Argument>,
    ) -> impl Future<Output = Result<Vec<Self::Row>, StoreError>> + Send;
}

/// The versions of a schema. One that was released never changes.
pub(super) fn migrations(all: impl IntoIterator<Item = (i64, &'static str, &'static str)>) -> Migrator {
    let migration = |(version, name, sql): (i64, &'static str, &'static str)| {
        Migration::new(version, Cow::Borrowed(name), MigrationType::Simple, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(all.into_iter().map(migration).collect())
}

pub(super) fn not_migrated(error: MigrateError) -> StoreError {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
        other => StoreError::Database(other.to_string()),
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        // SQLITE_FULL (https://sqlite.org/rescode.html#full), and disk_full of PostgreSQL.
        let full = |error: &dyn sqlx::error::DatabaseError| {
            error.code().is_some_and(|code| code == "13" || code == "53100")
        };
        // Class 57P of PostgreSQL: somebody ended the session, or the server stops.
        let ended =
            |error: &dyn sqlx::error::DatabaseError| error.code().is_some_and(|code| code.starts_with("57P"));
        // SQLITE_BUSY (https://sqlite.org/rescode.html#busy): a file is held for as long as it is open, so only opening meets it.
        let in_use = |error: &dyn sqlx::error::DatabaseError| error.code().is_some_and(|code| code == "5");
        match &error {
            sqlx::Error::Database(why) if in_use(why.as_ref()) => Self::InUse,
            sqlx::Error::Io(why) => Self::SessionEnded(why.to_string()),
            sqlx::Error::Database(why) if full(why.as_ref()) => Self::Full,
            sqlx::Error::Database(why) if ended(why.as_ref()) => Self::SessionEnded(why.message().to_owned()),
            _ => Self::Database(error.to_string()),
        }
    }
}

pub(super) fn damaged(place: &str, why: impl std::fmt::Display) -> StoreError {
    StoreError::Damaged { place: place.to_owned(), why: why.to_string() }
}

fn stored(number: u64) -> Result<i64, StoreError> {
    i64::try_from(number).map_err(|_| StoreError::TooFar(number))
}

fn owner(address: &Address) -> Argument {
    Argument::Bytes(Some(address.owner.map(|owner| owner.bytes().to_vec()).unwrap_or_default()))
}

pub(super) async fn open<S: Session>(session: &mut S) -> Result<Option<Stored>, StoreError> {
    let rows = session
        .rows("SELECT author, clock_millis, clock_counter, contracts, sent FROM replica", Vec::new())
        .await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let counter =
        u32::try_from(row.number("clock_counter")?).map_err(|_| damaged("the clock", "too large"))?;
    let clock = Timestamp { millis: Millis::new(row.number("clock_millis")?), counter };
    let mut memory = Memory { author: row.author("author")?, clock, logs: BTreeMap::new() };
    let (contracts, sent) = (row.plain("contracts")?.to_owned(), row.number("sent")?);
    let logs = "SELECT collection, author, seen, floor, fresh_sequence, fresh_at FROM log";
    for row in session.rows(logs, Vec::new()).await? {
        let log: &mut Log = memory.logs.entry(row.name()?).or_default();
        let author = row.author("author")?;
        log.seen.advance(author, row.number("seen")?);
        log.floor.advance(author, row.number("floor")?);
        if row.optional_number("fresh_at")?.is_some() {
            let at = Millis::new(row.number("fresh_at")?);
            log.freshness.insert(author, Freshness { sequence: row.number("fresh_sequence")?, at });
        }
    }
    for row in session.rows("SELECT collection, author, moved FROM home", Vec::new()).await? {
        let log: &mut Log = memory.logs.entry(row.name()?).or_default();
        log.home = Some((row.author("author")?, row.number("moved")?));
    }
    let waiting = "SELECT count(*) AS waiting FROM outbox WHERE delivered_at IS NULL";
    let waiting = session.rows(waiting, Vec::new()).await?;
    let waiting = waiting.first().map_or(Ok(0), |row| row.number("waiting"))?;
    Ok(Some(Stored { memory, contracts, sent, waiting }))
}

pub(super) async fn begin<S: Session>(
    session: &mut S,
    author: AuthorId,
    contracts: &str,
) -> Result<(), StoreError> {
    let insert = "INSERT INTO replica (only_row, author, clock_millis, clock_counter, contracts, sent) \
                  VALUES (1, $1, 0, 0, $2, 0)";
    session.run(insert, vec![author.into(), Argument::Plain(contracts.into())]).await
}

pub(super) async fn migrate<S: Session>(session: &mut S, contracts: &str) -> Result<(), StoreError> {
    let contracts = Argument::Plain(contracts.into());
    session.run("UPDATE replica SET contracts = $1", vec![contracts]).await
}

pub(super) async fn load<S: Session>(
    session: &mut S,
    places: &BTreeSet<(Name, Address)>,
) -> Result<Records, StoreError> {
    let select = &S::many().select_records;
    let (mut records, mut reading) = (Records::new(), runs::Records::default());
    let mut places = places.iter().peekable();
    while let Some((name, first)) = places.next() {
        let alike = |(other, address): &&(Name, Address)| other == name && address.owner == first.owner;
        let mut keys = vec![&first.key];
        while let Some((_, address)) = places.next_if(alike) {
            keys.push(&address.key);
        }
        let keys = may_be_there(session, name, first, keys).await?;
        let mut keys = keys.into_iter().map(Argument::from);
        while keys.len() > 0 {
            let (select, together) = select.for_some_of(keys.len());
            let place = [name.into(), owner(first)].into_iter().chain(keys.by_ref().take(together));
            for row in session.rows(select, place.collect()).await? {
                let key = Key::new(row.text("key")?).map_err(|error| damaged("a key", error))?;
                let address = Address { owner: first.owner, key };
                let record = reading.read(row.bytes("body")?, &address, name)?;
                records.insert((name.clone(), address), record);
            }
        }
    }
    Ok(records)
}

/// So many keys are worth a look at what lies between them. An assumption of ours.
const WORTH_A_LOOK: usize = 16;

/// Of keys, which ascend, those that have a record; or all, where more lies between the first and the last than looking at
/// each by itself takes. What comes by a sync is new for the most part, and lies beyond or between what was there.
async fn may_be_there<'k, S: Session>(
    session: &mut S,
    name: &Name,
    address: &Address,
    mut keys: Vec<&'k Key>,
) -> Result<Vec<&'k Key>, StoreError> {
    let (Some(first), Some(last)) = (keys.first(), keys.last()) else { return Ok(keys) };
    if keys.len() < WORTH_A_LOOK {
        return Ok(keys);
    }
    let most = keys.len() / 2;
    let between = "SELECT key FROM record WHERE collection = $1 AND owner = $2 AND key BETWEEN $3 AND $4 \
                   ORDER BY key LIMIT $5";
    let limit = stored(most as u64 + 1)?;
    let which = vec![name.into(), owner(address), (*first).into(), (*last).into(), limit.into()];
    let rows = session.rows(between, which).await?;
    if rows.len() > most {
        return Ok(keys);
    }
    let mut there = Vec::with_capacity(rows.len());
    for row in &rows {
        there.push(row.text("key")?);
    }
    keys.retain(|key| there.binary_search(&key.as_str()).is_ok());
    Ok(keys)
}

static ALL_RECORDS: LazyLock<String> =
    LazyLock::new(|| format!("{SELECT_RECORDS} WHERE record.collection = $1"));

pub(super) async fn all<S: Session>(
    session: &mut S,
    collection: &Name,
) -> Result<BTreeMap<Address, Record>, StoreError> {
    let (mut records, mut reading) = (BTreeMap::new(), runs::Records::default());
    for row in session.rows(&ALL_RECORDS, vec![collection.into()]).await? {
        let owner = if row.bytes("owner")?.is_empty() { None } else { Some(row.author("owner")?) };
        let key = Key::new(row.text("key")?).map_err(|error| damaged("a key", error))?;
        let address = Address { owner, key };
        let record = reading.read(row.bytes("body")?, &address, collection)?;
        records.insert(address, record);
    }
    Ok(records)
}

pub(super) async fn after<S: Session>(
    session: &mut S,
    collection: &Name,
    seen: &VersionVector,
    most: usize,
) -> Result<(Vec<Event>, bool), StoreError> {
    let mut found: Vec<(i64, Event)> = Vec::new();
    // One more than asked for, of each author, shows whether there are more.
    let limit = stored(most as u64)?.saturating_add(1);
    let authors = "SELECT author, seen, floor FROM log WHERE collection = $1";
    for row in session.rows(authors, vec![collection.into()]).await? {
        let author = row.author("author")?;
        let known = seen.of(author);
        if row.number("seen")? <= known {
            continue;
        }
        // From the row with the first that is wanted: those that are not kept one by one are not there.
        let events = "SELECT position, body FROM event WHERE collection = $1 AND author = $2 \
                      AND sequence >= coalesce((SELECT max(sequence) FROM event \
                        WHERE collection = $1 AND author = $2 AND sequence <= $3), 0) \
                      AND sequence <= $4 ORDER BY sequence";
        let before = stored(known.max(row.number("floor")?))?;
        let (first, last) = (before.saturating_add(1), before.saturating_add(limit));
        let which = vec![collection.into(), author.into(), first.into(), last.into()];
        for row in session.rows(events, which).await? {
            let position = row.signed("position")?;
            let events = row.body(|| runs::place(collection, author), decode_run)?;
            found.extend(
                events.into_iter().filter(|event| event.sequence > known).map(|event| (position, event)),
            );
        }
    }
    found.sort_by_key(|(position, _)| *position);
    let more = found.len() > most;
    Ok((found.into_iter().take(most).map(|(_, event)| event).collect(), more))
}

/// Writes a step; the session is in a transaction.
pub(super) async fn write<S: Session>(session: &mut S, step: &Step) -> Result<(), StoreError> {
    let mut ready = Vec::new();
    remember(&mut ready, step)?;
    mail::post(&mut ready, &step.mail)?;
    let runs = Run::all(step);
    let long = Long::of(&runs);
    let records = step.records.iter().map(|((name, address), record)| {
        let single = long.says(name, address, record);
        let body = if single.is_some() { Vec::new() } else { record.encode() };
        let writer = Argument::Bytes(single.map(|dot| dot.author.bytes().to_vec()));
        let sequence = Argument::Number(single.map(|dot| stored(dot.sequence)).transpose()?);
        Ok([name.into(), owner(address), (&address.key).into(), body.into(), writer, sequence])
    });
    for_all(session, &mut ready, &S::many().upsert_records, records).await?;
    for_all(session, &mut ready, &S::many().insert_events, runs.iter().map(Run::row)).await?;
    session.run_each(ready).await?;
    for (name, dropped) in &step.dropped {
        for (author, sequence) in dropped.iter() {
            runs::forget(session, name, author, sequence).await?;
        }
    }
    Ok(())
}

/// What the replica remembers of itself and of its logs.
fn remember(ready: &mut Vec<Ready>, step: &Step) -> Result<(), StoreError> {
    let update = "UPDATE replica SET author = coalesce($1, author), clock_millis = $2, clock_counter = $3 \
                  WHERE (clock_millis, clock_counter) <= ($2, $3)";
    let author = Argument::Bytes(step.author.map(|author| author.bytes().to_vec()));
    let (millis, counter) = (stored(step.clock.millis.get())?, i64::from(step.clock.counter));
    ready.push((update, vec![author, millis.into(), counter.into()]));
    for (name, log) in &step.logs {
        let mut authors: BTreeSet<AuthorId> = log.seen.iter().map(|(author, _)| author).collect();
        authors.extend(log.freshness.keys());
        for author in authors {
            let fresh = log.freshness.get(&author);
            let upsert = "INSERT INTO log (collection, author, seen, floor, fresh_sequence, fresh_at) \
                 VALUES ($1, $2, $3, $4, $5, $6) \
                 ON CONFLICT (collection, author) DO UPDATE SET seen = excluded.seen, floor = excluded.floor, \
                   fresh_sequence = excluded.fresh_sequence, fresh_at = excluded.fresh_at \
                 WHERE (log.seen, log.floor, log.fresh_sequence, log.fresh_at) IS DISTINCT FROM \
                   (excluded.seen, excluded.floor, excluded.fresh_sequence, excluded.fresh_at)";
            let known = vec![
                name.into(),
                author.into(),
                stored(log.seen.of(author))?.into(),
                stored(log.floor.of(author))?.into(),
                Argument::Number(fresh.map(|fresh| stored(fresh.sequence)).transpose()?),
                Argument::Number(fresh.map(|fresh| stored(fresh.at.get())).transpose()?),
            ];
            ready.push((upsert, known));
        }
        if let Some((home, moved)) = log.home {
            let upsert = "INSERT INTO home (collection, author, moved) VALUES ($1, $2, $3) \
                          ON CONFLICT (collection) DO UPDATE SET author = excluded.author, moved = excluded.moved";
            ready.push((upsert, vec![name.into(), home.into(), stored(moved)?.into()]));
        }
    }
    Ok(())
}
