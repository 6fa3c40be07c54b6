//! A draft in a form that people read, for snapshots.
#![allow(dead_code)]

use kedge_exchange::Draft;
use kedge_model::{Organisation, Scope};
use std::fmt::Write as _;

/// Every fact on a line, then the summary. The draft must make an organisation.
pub(crate) fn seen(draft: &Draft) -> String {
    let facts = draft.facts();
    let built = Organisation::build(Scope::Whole, facts.clone());
    assert!(built.is_ok(), "{:?}", built.err());
    let mut seen = String::new();
    for fact in &facts {
        let json = serde_json::to_value(fact).expect("a fact is data");
        let inner = json.as_object().and_then(|kinds| kinds.values().next()).cloned().unwrap_or_default();
        let _ = write!(seen, "{}:", fact.id());
        for (key, value) in inner.as_object().into_iter().flatten() {
            if key != "id" && key != "plan" && !is_default(key, value) {
                let _ = write!(seen, " {key}={value}");
            }
        }
        seen.push('\n');
    }
    let _ = write!(seen, "\n{}", draft.summary(9));
    seen
}

fn is_default(key: &str, value: &serde_json::Value) -> bool {
    use serde_json::Value;
    match value {
        Value::Null => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(map) if key == "meta" => map.iter().all(|(key, value)| is_default(key, value)),
        Value::Object(map) => map.is_empty(),
        Value::String(word) => word == "product" && key == "combine",
        Value::Number(number) => {
            (key == "crew" && number.as_f64() == Some(1.0))
                || (key == "focus" && number.as_f64() == Some(1.0))
        }
        Value::Bool(_) => false,
    }
}
