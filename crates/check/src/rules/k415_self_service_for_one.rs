//! K415: a self-service that one team alone uses.

use super::prelude::*;

/// From so many uses, all by one team, it is that team's. Our own: the first users of a new one must come from somewhere.
const USES: usize = 3;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(415),
        name: "self-service-for-one",
        group: Group::Coordination,
        severity: Severity::Note,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A self-service that has served three or more asks, all of one team.",
        why: "A self-service costs more than the thing itself, because anybody must be able to use it unaided. For one team, doing \
              it for them or letting them do it is cheaper.",
        source: "Self-service, rubick.com/platform-teams-and-the-self-service-model: never for one team only; measure adoption",
        failing: &[
            Sheet { path: "identity/team.kedge.toml", text: IDENTITY },
            Sheet { path: "fulfil/badges.kedge.toml", text: BADGES },
        ],
        passing: &[
            Sheet { path: "identity/team.kedge.toml", text: IDENTITY },
            Sheet { path: "fulfil/badges.kedge.toml", text: BADGES },
            Sheet {
                path: "returns/desk.kedge.toml",
                text: r#"team = "returns"

[outcome.desk]
due = 2026-12-11

[ask.desk-roles]
to     = "identity"
what   = "Roles for the people at the desk"
asked  = { on = 2026-10-05 }
gates  = "desk"
served = { on = 2026-10-07, self-service = "identity/guest-roles" }
"#,
            },
        ],
        fix: "Tell others that it is there, or give it to the team that uses it. Where another team uses it, its ask says \
              so:\n\n```toml\nserved = { on = 2026-10-07, self-service = \"identity/guest-roles\" }\n```",
    },
    run: Run::Near(run),
};

const IDENTITY: &str = r#"team  = "identity"
title = "Identity"
kind  = "platform"

[self-service.guest-roles]
what = "Roles for people who are not customers"
how  = "https://wiki.harbour.example/identity/guests"
"#;
const BADGES: &str = r#"team = "fulfil"

[outcome.lanes]
due = 2026-12-11

[ask.picker-badges]
to     = "identity"
what   = "Badges for pickers"
asked  = { on = 2026-09-30 }
gates  = "lanes"
served = { on = 2026-10-01, self-service = "identity/guest-roles" }

[ask.driver-badges]
to     = "identity"
what   = "Badges for drivers"
asked  = { on = 2026-09-30 }
gates  = "lanes"
served = { on = 2026-10-01, self-service = "identity/guest-roles" }

[ask.foreman-badges]
to     = "identity"
what   = "Badges for foremen"
asked  = { on = 2026-09-30 }
gates  = "lanes"
served = { on = 2026-10-01, self-service = "identity/guest-roles" }
"#;

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for team in answers.own_teams() {
        for id in team.self_services.keys() {
            let uses: Vec<&TeamId> = answers
                .known
                .asked_of(&team.id)
                .iter()
                .filter_map(|ask| answers.known.ask(ask))
                .filter(|ask| {
                    let by = ask.served.as_ref().and_then(|served| served.self_service.as_ref());
                    by.is_some_and(|by| by.team == team.id && by.id == *id)
                })
                .map(|ask| ask.id.team())
                .collect();
            let Some((first, others)) = uses.split_first() else { continue };
            if uses.len() < USES || others.iter().any(|other| other != first) {
                continue;
            }
            let message = format!("`{id}` has served {} asks, all of {first}", uses.len());
            let at = Address::field(&team.id, format!("self-service.{id}"));
            findings.push(
                Finding::at(RULE.doc.code, RULE.doc.severity, at, message)
                    .with_fix(Fix::advice(format!("tell others that it is there, or give it to {first}"))),
            );
        }
    }
    findings
}
