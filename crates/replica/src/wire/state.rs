//! Events and records.

use super::bytes::{Reader, WireError, Writer};
use crate::event::{Action, Body, Consistency, Event, FieldEdit, Mark, Op, RecordEdit};
use crate::field::{Field, Tally};
use crate::record::{Life, Record};
use crate::{Name, Stamp, Value};
use std::cmp::Ordering;

/// The order of pairs by what stands first in them.
pub(super) fn by_first<K: Ord, T>((one, _): &(K, T), (next, _): &(K, T)) -> Ordering {
    one.cmp(next)
}

pub(super) fn consistency(out: &mut Writer, consistency: Consistency) {
    out.byte(match consistency {
        Consistency::Owned => 0,
        Consistency::Merged => 1,
        Consistency::Serial => 2,
    });
}

pub(super) fn read_consistency(bytes: &mut Reader<'_>) -> Result<Consistency, WireError> {
    match bytes.byte()? {
        0 => Ok(Consistency::Owned),
        1 => Ok(Consistency::Merged),
        2 => Ok(Consistency::Serial),
        _ => Err(bytes.wrong("a kind of collection that is not known here: update this side")),
    }
}

pub(super) fn event(out: &mut Writer, event: &Event) {
    out.author(event.author);
    out.number(event.sequence);
    out.time(event.time);
    consistency(out, event.consistency);
    out.dots(event.after.iter());
    match &event.body {
        Body::Edits(edits) => {
            out.byte(0);
            out.length(edits.len());
            for edit in edits {
                out.key(&edit.key);
                match &edit.action {
                    Action::Edit(fields) => {
                        out.byte(0);
                        field_edits(out, fields);
                    }
                    Action::Recreate(fields) => {
                        out.byte(1);
                        field_edits(out, fields);
                    }
                    Action::Delete => out.byte(2),
                }
            }
        }
        Body::HandOver { to } => {
            out.byte(1);
            out.author(*to);
        }
    }
}

pub(super) fn read_event(bytes: &mut Reader<'_>) -> Result<Event, WireError> {
    let dot = bytes.dot()?;
    let time = bytes.time()?;
    let consistency = read_consistency(bytes)?;
    let after = bytes.ascending(Reader::dot, |one, next| one.author.cmp(&next.author))?;
    let body = match bytes.byte()? {
        0 => Body::Edits(
            bytes.ascending(|bytes| read_edit(bytes, consistency), |one, next| one.key.cmp(&next.key))?,
        ),
        1 if consistency == Consistency::Serial => Body::HandOver { to: bytes.author()? },
        _ => return Err(bytes.wrong("a kind of event that is not known here: update this side")),
    };
    Ok(Event { author: dot.author, sequence: dot.sequence, time, consistency, after, body })
}

fn read_edit(bytes: &mut Reader<'_>, consistency: Consistency) -> Result<RecordEdit, WireError> {
    let key = bytes.key()?;
    let action = match bytes.byte()? {
        0 => Action::Edit(read_field_edits(bytes)?),
        1 if consistency != Consistency::Merged => Action::Recreate(read_field_edits(bytes)?),
        2 => Action::Delete,
        _ => return Err(bytes.wrong("a kind of edit that is not known here: update this side")),
    };
    Ok(RecordEdit { key, action })
}

fn field_edits(out: &mut Writer, fields: &[FieldEdit]) {
    out.length(fields.len());
    for edit in fields {
        field_edit(out, edit);
    }
}

pub(super) fn field_edit(out: &mut Writer, FieldEdit { field, op }: &FieldEdit) {
    out.name(field);
    match op {
        Op::Set(value) => {
            out.byte(0);
            out.value(value);
        }
        Op::Keep { value, replaces } => {
            out.byte(1);
            out.value(value);
            out.dots(replaces.iter());
        }
        Op::Add { element, replaces } => {
            out.byte(2);
            out.value(element);
            out.dots(replaces.iter());
        }
        Op::Remove { element, removes } => {
            out.byte(3);
            out.value(element);
            out.dots(removes.iter());
        }
        Op::Count(amount) => {
            out.byte(4);
            out.signed(i128::from(*amount));
        }
        Op::Raise(value) => {
            out.byte(5);
            out.value(value);
        }
        Op::Lower(value) => {
            out.byte(6);
            out.value(value);
        }
    }
}

/// What edits of one record are ordered by: field, then kind, then element. Each stands once.
pub(crate) fn edit_order(one: &FieldEdit, next: &FieldEdit) -> Ordering {
    fn by(edit: &FieldEdit) -> (&Name, crate::Merge, Option<&Value>) {
        let element = match &edit.op {
            Op::Add { element, .. } | Op::Remove { element, .. } => Some(element),
            _ => None,
        };
        (&edit.field, edit.op.merge(), element)
    }
    by(one).cmp(&by(next))
}

fn read_field_edits(bytes: &mut Reader<'_>) -> Result<Vec<FieldEdit>, WireError> {
    bytes.ascending(read_field_edit, edit_order)
}

