//! The language as JSON Schema, so that editors complete and check plan files.

use crate::language::{FileKind, Inner, Key, Need, Noun, Shape, Table, Type, When};
use serde_json::{Map, Value, json};
use std::fmt::Write as _;

/// The JSON Schema (draft 2020-12) of a kind of file. TOML dates are checked as their text.
///
/// It refuses what the reader refuses as far as a schema can say it; what needs other files, or arithmetic, is the
/// reader's alone.
///
/// ```
/// let schema = kedge_files::json_schema(kedge_files::FileKind::Plan);
/// assert_eq!(schema["properties"]["team"]["$ref"], "#/$defs/name");
/// ```
pub fn json_schema(kind: FileKind) -> Value {
    let mut schema = Map::new();
    schema.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema.insert("title".into(), json!(kind.pattern()));
    schema.insert("description".into(), json!(kind.doc()));
    schema.extend(object(kind.table()));
    schema.insert("$defs".into(), definitions());
    Value::Object(schema)
}

fn object(table: &'static Table) -> Map<String, Value> {
    let mut properties = Map::new();
    for key in table.all_keys() {
        properties.insert(key.name.into(), described(key));
    }
    for inner in table.tables {
        properties.insert(inner.name.into(), inside(inner));
    }
    let required: Vec<&str> =
        table.keys.iter().filter(|key| key.need == Need::Required).map(|key| key.name).collect();
    let mut conditions = Vec::new();
    for key in table.keys {
        if let Need::When(when) = key.need {
            conditions.push(json!({ "if": holds(when), "then": { "required": [key.name] } }));
        }
        if let Some(only) = key.only {
            conditions.push(json!({ "if": holds(only), "else": { "properties": { key.name: false } } }));
        }
    }
    let mut object = Map::new();
    object.insert("type".into(), json!("object"));
    object.insert("properties".into(), Value::Object(properties));
    object.insert(
        "additionalProperties".into(),
        match table.any {
            Some(key) => described(key),
            None => json!(false),
        },
    );
    if table.any.is_some_and(|key| key.name == "CODE") {
        object.insert("propertyNames".into(), json!({ "pattern": "^K[0-9]{3}$" }));
    }
    if !required.is_empty() {
        object.insert("required".into(), json!(required));
    }
    if !table.one_of.is_empty() {
        let one_of: Vec<Value> = table.one_of.iter().map(|name| json!({ "required": [name] })).collect();
        object.insert("oneOf".into(), json!(one_of));
    }
    if !conditions.is_empty() {
        object.insert("allOf".into(), json!(conditions));
    }
    object
}

fn holds(when: When) -> Value {
    if when.values.is_empty() {
        json!({ "required": [when.key] })
    } else {
        json!({ "properties": { when.key: { "enum": when.values } }, "required": [when.key] })
    }
}

fn inside(inner: &'static Inner) -> Value {
    let table = Value::Object(object(inner.table));
    let mut schema = match inner.shape {
        Shape::One => table,
        Shape::List => json!({ "type": "array", "items": table }),
        Shape::Named => json!({
            "type": "object",
            "propertyNames": { "$ref": "#/$defs/name" },
            "additionalProperties": table,
        }),
        Shape::NamedList => json!({
            "type": "object",
            "propertyNames": { "$ref": "#/$defs/reference" },
            "additionalProperties": { "type": "array", "items": table },
        }),
    };
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("description".into(), json!(inner.doc));
    }
    schema
}

fn described(key: &'static Key) -> Value {
    let mut schema = of(&key.kind);
    if let Some(schema) = schema.as_object_mut() {
        let mut doc = key.doc.to_owned();
        if let Some(default) = key.default {
            doc.push_str(". Default: ");
            doc.push_str(default);
        }
        schema.insert("description".into(), json!(doc));
    }
    schema
}

