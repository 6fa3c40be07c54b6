//! Events: what one author did at once to records of one collection. What is sent, kept in the log, and folded.

use crate::{AuthorId, Dot, Key, Name, Stamp, Timestamp, Value};

/// How a collection is kept right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Consistency {
    /// Each record has one writer, the author who made it; all others hold read copies.
    Owned,
    /// All write, any time; writes are merged field by field.
    Merged,
    /// All writes go through one home, one at a time.
    Serial,
}

impl Consistency {
    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Owned => "owned",
            Self::Merged => "merged",
            Self::Serial => "serial",
        }
    }
}

/// What one author did at once to records of one collection: all of it is taken in or nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Event {
    /// Who wrote it.
    pub author: AuthorId,
    /// The author's how-manieth event in this collection, from 1, without gaps.
    pub sequence: u64,
    /// When, by the author's hybrid logical clock.
    pub time: Timestamp,
    /// How the collection was kept when it was written.
    pub consistency: Consistency,
    /// What the author had taken in of others since the author's last event: it is applied after these. Together with the
    /// author's own order that is causal order. Empty in owned collections, where authors do not wait for each other.
    pub after: Vec<Dot>,
    /// What was done.
    pub body: Body,
}

impl Event {
    /// Its name.
    pub fn dot(&self) -> Dot {
        Dot { author: self.author, sequence: self.sequence }
    }

    /// Its place in the total order.
    pub fn stamp(&self) -> Stamp {
        Stamp { time: self.time, author: self.author }
    }

    /// Its name with its place.
    pub fn mark(&self) -> Mark {
        Mark { stamp: self.stamp(), sequence: self.sequence }
    }

    /// About how many bytes it takes: those of its keys and values, and some for each.
    pub(crate) fn weight(&self) -> usize {
        let field = |edit: &FieldEdit| 16 + edit.op.value().map_or(0, Value::length);
        let edit = |edit: &RecordEdit| {
            16 + edit.key.as_str().len() + edit.action.fields().iter().map(field).sum::<usize>()
        };
        32 + self.edits().iter().map(edit).sum::<usize>()
    }

    /// The record that an edit in it is about.
    pub fn address(&self, edit: &RecordEdit) -> Address {
        let owner = (self.consistency == Consistency::Owned).then_some(self.author);
        Address { owner, key: edit.key.clone() }
    }

    /// The edits, if it is about records.
    pub fn edits(&self) -> &[RecordEdit] {
        match &self.body {
            Body::Edits(edits) => edits,
            Body::HandOver { .. } => &[],
        }
    }
}

/// An event's place in the total order, with its sequence. Orders as [`Stamp`] does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark {
    /// When and who.
    pub stamp: Stamp,
    /// The author's how-manieth event.
    pub sequence: u64,
}

impl Mark {
    /// The event's name.
    pub fn dot(&self) -> Dot {
        Dot { author: self.stamp.author, sequence: self.sequence }
    }
}

/// What an event does.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Body {
    /// Edits records; keys ascend, none is named twice.
    Edits(Vec<RecordEdit>),
    /// The home of a serial collection gives it to another author: the last event that it writes there.
    HandOver {
        /// The next home.
        to: AuthorId,
    },
}

/// One record's part of an event.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RecordEdit {
    /// The record.
    pub key: Key,
    /// What is done to it.
    pub action: Action,
}

/// What is done to a record.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Fields are written; a record that is not there begins, one that was deleted stays deleted.
    Edit(Vec<FieldEdit>),
    /// A record that was deleted begins anew, with these fields. Only where one author writes at a time: owned and serial.
    Recreate(Vec<FieldEdit>),
    /// The record goes, and stays gone.
    Delete,
}

impl Action {
    /// The fields written.
    pub fn fields(&self) -> &[FieldEdit] {
        match self {
            Self::Edit(fields) | Self::Recreate(fields) => fields,
            Self::Delete => &[],
        }
    }
}

/// One field's part of an event.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FieldEdit {
    /// The field.
    pub field: Name,
    /// What is done to it.
    pub op: Op,
}

/// What is done to a field. It carries how the field merges, so that folding needs no contract: replicas that know
/// different versions of a contract still hold the same state.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// Last writer: the value of the latest stamp stays.
    Set(Value),
    /// Keep both: stands beside what was written at the same time, in the place of what the writer saw.
    Keep {
        /// What is written.
        value: Value,
        /// The values that the writer saw.
        replaces: Vec<Dot>,
    },
    /// Set: the element is in.
    Add {
        /// The element.
        element: Value,
        /// The earlier additions of it that the writer saw; this one stands for them.
        replaces: Vec<Dot>,
    },
    /// Set: the element is out, unless somebody adds it at the same time.
    Remove {
        /// The element.
        element: Value,
        /// The additions of it that the writer saw.
        removes: Vec<Dot>,
    },
    /// Counter: so much more, or less.
    Count(i64),
    /// Maximum: at least this.
    Raise(Value),
    /// Minimum: at most this.
    Lower(Value),
}

/// How writes to one field come together.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize, serde::Serialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Merge {
    /// The latest write stays (by hybrid logical clock, then author); others are gone.
    #[default]
    LastWriter,
    /// Writes that did not see each other all stay, until somebody writes who saw them.
    KeepBoth,
    /// A set of values; who adds wins over who removes at the same time.
    Set,
    /// The sum of all that was counted.
    Counter,
    /// The greatest value ever written.
    Max,
    /// The least value ever written.
    Min,
}

impl Merge {
    /// Its word in a contract's file.
    pub const fn word(self) -> &'static str {
        match self {
            Self::LastWriter => "last-writer",
            Self::KeepBoth => "keep-both",
            Self::Set => "set",
            Self::Counter => "counter",
            Self::Max => "max",
            Self::Min => "min",
        }
    }
}

impl Op {
    /// How the field merges that it writes.
    pub const fn merge(&self) -> Merge {
        match self {
            Self::Set(_) => Merge::LastWriter,
            Self::Keep { .. } => Merge::KeepBoth,
            Self::Add { .. } | Self::Remove { .. } => Merge::Set,
            Self::Count(_) => Merge::Counter,
            Self::Raise(_) => Merge::Max,
            Self::Lower(_) => Merge::Min,
        }
    }

    /// The value that it carries.
    pub const fn value(&self) -> Option<&Value> {
        match self {
            Self::Set(value) | Self::Keep { value, .. } | Self::Raise(value) | Self::Lower(value) => {
                Some(value)
            }
            Self::Add { element, .. } | Self::Remove { element, .. } => Some(element),
            Self::Count(_) => None,
        }
    }

    /// The events that it says it saw.
    pub fn saw(&self) -> &[Dot] {
        match self {
            Self::Keep { replaces, .. } | Self::Add { replaces, .. } => replaces,
            Self::Remove { removes, .. } => removes,
            _ => &[],
        }
    }
}

/// Where a record is within its collection.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// Whose it is, in an owned collection: the only author who can write it.
    pub owner: Option<AuthorId>,
    /// What it is called.
    pub key: Key,
}
