//! K021: an outcome that waits for others, and has no date to decide by.

use super::prelude::*;
use kedge_floor::Status;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(21),
        name: "no-date",
        group: Group::Files,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "An outcome that an ask holds up, without a due date, in a plan without a period.",
        why: "The day on which to stop waiting is reckoned back from the day on which it is due. Without one nobody is ever \
              told to stop waiting.",
        source: "Kedge's own semantics: no due and no period, no decide-by",
        failing: &[Sheet {
            path: "checkout/one-tap.kedge.toml",
            text: r#"team = "checkout"

[outcome.one-tap]

[ask.reusable-token]
to    = "payments"
what  = "A reusable flag on POST /tokens"
asked = { on = 2026-10-02 }
gates = "one-tap"

[[ask.reusable-token.fallback]]
kind  = "do-without"
keeps = "60%"
"#,
        }],
        passing: &[Sheet {
            path: "checkout/one-tap.kedge.toml",
            text: r#"team   = "checkout"
period = "2026-Q4"

[outcome.one-tap]

[ask.reusable-token]
to    = "payments"
what  = "A reusable flag on POST /tokens"
asked = { on = 2026-10-02 }
gates = "one-tap"

[[ask.reusable-token.fallback]]
kind  = "do-without"
keeps = "60%"
"#,
        }],
        fix: "Give the outcome a date, or its plan a period:\n\n```toml\ndue = 2026-12-10\n```",
    },
    run: Run::Near(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let outcomes = answers.outcomes_standing().iter();
    outcomes
        .filter(|standing| standing.status == Status::Planned && !standing.holds.is_empty())
        .filter_map(|standing| answers.known.outcome(&standing.outcome).map(|outcome| (standing, outcome)))
        .filter(|(_, outcome)| answers.known.due(outcome).is_none())
        .map(|(standing, outcome)| {
            let asks = listed(standing.holds.iter().map(|hold| format!("`{}`", hold.ask.id())));
            let message =
                format!("`{}` waits for {asks} and has no due date: nothing says when to stop waiting", outcome.id.id());
            Finding::at(RULE.doc.code, RULE.doc.severity, Address::of(&outcome.id), message).with_fix(Fix::advice(
                "give the outcome a `due`, or its plan a `period`",
            ))
        })
        .collect()
}
