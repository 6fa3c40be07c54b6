//! An organisation in a store answers, records and takes back as one in files does, and remembers all of it.
#![allow(clippy::unwrap_used)]

use kedge_files::{Edit, SourceText};
use kedge_model::{About, Change, Date, Supposition, TeamId};
use kedge_workspace::{
    AsOf, CommentError, NotWritten, OpenError, Options, RecordError, Store, StoreTrouble, UndoError,
    Workspace, make_store,
};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn harbour() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/harbour")
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn options() -> Options {
    Options { as_of: AsOf::On(day("2026-10-14")), trials: Some(100), ..Options::default() }
}

fn changes(workspace: &Workspace, said: &str) -> Vec<Change> {
    let answers = workspace.snapshot().answers.unwrap();
    let said = Supposition::parse(said, &answers.organisation, answers.as_of).unwrap();
    said.act.changes(&answers.organisation).unwrap()
}

#[test]
fn a_store_answers_as_its_files_do_and_keeps_what_is_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("harbour.store");
    let store = make_store(&path, &harbour(), day("2026-10-14")).unwrap();
    let in_store = Workspace::of_store(store, options()).unwrap();
    let in_files = Workspace::open(&harbour(), options()).unwrap();
    let standing = |workspace: &Workspace| {
        serde_json::to_value(&*workspace.snapshot().answers.unwrap().standing).unwrap()
    };
    let report =
        |workspace: &Workspace| serde_json::to_value(workspace.snapshot().answers.unwrap().report()).unwrap();
    assert_eq!(standing(&in_store), standing(&in_files));
    assert_eq!(report(&in_store), report(&in_files));

    let before = in_store.snapshot().version;
    let said = changes(&in_store, "answer loyalty/ledger-events declined");
    in_store.record("payments: declined loyalty/ledger-events", &said).unwrap();
    assert!(in_store.snapshot().version > before);
    let after = standing(&in_store);
    assert_ne!(after, standing(&in_files));

    // Another process cannot write it meanwhile; once it is free, all of it is there.
    assert!(matches!(Store::open(&path), Err(StoreTrouble::Held { .. })));
    drop(in_store);
    let again = reopened(&path);
    assert_eq!(standing(&again), after);
    assert_eq!(again.undo().unwrap().what, "payments: declined loyalty/ledger-events");
    assert_eq!(standing(&again), standing(&in_files));
    assert!(matches!(again.undo(), Err(UndoError::Nothing)));
    drop(again);

    let history = wait_for(&path).history().unwrap();
    let said: Vec<(u64, &str, Option<u64>)> =
        history.iter().skip(1).map(|it| (it.number, it.step.what.as_str(), it.takes_back)).collect();
    assert_eq!(
        said,
        [
            (2, "payments: declined loyalty/ledger-events", None),
            (3, "took back: payments: declined loyalty/ledger-events", Some(2)),
        ]
    );
}

#[test]
fn what_teams_say_beside_an_ask_is_kept_taken_back_and_written_as_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("harbour.store");
    drop(make_store(&path, &harbour(), day("2026-10-14")).unwrap());
    let workspace = reopened(&path);
    let about: About = "ask checkout/reusable-token".parse().unwrap();
    let team = |name: &str| name.parse::<TeamId>().unwrap();
    let before = workspace.snapshot().version;
    let first = workspace.comment(about.clone(), team("payments"), "The ledger is ready.").unwrap();
    assert!(workspace.snapshot().version > before);
    workspace.comment("plan returns/self-return".parse().unwrap(), team("council"), "Well done.\n").unwrap();
    assert_eq!(workspace.comments(Some(&about)).unwrap(), std::slice::from_ref(&first));
    assert_eq!(workspace.comments(None).unwrap().len(), 2);
    assert_eq!(first.comment.on, day("2026-10-14"));

    // Refused: nobody, nothing, nothing said; and where there are only files.
    let said = |about: &str, by: &str, text: &str| {
        workspace.comment(about.parse().unwrap(), team(by), text).unwrap_err().to_string()
    };
    assert_eq!(said("ask checkout/none", "payments", "?"), "there is no ask checkout/none to comment on");
    assert_eq!(said("ask checkout/reusable-token", "nobody", "?"), "there is no team `nobody`");
    assert_eq!(said("ask checkout/reusable-token", "payments", " "), "a comment says something");
    assert!(matches!(
        workspace.remove_comment("000009-00000000"),
        Err(CommentError::Store(NotWritten::NoComment(_)))
    ));
    let in_files = Workspace::open(&harbour(), options()).unwrap();
    assert!(in_files.comments(None).unwrap().is_empty());
    let refused = in_files.comment(about.clone(), team("payments"), "Here too?");
    assert!(matches!(refused, Err(CommentError::InFiles)));

    // Removed, taken back, and the one before it taken back too.
    workspace.remove_comment(&first.id).unwrap();
    assert!(workspace.comments(Some(&about)).unwrap().is_empty());
    assert_eq!(
        workspace.undo().unwrap().what,
        "removed the comment of payments on ask checkout/reusable-token"
    );
    assert_eq!(workspace.comments(Some(&about)).unwrap(), std::slice::from_ref(&first));
    assert_eq!(workspace.undo().unwrap().what, "council commented on plan returns/self-return");
    assert_eq!(workspace.comments(None).unwrap(), std::slice::from_ref(&first));
    drop(workspace);

    // As files, and from files into another store.
    let store = wait_for(&path);
    assert_eq!(store.history().unwrap().len(), 6);
    let copy = folder.path().join("copy");
    for file in store.files().unwrap() {
        let at = copy.join(&file.path);
        std::fs::create_dir_all(at.parent().unwrap()).unwrap();
        std::fs::write(at, file.text).unwrap();
    }
    std::fs::write(copy.join("comments/notes.json"), "{}").unwrap();
    let second = make_store(&folder.path().join("second.store"), &copy, day("2026-10-15")).unwrap();
    assert_eq!(second.comments().unwrap(), [first]);
    assert_eq!(second.texts().unwrap(), store.texts().unwrap());
}

