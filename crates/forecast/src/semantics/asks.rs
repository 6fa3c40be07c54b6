//! Gates and asks, replayed.

use super::*;

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
