//! K105: an ask that lies without an answer for longer than the asked team says it takes.

use super::prelude::*;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(105),
        name: "unread",
        group: Group::Asks,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "An ask without an answer that still holds, for more working days than the asked team's own `turnaround`. An \
                answer of \"considering\" is one. A team that states no turnaround is not measured by one.",
        why: "No answer is itself a state, with an age. The asking team plans on, and a \"no\" that comes early is worth more \
              than a \"yes\" that comes late.",
        source: "Service provider model, rubick.com/service-provider-model: say no early, and track the turnaround",
        failing: &[
            Sheet {
                path: "fulfil/same-day.kedge.toml",
                text: r#"team = "fulfil"

[outcome.four-cities]
due = 2027-01-29

[ask.slot-fee]
to    = "payments"
what  = "Take the slot's fee at the door, not at the order"
asked = { on = 2026-09-21 }
gates = "four-cities"

[[ask.slot-fee.fallback]]
kind  = "do-without"
keeps = "90%"
"#,
            },
            Sheet {
                path: "payments/team.kedge.toml",
                text: r#"team       = "payments"
title      = "Payments"
kind       = "stream"
turnaround = "5d"
"#,
            },
        ],
        passing: &[
            Sheet {
                path: "fulfil/same-day.kedge.toml",
                text: r#"team = "fulfil"

[outcome.four-cities]
due = 2027-01-29

[ask.slot-fee]
to    = "payments"
what  = "Take the slot's fee at the door, not at the order"
asked = { on = 2026-09-21 }
gates = "four-cities"

[[ask.slot-fee.fallback]]
kind  = "do-without"
keeps = "90%"
"#,
            },
            Sheet {
                path: "payments/team.kedge.toml",
                text: r#"team       = "payments"
title      = "Payments"
kind       = "stream"
turnaround = "5d"
"#,
            },
            Sheet {
                path: "payments/answers.kedge.toml",
                text: r#"team = "payments"

[[answer."fulfil/slot-fee"]]
on    = 2026-10-14
says  = "considering"
until = 2026-10-28
"#,
            },
        ],
        fix: "The asked team answers, and any answer will do: \"no\" is one. In its `answers.kedge.toml`:\n\n```toml\n[[answer.\"\
              fulfil/slot-fee\"]]\non    = 2026-10-14\nsays  = \"considering\"\nuntil = 2026-10-28\n```",
    },
    run: Run::Near(run),
};

/// Days until an answer comes that the proposed lines speak of: two weeks, the asked team changes it.
const DAYS_TO_CONSIDER: i64 = 14;

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    answers
        .in_play()
        .filter_map(|ask| {
            let AskState::Unanswered { since } = *answers.state(ask) else { return None };
            let team = answers.known.team(&ask.to)?;
            let turnaround = team.turnaround?;
            let age = answers.working_days_since(since, &ask.to);
            if f64::from(age) <= turnaround.days(&answers.known.settings().calendar).0 {
                return None;
            }
            let message = format!(
                "`{}` is unanswered for {}; {} answers within {turnaround}",
                ask.id,
                counted(age, "working day"),
                ask.to
            );
            let until = answers.working_day_before(answers.as_of.plus_days(DAYS_TO_CONSIDER));
            let mut finding =
                Finding::at(RULE.doc.code, RULE.doc.severity, Address::field(&ask.id, "asked"), message).with_fix(Fix::lines(
                    format!("any answer will do, \"no\" is one; among the answers of {}", ask.to),
                    [
                        format!("[[answer.\"{}\"]]", ask.id),
                        format!("on    = {}", answers.as_of),
                        "says  = \"considering\"".into(),
                        format!("until = {until}"),
                    ],
                ));
            finding.team = Some(ask.to.clone());
            Some(finding)
        })
        .collect()
}
