//! Each rule of `forecast.md`, replayed: one trial, and what its log says.
//!
//! Efforts here have no spread (P90 is P50), so that every moment can be worked out by hand. As-of is Monday 5 October
//! 2026.

mod capacity;

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
        spent: simulator.spent[0],
        paid: simulator.paid[0],
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

// Gates and asks.

#[test]
fn an_item_waits_for_all_before_it_and_all_asks_that_gate_it() {
    let mut draft = draft(3.0);
    let a = draft.item("a", 0, 1.0, &[]);
    let b = draft.item("b", 0, 2.0, &[]);
    let c = draft.item("c", 0, 1.0, &[a, b]);
    replay(&draft, Policy::Wait, &[], 0).tells(&[(2.0, "starts c")]);
    draft.ask(LandingSource::On(3), &[c], vec![]);
    draft.ask(LandingSource::On(8), &[c], vec![]);
    replay(&draft, Policy::Wait, &[], 0).tells(&[
        (4.0, "ask 0 lands"),
        (7.0, "ask 1 lands"),
        (7.0, "starts c"),
    ]);
}

#[test]
fn an_ask_that_gates_an_outcome_holds_going_live_and_not_work() {
    let mut draft = draft(1.0);
    draft.item("a", 0, 1.0, &[]);
    let ask = draft.ask(LandingSource::On(7), &[], vec![]);
    draft.asks[ask].outcomes = vec![0];
    let replayed = replay(&draft, Policy::Wait, &[], 0);
    replayed.tells(&[(0.0, "starts a"), (6.0, "outcome of 0 is live")]);
}

#[test]
fn an_ask_opens_at_the_earlier_of_landing_and_the_end_of_the_fallback() {
    let mut draft = draft(1.0);
    let a = draft.item("a", 0, 1.0, &[]);
    draft.ask(LandingSource::On(9), &[a], vec![hack(3.0)]);
    replay(&draft, Policy::StartNow, &[0.0], 0).tells(&[
        (0.0, "hack is taken"),
        (3.0, "open: the fallback hack lives"),
        (3.0, "starts a"),
        (8.0, "ask 0 lands"),
    ]);
    // A descope opens at once.
    draft.asks[0].chain = vec![descope()];
    replay(&draft, Policy::StartNow, &[0.0], 0).tells(&[(0.0, "starts a")]);
}

#[test]
fn an_ask_lands_with_the_item_that_delivers_it_and_that_item_has_gates_of_its_own() {
    let mut draft = draft(1.0);
    draft.teams[1].shifts = 50.0;
    draft.dropped = 1.0;
    let a = draft.item("a", 0, 1.0, &[]);
    let own = draft.item("their own", 1, 2.0, &[]);
    let flag = draft.item("flag", 1, 3.0, &[own]);
    draft.ask(LandingSource::Item(flag), &[a], vec![]);
    for trial in 0..50 {
        replay(&draft, Policy::Wait, &[], trial).tells(&[
            (5.0, "flag ends"),
            (5.0, "ask 0 lands"),
            (5.0, "starts a"),
        ]);
    }
}

#[test]
fn an_ask_through_a_queue_exists_where_it_is_taken_up_and_comes_after_their_own() {
    let mut draft = draft(1.0);
    let a = draft.item("a", 0, 1.0, &[]);
    draft.item("their own", 1, 2.0, &[]);
    draft.ask(queued(3.0, 0.6), &[a], vec![hack(1.0)]);
    let mut taken_up = 0;
    for trial in 0..2_000 {
        let replayed = replay(&draft, Policy::Wait, &[], trial);
        if replayed.says("is taken up") {
            replayed.tells(&[(2.0, "starts landing 0"), (5.0, "ask 0 lands"), (5.0, "starts a")]);
            taken_up += 1;
        } else {
            // Never taken up is not known: nothing happens before decide-by.
            assert!(!replayed.says("starts landing 0"));
            replay(&draft, Policy::Hedge, &[20.0], trial).tells(&[(20.0, "hack is taken")]);
        }
    }
    assert!((1_130..1_270).contains(&taken_up), "{taken_up}");
}

