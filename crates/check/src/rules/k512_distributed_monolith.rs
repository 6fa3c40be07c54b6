//! K512: services that are one program in several processes.

use super::prelude::*;
use crate::datasets::writers;
use crate::evidence::{counted_together, is_coupled};
use kedge_model::{Part, Service, ServiceId};
use std::collections::BTreeSet;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(512),
        name: "distributed-monolith",
        group: Group::Alignment,
        severity: Severity::Warning,
        needs: &[Need::Borders],
        since: "0.1",
        finds: "Two services that change together above chance (ten times or more, twice what chance gives, and three standard \
                deviations above it) and share data, where neither has a `why-apart`. They share data where one team runs both, \
                where the teams that run them both write one dataset, or where a survey found data that the code of both uses and \
                of one writes.",
        why: "They must be changed, tested and released as one, and fail as several. It has the price of both and the freedom of \
              neither.",
        source: "Loose coupling is to change, test and deploy alone, dora.dev; co-change is the dependency that matters most, Cataldo, \
                 Herbsleb and Carley 2008; a monolith that serves is better: the autonomy trap",
        failing: &[
            Sheet {
                path: "checkout/team.kedge.toml",
                text: r#"team  = "checkout"
title = "Checkout"
kind  = "stream"

[service.basket]
paths = ["shop:basket/**"]
"#,
            },
            Sheet { path: "loyalty/team.kedge.toml", text: LOYALTY },
            Sheet { path: "loyalty/data.kedge.toml", text: PRICES },
            Sheet { path: "checkout/answers.kedge.toml", text: SIGNED },
            Sheet { path: "survey.json", text: SURVEY },
        ],
        passing: &[
            Sheet {
                path: "checkout/team.kedge.toml",
                text: r#"team  = "checkout"
title = "Checkout"
kind  = "stream"

[service.basket]
paths     = ["shop:basket/**"]
why-apart = { because = "load", why = "Forty reads for each order on a sale day" }
"#,
            },
            Sheet { path: "loyalty/team.kedge.toml", text: LOYALTY },
            Sheet { path: "loyalty/data.kedge.toml", text: PRICES },
            Sheet { path: "checkout/answers.kedge.toml", text: SIGNED },
            Sheet { path: "survey.json", text: SURVEY },
        ],
        fix: "Join them under one team, move the boundary to where little crosses it, or give the reason that keeps them \
              apart:\n\n```toml\n[service.basket]\nwhy-apart = { because = \"load\", why = \"Forty reads for each order on a sale day\" \
              }\n```",
    },
    run: Run::Over(run),
};

const LOYALTY: &str = r#"team  = "loyalty"
title = "Loyalty"
kind  = "stream"

[service.points]
paths = ["shop:loyalty/**"]
"#;
const PRICES: &str = r#"team = "loyalty"

[dataset.basket-price]
writers = ["loyalty", "checkout"]

[dataset.basket-price.contract]
kind    = "merged"
version = 1
merge   = { discount = "last-writer" }
opened  = 2026-09-01
adopted = 2026-09-14
"#;
const SIGNED: &str = r#"team = "checkout"

[[sign]]
contract = "loyalty/basket-price"
version  = 1
on       = 2026-09-07
says     = "signed"
"#;
const SURVEY: &str = r#"{
  "co_changes": [
    {
      "one": { "service": "checkout/basket" },
      "other": { "service": "loyalty/points" },
      "together": 31,
      "expected": 9.2,
      "of": 412,
      "shown_by": [
        {
          "repository": "shop",
          "file": "basket/price.rs",
          "line": null,
          "commit": "9d20b1e",
          "on": "2026-09-30",
          "shows": "one commit changes basket/price.rs and loyalty/spend.rs"
        }
      ]
    }
  ],
  "areas": [],
  "problems": []
}
"#;

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let Some(evidence) = answers.evidence else { return Vec::new() };
    let service = |id: &ServiceId| -> Option<&Service> { answers.known.team(id.team())?.services.get(id.id()) };
    let mut findings = Vec::new();
    for change in evidence.co_changes.iter().filter(|change| is_coupled(change)) {
        let (Part::Service(one), Part::Service(other)) = (&change.one, &change.other) else { continue };
        let (Some(one), Some(other)) = (service(one), service(other)) else { continue };
        if one.why_apart.is_some() || other.why_apart.is_some() {
            continue;
        }
        let teams: BTreeSet<&TeamId> = [one.id.team(), other.id.team()].into();
        let shared = answers.known.datasets().find(|dataset| writers(dataset).is_superset(&teams));
        let in_code: Vec<String> = evidence.services_share.iter().filter(|it| {
            (&it.one, &it.other) == (&one.id, &other.id) || (&it.one, &it.other) == (&other.id, &one.id)
        }).map(|it| format!("`{}`", it.data)).collect();
        let data = match shared {
            Some(dataset) => format!("both write `{}`", dataset.id),
            None if !in_code.is_empty() => format!("the code of both uses {}", join(in_code)),
            _ if teams.len() == 1 => format!("{} runs both", one.id.team()),
            None => continue,
        };
        let message = format!(
            "`{}` and `{}` are one program: {}; {data}, and nothing says why they are apart",
            one.id,
            other.id,
            counted_together(change)
        );
        let at = |service: &Service| Address::field(service.id.team(), format!("service.{}", service.id.id()));
        let mut finding = Finding::at(RULE.doc.code, RULE.doc.severity, at(one), message)
            .with_fix(Fix::lines(
                "join them, move the boundary to where little crosses it, or give the reason (load, availability, law or team)",
                ["# why-apart = { because = \"load\", why = \"the reason\" }".to_owned()],
            ))
            .with_related(Subject::Address(at(other)), "changes with it");
        if let Some(dataset) = shared {
            finding = finding.with_related(Subject::Address(Address::field(&dataset.id, "writers")), "written by both");
        }
        findings.push(finding);
    }
    findings
}
