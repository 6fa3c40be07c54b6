//! Each rule of `forecast.md`, replayed: one trial, and what its log says.
//!
//! Efforts here have no spread (P90 is P50), so that every moment can be worked out by hand. As-of is Monday 5 October
//! 2026.

mod asks;
mod capacity;
mod fallbacks;
mod money;

use crate::calendar::{Calendar, WorkingWeek};
use crate::distribution::{Effort, Weibull};
use crate::draft::*;
use crate::draw::Draws;
use crate::log::Record;
use crate::policy::Policy;
use crate::program::Program;
use crate::scenario::Scenario;
use crate::trial::Simulator;
use kedge_model::Date;

fn calendar() -> Calendar {
    Calendar::new(Date::new(2026, 10, 5).unwrap(), WorkingWeek::new(&[], vec![]), 700)
}

fn exactly(days: f64) -> Effort {
    Effort::estimate(days, days)
}

/// A draft with a plan of team `ours` (0), which serves one outcome worth 7 a week, due after a hundred days with a
/// horizon of two hundred, and a team `theirs` (1).
fn draft(people: f64) -> Draft {
    let team = |name: &str, people| DraftTeam {
        name: name.into(),
        people: Some(people),
        changes: vec![],
        focus: 1.0,
        shifts: 0.0,
    };
    Draft {
        calendar: calendar(),
        plan_factor: 1.0,
        organisation_factor: 1.0,
        dropped: 0.3,
        teams: vec![team("ours", people), team("theirs", 1.0)],
        plans: vec![plan("plan", 0), plan("their plan", 1)],
        outcomes: vec![outcome(0), outcome(1)],
        items: vec![],
        landings: vec![],
        asks: vec![],
        tables: vec![],
    }
}

fn plan(name: &str, team: usize) -> DraftPlan {
    DraftPlan { name: name.into(), team, horizon: 200, person_week: 0.0 }
}

fn outcome(plan: usize) -> DraftOutcome {
    DraftOutcome {
        name: format!("outcome of {plan}"),
        plan,
        value: 1.0,
        value_from: i32::MIN,
        late: (0.0, 0.0),
        due: Some(100),
        horizon: 200,
        product: true,
        live: None,
    }
}

impl Draft {
    /// Adds an item of plan and team `owner` and gives its index.
    fn item(&mut self, name: &str, owner: usize, days: f64, after: &[usize]) -> usize {
        let order = self.items.len() as u32;
        self.items.push(DraftItem {
            name: name.into(),
            team: owner,
            plan: Some(owner),
            effort: exactly(days),
            crew: 1,
            not_before: i32::MIN,
            after: after.to_vec(),
            serves: vec![owner],
            rank: Rank { due: 100, ..Rank::unranked(order) },
            progress: Progress::Ahead,
        });
        self.items.len() - 1
    }

    /// Adds an ask of `ours` that gates these items.
    fn ask(&mut self, source: LandingSource, items: &[usize], chain: Vec<DraftFallback>) -> usize {
        let number = self.asks.len();
        self.landings.push(DraftLanding { name: format!("landing {number}"), source, load: None });
        self.asks.push(DraftAsk {
            name: format!("ask {number}"),
            plan: 0,
            landing: self.landings.len() - 1,
            items: items.to_vec(),
            outcomes: vec![],
            chain,
            dead: false,
            until: None,
        });
        number
    }
}

fn queued(days: f64, take_up: f64) -> LandingSource {
    LandingSource::Queue { team: 1, effort: exactly(days), take_up, rank: Rank::unranked(1_000) }
}

fn hack(days: f64) -> DraftFallback {
    DraftFallback {
        name: "hack".into(),
        odds: None,
        lands: false,
        create: Some((0, exactly(days))),
        rank: Rank { due: 100, ..Rank::unranked(1_000) },
        migrate: None,
        maintain: 0.0,
        keeps: 1.0,
        skips: vec![],
        price: 0.0,
        fee: 0.0,
        lead: 0.0,
        guide: None,
        progress: FallbackProgress::Ahead,
    }
}

fn descope() -> DraftFallback {
    DraftFallback { name: "descope".into(), create: None, keeps: 0.5, ..hack(1.0) }
}

fn away_team(odds: f64, days: f64) -> DraftFallback {
    DraftFallback { name: "away team".into(), odds: Some(odds), lands: true, ..hack(days) }
}

/// The trial under a policy, with these decide-bys per fallback.
struct Replay {
    lines: Vec<(f64, String)>,
    live: Vec<f64>,
    days: Vec<f64>,
    spent: f64,
    paid: f64,
    starved: bool,
}

