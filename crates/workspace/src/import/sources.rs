//! The files that are imported: named one by one, or found below folders.

use super::ImportError;
use kedge_exchange::SourceFile;
use std::fs;
use std::path::{Path, PathBuf};

/// The deepest folder that is looked into.
const DEEPEST: usize = 40;

/// One file.
pub(super) fn file(path: &Path) -> Result<SourceFile, ImportError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    read(path, name)
}

/// Each of the files.
pub(super) fn files(paths: &[PathBuf]) -> Result<Vec<SourceFile>, ImportError> {
    paths.iter().map(|path| file(path)).collect()
}

/// Every file below `folder` whose name is wanted, by path, with `/` between the parts and `prefix` before them. Hidden
/// folders and links are passed over.
pub(super) fn folder(
    folder: &Path,
    prefix: &str,
    wanted: &dyn Fn(&str) -> bool,
) -> Result<Vec<SourceFile>, ImportError> {
    let mut found = Vec::new();
    let mut open = vec![(folder.to_owned(), prefix.to_owned(), 0)];
    while let Some((folder, prefix, depth)) = open.pop() {
        let read_error = |path: &Path, source| ImportError::Read { path: path.to_owned(), source };
        for entry in fs::read_dir(&folder).map_err(|source| read_error(&folder, source))? {
            let entry = entry.map_err(|source| read_error(&folder, source))?;
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            let kind = entry.file_type().map_err(|source| read_error(&path, source))?;
            if kind.is_dir() && !name.starts_with('.') && depth < DEEPEST {
                open.push((path, format!("{prefix}{name}/"), depth + 1));
            } else if kind.is_file() && wanted(&name) {
                found.push(read(&path, format!("{prefix}{name}"))?);
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

fn read(path: &Path, name: String) -> Result<SourceFile, ImportError> {
    let bytes = fs::read(path).map_err(|source| ImportError::Read { path: path.to_owned(), source })?;
    let text = kedge_exchange::text(&bytes)
        .map_err(|source| ImportError::NotText { path: path.to_owned(), source })?;
    Ok(SourceFile::new(name, text))
}
