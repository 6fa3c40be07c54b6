//! K504: writers who treat one field, or one place, as two different things.

use super::prelude::*;
use crate::datasets::{contract, names};
use kedge_model::{ContractKind, Dataset, Does};
use std::collections::{BTreeMap, BTreeSet};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(504),
        name: "writers-disagree",
        group: Group::Alignment,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A field that one team counts up or down and another sets, where writes are not decided one at a time; and one place \
                that two owners declare as a dataset of theirs.",
        why: "To one writer the field is a counter, to the other a value: each set throws away counts that it has not seen. Two \
              owners of one place are two contracts for the same rows.",
        source: "Operations that do not commute need one order: Bailis et al. 2014, Coordination avoidance in database systems; \
                 single writer, dora.dev on loose coupling",
        failing: &[
            Sheet {
                path: "loyalty/data.kedge.toml",
                text: r#"team = "loyalty"

[dataset.points-account]
title   = "Points accounts"
writers = ["loyalty", "payments"]

[dataset.points-account.operation.earn]
writer = "loyalty"
does   = "increment"
field  = "points"

[dataset.points-account.operation.correct]
writer = "payments"
does   = "set"
field  = "points"

[dataset.points-account.contract]
kind    = "merged"
version = 1
merge   = { points = "sum" }
"#,
            },
        ],
        passing: &[
            Sheet {
                path: "loyalty/data.kedge.toml",
                text: r#"team = "loyalty"

[dataset.points-account]
title   = "Points accounts"
writers = ["loyalty", "payments"]

[dataset.points-account.operation.earn]
writer = "loyalty"
does   = "increment"
field  = "points"

[dataset.points-account.operation.correct]
writer = "payments"
does   = "decrement"
field  = "points"

[dataset.points-account.contract]
kind    = "merged"
version = 1
merge   = { points = "sum" }
"#,
            },
        ],
        fix: "Let both count: a correction is an increment or a decrement by what is wrong. Or decide the writes one at a time with a \
              `serial` contract.\n\n```toml\n[dataset.points-account.operation.correct]\nwriter = \"payments\"\ndoes   = \
              \"decrement\"\nfield  = \"points\"\n```",
    },
    run: Run::Over(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = answers.known.datasets().flat_map(mixed_fields).collect();
    // The first who declares a place; names decide where two do.
    let mut declared: BTreeMap<&str, &Dataset> = BTreeMap::new();
    for dataset in answers.known.datasets() {
        for (at, place) in dataset.places.iter().enumerate() {
            match declared.get(place.as_str()) {
                Some(other) if other.id.team() != dataset.id.team() => {
                    findings.push(two_owners(dataset, at, place, other));
                }
                Some(_) => {}
                None => {
                    declared.insert(place, dataset);
                }
            }
        }
    }
    findings
}

fn mixed_fields(dataset: &Dataset) -> Vec<Finding> {
    if contract(dataset).is_some_and(|contract| !matches!(contract.kind, ContractKind::Merged(_))) {
        return Vec::new();
    }
    let mut counted: BTreeMap<&str, BTreeSet<&TeamId>> = BTreeMap::new();
    for operation in dataset.operations.values() {
        if let (Does::Increment | Does::Decrement, Some(field)) = (operation.does, &operation.field) {
            counted.entry(field).or_default().insert(&operation.writer);
        }
    }
    let mut findings = Vec::new();
    for (id, operation) in &dataset.operations {
        let (Does::Set | Does::ReadThenSet, Some(field)) = (operation.does, &operation.field) else { continue };
        let Some(counters) = counted.get(field.as_str()) else { continue };
        let others: Vec<&TeamId> = counters.iter().copied().filter(|it| **it != operation.writer).collect();
        if others.is_empty() {
            continue;
        }
        let verb = if others.len() == 1 { "counts" } else { "count" };
        let message = format!(
            "{} sets `{field}` of `{}`, which {} {verb}: what was counted meanwhile is lost",
            operation.writer,
            dataset.id.id(),
            names(others)
        );
        let at = Address::field(&dataset.id, format!("operation.{id}.does"));
        findings.push(Finding::at(RULE.doc.code, RULE.doc.severity, at, message).with_fix(Fix::lines(
            "count there too, or decide the writes one at a time with a `serial` contract",
            ["does   = \"increment\"".to_owned()],
        )));
    }
    findings
}

fn two_owners(dataset: &Dataset, at: usize, place: &str, other: &Dataset) -> Finding {
    let message = format!("`{place}` is part of `{}`, and of `{}` too", dataset.id, other.id);
    let there = Subject::Address(Address::field(&other.id, "where"));
    Finding::at(RULE.doc.code, RULE.doc.severity, Address::field(&dataset.id, format!("where[{at}]")), message)
        .with_fix(Fix::advice(format!("agree whose it is: one of {} and {} declares it", dataset.id.team(), other.id.team())))
        .with_related(there, "declared here as well")
}