fn replay(draft: &Draft, policy: Policy, decide_by: &[f64], trial: u64) -> Replay {
    let program = draft.program();
    let stances = (0..program.asks.len() as u32).map(|ask| program.stance(ask, policy, decide_by)).collect();
    run(&program, stances, decide_by, trial)
}

fn run(program: &Program, stances: Vec<crate::scenario::Stance>, decide_by: &[f64], trial: u64) -> Replay {
    let mut moments = decide_by.to_vec();
    moments.resize(program.fallbacks.len(), f64::INFINITY);
    let scenario = Scenario {
        stances,
        decide_by: moments,
        horizon: program.plans[0].horizon,
        scope: program.whole(),
        given_up: vec![],
    };
    let mut simulator = Simulator::new(program);
    let mut record = Record::default();
    simulator.run(&scenario, Draws::new(1, trial), &mut record);
    // Twice on the same buffers: nothing of a trial may be left in the next.
    let first = record.lines(program);
    let mut again = Record::default();
    simulator.run(&scenario, Draws::new(1, trial), &mut again);
    assert_eq!(first, again.lines(program));
    Replay {
        lines: first.into_iter().map(|line| (line.moment, line.what)).collect(),
        live: simulator.outcomes.iter().map(|outcome| outcome.live).collect(),
        days: simulator.outcomes.iter().map(|outcome| outcome.days).collect(),
        spent: simulator.plans[0].spent,
        paid: simulator.plans[0].paid,
        starved: simulator.teams[0].starved,
    }
}

impl Replay {
    /// The moment of the first line with this beginning or part.
    fn at(&self, part: &str) -> f64 {
        let line = self.lines.iter().find(|(_, what)| what.contains(part));
        line.unwrap_or_else(|| panic!("no line with {part:?} in {:#?}", self.lines)).0
    }

    fn says(&self, part: &str) -> bool {
        self.lines.iter().any(|(_, what)| what.contains(part))
    }

    /// Asserts that these happen at these moments.
    fn tells(&self, story: &[(f64, &str)]) {
        for (moment, part) in story {
            let at = self.at(part);
            assert!((at - moment).abs() < 1e-6, "{part:?} at {at}, not {moment}: {:#?}", self.lines);
        }
    }
}

// The clock and the queue.

#[test]
fn due_is_the_end_of_that_day_and_a_landing_counts_from_the_next_morning() {
    // Five days of work from Monday morning end on Friday; the moment is Friday's, not Monday's.
    let mut work = draft(1.0);
    work.item("a", 0, 5.0, &[]);
    let replayed = replay(&work, Policy::Wait, &[], 0);
    assert_eq!(work.calendar.date_of(replayed.live[0]).to_string(), "2026-10-09");
    assert!(replayed.live[0] < work.calendar.end(4));
    // An ask that lands on Friday opens its gate on Monday.
    let mut landing = draft(1.0);
    let ask = landing.ask(LandingSource::On(4), &[], vec![]);
    landing.asks[ask].outcomes = vec![0];
    let replayed = replay(&landing, Policy::Wait, &[], 0);
    assert_eq!(work.calendar.date_of(replayed.live[0]).to_string(), "2026-10-12");
    assert!(replayed.live[0] >= work.calendar.end(4));
}

#[test]
fn at_one_moment_ends_come_before_landings_and_landings_before_takings() {
    // The ask lands at the very moment at which its fallback would be taken: it is not taken.
    let mut draft = draft(1.0);
    let a = draft.item("a", 0, 1.0, &[]);
    draft.ask(LandingSource::On(1), &[a], vec![hack(1.0)]);
    let replayed = replay(&draft, Policy::Hedge, &[2.0], 0);
    replayed.tells(&[(2.0, "ask 0 lands"), (2.0, "starts a")]);
    assert!(!replayed.says("is taken"));
}

#[test]
fn a_crew_holds_its_people_for_effort_over_crew_and_focus_and_costs_the_effort() {
    let mut draft = draft(2.0);
    draft.teams[0].focus = 0.5;
    let a = draft.item("a", 0, 4.0, &[]);
    draft.items[a].crew = 2;
    let replayed = replay(&draft, Policy::Wait, &[], 0);
    replayed.tells(&[(0.0, "starts a"), (4.0, "a ends")]);
    assert!((replayed.spent - 4.0).abs() < 1e-9);
}

