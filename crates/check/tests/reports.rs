//! What reports promise to their readers: fingerprints that stay, findings at a spot, only what is new, and text that cannot
//! break out of its format.
#![allow(clippy::unwrap_used)]

mod support;

use kedge_check::{Report, Within, fingerprints, github, json, junit, sarif};
use kedge_files::SourceText;
use std::path::Path;
use support::{check_files, check_text};

fn harbour() -> Vec<SourceText> {
    support::folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/harbour"))
}

fn names(report: &Report) -> Vec<String> {
    let mut names = fingerprints(report.findings.iter().map(AsRef::as_ref));
    names.sort();
    names
}

/// The same files with lines put in everywhere that a line may be put in.
fn moved(files: &[SourceText]) -> Vec<SourceText> {
    let moved = files.iter().map(|file| {
        let mut text = String::from("# A line more.\n\n");
        for line in file.text.lines() {
            if line.starts_with('[') {
                text.push_str("\n# Another.\n");
            }
            text.push_str(line);
            text.push('\n');
        }
        SourceText { path: file.path.clone(), text }
    });
    moved.collect()
}

#[test]
fn fingerprints_stay_when_lines_move_and_days_pass() {
    let before = check_files(harbour(), false).report;
    let after = check_files(moved(&harbour()), false).report;
    assert!(before.findings.len() > 5);
    let lines = |report: &Report| -> Vec<u32> {
        report.findings.iter().filter_map(|it| it.place.as_ref()).map(|it| it.line).collect()
    };
    assert_ne!(lines(&before), lines(&after), "lines did move");
    assert_eq!(names(&before), names(&after));
    let mut unique = names(&before);
    unique.dedup();
    assert_eq!(unique.len(), before.findings.len(), "no two findings share a name");
    // The message of K105 counts the days of waiting.
    let later = support::check_files_on(harbour(), "2026-10-16");
    let of = |report: &Report, code: u16| {
        let names = fingerprints(report.findings.iter().map(AsRef::as_ref));
        let found = report.findings.iter().zip(names).filter(|(it, _)| it.code.number() == code);
        found.map(|(it, name)| (it.message.clone(), name)).collect::<Vec<_>>()
    };
    let (now, then) = (of(&before, 105), of(&later, 105));
    assert_ne!(now[0].0, then[0].0);
    assert_eq!(now[0].1, then[0].1);
}

#[test]
fn findings_at_a_spot_are_those_whose_place_covers_it() {
    let checked = check_text(&[(
        "checkout/one-tap.kedge.toml",
        "team = \"checkout\"\n\n[outcome.one-tap]\ndue = 2026-12-12\n",
    )]);
    let file = "checkout/one-tap.kedge.toml";
    let at = |line, column| checked.report.at(file, line, column).count();
    assert_eq!(at(4, 7), 1, "the first character of the date");
    assert_eq!(at(4, 17), 1, "just behind its last");
    assert_eq!((at(4, 6), at(4, 18), at(3, 8)), (0, 0, 0));
    assert_eq!(checked.report.at("another.kedge.toml", 4, 7).count(), 0);
    assert_eq!(checked.report.in_file(file).count(), 1);
}

#[test]
fn only_what_a_change_brought_in_is_new() {
    let before = check_files(harbour(), false).report;
    let same = check_files(moved(&harbour()), false).report.since(&before, "main");
    assert_eq!(same.findings.len(), 0);
    let since = same.since.unwrap();
    assert_eq!((since.resolved, since.kept), (0, before.findings.len()));
    let mut files = harbour();
    let plan = files.iter_mut().find(|file| file.path == "checkout/one-tap.kedge.toml").unwrap();
    plan.text = plan.text.replace("due         = 2026-12-10", "due         = 2026-12-12");
    let after = check_files(files, false).report;
    let brought = after.since(&before, "main");
    assert_eq!(brought.findings.iter().map(|it| it.code.to_string()).collect::<Vec<_>>(), ["K017"]);
    let back = before.since(&after, "main");
    assert_eq!((back.findings.len(), back.since.unwrap().resolved), (0, 1));
    // Plans with errors: no rule ran, so nothing that rules found is resolved.
    let broken =
        check_text(&[("checkout/one-tap.kedge.toml", "team = \"checkout\"\n[work.x]\neffort = 3w\n")]);
    let broken = broken.report.since(&before, "main");
    assert_eq!((broken.findings.len(), broken.since.unwrap().resolved), (1, 0));
}

/// Names and texts with everything in them that the formats use.
fn hostile() -> Report {
    let checked = check_text(&[(
        "checkout/one-tap.kedge.toml",
        "team = \"checkout\"\n\n[outcome.x]\ndue = 2026-12-12\nsilence = { K017 = \"100 %, \\\"why\\\": <no> & ]]>\\n::error::x\" }\n\
         [ask.a]\nto = \"payments\"\nwhat = \"<b>&amp; %0A, 'x': \\\"y\\\"\\n::error file=x::z\"\ngates = \"x\"\n",
    )]);
    checked.report
}

#[test]
fn a_line_of_annotations_is_one_finding() {
    let report = hostile();
    let text = github(&report, Within("a, b/100%"));
    assert_eq!(text.lines().filter(|line| line.starts_with("::")).count(), report.findings.len());
    assert!(text.contains("file=a%2C b/100%25/checkout/one-tap.kedge.toml,"), "{text}");
    let order: Vec<&str> =
        text.lines().filter_map(|line| line.split_once(' ')).map(|(level, _)| level).collect();
    assert!(order.starts_with(&["::error"]), "the heaviest come first: {order:?}");
}

#[test]
fn every_format_is_the_same_from_the_same_plans() {
    let (one, two) = (hostile(), hostile());
    assert_eq!(json(&one), json(&two));
    assert_eq!(sarif(&one, Within("")), sarif(&two, Within("")));
    assert_eq!(junit(&one, Within("")), junit(&two, Within("")));
}
