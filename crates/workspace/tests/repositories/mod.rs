//! The stewards' repository and those of two teams, made with git itself.
#![allow(unreachable_pub, missing_docs, dead_code)] // Several tests use it, each in part.

use kedge_model::Date;
use kedge_workspace::{AsOf, GatherError, Gathering, Options, Snapshot, Workspace, gather};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub const DAY: &str = "2026-10-14";

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// Git as a person of no particular settings runs it.
pub fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=Ana", "-c", "user.email=ana@example.org", "-c", "init.defaultBranch=main"])
        .args(["-c", "core.symlinks=true", "-c", "protocol.file.allow=always"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .output()
        .unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

pub fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

pub fn commit(folder: &Path) -> String {
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-q", "-m", "As it is"]);
    git(folder, &["rev-parse", "HEAD"])
}

pub const CHECKOUT: &str = r#"
team   = "checkout"
title  = "One-tap checkout"
period = "2026-Q4"

[outcome.one-tap]
due = 2026-12-10

[work.wire-up]
for    = "one-tap"
effort = "1w, rarely over 2w"

[ask.token]
to     = "payments"
what   = "A flag on POST /tokens"
asked  = { on = 2026-10-02 }
gates  = "wire-up"
"#;
pub const PAYMENTS: &str = "team = \"payments\"\nkind = \"stream\"\npeople = 4\nturnaround = \"2d\"\n";
pub const ANSWERS: &str = "team = \"payments\"\n\n[[answer.\"checkout/token\"]]\non = 2026-10-06\nsays = \"committed\"\nby = 2026-11-20\n";

/// The stewards' repository, and one for each of two teams; all with git.
pub struct World {
    _all: tempfile::TempDir,
    pub top: PathBuf,
}

impl World {
    pub fn new() -> Self {
        let all = tempfile::tempdir().unwrap();
        let top = fs::canonicalize(all.path()).unwrap();
        for name in ["plans", "checkout", "payments-repo"] {
            fs::create_dir(top.join(name)).unwrap();
            git(&top.join(name), &["init", "-q", "-b", "main"]);
        }
        let world = Self { _all: all, top };
        write(
            &world.at("checkout"),
            "checkout/team.kedge.toml",
            "team = \"checkout\"\nkind = \"stream\"\npeople = 5\n",
        );
        write(&world.at("checkout"), "checkout/one-tap.kedge.toml", CHECKOUT);
        write(&world.at("checkout"), "src/main.rs", "fn main() {}\n");
        commit(&world.at("checkout"));
        write(&world.at("payments-repo"), "plans/team.kedge.toml", PAYMENTS);
        write(&world.at("payments-repo"), "plans/answers.kedge.toml", ANSWERS);
        commit(&world.at("payments-repo"));
        world.settings(&[world.source("checkout", "holds = [\"checkout\"]"), world.payments()]);
        world
    }

    pub fn at(&self, name: &str) -> PathBuf {
        self.top.join(name)
    }

    pub fn url(&self, name: &str) -> String {
        format!("file://{}", self.at(name).display())
    }

    pub fn source(&self, name: &str, more: &str) -> String {
        format!("[[source]]\ngit = \"{}\"\n{more}\n", self.url(name))
    }

    pub fn payments(&self) -> String {
        self.source("payments-repo", "under = \"plans\"\nholds = [\"payments\"]")
    }

    pub fn settings(&self, sources: &[String]) {
        write(&self.at("plans"), "kedge.toml", &format!("name = \"Harbour\"\n\n{}", sources.join("\n")));
        commit(&self.at("plans"));
    }

    pub fn gather(&self, name: &str) -> Result<Gathering, GatherError> {
        gather(&self.at(name), day(DAY), false, &mut |_, _, _| {})
    }

    pub fn open(&self, name: &str) -> Workspace {
        let options = Options { as_of: AsOf::On(day(DAY)), ..Options::default() };
        Workspace::open(&self.at(name), options).unwrap()
    }

    pub fn problems(&self, name: &str) -> Vec<String> {
        told(&self.open(name).snapshot())
    }

    /// What a source that `kedge.toml` states in this way is refused for.
    pub fn refused(&self, source: String) -> GatherError {
        self.settings(&[source]);
        let error = self.gather("plans").unwrap_err();
        assert!(!self.at("plans").join(".kedge/gathered.json").exists(), "{error}");
        error
    }
}

pub fn told(snapshot: &Snapshot) -> Vec<String> {
    let Some(trouble) = &snapshot.trouble else { return Vec::new() };
    let line = |it: &kedge_model::Finding| {
        let place = it.place(&trouble.sources).map_or_else(|| "?".into(), |place| place.to_string());
        format!("{place} {} {}", it.code, it.message)
    };
    trouble.findings.iter().map(line).collect()
}
