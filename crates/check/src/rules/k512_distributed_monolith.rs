//! K512: services that are one program in several processes.

use super::prelude::*;
use crate::evidence::counted_together;
use kedge_align::services::{Advice, For, ServicePair, services};
use kedge_model::ServiceId;

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
    let services = services(&answers.known, Some(evidence), answers.as_of);
    services.pairs.iter().filter(|pair| pair.advice == Advice::MakeOne).map(told).collect()
}

fn told(pair: &ServicePair) -> Finding {
    let mut counted = String::new();
    let (mut dataset, mut in_code, mut owner) = (None, Vec::new(), None);
    for reason in &pair.for_one {
        match reason {
            For::ChangeTogether(change) => counted = counted_together(change),
            For::BothWrite(id) => dataset = Some(id),
            For::CodeShares { data, .. } => in_code.push(format!("`{data}`")),
            For::OneTeam(team) => owner = Some(team),
        }
    }
    let data = match (dataset, owner) {
        (Some(dataset), _) => format!("both write `{dataset}`"),
        (None, Some(team)) if in_code.is_empty() => format!("{team} runs both"),
        _ => format!("the code of both uses {}", listed(in_code)),
    };
    let message = format!(
        "`{}` and `{}` are one program: {counted}; {data}, and nothing says why they are apart",
        pair.one, pair.other
    );
    let at = |service: &ServiceId| Address::field(service.team(), format!("service.{}", service.id()));
    let finding = Finding::at(RULE.doc.code, RULE.doc.severity, at(&pair.one), message)
        .with_fix(Fix::lines(
            "join them, move the boundary to where little crosses it, or give the reason (load, availability, law or team)",
            ["# why-apart = { because = \"load\", why = \"the reason\" }".to_owned()],
        ))
        .with_related(Subject::Address(at(&pair.other)), "changes with it");
    match dataset {
        Some(dataset) => {
            finding.with_related(Subject::Address(Address::field(dataset, "writers")), "written by both")
        }
        None => finding,
    }
}
