//! Any text as contracts of the Open Data Contract Standard: a draft that makes an organisation, and everything else with its reason; never
//! a panic.
//!
//! Seeds: `mkdir -p corpus/import_odcs; cp ../crates/exchange/tests/data/odcs/*.yaml corpus/import_odcs/`
#![no_main]

mod draft;

use kedge_exchange::{SourceFile, odcs};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    draft::holds(text, |text| {
        let options = odcs::Options { team: Some("desk".parse().expect("a name")), roles_are_teams: true };
        odcs::draft(&[SourceFile::new("one.odcs.yaml", text)], &options)
    });
});
