//! K108: several teams ask one team for what reads like one thing.

use super::prelude::*;
use crate::similar::{FEWEST_WORDS, SAME_WORDS, SAME_WORDS_IN_ONE_AREA, Vocabulary, Words};
use kedge_model::NeedRelation;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(108),
        name: "same-need",
        group: Group::Asks,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "Asks of different teams to one team that have at least 60 % of their telling words in common, or 30 % where both \
                name the same `area`. Asks that the asked team has joined in a need or keeps apart by one, and those that \
                are refused or landed, are left out. Asks of fewer than four telling words say too \
                little to be compared without an `area`. Words are compared, not meaning.",
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

/// An ask, with what it is compared by.
struct Compared<'a> {
    ask: &'a Ask,
    words: Words,
    area: Option<String>,
}

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    answers.teams().flat_map(|team| of_asks_to(answers, team)).collect()
}

fn of_asks_to(answers: &Answers<'_>, team: &TeamId) -> Vec<Finding> {
    let mut vocabulary = Vocabulary::default();
    let asks = answers.in_play_to(team).filter(|ask| !answers.known.is_dead(ask, answers.as_of));
    let asks = asks.map(|ask| Compared {
        ask,
        words: vocabulary.words(&ask.what),
        area: ask.area.as_ref().map(|area| area.trim().to_lowercase()),
    });
    // Each ask joins the first group that has one like it; groups are told once.
    let mut groups: Vec<Vec<Compared<'_>>> = Vec::new();
    for ask in asks {
        match groups.iter_mut().find(|group| group.iter().any(|other| are_alike(answers, other, &ask))) {
            Some(group) => group.push(ask),
            None => groups.push(vec![ask]),
        }
    }
    let several = groups.iter().filter(|group| group.len() > 1);
    several
        .filter_map(|group| {
            let asks: Vec<&Ask> = group.iter().map(|compared| compared.ask).collect();
            finding(answers, team, &asks)
        })
        .collect()
}

fn are_alike(answers: &Answers<'_>, one: &Compared<'_>, other: &Compared<'_>) -> bool {
    let one_area = one.area.is_some() && one.area == other.area;
    let threshold = if one_area { SAME_WORDS_IN_ONE_AREA } else { SAME_WORDS };
    let says_enough = one_area || one.words.count().min(other.words.count()) >= FEWEST_WORDS;
    says_enough
        && one.ask.id.team() != other.ask.id.team()
        && one.words.in_common_with(&other.words) >= threshold
        && !is_settled(answers, &one.ask.id, &other.ask.id)
}

/// Whether the asked team has said that they are one, or that they are not.
fn is_settled(answers: &Answers<'_>, one: &AskId, other: &AskId) -> bool {
    answers.known.needs().any(|need| {
        let (NeedRelation::Joins(asks) | NeedRelation::KeepsApart(asks)) = &need.relation;
        asks.contains(one) && asks.contains(other)
    })
}

fn finding(answers: &Answers<'_>, team: &TeamId, group: &[&Ask]) -> Option<Finding> {
    let (first, others) = group.split_first()?;
    let names = join(group.iter().map(|ask| format!("`{}`", ask.id)));
    let message = format!("{names} ask {team} for what reads like one thing");
    let asks = group.iter().map(|ask| quoted(&ask.id.to_string())).collect::<Vec<_>>().join(", ");
    let mut finding = Finding::at(RULE.doc.code, RULE.doc.severity, Address::field(&first.id, "what"), message).with_fix(
        Fix::lines(
            format!("join them and do it once, or say with `apart` that they are not one; among the answers of {team}"),
            [
                format!("[need.{}]", free_name(answers, team, first)),
                format!("what = {}", quoted(&first.what)),
                format!("asks = [{asks}]"),
                format!("on   = {}", answers.as_of),
            ],
        ),
    );
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
