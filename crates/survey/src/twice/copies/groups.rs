//! From pairs of places to groups of places that are all the same thing.

use super::{Group, Pair, Place};
use crate::twice::Kind;
use std::collections::BTreeMap;

/// Stretches of one file that overlap by at least this share of the shorter are one place. Our own choice.
const OVERLAP: f64 = 0.5;

/// A pair with where its stretches lie among the tokens.
pub(super) struct Found {
    pub(super) pair: Pair,
    /// File and tokens of both.
    pub(super) stretches: [(usize, std::ops::Range<usize>); 2],
}

/// Joins pairs of one kind that share a place, those groups first that repeat most. `place` tells of a stretch of a file where it is.
pub(super) fn join(
    kind: Kind,
    found: Vec<Found>,
    place: impl Fn(usize, &std::ops::Range<usize>) -> Place,
) -> Vec<Group> {
    // Stretch `2 n` and `2 n + 1` are those of pair `n`.
    let stretches: Vec<&(usize, std::ops::Range<usize>)> =
        found.iter().flat_map(|found| &found.stretches).collect();
    let mut root: Vec<usize> = (0..stretches.len()).collect();
    for pair in 0..found.len() {
        unite(&mut root, 2 * pair, 2 * pair + 1);
    }
    let mut order: Vec<usize> = (0..stretches.len()).collect();
    order.sort_by_key(|at| (stretches[*at].0, stretches[*at].1.start, stretches[*at].1.end, *at));
    for (from, first) in order.iter().enumerate() {
        let (file, one) = stretches[*first];
        for second in &order[from + 1..] {
            let (other, two) = stretches[*second];
            if other != file || two.start >= one.end {
                break;
            }
            let shared = one.end.min(two.end) - two.start;
            if shared as f64 >= OVERLAP * one.len().min(two.len()) as f64 {
                unite(&mut root, *first, *second);
            }
        }
    }
    let mut joined: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for pair in 0..found.len() {
        joined.entry(find(&mut root, 2 * pair)).or_default().push(pair);
    }
    // Per group and file the stretches, those that overlap joined.
    let mut places: BTreeMap<usize, Vec<(usize, std::ops::Range<usize>)>> = BTreeMap::new();
    for at in order {
        let (file, stretch) = stretches[at].clone();
        let group = places.entry(find(&mut root, at)).or_default();
        match group.last_mut() {
            Some((last, range)) if *last == file && stretch.start < range.end => {
                range.end = range.end.max(stretch.end);
            }
            _ => group.push((file, stretch)),
        }
    }
    let mut pairs: Vec<Option<Pair>> = found.into_iter().map(|found| Some(found.pair)).collect();
    let mut groups: Vec<Group> = joined
        .into_iter()
        .map(|(root, members)| {
            let mut pairs: Vec<Pair> = members.into_iter().filter_map(|pair| pairs[pair].take()).collect();
            pairs.sort_by(|a, b| {
                b.common.cmp(&a.common).then_with(|| (&a.left, &a.right).cmp(&(&b.left, &b.right)))
            });
            let mut places: Vec<Place> = places
                .remove(&root)
                .unwrap_or_default()
                .iter()
                .map(|(file, stretch)| place(*file, stretch))
                .collect();
            places.sort();
            let all: usize = places.iter().map(|place| place.tokens).sum();
            let largest = places.iter().map(|place| place.tokens).max().unwrap_or_default();
            let mut owners: Vec<String> = places.iter().flat_map(|place| place.owners.clone()).collect();
            owners.sort();
            owners.dedup();
            Group { kind, repeated: all - largest, owners, places, pairs }
        })
        .collect();
    groups.sort_by(|a, b| (usize::MAX - a.repeated, &a.places).cmp(&(usize::MAX - b.repeated, &b.places)));
    groups
}

fn find(root: &mut [usize], mut at: usize) -> usize {
    while root[at] != at {
        root[at] = root[root[at]];
        at = root[at];
    }
    at
}

fn unite(root: &mut [usize], one: usize, other: usize) {
    let (one, other) = (find(root, one), find(root, other));
    let (low, high) = (one.min(other), one.max(other));
    root[high] = low;
}