pub(super) fn read_field_edit(bytes: &mut Reader<'_>) -> Result<FieldEdit, WireError> {
    let field = bytes.name()?;
    let op = match bytes.byte()? {
        0 => Op::Set(bytes.value()?),
        1 => Op::Keep { value: bytes.value()?, replaces: bytes.dots()? },
        2 => Op::Add { element: bytes.value()?, replaces: bytes.dots()? },
        3 => Op::Remove { element: bytes.value()?, removes: bytes.dots()? },
        4 => {
            let amount = bytes.signed()?;
            Op::Count(i64::try_from(amount).map_err(|_| bytes.wrong("an amount of more than 64 bits"))?)
        }
        5 => Op::Raise(bytes.value()?),
        6 => Op::Lower(bytes.value()?),
        _ => return Err(bytes.wrong("a kind of write that is not known here: update this side")),
    };
    Ok(FieldEdit { field, op })
}

pub(super) fn record(out: &mut Writer, record: &Record) {
    match &record.life {
        Life::First if record.changed.is_none() => return out.byte(3),
        Life::First => out.byte(0),
        Life::Again(since) => {
            out.byte(1);
            mark(out, since);
        }
        Life::Deleted(since) => {
            out.byte(2);
            mark(out, since);
        }
    }
    if let (Some(changed), false) = (&record.changed, record.is_deleted()) {
        mark(out, changed);
    }
    out.length(record.fields.len());
    for (name, field) in &record.fields {
        out.name(name);
        match field {
            Field::LastWriter { stamp, value } => {
                out.byte(0);
                out.stamp(stamp);
                out.value(value);
            }
            Field::KeepBoth(kept) => {
                out.byte(1);
                out.length(kept.len());
                for (dot, value) in kept {
                    out.dot(*dot);
                    out.value(value);
                }
            }
            Field::Set(elements) => {
                out.byte(2);
                out.length(elements.len());
                for (element, dots) in elements {
                    out.value(element);
                    out.dots(dots.iter());
                }
            }
            Field::Counter(tallies) => {
                out.byte(3);
                out.length(tallies.len());
                for (author, tally) in tallies {
                    out.author(*author);
                    out.number(tally.through);
                    out.signed(tally.total);
                }
            }
            Field::Max(value) => {
                out.byte(4);
                out.value(value);
            }
            Field::Min(value) => {
                out.byte(5);
                out.value(value);
            }
        }
    }
}

pub(super) fn read_record(bytes: &mut Reader<'_>) -> Result<Record, WireError> {
    let life = match bytes.byte()? {
        0 => Life::First,
        1 => Life::Again(read_mark(bytes)?),
        2 => Life::Deleted(read_mark(bytes)?),
        3 => return Ok(Record::default()),
        _ => return Err(bytes.wrong("a state of a record that is not known here: update this side")),
    };
    let changed = match life {
        Life::Deleted(since) => since,
        Life::First | Life::Again(_) => read_mark(bytes)?,
    };
    let fields = bytes.ascending(read_field, |(name, field), (next, then)| {
        name.cmp(next).then_with(|| field.merge().cmp(&then.merge()))
    })?;
    if matches!(life, Life::Deleted(_)) && !fields.is_empty() {
        return Err(bytes.wrong("a deleted record with fields"));
    }
    Ok(Record { life, changed: Some(changed), fields })
}

fn read_field(bytes: &mut Reader<'_>) -> Result<(Name, Field), WireError> {
    let name = bytes.name()?;
    let field = match bytes.byte()? {
        0 => Field::LastWriter { stamp: bytes.stamp()?, value: bytes.value()? },
        1 => {
            let kept = bytes.ascending(|bytes| Ok((bytes.dot()?, bytes.value()?)), by_first)?;
            Field::KeepBoth(kept.into_iter().collect())
        }
        2 => {
            let one = |bytes: &mut Reader<'_>| {
                let (element, dots) = (bytes.value()?, bytes.dots()?);
                if dots.is_empty() {
                    Err(bytes.wrong("an element that nothing holds in"))
                } else {
                    Ok((element, dots))
                }
            };
            Field::Set(bytes.ascending(one, by_first)?.into_iter().collect())
        }
        3 => {
            let one = |bytes: &mut Reader<'_>| {
                let dot = bytes.dot()?;
                Ok((dot.author, Tally { through: dot.sequence, total: bytes.signed()? }))
            };
            Field::Counter(bytes.ascending(one, by_first)?.into_iter().collect())
        }
        4 => Field::Max(bytes.value()?),
        5 => Field::Min(bytes.value()?),
        _ => return Err(bytes.wrong("a kind of field that is not known here: update this side")),
    };
    if field.is_empty() { Err(bytes.wrong("a field with nothing in it")) } else { Ok((name, field)) }
}

fn mark(out: &mut Writer, mark: &Mark) {
    out.stamp(&mark.stamp);
    out.number(mark.sequence);
}

fn read_mark(bytes: &mut Reader<'_>) -> Result<Mark, WireError> {
    let (time, dot) = (bytes.time()?, bytes.dot()?);
    Ok(Mark { stamp: Stamp { time, author: dot.author }, sequence: dot.sequence })
}
