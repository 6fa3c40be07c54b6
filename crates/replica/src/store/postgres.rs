//! The store in a PostgreSQL database, and who holds it.
//!
//! A replica has one writer. Here that is the session that has the advisory lock of the replica's schema: the server gives
//! it to one session at a time, and takes it back when that session ends, with its process or with the network between.
//! What is written goes through the same session, so that who has lost the lock cannot write. Beside it each hold has a
//! *term*, a row that grows by one with every opening and that each transaction compares: it fences off an earlier holder
//! even where a pooler hands one session of the server to several.
//!
//! So a replica can be run by several processes, one of which holds it while the others wait ([`Hold::Wait`]); it is moved by
//! hand with [`Hold::TakeOver`]. Since all that was acknowledged is in the database, nothing is lost when it moves: a serial
//! collection whose home is this replica goes on where it was.

use super::sql::{self, Argument, Columns, Many, Session, Spare};
use super::{Store, StoreError, Stored};
use crate::core::{Records, Step};
use crate::event::{Address, Event};
use crate::messages::{Delivery, SetAside};
use crate::{AuthorId, Name, Record, VersionVector};
use sqlx::postgres::{PgArguments, PgConnectOptions, PgConnection, PgRow, Postgres};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection, Row, Transaction};
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr as _;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// A store in a schema of a PostgreSQL database, version 12 or later. The connection must lead to one session of the server: to the server
/// itself, or through a pooler that pools sessions.
#[derive(Debug)]
pub struct PostgresStore {
    connection: PgConnection,
    silence: Duration,
    term: i64,
}

/// How a database is opened.
#[derive(Clone, Debug)]
pub struct PostgresStoreOptions {
    /// The schema that the replica is kept in, made if it is not there: `replica`. Another schema is another replica.
    pub schema: String,
    /// Whether a store is made where there is none.
    pub create: bool,
    /// What this process is called to others who would hold the replica: `replica, process` and its number. PostgreSQL
    /// keeps 63 bytes of it.
    pub holder: String,
    /// What to do if another process holds the replica: wait for a second, since one that was killed a moment ago may not have
    /// gone for the server yet.
    pub hold: Hold,
    /// After so long without a word from the other, the client gives a statement up and the server a session, and with it
    /// the hold: 20 seconds. The server counts in whole seconds.
    pub silence: Duration,
    /// Whether a database that runs with `fsync = off` is refused, and what is acknowledged is on the disk. Without it a server
    /// that dies may lose the last of it.
    pub durable: bool,
}

/// What to do if another process holds the replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// Wait until it has ended, at most so long; then fail, and say who it is.
    Wait(Duration),
    /// End its session, and hold the replica from now on: what it had acknowledged stays, what it writes next is refused.
    TakeOver,
}

impl Default for PostgresStoreOptions {
    fn default() -> Self {
        Self {
            schema: "replica".to_owned(),
            create: true,
            holder: format!("replica, process {}", std::process::id()),
            hold: Hold::Wait(Duration::from_secs(1)),
            silence: Duration::from_secs(20),
            durable: true,
        }
    }
}

impl PostgresStore {
    /// Opens the schema `replica` of a database, or makes it; brings it up to date.
    ///
    /// # Errors
    /// The database cannot be reached or says no, another process holds the replica, what is there is no store or was written
    /// by a newer version.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        Self::open_with(url, &PostgresStoreOptions::default()).await
    }

    /// Opens a database in another way than usual.
    ///
    /// # Errors
    /// As [`PostgresStore::open`], [`StoreError::NotThere`] and [`StoreError::NotDurable`].
    pub async fn open_with(url: &str, options: &PostgresStoreOptions) -> Result<Self, StoreError> {
        let silence = options.silence;
        let mut connection = within(silence, async {
            let connect = PgConnectOptions::from_str(url)?.application_name(&options.holder);
            Ok(connect.connect().await?)
        })
        .await?;
        within(silence, prepare(&mut connection, options)).await?;
        let lock = within(silence, lock_of(&mut connection, options)).await?;
        hold(&mut connection, lock, options).await?;
        let migrations = [
            (1, "first", include_str!("../../migrations/postgres/0001_first.sql")),
            (2, "said by one event", include_str!("../../migrations/postgres/0002_said_by_one_event.sql")),
        ];
        let mut migrations = sql::migrations(migrations);
        // The hold is lock enough.
        migrations.set_locking(false);
        migrations.run_direct(None, &mut connection, false).await.map_err(sql::not_migrated)?;
        let term = within(silence, next_term(&mut connection, &options.holder)).await?;
        Ok(Self { connection, silence, term })
    }

    /// The how-manieth hold of this replica this is, from 1: the fencing term.
    pub fn term(&self) -> u64 {
        self.term.unsigned_abs()
    }

    /// Ends the session, and with it the hold.
    ///
    /// # Errors
    /// The database says no.
    pub async fn close(self) -> Result<(), StoreError> {
        within(self.silence, async {
            let mut connection = self.connection;
            // Who opens it next need not wait for the session to end.
            sqlx::query("SELECT pg_advisory_unlock_all()").execute(&mut connection).await?;
            Ok(connection.close().await?)
        })
        .await
    }
}

