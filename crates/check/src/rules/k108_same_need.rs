//! K108: several teams ask one team for what reads like one thing.

use super::prelude::*;
use kedge_decide::{Joined, SameNeed, same_needs};
use kedge_model::NeedRelation;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(108),
        name: "same-need",
        group: Group::Asks,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "Asks of different teams to one team that have at least 60 % of their telling words in common: of what they \
                ask (half, where what it is for is counted too; 30 % where both name the same `area`). A word that more than \
                five asks to the team use tells less, and two of the words in common must be used by few others. Asks that the \
                asked team has joined in a need or keeps apart by one, and those that are refused or landed, are left out, as are \
                two asks of one plan. Asks of fewer than four telling words say too little to be compared without an `area`. \
                Words are compared, not meaning. `kedge queue` shows them on one line, and `kedge queue join` and `split` write \
                the need.",
        why: "Five tickets for one thing look like five small things. Joined, they are one item that is worth five times as much, \
              and it is done once.",
        source: "Bottleneck team, rubick.com/bottleneck-team; integrators hear many, weigh and rank, \
                 rubick.com/independent-executor-model",
        failing: &[
            Sheet {
                path: "messages/back-in-stock.kedge.toml",
                text: r#"team = "messages"

[outcome.back-in-stock]
due = 2026-12-11

[ask.shop-events]
to    = "platform"
what  = "A stream of product views and clicks"
asked = { on = 2026-10-07 }
gates = "back-in-stock"

[[ask.shop-events.fallback]]
kind  = "descope"
keeps = "75%"
"#,
            },
            Sheet {
                path: "search/typo-tolerant.kedge.toml",
                text: r#"team = "search"

[outcome.typo-tolerant]
due = 2026-12-10

[ask.click-events]
to    = "platform"
what  = "Product views and clicks as a stream"
asked = { on = 2026-10-08 }
gates = "typo-tolerant"

[[ask.click-events.fallback]]
kind  = "descope"
keeps = "80%"
"#,
            },
        ],
        passing: &[
            Sheet {
                path: "messages/back-in-stock.kedge.toml",
                text: r#"team = "messages"

[outcome.back-in-stock]
due = 2026-12-11

[ask.shop-events]
to    = "platform"
what  = "A stream of product views and clicks"
asked = { on = 2026-10-07 }
gates = "back-in-stock"

[[ask.shop-events.fallback]]
kind  = "descope"
keeps = "75%"
"#,
            },
            Sheet {
                path: "search/typo-tolerant.kedge.toml",
                text: r#"team = "search"

[outcome.typo-tolerant]
due = 2026-12-10

[ask.click-events]
to    = "platform"
what  = "Product views and clicks as a stream"
asked = { on = 2026-10-08 }
gates = "typo-tolerant"

[[ask.click-events.fallback]]
kind  = "descope"
keeps = "80%"
"#,
            },
            Sheet {
                path: "platform/answers.kedge.toml",
                text: r#"team = "platform"

[need.shop-event-stream]
what = "Product views and clicks as a stream, by session and by customer"
asks = ["messages/shop-events", "search/click-events"]
on   = 2026-10-14
"#,
            },
        ],
        fix: "The asked team joins them, or says with `apart` that they are two things. In its `answers.kedge.toml`:\n\n```toml\n\
              [need.shop-event-stream]\nwhat = \"Product views and clicks as a stream, by session and by customer\"\nasks = \
              [\"messages/shop-events\", \"search/click-events\"]\non   = 2026-10-14\n```",
    },
    run: Run::Near(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    answers.teams().flat_map(|team| of_asks_to(answers, team)).collect()
}

fn of_asks_to(answers: &Answers<'_>, team: &TeamId) -> Vec<Finding> {
    let asks = answers.in_play_to(team).filter(|ask| !answers.is_dead(ask));
    let needs = same_needs(&answers.known, team, asks);
    let several = needs.iter().filter(|need| !is_settled(answers, need));
    several
        .filter_map(|need| {
            let asks: Vec<&Ask> = need.asks.iter().filter_map(|ask| answers.known.ask(ask)).collect();
            let first = asks.first()?.id.team();
            asks.iter().any(|ask| ask.id.team() != first).then(|| finding(answers, team, need, &asks))?
        })
        .collect()
}

/// Whether it is one ask, or the asked team has said that all of these are one.
fn is_settled(answers: &Answers<'_>, need: &SameNeed) -> bool {
    match &need.joined {
        Joined::Alone => true,
        Joined::Reads { .. } => false,
        Joined::Said { need: id, .. } => answers.known.need(id).is_some_and(|said| match &said.relation {
            NeedRelation::Joins(asks) => need.asks.iter().all(|ask| asks.contains(ask)),
            NeedRelation::KeepsApart(_) => true,
        }),
    }
}

fn finding(answers: &Answers<'_>, team: &TeamId, need: &SameNeed, group: &[&Ask]) -> Option<Finding> {
    let (first, others) = group.split_first()?;
    let names = listed(group.iter().map(|ask| format!("`{}`", ask.id)));
    let message = format!("{names} ask {team} for what reads like one thing");
    let asks = group.iter().map(|ask| quoted(&ask.id.to_string())).collect::<Vec<_>>().join(", ");
    let fix = match &need.joined {
        Joined::Said { need, .. } => Fix::lines(
            format!("{team} counts some of them as one need already: name the others there, or keep them `apart`"),
            [format!("[need.{}]", need.id()), format!("asks = [{asks}]")],
        ),
        _ => Fix::lines(
            format!("join them and do it once, or say with `apart` that they are not one; among the answers of {team}"),
            [
                format!("[need.{}]", free_name(answers, team, first)),
                format!("what = {}", quoted(&first.what)),
                format!("asks = [{asks}]"),
                format!("on   = {}", answers.as_of),
            ],
        ),
    };
    let mut finding =
        Finding::at(RULE.doc.code, RULE.doc.severity, Address::field(&first.id, "what"), message).with_fix(fix);
    for other in others {
        let at = Subject::Address(Address::field(&other.id, "what"));
        finding = finding.with_related(at, format!("asked by {}", other.id.team()));
    }
    finding.team = Some(team.clone());
    Some(finding)
}

/// A name for the need that nothing else of the asked team has.
fn free_name(answers: &Answers<'_>, team: &TeamId, ask: &Ask) -> String {
    let organisation = answers.written;
    let is_free = |name: &str| {
        let Ok(id) = name.parse() else { return false };
        let name = kedge_model::Reference::new(team.clone(), id);
        organisation.outcome(&name.clone().into()).is_none()
            && organisation.work_item(&name.clone().into()).is_none()
            && organisation.need(&name.into()).is_none()
    };
    let id = ask.id.id().to_string();
    [id.clone(), format!("{id}-need"), format!("need-of-{}", ask.id.team())]
        .into_iter()
        .find(|name| is_free(name))
        .unwrap_or(id)
}
