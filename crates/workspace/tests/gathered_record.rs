//! `.kedge/gathered.json` as anything may have left it: an organisation or errors with their places, never a panic. The fuzz
//! target `gathered_record` does the same with coverage.
#![allow(clippy::unwrap_used)]

use kedge_workspace::{AsOf, Options, Workspace};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

const WHOLE: &str = "name = \"Shop\"\n\n[[source]]\ngit = \"https://git.example/a.git\"\n\n\
    [[source]]\ngit = \"https://git.example/b.git\"\nrev = \"main\"\nunder = \"plans\"\nholds = [\"checkout\"]\n";
const PART: &str = "name = \"Shop\"\npart-of = { git = \"https://git.example/whole.git\" }\n";

/// A record as `kedge gather` writes it, for both folders.
fn record() -> Value {
    let kept = |name: &str, address: &str, rev: Option<&str>, under: Option<&str>, files: Value| {
        json!({
            "name": name, "location": format!("git https://git.example/{address}.git"), "rev": rev, "under": under,
            "commit": "0123456789012345678901234567890123456789", "on": "2026-10-01", "files": files,
            "unreadable": [["b.kedge.toml", "is not text"]], "passed_over": ["link"],
        })
    };
    let team =
        |id: &str| json!([format!("{id}/team.kedge.toml"), format!("team = \"{id}\"\nkind = \"stream\"\n")]);
    let plan = "team = \"checkout\"\n[outcome.x]\ndue = 2026-12-12\n[work.y]\nfor = \"x\"\neffort = \"3w\"\n\
                [ask.z]\nto = \"search\"\nwhat = \"Z\"\ngates = \"y\"\n";
    json!({
        "version": 1,
        "whole": kept("whole", "whole", None, None, json!([["kedge.toml", "name = \"Shop\"\n"], team("payments")])),
        "sources": [
            kept("a", "a", None, None, json!([team("payments"), ["payments/p.kedge.toml", "team = \"payments\"\n"]])),
            kept("b/plans", "b", Some("main"), Some("plans"), json!([team("checkout"), ["checkout/c.kedge.toml", plan]])),
        ],
    })
}

/// What may stand anywhere in it.
fn anything() -> impl Strategy<Value = Value> {
    let texts = [
        "",
        ".",
        "..",
        "../../etc/passwd",
        "/etc/passwd",
        "C:\\x",
        "a:b:c",
        ":",
        "kedge.toml",
        "checkout/team.kedge.toml",
        "a/b.kedge.toml",
        "answers.kedge.toml",
        "\u{0}",
        "\u{feff}team = \"x\"",
        "team = \"checkout\"\nteam = 3\n",
        "[[source]]\npath = \".\"\n",
        "part-of = { path = \".\" }",
        "git https://git.example/a.git",
        "path .",
        "2026-02-30",
        "99999-01-01",
        "whole",
    ];
    prop_oneof![
        4 => any::<Index>().prop_map(move |at| json!(at.get(&texts))),
        1 => any::<String>().prop_map(Value::from),
        1 => Just(Value::Null),
        1 => Just(json!([])),
        1 => Just(json!({})),
        1 => any::<i64>().prop_map(Value::from),
        1 => Just(json!(["x".repeat(70_000), "y"])),
    ]
}

/// The places in a value, as JSON pointers.
fn places(value: &Value, at: &str, into: &mut Vec<String>) {
    into.push(at.to_owned());
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(number, it)| places(it, &format!("{at}/{number}"), into));
        }
        Value::Object(items) => items.iter().for_each(|(key, it)| {
            places(it, &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), into);
        }),
        _ => {}
    }
}

fn holds(folder: &Path, record: &[u8]) -> Result<(), TestCaseError> {
    fs::create_dir_all(folder.join(".kedge")).unwrap();
    fs::create_dir_all(folder.join("search")).unwrap();
    fs::write(folder.join("search/team.kedge.toml"), "team = \"search\"\nkind = \"stream\"\n").unwrap();
    fs::write(folder.join(".kedge/gathered.json"), record).unwrap();
    for settings in [WHOLE, PART] {
        fs::write(folder.join("kedge.toml"), settings).unwrap();
        let as_of = AsOf::On("2026-10-14".parse().unwrap());
        let Ok(workspace) = Workspace::open(folder, Options { as_of, ..Options::default() }) else {
            continue;
        };
        let snapshot = workspace.snapshot();
        if let Some(trouble) = &snapshot.trouble {
            prop_assert!(!trouble.findings.is_empty());
            for finding in &trouble.findings {
                prop_assert!(finding.place(&trouble.sources).is_some(), "{finding:?}");
            }
        } else {
            let answers = snapshot.answers.clone().unwrap();
            prop_assert!(answers.structure_report().as_of.is_some());
        }
        let _ = (workspace.gathered(), workspace.teams_here(), workspace.left_aside());
    }
    Ok(())
}

#[test]
fn the_record_as_it_is_written_makes_an_organisation() {
    let folder = tempfile::tempdir().unwrap();
    holds(folder.path(), record().to_string().as_bytes()).unwrap();
    let options = Options { as_of: AsOf::On("2026-10-14".parse().unwrap()), ..Options::default() };
    let part = Workspace::open(folder.path(), options).unwrap();
    let teams = part.snapshot().answers.unwrap().organisation.teams().count();
    assert_eq!(teams, 3, "its own, and those that were gathered");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, max_shrink_iters: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_record_with_anything_in_it(changes in prop::collection::vec((any::<Index>(), anything()), 1..6)) {
        let folder = tempfile::tempdir().unwrap();
        let mut record = record();
        for (at, with) in changes {
            let mut all = Vec::new();
            places(&record, "", &mut all);
            let place: &String = at.get(&all[..]);
            *record.pointer_mut(place).unwrap() = with;
        }
        holds(folder.path(), record.to_string().as_bytes())?;
    }

    #[test]
    fn a_record_of_anything(cut in any::<Index>(), more in prop::collection::vec(any::<u8>(), 0..200)) {
        let folder = tempfile::tempdir().unwrap();
        let whole = record().to_string().into_bytes();
        holds(folder.path(), &[&whole[..cut.index(whole.len())], &more].concat())?;
        holds(folder.path(), &more)?;
    }
}
