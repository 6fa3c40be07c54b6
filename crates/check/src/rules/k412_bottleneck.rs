//! K412: a team whose asks grow faster than its people.

use super::prelude::*;
use crate::people::people_on;
use kedge_model::{PlanId, Team, TeamKind};
use std::collections::BTreeSet;

/// How far back the backlog is compared, in days: a quarter, so that both ends are at the same point of the plans.
const BACK: i64 = 91;

/// With fewer asks open a quarter ago, there is too little to compare with. Our own.
const FEWEST_THEN: usize = 3;

/// A backlog has grown where it is half as long again for each person. Our own.
const GROWTH: f64 = 1.5;

/// What this part of all other teams' plans asks for grows with the number of plans. Our own: most of them.
const MOST: f64 = 0.5;

/// From so many plans on. Our own: in a handful, half is three.
const FEWEST_PLANS: usize = 6;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        code: Code::new(412),
        name: "bottleneck",
        group: Group::Coordination,
        severity: Severity::Warning,
        needs: &[Need::Structure],
        since: "0.1",
        finds: "A team with half as many open asks again, for each of its people, as a quarter ago; or one that half of all open \
                plans of other teams, and six or more, ask for something. An ask is open from the day it was first asked until \
                it lands, is refused or withdrawn; what was refused still says who needs the team, what a self-service \
                answered does not. Growth is not told with \
                fewer than three open a quarter ago, or where the team's people are not known; nothing is told of external \
                teams and communities.",
        why: "Its backlog grows with the number of projects, and its people do not. No order of work mends that: every project \
              waits longer each quarter.",
        source: "Bottleneck team, rubick.com/bottleneck-team",
        failing: &[
            Sheet { path: "platform/team.kedge.toml", text: PLATFORM },
            Sheet { path: "checkout/summer.kedge.toml", text: SUMMER },
            Sheet { path: "search/autumn.kedge.toml", text: AUTUMN },
        ],
        passing: &[
            Sheet { path: "platform/team.kedge.toml", text: PLATFORM },
            Sheet { path: "checkout/summer.kedge.toml", text: SUMMER },
        ],
        fix: "More people come too late. Take the asks away instead: a self-service for what is asked most, away teams for the \
              small things, an area given to the team that needs it. In its `team.kedge.toml`:\n\n```toml\n[self-service.topic]\n\
              what = \"A topic on the message bus\"\nhow  = \"https://wiki.harbour.example/platform/topic\"\n```",
    },
    run: Run::Together(&Compared { share, told, to_the_word: |_| true }),
};

const PLATFORM: &str = r#"team   = "platform"
title  = "Platform"
kind   = "platform"
people = 6
"#;
const SUMMER: &str = r#"team = "checkout"

[outcome.edge]
due = 2026-12-10

[ask.edge-latency]
to    = "platform"
what  = "Checkout served at the edge"
asked = { on = 2026-06-01 }
gates = "edge"

[[ask.edge-latency.fallback]]
kind  = "do-without"
keeps = "90%"

[ask.queue]
to    = "platform"
what  = "A queue that keeps orders for a day"
asked = { on = 2026-06-15 }
gates = "edge"

[[ask.queue.fallback]]
kind  = "do-without"
keeps = "90%"

[ask.build-cache]
to    = "platform"
what  = "Builds from yesterday's parts"
asked = { on = 2026-06-22 }
gates = "edge"

[[ask.build-cache.fallback]]
kind  = "do-without"
keeps = "90%"
"#;
const AUTUMN: &str = r#"team = "search"

[outcome.typo-tolerant]
due = 2026-12-10

[ask.click-events]
to    = "platform"
what  = "Product views and clicks as a stream"
asked = { on = 2026-10-05 }
gates = "typo-tolerant"

[[ask.click-events.fallback]]
kind  = "do-without"
keeps = "80%"

[ask.machines]
to    = "platform"
what  = "Two machines with graphics cards"
asked = { on = 2026-10-05 }
gates = "typo-tolerant"

[[ask.machines.fallback]]
kind  = "do-without"
keeps = "80%"
"#;

