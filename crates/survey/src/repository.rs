//! A repository at one revision.

use crate::git::{complaint, git, output, plain};
use crate::origin::Origin;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Why a repository cannot be surveyed at all. What is merely missing in it is told in the survey instead.
#[derive(Debug, thiserror::Error)]
pub enum SurveyError {
    /// There is no git.
    #[error("git cannot be run ({0}): install it")]
    NoGit(String),
    /// Not a repository.
    #[error("{path}: {said}; name a folder that holds a git repository, bare or not")]
    NoRepository {
        /// As it was named.
        path: PathBuf,
        /// What git said.
        said: String,
    },
    /// No such revision.
    #[error("{path} has no revision `{rev}`; name a branch, a tag or a commit, such as `HEAD`")]
    NoRevision {
        /// The repository.
        path: PathBuf,
        /// What was asked for.
        rev: String,
    },
    /// A table of the user's own cannot be read.
    #[error(transparent)]
    Table(#[from] crate::found::TableError),
    /// It broke off.
    #[error("{path}: reading broke off: {said}")]
    BrokeOff {
        /// The repository, or the file beside it.
        path: PathBuf,
        /// What happened.
        said: String,
    },
}

/// A repository at one revision.
#[derive(Clone, Debug)]
pub struct Repository {
    path: PathBuf,
    git_dir: PathBuf,
    head: String,
    cut_off: BTreeSet<String>,
    origin: Option<Origin>,
}

impl Repository {
    /// Opens the repository in a folder: a work tree, a folder within one, or a bare repository.
    ///
    /// # Errors
    /// If there is no git, no repository, or no such revision.
    pub fn open(path: &Path, rev: &str) -> Result<Self, SurveyError> {
        let no_repository = |said: String| SurveyError::NoRepository { path: path.to_owned(), said };
        if !path.is_dir() {
            return Err(no_repository("there is no such folder".into()));
        }
        let mut find = plain();
        find.arg("-C").arg(path).args(["rev-parse", "--absolute-git-dir"]);
        let found = find.output().map_err(|error| SurveyError::NoGit(error.to_string()))?;
        if !found.status.success() {
            return Err(no_repository(complaint(&found.stderr)));
        }
        let git_dir = PathBuf::from(String::from_utf8_lossy(&found.stdout).trim_end_matches(['\r', '\n']));
        let no_revision = || SurveyError::NoRevision { path: path.to_owned(), rev: rev.to_owned() };
        let mut resolve = git(&git_dir);
        resolve
            .args(["rev-parse", "--verify", "--quiet", "--end-of-options"])
            .arg(format!("{rev}^{{commit}}"));
        let head = output(resolve).map_err(|_| no_revision())?;
        let head = String::from_utf8_lossy(&head).trim().to_owned();
        let mut place = git(&git_dir);
        place.args(["rev-parse", "--git-path", "shallow"]);
        let place = output(place).map_err(|error| no_repository(error.to_string()))?;
        let place = git_dir.join(String::from_utf8_lossy(&place).trim_end_matches(['\r', '\n']));
        // Where the file is not there, nothing was cut off.
        let cut_off = std::fs::read_to_string(place).unwrap_or_default();
        let cut_off = cut_off.lines().map(|line| line.trim().to_owned()).collect();
        let mut origin = git(&git_dir);
        origin.args(["config", "--get", "remote.origin.url"]);
        // Where there is none, git ends with an error.
        let origin = output(origin).ok().and_then(|url| Origin::of(&String::from_utf8_lossy(&url)));
        Ok(Self { path: path.to_owned(), git_dir, head, cut_off, origin })
    }

    /// As it was named.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The folder of its objects and references.
    pub fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    /// The commit that is surveyed, as hexadecimal text.
    pub fn head(&self) -> &str {
        &self.head
    }

    /// Where it was cloned from, if that is a code host.
    pub fn origin(&self) -> Option<&Origin> {
        self.origin.as_ref()
    }

    /// Whether its history was cut off when it was cloned.
    pub fn is_shallow(&self) -> bool {
        !self.cut_off.is_empty()
    }

    /// Whether the parents of this commit are not here because the clone is shallow: what it changed is not known.
    pub(crate) fn is_cut_off_at(&self, commit: &str) -> bool {
        self.cut_off.contains(commit)
    }

    /// Reading broke off.
    pub(crate) fn broke_off(&self, error: &std::io::Error) -> SurveyError {
        SurveyError::BrokeOff { path: self.path.clone(), said: error.to_string() }
    }
}
