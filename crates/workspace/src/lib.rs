//! An organisation opened: its files read and watched, its answers kept, what people record written down and undone.
//!
//! ```text
//! folder, store ──texts──▶ Organisation ──floor, forecast, decide, check──▶ Answers ──▶ Snapshot ──▶ command, pages
//!    ▲                                                                              │
//!    └────────────────────── edits, all or none ◀── Change… ◀───────────────────────┘
//! ```
//!
//! A [`Workspace`] always holds a [`Snapshot`]: the newest answers, and beside them what is wrong with the newest files
//! where those cannot be read; the last good answers stay. Answers are computed when first asked for and kept by a digest
//! of what they are a function of, so that a file saved unchanged, or an edit undone, costs nothing.
//!
//! This is the lowest crate that reads files and asks a clock. It never draws and never parses arguments.

mod align;
mod answers;
mod clock;
mod comments;
mod contracts;
pub mod disk;
mod evidence;
mod export;
mod gather;
mod git;
pub mod import;
mod journal;
mod last_check;
mod mend;
mod queue;
mod since;
mod store;
pub mod survey;
mod typed;
mod watch;
mod what_if;
mod workspace;

pub use answers::Answers;
pub use clock::AsOf;
pub use comments::CommentError;
pub use contracts::ContractFile;
pub use disk::WriteError;
pub use export::Format;
pub use gather::{Age, GatherError, GatherStep, GatheredSource, Gathering, gather};
pub use git::GitError;
pub use import::{ImportError, Imported, Target};
pub use journal::{Step, UndoError};
pub use kedge_files::Edit;
pub use mend::Mended;
pub use since::SinceError;
pub use store::{
    CopyError, Home, HomeError, MakeStoreError, Moved, NotWritten, Store, StoreTrouble, TakeError, Written,
    is_store, last_that_stands, make_store,
};
pub use typed::typed;
pub use watch::Watch;
pub use what_if::Effect;
pub use workspace::{OpenError, Options, RecordError, Recorded, Snapshot, Trouble, Workspace};
