//! Any words as the sentences of a what-if on the example, one a line: an error that points at a word of the sentence, or
//! changes that make an organisation; never a panic.
//!
//! Seeds: `kedge_model::Supposition::EXAMPLES`, one file each.
#![no_main]

use kedge_files::{Loaded, apply, load_folder};
use kedge_model::Date;
use libfuzzer_sys::fuzz_target;
use std::path::Path;
use std::sync::LazyLock;

static HARBOUR: LazyLock<Loaded> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/harbour");
    load_folder(&folder).expect("the example can be read")
});

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let sentences: Vec<&str> = text.lines().take(4).collect();
    let as_of: Date = "2026-10-14".parse().expect("a date");
    match HARBOUR.organisation.suppose(&sentences, as_of) {
        Ok(supposed) => {
            assert_eq!(supposed.suppositions.len(), sentences.len());
            HARBOUR.organisation.with(&supposed.changes).expect("an organisation, as it was while reading");
            let edits = apply(&HARBOUR.sources, &supposed.changes).expect("changes that can be written");
            assert!(edits.iter().all(|edit| edit.before != edit.after));
        }
        Err(error) => {
            assert!(sentences.iter().any(|sentence| sentence.trim() == error.sentence));
            assert!(!error.cause.is_empty());
            if let Some(at) = &error.at {
                assert_eq!(error.sentence.get(at.from..at.to), Some(at.word.as_str()));
            }
        }
    }
});
