//! K605: a folder that changes with what another team owns.

use super::prelude::*;
use super::shop_example::{CHECKOUT, LOYALTY};
use crate::evidence::for_example;

/// Fewer commits than this say nothing about where a border should run. Our own.
const FEWEST: u32 = 10;

/// And so many times what the folder changes with its own team's files. Our own.
const TIMES: f64 = 2.0;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(605),
        name: "changes-elsewhere",
        group: Group::Structure,
        severity: Severity::Warning,
        needs: &[Need::Borders],
        since: "0.1",
        finds: "A folder of one team whose files lie in a community of another's: ten commits or more touch both, and beyond \
                chance it changes twice as much with the other's files as with its own team's. Folders that two teams own \
                together are left out.",
        why: "Each change to it waits for two teams. A border that runs where little changes across it saves the waiting, and \
              costs a line in `owns`.",
        source: "Modularity of ownership beside communities of what changes together (Newman and Girvan 2004; Traag, Waltman and \
                 van Eck 2019); co-change across teams is what must be coordinated: Cataldo, Herbsleb and Carley 2008",
        failing: &[
            Sheet { path: "checkout/team.kedge.toml", text: CHECKOUT },
            Sheet { path: "loyalty/team.kedge.toml", text: LOYALTY },
            Sheet { path: "survey.json", text: SURVEY },
        ],
        passing: &[
            Sheet { path: "checkout/team.kedge.toml", text: CHECKOUT },
            Sheet { path: "loyalty/team.kedge.toml", text: LOYALTY },
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
        fix: "Give it to whoever it changes with, in the `team.kedge.toml` of both, and survey again; or put an interface \
              between the two:\n\n```toml\nowns = [\"shop:loyalty/**\", \"shop:basket/points/**\"]\n```",
    },
    run: Run::Over(run),
};

const SURVEY: &str = r#"{
  "co_changes": [],
  "areas": [],
  "problems": [],
  "elsewhere": [
    {
      "owner": "checkout",
      "folder": "basket/points",
      "files": 3,
      "of": 3,
      "with": "loyalty",
      "with_others": 29.8,
      "with_own": 4.1,
      "commits": 24,
      "shown_by": [
        {
          "repository": "shop",
          "file": "basket/points/spend.py",
          "line": null,
          "commit": "77aa10c",
          "on": "2026-10-06",
          "shows": "touches basket/points and files of loyalty"
        }
      ]
    }
  ]
}
"#;

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let Some(evidence) = answers.evidence else { return Vec::new() };
    let mut findings = Vec::new();
    for one in &evidence.elsewhere {
        if one.commits < FEWEST || one.with_others < TIMES * one.with_own {
            continue;
        }
        if !answers.own_teams().any(|team| team.id == one.owner) {
            continue;
        }
        let mut message = format!(
            "{} of {} files of {} in `{}` change with what {} owns: {} commits, {:.1} beyond chance with its files, {:.1} with \
             those of {}",
            one.files, one.of, one.owner, one.folder, one.with, one.commits, one.with_others, one.with_own, one.owner
        );
        message += &for_example(&one.shown_by);
        findings.push(
            Finding::at(RULE.doc.code, RULE.doc.severity, Address::field(&one.owner, "owns"), message)
                .with_fix(Fix::advice(format!(
                    "give it to {}, in the files of both, or put an interface between the two",
                    one.with
                )))
                .with_related(Subject::Address(Address::field(&one.with, "owns")), "changes with it"),
        );
    }
    findings
}
