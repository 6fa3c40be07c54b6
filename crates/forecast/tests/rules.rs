//! Rules of the forecast that begin in facts: what an effort, an answer, a host or a need comes to in a trial's log.
#![allow(clippy::unwrap_used, clippy::float_cmp)] // Odds are compared with the very figure that was set.

mod common;

use common::{
    ask, build, date, effort, example, hack, one_tap, options, outcome, plan, slug, team, token, work,
};
use kedge_forecast::*;
use kedge_model::*;

/// Exactly so many days.
fn exactly(days: u32) -> Effort {
    let days: WorkTime = format!("{days}d").parse().unwrap();
    Effort::Range { least: days, likely: days, most: days }
}

/// The first fact of a kind, changed.
macro_rules! change {
    ($facts:expr, $kind:ident, $with:expr) => {
        for fact in &mut $facts {
            if let Fact::$kind(it) = fact {
                let mut changed = (**it).clone();
                #[allow(clippy::redundant_closure_call)]
                $with(&mut changed);
                *fact = changed.into();
                break;
            }
        }
    };
}

fn log(facts: &[Fact], policy: Policy, trial: u64) -> Vec<LogLine> {
    replay(&build(facts.to_vec()), &one_tap(), policy, trial, &options().with_trials(200, 100)).unwrap()
}

/// On which day of the log something happens first.
fn on(log: &[LogLine], part: &str) -> Option<String> {
    log.iter().find(|line| line.what.contains(part)).map(|line| line.date.to_string())
}

/// Person-days that an item takes in this trial.
fn days(log: &[LogLine], part: &str) -> Option<f64> {
    let line = log.iter().find(|line| line.what.contains(part))?;
    line.what.split(": ").nth(1)?.split(' ').next()?.parse().ok()
}

fn said(on: &str, word: Word) -> Answer {
    Answer { on: date(on), word, why: None, heard: None, meta: Meta::default() }
}

fn says(says: Says, work: Option<&str>, effort: Option<Effort>) -> Word {
    Word::Says { says, work: work.map(|work| work.parse().unwrap()), effort, instead: None }
}

fn answers(to: AnswerTo, entries: Vec<Answer>) -> Fact {
    AnswerLog { by: "payments".parse().unwrap(), to, entries }.into()
}

/// A plan that keeps the three people of payments at work for most of the quarter, as one item.
fn busy() -> Vec<Fact> {
    let plan = plan("payments/wallets");
    let outcome = outcome(&plan, "wallets", None, Some("2026-12-31"));
    let mut rest = work(&outcome, "rest", &[], None);
    rest.effort = Some(exactly(90));
    vec![plan.into(), rest.into(), outcome.into()]
}

/// The worked example with these fallbacks, a tiger team and a community beside it.
fn falling_back(fallbacks: Vec<Fallback>, more: Vec<Fact>) -> Vec<Fact> {
    let mut facts = example(2);
    change!(facts, Ask, |ask: &mut Ask| ask.fallbacks = fallbacks);
    let mut squad = team("squad", 2);
    squad.kind = TeamKind::Tiger;
    let mut guild = team("guild", 2);
    guild.kind = TeamKind::Community { members: vec!["checkout".parse().unwrap()], topics: vec![] };
    facts.extend([squad.into(), guild.into()]);
    facts.extend(more);
    facts
}

fn fallback(kind: FallbackKind, create: u32) -> Fallback {
    let mut fallback = Fallback::new(slug(kind.word()), kind);
    fallback.create = Some(exactly(create));
    fallback
}

fn away_team() -> FallbackKind {
    FallbackKind::AwayTeam { with: None, send: vec![] }
}

fn accepted(facts: &[Fact]) -> Vec<Option<f64>> {
    let plan = plan_forecast(&build(facts.to_vec()), &one_tap(), &options().with_trials(200, 100)).unwrap();
    let entries = &plan.ask(&token()).unwrap().fallbacks;
    entries.iter().map(|entry| entry.accepted.as_ref().map(|odds| odds.chance.get())).collect()
}

