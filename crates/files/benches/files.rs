//! How long an organisation of 1,000 teams and 50,000 work items takes to load from disk.
//!
//! Prints `files.load_s`, the seconds, and `files.load_vs_read`, how many times as long that is as only reading the same
//! bytes, file by file. Medians of several runs on a warm cache. `cargo bench -p kedge-files --bench files`
#![allow(clippy::unwrap_used)]

mod large;

use kedge_files::load_folder;
use large::{PLANS, TEAMS, WORK, median};
use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let files = generate(folder.path());
    let bytes: usize = files.iter().map(|file| fs::metadata(file).unwrap().len() as usize).sum();
    let load = median(
        || (),
        |()| {
            let Ok(loaded) = load_folder(folder.path()) else {
                panic!("what this bench writes does not load")
            };
            assert_eq!(loaded.organisation.work().len(), TEAMS * PLANS * WORK);
            assert_eq!(loaded.organisation.teams().len(), TEAMS);
            loaded
        },
    );
    let read = median(
        || (),
        |()| {
            let found: usize = files.iter().map(|file| fs::read(file).unwrap().len()).sum();
            assert_eq!(found, bytes);
        },
    );
    eprintln!("{} files, {:.1} MB; reading alone {read:.3} s", files.len(), bytes as f64 / 1e6);
    println!("files.load_s {load:.3} s");
    println!("files.load_vs_read {:.1} ratio", load / read);
}

/// Writes the organisation below the folder.
fn generate(folder: &Path) -> Vec<PathBuf> {
    let write = |file: kedge_files::SourceText| {
        let path = folder.join(file.path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, file.text).unwrap();
        path
    };
    large::files().into_iter().map(write).collect()
}
