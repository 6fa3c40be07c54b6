//! K604: an area whose history says that somebody else owns it.

use super::prelude::*;
use crate::evidence::for_example;

/// Fewer commits than this say nothing about who owns an area. Our own.
const FEWEST: u32 = 20;

/// An owner makes at least this part of the changes to what it owns. Our own: with less than a third, two others together
/// change it twice as often.
const OWNERS_PART: f64 = 1.0 / 3.0;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(604),
        name: "ownership-contradicted",
        group: Group::Structure,
        severity: Severity::Warning,
        needs: &[Need::Evidence],
        since: "0.1",
        finds: "An area with twenty commits or more of which its owner made less than a third, and some other team more than its \
                owner. Commits of authors whose team is not known are not counted.",
        why: "Whoever is asked about it knows it less than whoever changes it, and what many change in passing fails more often.",
        source: "Organisation metrics (how many outside the owner change it) predict failures better than code metrics: Nagappan, Murphy \
                 and Basili 2008",
        failing: &[
            Sheet { path: "checkout/team.kedge.toml", text: CHECKOUT },
            Sheet { path: "loyalty/team.kedge.toml", text: "team  = \"loyalty\"\ntitle = \"Loyalty\"\nkind  = \"stream\"\n" },
            Sheet { path: "survey.json", text: SURVEY },
        ],
        passing: &[
            Sheet {
                path: "checkout/team.kedge.toml",
                text: "team  = \"checkout\"\ntitle = \"Checkout\"\nkind  = \"stream\"\nowns  = [\"shop:checkout/**\"]\n",
            },
            Sheet {
                path: "loyalty/team.kedge.toml",
                text: "team  = \"loyalty\"\ntitle = \"Loyalty\"\nkind  = \"stream\"\nowns  = [\"shop:basket/price/**\"]\n",
            },
            Sheet { path: "survey.json", text: SURVEY },
        ],
        fix: "Give it to whoever changes it, in the `team.kedge.toml` of both, or make them ask:\n\n```toml\nowns = \
              [\"shop:basket/price/**\"]\n```",
    },
    run: Run::Over(run),
};

const CHECKOUT: &str = "team  = \"checkout\"\ntitle = \"Checkout\"\nkind  = \"stream\"\nowns  = [\"shop:checkout/**\", \"shop:basket/price/**\"]\n";
const SURVEY: &str = r#"{
  "co_changes": [],
  "areas": [
    {
      "owner": "checkout",
      "area": "shop:basket/price/**",
      "commits": { "checkout": 9, "loyalty": 38, "payments": 4 },
      "shown_by": [
        {
          "repository": "shop",
          "file": "basket/price/points.rs",
          "line": null,
          "commit": "77aa10c",
          "on": "2026-10-06",
          "shows": "the last of 38 commits by loyalty"
        }
      ]
    }
  ],
  "problems": []
}
"#;

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let Some(evidence) = answers.evidence else { return Vec::new() };
    let mut findings = Vec::new();
    for area in &evidence.areas {
        // What the plans say by now counts: the survey may be older.
        let owner = answers.own_teams().find(|team| team.id == area.owner);
        let Some((owner, at)) = owner
            .and_then(|team| Some((team, team.owns.iter().position(|pattern| *pattern == area.area)?)))
        else {
            continue;
        };
        let all: u32 = area.commits.values().sum();
        let own = area.commits.get(&area.owner).copied().unwrap_or(0);
        let most = area.commits.iter().max_by_key(|(team, commits)| (**commits, *team));
        let Some((other, theirs)) = most.filter(|(team, commits)| **team != area.owner && **commits > own) else {
            continue;
        };
        if all < FEWEST || f64::from(own) >= OWNERS_PART * f64::from(all) {
            continue;
        }
        let mut message = format!(
            "{} owns `{}` and made {own} of its {all} commits; {other} made {theirs}",
            owner.id, area.area
        );
        message += &for_example(&area.shown_by);
        findings.push(
            Finding::at(RULE.doc.code, RULE.doc.severity, Address::field(&owner.id, format!("owns[{at}]")), message).with_fix(
                Fix::lines(
                    format!("give it to {other}, in the files of both, or have {other} ask for its changes"),
                    [format!("owns = [{}]", quoted(&area.area))],
                ),
            ),
        );
    }
    findings
}