/// A store is let go by its thread, a moment after whoever held it has dropped it.
fn wait_for(path: &Path) -> Store {
    for _ in 0..200 {
        match Store::open(path) {
            Err(StoreTrouble::Held { .. }) => std::thread::sleep(std::time::Duration::from_millis(20)),
            opened => return opened.unwrap(),
        }
    }
    panic!("{} is held", path.display())
}

fn reopened(path: &Path) -> Workspace {
    Workspace::of_store(wait_for(path), options()).unwrap()
}

#[test]
fn what_cannot_be_is_refused_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("harbour.store");
    let workspace =
        Workspace::of_store(make_store(&path, &harbour(), day("2026-10-14")).unwrap(), options()).unwrap();
    let text = |workspace: &Workspace, path: &str| {
        workspace.snapshot().answers.unwrap().sources.text(path).map(str::to_owned)
    };
    let plan = "checkout/one-tap.kedge.toml";
    let stale =
        Edit { path: plan.into(), before: Some("something else".into()), after: text(&workspace, plan) };
    let refused = workspace.record_edits("stale", vec![stale]);
    assert!(
        matches!(&refused, Err(RecordError::Write(error)) if error.to_string().contains(plan)),
        "{refused:?}"
    );
    drop(workspace);

    assert!(
        matches!(make_store(&path, &harbour(), day("2026-10-14")), Err(error) if error.to_string().contains("is there already"))
    );
    let other = folder.path().join("other.store");
    std::fs::write(&other, "SQLite format 3\0 and nothing else").unwrap();
    assert!(matches!(Workspace::open(&other, options()), Err(OpenError::Store(_))));
    assert!(matches!(Store::open(&folder.path().join("none")), Err(StoreTrouble::NotAStore(_))));
    assert_eq!(wait_for(&path).history().unwrap().len(), 1);
}

#[test]
fn a_days_texts_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("one.store");
    let first = vec![SourceText { path: "a/p.kedge.toml".into(), text: "one".into() }];
    let store = Store::make(&path, first, "made", day("2026-10-01")).unwrap();
    let edit = |path: &str, before: Option<&str>, after: Option<&str>| Edit {
        path: path.into(),
        before: before.map(Into::into),
        after: after.map(Into::into),
    };
    for (on, edit) in [
        ("2026-10-05", edit("a/p.kedge.toml", Some("one"), Some("two"))),
        ("2026-10-05", edit("kedge.toml", None, Some("name"))),
        ("2026-10-09", edit("a/p.kedge.toml", Some("two"), None)),
    ] {
        store.write(kedge_workspace::Step { what: "w".into(), on: day(on), edits: vec![edit] }).unwrap();
    }
    let on = |on: &str| -> Vec<(String, String)> {
        store.files_on(day(on)).unwrap().into_iter().map(|it| (it.path, it.text)).collect()
    };
    let pair = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    // Before it was made: as it was made.
    assert_eq!(on("2026-09-01"), [pair("a/p.kedge.toml", "one")]);
    assert_eq!(on("2026-10-04"), [pair("a/p.kedge.toml", "one")]);
    assert_eq!(on("2026-10-05"), [pair("a/p.kedge.toml", "two"), pair("kedge.toml", "name")]);
    assert_eq!(on("2026-10-09"), [pair("kedge.toml", "name")]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Any writes and undos come to what a map and a stack of maps come to, and survive closing and opening.
    #[test]
    fn any_writes_and_undos(acts in prop::collection::vec((0..5_usize, prop::option::of("[a-c]{0,3}")), 0..14)) {
        const PATHS: [&str; 4] = ["kedge.toml", "council.kedge.toml", "a/p.kedge.toml", "a/q.kedge.toml"];
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("any.store");
        let on = day("2026-10-14");
        let mut store = Store::make(&path, Vec::new(), "made", on).unwrap();
        let (mut here, mut before) = (BTreeMap::<String, String>::new(), Vec::new());
        for (at, text) in acts {
            let Some(name) = PATHS.get(at) else {
                match before.pop() {
                    Some(last) => { store.undo(None, on).unwrap(); here = last; }
                    None => prop_assert!(store.undo(None, on).is_err()),
                }
                continue;
            };
            let was = here.get(*name).cloned();
            if was.is_none() && text.is_none() { continue; }
            let edit = Edit { path: (*name).into(), before: was, after: text.clone() };
            store.write(kedge_workspace::Step { what: "w".into(), on, edits: vec![edit] }).unwrap();
            before.push(here.clone());
            match text {
                Some(text) => drop(here.insert((*name).into(), text)),
                None => drop(here.remove(*name)),
            }
        }
        let texts = |store: &Store| -> BTreeMap<String, String> {
            store.texts().unwrap().into_iter().map(|it| (it.path, it.text)).collect()
        };
        prop_assert_eq!(texts(&store), here.clone());
        drop(store);
        store = wait_for(&path);
        prop_assert_eq!(texts(&store), here);
    }
}
