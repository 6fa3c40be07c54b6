//! Where on this disk a file of an organisation is, and whether it may be written from here.

use crate::disk::WriteError;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// The folder of an organisation, and those of its sources that are folders on this machine.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ground {
    pub(crate) root: PathBuf,
    /// By name. A source that was fetched has no folder here: its files are its teams' to change.
    pub(crate) sources: BTreeMap<String, PathBuf>,
}

impl Ground {
    /// A folder without sources.
    pub(crate) fn only(root: &Path) -> Self {
        Self { root: root.to_owned(), sources: BTreeMap::new() }
    }

    /// Where a file is to be written.
    ///
    /// # Errors
    /// When its path leads out of the folder, or it is a file of a source that is elsewhere.
    pub(crate) fn place(&self, path: &str) -> Result<PathBuf, WriteError> {
        let outside = || WriteError::Outside { path: path.to_owned() };
        let Some((name, inside)) = super::source_of(path) else {
            return within(&self.root, path).ok_or_else(outside);
        };
        let Some(folder) = self.sources.get(name) else {
            return Err(WriteError::Elsewhere { path: path.to_owned(), source_name: name.to_owned() });
        };
        let target = within(folder, inside).ok_or_else(outside)?;
        // Somebody else's folder may hold links: what is written stays inside it.
        let real = |path: &Path| fs::canonicalize(path).ok();
        let existing = target.ancestors().find_map(real);
        let stays = real(folder).zip(existing).is_some_and(|(folder, existing)| existing.starts_with(folder));
        if stays { Ok(target) } else { Err(outside()) }
    }
}

fn within(root: &Path, relative: &str) -> Option<PathBuf> {
    let plain = !relative.is_empty()
        && Path::new(relative).components().all(|part| matches!(part, Component::Normal(_)));
    plain.then(|| root.join(relative))
}
