//! Writing edits to disk: all of them or none, and never over something that changed meanwhile.

use crate::gather::Ground;
use kedge_files::Edit;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Why edits were not written. Nothing on disk has changed, unless the message says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Somebody else wrote the file since it was read.
    #[error("{path} changed since it was read; nothing was written: look at it and try again")]
    Changed {
        /// The file.
        path: String,
    },
    /// A path that leads out of the organisation's folder.
    #[error("{path} would lie outside the organisation's folder; nothing was written")]
    Outside {
        /// The path.
        path: String,
    },
    /// A file of a source of which only a copy is here.
    #[error("{path} has its home in the source `{source_name}`: change it there, then run `kedge gather`")]
    Elsewhere {
        /// The file.
        path: String,
        /// The source.
        source_name: String,
    },
    /// The store refused.
    #[error("{0}; nothing was written")]
    Store(String),
    /// The disk refused.
    #[error("{path} could not be written: {source}; nothing was changed")]
    Disk {
        /// The file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
}

/// Writes every edit below `root`, or none.
///
/// Each new text goes to a file beside its target and is renamed over it once all of them are there, so that a full disk
/// or a crash leaves whole old files. Should a rename fail half-way, those already renamed are put back.
///
/// # Errors
/// When a file is not as the edit found it, leads out of `root`, or the disk refuses.
pub fn write(root: &Path, edits: &[Edit]) -> Result<(), WriteError> {
    write_on(&Ground::only(root), edits)
}

/// The same where files may be in several folders.
pub(crate) fn write_on(ground: &Ground, edits: &[Edit]) -> Result<(), WriteError> {
    let mut staged: Vec<(PathBuf, Option<PathBuf>, &Edit)> = Vec::new();
    let result = stage_all(ground, edits, &mut staged).and_then(|()| commit(&staged));
    for (_, temporary, _) in &staged {
        if let Some(temporary) = temporary {
            // Renamed ones are gone already; what is left is ours and of no use.
            let _ = fs::remove_file(temporary);
        }
    }
    if result.is_ok() {
        let removed = staged.iter().filter(|(_, _, edit)| edit.after.is_none());
        removed.for_each(|(path, _, _)| remove_emptied(path, &ground.root));
    }
    result
}

/// Removes the folders between a file that was removed and the root that hold nothing any more.
fn remove_emptied(path: &Path, root: &Path) {
    let between = path.ancestors().skip(1).take_while(|folder| *folder != root && folder.starts_with(root));
    for folder in between {
        // A folder that still holds something is refused, which is where to stop.
        if fs::remove_dir(folder).is_err() {
            break;
        }
    }
}

fn stage_all<'a>(
    ground: &Ground,
    edits: &'a [Edit],
    staged: &mut Vec<(PathBuf, Option<PathBuf>, &'a Edit)>,
) -> Result<(), WriteError> {
    for edit in edits {
        let path = ground.place(&edit.path)?;
        let disk = |source| WriteError::Disk { path: edit.path.clone(), source };
        if current(&path).map_err(disk)? != edit.before {
            return Err(WriteError::Changed { path: edit.path.clone() });
        }
        let temporary = match &edit.after {
            None => None,
            Some(text) => {
                if let Some(folder) = path.parent() {
                    fs::create_dir_all(folder).map_err(disk)?;
                }
                let mut name = path.file_name().unwrap_or_default().to_os_string();
                name.push(".writing");
                let temporary = path.with_file_name(name);
                fs::write(&temporary, text).map_err(disk)?;
                Some(temporary)
            }
        };
        staged.push((path, temporary, edit));
    }
    Ok(())
}

fn commit(staged: &[(PathBuf, Option<PathBuf>, &Edit)]) -> Result<(), WriteError> {
    for (index, (path, temporary, edit)) in staged.iter().enumerate() {
        let done = match temporary {
            Some(temporary) => fs::rename(temporary, path),
            None if edit.before.is_some() => fs::remove_file(path),
            None => Ok(()),
        };
        if let Err(source) = done {
            for (path, _, edit) in &staged[..index] {
                let _ = match &edit.before {
                    Some(text) => fs::write(path, text),
                    None => fs::remove_file(path),
                };
            }
            return Err(WriteError::Disk { path: edit.path.clone(), source });
        }
    }
    Ok(())
}

fn current(path: &Path) -> io::Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(path: &str, before: Option<&str>, after: Option<&str>) -> Edit {
        Edit { path: path.into(), before: before.map(Into::into), after: after.map(Into::into) }
    }

    #[test]
    fn all_or_nothing() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.kedge.toml"), "one").unwrap();
        let edits =
            [edit("a.kedge.toml", Some("one"), Some("two")), edit("new/b.kedge.toml", None, Some("b"))];
        write(folder.path(), &edits).unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("new/b.kedge.toml")).unwrap(), "b");
        let stale = [
            edit("new/b.kedge.toml", Some("b"), Some("c")),
            edit("a.kedge.toml", Some("one"), Some("three")),
        ];
        assert!(matches!(write(folder.path(), &stale), Err(WriteError::Changed { .. })));
        assert_eq!(fs::read_to_string(folder.path().join("new/b.kedge.toml")).unwrap(), "b");
        let left: Vec<_> = fs::read_dir(folder.path().join("new")).unwrap().collect();
        assert_eq!(left.len(), 1, "no temporary file stays behind");
        write(folder.path(), &[edit("a.kedge.toml", Some("two"), None)]).unwrap();
        assert!(!folder.path().join("a.kedge.toml").exists());
        // A folder goes with its last file, and no other does.
        write(folder.path(), &[edit("new/in/c.kedge.toml", None, Some("c"))]).unwrap();
        write(folder.path(), &[edit("new/in/c.kedge.toml", Some("c"), None)]).unwrap();
        assert!(!folder.path().join("new/in").exists() && folder.path().join("new/b.kedge.toml").exists());
        write(folder.path(), &[edit("new/b.kedge.toml", Some("b"), None)]).unwrap();
        assert!(!folder.path().join("new").exists() && folder.path().exists());
    }

    #[test]
    fn nothing_is_written_outside() {
        let folder = tempfile::tempdir().unwrap();
        for path in ["../a", "/etc/a", "a/../../b", ""] {
            assert!(matches!(
                write(folder.path(), &[edit(path, None, Some("x"))]),
                Err(WriteError::Outside { .. })
            ));
        }
    }
}
