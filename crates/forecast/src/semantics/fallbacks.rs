//! Fallbacks, replayed.

use super::*;

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
