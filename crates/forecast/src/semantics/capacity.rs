//! People who come and go, replayed: one trial, and what its log says.

use super::*;

/// Team `ours` with these people from Monday 5 October on, and then from these calendar days on.
fn over_time(people: f64, changes: &[(i32, f64)]) -> Draft {
    let mut draft = draft(people);
    draft.teams[0].changes = changes.to_vec();
    draft
}

#[test]
fn who_leaves_finishes_what_they_hold_and_nobody_takes_their_place() {
    // One of two is away for the second week. Both hold something when it begins.
    let mut draft = over_time(2.0, &[(7, 1.0), (14, 2.0)]);
    for name in ["a", "b", "c", "d"] {
        draft.item(name, 0, 6.0, &[]);
    }
    draft.items[1].effort = exactly(7.0);
    replay(&draft, Policy::Wait, &[], 0).tells(&[
        (0.0, "starts a"),
        (0.0, "starts b"),
        (5.0, "ours has one person from now on"),
        (6.0, "a ends"),
        // The first of the two to be done is not free: one person is all there is until `b` is done too.
        (7.0, "starts c"),
        (10.0, "ours has 2 people from now on"),
        (10.0, "starts d"),
        (13.0, "c ends"),
    ]);
}

#[test]
fn time_stands_still_while_the_whole_team_is_away() {
    // From Thursday to Tuesday nobody is there: four working days.
    let mut draft = over_time(2.0, &[(3, 0.0), (9, 2.0)]);
    let a = draft.item("a", 0, 5.0, &[]);
    draft.item("b", 0, 3.0, &[]);
    draft.item("c", 0, 1.0, &[a]);
    let replayed = replay(&draft, Policy::Wait, &[], 0);
    replayed.tells(&[
        // What ends as they go is done; what is not waits with its people.
        (3.0, "b ends"),
        (3.0, "nobody of ours is there"),
        (7.0, "ours has 2 people"),
        (9.0, "a ends"),
        (9.0, "starts c"),
        (10.0, "c ends"),
    ]);
    // Standing still costs nothing.
    assert!((replayed.spent - 9.0).abs() < 1e-9, "{}", replayed.spent);
}

#[test]
fn a_holiday_of_the_team_is_a_day_without_it() {
    let mut draft = over_time(1.0, &[(2, 0.0), (3, 1.0), (30, 0.0), (31, 1.0)]);
    let a = draft.item("a", 0, 5.0, &[]);
    draft.item("b", 0, 1.0, &[a]);
    replay(&draft, Policy::Wait, &[], 0).tells(&[(6.0, "a ends"), (7.0, "b ends")]);
    // As of the holiday itself, started work goes on the next day at its pace, and nothing starts before.
    let mut today = over_time(0.0, &[(1, 1.0)]);
    let begun = today.item("begun", 0, 3.0, &[]);
    today.items[begun].progress = Progress::Started { spent: 1.0 };
    today.teams[0].focus = 0.5;
    let new = today.item("new", 0, 1.0, &[]);
    today.items[new].rank.local = 0;
    replay(&today, Policy::Wait, &[], 0).tells(&[
        (0.0, "starts begun"),
        (5.0, "begun ends"),
        (5.0, "starts new"),
        (7.0, "new ends"),
    ]);
}

#[test]
fn a_change_at_a_weekend_is_one_on_monday() {
    let mut draft = over_time(1.0, &[(5, 0.0), (7, 2.0), (6, 5.0)]);
    for name in ["a", "b", "c"] {
        draft.item(name, 0, 5.0, &[]);
    }
    let replayed = replay(&draft, Policy::Wait, &[], 0);
    replayed.tells(&[(0.0, "starts a"), (5.0, "2 people"), (5.0, "starts b"), (5.0, "starts c")]);
    assert!(!replayed.says("nobody of ours") && !replayed.says("5 people"));
}

#[test]
fn after_the_last_has_gone_nothing_ends_and_what_was_done_is_charged() {
    let mut draft = over_time(2.0, &[(7, 0.0)]);
    draft.teams[0].focus = 0.5;
    draft.item("a", 0, 2.0, &[]);
    draft.item("b", 0, 9.0, &[]);
    let replayed = replay(&draft, Policy::Wait, &[], 0);
    replayed.tells(&[(4.0, "a ends"), (0.0, "starts b: 9.0 person-days, without end")]);
    assert!(!replayed.says("b ends") && replayed.live[0].is_infinite());
    // Two days, and five at half focus.
    assert!((replayed.spent - 4.5).abs() < 1e-9, "{}", replayed.spent);
}

