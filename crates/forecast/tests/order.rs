//! The search for an order, against Smith's rule and against all orders there are.
#![allow(clippy::unwrap_used, clippy::float_cmp)]

mod common;
mod small;

use kedge_forecast::calendar::{Calendar, WorkingWeek};
use kedge_forecast::draft::{DraftItem, DraftOutcome, Rank};
use kedge_forecast::order::{Effort, OrderValue};
use kedge_forecast::{Forecaster, OrderComparison, OrderForecast, OrderKind, distribution, draft::Draft};
use kedge_model::{Act, AskId, Council, Date, Fact, Money, Organisation, Says, Settings, Weekday, Work};

/// One team of one person who works every day, one item of whole days per outcome, value from the day it is live: total
/// cost is the weighted sum of completion times, which value over effort makes least (Smith 1956).
fn one_server(jobs: &[(u32, f64)]) -> Draft {
    let week = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
        Weekday::Sunday,
    ];
    let mut draft = small::organisation(0);
    draft.calendar = Calendar::new(Date::new(2026, 10, 5).unwrap(), WorkingWeek::new(&week, vec![]), 800);
    (draft.plan_factor, draft.organisation_factor) = (1.0, 1.0);
    draft.teams.truncate(1);
    draft.teams[0].people = Some(1.0);
    draft.plans.truncate(1);
    draft.landings.clear();
    draft.asks.clear();
    let (outcome, item) = (draft.outcomes[0].clone(), draft.items[0].clone());
    draft.outcomes.clear();
    draft.items.clear();
    draft.tables = jobs.iter().map(|job| f64::from(job.0)).collect();
    for (index, &(_, value)) in jobs.iter().enumerate() {
        draft.outcomes.push(DraftOutcome {
            name: format!("outcome {index}"),
            plan: 0,
            value,
            horizon: 700,
            ..outcome.clone()
        });
        draft.items.push(DraftItem {
            name: format!("item {index}"),
            team: 0,
            plan: Some(0),
            // A history of one: exactly so many days.
            effort: distribution::Effort::Table { first: index as u32, length: 1, interpolate: false },
            after: vec![],
            serves: vec![index],
            rank: Rank::unranked(index as u32),
            ..item.clone()
        });
    }
    draft
}

const JOBS: [(u32, f64); 8] =
    [(9, 30.0), (2, 3.0), (14, 100.0), (5, 60.0), (21, 11.0), (3, 25.0), (7, 8.0), (11, 150.0)];

/// Value a day over days of effort, highest first: 13.6, 12, 8.3, 7.1, 3.3, 1.5, 1.1, 0.5.
const SMITH: [usize; 8] = [7, 3, 5, 2, 0, 1, 6, 4];

#[test]
fn for_one_server_the_search_finds_exactly_smiths_order() {
    let program = one_server(&JOBS).program();
    let orders = program.orders(1);
    assert_eq!(orders.by_cost_of_delay(), SMITH);
    // From the worst order there is, so that nothing but the steps leads there.
    let worst: Vec<usize> = SMITH.iter().rev().copied().collect();
    let found = orders.search(&[worst], Effort::DEFAULT.with_trials(1));
    assert_eq!(found.order, SMITH);
    assert!(!found.cut_short);
    // The value itself, by hand: an item that ends at the end of a day is live on that day.
    let mut day = -1;
    let mut value = 0.0;
    for index in SMITH {
        day += JOBS[index].0.cast_signed();
        value += f64::from(700 - day) * JOBS[index].1;
    }
    let net = orders.net(&found.order, 0..3);
    assert_eq!((net.mean, net.error), (value, 0.0));
}

#[test]
fn a_search_without_effort_keeps_the_best_start() {
    let program = one_server(&JOBS).program();
    let orders = program.orders(1);
    let worst: Vec<usize> = SMITH.iter().rev().copied().collect();
    let none = Effort { items: 0, ..Effort::DEFAULT };
    let found =
        orders.search(&[worst.clone(), JOBS.iter().enumerate().map(|(index, _)| index).collect()], none);
    assert!(found.cut_short);
    assert!(orders.gain(&found.order, &worst, 0..1).mean > 0.0);
}

