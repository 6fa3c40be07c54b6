//! The printed error bars by repetition: how often they hold what endless trials would show.
//!
//! Many short runs with seeds of their own stand against one long run. Each error bar claims 95 of 100; a binomial test says
//! whether the misses can be chance.
#![allow(clippy::unwrap_used)]

mod common;

use common::{build, date, example, one_tap, options, token};
use kedge_forecast::*;
use kedge_model::*;
use statrs::distribution::{Binomial, DiscreteCDF};
use std::collections::BTreeMap;

const RUNS: u64 = 120;
const TRIALS: u64 = 400;
/// A bar that holds 95 of 100 misses more often than tested for in one test of 10,000.
const LUCK: f64 = 1e-4;

/// The worked example with its stance on record, so that what is planned is the same under every seed.
fn organisation() -> Organisation {
    let mut facts = example(2);
    for fact in &mut facts {
        if let Fact::Ask(ask) = fact {
            std::sync::Arc::make_mut(ask).fallbacks[0].start = Stance::On(date("2026-11-12"));
        }
    }
    build(facts)
}

fn run(organisation: &Organisation, seed: u64, trials: u64) -> PlanForecast {
    let options = options().with_seed(seed).with_trials(trials, 100);
    plan_forecast(organisation, &one_tap(), &options).unwrap()
}

/// Whether so many misses of so many can be chance, for a bar that claims to miss so often at most.
fn may_be_chance(misses: u64, of: u64, claimed: f64) -> bool {
    misses == 0 || Binomial::new(claimed, of).unwrap().sf(misses - 1) > LUCK
}

/// Far apart from the days that dates are compared by.
const NEVER: f64 = 1e9;

fn day(when: When) -> f64 {
    when.date().map_or(NEVER, |day| day.days_since(date("2026-10-01")) as f64)
}

/// Every number that has an error bar, with the bar, by name.
fn bars(plan: &PlanForecast) -> BTreeMap<String, (f64, f64, f64)> {
    let mut bars = BTreeMap::new();
    let mut add = |name: String, at: f64, from: f64, to: f64| {
        assert!(from <= at && at <= to, "{name}: {from} {at} {to}");
        bars.insert(name, (at, from, to));
    };
    // Hedge rests on a decide-by that each seed searches for itself.
    for policy in plan.policies.iter().filter(|it| it.policy != Policy::Hedge) {
        let name = |what: &str| format!("{:?} {what}", policy.policy);
        let outcome = &policy.outcomes[0];
        let spread = outcome.live.spread().unwrap();
        for (p, quantile) in [10, 50, 80, 90, 95].into_iter().zip(spread.quantiles()) {
            add(name(&format!("P{p}")), day(quantile.at), day(quantile.from), day(quantile.to));
        }
        let mut mean = |what: &str, mean: f64, error: f64| {
            add(name(what), mean, mean - 2.0 * error, mean + 2.0 * error);
        };
        mean("never", spread.never.share.get(), spread.never.error);
        let by_due = outcome.by_due.unwrap();
        mean("by due", by_due.share.get(), by_due.error);
        mean("person-weeks", policy.person_weeks.mean, policy.person_weeks.error);
        let account = policy.worth.account().unwrap();
        for (what, amount) in [("value", account.value), ("net", account.net), ("gain", account.gain)] {
            mean(what, amount.mean.amount(), amount.error.amount());
        }
    }
    let ask = plan.ask(&token()).unwrap();
    let NeededBy::On(needed) = ask.needed_by else { panic!("{:?}", ask.needed_by) };
    let (needed, within) = (day(When::On(needed)), f64::from(ask.needed_by_within.unwrap()));
    // A working day is up to three days apart from the next.
    add("needed by".to_owned(), needed, needed - 3.0 * within, needed + 3.0 * within);
    let mut chance = |what: &str, chance: Chance| {
        let share = chance.share.get();
        add(what.to_owned(), share, share - 2.0 * chance.error, share + 2.0 * chance.error);
    };
    chance("by wanted", ask.by_wanted.unwrap());
    chance("waits", ask.waits);
    chance("taken", ask.fallbacks[0].taken);
    bars
}

