//! A folder that uses every key of the language: each is read, written, and read back the same.
#![allow(clippy::unwrap_used, clippy::format_push_string, clippy::format_collect)]

use kedge_files::language::{Shape, Table, Type};
use kedge_files::{
    FileKind, LoadError, Loaded, SourceText, Sources, apply, json_schema, load_folder, read,
    reference_markdown,
};
use kedge_model::{Change, Fact, FactId};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

type Used = BTreeSet<(*const Table, String)>;

fn loaded() -> Loaded {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/every-key"));
    match load_folder(folder) {
        Ok(loaded) => loaded,
        Err(LoadError::Failed(failed)) => {
            let said: Vec<String> = failed
                .findings
                .iter()
                .map(|it| format!("{:?} {} {}", it.place(&failed.sources), it.code, it.message))
                .collect();
            panic!("{}", said.join("\n"))
        }
        Err(other) => panic!("{other}"),
    }
}

fn tables(value: &toml::Value) -> Vec<&toml::Table> {
    match value {
        toml::Value::Table(table) => vec![table],
        toml::Value::Array(array) => array.iter().flat_map(tables).collect(),
        _ => Vec::new(),
    }
}

fn used(table: &'static Table, text: &toml::Table, seen: &mut Used) {
    for (name, value) in text {
        if let Some(inner) = table.inner(name) {
            seen.insert((table, inner.name.to_owned()));
            match inner.shape {
                Shape::One | Shape::List => {
                    for one in tables(value) {
                        used(inner.table, one, seen);
                    }
                }
                Shape::Named | Shape::NamedList => {
                    let ids = tables(value).into_iter().flat_map(|ids| ids.values());
                    for one in ids.flat_map(tables) {
                        used(inner.table, one, seen);
                    }
                }
            }
        } else {
            let key = table.key(name).unwrap();
            seen.insert((table, key.name.to_owned()));
            if let Type::Table(inside) | Type::Tables(inside) | Type::TextOrTable(inside) = &key.kind {
                for one in tables(value) {
                    used(inside, one, seen);
                }
            }
        }
    }
}

/// Every key that stands in the language, with its table.
fn all(table: &'static Table, path: &str, seen: &mut BTreeMap<(*const Table, String), String>) {
    let keys = table.keys.iter().chain(table.any);
    for key in keys {
        if seen.insert((table, key.name.to_owned()), format!("{path}{}", key.name)).is_none()
            && let Type::Table(inside) | Type::Tables(inside) | Type::TextOrTable(inside) = &key.kind
        {
            all(inside, &format!("{path}{}.", key.name), seen);
        }
    }
    for inner in table.tables {
        seen.insert((table, inner.name.to_owned()), format!("{path}{}", inner.name));
        all(inner.table, &format!("{path}{}.", inner.name), seen);
    }
}

fn keys_in(sources: &Sources) -> Used {
    let mut seen = Used::new();
    for path in sources.files() {
        let text: toml::Table = sources.text(path).unwrap().parse().unwrap();
        used(FileKind::of(path).unwrap().table(), &text, &mut seen);
    }
    seen
}

fn missing(seen: &Used) -> Vec<String> {
    let mut wanted = BTreeMap::new();
    for kind in FileKind::ALL {
        all(kind.table(), &format!("{}: ", kind.word()), &mut wanted);
    }
    let missing = wanted.into_iter().filter(|(key, _)| !seen.contains(key)).map(|(_, path)| path);
    // What stands once and is either in git or a folder cannot be both.
    missing.filter(|path| path != "settings: part-of.path").collect()
}

fn facts(loaded: &Loaded) -> BTreeMap<FactId, Fact> {
    loaded.organisation.facts_in_order().into_iter().map(|fact| (fact.id(), fact)).collect()
}

#[test]
fn every_key_is_read_and_written() {
    let loaded = loaded();
    assert_eq!(missing(&keys_in(&loaded.sources)), [""; 0]);
    // Written from nothing, the facts read back the same.
    let changes: Vec<Change> = loaded.organisation.facts_in_order().into_iter().map(Change::Put).collect();
    let edits = apply(&Sources::default(), &changes).unwrap();
    let files: Vec<SourceText> =
        edits.into_iter().map(|edit| SourceText { path: edit.path, text: edit.after.unwrap() }).collect();
    let again = read(files, None).unwrap();
    let (was, is) = (facts(&loaded), facts(&again));
    assert_eq!(was.keys().collect::<Vec<_>>(), is.keys().collect::<Vec<_>>());
    for (id, fact) in &was {
        assert_eq!(Some(fact), is.get(id), "{id}");
    }
    // `language` says only what holds anyway, and `since` of an answer is written where it differs.
    assert_eq!(missing(&keys_in(&again.sources)), ["settings: language"]);
    insta::assert_snapshot!(again.sources.text("alpha/first.kedge.toml").unwrap());
}

#[test]
fn nothing_changes_where_nothing_changed() {
    let loaded = loaded();
    let changes: Vec<Change> = loaded.organisation.facts_in_order().into_iter().map(Change::Put).collect();
    assert_eq!(apply(&loaded.sources, &changes).unwrap(), []);
}

#[test]
fn every_key_is_in_the_schema_and_the_reference() {
    let reference = reference_markdown();
    for kind in FileKind::ALL {
        let schema = json_schema(kind).to_string();
        let mut wanted = BTreeMap::new();
        all(kind.table(), "", &mut wanted);
        for (_, name) in wanted.keys() {
            let chosen = name == "CODE" || name == "FIELD";
            assert!(chosen || schema.contains(&format!("\"{name}\"")), "{name} of {kind:?}");
            assert!(reference.contains(name), "{name}");
        }
        // Every definition that is named is there.
        let definitions = &json_schema(kind)["$defs"];
        for part in schema.split("\"#/$defs/").skip(1) {
            let name = part.split('"').next().unwrap();
            assert!(definitions.get(name).is_some(), "{name}");
        }
    }
}
