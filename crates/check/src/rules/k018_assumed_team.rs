//! K018: a team that a lone file names, taken as external.

use super::prelude::*;
use kedge_floor::leans_on;
use kedge_model::TeamKind;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(18),
        name: "assumed-team",
        group: Group::Files,
        severity: Severity::Note,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "In a file that is read on its own: a team that has no file here, and is taken as external. In an organisation \
                such a team is an error (K007).",
        why: "A lone file is enough to say what stands. How another team takes asks, and what it has answered, is not known \
              there, and the answers are as if it had said nothing.",
        source: "The plan language: a lone file works",
        failing: &[Sheet {
            path: "one-tap.kedge.toml",
            text: r#"team = "checkout"

[outcome.one-tap]
due = 2026-12-10

[ask.reusable-token]
to    = "payments"
what  = "A reusable flag on POST /tokens"
asked = { on = 2026-10-02 }
gates = "one-tap"

[[ask.reusable-token.fallback]]
kind  = "do-without"
keeps = "60%"
"#,
        }],
        passing: &[
            Sheet { path: "kedge.toml", text: "name = \"Harbour\"\n" },
            Sheet {
                path: "checkout/team.kedge.toml",
                text: r#"team  = "checkout"
title = "Checkout"
kind  = "stream"
"#,
            },
            Sheet {
                path: "payments/team.kedge.toml",
                text: r#"team  = "payments"
title = "Payments"
kind  = "stream"
"#,
            },
            Sheet {
                path: "checkout/one-tap.kedge.toml",
                text: r#"team = "checkout"

[outcome.one-tap]
due = 2026-12-10

[ask.reusable-token]
to    = "payments"
what  = "A reusable flag on POST /tokens"
asked = { on = 2026-10-02 }
gates = "one-tap"

[[ask.reusable-token.fallback]]
kind  = "do-without"
keeps = "60%"
"#,
            },
        ],
        fix: "Nothing, where the file is read alone on purpose. Otherwise open the whole organisation, or write the team's \
              file:\n\n```toml\n# payments/team.kedge.toml\nteam  = \"payments\"\ntitle = \"Payments\"\nkind  = \"stream\"\n```",
    },
    run: Run::Over(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let organisation = answers.written;
    let assumed = organisation.assumed_teams().iter().filter(|team| {
        organisation.team(team).is_some_and(|team| matches!(team.kind, TeamKind::External { .. }))
    });
    assumed
        .map(|team| {
            let message = format!("`{team}` has no file here and is taken as external");
            Finding::at(RULE.doc.code, RULE.doc.severity, first_mention(answers, team), message).with_fix(Fix::advice(
                format!("open the whole organisation, or write its file with `kedge new team {team}`"),
            ))
        })
        .collect()
}

/// Where the team is named first: in an ask, else wherever its name stands.
fn first_mention(answers: &Answers<'_>, team: &TeamId) -> Address {
    for ask in answers.written.asks() {
        if &ask.to == team {
            return Address::field(&ask.id, "to");
        }
        for (place, fallback) in ask.fallbacks.iter().enumerate() {
            if leans_on(ask, fallback).as_ref() == Some(team) {
                return Address::field(&ask.id, format!("fallback[{place}].with"));
            }
        }
    }
    for dataset in answers.written.datasets() {
        for (key, teams) in [("writers", &dataset.writers), ("readers", &dataset.readers)] {
            if teams.contains(team) {
                return Address::field(&dataset.id, key);
            }
        }
    }
    for proposal in answers.written.proposals() {
        if proposal.adopters.contains(team) {
            return Address::field(&proposal.id, "adopters");
        }
    }
    Address::of(team)
}
