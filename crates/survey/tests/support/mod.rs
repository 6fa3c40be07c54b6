//! Small repositories with known histories, made by git itself.
#![allow(dead_code)] // Each test uses some of it.

use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A repository that a test makes.
pub(crate) struct Repo {
    folder: TempDir,
    /// Days since the beginning; each commit is a day after the one before.
    day: u32,
}

impl Repo {
    pub(crate) fn new() -> Self {
        let repo = Self { folder: tempfile::tempdir().unwrap(), day: 0 };
        repo.git(&["init", "--quiet", "--initial-branch=main"]);
        repo
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Runs git in it; what it wrote.
    pub(crate) fn git(&self, args: &[&str]) -> String {
        self.git_as("Ada <ada@acme.example>", args)
    }

    fn git_as(&self, author: &str, args: &[&str]) -> String {
        let (name, mail) = author.trim_end_matches('>').split_once(" <").unwrap();
        let date = format!("{} +0000", 1_767_225_600 + u64::from(self.day) * 86_400); // From 2026-01-01.
        let out = Command::new("git")
            .current_dir(self.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .envs([("GIT_AUTHOR_NAME", name), ("GIT_AUTHOR_EMAIL", mail)])
            .envs([("GIT_COMMITTER_NAME", name), ("GIT_COMMITTER_EMAIL", mail)])
            .envs([("GIT_AUTHOR_DATE", &date), ("GIT_COMMITTER_DATE", &date)])
            .args(["-c", "protocol.file.allow=always"])
            .args(args)
            .output()
            .unwrap();
        assert!(out.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8_lossy(&out.stdout).trim().to_owned()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let file = self.path().join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }

    /// A commit by somebody that changes these files, each to something new; its name.
    pub(crate) fn commit_by(&mut self, author: &str, paths: &[&str]) -> String {
        self.day += 1;
        for path in paths {
            self.write(path, &format!("day {}\n", self.day));
        }
        self.git(&["add", "--all"]);
        self.git_as(
            author,
            &["commit", "--quiet", "--allow-empty", "--message", &format!("Day {}", self.day)],
        );
        self.git(&["rev-parse", "HEAD"])
    }

    pub(crate) fn commit(&mut self, paths: &[&str]) -> String {
        self.commit_by("Ada <ada@acme.example>", paths)
    }

    /// Lets time pass without a commit.
    pub(crate) fn skip_days(&mut self, days: u32) {
        self.day += days;
    }

    /// Takes an object out of it, as some clones lack one.
    pub(crate) fn lose(&self, object: &str) {
        let id = self.git(&["rev-parse", object]);
        let file: PathBuf = self.path().join(".git/objects").join(&id[..2]).join(&id[2..]);
        std::fs::remove_file(file).unwrap();
    }
}
