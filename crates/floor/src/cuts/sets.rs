//! Sets of failures: put together, and only the smallest kept.

use super::MOST_CUTS;
use std::collections::{BTreeMap, BTreeSet};

/// A cut set of more failures than this counts as too many.
const LONGEST_CUT: usize = 50;

/// A failure by its number. A set of failures is sorted.
pub(super) type Set = Vec<u32>;

/// Every set of the one with every set of the other, as far as they are of at most `most`; `None` where they are too many.
pub(super) fn product(one: &[Set], other: &[Set], most: usize) -> Option<Vec<Set>> {
    let mut sets = BTreeSet::new();
    for (a, b) in one.iter().flat_map(|a| other.iter().map(move |b| (a, b))) {
        let mut both = [a.as_slice(), b.as_slice()].concat();
        both.sort_unstable();
        both.dedup();
        if both.len() > LONGEST_CUT || sets.len() > MOST_CUTS {
            return None;
        }
        if both.len() <= most {
            sets.insert(both);
        }
    }
    Some(sets.into_iter().collect())
}

/// Only the sets that no other is within.
pub(super) fn minimal(mut sets: Vec<Set>) -> Vec<Set> {
    sets.sort_by(|one, other| one.len().cmp(&other.len()).then_with(|| one.cmp(other)));
    let mut smaller = Tree::default();
    sets.retain(|set| {
        let is_minimal = !smaller.holds_part_of(set);
        if is_minimal {
            smaller.insert(set);
        }
        is_minimal
    });
    sets
}

/// Sorted sets by their beginnings, so that one within another is found without comparing it with all.
#[derive(Default)]
struct Tree {
    ends: bool,
    next: BTreeMap<u32, Tree>,
}

impl Tree {
    fn insert(&mut self, set: &[u32]) {
        match set.split_first() {
            None => self.ends = true,
            Some((first, rest)) => self.next.entry(*first).or_default().insert(rest),
        }
    }

    /// Whether a set that was put in is within this one.
    fn holds_part_of(&self, set: &[u32]) -> bool {
        self.ends
            || set.iter().enumerate().any(|(place, failure)| {
                let next = self.next.get(failure);
                next.is_some_and(|next| next.holds_part_of(set.get(place + 1..).unwrap_or_default()))
            })
    }
}

/// Whether all of a sorted set is in another.
pub(super) fn is_within(part: &Set, whole: &Set) -> bool {
    part.iter().all(|failure| whole.binary_search(failure).is_ok())
}
