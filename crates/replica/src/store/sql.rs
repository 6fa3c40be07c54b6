//! What the stores in databases share: their statements, written once in the SQL that both understand.
//!
//! A [`Session`] is a connection of either database. Each binds arguments and reads columns in its own types; what is asked
//! and what the answers mean stands here.

use super::{StoreError, Stored};
use crate::core::{Records, Step};
use crate::event::{Address, Event};
use crate::log::{Log, Memory};
use crate::messages::{Delivery, Draft, Mail, Outgoing, SetAside};
use crate::wire::{Freshness, WireError};
use crate::{AuthorId, Key, Millis, Name, Record, Timestamp, VersionVector};
use sqlx::SqlSafeStr as _;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// A value that a statement is given.
#[derive(Clone, Debug)]
pub(super) enum Argument {
    Number(Option<i64>),
    Bytes(Option<Vec<u8>>),
    /// A text without a zero byte.
    Plain(String),
    /// Any text.
    Text(Option<String>),
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
        Self::Plain(name.to_string())
    }
}

fn text(text: &str) -> Argument {
    Argument::Text(Some(text.to_owned()))
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

    fn body<T>(&self, what: &str, decode: fn(&[u8]) -> Result<T, WireError>) -> Result<T, StoreError> {
        decode(self.bytes("body")?).map_err(|error| damaged(what, error))
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

/// A connection to a database, in a transaction or not. `$1` in a statement is its first argument.
pub(super) trait Session: Send {
    type Row: Columns + Send;

    fn run(
        &mut self,
        sql: &'static str,
        arguments: Vec<Argument>,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

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
        match &error {
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

/// So many rows go to the database and back at once where there are as many, and the rest one by one: most of what a small
/// row takes is its way.
const ROWS: usize = 32;

/// Places for that many rows of so many columns: `($1, $2), ($3, $4), …`.
fn places(columns: usize) -> String {
    let row = |row: usize| {
        let places: Vec<String> =
            (1..=columns).map(|column| format!("${}", row * columns + column)).collect();
        format!("({})", places.join(", "))
    };
    (0..ROWS).map(row).collect::<Vec<_>>().join(", ")
}

static EVENTS: LazyLock<String> =
    LazyLock::new(|| format!("INSERT INTO event (collection, author, sequence, body) VALUES {}", places(4)));

static RECORDS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "INSERT INTO record (collection, owner, key, body) VALUES {} \
         ON CONFLICT (collection, owner, key) DO UPDATE SET body = excluded.body",
        places(4)
    )
});

static LOAD: LazyLock<String> = LazyLock::new(|| {
    let keys: Vec<String> = (3..ROWS + 3).map(|place| format!("${place}")).collect();
    let keys = keys.join(", ");
    format!("SELECT key, body FROM record WHERE collection = $1 AND owner = $2 AND key IN ({keys})")
});

/// Runs a statement for each row, for [`ROWS`] at once as far as there are as many.
async fn run_all<S: Session, const N: usize>(
    session: &mut S,
    many: &'static str,
    one: &'static str,
    mut rows: impl Iterator<Item = Result<[Argument; N], StoreError>> + Send,
) -> Result<(), StoreError> {
    loop {
        let mut some = Vec::with_capacity(N * ROWS);
        for row in rows.by_ref().take(ROWS) {
            some.extend(row?);
        }
        if some.len() == N * ROWS {
            session.run(many, some).await?;
            continue;
        }
        let mut some = some.into_iter();
        while some.len() > 0 {
            session.run(one, some.by_ref().take(N).collect()).await?;
        }
        return Ok(());
    }
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
    session.run(insert, vec![author.into(), Argument::Plain(contracts.to_owned())]).await
}

pub(super) async fn migrate<S: Session>(session: &mut S, contracts: &str) -> Result<(), StoreError> {
    let contracts = Argument::Plain(contracts.to_owned());
    session.run("UPDATE replica SET contracts = $1", vec![contracts]).await
}

pub(super) async fn load<S: Session>(
    session: &mut S,
    places: &BTreeSet<(Name, Address)>,
) -> Result<Records, StoreError> {
    let one = "SELECT key, body FROM record WHERE collection = $1 AND owner = $2 AND key = $3";
    let mut records = Records::new();
    let mut places = places.iter().peekable();
    while let Some((name, first)) = places.next() {
        let alike = |(other, address): &&(Name, Address)| other == name && address.owner == first.owner;
        let mut keys = vec![text(first.key.as_str())];
        while keys.len() < ROWS
            && let Some((_, address)) = places.next_if(alike)
        {
            keys.push(text(address.key.as_str()));
        }
        let (select, together) = if keys.len() == ROWS { (LOAD.as_str(), ROWS) } else { (one, 1) };
        let mut keys = keys.into_iter();
        while keys.len() > 0 {
            let place = [name.into(), owner(first)].into_iter().chain(keys.by_ref().take(together));
            for row in session.rows(select, place.collect()).await? {
                let key = Key::new(row.text("key")?).map_err(|error| damaged("a key", error))?;
                let what = format!("record {key} of collection `{name}`");
                let place = (name.clone(), Address { owner: first.owner, key });
                records.insert(place, row.body(&what, Record::decode)?);
            }
        }
    }
    Ok(records)
}

pub(super) async fn all<S: Session>(
    session: &mut S,
    collection: &Name,
) -> Result<BTreeMap<Address, Record>, StoreError> {
    let mut records = BTreeMap::new();
    let select = "SELECT owner, key, body FROM record WHERE collection = $1";
    for row in session.rows(select, vec![collection.into()]).await? {
        let owner = if row.bytes("owner")?.is_empty() { None } else { Some(row.author("owner")?) };
        let key = Key::new(row.text("key")?).map_err(|error| damaged("a key", error))?;
        let what = format!("record {key} of collection `{collection}`");
        records.insert(Address { owner, key }, row.body(&what, Record::decode)?);
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
    let authors = "SELECT author, seen FROM log WHERE collection = $1";
    for row in session.rows(authors, vec![collection.into()]).await? {
        let author = row.author("author")?;
        if row.number("seen")? <= seen.of(author) {
            continue;
        }
        let events = "SELECT position, body FROM event WHERE collection = $1 AND author = $2 AND sequence > $3 \
                      ORDER BY sequence LIMIT $4";
        let which = vec![collection.into(), author.into(), stored(seen.of(author))?.into(), limit.into()];
        for row in session.rows(events, which).await? {
            let what = format!("an event of {author} in collection `{collection}`");
            found.push((row.signed("position")?, row.body(&what, Event::decode)?));
        }
    }
    found.sort_by_key(|(position, _)| *position);
    let more = found.len() > most;
    Ok((found.into_iter().take(most).map(|(_, event)| event).collect(), more))
}

pub(super) async fn due<S: Session>(session: &mut S, most: usize) -> Result<Vec<Delivery>, StoreError> {
    let settled = "SELECT coalesce((SELECT min(number) - 1 FROM outbox WHERE delivered_at IS NULL), sent) AS settled \
                   FROM replica";
    let settled = session.rows(settled, Vec::new()).await?;
    let settled = settled.first().map_or(Ok(0), |row| row.number("settled"))?;
    let due = "SELECT source, number, topic, key, body, written_at, attempts FROM outbox AS mine \
               WHERE delivered_at IS NULL AND reason IS NULL AND NOT EXISTS (SELECT 1 FROM outbox AS earlier \
                 WHERE earlier.delivered_at IS NULL AND earlier.topic = mine.topic AND earlier.key = mine.key \
                 AND earlier.number < mine.number) \
               ORDER BY number LIMIT $1";
    let rows = session.rows(due, vec![stored(most as u64)?.into()]).await?;
    let delivery =
        |row: &S::Row| Ok(Delivery { message: row.outgoing()?, settled, attempts: row.attempts()? });
    rows.iter().map(delivery).collect()
}

pub(super) async fn set_aside<S: Session>(session: &mut S) -> Result<Vec<SetAside>, StoreError> {
    let aside = "SELECT source, number, topic, key, body, written_at, attempts, reason FROM outbox \
                 WHERE delivered_at IS NULL AND reason IS NOT NULL ORDER BY number";
    let rows = session.rows(aside, Vec::new()).await?;
    let one = |row: &S::Row| {
        let reason = row.text("reason")?.to_owned();
        Ok(SetAside { message: row.outgoing()?, attempts: row.attempts()?, reason })
    };
    rows.iter().map(one).collect()
}

pub(super) async fn acted<S: Session>(
    session: &mut S,
    source: AuthorId,
    number: u64,
) -> Result<bool, StoreError> {
    let acted = "SELECT (SELECT count(*) FROM inbox WHERE source = $1 AND number = $2) \
                 + (SELECT count(*) FROM inbox_settled WHERE source = $1 AND settled >= $2) AS acted";
    let rows = session.rows(acted, vec![source.into(), stored(number)?.into()]).await?;
    Ok(rows.first().map_or(Ok(0), |row| row.number("acted"))? > 0)
}

/// Writes a step; the session is in a transaction.
pub(super) async fn write<S: Session>(session: &mut S, step: &Step) -> Result<(), StoreError> {
    let remember = "UPDATE replica SET author = coalesce($1, author), clock_millis = $2, clock_counter = $3 \
                    WHERE (clock_millis, clock_counter) <= ($2, $3)";
    let author = Argument::Bytes(step.author.map(|author| author.bytes().to_vec()));
    let (millis, counter) = (stored(step.clock.millis.get())?, i64::from(step.clock.counter));
    session.run(remember, vec![author, millis.into(), counter.into()]).await?;
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
            session.run(upsert, known).await?;
        }
        if let Some((home, moved)) = log.home {
            let upsert = "INSERT INTO home (collection, author, moved) VALUES ($1, $2, $3) \
                          ON CONFLICT (collection) DO UPDATE SET author = excluded.author, moved = excluded.moved";
            session.run(upsert, vec![name.into(), home.into(), stored(moved)?.into()]).await?;
        }
    }
    let insert = "INSERT INTO event (collection, author, sequence, body) VALUES ($1, $2, $3, $4)";
    let events = step.events.iter().map(|(name, event)| {
        Ok([name.into(), event.author.into(), stored(event.sequence)?.into(), event.encode().into()])
    });
    run_all(session, &EVENTS, insert, events).await?;
    let upsert = "INSERT INTO record (collection, owner, key, body) VALUES ($1, $2, $3, $4) \
                  ON CONFLICT (collection, owner, key) DO UPDATE SET body = excluded.body";
    let records = step.records.iter().map(|((name, address), record)| {
        Ok([name.into(), owner(address), text(address.key.as_str()), record.encode().into()])
    });
    run_all(session, &RECORDS, upsert, records).await?;
    for (name, dropped) in &step.dropped {
        for (author, sequence) in dropped.iter() {
            let delete = "DELETE FROM event WHERE collection = $1 AND author = $2 AND sequence <= $3";
            session.run(delete, vec![name.into(), author.into(), stored(sequence)?.into()]).await?;
        }
    }
    post(session, &step.mail).await
}

async fn post<S: Session>(session: &mut S, mail: &Mail) -> Result<(), StoreError> {
    for message in &mail.sent {
        let insert = "INSERT INTO outbox (number, source, topic, key, body, written_at, attempts) \
                      VALUES ($1, $2, $3, $4, $5, $6, 0)";
        let new = vec![
            stored(message.number)?.into(),
            message.source.into(),
            text(&message.draft.topic),
            text(&message.draft.key),
            message.draft.body.clone().into(),
            stored(message.written_at.get())?.into(),
        ];
        session.run(insert, new).await?;
    }
    if let Some(last) = mail.sent.last() {
        session.run("UPDATE replica SET sent = $1", vec![stored(last.number)?.into()]).await?;
    }
    for (number, at) in &mail.delivered {
        let update = "UPDATE outbox SET delivered_at = $1 WHERE number = $2";
        session.run(update, vec![stored(at.get())?.into(), stored(*number)?.into()]).await?;
    }
    for (number, failure) in &mail.failed {
        let update = "UPDATE outbox SET attempts = attempts + 1, reason = $1 WHERE number = $2";
        let reason = Argument::Text(failure.set_aside.then(|| failure.reason.clone()));
        session.run(update, vec![reason, stored(*number)?.into()]).await?;
    }
    for number in &mail.retried {
        let update = "UPDATE outbox SET attempts = 0, reason = NULL WHERE number = $1";
        session.run(update, vec![stored(*number)?.into()]).await?;
    }
    for (source, number) in &mail.acted {
        let insert = "INSERT INTO inbox (source, number) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        session.run(insert, vec![(*source).into(), stored(*number)?.into()]).await?;
    }
    for (source, settled) in &mail.settled {
        let settled = stored(*settled)?;
        let upsert = "INSERT INTO inbox_settled (source, settled) VALUES ($1, $2) \
                      ON CONFLICT (source) DO UPDATE SET settled = excluded.settled \
                      WHERE excluded.settled > inbox_settled.settled";
        session.run(upsert, vec![(*source).into(), settled.into()]).await?;
        let delete = "DELETE FROM inbox WHERE source = $1 AND number <= $2";
        session.run(delete, vec![(*source).into(), settled.into()]).await?;
    }
    if let Some(before) = mail.forgotten {
        let delete = "DELETE FROM outbox WHERE delivered_at < $1";
        session.run(delete, vec![stored(before.get())?.into()]).await?;
    }
    Ok(())
}
