//! SQL of any dialect: what it does to which table, and the routines that it defines.
//!
//! Two readers. [`scan`] reads tokens and understands enough of T-SQL, PostgreSQL, MySQL and SQLite to tell what is
//! written and what is read; it takes any text and one pass. Every statement that stands alone is then given to a full
//! parser ([`parse`]): where that understands it, what it says counts, and counts as surer.

mod parse;
mod scan;
mod tokens;

#[cfg(test)]
mod tests;

pub(crate) use tokens::HOLE;

use super::act::{Act, Kind};
use super::name::Name;

/// Something that SQL does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mention {
    pub(crate) act: Act,
    /// What it is, where the statement says.
    pub(crate) kind: Option<Kind>,
    pub(crate) name: Name,
    /// As it is written.
    pub(crate) written: String,
    /// Where, in bytes.
    pub(crate) at: usize,
    /// In which of the routines.
    pub(crate) within: Option<usize>,
    /// Whether a full parser understood the statement.
    pub(crate) parsed: bool,
}

/// A view, procedure, function or trigger that is defined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Routine {
    pub(crate) name: Name,
    pub(crate) kind: Kind,
}

/// What a text of SQL does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) mentions: Vec<Mention>,
    pub(crate) routines: Vec<Routine>,
}

/// Reads SQL.
pub(crate) fn read(sql: &str) -> Reading {
    scan::read(sql)
}