#[test]
fn focus_is_multiplied_by_what_other_work_leaves() {
    let mut facts = example(1);
    change!(facts, Team, |team: &mut Team| {
        team.focus = Share::percent(80);
        team.other_work = Some(Share::percent(50));
    });
    change!(facts, Work, |work: &mut Work| work.effort = Some(exactly(4)));
    // Four days at two fifths are ten, from Thursday 1 October.
    assert_eq!(on(&log(&facts, Policy::Wait, 0), "work checkout/sheet ends").unwrap(), "2026-10-14");
}

#[test]
fn what_is_left_counts_from_the_day_on_which_it_was_said() {
    let mut facts = example(1);
    change!(facts, Work, |work: &mut Work| {
        work.started = Some(date("2026-09-01"));
        work.left = Some(Left { on: date("2026-09-28"), effort: exactly(5) });
    });
    // Five days on Monday: three of them are worked on Thursday morning.
    assert_eq!(on(&log(&facts, Policy::Wait, 0), "work checkout/sheet ends").unwrap(), "2026-10-02");
}

#[test]
fn a_lone_estimate_doubles_one_time_in_ten_and_one_in_six_triples() {
    let over = |tails| {
        let mut facts = example(1);
        change!(facts, Settings, |settings: &mut Settings| settings.assume.tails = tails);
        change!(facts, Work, |work: &mut Work| work.effort = Some(effort("10d")));
        change!(facts, Ask, |ask: &mut Ask| ask.fallbacks = vec![]);
        let forecaster = Forecaster::new(&build(facts), options().with_trials(200, 100));
        let of =
            |trial| days(&forecaster.replay(&one_tap(), Policy::Wait, trial).unwrap(), "work checkout/sheet");
        (0..4_000).filter(|&trial| of(trial).unwrap() > 20.0).count() as f64 / 4_000.0
    };
    // Four standard errors are 0.019 and 0.026.
    let thin = over(Tails::Thin);
    assert!((thin - 0.1).abs() < 0.019, "{thin}");
    // 5/6 × 0.1, and 1/6 × P(3 X > 20) = 1/6 × Φ(ln(1.5) / 0.5409) = 1/6 × 0.773.
    let fat = over(Tails::Fat);
    assert!((fat - 0.2122).abs() < 0.026, "{fat}");
}

#[test]
fn in_a_queue_an_ask_takes_the_answers_effort_else_the_askers_guess() {
    let queued = |answered: Option<Effort>| {
        let mut facts = example(2);
        change!(facts, Ask, |ask: &mut Ask| {
            ask.odds = None;
            ask.effort = Some(exactly(7));
        });
        facts.extend(busy());
        let committed = says(Says::Committed { by: date("2026-11-20") }, None, answered);
        facts.push(answers(AnswerTo::Ask(token()), vec![said("2026-10-01", committed)]));
        let found = (0..20).find_map(|trial| {
            days(&log(&facts, Policy::Wait, trial), "payments starts ask checkout/reusable-token")
        });
        found.unwrap()
    };
    assert_eq!(queued(Some(exactly(3))), 3.0);
    assert_eq!(queued(None), 7.0);
}

