//! A store that holds read copies of teams whose home is a repository of their own: what it answers, who may write what, and
//! what was so on a day.
#![allow(clippy::unwrap_used)]

mod repositories;

use kedge_files::Edit;
use kedge_model::{Change, Supposition};
use kedge_workspace::{
    AsOf, GatherError, HomeError, MakeStoreError, Moved, Options, RecordError, Store, UndoError, Workspace,
    WriteError, make_store,
};
use repositories::{ANSWERS, CHECKOUT, DAY, PAYMENTS, World, commit, day, told, write};
use std::fs;
use std::path::Path;

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

fn bring(workspace: &Workspace, team: &str, offline: bool) -> Result<Moved, HomeError> {
    workspace.bring_home(&team.parse().unwrap(), offline, false, &mut |_, _, _| {})
}

fn give(workspace: &Workspace, team: &str, folder: &Path) -> Result<Moved, HomeError> {
    workspace.give_home(&team.parse().unwrap(), folder, false)
}

/// Each team, and whether the store is its home.
fn homes(workspace: &Workspace) -> Vec<(String, bool)> {
    workspace.homes().unwrap().into_iter().map(|it| (it.team.to_string(), it.elsewhere.is_none())).collect()
}

/// The texts of a store, by path.
fn texts(workspace: Workspace) -> Vec<(String, String)> {
    let path = workspace.path().to_owned();
    drop(workspace);
    // The store is held until its thread has closed it.
    let store = (0..500).find_map(|_| {
        let store = Store::open(&path).ok();
        store.or_else(|| {
            std::thread::sleep(std::time::Duration::from_millis(10));
            None
        })
    });
    store.unwrap().texts().unwrap().into_iter().map(|it| (it.path, it.text)).collect()
}

#[test]
fn a_team_comes_home_as_it_is_there_now_and_goes_back_with_undo() {
    let world = world();
    let workspace = made(&world);
    assert_eq!(homes(&workspace), [("checkout".into(), true), ("payments".into(), false)]);
    declined(&world);
    let team = "payments".parse().unwrap();
    let shown = workspace.bring_home(&team, false, true, &mut |_, _, _| {}).unwrap();
    assert_eq!(state(&workspace), "committed", "a dry run writes nothing");
    let moved = bring(&workspace, "payments", false).unwrap();
    assert_eq!((&moved.edits, moved.place.as_str()), (&shown.edits, world.url("payments-repo").as_str()));
    assert_eq!(state(&workspace), "declined");
    assert_eq!(homes(&workspace), [("checkout".into(), true), ("payments".into(), true)]);
    assert!(workspace.gathered().is_empty());
    // What payments says is said here now, and its repository is not read any more.
    workspace
        .record("committed", &changes(&workspace, "answer checkout/token committed by 2026-11-25"))
        .unwrap();
    assert_eq!(state(&workspace), "committed");
    assert!(matches!(workspace.gather(false, &mut |_, _, _| {}), Err(GatherError::NoSources)));
    assert!(matches!(bring(&workspace, "payments", false), Err(HomeError::Here(_))));

    workspace.undo().unwrap();
    let taken_back = workspace.undo().unwrap().what;
    assert_eq!(taken_back, format!("brought payments home from {}", world.url("payments-repo")));
    // As it was read before it came home.
    assert_eq!(state(&workspace), "committed");
    assert_eq!(homes(&workspace), [("checkout".into(), true), ("payments".into(), false)]);
    workspace.gather(false, &mut |_, _, _| {}).unwrap();
    assert_eq!(state(&workspace), "declined");
}

