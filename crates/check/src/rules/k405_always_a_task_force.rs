//! K405: there is always a task force.

use super::prelude::*;
use crate::people::task_forces;

/// From so many weeks of one task force after the other it is the structure. Our own line: half a year is four times the
/// six weeks that a task force lives.
const WEEKS: i64 = 26;

/// So many days between two task forces do not count as a pause. Our own.
const PAUSE: i64 = 14;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(405),
        name: "always-a-task-force",
        group: Group::Coordination,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A task force that is under way, where for 26 weeks or more one has followed the other with never more than two \
                weeks between, or the same one has gone on so long.",
        why: "A task force is for what no team can do. If there always is one, what it does is some team's work, and the structure \
              does not have that team.",
        source: "Task forces, rubick.com/task-forces: always needing one, the structure is wrong",
        failing: &[Sheet {
            path: "peak-crew/team.kedge.toml",
            text: r#"team        = "peak-crew"
title       = "Peak crew"
kind        = "task-force"
for         = "council/peak"
time        = "full"
starts      = 2026-03-02
ends        = 2026-11-30
wants       = [{ team = "checkout", people = 1 }]
later-owner = "platform"
"#,
        }],
        passing: &[Sheet {
            path: "peak-crew/team.kedge.toml",
            text: r#"team        = "peak-crew"
title       = "Peak crew"
kind        = "task-force"
for         = "council/peak"
time        = "full"
starts      = 2026-10-05
ends        = 2026-11-30
wants       = [{ team = "checkout", people = 1 }]
later-owner = "platform"
"#,
        }],
        fix: "Make it a team of its own, with people, an area and asks, or move the boundary so that one team can do it. In its \
              `team.kedge.toml`:\n\n```toml\nkind = \"stream\"\n```",
    },
    run: Run::Over(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let mut lives: Vec<_> = task_forces(answers).filter(|(_, force)| force.starts <= answers.as_of).collect();
    lives.sort_by_key(|(team, force)| (force.starts, &team.id));
    let Some((now, _)) = lives.iter().rev().find(|(_, force)| force.ends >= answers.as_of) else {
        return Vec::new();
    };
    // Back from today, over every task force that reaches into what is covered already.
    let mut since = answers.as_of;
    let mut chain = Vec::new();
    while let Some((team, force)) = lives
        .iter()
        .filter(|(_, force)| force.starts < since && force.ends.plus_days(PAUSE) >= since)
        .min_by_key(|(_, force)| force.starts)
    {
        since = force.starts;
        chain.push(*team);
    }
    let weeks = answers.as_of.days_since(since) / 7;
    if weeks < WEEKS {
        return Vec::new();
    }
    let message = if chain.len() == 1 {
        format!("the task force {} has gone on for {weeks} weeks", now.id)
    } else {
        format!("for {weeks} weeks there has always been a task force: {}", listed(chain.iter().rev().map(|team| team.id.to_string())))
    };
    let mut finding = Finding::at(RULE.doc.code, RULE.doc.severity, Address::field(&now.id, "kind"), message)
        .with_fix(Fix::advice("make a team of its own of it, or move the boundary so that one team can do it"));
    for team in chain.iter().filter(|team| team.id != now.id) {
        finding = finding.with_related(Subject::Address(Address::field(&team.id, "starts")), "before it");
    }
    vec![finding]
}
