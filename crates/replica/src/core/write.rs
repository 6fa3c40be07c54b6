//! Writing: a change becomes events of this author.

use super::{Core, Records, Step, WriteError};
use crate::change::{Change, Expected, Part};
use crate::contract::{Contract, Promise};
use crate::event::{Action, Address, Body, Consistency, Event, FieldEdit, RecordEdit};
use crate::log::Log;
use crate::messages::{Draft, Outgoing};
use crate::wire::edit_order;
use crate::{AuthorId, Dot, Millis, Name, Record, Timestamp, Value, VersionVector};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

impl Core {
    /// The records that a change of this author is about: to be loaded for [`Core::write`].
    pub fn touched(&self, change: &Change) -> BTreeSet<(Name, Address)> {
        change.parts.iter().map(|part| (part.collection.clone(), self.address_of(part))).collect()
    }

    fn address_of(&self, part: &Part) -> Address {
        let promise = self.contracts.get(part.collection.as_str()).map(Contract::promise);
        let owner = matches!(promise, Some(Promise::Owned { .. })).then_some(self.author);
        Address { owner, key: part.key.clone() }
    }

    /// What is to be stored for this change to be written; once it is, the change can be acknowledged.
    ///
    /// # Errors
    /// The change is refused, whole.
    pub fn write(&self, now: Millis, change: &Change, loaded: &Records) -> Result<Step, WriteError> {
        if let Some(wrong) = &change.wrong {
            return Err(wrong.clone().into());
        }
        let mut by_collection: BTreeMap<&Name, BTreeMap<Address, &Part>> = BTreeMap::new();
        for part in &change.parts {
            if part.fields.is_empty() && !part.delete {
                return Err(WriteError::Nothing);
            }
            let twice = WriteError::Twice { collection: part.collection.clone(), key: part.key.clone() };
            if part.delete && !part.fields.is_empty() {
                return Err(twice);
            }
            let parts = by_collection.entry(&part.collection).or_default();
            if parts.insert(self.address_of(part), part).is_some() {
                return Err(twice);
            }
        }
        if by_collection.is_empty() {
            return Err(WriteError::Nothing);
        }
        if !change.messages.is_empty() && self.waiting + change.messages.len() as u64 > self.may_wait {
            return Err(WriteError::OutboxFull { waiting: self.waiting });
        }
        let mut clock = self.clock.clone();
        let mut step = Step::default();
        let message = |(number, draft): (u64, &Draft)| Outgoing {
            source: self.author,
            number,
            draft: draft.clone(),
            written_at: now,
        };
        step.mail.sent = (self.sent + 1..).zip(&change.messages).map(message).collect();
        for (name, parts) in by_collection {
            let (contract, log) = self.writable(name)?;
            let mut edits = Vec::new();
            for (address, part) in &parts {
                edits.push(Self::edit(contract, part, address, loaded)?);
            }
            let event = self.event(name, contract, log, clock.tick(now), Body::Edits(edits));
            step.append(name, log, event, |place| loaded.get(place).cloned().unwrap_or_default());
        }
        step.clock = clock.last();
        Ok(step)
    }

    /// What is to be stored for another author to become the home of a serial collection.
    ///
    /// # Errors
    /// This replica is not its home, or it is not serial.
    pub fn hand_over(&self, now: Millis, collection: &Name, to: AuthorId) -> Result<Step, WriteError> {
        let (contract, log) = self.writable(collection)?;
        if log.home.is_none() {
            return Err(WriteError::NoCollection(collection.clone()));
        }
        let mut clock = self.clock.clone();
        let event = self.event(collection, contract, log, clock.tick(now), Body::HandOver { to });
        let mut step = Step::default();
        step.append(collection, log, event, |_| Record::default());
        step.clock = clock.last();
        Ok(step)
    }

    fn writable(&self, name: &Name) -> Result<(&Contract, &Log), WriteError> {
        let (Some(contract), Some(log)) = (self.contracts.get(name.as_str()), self.logs.get(name)) else {
            return Err(WriteError::NoCollection(name.clone()));
        };
        match log.home {
            Some((home, _)) if home != self.author => {
                return Err(WriteError::NotHome { collection: name.clone(), home });
            }
            _ => {}
        }
        if self.set_back.contains(name) {
            Err(WriteError::SetBack(name.clone()))
        } else {
            Ok((contract, log))
        }
    }

