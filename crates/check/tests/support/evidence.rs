//! Evidence made by hand, from the JSON that the documentation of the rules shows.

use kedge_model::{AreaHistory, CoChange, CodeEvidence, Evidence, Part, SolvedTwice};
use serde_json::Value;
use std::str::FromStr;

/// Reads it, and holds that it is what [`CodeEvidence`] writes: so the documentation shows the real shape.
pub(crate) fn read(text: &str) -> CodeEvidence {
    let json: Value = serde_json::from_str(text).unwrap();
    let list = |of: &Value, key: &str| of[key].as_array().unwrap().clone();
    let shown = |of: &Value| list(of, "shown_by").iter().map(place).collect();
    let evidence = CodeEvidence {
        co_changes: list(&json, "co_changes")
            .iter()
            .map(|it| CoChange {
                one: part(&it["one"]),
                other: part(&it["other"]),
                together: whole(&it["together"]),
                expected: it["expected"].as_f64().unwrap(),
                of: whole(&it["of"]),
                shown_by: shown(it),
            })
            .collect(),
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
    };
    assert_eq!(serde_json::to_value(&evidence).unwrap(), json);
    evidence
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
