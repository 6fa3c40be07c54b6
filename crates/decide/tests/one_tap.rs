//! Decisions on the worked example of the design: its figures come from two independent implementations.
#![allow(clippy::unwrap_used)]

use kedge_decide::{Criterion, Decision, NextKind, Urgency, Way, decide, losses, next};
use kedge_files::{SourceText, read};
use kedge_forecast::{Forecaster, Options};
use kedge_model::{AskId, Date, Organisation};

const PLAN: &str = r#"
team   = "checkout"
title  = "One-tap checkout"
period = "2026-Q4"

[outcome.one-tap]
VALUE
due    = 2026-12-10

[work.sheet]
for    = "one-tap"
effort = "3w, rarely over 6w"

[work.wire-up]
for    = "one-tap"
after  = "sheet"
effort = "1w, rarely over 2w"

[ask.reusable-token]
to     = "payments"
what   = "A `reusable` flag on POST /tokens"
asked  = { on = 2026-10-01 }
wanted = 2026-11-11
gates  = "wire-up"
odds   = { taken-up = "60%", median = "45d" }

FALLBACK
"#;

const HACK: &str = r#"
[[ask.reusable-token.fallback]]
kind     = "hack"
what     = "Our own vault table, keyed by customer"
create   = "2w, rarely over 3w"
maintain = "2d/month"
migrate  = "1w, rarely over 2w"
keeps    = "90%"
"#;

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn organisation(value: &str, fallback: &str, more: &[(&str, &str)]) -> Organisation {
    let settings = "name = \"Shop\"\n[assume]\nplan-factor = 1\norganisation-factor = 1\nshifts = \"0/quarter\"\ntails = \"thin\"\n";
    let mut files = vec![
        SourceText { path: "kedge.toml".into(), text: settings.into() },
        SourceText {
            path: "checkout/team.kedge.toml".into(),
            text: "team = \"checkout\"\nkind = \"stream\"\npeople = 2\nother-work = \"0%\"\n".into(),
        },
        SourceText {
            path: "payments/team.kedge.toml".into(),
            text: "team = \"payments\"\nkind = \"stream\"\nturnaround = \"5d\"\n".into(),
        },
        SourceText {
            path: "checkout/one-tap.kedge.toml".into(),
            text: PLAN.replace("VALUE", value).replace("FALLBACK", fallback),
        },
    ];
    files.extend(more.iter().map(|(path, text)| SourceText { path: (*path).into(), text: (*text).into() }));
    match read(files, None) {
        Ok(loaded) => loaded.organisation,
        Err(failed) => panic!("{:#?}", failed.findings),
    }
}

fn token() -> AskId {
    "checkout/reusable-token".parse().unwrap()
}

fn decision(organisation: &Organisation, as_of: &str) -> Option<Decision> {
    let as_of = date(as_of);
    let forecaster = Forecaster::new(organisation, Options::on(as_of));
    let standing = kedge_floor::standing(organisation, as_of);
    let plan = forecaster.plan(&organisation.ask(&token()).unwrap().plan).unwrap();
    let cuts = kedge_floor::cut_sets(organisation, as_of);
    let losses = losses(&forecaster, &cuts, &plan.plan).unwrap();
    decide(&forecaster, &standing, &plan, &losses, &token(), false)
}

#[test]
fn starting_today_is_worth_about_120k_more_than_hedging() {
    let decision = decision(&organisation("value = \"40k/week\"", HACK, &[]), "2026-10-01").unwrap();
    assert_eq!(decision.criterion, Criterion::NetValue);
    let best = decision.recommendation().unwrap();
    assert_eq!(best.way, Way::Start { fallback: "hack".parse().unwrap(), entry: 0, on: date("2026-10-01") });
    let gain = best.against_plan.unwrap().mean.amount();
    assert!((100_000.0..140_000.0).contains(&gain), "{gain}");
    let cases = |way: &dyn Fn(&Way) -> bool| {
        let way = decision.ways.iter().find(|it| way(&it.way)).unwrap();
        f64::from(way.on_time.unwrap().share.cases_of_100())
    };
    assert!((cases(&|way| matches!(way, Way::Start { .. })) - 98.0).abs() <= 1.5);
    assert!((cases(&|way| matches!(way, Way::Hedge { .. })) - 89.0).abs() <= 1.5);
    assert!((cases(&|way| *way == Way::Wait) - 40.0).abs() <= 1.5);
    insta::assert_snapshot!(decision.why.split(" worth ").next().unwrap(), @"Start now: Our own vault table, keyed by customer:");
}

