//! What records are by the definitions of their merges, worked out from all events with what their writers had seen. Of the
//! code that folds and joins nothing is used here.
#![allow(dead_code, unreachable_pub)]

use kedge_replica::{
    Action, AuthorId, Contract, Contracts, Event, Merge, Op, Record, Stamp, Value, VersionVector,
};
use std::collections::BTreeSet;
use std::time::Duration;

/// A replica's author, by its number from zero.
pub fn author(number: usize) -> AuthorId {
    AuthorId::new([number as u8 + 1; 16])
}

/// A collection of each kind, with each merge that must come to the same in any order.
pub fn contracts() -> Contracts {
    let things = Contract::merged("things")
        .field("last", Merge::LastWriter)
        .field("kept", Merge::KeepBoth)
        .field("tags", Merge::Set)
        .field("sum", Merge::Counter);
    let notes = Contract::owned("notes", Duration::from_mins(1)).field("text", Merge::LastWriter);
    let names = Contract::serial("names", author(0)).field("account", Merge::LastWriter);
    Contracts::new([things, notes, names].map(|one| one.build().unwrap())).unwrap()
}

/// An event with what its writer had seen before.
pub type Written = (Event, VersionVector);

/// What a merged record must be by the definition of its merges.
pub fn merged(key: &str, record: &Record, events: &[&Written]) -> Result<(), String> {
    let mut deleted = false;
    let mut last: Option<(Stamp, Value)> = None;
    let (mut kept, mut added, mut removed, mut sum) = (Vec::new(), Vec::new(), Vec::new(), 0i128);
    for (event, before) in events {
        for edit in event.edits().iter().filter(|edit| edit.key.as_str() == key) {
            deleted |= edit.action == Action::Delete;
            for field in edit.action.fields() {
                match &field.op {
                    Op::Set(value) if last.as_ref().is_none_or(|(stamp, _)| event.stamp() > *stamp) => {
                        last = Some((event.stamp(), value.clone()));
                    }
                    Op::Keep { value, .. } => kept.push((event.dot(), before, value.clone())),
                    Op::Add { element, .. } => added.push((event.dot(), element.clone())),
                    Op::Remove { element, .. } => removed.push((before, element.clone())),
                    Op::Count(amount) => sum += i128::from(*amount),
                    _ => {}
                }
            }
        }
    }
    if deleted != record.is_deleted() {
        return Err(format!("{key}: deleted is {deleted}, the record says {}", record.is_deleted()));
    }
    if deleted {
        return Ok(());
    }
    let mut stand: Vec<Value> = kept
        .iter()
        .filter(|(dot, _, _)| !kept.iter().any(|(_, before, _)| before.covers(*dot)))
        .map(|(_, _, value)| value.clone())
        .collect();
    stand.sort();
    let elements: BTreeSet<Value> = added
        .iter()
        .filter(|(dot, element)| !removed.iter().any(|(before, gone)| gone == element && before.covers(*dot)))
        .map(|(_, element)| element.clone())
        .collect();
    let mut found: Vec<Value> = record.kept("kept").into_iter().cloned().collect();
    found.sort();
    let set: BTreeSet<Value> = record.set("tags").into_iter().cloned().collect();
    let last = last.map(|(_, value)| value);
    if record.value("last") != last.as_ref() {
        return Err(format!("{key}: last should be {last:?}, is {:?}", record.value("last")));
    }
    if found != stand || set != elements {
        return Err(format!("{key}: should keep {stand:?} and hold {elements:?}, has {found:?} and {set:?}"));
    }
    if record.count("sum") == sum {
        Ok(())
    } else {
        Err(format!("{key}: sum should be {sum}, is {}", record.count("sum")))
    }
}

/// What a record with one writer at a time must be: what its events do, in their order.
pub fn in_order(field: &str, key: &str, record: &Record, events: &[&Written]) -> Result<(), String> {
    let mut events: Vec<&Event> = events.iter().map(|(event, _)| event).collect();
    events.sort_by_key(|event| event.stamp());
    let mut value = None;
    for event in events {
        for edit in event.edits().iter().filter(|edit| edit.key.as_str() == key) {
            value = match edit.action.fields().first().map(|field| &field.op) {
                Some(Op::Set(value)) => Some(value.clone()),
                _ => None,
            };
        }
    }
    let found = record.value(field);
    if found == value.as_ref() {
        Ok(())
    } else {
        Err(format!("{key}: {field} should be {value:?}, is {found:?}"))
    }
}
