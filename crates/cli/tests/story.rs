//! The command as people use it, from outside: the example, a new organisation, recording and undo, bad input.
#![allow(clippy::unwrap_used)]

mod harbour;

use harbour::copy;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

fn kedge_in(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kedge"))
        .args(arguments)
        .current_dir(folder)
        .env("COLUMNS", "100")
        .output()
        .unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[track_caller]
fn fine(folder: &Path, arguments: &[&str]) -> String {
    let output = kedge_in(folder, arguments);
    assert_eq!(output.status.code(), Some(0), "kedge {arguments:?}\n{}{}", out(&output), err(&output));
    out(&output)
}

/// A copy of the example, as its story's day sees it.
struct Harbour(TempDir);

impl Harbour {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/harbour"), folder.path());
        Self(folder)
    }
    fn run(&self, arguments: &[&str]) -> Output {
        let mut all = arguments.to_vec();
        all.extend(["--as-of", "2026-10-14"]);
        kedge_in(self.0.path(), &all)
    }
    #[track_caller]
    fn fine(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(0), "kedge {arguments:?}\n{}{}", out(&output), err(&output));
        out(&output)
    }
    #[track_caller]
    fn json(&self, arguments: &[&str]) -> serde_json::Value {
        let output = self.run(&[arguments, &["--json"]].concat());
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", out(&output)))
    }
    fn text(&self, file: &str) -> String {
        fs::read_to_string(self.0.path().join(file)).unwrap()
    }
}

#[test]
fn check_exits_with_one_and_names_the_place_and_the_fix() {
    let harbour = Harbour::new();
    let output = harbour.run(&["check", "--fast"]);
    assert_eq!(output.status.code(), Some(1));
    let text = out(&output);
    assert!(text.contains("K101") && text.contains("loyalty/points-in-basket.kedge.toml"), "{text}");
    assert!(!text.contains('\u{1b}'), "no colours in a pipe");
    let report = harbour.json(&["check", "--fast"]);
    assert!(
        report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .any(|it| it["code"] == "K101" && it["line"].as_u64() > Some(0))
    );
}

#[test]
fn the_forecast_is_the_same_to_the_byte_on_one_thread_and_two() {
    let harbour = Harbour::new();
    let run = |threads: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_kedge"))
            .args(["forecast", "checkout/one-tap", "--as-of", "2026-10-14", "--trials", "2000", "--json"])
            .current_dir(harbour.0.path())
            .env("RAYON_NUM_THREADS", threads)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", err(&output));
        output.stdout
    };
    assert_eq!(run("1"), run("2"));
}

#[test]
fn a_plan_is_forecast_to_the_precision_asked_for_and_says_what_it_hangs_on() {
    let harbour = Harbour::new();
    let text = harbour.fine(&["forecast", "checkout/one-tap", "--trials", "200", "--precision", "1d"]);
    assert!(
        text.contains("precision: P80 of checkout/one-tap is known to 1 working day either way"),
        "{text}"
    );
    assert!(text.contains("hangs most on"), "{text}");
    assert!(text.contains("whether and when checkout/step-up lands"), "{text}");
    assert!(text.contains("Sampling error, at most: P10 ±"), "{text}");
    assert!(text.contains("dropping it, and what it gates, loses"), "{text}");
    for (arguments, says) in [
        (&["forecast", "checkout/one-tap", "--precision", "2h"][..], "a date is a day"),
        (&["forecast", "checkout/one-tap", "--precision", "fine"], "working time"),
        (&["forecast", "--precision", "1d"], "PLAN"),
    ] {
        let output = harbour.run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(err(&output).contains(says), "{}", err(&output));
    }
}

#[test]
fn every_answer_has_its_json() {
    let harbour = Harbour::new();
    assert_eq!(
        harbour.json(&["forecast", "checkout/one-tap", "--trials", "500"])["plan"],
        "checkout/one-tap"
    );
    assert_eq!(
        harbour.json(&["decide", "reusable-token", "--trials", "500"])["ask"],
        "checkout/reusable-token"
    );
    assert!(!harbour.json(&["next", "--trials", "500"])["items"].as_array().unwrap().is_empty());
    assert!(harbour.json(&["explain", "K101"])["why"].is_string());
    assert!(harbour.json(&["schema", "plan"])["properties"].is_object());
    assert!(!harbour.json(&["forecast", "one-tap", "--replay", "3"]).as_array().unwrap().is_empty());
}

