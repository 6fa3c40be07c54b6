//! Evidence made by hand, from the JSON that the documentation of the rules shows.

use kedge_model::{
    AreaHistory, ChangesElsewhere, CoChange, CodeEvidence, CodePart, Evidence, LayersTogether, Part,
    ServicesShare, SolvedTwice, WrittenData,
};
use serde_json::Value;
use std::str::FromStr;

/// Reads it, and holds that it is what [`CodeEvidence`] writes: so the documentation shows the real shape.
pub(crate) fn read(text: &str) -> CodeEvidence {
    let json: Value = serde_json::from_str(text).unwrap();
    let list = |of: &Value, key: &str| of[key].as_array().unwrap().clone();
    let shown = |of: &Value| list(of, "shown_by").iter().map(place).collect();
    let evidence = CodeEvidence {
        co_changes: list(&json, "co_changes").iter().map(co_change).collect(),
        areas: list(&json, "areas")
            .iter()
            .map(|it| AreaHistory {
                owner: id(&it["owner"]),
                area: text_of(&it["area"]),
                commits: pairs(&it["commits"])
                    .map(|(team, number)| (team.parse().unwrap(), whole(number)))
                    .collect(),
                shown_by: shown(it),
            })
            .collect(),
        problems: list(&json, "problems")
            .iter()
            .map(|it| SolvedTwice {
                problem: text_of(&it["problem"]),
                solutions: pairs(&it["solutions"])
                    .map(|(name, teams)| (name.clone(), teams.as_array().unwrap().iter().map(id).collect()))
                    .collect(),
                shown_by: shown(it),
            })
            .collect(),
        data: some(&json, "data")
            .iter()
            .map(|it| WrittenData {
                repository: id(&it["repository"]),
                data: text_of(&it["data"]),
                kind: text_of(&it["kind"]),
                defined_in: list(it, "defined_in").iter().map(text_of).collect(),
                writers: counts(&it["writers"]),
                readers: counts(&it["readers"]),
                shown_by: pairs(&it["shown_by"])
                    .map(|(team, shown)| (team.parse().unwrap(), place(shown)))
                    .collect(),
            })
            .collect(),
        elsewhere: some(&json, "elsewhere")
            .iter()
            .map(|it| ChangesElsewhere {
                owner: id(&it["owner"]),
                folder: text_of(&it["folder"]),
                files: whole(&it["files"]),
                of: whole(&it["of"]),
                with: id(&it["with"]),
                with_others: it["with_others"].as_f64().unwrap(),
                with_own: it["with_own"].as_f64().unwrap(),
                commits: whole(&it["commits"]),
                shown_by: shown(it),
            })
            .collect(),
        layers: some(&json, "layers")
            .iter()
            .map(|it| LayersTogether {
                change: co_change(it),
                layer_of_one: text_of(&it["layer_of_one"]),
                layer_of_other: text_of(&it["layer_of_other"]),
                quarters: whole(&it["quarters"]),
                of_quarters: whole(&it["of_quarters"]),
            })
            .collect(),
        services_share: some(&json, "services_share")
            .iter()
            .map(|it| ServicesShare {
                one: id(&it["one"]),
                other: id(&it["other"]),
                data: text_of(&it["data"]),
                shown_by: shown(it),
            })
            .collect(),
        not_read: some(&json, "not_read")
            .iter()
            .map(|it| match it.as_str().unwrap() {
                "data" => CodePart::Data,
                "duplicates" => CodePart::Duplicates,
                "borders" => CodePart::Borders,
                odd => panic!("no part is called {odd}"),
            })
            .collect(),
    };
    assert_eq!(serde_json::to_value(&evidence).unwrap(), json);
    evidence
}

/// A list that may be left out.
fn some(of: &Value, key: &str) -> Vec<Value> {
    of.get(key).map(|list| list.as_array().unwrap().clone()).unwrap_or_default()
}

fn counts(it: &Value) -> std::collections::BTreeMap<kedge_model::TeamId, u32> {
    pairs(it).map(|(team, number)| (team.parse().unwrap(), whole(number))).collect()
}

fn co_change(it: &Value) -> CoChange {
    CoChange {
        one: part(&it["one"]),
        other: part(&it["other"]),
        together: whole(&it["together"]),
        expected: it["expected"].as_f64().unwrap(),
        of: whole(&it["of"]),
        shown_by: it["shown_by"].as_array().unwrap().iter().map(place).collect(),
    }
}

fn place(it: &Value) -> Evidence {
    Evidence {
        repository: id(&it["repository"]),
        file: text_of(&it["file"]),
        line: it["line"].as_u64().map(|line| line as u32),
        commit: text_of(&it["commit"]),
        on: id(&it["on"]),
        shows: text_of(&it["shows"]),
    }
}

fn part(it: &Value) -> Part {
    match it.get("team") {
        Some(team) => Part::Team(id(team)),
        None => Part::Service(id(&it["service"])),
    }
}

fn pairs(it: &Value) -> impl Iterator<Item = (&String, &Value)> {
    it.as_object().unwrap().iter()
}

fn whole(it: &Value) -> u32 {
    it.as_u64().unwrap().try_into().unwrap()
}

fn text_of(it: &Value) -> String {
    it.as_str().unwrap().to_owned()
}

fn id<T: FromStr<Err: std::fmt::Debug>>(it: &Value) -> T {
    it.as_str().unwrap().parse().unwrap()
}
