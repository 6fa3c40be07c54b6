//! K303: the day by which a hack should be gone has passed.

use super::prelude::*;

/// How far ahead the fix proposes a day: as far as teams plan.
const A_QUARTER: i64 = 91;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(303),
        name: "past-expiry",
        group: Group::Hacks,
        severity: Severity::Warning,
        needs: &[Need::Structure, Need::Price],
        since: "0.1",
        finds: "A fallback that lives beyond its `expires`.",
        why: "The team itself said that it should be gone by then. Either it is left now, or there is a new day, on purpose.",
        source: "Kedge's own semantics: `expires` ends nothing, it is checked",
        failing: &[Sheet {
            path: "search/typo-tolerant.kedge.toml",
            text: r#"team = "search"

[outcome.typo-tolerant]
due = 2026-12-10

[ask.attribute-feed]
to    = "catalog"
what  = "A feed of attributes as they change"
asked = { on = 2026-03-02 }
gates = "typo-tolerant"

[[ask.attribute-feed.fallback]]
kind     = "hack"
what     = "Read the nightly export"
maintain = "1d/month"
migrate  = "4d, rarely over 8d"
expires  = 2026-09-30
taken    = 2026-09-07
live     = 2026-09-14
"#,
        }],
        passing: &[Sheet {
            path: "search/typo-tolerant.kedge.toml",
            text: r#"team = "search"

[outcome.typo-tolerant]
due = 2026-12-10

[ask.attribute-feed]
to    = "catalog"
what  = "A feed of attributes as they change"
asked = { on = 2026-03-02 }
gates = "typo-tolerant"

[[ask.attribute-feed.fallback]]
kind     = "hack"
what     = "Read the nightly export"
maintain = "1d/month"
migrate  = "4d, rarely over 8d"
expires  = 2026-12-31
taken    = 2026-09-07
live     = 2026-09-14
"#,
        }],
        fix: "Leave it and write down when, or name a later day, on purpose:\n\n```toml\nexpires = 2026-12-31\n```",
    },
    run: Run::Over(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let Some(ledger) = answers.ledger else { return Vec::new() };
    let overdue = ledger.hacks.iter().filter(|hack| hack.is_expired(answers.as_of));
    overdue
        .filter_map(|hack| {
            let expires = hack.expires?;
            let message = format!(
                "the {} behind `{}` should have been gone by {expires}, and still lives",
                hack.kind,
                hack.ask.id()
            );
            let at = Address::field(&hack.ask, format!("fallback[{}].expires", hack.place));
            let later = answers.working_day_before(answers.as_of.plus_days(A_QUARTER));
            Some(Finding::at(RULE.doc.code, RULE.doc.severity, at, message).with_fix(Fix::lines(
                "leave it and write down when with `migrated`, or name a later day, on purpose",
                [format!("expires = {later}")],
            )))
        })
        .collect()
}
