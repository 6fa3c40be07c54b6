//! The events of a collection in memory, packed: chunk by chunk, in the order in which they were taken in.

use crate::wire::{Packer, WireError};
use crate::{Event, VersionVector};

/// How many bytes a chunk has: what is read at least when somebody asks for a few events. An assumption of ours.
const CHUNK: usize = 16 << 10;

/// The events of a collection.
#[derive(Clone, Debug, Default)]
pub(super) struct PackedLog {
    chunks: Vec<Chunk>,
}

#[derive(Clone, Debug, Default)]
struct Chunk {
    bytes: Vec<u8>,
    /// Of each author the last event in it: who has seen them needs none of it.
    through: VersionVector,
}

impl PackedLog {
    /// Appends an event.
    pub(super) fn push(&mut self, packer: &mut Packer, event: &Event) {
        let bytes = packer.event(event);
        if self.chunks.last().is_none_or(|last| last.bytes.len() + bytes.len() > CHUNK) {
            if let Some(full) = self.chunks.last_mut() {
                full.bytes.shrink_to_fit();
            }
            self.chunks.push(Chunk::default());
        }
        if let Some(chunk) = self.chunks.last_mut() {
            chunk.bytes.extend_from_slice(bytes);
            chunk.through.advance(event.author, event.sequence);
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
            for event in packer.events(&chunk.bytes) {
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
                .events(&chunk.bytes)
                .filter(|event| !matches!(event, Ok(event) if dropped.covers(event.dot())))
                .collect();
            left?.iter().for_each(|event| rest.push(packer, event));
        }
        *self = rest;
        Ok(())
    }
}
