//! The example organisation as other formats, as people will see them.
#![allow(clippy::unwrap_used)]

use kedge_exchange::export::{View, csv::Table};
use kedge_workspace::{Answers, AsOf, Format, Options, Workspace};
use std::path::Path;
use std::sync::Arc;

fn harbour() -> Arc<Answers> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/harbour");
    let options =
        Options { as_of: AsOf::On("2026-10-14".parse().unwrap()), trials: Some(1000), ..Options::default() };
    Workspace::open(&folder, options).unwrap().snapshot().answers.unwrap()
}

fn export(format: Format, view: &View, forecast: bool) -> String {
    harbour().export(format, view, forecast).unwrap().replace("\r\n", "\n")
}

fn one_tap() -> View {
    View::Plan("checkout/one-tap".parse().unwrap())
}

#[test]
fn the_hacks_as_a_table() {
    insta::assert_snapshot!(export(Format::Csv(Table::Hacks), &View::Whole, false));
}

#[test]
fn a_plans_asks_as_a_table() {
    insta::assert_snapshot!(export(Format::Csv(Table::Asks), &one_tap(), false));
}

#[test]
fn who_waits_for_whom_as_a_flowchart() {
    insta::assert_snapshot!(export(Format::Mermaid, &View::Whole, false));
}

#[test]
fn who_waits_for_whom_for_graphviz() {
    insta::assert_snapshot!(export(Format::Dot, &View::Team("checkout".parse().unwrap()), false));
}

#[test]
fn a_plan_as_a_page() {
    insta::assert_snapshot!(export(Format::Markdown, &one_tap(), true));
}

#[test]
fn a_plan_as_a_calendar() {
    insta::assert_snapshot!(export(Format::ICalendar, &one_tap(), true));
}

#[test]
fn the_json_envelope_says_what_it_is_and_keeps_odds_to_the_teams() {
    fn read(view: &View) -> serde_json::Value {
        serde_json::from_str(&export(Format::Json, view, true)).unwrap()
    }
    let whole = read(&View::Whole);
    assert_eq!(whole["kedge"], "export");
    assert_eq!(whole["version"], 1);
    assert_eq!(
        (&whole["organisation"], &whole["as_of"], &whole["view"]),
        (&"Harbour".into(), &"2026-10-14".into(), &"whole".into())
    );
    assert!(whole["facts"].as_array().unwrap().len() > 100);
    let text = whole.to_string();
    for odds in ["taken_up", "by_wanted", "lands_by", "by_needed", "\"lands\"", "\"record\""] {
        assert!(!text.contains(odds), "{odds} is told to everybody");
    }
    let plan = read(&one_tap());
    assert_eq!(plan["forecast"].as_array().unwrap().len(), 1);
    assert!(plan.to_string().contains("by_wanted"));
    assert!(
        read(&View::Team("payments".parse().unwrap()))["standing"]["asks"]
            .to_string()
            .contains("checkout/reusable-token")
    );
}
