//! Many patterns at once: which of them match a path.
//!
//! A tree of the patterns' parts, walked with the parts of the path: what patterns share is looked at once, and a part
//! without wildcards is looked up. So a path costs what it matches and not the number of rules; nothing is compiled that
//! could grow too large.
//!
//! ```text
//! docs/*.md    ─▶ top ─docs─▶ · ─*.md─▶ rule 1
//! **/logs/**   ─▶ top ─any folders─▶ · ─logs─▶ · all below: rule 2
//! ```

use aho_corasick::AhoCorasick;
use std::collections::{BTreeMap, BTreeSet};

/// The patterns of a file's rules.
#[derive(Clone, Debug)]
pub(super) struct Index {
    nodes: Vec<Node>,
}

/// Where a path can stand after some of its parts.
#[derive(Clone, Debug, Default)]
struct Node {
    literal: BTreeMap<Vec<u8>, usize>,
    wild: Wild,
    /// After `**`: any folders, also none.
    any: Option<usize>,
    /// This is such a place: it is left by no part.
    stays: bool,
    /// The rules that a path which ends here matches.
    ends: Vec<usize>,
    /// The rules that every path which goes on from here matches.
    below: Vec<usize>,
}

/// The parts with wildcards that follow a place.
#[derive(Clone, Debug, Default)]
struct Wild {
    known: BTreeMap<String, usize>,
    parts: Vec<(Part, usize)>,
    /// Where there are many: which of them hold a text that stands in a name.
    by_text: Option<ByText>,
}

#[derive(Clone, Debug)]
struct ByText {
    texts: AhoCorasick,
    /// The part of each of the texts.
    of: Vec<usize>,
    /// The parts that are wildcards only.
    without: Vec<usize>,
}

/// So few parts are tried one after the other.
const FEW: usize = 8;

/// A part of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Part(Vec<Token>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Byte(u8),
    /// `?`. A byte, as git reads it.
    One,
    /// `*`
    Some,
}

impl Part {
    fn read(text: &str) -> Self {
        let mut tokens = Vec::with_capacity(text.len());
        let mut bytes = text.bytes();
        while let Some(byte) = bytes.next() {
            tokens.push(match byte {
                b'*' => Token::Some,
                b'?' => Token::One,
                b'\\' => Token::Byte(bytes.next().unwrap_or(b'\\')),
                byte => Token::Byte(byte),
            });
        }
        Self(tokens)
    }

    /// The longest text without a wildcard in it.
    fn text(&self) -> Vec<u8> {
        let texts = self.0.split(|token| !matches!(token, Token::Byte(_)));
        let longest = texts.max_by_key(|text| text.len()).unwrap_or_default();
        let byte = |token: &Token| match token {
            Token::Byte(byte) => Some(*byte),
            _ => None,
        };
        longest.iter().filter_map(byte).collect()
    }

    /// The text that it is, where it has no wildcard.
    fn literal(&self) -> Option<Vec<u8>> {
        Some(self.text()).filter(|text| text.len() == self.0.len())
    }

    fn matches(&self, name: &[u8]) -> bool {
        let (mut at, mut token) = (0, 0);
        // Where the last `*` stands, and how far it reaches so far: only the last one ever has to give way.
        let mut star: Option<(usize, usize)> = None;
        while at < name.len() {
            match self.0.get(token) {
                Some(Token::Some) => {
                    star = Some((token, at));
                    token += 1;
                }
                Some(Token::One) => (at, token) = (at + 1, token + 1),
                Some(Token::Byte(byte)) if name.get(at) == Some(byte) => (at, token) = (at + 1, token + 1),
                _ => {
                    let Some((back, reached)) = star else { return false };
                    star = Some((back, reached + 1));
                    (at, token) = (reached + 1, back + 1);
                }
            }
        }
        self.0.iter().skip(token).all(|token| *token == Token::Some)
    }
}

impl Wild {
    /// Called once all parts are there.
    fn finish(&mut self) {
        if self.parts.len() <= FEW {
            return;
        }
        let texts: Vec<Vec<u8>> = self.parts.iter().map(|(part, _)| part.text()).collect();
        let (without, of): (Vec<usize>, Vec<usize>) =
            (0..texts.len()).partition(|at| texts.get(*at).is_none_or(Vec::is_empty));
        // Too many for it are tried one after the other: slower, and the same.
        let texts = AhoCorasick::new(texts.iter().filter(|text| !text.is_empty()));
        self.by_text = texts.ok().map(|texts| ByText { texts, of, without });
    }

    /// The places behind those that match.
    fn find(&self, name: &[u8]) -> Vec<usize> {
        let tried = match &self.by_text {
            None => (0..self.parts.len()).collect(),
            Some(by_text) => {
                let held = by_text.texts.find_overlapping_iter(name);
                let held = held.filter_map(|found| by_text.of.get(found.pattern().as_usize()));
                held.chain(&by_text.without).copied().collect::<BTreeSet<usize>>()
            }
        };
        let parts = tried.into_iter().filter_map(|at| self.parts.get(at));
        parts.filter(|(part, _)| part.matches(name)).map(|(_, node)| *node).collect()
    }
}

