//! Any text as a goal of the Rust project and as a team of it: a draft that makes an organisation, and everything else with its reason; never a panic.
//!
//! Seeds: `mkdir -p corpus/import_rust_goals; cp GOALS/*.md corpus/import_rust_goals/`
#![no_main]

mod draft;

use kedge_exchange::{SourceFile, rust_goals};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    draft::holds(text, |text| {
        let goals = [SourceFile::new("2026/a.md", text), SourceFile::new("2025h2/b.md", text)];
        let teams = [
            SourceFile::new("teams/a.toml", text),
            SourceFile::new("teams/cargo.toml", "name = \"cargo\"\n[people]\nmembers = [\"mira\"]\n"),
            SourceFile::new(
                "teams/lang.toml",
                "name = \"lang\"\nrfcbot = { label = \"T-lang\" }\n[people]\n",
            ),
        ];
        rust_goals::draft(&goals, &teams)
    });
});
