//! Any text as OWNERS, OWNERS_ALIASES, sigs.yaml, catalog-info.yaml, triagebot.toml and each of the Rust project's team
//! files: it is read or told of, paths are asked about, and it ends. CODEOWNERS has a target of its own.
#![no_main]

use kedge_survey::ownership::read_as_each;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let first = read_as_each(text, &["a/b/c.go", "README.md", text]);
    assert_eq!(first, read_as_each(text, &["a/b/c.go", "README.md", text]), "the same every time");
});
