//! `kedge survey` from a clean clone, and what a running server makes of it.
#![allow(clippy::unwrap_used)]

mod served;

use served::{Serving, get};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// Runs a command that must end well; what it wrote.
#[track_caller]
fn run(folder: &Path, program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env("COLUMNS", "120")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .envs([("GIT_AUTHOR_NAME", "Ada"), ("GIT_AUTHOR_EMAIL", "ada@acme.example")])
        .envs([("GIT_COMMITTER_NAME", "Ada"), ("GIT_COMMITTER_EMAIL", "ada@acme.example")])
        .envs([("GIT_AUTHOR_DATE", "2026-10-01T12:00:00Z"), ("GIT_COMMITTER_DATE", "2026-10-01T12:00:00Z")])
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].map(|it| String::from_utf8_lossy(&it).into_owned()).concat();
    assert!(output.status.success(), "{program} {arguments:?}\n{text}");
    text
}

fn kedge(folder: &Path, arguments: &[&str]) -> String {
    run(folder, env!("CARGO_BIN_EXE_kedge"), arguments)
}

/// An organisation of three teams, and a repository in which the basket and the payments change together.
fn acme(folder: &Path) {
    let write = |path: &str, text: &str| {
        let file = folder.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    };
    let plans = "plans/";
    write(&format!("{plans}kedge.toml"), "name = \"acme\"\n\n[repository.shop]\npath = \"../shop\"\n");
    let teams = [
        ("basket", "owns = [\"shop:basket/**\"]\n\n[person.ada]\ngit = [\"ada@acme.example\"]\n"),
        ("payments", "owns = [\"shop:payments/**\"]\n"),
        ("search", "owns = [\"shop:search/**\"]\n"),
    ];
    for (team, rest) in teams {
        write(
            &format!("{plans}{team}/team.kedge.toml"),
            &format!("team = \"{team}\"\nkind = \"stream\"\n{rest}"),
        );
    }
    let shop = folder.join("shop");
    fs::create_dir(&shop).unwrap();
    run(&shop, "git", &["init", "--quiet", "--initial-branch=main"]);
    run(&shop, "git", &["remote", "add", "origin", "git@github.com:acme/shop.git"]);
    for number in 0..12 {
        let both: &[&str] = if number % 3 == 0 { &["basket/a", "payments/a"] } else { &["search/a"] };
        for path in both {
            write(&format!("shop/{path}"), &number.to_string());
        }
        run(&shop, "git", &["add", "--all"]);
        run(&shop, "git", &["commit", "--quiet", "--message", &format!("Change {number}")]);
    }
}

#[test]
fn what_was_surveyed_is_told_and_each_commit_can_be_opened() {
    let folder = tempfile::tempdir().unwrap();
    acme(folder.path());
    let plans = folder.path().join("plans");
    let told = kedge(&plans, &["survey"]);
    for part in [
        "shop: 12 commits",
        "Ownership by the plans' `owns`, as it is now",
        "Of N = 12 commits (0 large: more than 30 files): 1 pair above chance",
        "hidden: basket and payments change together, with no ask",
    ] {
        assert!(told.contains(part), "{part}:\n{told}");
    }
    // By the name that it has in kedge.toml, from any folder.
    assert!(kedge(&plans.join("basket"), &["survey", "shop"]).contains("shop: 12 commits"));
    let commits = kedge(&plans, &["survey", "--show", "payments,basket"]);
    assert!(commits.contains("4 commits that touch files of basket and of payments"), "{commits}");
    assert!(commits.contains("https://github.com/acme/shop/commit/"), "{commits}");
    assert_eq!(commits.matches("basket/a and payments/a (2 files)").count(), 4, "{commits}");
    // The rule of ownership that history contradicts reads the area as it stands in `owns`.
    let kept = fs::read_to_string(plans.join(".kedge/survey/shop.json")).unwrap();
    assert!(kept.contains("\"area\": \"basket/**\""));
    // Nothing that a shell would have to clean up lies in the repository itself.
    assert_eq!(run(&folder.path().join("shop"), "git", &["status", "--short"]), "");
}

#[test]
fn a_running_server_shows_a_survey_as_soon_as_it_is_made() {
    let folder = tempfile::tempdir().unwrap();
    acme(folder.path());
    let plans = folder.path().join("plans");
    let mut server = Serving::start(
        Command::new(env!("CARGO_BIN_EXE_kedge")).args(["serve", ".", "--port", "0"]).current_dir(&plans),
    );
    let address = server.address();
    assert!(get(&address, "/code").contains("No repository has been surveyed."));
    kedge(&plans, &["survey"]);
    let begun = Instant::now();
    loop {
        let page = get(&address, "/code");
        if page.contains("changed together more often than chance has it") {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "{page}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
