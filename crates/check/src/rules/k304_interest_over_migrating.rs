//! K304: keeping a hack has cost more than leaving it takes.

use super::prelude::*;
use super::k301_no_way_out::fallback_address;
use kedge_decide::{Balance, Hack, person_days};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(304),
        name: "interest-over-migrating",
        group: Group::Hacks,
        severity: Severity::Warning,
        needs: &[Need::Structure, Need::Price],
        since: "0.1",
        finds: "A fallback that lives, of which upkeep and fees so far, at the stated rates, exceed what leaving it takes: the middle \
                of `migrate`. Person-days are compared with person-days; where there is a fee, money with money, at the price \
                of a person's week. Once what it waited for has landed, K305 tells it with the same arithmetic.",
        why: "Interest that exceeds the debt is the sign that waiting was the dear choice. The asked team should know what its \
              \"not now\" costs, and the council may rank it.",
        source: "Independent executor model, rubick.com/independent-executor-model: count what a hack costs to create, keep and leave, and set it against the cost of waiting",
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
maintain = "4d/month"
migrate  = "4d, rarely over 8d"
expires  = 2026-12-31
taken    = 2026-06-01
live     = 2026-06-15
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
taken    = 2026-06-01
live     = 2026-07-01
"#,
        }],
        fix: "Tell the team you asked what it costs, and ask again; write that down. Or offer to do it in the right place:\n\n\
              ```toml\nasked = [\n  { on = 2026-03-02 },\n  { on = 2026-10-14, how = \"brief with what the export has cost\" },\n]\n```",
    },
    run: Run::Over(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    let Some(ledger) = answers.ledger else { return Vec::new() };
    let waiting = ledger.hacks.iter().filter(|hack| hack.can_be_left_since().is_none());
    waiting
        .filter(|hack| hack.balance.is_overpaid())
        .filter_map(|hack| {
            let interest = hack.interest_in_words()?;
            let leaving = leaving_in_words(hack)?;
            let message =
                format!("keeping the {} behind `{}` has cost more than leaving it: {interest}, {leaving}", hack.kind, hack.ask.id());
            let to = answers.known.ask(&hack.ask).map(|ask| ask.to.to_string()).unwrap_or_default();
            let advice = format!("tell {to} what it costs and ask again, offer to do it there, or raise it to the council");
            Some(
                Finding::at(RULE.doc.code, RULE.doc.severity, fallback_address(hack), message)
                    .with_fix(Fix::advice(advice)),
            )
        })
        .collect()
}

/// What leaving a hack takes, for people: `leaving takes 4 person-days (4d, rarely over 8d)`.
pub(super) fn leaving_in_words(hack: &Hack) -> Option<String> {
    let migrate = hack.migrate.as_ref()?;
    Some(match hack.balance {
        Balance::Money { paid, leaving } => {
            format!("{} with people at their price; leaving takes {} ({migrate})", paid.rounded(), leaving.rounded())
        }
        Balance::Effort { leaving, .. } => format!("leaving takes {} ({migrate})", person_days(leaving)),
        Balance::NoWayOut | Balance::NotComparable => format!("leaving takes {migrate}"),
    })
}