#[test]
fn otherwise_an_ask_lands_from_a_distribution_given_that_it_has_not_yet() {
    let mut draft = draft(1.0);
    let a = draft.item("a", 0, 1.0, &[]);
    let time = Weibull::through(40.0, 0.5, 1.5);
    draft.ask(LandingSource::Chance { take_up: 0.6, time, elapsed: 30 }, &[a], vec![]);
    let n = 4_000;
    let landed = (0..n).filter(|&trial| replay(&draft, Policy::Wait, &[], trial).says("is taken up")).count();
    // Bayes: p S / (p S + 1 - p).
    let beyond = 0.6 * time.survival(30.0);
    let expected = beyond / (beyond + 0.4);
    assert!((landed as f64 / n as f64 - expected).abs() < 0.025, "{landed} {expected}");
    // Landings are on dates and count from the next working morning: a whole number of working days.
    for trial in 0..100 {
        let replayed = replay(&draft, Policy::Wait, &[], trial);
        if replayed.says("lands") {
            assert_eq!(replayed.at("lands").fract(), 0.0);
            assert!(replayed.at("lands") >= 1.0);
        }
    }
}

#[test]
fn what_a_team_has_committed_to_loads_its_queue() {
    let mut draft = draft(1.0);
    draft.ask(LandingSource::Never, &[], vec![]);
    draft.landings[0].load = Some((1, exactly(4.0), Rank { due: 1, ..Rank::unranked(0) }));
    draft.item("their own", 1, 2.0, &[]);
    replay(&draft, Policy::Wait, &[], 0).tells(&[(4.0, "starts their own")]);
}

#[test]
fn a_dead_ask_starts_its_fallback_at_as_of_except_under_wait() {
    let mut draft = draft(1.0);
    let a = draft.item("a", 0, 1.0, &[]);
    let ask = draft.ask(LandingSource::Never, &[a], vec![away_team(0.0, 1.0), hack(3.0)]);
    draft.asks[ask].dead = true;
    for policy in [Policy::Hedge, Policy::AsPlanned, Policy::StartNow] {
        // Refused at once, and for a dead ask the next comes at once.
        let replayed = replay(&draft, policy, &[20.0, 30.0], 0);
        replayed.tells(&[(0.0, "away team is refused"), (0.0, "hack is taken"), (3.0, "starts a")]);
    }
    assert!(!replay(&draft, Policy::Wait, &[20.0, 30.0], 0).says("hack"));
}

#[test]
fn a_shift_drops_an_unstarted_ask_and_its_fallback_starts_that_day() {
    let mut draft = draft(1.0);
    draft.teams[1].shifts = 13.0;
    draft.dropped = 1.0;
    let a = draft.item("a", 0, 1.0, &[]);
    draft.item("their own", 1, 60.0, &[]);
    draft.ask(queued(3.0, 1.0), &[a], vec![hack(2.0)]);
    for trial in 0..20 {
        let replayed = replay(&draft, Policy::Hedge, &[60.0], trial);
        let dropped = replayed.at("ask 0 is dropped");
        replayed.tells(&[
            (dropped, "priorities shift in theirs"),
            (dropped, "hack is taken"),
            (dropped + 2.0, "starts a"),
        ]);
        let wait = replay(&draft, Policy::Wait, &[60.0], trial);
        assert!(wait.says("ask 0 is dropped") && !wait.says("hack"));
    }
    // One that the council ranks is not touched, nor is one that has started.
    let LandingSource::Queue { rank, .. } = &mut draft.landings[0].source else { unreachable!() };
    rank.council = 0;
    assert!(!replay(&draft, Policy::Hedge, &[60.0], 0).says("is dropped"));
}

#[test]
fn a_shift_that_drops_nothing_puts_the_ask_behind_their_own_work() {
    let mut draft = draft(1.0);
    draft.teams[1].shifts = 13.0;
    draft.dropped = 0.0;
    let a = draft.item("a", 0, 1.0, &[]);
    let first = draft.item("their first", 1, 60.0, &[]);
    let second = draft.item("their second", 1, 2.0, &[first]);
    draft.ask(queued(3.0, 1.0), &[a], vec![]);
    let LandingSource::Queue { rank, .. } = &mut draft.landings[0].source else { unreachable!() };
    rank.local = 0;
    draft.items[first].progress = Progress::Started { spent: 0.0 };
    let replayed = replay(&draft, Policy::Wait, &[], 0);
    assert!(replayed.says("ask 0 is put behind the team's own work"));
    replayed.tells(&[(60.0, "starts their second"), (62.0, "starts landing 0")]);
    // Without shifts its rank is the better one.
    draft.teams[1].shifts = 0.0;
    replay(&draft, Policy::Wait, &[], 0).tells(&[(60.0, "starts landing 0"), (63.0, "starts their second")]);
    let _ = second;
}

