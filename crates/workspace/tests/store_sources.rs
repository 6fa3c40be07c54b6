//! A store that holds read copies of teams whose home is a repository of their own: what it answers, who may write what, and
//! what was so on a day.
#![allow(clippy::unwrap_used)]

mod repositories;

use kedge_files::Edit;
use kedge_model::{Change, Supposition};
use kedge_workspace::{
    AsOf, GatherError, MakeStoreError, Options, RecordError, Store, UndoError, Workspace, WriteError,
    make_store,
};
use repositories::{ANSWERS, DAY, PAYMENTS, World, commit, day, told, write};
use std::fs;

fn options() -> Options {
    Options { as_of: AsOf::On(day(DAY)), trials: Some(100), ..Options::default() }
}

/// Checkout writes in the store, payments in its own repository.
fn world() -> World {
    let world = World::new();
    for file in ["team", "one-tap"] {
        let path = format!("checkout/{file}.kedge.toml");
        let text = fs::read_to_string(world.at("checkout").join(&path)).unwrap();
        write(&world.at("plans"), &path, &text);
    }
    world.settings(&[world.payments()]);
    world
}

fn made(world: &World) -> Workspace {
    let store = make_store(&world.at("plans").join("plans.store"), &world.at("plans"), day(DAY)).unwrap();
    Workspace::of_store(store, options()).unwrap()
}

fn state(workspace: &Workspace) -> String {
    let answers = workspace.snapshot().answers.unwrap();
    let ask = answers.organisation.ask(&"checkout/token".parse().unwrap()).unwrap();
    answers.organisation.ask_state(ask).word().to_owned()
}

fn changes(workspace: &Workspace, said: &str) -> Vec<Change> {
    let answers = workspace.snapshot().answers.unwrap();
    let said = Supposition::parse(said, &answers.organisation, answers.as_of).unwrap();
    said.act.changes(&answers.organisation).unwrap()
}

fn declined(world: &World) -> String {
    let text = ANSWERS.replace("committed", "declined").replace("by = 2026-11-20\n", "");
    write(&world.at("payments-repo"), "plans/answers.kedge.toml", &text);
    commit(&world.at("payments-repo"))
}

#[test]
fn a_store_answers_with_a_read_copy_as_the_folder_does_with_its_source() {
    let world = world();
    let workspace = made(&world);
    world.gather("plans").unwrap();
    let in_files = world.open("plans");
    let standing = |it: &Workspace| serde_json::to_value(&*it.snapshot().answers.unwrap().standing).unwrap();
    assert_eq!(standing(&workspace), standing(&in_files));
    assert_eq!(workspace.gathered(), in_files.gathered());
    assert_eq!(state(&workspace), "committed");

    // The copy stays as it was read until it is read again, and across a closing.
    let now = declined(&world);
    drop(workspace);
    let workspace = Workspace::open(&world.at("plans").join("plans.store"), options()).unwrap();
    assert_eq!(state(&workspace), "committed");
    let gathering = workspace.gather(false, &mut |_, _, _| {}).unwrap();
    assert_eq!(gathering.sources[0].source.commit.as_deref(), Some(now.as_str()));
    assert_eq!(state(&workspace), "declined");
    assert_eq!(workspace.gather(true, &mut |_, _, _| {}).unwrap().sources[0].source.commit, Some(now));
}

#[test]
fn what_is_at_home_elsewhere_is_not_written_here() {
    let world = world();
    let workspace = made(&world);
    let elsewhere = |error: RecordError| {
        assert!(matches!(error, RecordError::Write(WriteError::Elsewhere { .. })), "{error}");
        assert!(error.to_string().contains("kedge gather"), "{error}");
    };
    // What payments answers is payments' to write.
    let answer = changes(&workspace, "answer checkout/token declined");
    elsewhere(workspace.record("declined", &answer).unwrap_err());
    let path = "payments-repo/plans:team.kedge.toml".to_owned();
    let edit = Edit { path, before: Some(PAYMENTS.into()), after: Some(PAYMENTS.replace('4', "5")) };
    elsewhere(workspace.record_edits("more people", vec![edit]).unwrap_err());
    let new = Edit {
        path: "payments/plan.kedge.toml".into(),
        before: None,
        after: Some("team = \"payments\"\nperiod = \"2026-Q4\"\n\n[outcome.x]\ndue = 2026-12-01\n".into()),
    };
    let error = workspace.record_edits("a plan", vec![new]).unwrap_err();
    assert!(matches!(error, RecordError::HeldElsewhere { .. }), "{error}");
    assert_eq!(workspace.snapshot().version, 1);
    // What checkout writes is at home here.
    workspace.record("withdrawn", &changes(&workspace, "drop checkout/token")).unwrap();
    assert_eq!(state(&workspace), "withdrawn");
}