#[test]
fn joined_asks_are_one_item_with_the_needs_effort_else_the_largest_guess() {
    let joined = |stated: Option<Effort>| {
        let mut facts = example(2);
        change!(facts, Ask, |ask: &mut Ask| {
            ask.odds = None;
            ask.effort = Some(exactly(2));
        });
        facts.extend(busy());
        facts.push(team("search", 2).into());
        let other_plan = plan("search/pay");
        let pays = outcome(&other_plan, "pays", None, Some("2026-12-10"));
        let mut other = ask(&other_plan, "tokens", "payments", "button");
        other.effort = Some(exactly(5));
        let need = Need {
            id: "payments/tokens".parse().unwrap(),
            what: "tokens".into(),
            relation: NeedRelation::Joins(vec![token(), other.id.clone()]),
            on: date("2026-10-01"),
            effort: stated,
            work: None,
            meta: Meta::default(),
        };
        facts.extend([
            other_plan.into(),
            work(&pays, "button", &[], Some("1w")).into(),
            pays.into(),
            other.into(),
            need.into(),
        ]);
        let logs = (0..20).map(|trial| log(&facts, Policy::Wait, trial));
        let mut logs = logs.filter(|log| on(log, "starts need payments/tokens").is_some());
        let log = logs.next().unwrap();
        let starts =
            log.iter().filter(|line| line.what.contains("payments starts") && line.what.contains("token"));
        assert_eq!(starts.count(), 1);
        // When it ends both asks land.
        let ends = on(&log, "need payments/tokens ends");
        assert_eq!(on(&log, "checkout/reusable-token lands"), ends);
        days(&log, "starts need payments/tokens").unwrap()
    };
    assert_eq!(joined(None), 5.0);
    assert_eq!(joined(Some(exactly(3))), 3.0);
}

#[test]
fn one_ask_gates_items_of_several_plans_of_its_team() {
    let mut facts = falling_back(vec![fallback(FallbackKind::Hack, 3)], vec![]);
    let second = plan("checkout/second");
    let out = outcome(&second, "out", None, Some("2026-12-10"));
    facts.extend([second.into(), work(&out, "other", &[], Some("1w")).into(), out.into()]);
    change!(facts, Ask, |ask: &mut Ask| {
        ask.gates.push(Reference::parse("other", &"checkout".parse().unwrap()).unwrap());
    });
    let log = log(&facts, Policy::StartNow, 0);
    // The other plan's item has nothing else to wait for: it starts as the gate opens.
    let open =
        log.iter().position(|line| line.what.contains("the fallback checkout/reusable-token/hack lives"));
    let open = &log[open.unwrap()];
    assert_eq!(open.date, date("2026-10-05"));
    assert_eq!(on(&log, "checkout starts work checkout/other").unwrap(), "2026-10-06");
}

#[test]
fn who_must_say_yes_does_so_by_default_as_often_as_is_assumed() {
    let all = vec![
        fallback(away_team(), 5),
        fallback(FallbackKind::Escalate { with: None }, 5),
        fallback(FallbackKind::TigerTeam { with: "squad".parse().unwrap() }, 5),
        fallback(FallbackKind::Community { with: "guild".parse().unwrap() }, 5),
        hack(),
    ];
    let facts = falling_back(all, vec![]);
    assert_eq!(accepted(&facts), [Some(0.4), Some(0.4), Some(0.3), Some(0.3), None]);
    let host = |host| Word::Host { host, from: None, guide: None, instead: None };
    for (word, chance) in [(Host::Welcome, 0.7), (Host::Unable, 0.0)] {
        let hosted = answers(AnswerTo::Ask(token()), vec![said("2026-10-01", host(word))]);
        assert_eq!(accepted(&[facts.clone(), vec![hosted]].concat())[0], Some(chance));
    }
    // The asker's own odds override, and where visitors merge themselves nobody has to say yes.
    let mut own = facts.clone();
    change!(own, Ask, |ask: &mut Ask| ask.fallbacks[0].odds = Some(Probability::percent(90)));
    assert_eq!(accepted(&own)[0], Some(0.9));
    let mut open = team("payments", 3);
    open.away_teams = Some(AwayTeams {
        merge: Merge::Open,
        guide: None,
        guide_share: Some(Share::percent(25)),
        norms: None,
        fits: None,
        meta: Meta::default(),
    });
    let organisation = build(facts.clone()).with(&[open.into()]).unwrap();
    assert_eq!(accepted(&organisation.facts_in_order())[0], None);
    // A guide is a tenth of a person, or what the host says.
    let guiding = |organisation: &Organisation| {
        let plan = plan_forecast(organisation, &one_tap(), &options().with_trials(200, 100)).unwrap();
        plan.assumptions.into_iter().find(|it| it.what.contains("guiding")).unwrap().what
    };
    assert_eq!(guiding(&build(facts)), "guiding an away team takes 10 % of one person of payments");
    assert_eq!(guiding(&organisation), "guiding an away team takes 25 % of one person of payments");
}

