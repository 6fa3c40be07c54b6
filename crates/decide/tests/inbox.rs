//! The inbox of Payments in the example, with the sums done by hand.
#![allow(clippy::unwrap_used)]

use kedge_decide::{Inbox, InboxItem, Subject, inbox};
use kedge_floor::standing;
use kedge_model::{Date, Money, Organisation, TeamId};
use std::path::Path;

fn harbour() -> Organisation {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/harbour"));
    kedge_files::load_folder(folder).unwrap().organisation
}

fn of(organisation: &Organisation, team: &str, as_of: &str) -> Inbox {
    let as_of: Date = as_of.parse().unwrap();
    let team: TeamId = team.parse().unwrap();
    inbox(organisation, &standing(organisation, as_of), &team, as_of).unwrap()
}

fn ask<'a>(inbox: &'a Inbox, name: &str) -> (usize, &'a InboxItem) {
    let has = |item: &InboxItem| item.subject.asks().iter().any(|ask| ask.to_string() == name);
    let at = inbox.items.iter().position(has).unwrap_or_else(|| panic!("{name} is not in {inbox:#?}"));
    (at, &inbox.items[at])
}

fn near(money: Option<Money>, hand: f64) -> bool {
    money.is_some_and(|money| (money.amount() / hand - 1.0).abs() < 1e-9)
}

/// The mean of "a, rarely over twice a" is a × exp((ln 2 / 1.281552)² / 2).
const TWICE: f64 = 1.157_506_1;

#[test]
fn confirmed_worth_for_each_week_of_effort_ranks() {
    let inbox = of(&harbour(), "payments", "2026-10-14");
    let twice = ((2.0_f64.ln() / 1.281_551_565_544_6).powi(2) / 2.0).exp();
    assert!((twice - TWICE).abs() < 1e-6);
    // 45k confirmed, all of it lost; guessed at "2w, rarely over 4w".
    let (place, events) = ask(&inbox, "loyalty/ledger-events");
    assert_eq!(place, 0);
    assert!(near(events.confirmed_a_week, 45_000.0 / (2.0 * twice)), "{events:#?}");
    assert_eq!(events.no[0].instead, None);
    assert!(events.no[0].sentence.ends_with("There is no way on without it."));
    // 25k confirmed, "no card over 50" keeps 90 % of it; guessed at "3d, rarely over 6d" of a five-day week.
    let (place, limits) = ask(&inbox, "checkout/fraud-limits");
    assert_eq!(place, 1);
    assert!(near(limits.confirmed_a_week, 2_500.0 / (0.6 * twice)), "{limits:#?}");
    assert_eq!(inbox.ranked, 3);
    let worth: Vec<f64> =
        inbox.items.iter().filter_map(|item| item.confirmed_a_week.map(Money::amount)).collect();
    assert!(worth.windows(2).all(|two| two[0] >= two[1]), "{worth:?}");
}

#[test]
fn claims_stand_beside_and_rank_nothing() {
    let inbox = of(&harbour(), "payments", "2026-10-14");
    // Wallets are claimed at 45k a week, more than anything confirmed but one; they stand behind all that is confirmed.
    let own = inbox.items.iter().position(InboxItem::is_own).unwrap();
    let wallets = &inbox.items[own];
    assert_eq!(wallets.what, "Pay with the phone's wallet in four countries");
    assert!(own >= inbox.ranked && wallets.confirmed_a_week.is_none() && wallets.claimed_a_week.is_some());
    assert!(wallets.unknown.iter().any(|it| it.contains("nobody has confirmed")), "{wallets:#?}");
    // Where no worth ranks, the team's own rank stands.
    let ranks: Vec<_> = inbox.items[inbox.ranked..].iter().map(|item| item.own_rank).collect();
    assert_eq!(ranks, [Some(1), Some(2), Some(3), Some(4)]);
}

#[test]
fn asks_that_are_one_need_are_one_item() {
    let inbox = of(&harbour(), "payments", "2026-10-14");
    let (at, item) = ask(&inbox, "checkout/gift-ledger");
    assert_eq!(ask(&inbox, "returns/store-credit").0, at);
    assert!(matches!(&item.subject, Subject::Need { asks, .. } if asks.len() == 2));
    assert_eq!(item.from.iter().map(ToString::to_string).collect::<Vec<_>>(), ["checkout", "returns"]);
    assert_eq!(item.no.len(), 2);
    // The item in Payments' own plan says what it takes, not the askers.
    let effort = item.effort.as_ref().unwrap();
    assert!(effort.source.detail().contains("Payments’ own `value-ledger`"), "{effort:?}");
    assert!((effort.weeks - 2.0 * TWICE).abs() < 1e-4, "{effort:?}");
}

