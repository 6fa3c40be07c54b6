//! Fingerprints of token runs by winnowing (Schleimer, Wilkerson, Aiken: "Winnowing: local algorithms for document
//! fingerprinting", SIGMOD 2003).
//!
//! Of each `WINDOW` runs of `RUN` tokens that follow each other, the one with the smallest digest is kept. Any two sources
//! that have `RUN + WINDOW - 1` tokens in common have a fingerprint in common, and no run shorter than `RUN` makes one.

use super::tokens::{Family, Tokens};

/// Tokens in a run: shorter ones are what a language makes everybody write. Our own choice.
pub(super) const RUN: usize = 20;

/// Runs of which one is kept. With 16 any 35 common tokens are found, and an exact copy of 60 has two fingerprints. Our own
/// choice.
pub(super) const WINDOW: usize = 16;

/// A run that was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fingerprint {
    /// Digest of its symbols and the family of languages.
    pub(super) digest: u64,
    /// Its first token.
    pub(super) at: u32,
}

/// The fingerprints of a source, by digest.
pub(super) fn of(tokens: &Tokens, family: Family) -> Vec<Fingerprint> {
    let digests = runs(&tokens.symbols, RUN, family as u64 + 1);
    let mut kept: Vec<Fingerprint> = Vec::with_capacity(2 * digests.len() / (WINDOW + 1) + 1);
    // The smallest in the window, the rightmost of equals.
    let mut smallest = 0;
    for end in 0..digests.len() {
        let start = (end + 1).saturating_sub(WINDOW);
        if smallest < start {
            smallest = start;
            for at in start..=end {
                if digests[at] <= digests[smallest] {
                    smallest = at;
                }
            }
        } else if digests[end] <= digests[smallest] {
            smallest = end;
        }
        let whole = end + 1 >= WINDOW.min(digests.len());
        if whole && kept.last().is_none_or(|last| last.at != smallest as u32) {
            kept.push(Fingerprint { digest: digests[smallest], at: smallest as u32 });
        }
    }
    kept.sort_unstable();
    kept
}

/// Digests of all runs of so many symbols, in order: a rolling polynomial, stirred.
pub(super) fn runs(symbols: &[u16], run: usize, salt: u64) -> Vec<u64> {
    const BASE: u64 = 0x9E37_79B9_7F4A_7C15; // 2^64 over the golden ratio, odd.
    if symbols.len() < run {
        return Vec::new();
    }
    let highest = (1..run).fold(1_u64, |power, _| power.wrapping_mul(BASE));
    let mut rolling = 0_u64;
    let mut digests = Vec::with_capacity(symbols.len() + 1 - run);
    for (at, symbol) in symbols.iter().enumerate() {
        if at >= run {
            let leaves = u64::from(symbols[at - run]) + 1;
            rolling = rolling.wrapping_sub(leaves.wrapping_mul(highest));
        }
        rolling = rolling.wrapping_mul(BASE).wrapping_add(u64::from(*symbol) + 1);
        if at + 1 >= run {
            digests.push(stir(rolling ^ salt.wrapping_mul(BASE)));
        }
    }
    digests
}

/// The finishing step of `SplitMix64` (Steele, Lea, Flood 2014).
fn stir(mut value: u64) -> u64 {
    value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn tokens(symbols: Vec<u16>) -> Tokens {
        let names = vec![0; symbols.len()];
        Tokens { symbols, names, ..Tokens::default() }
    }

    proptest! {
        /// The guarantee of the paper.
        #[test]
        fn what_is_long_enough_in_common_is_found(
            common in prop::collection::vec(0_u16..50, RUN + WINDOW - 1..80),
            before in prop::collection::vec(0_u16..50, 0..60),
            after in prop::collection::vec(0_u16..50, 0..60),
            other in prop::collection::vec(0_u16..50, 0..60),
        ) {
            let digests = |parts: [&[u16]; 3]| -> BTreeSet<u64> {
                of(&tokens(parts.concat()), Family::Braces).iter().map(|kept| kept.digest).collect()
            };
            let one = digests([&before, &common, &after]);
            let two = digests([&other, &common, &before]);
            prop_assert!(!one.is_disjoint(&two));
        }

        #[test]
        fn rolling_is_the_same_as_anew(symbols in prop::collection::vec(any::<u16>(), 0..100)) {
            let rolled = runs(&symbols, 8, 1);
            let anew: Vec<u64> = symbols.windows(8).flat_map(|run| runs(run, 8, 1)).collect();
            prop_assert_eq!(rolled, anew);
        }
    }
}
