//! K016: a date outside the plan's period.

use super::prelude::*;
use kedge_model::{Period, PlanId, Stance};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(16),
        name: "date-outside-period",
        group: Group::Files,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A due date, a wanted date, a `not-before` or the planned start of a fallback that lies outside the days of its \
                plan. Closed plans, and what is done, live, dropped or landed, are left alone.",
        why: "Either the date is mistyped, or the plan promises something for a time that it does not plan.",
        source: "The plan language: a plan is one team's intent for a period",
        failing: &[Sheet {
            path: "messages/back-in-stock.kedge.toml",
            text: r#"team   = "messages"
period = "2026-Q4"

[outcome.parcel-news]
due = 2027-01-08

[work.parcel-mails]
for = "parcel-news"
"#,
        }],
        passing: &[Sheet {
            path: "messages/back-in-stock.kedge.toml",
            text: r#"team   = "messages"
period = "2026-Q4"

[outcome.parcel-news]
due = 2026-12-18

[work.parcel-mails]
for = "parcel-news"
"#,
        }],
        fix: "Move the date into the period, or give the plan a longer one with `from` and `until`:\n\n```toml\ndue = 2026-12-18\n```",
    },
    run: Run::Near(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut see = |plan: &PlanId, at: Address, key: &str, date: Option<Date>| {
        let Some(period) = answers.written.plan(plan).and_then(|plan| plan.period) else { return };
        let Some(date) = date.filter(|date| !period.contains(*date) && answers.is_current(plan)) else { return };
        findings.push(finding(answers, at, key, date, period));
    };
    for outcome in answers.written_part().outcomes().filter(|it| it.live.is_none() && it.dropped.is_none()) {
        see(&outcome.plan, Address::field(&outcome.id, "due"), "due", outcome.due);
    }
    for work in answers.written_part().work().filter(|it| it.done.is_none() && it.dropped.is_none()) {
        let date = work.not_before.filter(|_| work.started.is_none());
        see(&work.plan, Address::field(&work.id, "not-before"), "not-before", date);
    }
    for ask in answers.written_part().asks() {
        let state = answers.written.ask_state(ask);
        if state.is_open() || matches!(state, AskState::Withdrawn { .. }) {
            continue;
        }
        see(&ask.plan, Address::field(&ask.id, "wanted"), "wanted", ask.wanted);
        for (place, fallback) in ask.fallbacks.iter().enumerate() {
            let date = match fallback.start {
                Stance::On(date) if fallback.taken.is_none() => Some(date),
                _ => None,
            };
            see(&ask.plan, Address::field(&ask.id, format!("fallback[{place}].start")), "start", date);
        }
    }
    findings
}

fn finding(answers: &Answers<'_>, at: Address, key: &str, date: Date, period: Period) -> Finding {
    let (side, edge) = if date > period.until() {
        ("after the plan's last day", period.until())
    } else {
        ("before the plan's first day", period.from())
    };
    let inside = if date > period.until() { answers.working_day_before(edge) } else { edge };
    let message = format!("`{key}` is {date}, {side}, {edge}");
    Finding::at(RULE.doc.code, RULE.doc.severity, at, message).with_fix(Fix::lines(
        "move the date, or give the plan a longer period with `from` and `until`",
        [format!("{key} = {inside}")],
    ))
}
