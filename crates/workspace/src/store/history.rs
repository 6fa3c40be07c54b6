//! What was written into a store, one write after the other.

use super::{StoreTrouble, read_copies};
use crate::journal::{Step, UndoError, edits_from_json, edits_in_json};
use crate::workspace::Workspace;
use kedge_replica::Record;
use serde_json::{Value, json};

/// One write, as the store remembers it.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// Counted from one, the first.
    pub number: u64,
    /// What it did, when, and the texts before and after.
    pub step: Step,
    /// The write that it took back.
    pub takes_back: Option<u64>,
}

impl Written {
    /// For programs: its number, day and words, the write that it took back, and the texts before and after.
    pub fn in_json(&self) -> Value {
        json!({
            "number": self.number,
            "on": self.step.on,
            "what": self.step.what,
            "takes_back": self.takes_back,
            "edits": edits_in_json(&self.step.edits),
        })
    }

    /// Whether it changed a read copy.
    pub(super) fn moved_copies(&self) -> bool {
        self.step.edits.iter().any(|edit| read_copies::is_one(&edit.path))
    }

    /// Whether it changed nothing but read copies: what was read elsewhere, which is taken back where it was written.
    pub(super) fn is_a_reading(&self) -> bool {
        self.step.edits.iter().all(|edit| read_copies::is_one(&edit.path))
    }

    /// Whether a text changed in it whose path begins so: a team's folder, a plan.
    pub fn changed(&self, beginning: &str) -> bool {
        self.step.edits.iter().any(|edit| edit.path.starts_with(beginning))
    }
}

/// The write that undo takes back: the last that was not taken back already.
pub fn last_that_stands(history: &[Written]) -> Option<&Written> {
    let is_taken_back = |it: &Written| history.iter().any(|later| later.takes_back == Some(it.number));
    // The first write is the store itself.
    history
        .iter()
        .rev()
        .find(|it| it.number > 1 && it.takes_back.is_none() && !it.is_a_reading() && !is_taken_back(it))
}

/// A write from its record.
pub(super) fn written(key: &str, record: &Record) -> Option<Written> {
    let edits: Value = serde_json::from_str(record.text("edits")?).ok()?;
    Some(Written {
        number: key.parse().ok()?,
        step: Step {
            what: record.text("what")?.to_owned(),
            on: record.text("on")?.parse().ok()?,
            edits: edits_from_json(&edits)?,
        },
        takes_back: match record.value("takes-back") {
            Some(kedge_replica::Value::Integer(number)) => u64::try_from(*number).ok(),
            _ => None,
        },
    })
}

impl Workspace {
    /// Every write, the first first; `None` where the organisation is in files, whose history their repository keeps.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn history(&self) -> Result<Option<Vec<Written>>, StoreTrouble> {
        self.store().map(super::Store::history).transpose()
    }

    /// Takes the write of this number back, which must be the last that stands: what others wrote meanwhile is not taken back
    /// unseen.
    ///
    /// # Errors
    /// The organisation is in files, where writes have no numbers; the last write is another; or the store fails.
    pub fn undo_write(&self, number: u64) -> Result<Step, UndoError> {
        if self.is_store() { self.take_back(Some(number)) } else { Err(UndoError::Nothing) }
    }
}
