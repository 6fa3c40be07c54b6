//! K302: a hack that lives, and no day is named by which it should be gone.

use super::prelude::*;
use super::k301_no_way_out::fallback_address;

/// How far ahead the fix proposes a day: as far as teams plan.
const A_QUARTER: i64 = 91;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(302),
        name: "no-expiry",
        group: Group::Hacks,
        severity: Severity::Warning,
        needs: &[Need::Structure, Need::Price],
        since: "0.1",
        finds: "A fallback that was taken and lives, with a way out and no `expires`. Where there is no way out either, K301 tells \
                that first.",
        why: "Nobody decides to keep a hack for ever; nobody looks at it again. The day on which it should be gone brings it up \
              (`kedge next` does, two weeks before).",
        source: "Independent executor model, rubick.com/independent-executor-model: count what a hack costs to create, keep and leave",
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
        fix: "Name the day by which it should be gone, in the fallback:\n\n```toml\nexpires = 2026-12-31\n```",
    },
    run: Run::Over(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let Some(ledger) = answers.ledger else { return Vec::new() };
    let endless = ledger.hacks.iter().filter(|hack| hack.migrate.is_some() && hack.expires.is_none());
    endless
        .map(|hack| {
            let message = format!(
                "the {} behind `{}` has lived since {}, and no day is named by which it should be gone",
                hack.kind,
                hack.ask.id(),
                hack.since
            );
            let later = answers.working_day_before(answers.as_of.plus_days(A_QUARTER));
            Finding::at(RULE.doc.code, RULE.doc.severity, fallback_address(hack), message).with_fix(Fix::lines(
                "name the day by which it should be gone",
                [format!("expires = {later}                       # a quarter on; your own choice")],
            ))
        })
        .collect()
}