#[test]
fn within_two_per_cent_of_all_orders_and_never_worse_than_cost_of_delay_over_duration() {
    let effort = Effort::DEFAULT.with_trials(320);
    for number in 0..200 {
        let program = small::organisation(number).program();
        let orders = program.orders(number);
        let best = orders.best(effort, 0..500);
        // Third trials, which neither the search nor its check has seen.
        let first = 1 << 20;
        let highest = small::brute_force(&orders, first, 30, 6, 300);
        let found = orders.net(&best, first..first + 300).mean;
        let gap = (highest - found) / highest;
        assert!(gap < 0.02, "organisation {number}: {:.2} % under the best of all orders", gap * 100.0);
        let over = orders.gain(&best, &orders.by_cost_of_delay(), first..first + 1_000);
        assert!(over.mean >= -2.0 * over.error, "organisation {number}: {over:?}");
    }
}

/// Two teams of one person each. Shop has `big` (four weeks, 10k a week) before `quick` (one week, 40k a week); payments
/// has its own `tidy` (four weeks, 1k a week) before the ask by which shop's `quick` can begin, of one week.
fn shop_and_payments() -> Vec<Fact> {
    let mut settings = Settings { name: "example".into(), ..Settings::default() };
    settings.assume.plan_factor = 1.0;
    settings.assume.organisation_factor = 1.0;
    settings.assume.shifts = "0/quarter".parse().unwrap();
    let (shop, pay) = (common::plan("shop/now"), common::plan("payments/now"));
    let big = common::outcome(&shop, "big", Some("10k/week"), Some("2026-12-01"));
    let quick = common::outcome(&shop, "quick", Some("40k/week"), Some("2026-12-15"));
    let tidy = common::outcome(&pay, "tidy", Some("1k/week"), Some("2026-11-01"));
    let mut ask = common::ask(&shop, "flag", "payments", "quick-it");
    ask.effort = Some("1w, rarely over 1w".parse().unwrap());
    let mut team = common::team("shop", 1);
    team.rank = vec![big.id.reference().clone(), quick.id.reference().clone()];
    let mut payments = common::team("payments", 1);
    payments.rank = vec![tidy.id.reference().clone(), ask.id.reference().clone()];
    let four = Some("4w, rarely over 4w");
    let flag = Work { serves: vec![], ..common::work(&tidy, "flag", &[], Some("1w, rarely over 1w")) };
    let answer = Act::Answer {
        ask: ask.id.clone(),
        by: None,
        on: common::date("2026-10-01"),
        says: Says::Committed { by: common::date("2026-11-20") },
        work: Some(flag.id.clone()),
        why: None,
    };
    let mut facts: Vec<Fact> = vec![settings.into(), team.into(), payments.into(), shop.into(), pay.into()];
    facts.extend([
        common::work(&big, "big-it", &[], four).into(),
        common::work(&quick, "quick-it", &[], Some("1w, rarely over 1w")).into(),
        common::work(&tidy, "tidy-it", &[], four).into(),
        flag.into(),
    ]);
    facts.extend([Fact::from(big), quick.into(), tidy.into(), ask.into()]);
    let organisation = common::build(facts);
    let changes = answer.changes(&organisation).unwrap();
    organisation.with(&changes).unwrap().facts_in_order()
}

fn order_of(organisation: &Organisation) -> OrderComparison {
    let options = common::options().with_trials(200, 200);
    Forecaster::new(organisation, options).order().comparison().unwrap().clone()
}

