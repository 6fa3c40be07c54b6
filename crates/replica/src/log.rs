//! What a replica remembers of a collection's log, beside its events and records.

use crate::wire::Freshness;
use crate::{AuthorId, Name, Timestamp, VersionVector};
use std::collections::BTreeMap;

/// How far a replica has come with one collection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Log {
    /// The events that went into the state.
    pub seen: VersionVector,
    /// The events that are no longer kept one by one: who has not seen all of them needs the state.
    pub floor: VersionVector,
    /// How fresh the copies of others' writes are.
    pub freshness: BTreeMap<AuthorId, Freshness>,
    /// The home of a serial collection, and how often it has moved.
    pub home: Option<(AuthorId, u64)>,
}

/// All that a replica remembers between two runs, beside events and records. Small: it grows with the number of authors,
/// not with what they wrote.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Memory {
    /// Under which author it writes.
    pub author: AuthorId,
    /// The high-water mark of its clock.
    pub clock: Timestamp,
    /// Its logs.
    pub logs: BTreeMap<Name, Log>,
}

impl Memory {
    /// What a new replica remembers: that it writes under this author.
    pub fn new(author: AuthorId) -> Self {
        Self { author, clock: Timestamp::default(), logs: BTreeMap::new() }
    }
}
