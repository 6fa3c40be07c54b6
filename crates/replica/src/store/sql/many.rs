//! Statements for many rows at once: most of what a small row takes is its way to the database and back.

use super::{Argument, Session};
use crate::store::StoreError;

/// So many rows go at once, as long as there are as many; the last of them is 1. An assumption of ours.
const STEPS: [usize; 4] = [256, 32, 4, 1];

/// A statement for each of the numbers of rows that go at once.
pub(super) struct Statement([String; STEPS.len()]);

impl Statement {
    /// The one for as many of these rows as go at once, and how many that are.
    pub(super) fn for_some_of(&'static self, rows: usize) -> (&'static str, usize) {
        let steps = STEPS.into_iter().zip(&self.0);
        let fits = steps.into_iter().find(|(step, _)| *step <= rows);
        fits.map_or(("", 0), |(step, sql)| (sql, step))
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
    pub(in crate::store) fn new(place: fn(usize) -> String) -> Self {
        let list = |from: usize, many: usize| (from..from + many).map(place).collect::<Vec<_>>().join(", ");
        let rows = |columns: usize, rows: usize| {
            let row = |row: usize| format!("({})", list(row * columns + 1, columns));
            (0..rows).map(row).collect::<Vec<_>>().join(", ")
        };
        let statement = |of: &dyn Fn(usize) -> String| Statement(STEPS.map(of));
        let events = |many: usize| {
            format!("INSERT INTO event (collection, author, sequence, body) VALUES {}", rows(4, many))
        };
        let records = |many: usize| {
            format!(
                "INSERT INTO record (collection, owner, key, body, writer, sequence) VALUES {} \
                 ON CONFLICT (collection, owner, key) DO UPDATE SET \
                   body = excluded.body, writer = excluded.writer, sequence = excluded.sequence",
                rows(6, many)
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
            insert_events: statement(&events),
            upsert_records: statement(&records),
            select_records: statement(&select),
        }
    }
}

/// Records, each with its own bytes or those of the event that says all of it.
pub(super) const SELECT_RECORDS: &str = "SELECT record.owner, record.key, CASE WHEN record.writer IS NULL THEN record.body ELSE event.body END AS body \
     FROM record LEFT JOIN event ON event.collection = record.collection AND event.author = record.writer \
       AND event.sequence = record.sequence";

/// Runs a statement for each row, for many at once.
pub(super) async fn run_all<S: Session, const N: usize>(
    session: &mut S,
    statement: &'static Statement,
    mut rows: impl ExactSizeIterator<Item = Result<[Argument; N], StoreError>> + Send,
) -> Result<(), StoreError> {
    while rows.len() > 0 {
        let (sql, together) = statement.for_some_of(rows.len());
        let mut arguments = Vec::with_capacity(N * together);
        for row in rows.by_ref().take(together) {
            arguments.extend(row?);
        }
        session.run(sql, arguments).await?;
    }
    Ok(())
}
