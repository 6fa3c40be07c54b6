//! What stands, case by case, each computed by hand.
#![allow(clippy::unwrap_used)]

mod support;

use kedge_floor::{Basis, Role, standing};
use kedge_model::*;
use support::*;

fn share(organisation: &Organisation, id: &str) -> f64 {
    let standing = standing(organisation, as_of());
    standing.outcome(&OutcomeId::new(own(), slug(id))).unwrap().share.get()
}

fn with_chain(fallbacks: Vec<Fallback>) -> Vec<Fact> {
    let mut token = ask("token", &["wire-up"]);
    token.fallbacks = fallbacks;
    vec![
        plan().into(),
        outcome("tap", Some("40k/week")).into(),
        work("sheet", &["tap"], &[]).into(),
        work("wire-up", &["tap"], &["sheet"]).into(),
        token.into(),
    ]
}

fn tap(fallbacks: Vec<Fallback>) -> f64 {
    share(&build(with_chain(fallbacks)), "tap")
}

#[test]
fn a_plan_whose_only_ask_has_no_fallback_does_not_stand_and_a_descope_makes_it_stand() {
    let organisation = build(with_chain(vec![]));
    let before = standing(&organisation, as_of());
    let plan = before.plan(&plan_id()).unwrap();
    assert_eq!(plan.number.fraction(), Some(0.0));
    assert_eq!(plan.number.sentence(), "None of 40k a week stands if no other team delivers.");
    assert_eq!(before.outcomes[0].sentence(as_of()), "None of it stands: `token` has no way on.");
    assert_eq!(before.asks[0].sentence(as_of()), "Only payments can open this: it has no fallback.");

    let organisation = build(with_chain(vec![descope(60)]));
    let after = standing(&organisation, as_of());
    let plan = after.plan(&plan_id()).unwrap();
    assert_eq!(plan.number.fraction(), Some(0.6));
    assert_eq!(plan.number.sentence(), "24k of 40k a week stands, even if no other team delivers.");
    assert_eq!(after.outcomes[0].sentence(as_of()), "60% of it stands; the rest needs `token`.");
    assert_eq!(after.outcomes[0].stands(), Some(Money::new(24_000.0)));
}

#[test]
fn leaning_fallbacks_are_skipped() {
    assert!(tap(vec![away()]).abs() < 1e-12);
    let escalate = Fallback::new(slug("escalate"), FallbackKind::Escalate { with: None });
    assert!(tap(vec![away(), escalate.clone()]).abs() < 1e-12);
    assert!((tap(vec![away(), escalate, descope(90)]) - 0.9).abs() < 1e-12);
    let organisation = build(with_chain(vec![away(), descope(90)]));
    let standing = standing(&organisation, as_of());
    assert_eq!(
        standing.asks[0].sentence(as_of()),
        "The smaller scope needs nobody else and keeps 90%; before that, the away team needs a yes from payments."
    );
    assert_eq!(standing.asks[0].chain[0].role, Role::Leans { on: team("payments") });
    assert_eq!(standing.asks[0].opening().unwrap().kind, "descope");
}

#[test]
fn an_away_team_stands_only_where_the_host_merges_openly_and_has_not_refused() {
    let mut facts = with_chain(vec![away()]);
    let mut payments = Team::new(team("payments"), TeamKind::Stream);
    let welcome = |merge| AwayTeams {
        merge,
        guide: None,
        guide_share: None,
        norms: None,
        fits: None,
        meta: Meta::default(),
    };
    payments.away_teams = Some(welcome(Merge::Host));
    facts.push(payments.clone().into());
    assert!(share(&build(facts.clone()), "tap").abs() < 1e-12);
    facts.pop();
    payments.away_teams = Some(welcome(Merge::Open));
    facts.push(payments.into());
    assert!((share(&build(facts.clone()), "tap") - 1.0).abs() < 1e-12);
    facts.push(answer("token", "payments", &[("2026-10-05", host(Host::Unable))]).into());
    assert!(share(&build(facts), "tap").abs() < 1e-12);
}

