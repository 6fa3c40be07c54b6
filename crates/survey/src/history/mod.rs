//! Whole histories: every commit with its author, its moment and the paths it touched.
//!
//! Git lists the commits and, in as many processes as there are processors, says what each changed; that goes into a file,
//! the history's own cache, and everything that counts streams through that file, as often as it likes. Memory holds the
//! names of paths and people, never the commits.
//!
//! ```text
//! git rev-list ─▶ blocks ─▶ git diff-tree (several) ─▶ cache file ─▶ History::each ─▶ counts
//! ```
//!
//! The second time only what is new since then is asked of git. A commit whose objects are not all here is passed over
//! and told of; it stops nothing.

mod cache;
mod differences;
mod list;
mod moves;
mod names;
mod update;

pub(crate) use moves::Moves;
pub use names::{Identity, Names, PathIndex, PersonIndex};
pub use update::{Step, Walk};

use crate::repository::{Repository, SurveyError};
use std::path::{Path, PathBuf};

/// What happened to a path in a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// It was not there before.
    Added,
    /// Its contents, or what kind of file it is, changed.
    Modified,
    /// It is not there any more.
    Deleted,
    /// It was elsewhere before; only where renames are followed.
    Renamed {
        /// Where.
        from: PathIndex,
    },
}

/// A path that a commit touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Touched {
    /// Which; after a rename the new one.
    pub path: PathIndex,
    /// How.
    pub how: How,
}

/// One commit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Commit {
    /// Its full name, in hexadecimal.
    pub id: String,
    /// How many parents it has.
    pub parents: u32,
    /// Who wrote it, under the name in the commit; see [`crate::people`] for who that is.
    pub author: PersonIndex,
    /// When it was written: seconds since 1970 began, UTC.
    pub written: i64,
    /// When it came to be what it is: seconds since 1970 began, UTC.
    pub committed: i64,
    /// What it touched against its first parent, each path once, as git orders them.
    pub touched: Vec<Touched>,
}

/// A commit that could not be read, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// Its full name.
    pub commit: String,
    /// What git said.
    pub said: String,
}

/// When the first and the last of some commits were written: seconds since 1970 began, UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Times(pub(crate) Option<(i64, i64)>);

impl Times {
    pub(crate) fn note(&mut self, written: i64) {
        let (first, last) = self.0.unwrap_or((written, written));
        self.0 = Some((first.min(written), last.max(written)));
    }
}

/// A history, read.
#[derive(Debug)]
pub struct History {
    file: PathBuf,
    /// So many bytes of it are this history.
    length: u64,
    /// Whether moved files are taken as the same.
    pub(crate) renames: bool,
    /// What paths and people are called.
    pub names: Names,
    /// How many commits it holds.
    pub commits: u64,
    /// Commits that were passed over because some of their objects are not here.
    pub unreadable: Vec<Unreadable>,
    /// Commits at which a shallow clone was cut off: what they changed is not known.
    pub cut_off: u64,
    /// When its commits were written.
    pub(crate) times: Times,
    /// How many of its commits were read from git this time, and not from the cache.
    pub new: u64,
}

impl History {
    /// Brings the cache of a repository's history in `file` up to date, and opens it. A file that is not there, holds
    /// another history, or was read otherwise is written anew; of one that was cut off while it was written, or damaged
    /// since, only what is whole by its checksum is used. Whoever else brings it up to date meanwhile waits.
    ///
    /// # Errors
    /// If git cannot be run, or the file not be read or written.
    pub fn read(
        repository: &Repository,
        walk: Walk,
        file: &Path,
        progress: &mut dyn FnMut(Step),
    ) -> Result<Self, SurveyError> {
        update::bring_up_to_date(repository, walk, file, progress)
    }

    /// Goes through all commits, in no order that means anything; the same history in the same order.
    ///
    /// # Errors
    /// If the cache cannot be read any more.
    pub fn each(&self, mut visit: impl FnMut(&Commit)) -> Result<(), SurveyError> {
        cache::each_commit(&self.file, self.length, &mut visit)
            .map_err(|error| SurveyError::BrokeOff { path: self.file.clone(), said: error.to_string() })
    }
}

/// How many bytes and commits of a cache are whole, from its first byte on; nothing else of it is ever used.
///
/// ```
/// assert_eq!(kedge_survey::history::whole(b"kedge history 2 first-parent=false renames=false\nC"), None);
/// ```
pub fn whole(cache: &[u8]) -> Option<(u64, u64)> {
    let kept = cache::sealed(cache, &Walk::default().header())?;
    Some((kept.length, kept.commits))
}
