//! What must hold of an organisation, and the laws of changes.
#![allow(clippy::unwrap_used)]

use kedge_model::*;

fn slug(text: &str) -> Slug {
    text.parse().unwrap()
}
fn team(text: &str) -> TeamId {
    text.parse().unwrap()
}
fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn plan() -> Vec<Fact> {
    let own = team("checkout");
    let plan = PlanId::new(own.clone(), slug("one-tap"));
    let outcome = OutcomeId::new(own.clone(), slug("tap"));
    vec![
        Plan { period: Period::named("2026-Q4", 1).ok(), ..Plan::new(plan.clone()) }.into(),
        Outcome { claim: Some("40k/week".parse().unwrap()), ..Outcome::new(outcome.clone(), plan.clone()) }
            .into(),
        work(&plan, "sheet", &[]).into(),
        work(&plan, "wire-up", &["sheet"]).into(),
        ask(&plan, "token", "payments", "wire-up").into(),
    ]
}

fn work(plan: &PlanId, id: &str, after: &[&str]) -> Work {
    let own = plan.team().clone();
    Work {
        serves: vec![OutcomeId::new(own.clone(), slug("tap"))],
        after: after.iter().map(|id| WorkId::parse(id, &own).unwrap()).collect(),
        ..Work::new(WorkId::new(own, slug(id)), plan.clone())
    }
}

fn ask(plan: &PlanId, id: &str, to: &str, gate: &str) -> Ask {
    let own = plan.team().clone();
    Ask {
        asked: vec![Asked { on: date("2026-10-02"), how: None }],
        gates: vec![Reference::parse(gate, &own).unwrap()],
        ..Ask::new(AskId::new(own, slug(id)), plan.clone(), team(to), "a flag".into())
    }
}

fn codes_of(result: Result<Organisation, Vec<Finding>>) -> Vec<String> {
    result.err().unwrap_or_default().iter().map(|finding| finding.code.to_string()).collect()
}

#[test]
fn a_lone_plan_takes_unknown_teams_as_external() {
    let organisation = Organisation::build(Scope::Partial, plan()).unwrap();
    assert_eq!(organisation.assumed_teams().len(), 2);
    assert_eq!(organisation.team(&team("payments")).unwrap().kind.word(), "external");
    let outcome = organisation.outcomes().next().unwrap();
    assert_eq!(organisation.due(outcome), Some(date("2026-12-31")));
    assert!(!organisation.worth(outcome).unwrap().confirmed);
    assert_eq!(codes_of(Organisation::build(Scope::Whole, plan())), ["K007", "K007"]);
}

#[test]
fn every_fault_is_told_at_once_with_its_fix() {
    let mut facts = plan();
    let id = PlanId::new(team("checkout"), slug("one-tap"));
    facts.push(work(&id, "tap", &["payments/flag"]).into());
    facts.push(work(&id, "sheet", &[]).into());
    facts.push(ask(&id, "other", "checkout", "wire-upp").into());
    let findings = Organisation::build(Scope::Partial, facts).unwrap_err();
    let mut codes: Vec<String> = findings.iter().map(|finding| finding.code.to_string()).collect();
    codes.sort();
    assert_eq!(codes, ["K005", "K006", "K007", "K009", "K012"]);
    assert!(findings.iter().all(|finding| finding.fix.is_some()));
    let gate = findings.iter().find(|finding| finding.code == codes::UNKNOWN_REFERENCE).unwrap();
    assert_eq!(gate.fix.as_ref().unwrap().advice, "did you mean `wire-up`?");
}

#[test]
fn circles_are_told_once_and_long_chains_do_not_overflow() {
    let id = PlanId::new(team("checkout"), slug("one-tap"));
    let mut facts = plan();
    facts.push(work(&id, "a", &["b"]).into());
    facts.push(work(&id, "b", &["a"]).into());
    assert_eq!(codes_of(Organisation::build(Scope::Partial, facts)), ["K008"]);
    let mut facts = plan();
    facts.push(work(&id, "n0", &[]).into());
    for i in 1..20_000 {
        facts.push(work(&id, &format!("n{i}"), &[&format!("n{}", i - 1)]).into());
    }
    assert!(Organisation::build(Scope::Partial, facts).is_ok());
}

#[test]
fn undo_is_the_inverse() {
    let before = Organisation::build(Scope::Partial, plan()).unwrap();
    let token: AskId = "checkout/token".parse().unwrap();
    let act = Act::Answer {
        ask: token.clone(),
        by: None,
        on: date("2026-10-06"),
        says: Says::Committed { by: date("2026-11-20") },
        work: None,
        why: None,
    };
    let changes = act.changes(&before).unwrap();
    let after = before.with(&changes).unwrap();
    assert_eq!(after.ask_state(after.ask(&token).unwrap()).word(), "committed");
    assert_eq!(before.ask_state(before.ask(&token).unwrap()).word(), "unanswered");
    let back = after.with(&before.inverse(&changes)).unwrap();
    assert_eq!(back.facts_in_order(), before.facts_in_order());
}

#[test]
fn later_facts_are_not_known() {
    let before = Organisation::build(Scope::Partial, plan()).unwrap();
    let token: AskId = "checkout/token".parse().unwrap();
    let landed = Act::Answer {
        ask: token.clone(),
        by: None,
        on: date("2026-11-01"),
        says: Says::Landed { since: date("2026-11-01") },
        work: None,
        why: None,
    };
    let after = before.with(&landed.changes(&before).unwrap()).unwrap();
    let state = |organisation: &Organisation| organisation.ask_state(organisation.ask(&token).unwrap());
    assert!(state(&after).is_open());
    assert_eq!(state(&after.known_on(date("2026-10-31"))).word(), "unanswered");
    assert_eq!(state(&after.known_on(date("2026-10-01"))), AskState::NeverAsked);
    assert!(state(&after.known_on(date("2026-11-01"))).is_open());
}

#[test]
fn an_accepted_counter_counts_and_a_returned_landing_does_not() {
    let organisation = Organisation::build(Scope::Partial, plan()).unwrap();
    let token: AskId = "checkout/token".parse().unwrap();
    let say = |organisation: &Organisation, on: &str, says: Says| {
        let act = Act::Answer { ask: token.clone(), by: None, on: date(on), says, work: None, why: None };
        organisation.with(&act.changes(organisation).unwrap()).unwrap()
    };
    let accept = Act::Accept { ask: token.clone(), on: date("2026-10-08") };
    assert!(accept.changes(&organisation).is_err());
    let offered = say(&organisation, "2026-10-06", Says::Countered { offer: "a batch".into(), by: None });
    let accepted = offered.with(&accept.changes(&offered).unwrap()).unwrap();
    assert_eq!(accepted.ask_state(accepted.ask(&token).unwrap()).word(), "committed");
    let landed = say(&accepted, "2026-10-20", Says::Landed { since: date("2026-10-20") });
    let mut ask = landed.ask(&token).unwrap().clone();
    ask.returned.push(Returned { on: date("2026-10-21"), why: "it does not work".into() });
    let returned = landed.with(&[ask.into()]).unwrap();
    assert_eq!(returned.ask_state(returned.ask(&token).unwrap()).word(), "committed");
}
