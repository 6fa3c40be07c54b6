//! A file as the language sees it: tables with typed values, each knowing where it stands.

use crate::language::{Inner, Key, Table};
use crate::place::Span;
use kedge_model::{
    ClockTime, Code, CountRate, Date, Effort, EffortRate, LateCost, Price, PriceRate, Reference, Share, Slug,
    Stance, TeamId, WorkTime,
};
use std::borrow::Cow;

/// A typed value; which variant stands behind a key is what the key's [`Type`](crate::language::Type) says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Text(String),
    Date(Date),
    Start(Stance),
    Effort(Effort),
    EffortRate(EffortRate),
    Money(Price),
    MoneyRate(PriceRate),
    LateCost(LateCost),
    CountRate(CountRate),
    Share(Share),
    WorkTime(WorkTime),
    ClockTime(ClockTime),
    Spread(f64),
    Whole(i64),
    Number(f64),
    Truth(bool),
    Team(TeamId),
    Name(Slug),
    Reference(Reference),
    Word(&'static str),
    List(Vec<Value>),
    Table(Box<Node>),
    Tables(Vec<Node>),
}

/// A table.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// What it may hold.
    pub table: &'static Table,
    /// Its header, its braces, or the key that implies it.
    pub at: Span,
    /// Its keys.
    pub entries: Vec<Entry>,
    /// The tables inside it.
    pub inner: Vec<InnerNode>,
}

/// A key with its value.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// What the language says of it.
    pub key: &'static Key,
    /// Its name; differs from the key's where the writer chooses it.
    pub name: Cow<'static, str>,
    /// Where the name stands.
    pub at: Span,
    /// Where the value stands.
    pub value_at: Span,
    /// The value; `None` where it was not understood, which is a finding already.
    pub value: Option<Value>,
}

/// The tables of one name inside a table.
#[derive(Clone, Debug)]
pub(crate) struct InnerNode {
    /// What the language says of them.
    pub inner: &'static Inner,
    /// The first of them, or the value that holds them all.
    pub at: Span,
    /// Each with its name (empty where the shape has none), where the name stands, and itself.
    pub items: Vec<Item>,
}

/// One table inside another, or the entries of one name.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    /// Its name as written; empty where the shape has none.
    pub name: String,
    /// Where the name stands.
    pub at: Span,
    /// One table; several where the shape is a list of a name.
    pub nodes: Vec<Node>,
}

impl PartialEq for Node {
    /// Equal where they say the same, wherever they stand and in whatever order the keys are.
    fn eq(&self, other: &Self) -> bool {
        let written = |node: &Self| node.entries.iter().filter(|entry| entry.value.is_some()).count();
        written(self) == written(other)
            && self
                .entries
                .iter()
                .all(|entry| entry.value.is_none() || other.value(&entry.name) == entry.value.as_ref())
            && self.inner.iter().filter(|inner| !inner.items.is_empty()).count()
                == other.inner.iter().filter(|inner| !inner.items.is_empty()).count()
            && self.inner.iter().all(|inner| inner.items == other.items(inner.inner.name))
    }
}

impl PartialEq for Item {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.nodes == other.nodes
    }
}

impl Node {
    /// An empty table that stands nowhere yet.
    pub(crate) fn new(table: &'static Table) -> Self {
        Self { table, at: 0..0, entries: Vec::new(), inner: Vec::new() }
    }

