//! The real files, where this machine has them.

use kedge_exchange::SourceFile;
use std::path::Path;

const GOALS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/rust-project-goals");

/// Every Markdown file of every period, named as `2026/bf16.md`; in order. `scripts/test` leaves these
/// tests out, and says so, where the data is not there.
pub(crate) fn goals() -> Vec<SourceFile> {
    let mut files = Vec::new();
    let mut periods: Vec<_> =
        std::fs::read_dir(GOALS).map(|entries| entries.flatten().collect()).unwrap_or_default();
    periods.sort_by_key(std::fs::DirEntry::file_name);
    for period in periods.iter().filter(|entry| entry.path().is_dir()) {
        files.extend(folder(&period.path(), &period.file_name().to_string_lossy(), "md"));
    }
    assert!(!files.is_empty(), "the goals of the Rust project are not at {GOALS}");
    files
}

/// The files of one folder with this ending, named under `name`.
pub(crate) fn folder(path: &Path, name: &str, ending: &str) -> Vec<SourceFile> {
    let Ok(entries) = std::fs::read_dir(path) else { return Vec::new() };
    let mut files: Vec<SourceFile> = entries
        .flatten()
        .filter(|entry| entry.path().extension().is_some_and(|found| found == ending))
        .map(|entry| {
            let text = std::fs::read_to_string(entry.path()).expect("a text file");
            SourceFile::new(format!("{name}/{}", entry.file_name().to_string_lossy()), text)
        })
        .collect();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

/// The list of teams and its archive; empty where there is none.
#[allow(dead_code)]
pub(crate) fn teams() -> Vec<SourceFile> {
    let teams = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/rust-team/teams"));
    let mut files = folder(teams, "teams", "toml");
    files.extend(folder(&teams.join("archive"), "teams/archive", "toml"));
    files
}