fn of(kind: &'static Type) -> Value {
    let named = |name: &str| json!({ "$ref": format!("#/$defs/{name}") });
    match kind {
        Type::Text => named("text"),
        Type::Date => named("date"),
        Type::Start => json!({ "anyOf": [{ "const": "now" }, { "$ref": "#/$defs/date" }] }),
        Type::Period => named("period"),
        Type::Effort => named("effort"),
        Type::EffortRate => named("effort-rate"),
        Type::Money => named("money"),
        Type::MoneyRate => named("money-rate"),
        Type::LateCost => json!({ "anyOf": [{ "$ref": "#/$defs/money" }, { "$ref": "#/$defs/money-rate" }] }),
        Type::CountRate => named("count-rate"),
        Type::Share => named("share"),
        Type::WorkTime => named("working-time"),
        Type::ClockTime => named("clock-time"),
        Type::Spread => named("spread"),
        Type::Currency => named("currency"),
        Type::Whole(least, most) => match (*least, *most) {
            (i64::MIN, i64::MAX) => json!({ "type": "integer" }),
            (least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
        },
        Type::Number(least, most) => json!({ "type": "number", "minimum": least, "maximum": most }),
        Type::Truth => json!({ "type": "boolean" }),
        Type::Pattern => named("pattern"),
        Type::Team | Type::Name => named("name"),
        Type::Reference(_) => named("reference"),
        Type::Word(words) => json!({ "type": "string", "enum": words }),
        Type::List(one) => json!({ "anyOf": [of(one), { "type": "array", "items": of(one) }] }),
        Type::Filled(one) => {
            json!({ "anyOf": [of(one), { "type": "array", "items": of(one), "minItems": 1 }] })
        }
        Type::Table(table) => Value::Object(object(table)),
        Type::Tables(table) => {
            let one = Value::Object(object(table));
            json!({ "anyOf": [one, { "type": "array", "items": one }] })
        }
        Type::TextOrTable(table) => {
            json!({ "anyOf": [{ "$ref": "#/$defs/text" }, Value::Object(object(table))] })
        }
    }
}

fn definitions() -> Value {
    const NUMBER: &str = r"[0-9]+(\.[0-9]+)?";
    const PER: &str = "/(day|week|month|quarter|year)";
    let text = |pattern: String, example: &str| json!({ "type": "string", "pattern": pattern, "examples": [example] });
    let time = format!("{NUMBER} ?[hdw]");
    json!({
        "text": { "type": "string", "minLength": 1 },
        "name": text("^[a-z0-9-]{1,100}$".into(), "one-tap"),
        "reference": text("^([a-z0-9-]{1,100}/)?[a-z0-9-]{1,100}$".into(), "team/id"),
        "date": { "type": "string", "format": "date", "examples": ["2026-12-10"] },
        "period": text("^[0-9]{4}(-(Q[1-4]|H[12]))?$".into(), "2026-Q4"),
        "working-time": text(format!("^{time}$"), "5d"),
        "effort": {
            "anyOf": [
                text(format!("^{time}(, *rarely over {time})?$"), "3w, rarely over 6w"),
                { "type": "array", "items": { "$ref": "#/$defs/working-time" }, "minItems": 1 },
                {
                    "type": "object",
                    "properties": {
                        "least": { "$ref": "#/$defs/working-time" },
                        "likely": { "$ref": "#/$defs/working-time" },
                        "most": { "$ref": "#/$defs/working-time" },
                    },
                    "required": ["least", "likely", "most"],
                    "additionalProperties": false,
                },
            ],
        },
        "effort-rate": text(format!("^{time}{PER}$"), "2d/month"),
        "money": text(format!("^[^0-9.]*{NUMBER} ?[kM]?( ?[^0-9/]{{1,3}})?$"), "40k"),
        "money-rate": text(format!("^[^0-9.]*{NUMBER} ?[kM]?( ?[^0-9/]{{1,3}})?{PER}$"), "40k/week"),
        "count-rate": text(format!("^{NUMBER}{PER}$"), "1/month"),
        "share": text(format!("^{NUMBER} ?%$"), "90%"),
        "clock-time": text(format!("^{NUMBER} ?(s|min|h|d)$"), "14d"),
        "currency": text("^([A-Z]{3}|[^A-Za-z0-9%-])$".into(), "EUR"),
        "spread": text(format!("^rarely over {NUMBER}x$"), "rarely over 2x"),
        "pattern": text("^[a-z0-9-]{1,100}:.+$".into(), "shop:checkout/**"),
    })
}

/// The reference of the plan language, as Markdown: every file, table and key.
pub fn reference_markdown() -> String {
    let mut text = String::from(
        "# The plan language: reference\n\n\
         Generated from the one table that the reader, the editors' schema and this page share. A key marked `!` must be \
         there. Wherever a list of references stands, one may stand alone. Any table in brackets may also carry \
         `silence` (rules silenced here, with the reason), `see` (links) and `origin` (set by an import).\n",
    );
    for kind in FileKind::ALL {
        let _ = writeln!(text, "\n## `{}`\n\n{}", kind.pattern(), kind.doc());
        section(&mut text, kind.table(), "");
    }
    text
}

fn section(text: &mut String, table: &'static Table, path: &str) {
    if let Some(any) = table.any {
        let _ = writeln!(text, "\n`{}` = {}: {}.", any.name, type_words(&any.kind), any.doc);
    }
    if !table.keys.is_empty() {
        text.push_str("\n| key | what stands there | default | what it is |\n| --- | --- | --- | --- |\n");
        for key in table.keys {
            let need = match key.need {
                Need::Required => "!".to_owned(),
                Need::When(when) => format!("! ({})", condition(when)),
                Need::Optional => key.only.map_or_else(String::new, |only| format!(" ({})", condition(only))),
            };
            let default = key.default.unwrap_or_default();
            let _ = writeln!(
                text,
                "| `{}`{need} | {} | {default} | {} |",
                key.name,
                type_words(&key.kind),
                key.doc
            );
        }
    }
    for inner in table.tables {
        let (open, close) = match inner.shape {
            Shape::One | Shape::Named => ("[", "]"),
            Shape::List | Shape::NamedList => ("[[", "]]"),
        };
        let name = match inner.shape {
            Shape::One | Shape::List => format!("{path}{}", inner.name),
            Shape::Named => format!("{path}{}.ID", inner.name),
            Shape::NamedList => format!("{path}{}.\"TEAM/ASK\"", inner.name),
        };
        let _ = writeln!(text, "\n### `{open}{name}{close}`\n\n{}.", inner.doc);
        section(text, inner.table, &format!("{name}."));
    }
}

fn condition(when: When) -> String {
    match when.values {
        [] => format!("with `{}`", when.key),
        values => values.join(", "),
    }
}

fn type_words(kind: &'static Type) -> String {
    match kind {
        Type::Text => "text".into(),
        Type::Date => "date".into(),
        Type::Start => "`\"now\"` or a date".into(),
        Type::Period => "period, `\"2026-Q4\"`".into(),
        Type::Effort => "effort, `\"3w, rarely over 6w\"`".into(),
        Type::EffortRate => "effort rate, `\"2d/month\"`".into(),
        Type::Money => "money, `\"40k\"`".into(),
        Type::MoneyRate => "money rate, `\"40k/week\"`".into(),
        Type::LateCost => "money, `\"40k\"`, or a money rate".into(),
        Type::CountRate => "rate, `\"1/month\"`".into(),
        Type::Share => "share, `\"90%\"`".into(),
        Type::WorkTime => "working time, `\"5d\"`".into(),
        Type::ClockTime => "clock time, `\"14d\"`".into(),
        Type::Spread => "`\"rarely over 2x\"`".into(),
        Type::Currency => "currency, `\"EUR\"`".into(),
        Type::Whole(..) => "whole number".into(),
        Type::Number(..) => "number".into(),
        Type::Truth => "`true` or `false`".into(),
        Type::Pattern => "file pattern, `\"repo:glob\"`".into(),
        Type::Team => "team".into(),
        Type::Name => "name".into(),
        Type::Reference(Noun::Rankable) => "reference".into(),
        Type::Reference(noun) => format!("reference to {}", noun.words()),
        Type::Word(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
        Type::List(one) | Type::Filled(one) => format!("list: {}", type_words(one)),
        Type::Table(table) | Type::TextOrTable(table) => {
            let names = || table.keys.iter().map(|key| key.name).collect::<Vec<_>>().join(", ");
            let braces = table
                .any
                .map_or_else(|| format!("`{{ {} }}`", names()), |any| format!("`{{ {} = … }}`", any.name));
            if matches!(kind, Type::TextOrTable(_)) { format!("text or {braces}") } else { braces }
        }
        Type::Tables(table) => {
            let names: Vec<&str> = table.keys.iter().map(|key| key.name).collect();
            format!("one or a list of `{{ {} }}`", names.join(", "))
        }
    }
}
