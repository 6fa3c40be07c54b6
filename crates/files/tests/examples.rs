//! The examples that people read load as they stand.
#![allow(clippy::unwrap_used)]

use kedge_files::{LoadError, SourceText, load_folder, read};
use kedge_model::{Locate, Organisation, Scope, WorkId};
use std::fmt::Write as _;
use std::path::Path;

fn source(path: &str, text: &str) -> SourceText {
    SourceText { path: path.into(), text: text.into() }
}

fn plan() -> SourceText {
    source("checkout/one-tap.kedge.toml", include_str!("design/one-tap.kedge.toml"))
}

#[test]
fn the_first_example_of_the_language_loads_alone() {
    let loaded = read(vec![plan()], None).unwrap();
    let organisation = loaded.organisation;
    assert_eq!(organisation.scope(), Scope::Partial);
    assert_eq!(organisation.work().len(), 2);
    let ask = organisation.asks().next().unwrap();
    assert_eq!(ask.fallbacks.len(), 2);
    assert_eq!(ask.fallbacks[1].id.as_str(), "hack");
    assert_eq!(organisation.plans().next().unwrap().period.unwrap().until().to_string(), "2026-12-31");
}

#[test]
fn the_second_example_answers_the_first() {
    let answers = source("payments/answers.kedge.toml", include_str!("design/answers.kedge.toml"));
    let flag = source("payments/tokens.kedge.toml", "team = \"payments\"\n[work.flag]\neffort = \"1w\"\n");
    let loaded = read(vec![plan(), answers, flag], None).unwrap();
    let log = loaded.organisation.answer_logs().next().unwrap();
    assert_eq!(log.entries.len(), 2);
    assert_eq!(log.to.to_string(), "checkout/reusable-token");
}

#[test]
fn harbour_loads() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/harbour"));
    let loaded = match load_folder(folder) {
        Ok(loaded) => loaded,
        Err(LoadError::Failed(failed)) => {
            let mut said = String::new();
            for finding in &failed.findings {
                let place = finding.place(&failed.sources).map(|place| place.to_string());
                let _ = writeln!(said, "{place:?} {} {} | {:?}", finding.code, finding.message, finding.fix);
            }
            panic!("{said}");
        }
        Err(other) => panic!("{other}"),
    };
    assert_eq!(loaded.organisation.scope(), Scope::Whole);
    assert!(loaded.organisation.teams().len() >= 12);
    assert_eq!(loaded.organisation.broken_references().next(), None);
    let sheet: WorkId = "checkout/sheet".parse().unwrap();
    let at = kedge_model::Address::field(&sheet, "effort");
    let place = loaded.sources.locate(&at).unwrap();
    assert_eq!(&*place.file, "checkout/one-tap.kedge.toml");
    let text = loaded.sources.text(&place.file).unwrap();
    assert_eq!(text.lines().nth(place.line as usize - 1).unwrap(), "effort  = \"3w, rarely over 6w\"");
    assert_eq!(place.column, 11);
}

/// What was known on a day is put together from what is there; it is the same as building it from those facts.
#[test]
fn what_was_known_is_a_whole_organisation() {
    for folder in ["../../examples/harbour", "tests/every-key"] {
        let loaded = load_folder(std::path::Path::new(folder)).unwrap();
        let (mut before, mut compared) = (usize::MAX, 0);
        for day in ["2027-12-31", "2026-10-14", "2026-09-20", "2026-07-01", "2025-01-01"] {
            let known = loaded.organisation.known_on(day.parse().unwrap());
            let facts = known.facts_in_order();
            assert!(facts.len() <= before, "an earlier day knows no more");
            before = facts.len();
            // A rank may name a need that was not there yet: it is passed over, and could not be built from facts.
            let Ok(built) = Organisation::build(known.scope(), facts) else { continue };
            compared += 1;
            let shown = |organisation: &Organisation| {
                // References in logs of which only a part was known are told of the whole log.
                format!("{organisation:?}").split("broken: [").next().unwrap().to_owned()
            };
            assert_eq!(shown(&known), shown(&built), "{folder} on {day}");
        }
        assert!(compared >= 2, "{folder} was hardly compared: {compared}");
        assert!(before < loaded.organisation.facts_in_order().len(), "{folder} has facts of later days");
    }
}
