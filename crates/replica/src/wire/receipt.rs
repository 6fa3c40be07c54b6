//! What became of a message that was pushed.

use super::bytes::WireError;
use super::{Frame, read, sealed};
use crate::{Dot, VersionVector};

/// What became of a message that was pushed, so that the sender can go on where it stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// How many events were taken in.
    pub taken: u64,
    /// How many were known.
    pub known: u64,
    /// Events that were not taken in, with why.
    pub held: Vec<(Dot, String)>,
    /// What the receiver has seen now, of those authors whom it believes the sender about.
    pub seen: VersionVector,
}

impl Receipt {
    /// The bytes that are sent.
    pub fn encode(&self) -> Vec<u8> {
        sealed(Frame::Receipt, |out| {
            out.number(self.taken);
            out.number(self.known);
            out.length(self.held.len());
            for (dot, why) in &self.held {
                out.dot(*dot);
                out.text(why);
            }
            out.vector(&self.seen);
        })
    }

    /// Reads what [`Receipt::encode`] wrote.
    ///
    /// # Errors
    /// The bytes are not a receipt of a known version.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        read(bytes, Frame::Receipt, |bytes| {
            let (taken, known) = (bytes.number()?, bytes.number()?);
            let mut held = Vec::new();
            for _ in 0..bytes.length()? {
                held.push((bytes.dot()?, bytes.str()?.to_owned()));
            }
            Ok(Self { taken, known, held, seen: bytes.vector()? })
        })
    }
}
