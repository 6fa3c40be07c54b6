//! The wire format, version 1: what replicas send each other, and what stores keep of records and events.
//!
//! It is specified in `FORMAT.md` of this crate, with fixtures in `tests/fixtures/` that must stay readable. Decoding takes
//! any bytes: it returns what they say or where they are wrong, never panics, and never reserves more than they can fill.
//! What decodes has one encoding only, so that equal state is equal bytes.

mod bytes;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod kept;
mod packed;
mod receipt;
mod remote;
mod state;
mod sync;

pub use bytes::WireError;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub(crate) use kept::{Kept, decode_run, encode_run};
pub(crate) use packed::Packer;
pub use receipt::Receipt;
pub use remote::{RemoteRefusal, RemoteWrite, WriteAnswer};
pub(crate) use state::edit_order;
pub use sync::{Batch, Freshness, Message, Pull, Snapshot};

use crate::{Event, Record};
use bytes::{Reader, Writer};

/// The version of the format that is written, and the only one there has been.
pub const VERSION: u8 = 1;

const MAGIC: &[u8; 3] = b"KRP";

/// About so many bytes a frame takes beside events.
const ROOM: usize = 128;

/// What a frame holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Frame {
    Pull = 1,
    Batch = 2,
    Snapshot = 3,
    Event = 4,
    Record = 5,
    PullSome = 6,
    Write = 7,
    WriteAnswer = 8,
    Receipt = 9,
}

impl Frame {
    fn of(byte: u8) -> Option<Self> {
        [
            Self::Pull,
            Self::Batch,
            Self::Snapshot,
            Self::Event,
            Self::Record,
            Self::PullSome,
            Self::Write,
            Self::WriteAnswer,
            Self::Receipt,
        ]
        .into_iter()
        .find(|frame| *frame as u8 == byte)
    }
}

/// A frame of about so many bytes.
fn sealed_in(about: usize, frame: Frame, body: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut out = Writer::with_room(about);
    out.raw(MAGIC);
    out.byte(VERSION);
    out.byte(frame as u8);
    body(&mut out);
    let checksum = crc32fast::hash(out.bytes());
    out.raw(&checksum.to_le_bytes());
    out.into_bytes()
}

fn sealed(frame: Frame, body: impl FnOnce(&mut Writer)) -> Vec<u8> {
    sealed_in(0, frame, body)
}

fn opened(bytes: &[u8]) -> Result<(Frame, Reader<'_>), WireError> {
    let Some((rest, checksum)) = bytes.split_last_chunk::<4>() else { return Err(WireError::Short) };
    let mut reader = Reader::new(rest);
    if reader.take(MAGIC.len()).ok() != Some(MAGIC.as_slice()) {
        return Err(WireError::NotOurs);
    }
    let version = reader.byte()?;
    if version != VERSION {
        return Err(WireError::Version(version));
    }
    if crc32fast::hash(rest) != u32::from_le_bytes(*checksum) {
        return Err(WireError::Checksum);
    }
    let frame = reader.byte()?;
    Ok((Frame::of(frame).ok_or(WireError::Frame(frame))?, reader))
}

fn read<'a, T>(
    bytes: &'a [u8],
    wanted: Frame,
    body: impl FnOnce(&mut Reader<'a>) -> Result<T, WireError>,
) -> Result<T, WireError> {
    let (frame, mut reader) = opened(bytes)?;
    if frame != wanted {
        return Err(WireError::Frame(frame as u8));
    }
    let value = body(&mut reader)?;
    reader.end()?;
    Ok(value)
}

impl Event {
    /// The event by itself, as a store keeps it.
    pub fn encode(&self) -> Vec<u8> {
        sealed_in(self.weight() + ROOM, Frame::Event, |out| state::event(out, self))
    }

    /// Reads what [`Event::encode`] wrote.
    ///
    /// # Errors
    /// The bytes are not an event of a known version.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        read(bytes, Frame::Event, state::read_event)
    }
}

impl Record {
    /// The state of the record, as a store keeps it. Equal records, equal bytes.
    pub fn encode(&self) -> Vec<u8> {
        sealed(Frame::Record, |out| state::record(out, self))
    }

    /// Reads what [`Record::encode`] wrote.
    ///
    /// # Errors
    /// The bytes are not a record of a known version.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        read(bytes, Frame::Record, state::read_record)
    }
}

impl Message {
    /// The message as it is sent.
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Pull(pull) => {
                let frame = if pull.only.is_some() { Frame::PullSome } else { Frame::Pull };
                sealed(frame, |out| sync::pull(out, pull))
            }
            Self::Batch(batch) => {
                let events = batch.events.iter().map(Event::weight).sum::<usize>();
                sealed_in(events + ROOM, Frame::Batch, |out| sync::batch(out, batch))
            }
            Self::Snapshot(snapshot) => sealed(Frame::Snapshot, |out| sync::snapshot(out, snapshot)),
        }
    }

    /// Reads a message.
    ///
    /// # Errors
    /// The bytes are not a message of a known version.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        let (frame, mut reader) = opened(bytes)?;
        let message = match frame {
            Frame::Pull => Self::Pull(sync::read_pull(&mut reader, false)?),
            Frame::PullSome => Self::Pull(sync::read_pull(&mut reader, true)?),
            Frame::Batch => Self::Batch(sync::read_batch(&mut reader)?),
            Frame::Snapshot => Self::Snapshot(sync::read_snapshot(&mut reader)?),
            Frame::Event | Frame::Record | Frame::Write | Frame::WriteAnswer | Frame::Receipt => {
                return Err(WireError::Frame(frame as u8));
            }
        };
        reader.end()?;
        Ok(message)
    }
}
