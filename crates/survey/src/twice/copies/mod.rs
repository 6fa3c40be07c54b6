//! Code that is nearly the same on both sides of a border between owners, whatever its names are.
//!
//! Sources become tokens in which all names are one and all literals are one; fingerprints of token runs ([winnowing])
//! nominate pairs of files; each pair is then laid side by side, token by token. A name counts as in common only where it
//! is renamed to the same other name throughout. What only repeats itself (a list of fields, a table of values) is left out.
//! Pairs that share a place are joined into groups, those in what runs apart from those with tests and those with
//! migrations: what a migration repeats would join everything.
//!
//! Only what belongs to different owners is compared: two places with an owner in common, and places that nobody owns, are
//! no pair.
//!
//! Beside jscpd 4.3, which compares exact text, on three projects of bitwarden/server (760 files, clones from 60 tokens on):
//! both places of each of its ten clones across owners are found here as well.
//!
//! [winnowing]: https://theory.stanford.edu/~aiken/publications/papers/sigmod03.pdf

mod align;
mod fingerprints;
mod groups;
mod keywords;
mod tokens;

use super::passed_over::{Kind, Names, PassedOver, Why};
use crate::generated::is_signed;
use fingerprints::Fingerprint;
use groups::Found;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Range;
use tokens::{Family, Language, Tokens};

/// What counts as a copy. All are choices of ours, stated with the result.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Options {
    /// Fewest tokens that two places have in common. 60 is about eight lines.
    pub tokens: usize,
    /// Smallest share of the tokens of both that they have in common, 0 to 1.
    pub similarity: f64,
    /// A run of tokens that stands in more files than this is how everybody writes it, and nominates nothing.
    pub everywhere: usize,
    /// So many tokens are kept of all files together, six bytes each; what comes later in the order of paths is left out,
    /// and told of.
    pub most_tokens: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { tokens: 60, similarity: 0.8, everywhere: 100, most_tokens: 60_000_000 }
    }
}

/// A stretch of a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Place {
    /// Its path.
    pub file: String,
    /// Its first and its last line, from 1.
    pub lines: (u32, u32),
    /// How many tokens it has.
    pub tokens: usize,
    /// What the file is for.
    pub kind: Kind,
    /// Who owns the file.
    pub owners: Vec<String>,
}

/// Two places that are nearly the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Pair {
    /// The one whose path comes first.
    pub left: Place,
    /// The other.
    pub right: Place,
    /// Tokens that they have in common. A name that is renamed the same way throughout is in common; so is a literal for a
    /// literal of its kind.
    pub common: usize,
    /// Twice `common` over the tokens of both, 0 to 1.
    pub similarity: f64,
    /// Share of the names and literals among the aligned tokens that are the same letter by letter, 0 to 1: near 1 it was
    /// copied as it was, near 0 under other names.
    pub verbatim: f64,
}

/// Places that are all nearly the same: one joined to the next, not always each to each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Group {
    /// Code, if all its places are in what runs; else the kind, of tests and migrations, that each of its pairs has a place
    /// in.
    pub kind: Kind,
    /// Tokens beyond the largest place: what would not be there if it stood once.
    pub repeated: usize,
    /// Everybody who owns one of the places.
    pub owners: Vec<String>,
    /// Where it stands, by path.
    pub places: Vec<Place>,
    /// What joins them, that with most in common first. A file is compared with one file of each other owner for each
    /// stretch, not with all.
    pub pairs: Vec<Pair>,
}

/// Near-identical code across borders.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Copies {
    /// What counted as a copy.
    pub options: Options,
    /// Files that were compared.
    pub files: usize,
    /// Their tokens.
    pub tokens: usize,
    /// Files in a known language that nobody owns; they were not compared.
    pub unowned: usize,
    /// Fingerprints that stand in too many files to nominate any.
    pub everywhere: usize,
    /// The groups: in code first, then in tests, then in migrations; in each those first that repeat most.
    pub groups: Vec<Group>,
}

/// Gathers sources, then finds.
#[derive(Debug)]
pub struct Finder {
    options: Options,
    names: &'static Names,
    files: Vec<Source>,
    tokens: usize,
}

#[derive(Debug)]
struct Source {
    path: String,
    kind: Kind,
    family: Family,
    tokens: Tokens,
}

/// What one source says by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Said {
    /// A generator has signed it.
    Generated,
    /// Its tokens.
    Tokens(Tokens),
}

/// What a source says; none if it is in no language that is compared.
pub(super) fn said(path: &str, text: &str) -> Option<Said> {
    let language = Language::of(path)?;
    Some(if is_signed(text) { Said::Generated } else { Said::Tokens(tokens::read(text, language)) })
}

/// Whether a file of this name is in a language that is compared.
pub(super) fn is_known(path: &str) -> bool {
    Language::of(path).is_some()
}

impl Finder {
    /// Nothing gathered yet.
    pub fn new(options: Options) -> Self {
        Self { options, names: Names::all(), files: Vec::new(), tokens: 0 }
    }

    /// Takes a source. Gives why it is left out, if it is: it is somebody else's, or beyond the limit. A file in no known
    /// language is passed over in silence.
    ///
    /// The order in which they come does not matter, except for which are beyond the limit.
    pub fn add(&mut self, path: &str, text: &str) -> Option<PassedOver> {
        self.take(path, said(path, text)?)
    }