#[test]
fn error_bars_hold_what_they_claim_to() {
    let organisation = organisation();
    let truth = bars(&run(&organisation, 1_000_003, 200_000));
    let mut misses: BTreeMap<String, u64> = BTreeMap::new();
    let mut widths: BTreeMap<String, f64> = BTreeMap::new();
    for seed in 0..RUNS {
        for (name, (_, from, to)) in bars(&run(&organisation, seed, TRIALS)) {
            let (value, ..) = truth[&name];
            let outside = value < from - 1e-9 || value > to + 1e-9;
            *misses.entry(name.clone()).or_default() += u64::from(outside);
            *widths.entry(name).or_default() += to.min(NEVER) - from;
        }
    }
    assert!(misses.len() > 40, "{}", misses.len());
    for (name, &missed) in &misses {
        assert!(may_be_chance(missed, RUNS, 0.05), "{name} missed {missed} times in {RUNS}");
    }
    // They are not bought with width: P80 of starting now moves by days, not by weeks.
    let width = widths["StartNow P80"] / RUNS as f64;
    assert!((2.0..8.0).contains(&width), "{width}");
}

#[test]
fn too_few_trials_widen_the_interval_to_as_of_and_to_never() {
    let organisation = organisation();
    let spread = |trials| {
        let plan = run(&organisation, 7, trials);
        plan.policy(Policy::StartNow).unwrap().outcomes[0].live.spread().unwrap().clone()
    };
    let few = spread(5);
    assert_eq!(few.p50.from, When::On(date("2026-10-01")));
    assert!(few.p95.to.date().is_none() && few.p95.within.is_none());
    assert!(!few.p95.is_known_to(1_000));
    let mut last = u32::MAX;
    for trials in [50, 500, 5_000, 50_000] {
        let within = spread(trials).p80.within.unwrap();
        assert!(within <= last, "{trials} trials: {within} after {last}");
        last = within;
    }
    assert!(last <= 1);
}

#[test]
fn trials_are_added_until_the_p80_is_known_and_the_answer_is_that_of_so_many_trials() {
    let organisation = organisation();
    let day = "1d".parse().unwrap();
    let precision = Precision::to(day, &organisation.settings().calendar).unwrap();
    let few = options().with_trials(40, 100);
    let mut told = Vec::new();
    let forecaster = Forecaster::new(&organisation, few);
    let precise = forecaster.plan_to(&one_tap(), Some(precision), &mut |it| told.push(it)).unwrap();
    let reached = precise.precision.clone().unwrap();
    assert_eq!(reached.open, []);
    assert_eq!(reached.known.len(), 1);
    assert_eq!(reached.working_days, 1);
    let p80 = precise.policies[0].outcomes[0].live.spread().unwrap().p80;
    assert!(p80.within.unwrap() <= 1, "{p80:?}");
    assert!(precise.trials > 40 && precise.trials.is_multiple_of(40), "{}", precise.trials);
    // One batch fewer was not enough, and every batch was told of.
    assert_eq!(told.len() as u64, precise.trials / 40 - 1);
    let so_many = |trials| {
        let options = options().with_trials(trials, 100);
        plan_forecast(&organisation, &one_tap(), &options).unwrap()
    };
    let before = so_many(precise.trials - 40).policies[0].outcomes[0].live.spread().unwrap().p80;
    assert!(before.within.is_none_or(|within| within > 1), "{before:?}");
    // The same through the options, and the same as a run of that number of trials.
    let asked = plan_forecast(&organisation, &one_tap(), &few.with_precision(precision)).unwrap();
    assert_eq!(asked, precise);
    assert_eq!(PlanForecast { precision: None, ..precise.clone() }, so_many(precise.trials));
}

#[test]
fn what_no_number_of_trials_settles_is_said() {
    // An outcome that waits for an ask and for nothing else; it is taken up in 80 of 100 cases, soon, or never.
    let mut facts = example(2);
    facts.retain(|fact| !matches!(fact, Fact::Work(_)));
    for fact in &mut facts {
        if let Fact::Ask(ask) = fact {
            let ask = std::sync::Arc::make_mut(ask);
            ask.fallbacks.clear();
            ask.gates = vec![Reference::parse("tap", ask.id.team()).unwrap()];
            let median = ClockTime::new(5.0, ClockUnit::Day).unwrap();
            ask.odds = Some(StatedOdds { taken_up: Probability::percent(80), median });
        }
    }
    let organisation = build(facts);
    let precision = Precision::to("1d".parse().unwrap(), &organisation.settings().calendar).unwrap();
    let options = options().with_trials(250_000, 100).with_precision(precision);
    let plan = plan_forecast(&organisation, &one_tap(), &options).unwrap();
    let p80 = plan.policies[0].outcomes[0].live.spread().unwrap().p80;
    assert!(p80.or_never().is_some(), "{p80:?}");
    let reached = plan.precision.unwrap();
    assert_eq!(plan.trials, Precision::MOST_TRIALS);
    assert_eq!((reached.known.len(), reached.open.len()), (0, 1));
}