#[test]
fn an_away_team_is_our_people_and_a_tiger_team_its_own() {
    let made_by = |kind: FallbackKind| {
        let mut only = fallback(kind, 5);
        only.odds = Some(Probability::ONE);
        let log = log(&falling_back(vec![only, hack()], vec![]), Policy::StartNow, 0);
        let line = log.iter().find(|line| line.what.contains("starts create")).unwrap();
        // Its end is a landing.
        assert!(
            on(&log, "ask checkout/reusable-token lands").is_some()
                || on(&log, "reusable-token lands").is_some()
        );
        line.what.split(' ').next().unwrap().to_owned()
    };
    assert_eq!(made_by(away_team()), "checkout");
    assert_eq!(made_by(FallbackKind::TigerTeam { with: "squad".parse().unwrap() }), "squad");
    assert_eq!(made_by(FallbackKind::Escalate { with: None }), "payments");
}

#[test]
fn create_has_the_place_of_what_it_gates() {
    // One person, and an item of another plan that is ready at as-of too.
    let order = |due: &str| {
        let mut facts = falling_back(vec![fallback(FallbackKind::Hack, 3)], vec![]);
        change!(facts, Team, |team: &mut Team| team.stated_people = Some(1));
        change!(facts, Work, |work: &mut Work| work.done = Some(date("2026-09-30")));
        let second = plan("checkout/second");
        let out = outcome(&second, "out", None, Some(due));
        facts.extend([second.into(), work(&out, "other", &[], Some("1w")).into(), out.into()]);
        let log = log(&facts, Policy::StartNow, 0);
        let at = |part: &str| log.iter().position(|line| line.what.contains(part)).unwrap();
        at("starts create") < at("starts work checkout/other")
    };
    assert!(order("2026-12-11"));
    assert!(!order("2026-12-09"));
}

#[test]
fn an_accepted_counter_offer_counts_as_committed() {
    let mut facts = example(2);
    change!(facts, Ask, |ask: &mut Ask| {
        ask.odds = None;
        ask.accepted = Some(date("2026-10-01"));
    });
    let offer = Says::Countered { offer: "a batch".into(), by: Some(date("2026-11-20")) };
    facts.push(answers(AnswerTo::Ask(token()), vec![said("2026-09-30", says(offer, None, None))]));
    let plan = plan_forecast(&build(facts), &one_tap(), &options().with_trials(200, 100)).unwrap();
    assert_eq!(plan.ask(&token()).unwrap().taken_up.as_ref().unwrap().chance, Probability::percent(90));
}

#[test]
fn work_that_delivered_and_came_back_delivers_no_more() {
    let mut facts = example(2);
    change!(facts, Ask, |ask: &mut Ask| ask.odds = None);
    facts.extend(busy());
    let plan_fact = plan("payments/wallets");
    let mut flag = work(&outcome(&plan_fact, "wallets", None, None), "flag", &[], Some("1w"));
    flag.serves = vec![];
    flag.started = Some(date("2026-09-14"));
    flag.done = Some(date("2026-09-25"));
    facts.push(flag.into());
    let committed = says(Says::Committed { by: date("2026-11-20") }, Some("payments/flag"), None);
    facts.push(answers(AnswerTo::Ask(token()), vec![said("2026-09-10", committed)]));
    let landed_by = |facts: &[Fact]| {
        let plan =
            plan_forecast(&build(facts.to_vec()), &one_tap(), &options().with_trials(200, 100)).unwrap();
        plan.ask(&token()).unwrap().lands_by.clone()
    };
    assert_eq!(landed_by(&facts), LandsBy::Landed(date("2026-09-25")));
    change!(facts, Ask, |ask: &mut Ask| {
        ask.returned = vec![Returned { on: date("2026-09-29"), why: "it does not work".into() }];
    });
    let reopened = landed_by(&facts);
    assert!(matches!(reopened, LandsBy::Queue { .. }), "{reopened:?}");
}

