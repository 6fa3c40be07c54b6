//! Small organisations, drawn at random: few enough outcomes that every order of them can be tried.
#![allow(clippy::float_cmp, clippy::wildcard_imports)]

use kedge_forecast::calendar::{Calendar, WorkingWeek};
use kedge_forecast::distribution::Effort;
use kedge_forecast::draft::*;
use kedge_forecast::order::Orders;
use kedge_model::Date;
use rand::rngs::Xoshiro256PlusPlus as Generator;
use rand::{RngExt, SeedableRng};

/// An organisation of 1 to 3 teams of 1 or 2 people with 3 to 6 outcomes between them, of 1 to 3 items each, some of
/// which wait for an ask: through another team's queue, or for an item of that team.
pub(crate) fn organisation(number: u64) -> Draft {
    let mut random = Generator::seed_from_u64(number);
    let teams = random.random_range(1..=3_usize);
    let outcomes = random.random_range(3..=6_usize);
    let start = Date::new(2026, 10, 5).unwrap();
    let mut draft = Draft {
        calendar: Calendar::new(start, WorkingWeek::new(&[], vec![]), 800),
        plan_factor: 1.3,
        organisation_factor: 1.15,
        dropped: 0.3,
        teams: (0..teams)
            .map(|team| DraftTeam {
                name: format!("team {team}"),
                people: Some(f64::from(random.random_range(1..=2_u32))),
                focus: 1.0,
                shifts: 0.0,
                changes: vec![],
            })
            .collect(),
        plans: (0..teams)
            .map(|team| DraftPlan { name: format!("plan {team}"), team, horizon: 364, person_week: 0.0 })
            .collect(),
        outcomes: vec![],
        items: vec![],
        landings: vec![],
        asks: vec![],
        tables: vec![],
    };
    for outcome in 0..outcomes {
        let team = random.random_range(0..teams);
        draft.outcomes.push(DraftOutcome {
            name: format!("outcome {outcome}"),
            plan: team,
            // From 1,000 to 50,000 a week.
            value: 1_000.0 * 50.0_f64.powf(random.random::<f64>()) / 7.0,
            value_from: i32::MIN,
            late: (0.0, 0.0),
            due: Some(random.random_range(30..150)),
            horizon: 364,
            product: true,
            live: None,
        });
        let mut before = None;
        for _ in 0..random.random_range(1..=3) {
            let item = item(&mut draft, &mut random, team, Some(outcome));
            draft.items[item].after.extend(before);
            before = Some(item);
            if teams > 1 && random.random_bool(0.3) {
                let other = (team + random.random_range(1..teams)) % teams;
                ask(&mut draft, &mut random, team, other, item);
            }
        }
    }
    draft
}

fn effort(random: &mut Generator) -> Effort {
    let p50 = 2.0 * 10.0_f64.powf(random.random::<f64>());
    Effort::estimate(p50, p50 * random.random_range(1.2..2.5))
}

fn item(draft: &mut Draft, random: &mut Generator, team: usize, outcome: Option<usize>) -> usize {
    let order = draft.items.len() as u32;
    let due = outcome.and_then(|outcome| draft.outcomes[outcome].due).unwrap_or(i32::MAX);
    draft.items.push(DraftItem {
        name: format!("item {order}"),
        team,
        plan: Some(team),
        effort: effort(random),
        crew: 1,
        not_before: i32::MIN,
        after: vec![],
        serves: outcome.into_iter().collect(),
        rank: Rank { due, ..Rank::unranked(order) },
        progress: Progress::Ahead,
    });
    draft.items.len() - 1
}

fn ask(draft: &mut Draft, random: &mut Generator, team: usize, to: usize, gates: usize) {
    let number = draft.asks.len();
    let source = if random.random_bool(0.5) {
        LandingSource::Queue {
            team: to,
            effort: effort(random),
            take_up: random.random_range(0.7..=1.0),
            rank: Rank::unranked(1_000 + number as u32),
        }
    } else {
        LandingSource::Item(item(draft, random, to, None))
    };
    draft.landings.push(DraftLanding { name: format!("landing {number}"), source, load: None });
    draft.asks.push(DraftAsk {
        name: format!("ask {number}"),
        plan: team,
        landing: number,
        items: vec![gates],
        outcomes: vec![],
        chain: vec![],
        dead: false,
        until: None,
    });
}

/// The highest expected net value of any order: every permutation on `screen` trials, the best `kept` of them on `all`.
/// Being the highest of many it is, if anything, too high.
pub(crate) fn brute_force(orders: &Orders<'_>, first: u64, screen: u64, kept: usize, all: u64) -> f64 {
    let mut seen: Vec<(f64, f64, Vec<usize>)> = Vec::new();
    permutations(orders.ranked().to_vec(), 0, &mut |order| {
        let net = orders.net(order, first..first + screen);
        // Orders of outcomes that share no queue come to the same.
        if !seen.iter().any(|known| known.0 == net.mean && known.1 == net.error) {
            seen.push((net.mean, net.error, order.to_vec()));
        }
    });
    seen.sort_by(|a, b| b.0.total_cmp(&a.0));
    let worth = |order: &[usize]| orders.net(order, first..first + all).mean;
    seen.iter().take(kept).map(|known| worth(&known.2)).fold(f64::NEG_INFINITY, f64::max)
}

fn permutations(mut order: Vec<usize>, from: usize, each: &mut impl FnMut(&[usize])) {
    if from + 1 >= order.len() {
        each(&order);
        return;
    }
    for place in from..order.len() {
        order.swap(from, place);
        permutations(order.clone(), from + 1, each);
        order.swap(from, place);
    }
}