#[test]
fn what_local_order_costs_can_be_worked_out_by_hand() {
    let organisation = common::build(shop_and_payments());
    let order = order_of(&organisation);
    // As ranked: big at 4 weeks, flag at 5, quick at 6. Best: flag at 1, quick after it at once; big is under way when
    // the flag lands (nobody waits for it), so it ends at 4 weeks and quick at 5; tidy ends a week later.
    // Weeks later as ranked: quick 1, tidy −1: 40k − 1k.
    let cost = &order.local_costs;
    assert_eq!(cost.net.mean.amount().round(), 39_000.0);
    assert_eq!(cost.net.error.amount(), 0.0);
    assert_eq!(order.recorded_costs, *cost, "the council ranks nothing");
    let weeks: Vec<(String, f64)> =
        cost.outcomes.iter().map(|it| (it.outcome.to_string(), it.weeks.mean)).collect();
    let expected = [("payments/tidy", -1.0), ("shop/big", 0.0), ("shop/quick", 1.0)];
    assert_eq!(weeks, expected.map(|(name, weeks)| (name.to_owned(), weeks)));
    assert!((cost.weeks.mean - 39.0 / 51.0).abs() < 0.01, "{:?}", cost.weeks);
    // One swap wins all of it: payments does the flag first.
    let found = order.swaps.as_ref().unwrap();
    assert_eq!(found.swaps.len(), 1);
    assert_eq!(found.swaps[0].up.to_string(), "shop/flag");
    assert_eq!(found.swaps[0].down.to_string(), "payments/tidy");
    assert_eq!(found.share, 1.0);
    assert_eq!(found.together, cost.net);
}

#[test]
fn what_the_lines_say_is_the_order_that_was_found() {
    let organisation = common::build(shop_and_payments());
    let order = order_of(&organisation);
    let adoption = order.adoption.as_ref().unwrap();
    assert_eq!(adoption.gain, order.recorded_costs.net);
    let with = adoption.lines.iter().fold(organisation, |organisation, line| {
        organisation.with(&line.act().changes(&organisation).unwrap()).unwrap()
    });
    let adopted = order_of(&with);
    assert_eq!(adopted.recorded_costs.net.mean, Money::ZERO);
    assert_eq!(adopted.adoption, None);
    assert_eq!(adopted.swaps, None);
    assert_eq!(
        adopted.order(OrderKind::Found),
        order
            .order(OrderKind::Found)
            .map(|found| {
                // The same but for what it is set against: the local order is another now.
                let base = adopted.order(OrderKind::Found).unwrap().over_local;
                OrderValue { over_local: base, ..found.clone() }
            })
            .as_ref()
    );
}

#[test]
fn the_councils_rank_is_told_apart_from_the_teams_own() {
    let mut facts = shop_and_payments();
    let council = Council { rank: vec!["shop/flag".parse::<AskId>().unwrap().into()], ..Council::default() };
    facts.push(council.into());
    let order = order_of(&common::build(facts));
    let recorded = order.order(OrderKind::Council).unwrap();
    // The council's yes to the ask wins what local order costs.
    assert_eq!(recorded.over_local.mean.amount().round(), 39_000.0);
    assert_eq!(order.local_costs.net, recorded.over_local);
    assert_eq!(order.recorded_costs.net.mean, Money::ZERO);
    assert_eq!(order.swaps, None);
}

#[test]
fn without_values_or_rivals_there_is_nothing_to_order() {
    let order = |facts: Vec<Fact>| {
        let organisation = common::build(facts);
        Forecaster::new(&organisation, common::options().with_trials(100, 100)).order()
    };
    let mut facts = common::example(2);
    assert_eq!(order(facts.clone()), OrderForecast::NothingToOrder);
    facts[6] = common::outcome(&common::plan("checkout/one-tap"), "tap", None, Some("2026-12-10")).into();
    assert_eq!(order(facts), OrderForecast::NoValue);
    let mut facts = shop_and_payments();
    for fact in &mut facts {
        if let Fact::Work(work) = fact {
            *fact = Work { effort: None, ..(**work).clone() }.into();
        }
    }
    assert!(matches!(order(facts), OrderForecast::TooLittleData(lacks) if lacks.len() >= 3));
}

#[test]
fn the_same_order_on_one_thread_and_on_two() {
    let organisation = common::build(shop_and_payments());
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| serde_json::to_string(&order_of(&organisation)).unwrap())
    };
    assert_eq!(on(1), on(2));
}
