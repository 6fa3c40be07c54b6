//! Rows of events: what an author wrote at once stands in one row, as far as it is short; and records of which one event says
//! all are kept once, as that event.
//!
//! A row of the table of events has the sequence of its first event, and holds that one or several that follow each other.
//! So what is taken in at once takes a row for some kilobytes, and not one for each event.
//!
//! Of most records that others made there is one event. Where that is long, the row of the record holds no state: it names
//! the row of events, and who reads it folds the last event there that is about it. What such a record is does not change by
//! that; when the event is forgotten, or another comes to it, its row gets its state.

use super::{Argument, Columns as _, Session, damaged, owner, stored};
use crate::core::Step;
use crate::event::Address;
use crate::store::StoreError;
use crate::wire::{Kept, decode_run, encode_run};
use crate::{AuthorId, Dot, Event, Name, Record};
use std::collections::HashMap;

/// A row holds events of about so many bytes, or one that is longer: as many as go into a page of a new SQLite file. An
/// assumption of ours.
const ROW: usize = 8_000;

/// A shorter event is not worth the way to it. Never raise it: [`keep_what_they_say`] looks at no shorter rows.
const LONG: usize = 256;

/// A row: events of one author, each right after the one before.
pub(super) struct Run<'a> {
    name: &'a Name,
    first: &'a Event,
    rest: Vec<&'a Event>,
    weight: usize,
}

impl<'a> Run<'a> {
    /// The rows for what a step appends.
    pub(super) fn all(step: &'a Step) -> Vec<Self> {
        let mut runs: Vec<Self> = Vec::new();
        for (name, event) in &step.events {
            let weight = event.weight();
            match runs.last_mut() {
                Some(run) if run.weight + weight <= ROW && run.goes_on(name, event) => {
                    run.rest.push(event);
                    run.weight += weight;
                }
                _ => runs.push(Self { name, first: event, rest: Vec::new(), weight }),
            }
        }
        runs
    }

    fn goes_on(&self, name: &Name, event: &Event) -> bool {
        let Dot { author, sequence } = self.rest.last().unwrap_or(&self.first).dot();
        self.name == name && event.dot() == Dot { author, sequence: sequence + 1 }
    }

    /// Its columns.
    pub(super) fn row(&self) -> Result<[Argument; 4], StoreError> {
        let Dot { author, sequence } = self.first.dot();
        let body = encode_run(self.name, self.first, &self.rest);
        Ok([self.name.into(), author.into(), stored(sequence)?.into(), body.into()])
    }

    fn events(&self) -> impl Iterator<Item = &'a Event> {
        std::iter::once(self.first).chain(self.rest.iter().copied())
    }
}

/// The events of a step that may say all of a record, each with the first of its row.
pub(super) struct Long<'a>(HashMap<(&'a Name, Dot), (&'a Event, Dot)>);

impl<'a> Long<'a> {
    pub(super) fn of(runs: &[Run<'a>]) -> Self {
        let of_run = |run: &Run<'a>| {
            let (name, first) = (run.name, run.first.dot());
            let events: Vec<&Event> = run.events().collect();
            last_long(&events).map(move |event| ((name, event.dot()), (event, first))).collect::<Vec<_>>()
        };
        Self(runs.iter().flat_map(of_run).collect())
    }

    /// The first of the row with the event that says all of this record.
    pub(super) fn says(&self, name: &Name, address: &Address, record: &Record) -> Option<Dot> {
        let (event, first) = self.0.get(&(name, record.changed()?.dot()))?;
        let edit = event.edits().first().filter(|edit| event.address(edit) == *address)?;
        record.is_all_of(&event.mark(), &edit.action).then_some(*first)
    }
}

/// Of the events of a row those that are long, about one record (otherwise they would be read whole for each of theirs), and
/// the last there that is about it.
fn last_long<'a>(events: &[&'a Event]) -> impl Iterator<Item = &'a Event> {
    let last = |place: usize, event: &Event| {
        let [edit] = event.edits() else { return false };
        let about = |later: &&Event| later.edits().iter().any(|other| other.key == edit.key);
        event.weight() >= LONG && !events.iter().skip(place + 1).any(about)
    };
    let those = events.iter().enumerate().filter(|(place, event)| last(*place, event));
    those.map(|(_, event)| *event).collect::<Vec<_>>().into_iter()
}