#[test]
fn what_has_landed_holds_nothing_up_and_later_facts_are_not_known() {
    let mut facts = with_chain(vec![]);
    let landed = Says::Landed { since: date("2026-10-12") };
    facts.push(answer("token", "payments", &[("2026-10-12", says(landed))]).into());
    let organisation = build(facts);
    assert!((share(&organisation, "tap") - 1.0).abs() < 1e-12);
    let earlier = standing(&organisation, date("2026-10-11"));
    assert!(earlier.outcomes[0].share.get().abs() < 1e-12);
}

#[test]
fn a_live_fallback_counts_as_what_it_keeps_until_it_can_be_left() {
    let mut vault = Fallback::new(slug("hack"), FallbackKind::Hack);
    vault.keeps = Share::percent(80);
    vault.taken = Some(date("2026-10-05"));
    vault.live = Some(date("2026-10-09"));
    assert!((tap(vec![descope(50), vault.clone()]) - 0.8).abs() < 1e-12, "what is live is what counts");
    let landed =
        answer("token", "payments", &[("2026-10-12", says(Says::Landed { since: date("2026-10-12") }))]);
    let after_landing = |fallback: Fallback| {
        let mut facts = with_chain(vec![fallback]);
        facts.push(landed.clone().into());
        share(&build(facts), "tap")
    };
    assert!((after_landing(vault.clone()) - 0.8).abs() < 1e-12, "there is no way out of it");
    vault.migrate = Some("1w".parse().unwrap());
    assert!((after_landing(vault) - 1.0).abs() < 1e-12, "leaving it is our own work");
}

#[test]
fn a_live_leaning_fallback_is_there() {
    let mut visitors = away();
    visitors.taken = Some(date("2026-10-05"));
    assert!(tap(vec![visitors.clone()]).abs() < 1e-12);
    visitors.live = Some(date("2026-10-12"));
    assert!((tap(vec![visitors]) - 1.0).abs() < 1e-12);
}

#[test]
fn a_stance_passes_over_what_comes_before_it() {
    let mut later = descope(40);
    later.start = Stance::Now;
    assert!((tap(vec![descope(90), later.clone()]) - 0.4).abs() < 1e-12);
    let mut raised = Fallback::new(slug("escalate"), FallbackKind::Escalate { with: None });
    raised.start = Stance::Now;
    assert!((tap(vec![descope(90), raised]) - 0.9).abs() < 1e-12, "a stance can be taken back");
    let mut running = descope(70);
    running.taken = Some(date("2026-10-12"));
    assert!((tap(vec![descope(90), running]) - 0.7).abs() < 1e-12);
}

#[test]
fn shares_multiply_or_the_least_counts_and_one_ask_counts_once() {
    let mut token = ask("token", &["sheet", "wire-up", "tap"]);
    token.fallbacks = vec![descope(80)];
    let mut check = ask("check", &["tap"]);
    check.fallbacks = vec![descope(90)];
    let mut facts: Vec<Fact> = vec![
        plan().into(),
        outcome("tap", None).into(),
        work("sheet", &[], &[]).into(),
        work("wire-up", &["tap"], &["sheet"]).into(),
        token.into(),
        check.into(),
    ];
    let organisation = build(facts.clone());
    assert!((share(&organisation, "tap") - 0.72).abs() < 1e-12);
    let answer = standing(&organisation, as_of());
    assert_eq!(answer.outcomes[0].holds.len(), 2);
    assert_eq!(answer.organisation.basis(), Basis::Outcomes);
    assert_eq!(
        answer.organisation.sentence(),
        "0 of 1 outcome stands and 1 in part, even if no other team delivers."
    );
    let mut least = outcome("tap", None);
    least.combine = Combine::Least;
    facts[1] = least.into();
    assert!((share(&build(facts), "tap") - 0.8).abs() < 1e-12);
}

