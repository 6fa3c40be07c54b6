//! K206: an outcome that misses its date even at P50.

use super::prelude::*;
use kedge_forecast::{Note, OutcomeForecast, PlanForecast, Policy, When};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(206),
        name: "late-at-p50",
        group: Group::Plans,
        severity: Severity::Warning,
        needs: &[Need::Structure, Need::Timing],
        since: "0.1",
        finds: "An outcome that, as planned, is live after its due date (its own, else the last day of its plan's period) \
              in more than half of the trials, beyond what sampling may be wrong by. A due date that has passed already \
              is K210's.",
        why: "At P50 a date is a coin toss. This one is worse than that, and somebody counts on it.",
        source: "Kedge's own semantics: the forecast as planned. 60 to 80 % of software projects overrun (Moløkken and \
              Jørgensen 2003)",
        failing: &[Sheet {
            path: "search/spring.kedge.toml",
            text: r#"team   = "search"
period = "2026-Q4"

[outcome.typo-tolerant]
due = 2026-10-30

[work.model]
for    = "typo-tolerant"
effort = "6w, rarely over 9w"
"#,
        }],
        passing: &[Sheet {
            path: "search/spring.kedge.toml",
            text: r#"team   = "search"
period = "2026-Q4"

[outcome.typo-tolerant]
due = 2026-12-30

[work.model]
for    = "typo-tolerant"
effort = "6w, rarely over 9w"
"#,
        }],
        fix: "Move the date to one that you can keep, or cut what it takes. The forecast's P80 is a date that holds in \
              eight cases of ten:\n\n```toml\ndue = 2026-12-30\n```",
    },
    run: Run::Over(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let Some(forecast) = answers.forecast else { return Vec::new() };
    // An item that never starts is K207's to tell.
    let started = |plan: &&PlanForecast| !plan.notes.iter().any(|note| matches!(note, Note::CrewTooLarge(_)));
    let plans = forecast.plans.iter().filter(started);
    plans
        .filter_map(|plan| plan.policy(Policy::AsPlanned))
        .flat_map(|planned| &planned.outcomes)
        .filter(|outcome| is_late(outcome, answers.as_of))
        .filter(|outcome| {
            let standing = answers.outcome_standing(&outcome.outcome);
            standing.is_none_or(|standing| standing.lost_to().next().is_none())
        })
        .filter_map(|outcome| {
            let due = outcome.due?;
            let spread = outcome.live.spread()?;
            let half = match spread.p50.at {
                When::On(date) => format!("in half of the cases it is not live before {date}"),
                When::Never(never) => {
                    format!("in {} of 100 cases it is never live", never.share.cases_of_100())
                }
            };
            let message = format!("`{}` is due {due}, and {half}", outcome.outcome.id());
            let own = answers.known.outcome(&outcome.outcome)?.due.is_some();
            let field = if own { Address::field(&outcome.outcome, "due") } else { Address::of(&outcome.outcome) };
            let fix = match spread.p80.date() {
                Some(date) => Fix::lines(
                    "cut what it takes, or move the date; this one holds in eight cases of ten",
                    [format!("due = {date}")],
                ),
                None => Fix::advice("cut what it takes, say what you do if asks do not land, or drop it"),
            };
            Some(Finding::at(RULE.doc.code, RULE.doc.severity, field, message).with_fix(fix))
        })
        .collect()
}

/// Whether more than half of the trials miss a date that has not passed, beyond what sampling may be wrong by.
pub(super) fn is_late(outcome: &OutcomeForecast, as_of: Date) -> bool {
    let Some(due) = outcome.due.filter(|due| *due >= as_of) else { return false };
    let Some(spread) = outcome.live.spread() else { return false };
    match spread.p50.from {
        When::On(date) => date > due,
        When::Never(_) => true,
    }
}
