//! Writes to serial collections on their way to the home, and what the home says to them.

use super::bytes::{Reader, WireError, Writer};
use super::{Frame, read, sealed, state};
use crate::change::{Change, Expected, Part};
use crate::core::WriteError;
use crate::event::{FieldEdit, Op};
use crate::{AuthorId, Dot, Key, Name};

/// A change on its way to the home of the serial collections that it writes. Sent again it is applied no second time.
#[derive(Clone, Debug)]
pub struct RemoteWrite {
    /// Who sends writes one after the other, waiting for each: 16 bytes drawn at random, and never used by another.
    pub session: [u8; 16],
    /// Counts the writes of the session, from 1. With a later one the earlier are settled: should they arrive after it, they
    /// are not applied.
    pub number: u64,
    /// What is to be written. Its messages do not travel.
    pub change: Change,
}

/// What the home says to a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WriteAnswer {
    /// It was applied, and became these events: the versions of the records that it wrote.
    Written(Vec<(Name, Dot)>),
    /// It had been applied already, or a later one of its session had.
    Earlier,
    /// It was refused, whole.
    Refused(RemoteRefusal),
}

/// Why the home refused a write: what a program acts on is apart.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RemoteRefusal {
    /// The record is not as the writer expected it.
    #[error(
        "record {key} of collection `{collection}` is not as expected at its home: pull, read it again, then decide again"
    )]
    Changed {
        /// The collection.
        collection: Name,
        /// The record.
        key: Key,
        /// The version that it has there; none is not there.
        found: Option<Dot>,
    },
    /// The home is elsewhere by now.
    #[error("collection `{collection}` is written at its home {home}: send the change there")]
    NotHome {
        /// The collection.
        collection: Name,
        /// Its home, as far as it is known there.
        home: AuthorId,
    },
    /// Anything else, in the home's words.
    #[error("the home refuses the change: {0}")]
    Other(String),
}

impl From<&WriteError> for RemoteRefusal {
    fn from(error: &WriteError) -> Self {
        match error {
            WriteError::Changed { collection, key, found } => {
                Self::Changed { collection: collection.clone(), key: key.clone(), found: *found }
            }
            WriteError::NotHome { collection, home } => {
                Self::NotHome { collection: collection.clone(), home: *home }
            }
            other => Self::Other(other.to_string()),
        }
    }
}

impl RemoteWrite {
    /// The bytes that are sent.
    pub fn encode(&self) -> Vec<u8> {
        sealed(Frame::Write, |out| {
            out.raw(&self.session);
            out.number(self.number);
            out.length(self.change.parts.len());
            for each in &self.change.parts {
                part(out, each);
            }
        })
    }

    /// Reads what [`RemoteWrite::encode`] wrote.
    ///
    /// # Errors
    /// The bytes are not a write of a known version.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        read(bytes, Frame::Write, |bytes| {
            let session = bytes.take(16)?.try_into().map_err(|_| WireError::Short)?;
            let number = bytes.number()?;
            if number == 0 || number > i64::MAX as u64 {
                return Err(bytes.wrong("the number of a write is from 1 to 63 bits"));
            }
            let mut parts = Vec::new();
            for _ in 0..bytes.length()? {
                parts.push(read_part(bytes)?);
            }
            Ok(Self { session, number, change: Change { parts, wrong: None, messages: Vec::new() } })
        })
    }
}

fn part(out: &mut Writer, part: &Part) {
    out.name(&part.collection);
    out.key(&part.key);
    match part.expected {
        Expected::Anything => out.byte(0),
        Expected::Absent => out.byte(1),
        Expected::Version(dot) => {
            out.byte(2);
            out.dot(dot);
        }
    }
    out.byte(u8::from(part.delete));
    out.length(part.fields.len());
    for (field, op) in &part.fields {
        state::field_edit(out, &FieldEdit { field: field.clone(), op: op.clone() });
    }
}

fn read_part(bytes: &mut Reader<'_>) -> Result<Part, WireError> {
    let (collection, key) = (bytes.name()?, bytes.key()?);
    let expected = match bytes.byte()? {
        0 => Expected::Anything,
        1 => Expected::Absent,
        2 => Expected::Version(bytes.dot()?),
        _ => return Err(bytes.wrong("an expectation that is not known here: update this side")),
    };
    let delete = bytes.flag()?;
    let mut fields = Vec::new();
    for _ in 0..bytes.length()? {
        let FieldEdit { field, op } = state::read_field_edit(bytes)?;
        let observes = match &op {
            Op::Keep { replaces, .. } | Op::Add { replaces, .. } => !replaces.is_empty(),
            Op::Remove { removes, .. } => !removes.is_empty(),
            Op::Set(_) | Op::Count(_) | Op::Raise(_) | Op::Lower(_) => false,
        };
        if observes {
            return Err(bytes.wrong("what a write replaces is for the home to say"));
        }
        fields.push((field, op));
    }
    Ok(Part { collection, key, expected, delete, fields })
}

impl WriteAnswer {
    /// The bytes that are sent.
    pub fn encode(&self) -> Vec<u8> {
        sealed(Frame::WriteAnswer, |out| match self {
            Self::Written(versions) => {
                out.byte(0);
                out.length(versions.len());
                for (collection, dot) in versions {
                    out.name(collection);
                    out.dot(*dot);
                }
            }
            Self::Earlier => out.byte(1),
            Self::Refused(RemoteRefusal::Changed { collection, key, found }) => {
                out.byte(2);
                out.name(collection);
                out.key(key);
                out.byte(u8::from(found.is_some()));
                if let Some(dot) = found {
                    out.dot(*dot);
                }
            }
            Self::Refused(RemoteRefusal::NotHome { collection, home }) => {
                out.byte(3);
                out.name(collection);
                out.author(*home);
            }
            Self::Refused(RemoteRefusal::Other(why)) => {
                out.byte(4);
                out.text(why);
            }
        })
    }

    /// Reads what [`WriteAnswer::encode`] wrote.
    ///
    /// # Errors
    /// The bytes are not such an answer of a known version.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        read(bytes, Frame::WriteAnswer, |bytes| {
            Ok(match bytes.byte()? {
                0 => {
                    let one = |bytes: &mut Reader<'_>| Ok((bytes.name()?, bytes.dot()?));
                    Self::Written(bytes.ascending(one, state::by_first)?)
                }
                1 => Self::Earlier,
                2 => {
                    let (collection, key) = (bytes.name()?, bytes.key()?);
                    let found = if bytes.flag()? { Some(bytes.dot()?) } else { None };
                    Self::Refused(RemoteRefusal::Changed { collection, key, found })
                }
                3 => {
                    let (collection, home) = (bytes.name()?, bytes.author()?);
                    Self::Refused(RemoteRefusal::NotHome { collection, home })
                }
                4 => Self::Refused(RemoteRefusal::Other(bytes.str()?.to_owned())),
                _ => return Err(bytes.wrong("an answer that is not known here: update this side")),
            })
        })
    }
}