#[test]
fn a_team_whose_home_cannot_be_reached_comes_home_as_it_was_read_last_if_that_is_said() {
    let world = world();
    let workspace = made(&world);
    declined(&world);
    fs::rename(world.at("payments-repo"), world.at("gone")).unwrap();
    let error = bring(&workspace, "payments", false).unwrap_err();
    assert!(matches!(error, HomeError::Gather(GatherError::Source { .. })), "{error}");
    assert_eq!(homes(&workspace), [("checkout".into(), true), ("payments".into(), false)]);
    bring(&workspace, "payments", true).unwrap();
    assert_eq!(state(&workspace), "committed");
    let paths: Vec<String> = texts(workspace).into_iter().map(|(path, _)| path).collect();
    let of_checkout = ["checkout/one-tap.kedge.toml", "checkout/team.kedge.toml"];
    assert_eq!(
        paths,
        [&of_checkout[..], &["kedge.toml", "payments/answers.kedge.toml", "payments/team.kedge.toml"]]
            .concat()
    );
}

#[test]
fn a_team_is_given_a_home_of_its_own_and_comes_back_with_every_byte() {
    let world = world();
    let text = fs::read_to_string(world.at("plans").join("kedge.toml")).unwrap();
    write(&world.at("plans"), "kedge.toml", &format!("# Ours.\n{text}\n[calendar]\nhours = 7 # with tea\n"));
    let workspace = made(&world);
    let folder = world.at("checkout-plans");
    give(&workspace, "checkout", &folder).unwrap();
    assert_eq!(homes(&workspace), [("checkout".into(), false), ("payments".into(), false)]);
    assert_eq!(state(&workspace), "committed");
    let plan = folder.join("checkout/one-tap.kedge.toml");
    assert_eq!(fs::read_to_string(&plan).unwrap(), CHECKOUT);
    let error = workspace.record("withdrawn", &changes(&workspace, "drop checkout/token")).unwrap_err();
    assert!(matches!(error, RecordError::Write(WriteError::Elsewhere { .. })), "{error}");
    // It is written there from now on.
    fs::write(&plan, CHECKOUT.replace("rarely over 2w", "rarely over 3w")).unwrap();
    workspace.gather(false, &mut |_, _, _| {}).unwrap();
    assert!(matches!(give(&workspace, "checkout", &world.at("other")), Err(HomeError::Elsewhere { .. })));
    assert!(!world.at("other").exists());
    bring(&workspace, "checkout", false).unwrap();

    let now = texts(workspace);
    let of = |path: &str| now.iter().find(|(it, _)| it == path).unwrap().1.clone();
    assert_eq!(of("checkout/one-tap.kedge.toml"), CHECKOUT.replace("2w\"", "3w\""));
    assert_eq!(of("kedge.toml"), fs::read_to_string(world.at("plans").join("kedge.toml")).unwrap());
}

#[test]
fn undo_takes_a_home_of_its_own_back() {
    let world = world();
    let workspace = made(&world);
    give(&workspace, "checkout", &world.at("checkout-plans")).unwrap();
    workspace.undo().unwrap();
    assert_eq!(homes(&workspace), [("checkout".into(), true), ("payments".into(), false)]);
    workspace.record("withdrawn", &changes(&workspace, "drop checkout/token")).unwrap();
    assert_eq!(state(&workspace), "withdrawn");
    // The folder is there still, and nobody's.
    let error = give(&workspace, "checkout", &world.at("checkout-plans")).unwrap_err();
    assert!(matches!(error, HomeError::Taken(_)), "{error}");
}

#[test]
fn a_move_is_not_taken_back_over_what_was_read_since() {
    let world = world();
    let workspace = made(&world);
    let folder = world.at("checkout-plans");
    give(&workspace, "checkout", &folder).unwrap();
    // A file that was not there: what is left of it would belong to nobody.
    let more =
        CHECKOUT.replace("one-tap", "two-tap").replace("token]", "other]").replace("wire-up", "wire-two");
    write(&folder, "checkout/two-tap.kedge.toml", &more);
    workspace.gather(false, &mut |_, _, _| {}).unwrap();
    let error = workspace.undo().unwrap_err().to_string();
    assert!(error.contains("was read again after it") && error.contains("kedge store home"), "{error}");
    workspace.refresh().unwrap();
    assert_eq!(homes(&workspace), [("checkout".into(), false), ("payments".into(), false)]);
    bring(&workspace, "checkout", false).unwrap();
    // What moved last is taken back, and what moved before is not.
    workspace.undo().unwrap();
    assert_eq!(homes(&workspace)[0], ("checkout".into(), false));
    assert!(workspace.undo().is_err());
    let texts = texts(workspace);
    assert_eq!(texts.len(), 1, "kedge.toml alone: {texts:?}");
}

