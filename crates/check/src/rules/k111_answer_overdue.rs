//! K111: the day on which an answer was to come is over.

use super::prelude::*;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(111),
        name: "answer-overdue",
        group: Group::Asks,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "An ask that is being considered, with an `until` that has passed.",
        why: "The asking team waits for that day before it decides. Without a word it waits on.",
        source: "Service provider model, rubick.com/service-provider-model: say no early",
        failing: &[
            Sheet {
                path: "messages/back-in-stock.kedge.toml",
                text: r#"team = "messages"

[outcome.back-in-stock]
due = 2026-12-11

[ask.shop-events]
to    = "platform"
what  = "A stream of product views and clicks"
asked = { on = 2026-09-07 }
gates = "back-in-stock"

[[ask.shop-events.fallback]]
kind  = "descope"
keeps = "75%"
"#,
            },
            Sheet {
                path: "platform/answers.kedge.toml",
                text: r#"team = "platform"

[[answer."messages/shop-events"]]
on    = 2026-09-14
says  = "considering"
until = 2026-10-02
"#,
            },
        ],
        passing: &[
            Sheet {
                path: "messages/back-in-stock.kedge.toml",
                text: r#"team = "messages"

[outcome.back-in-stock]
due = 2026-12-11

[ask.shop-events]
to    = "platform"
what  = "A stream of product views and clicks"
asked = { on = 2026-09-07 }
gates = "back-in-stock"

[[ask.shop-events.fallback]]
kind  = "descope"
keeps = "75%"
"#,
            },
            Sheet {
                path: "platform/answers.kedge.toml",
                text: r#"team = "platform"

[[answer."messages/shop-events"]]
on    = 2026-09-14
says  = "considering"
until = 2026-10-02

[[answer."messages/shop-events"]]
on   = 2026-10-02
says = "declined"
why  = "Not before the peak"
"#,
            },
        ],
        fix: "The asked team answers, or says until when it still considers it:\n\n```toml\n[[answer.\"messages/shop-events\"]]\non  \
              \x20 = 2026-10-14\nsays  = \"considering\"\nuntil = 2026-10-28\n```",
    },
    run: Run::Near(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    answers
        .in_play()
        .filter_map(|ask| {
            let AskState::Considering { until: Some(until), .. } = *answers.state(ask) else { return None };
            if until >= answers.as_of {
                return None;
            }
            let message = format!("an answer to `{}` was to come by {until}", ask.id);
            let fact = FactId::Answers { by: ask.to.clone(), to: AnswerTo::Ask(ask.id.clone()) };
            let at = if answers.written.fact(&fact).is_some() { Address::of(fact) } else { Address::of(&ask.id) };
            Some(Finding::at(RULE.doc.code, RULE.doc.severity, at, message).with_fix(Fix::lines(
                "answer it, or say until when it is still considered",
                [
                    format!("[[answer.\"{}\"]]", ask.id),
                    format!("on   = {}", answers.as_of),
                    "says = \"considering\"".into(),
                ],
            )))
        })
        .collect()
}
