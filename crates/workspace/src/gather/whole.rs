//! Gathering: fetches every source, and keeps what it fetched whole or not at all.

use super::address;
use super::cache::{Cache, Commit};
use super::claims::settings_of_source;
use super::load::{folder, is_live, is_of};
use super::record::{self, GatheredSource, Kept, Record, said};
use super::{names, names_of};
use crate::git::{GitError, Tree};
use kedge_files::{Links, Overlay, find, settings_in};
use kedge_model::{Date, Location, Settings, SourceFolder, Subject};
use serde::Serialize;
use std::fs;
use std::path::{Path, PathBuf};

/// What gathering came to.
#[derive(Clone, Debug, Serialize)]
pub struct Gathering {
    /// Every source that is fetched; in a part the whole first.
    pub sources: Vec<Step>,
    /// Whether what was gathered was written; `false` offline.
    pub written: bool,
}

impl Gathering {
    /// Whether every source was reached.
    pub fn is_fresh(&self) -> bool {
        self.sources.iter().all(|step| step.unreachable.is_none())
    }
}

/// What became of one source.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// The source.
    #[serde(flatten)]
    pub source: GatheredSource,
    /// Why it could not be reached; then it is as gathered before.
    pub unreachable: Option<String>,
}

/// Why nothing was gathered. What was gathered before is still there.
#[derive(Debug, thiserror::Error)]
pub enum GatherError {
    /// There is no `kedge.toml`.
    #[error("{} has no kedge.toml, so nothing says where other teams' files are", .0.display())]
    NoSettings(PathBuf),
    /// It cannot be read.
    #[error("kedge.toml of {0} has errors: `kedge check` lists them")]
    Faulty(String),
    /// It names no sources.
    #[error(
        "kedge.toml names no source that is fetched: add `[[source]]` with `git`, or, in files, `part-of`"
    )]
    NoSources,
    /// A source could not be had, and was not gathered before.
    #[error("source `{name}`: {cause}; nothing was written")]
    Source {
        /// Its name.
        name: String,
        /// Why.
        cause: GitError,
    },
    /// A folder cannot be read.
    #[error("source `{name}`: {cause}; nothing was written")]
    Folder {
        /// Its name.
        name: String,
        /// Why.
        cause: String,
    },
    /// It does not hold an organisation, or one that is itself a part.
    #[error("{0}; nothing was written")]
    Circle(String),
    /// Nothing was gathered before.
    #[error("nothing was gathered here yet: run `kedge gather` once with a network")]
    NeverGathered,
    /// The disk refused.
    #[error("what was gathered could not be written: {0}")]
    Write(#[from] std::io::Error),
    /// The store that was to keep it.
    #[error("what was gathered could not be written: {0}")]
    Store(#[from] crate::store::NotWritten),
}

/// Where the sources of a `kedge.toml` are looked for.
enum Base {
    Folder(PathBuf),
    Commit { commit: Commit, url: String, under: String },
}

struct Gatherer<'a> {
    cache: Cache,
    before: Record,
    on: Date,
    offline: bool,
    tell: &'a mut dyn FnMut(&str, usize, usize),
}

/// Gathers what the `kedge.toml` in `root` names. `tell` hears each source's name, which it is, and of how many. `offline`
/// only tells what was gathered before.
///
/// A source that cannot be reached keeps what it had, where it was gathered before under the same address and revision.
///
/// # Errors
/// See [`GatherError`]: then nothing was written.
pub fn gather(
    root: &Path,
    on: Date,
    offline: bool,
    tell: &mut dyn FnMut(&str, usize, usize),
) -> Result<Gathering, GatherError> {
    let text =
        fs::read_to_string(root.join("kedge.toml")).map_err(|_| GatherError::NoSettings(root.to_owned()))?;
    let settings = settings_in(&text).ok_or_else(|| GatherError::Faulty(root.display().to_string()))?;
    let cache = Cache::new(root.join(".kedge").join("git"));
    let before = record::read(root).unwrap_or_default();
    if offline && before.sources.is_empty() && before.whole.is_none() {
        return Err(GatherError::NeverGathered);
    }
    let mut gatherer = Gatherer { cache, before, on, offline, tell };
    let mut steps = Vec::new();
    let record = if settings.part_of.is_some() {
        gatherer.part(root, &settings, &mut steps)?
    } else {
        let wanted: Vec<_> = settings.sources.iter().filter(|source| !is_live(source)).collect();
        if wanted.is_empty() {
            return Err(GatherError::NoSources);
        }
        let base = Base::Folder(root.to_owned());
        let sources = gatherer.sources(&base, &settings, false, &mut steps)?;
        Record { whole: None, sources, ..Record::default() }
    };
    if !offline {
        record::keep(root, record)?;
    }
    Ok(Gathering { sources: steps, written: !offline })
}

