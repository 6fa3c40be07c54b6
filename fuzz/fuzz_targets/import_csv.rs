//! Any text as a mapping file, and as a table that a mapping is for: a draft that makes an organisation, and everything else with its reason; never a panic.
//!
//! Seeds: `mkdir -p corpus/import_csv; cp ../crates/exchange/tests/data/mapped/* corpus/import_csv/`
#![no_main]

mod draft;

use kedge_exchange::{SourceFile, mapped};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = mapped::Mapping::read(text);
    let mapping = include_str!("../../crates/exchange/tests/data/mapped/roadmap.toml");
    let mapping = mapped::Mapping::read(mapping).expect("the mapping of the tests");
    draft::holds(text, |text| mapped::draft(&[SourceFile::new("a.csv", text)], &mapping, "fuzz"));
});
