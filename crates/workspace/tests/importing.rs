//! An import that is taken back, and done again.
#![allow(clippy::unwrap_used)]

use kedge_exchange::jira;
use kedge_workspace::{AsOf, Options, Target, Workspace, import};
use std::fs;
use std::path::{Path, PathBuf};

const EXPORT: &str = "Summary,Issue key,Issue id,Issue Type,Status,Project key,Project name,Parent,Inward issue link (Blocks)\n\
    One page,APP-1,1001,Epic,To Do,APP,App,,\n\
    The basket,APP-2,1002,Story,To Do,APP,App,1001,BACK-7\n\
    Basket API,BACK-7,1107,Story,To Do,BACK,Backend,,\n";

/// Every file and folder below, but what is this machine's.
fn below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten().filter(|it| it.file_name() != ".kedge") {
        if entry.path().is_dir() {
            found.extend(below(&entry.path()));
        }
        found.push(entry.path());
    }
    found.sort();
    found
}

fn import_and_take_back(out: &Path, source: &Path) {
    let name = "jira".parse().unwrap();
    let target = Target { out: out.to_owned(), name, dry_run: false };
    let options = jira::Options { name: "jira".into(), ..jira::Options::default() };
    let before = if out.exists() { below(out) } else { Vec::new() };
    let files = [source.to_owned()];
    let imported = import::jira(&files, &options, &target).unwrap();
    assert!(imported.files() > 0);
    assert_ne!(below(out), before);
    let as_of = AsOf::On("2026-10-14".parse().unwrap());
    Workspace::open(out, Options { as_of, ..Options::default() }).unwrap().undo().unwrap();
    assert_eq!(below(out), before, "nothing of the import is left");
}

#[test]
fn an_import_that_was_taken_back_can_be_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("export.csv");
    fs::write(&source, EXPORT).unwrap();
    // Into a new folder, and into an organisation that has one of the teams.
    let new = folder.path().join("new");
    import_and_take_back(&new, &source);
    import_and_take_back(&new, &source);
    let there = folder.path().join("there");
    fs::create_dir_all(there.join("app")).unwrap();
    fs::write(there.join("kedge.toml"), "name = \"There\"\n").unwrap();
    fs::write(there.join("app/team.kedge.toml"), "team = \"app\"\nkind = \"stream\"\n").unwrap();
    import_and_take_back(&there, &source);
    // What an earlier version, or git, has left of the record.
    fs::create_dir_all(there.join(".imports/jira/app")).unwrap();
    let target = Target { out: there.clone(), name: "jira".parse().unwrap(), dry_run: true };
    import::jira(&[source], &jira::Options::default(), &target).unwrap();
}