    fn event(&self, name: &Name, contract: &Contract, log: &Log, time: Timestamp, body: Body) -> Event {
        let consistency = contract.promise().consistency();
        let nothing = VersionVector::new();
        let told = self.told.get(name).unwrap_or(&nothing);
        let news = |(author, sequence): &(AuthorId, u64)| {
            *author != self.author && *sequence > told.of(*author) && consistency != Consistency::Owned
        };
        let after = log.seen.iter().filter(news).map(|(author, sequence)| Dot { author, sequence }).collect();
        let sequence = log.seen.of(self.author) + 1;
        Event { author: self.author, sequence, time, consistency, after, body }
    }

    fn edit(
        contract: &Contract,
        part: &Part,
        address: &Address,
        loaded: &Records,
    ) -> Result<RecordEdit, WriteError> {
        let (collection, key) = (&part.collection, &part.key);
        let record = loaded.get(&(collection.clone(), address.clone())).cloned().unwrap_or_default();
        let found = record.version();
        let as_expected = match part.expected {
            Expected::Anything => true,
            Expected::Absent => found.is_none(),
            Expected::Version(version) => found == Some(version),
        };
        if !as_expected {
            return Err(WriteError::Changed { collection: collection.clone(), key: key.clone(), found });
        }
        if record.is_deleted() && contract.promise().consistency() == Consistency::Merged {
            return Err(WriteError::Deleted { collection: collection.clone(), key: key.clone() });
        }
        let key = key.clone();
        if part.delete {
            return Ok(RecordEdit { key, action: Action::Delete });
        }
        let mut fields = Vec::new();
        for (field, op) in &part.fields {
            let Some(declared) = contract.field(field.as_str()) else {
                return Err(WriteError::NoField { collection: collection.clone(), field: field.clone() });
            };
            if declared.merge != op.merge() {
                return Err(WriteError::OtherMerge {
                    collection: collection.clone(),
                    field: field.clone(),
                    declared: declared.merge.word(),
                    written: op.merge().word(),
                });
            }
            if op.value().is_some_and(|value| !declared.holds.allows(value)) {
                return Err(WriteError::OtherKind {
                    collection: collection.clone(),
                    field: field.clone(),
                    holds: declared.holds.word(),
                });
            }
            if op.value().is_some_and(|value| value.length() > Value::LONGEST) {
                return Err(WriteError::TooLong(field.clone()));
            }
            fields.push(FieldEdit { field: field.clone(), op: record.observed(field, op.clone()) });
        }
        fields.sort_by(edit_order);
        let twice =
            |pair: &[FieldEdit]| matches!(pair, [one, next] if edit_order(one, next) == Ordering::Equal);
        if fields.windows(2).any(twice) {
            return Err(WriteError::Twice { collection: collection.clone(), key });
        }
        let action = if record.is_deleted() { Action::Recreate(fields) } else { Action::Edit(fields) };
        Ok(RecordEdit { key, action })
    }
}

impl Step {
    /// Appends an event that comes right after what `log` (or this step's state of it) has seen; `before` is what a record
    /// was that this step has not changed yet.
    pub(super) fn append(
        &mut self,
        name: &Name,
        log: &Log,
        event: Event,
        mut before: impl FnMut(&(Name, Address)) -> Record,
    ) {
        let log = self.logs.entry(name.clone()).or_insert_with(|| log.clone());
        log.seen.advance(event.author, event.sequence);
        if let (Body::HandOver { to }, Some((home, moved))) = (&event.body, &mut log.home) {
            (*home, *moved) = (*to, *moved + 1);
        }
        let mark = event.mark();
        for edit in event.edits() {
            let place = (name.clone(), event.address(edit));
            let record = self.records.entry(place).or_insert_with_key(&mut before);
            record.apply(&mark, &edit.action);
        }
        self.events.push((name.clone(), event));
    }
}