/// What the database answers, unless it is silent for too long.
async fn within<T>(
    silence: Duration,
    answer: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    let silent = |_| Err(StoreError::SessionEnded(format!("no answer for {silence:?}")));
    tokio::time::timeout(silence, answer).await.unwrap_or_else(silent)
}

/// Settings of the session: where its tables are, that a commit waits for the disk, and how long it may be silent.
async fn prepare(connection: &mut PgConnection, options: &PostgresStoreOptions) -> Result<(), StoreError> {
    let fsync: bool = sqlx::query("SELECT current_setting('fsync')::bool AS fsync")
        .fetch_one(&mut *connection)
        .await?
        .try_get("fsync")?;
    if options.durable && !fsync {
        return Err(StoreError::NotDurable);
    }
    let seconds = options.silence.as_secs().max(4);
    // Stricter than `on`, or durable on the server's own disk, stays as it is.
    let set = "SELECT set_config('search_path', quote_ident($1), false), \
         set_config('synchronous_commit', \
           CASE WHEN NOT $3 THEN 'off' WHEN current_setting('synchronous_commit') = 'off' THEN 'on' \
                ELSE current_setting('synchronous_commit') END, \
           false), \
         set_config('tcp_keepalives_idle', ($2 / 2)::text, false), \
         set_config('tcp_keepalives_interval', greatest($2 / 8, 1)::text, false), \
         set_config('tcp_keepalives_count', '4', false), \
         set_config('tcp_user_timeout', ($2 * 1000)::text, false)";
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX).min(i64::from(i32::MAX / 1000));
    sqlx::query(set)
        .bind(options.schema.clone())
        .bind(seconds)
        .bind(options.durable)
        .execute(&mut *connection)
        .await?;
    // Not every version has it.
    let idle = "SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'idle_session_timeout'";
    sqlx::query(idle).execute(&mut *connection).await?;
    Ok(())
}

