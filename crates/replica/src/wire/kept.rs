//! What stores keep together in one place: events of one author, each right after the one before, or a record.

use super::bytes::WireError;
use super::{Frame, ROOM, opened, sealed_in, state, sync};
use crate::{Event, Name, Record, VersionVector};

/// Events of one author, each right after the one before: one by itself, several as a batch that says nothing else.
pub(crate) fn encode_run(collection: &Name, first: &Event, rest: &[&Event]) -> Vec<u8> {
    if rest.is_empty() {
        return first.encode();
    }
    let all = || std::iter::once(first).chain(rest.iter().copied());
    sealed_in(all().map(Event::weight).sum::<usize>() + ROOM, Frame::Batch, |out| {
        out.name(collection);
        out.vector(&VersionVector::new());
        // Nothing of how fresh copies are, and that there are no more.
        out.length(0);
        out.byte(0);
        out.length(rest.len() + 1);
        all().for_each(|event| state::event(out, event));
    })
}

/// Reads what [`encode_run`] wrote.
pub(crate) fn decode_run(bytes: &[u8]) -> Result<Vec<Event>, WireError> {
    match Kept::decode(bytes)? {
        Kept::Events(events) => Ok(events),
        Kept::Record(_) => Err(WireError::Frame(Frame::Record as u8)),
    }
}

/// Events or a record.
pub(crate) enum Kept {
    Events(Vec<Event>),
    Record(Record),
}

impl Kept {
    /// Reads what [`encode_run`] or [`Record::encode`] wrote.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        let (frame, mut reader) = opened(bytes)?;
        let kept = match frame {
            Frame::Event => Self::Events(vec![state::read_event(&mut reader)?]),
            Frame::Batch => Self::Events(sync::read_batch(&mut reader)?.events),
            Frame::Record => Self::Record(state::read_record(&mut reader)?),
            other => return Err(WireError::Frame(other as u8)),
        };
        reader.end()?;
        Ok(kept)
    }
}
