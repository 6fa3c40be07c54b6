//! K606: teams that each own a layer, and change together all the time.

use super::prelude::*;
use crate::evidence::{counted_together, for_example, is_coupled};
use kedge_model::Part;

/// In this part of the quarters they met, or more: then it is how the two work, and no single project. Our own.
const PART: f64 = 0.5;

/// Fewer quarters than this are no habit. Our own.
const FEWEST: u32 = 4;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(606),
        name: "layers-change-together",
        group: Group::Structure,
        severity: Severity::Warning,
        needs: &[Need::Borders],
        since: "0.1",
        finds: "Two teams of which each owns files of one layer for the most part (four in five; frontend, backend or database), \
                and not the same, whose files change together above chance (ten times or more, twice what chance gives, and three \
                standard deviations above it) in half of all quarters, and in four or more. K601 finds the same in asks.",
        why: "Whatever a customer gets takes both. Contracts agreed up front miss things, and what is found later waits again.",
        source: "Frontend and backend teams, rubick.com: make the team whole instead",
        failing: &[
            Sheet { path: "shop-front/team.kedge.toml", text: FRONT },
            Sheet { path: "shop-core/team.kedge.toml", text: CORE },
            Sheet { path: "survey.json", text: SURVEY },
        ],
        passing: &[
            Sheet {
                path: "basket/team.kedge.toml",
                text: "team  = \"basket\"\ntitle = \"The basket, whole\"\nkind  = \"stream\"\nowns  = [\"shop:web/**\", \"shop:core/**\"]\n",
            },
            Sheet {
                path: "survey.json",
                text: r#"{
  "co_changes": [],
  "areas": [],
  "problems": []
}
"#,
            },
        ],
        fix: "Make the team whole: people of both layers in one team for each thing that customers get. One of them to begin \
              with:\n\n```toml\n[[loan]]\nwho   = \"ines\"\nto    = \"shop-front\"\nkind  = \"embed\"\nfrom  = 2026-11-02\nuntil = \
              2027-01-29\n```",
    },
    run: Run::Over(run),
};

const FRONT: &str = "team  = \"shop-front\"\ntitle = \"What people see\"\nkind  = \"stream\"\nowns  = [\"shop:web/**\"]\n";
const CORE: &str = "team  = \"shop-core\"\ntitle = \"What lies behind\"\nkind  = \"stream\"\nowns  = [\"shop:core/**\"]\n";
const SURVEY: &str = r#"{
  "co_changes": [],
  "areas": [],
  "problems": [],
  "layers": [
    {
      "one": { "team": "shop-core" },
      "other": { "team": "shop-front" },
      "together": 44,
      "expected": 12.5,
      "of": 412,
      "shown_by": [
        {
          "repository": "shop",
          "file": "core/pay.py",
          "line": null,
          "commit": "4be1c07",
          "on": "2026-10-02",
          "shows": "touches files of shop-core and of shop-front"
        }
      ],
      "layer_of_one": "backend",
      "layer_of_other": "frontend",
      "quarters": 7,
      "of_quarters": 8
    }
  ]
}
"#;

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let Some(evidence) = answers.evidence else { return Vec::new() };
    let mut findings = Vec::new();
    for pair in &evidence.layers {
        let (Part::Team(one), Part::Team(other)) = (&pair.change.one, &pair.change.other) else { continue };
        let is_steady =
            pair.quarters >= FEWEST && f64::from(pair.quarters) >= PART * f64::from(pair.of_quarters);
        let is_here = |team: &TeamId| answers.own_teams().any(|own| &own.id == team);
        if !is_coupled(&pair.change) || !is_steady || !is_here(one) || !is_here(other) {
            continue;
        }
        let mut message = format!(
            "{one} owns the {} and {other} the {} of one thing: {}, in {} of {} quarters",
            pair.layer_of_one,
            pair.layer_of_other,
            counted_together(&pair.change),
            pair.quarters,
            pair.of_quarters
        );
        message += &for_example(&pair.change.shown_by);
        findings.push(
            Finding::at(RULE.doc.code, RULE.doc.severity, Address::field(one, "owns"), message)
                .with_fix(Fix::advice(format!(
                    "make the team whole: people of {one} and {other} in one team for each thing that customers get"
                )))
                .with_related(Subject::Address(Address::field(other, "owns")), "the other layer"),
        );
    }
    findings
}
