//! Where a value stands: found by reading its one file again when somebody asks, so that loading need not keep every
//! place.

use crate::fact::answer_to;
use crate::place::{Span, boundary, slice};
use crate::sources::{SourceFile, Sources};
use kedge_model::{Address, FactId, Locate, Place, Reference, SignedThing, TeamId};
use std::collections::BTreeMap;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

impl Locate for Sources {
    fn locate(&self, address: &Address) -> Option<Place> {
        let file = self.home_file(&address.fact)?;
        let places = file.places.get_or_init(|| Arc::new(Places::of(&file.text)));
        let span = find(file, &places.root, address);
        Some(places.place(&file.path, &file.text, &span))
    }
}

/// Where everything in a text stands; made when somebody first asks, and kept.
#[derive(Debug)]
pub(crate) struct Places {
    root: Tree,
    /// Where each line begins.
    lines: Vec<usize>,
}

/// A value with its place.
#[derive(Debug)]
struct Tree {
    span: Span,
    inside: Inside,
}

#[derive(Debug)]
enum Inside {
    Table(BTreeMap<String, Tree>),
    List(Vec<Tree>),
    Text(String),
    Other,
}

impl Places {
    fn of(text: &str) -> Self {
        let (root, _) = DeTable::parse_recoverable(text);
        // The first key stands for the file.
        let first = root.get_ref().keys().map(Spanned::span).min_by_key(|span| span.start).unwrap_or(0..0);
        let root = Tree { span: first, inside: table(root.get_ref()) };
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { root, lines }
    }

    fn place(&self, file: &Arc<str>, text: &str, span: &Span) -> Place {
        let position = |offset: usize| {
            let offset = boundary(text, offset);
            let line = self.lines.partition_point(|start| *start <= offset).max(1);
            let start = self.lines.get(line - 1).copied().unwrap_or(0);
            let column = slice(text, &(start..offset)).trim_start_matches('\u{feff}').chars().count() + 1;
            (line as u32, column as u32)
        };
        let ((line, column), (end_line, end_column)) =
            (position(span.start), position(span.end.max(span.start)));
        Place { file: file.clone(), line, column, end_line, end_column }
    }
}

fn table(table: &DeTable<'_>) -> Inside {
    Inside::Table(table.iter().map(|(name, value)| (name.get_ref().to_string(), tree(value))).collect())
}

fn tree(value: &Spanned<DeValue<'_>>) -> Tree {
    let inside = match value.get_ref() {
        DeValue::Table(inner) => table(inner),
        DeValue::Array(array) => Inside::List(array.iter().map(tree).collect()),
        DeValue::String(text) => Inside::Text(text.to_string()),
        _ => Inside::Other,
    };
    Tree { span: value.span(), inside }
}

impl Tree {
    fn get(&self, name: &str) -> Option<&Self> {
        match &self.inside {
            Inside::Table(table) => table.get(name),
            _ => None,
        }
    }
}

/// Where one is while following an address.
#[derive(Clone)]
enum At<'a> {
    One(&'a Tree),
    Entries(Vec<&'a Tree>),
}

fn find(file: &SourceFile, root: &Tree, address: &Address) -> Span {
    let own = file.own.clone().unwrap_or_else(TeamId::council);
    let Some(mut at) = fact(root, &address.fact, &own) else { return root.span.clone() };
    let span_of = |at: &At<'_>| match at {
        At::One(tree) => Some(tree.span.clone()),
        At::Entries(entries) => entries.first().map(|entry| entry.span.clone()),
    };
    let mut best = span_of(&at).unwrap_or_else(|| root.span.clone());
    for step in steps(&address.field) {
        let next = match (&at, &step) {
            (At::One(tree), Step::Key(name)) => tree.get(name).map(At::One),
            (At::One(tree), Step::Index(index)) => match &tree.inside {
                Inside::List(list) => list.get(*index).map(At::One),
                // One may stand alone where a list is meant.
                _ if *index == 0 => Some(at.clone()),
                _ => None,
            },
            (At::Entries(entries), Step::Index(index)) => entries.get(*index).map(|entry| At::One(entry)),
            (At::Entries(_), Step::Key(_)) => None,
        };
        let Some(next) = next else { break };
        at = next;
        best = span_of(&at).unwrap_or(best);
    }
    best
}

fn fact<'a>(root: &'a Tree, id: &FactId, own: &TeamId) -> Option<At<'a>> {
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
            let Inside::Table(answers) = &root.get("answer")?.inside else { return None };
            let mut found = answers.iter().filter(|(name, _)| answer_to(name, own).as_ref() == Some(to));
            found.next().map(|(_, tree)| At::One(tree))
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
fn entries<'a>(root: &'a Tree, list: &str, key: &str, wanted: &Reference, own: &TeamId) -> Option<At<'a>> {
    let Inside::List(list) = &root.get(list)?.inside else { return None };
    let names = |entry: &&Tree| match entry.get(key).map(|tree| &tree.inside) {
        Some(Inside::Text(text)) => Reference::parse(text, own).is_ok_and(|found| &found == wanted),
        _ => false,
    };
    Some(At::Entries(list.iter().filter(names).collect()))
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
