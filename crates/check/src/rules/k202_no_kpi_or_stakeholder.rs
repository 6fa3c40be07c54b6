//! K202: an outcome that names no measure, or nobody who wants it.

use super::prelude::*;
use kedge_model::{Outcome, Scope, Slug};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(202),
        name: "no-kpi-or-stakeholder",
        group: Group::Plans,
        severity: Severity::Note,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "An outcome to come, in a whole organisation, without `kpi` or without `stakeholder`. Where no outcome at \
              all has one it is told once, and only from five outcomes on (our own choice: fewer are known by heart). A \
              lone file is left alone.",
        why: "Without a measure nobody will know whether it worked, and two teams may pull one number both ways unseen. \
              Without a stakeholder nobody can confirm what it is worth, and its value stays a claim that no ranking \
              may use.",
        source: "Kedge's own semantics: a value is a claim until its stakeholder or the council confirms it",
        failing: &[
            Sheet {
                path: "kedge.toml",
                text: r#"name = "Harbour"

[measure.message-orders]
title  = "Orders that begin with a message"
unit   = "a week"
better = "up"
"#,
            },
            Sheet {
                path: "messages/team.kedge.toml",
                text: r#"team = "messages"
kind = "stream"

[person.kim]
roles = ["lead", "stakeholder"]
"#,
            },
            Sheet {
                path: "messages/news.kedge.toml",
                text: r#"team = "messages"

[outcome.back-in-stock]
due         = 2026-12-11
kpi         = { measure = "message-orders", change = "+500 a week" }
stakeholder = "kim"

[work.watch-button]
for = "back-in-stock"

[outcome.price-drop]
due         = 2026-12-18

[work.price-mails]
for = "price-drop"
"#,
            },
        ],
        passing: &[
            Sheet {
                path: "kedge.toml",
                text: r#"name = "Harbour"

[measure.message-orders]
title  = "Orders that begin with a message"
unit   = "a week"
better = "up"
"#,
            },
            Sheet {
                path: "messages/team.kedge.toml",
                text: r#"team = "messages"
kind = "stream"

[person.kim]
roles = ["lead", "stakeholder"]
"#,
            },
            Sheet {
                path: "messages/news.kedge.toml",
                text: r#"team = "messages"

[outcome.back-in-stock]
due         = 2026-12-11
kpi         = { measure = "message-orders", change = "+500 a week" }
stakeholder = "kim"

[work.watch-button]
for = "back-in-stock"

[outcome.price-drop]
due         = 2026-12-18
kpi         = { measure = "message-orders", change = "+200 a week" }
stakeholder = "kim"

[work.price-mails]
for = "price-drop"
"#,
            },
        ],
        fix: "Name the measure that it moves, by how much, and who wants it:\n\n```toml\nkpi         = { measure = \
              \"message-orders\", change = \"+200 a week\" }\nstakeholder = \"kim\"\n```\n\nA measure is stated once, \
              in `kedge.toml`: `[measure.message-orders]` with `title`, `unit` and `better`.",
    },
    run: Run::Over(run),
};

/// From this many outcomes on it is told that none of them has a measure or a stakeholder.
const MANY: usize = 5;

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    if answers.known.scope() == Scope::Partial {
        return Vec::new();
    }
    let planned: Vec<&Outcome> = answers.planned().collect();
    let mut findings = Vec::new();
    let nobody_has = |lacks: fn(&Outcome) -> bool| planned.iter().all(|outcome| lacks(outcome));
    let no_kpi_at_all = nobody_has(|outcome| outcome.kpi.is_none());
    let no_stakeholder_at_all = nobody_has(|outcome| outcome.stakeholder.is_none());
    if planned.len() >= MANY {
        findings.extend(of_all(answers, &planned, no_kpi_at_all, no_stakeholder_at_all));
    }
    for outcome in &planned {
        let no_kpi = !no_kpi_at_all && outcome.kpi.is_none();
        let no_stakeholder = !no_stakeholder_at_all && outcome.stakeholder.is_none();
        let lack = match (no_kpi, no_stakeholder) {
            (true, true) => "neither the measure that it moves nor who wants it",
            (true, false) => "no measure that it moves",
            (false, true) => "nobody who wants it",
            (false, false) => continue,
        };
        let mut lines = Vec::new();
        if no_kpi {
            let measure = answers.known.settings().measures.keys().next().map_or("MEASURE", Slug::as_str);
            lines.push(format!("kpi = {{ measure = \"{measure}\", change = \"+…\" }}   # your own measure and estimate"));
        }
        if no_stakeholder {
            lines.push("stakeholder = \"PERSON\"                 # who wants it".to_owned());
        }
        let message = format!("`{}` names {lack}", outcome.id.id());
        let fix = Fix::lines("name them", lines);
        findings.push(Finding::at(RULE.doc.code, RULE.doc.severity, Address::of(&outcome.id), message).with_fix(fix));
    }
    findings
}

/// What is true of every outcome is said once.
fn of_all(answers: &Answers<'_>, planned: &[&Outcome], no_kpi: bool, no_stakeholder: bool) -> Option<Finding> {
    let number = planned.len();
    let (lack, advice) = match (no_kpi, no_stakeholder) {
        (true, true) => ("a measure that it moves, or somebody who wants it", "state measures, and name them and stakeholders in the outcomes"),
        (true, false) => ("a measure that it moves", "state measures, and name them in the outcomes"),
        (false, true) => ("somebody who wants it", "name stakeholders in the outcomes"),
        (false, false) => return None,
    };
    let settings = FactId::Settings;
    let at = if answers.written.fact(&settings).is_some() {
        Address::of(settings)
    } else {
        Address::of(&planned.first()?.id)
    };
    let message = format!("none of {number} outcomes names {lack}");
    Some(Finding::at(RULE.doc.code, RULE.doc.severity, at, message).with_fix(Fix::advice(advice)))
}
