//! Imports: reads the source's files, shows the draft, and writes it whole or not at all.
//!
//! What an import wrote is kept beside the plans, in `.imports/NAME`, in the plan language: the next import of the same
//! name sees by it what people changed since, which stays theirs. It belongs to the organisation and is to be kept in
//! its repository, unlike `.kedge`.

mod formats;
mod sources;

pub use formats::{backstage, codeowners, csv, github, jira, kep, linear, odcs, rust_goals};

use crate::clock::AsOf;
use crate::disk::{self, WriteError};
use crate::journal::{self, Step};
use kedge_exchange::{Draft, NotText, Report};
use kedge_files::{Edit, LoadError, Loaded, Sources};
use kedge_model::{Change, Fact, FactId, Finding, Organisation, Scope, Settings, Slug};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Where an import goes, and under which name.
#[derive(Clone, Debug)]
pub struct Target {
    /// The organisation's folder; made if it is not there.
    pub out: PathBuf,
    /// The import's name: what it wrote is known under it the next time, and its plans are called so.
    pub name: Slug,
    /// Whether only to say what would be written.
    pub dry_run: bool,
}

/// What an import came to.
#[derive(Debug)]
pub struct Imported {
    /// What the source says, and everything that was not taken.
    pub draft: Draft,
    /// What of that is new in the organisation, changes, stays as people have it, or is gone from the source.
    pub report: Report,
    /// The files that were, or would be, written, those of the record in `.imports` among them.
    pub edits: Vec<Edit>,
    /// Whether the organisation had teams before.
    pub had_teams: bool,
}

impl Imported {
    /// How many files of plans were, or would be, written.
    pub fn files(&self) -> usize {
        self.edits.iter().filter(|edit| !edit.path.starts_with(RECORDS)).count()
    }
}

/// The folder of what imports wrote.
const RECORDS: &str = ".imports";

/// The largest plan file that is read again, in bytes.
const MOST_BYTES: usize = 4 << 20;

/// Why nothing was imported. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A folder or file of the source cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Read {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file of the source is not text.
    #[error("{} {source}", path.display())]
    NotText {
        /// The file.
        path: PathBuf,
        /// In which way.
        source: NotText,
    },
    /// The source holds nothing of this format.
    #[error("{} holds no {what}{}", path.display(), because.as_ref().map(|why| format!(": {why}")).unwrap_or_default())]
    Nothing {
        /// The folder or file.
        path: PathBuf,
        /// What was looked for.
        what: &'static str,
        /// Why what is there is not that.
        because: Option<String>,
    },
    /// What was given with the source cannot be used.
    #[error("{0}")]
    Given(String),
    /// The folder to write in has plans that cannot be read.
    #[error("the plans in {} cannot be read; mend them first: `kedge check` lists the errors", .0.display())]
    Target(PathBuf),
    /// The record of the last import cannot be read.
    #[error(
        "what the last import wrote, in {}, cannot be read; restore it, or remove that folder: then everything that is \
         there counts as people's", .0.display()
    )]
    Record(PathBuf),
    /// What was read does not make an organisation.
    #[error("what was read does not make an organisation: {}", .0.first().map_or("", |finding| finding.message.as_str()))]
    Refused(Vec<Finding>),
    /// A plan would be too large to be read again.
    #[error(
        "{path} would have {} MB; at most {} are read: leave what was done long ago out of the export", bytes >> 20, MOST_BYTES >> 20
    )]
    TooLarge {
        /// The file.
        path: String,
        /// Its size.
        bytes: usize,
    },
    /// The changes cannot be written into the files that are there.
    #[error("this cannot be written into the plan files: {0}")]
    Apply(String),
    /// The disk refused.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Brings a draft into the organisation at the target. `from` says what it was made of, for the list of what can be
