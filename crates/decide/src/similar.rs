//! How alike two texts read. Plain: words, not meaning.
//!
//! An inverted index of words, its rarest looked up first, rather than `MinHash`: texts of a few words give exact answers
//! as fast as sketches of them give approximate ones.

use std::collections::HashMap;

/// From this share of words in common, two asks to one team are taken for one need. Our own choice, on the safe side for
/// short texts: of two sentences with five telling words each, four must be the same.
pub const SAME_WORDS: f64 = 0.6;

/// The same where both name the same `area`: there, half as much is telling.
pub const SAME_WORDS_IN_ONE_AREA: f64 = 0.3;

/// Texts with fewer telling words say too little to be taken for one need by their words alone: in the goals of the Rust
/// project, all three pairs that the threshold alone found were "Discussion and moral support".
pub const FEWEST_WORDS: usize = 4;

/// Words that tell nothing about what is asked for, in order.
const EMPTY_WORDS: &[&str] = &[
    "a", "an", "and", "any", "as", "at", "be", "by", "each", "every", "for", "from", "in", "into", "is",
    "it", "its", "new", "no", "not", "of", "on", "one", "or", "our", "so", "some", "that", "the", "their",
    "them", "this", "to", "us", "we", "when", "which", "with", "without",
];

/// Texts, each as the numbers of its telling words: compared many times, taken apart once.
#[derive(Debug, Default)]
pub struct Vocabulary {
    // Looked up only, never gone through: its order does not matter.
    numbers: HashMap<String, u32>,
    names: Vec<String>,
}

/// The telling words of one text, ascending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words(Vec<u32>);

/// The telling words of a text, in its order. Upper and lower case are one, and so are a word and its plural in `s`.
pub fn telling_words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .map(str::to_lowercase)
        .filter(|word| !word.is_empty() && EMPTY_WORDS.binary_search(&word.as_str()).is_err())
        .map(|mut word| {
            let is_plural = |stem: &str| !stem.ends_with('s') && stem.chars().count() >= 3;
            if word.strip_suffix('s').is_some_and(is_plural) {
                word.pop();
            }
            word
        })
        .collect()
}

impl Vocabulary {
    /// The [telling words](telling_words) of a text.
    pub fn words(&mut self, text: &str) -> Words {
        let numbers = telling_words(text).into_iter().map(|word| self.number(&word)).collect();
        Words::of(numbers)
    }

    /// The same of a text that is taken apart already.
    pub fn of(&mut self, words: &[String]) -> Words {
        let numbers = words.iter().map(|word| self.number(word)).collect();
        Words::of(numbers)
    }

    fn number(&mut self, word: &str) -> u32 {
        if let Some(number) = self.numbers.get(word) {
            return *number;
        }
        let next = self.names.len() as u32;
        self.numbers.insert(word.to_owned(), next);
        self.names.push(word.to_owned());
        next
    }

    /// The word with this number, as it is compared: in small letters, without the `s` of a plural.
    pub fn name(&self, word: u32) -> &str {
        self.names.get(word as usize).map_or("", String::as_str)
    }
}

impl Words {
    fn of(mut numbers: Vec<u32>) -> Self {
        numbers.sort_unstable();
        numbers.dedup();
        Self(numbers)
    }

    /// Their numbers, ascending.
    pub fn numbers(&self) -> &[u32] {
        &self.0
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The words that either has.
    #[must_use]
    pub fn with(&self, other: &Self) -> Self {
        Self::of(self.0.iter().chain(&other.0).copied().collect())
    }

    /// The words that both have, by number.
    pub fn common_with(&self, other: &Self) -> impl Iterator<Item = u32> {
        let mut others = other.0.as_slice();
        self.0.iter().copied().filter(move |word| {
            let behind = others.iter().position(|other| other >= word).unwrap_or(others.len());
            others = others.get(behind..).unwrap_or_default();
            others.first() == Some(word)
        })
    }

    /// Share of words that both have of those that either has, 0 to 1 (Jaccard's index); 0 where either has none.
    pub fn in_common_with(&self, other: &Self) -> f64 {
        let common = self.common_with(other).count();
        let all = self.0.len() + other.0.len() - common;
        if common == 0 { 0.0 } else { common as f64 / all as f64 }
    }

    /// The same where some words tell more than others.
    pub fn in_common_by(&self, other: &Self, weights: &Weights) -> f64 {
        let common = weights.of(self.common_with(other));
        let all = weights.of(self.0.iter().copied()) + weights.of(other.0.iter().copied()) - common;
        if common > 0.0 { common / all } else { 0.0 }
    }
}

/// How much each word tells among some texts: a word that at most five of them use all it can, one that ten use half of
/// that. Our own choice; the reason is that of inverse document frequency (K. Spärck Jones, "A statistical interpretation
/// of term specificity", 1972), and where texts are few nothing changes.
#[derive(Clone, Debug, Default)]
pub struct Weights {
    /// By the word's number.
    often: Vec<u32>,
}

/// Up to so many texts that use it, a word tells all that it can.
const SELDOM: u32 = 5;

impl Weights {
    /// The weights of words among these texts.
    pub fn among(texts: &[Words]) -> Self {
        Self { often: occurrences(texts) }
    }

