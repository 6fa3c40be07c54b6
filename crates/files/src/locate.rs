//! Where a value stands: found by reading its one file again, so that loading need not keep every place.

use crate::fact::answer_to;
use crate::place::{Span, place};
use crate::sources::{SourceFile, Sources};
use kedge_model::{Address, FactId, Locate, Place, Reference, SignedThing, TeamId};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

impl Locate for Sources {
    fn locate(&self, address: &Address) -> Option<Place> {
        let file = self.home_file(&address.fact)?;
        let (root, _) = DeTable::parse_recoverable(&file.text);
        let span = find(file, root.get_ref(), address);
        Some(place(&file.path, &file.text, &span))
    }
}

/// Where one is while following an address.
#[derive(Clone)]
enum At<'a, 'i> {
    Table(&'a DeTable<'i>),
    Value(&'a Spanned<DeValue<'i>>),
    Entries(Vec<&'a Spanned<DeValue<'i>>>),
}

fn find(file: &SourceFile, root: &DeTable<'_>, address: &Address) -> Span {
    let own = file.own.clone().unwrap_or_else(TeamId::council);
    let top = first_key(root);
    let Some(start) = fact(root, &address.fact, &own) else { return top };
    let mut at = start;
    let mut best = span_of(&at).unwrap_or(top);
    for step in steps(&address.field) {
        let next = match (&at, &step) {
            (At::Table(table), Step::Key(name)) => table.get(*name).map(At::Value),
            (At::Value(value), Step::Key(name)) => match value.get_ref() {
                DeValue::Table(table) => table.get(*name).map(At::Value),
                _ => None,
            },
            (At::Value(value), Step::Index(index)) => match value.get_ref() {
                DeValue::Array(array) => array.get(*index).map(At::Value),
                // One may stand alone where a list is meant.
                _ if *index == 0 => Some(at.clone()),
                _ => None,
            },
            (At::Entries(entries), Step::Index(index)) => entries.get(*index).map(|entry| At::Value(entry)),
            _ => None,
        };
        let Some(next) = next else { break };
        at = next;
        best = span_of(&at).unwrap_or(best);
    }
    best
}

fn span_of(at: &At<'_, '_>) -> Option<Span> {
    match at {
        At::Table(_) => None,
        At::Value(value) => Some(value.span()),
        At::Entries(entries) => entries.first().map(|entry| entry.span()),
    }
}

/// The first key of a file, which stands for the file.
fn first_key(root: &DeTable<'_>) -> Span {
    root.keys().map(Spanned::span).min_by_key(|span| span.start).unwrap_or(0..0)
}

fn fact<'a, 'i>(root: &'a DeTable<'i>, id: &FactId, own: &TeamId) -> Option<At<'a, 'i>> {
    let named = |table: &str, id: &str| match root.get(table)?.get_ref() {
        DeValue::Table(table) => table.get(id).map(At::Value),
        _ => None,
    };
    match id {
        FactId::Settings | FactId::Council | FactId::Team(_) | FactId::Plan(_) => Some(At::Table(root)),
        FactId::Initiative(id) => named("initiative", id.id().as_str()),
        FactId::Outcome(id) => named("outcome", id.id().as_str()),
        FactId::Work(id) => named("work", id.id().as_str()),
        FactId::Ask(id) => named("ask", id.id().as_str()),
        FactId::Need(id) => named("need", id.id().as_str()),
        FactId::Dataset(id) => named("dataset", id.id().as_str()),
        FactId::Proposal(id) => named("proposal", id.id().as_str()),
        FactId::Answers { to, .. } => {
            let DeValue::Table(answers) = root.get("answer")?.get_ref() else { return None };
            answers
                .iter()
                .find(|(name, _)| answer_to(name.get_ref(), own).as_ref() == Some(to))
                .map(|(_, value)| At::Value(value))
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
fn entries<'a, 'i>(
    root: &'a DeTable<'i>,
    list: &str,
    key: &str,
    wanted: &Reference,
    own: &TeamId,
) -> Option<At<'a, 'i>> {
    let DeValue::Array(array) = root.get(list)?.get_ref() else { return None };
    let names = |entry: &&Spanned<DeValue<'i>>| match entry.get_ref() {
        DeValue::Table(table) => table
            .get(key)
            .and_then(|value| value.get_ref().as_str())
            .and_then(|text| Reference::parse(text, own).ok())
            .is_some_and(|found| &found == wanted),
        _ => false,
    };
    Some(At::Entries(array.iter().filter(names).collect()))
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