/// What is searched for and weighed: decide-by, dropping, to know when the ask lands, what the result hangs on.
#[test]
fn what_is_weighed_holds_what_it_claims_to() {
    const RUNS: u64 = 60;
    // People have a price and the outcome is worth little more than they are: whether the detour pays hangs on the landing.
    let mut facts = example(2);
    for fact in &mut facts {
        match fact {
            Fact::Settings(settings) => {
                std::sync::Arc::make_mut(settings).person_week = Some("4k".parse().unwrap());
            }
            Fact::Outcome(outcome) => {
                std::sync::Arc::make_mut(outcome).claim = Some("1k/week".parse().unwrap());
            }
            _ => {}
        }
    }
    let organisation = build(facts);
    let run = |seed, trials, search| {
        let options = options().with_seed(seed).with_trials(trials, search);
        plan_forecast(&organisation, &one_tap(), &options).unwrap()
    };
    let worth = |certainty: &Certainty| match certainty {
        Certainty::Worth { amount, .. } => *amount,
        other => panic!("{other:?}"),
    };
    let gain = |dropping: &Dropping| match dropping {
        Dropping::Worth { gain, .. } => *gain,
        other => panic!("{other:?}"),
    };
    let influences = |plan: &PlanForecast| match &plan.hangs_on {
        HangsOn::Inputs { inputs, .. } => inputs.clone(),
        other => panic!("{other:?}"),
    };
    let long = run(1_000_003, 100, 10_000);
    let truth = long.ask(&token()).unwrap();
    let (mut early_or_late, mut dropping, mut promised) = (0, 0, 0);
    let (mut shares, mut listed) = (0, 0);
    for seed in 0..RUNS {
        let short = run(seed, 100, 400);
        let ask = short.ask(&token()).unwrap();
        let curve = ask.on_time_by_start.as_ref().unwrap();
        let (from, to, decide_by) = (curve.from, curve.to, truth.decide_by.date().unwrap());
        early_or_late += u64::from(from.is_some_and(|from| decide_by < from) || to.unwrap() < decide_by);
        let (short_gain, long_gain) = (gain(&ask.dropping), gain(&truth.dropping));
        let off = (short_gain.mean - long_gain.mean).amount().abs();
        dropping += u64::from(off > 2.0 * short_gain.error.amount());
        // Choices made in one half and valued in the other may be worth less than the best, never more.
        let (found, most) = (worth(&ask.certainty), worth(&truth.certainty));
        let above = found.mean.amount() - 2.0 * found.error.amount();
        promised += u64::from(above > most.mean.amount() + 2.0 * most.error.amount());
        for input in influences(&long).iter().filter(|input| input.share > 0.1) {
            listed += 1;
            let found = influences(&short).into_iter().find(|it| it.input == input.input);
            let off = found.map(|found| (found.share - input.share).abs() / found.error);
            shares += u64::from(off.is_none_or(|off| off > 2.0));
        }
    }
    assert!(may_be_chance(early_or_late, RUNS, 0.05), "decide-by: {early_or_late}");
    assert!(may_be_chance(dropping, RUNS, 0.05), "dropping: {dropping}");
    assert!(may_be_chance(promised, RUNS, 0.025), "certainty: {promised}");
    // Jackknifed errors of ratios hold a little less than they claim.
    assert!(may_be_chance(shares, listed, 0.08), "shares: {shares} of {listed}");
    assert!(listed >= RUNS);
    // To know is worth something here, by more than its error.
    let known = worth(&truth.certainty);
    assert!(known.mean.amount() > 2.0 * known.error.amount(), "{known:?}");
}