/// The queue of one team.
#[derive(PartialEq)]
struct Queue {
    /// Its own plans that are not closed.
    open_plans: usize,
    /// That more waits for each of its people than a quarter ago.
    growth: Option<String>,
    /// How many plans of others ask it for something.
    asking: usize,
}

fn share(answers: &Answers<'_>) -> Queue {
    let plans = answers.teams().flat_map(|team| answers.known.plans_of(team));
    let mut queue =
        Queue { open_plans: plans.filter(|plan| plan.closed.is_none()).count(), growth: None, asking: 0 };
    for team in answers.own_teams().filter(|team| !matches!(team.kind, TeamKind::Community { .. })) {
        let asks = answers.known.asked_of(&team.id).iter().filter_map(|id| answers.known.ask(id));
        let asks: Vec<&Ask> = asks.collect();
        if asks.len() >= FEWEST_THEN {
            queue.growth = growth(answers, team, &asks);
            queue.asking = asking(answers, &asks);
        }
    }
    queue
}

fn told(_: &Answers<'_>, queues: &[(&TeamId, &Queue)]) -> Vec<Finding> {
    let all: usize = queues.iter().map(|(_, queue)| queue.open_plans).sum();
    let mut findings = Vec::new();
    for (team, queue) in queues {
        let most = most_plans(team, queue.asking, all - queue.open_plans);
        let signs: Vec<String> = [queue.growth.clone(), most].into_iter().flatten().collect();
        if signs.is_empty() {
            continue;
        }
        findings.push(
            Finding::at(RULE.doc.code, RULE.doc.severity, Address::field(*team, "takes-asks"), signs.join("; ")).with_fix(
                Fix::lines(
                    "offer what is asked most as a self-service, host away teams for the small things, or give an area away",
                    [
                        "# [self-service.NAME]".to_owned(),
                        "# what = \"what one gets\"".to_owned(),
                        "# how  = \"how one gets it\"".to_owned(),
                    ],
                ),
            ),
        );
    }
    findings
}

/// That more waits for each of its people than a quarter ago.
fn growth(answers: &Answers<'_>, team: &Team, asks: &[&Ask]) -> Option<String> {
    let then = answers.as_of.plus_days(-BACK);
    let (mut open_then, mut open_now) = (0, 0);
    for ask in asks {
        let Some(since) = ask.asked.iter().map(|asked| asked.on).min() else { continue };
        let ended = ended_on(answers, ask);
        open_then += usize::from(since <= then && ended.is_none_or(|on| on > then));
        open_now += usize::from(ended.is_none() && answers.is_current(&ask.plan));
    }
    let (people_then, people_now) = (people_on(team, then)?, people_on(team, answers.as_of)?);
    let each = |asks: usize, people: f64| asks as f64 / people.max(1.0);
    if open_then < FEWEST_THEN || each(open_now, people_now) < GROWTH * each(open_then, people_then) {
        return None;
    }
    let people = |people: f64| counted(people.round() as u32, "person").replace("persons", "people");
    Some(format!(
        "{open_now} asks wait at {} ({}); a quarter ago it was {open_then} ({})",
        team.id,
        people(people_now),
        people(people_then),
    ))
}

/// How many plans wait for one of the asks.
fn asking(answers: &Answers<'_>, asks: &[&Ask]) -> usize {
    let asking: BTreeSet<&PlanId> = asks
        .iter()
        .filter(|ask| answers.is_current(&ask.plan) && ask.withdrawn.is_none() && ask.served.is_none())
        .map(|ask| &ask.plan)
        .collect();
    asking.len()
}

/// That most of the `all` open plans of other teams need it.
fn most_plans(team: &TeamId, asking: usize, all: usize) -> Option<String> {
    (asking >= FEWEST_PLANS && asking as f64 >= MOST * all as f64).then(|| {
        format!(
            "{asking} of the {all} plans of other teams ask {team} for something: its queue grows with the number of plans, not \
             with its people",
        )
    })
}

/// The day on which nobody waited for the ask any more; `None` where somebody does.
fn ended_on(answers: &Answers<'_>, ask: &Ask) -> Option<Date> {
    let state = answers.known.ask_state(ask);
    if state.is_open() || state.is_dead() {
        return state.since();
    }
    ask.until.filter(|until| *until < answers.as_of)
}
