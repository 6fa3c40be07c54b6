//! What the code says about who depends on whom: readers of git histories and of sources, and the evidence they yield.
//!
//! ```text
//! git ──▶ history: commits, their people and paths ──┐
//!     ──▶ tree: the files of one revision ───────────┼──▶ counts ──▶ Survey (JSON, CSV) ──▶ model's CodeEvidence
//! CODEOWNERS, OWNERS, … ──▶ ownership: path to teams ─┘
//! ```
//!
//! Everything is read from git's objects through a pipe ([`git`]): no file of a work tree is opened, so no link is
//! followed and nothing outside a repository is read, whatever its contents say.
//!
//! This crate counts and shows where; **it never judges**. What a number means is said by the rules and by `align`.

pub mod areas;
pub mod away;
pub mod borders;
pub mod congruence;
pub mod coupling;
pub mod data;
pub mod files_together;
mod found;
mod found_tables;
mod generated;
pub mod git;
pub mod history;
mod origin;
pub mod ownership;
pub mod people;
mod repository;
pub mod routine;
mod selection;
mod shown;
pub mod sources;
mod survey;
pub mod tables;
pub mod tree;
pub mod twice;

pub use found::{BordersFound, DataFound, OwnTables, Parts, TableError};
pub use origin::{FilePages, Origin};
pub use repository::{Repository, SurveyError};
pub use selection::{LeftOut, Selection};
pub use survey::{Asked, Doing, How, Progress, Reading, SCHEMA, Survey};

/// A word of this crate's enumerations as people read it: as the JSON has it, with spaces.
pub fn word<T: serde::Serialize>(value: T) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().replace('-', " ")
}
