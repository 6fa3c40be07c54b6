//! Patterns of CODEOWNERS against git's own reading of `.gitignore`, which GitHub says they follow.
#![allow(clippy::unwrap_used)]

use kedge_exchange::codeowners::{CodeOwners, Host};
use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// Patterns in every form but those in which GitHub documents a difference: `!`, ranges, `folder/*`.
const PATTERNS: [&str; 26] = [
    "*",
    "*.js",
    "/*.js",
    "docs",
    "docs/",
    "/docs",
    "/docs/",
    "docs/api",
    "/docs/api/",
    "docs/*.md",
    "**/logs",
    "**/logs/",
    "logs/**",
    "/logs/**",
    "a/**/z",
    "/a/**/z",
    "**/a/z",
    "apps/*/web",
    "?.js",
    "a?/z",
    "my\\ docs/",
    "/berths/east-*",
    "*/charts.lock",
    "**",
    "x.{js,ts}",
    "build/logs/",
];

const PATHS: [&str; 30] = [
    "x.js",
    "docs/x.js",
    "docs/api/y.md",
    "docs/readme.md",
    "src/docs/readme.md",
    "docs",
    "logs/a",
    "src/logs/b/c",
    "a/z",
    "a/b/z",
    "a/b/c/z/deep",
    "x/a/z",
    "ab/z",
    "apps/one/web/main.ts",
    "apps/one/two/web/main.ts",
    "my docs/a",
    "my docs/b/c",
    "berths/east-1/a",
    "berths/east",
    "src/berths/east-1/a",
    "charts.lock",
    "one/charts.lock",
    "one/two/charts.lock",
    "x.{js,ts}",
    "x.ts",
    "build/logs/x",
    "src/build/logs/x",
    "DOCS/a",
    "é/x.js",
    "web/apps/one/web/a",
];

#[test]
fn every_pattern_matches_what_git_says() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command
            .current_dir(folder)
            .args(["-c", "core.quotePath=false", "-c", "core.ignoreCase=false"])
            .args(arguments);
        command
    };
    assert!(git(&["init", "-q"]).status().unwrap().success());
    for pattern in PATTERNS {
        std::fs::write(folder.join(".gitignore"), format!("{pattern}\n")).unwrap();
        let mut asked = git(&["check-ignore", "--no-index", "--stdin"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        asked.stdin.take().unwrap().write_all(PATHS.join("\n").as_bytes()).unwrap();
        let said = String::from_utf8(asked.wait_with_output().unwrap().stdout).unwrap();
        let expected: BTreeSet<&str> = said.lines().collect();
        let owners = CodeOwners::read(&format!("{pattern} @a\n"), Host::GitHub);
        let found: BTreeSet<&str> =
            PATHS.into_iter().filter(|path| !owners.owners(path).is_empty()).collect();
        assert_eq!(found, expected, "{pattern}");
    }
}