/// The number of the schema's advisory lock: ours, by its upper half, and the schema's, by its lower.
async fn lock_of(
    connection: &mut PgConnection,
    PostgresStoreOptions { schema, create, .. }: &PostgresStoreOptions,
) -> Result<i64, StoreError> {
    const OURS: i64 = 0x4b52_504c << 32;
    for _ in 0..2 {
        let found = "SELECT oid::int8 AS oid, EXISTS (SELECT FROM pg_class WHERE relnamespace = pg_namespace.oid \
                     AND relname = 'replica') AS is_store FROM pg_namespace WHERE nspname = $1";
        let found = sqlx::query(found).bind(schema.clone()).fetch_optional(&mut *connection).await?;
        let (oid, is_store): (Option<i64>, _) = match &found {
            Some(row) => (Some(row.try_get("oid")?), row.try_get("is_store")?),
            None => (None, false),
        };
        if !create && !is_store {
            return Err(StoreError::NotThere { schema: schema.clone() });
        }
        if let Some(oid) = oid {
            return Ok(OURS | oid);
        }
        let create = format!("CREATE SCHEMA IF NOT EXISTS \"{}\"", schema.replace('"', "\"\""));
        match sqlx::query(AssertSqlSafe(create)).execute(&mut *connection).await {
            // Another process has just made it.
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {}
            Ok(_) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(StoreError::Database(format!("schema `{schema}` was dropped while it was opened: open it again")))
}

/// Takes the lock of the schema, as the options say.
async fn hold(
    connection: &mut PgConnection,
    lock: i64,
    options: &PostgresStoreOptions,
) -> Result<(), StoreError> {
    let silence = options.silence;
    let free = within(silence, async {
        let row =
            sqlx::query("SELECT pg_try_advisory_lock($1) AS got").bind(lock).fetch_one(&mut *connection);
        Ok(row.await?.try_get("got")?)
    });
    if free.await? {
        return Ok(());
    }
    match options.hold {
        Hold::Wait(most) => {
            if wait(connection, lock, most, silence).await? {
                return Ok(());
            }
        }
        Hold::TakeOver => {
            // Others may wait for it, and come first.
            let begun = Instant::now();
            while begun.elapsed() < silence {
                within(silence, end_holder(connection, lock)).await?;
                if wait(connection, lock, Duration::from_millis(500), silence).await? {
                    return Ok(());
                }
            }
        }
    }
    Err(StoreError::Held { holder: within(silence, holder(connection, lock)).await? })
}

/// Waits for the lock; whether it came.
async fn wait(
    connection: &mut PgConnection,
    lock: i64,
    most: Duration,
    silence: Duration,
) -> Result<bool, StoreError> {
    let millis = most.as_millis().clamp(1, i32::MAX.unsigned_abs().into());
    let waits = async {
        let limit = sqlx::query("SELECT set_config('lock_timeout', $1, false)").bind(format!("{millis}ms"));
        limit.execute(&mut *connection).await?;
        let taken = sqlx::query("SELECT pg_advisory_lock($1)").bind(lock).execute(&mut *connection).await;
        sqlx::query("RESET lock_timeout").execute(&mut *connection).await?;
        match taken {
            Ok(_) => Ok(true),
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("55P03") => Ok(false),
            Err(error) => Err(error.into()),
        }
    };
    within(silence.saturating_add(most), waits).await
}

const SESSIONS: &str = "FROM pg_locks JOIN pg_stat_activity USING (pid) \
     WHERE locktype = 'advisory' AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
     AND classid::int8 = $1 >> 32 AND objid::int8 = $1 & 4294967295 AND objsubid = 1 AND granted \
     AND pid <> pg_backend_pid()";

async fn end_holder(connection: &mut PgConnection, lock: i64) -> Result<(), StoreError> {
    let end = AssertSqlSafe(format!("SELECT pg_terminate_backend(pid) {SESSIONS}"));
    sqlx::query(end).bind(lock).execute(connection).await?;
    Ok(())
}

/// Who has the lock, in words.
async fn holder(connection: &mut PgConnection, lock: i64) -> Result<String, StoreError> {
    let who = AssertSqlSafe(format!(
        "SELECT format('`%s` (session %s of the server, from %s, since %s)', application_name, pid, \
           coalesce(host(client_addr), 'the same machine'), date_trunc('second', backend_start)) AS who {SESSIONS}"
    ));
    match sqlx::query(who).bind(lock).fetch_optional(connection).await? {
        Some(row) => Ok(row.try_get("who")?),
        None => Ok("a process that has just ended".to_owned()),
    }
}

async fn next_term(connection: &mut PgConnection, holder: &str) -> Result<i64, StoreError> {
    let next = "INSERT INTO hold (only_row, term, holder, since) VALUES (1, 1, $1, now()) \
         ON CONFLICT (only_row) DO UPDATE SET term = hold.term + 1, holder = excluded.holder, since = excluded.since \
         RETURNING term";
    Ok(sqlx::query(next).bind(holder.to_owned()).fetch_one(connection).await?.try_get("term")?)
}

/// That this is still the holder, until the transaction ends.
async fn still(connection: &mut PgConnection, term: i64) -> Result<(), StoreError> {
    let row = sqlx::query("SELECT term, holder FROM hold FOR SHARE").fetch_one(connection).await?;
    let now: i64 = row.try_get("term")?;
    if now == term {
        return Ok(());
    }
    Err(StoreError::TakenOver { holder: row.try_get("holder")?, term: now.unsigned_abs() })
}

impl Columns for PgRow {
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
        std::str::from_utf8(self.bytes(column)?).map_err(|error| sql::damaged(column, error))
    }
}

type Query = sqlx::query::Query<'static, Postgres, PgArguments>;

fn query(sql: &'static str, arguments: Vec<Argument>) -> Query {
    arguments.into_iter().fold(sqlx::query(sql), |query, argument| match argument {
        Argument::Number(number) => query.bind(number),
        Argument::Bytes(bytes) => query.bind(bytes),
        Argument::Plain(text) => query.bind(text),
        Argument::Text(text) => query.bind(text.map(|text| text.as_bytes().to_vec())),
    })
}

static MANY: LazyLock<Many> = LazyLock::new(|| Many::new(|place| format!("${place}"), Spare::Refused));

/// A connection each of whose statements is given up when the server is silent for too long.
struct Watched<'a>(&'a mut PgConnection, Duration);