#[test]
fn nobody_overtakes_an_item_that_waits_for_people() {
    let mut draft = draft(2.0);
    let long = draft.item("long", 0, 4.0, &[]);
    let pair = draft.item("pair", 0, 2.0, &[]);
    let small = draft.item("small", 0, 1.0, &[]);
    draft.items[pair].crew = 2;
    let replayed = replay(&draft, Policy::Wait, &[], 0);
    replayed.tells(&[(0.0, "starts long"), (4.0, "starts pair"), (5.0, "starts small")]);
    // One that needs more people than there are never starts and holds nobody up.
    draft.items[pair].crew = 3;
    let replayed = replay(&draft, Policy::Wait, &[], 0);
    replayed.tells(&[(0.0, "starts long"), (0.0, "starts small")]);
    assert!(!replayed.says("pair"));
    assert!(replayed.live[0].is_infinite());
    let _ = (long, small);
}

#[test]
fn people_take_by_council_then_own_rank_then_due_then_own_before_asks_then_file_order() {
    let mut draft = draft(1.0);
    for name in ["file", "due", "ranked", "council"] {
        draft.item(name, 0, 1.0, &[]);
    }
    draft.items[1].rank.due = 50;
    draft.items[2].rank.local = 0;
    draft.items[3].rank.council = 0;
    // An ask with the same due date as `file` comes after it.
    let rank = Rank { due: 100, ..Rank::unranked(0) };
    let source = LandingSource::Queue { team: 0, effort: exactly(1.0), take_up: 1.0, rank };
    draft.ask(source, &[], vec![]);
    // Started work runs first whatever its rank.
    let begun = draft.item("begun", 0, 1.0, &[]);
    draft.items[begun].progress = Progress::Started { spent: 0.0 };
    draft.items[begun].rank.due = i32::MAX;
    replay(&draft, Policy::Wait, &[], 0).tells(&[
        (0.0, "starts begun"),
        (1.0, "starts council"),
        (2.0, "starts ranked"),
        (3.0, "starts due"),
        (4.0, "starts file"),
        (5.0, "starts landing 0"),
    ]);
}

#[test]
fn done_costs_nothing_and_started_work_has_what_is_left() {
    let mut draft = draft(1.0);
    let done = draft.item("done", 0, 50.0, &[]);
    draft.items[done].progress = Progress::Done;
    let left = draft.item("left", 0, 5.0, &[done]);
    draft.items[left].progress = Progress::Started { spent: 2.0 };
    let replayed = replay(&draft, Policy::Wait, &[], 0);
    replayed.tells(&[(0.0, "starts left"), (3.0, "left ends")]);
    assert!((replayed.spent - 3.0).abs() < 1e-9);
    // Without `left`, the draw is given what was spent: never less than that.
    draft.items[left].effort = Effort::estimate(5.0, 10.0);
    draft.items[left].progress = Progress::Started { spent: 30.0 };
    for trial in 0..200 {
        assert!(replay(&draft, Policy::Wait, &[], trial).live[0] >= 0.0);
    }
}

#[test]
fn work_waits_for_its_period_and_started_work_does_not() {
    let mut draft = draft(2.0);
    let a = draft.item("later", 0, 1.0, &[]);
    let b = draft.item("begun", 0, 1.0, &[]);
    for item in [a, b] {
        draft.items[item].not_before = 7;
    }
    draft.items[b].progress = Progress::Started { spent: 0.0 };
    replay(&draft, Policy::Wait, &[], 0).tells(&[(0.0, "starts begun"), (5.0, "starts later")]);
    // A fallback does not wait for the period either.
    draft.ask(LandingSource::Never, &[a], vec![hack(1.0)]);
    replay(&draft, Policy::StartNow, &[0.0], 0).tells(&[(0.0, "starts create hack"), (5.0, "starts later")]);
}

#[test]
fn work_of_a_plan_shares_a_factor_and_an_ask_takes_that_of_the_asked_team() {
    let mut draft = draft(1.0);
    draft.plan_factor = 1.3;
    draft.organisation_factor = 1.15;
    let a = draft.item("a", 0, 10.0, &[]);
    draft.item("b", 0, 20.0, &[a]);
    let ask = draft.ask(queued(10.0, 1.0), &[], vec![]);
    draft.item("c", 1, 10.0, &[]);
    let mut differs = 0;
    for trial in 0..50 {
        let replayed = replay(&draft, Policy::Wait, &[], trial);
        let first = replayed.at("a ends");
        assert!((replayed.at("b ends") - 3.0 * first).abs() < 1e-9);
        // Behind `c`, so its own length is from there.
        let length = replayed.at("landing 0 ends") - replayed.at("c ends");
        differs += u32::from((length - first).abs() > 1e-6);
    }
    assert_eq!(differs, 50);
    let _ = ask;
}
