//! Where a value stands: looked up in the list of places that reading a file leaves behind.

use crate::fact::answer_to;
use crate::place::{Span, boundary, slice};
use crate::sources::{SourceFile, Sources};
use kedge_model::{Address, AnswerTo, FactId, Locate, Place, Reference, SignedThing, TeamId};
use std::collections::VecDeque;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

impl Locate for Sources {
    fn locate(&self, address: &Address) -> Option<Place> {
        let file = self.home_file(&address.fact)?;
        Some(file.place(&find(file, address)))
    }
}

impl SourceFile {
    /// The place of a span of the text.
    pub(crate) fn place(&self, span: &Span) -> Place {
        let text = &*self.text;
        let starts = || std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let lines: &Vec<usize> = self.lines.get_or_init(starts);
        let position = |offset: usize| {
            let offset = boundary(text, offset);
            let line = lines.partition_point(|start| *start <= offset).max(1);
            let start = lines.get(line - 1).copied().unwrap_or(0);
            let column = slice(text, &(start..offset)).trim_start_matches('\u{feff}').chars().count() + 1;
            (line as u32, column as u32)
        };
        let ((line, column), (end_line, end_column)) =
            (position(span.start), position(span.end.max(span.start)));
        Place { file: self.path.clone(), line, column, end_line, end_column }
    }
}

/// Where everything in a text stands, without the text: a few words for each value. Level by level, so that what is
/// directly inside a table or list stands side by side, in a table by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places(Vec<Spot>);

/// A value and its place, in bytes; files are smaller than 4 GB.
#[derive(Clone, Debug)]
struct Spot {
    /// Its name in its table, without quotes; empty in a list.
    name: (u32, u32),
    span: (u32, u32),
    /// What is directly inside it.
    inside: (u32, u32),
    kind: Kind,
}

impl Spot {
    fn name<'a>(&self, text: &'a str) -> &'a str {
        slice(text, &(self.name.0 as usize..self.name.1 as usize))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Table,
    List,
    Text,
    Other,
}

impl Places {
    /// The places of a text that was just parsed.
    pub(crate) fn of(text: &str, root: &DeTable<'_>) -> Self {
        // The first key stands for the file.
        let first = root.keys().map(Spanned::span).min_by_key(|span| span.start).unwrap_or(0..0);
        let mut spots = vec![Spot { name: (0, 0), span: short(&first), inside: (0, 0), kind: Kind::Table }];
        let mut open: VecDeque<(usize, Value<'_, '_>)> = VecDeque::from([(0, Value::Table(root))]);
        while let Some((at, value)) = open.pop_front() {
            let from = spots.len();
            let mut add = |name: Span, value| {
                let value: &Spanned<DeValue<'_>> = value;
                let (kind, inside) = match value.get_ref() {
                    DeValue::Table(table) => (Kind::Table, Some(Value::Table(table))),
                    DeValue::Array(array) => (Kind::List, Some(Value::List(array.iter()))),
                    DeValue::String(_) => (Kind::Text, None),
                    _ => (Kind::Other, None),
                };
                open.extend(inside.map(|inside| (spots.len(), inside)));
                spots.push(Spot { name: short(&name), span: short(&value.span()), inside: (0, 0), kind });
            };
            match value {
                Value::Table(table) => {
                    table.iter().for_each(|(name, value)| add(unquoted(text, name.span()), value));
                }
                Value::List(list) => list.for_each(|value| add(0..0, value)),
            }
            let inside = (from as u32, spots.len() as u32);
            if let Some(spot) = spots.get_mut(at) {
                spot.inside = inside;
            }
        }
        Self(spots)
    }
}

/// What is inside a value that has anything inside.
enum Value<'a, 'text> {
    Table(&'a DeTable<'text>),
    List(std::slice::Iter<'a, Spanned<DeValue<'text>>>),
}

fn short(span: &Span) -> (u32, u32) {
    (span.start as u32, span.end as u32)
}

/// The span within its quotes, where it has some.
fn unquoted(text: &str, span: Span) -> Span {
    let within = slice(text, &span);
    let quoted = within.len() >= 2 && within.starts_with(['"', '\'']);
    if quoted { span.start + 1..span.end - 1 } else { span }
}

/// A value in the text of its file.
#[derive(Clone, Copy)]
struct Tree<'a> {
    file: &'a SourceFile,
    spot: &'a Spot,
}

impl<'a> Tree<'a> {
    fn root(file: &'a SourceFile) -> Option<Self> {
        Some(Self { file, spot: file.places.0.first()? })
    }

    fn span(self) -> Span {
        self.spot.span.0 as usize..self.spot.span.1 as usize
    }

