//! From typed tables to text that reads well: whole files, single tables, single values.

use crate::language::{Noun, Shape, Type};
use crate::node::{Entry, Item, Node, Value};
use kedge_model::{Effort, Stance, TeamId};
use std::fmt::Write as _;

/// A whole file: the head, then each table after an empty line.
pub(crate) fn file(node: &Node, own: &TeamId) -> String {
    let mut text = keys(node, own);
    for inner in &node.inner {
        for item in &inner.items {
            let path = path_of(&[], inner.inner.name, item);
            for one in &item.nodes {
                text.push('\n');
                text.push_str(&table(one, &path, inner.inner.shape, own));
            }
        }
    }
    text.trim_start_matches('\n').to_owned()
}

/// The path of an item's header.
pub(crate) fn path_of(outer: &[String], name: &str, item: &Item) -> Vec<String> {
    let mut path = outer.to_vec();
    path.push(name.to_owned());
    if !item.name.is_empty() {
        path.push(item.name.clone());
    }
    path
}

/// A table with its header and the tables inside it, each after an empty line.
pub(crate) fn table(node: &Node, path: &[String], shape: Shape, own: &TeamId) -> String {
    let mut text = header(path, shape);
    text.push('\n');
    text.push_str(&keys(node, own));
    for inner in &node.inner {
        for item in &inner.items {
            let path = path_of(path, inner.inner.name, item);
            for one in &item.nodes {
                text.push('\n');
                text.push_str(&table(one, &path, inner.inner.shape, own));
            }
        }
    }
    text
}

/// `[work.sheet]`, `[[answer."checkout/token"]]`.
pub(crate) fn header(path: &[String], shape: Shape) -> String {
    let path = path.iter().map(|part| key_text(part)).collect::<Vec<_>>().join(".");
    match shape {
        Shape::One | Shape::Named => format!("[{path}]"),
        Shape::List | Shape::NamedList => format!("[[{path}]]"),
    }
}

