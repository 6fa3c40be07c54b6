//! K501: several teams write one dataset, and nothing says how it stays right.

use super::prelude::*;
use crate::datasets::{contract, names, needs_one_place, writers};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(501),
        name: "several-writers-no-contract",
        group: Group::Alignment,
        severity: Severity::Error,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A dataset that two teams or more write and that has no contract, or one that is given up. It is a note while a \
                proposal about the dataset is open for signatures. A searching organisation gets a warning at most.",
        why: "Two writers without an agreement depend on each other in every write, and neither plan says so. What goes wrong \
              shows first in the data, and last to whoever did it.",
        source: "Single writer: one service writes a dataset, the others use its interface (dora.dev on loose coupling); a \
                 partnership in which both fail if either fails is a hard dependency (ddd-crew, context mapping)",
        failing: &[Sheet {
            path: "platform/data.kedge.toml",
            text: r#"team = "platform"

[dataset.feature-switches]
title   = "Feature switches"
writers = ["platform", "checkout", "search"]
"#,
        }],
        passing: &[Sheet {
            path: "platform/data.kedge.toml",
            text: r#"team = "platform"

[dataset.feature-switches]
title   = "Feature switches"
writers = ["platform"]
readers = ["checkout", "search"]

[dataset.feature-switches.contract]
kind    = "owned"
version = 1
opened  = 2026-10-14
"#,
        }],
        fix: "Most often one team writes and the others ask it or read a copy:\n\n```toml\nwriters = [\"platform\"]\nreaders = \
              [\"checkout\", \"search\"]\n\n[dataset.feature-switches.contract]\nkind    = \"owned\"\nversion = 1\nopened  = \
              2026-10-14\n```\n\nWhere all must write: `merged`, if every field can say how two writes become one, or `serial`, if \
              something must hold that a merge can break.",
    },
    run: Run::Over(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for dataset in answers.known.datasets().filter(|dataset| contract(dataset).is_none()) {
        let writers = writers(dataset);
        if writers.len() < 2 {
            continue;
        }
        let id = dataset.id.id();
        let is_in_hand = answers
            .known
            .proposals()
            .any(|it| it.dataset.as_ref() == Some(&dataset.id) && it.opened.is_some() && it.retired.is_none());
        let severity = if is_in_hand { Severity::Note } else { RULE.doc.severity };
        let given_up = if dataset.contract.is_some() { ", and its contract is given up" } else { " without a contract" };
        let message = format!("{} write `{id}`{given_up}", names(writers.iter().copied()));
        let otherwise = if needs_one_place(&answers.known, dataset) {
            "`serial` if all must write: something must hold that a merge can break"
        } else {
            "`merged` if all must write: every field says how two writes become one"
        };
        // A contract that is given up stands there already; the next version goes over it.
        let version = dataset.contract.as_ref().map_or(1, |contract| contract.version + 1);
        let fix = Fix::lines(
            format!("let one team write and the others ask it or read a copy; {otherwise}"),
            [
                format!("[dataset.{id}.contract]"),
                "kind    = \"owned\"".to_owned(),
                format!("version = {version}"),
                format!("opened  = {}", answers.as_of),
            ],
        );
        findings.push(Finding::at(RULE.doc.code, severity, Address::field(&dataset.id, "writers"), message).with_fix(fix));
    }
    findings
}
