//! K511: a team that runs several services and does not say why they are apart.

use super::prelude::*;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(511),
        name: "no-reason-apart",
        group: Group::Alignment,
        severity: Severity::Note,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A service without `why-apart` of a team that runs two or more.",
        why: "One team that runs two services pays for the network between them each day. That is worth it for load, \
              availability, law or because another team is to have one of them; a reason that nobody can write down is none.",
        source: "A monolith that serves is better than a distributed system nobody needs: the autonomy trap; loose coupling, dora.dev",
        failing: &[Sheet {
            path: "checkout/team.kedge.toml",
            text: r#"team  = "checkout"
title = "Checkout"
kind  = "stream"

[service.checkout-api]
paths     = ["shop:checkout/**"]
why-apart = { because = "availability", why = "It must take orders while the rest of the shop deploys" }

[service.basket]
paths = ["shop:basket/**"]
"#,
        }],
        passing: &[Sheet {
            path: "checkout/team.kedge.toml",
            text: r#"team  = "checkout"
title = "Checkout"
kind  = "stream"

[service.checkout-api]
paths     = ["shop:checkout/**"]
why-apart = { because = "availability", why = "It must take orders while the rest of the shop deploys" }

[service.basket]
paths     = ["shop:basket/**"]
why-apart = { because = "load", why = "Forty reads for each order on a sale day" }
"#,
        }],
        fix: "Give the reason, or join them:\n\n```toml\n[service.basket]\nwhy-apart = { because = \"load\", why = \"Forty reads for each \
              order on a sale day\" }\n```",
    },
    run: Run::Near(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for team in answers.own_teams().filter(|team| team.services.len() >= 2) {
        for (id, _) in team.services.iter().filter(|(_, service)| service.why_apart.is_none()) {
            let others = team.services.keys().filter(|other| *other != id).map(|other| format!("`{other}`"));
            let message = format!("nothing says why `{id}` is apart from {} of the same team", listed(others));
            findings.push(
                Finding::at(RULE.doc.code, RULE.doc.severity, Address::field(&team.id, format!("service.{id}")), message)
                    .with_fix(Fix::lines(
                        "give the reason (load, availability, law or team), or join them",
                        ["# why-apart = { because = \"load\", why = \"the reason\" }".to_owned()],
                    )),
            );
        }
    }
    findings
}