#[test]
fn other_sources_stay_as_they_were_read_whatever_they_are_called_then() {
    let world = World::new();
    // Two folders of one name: the second is called `plans-2` while the first is there.
    for team in ["risk", "search"] {
        let text = format!("team = \"{team}\"\nkind = \"stream\"\npeople = 3\n");
        write(&world.at(team).join("plans"), "team.kedge.toml", &text);
    }
    let source = |team: &str| format!("[[source]]\npath = \"../{team}/plans\"\nholds = [\"{team}\"]\n");
    world.settings(&[source("risk"), source("search"), world.payments()]);
    for file in ["team", "one-tap"] {
        let path = format!("checkout/{file}.kedge.toml");
        write(&world.at("plans"), &path, &fs::read_to_string(world.at("checkout").join(&path)).unwrap());
    }
    let workspace = made(&world);
    fs::remove_dir_all(world.at("search")).unwrap();
    fs::rename(world.at("payments-repo"), world.at("gone")).unwrap();
    bring(&workspace, "risk", false).unwrap();
    let here = |team: &str, here| (team.to_owned(), here);
    let now = [here("checkout", true), here("payments", false), here("risk", true), here("search", false)];
    assert_eq!(homes(&workspace), now);
    let names: Vec<String> = workspace.gathered().into_iter().map(|it| it.name).collect();
    assert_eq!(names, ["plans", "payments-repo/plans"]);
    assert_eq!(state(&workspace), "committed");
    workspace.undo().unwrap();
    assert_eq!(homes(&workspace)[2], here("risk", false));
}

#[test]
fn nobody_moves_where_something_is_in_the_way() {
    let world = world();
    write(&world.at("plans"), "council.kedge.toml", "team = \"council\"\nrank = []\n");
    let workspace = made(&world);
    let folder = world.at("new");
    assert!(matches!(give(&workspace, "nobody", &folder), Err(HomeError::NoTeam(_))));
    assert!(matches!(bring(&workspace, "nobody", false), Err(HomeError::NoTeam(_))));
    assert!(matches!(bring(&workspace, "checkout", false), Err(HomeError::Here(_))));
    assert!(matches!(give(&workspace, "council", &folder), Err(HomeError::Council(_))));
    assert!(matches!(give(&workspace, "checkout", &world.at("plans")), Err(HomeError::Taken(_))));
    let in_files = world.at("plans");
    assert!(matches!(Workspace::open(&in_files, options()).unwrap().homes(), Err(HomeError::InFiles(_))));
    // A mistake of theirs would be one of the store's.
    write(&world.at("payments-repo"), "plans/answers.kedge.toml", "team = \"payments\"\nnonsense = 1\n");
    commit(&world.at("payments-repo"));
    let error = bring(&workspace, "payments", false).unwrap_err();
    assert!(matches!(error, HomeError::Record(RecordError::Refused(_))), "{error}");
    assert_eq!(homes(&workspace)[2], ("payments".into(), false));
    // Nor is a file left behind that is one of the plan language by its name, and none that can be read.
    write(&world.at("payments-repo"), "plans/answers.kedge.toml", ANSWERS);
    fs::write(world.at("payments-repo").join("plans/data.kedge.toml"), [0xff, 0xfe]).unwrap();
    commit(&world.at("payments-repo"));
    let error = bring(&workspace, "payments", false).unwrap_err();
    assert!(
        matches!(&error, HomeError::Unreadable { path, .. } if path == "payments-repo/plans:data.kedge.toml"),
        "{error}"
    );
    assert!(!folder.exists());
    assert_eq!(workspace.history().unwrap().unwrap().len(), 1, "nothing was written");
}
