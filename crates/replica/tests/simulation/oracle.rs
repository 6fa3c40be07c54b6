//! What must hold once faults have ended and everybody has heard everything: all are one, nothing that was acknowledged is
//! lost, every record is what the definitions of its merges say of the whole history, and each message was acted on once.

use super::run::{Run, Verdict};
use super::{COLLECTIONS, REPLICAS};
use kedge_replica::{Action, Event, Op, Record, Stamp, Value, VersionVector};
use std::collections::BTreeSet;

impl Run {
    /// Faults end, time passes, everybody hears everything: then all must be one.
    pub(super) async fn settle(&mut self) -> Verdict {
        self.cut.clear();
        self.now += 8_000_000;
        for number in 0..REPLICAS {
            self.machines[number].skew = 0;
            self.crash(number).await?;
        }
        for _ in 0..60 {
            for number in 0..REPLICAS {
                self.post(number).await?;
            }
        }
        for _ in 0..60 {
            for to in 0..REPLICAS {
                for from in (0..REPLICAS).filter(|from| *from != to) {
                    for collection in COLLECTIONS {
                        self.letters.clear();
                        self.ask(to, from, collection);
                        let asked = self.letters.pop().unwrap();
                        self.arrive(to, from, &asked.bytes, true).await?;
                        let answer = self.letters.pop().unwrap();
                        self.arrive(from, to, &answer.bytes, false).await?;
                    }
                }
            }
            if self.agree().is_ok() {
                break;
            }
        }
        self.agree()
    }

    fn agree(&self) -> Verdict {
        for collection in COLLECTIONS {
            let seen = |number: usize| {
                let core = self.machines[number].replica.as_ref().unwrap().core();
                core.log(collection).unwrap().seen.clone()
            };
            for number in 1..REPLICAS {
                if seen(number) != seen(0) {
                    return Err(format!(
                        "{collection}: replicas 0 and {number} do not come to have heard the same"
                    ));
                }
            }
        }
        Ok(())
    }

    pub(super) async fn check(&mut self) -> Verdict {
        for collection in COLLECTIONS {
            let mut states = Vec::new();
            for machine in &mut self.machines {
                let all = machine
                    .replica
                    .as_mut()
                    .unwrap()
                    .list_all(collection)
                    .await
                    .map_err(|error| error.to_string())?;
                states.push(all);
            }
            for number in 1..REPLICAS {
                if states[number] != states[0] {
                    return Err(format!(
                        "{collection}: replicas 0 and {number} have heard the same and differ"
                    ));
                }
            }
            let log = self.machines[0].replica.as_ref().unwrap().core().log(collection).unwrap();
            let lost = self.history.keys().find(|(of, dot)| *of == collection && !log.seen.covers(*dot));
            if let Some((_, dot)) = lost {
                return Err(format!("{collection}: event {dot} is lost"));
            }
            for (address, record) in &states[0] {
                let events: Vec<_> = self
                    .history
                    .iter()
                    .filter(|((of, dot), _)| {
                        *of == collection && address.owner.is_none_or(|owner| owner == dot.author)
                    })
                    .map(|(_, written)| written)
                    .collect();
                if collection == "things" {
                    merged(address.key.as_str(), record, &events)?;
                } else {
                    in_order(collection, address.key.as_str(), record, &events)?;
                }
            }
        }
        self.serial_is_one_order()?;
        self.messages_are_acted_on_once().await
    }

    /// In the order of the events, a name was only ever taken while it was free.
    fn serial_is_one_order(&self) -> Verdict {
        let mut events: Vec<&Event> =
            self.history.iter().filter(|((of, _), _)| *of == "names").map(|(_, (event, _))| event).collect();
        events.sort_by_key(|event| event.stamp());
        let mut taken = BTreeSet::new();
        for event in events {
            for edit in event.edits() {
                let free = match edit.action {
                    Action::Delete => {
                        taken.remove(&edit.key);
                        true
                    }
                    _ => taken.insert(edit.key.clone()),
                };
                if !free {
                    return Err(format!("name {} was taken twice, again by {}", edit.key, event.dot()));
                }
            }
        }
        Ok(())
    }

    /// The orders that arrived are as many as those that were written with their changes.
    async fn messages_are_acted_on_once(&mut self) -> Verdict {
        let mut sent = 0;
        for machine in &mut self.machines {
            let replica = machine.replica.as_mut().unwrap();
            let left = replica.due(100).await.map_err(|error| error.to_string())?;
            if !left.is_empty() {
                return Err(format!("{} messages are never delivered", left.len()));
            }
            sent += replica.sent();
        }
        self.orders = i128::from(sent);
        let replica = self.machines[0].replica.as_mut().unwrap();
        let record = replica.read("things", "orders").await.map_err(|error| error.to_string())?;
        let acted = record.map_or(0, |record| record.count("sum"));
        if acted == self.orders {
            Ok(())
        } else {
            Err(format!("{} messages, acted on {acted} times", self.orders))
        }
    }
}

/// What a merged record must be by the definition of its merges.
fn merged(key: &str, record: &Record, events: &[&(Event, VersionVector)]) -> Verdict {
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
fn in_order(collection: &str, key: &str, record: &Record, events: &[&(Event, VersionVector)]) -> Verdict {
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
    let field = if collection == "notes" { "text" } else { "account" };
    let found = record.value(field);
    if found == value.as_ref() {
        Ok(())
    } else {
        Err(format!("{collection} {key}: should be {value:?}, is {found:?}"))
    }
}
