//! K411: embedding somebody in a team that is full.

use super::prelude::*;
use crate::people::people_on;

/// A host that already has so many people takes nobody more (rubick.com/embedded-model).
const FULL: f64 = 8.0;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(411),
        name: "embedding-into-eight",
        group: Group::Coordination,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A loan of kind `embed`, not over yet, to a team that has eight people or more. Loans to task forces are another \
                thing, and of teams whose people are not known nothing is said.",
        why: "Somebody embedded is in the host's daily work. In a team of eight they are the ninth voice in every conversation, \
              and learn little.",
        source: "Embedded model, rubick.com/embedded-model: refuse where the host already has eight",
        failing: &[
            Sheet { path: "search/team.kedge.toml", text: SEARCH },
            Sheet {
                path: "platform/team.kedge.toml",
                text: r#"team   = "platform"
title  = "Platform"
kind   = "platform"
people = 8
"#,
            },
        ],
        passing: &[
            Sheet { path: "search/team.kedge.toml", text: SEARCH },
            Sheet {
                path: "platform/team.kedge.toml",
                text: r#"team   = "platform"
title  = "Platform"
kind   = "platform"
people = 6
"#,
            },
        ],
        fix: "Ask for something smaller than a place: an away team with a guide, or a self-service. In the host's \
              `team.kedge.toml`:\n\n```toml\n[away-teams]\nnorms = \"https://wiki.harbour.example/platform/visitors\"\nguide = \
              \"olga\"\n```",
    },
    run: Run::Near(run),
};

const SEARCH: &str = r#"team   = "search"
title  = "Search"
kind   = "stream"
people = 5

[person.lena]

[[loan]]
who   = "lena"
to    = "platform"
kind  = "embed"
from  = 2026-10-05
until = 2026-12-18
"#;

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for team in answers.own_teams() {
        for (place, loan) in team.loans.iter().enumerate() {
            let host = answers.known.team(&loan.to);
            let people = host.and_then(|host| people_on(host, answers.as_of.max(loan.from)));
            let Some(people) = people.filter(|people| *people >= FULL) else { continue };
            if !loan.embed || loan.until < answers.as_of {
                continue;
            }
            let message = format!(
                "`{}` is embedded in {}, which has {} people without them",
                loan.who.id(),
                loan.to,
                (people * 10.0).round() / 10.0
            );
            let at = Address::field(&team.id, format!("loan[{place}].to"));
            findings.push(
                Finding::at(RULE.doc.code, RULE.doc.severity, at, message)
                    .with_fix(Fix::advice(format!("agree on an away team with {} instead, for a piece with an end", loan.to))),
            );
        }
    }
    findings
}
