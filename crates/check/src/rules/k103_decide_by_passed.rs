//! K103: the last day on which the fallback would have been in time is over.

use super::prelude::*;
use kedge_floor::noun;
use kedge_forecast::{DecideBy, in_weeks};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(103),
        name: "decide-by-passed",
        group: Group::Asks,
        severity: Severity::Warning,
        needs: &[Need::Structure, Need::Timing],
        since: "0.1",
        finds: "An ask whose fallback, even if it is started today, no longer meets the due date at the confidence that the \
                organisation asks for.",
        why: "The fallback is only a way on while there is time for it. From here on every day of waiting makes the outcome \
              later, whoever delivers.",
        source: "Kedge's own semantics: decide-by, found by whole trials of the forecast",
        failing: &[Sheet {
            path: "checkout/one-tap.kedge.toml",
            text: r#"team   = "checkout"
period = "2026-Q4"

[outcome.one-tap]
due = 2026-11-06

[work.wire-up]
for    = "one-tap"
effort = "1w, rarely over 2w"

[ask.reusable-token]
to    = "payments"
what  = "A reusable flag on POST /tokens"
asked = { on = 2026-10-02 }
gates = "wire-up"

[[ask.reusable-token.fallback]]
kind   = "hack"
create = "2w, rarely over 3w"
"#,
        }],
        passing: &[Sheet {
            path: "checkout/one-tap.kedge.toml",
            text: r#"team   = "checkout"
period = "2026-Q4"

[outcome.one-tap]
due = 2026-12-18

[work.wire-up]
for    = "one-tap"
effort = "1w, rarely over 2w"

[ask.reusable-token]
to    = "payments"
what  = "A reusable flag on POST /tokens"
asked = { on = 2026-10-02 }
gates = "wire-up"

[[ask.reusable-token.fallback]]
kind   = "hack"
create = "2w, rarely over 3w"
"#,
        }],
        fix: "Start it now, cut what it has to do, or move the date:\n\n```toml\nstart = \"now\"\n```",
    },
    run: Run::Over(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let Some(forecast) = answers.forecast else { return Vec::new() };
    let asks = forecast.plans.iter().flat_map(|plan| &plan.asks);
    asks.filter_map(|timing| {
        let DecideBy::TooLate { weeks } = timing.decide_by else { return None };
        let ask = answers.known.ask(&timing.ask)?;
        let place = answers.known.first_self_reliant(ask)?;
        let fallback = ask.fallbacks.get(place)?;
        let late = match weeks {
            Some(weeks) if weeks >= 0.05 => format!(
                "even started today, the {} behind `{}` is {} too late for {}",
                noun(fallback.kind.word()),
                ask.id.id(),
                in_weeks(weeks),
                answers.gated(ask)
            ),
            _ => format!(
                "even started today, the {} behind `{}` misses the date of {}",
                noun(fallback.kind.word()),
                ask.id.id(),
                answers.gated(ask)
            ),
        };
        let at = Address::field(&ask.id, format!("fallback[{place}]"));
        let fix = if fallback.kind.is_immediate() {
            // It takes no time to do: what is late is the plan's own work.
            Fix::advice("cut what the plan has to do, or move the date")
        } else {
            Fix::lines("start it now, cut what it has to do, or move the date", ["start = \"now\"".to_owned()])
        };
        Some(Finding::at(RULE.doc.code, RULE.doc.severity, at, late).with_fix(fix))
    })
    .collect()
}
