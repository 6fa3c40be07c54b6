//! The events of a collection in memory, packed: chunk by chunk, in the order in which they were taken in. A chunk that is full
//! is compressed (LZ4: events of one collection say much the same, and it is read several times faster than anything else).

use crate::wire::{Packer, WireError};
use crate::{Event, VersionVector};
use lz4_flex::block::{compress, decompress};
use std::borrow::Cow;

/// How many bytes a chunk has: what is read at least when somebody asks for a few events. An assumption of ours.
const CHUNK: usize = 16 << 10;

/// The events of a collection.
#[derive(Clone, Debug, Default)]
pub(super) struct PackedLog {
    chunks: Vec<Chunk>,
}

#[derive(Clone, Debug, Default)]
struct Chunk {
    bytes: Bytes,
    /// Of each author the last event in it: who has seen them needs none of it.
    through: VersionVector,
}

#[derive(Clone, Debug)]
enum Bytes {
    /// As they are, with room for more.
    Open(Vec<u8>),
    /// Compressed, and how many they were.
    Full(Box<[u8]>, usize),
}

impl Default for Bytes {
    fn default() -> Self {
        Self::Open(Vec::new())
    }
}

impl Bytes {
    fn length(&self) -> usize {
        match self {
            Self::Open(bytes) => bytes.len(),
            Self::Full(_, length) => *length,
        }
    }

    /// As they were.
    fn get(&self) -> Result<Cow<'_, [u8]>, WireError> {
        match self {
            Self::Open(bytes) => Ok(Cow::Borrowed(bytes)),
            Self::Full(packed, length) => {
                decompress(packed, *length).map(Cow::Owned).map_err(|_| WireError::NotOurs)
            }
        }
    }

    fn close(&mut self) {
        if let Self::Open(bytes) = self {
            *self = Self::Full(compress(bytes).into(), bytes.len());
        }
    }
}

impl PackedLog {
    /// Appends an event.
    pub(super) fn push(&mut self, packer: &mut Packer, event: &Event) {
        let bytes = packer.event(event);
        if self.chunks.last().is_none_or(|last| last.bytes.length() + bytes.len() > CHUNK) {
            if let Some(full) = self.chunks.last_mut() {
                full.bytes.close();
            }
            self.chunks.push(Chunk::default());
        }
        if let Some(Chunk { bytes: Bytes::Open(open), through }) = self.chunks.last_mut() {
            open.extend_from_slice(bytes);
            through.advance(event.author, event.sequence);
        }
    }

    /// The events that `seen` does not cover, at most so many; and whether there are more.
    pub(super) fn after(
        &self,
        packer: &Packer,
        seen: &VersionVector,
        most: usize,
    ) -> Result<(Vec<Event>, bool), WireError> {
        let mut found = Vec::new();
        for chunk in self.chunks.iter().filter(|chunk| !seen.includes(&chunk.through)) {
            for event in packer.events(&chunk.bytes.get()?) {
                let event = event?;
                if seen.covers(event.dot()) {
                    continue;
                }
                if found.len() == most {
                    return Ok((found, true));
                }
                found.push(event);
            }
        }
        Ok((found, false))
    }

    /// Keeps only the events that `dropped` does not cover.
    pub(super) fn forget(&mut self, packer: &mut Packer, dropped: &VersionVector) -> Result<(), WireError> {
        let mut rest = Self::default();
        for chunk in self.chunks.iter().filter(|chunk| !dropped.includes(&chunk.through)) {
            let left: Result<Vec<Event>, WireError> = packer
                .events(&chunk.bytes.get()?)
                .filter(|event| !matches!(event, Ok(event) if dropped.covers(event.dot())))
                .collect();
            left?.iter().for_each(|event| rest.push(packer, event));
        }
        *self = rest;
        Ok(())
    }
}
