//! The workspace itself: opened, and read again.

mod recording;

pub use recording::{RecordError, Recorded};

use crate::answers::{Answers, digest, forecast_options};
use crate::clock::AsOf;
use crate::gather::{self, GatheredSource, Ground};
use crate::last_check::LastCheck;
use crate::store::{Store, StoreTrouble, folder_of, is_store};
use crate::survey::Surveys;
use kedge_files::{Failed, LoadError, Loaded, Overlay, Sources};
use kedge_model::{Date, Finding, TeamId};
use std::collections::{BTreeSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// How many sets of answers are kept: undo and redo, or a file saved back and forth, then cost nothing.
const KEPT: usize = 4;

/// How to open an organisation.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The day that answers are for.
    pub as_of: AsOf,
    /// The seed of the forecast.
    pub seed: u64,
    /// Trials of the forecast; its own default where absent.
    pub trials: Option<u64>,
}

impl Default for Options {
    fn default() -> Self {
        Self { as_of: AsOf::Today, seed: 1, trials: None }
    }
}

/// Why nothing could be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no such file or folder, or it cannot be read.
    #[error("{0}")]
    Load(#[from] LoadError),
    /// The folder holds no plan.
    #[error("{} holds no plan: no kedge.toml and no *.kedge.toml", .0.display())]
    Empty(PathBuf),
    /// A store that cannot be opened or read.
    #[error(transparent)]
    Store(#[from] StoreTrouble),
}

/// What is wrong with the newest files.
#[derive(Debug)]
pub struct Trouble {
    /// Every error, with its place.
    pub findings: Vec<Finding>,
    /// The files as they are, to show the lines.
    pub sources: Sources,
}

/// What the workspace holds at one moment.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Counts up with everything that can be seen: new files, a new day, an answer that is ready.
    pub version: u64,
    /// The newest answers; `None` only where the files could never be read since opening.
    pub answers: Option<Arc<Answers>>,
    /// What is wrong with the newest files, where they cannot be read; then `answers` are of earlier ones.
    pub trouble: Option<Arc<Trouble>>,
    /// Why the store does not answer, where it does not: the answers are of before, and nothing can be written.
    pub out_of_reach: Option<Arc<str>>,
}

type Listener = Box<dyn Fn(u64) + Send + Sync>;

struct Inner {
    path: PathBuf,
    root: PathBuf,
    /// Where the texts are, if not in files.
    store: Option<Store>,
    options: Options,
    /// Texts that stand for those on disk.
    overlay: Mutex<Overlay>,
    held: Mutex<gather::Held>,
    last: Arc<LastCheck>,
    surveys: RwLock<Arc<Surveys>>,
    snapshot: RwLock<Snapshot>,
    kept: Mutex<VecDeque<Arc<Answers>>>,
    listeners: RwLock<Vec<Listener>>,
    /// Held while files are read or written, so that two recordings never interleave.
    writing: Mutex<()>,
    lies: RwLock<Lies>,
}

/// How the files lie.
#[derive(Clone, Debug, Default)]
struct Lies {
    ground: Ground,
    /// In a part: the teams that live here.
    here: Option<Arc<BTreeSet<TeamId>>>,
    /// In a part: files of others that have errors.
    aside: Vec<String>,
    gathered: Vec<GatheredSource>,
}

/// An organisation opened. Cheap to clone; clones are the same workspace.
#[derive(Clone)]
pub struct Workspace {
    inner: Arc<Inner>,
}

impl std::fmt::Debug for Workspace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Workspace").field("path", &self.inner.path).finish_non_exhaustive()
    }
}

impl Workspace {
    /// Opens a folder of plans, or a lone file.
    ///
    /// Plans with errors open too: the snapshot then has its trouble and no answers.
    ///
    /// # Errors
    /// When the path is not there or cannot be read, or holds no plan.
    pub fn open(path: &Path, options: Options) -> Result<Self, OpenError> {
        let root = if path.is_file() {
            path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
        } else {
            path.to_owned()
        };
        let store = if is_store(path) { Some(Store::open(path)?) } else { None };
        Self::begin(path, root, options, store)
    }

    /// Opens a store that was just made.
    ///
    /// # Errors
    /// As [`Workspace::open`].
    pub fn of_store(store: Store, options: Options) -> Result<Self, OpenError> {
        let path = store.path().to_owned();
        let root = folder_of(&path).to_owned();
        Self::begin(&path, root, options, Some(store))
    }

