//! K416: a team that says self-service and offers none.

use super::prelude::*;
use kedge_model::TakesAsks;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(416),
        name: "self-service-without-any",
        group: Group::Coordination,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A team that takes asks by `self-service` and lists none.",
        why: "A self-service is usable without talking to the team. One that is written nowhere is found by asking, which is what it \
              was to save.",
        source: "Self-service, rubick.com/platform-teams-and-the-self-service-model",
        failing: &[Sheet {
            path: "platform/team.kedge.toml",
            text: r#"team       = "platform"
title      = "Platform"
kind       = "platform"
takes-asks = ["self-service"]
"#,
        }],
        passing: &[Sheet {
            path: "platform/team.kedge.toml",
            text: r#"team       = "platform"
title      = "Platform"
kind       = "platform"
takes-asks = ["self-service"]

[self-service.topic]
what = "A topic on the message bus, up to a thousand messages a second"
how  = "https://wiki.harbour.example/platform/topic"
"#,
        }],
        fix: "List what others may use without asking, or say how you take asks instead:\n\n```toml\n[self-service.topic]\n\
              what = \"A topic on the message bus, up to a thousand messages a second\"\nhow  = \
              \"https://wiki.harbour.example/platform/topic\"\n```",
    },
    run: Run::Near(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    answers
        .own_teams()
        .filter(|team| team.takes_asks.contains(&TakesAsks::SelfService) && team.self_services.is_empty())
        .map(|team| {
            let message = format!("{} takes asks by self-service and lists none", team.id);
            let at = Address::field(&team.id, "takes-asks");
            Finding::at(RULE.doc.code, RULE.doc.severity, at, message).with_fix(Fix::lines(
                "list what others may use without asking",
                [
                    "# [self-service.NAME]".to_owned(),
                    "# what = \"what one gets\"".to_owned(),
                    "# how  = \"how one gets it\"".to_owned(),
                ],
            ))
        })
        .collect()
}
