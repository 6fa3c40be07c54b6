//! Datasets and their contracts.

use super::{Home, decode_meta, encode_meta, named};
use crate::node::{Node, Value};
use crate::reading::Reading;
use kedge_model::{
    Contract, ContractKind, Dataset, DatasetId, Does, Fact, FieldMerge, Fix, Invariant, InvariantKind,
    Operation, Transport, codes,
};

const INVARIANTS: [(&str, InvariantKind); 5] = [
    ("unique", InvariantKind::Unique),
    ("reference", InvariantKind::Reference),
    ("balance", InvariantKind::Balance),
    ("monotone", InvariantKind::Monotone),
    ("per-row", InvariantKind::PerRow),
];
const DOES: [(&str, Does); 7] = [
    ("insert", Does::Insert),
    ("insert-if-absent", Does::InsertIfAbsent),
    ("set", Does::Set),
    ("read-then-set", Does::ReadThenSet),
    ("increment", Does::Increment),
    ("decrement", Does::Decrement),
    ("delete", Does::Delete),
];
const MERGES: [(&str, FieldMerge); 6] = [
    ("last-writer", FieldMerge::LastWriter),
    ("keep-both", FieldMerge::KeepBoth),
    ("add-wins", FieldMerge::AddWins),
    ("sum", FieldMerge::Sum),
    ("max", FieldMerge::Max),
    ("min", FieldMerge::Min),
];

fn meant<T: Copy>(words: &[(&'static str, T)], word: &str) -> Option<T> {
    words.iter().find(|(name, _)| *name == word).map(|(_, meant)| *meant)
}

fn word_for<T: PartialEq>(words: &[(&'static str, T)], meant: &T) -> Option<&'static str> {
    words.iter().find(|(_, known)| known == meant).map(|(name, _)| *name)
}

pub(super) fn decode(node: &Node, home: &Home, facts: &mut Vec<(usize, Fact)>) {
    for (name, node) in named(node, "dataset") {
        let dataset = Dataset {
            id: DatasetId::new(home.own.clone(), name),
            title: node.text("title"),
            unowned: node.truth("unowned").unwrap_or(false),
            places: node.texts("where"),
            writers: node.teams("writers"),
            readers: node.teams("readers"),
            invariants: named(node, "invariant")
                .filter_map(|(name, node)| Some((name, invariant(node)?)))
                .collect(),
            operations: named(node, "operation")
                .filter_map(|(name, node)| Some((name, operation(node)?)))
                .collect(),
            contract: node.one("contract").and_then(contract),
            meta: decode_meta(node),
        };
        facts.push((node.at.start, dataset.into()));
    }
}

fn invariant(node: &Node) -> Option<Invariant> {
    let mut fields = node.texts("fields");
    fields.extend(node.text("field"));
    Some(Invariant {
        kind: meant(&INVARIANTS, node.word("kind")?)?,
        fields,
        to: node.reference("to"),
        min: node.whole("min"),
        max: node.whole("max"),
        chosen: node.truth("chosen").unwrap_or(false),
        meta: decode_meta(node),
    })
}

fn operation(node: &Node) -> Option<Operation> {
    Some(Operation {
        writer: node.team("writer")?,
        does: meant(&DOES, node.word("does")?)?,
        field: node.text("field"),
        meta: decode_meta(node),
    })
}

fn contract(node: &Node) -> Option<Contract> {
    let kind = match node.word("kind")? {
        "merged" => ContractKind::Merged(
            node.braces("merge")?
                .entries
                .iter()
                .filter_map(|entry| match &entry.value {
                    Some(Value::Word(word)) => Some((entry.name.to_string(), meant(&MERGES, word)?)),
                    _ => None,
                })
                .collect(),
        ),
        "serial" => ContractKind::Serial { home: node.reference("home")? },
        _ => ContractKind::Owned,
    };
    Some(Contract {
        kind,
        version: u32::try_from(node.whole("version")?).ok()?,
        staleness: node.clock_time("staleness"),
        transport: node
            .word("transport")
            .map(|word| if word == "http" { Transport::Http } else { Transport::Nats }),
        opened: node.date("opened"),
        adopted: node.date("adopted"),
        retired: node.date("retired"),
        meta: decode_meta(node),
    })
}

pub(super) fn encode(it: &Dataset, file: &mut Node) {
    let mut node = file.inside("dataset");
    node.set("title", it.title.clone());
    node.set("unowned", it.unowned.then_some(true));
    node.set_list("where", it.places.iter().cloned());
    node.set_list("writers", it.writers.iter().cloned());
    node.set_list("readers", it.readers.iter().cloned());
    encode_meta(&it.meta, &mut node);
    for (id, it) in &it.invariants {
        let mut inner = node.inside("invariant");
        inner.set("kind", word_for(&INVARIANTS, &it.kind));
        match &it.fields[..] {
            [one] => inner.set("field", Some(one.clone())),
            many => inner.set_list("fields", many.iter().cloned()),
        }
        inner.set("to", it.to.clone());
        inner.set("min", it.min);
        inner.set("max", it.max);
        inner.set("chosen", it.chosen.then_some(true));
        encode_meta(&it.meta, &mut inner);
        node.push("invariant", id.as_str(), inner);
    }
    for (id, it) in &it.operations {
        let mut inner = node.inside("operation");
        inner.set("writer", Some(it.writer.clone()));
        inner.set("does", word_for(&DOES, &it.does));
        inner.set("field", it.field.clone());
        encode_meta(&it.meta, &mut inner);
        node.push("operation", id.as_str(), inner);
    }
    if let Some(it) = &it.contract {
        let mut inner = node.inside("contract");
        inner.set("kind", Some(it.kind.word()));
        inner.set("version", Some(i64::from(it.version)));
        if let ContractKind::Serial { home } = &it.kind {
            inner.set("home", Some(home.reference().clone()));
        }
        inner.set("staleness", it.staleness);
        inner.set("transport", it.transport.map(|by| if by == Transport::Http { "http" } else { "nats" }));
        if let ContractKind::Merged(fields) = &it.kind {
            let mut braces = inner.behind("merge");
            for (field, merge) in fields {
                braces.set(field, word_for(&MERGES, merge));
            }
            inner.set("merge", Some(braces));
        }
        inner.set("opened", it.opened);
        inner.set("adopted", it.adopted);
        inner.set("retired", it.retired);
        encode_meta(&it.meta, &mut inner);
        node.push("contract", "", inner);
    }
    file.push("dataset", it.id.id().as_str(), node);
}

/// Keys of invariants that do not go together.
pub(super) fn examine(reading: &mut Reading<'_>, node: &Node) {
    for item in node
        .items("dataset")
        .iter()
        .flat_map(|item| &item.nodes)
        .flat_map(|dataset| dataset.items("invariant"))
    {
        for node in &item.nodes {
            if let (Some(_), Some(fields)) = (node.entry("field"), node.entry("fields")) {
                let fix = Fix::advice("keep `fields`, with all of them");
                reading.error(codes::BAD_VALUE, &fields.at, "both `field` and `fields`", fix);
            }
            if let (Some(min), Some(max), Some(entry)) =
                (node.whole("min"), node.whole("max"), node.entry("max"))
                && max < min
            {
                let fix = Fix::advice("correct one of the two");
                reading.error(
                    codes::BAD_VALUE,
                    &entry.value_at,
                    format!("`max` ({max}) is less than `min` ({min})"),
                    fix,
                );
            }
        }
    }
}
