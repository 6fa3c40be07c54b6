//! Between the language's tables and the model's facts: each kind has its reading and its writing side by side.

mod answers;
mod council;
mod dataset;
mod plan;
mod proposal;
mod settings;
mod team;

pub(crate) use answers::answer_to;

use crate::language::FileKind;
use crate::node::{Node, Value, code};
use crate::reading::Reading;
use kedge_model::{Fact, Meta, PlanId, Silence, Slug, TeamId};
use std::collections::BTreeMap;

/// What the facts of a file need to know beside what is written in it.
#[derive(Clone, Debug)]
pub(crate) struct Home {
    /// Whose file it is.
    pub own: TeamId,
    /// The plan that a plan file is, by its name; of other files nothing.
    pub plan: Option<PlanId>,
    /// First month of the year that quarters are counted in.
    pub first_month: u8,
}

/// The facts of a file, each with where it begins; what lacks something that it must have is left out, since that is a
/// finding already.
pub(crate) fn decode(kind: FileKind, node: &Node, home: &Home) -> Vec<(usize, Fact)> {
    let mut facts = Vec::new();
    match kind {
        FileKind::Settings => facts.extend(settings::decode(node).map(|it| (0, it.into()))),
        FileKind::Council => {
            facts.push((0, council::decode(node).into()));
            council::decode_initiatives(node, home, &mut facts);
            answers::decode(node, home, &mut facts);
        }
        FileKind::Team => facts.extend(team::decode(node, home).map(|it| (0, it.into()))),
        FileKind::Plan => plan::decode(node, home, &mut facts),
        FileKind::Answers => answers::decode(node, home, &mut facts),
        FileKind::Data => dataset::decode(node, home, &mut facts),
        FileKind::Proposal => proposal::decode(node, home, &mut facts),
    }
    // In the order of the file, the head first; sorting is stable.
    facts.sort_by_key(|(at, _)| *at);
    facts
}

/// The file that holds these facts, in their order.
pub(crate) fn encode(kind: FileKind, facts: &[Fact], home: &Home, meta: &Meta) -> Node {
    let mut node = Node::new(kind.table());
    if kind != FileKind::Settings {
        node.set("team", Some(home.own.clone()));
    }
    for fact in facts {
        match fact {
            Fact::Settings(it) => settings::encode(it, &mut node),
            Fact::Council(it) => council::encode(it, &mut node),
            Fact::Initiative(it) => council::encode_initiative(it, &mut node),
            Fact::Team(it) => team::encode(it, &mut node),
            Fact::Plan(it) => plan::encode(it, home, &mut node),
            Fact::Outcome(it) => plan::encode_outcome(it, &mut node),
            Fact::Work(it) => plan::encode_work(it, &mut node),
            Fact::Ask(it) => plan::encode_ask(it, &mut node),
            Fact::Answers(it) => answers::encode_log(it, home, &mut node),
            Fact::Need(it) => answers::encode_need(it, &mut node),
            Fact::Signatures(it) => answers::encode_signatures(it, &mut node),
            Fact::Confirmations(it) => answers::encode_confirmations(it, &mut node),
            Fact::Dataset(it) => dataset::encode(it, &mut node),
            Fact::Proposal(it) => proposal::encode(it, &mut node),
        }
    }
    if matches!(kind, FileKind::Answers | FileKind::Data | FileKind::Proposal) {
        encode_meta(meta, &mut node);
    }
    node
}

/// `silence`, `see` and `origin` of a table.
pub(crate) fn decode_meta(node: &Node) -> Meta {
    let mut silence = BTreeMap::new();
    if let Some(silences) = node.braces("silence") {
        for entry in &silences.entries {
            let Some(code) = code(entry) else { continue };
            let silenced = match &entry.value {
                Some(Value::Text(why)) => Some(Silence { why: why.clone(), until: None }),
                Some(Value::Table(node)) => {
                    node.text("why").map(|why| Silence { why, until: node.date("until") })
                }
                _ => None,
            };
            silence.extend(silenced.map(|silenced| (code, silenced)));
        }
    }
    Meta { silence, see: node.texts("see"), origin: node.text("origin") }
}

