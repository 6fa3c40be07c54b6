//! Taking in what another replica sent: each event once, none before what it comes after, none from the future.

use super::{Core, Records, Step, sound};
use crate::event::{Address, Event};
use crate::log::Log;
use crate::wire::{Batch, Freshness, Message, Snapshot};
use crate::{Ahead, AuthorId, Dot, Millis, Name, Record, VersionVector};
use std::collections::{BTreeMap, BTreeSet};

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// What is to be stored; `None` if nothing was new.
    pub step: Option<Step>,
    /// How many events were taken in; of a state, how many went into it that were not known.
    pub taken: u64,
    /// How many events were known already.
    pub known: u64,
    /// Events that were not taken in, with why. They are not lost: they come again with the next pull.
    pub held: Vec<(Dot, Held)>,
    /// Whether the other has more: pull again once this is stored.
    pub more: bool,
}

/// Why an event was not taken in, yet or at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Held {
    /// One of the author's earlier events is missing.
    #[error("an earlier event of its author is missing: it comes with the next pull")]
    Gap,
    /// An event that it comes after is missing.
    #[error("it comes after {0}, which is missing: it comes with the next pull")]
    Cause(Dot),
    /// Its time is too far ahead.
    #[error(transparent)]
    Ahead(#[from] Ahead),
    /// The collection is not here.
    #[error("there is no contract for its collection here: declare it")]
    NoCollection,
    /// It was written under another kind of contract.
    #[error(
        "it was written where the collection is {written}, here it is {here}: use one contract on all replicas"
    )]
    OtherContract {
        /// How the collection is kept where it was written.
        written: &'static str,
        /// How it is kept here.
        here: &'static str,
    },
    /// This replica holds the records of some owners only.
    #[error("the records of this owner are not held here: subscribe to them first")]
    NotSubscribed,
    /// A state contradicts itself.
    #[error(
        "the state that was sent contradicts itself: record {0}; update or mend the replica that sent it"
    )]
    Unsound(String),
    /// The peer that sent it may not say so.
    #[error(transparent)]
    NotGranted(#[from] crate::NotGranted),
    /// A serial collection was written by who is not its home.
    #[error("the home of its collection is {home}, and only the home writes it")]
    NotHome {
        /// The home.
        home: AuthorId,
    },
}

impl Core {
    /// The records that a message is about, as far as it is new: to be loaded for [`Core::receive`].
    pub fn concerned(&self, message: &Message) -> BTreeSet<(Name, Address)> {
        match message {
            Message::Pull(_) => BTreeSet::new(),
            Message::Batch(Batch { collection, events, .. }) => events
                .iter()
                .flat_map(|event| event.edits().iter().map(|edit| (collection.clone(), event.address(edit))))
                .collect(),
            Message::Snapshot(Snapshot { collection, records, .. }) => {
                records.keys().map(|address| (collection.clone(), address.clone())).collect()
            }
        }
    }

    /// Takes in what is new in a message, whose records were loaded. A pull is answered with [`Core::answer`] instead, and
    /// takes nothing in.
    pub fn receive(&mut self, now: Millis, message: Message, loaded: Records) -> Received {
        self.compare(message.collection(), message.seen());
        match message {
            Message::Pull(_) => Received { step: None, taken: 0, known: 0, held: Vec::new(), more: false },
            Message::Batch(mut batch) => {
                let events = std::mem::take(&mut batch.events);
                let received = self.take(now, &batch, events, loaded);
                self.freshen_without_step(now, &received, &batch.collection, &batch.freshness);
                received
            }
            Message::Snapshot(mut snapshot) => {
                let freshness = snapshot.freshness.clone();
                if self.subscriptions.contains_key(&snapshot.collection) {
                    let name = snapshot.collection.clone();
                    #[cfg(feature = "planted")]
                    let claimed = self.has(crate::Planted::PartTakenForWhole).then(|| snapshot.seen.clone());
                    snapshot.keep(|author| self.subscribes(&name, author));
                    #[cfg(feature = "planted")]
                    snapshot.seen.join(&claimed.unwrap_or_default());
                }
                let received = self.adopt(now, &snapshot, loaded);
                self.freshen_without_step(now, &received, &snapshot.collection, &freshness);
                received
            }
        }
    }

