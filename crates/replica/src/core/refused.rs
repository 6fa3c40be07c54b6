//! Why a change is not written.

use crate::change::WrongName;
use crate::{AuthorId, Dot, Key, Name};

/// Why a change is not written. Nothing of it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// A name or key in it is none.
    #[error(transparent)]
    Name(#[from] WrongName),
    /// It does nothing.
    #[error("the change writes no field and deletes nothing")]
    Nothing,
    /// There is no such collection here.
    #[error("collection `{0}` has no contract here: declare it")]
    NoCollection(Name),
    /// The collection has no such field.
    #[error("collection `{collection}` has no field `{field}`: declare it in the contract")]
    NoField {
        /// The collection.
        collection: Name,
        /// The field.
        field: Name,
    },
    /// The field does not merge as the change writes it.
    #[error(
        "field `{field}` of collection `{collection}` merges by {declared}, the change writes it as {written}"
    )]
    OtherMerge {
        /// The collection.
        collection: Name,
        /// The field.
        field: Name,
        /// How it merges, in the word of the contract.
        declared: &'static str,
        /// How the change writes it.
        written: &'static str,
    },
    /// The field does not hold such values.
    #[error("field `{field}` of collection `{collection}` holds {holds}")]
    OtherKind {
        /// The collection.
        collection: Name,
        /// The field.
        field: Name,
        /// What it holds, in the word of the contract.
        holds: &'static str,
    },
    /// A value is too long.
    #[error("the value of field `{0}` is longer than 16 MiB: store it elsewhere, and its digest here")]
    TooLong(Name),
    /// The change says two things about one.
    #[error(
        "record {key} of collection `{collection}`: the change writes one field twice, or writes and deletes it"
    )]
    Twice {
        /// The collection.
        collection: Name,
        /// The record.
        key: Key,
    },
    /// The record was deleted, and in a merged collection that is for ever.
    #[error(
        "record {key} of collection `{collection}` was deleted, and stays so: write one with another key"
    )]
    Deleted {
        /// The collection.
        collection: Name,
        /// The record.
        key: Key,
    },
    /// The record is not as the writer expected it.
    #[error("record {key} of collection `{collection}` is not as expected: read it again, then decide again")]
    Changed {
        /// The collection.
        collection: Name,
        /// The record.
        key: Key,
        /// The version that it has; none is not there.
        found: Option<Dot>,
    },
    /// Writes to this collection go through another replica.
    #[error("collection `{collection}` is written at its home {home}: send the change there")]
    NotHome {
        /// The collection.
        collection: Name,
        /// Its home.
        home: AuthorId,
    },
    /// A change that goes to a home writes another collection than a serial one.
    #[error("collection `{0}` is not serial: write it here, and let it come to the others by itself")]
    NotSerial(Name),
    /// A change that goes to a home sends messages.
    #[error(
        "the change sends messages, which go into the outbox of who writes: send them from here once the home has answered"
    )]
    Sends,
    /// Too many messages wait in the outbox.
    #[error(
        "{waiting} messages wait in the outbox, and no more may: deliver them, or see what was set aside"
    )]
    OutboxFull {
        /// How many wait.
        waiting: u64,
    },
    /// Another replica has seen more of this author than this one: the store was copied, or set back to an older state.
    #[error(
        "collection `{0}`: another replica has seen later writes of this author; the store was copied or set back to an \
         older state: go on under a new author"
    )]
    SetBack(Name),
}
