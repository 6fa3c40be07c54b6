//! A workspace on a real folder: reading, recording, undoing, following edits.
#![allow(clippy::unwrap_used)]

use kedge_model::{Act, Date, Says};
use kedge_workspace::import::{jira, rust_goals};
use kedge_workspace::{AsOf, OpenError, Options, RecordError, Target, Watch, Workspace};
use std::fs;
use std::path::Path;
use std::sync::mpsc::channel;
use std::time::Duration;
use tempfile::TempDir;

const PLAN: &str = "team = \"shop\"\nperiod = \"2026-Q4\"\n\n[outcome.fast] # the one that matters\nvalue = \"10k/week\"\n\n\
                    [work.build]\nfor = \"fast\"\neffort = \"1w\"\n\n[ask.api]\nto = \"billing\"\nwhat = \"An API\"\n\
                    asked = { on = 2026-10-02 }\ngates = \"build\"\n";

fn organisation() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("kedge.toml", "name = \"Acme\"\n");
    write("shop/team.kedge.toml", "team = \"shop\"\nkind = \"stream\"\npeople = 2\n");
    write("billing/team.kedge.toml", "team = \"billing\"\nkind = \"platform\"\n");
    write("shop/fast.kedge.toml", PLAN);
    folder
}

fn options() -> Options {
    Options { as_of: AsOf::On(date("2026-10-14")), seed: 1, trials: Some(200) }
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn open(path: &Path) -> Workspace {
    Workspace::open(path, options()).unwrap()
}

fn landed() -> Act {
    let says = Says::Landed { since: date("2026-10-10") };
    Act::Answer {
        ask: "shop/api".parse().unwrap(),
        by: None,
        on: date("2026-10-10"),
        says,
        work: None,
        why: None,
    }
}

#[test]
fn recording_moves_the_snapshot_and_undo_brings_the_same_answers_back() {
    let folder = organisation();
    let workspace = open(folder.path());
    let before = workspace.snapshot().answers.unwrap();
    assert_eq!(before.standing.organisation.fraction(), Some(0.0));
    let changes = landed().changes(&before.organisation).unwrap();
    assert_eq!(workspace.preview(&changes).unwrap().len(), 1);
    assert!(!folder.path().join("billing/answers.kedge.toml").exists(), "a preview writes nothing");
    let recorded = workspace.record("landed", &changes).unwrap();
    assert!(recorded.undoable);
    let after = workspace.snapshot();
    assert_eq!(after.answers.unwrap().standing.organisation.fraction(), Some(1.0));
    workspace.undo().unwrap();
    let back = workspace.snapshot();
    assert!(back.version > after.version);
    assert!(std::sync::Arc::ptr_eq(&back.answers.unwrap(), &before), "answers are kept by digest");
    assert!(!folder.path().join("billing/answers.kedge.toml").exists());
}

#[test]
fn a_file_changed_meanwhile_is_never_overwritten() {
    let folder = organisation();
    let workspace = open(folder.path());
    let answers = workspace.snapshot().answers.unwrap();
    let path = folder.path().join("shop/fast.kedge.toml");
    fs::write(&path, format!("{PLAN}\n# by hand\n")).unwrap();
    let act = Act::Withdraw { ask: "shop/api".parse().unwrap(), on: date("2026-10-14") };
    let changes = act.changes(&answers.organisation).unwrap();
    assert!(matches!(workspace.record("withdrawn", &changes), Err(RecordError::Write(_))));
    assert!(fs::read_to_string(&path).unwrap().ends_with("# by hand\n"));
    workspace.refresh().unwrap();
    workspace.record("withdrawn", &changes).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert!(
        text.contains("withdrawn") && text.contains("# by hand") && text.contains("# the one that matters"),
        "{text}"
    );
}

#[test]
fn errors_keep_the_last_good_answers_and_stop_only_their_own_file() {
    let folder = organisation();
    let workspace = open(folder.path());
    let path = folder.path().join("shop/fast.kedge.toml");
    let answers = workspace.snapshot().answers.unwrap();
    let changes = landed().changes(&answers.organisation).unwrap();
    fs::write(&path, PLAN.replace("effort = \"1w\"", "efort = \"1w\"")).unwrap();
    workspace.refresh().unwrap();
    let broken = workspace.snapshot();
    assert_eq!(broken.trouble.as_ref().unwrap().findings.len(), 1);
    assert!(std::sync::Arc::ptr_eq(&broken.answers.unwrap(), &answers));
    let withdraw = Act::Withdraw { ask: "shop/api".parse().unwrap(), on: date("2026-10-14") };
    let own = withdraw.changes(&answers.organisation).unwrap();
    assert!(matches!(workspace.record("withdrawn", &own), Err(RecordError::Trouble)));
    let (rest, apart) = workspace.to_record().unwrap();
    assert_eq!(apart, ["shop/fast.kedge.toml"]);
    assert!(rest.organisation.asks().next().is_none());
    workspace.record("landed", &changes).unwrap();
    assert!(folder.path().join("billing/answers.kedge.toml").exists());
    fs::write(&path, PLAN).unwrap();
    workspace.refresh().unwrap();
    assert!(workspace.snapshot().trouble.is_none());
}

#[test]
fn what_is_not_there_or_empty_says_so() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(
        Workspace::open(folder.path(), options()),
        Err(OpenError::Empty(_) | OpenError::Load(_))
    ));
    assert!(matches!(Workspace::open(&folder.path().join("no"), options()), Err(OpenError::Load(_))));
}

