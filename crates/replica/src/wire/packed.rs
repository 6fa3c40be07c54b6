//! Events and records in few bytes, for who holds many of them in memory: as they are on the wire, without frames, and with
//! authors and names written out once for all.

use super::bytes::{Reader, WireError, Writer};
use super::state;
use crate::{AuthorId, Event, Name, Record};

/// Packs, and reads what it has packed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Packer {
    writer: Writer,
    authors: Vec<AuthorId>,
    names: Vec<Name>,
}

impl Packer {
    /// The bytes of an event, to be read with [`Packer::events`]; several may stand one behind the other.
    pub(crate) fn event(&mut self, event: &Event) -> &[u8] {
        self.pack(|out| state::event(out, event))
    }

    /// The bytes of a record, to be read with [`Packer::read_record`].
    pub(crate) fn record(&mut self, record: &Record) -> &[u8] {
        self.pack(|out| state::record(out, record))
    }

    fn pack(&mut self, body: impl Fn(&mut Writer)) -> &[u8] {
        self.writer.restart();
        body(&mut self.writer);
        if self.learn() {
            // Something was written out that had not been before: again, with its number only.
            self.writer.restart();
            body(&mut self.writer);
        }
        self.writer.bytes()
    }

    /// Notes authors and names that were written out just now; whether there were any.
    fn learn(&mut self) -> bool {
        let (authors, names) = self.writer.written_out();
        let (known_authors, known_names) = (self.authors.len() as u64, self.names.len() as u64);
        if authors.len() as u64 == known_authors && names.len() as u64 == known_names {
            return false;
        }
        let mut new: Vec<_> = authors.iter().filter(|(_, number)| **number >= known_authors).collect();
        new.sort_by_key(|(_, number)| **number);
        self.authors.extend(new.into_iter().map(|(author, _)| *author));
        let mut new: Vec<_> = names.iter().filter(|(_, number)| **number >= known_names).collect();
        new.sort_by_key(|(_, number)| **number);
        self.names.extend(new.into_iter().map(|(name, _)| name.clone()));
        true
    }

    /// The events whose bytes stand one behind the other.
    pub(crate) fn events<'a>(
        &'a self,
        bytes: &'a [u8],
    ) -> impl Iterator<Item = Result<Event, WireError>> + 'a {
        let mut reader = Reader::knowing(bytes, &self.authors, &self.names);
        let mut ended = false;
        std::iter::from_fn(move || {
            if ended || reader.is_at_end() {
                return None;
            }
            let event = state::read_event(&mut reader);
            ended = event.is_err();
            Some(event)
        })
    }

    /// The record with these bytes.
    pub(crate) fn read_record(&self, bytes: &[u8]) -> Result<Record, WireError> {
        state::read_record(&mut Reader::knowing(bytes, &self.authors, &self.names))
    }
}
