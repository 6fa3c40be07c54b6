//! K510: one problem that the code solves in several ways.

use super::prelude::*;
use crate::datasets::names;
use crate::evidence::for_example;
use std::collections::BTreeSet;

/// From so many solutions on. One is agreed to be better than two; what to do about it is priced elsewhere.
const SEVERAL: usize = 2;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(510),
        name: "solved-twice-in-code",
        group: Group::Alignment,
        severity: Severity::Warning,
        needs: &[Need::Duplicates],
        since: "0.1",
        finds: "A problem for which a survey found two solutions or more in the code of two teams or more: several libraries, or \
                code that is nearly the same. It is silent where a proposal that is not given up names both of two such teams \
                among its author and adopters.",
        why: "Nobody decided it: each team took what was near. What is fixed in one is not fixed in the others.",
        source: "Two solutions are better than none, one is better than two (Amazon: weak); writing for reuse pays from two teams \
                 on (Poulin)",
        failing: &[
            Sheet { path: "checkout/team.kedge.toml", text: CHECKOUT },
            Sheet { path: "search/team.kedge.toml", text: SEARCH },
            Sheet { path: "survey.json", text: SURVEY },
        ],
        passing: &[
            Sheet { path: "checkout/team.kedge.toml", text: CHECKOUT },
            Sheet { path: "search/team.kedge.toml", text: SEARCH },
            Sheet {
                path: "search/proposal.kedge.toml",
                text: r#"team = "search"

[proposal.http-client]
title    = "One client for HTTP"
problem  = "Two clients, two ways to time out"
adopters = ["search", "checkout"]
"#,
            },
            Sheet { path: "survey.json", text: SURVEY },
        ],
        fix: "Compare one with two, in a proposal:\n\n```toml\n[proposal.http-client]\ntitle    = \"One client for HTTP\"\nproblem  = \
              \"Two clients, two ways to time out\"\nadopters = [\"search\", \"checkout\"]\n```",
    },
    run: Run::Over(run),
};

const CHECKOUT: &str = "team  = \"checkout\"\ntitle = \"Checkout\"\nkind  = \"stream\"\n";
const SEARCH: &str = "team  = \"search\"\ntitle = \"Search\"\nkind  = \"stream\"\n";
const SURVEY: &str = r#"{
  "co_changes": [],
  "areas": [],
  "problems": [
    {
      "problem": "HTTP clients",
      "solutions": { "reqwest": ["checkout"], "ureq": ["search"] },
      "shown_by": [
        {
          "repository": "shop",
          "file": "search/Cargo.toml",
          "line": 14,
          "commit": "4be1c07",
          "on": "2026-10-02",
          "shows": "search depends on ureq"
        }
      ]
    }
  ]
}
"#;

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let Some(evidence) = answers.evidence else { return Vec::new() };
    let mut findings = Vec::new();
    for problem in &evidence.problems {
        let teams: BTreeSet<&TeamId> = problem.solutions.values().flatten().collect();
        if problem.solutions.len() < SEVERAL || teams.len() < 2 {
            continue;
        }
        let is_in_hand = answers.known.proposals().filter(|proposal| proposal.retired.is_none()).any(|proposal| {
            let takes_part = |team: &&TeamId| proposal.id.team() == *team || proposal.adopters.contains(team);
            teams.iter().copied().filter(|team| takes_part(team)).count() >= 2
        });
        // The finding goes to the first team that has a file; who writes the proposal is theirs to agree.
        let Some(first) = answers.own_teams().find(|team| teams.contains(&team.id)) else { continue };
        if is_in_hand {
            continue;
        }
        let said = problem.solutions.iter().map(|(solution, teams)| format!("{solution} ({})", names(teams)));
        let mut message = format!("{} in {} ways: {}", problem.problem, problem.solutions.len(), listed(said));
        message += &for_example(&problem.shown_by);
        let adopters: Vec<String> = teams.iter().map(|team| quoted(team.as_str())).collect();
        findings.push(
            Finding::at(RULE.doc.code, RULE.doc.severity, Address::of(&first.id), message).with_fix(Fix::lines(
                "compare one with several, in a proposal",
                [
                    "# [proposal.NAME]".to_owned(),
                    format!("# problem  = {}", quoted(&problem.problem)),
                    format!("# adopters = [{}]", adopters.join(", ")),
                ],
            )),
        );
    }
    findings
}