/// undone; `organisation` is the name of one that is started.
fn bring(draft: Draft, from: &str, organisation: &str, target: &Target) -> Result<Imported, ImportError> {
    let out = &target.out;
    if crate::store::is_store(out) {
        return Err(ImportError::Given(format!(
            "{} is a store, and imports go into folders: import into a folder, then `kedge store make` a store of it",
            out.display()
        )));
    }
    let before = existing(out)?;
    let recorded = existing_record(out, &target.name)?;
    let last = recorded.as_ref().map(|loaded| loaded.organisation.facts_in_order()).unwrap_or_default();
    let empty = || Organisation::build(Scope::Whole, Vec::new()).map_err(ImportError::Refused);
    let (now, files) = match &before {
        Some(loaded) => (loaded.organisation.clone(), loaded.sources.clone()),
        None => (empty()?, Sources::default()),
    };

    let mut facts = draft.facts();
    let mut begin = Vec::new();
    if before.is_none() {
        begin.extend(settings(&mut facts, organisation));
    } else if now.fact(&FactId::Settings).is_none() {
        // A part of an organisation stays one: with settings, every team would have to be there.
        facts.retain(|fact| fact.id() != FactId::Settings);
    }
    let merge = kedge_exchange::merge(&facts, &last, &now);
    let changes: Vec<Change> = begin.into_iter().chain(merge.changes).collect();
    now.with(&changes).map_err(ImportError::Refused)?;
    let mut edits =
        kedge_files::apply(&files, &changes).map_err(|error| ImportError::Apply(error.to_string()))?;
    for edit in &edits {
        let bytes = edit.after.as_ref().map_or(0, String::len);
        if bytes > MOST_BYTES {
            return Err(ImportError::TooLarge { path: edit.path.clone(), bytes });
        }
    }
    edits.extend(record(recorded.as_ref(), &last, merge.record, &target.name)?);
    if !target.dry_run {
        fs::create_dir_all(out).map_err(|source| ImportError::Read { path: out.clone(), source })?;
        disk::write(out, &edits)?;
        if !edits.is_empty() {
            let what = format!("import of {from}");
            // Undo is a convenience: an import that stands without it stands.
            let _ = journal::remember(out, Step { what, on: AsOf::Today.date("UTC"), edits: edits.clone() });
        }
    }
    let had_teams = now.teams().len() > 0;
    Ok(Imported { draft, report: merge.report, edits, had_teams })
}

/// Gives an organisation that is started its name: in the source's settings, where it brings any, else in new ones.
fn settings(facts: &mut [Fact], name: &str) -> Option<Change> {
    for fact in facts {
        if let Fact::Settings(settings) = fact {
            let settings = Settings { name: name.to_owned(), ..(**settings).clone() };
            *fact = settings.into();
            return None;
        }
    }
    Some(Change::from(Settings { name: name.to_owned(), ..Settings::default() }))
}

fn existing(out: &Path) -> Result<Option<Loaded>, ImportError> {
    if !out.exists() {
        return Ok(None);
    }
    match kedge_files::load_folder(out) {
        Ok(loaded) => Ok(Some(loaded)),
        Err(LoadError::Failed(_)) => Err(ImportError::Target(out.to_owned())),
        Err(_) if is_empty(out) => Ok(None),
        Err(_) => Err(ImportError::Target(out.to_owned())),
    }
}

/// Whether a folder holds no file: a fine place to begin, and so is one that only a repository was made in.
fn is_empty(folder: &Path) -> bool {
    let is_hidden = |entry: &fs::DirEntry| entry.file_name().to_string_lossy().starts_with('.');
    let is_folder = |entry: &fs::DirEntry| entry.file_type().is_ok_and(|it| it.is_dir());
    fs::read_dir(folder).is_ok_and(|entries| {
        entries.flatten().all(|entry| is_hidden(&entry) || (is_folder(&entry) && is_empty(&entry.path())))
    })
}

fn existing_record(out: &Path, name: &Slug) -> Result<Option<Loaded>, ImportError> {
    let folder = out.join(RECORDS).join(name.as_str());
    if !folder.exists() {
        return Ok(None);
    }
    match kedge_files::load_folder(&folder) {
        Ok(loaded) => Ok(Some(loaded)),
        // Empty folders are what git and an undo by hand leave behind.
        Err(_) if is_empty(&folder) => Ok(None),
        Err(_) => Err(ImportError::Record(folder)),
    }
}

/// The edits that bring the record up to date.
fn record(
    recorded: Option<&Loaded>,
    last: &[Fact],
    today: Vec<Fact>,
    name: &Slug,
) -> Result<Vec<Edit>, ImportError> {
    let apply = |error: kedge_files::ApplyError| ImportError::Apply(error.to_string());
    let was: BTreeMap<FactId, &Fact> = last.iter().map(|fact| (fact.id(), fact)).collect();
    let is: BTreeSet<FactId> = today.iter().map(Fact::id).collect();
    let gone = was.keys().filter(|id| !is.contains(id)).cloned().map(Change::Remove);
    let changes: Vec<Change> = gone
        .chain(today.into_iter().filter(|fact| was.get(&fact.id()) != Some(&fact)).map(Change::Put))
        .collect();
    let files = recorded.map(|loaded| loaded.sources.clone()).unwrap_or_default();
    let edits = kedge_files::apply(&files, &changes).map_err(apply)?;
    Ok(edits
        .into_iter()
        .map(|edit| Edit { path: format!("{RECORDS}/{name}/{}", edit.path), ..edit })
        .collect())
}
