//! One function for each format: its files in, what it came to out.

use super::{ImportError, Imported, Target, bring, sources};
use kedge_exchange::{Draft, SourceFile};
use std::fs;
use std::path::{Path, PathBuf};

/// Reads one or more periods of the Rust project's goals. `folder` is one period's folder (`goals/2026`) or one that
/// holds several.
///
/// # Errors
/// When the source cannot be read, holds no goals, or the result cannot be written; then nothing is written.
pub fn rust_goals(folder: &Path, teams: Option<&Path>, target: &Target) -> Result<Imported, ImportError> {
    // The period is in the folder's name, also where the folder given is itself the period's.
    let name = fs::canonicalize(folder).ok().and_then(|path| Some(path.file_name()?.to_str()?.to_owned()));
    let prefix =
        name.filter(|name| name.starts_with("20")).map(|name| format!("{name}/")).unwrap_or_default();
    let goals = sources::folder(folder, &prefix, &|name| has_extension(name, &["md"]))?;
    let teams = teams
        .map_or(Ok(Vec::new()), |teams| sources::folder(teams, "", &|name| has_extension(name, &["toml"])))?;
    let draft = kedge_exchange::rust_goals::draft(&goals, &teams);
    if draft.counts().plans == 0 {
        return Err(nothing(folder, "goals", &draft));
    }
    bring(draft, &shown(folder), kedge_exchange::rust_goals::ORGANISATION, target)
}

/// Reads Jira's CSV exports, one or several.
///
/// # Errors
/// When a file cannot be read or holds no issues, or the result cannot be written; then nothing is written.
pub fn jira(
    files: &[PathBuf],
    options: &kedge_exchange::jira::Options,
    target: &Target,
) -> Result<Imported, ImportError> {
    let options = kedge_exchange::jira::Options { name: target.name.to_string(), ..options.clone() };
    tracker(files, "issues", target, |sources| kedge_exchange::jira::draft(sources, &options))
}

fn tracker(
    files: &[PathBuf],
    what: &'static str,
    target: &Target,
    read: impl FnOnce(&[SourceFile]) -> Draft,
) -> Result<Imported, ImportError> {
    let sources = sources::files(files)?;
    let draft = read(&sources);
    let first = files.first().map_or(Path::new(""), PathBuf::as_path);
    if draft.changes.is_empty() || !draft.files_not_taken.is_empty() {
        return Err(nothing(first, what, &draft));
    }
    let from = files.iter().map(|file| shown(file)).collect::<Vec<_>>().join(", ");
    bring(draft, &from, &organisation(&target.out), target)
}

/// What to call an organisation that is started in a folder.
fn organisation(out: &Path) -> String {
    let path = std::path::absolute(out).unwrap_or_else(|_| out.to_owned());
    path.file_name().map_or_else(|| "Organisation".to_owned(), |name| name.to_string_lossy().into_owned())
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn has_extension(name: &str, extensions: &[&str]) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|found| extensions.iter().any(|wanted| found.eq_ignore_ascii_case(wanted)))
}

fn nothing(path: &Path, what: &'static str, draft: &Draft) -> ImportError {
    let because =
        draft.files_not_taken.first().map(|file| format!("{} {}", file.file, file.reason)).or_else(|| {
            let (reason, rows) = draft.reasons().into_iter().next()?;
            Some(format!("{rows} rows were not taken; the commonest reason: {reason}"))
        });
    ImportError::Nothing { path: path.to_owned(), what, because }
}
