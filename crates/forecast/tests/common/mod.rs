//! The worked example of `forecast.md` as facts, and the parts to make others from.
#![allow(dead_code, clippy::unwrap_used)]

use kedge_forecast::*;
use kedge_model::*;

pub(crate) fn date(text: &str) -> kedge_model::Date {
    text.parse().unwrap()
}

pub(crate) fn slug(text: &str) -> Slug {
    text.parse().unwrap()
}

pub(crate) fn effort(text: &str) -> Effort {
    text.parse().unwrap()
}

/// A team of so many people.
pub(crate) fn team(id: &str, people: u32) -> Team {
    let mut team = Team::new(id.parse().unwrap(), TeamKind::Stream);
    team.stated_people = Some(people);
    team
}

pub(crate) fn plan(id: &str) -> Plan {
    Plan { period: Some(Period::named("2026-Q4", 1).unwrap()), ..Plan::new(id.parse().unwrap()) }
}

pub(crate) fn outcome(plan: &Plan, id: &str, value: Option<&str>, due: Option<&str>) -> Outcome {
    Outcome {
        claim: value.map(|value| value.parse().unwrap()),
        due: due.map(date),
        ..Outcome::new(OutcomeId::new(plan.id.team().clone(), slug(id)), plan.id.clone())
    }
}

pub(crate) fn work(outcome: &Outcome, id: &str, after: &[&str], takes: Option<&str>) -> Work {
    let own = outcome.plan.team();
    Work {
        serves: vec![outcome.id.clone()],
        after: after.iter().map(|id| WorkId::parse(id, own).unwrap()).collect(),
        effort: takes.map(|takes| takes.parse().unwrap()),
        ..Work::new(WorkId::new(own.clone(), slug(id)), outcome.plan.clone())
    }
}

pub(crate) fn ask(plan: &Plan, id: &str, to: &str, gate: &str) -> Ask {
    Ask {
        asked: vec![Asked { on: date("2026-10-01"), how: None }],
        wanted: Some(date("2026-11-11")),
        effort: Some(effort("1w, rarely over 2w")),
        gates: vec![Reference::parse(gate, plan.id.team()).unwrap()],
        ..Ask::new(
            AskId::new(plan.id.team().clone(), slug(id)),
            plan.id.clone(),
            to.parse().unwrap(),
            "a flag".into(),
        )
    }
}

pub(crate) fn hack() -> Fallback {
    let mut hack = Fallback::new(slug("hack"), FallbackKind::Hack);
    hack.create = Some(effort("2w, rarely over 3w"));
    hack.maintain = Some("2d/month".parse().unwrap());
    hack.migrate = Some(effort("1w, rarely over 2w"));
    hack.keeps = Share::percent(90);
    hack
}

/// The worked example of `forecast.md`, from facts.
pub(crate) fn example(people: u32) -> Vec<Fact> {
    let mut settings = Settings { name: "example".into(), ..Settings::default() };
    settings.assume.plan_factor = 1.0;
    settings.assume.organisation_factor = 1.0;
    let plan = plan("checkout/one-tap");
    let outcome = outcome(&plan, "tap", Some("40k/week"), Some("2026-12-10"));
    let mut ask = ask(&plan, "reusable-token", "payments", "wire-up");
    let median = ClockTime::new(45.0, ClockUnit::Day).unwrap();
    ask.odds = Some(StatedOdds { taken_up: Probability::percent(60), median });
    ask.fallbacks = vec![hack()];
    vec![
        settings.into(),
        team("checkout", people).into(),
        team("payments", 3).into(),
        plan.into(),
        work(&outcome, "sheet", &[], Some("3w, rarely over 6w")).into(),
        work(&outcome, "wire-up", &["sheet"], Some("1w, rarely over 2w")).into(),
        outcome.into(),
        ask.into(),
    ]
}

pub(crate) fn build(facts: Vec<Fact>) -> Organisation {
    Organisation::build(Scope::Whole, facts).unwrap()
}

pub(crate) fn options() -> Options {
    Options::on(date("2026-10-01"))
}

pub(crate) fn one_tap() -> PlanId {
    "checkout/one-tap".parse().unwrap()
}

pub(crate) fn token() -> AskId {
    "checkout/reusable-token".parse().unwrap()
}

pub(crate) fn median(plan: &PlanForecast, policy: Policy) -> Option<kedge_model::Date> {
    plan.policy(policy).unwrap().outcomes[0].live.spread().unwrap().p50.date()
}