    /// How fresh copies are is not worth a transaction: where nothing else is stored it is only remembered, and asked for
    /// again after a start.
    fn freshen_without_step(
        &mut self,
        now: Millis,
        received: &Received,
        collection: &Name,
        said: &BTreeMap<AuthorId, Freshness>,
    ) {
        if let (None, Some(log)) = (&received.step, self.logs.get(collection)) {
            let mut log = log.clone();
            self.freshen(&mut log, now, said);
            self.logs.insert(collection.clone(), log);
        }
    }

    /// Whether another has seen more of this author than was written here.
    fn compare(&mut self, collection: &Name, seen: &VersionVector) {
        if self.logs.get(collection).is_some_and(|log| seen.of(self.author) > log.seen.of(self.author)) {
            self.set_back.insert(collection.clone());
        }
    }

    /// Takes in the events of a batch.
    fn take(&self, now: Millis, batch: &Batch, events: Vec<Event>, mut loaded: Records) -> Received {
        let name = &batch.collection;
        let mut received = Received { step: None, taken: 0, known: 0, held: Vec::new(), more: batch.more };
        let (Some(contract), Some(log)) = (self.contracts.get(name.as_str()), self.logs.get(name)) else {
            received.held = events.iter().map(|event| (event.dot(), Held::NoCollection)).collect();
            return received;
        };
        let here = contract.promise().consistency();
        let mut clock = self.clock.clone();
        let mut step = Step::default();
        // Senders keep events in causal order, so one pass takes all of a batch that arrived whole; what was shuffled on
        // the way takes a pass for each break in order.
        let mut waiting = events;
        waiting.retain(|event| {
            let known = self.is_known(log, event);
            received.known += u64::from(known);
            !known
        });
        loop {
            let (before, mut left) = (waiting.len(), Vec::new());
            received.held.clear();
            for event in waiting {
                let held = if event.consistency != here {
                    Err(Held::OtherContract { written: event.consistency.word(), here: here.word() })
                } else if self.subscribes(name, event.author) {
                    self.ready(now, step.logs.get(name).unwrap_or(log), &event)
                } else {
                    Err(Held::NotSubscribed)
                };
                match held {
                    Ok(false) => received.known += 1,
                    Ok(true) => {
                        #[cfg(feature = "planted")]
                        clock.observe_anything(event.time);
                        #[cfg(not(feature = "planted"))]
                        clock.observe(now, event.time).unwrap_or_default();
                        step.append(name, log, event, |place| loaded.remove(place).unwrap_or_default());
                        received.taken += 1;
                    }
                    Err(held) => {
                        received.held.push((event.dot(), held));
                        left.push(event);
                    }
                }
            }
            if left.is_empty() || left.len() == before {
                break;
            }
            waiting = left;
        }
        #[cfg(feature = "planted")]
        if self.has(crate::Planted::NonCommutativeMerge) {
            step.latest_to_arrive(name);
        }
        if received.taken > 0 {
            if let Some(new_log) = step.logs.get_mut(name) {
                self.freshen(new_log, now, &batch.freshness);
            }
            step.clock = clock.last();
            received.step = Some(step);
        }
        received
    }

    #[cfg(feature = "planted")]
    fn is_known(&self, log: &Log, event: &Event) -> bool {
        log.seen.covers(event.dot()) && !self.has(crate::Planted::NoDeduplication)
    }

    #[cfg(not(feature = "planted"))]
    #[allow(clippy::unused_self)]
    fn is_known(&self, log: &Log, event: &Event) -> bool {
        log.seen.covers(event.dot())
    }

    /// Whether an event is next; `false` if it was taken in meanwhile.
    fn ready(&self, now: Millis, log: &Log, event: &Event) -> Result<bool, Held> {
        if self.is_known(log, event) {
            return Ok(false);
        }
        if event.sequence > log.seen.of(event.author) + 1 {
            return Err(Held::Gap);
        }
        if let Some(missing) = event.after.iter().find(|dot| !log.seen.covers(**dot)) {
            return Err(Held::Cause(*missing));
        }
        #[cfg(feature = "planted")]
        let bounded = !self.has(crate::Planted::NoDriftBound);
        #[cfg(not(feature = "planted"))]
        let bounded = true;
        if bounded {
            self.clock.accepts(now, event.time)?;
        }
        match log.home {
            Some((home, _)) if home != event.author => Err(Held::NotHome { home }),
            _ => Ok(true),
        }
    }

