//! Every rule is tested by its own examples, and its documentation is what is published.
#![allow(clippy::unwrap_used)]

mod support;

use kedge_check::{RULES, explain, explain_markdown, rules_markdown};
use kedge_model::{Code, codes};
use support::{Checked, check_sheets, check_text};

/// A lone file names teams that have none: that is noted beside whatever else is found there.
const ASSUMED_TEAM: Code = Code::new(18);

fn codes_of(checked: &Checked, besides: Code) -> Vec<Code> {
    let mut codes: Vec<Code> = checked.report.findings.iter().map(|finding| finding.code).collect();
    codes.retain(|code| *code != ASSUMED_TEAM || *code == besides);
    codes.dedup();
    codes
}

#[test]
fn the_failing_example_gives_exactly_its_code_and_the_passing_one_nothing() {
    let mut wrong = Vec::new();
    for rule in RULES {
        let doc = &rule.doc;
        if !doc.failing.is_empty() {
            let failing = check_sheets(doc, doc.failing);
            if codes_of(&failing, doc.code) != [doc.code] {
                wrong.push(format!("{} fails with {:#?}", doc.code, failing.report.findings));
            }
        }
        let passing = check_sheets(doc, doc.passing);
        if !codes_of(&passing, doc.code).is_empty() {
            wrong.push(format!("{} passes with {:#?}", doc.code, passing.report.findings));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_finding_has_its_rule_s_severity_a_place_and_a_fix() {
    for rule in RULES {
        let doc = &rule.doc;
        let checked = check_sheets(doc, doc.failing);
        for finding in checked.report.findings.iter().filter(|finding| finding.code == doc.code) {
            assert_eq!(finding.severity, doc.severity, "{}", doc.code);
            assert!(finding.place.is_some(), "{} has no place: {finding:#?}", doc.code);
            assert!(finding.fix.is_some(), "{} has no fix", doc.code);
            assert!(finding.team.is_some(), "{} is nobody's", doc.code);
        }
    }
}

#[test]
fn what_is_no_text_is_unreadable() {
    let checked = check_text(&[("checkout/one-tap.kedge.toml", "team = \"checkout\"\0\n")]);
    assert_eq!(codes_of(&checked, codes::UNREADABLE), [codes::UNREADABLE]);
}

#[test]
fn the_table_is_in_order_and_whole() {
    assert!(RULES.windows(2).all(|pair| pair[0].doc.code < pair[1].doc.code));
    for number in 1..=14 {
        assert!(explain(Code::new(number)).is_some(), "K{number:03} is raised and not explained");
    }
    assert_eq!(explain(Code::new(999)), None);
    let names: std::collections::BTreeSet<_> = RULES.iter().map(|rule| rule.doc.name).collect();
    assert_eq!(names.len(), RULES.len());
}

#[test]
fn explain_reads_well() {
    insta::assert_snapshot!(explain_markdown(Code::new(101)).unwrap());
}

#[test]
fn the_page_of_rules_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/rules.md");
    if std::env::var_os("KEDGE_WRITE_DOCS").is_some() {
        std::fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs")).unwrap();
        std::fs::write(path, rules_markdown()).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        written == rules_markdown(),
        "docs/rules.md is stale: KEDGE_WRITE_DOCS=1 cargo test -p kedge-check writes it anew"
    );
}
