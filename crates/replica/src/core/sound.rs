//! Whether a state that was sent can be one: it names no event that it does not say to hold, and no time after its clock.
//!
//! Otherwise one wrong or lying sender could write a time that no bound lets through, or have events counted that come again.

use crate::event::{Consistency, Mark};
use crate::field::Field;
use crate::record::{Life, Record};
use crate::wire::Snapshot;
use crate::{Dot, Stamp};

/// What contradicts the rest of the state, if anything does.
pub(super) fn contradiction(snapshot: &Snapshot) -> Option<String> {
    let beyond = |dot: Dot| !snapshot.seen.covers(dot);
    let late = |stamp: &Stamp| stamp.time > snapshot.clock || snapshot.seen.of(stamp.author) == 0;
    let wrong = |mark: &Mark| beyond(mark.dot()) || late(&mark.stamp);
    for (address, record) in &snapshot.records {
        let say = |what: &str| Some(format!("{} {what}", address.key));
        if address.owner.is_some() != (snapshot.consistency == Consistency::Owned) {
            return say("has an owner where there is none, or has none");
        }
        let since = match &record.life {
            Life::First => None,
            Life::Again(mark) | Life::Deleted(mark) => Some(mark),
        };
        if since.into_iter().chain(&record.changed).any(wrong) {
            return say("was changed by an event that is not in the state, or after its clock");
        }
        if let Some(owner) = address.owner
            && since.into_iter().chain(&record.changed).any(|mark| mark.stamp.author != owner)
        {
            return say("was changed by another than its owner");
        }
        if fields(record, beyond, late) {
            return say("holds what an event wrote that is not in the state, or after its clock");
        }
    }
    None
}

fn fields(record: &Record, beyond: impl Fn(Dot) -> bool, late: impl Fn(&Stamp) -> bool) -> bool {
    record.fields().any(|(_, field)| match field {
        Field::LastWriter { stamp, .. } => late(stamp),
        Field::KeepBoth(kept) => kept.keys().any(|dot| beyond(*dot)),
        Field::Set(elements) => elements.values().flatten().any(|dot| beyond(*dot)),
        Field::Counter(tallies) => {
            tallies.iter().any(|(author, tally)| beyond(Dot { author: *author, sequence: tally.through }))
        }
        Field::Max(_) | Field::Min(_) => false,
    })
}