    /// In how many of the texts a word is.
    pub fn often(&self, word: u32) -> u32 {
        self.often.get(word as usize).copied().unwrap_or(0)
    }

    /// How much a word tells, above 0 and at most 1.
    pub fn of_one(&self, word: u32) -> f64 {
        f64::from(SELDOM) / f64::from(self.often(word).max(SELDOM))
    }

    fn of(&self, words: impl Iterator<Item = u32>) -> f64 {
        words.map(|word| self.of_one(word)).sum()
    }
}

/// Takes out of all texts the words that many of them use: what every hundredth text says (or more than twenty, where there
/// are few) tells them apart no more. Our own choice.
pub fn without_common_words(texts: &mut [Words]) {
    let often = occurrences(texts);
    let common = (texts.len() / 100).max(20) as u32;
    for text in texts {
        text.0.retain(|word| often.get(*word as usize).is_none_or(|often| *often <= common));
    }
}

/// In how many texts each word is, by the word's number.
fn occurrences(texts: &[Words]) -> Vec<u32> {
    let words = texts.iter().filter_map(|text| text.0.last()).max().map_or(0, |last| *last as usize + 1);
    let mut often = vec![0; words];
    for word in texts.iter().flat_map(|text| &text.0) {
        if let Some(often) = often.get_mut(*word as usize) {
            *often += 1;
        }
    }
    often
}

/// The pairs of texts that have at least this share of words in common (above 0), each once, the lower place first.
pub fn alike(texts: &[Words], at_least: f64) -> Vec<(usize, usize)> {
    let often = Weights::among(texts);
    pairs(texts, &often, |_| 1.0, |one, other| one.in_common_with(other) >= at_least, at_least)
}

/// The same where some words tell more than others.
pub fn alike_by(texts: &[Words], weights: &Weights, at_least: f64) -> Vec<(usize, usize)> {
    let is_alike = |one: &Words, other: &Words| one.in_common_by(other, weights) >= at_least;
    pairs(texts, weights, |word| weights.of_one(word), is_alike, at_least)
}

/// The pairs that are alike, each once, the lower place first.
///
/// What two texts have in common weighs at least `at_least` of what each of them weighs, so it cannot lie wholly among
/// the commonest words of one that weigh less than that together: only the rarer ones before those are looked up (prefix
/// filtering; R. Bayardo, Y. Ma and R. Srikant, "Scaling up all pairs similarity search", 2007).
fn pairs(
    texts: &[Words],
    often: &Weights,
    weigh: impl Fn(u32) -> f64,
    is_alike: impl Fn(&Words, &Words) -> bool,
    at_least: f64,
) -> Vec<(usize, usize)> {
    let mut by_word: Vec<Vec<usize>> = vec![Vec::new(); often.often.len()];
    let mut pairs = Vec::new();
    for (at, text) in texts.iter().enumerate() {
        let mut rarest = text.0.clone();
        rarest.sort_by_key(|word| (often.often(*word), *word));
        // A hair less is needed than the sum says, so that rounding leaves no pair out.
        let needed = at_least * rarest.iter().map(|word| weigh(*word)).sum::<f64>() * (1.0 - 1e-9);
        let mut behind = 0.0;
        while let Some(last) = rarest.last() {
            behind += weigh(*last);
            if behind >= needed {
                break;
            }
            rarest.pop();
        }
        let mut seen: Vec<usize> = Vec::new();
        for word in rarest {
            let Some(others) = by_word.get_mut(word as usize) else { continue };
            seen.extend(others.iter().copied());
            others.push(at);
        }
        seen.sort_unstable();
        seen.dedup();
        let seen =
            seen.into_iter().filter(|other| texts.get(*other).is_some_and(|other| is_alike(text, other)));
        pairs.extend(seen.map(|other| (other, at)));
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_tell_nothing_are_in_order() {
        assert!(EMPTY_WORDS.is_sorted());
    }

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

    #[test]
    fn looking_up_rare_words_finds_what_comparing_all_finds() {
        // Texts of 0 to 8 of 12 words, by a small generator of our own.
        let mut state = 7_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 16
        };
        let mut text = || {
            let mut words: Vec<u32> = (0..next() % 9).map(|_| next() % 12).collect();
            words.sort_unstable();
            words.dedup();
            Words(words)
        };
        let texts: Vec<Words> = (0..120).map(|_| text()).collect();
        for at_least in [SAME_WORDS_IN_ONE_AREA, SAME_WORDS, 1.0] {
            let mut all = Vec::new();
            for other in 0..texts.len() {
                for one in 0..other {
                    if texts[one].in_common_with(&texts[other]) >= at_least {
                        all.push((one, other));
                    }
                }
            }
            let mut found = alike(&texts, at_least);
            found.sort_unstable();
            all.sort_unstable();
            assert!(all.len() > 10, "{} pairs at {at_least}", all.len());
            assert_eq!(found, all);

            let weights = Weights::among(&texts);
            assert!(weights.of_one(0) < 1.0, "every word is seldom");
            all.clear();
            for other in 0..texts.len() {
                for one in 0..other {
                    if texts[one].in_common_by(&texts[other], &weights) >= at_least {
                        all.push((one, other));
                    }
                }
            }
            let mut found = alike_by(&texts, &weights, at_least);
            found.sort_unstable();
            all.sort_unstable();
            assert_eq!(found, all);
        }
    }
}