/// Writes `silence`, `see` and `origin`.
pub(crate) fn encode_meta(meta: &Meta, node: &mut Node) {
    if !meta.silence.is_empty() {
        let mut silences = node.behind("silence");
        for (code, silence) in &meta.silence {
            let value = match silence.until {
                None => Value::Text(silence.why.clone()),
                Some(until) => {
                    let mut braces = silences.behind("CODE");
                    braces.set("why", Some(silence.why.clone()));
                    braces.set("until", Some(until));
                    braces.into()
                }
            };
            silences.set(&code.to_string(), Some(value));
        }
        node.set("silence", Some(silences));
    }
    node.set_list("see", meta.see.iter().cloned());
    node.set("origin", meta.origin.clone());
}

/// The tables with names inside a table, each with its name.
fn named<'a>(node: &'a Node, name: &str) -> impl Iterator<Item = (Slug, &'a Node)> {
    node.items(name).iter().filter_map(|item| Some((item.name.parse().ok()?, item.nodes.first()?)))
}

/// The value unless it is what holds where nothing is written.
fn unless<T: PartialEq + Clone>(value: &T, default: &T) -> Option<T> {
    (value != default).then(|| value.clone())
}

/// What no single key shows: keys that do not go together.
pub(crate) fn examine(reading: &mut Reading<'_>, kind: FileKind, node: &Node, first_month: u8) {
    match kind {
        FileKind::Plan => plan::examine(reading, node, first_month),
        FileKind::Data => dataset::examine(reading, node),
        _ => {}
    }
}

/// The fact with what its file's top says of all in it. Of plans, teams and the council the head is a fact of its own,
/// so only files without one hand their silences down.
pub(crate) fn inherit(kind: FileKind, head: &Meta, fact: Fact) -> Fact {
    let heads = matches!(kind, FileKind::Answers | FileKind::Data | FileKind::Proposal);
    if !heads || *head == Meta::default() {
        return fact;
    }
    each_meta(fact, &|meta| {
        for (code, silence) in &head.silence {
            meta.silence.entry(*code).or_insert_with(|| silence.clone());
        }
        if meta.see.is_empty() {
            meta.see.clone_from(&head.see);
        }
        if meta.origin.is_none() {
            meta.origin.clone_from(&head.origin);
        }
    })
}

/// The fact without what its file's top says of all in it: the inverse of [`inherit`].
pub(crate) fn disinherit(kind: FileKind, head: &Meta, fact: Fact) -> Fact {
    let heads = matches!(kind, FileKind::Answers | FileKind::Data | FileKind::Proposal);
    if !heads || *head == Meta::default() {
        return fact;
    }
    each_meta(fact, &|meta| {
        meta.silence.retain(|code, silence| head.silence.get(code) != Some(silence));
        if meta.see == head.see {
            meta.see.clear();
        }
        if meta.origin == head.origin {
            meta.origin = None;
        }
    })
}

/// The fact with each of its metas changed: of a log, those of its entries.
fn each_meta(fact: Fact, change: &dyn Fn(&mut Meta)) -> Fact {
    match fact {
        Fact::Answers(it) => {
            let mut it = (*it).clone();
            it.entries.iter_mut().for_each(|entry| change(&mut entry.meta));
            it.into()
        }
        Fact::Signatures(it) => {
            let mut it = (*it).clone();
            it.entries.iter_mut().for_each(|entry| change(&mut entry.meta));
            it.into()
        }
        Fact::Confirmations(it) => {
            let mut it = (*it).clone();
            it.entries.iter_mut().for_each(|entry| change(&mut entry.meta));
            it.into()
        }
        Fact::Need(it) => {
            let mut it = (*it).clone();
            change(&mut it.meta);
            it.into()
        }
        Fact::Dataset(it) => {
            let mut it = (*it).clone();
            change(&mut it.meta);
            it.into()
        }
        Fact::Proposal(it) => {
            let mut it = (*it).clone();
            change(&mut it.meta);
            it.into()
        }
        other => other,
    }
}
