//! Whole trials against formulas: chains of sums, maxima, a server's queue, shifts, landings. Every deviation is measured
//! in its own standard errors; the seeds are fixed, and 3.5 is exceeded by one correct figure in two thousand.
#![allow(clippy::unwrap_used)]

use kedge_forecast::calendar::{Calendar, WorkingWeek};
use kedge_forecast::distribution::{Effort, Lognormal, Weibull, Z90};
use kedge_forecast::draft::*;
use kedge_model::{Date, Weekday};
use statrs::distribution::{ContinuousCDF, LogNormal};

const TRIALS: u64 = 40_000;
const FAR: i32 = 20_000;

/// Two teams, `ours` with so many people and `theirs` with one, with a plan and an outcome each; every day is worked, so
/// that days of work and of the calendar are the same.
fn draft(people: f64) -> Draft {
    let team = |name: &str, people| DraftTeam {
        name: name.into(),
        people: Some(people),
        focus: 1.0,
        shifts: 0.0,
        changes: Vec::new(),
    };
    let plan = |team| DraftPlan { name: format!("plan {team}"), team, horizon: FAR, person_week: 0.0 };
    let outcome = |plan| DraftOutcome {
        name: format!("outcome {plan}"),
        plan,
        value: 0.0,
        value_from: i32::MIN,
        late: (0.0, 0.0),
        due: None,
        horizon: FAR,
        product: true,
        live: None,
    };
    let monday = Date::new(2026, 10, 5).unwrap();
    Draft {
        calendar: Calendar::new(monday, WorkingWeek::new(&Weekday::ALL, vec![]), FAR),
        plan_factor: 1.0,
        organisation_factor: 1.0,
        dropped: 0.0,
        teams: vec![team("ours", people), team("theirs", 1.0)],
        plans: vec![plan(0), plan(1)],
        outcomes: vec![outcome(0), outcome(1)],
        items: vec![],
        landings: vec![],
        asks: vec![],
        tables: vec![],
    }
}

/// Adds an item of a team; its place in the queue is the order in which it was added.
fn item(draft: &mut Draft, team: usize, effort: Effort, after: &[usize]) -> usize {
    let index = draft.items.len();
    draft.items.push(DraftItem {
        name: format!("item {index}"),
        team,
        plan: Some(team),
        effort,
        crew: 1,
        not_before: i32::MIN,
        after: after.to_vec(),
        serves: vec![team],
        rank: Rank::unranked(index as u32),
        progress: Progress::Ahead,
    });
    index
}

/// An ask of our plan that gates its outcome.
fn ask(draft: &mut Draft, source: LandingSource) {
    let landing = draft.landings.len();
    draft.landings.push(DraftLanding { name: format!("landing {landing}"), source, load: None });
    draft.asks.push(DraftAsk {
        name: format!("ask {landing}"),
        plan: 0,
        landing,
        items: vec![],
        outcomes: vec![0],
        chain: vec![],
        dead: false,
        until: None,
    });
}

fn lognormal(median: f64, sigma: f64) -> Effort {
    Effort::Estimate { lognormal: Lognormal { mu: median.ln(), sigma }, overruns: false }
}

fn mean(median: f64, sigma: f64) -> f64 {
    median * (sigma * sigma / 2.0).exp()
}

fn variance(median: f64, sigma: f64) -> f64 {
    mean(median, sigma).powi(2) * (sigma * sigma).exp_m1()
}

/// The moment at which an item ended, trial by trial.
fn ends(draft: &Draft, item: usize) -> Vec<f64> {
    let program = draft.program();
    let mut trials = program.trials();
    (0..TRIALS)
        .map(|trial| {
            trials.run(11, trial);
            trials.ended(item)
        })
        .collect()
}

/// The moment at which our outcome went live, trial by trial.
fn lives(draft: &Draft) -> Vec<f64> {
    let program = draft.program();
    let mut trials = program.trials();
    (0..TRIALS)
        .map(|trial| {
            trials.run(11, trial);
            trials.live(0)
        })
        .collect()
}

