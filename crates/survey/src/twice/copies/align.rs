//! Two sources side by side: from fingerprints in common to stretches that are nearly the same, token by token.

use super::fingerprints::{Fingerprint, RUN, runs};
use super::tokens::{NAME, NUMBER, STRING, Tokens};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Between two exact stretches at most so many tokens may differ, on each side. Our own choice.
const GAP: usize = 30;

/// A fingerprint that one source has more often than this is no anchor: what repeats itself anchors everywhere.
const REPEATS: usize = 4;

/// So many exact stretches of a pair are looked at, the longest first.
const STRETCHES: usize = 2_000;

/// Runs of so many tokens tell whether a stretch only repeats itself.
const PHRASE: usize = 8;

/// A stretch must have so many phrases that differ, as a share of the fewest tokens of a find: lists of fields and tables of
/// values repeat a few phrases over and over. Our own choice.
const FRESH: f64 = 0.75;

/// A stretch of one source and one of another that are nearly the same.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Alike {
    pub(super) left: Range<usize>,
    pub(super) right: Range<usize>,
    /// Tokens in common, where names count that are renamed the same way throughout.
    pub(super) common: usize,
    /// Names and literals among the aligned tokens.
    pub(super) named: usize,
    /// Those of them that are the same, letter by letter.
    pub(super) verbatim: usize,
}

impl Alike {
    /// Share of the tokens of both that they have in common, 0 to 1 (Dice 1945).
    pub(super) fn similarity(&self) -> f64 {
        2.0 * self.common as f64 / (self.left.len() + self.right.len()) as f64
    }
}

/// An exact stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Exact {
    left: usize,
    right: usize,
    len: usize,
}

/// All stretches of at least so many tokens in common that are at least that similar, the longest exact anchors first.
pub(super) fn alike(
    (left, left_prints): (&Tokens, &[Fingerprint]),
    (right, right_prints): (&Tokens, &[Fingerprint]),
    least: usize,
    similarity: f64,
) -> Vec<Alike> {
    // Which is which must not matter: the order is by contents.
    if left.symbols > right.symbols {
        let mut found = alike((right, right_prints), (left, left_prints), least, similarity);
        for alike in &mut found {
            std::mem::swap(&mut alike.left, &mut alike.right);
        }
        return found;
    }
    let mut exact = exact_stretches(left, left_prints, right, right_prints);
    exact.sort_unstable_by_key(|exact| (usize::MAX - exact.len, exact.left, exact.right));
    exact.truncate(STRETCHES);
    let mut used = vec![false; exact.len()];
    let mut found: Vec<Alike> = Vec::new();
    for anchor in 0..exact.len() {
        let overlaps = |alike: &Alike| {
            let exact = exact[anchor];
            touches(&alike.left, &(exact.left..exact.left + exact.len))
                && touches(&alike.right, &(exact.right..exact.right + exact.len))
        };
        if used[anchor] || found.iter().any(overlaps) {
            continue;
        }
        let chain = chain(anchor, &exact, &mut used);
        if let Some(alike) = judge(left, right, &chain)
            && alike.common >= least
            && alike.similarity() >= similarity
            && is_fresh(left, &alike.left, least)
            && is_fresh(right, &alike.right, least)
        {
            found.push(alike);
        }
    }
    found
}

fn touches(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}

/// Grows each fingerprint in common as far as the symbols agree.
fn exact_stretches(
    left: &Tokens,
    left_prints: &[Fingerprint],
    right: &Tokens,
    right_prints: &[Fingerprint],
) -> Vec<Exact> {
    let mut seeds: Vec<(i64, usize, usize)> = Vec::new();
    let (mut one, mut two) = (left_prints, right_prints);
    while let (Some(first), Some(second)) = (one.first(), two.first()) {
        let count = |prints: &[Fingerprint], digest| prints.partition_point(|print| print.digest <= digest);
        match first.digest.cmp(&second.digest) {
            Ordering::Less => one = &one[1..],
            Ordering::Greater => two = &two[1..],
            Ordering::Equal => {
                let (ones, twos) = (count(one, first.digest), count(two, first.digest));
                if ones <= REPEATS && twos <= REPEATS {
                    for a in &one[..ones] {
                        for b in &two[..twos] {
                            seeds.push((i64::from(b.at) - i64::from(a.at), a.at as usize, b.at as usize));
                        }
                    }
                }
                (one, two) = (&one[ones..], &two[twos..]);
            }
        }
    }
    seeds.sort_unstable();
    let mut exact = Vec::new();
    let mut last = (i64::MIN, 0);
    for (diagonal, a, b) in seeds {
        if last.0 == diagonal && a < last.1 {
            continue;
        }
        let (one, two) = (&left.symbols, &right.symbols);
        let before = one[..a].iter().rev().zip(two[..b].iter().rev()).take_while(|(x, y)| x == y).count();
        let after = one[a..].iter().zip(&two[b..]).take_while(|(x, y)| x == y).count();
        // Two digests may agree by chance.
        if after >= RUN {
            exact.push(Exact { left: a - before, right: b - before, len: before + after });
            last = (diagonal, a + after);
        }
    }
    exact
}