#[test]
fn what_is_not_known_says_so() {
    let harbour = harbour();
    for team in harbour.teams() {
        let as_of: Date = "2026-10-14".parse().unwrap();
        let Some(inbox) = inbox(&harbour, &standing(&harbour, as_of), &team.id, as_of) else { continue };
        for item in &inbox.items {
            let says = |words: &str| item.unknown.iter().any(|it| it.contains(words));
            assert_eq!(item.effort.is_none(), says("has guessed") || says("No work item"), "{item:#?}");
            let ranked = item.confirmed_a_week.is_some();
            let weighed = item.at_stake.confirmed > Money::ZERO
                && item.effort.as_ref().is_some_and(|effort| effort.weeks > 0.0);
            assert_eq!(ranked, weighed, "{item:#?}");
            if item.at_stake.outcomes.iter().any(|it| it.worth.is_some()) {
                assert!(!says("what it is worth"), "{item:#?}");
            }
        }
    }
}

#[test]
fn a_day_earlier_knows_less() {
    let harbour = harbour();
    // Payments counted the two asks as one need on 8 October.
    let before = of(&harbour, "payments", "2026-10-07");
    assert_ne!(ask(&before, "checkout/gift-ledger").0, ask(&before, "returns/store-credit").0);
    assert!(!before.items.iter().any(|item| matches!(item.subject, Subject::Need { .. })));
}

#[test]
fn a_fallback_that_leans_on_a_team_is_in_its_inbox() {
    let harbour = harbour();
    // Checkout would have the web guild serve the pages, should Platform not; the guild has said nothing.
    let guild = of(&harbour, "web-guild", "2026-10-14");
    let (_, edge) = ask(&guild, "checkout/edge-latency");
    assert!(edge.is_yes(), "{edge:#?}");
    assert_eq!(edge.from.iter().map(ToString::to_string).collect::<Vec<_>>(), ["checkout"]);
    assert!(edge.answers.iter().all(|answer| answer.ends_with("--as web-guild")), "{:?}", edge.answers);
    assert!(edge.said.contains("nobody here has said yes or no"), "{}", edge.said);
    assert_eq!(edge.no.len(), 1);
    // Once it has said no, nothing waits for it.
    let act = kedge_model::Act::Answer {
        ask: "checkout/edge-latency".parse().unwrap(),
        by: Some("web-guild".parse().unwrap()),
        on: "2026-10-14".parse().unwrap(),
        says: kedge_model::Says::Declined,
        work: None,
        why: None,
    };
    let after = harbour.with(&act.changes(&harbour).unwrap()).unwrap();
    let guild = of(&after, "web-guild", "2026-10-14");
    assert!(
        !guild.items.iter().any(|item| item.subject.asks() == ["checkout/edge-latency".parse().unwrap()])
    );
    // Nobody speaks for a team whose yes is not wanted.
    let other = kedge_model::Act::Host {
        ask: "checkout/edge-latency".parse().unwrap(),
        by: Some("search".parse().unwrap()),
        on: "2026-10-14".parse().unwrap(),
        host: kedge_model::Host::Welcome,
        guide: None,
    };
    assert!(other.changes(&harbour).unwrap_err().to_string().contains("no fallback of it needs a yes"));
}

/// By hand: the fallbacks of the example that lean on a team other than the one that was asked, and have no word yet.
#[test]
fn every_yes_that_is_waited_for_is_in_one_inbox() {
    let harbour = harbour();
    let as_of: Date = "2026-10-14".parse().unwrap();
    let stands = standing(&harbour, as_of);
    let mut teams: Vec<TeamId> = harbour.teams().map(|team| team.id.clone()).collect();
    teams.push(TeamId::council());
    let mut found = Vec::new();
    for team in teams {
        let inbox = inbox(&harbour, &stands, &team, as_of).unwrap();
        for item in inbox.items.iter().filter(|item| item.is_yes()) {
            found.push(format!("{team}: {} {}", item.subject.asks()[0], item.answers[0]));
        }
    }
    let by_hand = [
        "squad: peak-crew/load-rig kedge answer peak-crew/load-rig committed --by … --as squad",
        "squad: platform/service-credentials kedge answer platform/service-credentials committed --by … --as squad",
        "web-guild: returns/photo-store kedge answer returns/photo-store committed --by … --as web-guild",
        "web-guild: checkout/edge-latency kedge answer checkout/edge-latency committed --by … --as web-guild",
        "council: returns/order-history kedge answer returns/order-history committed --by … --as council",
        "council: fulfil/geo-cache kedge answer fulfil/geo-cache committed --by … --as council",
    ];
    assert_eq!(found, by_hand);
}
