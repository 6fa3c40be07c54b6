//! Rows, fields and values: what a place holds.

use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The value of a field.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// A number.
    Number(i64),
    /// Anything else.
    Text(String),
    /// Several at once: the elements of a set, or versions that were kept both.
    Many(BTreeSet<Value>),
}

impl Value {
    /// Text as a value.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// The number, where it is one.
    pub fn number(&self) -> Option<i64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    /// Whether it is this value, or holds it.
    pub fn holds(&self, value: &Self) -> bool {
        match self {
            Self::Many(all) => all.contains(value),
            one => one == value,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => write!(f, "“{text}”"),
            Self::Many(all) => {
                for (at, value) in all.iter().enumerate() {
                    if at > 0 {
                        f.write_str(" and ")?;
                    }
                    write!(f, "{value}")?;
                }
                Ok(())
            }
        }
    }
}

/// A row of a dataset.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId {
    /// The dataset.
    pub dataset: String,
    /// Which of its rows.
    pub key: String,
}

impl RowId {
    /// The row of a dataset.
    pub fn new(dataset: impl Into<String>, key: impl Into<String>) -> Self {
        Self { dataset: dataset.into(), key: key.into() }
    }

    /// One of its fields.
    pub fn field(&self, field: impl Into<String>) -> Cell {
        Cell { row: self.clone(), field: field.into() }
    }
}

impl fmt::Display for RowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.dataset, self.key)
    }
}

/// A field of a row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// The row.
    pub row: RowId,
    /// The field.
    pub field: String,
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.field, self.row)
    }
}

/// All rows that a place holds, with their fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rows(pub BTreeMap<RowId, BTreeMap<String, Value>>);

impl Rows {
    /// The same with a row more.
    #[must_use]
    pub fn with<F: Into<String>>(mut self, row: RowId, fields: impl IntoIterator<Item = (F, Value)>) -> Self {
        self.0.insert(row, fields.into_iter().map(|(name, value)| (name.into(), value)).collect());
        self
    }

    /// The value of a field; nothing where the row or the field is not there.
    pub fn get(&self, cell: &Cell) -> Option<&Value> {
        self.0.get(&cell.row)?.get(&cell.field)
    }

    /// Whether the row is there.
    pub fn has(&self, row: &RowId) -> bool {
        self.0.contains_key(row)
    }

    /// The rows of a dataset, with one field of each where it is there.
    pub fn column<'a>(
        &'a self,
        dataset: &'a str,
        field: &'a str,
    ) -> impl Iterator<Item = (&'a RowId, &'a Value)> {
        self.0
            .iter()
            .filter(move |(row, _)| row.dataset == dataset)
            .filter_map(move |(row, fields)| Some((row, fields.get(field)?)))
    }
}
