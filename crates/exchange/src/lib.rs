//! Other people's formats, in and out, one module each.
//!
//! Data goes one way: whoever calls reads the files and passes their paths and texts; a module turns them into records
//! of the format's own shape, and those into a [`Draft`]: changes to an organisation, and every row that was not taken,
//! with its reason. The caller shows the draft and applies it.
//!
//! ```text
//! (path, text)… ──▶ records of the format ──▶ Draft { changes, rows not taken, notes }
//! ```
//!
//! This crate never opens a file, never uses the network, and **never invents**: what a source does not say (effort,
//! value, dates, people) stays absent, so that the answers say "too little data" rather than something wrong.

mod align;
pub mod backstage;
pub mod codeowners;
mod dates;
mod draft;
mod encoding;
pub mod export;
pub mod github;
pub mod jira;
pub mod kep;
pub mod linear;
pub mod mapped;
mod merge;
mod names;
pub mod odcs;
pub mod rust_goals;
mod table;
mod tracker;
pub mod yaml;

pub use dates::DateOrder;
pub use draft::{Counts, Draft, FieldNotTaken, FileNotTaken, RowNotTaken, SourceFile};
pub use encoding::{NotText, text};
pub use merge::{Changed, Kept, Merge, Report, merge};
