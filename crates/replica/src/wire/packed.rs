//! Events and records in few bytes, for who holds many of them in memory: as they are on the wire, without frames, and with
//! authors and names written out once for all.

use super::bytes::{Reader, WireError, Writer};
use super::state;
use crate::{Event, Record};

/// Packs, and reads what it has packed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Packer {
    writer: Writer,
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
        let count = |writer: &Writer| {
            let (authors, names) = writer.written_out();
            (authors.len(), names.len())
        };
        let before = count(&self.writer);
        self.writer.restart();
        body(&mut self.writer);
        if count(&self.writer) != before {
            // Something was written out that had not been before: again, with its number only.
            self.writer.restart();
            body(&mut self.writer);
        }
        self.writer.bytes()
    }

    fn reader<'a>(&'a self, bytes: &'a [u8]) -> Reader<'a> {
        let (authors, names) = self.writer.written_out();
        Reader::knowing(bytes, authors, names)
    }

    /// The events whose bytes stand one behind the other.
    pub(crate) fn events<'a>(
        &'a self,
        bytes: &'a [u8],
    ) -> impl Iterator<Item = Result<Event, WireError>> + 'a {
        let mut reader = self.reader(bytes);
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
        state::read_record(&mut self.reader(bytes))
    }
}
