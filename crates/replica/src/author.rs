//! Who wrote: authors, the sequence of each author's events, and how far a replica has read each of them.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// One writing replica: 16 bytes, drawn at random when its store is made and never used by another.
///
/// A store that was copied or set back to an older state must not go on under the same author: two different events would
/// have one sequence. See [`crate::Core::rename`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AuthorId([u8; 16]);

impl AuthorId {
    /// The author with these bytes.
    pub const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    pub const fn bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for AuthorId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

impl fmt::Debug for AuthorId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

/// What is not an author: 32 hexadecimal digits are.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an author: write its 32 hexadecimal digits")]
pub struct NotAnAuthor(String);

impl FromStr for AuthorId {
    type Err = NotAnAuthor;

    fn from_str(text: &str) -> Result<Self, NotAnAuthor> {
        let wrong = || NotAnAuthor(text.to_owned());
        if text.len() != 32 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        u128::from_str_radix(text, 16).map(|number| Self(number.to_be_bytes())).map_err(|_| wrong())
    }
}

/// One event of one author: its name, everywhere and for ever. The first sequence of an author in a collection is 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dot {
    /// Who wrote it.
    pub author: AuthorId,
    /// The how-manieth event of that author in that collection, from 1.
    pub sequence: u64,
}

impl fmt::Display for Dot {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}", self.author, self.sequence)
    }
}

impl fmt::Debug for Dot {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

/// For each author the sequence up to which everything was taken in, without a gap.
///
/// Version vectors form a lattice: [`VersionVector::join`] is the least one that covers both.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct VersionVector(BTreeMap<AuthorId, u64>);

impl VersionVector {
    /// Nothing seen.
    pub fn new() -> Self {
        Self::default()
    }

    /// The sequence up to which `author` was seen; 0 is not at all.
    pub fn of(&self, author: AuthorId) -> u64 {
        self.0.get(&author).copied().unwrap_or(0)
    }

    /// Whether that event was seen.
    pub fn covers(&self, dot: Dot) -> bool {
        dot.sequence <= self.of(dot.author)
    }

    /// Whether all that `other` has seen was seen.
    pub fn includes(&self, other: &Self) -> bool {
        other.0.iter().all(|(author, sequence)| *sequence <= self.of(*author))
    }

    /// Sees `author` up to `sequence`; never goes back.
    pub fn advance(&mut self, author: AuthorId, sequence: u64) {
        if sequence > self.of(author) {
            self.0.insert(author, sequence);
        }
    }

    /// Sees all that `other` has seen.
    pub fn join(&mut self, other: &Self) {
        for (author, sequence) in other.iter() {
            self.advance(author, sequence);
        }
    }

    /// What was seen of some authors only.
    #[must_use]
    pub fn only(&self, keep: impl Fn(AuthorId) -> bool) -> Self {
        Self(self.iter().filter(|(author, _)| keep(*author)).collect())
    }

    /// Each author with the sequence up to which it was seen, in the order of authors.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (AuthorId, u64)> + '_ {
        self.0.iter().map(|(author, sequence)| (*author, *sequence))
    }

    /// How many authors were seen.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing was seen.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(AuthorId, u64)> for VersionVector {
    fn from_iter<I: IntoIterator<Item = (AuthorId, u64)>>(pairs: I) -> Self {
        let mut vector = Self::new();
        for (author, sequence) in pairs {
            vector.advance(author, sequence);
        }
        vector
    }
}
