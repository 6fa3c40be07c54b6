//! What an application asks to be written: fields of records, all of it at once or nothing.

use crate::event::Op;
use crate::messages::Draft;
use crate::{Dot, Key, Name, NotAKey, NotAName, Value};

/// A change of one record or several, in one collection or several. At this replica it is all there or nothing; elsewhere
/// what it does to one collection arrives at once.
///
/// ```
/// use kedge_replica::Change;
/// let change = Change::to("tasks", "t1").set("title", "Buy milk").add("labels", "home").count("votes", 1);
/// ```
#[derive(Clone, Debug)]
pub struct Change {
    pub(crate) parts: Vec<Part>,
    pub(crate) wrong: Option<WrongName>,
    pub(crate) messages: Vec<Draft>,
}

/// One record's part of a change.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) collection: Name,
    pub(crate) key: Key,
    pub(crate) expected: Expected,
    pub(crate) delete: bool,
    pub(crate) fields: Vec<(Name, Op)>,
}

/// What a writer expects of a record before the change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Expected {
    /// Anything.
    #[default]
    Anything,
    /// It is not there.
    Absent,
    /// It has this version: nobody has changed it since it was read.
    Version(Dot),
}

/// A name or key in a change that is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrongName {
    /// Of a collection or field.
    #[error(transparent)]
    Name(#[from] NotAName),
    /// Of a record.
    #[error(transparent)]
    Key(#[from] NotAKey),
}

impl Change {
    /// A change that begins with this record.
    pub fn to(collection: &str, key: &str) -> Self {
        Self { parts: Vec::new(), wrong: None, messages: Vec::new() }.and(collection, key)
    }

    /// Goes on with another record.
    #[must_use]
    pub fn and(mut self, collection: &str, key: &str) -> Self {
        match (Name::new(collection), Key::new(key)) {
            (Ok(collection), Ok(key)) => {
                let (expected, delete, fields) = (Expected::Anything, false, Vec::new());
                self.parts.push(Part { collection, key, expected, delete, fields });
            }
            (Err(wrong), _) => self.is_wrong(wrong.into()),
            (_, Err(wrong)) => self.is_wrong(wrong.into()),
        }
        self
    }

    fn is_wrong(&mut self, wrong: WrongName) {
        self.wrong.get_or_insert(wrong);
    }

    /// Only if the record is as expected; otherwise the whole change is refused.
    #[must_use]
    pub fn expecting(mut self, expected: Expected) -> Self {
        if let Some(part) = self.parts.last_mut() {
            part.expected = expected;
        }
        self
    }

    /// Writes a last-writer field.
    #[must_use]
    pub fn set(self, field: &str, value: impl Into<Value>) -> Self {
        self.op(field, Op::Set(value.into()))
    }

    /// Writes a keep-both field, in the place of all values that this replica sees.
    #[must_use]
    pub fn keep(self, field: &str, value: impl Into<Value>) -> Self {
        self.op(field, Op::Keep { value: value.into(), replaces: Vec::new() })
    }

    /// Puts an element into a set.
    #[must_use]
    pub fn add(self, field: &str, element: impl Into<Value>) -> Self {
        self.op(field, Op::Add { element: element.into(), replaces: Vec::new() })
    }

    /// Takes an element out of a set.
    #[must_use]
    pub fn remove(self, field: &str, element: impl Into<Value>) -> Self {
        self.op(field, Op::Remove { element: element.into(), removes: Vec::new() })
    }

    /// Adds to a counter; a negative amount takes away.
    #[must_use]
    pub fn count(self, field: &str, amount: i64) -> Self {
        self.op(field, Op::Count(amount))
    }

    /// Raises a maximum to this, if it is less.
    #[must_use]
    pub fn raise(self, field: &str, value: impl Into<Value>) -> Self {
        self.op(field, Op::Raise(value.into()))
    }

    /// Lowers a minimum to this, if it is more.
    #[must_use]
    pub fn lower(self, field: &str, value: impl Into<Value>) -> Self {
        self.op(field, Op::Lower(value.into()))
    }

    /// Deletes the record.
    #[must_use]
    pub fn delete(mut self) -> Self {
        if let Some(part) = self.parts.last_mut() {
            part.delete = true;
        }
        self
    }

    /// Sends a message, if the change is written. Messages of one topic and key are delivered one after the other.
    #[must_use]
    pub fn send(mut self, topic: &str, key: &str, body: impl Into<Vec<u8>>) -> Self {
        self.messages.push(Draft { topic: topic.to_owned(), key: key.to_owned(), body: body.into() });
        self
    }

    fn op(mut self, field: &str, op: Op) -> Self {
        match (Name::new(field), self.parts.last_mut()) {
            (Ok(name), Some(part)) => part.fields.push((name, op)),
            (Err(wrong), _) => self.is_wrong(wrong.into()),
            (_, None) => {}
        }
        self
    }
}
