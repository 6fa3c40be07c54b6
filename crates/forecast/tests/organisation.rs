//! The forecast of a real organisation value: from facts to dates, odds and money.
#![allow(clippy::unwrap_used)]

mod common;

use common::{build, date, example, median, one_tap, options, outcome, plan, token, work};
use kedge_forecast::*;
use kedge_model::*;

#[test]
fn the_worked_example_from_facts() {
    let organisation = build(example(2));
    let plan = plan_forecast(&organisation, &one_tap(), &options()).unwrap();
    // Within a working day of the printed figures, at ten thousand trials; none of them is a Friday or a Monday apart.
    let close = |policy, expected: &str| {
        let days = median(&plan, policy).unwrap().days_since(date(expected));
        assert!(days.abs() <= 1, "{policy:?} {days}");
    };
    close(Policy::Wait, "2027-01-04");
    close(Policy::Hedge, "2026-12-01");
    close(Policy::StartNow, "2026-10-30");
    let wait = plan.policy(Policy::Wait).unwrap();
    let spread = wait.outcomes[0].live.spread().unwrap();
    let When::Never(chance) = spread.p80.at else { panic!("{:?}", spread.p80) };
    assert!((chance.share.get() - 0.4).abs() < 0.015);

    let ask = plan.ask(&token()).unwrap();
    assert_eq!(ask.needed_by, NeededBy::On(date("2026-12-01")));
    let decide_by = ask.decide_by.date().unwrap();
    assert!((decide_by.days_since(date("2026-11-12"))).abs() <= 2, "{decide_by}");
    let BestStart::On { date: start, gain, before_decide_by, ref curve, .. } = ask.best_start else {
        panic!("{:?}", ask.best_start)
    };
    assert_eq!(start, date("2026-10-01"));
    assert!(before_decide_by);
    assert!((gain.mean.amount() - 120_000.0).abs() < 6_000.0, "{gain:?}");
    assert!(curve.len() > 12);
    let odds = ask.taken_up.as_ref().unwrap();
    assert_eq!(odds.chance, Probability::percent(60));
    assert_eq!(odds.source.word(), "assumption");
    // Half of the taken-up 60 % land within 45 days, on 14 November at the latest.
    let by = ask.lands.spread().unwrap().by(date("2026-11-14")).get();
    assert!((by - 0.3).abs() < 0.02, "{by}");
}

#[test]
fn with_one_person_the_first_two_weeks_differ_by_less_than_their_error() {
    let plan = plan_forecast(&build(example(1)), &one_tap(), &options()).unwrap();
    let BestStart::On { date: start, ref curve, .. } = plan.asks[0].best_start else { panic!() };
    assert!(start <= date("2026-10-15"), "{start}");
    for point in curve.iter().filter(|point| point.date < date("2026-10-15")) {
        assert!(-point.behind_best.mean.amount() < point.net.error.amount(), "{point:?}");
    }
}

#[test]
fn the_same_bytes_on_one_thread_and_on_two() {
    let organisation = build(example(2));
    let options = options().with_trials(1_000, 300);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let plan = plan_forecast(&organisation, &one_tap(), &options);
            let all = forecast(&organisation, &options);
            (serde_json::to_string(&plan).unwrap(), serde_json::to_string(&all).unwrap())
        })
    };
    assert_eq!(on(1), on(2));
}

#[test]
fn missing_effort_gives_no_date_and_names_what_is_missing() {
    let mut facts = example(2);
    let plan_fact = plan("checkout/one-tap");
    let tap = outcome(&plan_fact, "tap", None, None);
    facts[4] = work(&tap, "sheet", &[], None).into();
    let plan = plan_forecast(&build(facts), &one_tap(), &options()).unwrap();
    let lacks = vec![Lack::Effort("checkout/sheet".parse().unwrap())];
    for policy in &plan.policies {
        assert_eq!(policy.outcomes[0].live, Dates::TooLittleData(lacks.clone()));
        assert_eq!(policy.outcomes[0].by_due, None);
        assert_eq!(policy.worth, NetValue::TooLittleData(lacks.clone()));
    }
    assert_eq!(plan.asks[0].decide_by, DecideBy::TooLittleData(lacks.clone()));
    assert_eq!(plan.asks[0].best_start, BestStart::TooLittleData(lacks));
}

