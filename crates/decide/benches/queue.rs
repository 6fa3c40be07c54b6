//! How long the queue of a large organisation takes, and one move in it with what it does.
//!
//! 1,000 teams with five plans each: 10,000 asks, of which every fifth says in other words what another says, 50,000 work
//! items, and platforms that many ask. Prints `queue.build_s`, the queue from what stands to its ranked lines (a median) and,
//! with it, the queue of the team that most ask made ready to be moved in, as its page does when it is opened; and
//! `queue.move_ms`, the new order of a team's queue and what it does as the page shows it: the slowest of ten moves, the first
//! among them, in the queue of an ordinary team. Beside them the same in the queue that most ask, and the medians.
//! `cargo bench -p kedge-decide --bench queue`
#![allow(clippy::unwrap_used)]

use kedge_decide::{Destination, Moves, Queue, move_line, queue};
use kedge_floor::standing_as_known;
use kedge_forecast::Options;
use kedge_model::{
    Ask, AskId, Asked, Confirmation, ConfirmationLog, Council, Date, Effort, Fact, Fallback, FallbackKind,
    Meta, Organisation, Outcome, OutcomeId, Period, Person, PersonId, Plan, PlanId, Reference, Role, Scope,
    Settings, Share, Slug, Team, TeamId, TeamKind, Work, WorkId, WorkTime,
};
use std::time::Instant;

const TEAMS: usize = 1_000;
const PLANS: usize = 5;
const WORK: usize = 10;
const ASKS: usize = 2;
const RUNS: usize = 9;

const VERBS: [&str; 12] = [
    "stream", "flag", "export", "limit", "table", "hook", "report", "search", "token", "label", "alert",
    "batch",
];
const THINGS: [&str; 40] = [
    "orders",
    "refunds",
    "parcels",
    "carts",
    "vouchers",
    "returns",
    "ledgers",
    "invoices",
    "customers",
    "sessions",
    "clicks",
    "views",
    "prices",
    "stocks",
    "shelves",
    "routes",
    "vans",
    "drivers",
    "letters",
    "coupons",
    "points",
    "cards",
    "banks",
    "taxes",
    "mails",
    "phones",
    "images",
    "videos",
    "texts",
    "maps",
    "stores",
    "tills",
    "staff",
    "shifts",
    "meters",
    "sensors",
    "boxes",
    "crates",
    "pallets",
    "docks",
];

/// A number of a hash that is not that of the standard library: the same on every machine.
fn mixed(number: usize) -> usize {
    let mut state = number as u64 ^ 0x9e37_79b9_7f4a_7c15;
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (state ^ (state >> 31)) as usize
}

fn slug(text: &str) -> Slug {
    text.parse().unwrap()
}

fn team_id(team: usize) -> TeamId {
    format!("team-{team:04}").parse().unwrap()
}

/// What ask number `ask` says; every fifth says what another to the same team says, in another order.
fn what(to: usize, ask: usize) -> String {
    let (same, of) = if ask.is_multiple_of(5) { (true, to) } else { (false, ask + 7_919) };
    let word = |at: usize| THINGS[mixed(of * 31 + at) % THINGS.len()];
    let verb = VERBS[mixed(of) % VERBS.len()];
    if same && ask.is_multiple_of(2) {
        format!("{}, {}, {} and {} in one {verb} for {}", word(3), word(2), word(1), word(0), word(4))
    } else {
        format!("A {verb} of {} and {} with {}, {} and {}", word(0), word(1), word(2), word(3), word(4))
    }
}

fn effort(median: usize, most: usize) -> Effort {
    Effort::quantiles(WorkTime::weeks(median as u16), WorkTime::weeks(most as u16)).unwrap()
}

