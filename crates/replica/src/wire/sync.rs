//! What replicas say to each other: what one has seen, and the events or the state that the other lacks.

use super::bytes::{Reader, WireError, Writer};
use super::state;
use crate::event::{Address, Consistency, Event};
use crate::{AuthorId, Millis, Name, Record, Timestamp, VersionVector};
use std::collections::{BTreeMap, BTreeSet};

/// A message between two replicas. Each is idempotent: sent twice, or again after a lost answer, it does no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// Send me what I have not seen.
    Pull(Pull),
    /// Some events.
    Batch(Batch),
    /// The whole state of a collection, where the events that the other lacks are no longer kept.
    Snapshot(Snapshot),
}

/// Send me what I have not seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pull {
    /// Of which collection.
    pub collection: Name,
    /// What I have seen.
    pub seen: VersionVector,
    /// At most so many events at once.
    pub most: u32,
    /// Of these authors only, if it is said; of an owned collection that is how a replica holds some owners' records only.
    pub only: Option<BTreeSet<AuthorId>>,
}

/// Some events, in an order in which each comes after all that it must come after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Of which collection.
    pub collection: Name,
    /// What the sender has seen.
    pub seen: VersionVector,
    /// How fresh the sender's copies of others' writes are.
    pub freshness: BTreeMap<AuthorId, Freshness>,
    /// Whether there are more: ask again.
    pub more: bool,
    /// The events.
    pub events: Vec<Event>,
}

/// The whole state of a collection at one moment of one replica.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Of which collection.
    pub collection: Name,
    /// How it is kept.
    pub consistency: Consistency,
    /// The sender's clock: no stamp in the state is later.
    pub clock: Timestamp,
    /// The events that went into it.
    pub seen: VersionVector,
    /// How fresh the sender's copies of others' writes are.
    pub freshness: BTreeMap<AuthorId, Freshness>,
    /// The home of a serial collection, and how often it has moved.
    pub home: Option<(AuthorId, u64)>,
    /// The records, deleted ones among them.
    pub records: BTreeMap<Address, Record>,
}

/// That an author had written just so much at a time of the author's own clock: who has seen so much has a copy that was
/// whole at that time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Freshness {
    /// So many events.
    pub sequence: u64,
    /// At this time.
    pub at: Millis,
}

pub(super) fn pull(out: &mut Writer, pull: &Pull) {
    out.name(&pull.collection);
    out.vector(&pull.seen);
    out.number(u64::from(pull.most));
    if let Some(only) = &pull.only {
        out.length(only.len());
        for author in only {
            out.author(*author);
        }
    }
}

/// A pull, of `some` authors or of all.
pub(super) fn read_pull(bytes: &mut Reader<'_>, some: bool) -> Result<Pull, WireError> {
    let (collection, seen) = (bytes.name()?, bytes.vector()?);
    let most = u32::try_from(bytes.number()?).map_err(|_| bytes.wrong("more than 32 bits"))?;
    let only = if some { Some(bytes.ascending(Reader::author, AuthorId::cmp)?) } else { None };
    Ok(Pull { collection, seen, most, only: only.map(|only| only.into_iter().collect()) })
}

impl Message {
    /// The collection that it is about.
    pub fn collection(&self) -> &Name {
        match self {
            Self::Pull(pull) => &pull.collection,
            Self::Batch(batch) => &batch.collection,
            Self::Snapshot(snapshot) => &snapshot.collection,
        }
    }

    /// What its sender has seen of that.
    pub fn seen(&self) -> &VersionVector {
        match self {
            Self::Pull(pull) => &pull.seen,
            Self::Batch(batch) => &batch.seen,
            Self::Snapshot(snapshot) => &snapshot.seen,
        }
    }

