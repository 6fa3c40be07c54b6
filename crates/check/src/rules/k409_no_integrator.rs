//! K409: a team that takes asks, and nobody in it weighs them.

use super::prelude::*;
use kedge_model::{Role, TakesAsks, TeamKind};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(409),
        name: "no-integrator",
        group: Group::Coordination,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A team of at least two people that lists them, is asked for something that is still waited for, and has no \
                integrator among them. Teams that take no asks, communities, external teams, teams that list nobody, and \
                organisations whose council has an integrator are left out.",
        why: "Independent teams need somebody who hears many, weighs and ranks with the whole in mind. Without them the loudest \
              ask is next, and what is built helps nobody else.",
        source: "Independent executor model, rubick.com/independent-executor-model: without integrators, messy product engineering \
                 and a platform that is no use",
        failing: &[
            Sheet {
                path: "payments/team.kedge.toml",
                text: r#"team  = "payments"
title = "Payments"
kind  = "stream"

[person.ana]
roles = ["lead"]

[person.ravi]
"#,
            },
            Sheet { path: "checkout/one-tap.kedge.toml", text: ONE_TAP },
        ],
        passing: &[
            Sheet {
                path: "payments/team.kedge.toml",
                text: r#"team  = "payments"
title = "Payments"
kind  = "stream"

[person.ana]
roles = ["lead"]

[person.ravi]
roles = ["integrator"]
"#,
            },
            Sheet { path: "checkout/one-tap.kedge.toml", text: ONE_TAP },
        ],
        fix: "Say who hears the asks and ranks them; it may be the lead:\n\n```toml\n[person.ravi]\nroles = [\"integrator\"]\n```",
    },
    run: Run::Over(run),
};

const ONE_TAP: &str = r#"team = "checkout"

[outcome.one-tap]
due = 2026-12-10

[ask.reusable-token]
to    = "payments"
what  = "A `reusable` flag on POST /tokens"
asked = { on = 2026-10-05 }
gates = "one-tap"

[[ask.reusable-token.fallback]]
kind  = "do-without"
keeps = "60%"
"#;

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let is_integrator = |person: &kedge_model::Person| person.roles.contains(&Role::Integrator);
    if answers.known.council().persons.values().any(is_integrator) {
        return Vec::new();
    }
    answers
        .own_teams()
        .filter(|team| {
            !matches!(team.kind, TeamKind::Community { .. })
                && team.takes_asks != [TakesAsks::None]
                && team.persons.len() >= 2
                && !team.persons.values().any(is_integrator)
        })
        .filter_map(|team| {
            let number = answers.wanted_of(&team.id).count() as u32;
            if number == 0 {
                return None;
            }
            let message = format!(
                "{} of other teams {} at {}, and nobody there is its integrator",
                counted(number, "ask"),
                if number == 1 { "waits" } else { "wait" },
                team.id
            );
            // The lead is the likeliest: they hear the asks today.
            let lead = team.persons.iter().find(|(_, person)| person.roles.contains(&Role::Lead));
            let fix = match lead {
                Some((id, _)) => Fix::lines(
                    format!("say who hears them and ranks them; if it is {id}, in `[person.{id}]`:"),
                    ["roles = [\"lead\", \"integrator\"]".to_owned()],
                ),
                None => Fix::lines(
                    "say who hears them and ranks them, at that person",
                    ["roles = [\"integrator\"]".to_owned()],
                ),
            };
            let at = match lead {
                Some((id, _)) => Address::field(&team.id, format!("person.{id}")),
                None => Address::field(&team.id, "person"),
            };
            Some(Finding::at(RULE.doc.code, RULE.doc.severity, at, message).with_fix(fix))
        })
        .collect()
}
