//! K019: a person whom their team does not list.

use super::prelude::*;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(19),
        name: "unknown-person",
        group: Group::Files,
        severity: Severity::Note,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A person who is named as doing, guiding, sponsoring or wanting something, and whom their team, which does list \
                people, does not list. A team that lists nobody has nobody to compare with.",
        why: "People move. A stakeholder who has left confirms nothing, and a guide who has left guides nobody.",
        source: "The plan language: people are listed by their team",
        failing: &[
            Sheet {
                path: "checkout/team.kedge.toml",
                text: r#"team  = "checkout"
title = "Checkout"
kind  = "stream"

[person.mira]
name = "Mira Lindqvist"
"#,
            },
            Sheet {
                path: "checkout/one-tap.kedge.toml",
                text: r#"team = "checkout"

[outcome.one-tap]
due = 2026-12-10

[work.sheet]
for = "one-tap"
who = "mirah"
"#,
            },
        ],
        passing: &[
            Sheet {
                path: "checkout/team.kedge.toml",
                text: r#"team  = "checkout"
title = "Checkout"
kind  = "stream"

[person.mira]
name = "Mira Lindqvist"
"#,
            },
            Sheet {
                path: "checkout/one-tap.kedge.toml",
                text: r#"team = "checkout"

[outcome.one-tap]
due = 2026-12-10

[work.sheet]
for = "one-tap"
who = "mira"
"#,
            },
        ],
        fix: "Correct the name, or list the person in their team's file:\n\n```toml\n[person.mirah]\n```",
    },
    run: Run::Over(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let broken = answers.written.broken_references();
    broken
        .filter(|broken| broken.wanted == "a person")
        .map(|broken| {
            let (team, person) = broken.names.split_once('/').unwrap_or(("", &broken.names));
            let message = format!("{team} lists nobody called `{person}`");
            let advice = match &broken.nearest {
                Some(nearest) => format!("did you mean `{nearest}`? If not, list them in {team}'s file"),
                None => format!("list them in {team}'s file"),
            };
            Finding::at(RULE.doc.code, RULE.doc.severity, broken.at.clone(), message)
                .with_fix(Fix::lines(advice, [format!("[person.{person}]")]))
        })
        .collect()
}