#[test]
fn asks_that_are_one_need_are_one_item_and_open_every_gate() {
    let mut draft = draft(2.0);
    let a = draft.item("a", 0, 1.0, &[]);
    let b = draft.item("b", 0, 1.0, &[]);
    draft.ask(queued(3.0, 1.0), &[a], vec![]);
    draft.ask(LandingSource::Never, &[b], vec![]);
    draft.asks[1].landing = 0;
    let replayed = replay(&draft, Policy::Wait, &[], 0);
    replayed.tells(&[(3.0, "ask 0 lands"), (3.0, "ask 1 lands"), (3.0, "starts a"), (3.0, "starts b")]);
    assert_eq!(replayed.lines.iter().filter(|(_, what)| what.contains("starts landing")).count(), 1);
}

// Fallbacks.

#[test]
fn the_policies_differ_in_when_the_fallback_is_taken() {
    let mut draft = draft(2.0);
    let a = draft.item("a", 0, 1.0, &[]);
    draft.ask(LandingSource::On(30), &[a], vec![hack(2.0)]);
    let taken = |policy| {
        let replayed = replay(&draft, policy, &[10.0], 0);
        replayed.says("hack is taken").then(|| replayed.at("hack is taken"))
    };
    assert_eq!(taken(Policy::Wait), None);
    assert_eq!(taken(Policy::Hedge), Some(10.0));
    assert_eq!(taken(Policy::StartNow), Some(0.0));
    assert_eq!(taken(Policy::Alone), Some(0.0));
    assert!(replay(&draft, Policy::Hedge, &[10.0], 0).says("ask 0 lands"));
    assert!(!replay(&draft, Policy::Alone, &[10.0], 0).says("ask 0 lands"));
}

#[test]
fn alone_takes_the_first_self_reliant_entry() {
    let mut draft = draft(1.0);
    let a = draft.item("a", 0, 1.0, &[]);
    draft.ask(LandingSource::Never, &[a], vec![away_team(1.0, 1.0), hack(2.0)]);
    let replayed = replay(&draft, Policy::Alone, &[5.0, 8.0], 0);
    replayed.tells(&[(0.0, "hack is taken"), (2.0, "starts a")]);
    assert!(!replayed.says("away team"));
}

#[test]
fn a_refused_entry_is_followed_by_the_next_at_its_own_decide_by() {
    let mut draft = draft(1.0);
    let a = draft.item("a", 0, 1.0, &[]);
    draft.ask(LandingSource::Never, &[a], vec![away_team(0.0, 1.0), hack(2.0)]);
    replay(&draft, Policy::Hedge, &[5.0, 8.0], 0).tells(&[
        (5.0, "away team is refused"),
        (8.0, "hack is taken"),
        (10.0, "starts a"),
    ]);
    replay(&draft, Policy::StartNow, &[5.0, 8.0], 0)
        .tells(&[(0.0, "away team is refused"), (0.0, "hack is taken")]);
}

#[test]
fn an_accepted_entry_ends_in_a_landing_or_is_stopped_at_the_next_decide_by() {
    let mut draft = draft(1.0);
    let a = draft.item("a", 0, 1.0, &[]);
    draft.ask(LandingSource::Never, &[a], vec![away_team(1.0, 2.0), hack(2.0)]);
    let replayed = replay(&draft, Policy::Hedge, &[5.0, 8.0], 0);
    replayed.tells(&[(5.0, "away team is accepted"), (7.0, "ask 0 lands"), (7.0, "starts a")]);
    assert!(!replayed.says("hack"));
    draft.asks[0].chain[0].create = Some((0, exactly(9.0)));
    let replayed = replay(&draft, Policy::Hedge, &[5.0, 8.0], 0);
    replayed.tells(&[(8.0, "away team is stopped"), (8.0, "hack is taken"), (10.0, "starts a")]);
    // What was spent on it is spent.
    assert!((replayed.spent - (3.0 + 2.0 + 1.0)).abs() < 1e-9);
}

