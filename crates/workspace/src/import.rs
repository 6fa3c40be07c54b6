//! Imports: reads the source's files, shows the draft, and writes it whole or not at all.

use crate::clock::AsOf;
use crate::disk::{self, WriteError};
use crate::journal::{self, Step};
use kedge_exchange::{Draft, SourceFile};
use kedge_files::{Edit, LoadError, Loaded};
use kedge_model::{Change, FactId, Finding, Organisation, Scope, Settings};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What an import came to.
#[derive(Debug)]
pub struct Imported {
    /// The changes, and everything that was not taken.
    pub draft: Draft,
    /// The files that were, or would be, written.
    pub edits: Vec<Edit>,
}

/// Why nothing was imported. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A folder of the source cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Read {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The folder holds nothing of this format.
    #[error("{} holds no goals: no Markdown file in it could be taken", .0.display())]
    Nothing(PathBuf),
    /// The folder to write in has plans that cannot be read.
    #[error("the plans in {} cannot be read; mend them first: `kedge check` lists the errors", .0.display())]
    Target(PathBuf),
    /// What was read does not make an organisation.
    #[error("what was read does not make an organisation: {}", .0.first().map_or("", |finding| finding.message.as_str()))]
    Refused(Vec<Finding>),
    /// The changes cannot be written into the files that are there.
    #[error("this cannot be written into the plan files: {0}")]
    Apply(String),
    /// The disk refused.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Reads one or more periods of the Rust project's goals into the organisation at `out`, which is made if it is not
/// there. What people added there is kept; what an earlier import made is brought up to date.
///
/// `folder` is one period's folder (`goals/2026`) or one that holds several.
///
/// # Errors
/// When the source cannot be read, holds no goals, or the result cannot be written; then nothing is written.
pub fn rust_goals(
    folder: &Path,
    teams: Option<&Path>,
    out: &Path,
    dry_run: bool,
) -> Result<Imported, ImportError> {
    // The period is in the folder's name, also where the folder given is itself the period's.
    let name = fs::canonicalize(folder).ok().and_then(|path| Some(path.file_name()?.to_str()?.to_owned()));
    let prefix =
        name.filter(|name| name.starts_with("20")).map(|name| format!("{name}/")).unwrap_or_default();
    let goals = sources(folder, "md", &prefix)?;
    let teams = teams.map_or(Ok(Vec::new()), |teams| sources(teams, "toml", ""))?;
    let mut draft = kedge_exchange::rust_goals::draft(&goals, &teams);
    if draft.counts().plans == 0 {
        return Err(ImportError::Nothing(folder.to_owned()));
    }
    let before = existing(out)?;
    if before.as_ref().is_none_or(|loaded| loaded.organisation.fact(&FactId::Settings).is_none()) {
        let name = kedge_exchange::rust_goals::ORGANISATION.to_owned();
        draft.changes.insert(0, Change::from(Settings { name, ..Settings::default() }));
    }
    let edits = if let Some(loaded) = &before {
        edits(&loaded.organisation, &loaded.sources, &draft.changes)?
    } else {
        let empty = Organisation::build(Scope::Whole, Vec::new()).map_err(ImportError::Refused)?;
        edits(&empty, &kedge_files::Sources::default(), &draft.changes)?
    };
    if !dry_run {
        fs::create_dir_all(out).map_err(|source| ImportError::Read { path: out.to_owned(), source })?;
        disk::write(out, &edits)?;
        let what = format!("import of the Rust goals in {}", folder.display());
        // Undo is a convenience: an import that stands without it stands.
        let _ = journal::remember(out, Step { what, on: AsOf::Today.date("UTC"), edits: edits.clone() });
    }
    Ok(Imported { draft, edits })
}

fn edits(
    before: &Organisation,
    files: &kedge_files::Sources,
    changes: &[Change],
) -> Result<Vec<Edit>, ImportError> {
    before.with(changes).map_err(ImportError::Refused)?;
    kedge_files::apply(files, changes).map_err(|error| ImportError::Apply(error.to_string()))
}

fn existing(out: &Path) -> Result<Option<Loaded>, ImportError> {
    if !out.exists() {
        return Ok(None);
    }
    match kedge_files::load_folder(out) {
        Ok(loaded) => Ok(Some(loaded)),
        Err(LoadError::Failed(_)) => Err(ImportError::Target(out.to_owned())),
        // An empty folder is a fine place to begin.
        Err(_) if fs::read_dir(out).is_ok_and(|mut entries| entries.next().is_none()) => Ok(None),
        Err(_) => Err(ImportError::Target(out.to_owned())),
    }
}

/// Every file below `folder` with the extension, by path, with `/` between the parts and `prefix` before them.
fn sources(folder: &Path, extension: &str, prefix: &str) -> Result<Vec<SourceFile>, ImportError> {
    let mut found = Vec::new();
    let mut open = vec![(folder.to_owned(), prefix.to_owned())];
    while let Some((folder, prefix)) = open.pop() {
        let read = |path: &Path, source| ImportError::Read { path: path.to_owned(), source };
        for entry in fs::read_dir(&folder).map_err(|source| read(&folder, source))? {
            let entry = entry.map_err(|source| read(&folder, source))?;
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            let kind = entry.file_type().map_err(|source| read(&path, source))?;
            if kind.is_dir() && !name.starts_with('.') {
                open.push((path, format!("{prefix}{name}/")));
            } else if path.extension().is_some_and(|it| it == extension) {
                let bytes = fs::read(&path).map_err(|source| read(&path, source))?;
                found.push(SourceFile::new(format!("{prefix}{name}"), String::from_utf8_lossy(&bytes)));
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}
