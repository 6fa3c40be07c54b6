//! The rules that the standard's own words state.

use super::references::Targets;
use crate::yaml::{at, text, texts};
use kedge_model::{Invariant, InvariantKind, Meta, Reference, Slug};
use serde_json::Value;

/// Deeper fields of fields are left out.
const DEEPEST: usize = 20;

/// The rules of an object, each with a name made of what it is about; what cannot be one is told.
pub(super) fn rules(
    object: &Value,
    document: usize,
    targets: &Targets,
    tell: &mut dyn FnMut(&str, &str),
) -> Vec<(String, Invariant)> {
    let mut rules = Vec::new();
    let mut key: Vec<(i64, String)> = Vec::new();
    for (name, property) in fields(object) {
        if property.get("primaryKey") == Some(&Value::Bool(true)) {
            let position = property.get("primaryKeyPosition").and_then(Value::as_i64);
            key.push((position.unwrap_or(i64::MAX), name.clone()));
        }
        if property.get("unique") == Some(&Value::Bool(true)) {
            rules.push((format!("{name} unique"), rule(InvariantKind::Unique, vec![name.clone()])));
        }
        let options = at(property, &["logicalTypeOptions"]);
        let mut bound = |word: &str, exclusive: &str, inward: i64| {
            let value = at(options, &[word]);
            let beyond = at(options, &[exclusive]);
            let (value, inward) = if beyond.is_null() { (value, 0) } else { (beyond, inward) };
            let whole = value.as_i64().and_then(|value| value.checked_add(inward));
            if whole.is_none() && value.is_number() {
                tell(&format!("{name}: {word} {value}"), "a bound of a balance is a whole number");
            }
            whole
        };
        let min = bound("minimum", "exclusiveMinimum", 1);
        let max = bound("maximum", "exclusiveMaximum", -1);
        if min.is_some() || max.is_some() {
            let balance = Invariant { min, max, ..rule(InvariantKind::Balance, vec![name.clone()]) };
            rules.push((format!("{name} bound"), balance));
        }
        for relationship in entries(property, "relationships") {
            refer(relationship, vec![name.clone()], document, targets, tell, &mut rules);
        }
    }
    key.sort();
    if !key.is_empty() {
        let fields: Vec<String> = key.into_iter().map(|(_, name)| name).collect();
        let is_told = |(_, it): &(String, Invariant)| it.kind == InvariantKind::Unique && it.fields == fields;
        if !rules.iter().any(is_told) {
            rules.push(("primary key".into(), rule(InvariantKind::Unique, fields)));
        }
    }
    for relationship in entries(object, "relationships") {
        let from = texts(relationship, &["from"]);
        let from =
            from.iter().map(|from| from.rsplit(['.', '/']).next().unwrap_or(from).to_owned()).collect();
        refer(relationship, from, document, targets, tell, &mut rules);
    }
    rules
}

fn refer(
    relationship: &Value,
    fields: Vec<String>,
    document: usize,
    targets: &Targets,
    tell: &mut dyn FnMut(&str, &str),
    rules: &mut Vec<(String, Invariant)>,
) {
    let Some(to) = texts(relationship, &["to"]).into_iter().next() else {
        tell(&fields.join(", "), "is a relationship without `to`");
        return;
    };
    match targets.find(document, &to) {
        Ok(found) => {
            let name = format!("{} in {}", fields.join(" "), found.id());
            let to = Some(Reference::from(found));
            rules.push((name, Invariant { to, ..rule(InvariantKind::Reference, fields) }));
        }
        Err(why) => tell(&format!("{} → {to}", fields.join(", ")), why),
    }
}

fn rule(kind: InvariantKind, fields: Vec<String>) -> Invariant {
    Invariant { kind, fields, to: None, min: None, max: None, chosen: false, meta: Meta::default() }
}

/// Whether a rule in the standard's words is said by these already: theirs may be about more fields, or in two parts.
pub(super) fn is_said(rule: &Invariant, by: &[&Invariant]) -> bool {
    let about = |it: &&&Invariant| {
        it.kind == rule.kind && it.to == rule.to && rule.fields.iter().all(|field| it.fields.contains(field))
    };
    let about: Vec<&&Invariant> = by.iter().filter(about).collect();
    let bound =
        |of: fn(&Invariant) -> Option<i64>| of(rule).is_none() || about.iter().any(|it| of(it) == of(rule));
    !about.is_empty() && bound(|it| it.min) && bound(|it| it.max)
}

/// A name for a rule that nobody of this dataset has.
pub(super) fn free_name(words: &str, taken: &dyn Fn(&Slug) -> bool) -> Option<Slug> {
    let mut name = Slug::from_title(words)?;
    let mut number = 1;
    while taken(&name) {
        number += 1;
        name = Slug::from_title(&format!("{number} {words}"))?;
    }
    Some(name)
}

/// Every field of an object with its path, `address.street`, in the order of the file.
pub(super) fn fields(object: &Value) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    let mut open: Vec<(String, &Value, usize)> =
        entries(object, "properties").into_iter().rev().map(|it| (String::new(), it, 0)).collect();
    while let Some((before, property, depth)) = open.pop() {
        let name = text(property, &["name"]);
        if name.is_empty() {
            continue;
        }
        let path = if before.is_empty() { name } else { format!("{before}.{name}") };
        if depth < DEEPEST {
            let below = entries(property, "properties").into_iter().rev();
            open.extend(below.map(|it| (path.clone(), it, depth + 1)));
        }
        found.push((path, property));
    }
    found
}

/// The entries of a list.
pub(super) fn entries<'v>(value: &'v Value, key: &str) -> Vec<&'v Value> {
    value.get(key).and_then(Value::as_array).map_or(Vec::new(), |entries| entries.iter().collect())
}
