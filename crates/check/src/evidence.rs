//! Evidence from code, as the rules read it: when co-change is coupling, and how a place is named.

use kedge_model::{CoChange, Evidence};

/// Fewer joint changes than this say nothing, however unlikely. Our own.
const FEWEST: u32 = 10;

/// Coupling is co-change above chance: so many times what independence would give. Our own.
const LIFT: f64 = 2.0;

/// And so many standard deviations above it: a count of independent changes varies by its root. Our own.
const DEVIATIONS: f64 = 3.0;

/// Whether two parts change together more often than chance explains.
pub(crate) fn is_coupled(change: &CoChange) -> bool {
    let together = f64::from(change.together);
    change.together >= FEWEST
        && together >= LIFT * change.expected
        && together - change.expected >= DEVIATIONS * change.expected.sqrt()
}

/// `31 of 412 commits change both, where 9.2 would by chance (3.4 times)`.
pub(crate) fn counted_together(change: &CoChange) -> String {
    let lift = change.lift().map_or_else(String::new, |lift| format!(" ({lift:.1} times)"));
    format!(
        "{} of {} commits change both, where {:.1} would by chance{lift}",
        change.together, change.of, change.expected
    )
}

/// `; for example shop:search/Cargo.toml:14 at 4be1c07`; nothing where no place is given.
pub(crate) fn for_example(shown_by: &[Evidence]) -> String {
    let Some(Evidence { repository, file, line, commit, .. }) = shown_by.first() else {
        return String::new();
    };
    let line = line.map_or_else(String::new, |line| format!(":{line}"));
    format!("; for example {repository}:{file}{line} at {commit}")
}
