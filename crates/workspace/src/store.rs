//! An organisation kept in a store, as the records of a replica, in place of a folder of files.
//!
//! ```text
//! plans     owned: what teams write, a text each; this store is where they have their home
//! council   serial: kedge.toml and what the council writes, each only over the version that was read
//! comments  merged: what teams say beside plans and asks
//! copies    owned: read copies of what teams write whose home is elsewhere (`[[source]]`)
//! steps     owned: every write with its words, its day and the texts before and after ─▶ history, undo, a day's files
//! ```
//!
//! The texts are those of the plan language, under the paths that they would have as files: everything else of Kedge works
//! on them as before. A write is one change of the replica: its texts and its step are there together or not at all.
//!
//! A store is a file, or a schema of a database that is named by its address (`postgres://…`). One process holds it; inside it the
//! replica has a thread of its own, since whoever asks may be in any. What fails, as when a database goes away, is opened again
//! by the next question.

mod comments;
mod copies;
mod engine;
mod held;
mod history;
mod homes;
mod make;
mod place;
mod read_copies;

pub use copies::{CopyError, TakeError};
pub use history::{Written, last_that_stands};
pub use homes::{Home, HomeError, Moved};
pub use make::{MakeStoreError, make_store};

pub(crate) use copies::is_copy_of;
pub(crate) use place::folder_of;

use crate::disk::WriteError;
use crate::journal::{Step, UndoError};
use held::Held;
use kedge_files::{Edit, SourceText};
use kedge_model::{Comment, Date, KeptComment};
use kedge_replica::{AuthorId, Contract, ContractError, Contracts, Error, Merge, StoreError};
use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

const PLANS: &str = "plans";
const COUNCIL: &str = "council";
const COPIES: &str = "copies";
const STEPS: &str = "steps";

/// How old a copy of these records may be elsewhere before its reader is told.
const OLDEST_COPY: Duration = Duration::from_mins(1);

/// The first bytes of every SQLite file.
const SQLITE: &[u8] = b"SQLite format 3\0";

/// Why a store does not do what it should. What was stored before is still there.
#[derive(Debug, thiserror::Error)]
pub enum StoreTrouble {
    /// There is something at the path already.
    #[error("{} is there already: choose another name, or open it as it is", .0.display())]
    There(PathBuf),
    /// It is not a store.
    #[error("{} is not a store of Kedge", .0.display())]
    NotAStore(PathBuf),
    /// Another process has it open.
    #[error("{} is held by {by}: ask that one, or stop it first", path.display())]
    Held {
        /// The store.
        path: PathBuf,
        /// Who, as far as is known.
        by: String,
    },
    /// The server of its database does not answer, or no longer.
    #[error("{} cannot be reached: {why}", path.display())]
    Unreachable {
        /// The store.
        path: PathBuf,
        /// What the system or the server said.
        why: String,
    },
    /// Its database cannot be opened.
    #[error("{} cannot be opened: {why}", path.display())]
    Refused {
        /// The store.
        path: PathBuf,
        /// What the database said.
        why: String,
    },
    /// An address with a password.
    #[error(
        "the address of a database has no password here, since it stands in messages: put it into PGPASSWORD or ~/.pgpass"
    )]
    Password,
    /// It was dropped and made anew, or restored from elsewhere, while it was held.
    #[error("another store is in the place of {} now: open that one anew", .0.display())]
    Another(PathBuf),
    /// The file cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Read {
        /// Its path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A write was refused, or the disk fails.
    #[error("the store: {0}")]
    Replica(#[from] Error),
    /// The contracts do not build.
    #[error("the store's contracts: {0}")]
    Contracts(#[from] ContractError),
    /// A record is not as Kedge writes it.
    #[error("the store's record `{0}` is not as Kedge writes it")]
    Record(String),
    /// No random bytes, no thread: what the system refused.
    #[error("the system refuses: {0}")]
    System(String),
    /// The thread that holds the replica has ended.
    #[error("the store was closed")]
    Closed,
}

impl From<StoreError> for StoreTrouble {
    fn from(error: StoreError) -> Self {
        Self::Replica(Error::Store(error))
    }
}

/// Why edits were not written into a store.
#[derive(Debug, thiserror::Error)]
pub enum NotWritten {
    /// Somebody else wrote a text since it was read.
    #[error("{0} was changed in the store since it was read; nothing was written: look at it and try again")]
    Changed(String),
    /// There is nothing to undo.
    #[error("there is nothing to undo here")]
    Nothing,
    /// What was to be taken back is not the last write.
    #[error(
        "`{what}` was written since, and undo takes back the last write: look at the history, then again"
    )]
    Later {
        /// What the last write did.
        what: String,
    },
    /// It moved a team, and what is at home elsewhere was read since.
    #[error(
        "`{what}` is not taken back, since what is at home elsewhere was read again after it: move the team with `kedge store home`"
    )]
    ReadSince {
        /// What the write did.
        what: String,
    },
    /// There is no such comment.
    #[error("there is no comment `{0}`; nothing was removed")]
    NoComment(String),
    /// The store failed while it was written to, and is open again without it.
    #[error("the store failed ({0}), and nothing was written: try again")]
    Lost(String),
    /// It failed while it was written to, and still fails.
    #[error(
        "the store failed ({0}), and whether this was written is not known: look at the history once it answers again"
    )]
    NotKnown(String),
    /// The store fails.
    #[error(transparent)]
    Trouble(#[from] StoreTrouble),
}

