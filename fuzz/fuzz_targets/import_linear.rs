//! Any text as an export of Linear: a draft that makes an organisation, and everything else with its reason; never a panic.
//!
//! Seeds: `mkdir -p corpus/import_linear; cp ../crates/exchange/tests/data/linear/* corpus/import_linear/`
#![no_main]

mod draft;

use kedge_exchange::{SourceFile, linear};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let options = linear::Options { days_per_point: Some(1.0), ..linear::Options::default() };
    draft::holds(text, |text| linear::draft(&[SourceFile::new("a.csv", text)], &options));
});
