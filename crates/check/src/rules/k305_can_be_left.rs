//! K305: what a hack waited for has landed, and the hack still lives.

use super::prelude::*;
use super::k301_no_way_out::fallback_address;
use super::k304_interest_over_migrating::leaving_in_words;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(305),
        name: "can-be-left",
        group: Group::Hacks,
        severity: Severity::Warning,
        needs: &[Need::Structure, Need::Price],
        since: "0.1",
        finds: "A fallback that lives though the ask that it stands in for has landed, or was served. The message sets what keeping \
                it has cost beside what leaving it takes.",
        why: "From here on its upkeep buys nothing, and what it lacks of the outcome's value is given away.",
        source: "Independent executor model, rubick.com/independent-executor-model: count what a hack costs to create, keep and leave",
        failing: &[
            Sheet {
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
maintain = "2d/month"
migrate  = "4d, rarely over 8d"
expires  = 2026-12-31
taken    = 2026-05-11
live     = 2026-05-29
"#,
            },
            Sheet {
                path: "catalog/answers.kedge.toml",
                text: r#"team = "catalog"

[[answer."search/attribute-feed"]]
on   = 2026-10-07
says = "landed"
"#,
            },
        ],
        passing: &[
            Sheet {
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
maintain = "2d/month"
migrate  = "4d, rarely over 8d"
expires  = 2026-12-31
taken    = 2026-05-11
live     = 2026-05-29
migrated = 2026-10-13
"#,
            },
            Sheet {
                path: "catalog/answers.kedge.toml",
                text: r#"team = "catalog"

[[answer."search/attribute-feed"]]
on   = 2026-10-07
says = "landed"
"#,
            },
        ],
        fix: "Leave it, and write down when:\n\n```toml\nmigrated = 2026-10-14\n```",
    },
    run: Run::Over(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let Some(ledger) = answers.ledger else { return Vec::new() };
    let hacks = ledger.hacks.iter();
    hacks
        .filter_map(|hack| {
            let landed = hack.can_be_left_since()?;
            let costs: Vec<String> = [hack.interest_in_words(), leaving_in_words(hack)].into_iter().flatten().collect();
            let arithmetic = if costs.is_empty() { String::new() } else { format!(": {}", costs.join(", ")) };
            let message = format!(
                "`{}` landed on {landed}, and the {} that stood in for it still lives{arithmetic}",
                hack.ask.id(),
                hack.kind
            );
            Some(Finding::at(RULE.doc.code, RULE.doc.severity, fallback_address(hack), message).with_fix(Fix::lines(
                "leave it, and write down when, once it is true",
                [format!("migrated = {}", answers.as_of)],
            )))
        })
        .collect()
}
