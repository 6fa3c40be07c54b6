//! One function for each format: its files in, what it came to out.

use super::{ImportError, Imported, Target, bring, sources};
use kedge_exchange::codeowners::Host;
use kedge_exchange::{Draft, SourceFile};
use kedge_model::Slug;
use std::collections::BTreeMap;
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

/// Reads GitHub's issues as JSON, from one file or several.
///
/// # Errors
/// As [`jira`].
pub fn github(
    files: &[PathBuf],
    options: &kedge_exchange::github::Options,
    target: &Target,
) -> Result<Imported, ImportError> {
    let options = kedge_exchange::github::Options { name: target.name.to_string(), ..options.clone() };
    tracker(files, "issues", target, |sources| kedge_exchange::github::draft(sources, &options))
}

/// Reads Linear's CSV exports, one or several.
///
/// # Errors
/// As [`jira`].
pub fn linear(
    files: &[PathBuf],
    options: &kedge_exchange::linear::Options,
    target: &Target,
) -> Result<Imported, ImportError> {
    let options = kedge_exchange::linear::Options { name: target.name.to_string(), ..options.clone() };
    tracker(files, "issues", target, |sources| kedge_exchange::linear::draft(sources, &options))
}

/// Reads tables, one or several, as a mapping file says.
///
/// # Errors
/// As [`jira`], and when the mapping cannot be used.
pub fn csv(files: &[PathBuf], mapping: &Path, target: &Target) -> Result<Imported, ImportError> {
    let text = sources::file(mapping)?.text;
    let mapping = kedge_exchange::mapped::Mapping::read(&text)
        .map_err(|error| ImportError::Given(format!("{}: {error}", mapping.display())))?;
    let name = target.name.to_string();
    tracker(files, "rows", target, |sources| kedge_exchange::mapped::draft(sources, &mapping, &name))
}

/// Reads a Backstage catalogue: files, and the YAML files below folders that hold entities.
///
/// # Errors
/// When nothing there is an entity, or the result cannot be written; then nothing is written.
pub fn backstage(
    paths: &[PathBuf],
    options: &kedge_exchange::backstage::Options,
    target: &Target,
) -> Result<Imported, ImportError> {
    let found = yaml_below(paths, "backstage.io/")?;
    let draft = kedge_exchange::backstage::draft(&found, options);
    let first = paths.first().map_or(Path::new(""), PathBuf::as_path);
    if draft.changes.is_empty() {
        return Err(nothing(first, "teams of a Backstage catalogue", &draft));
    }
    bring(draft, &all_shown(paths), &organisation(&target.out), target)
}

/// Reads contracts of the Open Data Contract Standard: files, and the YAML files below folders that hold some.
///
/// # Errors
/// When nothing there is a contract, or the result cannot be written; then nothing is written.
pub fn odcs(
    paths: &[PathBuf],
    options: &kedge_exchange::odcs::Options,
    target: &Target,
) -> Result<Imported, ImportError> {
    let draft = kedge_exchange::odcs::draft(&yaml_below(paths, "DataContract")?, options);
    let first = paths.first().map_or(Path::new(""), PathBuf::as_path);
    if draft.changes.is_empty() {
        return Err(nothing(first, "contracts of the Open Data Contract Standard", &draft));
    }
    bring(draft, &all_shown(paths), &organisation(&target.out), target)
}

/// The files that are named, and of folders those YAML files below that hold a text by which the format is known.
fn yaml_below(paths: &[PathBuf], mark: &str) -> Result<Vec<SourceFile>, ImportError> {
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            let yaml = sources::folder(path, "", &|name| has_extension(name, &["yaml", "yml"]))?;
            found.extend(yaml.into_iter().filter(|source| source.text.contains(mark)));
        } else {
            found.push(sources::file(path)?);
        }
    }
    Ok(found)
}

/// Reads CODEOWNERS: the file, or a repository's folder, in which it is looked for where the host looks. `files` names a
/// list of the repository's files, one path a line.
///
/// # Errors
/// When there is none or it names no team, or the result cannot be written; then nothing is written.
pub fn codeowners(
    path: &Path,
    repository: &Slug,
    host: Option<Host>,
    files: Option<&Path>,
    target: &Target,
) -> Result<Imported, ImportError> {
    let file = if path.is_dir() {
        let places = match host {
            Some(host) => host.places().to_vec(),
            None => Host::GitHub.places().into_iter().chain(Host::GitLab.places()).collect(),
        };
        let found =
            places.iter().find(|place| path.join(place).is_file()).ok_or_else(|| ImportError::Nothing {
                path: path.to_owned(),
                what: "CODEOWNERS",
                because: Some(format!("it is looked for in {}", places.join(", "))),
            })?;
        SourceFile::new(*found, sources::file(&path.join(found))?.text)
    } else {
        sources::file(path)?
    };
    let files = match files {
        Some(list) => Some(sources::file(list)?.text.lines().map(str::to_owned).collect()),
        None => None,
    };
    let options = kedge_exchange::codeowners::Options { repository: repository.clone(), host, files };
    let draft = kedge_exchange::codeowners::draft(&file, &options);
    if draft.changes.is_empty() {
        return Err(nothing(path, "rules whose owners are teams", &draft));
    }
    bring(draft, &shown(path), &organisation(&target.out), target)
}

/// Reads Kubernetes enhancements: every `kep.yaml` below a folder. `groups` is `sigs.yaml`, `releases` a table of the
/// releases' days.
///
/// # Errors
/// When there is none, or the result cannot be written; then nothing is written.
pub fn kep(
    folder: &Path,
    groups: Option<&Path>,
    releases: Option<&Path>,
    target: &Target,
) -> Result<Imported, ImportError> {
    let keps = sources::folder(folder, "", &|name| name == "kep.yaml")?;
    let groups = groups.map(sources::file).transpose()?;
    let releases = match releases {
        Some(path) => kedge_exchange::kep::releases(&sources::file(path)?.text)
            .map_err(|error| ImportError::Given(format!("{}: {error}", path.display())))?,
        None => BTreeMap::new(),
    };
    let options = kedge_exchange::kep::Options { name: target.name.to_string(), releases };
    let draft = kedge_exchange::kep::draft(&keps, groups.as_ref(), &options);
    if draft.changes.is_empty() {
        return Err(nothing(folder, "enhancements (`kep.yaml`)", &draft));
    }
    bring(draft, &shown(folder), &organisation(&target.out), target)
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
    bring(draft, &all_shown(files), &organisation(&target.out), target)
}

/// What to call an organisation that is started in a folder.
fn organisation(out: &Path) -> String {
    let path = std::path::absolute(out).unwrap_or_else(|_| out.to_owned());
    path.file_name().map_or_else(|| "Organisation".to_owned(), |name| name.to_string_lossy().into_owned())
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn all_shown(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| shown(path)).collect::<Vec<_>>().join(", ")
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
