//! `kedge export json` is held against its JSON Schema by `jsonschema`, in Python. `scripts/peers` sets that up, and
//! `scripts/test` leaves this out, and says so, where it cannot.
#![allow(clippy::unwrap_used)]

use kedge_exchange::export::{View, json::SCHEMA};
use kedge_workspace::{Answers, AsOf, Format, Options, Workspace};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

/// Validates exports, once as everybody may and once with no key that the schema does not name.
const READER: &str = r"
import json, sys
import jsonschema
given = json.load(open(sys.argv[1], encoding='utf-8'))
schema = given['schema']
Validator = jsonschema.validators.validator_for(schema)
assert Validator is jsonschema.Draft202012Validator, Validator
Validator.check_schema(schema)

def no_other_keys(part):
    if isinstance(part, list):
        return [no_other_keys(it) for it in part]
    if not isinstance(part, dict):
        return part
    part = {key: no_other_keys(it) for key, it in part.items()}
    if part.get('type') == 'object' and 'properties' in part:
        part.setdefault('additionalProperties', False)
    return part

validator, strict = Validator(schema), Validator(no_other_keys(schema))
def errors(validator, text):
    return [f'{list(it.absolute_path)}: {it.message[:300]}' for it in validator.iter_errors(text)][:20]
json.dump(dict(valid=[errors(validator, it) + errors(strict, it) for it in given['exports']],
               damaged=[errors(validator, it) for it in given['damaged']]), open(sys.argv[2], 'w', encoding='utf-8'))
";

#[derive(serde::Deserialize)]
struct Read {
    valid: Vec<Vec<String>>,
    damaged: Vec<Vec<String>>,
}

fn python() -> PathBuf {
    let made = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/peers/bin/python");
    let python = std::env::var_os("KEDGE_PEERS_PYTHON").map_or(made, PathBuf::from);
    assert!(python.exists(), "the Python for comparisons is not there: run scripts/peers first");
    python
}

fn opened(folder: &Path) -> Arc<Answers> {
    let options =
        Options { as_of: AsOf::On("2026-10-14".parse().unwrap()), trials: Some(200), ..Options::default() };
    Workspace::open(folder, options).unwrap().snapshot().answers.unwrap()
}

fn export(answers: &Answers, view: &View, forecast: bool) -> Value {
    serde_json::from_str(&answers.export(Format::Json, view, forecast).unwrap()).unwrap()
}

/// What harbour's exports do not show: every way to state an effort, a price and odds, and words that an answer can have.
const OTHERS: [(&str, &str); 5] = [
    ("kedge.toml", "name = \"Other\"\ncurrency = \"€\"\n"),
    ("a/team.kedge.toml", "team = \"a\"\nkind = \"stream\"\n"),
    ("b/team.kedge.toml", "team = \"b\"\nkind = \"stream\"\n"),
    (
        "a/one.kedge.toml",
        r#"team = "a"
[outcome.x]
value = "-2.5M €/quarter"
late-cost = "40k/day"
[work.range]
for = "x"
effort = { least = "1w", likely = "2w", most = "4w" }
[work.past]
for = "x"
effort = ["3d", "4h", "1.5w"]
after = ["range"]
[work.plain]
effort = "6h"
[ask.y]
to = "b"
what = "Y"
gates = ["past"]
odds = { taken-up = "80%", median = "30d" }
[[ask.y.fallback]]
kind = "buy"
what = "It"
price = "1.25M €"
fee = "1k/month"
lead = "14d"
keeps = "90%"
maintain = "0.5d/week"
expires = 2027-03-01
"#,
    ),
    (
        "b/answers.kedge.toml",
        "team = \"b\"\n[[answer.\"a/y\"]]\non = 2026-10-02\nsays = \"declined\"\nwhy = \"No\"\n",
    ),
];

#[test]
fn the_json_export_is_what_its_schema_says() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let harbour = opened(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/harbour"));
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in OTHERS {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let others = opened(folder.path());
    let mut exports = vec![export(&harbour, &View::Whole, false)];
    let team = |id: &str| View::Team(id.parse().unwrap());
    for view in [View::Whole, team("checkout"), team("payments"), team("catalog")] {
        exports.push(export(&harbour, &view, true));
    }
    exports.push(export(&harbour, &View::Plan("checkout/one-tap".parse().unwrap()), true));
    exports.push(export(&others, &View::Whole, true));
    exports.push(export(&others, &team("a"), true));

    // What is damaged is refused, each by itself.
    let whole = &exports[0];
    let at = |kind: &str| {
        let facts = whole["facts"].as_array().unwrap();
        facts.iter().position(|fact| fact.get(kind).is_some()).unwrap()
    };
    let (ask, outcome) = (at("ask"), at("outcome"));
    let damages: [(&str, Value); 10] = [
        ("/kedge", json!("import")),
        ("/version", json!(2)),
        ("/as_of", json!("today")),
        ("/view", json!("everything")),
        ("/standing", Value::Null),
        ("/standing/outcomes/0/share", json!(1.5)),
        (&format!("/facts/{outcome}"), json!({ "result": {} })),
        (&format!("/facts/{outcome}/outcome/claim"), json!("much")),
        (&format!("/facts/{ask}/ask/to"), json!("No Team")),
        // Odds are between the asking and the asked team.
        (
            &format!("/facts/{ask}/ask/odds"),
            export(&others, &team("a"), false)["facts"]
                .as_array()
                .unwrap()
                .iter()
                .find_map(|fact| fact.get("ask"))
                .unwrap()["odds"]
                .clone(),
        ),
    ];
    let refused: Vec<Value> = damages
        .iter()
        .map(|(pointer, value)| {
            let mut export = whole.clone();
            *export.pointer_mut(pointer).unwrap() = value.clone();
            export
        })
        .collect();
    assert!(damages[9].1.is_object(), "stated odds are told to the team that states them");

    let [script, given, read] = ["read.py", "given.json", "read.json"].map(|name| folder.path().join(name));
    std::fs::write(&script, READER).unwrap();
    let request = json!({ "schema": schema, "exports": exports, "damaged": refused });
    std::fs::write(&given, request.to_string()).unwrap();
    let output = Command::new(python()).arg(&script).arg(&given).arg(&read).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let read: Read = serde_json::from_slice(&std::fs::read(&read).unwrap()).unwrap();
    for (export, errors) in exports.iter().zip(&read.valid) {
        assert_eq!(errors, &[""; 0], "{}: export.schema.json and what is written differ", export["view"]);
    }
    for ((pointer, _), errors) in damages.iter().zip(&read.damaged) {
        assert!(!errors.is_empty(), "{pointer}: the schema takes what is wrong there");
    }
}