    /// The entry with this name.
    pub(crate) fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name == name)
    }

    /// Whether the key is written, understood or not.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.entry(name).is_some()
    }

    /// The value of a key.
    pub(crate) fn value(&self, name: &str) -> Option<&Value> {
        self.entry(name).and_then(|entry| entry.value.as_ref())
    }

    /// The tables of one name inside it.
    pub(crate) fn items(&self, name: &str) -> &[Item] {
        self.inner.iter().find(|inner| inner.inner.name == name).map_or(&[], |inner| &inner.items)
    }

    /// The one table of this name inside it.
    pub(crate) fn one(&self, name: &str) -> Option<&Self> {
        self.items(name).first().and_then(|item| item.nodes.first())
    }

    /// The tables of a list.
    pub(crate) fn list(&self, name: &str) -> impl Iterator<Item = &Self> {
        self.items(name).iter().flat_map(|item| &item.nodes)
    }

    /// Texts of a list.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        self.each(name, |value| match value {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        })
    }

    /// Words of a list, each made into what it stands for.
    pub(crate) fn words<T>(&self, name: &str, of: impl Fn(&str) -> Option<T>) -> Vec<T> {
        self.each(name, |value| match value {
            Value::Word(word) => of(word),
            _ => None,
        })
    }

    /// Dates of a list.
    pub(crate) fn dates(&self, name: &str) -> Vec<Date> {
        self.each(name, |value| match value {
            Value::Date(date) => Some(*date),
            _ => None,
        })
    }

    /// Teams of a list.
    pub(crate) fn teams(&self, name: &str) -> Vec<TeamId> {
        self.each(name, |value| match value {
            Value::Team(team) => Some(team.clone()),
            _ => None,
        })
    }

    /// References of a list.
    pub(crate) fn references<T: From<Reference>>(&self, name: &str) -> Vec<T> {
        self.each(name, |value| match value {
            Value::Reference(reference) => Some(reference.clone().into()),
            _ => None,
        })
    }

    /// A reference.
    pub(crate) fn reference<T: From<Reference>>(&self, name: &str) -> Option<T> {
        match self.value(name) {
            Some(Value::Reference(reference)) => Some(reference.clone().into()),
            _ => None,
        }
    }

    /// A word.
    pub(crate) fn word(&self, name: &str) -> Option<&'static str> {
        match self.value(name) {
            Some(Value::Word(word)) => Some(word),
            _ => None,
        }
    }

    /// A table in braces.
    pub(crate) fn braces(&self, name: &str) -> Option<&Self> {
        match self.value(name) {
            Some(Value::Table(node)) => Some(node),
            _ => None,
        }
    }

    /// Tables in braces.
    pub(crate) fn braces_list(&self, name: &str) -> &[Self] {
        match self.value(name) {
            Some(Value::Tables(nodes)) => nodes,
            _ => &[],
        }
    }

    fn each<T>(&self, name: &str, of: impl Fn(&Value) -> Option<T>) -> Vec<T> {
        match self.value(name) {
            Some(Value::List(values)) => values.iter().filter_map(of).collect(),
            _ => Vec::new(),
        }
    }

    /// Writes a key; nothing where there is no value.
    pub(crate) fn set(&mut self, name: &str, value: Option<impl Into<Value>>) {
        let Some(value) = value else { return };
        // The language has every key that facts are written with; a test writes each of them.
        let Some(key) = self.table.key(name) else { return };
        let name = if key.name == name { Cow::Borrowed(key.name) } else { Cow::Owned(name.to_owned()) };
        self.entries.push(Entry { key, name, at: 0..0, value_at: 0..0, value: Some(value.into()) });
    }

    /// Writes a list; nothing where it is empty.
    pub(crate) fn set_list<T: Into<Value>>(&mut self, name: &str, values: impl IntoIterator<Item = T>) {
        let values: Vec<Value> = values.into_iter().map(Into::into).collect();
        if !values.is_empty() {
            self.set(name, Some(Value::List(values)));
        }
    }

    /// Adds a table inside it.
    pub(crate) fn push(&mut self, name: &str, id: &str, node: Self) {
        let Some(inner) = self.table.inner(name) else { return };
        let at = self.inner.iter().position(|it| it.inner.name == name).unwrap_or_else(|| {
            self.inner.push(InnerNode { inner, at: 0..0, items: Vec::new() });
            self.inner.len() - 1
        });
        let items = &mut self.inner[at].items;
        match items.last_mut().filter(|item| item.name == id && !id.is_empty()) {
            Some(item) => item.nodes.push(node),
            None => items.push(Item { name: id.to_owned(), at: 0..0, nodes: vec![node] }),
        }
    }

    /// An empty table of the kind that stands inside this one under this name.
    pub(crate) fn inside(&self, name: &str) -> Self {
        Self::new(self.table.inner(name).map_or(self.table, |inner| inner.table))
    }

    /// An empty table of the kind that stands in braces behind this key.
    pub(crate) fn behind(&self, name: &str) -> Self {
        use crate::language::Type;
        let table = match self.table.key(name).map(|key| &key.kind) {
            Some(Type::Table(table) | Type::Tables(table) | Type::TextOrTable(table)) => table,
            _ => self.table,
        };
        Self::new(table)
    }
}

macro_rules! getters {
    ($($name:ident: $variant:ident => $kind:ty),* $(,)?) => {
        impl Node {$(
            pub(crate) fn $name(&self, name: &str) -> Option<$kind> {
                match self.value(name) {
                    Some(Value::$variant(value)) => Some(value.clone()),
                    _ => None,
                }
            }
        )*}
    };
}
getters! {
    text: Text => String,
    date: Date => Date,
    start: Start => Stance,
    effort: Effort => Effort,
    effort_rate: EffortRate => EffortRate,
    money: Money => Price,
    money_rate: MoneyRate => PriceRate,
    late_cost: LateCost => LateCost,
    count_rate: CountRate => CountRate,
    share: Share => Share,
    work_time: WorkTime => WorkTime,
    clock_time: ClockTime => ClockTime,
    spread: Spread => f64,
    whole: Whole => i64,
    number: Number => f64,
    truth: Truth => bool,
    team: Team => TeamId,
    slug: Name => Slug,
}

macro_rules! from_each {
    ($($variant:ident: $kind:ty),* $(,)?) => {$(
        impl From<$kind> for Value {
            fn from(it: $kind) -> Self {
                Self::$variant(it)
            }
        }
    )*};
}
from_each! {
    Text: String, Date: Date, Start: Stance, Effort: Effort, EffortRate: EffortRate, Money: Price,
    MoneyRate: PriceRate, LateCost: LateCost, CountRate: CountRate, Share: Share, WorkTime: WorkTime,
    ClockTime: ClockTime, Truth: bool, Team: TeamId, Name: Slug, Reference: Reference, Word: &'static str,
    Whole: i64, List: Vec<Value>, Tables: Vec<Node>,
}
impl From<Node> for Value {
    fn from(node: Node) -> Self {
        Self::Table(Box::new(node))
    }
}

/// A rule's code from a key that the reader has accepted.
pub(crate) fn code(entry: &Entry) -> Option<Code> {
    entry.name.parse().ok()
}
