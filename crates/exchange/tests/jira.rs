//! Exports of Jira, made to its documentation.
#![allow(clippy::unwrap_used)]

mod seen;

use kedge_exchange::jira::{Options, draft};
use kedge_exchange::{DateOrder, SourceFile};
use seen::seen;

const CLOUD: &str = include_str!("data/jira/cloud.csv");
const DATA_CENTER: &str = include_str!("data/jira/data-center.csv");

#[test]
fn an_export_of_cloud() {
    let options = Options { name: "jira".into(), ..Options::default() };
    insta::assert_snapshot!(seen(&draft(&[SourceFile::new("cloud.csv", CLOUD)], &options)));
}

#[test]
fn an_export_of_data_center_with_semicolons_points_and_teams_of_a_column() {
    let options = Options {
        name: "jira".into(),
        days_per_point: Some(0.5),
        team_column: Some("custom field (squad)".into()),
        ..Options::default()
    };
    insta::assert_snapshot!(seen(&draft(&[SourceFile::new("dc.csv", DATA_CENTER)], &options)));
}

#[test]
fn what_is_no_export_says_what_is_missing_and_what_is_there() {
    let found = draft(&[SourceFile::new("a.csv", "Key,Title\nA-1,x\n")], &Options::default());
    assert_eq!(found.changes, []);
    let reason = &found.files_not_taken[0].reason;
    assert_eq!(reason, "has no column `Summary`: it has `Key`, `Title`");
    let options = Options { team_column: Some("Squad".into()), ..Options::default() };
    let found = draft(&[SourceFile::new("a.csv", "Key,Summary,Issue Type\nA-1,x,Task\n")], &options);
    assert!(found.files_not_taken[0].reason.contains("has no column `Squad`"));
}

#[test]
fn dates_whose_order_is_not_known_are_not_guessed() {
    let export = "Key,Summary,Issue Type,Due date\nA-1,x,Epic,03/04/2026\nA-2,y,Epic,05/06/2026\n";
    let due = |options: &Options| {
        let draft = draft(&[SourceFile::new("a.csv", export)], options);
        let outcome = draft.facts().into_iter().find_map(|fact| match fact {
            kedge_model::Fact::Outcome(outcome) => Some(outcome.due),
            _ => None,
        });
        (outcome.unwrap(), draft.fields_not_taken)
    };
    let (none, fields) = due(&Options::default());
    assert_eq!(none, None);
    assert!(fields[0].reason.contains("--dates day-first"), "{fields:?}");
    let (first, _) = due(&Options { dates: Some(DateOrder::DayFirst), ..Options::default() });
    assert_eq!(first.unwrap().to_string(), "2026-04-03");
}

#[test]
fn names_never_lead_out_of_the_folder_and_never_merge() {
    let export = "Key,Summary,Issue Type,Project key\n../../A-1,x,Task,../../etc\nA-2,y,Task,ETC\nA-3,z,Task,council\n";
    let draft = draft(&[SourceFile::new("a.csv", export)], &Options::default());
    let teams: Vec<String> = draft
        .facts()
        .iter()
        .filter_map(|fact| match fact {
            kedge_model::Fact::Team(team) => Some(team.id.to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(teams, ["etc", "etc-2", "council-team"]);
    assert!(draft.notes[0].contains("`../../etc` and `ETC` (now `etc-2`)"), "{:?}", draft.notes);
}
