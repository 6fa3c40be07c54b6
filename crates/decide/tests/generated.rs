//! What holds of a decision in any organisation: the recommendation is the best of the printed net values, each sum can be
//! done again, and what turns it turns it.
#![allow(clippy::unwrap_used)]

mod printed;

use kedge_decide::{Criterion, Decision, decide, losses, recommended_again};
use kedge_files::{SourceText, read};
use kedge_forecast::{Forecaster, Options};
use kedge_model::{Date, Organisation};
use proptest::prelude::*;
use std::fmt::Write as _;

/// A fallback of an ask.
#[derive(Clone, Debug)]
struct Fallback {
    kind: usize,
    weeks: u32,
    keeps: u32,
    upkeep: u32,
    leaving: u32,
    start: usize,
}

/// An ask with the outcome that waits for it.
#[derive(Clone, Debug)]
struct Asked {
    to: usize,
    answer: usize,
    effort: u32,
    odds: Option<u32>,
    own: u32,
    value: u32,
    confirmed: bool,
    late: u32,
    due: u32,
    directly: bool,
    fallbacks: Vec<Fallback>,
}

/// A small organisation: a team that asks, two that are asked, one of which is busy, a tiger team and a council.
#[derive(Clone, Debug)]
struct Sketch {
    people: u32,
    busy: u32,
    price: u32,
    ranked: bool,
    asks: Vec<Asked>,
}

fn fallback() -> impl Strategy<Value = Fallback> {
    (0..8_usize, 1..5_u32, 40..=100_u32, 0..4_u32, 0..3_u32, 0..4_usize).prop_map(
        |(kind, weeks, keeps, upkeep, leaving, start)| Fallback {
            kind,
            weeks,
            keeps,
            upkeep,
            leaving,
            start,
        },
    )
}

fn asked() -> impl Strategy<Value = Asked> {
    let ask = (0..2_usize, 0..5_usize, 1..4_u32, prop::option::of(5..=95_u32), 1..5_u32);
    let outcome = (0..60_u32, any::<bool>(), 0..3_u32, 2..20_u32, any::<bool>());
    (ask, outcome, prop::collection::vec(fallback(), 0..4)).prop_map(
        |((to, answer, effort, odds, own), (value, confirmed, late, due, directly), fallbacks)| Asked {
            to,
            answer,
            effort,
            odds,
            own,
            value,
            confirmed,
            late,
            due,
            directly,
            fallbacks,
        },
    )
}

fn sketch() -> impl Strategy<Value = Sketch> {
    (1..4_u32, 0..5_u32, 0..3_u32, any::<bool>(), prop::collection::vec(asked(), 1..3))
        .prop_map(|(people, busy, price, ranked, asks)| Sketch { people, busy, price, ranked, asks })
}

const AS_OF: &str = "2026-10-14";