#[test]
fn without_a_value_there_are_dates_and_no_money() {
    let mut facts = example(2);
    let plan_fact = plan("checkout/one-tap");
    facts[6] = outcome(&plan_fact, "tap", None, Some("2026-12-10")).into();
    let plan = plan_forecast(&build(facts), &one_tap(), &options()).unwrap();
    assert_eq!(plan.policies[0].worth, NetValue::NoValue);
    assert!(plan.policies[0].person_weeks.mean > 4.0);
    assert_eq!(plan.asks[0].best_start, BestStart::NoValue);
    assert_eq!(median(&plan, Policy::StartNow), Some(date("2026-10-30")));
}

#[test]
fn unknown_capacity_is_said() {
    let mut facts = example(2);
    facts[1] = Team::new("checkout".parse().unwrap(), TeamKind::Stream).into();
    let plan = plan_forecast(&build(facts), &one_tap(), &options()).unwrap();
    assert!(plan.notes.contains(&Note::CapacityUnknown("checkout".parse().unwrap())));
}

#[test]
fn variations_are_weighed_against_the_plan_as_planned() {
    let organisation = build(example(2));
    let forecaster = Forecaster::new(&organisation, options());
    let variations = [
        Variation::default(),
        Variation::one(token(), Course::Wait),
        Variation::one(token(), Course::Start { fallback: 0, on: date("2026-10-01") }),
        Variation::one(token(), Course::AtDecideBy { fallback: 0 }),
        Variation::one(token(), Course::Drop),
    ];
    let evaluations = forecaster.evaluate(&one_tap(), &variations).unwrap();
    let account = |index: usize| evaluations[index].worth.account().unwrap().clone();
    assert_eq!(account(0).gain.mean, Money::ZERO);
    assert_eq!(account(3).gain.mean, Money::ZERO);
    assert!((account(2).gain.mean.amount() - 120_000.0).abs() < 5_000.0);
    assert!(account(1).gain.mean.amount() < -700_000.0);
    assert_eq!(account(4).value.mean, Money::ZERO);
    assert!(evaluations[4].person_weeks.mean.abs() < 1e-9);
    // The same as the policies of those names.
    let plan = forecaster.plan(&one_tap()).unwrap();
    let now = plan.policy(Policy::StartNow).unwrap().worth.account().unwrap();
    assert_eq!(now.net, account(2).net);
}

#[test]
fn a_replay_reads_as_a_story() {
    let organisation = build(example(2));
    let log = replay(&organisation, &one_tap(), Policy::StartNow, 0, &options()).unwrap();
    let text: Vec<String> = log.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(text.join("\n"));
}

/// The worked example with the effort of its first item from the past.
fn with_history(past: &[&str]) -> Organisation {
    let mut facts = example(2);
    let plan_fact = plan("checkout/one-tap");
    let tap = outcome(&plan_fact, "tap", None, None);
    let mut sheet = work(&tap, "sheet", &[], None);
    sheet.effort = Some(Effort::History(past.iter().map(|case| case.parse().unwrap()).collect()));
    facts[4] = sheet.into();
    build(facts)
}

#[test]
fn few_past_cases_widen_the_interval_and_say_so() {
    let width = |past: &[&str]| {
        let plan = plan_forecast(&with_history(past), &one_tap(), &options()).unwrap();
        let live = &plan.policy(Policy::Alone).unwrap().outcomes[0].live;
        let spread = live.spread().unwrap();
        let day = |when: When| when.date().map_or(9_999, |date| date.days_since(common::date("2026-10-01")));
        (day(spread.p95.at) - day(spread.p10.at), plan.notes)
    };
    let all = ["10d", "12d", "14d", "15d", "16d", "17d", "18d", "20d", "23d", "28d"];
    let (enough, notes) = width(&all);
    assert!(!notes.iter().any(|note| matches!(note, Note::FewCases { .. })), "{notes:?}");
    // The same least, middle and most, from five and from three cases.
    let (five, notes) = width(&["10d", "14d", "16d", "18d", "28d"]);
    let of = Estimated::Work("checkout/sheet".parse().unwrap());
    assert!(notes.contains(&Note::FewCases { of: of.clone(), cases: 5 }), "{notes:?}");
    let (three, _) = width(&["10d", "16d", "28d"]);
    assert!(enough < five && five < three, "{enough} {five} {three}");
    // One case alone is a lone estimate.
    let (_, notes) = width(&["16d"]);
    assert!(notes.contains(&Note::FewCases { of, cases: 1 }), "{notes:?}");
    let plan = |facts: &Organisation| plan_forecast(facts, &one_tap(), &options()).unwrap();
    let mut facts = example(2);
    let plan_fact = self::plan("checkout/one-tap");
    facts[4] = work(&outcome(&plan_fact, "tap", None, None), "sheet", &[], Some("16d")).into();
    assert_eq!(plan(&with_history(&["16d"])).policies, plan(&build(facts)).policies);
}
