//! K404: a task force that is past its end, or whose result nobody can keep.

use super::prelude::*;
use crate::people::task_forces;
use kedge_model::TeamKind;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(404),
        name: "task-force-without-way-out",
        group: Group::Coordination,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A task force whose last day is over while an outcome of its plans is still to come, or one that has not ended \
                and whose later owner cannot keep what it makes: itself, another task force, a community or somebody outside.",
        why: "A task force lives for its project. When it goes on past its end the donors have lost people that nobody asked \
              them for; when nobody owns the result afterwards, it is nobody's at the first fault.",
        source: "Task forces, rubick.com/task-forces",
        failing: &[
            Sheet {
                path: "peak-crew/team.kedge.toml",
                text: r#"team        = "peak-crew"
title       = "Peak crew"
kind        = "task-force"
for         = "council/peak"
time        = "full"
starts      = 2026-08-24
ends        = 2026-10-02
wants       = [{ team = "checkout", people = 1 }]
later-owner = "platform"
"#,
            },
            Sheet {
                path: "peak-crew/stay-up.kedge.toml",
                text: r#"team = "peak-crew"

[outcome.stay-up]
due = 2026-11-20
"#,
            },
        ],
        passing: &[
            Sheet {
                path: "peak-crew/team.kedge.toml",
                text: r#"team        = "peak-crew"
title       = "Peak crew"
kind        = "task-force"
for         = "council/peak"
time        = "full"
starts      = 2026-08-24
ends        = 2026-10-02
wants       = [{ team = "checkout", people = 1 }]
later-owner = "platform"
"#,
            },
            Sheet {
                path: "peak-crew/stay-up.kedge.toml",
                text: r#"team = "peak-crew"

[outcome.stay-up]
due  = 2026-11-20
live = 2026-10-01
"#,
            },
        ],
        fix: "Close what is done, hand the rest to the later owner, or have the council give it a new end:\n\n```toml\n\
              ends = 2026-11-20\n```",
    },
    run: Run::Over(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (team, force) in task_forces(answers) {
        if force.ends < answers.as_of {
            let open: Vec<String> = answers
                .known
                .plans_of(&team.id)
                .flat_map(|plan| &answers.known.parts(&plan.id).outcomes)
                .filter(|outcome| answers.is_to_come(outcome))
                .map(|outcome| format!("`{}`", outcome.id()))
                .collect();
            if !open.is_empty() {
                let message = format!(
                    "the task force {} ended on {}, and {} is still to come",
                    team.id,
                    force.ends.in_words(answers.as_of),
                    listed(open)
                );
                findings.push(
                    Finding::at(RULE.doc.code, RULE.doc.severity, Address::field(&team.id, "ends"), message).with_fix(
                        Fix::advice(format!("hand it to {}, or ask the council for a new end", force.later_owner)),
                    ),
                );
            }
            continue;
        }
        let cannot = match answers.known.team(&force.later_owner).map(|owner| &owner.kind) {
            _ if force.later_owner == team.id => "that is itself",
            Some(TeamKind::TaskForce(_)) => "that is a task force too",
            Some(TeamKind::Community { .. }) => "a community has nobody of its own",
            Some(TeamKind::External { .. }) if !answers.known.assumed_teams().contains(&force.later_owner) => {
                "that is outside the organisation"
            }
            _ => continue,
        };
        let message = format!("what {} makes is to be {}'s afterwards: {cannot}", team.id, force.later_owner);
        let at = Address::field(&team.id, "later-owner");
        findings.push(
            Finding::at(RULE.doc.code, RULE.doc.severity, at, message)
                .with_fix(Fix::advice("name a team that stays and will keep it")),
        );
    }
    findings
}
