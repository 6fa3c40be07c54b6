//! K403: a task force for something that the council has not ranked, or that nobody sponsors.

use super::prelude::*;
use crate::people::task_forces;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(403),
        name: "unbacked-task-force",
        group: Group::Coordination,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A task force that has not ended and whose initiative the council does not rank, or has no sponsor. Where the \
                initiative is not in the files, nothing is said. A task force's end and later owner are keys that must be \
                there (K004).",
        why: "A task force takes people from other teams' plans. It must beat what they would have done, which only a rank says, \
              and somebody must answer for it when the donors want them back.",
        source: "Task forces, rubick.com/task-forces",
        failing: &[
            Sheet { path: "peak-crew/team.kedge.toml", text: PEAK_CREW },
            Sheet { path: "peak-crew/stay-up.kedge.toml", text: STAY_UP },
            Sheet {
                path: "council.kedge.toml",
                text: r#"team = "council"
rank = []

[initiative.peak]
title    = "Black Friday without a queue"
outcomes = ["peak-crew/stay-up"]
sponsor  = "wim"
"#,
            },
        ],
        passing: &[
            Sheet { path: "peak-crew/team.kedge.toml", text: PEAK_CREW },
            Sheet { path: "peak-crew/stay-up.kedge.toml", text: STAY_UP },
            Sheet {
                path: "council.kedge.toml",
                text: r#"team = "council"
rank = ["peak"]

[initiative.peak]
title    = "Black Friday without a queue"
kind     = "critical-project"
outcomes = ["peak-crew/stay-up"]
sponsor  = "wim"
"#,
            },
        ],
        fix: "The council ranks the initiative and names who answers for it, in its own file:\n\n```toml\nrank = [\"peak\"]\n\n\
              [initiative.peak]\nsponsor = \"wim\"\n```\n\nIf it will not, the people go back to their teams.",
    },
    run: Run::Over(run),
};

const PEAK_CREW: &str = r#"team        = "peak-crew"
title       = "Peak crew"
kind        = "task-force"
for         = "council/peak"
time        = "full"
starts      = 2026-10-05
ends        = 2026-11-30
wants       = [{ team = "checkout", people = 1 }]
later-owner = "platform"
"#;

const STAY_UP: &str = r#"team = "peak-crew"

[outcome.stay-up]
due = 2026-11-20
"#;

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (team, force) in task_forces(answers).filter(|(_, force)| force.ends >= answers.as_of) {
        let Some(initiative) = answers.known.initiative(&force.initiative) else { continue };
        let its_task_force = Subject::Address(Address::field(&team.id, "for"));
        let id = initiative.id.id();
        let mut found = |at: Address, message: String, fix: Fix| {
            findings.push(
                Finding::at(RULE.doc.code, RULE.doc.severity, at, message)
                    .with_fix(fix)
                    .with_related(its_task_force.clone(), "the task force"),
            );
        };
        if answers.known.council_rank(initiative.id.reference()).is_none() {
            found(
                Address::of(&initiative.id),
                format!("the task force {} works on `{id}`, which the council does not rank", team.id),
                Fix::lines(
                    "rank it at the top of the council's file, or give the people back",
                    [answers.council_rank_with(id.as_str())],
                ),
            );
        }
        if initiative.sponsor.is_none() {
            found(
                Address::of(&initiative.id),
                format!("the task force {} works on `{id}`, which has no sponsor", team.id),
                Fix::lines("name who answers for it", ["# sponsor = \"who answers for it\"".to_owned()]),
            );
        }
    }
    findings
}
