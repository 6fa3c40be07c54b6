//! Any text as issues of GitHub: a draft that makes an organisation, and everything else with its reason; never a panic.
//!
//! Seeds: `mkdir -p corpus/import_github; cp ../crates/exchange/tests/data/github/* corpus/import_github/`
#![no_main]

mod draft;

use kedge_exchange::{SourceFile, github};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let source = [SourceFile::new("a.json", text)];
    let drafts = [None, Some("team/".to_owned())].map(|team_label| {
        let options =
            github::Options { team_label, repository: Some("o/r".into()), ..github::Options::default() };
        github::draft(&source, &options)
    });
    // The teams are the repositories one week and what labels say the other.
    draft::follow(&drafts);
    draft::follow(drafts.iter().rev());
});
