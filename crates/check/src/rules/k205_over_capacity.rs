//! K205: a team has planned more than its people can do in the period.

use super::prelude::*;
use super::k206_late_at_p50::is_late;
use kedge_forecast::Policy;
use std::collections::BTreeSet;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(205),
        name: "over-capacity",
        group: Group::Plans,
        severity: Severity::Warning,
        needs: &[Need::Structure, Need::Timing],
        since: "0.1",
        finds: "A team whose own items, by their expected effort, and its other work take more than all of its people's \
              time from as-of to the end of its last plan. Absences, loans and holidays are taken off. Other work is \
              what the team states, else what the organisation assumes.",
        why: "What does not fit will not be done, and it is better to say today which part that is than to find out on \
              the last day. A full queue also serves nobody who asks: waiting grows with rho / (1 - rho).",
        source: "The forecast's own count of the queue; Kingman's formula for waiting",
        failing: &[
            Sheet {
                path: "search/team.kedge.toml",
                text: r#"team       = "search"
kind       = "stream"
people     = 1
other-work = "20%"
"#,
            },
            Sheet {
                path: "search/spring.kedge.toml",
                text: r#"team   = "search"
period = "2026-Q4"

[outcome.typo-tolerant]
due = 2026-12-31

[work.model]
for    = "typo-tolerant"
effort = "4w, rarely over 30w"
"#,
            },
        ],
        passing: &[
            Sheet {
                path: "search/team.kedge.toml",
                text: r#"team       = "search"
kind       = "stream"
people     = 3
other-work = "20%"
"#,
            },
            Sheet {
                path: "search/spring.kedge.toml",
                text: r#"team   = "search"
period = "2026-Q4"

[outcome.typo-tolerant]
due = 2026-12-31

[work.model]
for    = "typo-tolerant"
effort = "4w, rarely over 30w"
"#,
            },
        ],
        fix: "Drop what is worth least or move it to the next period (`dropped = 2026-10-14` in the outcome or the item), or \
              give the team the people that its plan needs:\n\n```toml\npeople = 3\n```",
    },
    run: Run::Over(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let Some(forecast) = answers.forecast else { return Vec::new() };
    let planning: BTreeSet<&TeamId> = forecast.plans.iter().map(|plan| plan.plan.team()).collect();
    let teams = forecast.teams.iter().filter(|team| planning.contains(&team.team));
    teams
        .filter_map(|team| {
            let filled = team.filled.filter(|filled| *filled > 1.0)?;
            let stated = answers.known.team(&team.team).and_then(|team| team.other_work);
            let other = stated.unwrap_or(answers.known.settings().assume.other_work);
            let assumed = if stated.is_some() { "" } else { ", as the organisation assumes" };
            let message = format!(
                "{} has planned {} of its people's time: {} for its items, {} for other work{assumed}",
                team.team,
                percent(filled),
                percent(filled - other.get()),
                percent(other.get())
            );
            let at = Address::of(FactId::Team(team.team.clone()));
            let mut finding = Finding::at(RULE.doc.code, RULE.doc.severity, at, message).with_fix(Fix::advice(
                "drop what is worth least or move it to the next period; or take people on, and say how many there are",
            ));
            let plans = forecast.plans.iter().filter(|plan| plan.plan.team() == &team.team);
            let late = plans
                .filter_map(|plan| plan.policy(Policy::AsPlanned))
                .flat_map(|planned| &planned.outcomes)
                .filter(|outcome| is_late(outcome, answers.as_of));
            for outcome in late {
                let at = Subject::Address(Address::of(&outcome.outcome));
                finding = finding.with_related(at, "late in more than half of the cases");
            }
            Some(finding)
        })
        .collect()
}

/// A share in whole per cent, which may be more than all.
fn percent(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}