#[test]
fn what_if_shows_what_would_change_and_writes_nothing() {
    let harbour = Harbour::new();
    let before = harbour.text("payments/answers.kedge.toml");
    let suppose = "answer checkout/step-up declined";
    let effect = harbour.json(&["forecast", "checkout/one-tap", "--with", suppose, "--trials", "500"]);
    assert_eq!(effect["suppositions"], serde_json::json!([suppose]));
    assert!(effect["sentence"].as_str().unwrap().starts_with("With checkout/step-up declined by Identity, "));
    assert!(
        effect["trials"].as_u64() > Some(0) && effect["overall"]["difference"]["net"]["error"].is_number()
    );
    let text = harbour.fine(&["forecast", "one-tap", "--with", suppose, "--with", "people checkout 7"]);
    assert!(text.contains("With checkout/step-up declined by Identity and 7 people in Checkout, "), "{text}");
    assert!(text.contains("Nothing was written."), "{text}");
    assert_eq!(harbour.text("payments/answers.kedge.toml"), before);
    let wrong = harbour.run(&["forecast", "--with", "answer checkout/step-up commited by 2026-11-20"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(err(&wrong).contains("word 3 of") && err(&wrong).contains("did you mean `committed`?"));
}

#[test]
fn what_is_recorded_keeps_comments_and_can_be_undone() {
    let harbour = Harbour::new();
    let before = harbour.text("payments/answers.kedge.toml");
    harbour.fine(&[
        "answer",
        "fulfil/slot-fee",
        "committed",
        "--by",
        "2026-11-20",
        "--why",
        "After the token",
    ]);
    let after = harbour.text("payments/answers.kedge.toml");
    assert!(after.contains("fulfil/slot-fee") && after.contains("2026-11-20"), "{after}");
    for line in before.lines() {
        assert!(after.lines().any(|it| it == line), "lost: {line}");
    }
    assert_eq!(harbour.json(&["check", "--fast"])["summary"]["errors"], 2);
    harbour.fine(&["undo"]);
    assert_eq!(harbour.text("payments/answers.kedge.toml"), before);
    let output = harbour.run(&["undo"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn what_cannot_be_is_refused_with_the_way_on() {
    let harbour = Harbour::new();
    for (arguments, hint) in [
        (&["decide", "reusable-tokn"][..], "checkout/reusable-token"),
        (&["answer", "fulfil/slot-fee", "committed"], "--by"),
        (&["forecast", "one-tapp"], "checkout/one-tap"),
        (&["explain", "K999"], "kedge explain"),
        (&["schema", "plam"], "plan"),
        (&["check", "nowhere"], "nowhere"),
    ] {
        let output = harbour.run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", out(&output));
        assert!(err(&output).contains(hint), "{arguments:?}: {}", err(&output));
    }
}

#[test]
fn an_organisation_from_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fine(at, &["init", "acme", "--team", "shop", "--team", "billing"]);
    let acme = at.join("acme");
    fine(&acme, &["new", "team", "depot", "--people", "3", "--kind", "platform"]);
    fine(&acme, &["new", "plan", "shop/autumn", "--period", "2026-Q4"]);
    fine(&acme, &["new", "outcome", "shop/autumn", "faster", "--value", "10k/week", "--due", "2026-12-10"]);
    fine(
        &acme,
        &["new", "work", "shop/autumn", "build", "--for", "faster", "--effort", "3w, rarely over 6w"],
    );
    fine(
        &acme,
        &[
            "new",
            "ask",
            "shop/autumn",
            "invoice",
            "--to",
            "billing",
            "--gates",
            "build",
            "--what",
            "An invoice API",
        ],
    );
    let today = ["--as-of", "2026-10-01"];
    let check = kedge_in(&acme, &[&["check"][..], &today].concat());
    assert_eq!(check.status.code(), Some(1), "an ask without a fallback is an error");
    assert!(out(&check).contains("K101"));
    let stands = |acme: &Path| {
        let all: serde_json::Value = serde_json::from_str(&fine(
            acme,
            &["forecast", "--json", "--trials", "500", "--as-of", "2026-10-01"],
        ))
        .unwrap();
        all["plans"].as_array().map_or(0, Vec::len)
    };
    assert_eq!(stands(&acme), 1);
    fine(
        &acme,
        &["new", "fallback", "shop/invoice", "descope", "--what", "Invoices by post", "--keeps", "60%"],
    );
    fine(&acme, &["asked", "shop/invoice", "--how", "in person", "--on", "2026-10-01"]);
    fine(&acme, &[&["check"][..], &today].concat());
    assert!(fine(&acme, &[&["forecast"][..], &today].concat()).contains("6k of 10k a week stands"));
    let again = kedge_in(at, &["init", "acme"]);
    assert_eq!(again.status.code(), Some(2));
}

#[test]
fn a_teams_folder_means_its_organisation() {
    let harbour = Harbour::new();
    let whole = harbour.json(&["check", "--fast"]);
    assert_eq!(harbour.json(&["check", "checkout", "--fast"])["summary"], whole["summary"]);
}

#[test]
fn a_lone_file_is_enough() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("one-tap.kedge.toml");
    fs::write(
        &file,
        "team = \"checkout\"\n[outcome.one-tap]\ndue = 2026-12-10\n[ask.token]\nto = \"payments\"\nwhat = \"A flag\"\n\
         asked = { on = 2026-10-02 }\ngates = \"one-tap\"\n[[ask.token.fallback]]\nkind = \"descope\"\nkeeps = \"60%\"\n",
    )
    .unwrap();
    let text = fine(folder.path(), &["check", "one-tap.kedge.toml", "--as-of", "2026-10-05"]);
    assert!(text.contains("payments"), "a note says that payments is taken as external: {text}");
    fine(folder.path(), &["forecast", "one-tap.kedge.toml", "--as-of", "2026-10-05"]);
}

#[test]
fn bad_files_give_every_error_and_no_half_answer() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("shop")).unwrap();
    fs::write(folder.path().join("kedge.toml"), "name = \"Acme\"\nstge = \"mature\"\n").unwrap();
    fs::write(folder.path().join("shop/team.kedge.toml"), "team = \"shop\"\nkind = \"stream\"\n").unwrap();
    fs::write(
        folder.path().join("shop/p.kedge.toml"),
        "team = \"shop\"\n[work.a]\neffort = \"3w to 6w\"\nafter = \"b\"\n",
    )
    .unwrap();
    let check = kedge_in(folder.path(), &["check"]);
    assert_eq!(check.status.code(), Some(1));
    let text = out(&check);
    assert!(
        text.contains("kedge.toml:2") && text.contains("stage") && text.contains("rarely over"),
        "{text}"
    );
    let forecast = kedge_in(folder.path(), &["forecast"]);
    assert_eq!(forecast.status.code(), Some(2));
    assert!(out(&forecast).is_empty());
}

#[test]
fn a_pipe_closed_early_ends_in_silence() {
    use std::process::Stdio;
    let mut child = Command::new(env!("CARGO_BIN_EXE_kedge"))
        .args(["explain"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// What the README shows is what the command prints: every line of its console blocks but `…`.
#[test]
fn the_readme_shows_what_is_printed() {
    let readme =
        fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../README.md")).unwrap();
    let harbour = Harbour::new();
    let mut compared = 0;
    for block in readme.split("```console\n").skip(1).map(|rest| rest.split("```").next().unwrap()) {
        let mut printed = String::new();
        for line in block.lines().filter(|line| *line != "…") {
            if let Some(command) = line.strip_prefix("$ kedge ") {
                let output = kedge_in(harbour.0.path(), &command.split(' ').collect::<Vec<_>>());
                assert_ne!(output.status.code(), Some(2), "{command}: {}", err(&output));
                printed = out(&output);
            } else {
                let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
                assert!(
                    printed.lines().any(|it| squeezed(it) == squeezed(line)),
                    "not printed: {line}\n{printed}"
                );
                compared += 1;
            }
        }
    }
    assert!(compared > 15, "only {compared} lines compared");
}