#[test]
fn an_away_team_loads_its_host_while_it_works() {
    let mut draft = draft(1.0);
    let a = draft.item("a", 0, 1.0, &[]);
    draft.ask(LandingSource::Never, &[a], vec![away_team(1.0, 4.0)]);
    draft.asks[0].chain[0].guide = Some((1, 0.1));
    let first = draft.item("their first", 1, 1.0, &[]);
    let second = draft.item("their second", 1, 9.0, &[first]);
    draft.item("their third", 1, 1.0, &[second]);
    // Started before the guide is needed: as it was. Started while: slower by a tenth. Started after: as it was.
    draft.items[first].progress = Progress::Started { spent: 0.0 };
    replay(&draft, Policy::StartNow, &[0.0], 0).tells(&[
        (1.0, "starts their second"),
        (11.0, "their second ends"),
        (12.0, "their third ends"),
    ]);
}

#[test]
fn create_never_goes_ahead_of_what_was_ready_in_its_plan_when_it_was_taken() {
    let mut draft = draft(1.0);
    let ready = draft.item("ready", 0, 2.0, &[]);
    let gated = draft.item("gated", 0, 1.0, &[]);
    let after = draft.item("after", 0, 1.0, &[ready]);
    draft.ask(LandingSource::Never, &[gated], vec![hack(3.0)]);
    // Its rank is that of what it gates, which comes before all else.
    draft.asks[0].chain[0].rank.due = 10;
    let replayed = replay(&draft, Policy::StartNow, &[0.0], 0);
    replayed.tells(&[
        (0.0, "starts ready"),
        (2.0, "starts create hack"),
        (5.0, "starts gated"),
        (6.0, "starts after"),
    ]);
    let _ = after;
}

#[test]
fn what_a_fallback_skips_counts_as_done() {
    let mut draft = draft(1.0);
    let big = draft.item("big", 0, 30.0, &[]);
    draft.item("a", 0, 1.0, &[big]);
    draft.ask(LandingSource::Never, &[big], vec![DraftFallback { skips: vec![big], ..hack(2.0) }]);
    let replayed = replay(&draft, Policy::StartNow, &[0.0], 0);
    replayed.tells(&[(0.0, "big need not be done"), (0.0, "starts a"), (1.0, "starts create hack")]);
    assert!((replayed.spent - 3.0).abs() < 1e-9);
}

#[test]
fn what_is_bought_waits_for_its_lead_and_then_for_its_create() {
    let mut draft = draft(1.0);
    let a = draft.item("a", 0, 1.0, &[]);
    let buy = DraftFallback { name: "buy".into(), lead: 14.0, price: 500.0, fee: 2.0, ..hack(3.0) };
    draft.ask(LandingSource::Never, &[a], vec![buy]);
    let replayed = replay(&draft, Policy::StartNow, &[0.0], 0);
    replayed.tells(&[(0.0, "buy is taken"), (10.0, "starts create buy"), (13.0, "starts a")]);
    // Its price when taken, its fee from opening to the horizon: from 21 October, day 17 less one, to day 200.
    assert!((replayed.paid - (500.0 + 2.0 * (200.0 - 17.0 + 1.0))).abs() <= 4.0, "{}", replayed.paid);
    draft.asks[0].chain[0].create = None;
    replay(&draft, Policy::StartNow, &[0.0], 0).tells(&[(10.0, "starts a")]);
}

#[test]
fn what_was_taken_and_does_not_live_runs_at_as_of() {
    let mut draft = draft(1.0);
    let a = draft.item("a", 0, 1.0, &[]);
    draft.ask(LandingSource::On(9), &[a], vec![hack(5.0)]);
    draft.asks[0].chain[0].progress = FallbackProgress::Running { spent: 3.0, waited: 4 };
    for policy in Policy::ALL {
        replay(&draft, policy, &[50.0], 0).tells(&[(0.0, "starts create hack"), (2.0, "starts a")]);
    }
    draft.asks[0].chain[0].progress = FallbackProgress::Live { since: -3 };
    replay(&draft, Policy::Wait, &[50.0], 0).tells(&[(0.0, "starts a")]);
}