#[test]
fn work_before_work_is_waited_for_and_started_dropped_or_skipped_work_is_not() {
    let facts = |change: &dyn Fn(&mut Work), skip: bool| {
        let mut first = work("first", &[], &[]);
        change(&mut first);
        let mut hosted = ask("token", &["first"]);
        hosted.fallbacks = vec![];
        let mut other = ask("other", &["tap"]);
        let mut around = descope(70);
        if skip {
            around.skips = vec![WorkId::new(own(), slug("last"))];
        }
        other.fallbacks = vec![around];
        vec![
            plan().into(),
            outcome("tap", None).into(),
            first.into(),
            work("middle", &[], &["first"]).into(),
            work("last", &["tap"], &["middle"]).into(),
            hosted.into(),
            other.into(),
        ]
    };
    let nothing = |_: &mut Work| {};
    let stuck = build(facts(&nothing, false));
    assert!(share(&stuck, "tap").abs() < 1e-12);
    let answer = standing(&stuck, as_of());
    let hold = answer.outcomes[0].holds.iter().find(|hold| hold.keeps == Share::ZERO).unwrap();
    let through: Vec<&str> = hold.through.iter().map(|item| item.id().as_str()).collect();
    assert_eq!(through, ["last", "middle", "first"]);

    assert!((share(&build(facts(&nothing, true)), "tap") - 0.7).abs() < 1e-12, "the fallback skips the item");
    let started = |work: &mut Work| work.started = Some(date("2026-10-05"));
    assert!((share(&build(facts(&started, false)), "tap") - 0.7).abs() < 1e-12);
    let dropped = |work: &mut Work| work.dropped = Some(date("2026-10-05"));
    assert!((share(&build(facts(&dropped, false)), "tap") - 0.7).abs() < 1e-12);
    let done = |work: &mut Work| work.done = Some(date("2026-10-05"));
    assert!((share(&build(facts(&done, false)), "tap") - 0.7).abs() < 1e-12);
}

#[test]
fn a_fallback_that_skips_what_its_own_ask_gates_still_counts() {
    let mut around = descope(50);
    around.skips = vec![WorkId::new(own(), slug("wire-up"))];
    assert!((tap(vec![around]) - 0.5).abs() < 1e-12);
}

#[test]
fn delivered_dropped_and_closed_are_not_planned() {
    let mut live = outcome("there", Some("10k/week"));
    live.live = Some(date("2026-10-01"));
    let mut gone = outcome("gone", Some("20k/week"));
    gone.dropped = Some(date("2026-10-01"));
    let mut facts: Vec<Fact> =
        vec![plan().into(), live.into(), gone.into(), outcome("tap", Some("40k/week")).into()];
    let answer = standing(&build(facts.clone()), as_of());
    assert_eq!(answer.organisation.total().planned, Money::new(40_000.0));
    assert_eq!(answer.organisation.fraction(), Some(1.0));
    assert_eq!(answer.outcomes.len(), 3);
    let mut closed = plan();
    closed.closed = Some(date("2026-10-10"));
    facts[0] = closed.into();
    let answer = standing(&build(facts), as_of());
    assert!(answer.outcomes.is_empty() && answer.plans.is_empty() && answer.teams.is_empty());
    assert_eq!(answer.organisation.fraction(), None);
    assert_eq!(answer.organisation.sentence(), "Nothing is planned.");
}

#[test]
fn confirmed_values_and_claims_are_apart_and_outcomes_without_value_are_said() {
    let confirmed = ConfirmationLog {
        by: TeamId::council(),
        outcome: OutcomeId::new(own(), slug("tap")),
        entries: vec![Confirmation {
            value: "30k/week".parse().unwrap(),
            on: date("2026-10-01"),
            who: PersonId::new(TeamId::council(), slug("ines")),
            meta: Meta::default(),
        }],
    };
    let facts: Vec<Fact> = vec![
        plan().into(),
        outcome("tap", Some("40k/week")).into(),
        outcome("other", Some("10k/week")).into(),
        outcome("unknown", None).into(),
        confirmed.into(),
    ];
    let number = standing(&build(facts), as_of()).organisation;
    assert_eq!(number.confirmed.planned, Money::new(30_000.0));
    assert_eq!(number.claimed.planned, Money::new(10_000.0));
    assert_eq!(
        number.sentence(),
        "40k of 40k a week stands, even if no other team delivers. Without a value: 1 of 1 outcome stands."
    );
}

#[test]
fn a_chain_of_ten_thousand_items_does_not_overflow() {
    let mut facts: Vec<Fact> = vec![plan().into(), outcome("tap", None).into(), work("n0", &[], &[]).into()];
    for i in 1..10_000 {
        let before = format!("n{}", i - 1);
        let serves: &[&str] = if i == 9_999 { &["tap"] } else { &[] };
        facts.push(work(&format!("n{i}"), serves, &[&before]).into());
    }
    facts.push(ask("token", &["n0"]).into());
    assert!(share(&build(facts), "tap").abs() < 1e-12);
}
