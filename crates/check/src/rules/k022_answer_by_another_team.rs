//! K022: an answer by a team that was not asked.

use super::prelude::*;
use kedge_floor::leans_on;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(22),
        name: "answer-by-another-team",
        group: Group::Files,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "An answer to an ask by a team that neither was asked nor is named by one of the ask's fallbacks. The council may \
                answer every ask. Such an answer counts for nothing.",
        why: "One fact, one writer: the asked team alone answers. An answer in another team's file looks like a promise and \
              moves nothing, so the asking team waits for what nobody has taken on.",
        source: "The plan language: the asked team writes the answer",
        failing: &[
            Sheet { path: "checkout/one-tap.kedge.toml", text: ASK },
            Sheet {
                path: "search/answers.kedge.toml",
                text: r#"team = "search"

[[answer."checkout/reusable-token"]]
on   = 2026-10-06
says = "considering"
"#,
            },
        ],
        passing: &[
            Sheet { path: "checkout/one-tap.kedge.toml", text: ASK },
            Sheet {
                path: "payments/answers.kedge.toml",
                text: r#"team = "payments"

[[answer."checkout/reusable-token"]]
on   = 2026-10-06
says = "considering"
"#,
            },
        ],
        fix: "Take the answer out, or ask that team too, with an ask of its own.",
    },
    run: Run::Near(run),
};

const ASK: &str = r#"team   = "checkout"
period = "2026-Q4"

[outcome.one-tap]
due = 2026-12-10

[ask.reusable-token]
to    = "payments"
what  = "A flag on POST /tokens"
asked = { on = 2026-10-02 }
gates = "one-tap"

[[ask.reusable-token.fallback]]
kind  = "descope"
keeps = "60%"
"#;

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let organisation = answers.written;
    let logs = answers.written_part().answer_logs().filter_map(|log| match &log.to {
        AnswerTo::Ask(ask) => organisation.ask(ask).map(|ask| (log, ask)),
        AnswerTo::Need(_) => None,
    });
    logs.filter(|(log, ask)| {
        let leaned_on = ask.fallbacks.iter().any(|fallback| leans_on(ask, fallback).as_ref() == Some(&log.by));
        log.by != ask.to && !log.by.is_council() && !leaned_on
    })
    .map(|(log, ask)| {
        let at = Address::of(FactId::Answers { by: log.by.clone(), to: log.to.clone() });
        let message = format!("`{}` is asked of {}: an answer by {} counts for nothing", ask.id, ask.to, log.by);
        Finding::at(RULE.doc.code, RULE.doc.severity, at, message).with_fix(Fix::advice(format!(
            "take it out, or let {} answer in a file of its own",
            ask.to
        )))
    })
    .collect()
}