fn average(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The mean is `expected`, within what so many trials leave open.
fn has_mean(values: &[f64], expected: f64) {
    let found = average(values);
    let spread = average(&values.iter().map(|x| (x - found).powi(2)).collect::<Vec<_>>()).sqrt();
    let errors = (found - expected) / (spread / (values.len() as f64).sqrt());
    assert!(errors.abs() < 3.5, "mean {found}, expected {expected}: {errors} standard errors");
}

fn has_variance(values: &[f64], expected: f64) {
    let middle = average(values);
    let squares: Vec<f64> = values.iter().map(|x| (x - middle).powi(2)).collect();
    has_mean(&squares, expected);
}

/// The share of trials in which `holds` is `expected`, within what so many trials leave open.
fn has_share(values: &[f64], holds: impl Fn(f64) -> bool, expected: f64) {
    let found = values.iter().filter(|&&x| holds(x)).count() as f64 / values.len() as f64;
    let errors = (found - expected) / (expected * (1.0 - expected) / values.len() as f64).sqrt();
    assert!(errors.abs() < 3.5, "share {found}, expected {expected}: {errors} standard errors");
}

#[test]
fn a_chain_takes_the_sum_of_its_items() {
    let parts = [(3.0, 0.6), (10.0, 0.3), (1.0, 1.0), (5.0, 0.6), (2.0, 0.0)];
    let mut draft = draft(3.0);
    let mut last = None;
    for (median, sigma) in parts {
        let after: Vec<usize> = last.into_iter().collect();
        last = Some(item(&mut draft, 0, lognormal(median, sigma), &after));
    }
    let ends = ends(&draft, last.unwrap());
    has_mean(&ends, parts.iter().map(|&(median, sigma)| mean(median, sigma)).sum());
    has_variance(&ends, parts.iter().map(|&(median, sigma)| variance(median, sigma)).sum());
}

#[test]
fn a_shared_factor_spreads_a_sum_as_a_whole() {
    // With a factor F common to all, independent of the sum S: E = E[F] E[S], E of the square = E[F²] E[S²].
    let parts = [(3.0, 0.6), (10.0, 0.3), (5.0, 0.6)];
    let mut draft = draft(1.0);
    draft.plan_factor = 1.3;
    draft.organisation_factor = 1.15;
    let last = parts.map(|(median, sigma)| item(&mut draft, 0, lognormal(median, sigma), &[]))[2];
    let ends = ends(&draft, last);
    let sigma = (1.3_f64.ln() / Z90).hypot(1.15_f64.ln() / Z90);
    let sum: f64 = parts.iter().map(|&(median, sigma)| mean(median, sigma)).sum();
    let spread: f64 = parts.iter().map(|&(median, sigma)| variance(median, sigma)).sum();
    has_mean(&ends, sum * mean(1.0, sigma));
    has_variance(
        &ends,
        (spread + sum * sum) * (2.0 * sigma * sigma).exp() - (sum * mean(1.0, sigma)).powi(2),
    );
}

#[test]
fn what_waits_for_several_items_waits_for_the_last_of_them() {
    // With people enough, P(all done by x) is the product of the items' own.
    let parts = [(3.0, 0.6), (4.0, 0.3), (2.0, 1.0), (4.0, 0.6)];
    let mut draft = draft(4.0);
    for (median, sigma) in parts {
        item(&mut draft, 0, lognormal(median, sigma), &[]);
    }
    let live = lives(&draft);
    for x in [2.5_f64, 4.0, 5.0, 6.5, 8.0, 12.0, 20.0] {
        let each =
            parts.map(|(median, sigma): (f64, f64)| LogNormal::new(median.ln(), sigma).unwrap().cdf(x));
        has_share(&live, |live| live <= x, each.iter().product());
    }
}

#[test]
fn one_person_does_one_after_the_other_in_the_order_of_rank() {
    // The end of the kth is the sum of the first k, whatever their order in the files.
    let parts = [(8.0, 0.6), (2.0, 0.6), (5.0, 0.3), (1.0, 1.0)];
    let order = [2, 0, 3, 1];
    let mut draft = draft(1.0);
    for (index, (median, sigma)) in parts.into_iter().enumerate() {
        item(&mut draft, 0, lognormal(median, sigma), &[]);
        draft.items[index].rank.local = order.iter().position(|&one| one == index).unwrap() as u32;
    }
    let (mut sum, mut spread) = (0.0, 0.0);
    for index in order {
        sum += mean(parts[index].0, parts[index].1);
        spread += variance(parts[index].0, parts[index].1);
        let ends = ends(&draft, index);
        has_mean(&ends, sum);
        has_variance(&ends, spread);
    }
}

#[test]
fn nobody_is_interrupted_for_what_ranks_higher() {
    // The urgent item comes on day 6 and starts when the one that runs is done: E[max(6, X)] + E[Y].
    let mut draft = draft(1.0);
    let urgent = item(&mut draft, 0, lognormal(2.0, 0.4), &[]);
    draft.items[urgent].not_before = 6;
    item(&mut draft, 0, lognormal(5.0, 0.7), &[]);
    let running = LogNormal::new(5.0_f64.ln(), 0.7).unwrap();
    // E[X; X > c] of a lognormal is its mean times the chance that one with mu + sigma² exceeds c.
    let shifted = LogNormal::new(5.0_f64.ln() + 0.49, 0.7).unwrap();
    let start = 6.0 * running.cdf(6.0) + mean(5.0, 0.7) * shifted.sf(6.0);
    has_mean(&ends(&draft, urgent), start + mean(2.0, 0.4));
}

#[test]
fn of_two_people_the_first_to_be_done_takes_the_next() {
    // The third item starts at the least of the first two: E[min] is the integral of the product of their tails.
    let mut draft = draft(2.0);
    let (a, b) = ((4.0, 0.6), (5.0, 0.3));
    item(&mut draft, 0, lognormal(a.0, a.1), &[]);
    item(&mut draft, 0, lognormal(b.0, b.1), &[]);
    let third = item(&mut draft, 0, lognormal(3.0, 0.5), &[]);
    let [a, b] = [a, b].map(|(median, sigma): (f64, f64)| LogNormal::new(median.ln(), sigma).unwrap());
    let step = 1e-3;
    let least: f64 = (0..60_000).map(|i| (f64::from(i) + 0.5) * step).map(|x| a.sf(x) * b.sf(x) * step).sum();
    has_mean(&ends(&draft, third), least + mean(3.0, 0.5));
}

#[test]
fn what_is_resampled_has_the_mean_and_the_variance_of_the_past() {
    let past = [2.0, 3.0, 3.0, 5.0, 12.0];
    let mut draft = draft(1.0);
    draft.tables.extend(past);
    let effort = Effort::Table { first: 0, length: 5, interpolate: false };
    let first = item(&mut draft, 0, effort, &[]);
    let second = item(&mut draft, 0, effort, &[first]);
    let middle = average(&past);
    let spread = average(&past.map(|x| (x - middle).powi(2)));
    let ends = ends(&draft, second);
    has_mean(&ends, 2.0 * middle);
    has_variance(&ends, 2.0 * spread);
}

#[test]
fn started_work_ends_as_what_exceeds_the_time_already_spent() {
    // P(X − s ≤ x | X > s) = (F(s + x) − F(s)) / (1 − F(s)).
    let mut draft = draft(1.0);
    let begun = item(&mut draft, 0, lognormal(5.0, 0.6), &[]);
    draft.items[begun].progress = Progress::Started { spent: 7.0 };
    let ends = ends(&draft, begun);
    let whole = LogNormal::new(5.0_f64.ln(), 0.6).unwrap();
    for x in [0.2, 1.0, 2.0, 4.0, 9.0] {
        has_share(&ends, |end| end <= x, (whole.cdf(7.0 + x) - whole.cdf(7.0)) / whole.sf(7.0));
    }
}

#[test]
fn shifts_come_at_random_and_each_drops_a_share_of_what_waits() {
    // Shifts are a Poisson process; those that drop the ask are one too, at the share's rate (thinning). The ask is
    // safe once started, after exactly 45 days of their own work: P(it lands) = take-up × exp(−rate × share × 45).
    for (shifts, share, take_up) in [(1.0, 0.3, 1.0), (3.0, 0.5, 0.7), (0.5, 1.0, 0.9)] {
        let mut draft = draft(1.0);
        draft.teams[1].shifts = shifts;
        draft.dropped = share;
        for plan in &mut draft.plans {
            plan.horizon = 100;
        }
        item(&mut draft, 1, lognormal(45.0, 0.0), &[]);
        let rank = Rank::unranked(1_000);
        ask(&mut draft, LandingSource::Queue { team: 1, effort: lognormal(3.0, 0.5), take_up, rank });
        let a_day = shifts / (365.25 / 4.0);
        has_share(&lives(&draft), f64::is_finite, take_up * (-a_day * share * 45.0).exp());
    }
}

#[test]
fn an_ask_lands_by_weibull_once_taken_up_and_given_that_it_has_not_yet() {
    // P(landed by day d | not by as-of) = u (F(e + d) − F(e)) / (1 − u F(e)); it counts from the morning after day d.
    let time = Weibull::through(40.0, 0.5, 1.5);
    for (take_up, elapsed) in [(1.0, 0), (0.6, 0), (0.6, 30), (0.9, 80)] {
        let mut draft = draft(1.0);
        ask(&mut draft, LandingSource::Chance { take_up, time, elapsed });
        let live = lives(&draft);
        let landed = |days: f64| 1.0 - (-(days / time.scale).powf(1.5)).exp();
        let before = landed(f64::from(elapsed));
        for day in [5, 20, 40, 90] {
            let by = landed(f64::from(elapsed + day)) - before;
            has_share(&live, |live| live <= f64::from(day), take_up * by / (1.0 - take_up * before));
        }
        if take_up < 1.0 {
            let never = 1.0 - take_up * (1.0 - before) / (1.0 - take_up * before);
            has_share(&live, f64::is_infinite, never);
        }
    }
}

#[test]
fn asks_that_gate_one_outcome_all_land_by_chance_on_their_own() {
    // Independent sources multiply.
    let time = Weibull::through(40.0, 0.5, 1.5);
    let mut draft = draft(1.0);
    for take_up in [0.6, 0.9, 0.8] {
        ask(&mut draft, LandingSource::Chance { take_up, time, elapsed: 0 });
    }
    has_share(&lives(&draft), f64::is_finite, 0.6 * 0.9 * 0.8);
}