#[test]
fn reading_again_is_in_the_history_and_undo_passes_over_it() {
    let world = world();
    let workspace = made(&world);
    assert!(matches!(workspace.undo(), Err(UndoError::Nothing)));
    workspace.record("withdrawn", &changes(&workspace, "drop checkout/token")).unwrap();
    declined(&world);
    workspace.gather(false, &mut |_, _, _| {}).unwrap();
    assert_eq!(workspace.undo().unwrap().what, "withdrawn");
    assert_eq!(state(&workspace), "declined");
    assert!(matches!(workspace.undo(), Err(UndoError::Nothing)));
    drop(workspace);
    let store = Store::open(&world.at("plans").join("plans.store")).unwrap();
    let told: Vec<String> = store.history().unwrap().into_iter().skip(1).map(|it| it.step.what).collect();
    assert_eq!(told, ["withdrawn", "read payments-repo/plans", "took back: withdrawn"]);
}

#[test]
fn a_copy_as_files_holds_the_read_copies_as_they_were() {
    let world = world();
    let workspace = made(&world);
    declined(&world);
    workspace.gather(false, &mut |_, _, _| {}).unwrap();
    drop(workspace);
    let store = Store::open(&world.at("plans").join("plans.store")).unwrap();
    let copy = world.at("copy");
    store.copy_into(&copy, None).unwrap();
    assert!(!copy.join("payments-repo").exists());
    assert_eq!(state(&world.open("copy")), "declined");
    assert!(store.edits_in(&copy).unwrap().is_empty());
    // As it was at the first write.
    let first: Vec<String> = store.files_at(1).unwrap().into_iter().map(|it| it.path).collect();
    assert_eq!(first, ["checkout/one-tap.kedge.toml", "checkout/team.kedge.toml", "kedge.toml"]);
}

#[test]
fn what_cannot_be_read_leaves_all_as_it_was() {
    let world = world();
    let workspace = made(&world);
    fs::rename(world.at("payments-repo"), world.at("moved")).unwrap();
    let gathering = workspace.gather(false, &mut |_, _, _| {}).unwrap();
    assert!(!gathering.is_fresh());
    assert_eq!(state(&workspace), "committed");
    drop(workspace);

    let path = world.at("plans").join("other.store");
    let error = make_store(&path, &world.at("plans"), day(DAY)).unwrap_err();
    assert!(matches!(error, MakeStoreError::Gather(GatherError::Source { .. })), "{error}");
    assert!(!path.exists());
    // A mistake of theirs is shown at its place, and the copy before it is in the history.
    fs::rename(world.at("moved"), world.at("payments-repo")).unwrap();
    write(&world.at("payments-repo"), "plans/answers.kedge.toml", "team = \"payments\"\nnonsense = 1\n");
    commit(&world.at("payments-repo"));
    let workspace = Workspace::open(&world.at("plans").join("plans.store"), options()).unwrap();
    workspace.gather(false, &mut |_, _, _| {}).unwrap();
    assert_eq!(told(&workspace.snapshot()).len(), 1, "{:?}", told(&workspace.snapshot()));
    assert!(told(&workspace.snapshot())[0].starts_with("payments-repo/plans:answers.kedge.toml:2:1"));
}

#[test]
fn a_folder_beside_is_read_from_where_it_is_named() {
    let world = world();
    world.settings(&[
        "[[source]]\npath = \"../payments-repo\"\nunder = \"plans\"\nholds = [\"payments\"]\n".into()
    ]);
    let error = make_store(&world.at("elsewhere.store"), &world.at("plans"), day(DAY)).unwrap_err();
    assert!(matches!(error, MakeStoreError::Beside { .. }), "{error}");
    assert!(!world.at("elsewhere.store").exists());
    let workspace = made(&world);
    assert_eq!(state(&workspace), "committed");
    // It is a copy all the same: what changes there is there once it is read again.
    declined(&world);
    workspace.refresh().unwrap();
    assert_eq!(state(&workspace), "committed");
    workspace.gather(false, &mut |_, _, _| {}).unwrap();
    assert_eq!(state(&workspace), "declined");
}
