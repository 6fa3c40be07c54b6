//! K101: an ask with no fallback.

use super::prelude::*;
use kedge_floor::{Missing, Opens};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(101),
        name: "no-fallback",
        group: Group::Asks,
        severity: Severity::Error,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "An ask that has not landed, that something still waits for, and that has no fallback. Where the council itself \
                ranks the ask it is a note: that is the council's yes.",
        why: "Another team's promise is a hope. Every dependency on another team is a priority of the council, or optional. One \
              that is neither can stop the plan, and nobody who is in the plan can do anything about it.",
        source: "Independent executor model, rubick.com/independent-executor-model",
        failing: &[Sheet {
            path: "loyalty/points-in-basket.kedge.toml",
            text: r#"team = "loyalty"

[outcome.points-in-basket]
due = 2026-12-11

[ask.ledger-events]
to    = "payments"
what  = "An event for each booking that touches a customer's money"
asked = { on = 2026-10-01 }
gates = "points-in-basket"
"#,
        }],
        passing: &[Sheet {
            path: "loyalty/points-in-basket.kedge.toml",
            text: r#"team = "loyalty"

[outcome.points-in-basket]
due = 2026-12-11

[ask.ledger-events]
to    = "payments"
what  = "An event for each booking that touches a customer's money"
asked = { on = 2026-10-01 }
gates = "points-in-basket"

[[ask.ledger-events.fallback]]
kind  = "descope"
what  = "A statement by the month, from the nightly export"
keeps = "60%"
"#,
        }],
        fix: "Say what you do if it does not land. To ship less, and how much of the value that keeps, is always possible; a \
              hack, your own, or something bought may keep more:\n\n```toml\n[[ask.ledger-events.fallback]]\nkind  = \
              \"descope\"\nwhat  = \"A statement by the month, from the nightly export\"\nkeeps = \"60%\"\n```\n\nIf nothing \
              keeps enough to be worth it, drop the outcome and do the next thing.",
    },
    run: Run::Near(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    answers
        .holding()
        .filter(|ask| {
            let opens = answers.ask_standing(&ask.id).map(|standing| &standing.opens);
            matches!(opens, Some(Opens::Nothing { missing: Missing::NoFallback }))
        })
        .map(|ask| {
            let ranked = answers.known.council_rank(ask.id.reference()).is_some();
            let gated = answers.gated(ask);
            let (severity, message) = if ranked {
                (Severity::Note, format!("`{}` has no fallback for {gated}; the council ranks it", ask.id.id()))
            } else {
                let to = &ask.to;
                (RULE.doc.severity, format!("`{}` has no fallback: if {to} does not deliver, {gated} stops", ask.id.id()))
            };
            Finding::at(RULE.doc.code, severity, Address::of(&ask.id), message)
                .with_fix(self_reliant_fallback(ask, "say what you do if it does not land, and what of the value that keeps"))
        })
        .collect()
}

/// The lines of a fallback that needs nobody. The share is a place to begin from, and says so.
pub(super) fn self_reliant_fallback(ask: &Ask, advice: &str) -> Fix {
    Fix::lines(
        advice,
        [
            format!("[[ask.{}.fallback]]", ask.id.id()),
            "kind  = \"descope\"".into(),
            "what  = \"What you ship without it\"".into(),
            "keeps = \"50%\"                           # your own estimate".into(),
        ],
    )
}
