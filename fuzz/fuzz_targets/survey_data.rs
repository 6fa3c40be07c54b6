//! Any text as SQL and as code of every language that is read: never a panic, and every line is one of the file.
//!
//! Seeds: `mkdir -p corpus/survey_data; cp ../crates/survey/src/data/*/*.rs corpus/survey_data/`
#![no_main]

use kedge_survey::data::{Options, Source, survey};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let lines = text.split('\n').count();
    for end in ["sql", "cs", "java", "kt", "py", "rb", "go", "ts", "rs", "php", "prisma"] {
        let path = format!("a.{end}");
        let found = survey([Source { path: &path, text }], &Options::default());
        for object in &found.objects {
            for one in
                object.writers.iter().chain(&object.readers).chain(&object.definitions).chain(&object.callers)
            {
                assert!(one.line >= 1 && one.line as usize <= lines, "{one:?} of {lines} lines");
            }
        }
    }
});