    /// What it says of some authors only. Of the state of a merged or serial collection nothing can be left out, since the
    /// records there are the work of all: such a state stays whole.
    #[must_use]
    pub fn only(mut self, keep: impl Fn(AuthorId) -> bool) -> Self {
        match &mut self {
            Self::Batch(batch) => {
                batch.seen = batch.seen.only(&keep);
                batch.freshness.retain(|author, _| keep(*author));
                batch.events.retain(|event| keep(event.author));
            }
            Self::Snapshot(snapshot) => snapshot.keep(keep),
            Self::Pull(_) => {}
        }
        self
    }
}

impl Snapshot {
    /// Says of some authors only, where that can be: see [`Message::only`].
    pub(crate) fn keep(&mut self, keep: impl Fn(AuthorId) -> bool) {
        if self.consistency == Consistency::Owned {
            self.seen = self.seen.only(&keep);
            self.freshness.retain(|author, _| keep(*author));
            self.records.retain(|address, _| address.owner.is_some_and(&keep));
        }
    }
}

fn freshness(out: &mut Writer, all: &BTreeMap<AuthorId, Freshness>) {
    out.length(all.len());
    for (author, fresh) in all {
        out.author(*author);
        out.number(fresh.sequence);
        out.number(fresh.at.get());
    }
}

fn read_freshness(bytes: &mut Reader<'_>) -> Result<BTreeMap<AuthorId, Freshness>, WireError> {
    let one = |bytes: &mut Reader<'_>| {
        Ok((bytes.author()?, Freshness { sequence: bytes.number()?, at: bytes.millis()? }))
    };
    Ok(bytes.ascending(one, state::by_first)?.into_iter().collect())
}

pub(super) fn batch(out: &mut Writer, batch: &Batch) {
    out.name(&batch.collection);
    out.vector(&batch.seen);
    freshness(out, &batch.freshness);
    out.byte(u8::from(batch.more));
    out.length(batch.events.len());
    for event in &batch.events {
        state::event(out, event);
    }
}

pub(super) fn read_batch(bytes: &mut Reader<'_>) -> Result<Batch, WireError> {
    let (collection, seen) = (bytes.name()?, bytes.vector()?);
    let (freshness, more) = (read_freshness(bytes)?, bytes.flag()?);
    let mut events = Vec::new();
    for _ in 0..bytes.length()? {
        events.push(state::read_event(bytes)?);
    }
    Ok(Batch { collection, seen, freshness, more, events })
}

pub(super) fn snapshot(out: &mut Writer, snapshot: &Snapshot) {
    out.name(&snapshot.collection);
    state::consistency(out, snapshot.consistency);
    out.time(snapshot.clock);
    out.vector(&snapshot.seen);
    freshness(out, &snapshot.freshness);
    if let Some((home, moved)) = snapshot.home {
        out.byte(1);
        out.author(home);
        out.number(moved);
    } else {
        out.byte(0);
    }
    out.length(snapshot.records.len());
    for (address, record) in &snapshot.records {
        if let Some(owner) = address.owner {
            out.author(owner);
        }
        out.key(&address.key);
        state::record(out, record);
    }
}

pub(super) fn read_snapshot(bytes: &mut Reader<'_>) -> Result<Snapshot, WireError> {
    let collection = bytes.name()?;
    let consistency = state::read_consistency(bytes)?;
    let (clock, seen, freshness) = (bytes.time()?, bytes.vector()?, read_freshness(bytes)?);
    let home = if bytes.flag()? { Some((bytes.author()?, bytes.number()?)) } else { None };
    if home.is_some() != (consistency == Consistency::Serial) {
        return Err(bytes.wrong("a serial collection has a home, and no other has"));
    }
    let one = |bytes: &mut Reader<'_>| {
        let owner = if consistency == Consistency::Owned { Some(bytes.author()?) } else { None };
        Ok((Address { owner, key: bytes.key()? }, state::read_record(bytes)?))
    };
    let records = bytes.ascending(one, state::by_first)?.into_iter().collect();
    Ok(Snapshot { collection, consistency, clock, seen, freshness, home, records })
}
