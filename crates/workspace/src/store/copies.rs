//! Copies of a store as files: to read, in reviews and in editors, while the facts have their home in the store.
//!
//! A copy says whose it is and of which write (`.kedge/copy.json`). Nothing records into it; what somebody edits in it all the
//! same is told from that write, and taken into the store as one more, over what it was made from.

use super::place::is_database;
use super::{Store, StoreTrouble};
use crate::disk::{self, WriteError};
use crate::gather::{self, Record};
use crate::workspace::Workspace;
use kedge_files::{Edit, Links, LoadError, Overlay, find};
use kedge_model::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// Why a copy was not written or read.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// Something else is there.
    #[error("{} is not empty, and not a copy of {}", folder.display(), store.display())]
    Taken {
        /// The folder.
        folder: PathBuf,
        /// The store.
        store: PathBuf,
    },
    /// It is not a copy of this store.
    #[error("{} is not a copy of {}", folder.display(), store.display())]
    NoCopy {
        /// The folder.
        folder: PathBuf,
        /// The store.
        store: PathBuf,
    },
    /// It was edited, and would be overwritten.
    #[error("{path} was edited in the copy; nothing was written")]
    Edited {
        /// The first file that was.
        path: String,
    },
    /// It is of a day, to be read.
    #[error("{} shows the organisation as it was on {on}: what is edited in it changes nothing", folder.display())]
    OfThePast {
        /// The folder.
        folder: PathBuf,
        /// The day.
        on: Date,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreTrouble),
    /// The files of the copy cannot be read.
    #[error(transparent)]
    Read(#[from] LoadError),
    /// The files of the copy cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// What says whose copy it is cannot be read or written.
    #[error("{}: {source}", path.display())]
    Mark {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// What a copy is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    /// The store, by its path on this machine.
    of: PathBuf,
    /// The store itself, wherever it lies.
    author: String,
    /// The last write that is in it.
    at: u64,
    /// The end of the day that it shows, where it is not of the newest.
    on: Option<String>,
}

fn mark_path(folder: &Path) -> PathBuf {
    folder.join(".kedge").join("copy.json")
}

fn mark_of(folder: &Path) -> Result<Option<Mark>, CopyError> {
    let path = mark_path(folder);
    match std::fs::read(&path) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|source| CopyError::Mark { path, source: source.into() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(CopyError::Mark { path, source }),
    }
}

/// The store that a folder is a copy of, where it is one.
pub(crate) fn is_copy_of(folder: &Path) -> Option<PathBuf> {
    mark_of(folder).ok().flatten().map(|mark| mark.of)
}

impl Store {
    /// Writes a copy as files into a new folder, or refreshes one that nobody edited: as the store is, or as it was at the end
    /// of a day. Returns how many files it has.
    ///
    /// # Errors
    /// Something else is in the folder, the copy was edited, or a file cannot be read or written; then the copy stays as it is.
    pub fn copy_into(&self, folder: &Path, on: Option<Date>) -> Result<usize, CopyError> {
        let edited = match mark_of(folder)? {
            Some(_) => self.edits_in(folder)?,
            None if is_empty(folder) => Vec::new(),
            None => {
                return Err(CopyError::Taken { folder: folder.to_owned(), store: self.path().to_owned() });
            }
        };
        match edited.into_iter().next() {
            Some(edit) => Err(CopyError::Edited { path: edit.path }),
            None => self.write_copy(folder, on),
        }
    }

    /// What was edited in a copy since it was written, over the texts that it was written with.
    ///
    /// # Errors
    /// It is not a copy of this store, or cannot be read.
    pub fn edits_in(&self, folder: &Path) -> Result<Vec<Edit>, CopyError> {
        let no_copy = || CopyError::NoCopy { folder: folder.to_owned(), store: self.path().to_owned() };
        let mark = mark_of(folder)?.ok_or_else(no_copy)?;
        if mark.author != self.author()? {
            return Err(no_copy());
        }
        let mut before: BTreeMap<String, String> = self.as_of(&mark)?.into_iter().collect();
        let mut edits = Vec::new();
        for file in find(folder, Links::Follow, &Overlay::new())?.files {
            let before = before.remove(&file.path);
            if before.as_deref() != Some(&file.text) {
                edits.push(Edit { path: file.path, before, after: Some(file.text) });
            }
        }
        // What is no plan file is there as it was written, or was removed.
        let gone = before.into_iter().filter(|(path, _)| !folder.join(path).exists());
        edits.extend(gone.map(|(path, text)| Edit { path, before: Some(text), after: None }));
        edits.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(edits)
    }

    /// What the store held at that moment of teams that are at home elsewhere.
    fn read_copies_as_of(&self, mark: &Mark) -> Result<Record, CopyError> {
        let record = match mark.on.as_deref().map(str::parse::<Date>) {
            Some(Ok(day)) => self.read_copies_before(|it| it.step.on > day)?,
            _ => self.read_copies_before(|it| it.number > mark.at)?,
        };
        Ok(record)
    }

    fn as_of(&self, mark: &Mark) -> Result<Vec<(String, String)>, CopyError> {
        let files = match mark.on.as_deref().map(str::parse::<Date>) {
            Some(Ok(day)) => self.files_on(day)?,
            _ => self.files_at(mark.at)?,
        };
        Ok(files.into_iter().map(|it| (it.path, it.text)).collect())
    }

    /// Writes the texts over whatever the copy holds of them.
    fn write_copy(&self, folder: &Path, on: Option<Date>) -> Result<usize, CopyError> {
        let at = self.history()?.last().map_or(0, |last| last.number);
        let mark = Mark {
            of: match std::path::absolute(self.path()) {
                Ok(whole) if !is_database(self.path()) => whole,
                _ => self.path().to_owned(),
            },
            author: self.author()?,
            at,
            on: on.map(|day| day.to_string()),
        };
        let files = self.as_of(&mark)?;
        let held: BTreeMap<String, String> = match mark_of(folder)? {
            Some(old) => self.as_of(&old)?.into_iter().collect(),
            None => BTreeMap::new(),
        };
        let there = |path: &str| std::fs::read_to_string(folder.join(path)).ok();
        let gone = held.keys().filter(|path| files.iter().all(|(it, _)| it != *path));
        let mut edits: Vec<Edit> = gone
            .filter_map(|path| Some(Edit { path: path.clone(), before: Some(there(path)?), after: None }))
            .collect();
        edits.extend(files.iter().filter_map(|(path, text)| {
            let before = there(path);
            let differs = before.as_deref() != Some(text);
            differs.then(|| Edit { path: path.clone(), before, after: Some(text.clone()) })
        }));
        disk::write(folder, &edits)?;
        let path = mark_path(folder);
        let record = self.read_copies_as_of(&mark)?;
        let marked = || {
            std::fs::create_dir_all(folder.join(".kedge"))?;
            if !record.sources.is_empty() {
                gather::keep(folder, record)?;
            }
            std::fs::write(&path, serde_json::to_vec_pretty(&mark)?)
        };
        marked().map_err(|source| CopyError::Mark { path: path.clone(), source })?;
        Ok(files.len())
    }
}

/// What taking a copy's edits came to.
#[derive(Debug, thiserror::Error)]
pub enum TakeError {
    /// The organisation is in files.
    #[error("{} is not a store", .0.display())]
    InFiles(PathBuf),
    /// The copy.
    #[error(transparent)]
    Copy(#[from] CopyError),
    /// The store does not take the edits.
    #[error(transparent)]
    Record(#[from] crate::workspace::RecordError),
}

impl Workspace {
    /// Takes what was edited in a copy into the store, as one write, and refreshes the copy. Nothing is written where nothing
    /// was edited, or on a dry run.
    ///
    /// # Errors
    /// The folder is no copy of this store or one of the past, the organisation would be wrong, or a text was changed in the store
    /// since the copy was written; then nothing is.
    pub fn take_edits(&self, folder: &Path, dry_run: bool) -> Result<Vec<Edit>, TakeError> {
        let store = self.store().ok_or_else(|| TakeError::InFiles(self.path().to_owned()))?;
        let edits = store.edits_in(folder)?;
        let on = mark_of(folder)?.and_then(|mark| mark.on?.parse().ok());
        if let Some(on) = on {
            return Err(CopyError::OfThePast { folder: folder.to_owned(), on }.into());
        }
        if dry_run || edits.is_empty() {
            return Ok(edits);
        }
        self.record_edits(&format!("took what was edited in {}", folder.display()), edits.clone())?;
        store.write_copy(folder, None)?;
        Ok(edits)
    }
}

pub(super) fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none())
}
