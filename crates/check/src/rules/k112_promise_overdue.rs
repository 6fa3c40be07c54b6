//! K112: the day for which an ask was promised is over, and nobody says that it has landed.

use super::prelude::*;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(112),
        name: "promise-overdue",
        group: Group::Asks,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "An ask that was committed to, by a day that has passed, and that is not said to have landed. Where a fallback is \
                live already it is not told: the plan goes on.",
        why: "Either it has landed and nobody wrote it down, or the day has moved and the asking team plans on the old one. \
              Three promises in ten that are made under 120 days ahead come late; one that is late says little about when.",
        source: "Slips of Kubernetes enhancements, 1,463 promises",
        failing: &[
            Sheet {
                path: "checkout/one-tap.kedge.toml",
                text: r#"team = "checkout"

[outcome.one-tap]
due = 2026-12-10

[ask.reusable-token]
to    = "payments"
what  = "A reusable flag on POST /tokens"
asked = { on = 2026-09-02 }
gates = "one-tap"

[[ask.reusable-token.fallback]]
kind  = "do-without"
keeps = "60%"
"#,
            },
            Sheet {
                path: "payments/answers.kedge.toml",
                text: r#"team = "payments"

[[answer."checkout/reusable-token"]]
on   = 2026-09-07
says = "committed"
by   = 2026-10-02
"#,
            },
        ],
        passing: &[
            Sheet {
                path: "checkout/one-tap.kedge.toml",
                text: r#"team = "checkout"

[outcome.one-tap]
due = 2026-12-10

[ask.reusable-token]
to    = "payments"
what  = "A reusable flag on POST /tokens"
asked = { on = 2026-09-02 }
gates = "one-tap"

[[ask.reusable-token.fallback]]
kind  = "do-without"
keeps = "60%"
"#,
            },
            Sheet {
                path: "payments/answers.kedge.toml",
                text: r#"team = "payments"

[[answer."checkout/reusable-token"]]
on   = 2026-09-07
says = "committed"
by   = 2026-10-02

[[answer."checkout/reusable-token"]]
on   = 2026-10-01
says = "landed"
"#,
            },
        ],
        fix: "The asked team says that it has landed, or for when it is promised now:\n\n```toml\n[[answer.\"checkout/reusable-token\
              \"]]\non   = 2026-10-14\nsays = \"landed\"\n```",
    },
    run: Run::Near(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    answers
        .in_play()
        .filter(|ask| !ask.fallbacks.iter().any(kedge_model::Fallback::is_live))
        .filter_map(|ask| {
            let AskState::Committed { by: Some(by), .. } = *answers.state(ask) else { return None };
            if by >= answers.as_of {
                return None;
            }
            let message = format!("`{}` was promised for {by}, and is not said to have landed", ask.id);
            let fact = FactId::Answers { by: ask.to.clone(), to: AnswerTo::Ask(ask.id.clone()) };
            let at = if answers.written.fact(&fact).is_some() { Address::of(fact) } else { Address::of(&ask.id) };
            Some(Finding::at(RULE.doc.code, RULE.doc.severity, at, message).with_fix(Fix::lines(
                "say that it has landed, or for when it is promised now",
                [
                    format!("[[answer.\"{}\"]]", ask.id),
                    format!("on   = {}", answers.as_of),
                    "says = \"landed\"".into(),
                ],
            )))
        })
        .collect()
}
