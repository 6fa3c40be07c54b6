//! Text from memory, keystroke by keystroke: the workspace says what it would say had it just been opened on that text.
#![allow(clippy::unwrap_used)]

use kedge_check::Report;
use kedge_workspace::{AsOf, Options, Workspace};
use std::fs;
use std::path::Path;

fn options() -> Options {
    Options { as_of: AsOf::On("2026-10-14".parse().unwrap()), seed: 1, trials: Some(200) }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// The report by structure; of files with errors, those errors.
fn report(workspace: &Workspace) -> String {
    let snapshot = workspace.snapshot();
    let report = match (&snapshot.trouble, &snapshot.answers) {
        (Some(trouble), _) => Report::of_reading(&trouble.findings, &trouble.sources),
        (None, answers) => answers.as_ref().unwrap().structure_report().clone(),
    };
    kedge_check::json(&report)
}

#[test]
fn typing_says_what_opening_would_say() {
    let harbour = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/harbour");
    let (typed, written) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    copy(&harbour, typed.path());
    copy(&harbour, written.path());
    let workspace = Workspace::open(typed.path(), options()).unwrap();
    let text = |path: &str| fs::read_to_string(written.path().join(path)).unwrap();
    let plan = "checkout/one-tap.kedge.toml";
    let without_fallback = text(plan).split("[[ask.reusable-token.fallback]]").next().unwrap().to_owned();
    let edits: Vec<(&str, String)> = vec![
        (plan, format!("# A remark.\n{}", text(plan))),
        (plan, without_fallback.clone()),
        (plan, format!("{without_fallback}\n[work.half")),
        (plan, format!("{without_fallback}\n[work.half-an-hour]\neffort = \"1h\"\n")),
        ("payments/answers.kedge.toml", "team = \"payments\"\n".to_owned()),
        ("payments/new.kedge.toml", "team = \"payments\"\n\n[outcome.faster]\ndue = 2026-11-14\n".to_owned()),
        ("council.kedge.toml", text("council.kedge.toml").replace("rank", "# rank")),
        ("kedge.toml", text("kedge.toml").replace("scaling", "searching")),
        (plan, text(plan)),
        ("new-team/team.kedge.toml", "team = \"new-team\"\nkind = \"stream\"\n".to_owned()),
    ];
    let mut changed = 0;
    for (path, text) in edits {
        let before = report(&workspace);
        workspace.set_text(path, Some(text.clone())).unwrap();
        let file = written.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, &text).unwrap();
        let found = report(&workspace);
        assert_eq!(found, report(&Workspace::open(written.path(), options()).unwrap()), "{path}");
        changed += usize::from(found != before);
    }
    assert!(changed >= 5, "{changed} edits change what is found");
}