/// The same for what lies in no folder: reads all sources, folders too, and keeps nothing itself. `root` is where relative
/// paths begin, and what was fetched lies.
///
/// # Errors
/// As [`gather`].
pub(crate) fn gather_for(
    root: &Path,
    settings: &Settings,
    before: Record,
    on: Date,
    offline: bool,
    tell: &mut dyn FnMut(&str, usize, usize),
) -> Result<(Record, Gathering), GatherError> {
    if settings.sources.is_empty() {
        return Err(GatherError::NoSources);
    }
    if offline && before.sources.is_empty() {
        return Err(GatherError::NeverGathered);
    }
    let cache = Cache::new(root.join(".kedge").join("git"));
    let mut gatherer = Gatherer { cache, before, on, offline, tell };
    let mut steps = Vec::new();
    let sources = gatherer.sources(&Base::Folder(root.to_owned()), settings, true, &mut steps)?;
    let record = Record { sources, ..Record::default() };
    Ok((record, Gathering { sources: steps, written: !offline }))
}

/// A source that could not be had may be as it was before only where the network is to blame, not its address.
fn excuses(error: &GitError) -> bool {
    matches!(error, GitError::Unreachable { .. } | GitError::Failed(_) | GitError::Missing(_))
}

impl Gatherer<'_> {
    fn part(
        &mut self,
        root: &Path,
        settings: &Settings,
        steps: &mut Vec<Step>,
    ) -> Result<Record, GatherError> {
        let Some(part_of) = &settings.part_of else { return Err(GatherError::NoSources) };
        let (location, rev, under) = (&part_of.location, part_of.rev.as_deref(), part_of.under.as_deref());
        let name = names([(location, under)]).concat();
        (self.tell)(&name, 0, 1);
        let before = self.before.whole.clone().filter(|_| is_of(&self.before, settings));
        let source = SourceFolder {
            location: location.clone(),
            rev: rev.map(str::to_owned),
            under: under.map(str::to_owned),
            holds: Vec::new(),
            meta: kedge_model::Meta::default(),
        };
        let (kept, base, unreachable) = match self.one(&Base::Folder(root.to_owned()), &source, &name) {
            Ok((kept, base)) => (kept, base, None),
            Err(GatherError::Source { name, cause }) if excuses(&cause) => match before {
                Some(kept) => (kept, None, (!self.offline).then(|| cause.to_string())),
                None => return Err(GatherError::Source { name, cause }),
            },
            Err(other) => return Err(other),
        };
        let text = kept.files.iter().find(|(path, _)| path == "kedge.toml").map(|(_, text)| text);
        let text = text.ok_or_else(|| {
            GatherError::Circle(format!("`part-of` names {}, which has no kedge.toml there", kept.location))
        })?;
        let whole = settings_in(text).ok_or_else(|| GatherError::Faulty(kept.location.clone()))?;
        if whole.part_of.is_some() {
            return Err(GatherError::Circle(format!(
                "`part-of` names {}, which is itself a part: name the organisation's own folder",
                kept.location
            )));
        }
        steps.push(Step { source: kept.shown(self.on), unreachable });
        // Of a whole that cannot be reached the sources may still be; those beside it are as they were.
        let base = base.unwrap_or_else(|| Base::Folder(root.join("unreachable")));
        let sources = self.sources(&base, &whole, true, steps)?;
        Ok(Record { whole: Some(kept), sources, ..Record::default() })
    }

    fn sources(
        &mut self,
        base: &Base,
        settings: &Settings,
        all: bool,
        steps: &mut Vec<Step>,
    ) -> Result<Vec<Kept>, GatherError> {
        let names = names_of(&settings.sources);
        let wanted: Vec<_> =
            settings.sources.iter().zip(&names).filter(|(source, _)| all || !is_live(source)).collect();
        let mut sources = Vec::new();
        for (at, (source, name)) in wanted.iter().enumerate() {
            (self.tell)(name, at, wanted.len());
            let before = self.before.sources.iter().find(|kept| {
                kept.name == **name
                    && kept.is(&source.location, source.rev.as_deref(), source.under.as_deref())
            });
            let before = before.cloned();
            let (kept, unreachable) = match self.one(base, source, name) {
                Ok((kept, _)) => (kept, None),
                Err(GatherError::Source { name, cause }) if excuses(&cause) => match before {
                    Some(kept) => (kept, (!self.offline).then(|| cause.to_string())),
                    None => return Err(GatherError::Source { name, cause }),
                },
                Err(other) => return Err(other),
            };
            let pointer = kept.files.iter().find(|(path, _)| path == "kedge.toml");
            if let Some(wrong) = pointer.and_then(|(_, text)| settings_of_source(name, text)) {
                return Err(GatherError::Circle(wrong));
            }
            steps.push(Step { source: kept.shown(self.on), unreachable });
            sources.push(kept);
        }
        Ok(sources)
    }

    /// One source, and from where its own sources would be looked for.
    fn one(
        &self,
        base: &Base,
        source: &SourceFolder,
        name: &str,
    ) -> Result<(Kept, Option<Base>), GatherError> {
        let failed = |cause: GitError| GatherError::Source { name: name.to_owned(), cause };
        if self.offline {
            let said = "not asked, since --offline".to_owned();
            return Err(failed(GitError::Failed(said)));
        }
        let under = address::checked_under(source.under.as_deref()).map_err(failed)?;
        let kept = |commit: Option<String>, tree: Tree| Kept {
            name: name.to_owned(),
            location: said(&source.location),
            rev: source.rev.clone(),
            under: source.under.clone(),
            commit,
            on: self.on.to_string(),
            files: tree.files,
            unreadable: tree.unreadable,
            passed_over: tree.passed_over,
        };
        let url = match (&source.location, base) {
            (Location::Git(url), _) => url.clone(),
            (Location::Path(path), Base::Folder(folder)) if source.rev.is_some() => {
                let folder = fs::canonicalize(folder.join(path)).map_err(|error| {
                    failed(GitError::Unreachable { url: path.clone(), said: error.to_string() })
                })?;
                address::file_url(&folder).map_err(failed)?
            }
            (Location::Path(_), Base::Folder(root)) => {
                let folder = folder(root, &source.location, source.under.as_deref())
                    .ok_or_else(|| failed(GitError::Under(under.clone())))?;
                let tree = on_disk(&folder, name)?;
                return Ok((kept(None, tree), Some(Base::Folder(folder))));
            }
            (Location::Path(path), Base::Commit { commit, url, under: above }) => {
                let inside = joined(above, path).filter(|_| source.rev.is_none());
                let inside = inside
                    .and_then(|folder| joined(&folder, &under))
                    .ok_or_else(|| failed(GitError::Beside(path.clone())))?;
                let tree = commit.tree(url, &inside).map_err(failed)?;
                return Ok((kept(Some(commit.id.clone()), tree), None));
            }
        };
        let commit = self.cache.fetch(&url, source.rev.as_deref()).map_err(failed)?;
        let tree = commit.tree(&url, &under).map_err(failed)?;
        Ok((kept(Some(commit.id.clone()), tree), Some(Base::Commit { commit, url, under })))
    }
}

/// A folder beside or below another within one repository; `None` where it leads out of it.
fn joined(base: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = base.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    (!path.starts_with('/')).then(|| parts.join("/"))
}

fn on_disk(folder: &Path, name: &str) -> Result<Tree, GatherError> {
    let found = find(folder, Links::Inside, &Overlay::new())
        .map_err(|error| GatherError::Folder { name: name.to_owned(), cause: error.to_string() })?;
    let unreadable = found.findings.into_iter().filter_map(|finding| match finding.subject {
        Subject::Place(place) => Some((place.file.to_string(), finding.message)),
        Subject::Address(_) => None,
    });
    Ok(Tree {
        files: found.files.into_iter().map(|file| (file.path, file.text)).collect(),
        unreadable: unreadable.collect(),
        passed_over: found.passed_over,
    })
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn a_path_within_a_repository_stays_in_it() {
        assert_eq!(joined("plans", "../payments"), Some("payments".into()));
        assert_eq!(joined("plans", "./teams//a"), Some("plans/teams/a".into()));
        assert_eq!(joined("plans", "../../x"), None);
        assert_eq!(joined("", "/etc"), None);
    }
}
