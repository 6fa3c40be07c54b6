//! Which inputs a plan's result hangs on, from facts.
#![allow(clippy::unwrap_used)]

mod common;

use common::{build, example, options, outcome, plan, team, work};
use kedge_forecast::*;
use kedge_model::*;

/// A plan of two items, one after the other, for one person: its date is the sum of two efforts.
fn two_items(first: &str, second: &str) -> PlanForecast {
    let mut settings = Settings { name: "sum".into(), ..Settings::default() };
    settings.assume.plan_factor = 1.0;
    settings.assume.organisation_factor = 1.0;
    let plan = plan("checkout/sum");
    let outcome = outcome(&plan, "sum", None, Some("2026-12-10"));
    let organisation = build(vec![
        settings.into(),
        team("checkout", 1).into(),
        plan.into(),
        work(&outcome, "first", &[], Some(first)).into(),
        work(&outcome, "second", &["first"], Some(second)).into(),
        outcome.into(),
    ]);
    let options = options().with_trials(500, 5_000);
    plan_forecast(&organisation, &"checkout/sum".parse().unwrap(), &options).unwrap()
}

/// The variance of a lognormal through its P50 and P90.
fn variance(p50: f64, p90: f64) -> f64 {
    let squared = ((p90 / p50).ln() / 1.281_551_565_544_600_4).powi(2);
    (squared.exp() - 1.0) * (2.0 * p50.ln() + squared).exp()
}

#[test]
fn the_date_of_a_sum_hangs_on_each_effort_by_its_share_of_the_variance() {
    let plan = two_items("15d, rarely over 20d", "15d, rarely over 18d");
    let HangsOn::Inputs { result, inputs, others, trials } = plan.hangs_on else { panic!() };
    assert_eq!(result, ResultOf::Live("checkout/sum".parse().unwrap()));
    assert_eq!((others, trials), (0, 10_000));
    let (first, second) = (variance(15.0, 20.0), variance(15.0, 18.0));
    let expected = [("first", first / (first + second)), ("second", second / (first + second))];
    for (influence, (name, share)) in inputs.iter().zip(expected) {
        assert_eq!(influence.input, Input::Effort(format!("checkout/{name}").parse().unwrap()));
        // Classes mix a little of it, more where it has a tail; that the date is a whole day is a twelfth of 30.
        let slack = 3.0 * influence.error + 0.03 * share;
        assert!((influence.share - share).abs() < slack, "{influence:?}, not {share}");
    }
    assert_eq!(inputs.len(), 2);
}

#[test]
fn what_never_varies_is_no_input_and_a_plan_of_nothing_else_hangs_on_nothing() {
    let plan = two_items("15d, rarely over 20d", "15d, rarely over 15d");
    let HangsOn::Inputs { inputs, others, .. } = plan.hangs_on else { panic!() };
    assert_eq!((inputs.len(), others), (1, 0));
    assert!(inputs[0].share > 0.95, "{inputs:?}");
    let still = two_items("15d, rarely over 15d", "15d, rarely over 15d");
    assert_eq!(still.hangs_on, HangsOn::Nothing);
}

#[test]
fn money_hangs_on_whether_the_ask_lands_and_too_little_data_says_what_is_missing() {
    let organisation = build(example(2));
    let one_tap = common::one_tap();
    let forecaster = Forecaster::new(&organisation, options().with_trials(500, 2_000));
    let forecast = forecaster.plan(&one_tap).unwrap();
    let HangsOn::Inputs { result, inputs, .. } = &forecast.hangs_on else { panic!() };
    assert_eq!(*result, ResultOf::NetValue);
    assert!(inputs.iter().any(|it| it.input == Input::Landing(common::token())), "{inputs:?}");
    assert!(inputs.windows(2).all(|pair| pair[0].share >= pair[1].share));
    let told: f64 = inputs.iter().map(|it| it.share).sum();
    assert!(told < 1.0 + 0.05, "independent inputs explain at most all of it: {told}");
    assert_eq!(forecaster.forecast().plans[0].hangs_on, HangsOn::NotSearched);

    let mut facts = example(2);
    let tap = outcome(&plan("checkout/one-tap"), "tap", Some("40k/week"), Some("2026-12-10"));
    facts[4] = work(&tap, "sheet", &[], None).into();
    let unknown = plan_forecast(&build(facts), &one_tap, &options().with_trials(100, 100)).unwrap();
    let lacks = vec![Lack::Effort("checkout/sheet".parse().unwrap())];
    assert_eq!(unknown.hangs_on, HangsOn::TooLittleData(lacks.clone()));
    assert_eq!(unknown.asks[0].certainty, Certainty::TooLittleData(lacks.clone()));
    assert_eq!(unknown.asks[0].dropping, Dropping::TooLittleData(lacks));
    assert_eq!(unknown.asks[0].on_time_by_start, None);
}
