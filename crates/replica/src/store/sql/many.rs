//! Statements for many rows at once: most of what a small row takes is its way to the database and back.

use super::{Argument, Ready, Session};
use crate::store::StoreError;

/// So many rows go at once; the last of them is 1. An assumption of ours.
const STEPS: [usize; 5] = [1024, 256, 32, 4, 1];

/// A statement for each of the numbers of rows that go at once.
pub(super) struct Statement {
    sql: [String; STEPS.len()],
    spare: Spare,
    /// The columns in which rows are often alike. Where rows of nulls are left out, these are given once, and of a row only
    /// where it differs: most of what a small value takes is its way into the database.
    alike: &'static [usize],
}

/// What a database makes of rows of nulls.
#[derive(Clone, Copy, PartialEq, Eq)]
#[allow(dead_code)] // Each is of one database, and either may be left out.
pub(in crate::store) enum Spare {
    /// They are left out: a statement for some more rows than there are does as well.
    LeftOut,
    /// There are to be none: it wants to know of what kind the nulls are.
    Refused,
}

impl Statement {
    /// The one for as many of these rows as go at once, and how many that are at most.
    pub(super) fn for_some_of(&'static self, rows: usize) -> (&'static str, usize) {
        let steps = STEPS.into_iter().zip(&self.sql);
        // Of those with rows to spare the longest that is more than half full.
        let fits = |step: usize| match self.spare {
            Spare::LeftOut => step < rows * 2,
            Spare::Refused => step <= rows,
        };
        steps.into_iter().find(|(step, _)| fits(*step)).map_or(("", 0), |(step, sql)| (sql, step))
    }
}

/// The statements that are there for many rows.
pub(in crate::store) struct Many {
    pub(super) insert_events: Statement,
    pub(super) upsert_records: Statement,
    /// Of one collection and owner those with these keys.
    pub(super) select_records: Statement,
}

impl Many {
    /// Where `place` writes the place of the how-manieth argument, from 1.
    pub(in crate::store) fn new(place: fn(usize) -> String, spare: Spare) -> Self {
        let list = |from: usize, many: usize| (from..from + many).map(place).collect::<Vec<_>>().join(", ");
        let rows = |columns: usize, rows: usize| {
            let row = |row: usize| format!("({})", list(row * columns + 1, columns));
            (0..rows).map(row).collect::<Vec<_>>().join(", ")
        };
        let values = |columns: usize, many: usize| format!("VALUES {}", rows(columns, many));
        let alike = |many: usize| many > 1 && spare == Spare::LeftOut;
        let events = |many: usize| {
            let mut from = values(4, many);
            if alike(many) {
                from = format!(
                    "SELECT coalesce(column1, collection), coalesce(column2, author), column3, column4 \
                     FROM (SELECT ? AS collection, ? AS author), ({from}) WHERE column3 IS NOT NULL"
                );
            }
            format!("INSERT INTO event (collection, author, sequence, body) {from}")
        };
        let records = |many: usize| {
            let mut from = values(6, many);
            if alike(many) {
                from = format!(
                    "SELECT coalesce(column1, collection), coalesce(column2, owner), column3, coalesce(column4, body), \
                       CASE WHEN column6 IS NOT NULL THEN coalesce(column5, writer) END, column6 \
                     FROM (SELECT ? AS collection, ? AS owner, ? AS body, ? AS writer), ({from}) \
                     WHERE column3 IS NOT NULL"
                );
            }
            format!(
                "INSERT INTO record (collection, owner, key, body, writer, sequence) {from} \
                 ON CONFLICT (collection, owner, key) DO UPDATE SET \
                   body = excluded.body, writer = excluded.writer, sequence = excluded.sequence"
            )
        };
        let select = |many: usize| {
            format!(
                "{SELECT_RECORDS} WHERE record.collection = {} AND record.owner = {} AND record.key IN ({})",
                place(1),
                place(2),
                list(3, many)
            )
        };
        Self {
            insert_events: Statement { sql: STEPS.map(events), spare, alike: &[0, 1] },
            upsert_records: Statement { sql: STEPS.map(records), spare, alike: &[0, 1, 3, 4] },
            select_records: Statement { sql: STEPS.map(select), spare, alike: &[] },
        }
    }
}

/// Records, each with its own bytes or those of the event that says all of it.
pub(super) const SELECT_RECORDS: &str = "SELECT record.owner, record.key, CASE WHEN record.writer IS NULL THEN record.body ELSE event.body END AS body \
     FROM record LEFT JOIN event ON event.collection = record.collection AND event.author = record.writer \
       AND event.sequence = record.sequence";

/// So many statements go together at most: of a long step no more rows than those of so many are in memory twice.
pub(in crate::store) const TOGETHER: usize = 8;

/// Makes statements for all rows ready, for many at once, and runs those that are ready whenever there are enough of them.
pub(super) async fn for_all<S: Session, const N: usize>(
    session: &mut S,
    ready: &mut Vec<Ready>,
    statement: &'static Statement,
    mut rows: impl ExactSizeIterator<Item = Result<[Argument; N], StoreError>> + Send,
) -> Result<(), StoreError> {
    while rows.len() > 0 {
        if ready.len() >= TOGETHER {
            session.run_each(std::mem::take(ready)).await?;
        }
        let (sql, together) = statement.for_some_of(rows.len());
        let mut some = rows.by_ref().take(together);
        let mut arguments = Vec::with_capacity(N * (together + 1));
        if together > 1
            && statement.spare == Spare::LeftOut
            && let Some(first) = some.next()
        {
            let first = first?;
            arguments.extend(statement.alike.iter().map(|column| first[*column].clone()));
            let given = arguments.len();
            for row in std::iter::once(Ok(first)).chain(some) {
                let mut row = row?;
                for (column, first) in statement.alike.iter().enumerate() {
                    if row[*first] == arguments[column] {
                        row[*first] = Argument::Number(None);
                    }
                }
                arguments.extend(row);
            }
            arguments.resize(given + N * together, Argument::Number(None));
        } else {
            for row in some {
                arguments.extend(row?);
            }
        }
        ready.push((sql, arguments));
    }
    Ok(())
}
