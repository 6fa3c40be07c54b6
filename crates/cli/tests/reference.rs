//! The reference pages in `docs/` are made from the program; here they are compared, or written anew where
//! `KEDGE_WRITE_DOCS` is set.
#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;

fn kedge(arguments: &[&str]) -> String {
    let output =
        Command::new(env!("CARGO_BIN_EXE_kedge")).args(arguments).env("COLUMNS", "100").output().unwrap();
    assert!(output.status.success(), "kedge {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn compare(page: &str, made: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(page);
    if std::env::var_os("KEDGE_WRITE_DOCS").is_some() {
        std::fs::write(&path, made).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == made,
        "docs/{page} is stale; write it anew: KEDGE_WRITE_DOCS=1 cargo nextest run -p kedge --test reference"
    );
}

/// The names of the commands that a help text lists.
fn listed(help: &str) -> Vec<String> {
    let commands = help.split("Commands:\n").nth(1).unwrap_or_default();
    commands
        .lines()
        .take_while(|line| line.starts_with("  "))
        .filter(|line| line.as_bytes().get(2).is_some_and(|byte| *byte != b' '))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_command_line() {
    let mut page = String::from("# The command line\n\nMade from `kedge --help`; do not edit.\n");
    let top = kedge(&["--help"]);
    write!(page, "\n```text\n{top}```\n").unwrap();
    let verbs = listed(&top);
    assert!(verbs.len() > 15, "{verbs:?}");
    for verb in verbs {
        let help = kedge(&[&verb, "--help"]);
        write!(page, "\n## kedge {verb}\n\n```text\n{help}```\n").unwrap();
        for below in listed(&help) {
            let help = kedge(&[&verb, &below, "--help"]);
            write!(page, "\n### kedge {verb} {below}\n\n```text\n{help}```\n").unwrap();
        }
    }
    compare("command-line.md", &page);
}

#[test]
fn the_plan_language() {
    compare("language.md", &kedge_files::reference_markdown());
}

#[test]
fn every_verb_has_an_example() {
    for verb in listed(&kedge(&["--help"])) {
        let help = kedge(&[&verb, "--help"]);
        let below = listed(&help);
        if below.is_empty() {
            assert!(help.contains("Example"), "kedge {verb} --help has no example");
        }
        for below in below {
            assert!(
                kedge(&[&verb, &below, "--help"]).contains("Example"),
                "kedge {verb} {below} has no example"
            );
        }
    }
}

#[test]
fn the_coordination_models() {
    compare("coordination-models.md", &kedge_decide::models::models_page());
}