/// The sketch in the plan language.
fn written(sketch: &Sketch) -> Vec<SourceText> {
    let mut files = Vec::new();
    let mut file = |path: &str, text: String| files.push(SourceText { path: path.into(), text });
    let price =
        if sketch.price > 0 { format!("person-week = \"{}k\"\n", 2 * sketch.price) } else { String::new() };
    file("kedge.toml", format!("name = \"Small\"\n{price}"));
    let mut council = "team = \"council\"\nrank = [".to_owned();
    council += if sketch.ranked { "\"first\"]\n" } else { "]\n" };
    council += "[initiative.first]\ntitle = \"First\"\noutcomes = [\"shop/outcome-0\"]\n";
    council += "[person.wim]\nroles = [\"stakeholder\"]\n";
    let team = |name: &str, kind: &str, people: u32| {
        format!("team = \"{name}\"\nkind = \"{kind}\"\npeople = {people}\n")
    };
    let host = "[away-teams]\nmerge = \"open\"\n";
    file("shop/team.kedge.toml", team("shop", "stream", sketch.people));
    file("bank/team.kedge.toml", team("bank", "platform", 2));
    file("mail/team.kedge.toml", team("mail", "platform", 2) + host);
    file("squad/team.kedge.toml", team("squad", "tiger", 2));
    let due = |weeks: u32| AS_OF.parse::<Date>().unwrap().plus_days(i64::from(weeks) * 7);
    let mut busy = "team = \"bank\"\nperiod = \"2026-Q4\"\n[outcome.own]\nvalue = \"9k/week\"\n".to_owned();
    for item in 0..sketch.busy {
        write!(busy, "[work.item-{item}]\nfor = \"own\"\neffort = \"4w, rarely over 6w\"\n").unwrap();
    }
    file("bank/own.kedge.toml", busy);
    let mut plan = "team = \"shop\"\nperiod = \"2026-Q4\"\n".to_owned();
    let mut answers = [String::new(), String::new()];
    for (at, ask) in sketch.asks.iter().enumerate() {
        write!(plan, "[outcome.outcome-{at}]\ndue = {}\n", due(ask.due)).unwrap();
        if ask.value > 0 {
            writeln!(plan, "value = \"{}k/week\"", ask.value).unwrap();
            if ask.confirmed {
                write!(
                    council,
                    "[[confirm]]\noutcome = \"shop/outcome-{at}\"\nvalue = \"{}k/week\"\non = 2026-10-01\nwho = \"wim\"\n",
                    ask.value
                )
                .unwrap();
            }
        }
        if ask.late > 0 {
            writeln!(plan, "late-cost = \"{}k/week\"", ask.late).unwrap();
        }
        write!(
            plan,
            "[work.work-{at}]\nfor = \"outcome-{at}\"\neffort = \"{}w, rarely over {}w\"\n",
            ask.own,
            2 * ask.own
        )
        .unwrap();
        let to = ["bank", "mail"][ask.to];
        let gates = if ask.directly { "outcome" } else { "work" };
        write!(
            plan,
            "[ask.ask-{at}]\nto = \"{to}\"\nwhat = \"Thing {at}\"\nasked = {{ on = 2026-10-02 }}\nwanted = {}\n\
             effort = \"{}w, rarely over {}w\"\ngates = \"{gates}-{at}\"\n",
            due(ask.due).plus_days(-3),
            ask.effort,
            2 * ask.effort
        )
        .unwrap();
        if let Some(odds) = ask.odds {
            writeln!(plan, "odds = {{ taken-up = \"{odds}%\", median = \"40d\" }}").unwrap();
        }
        for (number, fallback) in ask.fallbacks.iter().enumerate() {
            fallback_written(&mut plan, at, number, fallback);
        }
        let says = match ask.answer {
            0 => continue,
            1 => "says = \"considering\"\n".to_owned(),
            2 => format!("says = \"committed\"\nby = {}\n", due(ask.due + 1)),
            3 => "says = \"declined\"\n".to_owned(),
            _ => "host = \"welcome\"\n".to_owned(),
        };
        write!(answers[ask.to], "[[answer.\"shop/ask-{at}\"]]\non = 2026-10-08\n{says}").unwrap();
    }
    file("shop/plan.kedge.toml", plan);
    for (team, answers) in ["bank", "mail"].into_iter().zip(answers) {
        if !answers.is_empty() {
            file(&format!("{team}/answers.kedge.toml"), format!("team = \"{team}\"\n{answers}"));
        }
    }
    file("council.kedge.toml", council);
    files
}