impl Index {
    /// Of each rule the globs, as [`super::Rule::globs`] has them.
    pub(super) fn of<'g>(rules: impl Iterator<Item = &'g [String]>) -> Self {
        let mut index = Self { nodes: vec![Node::default()] };
        for (rule, globs) in rules.enumerate() {
            for glob in globs {
                index.add(rule, glob);
            }
        }
        for node in &mut index.nodes {
            node.wild.finish();
        }
        index
    }

    fn add(&mut self, rule: usize, glob: &str) {
        let (parts, below) = match glob.strip_suffix("**") {
            Some(rest) if rest.is_empty() || rest.ends_with('/') => (rest.trim_end_matches('/'), true),
            _ => (glob, false),
        };
        let mut at = 0;
        for part in parts.split('/').filter(|part| !part.is_empty()) {
            at = self.after(at, part);
        }
        let Some(node) = self.nodes.get_mut(at) else { return };
        let rules = if below { &mut node.below } else { &mut node.ends };
        if rules.last() != Some(&rule) {
            rules.push(rule);
        }
    }

    /// The place behind a part, made where it is not there.
    fn after(&mut self, at: usize, part: &str) -> usize {
        let new = self.nodes.len();
        let Some(node) = self.nodes.get_mut(at) else { return at };
        if part == "**" {
            if node.stays {
                return at;
            }
            let place = *node.any.get_or_insert(new);
            if place == new {
                self.nodes.push(Node { stays: true, ..Node::default() });
            }
            return place;
        }
        let read = Part::read(part);
        let place = match read.literal() {
            Some(text) => *node.literal.entry(text).or_insert(new),
            None => {
                if let Some(place) = node.wild.known.get(part) {
                    *place
                } else {
                    node.wild.known.insert(part.to_owned(), new);
                    node.wild.parts.push((read, new));
                    new
                }
            }
        };
        if place == new {
            self.nodes.push(Node::default());
        }
        place
    }

    /// The rules that match a path, by their places among the rules; in order, none twice.
    pub(super) fn matching(&self, path: &str) -> Vec<usize> {
        let mut found = BTreeSet::new();
        let mut here = BTreeSet::new();
        self.enter(0, &mut here);
        for part in path.split('/') {
            let mut next = BTreeSet::new();
            for at in here {
                let Some(node) = self.nodes.get(at) else { continue };
                found.extend(&node.below);
                if node.stays {
                    next.insert(at);
                }
                let part = part.as_bytes();
                for place in node.literal.get(part).copied().into_iter().chain(node.wild.find(part)) {
                    self.enter(place, &mut next);
                }
            }
            here = next;
        }
        found.extend(here.iter().filter_map(|at| self.nodes.get(*at)).flat_map(|node| &node.ends));
        found.into_iter().collect()
    }

    fn enter(&self, at: usize, here: &mut BTreeSet<usize>) {
        here.insert(at);
        here.extend(self.nodes.get(at).and_then(|node| node.any));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use globset::GlobBuilder;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

        /// Against a reader of globs that is not ours, each alone.
        #[test]
        fn patterns_together_match_what_each_of_them_matches_alone(
            globs in prop::collection::vec("(\\*\\*/)?([ab?é]|\\*[ab]|[ab]\\*|\\\\[*?]){1,3}(/(\\*\\*/)?([ab?]|\\*[ab]|[ab]\\*){1,2}){0,2}(/\\*\\*)?", 1..30),
            path in "[abé*?]{1,3}(/[ab*?]{1,2}){0,4}",
        ) {
            let rules: Vec<[String; 1]> = globs.iter().map(|glob| [glob.clone()]).collect();
            let index = Index::of(rules.iter().map(|globs| &globs[..]));
            let alone = |glob: &str| {
                let glob = GlobBuilder::new(glob).literal_separator(true).backslash_escape(true).build().unwrap();
                glob.compile_matcher().is_match(&path)
            };
            let expected: Vec<usize> = (0..globs.len()).filter(|at| alone(&globs[*at])).collect();
            prop_assert_eq!(index.matching(&path), expected, "{:?} {}", globs, path);
        }
    }

    #[test]
    fn a_pattern_of_many_parts_and_one_of_many_wildcards_take_no_time() {
        let globs = [["**/a/".repeat(300) + "b"], ["*a?".repeat(6_000)]];
        let index = Index::of(globs.iter().map(|globs| &globs[..]));
        assert!(index.matching(&"a/".repeat(400)).is_empty());
        assert!(index.matching(&"a".repeat(5_000)).is_empty());
        assert_eq!(index.matching(&("a/".repeat(300) + "b")), [0]);
    }
}
