//! How often each rule fires on the example, on an organisation that does everything rightly, and on an import of each
//! format.
#![allow(clippy::unwrap_used)]

mod inputs;

use inputs::imports::{IMPORTS, Import};
use inputs::{clean, harbour, report_on_texts, table};
use kedge_check::{NotRun, Report};
use std::collections::BTreeSet;
use std::fmt::Write as _;

#[test]
fn each_rule_on_the_example_and_on_an_organisation_that_does_it_rightly() {
    let harbour = report_on_texts(harbour(), "2026-10-14".parse().unwrap());
    let clean = report_on_texts(clean::organisation(), clean::AS_OF.parse().unwrap());
    let found: Vec<String> = clean
        .findings
        .iter()
        .map(|finding| {
            format!("{} {} [{}]", finding.code, finding.message, finding.about.as_deref().unwrap_or(""))
        })
        .collect();
    let without_code = |rule: &NotRun| rule.needs.iter().all(|need| need.word() == "evidence");
    assert!(
        clean.not_run.iter().all(without_code),
        "all but evidence from code is there: {:#?}",
        clean.not_run
    );
    assert!(found.is_empty(), "a rule is wrong, or the organisation is:\n{}", found.join("\n"));
    insta::assert_snapshot!(table(&[("harbour", &harbour), ("clean", &clean)]));
}

#[test]
fn each_rule_on_an_import_of_each_format() {
    let reports: Vec<Report> = IMPORTS.iter().map(Import::report).collect();
    let columns: Vec<(&str, &Report)> = IMPORTS.iter().map(|import| import.short).zip(&reports).collect();
    let mut seen = String::new();
    for (import, report) in IMPORTS.iter().zip(&reports) {
        let _ = writeln!(seen, "{}: {}", import.short, import.from);
        for finding in &report.findings {
            let _ = writeln!(seen, "    {} {}", finding.code, finding.message);
        }
    }
    insta::assert_snapshot!(format!("{}\n{seen}", table(&columns)));
}

#[test]
fn the_organisation_uses_what_the_rules_read() {
    let organisation = kedge_files::read(clean::organisation(), None).unwrap().organisation;
    let known = organisation.known_on(clean::AS_OF.parse().unwrap());
    assert_eq!(known.teams().count(), 41);
    assert_eq!(known.asks().count(), 31);
    let states: BTreeSet<&str> = known.asks().map(|ask| known.ask_state(ask).word()).collect();
    assert_eq!(states, BTreeSet::from(["committed", "considering", "declined", "landed"]));
    let ledger = kedge_decide::ledger(&organisation, clean::AS_OF.parse().unwrap());
    assert!(ledger.hacks.iter().all(|hack| hack.migrate.is_some() && hack.expires.is_some()));
    let numbers = [
        ("live hacks", ledger.hacks.len()),
        (
            "away teams",
            known.asks().flat_map(|ask| &ask.fallbacks).filter(|it| it.kind.word() == "away-team").count(),
        ),
        ("datasets", known.datasets().count()),
        ("contracts signed by two", known.signature_logs().count()),
        ("loans", known.teams().map(|team| team.loans.len()).sum()),
        ("values confirmed", known.confirmation_logs().count()),
        ("initiatives", known.initiatives().count()),
        ("proposals", known.proposals().count()),
    ];
    for (what, number) in numbers {
        assert!(number > 0, "no {what}");
    }
}
