//! Messages in parts: which part it is, and what is kept of messages that are under way.

use super::seal::digest;
use crate::transport::seal::{hex, unhex};
use crate::{Millis, Name};
use axum::body::Bytes;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// Which part of a message: `FROM/LENGTH/DIGEST`, in bytes and hexadecimal digits of SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// From which byte on.
    pub from: u64,
    /// How long the whole message is.
    pub length: u64,
    /// The digest of the whole message.
    pub digest: [u8; 32],
}

/// What names no part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a part is named FROM/LENGTH/DIGEST: two numbers, the first not above the second, and 64 hexadecimal digits"
)]
pub struct NotAPart;

impl fmt::Display for Part {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}/{}", self.from, self.length, hex(&self.digest))
    }
}

impl FromStr for Part {
    type Err = NotAPart;

    fn from_str(text: &str) -> Result<Self, NotAPart> {
        let mut pieces = text.split('/');
        // A number has one way to be written.
        let number = |piece: Option<&str>| {
            let piece = piece.ok_or(NotAPart)?;
            let number: u64 = piece.parse().map_err(|_| NotAPart)?;
            if number.to_string() == piece { Ok(number) } else { Err(NotAPart) }
        };
        let (from, length) = (number(pieces.next())?, number(pieces.next())?);
        let digest = pieces.next().and_then(unhex).ok_or(NotAPart)?;
        if pieces.next().is_some() || from > length {
            return Err(NotAPart);
        }
        Ok(Self { from, length, digest })
    }
}

/// How many messages of one peer are kept each way.
const MOST: usize = 4;

/// Answers whose rest has not been asked for yet, and pushes whose rest has not come, by peer: the latest.
#[derive(Debug, Default)]
pub(super) struct UnderWay {
    answers: BTreeMap<Name, Vec<Answer>>,
    pushes: BTreeMap<Name, Vec<Push>>,
}

#[derive(Debug)]
struct Answer {
    digest: [u8; 32],
    bytes: Bytes,
    at: Millis,
}

#[derive(Debug)]
struct Push {
    part: Part,
    bytes: Vec<u8>,
    at: Millis,
}

/// What became of a part that was pushed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Pushed {
    /// The message is all there.
    Whole(Vec<u8>),
    /// The part that is wanted next.
    Next(Part),
    /// That part is not the one that is wanted next; this is.
    Other(Part),
    /// All is there, and is not what was announced.
    Wrong,
}

impl UnderWay {
    /// Forgets what nobody has asked for in so long.
    pub(super) fn forget(&mut self, now: Millis, kept: Duration) {
        for answers in self.answers.values_mut() {
            answers.retain(|answer| now.since(answer.at) <= kept);
        }
        for pushes in self.pushes.values_mut() {
            pushes.retain(|push| now.since(push.at) <= kept);
        }
    }

    /// Keeps an answer, and says which part of it comes first.
    pub(super) fn keep(&mut self, now: Millis, peer: &Name, bytes: Bytes) -> Part {
        let digest = digest(&bytes);
        let part = Part { from: 0, length: bytes.len() as u64, digest };
        let answers = self.answers.entry(peer.clone()).or_default();
        answers.retain(|answer| answer.digest != digest);
        if answers.len() >= MOST {
            answers.remove(0);
        }
        answers.push(Answer { digest, bytes, at: now });
        part
    }

    /// The rest of an answer from there on, at most so much; `None` if it is no longer kept. With its last byte it goes, unless
    /// that was lost on the way: so it stays until it is forgotten.
    pub(super) fn rest(&mut self, now: Millis, peer: &Name, part: Part, most: usize) -> Option<Bytes> {
        let answer = self.answers.get_mut(peer)?.iter_mut().find(|answer| answer.digest == part.digest)?;
        answer.at = now;
        slice(&answer.bytes, part, most)
    }

    /// The part that is wanted next of a message.
    #[cfg(feature = "planted")]
    pub(super) fn next(&self, peer: &Name, part: Part) -> Part {
        let same = |push: &&Push| push.part.digest == part.digest && push.part.length == part.length;
        let there = self.pushes.get(peer).and_then(|pushes| pushes.iter().find(same));
        Part { from: there.map_or(0, |push| push.bytes.len() as u64), ..part }
    }

    /// Takes in a part of a message.
    pub(super) fn push(&mut self, now: Millis, peer: &Name, part: Part, body: &[u8]) -> Pushed {
        let pushes = self.pushes.entry(peer.clone()).or_default();
        let same = |push: &Push| push.part.digest == part.digest && push.part.length == part.length;
        let place = pushes.iter().position(same).unwrap_or_else(|| {
            if pushes.len() >= MOST {
                pushes.remove(0);
            }
            pushes.push(Push { part: Part { from: 0, ..part }, bytes: Vec::new(), at: now });
            pushes.len() - 1
        });
        let Some(push) = pushes.get_mut(place) else { return Pushed::Wrong };
        push.at = now;
        let there = push.bytes.len() as u64;
        if part.from != there
            || body.len() as u64 > part.length - there
            || (body.is_empty() && part.length > there)
        {
            return Pushed::Other(Part { from: there, ..part });
        }
        push.bytes.extend_from_slice(body);
        let there = push.bytes.len() as u64;
        if there < part.length {
            return Pushed::Next(Part { from: there, ..part });
        }
        let push = pushes.remove(place);
        if digest(&push.bytes) == part.digest { Pushed::Whole(push.bytes) } else { Pushed::Wrong }
    }
}

/// A part of these bytes, at most so long.
pub(super) fn slice(bytes: &Bytes, part: Part, most: usize) -> Option<Bytes> {
    let from = usize::try_from(part.from).ok().filter(|from| *from <= bytes.len())?;
    Some(bytes.slice(from..bytes.len().min(from.saturating_add(most))))
}
