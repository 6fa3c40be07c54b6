//! Any text as CODEOWNERS of either host: a draft that makes an organisation, and everything else with its reason; never a panic.
//!
//! Seeds: `mkdir -p corpus/import_codeowners; cp ../crates/exchange/tests/data/codeowners/* corpus/import_codeowners/`
#![no_main]

mod draft;

use kedge_exchange::{SourceFile, codeowners};
use libfuzzer_sys::fuzz_target;

/// Whether a pattern is the path of a file, without a sign that means something else.
fn is_path(pattern: &str) -> bool {
    pattern.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/.-_".contains(&byte))
        && !pattern.ends_with('/')
        && !pattern.contains("//")
}

fuzz_target!(|text: &str| {
    for host in [codeowners::Host::GitHub, codeowners::Host::GitLab] {
        let options = codeowners::Options {
            repository: "repo".parse().expect("a name"),
            host: Some(host),
            files: Some(vec!["a/b/c.js".into(), text.into()]),
        };
        draft::holds(text, |text| codeowners::draft(&SourceFile::new("CODEOWNERS", text), &options));
        let owners = codeowners::CodeOwners::read(text, host);
        for rule in owners.rules().iter().filter(|rule| is_path(&rule.pattern)).take(20) {
            assert!(
                owners.matching(&rule.pattern).contains(&rule),
                "{rule:?} matches the file that it names"
            );
        }
    }
});