#[test]
fn a_landing_meanwhile_drops_stops_or_leaves_the_fallback() {
    let mut draft = draft(1.0);
    let busy = draft.item("busy", 0, 4.0, &[]);
    let a = draft.item("a", 0, 1.0, &[]);
    draft.ask(LandingSource::On(2), &[a], vec![hack(3.0)]);
    draft.asks[0].chain[0].migrate = Some(exactly(2.0));
    // Not started, as people are busy until day 4: dropped, and free.
    let replayed = replay(&draft, Policy::StartNow, &[0.0], 0);
    replayed.tells(&[(3.0, "hack is dropped before it began"), (4.0, "starts a")]);
    assert!((replayed.spent - 5.0).abs() < 1e-9);
    // Running: stopped that day, effort sunk, nothing to leave.
    draft.teams[0].people = Some(2.0);
    draft.asks[0].chain[0].create = Some((0, exactly(8.0)));
    let replayed = replay(&draft, Policy::StartNow, &[0.0], 0);
    replayed.tells(&[(3.0, "hack is stopped"), (3.0, "starts a")]);
    assert!((replayed.spent - (4.0 + 3.0 + 1.0)).abs() < 1e-9);
    assert!(!replayed.says("migrate"));
    // Finished: it lives, and is left once the ask has landed.
    draft.asks[0].chain[0].create = Some((0, exactly(1.0)));
    let replayed = replay(&draft, Policy::StartNow, &[0.0], 0);
    replayed.tells(&[(1.0, "hack lives"), (3.0, "starts migrate hack"), (5.0, "is left: migrated")]);
    let _ = busy;
}

#[test]
fn upkeep_slows_what_starts_while_the_hack_lives() {
    let mut draft = draft(2.0);
    let gate = draft.item("gate", 0, 1.0, &[]);
    draft.ask(LandingSource::On(20), &[gate], vec![hack(1.0)]);
    let fallback = &mut draft.asks[0].chain[0];
    fallback.migrate = Some(exactly(1.0));
    // A fifth of a person-day a day: of two people, a tenth of focus.
    fallback.maintain = 0.2;
    let slow = draft.item("slow", 0, 9.0, &[gate]);
    let migrated = draft.item("later", 0, 9.0, &[slow]);
    draft.items[migrated].not_before = 28;
    let replayed = replay(&draft, Policy::StartNow, &[0.0], 0);
    // `gate` starts at the moment at which the hack opens, before any upkeep.
    replayed.tells(&[(1.0, "starts gate"), (2.0, "starts slow"), (12.0, "slow ends")]);
    replayed.tells(&[(15.0, "ask 0 lands"), (20.0, "starts later"), (29.0, "later ends")]);
    // With nothing left, nothing starts.
    draft.asks[0].chain[0].maintain = 2.0;
    let replayed = replay(&draft, Policy::StartNow, &[0.0], 0);
    assert!(replayed.starved && replayed.says("no time left") && !replayed.says("starts slow"));
}

#[test]
fn migrate_comes_last_within_its_rank() {
    let mut draft = draft(1.0);
    let a = draft.item("a", 0, 1.0, &[]);
    let b = draft.item("b", 0, 1.0, &[]);
    draft.items[b].rank.due = i32::MAX - 1;
    draft.items[b].not_before = 2;
    let c = draft.item("next", 0, 1.0, &[a]);
    draft.ask(LandingSource::On(1), &[a], vec![hack(1.0)]);
    draft.asks[0].chain[0].migrate = Some(exactly(1.0));
    draft.items[a].effort = exactly(4.0);
    replay(&draft, Policy::StartNow, &[0.0], 0).tells(&[
        (1.0, "starts a"),
        (5.0, "starts next"),
        (6.0, "starts b"),
        (7.0, "starts migrate hack"),
    ]);
    let _ = c;
}

// Money.

#[test]
fn value_accrues_from_going_live_to_the_horizon_at_the_share_kept() {
    let mut draft = draft(1.0);
    let a = draft.item("a", 0, 5.0, &[]);
    // Live on Friday, day 4; the horizon is day 200.
    assert!((replay(&draft, Policy::Wait, &[], 0).days[0] - 196.0).abs() < 1e-9);
    draft.outcomes[0].value_from = 50;
    assert!((replay(&draft, Policy::Wait, &[], 0).days[0] - 150.0).abs() < 1e-9);
    draft.outcomes[0].value_from = i32::MIN;
    // A hack that keeps 90 % until it is left on day 28 plus one working day.
    draft.ask(LandingSource::On(25), &[a], vec![hack(5.0)]);
    let fallback = &mut draft.asks[0].chain[0];
    (fallback.keeps, fallback.migrate) = (0.9, Some(exactly(1.0)));
    let replayed = replay(&draft, Policy::StartNow, &[0.0], 0);
    replayed.tells(&[
        (5.0, "starts a"),
        (10.0, "outcome of 0 is live"),
        (20.0, "starts migrate"),
        (21.0, "migrated"),
    ]);
    assert!((replayed.days[0] - (0.9 * (28.0 - 11.0) + (200.0 - 28.0))).abs() < 1e-9, "{}", replayed.days[0]);
    // Never live is nothing.
    assert!(replay(&draft, Policy::Wait, &[], 0).days[0] > 0.0);
    draft.landings[0].source = LandingSource::Never;
    assert_eq!(replay(&draft, Policy::Wait, &[], 0).days[0], 0.0);
}

