//! The state of one record: what a fold of events comes to, and what a reader sees of it.

use crate::event::{Action, FieldEdit, Mark, Merge, Op};
use crate::field::Field;
use crate::{Dot, Name, Value, VersionVector};

/// The state of one record. Every replica that has taken in the same events has the same bytes of it, in whatever order
/// they came.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Record {
    pub(crate) life: Life,
    /// The latest of the events that shaped it.
    pub(crate) changed: Option<Mark>,
    /// By name, then by how they merge; a name stands twice only where writers disagreed about how it merges.
    pub(crate) fields: Vec<(Name, Field)>,
}

/// Whether a record is there. The latest decides: deletes stay, until the only writer makes the record anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Life {
    /// It was never deleted.
    #[default]
    First,
    /// It was deleted, and made anew then.
    Again(Mark),
    /// It was deleted then.
    Deleted(Mark),
}

impl Life {
    pub(crate) fn since(&self) -> Option<Mark> {
        match self {
            Self::First => None,
            Self::Again(mark) | Self::Deleted(mark) => Some(*mark),
        }
    }
}

impl Record {
    /// Takes in one action, once, after all that its event comes after.
    pub fn apply(&mut self, mark: &Mark, action: &Action) {
        match action {
            Action::Delete if Some(*mark) > self.life.since() => self.begin(Life::Deleted(*mark), mark),
            Action::Recreate(fields) if Some(*mark) > self.life.since() => {
                self.begin(Life::Again(*mark), mark);
                self.edit(mark, fields);
            }
            Action::Edit(fields) if !self.is_deleted() => {
                self.changed = self.changed.max(Some(*mark));
                self.edit(mark, fields);
            }
            _ => {}
        }
    }

    /// Whether it is what this action makes of a record that was not there. `false` may also be said of one that is.
    #[cfg(any(feature = "postgres", feature = "sqlite"))]
    pub(crate) fn is_all_of(&self, mark: &Mark, action: &Action) -> bool {
        let (life, edits) = match action {
            Action::Edit(edits) => (Life::First, edits),
            Action::Recreate(edits) => (Life::Again(*mark), edits),
            Action::Delete => return false,
        };
        // Both are in the order of names and kinds, in which each stands once in a record.
        self.life == life
            && self.changed == Some(*mark)
            && self.fields.len() == edits.len()
            && self
                .fields
                .iter()
                .zip(edits)
                .all(|((name, state), edit)| *name == edit.field && state.is_all_of(mark, &edit.op))
    }

    fn begin(&mut self, life: Life, mark: &Mark) {
        *self = Self { life, changed: Some(*mark), fields: Vec::new() };
    }

    fn edit(&mut self, mark: &Mark, edits: &[FieldEdit]) {
        for FieldEdit { field, op } in edits {
            match self.place(field.as_str(), op.merge()) {
                Ok(place) => {
                    let state = &mut self.fields[place].1;
                    state.apply(mark, op);
                    if state.is_empty() {
                        self.fields.remove(place);
                    }
                }
                Err(place) => {
                    if let Some(state) = Field::first(mark, op) {
                        self.fields.insert(place, (field.clone(), state));
                    }
                }
            }
        }
    }

    fn place(&self, field: &str, merge: Merge) -> Result<usize, usize> {
        self.fields.binary_search_by(|(name, state)| {
            name.as_str().cmp(field).then_with(|| state.merge().cmp(&merge))
        })
    }

    /// Becomes the record of who has seen what either side has seen.
    pub fn join(&mut self, seen: &VersionVector, other: &Self, other_seen: &VersionVector) {
        if self.life.since() != other.life.since() {
            if other.life.since() > self.life.since() {
                self.clone_from(other);
            }
            return;
        }
        self.changed = self.changed.max(other.changed);
        for (name, state) in &mut self.fields {
            match other.place(name.as_str(), state.merge()) {
                Ok(place) => state.join(seen, &other.fields[place].1, other_seen),
                Err(_) => state.without(other_seen),
            }
        }
        for (name, theirs) in &other.fields {
            if let Err(place) = self.place(name.as_str(), theirs.merge()) {
                let mut theirs = theirs.clone();
                theirs.without(seen);
                self.fields.insert(place, (name.clone(), theirs));
            }
        }
        self.fields.retain(|(_, state)| !state.is_empty());
    }

    /// Whether it was deleted.
    pub fn is_deleted(&self) -> bool {
        matches!(self.life, Life::Deleted(_))
    }

    /// Whether there is anything to read: written, and not deleted since.
    pub fn exists(&self) -> bool {
        self.changed.is_some() && !self.is_deleted()
    }

    /// The latest event that shaped it: its version, for compare-and-set. `None` if there is none, or it was deleted.
    pub fn version(&self) -> Option<Dot> {
        self.changed.filter(|_| !self.is_deleted()).map(|mark| mark.dot())
    }

    /// When and by whom it was changed last; by whom it was deleted, if it was.
    pub fn changed(&self) -> Option<Mark> {
        self.changed
    }

    /// The state of a field that merges so.
    pub fn field(&self, field: &str, merge: Merge) -> Option<&Field> {
        let place = self.place(field, merge).ok()?;
        self.fields.get(place).map(|(_, state)| state)
    }

    /// All fields, those that no contract here knows among them.
    pub fn fields(&self) -> impl ExactSizeIterator<Item = (&Name, &Field)> {
        self.fields.iter().map(|(name, state)| (name, state))
    }

    /// The latest value of a last-writer field, or the greatest or least of a field that keeps that.
    pub fn value(&self, field: &str) -> Option<&Value> {
        self.fields.iter().filter(|(name, _)| name.as_str() == field).find_map(|(_, state)| match state {
            Field::LastWriter { value, .. } | Field::Max(value) | Field::Min(value) => Some(value),
            _ => None,
        })
    }

    /// The text of such a field.
    pub fn text(&self, field: &str) -> Option<&str> {
        self.value(field)?.as_text()
    }

    /// All values of a keep-both field that did not see each other, the oldest dot first. More than one is a conflict:
    /// whoever writes the field next decides it.
    pub fn kept(&self, field: &str) -> Vec<&Value> {
        match self.field(field, Merge::KeepBoth) {
            Some(Field::KeepBoth(kept)) => kept.values().collect(),
            _ => Vec::new(),
        }
    }

    /// The elements of a set, in order.
    pub fn set(&self, field: &str) -> Vec<&Value> {
        match self.field(field, Merge::Set) {
            Some(Field::Set(elements)) => elements.keys().collect(),
            _ => Vec::new(),
        }
    }

    /// The sum of a counter; 0 if nobody counted.
    pub fn count(&self, field: &str) -> i128 {
        match self.field(field, Merge::Counter) {
            Some(Field::Counter(tallies)) => tallies.values().map(|tally| tally.total).sum(),
            _ => 0,
        }
    }

    /// The operation with what it sees of this record filled in: the values that it replaces or removes.
    pub(crate) fn observed(&self, field: &Name, op: Op) -> Op {
        let state = self.field(field.as_str(), op.merge());
        let kept = || match state {
            Some(Field::KeepBoth(kept)) => kept.keys().copied().collect(),
            _ => Vec::new(),
        };
        let held = |element: &Value| match state {
            Some(Field::Set(elements)) => elements.get(element).cloned().unwrap_or_default(),
            _ => Vec::new(),
        };
        match op {
            Op::Keep { value, .. } => Op::Keep { value, replaces: kept() },
            Op::Add { element, .. } => Op::Add { replaces: held(&element), element },
            Op::Remove { element, .. } => Op::Remove { removes: held(&element), element },
            other => other,
        }
    }
}