#[test]
fn the_recommendation_has_the_highest_net_value_of_those_not_ruled_out() {
    for value in ["40k/week", "1/week", "400k/week"] {
        let decision =
            decision(&organisation(&format!("value = \"{value}\""), HACK, &[]), "2026-10-01").unwrap();
        let possible = decision.ways.iter().filter(|way| way.ruled_out.is_none() && way.net.is_some());
        let net = |way: &&kedge_decide::WayOn| way.net.unwrap().mean.amount();
        let most = possible.max_by(|a, b| net(a).total_cmp(&net(b))).unwrap();
        let gain = most.against_plan.unwrap();
        let best = decision.recommendation().unwrap();
        if gain.mean.amount() > 2.0 * gain.error.amount() {
            assert_eq!(best.way, most.way, "{value}: {}", decision.why);
        } else {
            assert!(best.as_planned, "{value}: {}", decision.why);
        }
        assert_eq!(decision.ways.iter().filter(|way| way.as_planned).count(), 1);
        assert!(matches!(decision.ways.last().unwrap().way, Way::Drop));
    }
}

#[test]
fn without_a_value_the_chance_of_being_on_time_decides() {
    let decision = decision(&organisation("", HACK, &[]), "2026-10-01").unwrap();
    assert_eq!(decision.criterion, Criterion::OnTime);
    assert!(matches!(decision.recommendation().unwrap().way, Way::Start { .. }));
    assert!(decision.ways.iter().all(|way| way.net.is_none()));
}

#[test]
fn waiting_is_ruled_out_once_the_answer_is_no_and_nothing_is_left_to_decide_once_it_landed() {
    let answer = |says: &str| {
        format!(
            "team = \"payments\"\n[[answer.\"checkout/reusable-token\"]]\non = 2026-10-06\nsays = \"{says}\"\n"
        )
    };
    let declined =
        organisation("value = \"40k/week\"", HACK, &[("payments/answers.kedge.toml", &answer("declined"))]);
    let refused = decision(&declined, "2026-10-12").unwrap();
    let wait = refused.ways.iter().find(|way| way.way == Way::Wait).unwrap();
    assert!(wait.ruled_out.as_deref().unwrap().contains("declined since 6 October"));
    assert_ne!(refused.recommendation().unwrap().way, Way::Wait);
    // Seen from before the answer, nothing is ruled out.
    let before = decision(&declined, "2026-10-05").unwrap();
    assert!(before.ways.iter().filter(|way| way.net.is_some()).all(|way| way.ruled_out.is_none()));
    let landed =
        organisation("value = \"40k/week\"", HACK, &[("payments/answers.kedge.toml", &answer("landed"))]);
    assert!(decision(&landed, "2026-10-12").is_none());
}

#[test]
fn an_away_team_that_the_host_cannot_have_is_ruled_out() {
    let away = "[[ask.reusable-token.fallback]]\nkind = \"away-team\"\ncreate = \"2w\"\n".to_owned() + HACK;
    let unable =
        "team = \"payments\"\n[[answer.\"checkout/reusable-token\"]]\non = 2026-10-06\nhost = \"unable\"\n";
    let organisation =
        organisation("value = \"40k/week\"", &away, &[("payments/answers.kedge.toml", unable)]);
    let decision = decision(&organisation, "2026-10-12").unwrap();
    let away = decision.ways.iter().find(|way| matches!(way.way, Way::Start { entry: 0, .. })).unwrap();
    assert!(away.ruled_out.is_some(), "{away:?}");
}

#[test]
fn this_week_names_what_each_side_has_to_do() {
    let unread = organisation("value = \"40k/week\"", HACK, &[]);
    let as_of = date("2026-10-12");
    let standing = kedge_floor::standing(&unread, as_of);
    let forecaster = Forecaster::new(&unread, Options::on(as_of).with_trials(2_000, 500));
    let plan = forecaster.plan(&unread.ask(&token()).unwrap().plan).unwrap();
    let timed = next(&unread, &standing, &|_| Some(&plan), as_of);
    assert!(timed.timed);
    let kinds: Vec<(NextKind, &str)> =
        timed.items.iter().map(|item| (item.kind, item.team.as_str())).collect();
    assert_eq!(kinds, [(NextKind::StartEarly, "checkout"), (NextKind::Unanswered, "payments")]);
    assert_eq!(timed.items[0].urgency, Urgency::Today);
    let untimed = next(&unread, &standing, &|_| None, as_of);
    assert!(!untimed.timed);
    let bare = organisation("value = \"40k/week\"", "", &[]);
    let standing = kedge_floor::standing(&bare, as_of);
    let items = next(&bare, &standing, &|_| None, as_of).items;
    assert_eq!(items[0].kind, NextKind::NoWayOn);
    insta::assert_snapshot!(items[0].what, @"checkout/reusable-token has no fallback: nothing that waits for it stands.");
}
