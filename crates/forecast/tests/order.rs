//! The search for an order, against Smith's rule and against all orders there are.
#![allow(clippy::unwrap_used, clippy::float_cmp)]

mod small;

use kedge_forecast::calendar::{Calendar, WorkingWeek};
use kedge_forecast::distribution;
use kedge_forecast::draft::*;
use kedge_forecast::order::Effort;
use kedge_model::{Date, Weekday};

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
    let effort = Effort::DEFAULT.with_trials(500);
    for number in 0..200 {
        let program = small::organisation(number).program();
        let orders = program.orders(number);
        let best = orders.best(effort, 0..1_000);
        // Third trials, which neither the search nor its check has seen.
        let first = 1 << 20;
        let highest = small::brute_force(&orders, first, 40, 8, 400);
        let found = orders.net(&best, first..first + 400).mean;
        let gap = (highest - found) / highest;
        assert!(gap < 0.02, "organisation {number}: {:.2} % under the best of all orders", gap * 100.0);
        let over = orders.gain(&best, &orders.by_cost_of_delay(), first..first + 2_000);
        assert!(over.mean >= -2.0 * over.error, "organisation {number}: {over:?}");
    }
}
