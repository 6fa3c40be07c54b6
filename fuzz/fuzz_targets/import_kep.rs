//! Any text as an enhancement and as the list of groups: a draft that makes an organisation, and everything else with its reason; never a panic.
//!
//! Seeds: `mkdir -p corpus/import_kep; cp ../crates/exchange/tests/data/kep/sigs.yaml ../crates/exchange/tests/data/kep/keps/*/*/kep.yaml corpus/import_kep/`
#![no_main]

mod draft;

use kedge_exchange::{SourceFile, kep};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let releases = kep::releases(text).unwrap_or_default();
    let groups = SourceFile::new("sigs.yaml", text);
    let options = kep::Options { releases, ..kep::Options::default() };
    draft::holds(&kep::draft(&[SourceFile::new("sig-a/1-x/kep.yaml", text)], Some(&groups), &options));
});
