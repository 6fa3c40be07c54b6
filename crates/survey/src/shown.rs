//! The commits that show a number: the newest of them, or every one where that is asked for.

use crate::borders::Change;
use crate::history::Commit;
use crate::selection::day;
use serde::{Deserialize, Serialize};

/// So many commits are named beside each number, the newest.
pub const SHOWN: usize = 20;

/// A commit that shows a number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Shown {
    /// The day it was written on, UTC.
    pub on: String,
    /// Its full name.
    pub commit: String,
    /// Of the paths that it touched, one on each side of what it shows.
    pub files: Vec<String>,
    /// How many paths it touched in all: a commit of hundreds says little about any two of them.
    #[serde(default)]
    pub touched: u64,
}

/// Whether an owner is meant by a name: its own, or that without the organisation on the code host.
///
/// ```
/// use kedge_survey::coupling::is_called;
/// assert!(is_called("@acme/web", "@acme/web") && is_called("@acme/web", "web") && !is_called("@acme/web", "eb"));
/// ```
pub fn is_called(owner: &str, name: &str) -> bool {
    let short = owner.strip_prefix('@').and_then(|owner| owner.split_once('/'));
    owner == name || short.is_some_and(|(_, short)| short == name)
}

/// A number of which every commit is named, not only the newest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Every {
    /// What two owners, areas, files, folders or services have in common.
    Pair(String, String),
    /// What makes a folder change with somebody else's files.
    Folder(String),
}

impl Every {
    /// Whether these two are the pair, in either order; see [`is_called`].
    pub fn is_pair(&self, one: &str, other: &str) -> bool {
        let Self::Pair(a, b) = self else { return false };
        (is_called(one, a) && is_called(other, b)) || (is_called(one, b) && is_called(other, a))
    }

    /// Whether it is this folder.
    pub fn is_folder(&self, folder: &str) -> bool {
        matches!(self, Self::Folder(name) if name.trim_end_matches('/') == folder)
    }
}

/// The newest commits of a number, the newest first.
pub(crate) struct Newest {
    most: usize,
    noted: Vec<Noted>,
}

impl Default for Newest {
    fn default() -> Self {
        Self { most: SHOWN, noted: Vec::new() }
    }
}

struct Noted {
    written: i64,
    commit: String,
    files: Vec<String>,
    touched: u64,
}

impl Newest {
    /// Keeps all of them where every one is asked for.
    pub(crate) fn of(every: bool) -> Self {
        Self { most: if every { usize::MAX } else { SHOWN }, noted: Vec::new() }
    }

    /// Keeps a commit if it is one of the newest, with the files that show why.
    pub(crate) fn note(&mut self, commit: &Commit, files: impl FnOnce() -> Vec<String>) {
        self.note_as(&commit.id, commit.written, commit.touched.len() as u64, files);
    }

    /// The same of a commit by its name, when it was written, and how many paths it touched.
    pub(crate) fn note_as(
        &mut self,
        commit: &str,
        written: i64,
        touched: u64,
        files: impl FnOnce() -> Vec<String>,
    ) {
        let key = (written, commit);
        let place = self.noted.partition_point(|noted| (noted.written, noted.commit.as_str()) > key);
        if place < self.most {
            let noted = Noted { written, commit: commit.to_owned(), files: files(), touched };
            self.noted.insert(place, noted);
            self.noted.truncate(self.most);
        }
    }

    pub(crate) fn shown(self) -> Vec<Shown> {
        let shown =
            |Noted { written, commit, files, touched }| Shown { on: day(written), commit, files, touched };
        self.noted.into_iter().map(shown).collect()
    }
}

/// How often something was seen, with the newest commits that show it.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) times: u64,
    pub(crate) newest: Newest,
}

impl Seen {
    /// Not yet; every commit will be named where that is asked for.
    pub(crate) fn of(every: bool) -> Self {
        Self { times: 0, newest: Newest::of(every) }
    }

    pub(crate) fn note(&mut self, commit: &Commit, files: impl FnOnce() -> Vec<String>) {
        self.times += 1;
        self.newest.note(commit, files);
    }

    pub(crate) fn note_change(&mut self, change: &Change<'_>, files: impl FnOnce() -> Vec<String>) {
        self.times += 1;
        self.newest.note_as(change.commit, change.written, change.paths, files);
    }
}
