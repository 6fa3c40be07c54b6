//! What each ask's landing rests on: one source per ask, named.
#![allow(clippy::unwrap_used, clippy::float_cmp)] // Odds are compared with the very figure that was set.

mod common;

use common::{
    ask, build, date, effort, example, hack, one_tap, options, outcome, plan, slug, team, token, work,
};
use kedge_forecast::*;
use kedge_model::*;

/// What the asked team said of the ask.
fn said(on: &str, says: Says, work: Option<&str>) -> Answer {
    Answer {
        on: date(on),
        word: Word::Says { says, work: work.map(|work| work.parse().unwrap()), effort: None, instead: None },
        why: None,
        heard: None,
        meta: Meta::default(),
    }
}

fn log(to: AnswerTo, entries: Vec<Answer>) -> Fact {
    AnswerLog { by: "payments".parse().unwrap(), to, entries }.into()
}

/// The example without stated odds, with these answers and facts more.
fn with(answers: Vec<Answer>, more: Vec<Fact>) -> Organisation {
    let mut facts = example(2);
    let Fact::Ask(asked) = facts.pop().unwrap() else { unreachable!() };
    let mut asked = (*asked).clone();
    asked.odds = None;
    facts.push(asked.into());
    if !answers.is_empty() {
        facts.push(log(AnswerTo::Ask(token()), answers));
    }
    facts.extend(more);
    build(facts)
}

fn forecast_of(organisation: &Organisation, on: &str) -> AskForecast {
    let options = Options::on(date(on)).with_trials(4_000, 400);
    plan_forecast(organisation, &one_tap(), &options).unwrap().ask(&token()).unwrap().clone()
}

/// A plan of payments that keeps them busy, with an item `flag`.
fn busy(weeks: &str) -> Vec<Fact> {
    let plan = plan("payments/wallets");
    let outcome = outcome(&plan, "wallets", None, Some("2026-12-31"));
    vec![
        plan.clone().into(),
        work(&outcome, "flag", &[], Some("1w, rarely over 2w")).into(),
        work(&outcome, "rest", &["flag"], Some(weeks)).into(),
        outcome.into(),
    ]
}

fn taken_up(ask: &AskForecast) -> (f64, String) {
    let odds = ask.taken_up.as_ref().unwrap();
    (odds.chance.get(), odds.source.detail())
}

#[test]
fn without_an_answer_half_are_taken_up_and_as_many_slip_as_elsewhere() {
    let ask = forecast_of(&with(vec![], vec![]), "2026-10-01");
    assert_eq!(ask.lands_by, LandsBy::Distribution);
    assert_eq!(taken_up(&ask), (0.5, "assume.take-up.none".into()));
    assert!(ask.sources.iter().any(|source| source.word() == "prior"));
    // Asked on 1 October for 11 November, 41 days ahead: 70 % of the taken-up half land by then.
    let by = ask.by_wanted.unwrap().share.get();
    assert!((by - 0.35).abs() < 0.025, "{by}");
    assert!((ask.lands.spread().unwrap().never.share.get() - 0.5).abs() < 0.03);
}

#[test]
fn the_latest_answer_sets_the_odds() {
    let considering = said("2026-10-01", Says::Considering { until: None }, None);
    assert_eq!(taken_up(&forecast_of(&with(vec![considering.clone()], vec![]), "2026-10-02")).0, 0.6);
    let countered = said("2026-10-01", Says::Countered { offer: "a batch".into(), by: None }, None);
    assert_eq!(taken_up(&forecast_of(&with(vec![countered], vec![]), "2026-10-02")).0, 0.7);
    let committed = said("2026-10-02", Says::Committed { by: date("2026-11-20") }, None);
    let organisation = with(vec![considering, committed], vec![]);
    let ask = forecast_of(&organisation, "2026-10-02");
    assert_eq!(taken_up(&ask), (0.9, "assume.take-up.committed".into()));
    // 70 % of 90 % by the end of the day promised, counted from the day it was promised.
    let by = ask.lands.spread().unwrap().by(date("2026-11-20")).get();
    assert!((by - 0.63).abs() < 0.025, "{by}");
    // What is said later is not known.
    assert_eq!(taken_up(&forecast_of(&organisation, "2026-10-01")).0, 0.6);
}

