//! Any text as CODEOWNERS of either host: a draft that makes an organisation, and everything else with its reason; never a panic.
//!
//! Seeds: `mkdir -p corpus/import_codeowners; cp ../crates/exchange/tests/data/codeowners/* corpus/import_codeowners/`
#![no_main]

mod draft;

use globset::GlobBuilder;
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
        // All together match what each alone matches, by a reader of globs that is not ours. Paths are made of the
        // patterns, so that many match.
        let plain = |pattern: &str| pattern.replace("**", "a/b").replace(['*', '?'], "a").replace('\\', "");
        let rules: Vec<_> = owners.rules().iter().filter(|rule| rule.pattern.len() < 60).take(8).collect();
        for path in rules.iter().map(|rule| plain(&rule.pattern)).chain(["a/b/c.js".to_owned()]) {
            let path = path.trim_matches('/');
            if path.contains("//") {
                continue;
            }
            let together = owners.matching(path);
            for rule in &rules {
                let alone = rule.globs.iter().any(|glob| {
                    let glob = GlobBuilder::new(glob).literal_separator(true).backslash_escape(true).build();
                    glob.expect("what would make a glob wrong is escaped").compile_matcher().is_match(path)
                });
                assert_eq!(together.contains(rule), alone, "{rule:?} and {path:?}");
            }
        }
    }
});
