//! The plan language: read with the place of every value, changed in place, described to editors and readers.
//!
//! ```text
//! folder ──load_folder──▶ SourceText… ──read──▶ TOML ──recognise──▶ typed tables ──▶ facts ──▶ Organisation
//!                                         └─────────────┴────────────────┴──────────────┴──▶ findings, all at once
//! Change… ──apply──▶ Edit…: the texts of the files that change, everything else in them as it was
//! ```
//!
//! One table (`language`) lists every kind of file, table and key; the reader, the JSON Schema ([`json_schema`]) and the
//! reference ([`reference_markdown`]) are made from it. If anything is an error there is no organisation: never half a
//! load.
//!
//! Opinions about plans are not here: those are checks. [`load_folder`] alone touches the disk, and nothing here writes
//! to it.

mod apply;
mod fact;
mod folder;
pub mod language;
mod locate;
mod node;
mod patch;
mod place;
mod position;
mod read;
mod reader;
mod reading;
mod recognise;
mod render;
mod schema;
mod sources;
mod syntax;
mod template;
mod value;

pub use apply::{ApplyError, Edit, apply};
pub use folder::{Found, Links, LoadError, Overlay, find, load_folder, load_folder_with};
pub use language::FileKind;
pub use position::{Columns, Position, TextEdit, range};
pub use read::{Failed, Loaded, SourceText, read, read_found, settings_in, speaks_for};
pub use reader::Reader;
pub use schema::{json_schema, reference_markdown};
pub use sources::Sources;
pub use template::{Template, append, template};
