//! K603: code of two teams that changes together, and no plan that says so.

use super::prelude::*;
use super::shop_example::{CHECKOUT, LOYALTY};
use crate::datasets::writers;
use crate::evidence::{counted_together, for_example, is_coupled};
use kedge_model::Part;
use std::collections::BTreeSet;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(603),
        name: "hidden-dependency",
        group: Group::Structure,
        severity: Severity::Warning,
        needs: &[Need::Evidence],
        since: "0.1",
        finds: "Two teams whose areas change together above chance (ten times or more, twice what chance gives, and three \
                standard deviations above it), where neither asks the other for anything and no dataset or proposal is \
                common to both.",
        why: "Each of them plans as if it were alone, and neither can finish alone. Work that is coordinated where the code needs \
              it is done about a third faster; here nobody knows that it must be.",
        source: "Socio-technical congruence, Cataldo, Herbsleb and Carley 2008: congruent work was resolved 32 % faster, and logical \
                 (co-change) dependencies matter most",
        failing: &[
            Sheet { path: "checkout/team.kedge.toml", text: CHECKOUT },
            Sheet { path: "loyalty/team.kedge.toml", text: LOYALTY },
            Sheet { path: "survey.json", text: SURVEY },
        ],
        passing: &[
            Sheet { path: "checkout/team.kedge.toml", text: CHECKOUT },
            Sheet { path: "loyalty/team.kedge.toml", text: LOYALTY },
            Sheet {
                path: "loyalty/points-in-basket.kedge.toml",
                text: r#"team = "loyalty"

[outcome.points-in-basket]
due = 2026-12-11

[ask.basket-hook]
to    = "checkout"
what  = "A hook in the basket price, before tax"
asked = { on = 2026-10-05 }
gates = "points-in-basket"

[[ask.basket-hook.fallback]]
kind  = "do-without"
keeps = "60%"
"#,
            },
            Sheet { path: "survey.json", text: SURVEY },
        ],
        fix: "Write the ask that the code makes already, or move the boundary to where little crosses it:\n\n```toml\n\
              [ask.basket-hook]\nto    = \"checkout\"\nwhat  = \"A hook in the basket price, before tax\"\ngates = \
              \"points-in-basket\"\n```",
    },
    run: Run::Over(run),
};

const SURVEY: &str = r#"{
  "co_changes": [
    {
      "one": { "team": "checkout" },
      "other": { "team": "loyalty" },
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
    let mut findings = Vec::new();
    for change in evidence.co_changes.iter().filter(|change| is_coupled(change)) {
        let (Part::Team(one), Part::Team(other)) = (&change.one, &change.other) else { continue };
        let is_here = |team: &TeamId| answers.own_teams().any(|own| &own.id == team);
        if one == other || !is_here(one) || !is_here(other) || is_declared(answers, one, other) {
            continue;
        }
        let mut message = format!("what {one} and {other} own changes together, and no plan says so: {}", counted_together(change));
        message += &for_example(&change.shown_by);
        findings.push(
            Finding::at(RULE.doc.code, RULE.doc.severity, Address::field(one, "owns"), message)
                .with_fix(Fix::advice("write the ask that the code makes already, or move the boundary to where little crosses it"))
                .with_related(Subject::Address(Address::field(other, "owns")), "changes with it"),
        );
    }
    findings
}

/// Whether an ask, a dataset or a proposal is between the two.
fn is_declared(answers: &Answers<'_>, one: &TeamId, other: &TeamId) -> bool {
    let organisation = &answers.known;
    let asks = |from: &TeamId, to: &TeamId| {
        organisation.asked_of(to).iter().filter_map(|id| organisation.ask(id)).any(|ask| {
            ask.id.team() == from && answers.is_current(&ask.plan)
        })
    };
    let share_data = || {
        organisation.datasets().any(|dataset| {
            let parties: BTreeSet<&TeamId> =
                writers(dataset).into_iter().chain(&dataset.readers).chain([dataset.id.team()]).collect();
            parties.contains(one) && parties.contains(other)
        })
    };
    let propose = || {
        organisation.proposals().filter(|it| it.retired.is_none()).any(|it| {
            let takes_part = |team: &TeamId| it.id.team() == team || it.adopters.contains(team);
            takes_part(one) && takes_part(other)
        })
    };
    asks(one, other) || asks(other, one) || share_data() || propose()
}
