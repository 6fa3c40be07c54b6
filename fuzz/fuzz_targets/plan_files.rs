//! Any bytes as any file of the plan language: a clear error or an organisation, never a panic, never half a load.
//!
//! The first byte says which kind of file the rest is. Seeds come from the example:
//! `for f in $(find ../examples -name '*.toml'); do (printf '\3'; cat $f) > corpus/plan_files/$(echo $f | tr / _); done`
#![no_main]

use kedge_files::{SourceText, apply, read};
use kedge_model::{Address, Change, Locate};
use libfuzzer_sys::fuzz_target;

const PATHS: [&str; 7] = [
    "kedge.toml",
    "council.kedge.toml",
    "checkout/team.kedge.toml",
    "checkout/one-tap.kedge.toml",
    "payments/answers.kedge.toml",
    "checkout/data.kedge.toml",
    "payments/proposal.kedge.toml",
];

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, rest)) = bytes.split_first() else { return };
    let path = PATHS[usize::from(*kind) % PATHS.len()];
    let text = String::from_utf8_lossy(rest).into_owned();
    match read(vec![SourceText { path: path.into(), text }], None) {
        Ok(loaded) => {
            let facts = loaded.organisation.facts_in_order();
            for fact in facts.iter().take(5) {
                assert!(loaded.sources.locate(&Address::of(fact.id())).is_some());
            }
            let changes: Vec<Change> = facts.into_iter().map(Change::Put).collect();
            assert_eq!(apply(&loaded.sources, &changes), Ok(Vec::new()));
        }
        Err(failed) => {
            assert!(!failed.findings.is_empty());
            for finding in failed.findings.iter().take(50) {
                assert!(finding.fix.is_some(), "{finding:?}");
                assert!(finding.place(&failed.sources).is_some(), "{finding:?}");
            }
        }
    }
});