    /// Takes what a source says.
    pub(super) fn take(&mut self, path: &str, said: Said) -> Option<PassedOver> {
        let language = Language::of(path)?;
        let over = |why| Some(PassedOver { file: path.to_owned(), why });
        if let Some(why) = Names::left_out(path) {
            return over(why);
        }
        let Said::Tokens(tokens) = said else { return over(Why::Generated) };
        if self.tokens + tokens.len() > self.options.most_tokens {
            return over(Why::BeyondLimit);
        }
        self.tokens += tokens.len();
        let kind = self.names.kind(path);
        self.files.push(Source { path: path.to_owned(), kind, family: language.family(), tokens });
        None
    }

    /// Finds what is nearly the same across borders. `owners` gives who owns a path; nobody is an empty list.
    pub fn find(mut self, owners: &dyn Fn(&str) -> Vec<String>) -> Copies {
        self.files.sort_by(|a, b| a.path.cmp(&b.path));
        let mut sets: Vec<Vec<String>> = Vec::new();
        let mut known: BTreeMap<Vec<String>, usize> = BTreeMap::new();
        let gathered = self.files.len();
        let mut set_of = Vec::new();
        self.files.retain(|file| {
            let mut owners = owners(&file.path);
            owners.sort();
            owners.dedup();
            if owners.is_empty() {
                return false;
            }
            set_of.push(*known.entry(owners).or_insert_with_key(|owners| {
                sets.push(owners.clone());
                sets.len() - 1
            }));
            true
        });
        let apart: Vec<Vec<bool>> = sets
            .iter()
            .map(|one| sets.iter().map(|two| one.iter().all(|owner| !two.contains(owner))).collect())
            .collect();
        let prints: Vec<Vec<Fingerprint>> =
            self.files.par_iter().map(|file| fingerprints::of(&file.tokens, file.family)).collect();
        let (candidates, everywhere) = nominate(&prints, &set_of, &apart, self.options.everywhere);

        let place = |file: usize, stretch: &Range<usize>| {
            let source = &self.files[file];
            Place {
                file: source.path.clone(),
                lines: (source.tokens.line(stretch.start), source.tokens.line(stretch.end.saturating_sub(1))),
                tokens: stretch.len(),
                kind: source.kind,
                owners: sets[set_of[file]].clone(),
            }
        };
        let side = |file: usize| (&self.files[file].tokens, prints[file].as_slice());
        let Options { tokens, similarity, .. } = self.options;
        let aligned: Vec<_> = candidates
            .into_par_iter()
            .map(|(one, two)| (one, two, align::alike(side(one), side(two), tokens, similarity)))
            .collect();
        let mut found = Vec::new();
        for (one, two, alike) in aligned {
            for alike in alike {
                let pair = Pair {
                    left: place(one, &alike.left),
                    right: place(two, &alike.right),
                    common: alike.common,
                    similarity: alike.similarity(),
                    verbatim: if alike.named == 0 { 1.0 } else { alike.verbatim as f64 / alike.named as f64 },
                };
                found.push(Found { pair, stretches: [(one, alike.left), (two, alike.right)] });
            }
        }
        let mut by_kind: BTreeMap<Kind, Vec<Found>> = BTreeMap::new();
        for one in found {
            by_kind.entry(one.pair.left.kind.max(one.pair.right.kind)).or_default().push(one);
        }
        let groups = by_kind.into_iter().flat_map(|(kind, found)| groups::join(kind, found, place)).collect();
        Copies {
            options: self.options,
            files: self.files.len(),
            tokens: self.files.iter().map(|file| file.tokens.len()).sum(),
            unowned: gathered - self.files.len(),
            everywhere,
            groups,
        }
    }
}

/// So many fingerprints two files must share for a closer look; an exact copy of the default length has them.
const SHARED: usize = 2;

/// Pairs of files that belong to different owners and share fingerprints; the count of fingerprints that are everywhere.
///
/// Each file is paired, per fingerprint, with the first file of every other set of owners, so that the work is linear in
/// the number of files in which a fingerprint stands.
fn nominate(
    prints: &[Vec<Fingerprint>],
    set_of: &[usize],
    apart: &[Vec<bool>],
    most: usize,
) -> (Vec<(usize, usize)>, usize) {
    let mut all: Vec<(u64, u32)> = Vec::with_capacity(prints.iter().map(Vec::len).sum());
    for (file, prints) in prints.iter().enumerate() {
        all.extend(prints.iter().map(|print| (print.digest, file as u32)));
    }
    all.sort_unstable();
    all.dedup();
    let mut everywhere = 0;
    let mut shared: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for same in all.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1) {
        if same.len() > most {
            everywhere += 1;
            continue;
        }
        let mut first: BTreeMap<usize, usize> = BTreeMap::new();
        for (_, file) in same {
            first.entry(set_of[*file as usize]).or_insert(*file as usize);
        }
        if first.len() < 2 {
            continue;
        }
        let mut pairs: Vec<(usize, usize)> = Vec::new();
        for (_, file) in same {
            let file = *file as usize;
            let others = first.iter().filter(|(set, _)| apart[set_of[file]][**set]);
            pairs.extend(others.map(|(_, other)| (file.min(*other), file.max(*other))));
        }
        pairs.sort_unstable();
        pairs.dedup();
        for pair in pairs {
            *shared.entry(pair).or_default() += 1;
        }
    }
    (shared.into_iter().filter(|(_, count)| *count >= SHARED).map(|(pair, _)| pair).collect(), everywhere)
}