#[test]
fn a_refusal_is_the_end_and_the_fallback_starts() {
    let organisation = with(vec![said("2026-10-01", Says::Declined, None)], vec![]);
    let ask = forecast_of(&organisation, "2026-10-01");
    assert_eq!(ask.lands_by, LandsBy::Dead);
    assert!((ask.fallbacks[0].taken.share.get() - 1.0).abs() < 1e-9);
    let plan = plan_forecast(&organisation, &one_tap(), &options()).unwrap();
    let live = |policy| plan.policy(policy).unwrap().outcomes[0].live.clone();
    assert_eq!(live(Policy::AsPlanned), live(Policy::StartNow));
    assert_eq!(live(Policy::Wait).spread().unwrap().never.share, Probability::ONE);
}

#[test]
fn an_answer_that_names_its_work_lands_with_that_work() {
    let committed = || said("2026-10-01", Says::Committed { by: date("2026-11-20") }, Some("payments/flag"));
    let organisation = with(vec![committed()], busy("1w"));
    let ask = forecast_of(&organisation, "2026-10-01");
    assert_eq!(ask.lands_by, LandsBy::Item("payments/flag".parse().unwrap()));
    assert_eq!(ask.taken_up, None);
    // Three people, one week at P50.
    let p50 = ask.lands.spread().unwrap().p50.date().unwrap();
    assert!((p50.days_since(date("2026-10-08"))).abs() <= 1, "{p50}");
    // Without an effort there is no date, and it says which.
    let mut unknown = busy("1w");
    let Fact::Work(flag) = &unknown[1] else { unreachable!() };
    let mut flag = (**flag).clone();
    flag.effort = None;
    unknown[1] = flag.into();
    let ask = forecast_of(&with(vec![committed()], unknown), "2026-10-01");
    assert_eq!(ask.lands, Dates::TooLittleData(vec![Lack::Effort("payments/flag".parse().unwrap())]));
}

#[test]
fn a_queue_counts_where_it_is_at_least_half_filled() {
    // Three people for thirteen weeks; other work counts as 30 %.
    let ask = forecast_of(&with(vec![], busy("2w, rarely over 3w")), "2026-10-01");
    assert_eq!(ask.lands_by, LandsBy::Distribution);
    let ask = forecast_of(&with(vec![], busy("12w, rarely over 15w")), "2026-10-01");
    let LandsBy::Queue { filled } = ask.lands_by else { panic!("{:?}", ask.lands_by) };
    assert!((0.6..0.8).contains(&filled), "{filled}");
    // It takes one of three people a week or two; slip rates are not applied on top.
    assert!(!ask.sources.iter().any(|source| source.word() == "prior"));
    let p10 = ask.lands.spread().unwrap().p10.date().unwrap();
    assert!(p10 < date("2026-10-12"), "{p10}");
    let plan = plan_forecast(&with(vec![], busy("12w, rarely over 15w")), &one_tap(), &options()).unwrap();
    assert!(
        plan.assumptions.iter().any(|assumption| assumption.what.contains("priorities of payments shift"))
    );
}

#[test]
fn stated_odds_override_all() {
    let organisation = build([example(2), busy("12w, rarely over 15w")].concat());
    let ask = forecast_of(&organisation, "2026-10-01");
    assert_eq!(ask.lands_by, LandsBy::Distribution);
    assert_eq!(taken_up(&ask), (0.6, "odds of checkout/reusable-token, by the asker".into()));
}

#[test]
fn a_landing_is_a_fact_until_it_is_returned() {
    let landed = said("2026-10-01", Says::Landed { since: date("2026-10-01") }, None);
    let organisation = with(vec![landed], vec![]);
    let ask = forecast_of(&organisation, "2026-10-05");
    assert_eq!(ask.lands_by, LandsBy::Landed(date("2026-10-01")));
    assert_eq!(ask.lands, Dates::Happened(date("2026-10-01")));
    assert_eq!(ask.decide_by, DecideBy::NotNeeded);
    let mut returned = organisation.ask(&token()).unwrap().clone();
    returned.returned.push(Returned { on: date("2026-10-02"), why: "it does not work".into() });
    let organisation = organisation.with(&[returned.into()]).unwrap();
    assert_eq!(forecast_of(&organisation, "2026-10-05").lands_by, LandsBy::Distribution);
}