fn organisation() -> Organisation {
    let mut facts: Vec<Fact> = vec![Settings { name: "Large".into(), ..Settings::default() }.into()];
    let mut confirmed = Vec::new();
    for team in 0..TEAMS {
        let own = team_id(team);
        let mut it = Team::new(own.clone(), TeamKind::Stream);
        it.stated_people = Some(4 + (team % 7) as u32);
        it.rank = vec![Reference::new(own.clone(), slug("outcome-0-0"))];
        it.persons.insert(slug("lead"), person());
        facts.push(it.into());
        for number in 0..PLANS {
            let plan = PlanId::new(own.clone(), slug(&format!("plan-{number}")));
            let mut it = Plan::new(plan.clone());
            it.title = Some(format!("Plan {number} of team {team}"));
            it.period = Period::new("2026-10-01".parse().unwrap(), "2026-12-31".parse().unwrap());
            facts.push(it.into());
            for outcome in 0..2 {
                let id = OutcomeId::new(own.clone(), slug(&format!("outcome-{number}-{outcome}")));
                let mut it = Outcome::new(id.clone(), plan.clone());
                it.claim = Some(format!("{}k/week", 10 + (team * 7 + number) % 60).parse().unwrap());
                it.due = Some(format!("2026-1{}-1{}", number % 3, team % 9).parse().unwrap());
                if mixed(team * 10 + number).is_multiple_of(3) {
                    let value = it.claim.clone().unwrap();
                    let who = PersonId::new(TeamId::council(), slug("ines"));
                    let on = "2026-10-01".parse().unwrap();
                    let entries = vec![Confirmation { value, on, who, meta: Meta::default() }];
                    confirmed.push(ConfirmationLog { by: TeamId::council(), outcome: id, entries });
                }
                facts.push(it.into());
            }
            for work in 0..WORK {
                let id = |work: usize| WorkId::new(own.clone(), slug(&format!("work-{number}-{work}")));
                let mut it = Work::new(id(work), plan.clone());
                it.serves =
                    vec![OutcomeId::new(own.clone(), slug(&format!("outcome-{number}-{}", work % 2)))];
                it.effort = Some(effort(1 + (team + work) % 4, 5 + (team + work) % 5));
                it.after = work.checked_sub(2).map(id).into_iter().collect();
                facts.push(it.into());
            }
            for ask in 0..ASKS {
                let all = (team * PLANS + number) * ASKS + ask;
                // Every tenth ask is to one of twenty platforms.
                let to =
                    if mixed(all).is_multiple_of(10) { mixed(all + 1) % 20 } else { mixed(all + 2) % TEAMS };
                let to = if to == team { (to + 1) % TEAMS } else { to };
                let id = AskId::new(own.clone(), slug(&format!("ask-{number}-{ask}")));
                let mut it = Ask::new(id, plan.clone(), team_id(to), what(to, all));
                it.asked = vec![Asked { on: "2026-09-20".parse().unwrap(), how: None }];
                it.wanted = Some("2026-11-11".parse().unwrap());
                it.effort = (!all.is_multiple_of(7)).then(|| effort(1 + all % 3, 4));
                it.gates = vec![Reference::new(own.clone(), slug(&format!("work-{number}-{ask}")))];
                it.fallbacks = vec![Fallback {
                    create: Some(effort(2, 3)),
                    keeps: Share::percent([0, 50, 90, 100][all % 4]),
                    ..Fallback::new(slug("hack"), FallbackKind::Hack)
                }];
                facts.push(it.into());
            }
        }
    }
    let mut council = Council::default();
    council.persons.insert(slug("ines"), Person { roles: vec![Role::Stakeholder], ..person() });
    facts.push(council.into());
    facts.extend(confirmed.into_iter().map(Fact::from));
    Organisation::build(Scope::Whole, facts).unwrap()
}

fn person() -> Person {
    Person {
        name: None,
        roles: vec![Role::Lead],
        share: Share::ONE,
        from: None,
        until: None,
        git: Vec::new(),
        meta: Meta::default(),
    }
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Milliseconds in which a team's queue is made ready, and of each move in it, the first one first.
fn moves(organisation: &Organisation, queue: &Queue, team: &TeamId, as_of: Date) -> (f64, Vec<f64>) {
    let lines = queue.as_recorded(team);
    let start = Instant::now();
    let ready = Moves::near(organisation, team, Options::on(as_of)).unwrap();
    let prepared = start.elapsed().as_secs_f64() * 1e3;
    let times = (0..=RUNS).map(|run| {
        let (what, before) = (lines[lines.len() - 1 - run % 3], lines[run % 2]);
        let start = Instant::now();
        let to = Destination::Before(before.name.clone());
        let moving = move_line(organisation, queue, &what.name, &to).unwrap();
        let moved = ready.effect(organisation, moving).unwrap();
        let time = start.elapsed().as_secs_f64() * 1e3;
        assert!(moved.moving.changes_anything() && !moved.sentence.is_empty());
        time
    });
    (prepared, times.collect())
}

fn slowest(times: &[f64]) -> f64 {
    times.iter().copied().fold(0.0, f64::max)
}

fn main() {
    let as_of: Date = "2026-10-14".parse().unwrap();
    let organisation = organisation().known_on(as_of);
    let standing = standing_as_known(&organisation, as_of);
    let mut made = None;
    let times = (0..RUNS).map(|_| {
        let start = Instant::now();
        made = Some(queue(&organisation, &standing, None, as_of));
        start.elapsed().as_secs_f64()
    });
    let build = median(times.collect());
    let queue = made.unwrap();
    let asks: usize = queue.lines.iter().map(|line| line.asks.len()).sum();
    let joined = queue.lines.iter().filter(|line| line.asks.len() > 1).count();
    let mut by_size: Vec<(usize, TeamId)> = (0..TEAMS)
        .map(|team| (queue.as_recorded(&team_id(team)).len(), team_id(team)))
        .filter(|(lines, _)| *lines > 3)
        .collect();
    by_size.sort();
    let (lines, ordinary) = &by_size[by_size.len() / 2];
    let (most_lines, most_asked) = &by_size[by_size.len() - 1];
    eprintln!("{asks} asks of {TEAMS} teams in {} lines, {joined} of several asks", queue.lines.len());
    let of = |lines: &usize, team: &TeamId| {
        let (prepared, times) = moves(&organisation, &queue, team, as_of);
        let (first, all) = (times[0], slowest(&times));
        let middle = median(times);
        eprintln!(
            "of {lines} lines: ready in {prepared:.0} ms; the first move {first:.1} ms, median {middle:.1}, slowest {all:.1}"
        );
        (prepared, all)
    };
    let (_, ordinary) = of(lines, ordinary);
    let (prepared, _) = of(most_lines, most_asked);
    eprintln!("the ranked lines alone {build:.3} s");
    let build = build + prepared / 1e3;
    println!("queue.build_s {build:.3} s");
    println!("queue.move_ms {ordinary:.1} ms");
}
