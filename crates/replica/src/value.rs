//! What a field holds, and how collections, fields and records are named.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A number with a fraction: any 64-bit float but not-a-number, and one zero. So it has a total order and equality that
/// is the same on every replica.
#[derive(Clone, Copy, Debug, Default)]
pub struct Real(f64);

impl Real {
    /// The number; `None` for what is not a number. Minus zero becomes zero.
    pub fn new(number: f64) -> Option<Self> {
        (!number.is_nan()).then_some(Self(number + 0.0))
    }

    /// The number.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl PartialEq for Real {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Real {}

impl Hash for Real {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

impl PartialOrd for Real {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Real {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// What a field holds. Values of different kinds are ordered by their kind, in the order below.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// Said to be empty; not the same as never written.
    Null,
    /// Yes or no.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Real(Real),
    /// Text. The event that set it and the record in which it stands share it.
    Text(Arc<str>),
    /// Bytes that only the application understands.
    Bytes(Arc<[u8]>),
}

impl Value {
    /// The longest text or bytes that a value may hold: 16 MiB. Replicas are for many small records; what is larger
    /// belongs into a store of files, with its digest here.
    pub const LONGEST: usize = 16 << 20;

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The whole number, if it is one.
    pub fn as_integer(&self) -> Option<i64> {
        if let Self::Integer(number) = self { Some(*number) } else { None }
    }

    /// Its kind.
    pub fn kind(&self) -> Option<Kind> {
        match self {
            Self::Null => None,
            Self::Boolean(_) => Some(Kind::Boolean),
            Self::Integer(_) => Some(Kind::Integer),
            Self::Real(_) => Some(Kind::Real),
            Self::Text(_) => Some(Kind::Text),
            Self::Bytes(_) => Some(Kind::Bytes),
        }
    }

    /// Whether it is the same: most often it is one that is shared.
    #[cfg(any(feature = "postgres", feature = "sqlite"))]
    pub(crate) fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(one), Self::Text(other)) => Arc::ptr_eq(one, other) || one == other,
            (Self::Bytes(one), Self::Bytes(other)) => Arc::ptr_eq(one, other) || one == other,
            _ => self == other,
        }
    }

    pub(crate) fn length(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Bytes(bytes) => bytes.len(),
            _ => 0,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Boolean(truth)
    }
}

/// Which values a contract allows in a field, beside [`Value::Null`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Any of them.
    #[default]
    Any,
    /// Yes or no.
    Boolean,
    /// Whole numbers.
    Integer,
    /// Numbers with a fraction.
    Real,
    /// Text.
    Text,
    /// Bytes.
    Bytes,
}

impl Kind {
    /// Whether it allows that value.
    pub fn allows(self, value: &Value) -> bool {
        self == Self::Any || value.kind().is_none_or(|kind| kind == self)
    }

    /// Its word in a contract's file.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Real => "real",
            Self::Text => "text",
            Self::Bytes => "bytes",
        }
    }
}

/// The name of a collection or field: 1 to 64 of `a-z`, `0-9`, `-` and `_`, beginning with a letter.
#[derive(Clone)]
pub struct Name(Arc<str>);

/// What is not a name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a name: write 1 to 64 of a-z, 0-9, - and _, beginning with a letter")]
pub struct NotAName(String);

impl Name {
    /// The name written so.
    ///
    /// # Errors
    /// It is not written as names are.
    pub fn new(text: &str) -> Result<Self, NotAName> {
        let fits = (1..=64).contains(&text.len())
            && text.starts_with(|first: char| first.is_ascii_lowercase())
            && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'));
        if fits { Ok(Self(text.into())) } else { Err(NotAName(text.chars().take(80).collect())) }
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it is written, shared.
    #[cfg(any(feature = "postgres", feature = "sqlite"))]
    pub(crate) fn shared(&self) -> Arc<str> {
        Arc::clone(&self.0)
    }
}

/// Names and keys are compared all the time, and most often with one that shares their text.
macro_rules! compared_by_text {
    ($($what:ty)*) => {$(
        impl PartialEq for $what {
            fn eq(&self, other: &Self) -> bool {
                Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
            }
        }

        impl Eq for $what {}

        impl Hash for $what {
            fn hash<H: Hasher>(&self, state: &mut H) {
                self.0.hash(state);
            }
        }

        impl Ord for $what {
            fn cmp(&self, other: &Self) -> Ordering {
                if Arc::ptr_eq(&self.0, &other.0) { Ordering::Equal } else { self.0.cmp(&other.0) }
            }
        }

        impl PartialOrd for $what {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }
    )*};
}

compared_by_text!(Name Key);

impl Borrow<str> for Name {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// What a record is called within its collection (and, in an owned collection, within its owner): 1 to 512 bytes of text.
#[derive(Clone)]
pub struct Key(Arc<str>);

/// What is not a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key has 1 to 512 bytes, this one {0}")]
pub struct NotAKey(usize);

impl Key {
    /// The key written so.
    ///
    /// # Errors
    /// It is empty or too long.
    pub fn new(text: &str) -> Result<Self, NotAKey> {
        if (1..=512).contains(&text.len()) { Ok(Self(text.into())) } else { Err(NotAKey(text.len())) }
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it is written, shared.
    #[cfg(any(feature = "postgres", feature = "sqlite"))]
    pub(crate) fn shared(&self) -> Arc<str> {
        Arc::clone(&self.0)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:?}", &self.0)
    }
}
