//! A small organisation in which every text that people write is a given one, and what is known of it.
#![allow(dead_code)] // Each test takes what it needs.

use kedge_exchange::export::{AskFigures, AskOdds, Extract, Figures, LiveBy, OutcomeFigures, Sourced, View};
use kedge_model::{
    Ask, AskId, Asked, Date, Fact, Fallback, FallbackKind, Organisation, Outcome, OutcomeId, Period, Plan,
    PlanId, Scope, Settings, Share, Slug, Team, TeamId, TeamKind, Work, WorkId,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree;

pub(crate) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub(crate) fn id<T: std::str::FromStr>(text: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    text.parse().unwrap()
}

/// Two teams, one plan, one outcome, one item, two asks; every text that people write is one of `texts`.
pub(crate) fn organisation(texts: &[String; 4]) -> Organisation {
    let [name, title, what, why] = texts.clone();
    let (ours, theirs): (TeamId, TeamId) = (id("ours"), id("theirs"));
    let of = |text: &str| id::<Slug>(text);
    let plan = PlanId::new(ours.clone(), of("plan"));
    let outcome = OutcomeId::new(ours.clone(), of("outcome"));
    let work = WorkId::new(ours.clone(), of("work"));
    let mut team = Team::new(theirs.clone(), TeamKind::Stream);
    team.title = Some(name.clone());
    let ask = |slug: &str, fallbacks: Vec<Fallback>| Ask {
        why: Some(why.clone()),
        asked: vec![Asked { on: day("2026-10-01"), how: None }],
        wanted: Some(day("2026-11-11")),
        gates: vec![work.reference().clone()],
        fallbacks,
        ..Ask::new(AskId::new(ours.clone(), of(slug)), plan.clone(), theirs.clone(), what.clone())
    };
    let mut hack = Fallback::new(of("hack"), FallbackKind::Hack);
    hack.what = Some(title.clone());
    hack.taken = Some(day("2026-10-05"));
    hack.live = Some(day("2026-10-06"));
    hack.expires = Some(day("2027-01-31"));
    let facts: Vec<Fact> = vec![
        Settings { name, ..Settings::default() }.into(),
        Team::new(ours.clone(), TeamKind::Stream).into(),
        team.into(),
        Plan {
            title: Some(title.clone()),
            period: Period::new(day("2026-10-01"), day("2026-12-31")),
            ..Plan::new(plan.clone())
        }
        .into(),
        Outcome {
            title: Some(title.clone()),
            claim: Some("-40k/week".parse().unwrap_or_else(|_| "40k/week".parse().unwrap())),
            due: Some(day("2026-12-10")),
            ..Outcome::new(outcome.clone(), plan.clone())
        }
        .into(),
        Work { title: Some(title), serves: vec![outcome], ..Work::new(work.clone(), plan.clone()) }.into(),
        ask("hacked", vec![hack]).into(),
        ask("bare", Vec::new()).into(),
    ];
    Organisation::build(Scope::Whole, facts).unwrap()
}

pub(crate) fn figures() -> Figures {
    let mut figures = Figures { standing: "None of it stands.".into(), ..Figures::default() };
    figures.outcomes.insert(
        OutcomeId::new(id("ours"), id("outcome")),
        OutcomeFigures {
            stands: Share::ZERO,
            holds: vec![AskId::new(id("ours"), id("bare"))],
            live: Some(Sourced::new(
                LiveBy { p50: Some(day("2026-12-01")), p80: None, on_time: Some(0.55) },
                "forecast of 100 trials, seed 1, on prior",
            )),
            no_date: None,
        },
    );
    for (slug, opened_by) in [("hacked", Some((0, Share::ONE))), ("bare", None)] {
        figures.asks.insert(
            AskId::new(id("ours"), id(slug)),
            AskFigures {
                opened_by,
                decide_by: Some(Sourced::new(day("2026-11-02"), "forecast of 100 trials, seed 1, on prior")),
                no_decide_by: None,
                odds: Some(AskOdds {
                    p50: Some(day("2026-11-09")),
                    p80: None,
                    by_wanted: Some(0.4375),
                    source: "prior: odds-of-theirs".into(),
                }),
            },
        );
    }
    figures
}

pub(crate) fn extract(organisation: &Organisation, view: View) -> Extract<'_> {
    Extract::new(organisation, day("2026-10-14"), view, figures())
}

pub(crate) fn team(name: &str) -> View {
    View::Team(id(name))
}

/// What people write, and what they had better not: quotes, delimiters, formulas, markup, line ends, other scripts.
pub(crate) fn text() -> impl Strategy<Value = String> {
    let nasty = prop::sample::select(vec![
        "=",
        "+",
        "-",
        "@",
        "\"",
        "'",
        ",",
        ";",
        "|",
        "\\",
        "\n",
        "\r\n",
        "\t",
        "<b>",
        "&amp;",
        "#35;",
        "%%",
        "[x](http://e.example)",
        "`",
        "*",
        "_",
        "~~",
        "1.",
        "]",
        "}",
        "-->",
        "end",
        "ü",
        "漢",
        "🦀",
        "＝",
        "$",
        "://",
        "<!--",
        "\u{7f}",
        "\u{202e}",
        "a",
        "b",
        " ",
        "  ",
        "word",
        "@team",
        "!",
        "(",
        ")",
        "> ",
        "# ",
        "://x.y",
    ]);
    prop_oneof![prop::collection::vec(nasty, 1..12).prop_map(|parts| parts.concat()), "\\PC{1,60}",]
}

pub(crate) fn texts() -> impl Strategy<Value = [String; 4]> {
    [text(), text(), text(), text()]
}

/// A text without what no calendar, graph or table cell can hold.
pub(crate) fn without_controls(text: &str, line_end: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars()
        .filter(|it| *it == '\n' || *it == '\t' || !it.is_control())
        .collect::<String>()
        .replace('\n', line_end)
}

/// So many of [`texts`], always the same.
pub(crate) fn many_texts(count: usize) -> Vec<[String; 4]> {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    (0..count).map(|_| texts().new_tree(&mut runner).unwrap().current()).collect()
}
