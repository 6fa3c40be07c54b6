//! Operations as small step programs: what is read, what is checked, what is written.

use super::value::{Cell, RowId, Rows, Value};
use std::fmt;

/// What one writer does, step by step.
///
/// A program keeps what must hold when it runs alone: it checks what it relies on before it writes. That is the premise of
/// the search; what goes wrong is then due to somebody else's steps in between.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Program {
    /// Who does it.
    pub who: String,
    /// What it is called.
    pub name: String,
    /// The steps.
    pub steps: Vec<Step>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Looks at something and remembers it.
    Read(Read),
    /// Goes on only where this holds of what was remembered.
    Check(Condition),
    /// Changes something.
    Write(Write),
}

/// What is looked at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Read {
    /// The value of a field.
    Cell(Cell),
    /// Whether a row is there.
    Row(RowId),
    /// Whether any row of a dataset has this value.
    Any {
        /// The dataset.
        dataset: String,
        /// The field.
        field: String,
        /// The value.
        value: Value,
    },
}

/// What must hold of what was remembered.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Condition {
    /// It was there.
    There(Read),
    /// It was not.
    NotThere(Read),
    /// The sum of the numbers of these fields, and `plus`, is `least` or more; a field that was not there counts for nothing.
    AtLeast {
        /// The fields.
        of: Vec<Cell>,
        /// What is added to them.
        plus: i64,
        /// The least sum.
        least: i64,
    },
    /// The same, `most` or less.
    AtMost {
        /// The fields.
        of: Vec<Cell>,
        /// What is added to them.
        plus: i64,
        /// The greatest sum.
        most: i64,
    },
}

/// A change.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Write {
    /// Puts a row there, with its fields.
    Insert {
        /// The row.
        row: RowId,
        /// Its fields.
        fields: Vec<(String, Value)>,
    },
    /// Sets a field of a row that is there; of one that is not, it does nothing.
    Set {
        /// The field.
        cell: Cell,
        /// To what.
        to: To,
    },
    /// Saves a row as the program has it, with a field changed: it is there afterwards, whether or not it was.
    Save {
        /// The field.
        cell: Cell,
        /// To what.
        to: To,
    },
    /// Adds to a number where it is, in one step.
    Add {
        /// The field.
        cell: Cell,
        /// How much; less than nothing takes away.
        by: i64,
    },
    /// Takes a row out.
    Remove {
        /// The row.
        row: RowId,
    },
}

/// What a field is set to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum To {
    /// This.
    Value(Value),
    /// What was read, and so much more.
    SeenPlus(Cell, i64),
}

impl Program {
    /// A program.
    pub fn new(
        who: impl Into<String>,
        name: impl Into<String>,
        steps: impl IntoIterator<Item = Step>,
    ) -> Self {
        Self { who: who.into(), name: name.into(), steps: steps.into_iter().collect() }
    }

    /// How many of its steps write.
    pub(super) fn writes(&self) -> usize {
        self.steps.iter().filter(|step| matches!(step, Step::Write(_))).count()
    }
}

impl Step {
    /// The dataset that it touches; a check touches none.
    pub(super) fn dataset(&self) -> Option<&str> {
        match self {
            Self::Read(Read::Cell(cell)) => Some(&cell.row.dataset),
            Self::Read(Read::Row(row)) => Some(&row.dataset),
            Self::Read(Read::Any { dataset, .. }) => Some(dataset),
            Self::Check(_) => None,
            Self::Write(write) => Some(&write.row().dataset),
        }
    }
}

impl Write {
    /// The row that it changes.
    pub(super) fn row(&self) -> &RowId {
        match self {
            Self::Insert { row, .. } | Self::Remove { row } => row,
            Self::Set { cell, .. } | Self::Save { cell, .. } | Self::Add { cell, .. } => &cell.row,
        }
    }
}

impl Read {
    /// What these rows show: the value, or 1 for what is there.
    pub(super) fn of(&self, rows: &Rows) -> Option<Value> {
        match self {
            Self::Cell(cell) => rows.get(cell).cloned(),
            Self::Row(row) => rows.has(row).then_some(Value::Number(1)),
            Self::Any { dataset, field, value } => {
                rows.column(dataset, field).any(|(_, it)| it.holds(value)).then_some(Value::Number(1))
            }
        }
    }

    /// What was read, in words: `reads points of account 1: 3`.
    pub(super) fn in_words(&self, seen: Option<&Value>) -> String {
        match (self, seen) {
            (Self::Cell(cell), Some(value)) => format!("reads {cell}: {value}"),
            (Self::Cell(cell), None) => format!("reads {cell}: nothing"),
            (_, Some(_)) => format!("looks for {self}: it is there"),
            (_, None) => format!("looks for {self}: it is not there"),
        }
    }
}

impl fmt::Display for Read {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cell(cell) => write!(f, "{cell}"),
            Self::Row(row) => write!(f, "{row}"),
            Self::Any { dataset, field, value } => write!(f, "a {dataset} with {field} {value}"),
        }
    }
}
