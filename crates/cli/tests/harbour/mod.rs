//! The example organisation as a folder that a test may write in.
#![allow(dead_code)] // Each test uses a part.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// Copies a folder with everything below it.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// A copy of the example, as its story's day sees it.
pub(crate) struct Harbour {
    folder: TempDir,
    columns: &'static str,
}

impl Harbour {
    /// With the terminal's width.
    pub(crate) fn new(columns: &'static str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/harbour"), folder.path());
        Self { folder, columns }
    }
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.run_with(&[], arguments)
    }
    /// With these in the environment.
    pub(crate) fn run_with(&self, environment: &[(&str, &str)], arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_kedge"))
            .args(arguments)
            .args(["--as-of", "2026-10-14"])
            .current_dir(self.folder.path())
            .env("COLUMNS", self.columns)
            .env_remove("KEDGE_IN")
            .envs(environment.iter().copied())
            .output()
            .unwrap()
    }
    #[track_caller]
    pub(crate) fn fine(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "kedge {arguments:?}\n{err}");
        String::from_utf8(output.stdout).unwrap()
    }
    #[track_caller]
    pub(crate) fn refused(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(2), "kedge {arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    }
    pub(crate) fn json(&self, arguments: &[&str]) -> serde_json::Value {
        serde_json::from_str(&self.fine(&[arguments, &["--json"]].concat())).unwrap()
    }
    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }
    pub(crate) fn text(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).unwrap()
    }
}