impl Session for Watched<'_> {
    type Row = PgRow;

    fn many() -> &'static Many {
        &MANY
    }

    async fn run(&mut self, sql: &'static str, arguments: Vec<Argument>) -> Result<(), StoreError> {
        let run = query(sql, arguments).execute(&mut *self.0);
        within(self.1, async { Ok(run.await.map(drop)?) }).await
    }

    async fn rows(&mut self, sql: &'static str, arguments: Vec<Argument>) -> Result<Vec<PgRow>, StoreError> {
        let rows = query(sql, arguments).fetch_all(&mut *self.0);
        within(self.1, async { Ok(rows.await?) }).await
    }
}

/// A transaction of who still holds the replica.
struct Held<'a>(Transaction<'a, Postgres>, Duration);

impl<'a> Held<'a> {
    async fn begin(store: &'a mut PostgresStore) -> Result<Self, StoreError> {
        let (silence, term) = (store.silence, store.term);
        let transaction = within(silence, async {
            let mut transaction = store.connection.begin().await?;
            still(&mut transaction, term).await?;
            Ok(transaction)
        });
        Ok(Self(transaction.await?, silence))
    }

    fn session(&mut self) -> Watched<'_> {
        Watched(&mut self.0, self.1)
    }

    async fn commit(self) -> Result<(), StoreError> {
        within(self.1, async { Ok(self.0.commit().await?) }).await
    }
}

impl PostgresStore {
    fn session(&mut self) -> Watched<'_> {
        Watched(&mut self.connection, self.silence)
    }
}

impl Store for PostgresStore {
    async fn open(&mut self) -> Result<Option<Stored>, StoreError> {
        sql::open(&mut self.session()).await
    }

    async fn begin(&mut self, author: AuthorId, contracts: &str) -> Result<(), StoreError> {
        let mut held = Held::begin(self).await?;
        sql::begin(&mut held.session(), author, contracts).await?;
        held.commit().await
    }

    async fn migrate(&mut self, contracts: &str) -> Result<(), StoreError> {
        let mut held = Held::begin(self).await?;
        sql::migrate(&mut held.session(), contracts).await?;
        held.commit().await
    }

    async fn load(&mut self, places: &BTreeSet<(Name, Address)>) -> Result<Records, StoreError> {
        sql::load(&mut self.session(), places).await
    }

    async fn all(&mut self, collection: &Name) -> Result<BTreeMap<Address, Record>, StoreError> {
        sql::all(&mut self.session(), collection).await
    }

    async fn after(
        &mut self,
        collection: &Name,
        seen: &VersionVector,
        most: usize,
    ) -> Result<(Vec<Event>, bool), StoreError> {
        sql::after(&mut self.session(), collection, seen, most).await
    }

    async fn commit(&mut self, step: &Step) -> Result<(), StoreError> {
        let mut held = Held::begin(self).await?;
        sql::write(&mut held.session(), step).await?;
        held.commit().await
    }

    async fn due(&mut self, most: usize) -> Result<Vec<Delivery>, StoreError> {
        sql::due(&mut self.session(), most).await
    }

    async fn set_aside(&mut self) -> Result<Vec<SetAside>, StoreError> {
        sql::set_aside(&mut self.session()).await
    }

    async fn acted(&mut self, source: AuthorId, number: u64) -> Result<bool, StoreError> {
        sql::acted(&mut self.session(), source, number).await
    }
}