    /// Takes in what the other says of how fresh writers' words are, as far as their events are here.
    fn freshen(&self, log: &mut Log, now: Millis, said: &BTreeMap<AuthorId, Freshness>) {
        for (author, fresh) in said {
            let newer = log.freshness.get(author).is_none_or(|known| fresh.at > known.at);
            let here = log.seen.of(*author) >= fresh.sequence;
            let sound = fresh.at.since(now) <= self.clock.bound();
            if *author != self.author && newer && here && sound {
                log.freshness.insert(*author, *fresh);
            }
        }
    }

    fn adopt(&self, now: Millis, snapshot: &Snapshot, mut loaded: Records) -> Received {
        let name = &snapshot.collection;
        let mut received = Received { step: None, taken: 0, known: 0, held: Vec::new(), more: false };
        let hold = |held: Held| {
            snapshot.seen.iter().map(move |(author, sequence)| (Dot { author, sequence }, held.clone()))
        };
        let (Some(contract), Some(log)) = (self.contracts.get(name.as_str()), self.logs.get(name)) else {
            received.held = hold(Held::NoCollection).collect();
            return received;
        };
        let here = contract.promise().consistency();
        if snapshot.consistency != here {
            let written = snapshot.consistency.word();
            received.held = hold(Held::OtherContract { written, here: here.word() }).collect();
            return received;
        }
        if let Some(contradiction) = sound::contradiction(snapshot) {
            received.held = hold(Held::Unsound(contradiction)).collect();
            return received;
        }
        let mut clock = self.clock.clone();
        if let Err(ahead) = clock.observe(now, snapshot.clock) {
            received.held = hold(ahead.into()).collect();
            return received;
        }
        let news = |(author, sequence): (AuthorId, u64)| sequence.saturating_sub(log.seen.of(author));
        received.taken = snapshot.seen.iter().map(news).sum();
        let mut new_log = log.clone();
        let mut step = Step { clock: clock.last(), ..Step::default() };
        if received.taken > 0 {
            for (address, theirs) in &snapshot.records {
                let place = (name.clone(), address.clone());
                let mine = loaded.remove(&place).unwrap_or_default();
                let mut joined: Record = mine.clone();
                joined.join(&log.seen, theirs, &snapshot.seen);
                if joined != mine {
                    step.records.insert(place, joined);
                }
            }
            // What went into the state and not into the log here is no longer to be had here one by one.
            let beyond = snapshot.seen.iter().filter(|(author, sequence)| *sequence > log.seen.of(*author));
            new_log.floor.join(&beyond.collect());
            new_log.seen.join(&snapshot.seen);
            step.dropped.insert(name.clone(), new_log.floor.clone());
            if let (Some((_, theirs)), Some((_, mine))) = (snapshot.home, log.home)
                && theirs > mine
            {
                new_log.home = snapshot.home;
            }
            self.freshen(&mut new_log, now, &snapshot.freshness);
            step.logs.insert(name.clone(), new_log);
            received.step = Some(step);
        }
        received
    }
}

#[cfg(feature = "planted")]
impl Step {
    /// The planted bug: of last-writer fields the value that arrived last stays, whatever its stamp.
    fn latest_to_arrive(&mut self, name: &Name) {
        use crate::event::Op;
        use crate::field::Field;
        for (_, event) in self.events.iter().filter(|(at, _)| at == name) {
            for edit in event.edits() {
                let Some(record) = self.records.get_mut(&(name.clone(), event.address(edit))) else {
                    continue;
                };
                for written in edit.action.fields() {
                    for (field, state) in &mut record.fields {
                        if let (true, Op::Set(new), Field::LastWriter { stamp, value }) =
                            (*field == written.field, &written.op, state)
                        {
                            *stamp = event.stamp();
                            value.clone_from(new);
                        }
                    }
                }
            }
        }
    }
}