type Request = Box<dyn FnOnce(&mut Held) + Send>;

/// A store that is open.
pub struct Store {
    requests: Sender<Request>,
    path: PathBuf,
    opened_again: Arc<AtomicU64>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("path", &self.path).finish_non_exhaustive()
    }
}

/// Whether there may be a store: the path is the address of a database, or a file that begins as one does.
pub fn is_store(path: &Path) -> bool {
    if place::is_database(path) {
        return true;
    }
    let mut first = [0; SQLITE.len()];
    let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut first));
    read.is_ok() && first == SQLITE
}

impl Store {
    /// Makes a store of these texts; `what` says in words where they are from.
    ///
    /// # Errors
    /// Something is at the path already, or it cannot be written.
    pub fn make(path: &Path, texts: Vec<SourceText>, what: &str, on: Date) -> Result<Self, StoreTrouble> {
        if path.exists() {
            return Err(StoreTrouble::There(path.to_owned()));
        }
        let store = Self::begin(path, true)?;
        let edits =
            texts.into_iter().map(|it| Edit { path: it.path, before: None, after: Some(it.text) }).collect();
        let step = Step { what: what.to_owned(), on, edits };
        match store.ask(move |held| held.write(&step, None))? {
            Ok(()) => Ok(store),
            Err(NotWritten::Trouble(trouble)) => Err(trouble),
            Err(other) => Err(StoreTrouble::System(other.to_string())),
        }
    }

    /// Opens a store.
    ///
    /// # Errors
    /// There is none, another process holds it, or it cannot be read.
    pub fn open(path: &Path) -> Result<Self, StoreTrouble> {
        Self::begin(path, false)
    }

    fn begin(path: &Path, new: bool) -> Result<Self, StoreTrouble> {
        let (requests, receive) = channel::<Request>();
        let (opened, is_open) = channel();
        let (at, opened_again) = (path.to_owned(), Arc::<AtomicU64>::default());
        let again = Arc::clone(&opened_again);
        let thread = std::thread::Builder::new().name("store".into()).spawn(move || {
            match Held::open(&at, new, again) {
                Ok(mut held) => {
                    let _ = opened.send(Ok(()));
                    while let Ok(request) = receive.recv() {
                        request(&mut held);
                    }
                    held.close();
                }
                Err(trouble) => drop(opened.send(Err(trouble))),
            }
        });
        thread.map_err(|error| StoreTrouble::System(error.to_string()))?;
        is_open.recv().map_err(|_| StoreTrouble::Closed)??;
        Ok(Self { requests, path: path.to_owned(), opened_again })
    }

    fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&mut Held) -> T + Send + 'static,
    ) -> Result<T, StoreTrouble> {
        let (answer, answered) = channel();
        let request: Request = Box::new(move |held| drop(answer.send(question(held))));
        self.requests.send(request).map_err(|_| StoreTrouble::Closed)?;
        answered.recv().map_err(|_| StoreTrouble::Closed)
    }

    /// How often it was opened again, after it had failed: somebody else may have written it meanwhile.
    pub(crate) fn opened_again(&self) -> u64 {
        self.opened_again.load(Ordering::Relaxed)
    }

    /// Whether it answers, and is held by this process. If it failed before, it is opened again.
    ///
    /// # Errors
    /// It is held by another process, or fails.
    pub(crate) fn is_held(&self) -> Result<(), StoreTrouble> {
        self.ask(Held::is_held)?
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What tells this store from every other, wherever it lies.
    pub(crate) fn author(&self) -> Result<String, StoreTrouble> {
        self.ask(|held| held.author())
    }

    /// The texts of the organisation, by path.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn texts(&self) -> Result<Vec<SourceText>, StoreTrouble> {
        self.ask(Held::texts)?
    }

    /// Everything as files: those texts, and each comment as one.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn files(&self) -> Result<Vec<SourceText>, StoreTrouble> {
        let mut files = self.texts()?;
        for KeptComment { id, comment } in self.comments()? {
            files.push(SourceText { path: comments::path(&id), text: comments::text(&comment)? });
        }
        Ok(files)
    }

    /// The same as it was at the end of a day; before the store was made, as it was made.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn files_on(&self, day: Date) -> Result<Vec<SourceText>, StoreTrouble> {
        Ok(written_here(self.all_before(|it| it.step.on > day)?))
    }

    /// The same as it was after the write of this number.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn files_at(&self, number: u64) -> Result<Vec<SourceText>, StoreTrouble> {
        Ok(written_here(self.all_before(|it| it.number > number)?))
    }

    /// Those files, and the read copies, as they were before these writes.
    fn all_before(&self, is_later: impl Fn(&Written) -> bool) -> Result<Vec<SourceText>, StoreTrouble> {
        let mut all = self.files()?;
        all.extend(self.ask(Held::copies)??);
        let mut texts: BTreeMap<String, String> = all.into_iter().map(|it| (it.path, it.text)).collect();
        let later = self.history()?.into_iter().rev().take_while(|it| it.number > 1 && is_later(it));
        for edit in later.flat_map(|it| it.step.edits.into_iter().rev()) {
            match edit.before {
                Some(before) => drop(texts.insert(edit.path, before)),
                None => drop(texts.remove(&edit.path)),
            }
        }
        Ok(texts.into_iter().map(|(path, text)| SourceText { path, text }).collect())
    }

    /// Every write, the first first.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn history(&self) -> Result<Vec<Written>, StoreTrouble> {
        self.ask(Held::history)?
    }

    /// What was said beside plans and asks, the first first.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn comments(&self) -> Result<Vec<KeptComment>, StoreTrouble> {
        self.ask(Held::comments)?
    }

    /// Keeps a comment, and returns its name; `what` says in words what was done.
    ///
    /// # Errors
    /// The store fails; then nothing is kept.
    pub fn comment(&self, what: String, comment: Comment, on: Date) -> Result<String, NotWritten> {
        self.ask(move |held| held.comment(what, &comment, on)).map_err(NotWritten::from)?
    }

    /// Removes a comment, and returns it. It stays in the history.
    ///
    /// # Errors
    /// There is none of this name, or the store fails.
    pub fn remove_comment(&self, id: &str, on: Date) -> Result<Comment, NotWritten> {
        let id = id.to_owned();
        self.ask(move |held| held.remove_comment(&id, on)).map_err(NotWritten::from)?
    }

    /// Writes edits, all of them or none, over what they were made from.
    ///
    /// # Errors
    /// A text was changed meanwhile, or the store fails; then nothing of it is written.
    pub fn write(&self, step: Step) -> Result<(), NotWritten> {
        self.ask(move |held| held.write(&step, None)).map_err(NotWritten::from)?
    }

    /// Takes back the last write that stands, with a write that says so; only the one of this number, where it is said.
    ///
    /// # Errors
    /// There is none, the last is another, or the store fails.
    pub fn undo(&self, only: Option<u64>, on: Date) -> Result<Step, NotWritten> {
        self.ask(move |held| held.undo(only, on)).map_err(NotWritten::from)?
    }
}

/// What is at home in the store.
fn written_here(all: Vec<SourceText>) -> Vec<SourceText> {
    all.into_iter().filter(|it| !read_copies::is_one(&it.path)).collect()
}

/// Where a text has its place: what the council writes is decided one at a time.
fn collection(path: &str) -> &'static str {
    if read_copies::is_one(path) {
        return COPIES;
    }
    let is_councils = path == "kedge.toml"
        || path.starts_with("council") && !path.contains('/')
        || path.starts_with("council/");
    if is_councils { COUNCIL } else { PLANS }
}

fn contracts(home: AuthorId) -> Result<Contracts, ContractError> {
    let text = |contract: kedge_replica::ContractBuilder| contract.field("text", Merge::LastWriter).build();
    let steps = Contract::owned(STEPS, OLDEST_COPY)
        .field("what", Merge::LastWriter)
        .field("on", Merge::LastWriter)
        .field("edits", Merge::LastWriter)
        .field("takes-back", Merge::LastWriter);
    Contracts::new([
        text(Contract::owned(PLANS, OLDEST_COPY))?,
        text(Contract::serial(COUNCIL, home))?,
        comments::contract()?,
        text(Contract::owned(COPIES, read_copies::OLDEST))?,
        steps.build()?,
    ])
}

impl From<NotWritten> for WriteError {
    fn from(refused: NotWritten) -> Self {
        match refused {
            NotWritten::Changed(path) => Self::Changed { path },
            other => Self::Store(other.to_string()),
        }
    }
}

impl From<NotWritten> for UndoError {
    fn from(refused: NotWritten) -> Self {
        match refused {
            NotWritten::Nothing => Self::Nothing,
            other => Self::Store(other.to_string()),
        }
    }
}
