//! The texts that an organisation was read from, and where in them each fact stands.

use crate::language::FileKind;
use crate::locate::Places;
use crate::read::SourceText;
use kedge_model::{FactId, PlanId, TeamId};
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, OnceLock};

/// The files that an organisation was read from. Cheap to clone, and after an edit mostly shared.
#[derive(Clone, Default)]
pub struct Sources {
    /// By path.
    pub(crate) files: Arc<BTreeMap<Arc<str>, Arc<SourceFile>>>,
    /// In which file each fact stands, by who wrote it.
    pub(crate) homes: Arc<BTreeMap<Option<TeamId>, Arc<Homes>>>,
    pub(crate) first_month: u8,
}

/// The file in which each fact of one writer stands.
pub(crate) type Homes = HashMap<FactId, Arc<SourceFile>>;

/// One file that was read.
#[derive(Clone, Debug)]
pub(crate) struct SourceFile {
    pub path: Arc<str>,
    pub text: Arc<str>,
    pub kind: FileKind,
    /// Whose file it is; `None` where it does not say so in a way that can be read.
    pub own: Option<TeamId>,
    /// Where everything in it stands.
    pub places: Places,
    /// Where its lines begin, once somebody asked.
    pub lines: OnceLock<Vec<usize>>,
    /// A digest of path and text, once somebody asked.
    digest: OnceLock<u64>,
}

impl SourceFile {
    pub(crate) fn new(
        path: Arc<str>,
        text: Arc<str>,
        kind: FileKind,
        own: Option<TeamId>,
        places: Places,
    ) -> Self {
        Self { path, text, kind, own, places, lines: OnceLock::new(), digest: OnceLock::new() }
    }

    pub(crate) fn source_text(&self) -> SourceText {
        SourceText { path: self.path.to_string(), text: self.text.to_string() }
    }

    fn digest(&self) -> u64 {
        *self.digest.get_or_init(|| {
            let mut hasher = DefaultHasher::new();
            (&self.path, &self.text).hash(&mut hasher);
            hasher.finish()
        })
    }
}

/// The plan that a file is, by its name.
pub(crate) fn plan_id(path: &str, kind: FileKind, own: &TeamId) -> Option<PlanId> {
    if kind != FileKind::Plan {
        return None;
    }
    let inside = crate::language::inside(path);
    let name = inside.rsplit('/').next().unwrap_or(inside);
    Some(PlanId::new(own.clone(), name.strip_suffix(".kedge.toml")?.parse().ok()?))
}

impl std::fmt::Debug for Sources {
    /// The files' names; their texts would drown whatever this is printed in.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.files()).finish()
    }
}

impl Sources {
    /// The text of a file, by its path relative to the organisation's folder.
    pub fn text(&self, file: &str) -> Option<&str> {
        self.file(file).map(|file| file.text.as_ref())
    }

    /// Every file's path, in order.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(AsRef::as_ref)
    }

    /// The file in which the fact stands.
    pub fn home(&self, fact: &FactId) -> Option<&str> {
        self.home_file(fact).map(|file| file.path.as_ref())
    }

    /// The folder of a team's files, with the `/` behind it, in the source that they lie in; one of its name where it has
    /// none yet.
    pub fn folder_of(&self, team: &TeamId) -> String {
        let known = self
            .files
            .values()
            .find(|file| file.kind != FileKind::Settings && file.own.as_ref() == Some(team));
        match known {
            Some(file) => {
                file.path.rfind(['/', ':']).map_or_else(String::new, |at| file.path[..=at].to_owned())
            }
            None => format!("{team}/"),
        }
    }

    /// Which kind of file it is.
    pub fn kind(&self, file: &str) -> Option<FileKind> {
        self.file(file).map(|file| file.kind)
    }

    /// A digest of every path and text. It is for comparing within one process: another build may give another.
    pub fn digest(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        let digests: Vec<u64> = self.files.par_iter().map(|(_, file)| file.digest()).collect();
        digests.hash(&mut hasher);
        hasher.finish()
    }

    pub(crate) fn file(&self, path: &str) -> Option<&SourceFile> {
        self.files.get(path).map(AsRef::as_ref)
    }

    pub(crate) fn home_file(&self, fact: &FactId) -> Option<&SourceFile> {
        self.homes.get(&fact.writer())?.get(fact).map(AsRef::as_ref)
    }
}
