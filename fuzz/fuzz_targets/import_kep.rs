//! Any text as an enhancement and as the list of groups: a draft that makes an organisation, and everything else with its reason; never a panic.
//!
//! Seeds: `mkdir -p corpus/import_kep; cp ../crates/exchange/tests/data/kep/sigs.yaml ../crates/exchange/tests/data/kep/keps/*/*/kep.yaml corpus/import_kep/`
#![no_main]

mod draft;

use kedge_exchange::{SourceFile, kep};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = kep::releases(text);
    let releases = kep::releases("version,date\nv1.33,2025-04-23\nv1.34,2025-08-27\n").expect("two releases");
    let options = kep::Options { releases, ..kep::Options::default() };
    draft::holds(text, |text| {
        // One text is the files of several enhancements, and each may be the groups.
        let parts: Vec<&str> = text.split("\n---\n").take(5).collect();
        let keps: Vec<SourceFile> = (1..)
            .zip(&parts)
            .map(|(number, part)| SourceFile::new(format!("sig-a/{number}-x/kep.yaml"), *part))
            .collect();
        let groups = SourceFile::new("sigs.yaml", parts.last().copied().unwrap_or_default());
        kep::draft(&keps, Some(&groups), &options)
    });
});
