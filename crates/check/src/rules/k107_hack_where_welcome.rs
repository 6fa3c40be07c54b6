//! K107: a hack where the asked team would have us do it in the right place.

use super::prelude::*;
use kedge_floor::{leans_on, noun};
use kedge_model::TakesAsks;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(107),
        name: "hack-where-welcome",
        group: Group::Asks,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "An ask whose first way on is a hack or a copy that has not been taken, with no away team before it, to a team that \
                welcomes away teams: it said so for this ask, or it is an `away-team-host` that has not said it is unable.",
        why: "Do it in the right place if the other team will have you, otherwise work round it. What is done in the right place \
              has no interest to pay and nothing to leave.",
        source: "Away team model, rubick.com; independent executor model, rubick.com/independent-executor-model",
        failing: &[
            Sheet {
                path: "messages/back-in-stock.kedge.toml",
                text: r#"team = "messages"

[outcome.parcel-news]
due = 2026-12-18

[ask.dispatch-event]
to    = "fulfil"
what  = "An event when a parcel leaves the warehouse"
asked = { on = 2026-10-01 }
gates = "parcel-news"

[[ask.dispatch-event.fallback]]
kind    = "hack"
create  = "1w, rarely over 2w"
migrate = "3d"
"#,
            },
            Sheet {
                path: "fulfil/answers.kedge.toml",
                text: r#"team = "fulfil"

[[answer."messages/dispatch-event"]]
on   = 2026-10-09
host = "welcome"
"#,
            },
        ],
        passing: &[
            Sheet {
                path: "messages/back-in-stock.kedge.toml",
                text: r#"team = "messages"

[outcome.parcel-news]
due = 2026-12-18

[ask.dispatch-event]
to    = "fulfil"
what  = "An event when a parcel leaves the warehouse"
asked = { on = 2026-10-01 }
gates = "parcel-news"

[[ask.dispatch-event.fallback]]
kind   = "away-team"
create = "1w, rarely over 2w"

[[ask.dispatch-event.fallback]]
kind    = "hack"
create  = "1w, rarely over 2w"
migrate = "3d"
"#,
            },
            Sheet {
                path: "fulfil/answers.kedge.toml",
                text: r#"team = "fulfil"

[[answer."messages/dispatch-event"]]
on   = 2026-10-09
host = "welcome"
"#,
            },
        ],
        fix: "Put the away team before the hack, with who goes and what it takes them:\n\n```toml\n[[ask.dispatch-event.fallback]]\n\
              kind   = \"away-team\"\nsend   = \"kim\"\ncreate = \"1w, rarely over 2w\"\n```",
    },
    run: Run::Near(run),
};

fn run(answers: &Answers<'_>) -> Vec<Finding> {
    answers
        .in_play()
        .filter_map(|ask| {
            let place = ask
                .fallbacks
                .iter()
                .position(|fallback| matches!(fallback.kind, FallbackKind::Hack | FallbackKind::Recreate))?;
            let (before, hack) = (ask.fallbacks.get(..place)?, ask.fallbacks.get(place)?);
            let decided = ask.fallbacks.iter().any(|fallback| fallback.taken.is_some());
            let goes_there = before.iter().any(|fallback| {
                matches!(fallback.kind, FallbackKind::AwayTeam { .. }) && leans_on(ask, fallback).as_ref() == Some(&ask.to)
            });
            let other_way = before.iter().any(|fallback| answers.known.is_self_reliant(ask, fallback));
            if decided || goes_there || other_way {
                return None;
            }
            let host = answers.known.team(&ask.to)?;
            let welcome = match answers.known.host_state(ask, &ask.to) {
                HostState::Welcome => "would welcome you for this",
                HostState::Unknown if host.takes_asks.contains(&TakesAsks::AwayTeamHost) => "hosts away teams",
                HostState::Unknown | HostState::Unable => return None,
            };
            let message = format!(
                "`{}` is worked round with a {}, and {} {welcome}",
                ask.id.id(),
                noun(hack.kind.word()),
                ask.to
            );
            let at = Address::field(&ask.id, format!("fallback[{place}]"));
            let mut lines =
                vec![format!("[[ask.{}.fallback]]", ask.id.id()), "kind   = \"away-team\"".to_owned()];
            lines.push("# send   = who goes".into());
            lines.push("# create = what it takes them".into());
            Some(
                Finding::at(RULE.doc.code, RULE.doc.severity, at, message)
                    .with_fix(Fix::lines("go there first; put this before it, with who goes and what it takes them", lines)),
            )
        })
        .collect()
}
