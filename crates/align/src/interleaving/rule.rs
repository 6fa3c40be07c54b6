//! What must hold, and what it is called when it does not.

use super::value::{Rows, Value};
use serde::Serialize;
use std::collections::BTreeMap;

/// Something that must hold of what a place holds. Whoever has another kind of rule implements this.
pub trait Rule {
    /// What is broken, where a step led from rows that were well to rows that are not.
    fn broken(&self, before: &Rows, after: &Rows) -> Option<Breach>;
}

/// A rule that is broken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Breach {
    /// What it is called.
    pub anomaly: Anomaly,
    /// What is wrong, in a sentence.
    pub words: String,
}

/// What goes wrong, by the names of the field (Berenson et al., A Critique of ANSI SQL Isolation Levels, 1995; Bailis et al.,
/// 2014).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Anomaly {
    /// Somebody's write has no effect on what is there at the end.
    LostUpdate,
    /// What was deleted is there again.
    LostDelete,
    /// Each left in place what the other took away.
    WriteSkew,
    /// A number is below what it may be: what was there was spent twice.
    DoubleSpend,
    /// A number is above what it may be.
    AboveMaximum,
    /// Two rows have the value that only one may have.
    DuplicateName,
    /// A row points at one that is not there.
    DanglingReference,
    /// A number that never goes back went back.
    WentBack,
    /// A rule of somebody's own is broken.
    Other,
}

impl Anomaly {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::LostUpdate => "lost update",
            Self::LostDelete => "lost delete",
            Self::WriteSkew => "write skew",
            Self::DoubleSpend => "double spend",
            Self::AboveMaximum => "above the maximum",
            Self::DuplicateName => "duplicate name",
            Self::DanglingReference => "dangling reference",
            Self::WentBack => "went back",
            Self::Other => "broken rule",
        }
    }
}

/// The rules of the plan language.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Holds {
    /// No two rows have the same value.
    Unique {
        /// Of this dataset.
        dataset: String,
        /// In this field.
        field: String,
    },
    /// What a field names is a row of another dataset.
    Reference {
        /// Of this dataset.
        dataset: String,
        /// This field.
        field: String,
        /// Names a row of this one.
        to: String,
    },
    /// A number is never less.
    AtLeast {
        /// Of this dataset.
        dataset: String,
        /// This field.
        field: String,
        /// The least.
        least: i64,
    },
    /// A number is never more.
    AtMost {
        /// Of this dataset.
        dataset: String,
        /// This field.
        field: String,
        /// The most.
        most: i64,
    },
    /// A number never goes down.
    NeverDown {
        /// Of this dataset.
        dataset: String,
        /// This field.
        field: String,
    },
    /// In each row, these fields together are never less.
    Together {
        /// Of this dataset.
        dataset: String,
        /// These fields.
        fields: Vec<String>,
        /// The least sum.
        least: i64,
    },
}

impl Rule for Holds {
    fn broken(&self, before: &Rows, after: &Rows) -> Option<Breach> {
        let breach = |anomaly, words| Some(Breach { anomaly, words });
        match self {
            Self::Unique { dataset, field } => {
                let mut first: BTreeMap<&Value, String> = BTreeMap::new();
                for (row, value) in after.column(dataset, field) {
                    if let Some(other) = first.insert(value, row.to_string()) {
                        let words = format!("{other} and {row} both have {field} {value}");
                        return breach(Anomaly::DuplicateName, words);
                    }
                }
                None
            }
            Self::Reference { dataset, field, to } => {
                let missing = after.column(dataset, field).find(|(_, value)| {
                    let Value::Text(key) = value else { return false };
                    !after.0.keys().any(|row| &row.dataset == to && &row.key == key)
                });
                let (row, value) = missing?;
                let words = format!("{row} points at {to} {value}, which is not there");
                breach(Anomaly::DanglingReference, words)
            }
            Self::AtLeast { dataset, field, least } => {
                let numbers = after.column(dataset, field);
                let (row, value) = numbers
                    .filter_map(|(row, value)| Some((row, value.number()?)))
                    .find(|(_, value)| value < least)?;
                breach(Anomaly::DoubleSpend, format!("{field} of {row} is {value}, below {least}"))
            }
            Self::AtMost { dataset, field, most } => {
                let numbers = after.column(dataset, field);
                let (row, value) = numbers
                    .filter_map(|(row, value)| Some((row, value.number()?)))
                    .find(|(_, value)| value > most)?;
                breach(Anomaly::AboveMaximum, format!("{field} of {row} is {value}, above {most}"))
            }
            Self::NeverDown { dataset, field } => {
                let went_back = after.column(dataset, field).find_map(|(row, value)| {
                    let now = value.number()?;
                    let was = before.get(&row.field(field))?.number()?;
                    (now < was).then(|| format!("{field} of {row} went back from {was} to {now}"))
                })?;
                breach(Anomaly::WentBack, went_back)
            }
            Self::Together { dataset, fields, least } => {
                let rows = after.0.iter().filter(|(row, _)| &row.dataset == dataset);
                let (row, sum) = rows
                    .map(|(row, values)| {
                        let numbers = fields.iter().filter_map(|field| values.get(field)?.number());
                        (row, numbers.sum::<i64>())
                    })
                    .find(|(_, sum)| sum < least)?;
                let words = format!("{} of {row} come to {sum}, below {least}", fields.join(" and "));
                breach(Anomaly::WriteSkew, words)
            }
        }
    }
}
