//! The first hour with one's own data: import where one stands, take it back, import again, mend what can be mended.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn kedge(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kedge"));
    command
        .args(arguments)
        .args(["--as-of", "2026-10-14"])
        .current_dir(folder)
        .env("COLUMNS", "100")
        .output()
        .unwrap()
}

#[track_caller]
fn says(folder: &Path, arguments: &[&str], code: i32) -> String {
    let output = kedge(folder, arguments);
    let text = [output.stdout, output.stderr].map(|it| String::from_utf8(it).unwrap()).concat();
    assert_eq!(output.status.code(), Some(code), "kedge {arguments:?}\n{text}");
    text
}

const EXPORT: &str = "Summary,Issue key,Issue id,Issue Type,Status,Project key,Project name,Parent,Inward issue link (Blocks)\n\
    One page,APP-1,1001,Epic,To Do,APP,App,,\n\
    The basket,APP-2,1002,Story,To Do,APP,App,1001,BACK-7\n\
    Basket API,BACK-7,1107,Story,To Do,BACK,Backend,,\n";

#[test]
fn an_import_goes_where_one_stands_and_finds_the_teams_that_are_there() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("export.csv"), EXPORT).unwrap();
    let nowhere = says(at, &["import", "jira", "export.csv"], 2);
    assert!(nowhere.contains("there is no organisation here") && nowhere.contains("--out"), "{nowhere}");

    says(at, &["init", "acme", "--team", "app", "--team", "backend"], 0);
    let acme = at.join("acme");
    let jira: &[&str] = &["import", "jira", "../export.csv"];
    let first = says(&acme, jira, 0);
    assert!(
        first.contains("files written here.") && first.contains("`kedge undo` takes it back."),
        "{first}"
    );
    // Jira's project BACK is the team backend, which nothing in the export says.
    assert!(
        first.contains("Not there before: team back") && first.contains("`origin = \"jira:team BACK\"`"),
        "{first}"
    );
    says(&acme, &["undo"], 0);
    assert!(!acme.join("back").exists() && !acme.join(".imports").exists());
    let team = acme.join("backend/team.kedge.toml");
    fs::write(&team, fs::read_to_string(&team).unwrap() + "origin = \"jira:team BACK\"\n").unwrap();
    // The same where no team of the export is there by name.
    says(at, &["init", "other", "--team", "shop"], 0);
    let none = says(&at.join("other"), jira, 0);
    assert!(none.contains("Not there before: team app, team back"), "{none}");
    // From a folder inside the organisation.
    let second = says(&acme.join("app"), &["import", "jira", "../../export.csv"], 0);
    assert!(!second.contains("Not there before"), "{second}");
    assert!(fs::read_to_string(acme.join("app/jira.kedge.toml")).unwrap().contains("to     = \"backend\""));
}

#[test]
fn check_says_what_fix_would_mend() {
    let folder = tempfile::tempdir().unwrap();
    let plan = "team = \"app\"\n\n[work.a]\neffort = 3w\n\n[work.b]\neffort = 3 weeks maybe\n";
    fs::write(folder.path().join("app.kedge.toml"), plan).unwrap();
    let both = says(folder.path(), &["check", "app.kedge.toml"], 1);
    assert!(
        !both.contains("--fix"),
        "in quotes the second is no effort, and a file is mended whole or not: {both}"
    );
    fs::write(folder.path().join("app.kedge.toml"), plan.replace(" maybe", "").replace("3 weeks", "2d"))
        .unwrap();
    let mendable = says(folder.path(), &["check", "app.kedge.toml"], 1);
    assert!(mendable.ends_with("`kedge check --fix` mends 2 of these.\n"), "{mendable}");
    says(folder.path(), &["check", "app.kedge.toml", "--fix"], 0);
    assert!(!says(folder.path(), &["check", "app.kedge.toml"], 0).contains("--fix"));
}
