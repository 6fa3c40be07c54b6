//! K202: an outcome that names no measure, or nobody who wants it.

use super::prelude::*;
use kedge_model::{OutcomeId, Scope, Slug};

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
    run: Run::Together(&Compared { share, told, to_the_word: |_| true }),
};

/// From this many outcomes on it is told that none of them has a measure or a stakeholder.
const MANY: usize = 5;

/// What the outcomes to come of one team name.
#[derive(PartialEq)]
struct Named {
    outcomes: usize,
    with_kpi: usize,
    with_stakeholder: usize,
    /// The first of them.
    first: Option<OutcomeId>,
    /// Those that lack a measure, or a stakeholder.
    lacking: Vec<(OutcomeId, bool, bool)>,
}

fn share(answers: &Answers<'_>) -> Named {
    let mut named = Named { outcomes: 0, with_kpi: 0, with_stakeholder: 0, first: None, lacking: Vec::new() };
    if answers.known.scope() == Scope::Partial {
        return named;
    }
    for outcome in answers.planned() {
        let (no_kpi, no_stakeholder) = (outcome.kpi.is_none(), outcome.stakeholder.is_none());
        named.outcomes += 1;
        named.with_kpi += usize::from(!no_kpi);
        named.with_stakeholder += usize::from(!no_stakeholder);
        named.first.get_or_insert_with(|| outcome.id.clone());
        if no_kpi || no_stakeholder {
            named.lacking.push((outcome.id.clone(), no_kpi, no_stakeholder));
        }
    }
    named
}

fn told(answers: &Answers<'_>, teams: &[(&TeamId, &Named)]) -> Vec<Finding> {
    let sum = |of: fn(&Named) -> usize| teams.iter().map(|(_, named)| of(named)).sum::<usize>();
    let no_kpi_at_all = sum(|named| named.with_kpi) == 0;
    let no_stakeholder_at_all = sum(|named| named.with_stakeholder) == 0;
    let mut findings = Vec::new();
    let outcomes = sum(|named| named.outcomes);
    if outcomes >= MANY
        && let Some(first) = teams.iter().find_map(|(_, named)| named.first.as_ref())
    {
        findings.extend(of_all(answers, first, outcomes, no_kpi_at_all, no_stakeholder_at_all));
    }
    for (outcome, no_kpi, no_stakeholder) in teams.iter().flat_map(|(_, named)| &named.lacking) {
        let no_kpi = !no_kpi_at_all && *no_kpi;
        let no_stakeholder = !no_stakeholder_at_all && *no_stakeholder;
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
        let message = format!("`{}` names {lack}", outcome.id());
        let fix = Fix::lines("name them", lines);
        findings.push(Finding::at(RULE.doc.code, RULE.doc.severity, Address::of(outcome), message).with_fix(fix));
    }
    findings
}

/// What is true of every outcome is said once.
fn of_all(
    answers: &Answers<'_>,
    first: &OutcomeId,
    number: usize,
    no_kpi: bool,
    no_stakeholder: bool,
) -> Option<Finding> {
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
        Address::of(first)
    };
    let message = format!("none of {number} outcomes names {lack}");
    Some(Finding::at(RULE.doc.code, RULE.doc.severity, at, message).with_fix(Fix::advice(advice)))
}