#[test]
fn edits_are_followed_and_silence_is_kept_while_nothing_changes() {
    let folder = organisation();
    let workspace = open(folder.path());
    let (send, versions) = channel();
    workspace.on_change(move |version| {
        let _ = send.send(version);
    });
    let _watch = Watch::start(&workspace);
    // The forecast is computed ahead, twice announced: the whole, then plan by plan.
    let wait = Duration::from_secs(30);
    versions.recv_timeout(wait).unwrap();
    versions.recv_timeout(wait).unwrap();
    fs::write(folder.path().join("shop/fast.kedge.toml"), PLAN.replace("10k", "20k")).unwrap();
    versions.recv_timeout(wait).unwrap();
    let worth = |workspace: &Workspace| {
        let answers = workspace.snapshot().answers.unwrap();
        let outcome = answers.organisation.outcomes().next().unwrap();
        answers.organisation.worth(outcome).unwrap().a_week.amount()
    };
    assert!((worth(&workspace) - 20_000.0).abs() < 1e-9);
}

#[test]
fn an_import_is_whole_can_be_repeated_and_keeps_what_people_added() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("2026");
    fs::create_dir(&source).unwrap();
    let goal = "# A goal\n\n| Metadata | |\n| --- | --- |\n| Point of contact | @ann |\n| Status | Accepted |\n\n\
                ## Team asks\n\n| Team | Support level | Notes |\n| --- | --- | --- |\n| [lang] | Small | Review |\n";
    fs::write(source.join("a-goal.md"), goal).unwrap();
    let out = folder.path().join("out");
    let target = |dry_run| Target { out: out.clone(), name: "rust-goals".parse().unwrap(), dry_run };
    let dry = rust_goals(&source, None, &target(true)).unwrap();
    assert!(!out.exists() && !dry.edits.is_empty());
    rust_goals(&source, None, &target(false)).unwrap();
    let workspace = open(&out);
    let answers = workspace.snapshot().answers.unwrap();
    assert_eq!(answers.organisation.asks().len(), 1);
    let plan = fs::read_dir(out.join("contributors"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.to_string_lossy().contains("a-goal"))
        .unwrap();
    let kept =
        format!("{}\n# ours\n[work.more]\nfor = \"{}\"\n", fs::read_to_string(&plan).unwrap(), "a-goal-2026");
    fs::write(&plan, &kept).unwrap();
    let again = rust_goals(&source, None, &target(false)).unwrap();
    assert!(
        again.edits.iter().all(|edit| edit.before == edit.after || edit.before.is_none()),
        "{:#?}",
        again.edits
    );
    assert_eq!(fs::read_to_string(&plan).unwrap(), kept);
}

