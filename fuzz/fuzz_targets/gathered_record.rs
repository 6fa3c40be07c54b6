//! Any bytes as `.kedge/gathered.json`, and any texts and paths as what was gathered, beside a `kedge.toml` that names sources
//! and beside one that is a part: an organisation or errors with their places, never a panic. What cannot be read as a
//! record counts as not gathered.
//!
//! The first byte says which: even, the rest is the file itself; odd, the rest is files, `---` between them on a line of its
//! own, the first line of each its path. Seeds: `(printf '\0'; cat .kedge/gathered.json) > corpus/gathered_record/whole` after
//! a `kedge gather`, and
//! `(printf '\1'; cd ../examples/harbour; for f in */*.toml; do echo $f; cat $f; echo ---; done) > corpus/gathered_record/files`.
//! The folders are made in `TMPDIR`: one in memory makes it several times as fast.
#![no_main]

use kedge_workspace::{AsOf, OpenError, Options, Workspace};
use libfuzzer_sys::fuzz_target;
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// A folder whose sources are gathered, and the repository of one team; each with its `kedge.toml` and one file of its own.
static FOLDERS: LazyLock<[PathBuf; 2]> = LazyLock::new(|| {
    let top = std::env::temp_dir().join(format!("kedge-gathered-{}", std::process::id()));
    let folder = |name: &str, settings: &str| {
        let folder = top.join(name);
        for (path, text) in [("kedge.toml", settings), ("search/team.kedge.toml", "team = \"search\"\n")] {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder to write in");
            fs::write(path, text).expect("a file");
        }
        fs::create_dir_all(folder.join(".kedge")).expect("a folder to write in");
        folder
    };
    let whole = "name = \"Shop\"\n\n[[source]]\ngit = \"https://git.example/a.git\"\n\n\
                 [[source]]\ngit = \"https://git.example/b.git\"\nrev = \"main\"\nunder = \"plans\"\nholds = [\"checkout\"]\n";
    let part = "name = \"Shop\"\npart-of = { git = \"https://git.example/whole.git\" }\n";
    [folder("whole", whole), folder("part", part)]
});

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, rest)) = bytes.split_first() else { return };
    let record = if kind % 2 == 0 { rest.to_vec() } else { of_files(&String::from_utf8_lossy(rest)) };
    for folder in FOLDERS.iter() {
        fs::write(folder.join(".kedge/gathered.json"), &record).expect("the record is written");
        holds(folder);
    }
});

fn holds(folder: &Path) {
    let as_of = AsOf::On("2026-10-14".parse().expect("a date"));
    match Workspace::open(folder, Options { as_of, ..Options::default() }) {
        Ok(workspace) => {
            let snapshot = workspace.snapshot();
            match (&snapshot.trouble, &snapshot.answers) {
                (Some(trouble), _) => {
                    assert!(!trouble.findings.is_empty());
                    for finding in trouble.findings.iter().take(50) {
                        assert!(finding.place(&trouble.sources).is_some(), "{finding:?}");
                    }
                }
                (None, Some(_)) => {}
                (None, None) => panic!("neither an organisation nor errors"),
            }
        }
        Err(OpenError::Load(_) | OpenError::Empty(_)) => {}
        Err(OpenError::Store(trouble)) => panic!("a folder is taken for a store: {trouble}"),
    }
}

/// A record that says of these files that they were gathered: all of them the whole's, and by turns of its two sources.
fn of_files(text: &str) -> Vec<u8> {
    let files: Vec<(&str, &str)> =
        text.split("\n---\n").take(30).map(|file| file.split_once('\n').unwrap_or((file, ""))).collect();
    let kept = |name: &str, address: &str, rev: Option<&str>, under: Option<&str>, files: &[(&str, &str)]| {
        json!({
            "name": name, "location": format!("git https://git.example/{address}.git"), "rev": rev, "under": under,
            "commit": "0123456789012345678901234567890123456789", "on": "2026-10-01", "files": files,
            "unreadable": files.iter().take(1).collect::<Vec<_>>(), "passed_over": ["link"],
        })
    };
    let (first, second) = files.split_at(files.len() / 2);
    let settings = [&[("kedge.toml", "name = \"Shop\"\n")][..], &files].concat();
    let record = json!({
        "version": 1,
        "whole": kept("whole", "whole", None, None, &settings),
        "sources": [kept("a", "a", None, None, first), kept("b/plans", "b", Some("main"), Some("plans"), second)],
    });
    record.to_string().into_bytes()
}
