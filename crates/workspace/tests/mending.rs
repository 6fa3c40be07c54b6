//! `--fix` and `--since` on real folders: what is mended, what is left, what a change brought in.
#![allow(clippy::unwrap_used)]

use kedge_workspace::{AsOf, Options, SinceError, Workspace};
use std::fs;
use std::path::Path;
use std::process::Command;

fn options() -> Options {
    Options { as_of: AsOf::On("2026-10-14".parse().unwrap()), ..Options::default() }
}

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

fn read(folder: &Path, path: &str) -> String {
    fs::read_to_string(folder.join(path)).unwrap()
}

const PLAN: &str = r#"# What we sell.
team    = "checkout"          # ours
silence = { K106 = "nobody reads this" }

[outcome.one-tap]
due     = 2026-12-12         # the Saturday sale
silence = { K017 = "the shop is open", K021 = "in vain" } # both at once

[work.sheet]
for    = "one-tap"
effort = 3w  # as the last one
"#;

const MENDED: &str = r#"# What we sell.
team    = "checkout"          # ours

[outcome.one-tap]
due     = 2026-12-12         # the Saturday sale
silence = { K017 = "the shop is open" } # both at once

[work.sheet]
for    = "one-tap"
effort = "3w"  # as the last one
"#;

#[test]
fn what_is_safe_is_mended_in_one_step_and_comments_stay() {
    let folder = tempfile::tempdir().unwrap();
    let settings = "name = \"Shop\"\n\n[severities]\nK999 = \"off\"\nK106 = \"note\"\n";
    let team = "team = \"checkout\"\ntitle = \"Checkout\"\nkind = \"stream\"\n";
    write(
        folder.path(),
        &[
            ("kedge.toml", settings),
            ("checkout/team.kedge.toml", team),
            ("checkout/one-tap.kedge.toml", PLAN),
        ],
    );
    let workspace = Workspace::open(folder.path(), options()).unwrap();
    let shown = workspace.mendable();
    assert_eq!(read(folder.path(), "checkout/one-tap.kedge.toml"), PLAN, "a look writes nothing");
    let (mended, recorded) = workspace.mend().unwrap();
    assert_eq!(mended.edits, shown.edits);
    assert!(recorded.unwrap().undoable);
    assert_eq!(read(folder.path(), "checkout/one-tap.kedge.toml"), MENDED);
    assert_eq!(read(folder.path(), "kedge.toml"), "name = \"Shop\"\n\n[severities]\nK106 = \"note\"\n");
    let codes: Vec<String> = mended.findings.iter().map(|it| it.code.to_string()).collect();
    assert_eq!(codes, ["K001", "K020", "K020", "K020"]);
    assert_eq!(mended.left.summary.errors, 0);

    // A second run changes nothing, and undo brings all of it back.
    let (again, recorded) = workspace.mend().unwrap();
    assert!(again.edits.is_empty() && recorded.is_none());
    assert_eq!(read(folder.path(), "checkout/one-tap.kedge.toml"), MENDED);
    workspace.undo().unwrap();
    assert_eq!(read(folder.path(), "checkout/one-tap.kedge.toml"), PLAN);
    assert_eq!(read(folder.path(), "kedge.toml"), settings);
}

#[test]
fn quotes_are_mended_where_lines_end_as_on_windows() {
    let folder = tempfile::tempdir().unwrap();
    let windows = |text: &str| text.replace('\n', "\r\n");
    write(folder.path(), &[("checkout/one-tap.kedge.toml", &windows(PLAN))]);
    let workspace = Workspace::open(folder.path(), options()).unwrap();
    let (mended, _) = workspace.mend().unwrap();
    assert_eq!(read(folder.path(), "checkout/one-tap.kedge.toml"), windows(MENDED));
    assert_eq!(mended.left.summary.errors, 0);
}

#[test]
fn what_would_bring_another_error_is_left() {
    let folder = tempfile::tempdir().unwrap();
    // In quotes it is a text, and no effort.
    let wrong = "team = \"checkout\"\n[work.a]\neffort = 3 weeks maybe\n";
    let right = "team = \"payments\"\n[work.a]\neffort = 3w\n";
    write(folder.path(), &[("checkout/one.kedge.toml", wrong), ("payments/two.kedge.toml", right)]);
    let workspace = Workspace::open(folder.path(), options()).unwrap();
    let (mended, _) = workspace.mend().unwrap();
    assert_eq!(mended.findings.len(), 1, "{:?}", mended.findings);
    assert_eq!(read(folder.path(), "checkout/one.kedge.toml"), wrong);
    assert!(read(folder.path(), "payments/two.kedge.toml").contains("\"3w\""));
    assert_eq!(mended.left.summary.errors, 1);
}

