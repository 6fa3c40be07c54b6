//! K104: the fallback has to be started before the day on which the ask is wanted.

use super::prelude::*;
use kedge_forecast::DecideBy;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(104),
        name: "decide-by-before-wanted",
        group: Group::Asks,
        severity: Severity::Warning,
        needs: &[Need::Structure, Need::Timing],
        since: "0.1",
        finds: "An ask whose decide-by, the last start of its fallback that keeps the date, comes before the day on which it is \
                wanted.",
        why: "A team that waits until the wanted day has waited too long to go on without. The other team was told a day on \
              which its work is of no use any more.",
        source: "Kedge's own semantics: decide-by, found by whole trials of the forecast",
        failing: &[Sheet {
            path: "checkout/one-tap.kedge.toml",
            text: r#"team   = "checkout"
period = "2026-Q4"

[outcome.one-tap]
due = 2026-12-18

[work.wire-up]
for    = "one-tap"
effort = "1w, rarely over 2w"

[ask.reusable-token]
to     = "payments"
what   = "A reusable flag on POST /tokens"
asked  = { on = 2026-10-02 }
wanted = 2026-12-11
gates  = "wire-up"

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
to     = "payments"
what   = "A reusable flag on POST /tokens"
asked  = { on = 2026-10-02 }
wanted = 2026-10-23
gates  = "wire-up"

[[ask.reusable-token.fallback]]
kind   = "hack"
create = "2w, rarely over 3w"
"#,
        }],
        fix: "Tell them the earlier day, or start the fallback beside the ask:\n\n```toml\nwanted = 2026-10-23\n```",
    },
    run: Run::Over(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let Some(forecast) = answers.forecast else { return Vec::new() };
    let asks = forecast.plans.iter().flat_map(|plan| &plan.asks);
    asks.filter_map(|timing| {
        let DecideBy::On(decide_by) = timing.decide_by else { return None };
        let ask = answers.known.ask(&timing.ask)?;
        let wanted = ask.wanted.filter(|wanted| decide_by < *wanted)?;
        let message = format!(
            "`{}` is wanted by {wanted}, and its fallback has to be started by {decide_by} to keep the date",
            ask.id.id()
        );
        Some(
            Finding::at(RULE.doc.code, RULE.doc.severity, Address::field(&ask.id, "wanted"), message).with_fix(Fix::lines(
                format!("tell {} the earlier day, or start the fallback beside the ask", ask.to),
                [format!("wanted = {}", answers.working_day_before(decide_by))],
            )),
        )
    })
    .collect()
}
