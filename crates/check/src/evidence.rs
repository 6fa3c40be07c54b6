//! Evidence from code, as the rules read it: when co-change is coupling is align's to say; here is how a place is named.

pub(crate) use kedge_align::coupling::{counted_together, is_coupled};
use kedge_model::Evidence;

/// `; for example shop:search/Cargo.toml:14 at 4be1c07`; nothing where no place is given.
pub(crate) fn for_example(shown_by: &[Evidence]) -> String {
    let Some(Evidence { repository, file, line, commit, .. }) = shown_by.first() else {
        return String::new();
    };
    let line = line.map_or_else(String::new, |line| format!(":{line}"));
    format!("; for example {repository}:{file}{line} at {commit}")
}