/// What this event makes of a record that was not there.
fn alone(event: &Event, address: &Address) -> Option<Record> {
    let edit = event.edits().iter().find(|edit| edit.key == address.key)?;
    let mut record = Record::default();
    record.apply(&event.mark(), &edit.action);
    (event.address(edit) == *address).then_some(record)
}

/// Reads records from their bytes or those of the row with the event that says all of them.
#[derive(Default)]
pub(super) struct Records {
    /// The last row, which several in a row may name.
    bytes: Vec<u8>,
    events: Vec<Event>,
}

impl Records {
    pub(super) fn read(
        &mut self,
        bytes: &[u8],
        address: &Address,
        collection: &Name,
    ) -> Result<Record, StoreError> {
        let wrong = |why: &dyn std::fmt::Display| {
            damaged(&format!("record {} of collection `{collection}`", address.key), why)
        };
        if bytes != self.bytes {
            match Kept::decode(bytes).map_err(|error| wrong(&error))? {
                Kept::Record(record) => return Ok(record),
                Kept::Events(events) => (self.bytes, self.events) = (bytes.to_vec(), events),
            }
        }
        let record = self.events.iter().rev().find_map(|event| alone(event, address));
        record.ok_or_else(|| wrong(&"the events that it names are about others"))
    }
}

/// Forgets the events of an author through this one.
pub(super) async fn forget<S: Session>(
    session: &mut S,
    name: &Name,
    author: AuthorId,
    through: u64,
) -> Result<(), StoreError> {
    keep_what_they_say(session, name, author, through).await?;
    // Of the last row that begins there, some may stay.
    let last = "SELECT position, body FROM event WHERE collection = $1 AND author = $2 AND sequence <= $3 \
                ORDER BY sequence DESC LIMIT 1";
    let which = || Ok::<_, StoreError>(vec![name.into(), author.into(), stored(through)?.into()]);
    for row in session.rows(last, which()?).await? {
        let events = row.body(|| place(name, author), decode_run)?;
        let stay: Vec<&Event> = events.iter().filter(|event| event.sequence > through).collect();
        if let [first, rest @ ..] = stay.as_slice() {
            let update = "UPDATE event SET sequence = $1, body = $2 WHERE position = $3";
            let body = encode_run(name, first, rest);
            let changed = vec![stored(first.sequence)?.into(), body.into(), row.signed("position")?.into()];
            session.run(update, changed).await?;
        }
    }
    session.run("DELETE FROM event WHERE collection = $1 AND author = $2 AND sequence <= $3", which()?).await
}

/// Gives the records that events of the rows up to this one say all of their state.
async fn keep_what_they_say<S: Session>(
    session: &mut S,
    name: &Name,
    author: AuthorId,
    through: u64,
) -> Result<(), StoreError> {
    // So many at once, that few are in memory.
    let select = "SELECT sequence, body FROM event WHERE collection = $1 AND author = $2 AND sequence > $3 \
                  AND sequence <= $4 AND length(body) >= $5 ORDER BY sequence LIMIT 64";
    let update = "UPDATE record SET body = $1, writer = NULL, sequence = NULL \
                  WHERE collection = $2 AND owner = $3 AND key = $4 AND writer = $5 AND sequence = $6";
    let (long, through) = (stored(LONG as u64)?, stored(through)?);
    let mut after = 0;
    loop {
        let which = vec![name.into(), author.into(), after.into(), through.into(), long.into()];
        let rows = session.rows(select, which).await?;
        if rows.is_empty() {
            return Ok(());
        }
        for row in rows {
            after = row.signed("sequence")?;
            let events = row.body(|| place(name, author), decode_run)?;
            for event in last_long(&events.iter().collect::<Vec<_>>()) {
                let [edit] = event.edits() else { continue };
                let address = event.address(edit);
                let Some(record) = alone(event, &address) else { continue };
                let (key, body) = (&address.key, record.encode());
                let its =
                    vec![body.into(), name.into(), owner(&address), key.into(), author.into(), after.into()];
                session.run(update, its).await?;
            }
        }
    }
}

/// Where an event of a row is, for who is told that it is damaged.
pub(super) fn place(name: &Name, author: AuthorId) -> String {
    format!("an event of {author} in collection `{name}`")
}
