//! Any text as an export of Jira: a draft that makes an organisation, and everything else with its reason; never a panic.
//!
//! Seeds: `mkdir -p corpus/import_jira; cp ../crates/exchange/tests/data/jira/* corpus/import_jira/`
#![no_main]

mod draft;

use kedge_exchange::{DateOrder, SourceFile, jira};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for options in [
        jira::Options::default(),
        jira::Options {
            days_per_point: Some(0.5),
            dates: Some(DateOrder::MonthFirst),
            team_column: Some("Custom field (Squad)".into()),
            ..jira::Options::default()
        },
    ] {
        draft::holds(text, |text| jira::draft(&[SourceFile::new("a.csv", text)], &options));
    }
});