#[test]
fn an_item_that_needs_more_than_are_there_waits_for_them_and_holds_nobody_up() {
    // A crew of two while one of two is away: the other one goes on with what one can do.
    let mut draft = over_time(1.0, &[(7, 2.0)]);
    let pair = draft.item("pair", 0, 2.0, &[]);
    draft.items[pair].crew = 2;
    draft.item("a", 0, 3.0, &[]);
    draft.item("b", 0, 3.0, &[]);
    draft.item("c", 0, 1.0, &[]);
    replay(&draft, Policy::Wait, &[], 0).tells(&[
        (0.0, "starts a"),
        (3.0, "starts b"),
        // There are two again, and it is first: now nobody overtakes it.
        (6.0, "starts pair"),
        (7.0, "starts c"),
    ]);
    // It is never too large, as there will be enough; a crew of three is.
    let program = draft.program();
    assert!(!program.items[pair].too_large);
    draft.items[pair].crew = 3;
    assert!(draft.program().items[pair].too_large);
    // Once too large again it lets others pass again.
    draft.items[pair].crew = 2;
    draft.teams[0].changes = vec![(1, 2.0), (2, 1.0)];
    let replayed = replay(&draft, Policy::Wait, &[], 0);
    replayed.tells(&[(0.0, "starts a"), (3.0, "starts b"), (6.0, "starts c")]);
    assert!(!replayed.says("starts pair"));
}

#[test]
fn part_of_a_person_is_a_person_part_of_the_time_at_the_pace_of_the_start() {
    // One and a half people are two at three quarters; from the second week there are two.
    let mut draft = over_time(1.5, &[(7, 2.0)]);
    draft.item("a", 0, 3.0, &[]);
    draft.item("b", 0, 6.0, &[]);
    draft.item("c", 0, 6.0, &[]);
    replay(&draft, Policy::Wait, &[], 0).tells(&[
        (4.0, "a ends"),
        (8.0, "b ends"),
        // Started at three quarters, and so to its end.
        (4.0, "starts c"),
        (12.0, "c ends"),
    ]);
}

#[test]
fn upkeep_is_divided_by_the_people_there_are() {
    // Upkeep of a fifth of a person: a tenth of each of two, all of the same fifth of one.
    let mut draft = over_time(2.0, &[(7, 1.0)]);
    draft.teams[0].focus = 0.6;
    draft.ask(LandingSource::Never, &[], vec![hack(1.0)]);
    draft.asks[0].chain[0].progress = FallbackProgress::Live { since: -3 };
    draft.asks[0].chain[0].maintain = 0.2;
    let a = draft.item("a", 0, 2.5, &[]);
    draft.item("b", 0, 2.0, &[a]);
    replay(&draft, Policy::Wait, &[], 0).tells(&[(5.0, "a ends"), (10.0, "b ends")]);
    // Of one and a half people at focus 0.6 there are 0.9 person-days a day; 0.7 of them are left, for two at a time.
    draft.teams[0].people = Some(1.5);
    draft.teams[0].changes = vec![];
    draft.items[a].effort = exactly(0.35);
    replay(&draft, Policy::Wait, &[], 0).tells(&[(1.0, "a ends")]);
}

#[test]
fn what_an_ask_waits_for_stands_still_where_the_asked_team_is_away() {
    let mut draft = draft(1.0);
    let a = draft.item("a", 0, 1.0, &[]);
    draft.teams[1].changes = vec![(1, 0.0), (4, 1.0)];
    draft.ask(queued(2.0, 1.0), &[a], vec![]);
    replay(&draft, Policy::Wait, &[], 0).tells(&[(5.0, "ask 0 lands"), (5.0, "starts a")]);
}

#[test]
fn stopping_what_stood_still_charges_what_was_worked() {
    let mut draft = over_time(1.0, &[(2, 0.0), (7, 1.0)]);
    let a = draft.item("a", 0, 1.0, &[]);
    draft.ask(LandingSource::On(7), &[a], vec![hack(8.0)]);
    let replayed = replay(&draft, Policy::StartNow, &[0.0], 0);
    replayed.tells(&[(6.0, "hack is stopped"), (6.0, "starts a")]);
    // Monday, Tuesday and the Monday after of the hack, and one day of `a`.
    assert!((replayed.spent - 4.0).abs() < 1e-9, "{}", replayed.spent);
}