fn fallback_written(plan: &mut String, ask: usize, number: usize, fallback: &Fallback) {
    let kind = ["hack", "recreate", "buy", "descope", "do-without", "away-team", "tiger-team", "escalate"]
        [fallback.kind];
    write!(
        plan,
        "[[ask.ask-{ask}.fallback]]\nid = \"way-{number}\"\nkind = \"{kind}\"\nkeeps = \"{}%\"\n",
        fallback.keeps
    )
    .unwrap();
    if !matches!(kind, "descope" | "do-without" | "escalate") {
        writeln!(plan, "create = \"{}w, rarely over {}w\"", fallback.weeks, 2 * fallback.weeks).unwrap();
    }
    if matches!(kind, "hack" | "recreate") {
        if fallback.upkeep > 0 {
            writeln!(plan, "maintain = \"{}d/month\"", fallback.upkeep).unwrap();
        }
        if fallback.leaving > 0 {
            writeln!(plan, "migrate = \"{}w\"", fallback.leaving).unwrap();
        }
    }
    if kind == "buy" {
        plan.push_str("price = \"9k\"\nlead = \"14d\"\n");
    }
    if kind == "tiger-team" {
        plan.push_str("with = \"squad\"\n");
    }
    match fallback.start {
        1 => plan.push_str("start = \"now\"\n"),
        2 => plan.push_str("start = 2026-11-02\n"),
        _ => {}
    }
}

fn organisation(sketch: &Sketch) -> Organisation {
    match read(written(sketch), None) {
        Ok(loaded) => loaded.organisation,
        Err(failed) => panic!("{failed:?}\n{:#?}", written(sketch)),
    }
}

/// The decisions about all asks of the shop.
fn decisions(organisation: &Organisation, options: Options, turning: bool) -> Vec<Decision> {
    let standing = kedge_floor::standing(organisation, options.as_of);
    let cuts = kedge_floor::cut_sets(organisation, options.as_of);
    let forecaster = Forecaster::new(organisation, options);
    let plan_id = "shop/plan".parse().unwrap();
    let plan = forecaster.plan(&plan_id).unwrap();
    let losses = losses(&forecaster, &cuts, &plan_id).unwrap();
    let asks = organisation.asks();
    asks.filter_map(|ask| decide(&forecaster, &standing, &plan, &losses, &ask.id, turning)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn the_recommendation_is_the_best_of_what_is_printed(sketch in sketch(), seed in 1..50_u64) {
        let organisation = organisation(&sketch);
        let options = Options::on(AS_OF.parse().unwrap()).with_trials(200, 60).with_seed(seed);
        for decision in decisions(&organisation, options, false) {
            if decision.criterion == Criterion::NetValue {
                printed::the_recommendation_is_the_arg_max(&decision);
                printed::the_arithmetic_can_be_done_again(&decision);
            }
            let recommended = decision.recommendation();
            prop_assert!(recommended.is_none_or(|way| way.ruled_out.is_none()), "{}", decision.why);
            prop_assert!(decision.ways.iter().map(|way| way.route).is_sorted());
            prop_assert_eq!(decision.ways.iter().filter(|way| way.as_planned).count(), 1);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn what_turns_it_turns_it(sketch in sketch(), seed in 1..50_u64) {
        let organisation = organisation(&sketch);
        let options = Options::on(AS_OF.parse().unwrap()).with_trials(200, 60).with_seed(seed);
        for decision in decisions(&organisation, options, true) {
            let ask = organisation.ask(&decision.ask).unwrap();
            for flip in decision.flips.iter().flatten() {
                let again = |changes: Option<Vec<kedge_model::Change>>| {
                    let supposed = organisation.with(&changes.unwrap()).unwrap();
                    recommended_again(&decision, &Forecaster::new(&supposed, options))
                };
                let stays = again(flip.changes_before(&organisation, ask));
                prop_assert_eq!(stays, decision.recommended, "{} stays with {}: {:?}", decision.ask, flip.stays, flip);
                let turns = again(flip.changes(&organisation, ask));
                prop_assert_eq!(turns, Some(flip.then), "{} turns with {}: {:?}", decision.ask, flip.to, flip);
            }
            prop_assert!(decision.criterion != Criterion::NetValue || !decision.sought.is_empty());
        }
    }
}
