//! Findings: what a reader or a rule has to say about a place in the plans. How one looks is a renderer's job.

use crate::literal::LiteralError;
use crate::{FactId, TeamId};
use serde::{Serialize, Serializer};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// A rule's stable code, `K101`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(u16);

impl Code {
    /// The rule with this number; numbers above 999 become 999.
    pub const fn new(number: u16) -> Self {
        Self(if number > 999 { 999 } else { number })
    }

    /// The number.
    pub const fn number(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "K{:03}", self.0)
    }
}
impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl FromStr for Code {
    type Err = LiteralError;
    fn from_str(text: &str) -> Result<Self, LiteralError> {
        let digits = text.strip_prefix(['K', 'k']).unwrap_or_default();
        if digits.len() == 3
            && let Ok(number) = digits.parse()
        {
            return Ok(Self(number));
        }
        Err(LiteralError::new(format!("`{text}` is not a rule's code")).fix("write it as `K101`"))
    }
}

/// How much a finding matters; the order is by weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Good to know.
    Note,
    /// Look at it.
    Warning,
    /// Another team, or the file itself, can stop this.
    Error,
}

impl Severity {
    /// The word that settings and reports use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A value in the plans: a fact, and a key within it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// The fact.
    pub fact: FactId,
    /// The key within it, `wanted`, `fallback[1].create`, `person.mira.roles`; empty for the fact itself.
    pub field: String,
}

impl Address {
    /// The fact as a whole.
    pub fn of(fact: impl Into<FactId>) -> Self {
        Self { fact: fact.into(), field: String::new() }
    }

    /// A key of the fact.
    pub fn field(fact: impl Into<FactId>, field: impl Into<String>) -> Self {
        Self { fact: fact.into(), field: field.into() }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.fact, f)?;
        if self.field.is_empty() { Ok(()) } else { write!(f, " {}", self.field) }
    }
}
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A stretch of a file. Lines and columns count from 1; columns are characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Place {
    /// The file, relative to the organisation's folder, with `/`.
    pub file: Arc<str>,
    /// First line.
    pub line: u32,
    /// First column.
    pub column: u32,
    /// Line of the end.
    pub end_line: u32,
    /// Column just past the end.
    pub end_column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// Whoever knows where the facts are written; asked from several threads at once.
pub trait Locate: Sync {
    /// Where the value stands; the nearest enclosing thing where the value itself is not written; `None` for facts that
    /// are in no file.
    fn locate(&self, address: &Address) -> Option<Place>;
}

/// Where a finding points.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// Into a file, known because it was just read.
    Place(Place),
    /// At a fact, to be located by whoever holds the files.
    Address(Address),
}

/// What to do about a finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Fix {
    /// The instruction, in one line.
    pub advice: String,
    /// The lines to add or change, as the plan language; empty where the advice says it all.
    pub lines: Vec<String>,
    /// The text to write over what the finding points at, where that is safe: it changes nothing that anybody meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replacement: Option<String>,
}

impl Fix {
    /// Advice alone.
    pub fn advice(advice: impl Into<String>) -> Self {
        Self { advice: advice.into(), lines: Vec::new(), replacement: None }
    }

    /// Advice with the lines to add.
    pub fn lines(advice: impl Into<String>, lines: impl IntoIterator<Item = String>) -> Self {
        Self { advice: advice.into(), lines: lines.into_iter().collect(), replacement: None }
    }

    /// With the text to write over what the finding points at. Only where that is safe.
    #[must_use]
    pub fn replacing(mut self, replacement: impl Into<String>) -> Self {
        self.replacement = Some(replacement.into());
        self
    }
}

/// One thing found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule.
    pub code: Code,
    /// How much it matters, before policy.
    pub severity: Severity,
    /// Where.
    pub subject: Subject,
    /// What was found, in one sentence with the names in it.
    pub message: String,
    /// What to do; every error has one.
    pub fix: Option<Fix>,
    /// Other places that take part, each with a word on how.
    pub related: Vec<(Subject, String)>,
    /// The team whose finding it is: who can mend it.
    pub team: Option<TeamId>,
}

impl Finding {
    /// A finding at a fact.
    pub fn at(code: Code, severity: Severity, address: Address, message: impl Into<String>) -> Self {
        let team = address.fact.writer();
        Self {
            code,
            severity,
            subject: Subject::Address(address),
            message: message.into(),
            fix: None,
            related: Vec::new(),
            team,
        }
    }

    /// A finding in a file.
    pub fn in_file(code: Code, severity: Severity, place: Place, message: impl Into<String>) -> Self {
        Self {
            code,
            severity,
            subject: Subject::Place(place),
            message: message.into(),
            fix: None,
            related: Vec::new(),
            team: None,
        }
    }

    /// With what to do about it.
    #[must_use]
    pub fn with_fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    /// With another place that takes part.
    #[must_use]
    pub fn with_related(mut self, subject: Subject, how: impl Into<String>) -> Self {
        self.related.push((subject, how.into()));
        self
    }

    /// Where it stands, asking `files` where it points at a fact.
    pub fn place(&self, files: &dyn Locate) -> Option<Place> {
        match &self.subject {
            Subject::Place(place) => Some(place.clone()),
            Subject::Address(address) => files.locate(address),
        }
    }
}

/// The name in `known` that `given` was most likely meant to be.
///
/// ```
/// use kedge_model::nearest;
/// assert_eq!(nearest("paymnets", ["payments", "search"]), Some("payments"));
/// assert_eq!(nearest("zebra", ["payments", "search"]), None);
/// ```
pub fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(given, name), name))
        .filter(|(distance, name)| *distance * 3 <= given.chars().count().max(name.chars().count()))
        .min()
        .map(|(_, name)| name)
}