    fn begin(path: &Path, root: PathBuf, options: Options, store: Option<Store>) -> Result<Self, OpenError> {
        let workspace = Self {
            inner: Arc::new(Inner {
                path: path.to_owned(),
                root,
                store,
                options,
                overlay: Mutex::default(),
                held: Mutex::default(),
                surveys: RwLock::default(),
                last: Arc::default(),
                snapshot: RwLock::new(Snapshot {
                    version: 0,
                    answers: None,
                    trouble: None,
                    out_of_reach: None,
                }),
                kept: Mutex::default(),
                listeners: RwLock::default(),
                writing: Mutex::default(),
                lies: RwLock::default(),
            }),
        };
        workspace.read()?;
        Ok(workspace)
    }

    /// The folder that paths in findings and edits are relative to.
    pub fn root(&self) -> &Path {
        &self.inner.root
    }

    /// What was opened.
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// Whether the texts are in a store, not in files.
    pub fn is_store(&self) -> bool {
        self.inner.store.is_some()
    }

    pub(crate) fn store(&self) -> Option<&Store> {
        self.inner.store.as_ref()
    }

    /// What the workspace holds now.
    pub fn snapshot(&self) -> Snapshot {
        self.inner.snapshot.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Calls `listener` with the new version whenever the snapshot has moved; it must return at once.
    pub fn on_change(&self, listener: impl Fn(u64) + Send + Sync + 'static) {
        self.inner.listeners.write().unwrap_or_else(PoisonError::into_inner).push(Box::new(listener));
    }

    fn lies(&self) -> Lies {
        self.inner.lies.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What was fetched from elsewhere, as it was gathered last; empty where all files are here.
    pub fn gathered(&self) -> Vec<GatheredSource> {
        self.lies().gathered
    }

    /// In the repository of some teams: these teams, whom alone reports are for.
    pub fn teams_here(&self) -> Option<Arc<BTreeSet<TeamId>>> {
        self.lies().here
    }

    /// In the repository of some teams: files of others that have errors and were left aside.
    pub fn left_aside(&self) -> Vec<String> {
        self.lies().aside
    }

    /// What can be seen of the files without reading them, and the day: while it stays, a refresh would find nothing.
    pub(crate) fn fingerprint(&self) -> u64 {
        let zone = self.snapshot().answers.map(|answers| answers.organisation.settings().time_zone.clone());
        let today = self.inner.options.as_of.date(zone.as_deref().unwrap_or("UTC"));
        if let Some(store) = &self.inner.store {
            // Nobody else writes it while it is held, and what this process writes is read at once: only a day may have passed.
            let mut hasher = DefaultHasher::new();
            today.hash(&mut hasher);
            store.opened_again().hash(&mut hasher);
            return hasher.finish();
        }
        let sources = self.lies().ground.sources.into_values().collect::<Vec<_>>();
        crate::watch::fingerprint(&self.inner.path, &self.inner.root, &sources, today)
    }

    /// Reads the files again, and the clock. The snapshot moves only if something has changed. A store that had failed is
    /// opened again.
    ///
    /// # Errors
    /// When what was opened is no longer there, or the store does not answer; the snapshot stays, and says so of the store.
    pub fn refresh(&self) -> Result<(), OpenError> {
        self.reach();
        self.read()
    }

    /// Looks whether the store still answers, and opens it again if it had failed; the snapshot says if it does not.
    pub(crate) fn reach(&self) {
        let Some(store) = &self.inner.store else { return };
        let why: Option<Arc<str>> = store.is_held().err().map(|trouble| trouble.to_string().into());
        if self.snapshot().out_of_reach != why {
            self.replace(|snapshot| snapshot.out_of_reach = why);
        }
    }

    /// Says that an answer of the present snapshot has become ready.
    pub(crate) fn answer_ready(&self) {
        self.replace(|_| {});
    }

    fn read(&self) -> Result<(), OpenError> {
        let _writing = self.inner.writing.lock().unwrap_or_else(PoisonError::into_inner);
        self.read_locked()
    }

    fn read_locked(&self) -> Result<(), OpenError> {
        let overlay = self.inner.overlay.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let today = AsOf::Today.date("UTC");
        let opened = {
            let mut held = self.inner.held.lock().unwrap_or_else(PoisonError::into_inner);
            match &self.inner.store {
                Some(store) => {
                    let (texts, copies) = (store.texts()?, store.read_copies()?);
                    gather::open_texts(texts, &copies, &self.inner.root, today, &overlay, &mut held)
                }
                None => gather::open(&self.inner.path, &self.inner.root, today, &overlay, &mut held)?,
            }
        };
        *self.inner.lies.write().unwrap_or_else(PoisonError::into_inner) = Lies {
            ground: opened.ground,
            here: opened.here.map(Arc::new),
            aside: opened.aside,
            gathered: opened.gathered,
        };
        self.show(opened.loaded)
    }

    /// Moves the snapshot to what was read.
    fn show(&self, loaded: Result<Loaded, Failed>) -> Result<(), OpenError> {
        match loaded {
            Ok(loaded) => {
                if loaded.organisation.is_empty() {
                    return Err(OpenError::Empty(self.inner.path.clone()));
                }
                let as_of = self.inner.options.as_of.date(&loaded.organisation.settings().time_zone);
                let answers = self.kept(loaded, as_of);
                let now = self.snapshot();
                let same = now.answers.as_ref().is_some_and(|now| now.digest() == answers.digest());
                if !same || now.trouble.is_some() || now.version == 0 {
                    self.replace(|snapshot| {
                        snapshot.answers = Some(answers);
                        snapshot.trouble = None;
                    });
                }
            }
            Err(Failed { findings, sources }) => self.replace(|snapshot| {
                snapshot.trouble = Some(Arc::new(Trouble { findings, sources }));
            }),
        }
        Ok(())
    }

    /// The answers to these files on this day: those that were kept, else new ones, kept from now on.
    fn kept(&self, loaded: Loaded, as_of: Date) -> Arc<Answers> {
        let options = forecast_options(as_of, self.inner.options);
        let surveys = self.surveys();
        let digest = digest(&loaded, &options, &surveys);
        let mut kept = self.inner.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|answers| answers.digest() == digest);
        let answers = at.and_then(|at| kept.remove(at)).unwrap_or_else(|| {
            let answers = Answers::new(loaded, as_of, options, digest).concerning(self.lies().here);
            Arc::new(answers.with_surveys(surveys).after(self.inner.last.clone()))
        });
        kept.push_front(answers.clone());
        kept.truncate(KEPT);
        answers
    }

    fn replace(&self, change: impl FnOnce(&mut Snapshot)) {
        let version = {
            let mut snapshot = self.inner.snapshot.write().unwrap_or_else(PoisonError::into_inner);
            change(&mut snapshot);
            snapshot.version += 1;
            snapshot.version
        };
        for listener in self.inner.listeners.read().unwrap_or_else(PoisonError::into_inner).iter() {
            listener(version);
        }
    }

    /// The answers to these files, as of the same day; they are not kept.
    pub(crate) fn answers_to(&self, loaded: Loaded) -> Answers {
        let as_of = self.today(&loaded.organisation.settings().time_zone);
        let options = forecast_options(as_of, self.inner.options);
        let surveys = self.surveys();
        let digest = digest(&loaded, &options, &surveys);
        Answers::new(loaded, as_of, options, digest).concerning(self.lies().here).with_surveys(surveys)
    }

    /// The surveys of code that are kept beside the plans, as they are on disk now.
    fn surveys(&self) -> Arc<Surveys> {
        let mut surveys = self.inner.surveys.write().unwrap_or_else(PoisonError::into_inner);
        *surveys = surveys.again(&self.inner.root);
        surveys.clone()
    }

    /// The day that answers are for, in a time zone.
    pub(crate) fn today(&self, time_zone: &str) -> Date {
        self.inner.options.as_of.date(time_zone)
    }

    /// Takes this text of a file for the one on disk, as an editor does with what is not saved, until it is given back with
    /// `None`. The path is relative to [`Workspace::root`], with `/`. In an organisation of one folder only this text is
    /// read, and only what it can reach is looked at again: other files are as they were last read. Recording into such a file is refused, since the disk
    /// does not hold what it was read from.
    ///
    /// # Errors
    /// When what was opened is no longer there.
    pub fn set_text(&self, file: &str, text: Option<String>) -> Result<(), OpenError> {
        let _writing = self.inner.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let edited = text.as_deref().and_then(|text| {
            let mut held = self.inner.held.lock().unwrap_or_else(PoisonError::into_inner);
            held.edit(file, text)
        });
        {
            let mut overlay = self.inner.overlay.lock().unwrap_or_else(PoisonError::into_inner);
            match text {
                Some(text) => drop(overlay.insert(file.to_owned(), text)),
                None => drop(overlay.remove(file)),
            }
        }
        match edited {
            Some(loaded) => self.show(loaded),
            None => self.read_locked(),
        }
    }
}
