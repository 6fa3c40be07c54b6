//! Money, replayed.

use super::*;

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
