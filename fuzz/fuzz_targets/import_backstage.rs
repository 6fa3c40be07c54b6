//! Any text as a catalogue of Backstage: a draft that makes an organisation, and everything else with its reason; never a panic.
//!
//! Seeds: `mkdir -p corpus/import_backstage; cp ../crates/exchange/tests/data/backstage/* corpus/import_backstage/`
#![no_main]

mod draft;

use kedge_exchange::{SourceFile, backstage};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let options = backstage::Options { repository: "repo".parse().ok() };
    draft::holds(text, |text| backstage::draft(&[SourceFile::new("a/catalog-info.yaml", text)], &options));
});
