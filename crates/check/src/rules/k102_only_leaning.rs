//! K102: a chain of fallbacks that never reaches a self-reliant one.

use super::k101_no_fallback::self_reliant_fallback;
use super::prelude::*;
use kedge_floor::{Missing, Opens, Role};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(102),
        name: "only-leaning",
        group: Group::Asks,
        severity: Severity::Error,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "An ask that something still waits for, and whose every fallback needs someone else's yes: an away team, a tiger \
                team, a community, the council. An away team is self-reliant where the host merges openly \
                (`merge = \"open\"`) and has not refused. Where the council itself ranks the ask it is a note.",
        why: "A fallback that another team can refuse is another ask. Behind the last of them has to be something that the team \
              can do alone.",
        source: "Independent executor model, rubick.com/independent-executor-model: do it in the right place, else work round it, \
                 else work on something else",
        failing: &[Sheet {
            path: "returns/self-return.kedge.toml",
            text: r#"team = "returns"

[outcome.self-return]
due = 2026-12-17

[ask.order-history]
to    = "fulfil"
what  = "Which line of an order went in which parcel"
asked = { on = 2026-10-05 }
gates = "self-return"

[[ask.order-history.fallback]]
kind   = "away-team"
create = "2w, rarely over 3w"

[[ask.order-history.fallback]]
kind = "escalate"
"#,
        }],
        passing: &[Sheet {
            path: "returns/self-return.kedge.toml",
            text: r#"team = "returns"

[outcome.self-return]
due = 2026-12-17

[ask.order-history]
to    = "fulfil"
what  = "Which line of an order went in which parcel"
asked = { on = 2026-10-05 }
gates = "self-return"

[[ask.order-history.fallback]]
kind   = "away-team"
create = "2w, rarely over 3w"

[[ask.order-history.fallback]]
kind = "escalate"

[[ask.order-history.fallback]]
kind  = "do-without"
what  = "Refund by parcel; the care desk corrects by hand"
keeps = "70%"
"#,
        }],
        fix: "Add a fallback that needs nobody, behind the last one:\n\n```toml\n[[ask.order-history.fallback]]\nkind  = \
              \"do-without\"\nwhat  = \"Refund by parcel; the care desk corrects by hand\"\nkeeps = \"70%\"\n```",
    },
    run: Run::Near(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    answers
        .holding()
        .filter_map(|ask| {
            let standing = answers.ask_standing(&ask.id)?;
            if !matches!(standing.opens, Opens::Nothing { missing: Missing::OnlyLeaning }) {
                return None;
            }
            let leaning = standing.chain.iter().filter_map(|link| match &link.role {
                Role::Leans { on } if on.is_council() => Some(format!("the {} needs the council's", link.noun())),
                Role::Leans { on } => Some(format!("the {} needs that of {on}", link.noun())),
                _ => None,
            });
            let id = ask.id.id();
            let leaning = listed(leaning);
            let ranked = answers.known.council_rank(ask.id.reference()).is_some();
            let (severity, message) = if ranked {
                (Severity::Note, format!("every fallback of `{id}` needs a yes ({leaning}); the council ranks the ask"))
            } else {
                let gated = answers.gated(ask);
                (RULE.doc.severity, format!("every way on for `{id}` needs someone else's yes ({leaning}): {gated} can be stopped"))
            };
            let last = ask.fallbacks.len().saturating_sub(1);
            let at = Address::field(&ask.id, format!("fallback[{last}]"));
            Some(
                Finding::at(RULE.doc.code, severity, at, message)
                    .with_fix(self_reliant_fallback(ask, "add one that needs nobody, behind the last")),
            )
        })
        .collect()
}
