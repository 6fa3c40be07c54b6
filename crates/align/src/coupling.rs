//! When co-change is coupling.

use kedge_model::CoChange;

/// Fewer joint changes than this say nothing, however unlikely. Our own.
const FEWEST: u32 = 10;

/// Coupling is co-change above chance: so many times what independence would give. Our own.
const LIFT: f64 = 2.0;

/// And so many standard deviations above it: a count of independent changes varies by its root. Our own.
const DEVIATIONS: f64 = 3.0;

/// Whether two parts change together more often than chance explains.
pub fn is_coupled(change: &CoChange) -> bool {
    let together = f64::from(change.together);
    change.together >= FEWEST
        && together >= LIFT * change.expected
        && together - change.expected >= DEVIATIONS * change.expected.sqrt()
}

/// `31 of 412 commits change both, where 9.2 would by chance (3.4 times)`.
pub fn counted_together(change: &CoChange) -> String {
    let lift = change.lift().map_or_else(String::new, |lift| format!(" ({lift:.1} times)"));
    format!(
        "{} of {} commits change both, where {:.1} would by chance{lift}",
        change.together, change.of, change.expected
    )
}
