//! Any text as CODEOWNERS of either host: a draft that makes an organisation, and everything else with its reason; never a panic.
//!
//! Seeds: `mkdir -p corpus/import_codeowners; cp ../crates/exchange/tests/data/codeowners/* corpus/import_codeowners/`
#![no_main]

mod draft;

use kedge_exchange::{SourceFile, codeowners};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for host in [codeowners::Host::GitHub, codeowners::Host::GitLab] {
        let options = codeowners::Options {
            repository: "repo".parse().expect("a name"),
            host: Some(host),
            files: Some(vec!["a/b/c.js".into(), text.into()]),
        };
        draft::holds(&codeowners::draft(&SourceFile::new("CODEOWNERS", text), &options));
    }
});