#[test]
fn a_text_from_memory_stands_for_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let plan = "team = \"checkout\"\n\n[outcome.one-tap]\ndue = 2026-12-11\n";
    write(folder.path(), &[("checkout/one-tap.kedge.toml", plan)]);
    let workspace = Workspace::open(folder.path(), options()).unwrap();
    let codes = || {
        let answers = workspace.snapshot().answers.unwrap();
        answers.structure_report().findings.iter().map(|it| it.code.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(codes(), [""; 0]);
    let typed = plan.replace("-11", "-12");
    workspace.set_text("checkout/one-tap.kedge.toml", Some(typed)).unwrap();
    assert_eq!(codes(), ["K017"]);
    workspace.set_text("payments/new.kedge.toml", Some("team = \"payments\"\nperiod = 4\n".into())).unwrap();
    assert!(workspace.snapshot().trouble.is_some(), "a file that is only in the editor is read too");
    workspace.set_text("payments/new.kedge.toml", None).unwrap();
    workspace.set_text("checkout/one-tap.kedge.toml", None).unwrap();
    assert_eq!(codes(), [""; 0]);
    assert_eq!(read(folder.path(), "checkout/one-tap.kedge.toml"), plan);
}

fn git(folder: &Path, arguments: &[&str]) {
    let output = Command::new("git")
        .args(["-c", "user.name=Kim", "-c", "user.email=kim@example.org", "-c", "init.defaultBranch=main"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn since_a_revision_only_what_came_is_reported() {
    let repository = tempfile::tempdir().unwrap();
    let folder = repository.path().join("our plans");
    let plan = "team = \"checkout\"\n\n[outcome.one-tap]\ndue = 2026-12-12\n";
    write(&folder, &[("checkout/one-tap.kedge.toml", plan)]);
    // Another organisation inside, a hidden folder and a file beside are none of ours.
    write(
        &folder,
        &[
            ("other/kedge.toml", "name = \"x\"\n"),
            ("other/a.kedge.toml", "nonsense"),
            (".old/b.kedge.toml", "nonsense"),
        ],
    );
    let open = || Workspace::open(&folder, options()).unwrap();
    assert!(matches!(open().report_at("HEAD", true), Err(SinceError::NoRepository(_))));
    git(repository.path(), &["init", "--quiet"]);
    git(repository.path(), &["add", "--all"]);
    git(repository.path(), &["commit", "--quiet", "--message", "one"]);
    assert_eq!(open().within_repository(), "our plans");

    let more = "# More lines.\n".to_owned() + plan + "\n[outcome.two]\ndue = 2026-12-13\n";
    write(&folder, &[("checkout/one-tap.kedge.toml", &more)]);
    let workspace = open();
    let now = workspace.snapshot().answers.unwrap().structure_report().clone();
    assert_eq!(now.findings.len(), 2);
    let report = now.since(&workspace.report_at("HEAD", true).unwrap(), "HEAD");
    let about: Vec<_> = report.findings.iter().filter_map(|it| it.about.as_deref()).collect();
    assert_eq!(about, ["outcome checkout/two due"]);
    let since = report.since.unwrap();
    assert_eq!((since.resolved, since.kept, since.readable), (0, 1, true));

    for wrong in ["no-such-branch", "--all", "HEAD:our plans"] {
        let error = workspace.report_at(wrong, true).unwrap_err();
        assert!(matches!(error, SinceError::NoRevision { .. }), "{wrong}: {error}");
    }
    // A lone file is compared with itself.
    let alone = Workspace::open(&folder.join("checkout/one-tap.kedge.toml"), options()).unwrap();
    assert_eq!(alone.report_at("HEAD", true).unwrap().findings.len(), 1);
}

#[cfg(unix)]
#[test]
fn since_a_revision_a_link_is_what_it_led_to() {
    let repository = tempfile::tempdir().unwrap();
    let top = repository.path();
    let outside = tempfile::tempdir().unwrap();
    let folder = top.join("plans");
    let plan = |team: &str| format!("team = \"{team}\"\n\n[outcome.one]\ndue = 2026-12-12\n");
    write(top, &[("elsewhere/one.kedge.toml", &plan("checkout")), ("more/b/two.kedge.toml", &plan("b"))]);
    write(outside.path(), &[("c.kedge.toml", &plan("c"))]);
    let link = |from: &Path, to: &str| {
        let to = folder.join(to);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(from, to).unwrap();
    };
    link(Path::new("../../elsewhere/one.kedge.toml"), "checkout/one.kedge.toml");
    link(Path::new("../more/b"), "b");
    link(&outside.path().join("c.kedge.toml"), "c/c.kedge.toml");
    git(top, &["init", "--quiet"]);
    git(top, &["add", "--all"]);
    git(top, &["commit", "--quiet", "--message", "one"]);
    let open = || Workspace::open(&folder, options()).unwrap();
    let found = |report: &kedge_check::Report| {
        report.findings.iter().filter_map(|it| it.about.clone()).collect::<Vec<_>>()
    };
    let before = open().report_at("HEAD", true).unwrap();
    assert_eq!(found(&before), found(open().snapshot().answers.unwrap().structure_report()));
    assert_eq!(before.findings.len(), 3, "{:?}", found(&before));
    // What the link leads to has changed since.
    let more = plan("checkout") + "\n[outcome.two]\ndue = 2026-12-13\n";
    write(top, &[("elsewhere/one.kedge.toml", &more)]);
    let workspace = open();
    let now = workspace.snapshot().answers.unwrap().structure_report().clone();
    let came = now.since(&workspace.report_at("HEAD", true).unwrap(), "HEAD");
    assert_eq!(found(&came), ["outcome checkout/two due"]);
}

#[test]
fn since_a_revision_with_a_file_too_large_says_so() {
    let repository = tempfile::tempdir().unwrap();
    let plan = "team = \"checkout\"\n\n[outcome.one]\ndue = 2026-12-12\n";
    let large = plan.to_owned() + &"# No plan is so long.\n".repeat(250_000);
    write(repository.path(), &[("a/a.kedge.toml", &large)]);
    git(repository.path(), &["init", "--quiet"]);
    git(repository.path(), &["add", "--all"]);
    git(repository.path(), &["commit", "--quiet", "--message", "one"]);
    write(repository.path(), &[("a/a.kedge.toml", &plan.replace("checkout", "a"))]);
    let report = Workspace::open(repository.path(), options()).unwrap().report_at("HEAD", true).unwrap();
    assert_eq!(report.findings.len(), 1);
    assert!(report.findings[0].message.contains("5 MB"), "{:?}", report.findings[0].message);
}