/// The anchor with the exact stretches before and behind it that are near enough, in order; all of them are used then.
fn chain(anchor: usize, exact: &[Exact], used: &mut [bool]) -> Vec<Exact> {
    let mut chain = vec![exact[anchor]];
    used[anchor] = true;
    loop {
        let last = chain[chain.len() - 1];
        let (end_left, end_right) = (last.left + last.len, last.right + last.len);
        let next = exact.iter().enumerate().filter(|(at, _)| !used[*at]).filter_map(|(at, next)| {
            // What overlaps is cut off.
            let cut = end_left.saturating_sub(next.left).max(end_right.saturating_sub(next.right));
            let rest = Exact {
                left: next.left + cut,
                right: next.right + cut,
                len: next.len.checked_sub(cut).filter(|len| *len >= PHRASE)?,
            };
            let gaps = (rest.left - end_left, rest.right - end_right);
            (gaps.0 <= GAP && gaps.1 <= GAP).then_some((gaps.0 + gaps.1, at, rest))
        });
        let Some((_, at, rest)) = next.min_by_key(|(gap, at, _)| (*gap, *at)) else { break };
        used[at] = true;
        chain.push(rest);
    }
    loop {
        let first = chain[0];
        let before = exact.iter().enumerate().filter(|(at, _)| !used[*at]).filter_map(|(at, before)| {
            let (end_left, end_right) = (before.left + before.len, before.right + before.len);
            let cut = end_left.saturating_sub(first.left).max(end_right.saturating_sub(first.right));
            let len = before.len.checked_sub(cut).filter(|len| *len >= PHRASE)?;
            let rest = Exact { len, ..*before };
            let gaps = (first.left - rest.left - len, first.right - rest.right - len);
            (gaps.0 <= GAP && gaps.1 <= GAP).then_some((gaps.0 + gaps.1, at, rest))
        });
        let Some((_, at, rest)) = before.min_by_key(|(gap, at, _)| (*gap, *at)) else { break };
        used[at] = true;
        chain.insert(0, rest);
    }
    chain
}

/// Counts what a chain has in common.
fn judge(left: &Tokens, right: &Tokens, chain: &[Exact]) -> Option<Alike> {
    let (first, last) = (chain.first()?, chain.last()?);
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    let mut end = (first.left, first.right);
    for exact in chain {
        subsequence(left, end.0..exact.left, right, end.1..exact.right, &mut pairs);
        pairs.extend((0..exact.len).map(|at| (exact.left + at, exact.right + at)));
        end = (exact.left + exact.len, exact.right + exact.len);
    }
    // Names: each of one side stands for at most one of the other, those first that go together most often, then those
    // that come first; never by what they are called, so that renaming changes nothing.
    let mut together: BTreeMap<(u32, u32), (usize, usize)> = BTreeMap::new();
    let (mut common, mut named, mut verbatim) = (0, 0, 0);
    for (a, b) in pairs {
        let (symbol, called) = (left.symbols[a], (left.names[a], right.names[b]));
        if symbol == NAME {
            together.entry(called).or_insert((0, a)).0 += 1;
        } else {
            common += 1;
        }
        if matches!(symbol, NAME | NUMBER | STRING) {
            named += 1;
            verbatim += usize::from(called.0 == called.1);
        }
    }
    let mut together: Vec<((u32, u32), (usize, usize))> = together.into_iter().collect();
    together.sort_by_key(|(_, (count, first))| (usize::MAX - count, *first));
    let (mut lefts, mut rights) = (BTreeSet::new(), BTreeSet::new());
    for (called, (count, _)) in together {
        if !lefts.contains(&called.0) && !rights.contains(&called.1) {
            lefts.insert(called.0);
            rights.insert(called.1);
            common += count;
        }
    }
    Some(Alike {
        left: first.left..last.left + last.len,
        right: first.right..last.right + last.len,
        common,
        named,
        verbatim,
    })
}

/// The longest common subsequence of two short stretches, as pairs of tokens.
fn subsequence(
    left: &Tokens,
    lefts: Range<usize>,
    right: &Tokens,
    rights: Range<usize>,
    pairs: &mut Vec<(usize, usize)>,
) {
    let (a, b) = (&left.symbols[lefts.clone()], &right.symbols[rights.clone()]);
    if a.is_empty() || b.is_empty() {
        return;
    }
    let wide = b.len() + 1;
    let mut longest = vec![0_u16; (a.len() + 1) * wide];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            longest[i * wide + j] = if a[i] == b[j] {
                longest[(i + 1) * wide + j + 1] + 1
            } else {
                longest[(i + 1) * wide + j].max(longest[i * wide + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        if a[i] == b[j] {
            pairs.push((lefts.start + i, rights.start + j));
            (i, j) = (i + 1, j + 1);
        } else if longest[(i + 1) * wide + j] >= longest[i * wide + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
}

/// Whether a stretch does more than repeat itself.
fn is_fresh(tokens: &Tokens, stretch: &Range<usize>, least: usize) -> bool {
    let phrases = runs(&tokens.symbols[stretch.clone()], PHRASE, 0);
    let different: BTreeSet<u64> = phrases.into_iter().collect();
    different.len() as f64 >= FRESH * least as f64
}
