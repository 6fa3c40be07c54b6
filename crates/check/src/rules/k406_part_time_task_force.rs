//! K406: a task force in which people are part of their time.

use super::prelude::*;
use crate::people::task_forces;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(406),
        name: "part-time-task-force",
        group: Group::Coordination,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A task force that has not ended and whose `time` is `part`.",
        why: "Part time it becomes a standing meeting: everybody is still measured by their own team's plan.",
        source: "Task forces, rubick.com/task-forces",
        failing: &[Sheet {
            path: "peak-crew/team.kedge.toml",
            text: r#"team        = "peak-crew"
title       = "Peak crew"
kind        = "task-force"
for         = "council/peak"
time        = "part"
starts      = 2026-10-05
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
        fix: "Fewer people with all their time, for a shorter while:\n\n```toml\ntime = \"full\"\n```",
    },
    run: Run::Over(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    task_forces(answers)
        .filter(|(_, force)| !force.full_time && force.ends >= answers.as_of)
        .map(|(team, _)| {
            let message = format!("the people of the task force {} are in it with part of their time", team.id);
            Finding::at(RULE.doc.code, RULE.doc.severity, Address::field(&team.id, "time"), message).with_fix(
                Fix::lines("have fewer people in it, with all their time", ["time = \"full\"".to_owned()]),
            )
        })
        .collect()
}
