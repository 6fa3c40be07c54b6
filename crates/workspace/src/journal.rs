//! What was written, so that it can be undone: the last edits, kept in `.kedge/undo.json` beside the plans.

use crate::disk::{self, WriteError};
use crate::gather::Ground;
use kedge_files::Edit;
use kedge_model::Date;
use serde_json::{Value, json};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// How many steps back are kept.
const KEPT: usize = 50;

/// One step that was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What it did, in words: `payments: committed to checkout/reusable-token by 2026-11-20`.
    pub what: String,
    /// When.
    pub on: Date,
    /// The files before and after.
    pub edits: Vec<Edit>,
}

/// Why a step was not undone.
#[derive(Debug, thiserror::Error)]
pub enum UndoError {
    /// Nothing was recorded.
    #[error("there is nothing to undo here")]
    Nothing,
    /// The step's files were edited by hand since.
    #[error("`{what}` cannot be taken back: {path} was edited since, and nothing was written")]
    Edited {
        /// What the step did.
        what: String,
        /// The file.
        path: String,
    },
    /// The files cannot be written.
    #[error("`{what}` cannot be undone: {source}")]
    Write {
        /// What the step did.
        what: String,
        /// Why not.
        source: WriteError,
    },
    /// The store does not take it back.
    #[error("{0}")]
    Store(String),
    /// The journal cannot be read or written.
    #[error("the list of what was done, {path}, cannot be used: {source}")]
    Journal {
        /// Its path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

fn file(root: &Path) -> PathBuf {
    root.join(".kedge").join("undo.json")
}

/// Remembers a step that was just written.
///
/// # Errors
/// When the journal cannot be written; the step itself stands.
pub(crate) fn remember(root: &Path, step: Step) -> io::Result<()> {
    // A journal that cannot be read is of no use for undo; a new one begins.
    let mut steps = read(root).unwrap_or_default();
    steps.push(step);
    let first = steps.len().saturating_sub(KEPT);
    save(root, &steps[first..])
}

/// Takes back the last step that was written below `root`.
///
/// # Errors
/// When nothing was recorded, or the step's files were changed by someone else since: then nothing changes.
pub(crate) fn undo(ground: &Ground) -> Result<Step, UndoError> {
    let root = &ground.root;
    let journal = |source| UndoError::Journal { path: file(root), source };
    let mut steps = read(root).map_err(journal)?;
    let step = steps.pop().ok_or(UndoError::Nothing)?;
    let back: Vec<Edit> = step
        .edits
        .iter()
        .rev()
        .map(|edit| Edit { path: edit.path.clone(), before: edit.after.clone(), after: edit.before.clone() })
        .collect();
    disk::write_on(ground, &back).map_err(|source| {
        let what = step.what.clone();
        match source {
            WriteError::Changed { path } => UndoError::Edited { what, path },
            source => UndoError::Write { what, source },
        }
    })?;
    save(root, &steps).map_err(journal)?;
    Ok(step)
}

/// Drops the last step from the list without taking it back, so that the one before it can be.
///
/// # Errors
/// When nothing was recorded, or the journal cannot be used.
pub(crate) fn forget(root: &Path) -> Result<Step, UndoError> {
    let journal = |source| UndoError::Journal { path: file(root), source };
    let mut steps = read(root).map_err(journal)?;
    let step = steps.pop().ok_or(UndoError::Nothing)?;
    save(root, &steps).map_err(journal)?;
    Ok(step)
}

fn save(root: &Path, steps: &[Step]) -> io::Result<()> {
    let path = file(root);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
        // What one person did here is theirs, not the repository's.
        fs::write(folder.join(".gitignore"), "*\n")?;
    }
    let steps: Vec<Value> = steps
        .iter()
        .map(|step| json!({ "what": step.what, "on": step.on, "edits": edits_in_json(&step.edits) }))
        .collect();
    fs::write(path, serde_json::to_vec(&steps)?)
}

fn read(root: &Path) -> io::Result<Vec<Step>> {
    let bytes = match fs::read(file(root)) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let steps: Vec<Value> = serde_json::from_slice(&bytes)?;
    steps
        .iter()
        .map(|step| step_from(step).ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData)))
        .collect()
}

fn step_from(step: &Value) -> Option<Step> {
    Some(Step {
        what: step["what"].as_str()?.to_owned(),
        on: step["on"].as_str()?.parse().ok()?,
        edits: edits_from_json(&step["edits"])?,
    })
}

/// Edits as they are kept: in `.kedge/undo.json`, and in a store.
pub(crate) fn edits_in_json(edits: &[Edit]) -> Value {
    let edit = |it: &Edit| json!({ "path": it.path, "before": it.before, "after": it.after });
    edits.iter().map(edit).collect()
}

/// The edits that were kept so.
pub(crate) fn edits_from_json(edits: &Value) -> Option<Vec<Edit>> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let edit = |it: &Value| {
        Some(Edit { path: text(&it["path"])?, before: text(&it["before"]), after: text(&it["after"]) })
    };
    edits.as_array()?.iter().map(edit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(before: Option<&str>, after: &str) -> Step {
        let edit =
            Edit { path: "a.kedge.toml".into(), before: before.map(Into::into), after: Some(after.into()) };
        Step { what: format!("wrote {after}"), on: "2026-10-14".parse().unwrap(), edits: vec![edit] }
    }

    #[test]
    fn steps_are_taken_back_in_turn_and_never_over_other_edits() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        assert!(matches!(undo(&Ground::only(root)), Err(UndoError::Nothing)));
        for (before, after) in [(None, "one"), (Some("one"), "two")] {
            let step = step(before, after);
            disk::write(root, &step.edits).unwrap();
            remember(root, step).unwrap();
        }
        assert_eq!(undo(&Ground::only(root)).unwrap().what, "wrote two");
        assert_eq!(fs::read_to_string(root.join("a.kedge.toml")).unwrap(), "one");
        fs::write(root.join("a.kedge.toml"), "by hand").unwrap();
        assert!(matches!(undo(&Ground::only(root)), Err(UndoError::Edited { .. })));
        assert_eq!(fs::read_to_string(root.join("a.kedge.toml")).unwrap(), "by hand");
        assert_eq!(forget(root).unwrap().what, "wrote one");
        assert!(matches!(undo(&Ground::only(root)), Err(UndoError::Nothing)));
        assert_eq!(fs::read_to_string(root.join("a.kedge.toml")).unwrap(), "by hand");
    }
}
