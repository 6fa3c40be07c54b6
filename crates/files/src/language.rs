//! The plan language as one table: which files there are, which tables each has, which keys each of those.
//!
//! Everything that knows the language reads this table: the reader (unknown, misplaced and missing keys, types), the
//! JSON Schema, the reference page, the templates. What a value means is in the model.

mod files;
mod tables;

pub use files::FileKind;

/// A kind of table, with its keys and the tables inside it.
#[derive(Debug)]
pub struct Table {
    /// Its keys, in the order in which files read best.
    pub keys: &'static [Key],
    /// The tables inside it, in the order in which files read best.
    pub tables: &'static [Inner],
    /// The type of keys that are names of the writer's choosing (`[severities]`, `merge`).
    pub any: Option<&'static Key>,
    /// Whether it may carry `silence`, `see` and `origin`.
    pub meta: bool,
    /// Exactly one of these keys must be there.
    pub one_of: &'static [&'static str],
}

/// A table inside another.
#[derive(Debug)]
pub struct Inner {
    /// The first part of its header.
    pub name: &'static str,
    /// How often it comes and what it is named by.
    pub shape: Shape,
    /// What is in it.
    pub table: &'static Table,
    /// What it is, in one line.
    pub doc: &'static str,
}

/// How often a table comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `[calendar]`.
    One,
    /// `[work.ID]`.
    Named,
    /// `[[absence]]`.
    List,
    /// `[[answer."TEAM/ASK"]]`.
    NamedList,
}

/// A key.
#[derive(Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What stands behind it.
    pub kind: Type,
    /// When it must be there.
    pub need: Need,
    /// When it may be there; always where absent.
    pub only: Option<When>,
    /// What holds where it is not written, in words or as the language writes it.
    pub default: Option<&'static str>,
    /// What it is, in one line.
    pub doc: &'static str,
}

/// When a key must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It may be left out.
    Optional,
    /// Always.
    Required,
    /// Where another key has one of some values.
    When(When),
}

/// That another key of the same table is there, with one of these values; any value where none are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct When {
    /// The other key.
    pub key: &'static str,
    /// Its values.
    pub values: &'static [&'static str],
}

/// What a reference names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noun {
    /// An outcome.
    Outcome,
    /// A work item.
    Work,
    /// An ask.
    Ask,
    /// A person.
    Person,
    /// An initiative; without a team, one of the council's.
    Initiative,
    /// A dataset.
    Dataset,
    /// A proposal.
    Proposal,
    /// A service.
    Service,
    /// A self-service.
    SelfService,
    /// Whatever may stand there: an outcome, work, a need, an ask, an initiative.
    Rankable,
    /// Work or an outcome.
    Gated,
    /// A person; without a team, one of the council's.
    Steward,
}

impl Noun {
    /// As the reference and error texts call it, with its article.
    pub fn words(self) -> &'static str {
        match self {
            Self::Outcome => "an outcome",
            Self::Work => "a work item",
            Self::Ask => "an ask",
            Self::Person | Self::Steward => "a person",
            Self::Initiative => "an initiative",
            Self::Dataset => "a dataset",
            Self::Proposal => "a proposal",
            Self::Service => "a service",
            Self::SelfService => "a self-service",
            Self::Rankable => "what is ranked",
            Self::Gated => "work or an outcome",
        }
    }

    /// Whether a name without a team is the council's.
    pub fn is_councils(self) -> bool {
        matches!(self, Self::Initiative | Self::Steward)
    }
}

/// What stands behind a key.
#[derive(Debug)]
pub enum Type {
    /// Text that is not empty.
    Text,
    /// A day.
    Date,
    /// A day, or `"now"`.
    Start,
    /// `2026-Q4`.
    Period,
    /// Person time with its uncertainty.
    Effort,
    /// Person time that comes round again.
    EffortRate,
    /// An amount of money.
    Money,
    /// Money that comes round again.
    MoneyRate,
    /// Money once, or as long as it is late.
    LateCost,
    /// How often something happens.
    CountRate,
    /// A part of one, `"90%"`.
    Share,
    /// Working time, `"5d"`.
    WorkTime,
    /// Time on the clock, `"2h"`.
    ClockTime,
    /// `"rarely over 2x"`.
    Spread,
    /// `"EUR"` or `"€"`.
    Currency,
    /// A whole number within bounds.
    Whole(i64, i64),
    /// A number within bounds.
    Number(f64, f64),
    /// `true` or `false`.
    Truth,
    /// A file pattern `repo:glob`.
    Pattern,
    /// A team's name.
    Team,
    /// A name within the same table.
    Name,
    /// `team/id`.
    Reference(Noun),
    /// One of some words.
    Word(&'static [&'static str]),
    /// A list; one may stand alone.
    List(&'static Type),
    /// A list with at least one entry; one may stand alone.
    Filled(&'static Type),
    /// A table in braces.
    Table(&'static Table),
    /// Tables in braces; one may stand alone.
    Tables(&'static Table),
    /// Text, or a table in braces.
    TextOrTable(&'static Table),
}

impl Table {
    /// The key with this name, of its own or one that any table may carry.
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        let own = self.keys.iter().find(|key| key.name == name);
        own.or_else(|| tables::META.iter().find(|key| self.meta && key.name == name)).or(self.any)
    }

    /// The table inside it whose header begins with this name.
    pub fn inner(&self, name: &str) -> Option<&'static Inner> {
        self.tables.iter().find(|inner| inner.name == name)
    }

    /// Its keys and those that any table may carry.
    pub fn all_keys(&self) -> impl Iterator<Item = &'static Key> + use<> {
        self.keys.iter().chain(tables::META.iter().take(if self.meta { usize::MAX } else { 0 }))
    }

    /// Every name that may stand in it.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.all_keys().map(|key| key.name).chain(self.tables.iter().map(|inner| inner.name))
    }
}

const fn key(name: &'static str, kind: Type, doc: &'static str) -> Key {
    Key { name, kind, need: Need::Optional, only: None, default: None, doc }
}

impl Key {
    const fn required(mut self) -> Self {
        self.need = Need::Required;
        self
    }
    const fn default(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self
    }
    const fn only(mut self, key: &'static str, values: &'static [&'static str]) -> Self {
        self.only = Some(When { key, values });
        self
    }
    const fn required_when(mut self, key: &'static str, values: &'static [&'static str]) -> Self {
        self.need = Need::When(When { key, values });
        self
    }
}

/// The path within its source: a file that was gathered from elsewhere is named `SOURCE:PATH`.
pub(crate) fn inside(path: &str) -> &str {
    path.split_once(':').map_or(path, |(_, inside)| inside)
}