#[test]
fn shares_kept_multiply_or_the_least_counts_and_a_descope_is_final() {
    let mut draft = draft(1.0);
    let a = draft.item("a", 0, 5.0, &[]);
    draft.ask(LandingSource::On(14), &[a], vec![descope()]);
    draft.ask(LandingSource::On(14), &[a], vec![DraftFallback { keeps: 0.8, ..descope() }]);
    let days = replay(&draft, Policy::StartNow, &[0.0, 0.0], 0).days[0];
    assert!((days - 196.0 * 0.4).abs() < 1e-9, "{days}");
    draft.outcomes[0].product = false;
    let days = replay(&draft, Policy::StartNow, &[0.0, 0.0], 0).days[0];
    assert!((days - 196.0 * 0.5).abs() < 1e-9, "{days}");
}

#[test]
fn a_hack_not_left_by_the_horizon_is_charged_its_leaving_and_its_upkeep() {
    let mut draft = draft(1.0);
    let a = draft.item("a", 0, 1.0, &[]);
    draft.ask(LandingSource::Never, &[a], vec![hack(1.0)]);
    let fallback = &mut draft.asks[0].chain[0];
    (fallback.migrate, fallback.maintain) = (Some(exactly(7.0)), 0.01);
    let replayed = replay(&draft, Policy::StartNow, &[0.0], 0);
    // One day to create, one of work, seven to leave, and 199 calendar days of upkeep.
    assert!((replayed.spent - (1.0 + 1.0 + 7.0 + 1.99)).abs() < 0.03, "{}", replayed.spent);
}

#[test]
fn being_late_costs_once_or_by_the_day_and_a_value_may_be_negative() {
    let mut draft = draft(1.0);
    draft.item("a", 0, 5.0, &[]);
    draft.outcomes[0].due = Some(2);
    draft.outcomes[0].late = (3.0, 100.0);
    draft.outcomes[0].value = -1.0;
    let program = draft.program();
    let mut simulator = Simulator::new(&program);
    let scenario = Scenario {
        stances: vec![],
        decide_by: vec![],
        horizon: program.plans[0].horizon,
        scope: program.whole(),
        given_up: vec![],
    };
    simulator.run(&scenario, Draws::new(1, 0), &mut Record::default());
    // Two days late.
    assert!((simulator.late_cost(0) - 106.0).abs() < 1e-9);
    let (value, ..) = crate::tally::books(&simulator, 0);
    assert!((value + 196.0).abs() < 1e-9);
}

#[test]
fn a_hack_that_lives_at_as_of_costs_upkeep_from_the_first_item_and_spares_what_it_skips() {
    let mut draft = draft(1.0);
    let spared = draft.item("spared", 0, 9.0, &[]);
    draft.item("a", 0, 4.0, &[spared]);
    draft.ask(LandingSource::Never, &[], vec![DraftFallback { skips: vec![spared], ..hack(1.0) }]);
    let fallback = &mut draft.asks[0].chain[0];
    fallback.progress = FallbackProgress::Live { since: -30 };
    // A fifth of a day each day of one person.
    fallback.maintain = 0.2;
    let replayed = replay(&draft, Policy::Wait, &[], 0);
    replayed.tells(&[(0.0, "spared need not be done"), (0.0, "starts a"), (5.0, "a ends")]);
}

#[test]
fn a_landing_after_the_last_useful_day_is_of_no_use() {
    let mut draft = draft(1.0);
    let a = draft.item("a", 0, 1.0, &[]);
    let ask = draft.ask(LandingSource::On(4), &[a], vec![]);
    draft.asks[ask].until = Some(4);
    replay(&draft, Policy::Wait, &[], 0).tells(&[(5.0, "ask 0 lands"), (5.0, "starts a")]);
    draft.asks[ask].until = Some(3);
    let replayed = replay(&draft, Policy::Wait, &[], 0);
    assert!(replayed.says("lands too late") && !replayed.says("starts a"));
}
