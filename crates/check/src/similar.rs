//! How alike two asks read. Plain: words, not meaning.

use std::collections::BTreeMap;

/// From this share of words in common, two asks to one team are taken for one need. Our own choice, on the safe side for
/// short texts: of two sentences with five telling words each, four must be the same.
pub(crate) const SAME_WORDS: f64 = 0.6;

/// The same where both name the same `area`: there, half as much is telling.
pub(crate) const SAME_WORDS_IN_ONE_AREA: f64 = 0.3;

/// Texts with fewer telling words say too little to be taken for one need by their words alone: in the goals of the Rust
/// project, all three pairs that the threshold alone found were "Discussion and moral support".
pub(crate) const FEWEST_WORDS: usize = 4;

/// Words that tell nothing about what is asked for.
const EMPTY_WORDS: &[&str] = &[
    "a", "an", "and", "any", "as", "at", "be", "by", "each", "every", "for", "from", "in", "into", "is",
    "it", "its", "new", "no", "not", "of", "on", "one", "or", "our", "so", "some", "that", "the", "their",
    "them", "this", "to", "us", "we", "when", "which", "with", "without",
];

/// Texts, each as the numbers of its telling words: compared many times, taken apart once.
#[derive(Debug, Default)]
pub(crate) struct Vocabulary {
    numbers: BTreeMap<String, u32>,
}

/// The telling words of one text, ascending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Words(Vec<u32>);

impl Vocabulary {
    /// The telling words of a text. Upper and lower case are one, and so are a word and its plural in `s`.
    pub(crate) fn words(&mut self, text: &str) -> Words {
        let mut numbers: Vec<u32> = text
            .split(|c: char| !c.is_alphanumeric())
            .map(str::to_lowercase)
            .filter(|word| !word.is_empty() && !EMPTY_WORDS.contains(&word.as_str()))
            .map(|word| match word.strip_suffix('s') {
                Some(stem) if stem.chars().count() >= 3 && !stem.ends_with('s') => stem.to_owned(),
                _ => word,
            })
            .map(|word| {
                let next = self.numbers.len() as u32;
                *self.numbers.entry(word).or_insert(next)
            })
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        Words(numbers)
    }
}

impl Words {
    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// Share of words that both have of those that either has, 0 to 1 (Jaccard's index); 0 where either has none.
    pub(crate) fn in_common_with(&self, other: &Self) -> f64 {
        let common = self.0.iter().filter(|word| other.0.binary_search(word).is_ok()).count();
        let all = self.0.len() + other.0.len() - common;
        if common == 0 { 0.0 } else { common as f64 / all as f64 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words_in_common(one: &str, other: &str) -> f64 {
        let mut vocabulary = Vocabulary::default();
        let one = vocabulary.words(one);
        one.in_common_with(&vocabulary.words(other))
    }

    #[test]
    fn words_count_and_their_order_does_not() {
        let same =
            words_in_common("A stream of product views and clicks", "Clicks and product views, as streams");
        assert!((same - 1.0).abs() < 1e-12);
        assert!(words_in_common("Print labels in batches", "A return label as a code on the phone") < 0.2);
        assert!(words_in_common("", "").abs() < 1e-12);
        assert!(words_in_common("the of and", "the of and").abs() < 1e-12);
    }
}