#[test]
fn joined_asks_land_as_one() {
    let mut facts = example(2);
    let Fact::Ask(asked) = facts.pop().unwrap() else { unreachable!() };
    let mut asked = (*asked).clone();
    asked.odds = None;
    facts.push(asked.into());
    facts.push(team("search", 2).into());
    let other_plan = plan("search/pay");
    let pays = outcome(&other_plan, "pays", None, Some("2026-12-10"));
    facts.push(other_plan.clone().into());
    facts.push(work(&pays, "button", &[], Some("1w")).into());
    facts.push(pays.into());
    let mut other = ask(&other_plan, "tokens", "payments", "button");
    other.fallbacks = vec![hack()];
    let joined = vec![token(), other.id.clone()];
    facts.push(other.into());
    let need = Need {
        id: NeedId::new("payments".parse().unwrap(), slug("tokens")),
        what: "tokens".into(),
        relation: NeedRelation::Joins(joined),
        on: date("2026-10-01"),
        effort: Some(effort("2w, rarely over 3w")),
        work: None,
        meta: Meta::default(),
    };
    facts.push(need.into());
    let organisation = build(facts);
    let forecaster = Forecaster::new(&organisation, options().with_trials(500, 100));
    let all = forecaster.forecast();
    // One draw: they land in the same trials on the same days.
    assert_eq!(all.plans[0].asks[0].lands, all.plans[1].asks[0].lands);
    assert!(all.plans[0].asks[0].lands.spread().is_some());
}

#[test]
fn a_stance_on_record_is_what_is_planned() {
    let organisation = build(example(2));
    let mut asked = organisation.ask(&token()).unwrap().clone();
    asked.fallbacks[0].start = Stance::Now;
    let started = organisation.with(&[asked.clone().into()]).unwrap();
    let plan = plan_forecast(&started, &one_tap(), &options()).unwrap();
    let live = |policy| plan.policy(policy).unwrap().outcomes[0].live.clone();
    assert_eq!(live(Policy::AsPlanned), live(Policy::StartNow));
    asked.fallbacks[0].start = Stance::On(date("2026-12-10"));
    let late = organisation.with(&[asked.into()]).unwrap();
    let plan = plan_forecast(&late, &one_tap(), &options()).unwrap();
    let by_due = |policy| plan.policy(policy).unwrap().outcomes[0].by_due.unwrap().share.get();
    assert!(by_due(Policy::AsPlanned) < by_due(Policy::Hedge) - 0.3);
}

#[test]
fn the_end_of_the_period_is_due_where_nothing_else_is() {
    let mut facts = example(2);
    let plan_fact = plan("checkout/one-tap");
    facts[6] = outcome(&plan_fact, "tap", Some("40k/week"), None).into();
    let forecast = plan_forecast(&build(facts.clone()), &one_tap(), &options()).unwrap();
    assert_eq!(forecast.policies[0].outcomes[0].due, Some(date("2026-12-31")));
    // Neither: no decide-by, and a note.
    let mut open = plan_fact;
    open.period = None;
    facts[3] = open.into();
    let forecast = plan_forecast(&build(facts), &one_tap(), &options()).unwrap();
    assert_eq!(forecast.policies[0].outcomes[0].by_due, None);
    assert_eq!(forecast.asks[0].decide_by, DecideBy::NoDue);
    assert_eq!(forecast.asks[0].needed_by, NeededBy::NoDue);
    assert!(forecast.notes.contains(&Note::NoDue("checkout/tap".parse().unwrap())));
}

#[test]
fn a_date_that_cannot_be_met_is_too_late_by_so_many_weeks() {
    let mut facts = example(2);
    let plan_fact = plan("checkout/one-tap");
    facts[6] = outcome(&plan_fact, "tap", Some("40k/week"), Some("2026-10-22")).into();
    let forecast = plan_forecast(&build(facts), &one_tap(), &options()).unwrap();
    let DecideBy::TooLate { weeks: Some(weeks) } = forecast.asks[0].decide_by else {
        panic!("{:?}", forecast.asks[0].decide_by)
    };
    // Starting now, four in five are live by 12 November.
    assert!((weeks - 3.0).abs() < 0.5, "{weeks}");
}

#[test]
fn work_that_delivers_an_ask_has_the_place_of_the_ask() {
    // One person; their own outcome is due at the end of the year, the ask is promised for November.
    let mut facts = busy("4w, rarely over 4w");
    let Fact::Work(flag) = &facts[1] else { unreachable!() };
    let mut flag = (**flag).clone();
    flag.serves = vec![];
    facts[1] = flag.into();
    let Fact::Work(rest) = &facts[2] else { unreachable!() };
    let mut rest = (**rest).clone();
    rest.after = vec![];
    facts[2] = rest.into();
    let committed = said("2026-10-01", Says::Committed { by: date("2026-11-20") }, Some("payments/flag"));
    let organisation = with(vec![committed], facts).with(&[team("payments", 1).into()]).unwrap();
    let ask = forecast_of(&organisation, "2026-10-01");
    let p50 = ask.lands.spread().unwrap().p50.date().unwrap();
    assert!(p50 <= date("2026-10-09"), "{p50}");
}