    fn name(self) -> &'a str {
        self.spot.name(&self.file.text)
    }

    /// What is directly inside.
    fn inside(self) -> impl Iterator<Item = Self> + Clone {
        let (from, to) = self.spot.inside;
        let spots = self.file.places.0.get(from as usize..to as usize).unwrap_or_default();
        spots.iter().map(move |spot| Self { file: self.file, spot })
    }

    fn get(self, name: &str) -> Option<Self> {
        let (from, to) = self.spot.inside;
        let spots = self.file.places.0.get(from as usize..to as usize).unwrap_or_default();
        if self.spot.kind != Kind::Table {
            return None;
        }
        let text = &*self.file.text;
        let at = spots.partition_point(|spot| spot.name(text) < name);
        let there = spots.get(at).filter(|spot| spot.name(text) == name);
        // A name with escapes in it stands where it would without them.
        let there = there.or_else(|| spots.iter().find(|spot| spot.name(text) == name));
        there.map(|spot| Self { file: self.file, spot })
    }

    /// A text, without its quotes.
    fn text(self) -> Option<&'a str> {
        let is_text = self.spot.kind == Kind::Text;
        is_text.then(|| slice(&self.file.text, &unquoted(&self.file.text, self.span())))
    }
}

/// Where one is while following an address.
#[derive(Clone)]
enum At<'a> {
    One(Tree<'a>),
    Entries(Vec<Tree<'a>>),
}

fn find(file: &SourceFile, address: &Address) -> Span {
    let own = file.own.clone().unwrap_or_else(TeamId::council);
    let Some(root) = Tree::root(file) else { return 0..0 };
    let Some(mut at) = fact(root, &address.fact, &own) else { return root.span() };
    let span_of = |at: &At<'_>| match at {
        At::One(tree) => Some(tree.span()),
        At::Entries(entries) => entries.first().map(|entry| entry.span()),
    };
    let mut best = span_of(&at).unwrap_or_else(|| root.span());
    for step in steps(&address.field) {
        let next = match (&at, &step) {
            (At::One(tree), Step::Key(name)) => tree.get(name).map(At::One),
            (At::One(tree), Step::Index(index)) => match tree.spot.kind {
                Kind::List => tree.inside().nth(*index).map(At::One),
                // One may stand alone where a list is meant.
                _ if *index == 0 => Some(at.clone()),
                _ => None,
            },
            (At::Entries(entries), Step::Index(index)) => entries.get(*index).copied().map(At::One),
            (At::Entries(_), Step::Key(_)) => None,
        };
        let Some(next) = next else { break };
        at = next;
        best = span_of(&at).unwrap_or(best);
    }
    best
}

fn fact<'a>(root: Tree<'a>, id: &FactId, own: &TeamId) -> Option<At<'a>> {
    let named = |table: &str, id: &str| root.get(table)?.get(id).map(At::One);
    match id {
        FactId::Settings | FactId::Council | FactId::Team(_) | FactId::Plan(_) => Some(At::One(root)),
        FactId::Initiative(id) => named("initiative", id.id().as_str()),
        FactId::Outcome(id) => named("outcome", id.id().as_str()),
        FactId::Work(id) => named("work", id.id().as_str()),
        FactId::Ask(id) => named("ask", id.id().as_str()),
        FactId::Need(id) => named("need", id.id().as_str()),
        FactId::Dataset(id) => named("dataset", id.id().as_str()),
        FactId::Proposal(id) => named("proposal", id.id().as_str()),
        FactId::Answers { to, .. } => {
            let answers = root.get("answer")?;
            let usual = match to {
                AnswerTo::Ask(ask) => ask.to_string(),
                AnswerTo::Need(need) => need.id().to_string(),
            };
            let usual = answers.get(&usual).filter(|tree| answer_to(tree.name(), own).as_ref() == Some(to));
            let any = || answers.inside().find(|tree| answer_to(tree.name(), own).as_ref() == Some(to));
            usual.or_else(any).map(At::One)
        }
        FactId::Signatures { under, .. } => match under {
            SignedThing::Proposal(id) => entries(root, "sign", "proposal", id.reference(), own),
            SignedThing::Contract(id) => entries(root, "sign", "contract", id.reference(), own),
        },
        FactId::Confirmations { outcome, .. } => {
            entries(root, "confirm", "outcome", outcome.reference(), own)
        }
    }
}

/// The entries of a list that name this thing.
fn entries<'a>(root: Tree<'a>, list: &str, key: &str, wanted: &Reference, own: &TeamId) -> Option<At<'a>> {
    let list = root.get(list).filter(|list| list.spot.kind == Kind::List)?;
    let names = |entry: &Tree<'_>| {
        let text = entry.get(key).and_then(Tree::text);
        text.is_some_and(|text| Reference::parse(text, own).is_ok_and(|found| &found == wanted))
    };
    Some(At::Entries(list.inside().filter(names).collect()))
}

enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

/// `fallback[1].create` as steps.
fn steps(field: &str) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    for part in field.split('.').filter(|part| !part.is_empty()) {
        let (name, rest) = part.split_once('[').map_or((part, ""), |(name, rest)| (name, rest));
        if !name.is_empty() {
            steps.push(Step::Key(name));
        }
        steps.extend(
            rest.split('[').filter_map(|index| index.trim_end_matches(']').parse().ok()).map(Step::Index),
        );
    }
    steps
}
