//! Harbour: each deliberate fault is named, nothing else is an error, and the printed fixes mend them.
#![allow(clippy::unwrap_used)]

mod support;

use kedge_check::{Report, Reported, Style, human};
use kedge_files::SourceText;
use kedge_model::Severity;
use std::path::Path;
use std::sync::Arc;
use support::check_files;

fn harbour() -> Vec<SourceText> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/harbour"));
    let mut files = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "toml") {
                let text = std::fs::read_to_string(&path).unwrap();
                let path = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
                files.push(SourceText { path, text });
            }
        }
    }
    files
}

/// The faults of the example's README, in its order: the rule, and what the finding is about.
const FAULTS: [(&str, &str); 9] = [
    ("K101", "ask loyalty/ledger-events"),
    ("K102", "ask returns/order-history fallback[1]"),
    ("K105", "ask fulfil/slot-fee asked"),
    ("K106", "ask messages/consent-flag"),
    ("K107", "ask messages/dispatch-event fallback[0]"),
    ("K108", "ask messages/shop-events what"),
    ("K109", "ask catalog/bin-counts gates"),
    ("K016", "outcome messages/parcel-news due"),
    ("K305", "ask search/attribute-feed fallback[0]"),
];

/// What else is true there, and what no line mends: it wants a decision. Also in the example's README.
const DECISIONS: [(&str, &str); 4] = [
    ("K412", "team platform takes-asks"),
    ("K414", "team fulfil rank"),
    ("K502", "dataset catalog/stock-level contract"),
    ("K515", "proposal payments/one-ledger adopters"),
];

/// The rules that need a survey of repositories, which the example does not have.
const NEED_EVIDENCE: [&str; 8] = ["K510", "K512", "K513", "K514", "K603", "K604", "K605", "K606"];

fn not_run(report: &Report) -> Vec<String> {
    report.not_run.iter().map(|rule| rule.code.to_string()).collect()
}

#[test]
fn each_deliberate_fault_is_named_and_nothing_else() {
    let report = check_files(harbour(), false).report;
    let mut found: Vec<(String, String)> = report
        .findings
        .iter()
        .map(|finding| (finding.code.to_string(), finding.about.clone().unwrap_or_default()))
        .collect();
    let mut faults: Vec<(String, String)> = FAULTS
        .iter()
        .chain(&DECISIONS)
        .map(|(code, about)| ((*code).to_owned(), (*about).to_owned()))
        .collect();
    found.sort();
    faults.sort();
    assert_eq!(found, faults);
    assert_eq!(report.summary.errors, 2);
    assert_eq!(report.exit_code(), 1);
    let forecast = ["K103", "K104", "K205", "K206", "K207", "K208"];
    assert_eq!(not_run(&report), [&forecast[..], &NEED_EVIDENCE].concat());
}

#[test]
fn the_forecast_adds_warnings_and_no_errors() {
    let report = check_files(harbour(), true).report;
    assert_eq!(report.summary.errors, 2);
    assert_eq!(not_run(&report), NEED_EVIDENCE);
    let structural = |finding: &&Arc<Reported>| !matches!(finding.code.number(), 103 | 104);
    assert_eq!(report.findings.iter().filter(structural).count(), FAULTS.len() + DECISIONS.len());
}

#[test]
fn the_printed_fixes_mend_it() {
    let mut files = harbour();
    let report = check_files(files.clone(), false).report;
    let is_decision = |finding: &Reported| {
        DECISIONS.contains(&(finding.code.to_string().as_str(), finding.about.as_deref().unwrap_or("")))
    };
    for finding in report.findings.iter().filter(|finding| !is_decision(finding)) {
        apply(&mut files, finding);
    }
    let mended = check_files(files, false).report;
    assert_eq!(mended.findings.iter().filter(|finding| !is_decision(finding)).count(), 0);
    assert_eq!(mended.findings.len(), DECISIONS.len());
    assert_eq!(mended.exit_code(), 0);
}

/// Does with a text editor what the report says: the lines go into the file that the advice names, else into the one
/// that the finding is in.
fn apply(files: &mut [SourceText], finding: &Reported) {
    let fix = finding.fix.as_ref().unwrap();
    let place = finding.place.as_ref().unwrap();
    let first = fix.lines.first().unwrap();
    let team = fix.advice.split_once("among the answers of ").map(|(_, team)| team);
    let file = match team {
        Some(team) => format!("{team}/answers.kedge.toml"),
        None => place.file.to_string(),
    };
    let file = files.iter_mut().find(|source| source.path == file).unwrap();
    let mut lines: Vec<String> = file.text.lines().map(str::to_owned).collect();
    let at = place.line as usize - 1;
    if fix.advice.contains("before it") {
        lines.splice(at..at, fix.lines.iter().cloned());
    } else if first.starts_with('[') {
        lines.extend(fix.lines.iter().cloned());
    } else if lines[at].starts_with('[') {
        lines.splice(at + 1..=at, fix.lines.iter().cloned());
    } else {
        let key = |line: &str| line.split('=').next().unwrap_or("").trim().to_owned();
        assert_eq!(key(&lines[at]), key(first), "the fix is for the line that the finding is at");
        lines.splice(at..=at, fix.lines.iter().cloned());
    }
    file.text = lines.join("\n") + "\n";
}

#[test]
fn the_report_reads_well() {
    let checked = check_files(harbour(), false);
    insta::assert_snapshot!(human(&checked.report, &checked, Style { width: 120, ..Style::default() }));
}

#[test]
fn worst_is_what_decides() {
    let report = check_files(harbour(), false).report;
    assert_eq!(report.worst(), Some(Severity::Error));
    let loyalty = report.for_team(&"loyalty".parse().unwrap());
    assert_eq!(loyalty.summary.errors, 1);
    assert_eq!(loyalty.findings.len(), 2);
    let payments = report.for_team(&"payments".parse().unwrap());
    assert_eq!(payments.findings[0].code.to_string(), "K105");
    assert_eq!(payments.exit_code(), 0);
}
