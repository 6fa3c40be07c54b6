//! K301: a hack that lives, and nobody says how to leave it.

use super::prelude::*;
use kedge_decide::Hack;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(301),
        name: "no-way-out",
        group: Group::Hacks,
        severity: Severity::Warning,
        needs: &[Need::Structure, Need::Price],
        since: "0.1",
        finds: "A fallback that was taken and lives (a hack, something made again or bought, or another that costs upkeep), with no \
                `migrate`. Hacks of closed plans are among them: a debt outlives its plan.",
        why: "A hack without a way out is not worked round any more, it is how things are. What leaving it takes decides \
              whether to keep it, and grows while nobody looks.",
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
expires  = 2026-12-31
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
        fix: "Say what leaving it takes, in the fallback:\n\n```toml\nmigrate = \"4d, rarely over 8d\"\n```",
    },
    run: Run::Over(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let Some(ledger) = answers.ledger else { return Vec::new() };
    let no_way_out = ledger.hacks.iter().filter(|hack| hack.migrate.is_none());
    no_way_out
        .map(|hack| {
            let message = format!(
                "the {} behind `{}` has lived since {}, and nobody says what leaving it takes",
                hack.kind,
                hack.ask.id(),
                hack.since
            );
            Finding::at(RULE.doc.code, RULE.doc.severity, fallback_address(hack), message).with_fix(Fix::lines(
                "say what leaving it takes",
                ["migrate = \"1w\"                          # your own estimate".to_owned()],
            ))
        })
        .collect()
}

/// Where a hack stands in the plans.
pub(super) fn fallback_address(hack: &Hack) -> Address {
    Address::field(&hack.ask, format!("fallback[{}]", hack.place))
}