/// The keys of a table, a line each, their `=` under one another.
fn keys(node: &Node, own: &TeamId) -> String {
    let width = node.entries.iter().map(|entry| key_text(&entry.name).chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for entry in &node.entries {
        if let Some(value) = &entry.value {
            let name = key_text(&entry.name);
            let _ = writeln!(text, "{name:width$} = {}", value_text(value, &entry.key.kind, own, None));
        }
    }
    text
}

/// `key = value`.
pub(crate) fn pair(entry: &Entry, own: &TeamId) -> Option<String> {
    let value = entry.value.as_ref()?;
    Some(format!("{} = {}", key_text(&entry.name), value_text(value, &entry.key.kind, own, None)))
}

/// A name as a TOML key: bare where it may be.
pub(crate) fn key_text(name: &str) -> String {
    let bare = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if bare { name.to_owned() } else { quoted(name) }
}

/// Text in quotes.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", c as u32);
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A value. `was` is how the value before it was written: a list that was in brackets stays so.
pub(crate) fn value_text(value: &Value, kind: &Type, own: &TeamId, was: Option<&str>) -> String {
    match value {
        Value::Text(text) => quoted(text),
        Value::Date(date) | Value::Start(Stance::On(date)) => date.to_string(),
        Value::Start(Stance::Now | Stance::DecideBy) => "\"now\"".into(),
        Value::Effort(effort) => effort_text(effort),
        Value::EffortRate(it) => format!("\"{it}\""),
        Value::Money(it) => quoted(&it.to_string()),
        Value::MoneyRate(it) => quoted(&it.to_string()),
        Value::LateCost(it) => quoted(&it.to_string()),
        Value::CountRate(it) => format!("\"{it}\""),
        Value::Share(it) => format!("\"{it}\""),
        Value::WorkTime(it) => format!("\"{it}\""),
        Value::ClockTime(it) => format!("\"{it}\""),
        Value::Spread(factor) => format!("\"rarely over {factor}x\""),
        Value::Whole(number) => number.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Truth(truth) => truth.to_string(),
        Value::Team(team) => format!("\"{team}\""),
        Value::Name(name) => format!("\"{name}\""),
        Value::Reference(reference) => {
            let councils = matches!(kind, Type::Reference(noun) | Type::List(Type::Reference(noun)) if noun.is_councils());
            if councils { format!("\"{reference}\"") } else { format!("\"{}\"", reference.short_for(own)) }
        }
        Value::Word(word) => format!("\"{word}\""),
        Value::List(values) => {
            let of = match kind {
                Type::List(of) | Type::Filled(of) => of,
                other => other,
            };
            let alone = match (was, of) {
                (Some(was), _) => !was.starts_with('['),
                (None, Type::Reference(noun)) => *noun != Noun::Rankable,
                (None, _) => false,
            };
            match &values[..] {
                [one] if alone => value_text(one, of, own, None),
                many => {
                    let many: Vec<String> = many.iter().map(|one| value_text(one, of, own, None)).collect();
                    format!("[{}]", many.join(", "))
                }
            }
        }
        Value::Table(node) => braces(node, own),
        Value::Tables(nodes) => match &nodes[..] {
            [one]
                if was.is_none_or(|was| !was.starts_with('['))
                    && !matches!(kind, Type::Tables(table) if always_listed(table)) =>
            {
                braces(one, own)
            }
            many => {
                let many: Vec<String> = many.iter().map(|one| braces(one, own)).collect();
                format!("[{}]", many.join(", "))
            }
        },
    }
}

/// `wants` reads as a list even where there is one donor.
fn always_listed(table: &crate::language::Table) -> bool {
    table.key("people").is_some()
}

/// A table in braces, with the tables inside it in braces too.
pub(crate) fn braces(node: &Node, own: &TeamId) -> String {
    let mut parts: Vec<String> = node.entries.iter().filter_map(|entry| pair(entry, own)).collect();
    for inner in &node.inner {
        let list = |nodes: &[Node]| nodes.iter().map(|node| braces(node, own)).collect::<Vec<_>>().join(", ");
        match inner.inner.shape {
            Shape::One => parts.extend(
                inner
                    .items
                    .iter()
                    .flat_map(|item| &item.nodes)
                    .map(|node| format!("{} = {}", inner.inner.name, braces(node, own))),
            ),
            Shape::List => {
                let all: Vec<Node> = inner.items.iter().flat_map(|item| item.nodes.clone()).collect();
                parts.push(format!("{} = [{}]", inner.inner.name, list(&all)));
            }
            Shape::Named => {
                let named: Vec<String> = inner
                    .items
                    .iter()
                    .flat_map(|item| {
                        item.nodes
                            .iter()
                            .map(|node| format!("{} = {}", key_text(&item.name), braces(node, own)))
                    })
                    .collect();
                parts.push(format!("{} = {{ {} }}", inner.inner.name, named.join(", ")));
            }
            Shape::NamedList => {
                let named: Vec<String> = inner
                    .items
                    .iter()
                    .map(|item| format!("{} = [{}]", key_text(&item.name), list(&item.nodes)))
                    .collect();
                parts.push(format!("{} = {{ {} }}", inner.inner.name, named.join(", ")));
            }
        }
    }
    if parts.is_empty() { "{}".into() } else { format!("{{ {} }}", parts.join(", ")) }
}

fn effort_text(effort: &Effort) -> String {
    match effort {
        Effort::Median(_) | Effort::Quantiles { .. } => format!("\"{effort}\""),
        Effort::Range { least, likely, most } => {
            format!("{{ least = \"{least}\", likely = \"{likely}\", most = \"{most}\" }}")
        }
        Effort::History(past) => {
            let past: Vec<String> = past.iter().map(|one| format!("\"{one}\"")).collect();
            format!("[{}]", past.join(", "))
        }
    }
}
