//! The workspace itself: open, read again, record, undo.

use crate::answers::{Answers, digest, forecast_options};
use crate::clock::AsOf;
use crate::disk::{self, WriteError};
use crate::gather::{self, GatheredSource, Ground};
use crate::journal::{self, Step, UndoError};
use crate::last_check::LastCheck;
use crate::store::{Store, StoreTrouble, folder_of, is_copy_of, is_store};
use crate::survey::Surveys;
use kedge_files::{Edit, Failed, LoadError, Loaded, Overlay, SourceText, Sources, settings_in, speaks_for};
use kedge_model::{Change, Date, Finding, Scope, Severity, TeamId};
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
}

/// What was recorded.
#[derive(Debug)]
pub struct Recorded {
    /// The files, before and after.
    pub edits: Vec<Edit>,
    /// Whether it can be undone; `false` where the list of what was done could not be written.
    pub undoable: bool,
}

/// Why nothing was recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The organisation would be wrong.
    #[error("this cannot be: {}", first(.0))]
    Refused(Vec<Finding>),
    /// The files cannot be read as they are.
    #[error("the plans have errors, so nothing was recorded; mend them first: `kedge check` lists them")]
    Trouble,
    /// The file that would change has errors.
    #[error("{path} has errors, so nothing was recorded; mend them first: `kedge check` lists them")]
    Faulty {
        /// The file.
        path: String,
    },
    /// The change cannot be written into the files.
    #[error("this cannot be written into the plan files: {0}")]
    Apply(String),
    /// A new file of a team that has its files in a source.
    #[error(
        "the files of team `{team}` are in the source `{source_name}` (`holds` in kedge.toml), not here: write it there"
    )]
    HeldElsewhere {
        /// The team.
        team: TeamId,
        /// The source.
        source_name: String,
    },
    /// The files are a copy of a store.
    #[error(
        "these files are a copy of {}, where the facts have their home: record it there (`--in {}`), or edit the files and bring \
         them home with `kedge store take`", .0.display(), .0.display()
    )]
    Copy(PathBuf),
    /// The disk refused, or a file changed meanwhile.
    #[error(transparent)]
    Write(#[from] WriteError),
}

fn first(findings: &[Finding]) -> String {
    let Some(finding) = findings.first() else { return "unknown".into() };
    let fix = finding.fix.as_ref().map(|fix| format!(" ({})", fix.advice)).unwrap_or_default();
    format!("{}{fix}", finding.message)
}

/// The files in which the errors are.
fn faulty(findings: &[Finding], sources: &Sources) -> BTreeSet<String> {
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
    errors.filter_map(|finding| Some(finding.place(sources)?.file.to_string())).collect()
}