#[test]
fn an_expiry_ends_nothing() {
    let worth = |expires: Option<&str>| {
        let mut lives = hack();
        lives.taken = Some(date("2026-09-01"));
        lives.live = Some(date("2026-09-15"));
        lives.expires = expires.map(date);
        let facts = falling_back(vec![lives], vec![]);
        let plan = plan_forecast(&build(facts), &one_tap(), &options().with_trials(400, 100)).unwrap();
        (plan.policies, plan.asks)
    };
    assert_eq!(worth(None), worth(Some("2026-10-15")));
}

#[test]
fn without_a_date_an_ask_is_taken_to_be_wanted_in_ninety_days() {
    let lands = |wanted: Option<&str>| {
        let mut facts = example(2);
        change!(facts, Ask, |ask: &mut Ask| {
            ask.odds = None;
            ask.wanted = wanted.map(date);
        });
        let plan = plan_forecast(&build(facts), &one_tap(), &options().with_trials(400, 100)).unwrap();
        let ask = plan.ask(&token()).unwrap();
        assert_eq!(ask.lands_by, LandsBy::Distribution);
        ask.lands.clone()
    };
    // From 1 October.
    assert_eq!(lands(None), lands(Some("2026-12-30")));
    assert_ne!(lands(None), lands(Some("2026-12-29")));
}

#[test]
fn a_team_whose_plans_name_no_period_is_looked_at_for_thirteen_weeks() {
    let filled = |period: Option<Period>| {
        let mut facts = example(2);
        let mut plan = plan("payments/wallets");
        plan.period = period;
        let out = outcome(&plan, "wallets", None, None);
        let mut rest = work(&out, "rest", &[], None);
        rest.effort = Some(exactly(39));
        change!(facts, Settings, |settings: &mut Settings| settings.assume.other_work = Share::percent(0));
        facts.extend([plan.into(), rest.into(), out.into()]);
        let forecast = forecast(&build(facts), &options().with_trials(200, 100));
        let payments = forecast.teams.into_iter().find(|it| it.team.as_str() == "payments").unwrap();
        payments.filled.unwrap()
    };
    // Three people for 13 weeks of five days, or for the 66 working days that the quarter has from 1 October.
    assert!((filled(None) - 39.0 / 195.0).abs() < 1e-9, "{}", filled(None));
    let quarter = filled(Some(Period::named("2026-Q4", 1).unwrap()));
    assert!((quarter - 39.0 / 198.0).abs() < 1e-9, "{quarter}");
}

#[test]
fn what_an_initiative_is_made_of_takes_its_rank() {
    let first = |ranked: bool| {
        let mut facts = falling_back(vec![hack()], vec![]);
        change!(facts, Team, |team: &mut Team| team.stated_people = Some(1));
        let second = plan("checkout/second");
        // Due later, so it waits, unless the council says otherwise.
        let out = outcome(&second, "out", None, Some("2026-12-30"));
        let initiative = Initiative {
            id: "council/checkout-revamp".parse().unwrap(),
            title: "Checkout revamp".into(),
            kind: InitiativeKind::default(),
            outcomes: vec![out.id.clone()],
            program_manager: None,
            sponsor: None,
            meta: Meta::default(),
        };
        let rank = if ranked { vec![Reference::from(initiative.id.clone())] } else { vec![] };
        facts.extend([second.into(), work(&out, "other", &[], Some("1w")).into(), out.into()]);
        facts.extend([initiative.into(), Council { rank, ..Council::default() }.into()]);
        let log = log(&facts, Policy::Wait, 0);
        log.into_iter().find(|line| line.what.starts_with("checkout starts")).unwrap().what
    };
    assert!(first(false).starts_with("checkout starts work checkout/sheet"), "{}", first(false));
    assert!(first(true).starts_with("checkout starts work checkout/other"), "{}", first(true));
}