#[test]
fn a_repeated_import_follows_the_source_and_keeps_what_people_wrote() {
    let folder = tempfile::tempdir().unwrap();
    let export = folder.path().join("export.csv");
    let out = folder.path().join("out");
    let target = Target { out: out.clone(), name: "jira".parse().unwrap(), dry_run: false };
    let import = |rows: &str| {
        fs::write(
            &export,
            format!("Issue key,Summary,Issue Type,Original estimate,Resolved,Parent key\n{rows}"),
        )
        .unwrap();
        jira(std::slice::from_ref(&export), &kedge_exchange::jira::Options::default(), &target).unwrap()
    };
    let first = import(
        "A-1,Ship,Epic,,,\nA-2,Build,Story,28800,,A-1\nA-3,Test,Story,28800,,A-1\nA-4,Old,Story,,,A-1\n",
    );
    assert_eq!(first.report.added.len(), 6);
    let plan = out.join("a/jira.kedge.toml");
    let text = fs::read_to_string(&plan).unwrap();
    let edited = text.replacen("effort = \"8h\"", "effort = \"2w, rarely over 4w\" # we know better", 1);
    assert_ne!(edited, text);
    fs::write(&plan, edited.clone() + "\n# ours\n[work.more]\nfor = \"a-1\"\n").unwrap();

    let rows = "A-1,Ship it,Epic,,,\nA-2,Build,Story,57600,,A-1\nA-3,Test,Story,57600,2026-10-02,A-1\n";
    let again = import(rows);
    let text = fs::read_to_string(&plan).unwrap();
    assert!(text.contains("effort = \"2w, rarely over 4w\" # we know better"), "{text}");
    assert!(text.contains("title  = \"Ship it\"") && text.contains("done   = 2026-10-02"), "{text}");
    assert!(text.contains("# ours\n[work.more]") && text.contains("[work.a-4]"), "{text}");
    let kept: Vec<String> =
        again.report.kept.iter().map(|kept| format!("{} {:?}", kept.fact, kept.field)).collect();
    assert_eq!(kept, ["work a/a-2 Some(\"effort\")"]);
    assert_eq!(again.report.gone.iter().map(ToString::to_string).collect::<Vec<_>>(), ["work a/a-4"]);
    let third = import(rows);
    assert_eq!(third.edits, []);
    assert_eq!(third.report.gone.len(), 1);
    // What the plans say can be read, and undo takes the last import back whole.
    let workspace = open(&out);
    workspace.undo().unwrap();
    assert!(fs::read_to_string(&plan).unwrap().contains("title  = \"Ship\""));
}

#[test]
fn an_import_that_cannot_be_whole_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (good, bad) = (folder.path().join("good.csv"), folder.path().join("bad.csv"));
    fs::write(&good, "Issue key,Summary,Issue Type\nA-1,x,Story\n").unwrap();
    fs::write(&bad, b"Issue key,Summary\nA-1,Caf\xE9\n").unwrap();
    let out = folder.path().join("out");
    let target = Target { out: out.clone(), name: "jira".parse().unwrap(), dry_run: false };
    let error = |files: &[std::path::PathBuf]| {
        jira(files, &kedge_exchange::jira::Options::default(), &target).unwrap_err().to_string()
    };
    assert!(error(&[good.clone(), bad.clone()]).contains("is not UTF-8 text, first in line 2"));
    fs::write(&bad, "Issue key,Summary\nA-1,x\n").unwrap();
    assert!(
        error(&[good.clone(), bad]).contains("has no column `Issue Type`: it has `Issue key`, `Summary`")
    );
    assert!(!out.exists());
    fs::create_dir(&out).unwrap();
    fs::write(out.join("kedge.toml"), "name = ").unwrap();
    assert!(error(&[good]).contains("mend them first"));
    assert!(!out.join("a").exists());
}