fn refuse_touching(apart: &[String], edits: &[Edit]) -> Result<(), RecordError> {
    match edits.iter().find(|edit| apart.contains(&edit.path)) {
        Some(edit) => Err(RecordError::Faulty { path: edit.path.clone() }),
        None => Ok(()),
    }
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
                snapshot: RwLock::new(Snapshot { version: 0, answers: None, trouble: None }),
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
        if self.inner.store.is_some() {
            // Nobody else writes it, and what this process writes is read at once: only a day may have passed.
            let mut hasher = DefaultHasher::new();
            today.hash(&mut hasher);
            return hasher.finish();
        }
        let sources = self.lies().ground.sources.into_values().collect::<Vec<_>>();
        crate::watch::fingerprint(&self.inner.path, &self.inner.root, &sources, today)
    }

    /// Reads the files again, and the clock. The snapshot moves only if something has changed.
    ///
    /// # Errors
    /// When what was opened is no longer there; the snapshot stays.
    pub fn refresh(&self) -> Result<(), OpenError> {
        self.read()
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

    /// What a change starts from: the newest answers; where some files have errors, the answers to the others, with the
    /// names of those left aside. One team's mistake stops nobody else from recording.
    ///
    /// # Errors
    /// When the other files do not make an organisation without them.
    pub fn to_record(&self) -> Result<(Arc<Answers>, Vec<String>), RecordError> {
        let snapshot = self.snapshot();
        let Some(trouble) = &snapshot.trouble else {
            return snapshot.answers.map(|answers| (answers, Vec::new())).ok_or(RecordError::Trouble);
        };
        let apart = faulty(&trouble.findings, &trouble.sources);
        let files = trouble
            .sources
            .files()
            .filter(|path| !apart.contains(*path))
            .filter_map(|path| {
                Some(SourceText { path: path.to_owned(), text: trouble.sources.text(path)?.to_owned() })
            })
            .collect();
        // What the files left aside hold is missing, so teams without a file must not count as errors.
        let loaded = kedge_files::read(files, Some(Scope::Partial)).map_err(|_| RecordError::Trouble)?;
        Ok((Arc::new(self.answers_to(loaded)), apart.into_iter().collect()))
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

    /// The edits that would record the changes, without writing them.
    ///
    /// # Errors
    /// When the organisation would be wrong, or a file that the changes touch has errors.
    pub fn preview(&self, changes: &[Change]) -> Result<Vec<Edit>, RecordError> {
        let (answers, apart) = self.to_record()?;
        // What is missing may stand in a file that was left aside; then that file is what to mend.
        let refused =
            |findings| if apart.is_empty() { RecordError::Refused(findings) } else { RecordError::Trouble };
        answers.organisation.with(changes).map_err(refused)?;
        let edits = kedge_files::apply(&answers.sources, changes)
            .map_err(|error| RecordError::Apply(error.to_string()))?;
        refuse_touching(&apart, &edits)?;
        self.refuse_elsewhere(&edits)?;
        Ok(edits)
    }

    /// Writes the changes into the plan files: all of them or none. `what` says it in words, for undo.
    ///
    /// # Errors
    /// When the organisation would be wrong, the files have errors or were changed meanwhile, or the disk refuses. Then
    /// nothing has changed.
    pub fn record(&self, what: &str, changes: &[Change]) -> Result<Recorded, RecordError> {
        let _writing = self.inner.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let edits = self.preview(changes)?;
        self.write(what, edits)
    }

    /// The same for edits that are there as text: a template, say. The files must still read as an organisation with them.
    ///
    /// # Errors
    /// As [`Workspace::record`].
    pub fn record_edits(&self, what: &str, edits: Vec<Edit>) -> Result<Recorded, RecordError> {
        let _writing = self.inner.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let (answers, apart) = self.to_record()?;
        refuse_touching(&apart, &edits)?;
        self.refuse_elsewhere(&edits)?;
        let changed = |path: &str| edits.iter().any(|edit| edit.path == path);
        let files =
            answers
                .sources
                .files()
                .filter(|path| !changed(path))
                .filter_map(|path| {
                    Some(SourceText { path: path.to_owned(), text: answers.sources.text(path)?.to_owned() })
                })
                .chain(edits.iter().filter_map(|edit| {
                    Some(SourceText { path: edit.path.clone(), text: edit.after.clone()? })
                }));
        kedge_files::read(files.collect(), Some(answers.organisation.scope()))
            .map_err(|failed| RecordError::Refused(failed.findings))?;
        self.write(what, edits)
    }

    /// Writes what mends files, which need not make an organisation before or after.
    pub(crate) fn write_mended(&self, what: &str, edits: Vec<Edit>) -> Result<Recorded, RecordError> {
        let _writing = self.inner.writing.lock().unwrap_or_else(PoisonError::into_inner);
        self.write(what, edits)
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

    /// What is in another repository is its teams' to change.
    fn refuse_elsewhere(&self, edits: &[Edit]) -> Result<(), RecordError> {
        let lies = self.lies();
        for edit in edits {
            lies.ground.place(&edit.path)?;
        }
        // From the file itself: a source that holds a team without any file yet is an error, and errors are left aside.
        let text = match &self.inner.store {
            Some(store) => {
                let texts = store.texts().map_err(|trouble| WriteError::Store(trouble.to_string()))?;
                texts.into_iter().find(|it| it.path == "kedge.toml").map(|it| it.text).unwrap_or_default()
            }
            None => std::fs::read_to_string(self.inner.root.join("kedge.toml")).unwrap_or_default(),
        };
        let (None, Some(settings)) = (&lies.here, settings_in(&text)) else { return Ok(()) };
        let sources = &settings.sources;
        let names = crate::gather::names_of(sources);
        let new = edits
            .iter()
            .filter(|edit| edit.before.is_none() && crate::gather::source_of(&edit.path).is_none());
        for edit in new {
            let Some(text) = edit.after.clone() else { continue };
            let Some((team, _)) = speaks_for(&SourceText { path: edit.path.clone(), text }) else { continue };
            let held = sources.iter().zip(&names).find(|(source, _)| source.holds.contains(&team));
            if let Some((_, name)) = held {
                return Err(RecordError::HeldElsewhere { team, source_name: name.clone() });
            }
        }
        Ok(())
    }

    fn write(&self, what: &str, edits: Vec<Edit>) -> Result<Recorded, RecordError> {
        if edits.is_empty() {
            // The files say so already: there is nothing to take back.
            return Ok(Recorded { edits, undoable: false });
        }
        let on = AsOf::Today.date("UTC");
        let step = Step { what: what.to_owned(), on, edits: edits.clone() };
        if let Some(store) = &self.inner.store {
            // What is a read copy is written where its home is.
            let ground = self.lies().ground;
            edits.iter().try_for_each(|edit| ground.place(&edit.path).map(drop))?;
            store.write(step).map_err(WriteError::from)?;
            let _ = self.read_locked();
            return Ok(Recorded { edits, undoable: true });
        }
        if let Some(store) = is_copy_of(&self.inner.root) {
            return Err(RecordError::Copy(store));
        }
        disk::write_on(&self.lies().ground, &edits)?;
        let undoable = journal::remember(&self.inner.root, step).is_ok();
        // The files are written; should they be gone already, the next refresh says so.
        let _ = self.read_locked();
        Ok(Recorded { edits, undoable })
    }

    /// Drops the last thing recorded from what can be undone, and leaves the files as they are.
    ///
    /// # Errors
    /// When there is nothing, or the list cannot be written.
    pub fn forget_last_step(&self) -> Result<Step, UndoError> {
        let _writing = self.inner.writing.lock().unwrap_or_else(PoisonError::into_inner);
        if self.inner.store.is_some() {
            return Err(UndoError::Store("a store forgets nothing: its history stays whole".into()));
        }
        journal::forget(&self.inner.root)
    }

    /// Takes back the last thing recorded.
    ///
    /// # Errors
    /// When there is nothing, or its files were changed since.
    pub fn undo(&self) -> Result<Step, UndoError> {
        self.take_back(None)
    }

    /// Takes back the last thing recorded; of a store only if it is the write of this number, where it is said.
    pub(crate) fn take_back(&self, only: Option<u64>) -> Result<Step, UndoError> {
        let _writing = self.inner.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let step = match &self.inner.store {
            Some(store) => store.undo(only, AsOf::Today.date("UTC"))?,
            None => journal::undo(&self.lies().ground)?,
        };
        let _ = self.read_locked();
        if self.is_store() {
            // It may have been a comment, which no reading of the texts tells of.
            self.answer_ready();
        }
        Ok(step)
    }
}
