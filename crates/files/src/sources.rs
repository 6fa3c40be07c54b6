//! The texts that an organisation was read from, and where in them each fact stands.

use crate::language::FileKind;
use crate::locate::Places;
use kedge_model::{FactId, PlanId, TeamId};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

/// The files that an organisation was read from. Cheap to clone.
#[derive(Clone, Default)]
pub struct Sources {
    pub(crate) files: Arc<Vec<SourceFile>>,
    pub(crate) by_path: Arc<BTreeMap<Arc<str>, usize>>,
    pub(crate) homes: Arc<HashMap<FactId, u32>>,
    pub(crate) first_month: u8,
}

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
    pub(crate) fn new(files: Vec<SourceFile>, homes: HashMap<FactId, u32>, first_month: u8) -> Self {
        let by_path = files.iter().enumerate().map(|(at, file)| (file.path.clone(), at)).collect();
        Self { files: Arc::new(files), by_path: Arc::new(by_path), homes: Arc::new(homes), first_month }
    }

    /// The text of a file, by its path relative to the organisation's folder.
    pub fn text(&self, file: &str) -> Option<&str> {
        self.file(file).map(|file| file.text.as_ref())
    }

    /// Every file's path, in order.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.by_path.keys().map(AsRef::as_ref)
    }

    /// The file in which the fact stands.
    pub fn home(&self, fact: &FactId) -> Option<&str> {
        self.home_file(fact).map(|file| file.path.as_ref())
    }

    /// The folder of a team's files, with the `/` behind it, in the source that they lie in; one of its name where it has
    /// none yet.
    pub fn folder_of(&self, team: &TeamId) -> String {
        let known =
            self.files.iter().find(|file| file.kind != FileKind::Settings && file.own.as_ref() == Some(team));
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

    pub(crate) fn file(&self, path: &str) -> Option<&SourceFile> {
        self.by_path.get(path).and_then(|at| self.files.get(*at))
    }

    pub(crate) fn home_file(&self, fact: &FactId) -> Option<&SourceFile> {
        self.homes.get(fact).and_then(|at| self.files.get(*at as usize))
    }
}
