//! K418: a task force that runs without the people it wants.

use super::prelude::*;
use crate::people::task_forces;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(418),
        name: "donor-has-not-lent",
        group: Group::Coordination,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A task force that is under way and wants more people of a team than that team lends it today. Donors that have no \
                file here are left out.",
        why: "The loan is the donor's consent. Without it the people work for two plans, and the donor's forecast still counts \
              them.",
        source: "Task forces, rubick.com/task-forces: they cost the donors' roadmaps, and must say their membership",
        failing: &[
            Sheet { path: "peak-crew/team.kedge.toml", text: PEAK_CREW },
            Sheet {
                path: "checkout/team.kedge.toml",
                text: r#"team  = "checkout"
title = "Checkout"
kind  = "stream"

[person.elif]
"#,
            },
        ],
        passing: &[
            Sheet { path: "peak-crew/team.kedge.toml", text: PEAK_CREW },
            Sheet {
                path: "checkout/team.kedge.toml",
                text: r#"team  = "checkout"
title = "Checkout"
kind  = "stream"

[person.elif]

[[loan]]
who   = "elif"
to    = "peak-crew"
from  = 2026-10-05
until = 2026-11-30
"#,
            },
        ],
        fix: "The donor says whom it lends, in its own `team.kedge.toml`, or the task force wants fewer:\n\n```toml\n[[loan]]\nwho   = \
              \"elif\"\nto    = \"peak-crew\"\nfrom  = 2026-10-05\nuntil = 2026-11-30\n```",
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

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let today = answers.as_of;
    let mut findings = Vec::new();
    for (team, force) in task_forces(answers).filter(|(_, force)| force.starts <= today && today <= force.ends) {
        for (donor, wanted) in &force.wants {
            let Some(donor) = answers.own_teams().find(|it| it.id == *donor) else { continue };
            let lent = donor
                .loans
                .iter()
                .filter(|loan| loan.to == team.id && loan.from <= today && today <= loan.until)
                .count() as u32;
            if lent >= *wanted {
                continue;
            }
            let people = if *wanted == 1 { "1 person".to_owned() } else { format!("{wanted} people") };
            let message = format!("{} wants {people} of {}, which lends it {lent}", team.id, donor.id);
            let fix = Fix::lines(
                format!("say whom {} lends, or want fewer", donor.id),
                [
                    "[[loan]]".to_owned(),
                    "# who   = \"who goes\"".to_owned(),
                    format!("to    = {}", quoted(team.id.as_str())),
                    format!("from  = {today}"),
                    format!("until = {}", force.ends),
                ],
            );
            let mut finding =
                Finding::at(RULE.doc.code, RULE.doc.severity, Address::field(&team.id, "wants"), message)
                    .with_fix(fix)
                    .with_related(Subject::Address(Address::of(&donor.id)), "the donor");
            finding.team = Some(donor.id.clone());
            findings.push(finding);
        }
    }
    findings
}
