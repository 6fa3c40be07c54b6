//! Drift, borders and services that might be one, on the example and on small organisations.
#![allow(clippy::unwrap_used)]

use kedge_align::borders::{Border, PaysFor, borders};
use kedge_align::drift::{Drift, Widening, drift};
use kedge_align::price::Sampling;
use kedge_align::problems::problems;
use kedge_align::services::{Advice, services};
use kedge_decide::AtStake;
use kedge_files::SourceText;
use kedge_model::{CoChange, CodeEvidence, Date, Organisation, Part, ServicesShare};
use std::fmt::Write as _;
use std::path::Path;

fn harbour() -> Organisation {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/harbour"));
    kedge_files::load_folder(folder).unwrap().organisation
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn of(files: &[(&str, &str)]) -> Organisation {
    let text = |(path, text): &(&str, &str)| SourceText { path: (*path).into(), text: (*text).into() };
    let files = files.iter().map(text).collect();
    kedge_files::read(files, None).unwrap_or_else(|refused| panic!("{refused:?}")).organisation
}

fn drifted(organisation: &Organisation, as_of: &str) -> Drift {
    drift(organisation, day(as_of), &|_| AtStake::default())
}

const TEAMS: &str = "kind = \"stream\"\n";
const HOST: (&str, &str) = ("host/team.kedge.toml", "team = \"host\"\nkind = \"platform\"\n");
const SETTINGS: (&str, &str) = ("kedge.toml", "language = 1\nname = \"Test\"\n");

#[test]
fn what_arrives_against_what_lands_in_the_example() {
    let found = drifted(&harbour(), "2026-10-14");
    let mut out = format!("{}\n{}\n", found.headline(), found.quarters.join(" "));
    for area in &found.areas {
        let name = area.area.as_ref().map_or(area.team.to_string(), |name| format!("  {name}"));
        let quarters: Vec<String> = area
            .quarters
            .iter()
            .map(|it| format!("{}/{}/{}", it.arrived(), it.settled(), it.waiting))
            .collect();
        let changed: u32 = area.quarters.iter().map(|it| it.changed).sum();
        writeln!(
            out,
            "{name}: {}; {}; {}; changed {changed}, stands in {}",
            area.waiting_in_words(),
            area.widening.in_words(),
            quarters.join(" "),
            area.standing_in.len()
        )
        .unwrap();
    }
    insta::assert_snapshot!(out);
}

#[test]
fn a_gap_that_widens_by_two_a_quarter_says_so_and_one_that_closes_too() {
    let ask = |name: &str, on: &str| {
        format!("[ask.{name}]\nto = \"host\"\nwhat = \"{name}\"\nasked = {{ on = {on} }}\ngates = \"live\"\n")
    };
    // Three asks a quarter from the first of January on, of which one lands.
    let mut plan = "team = \"a\"\n\n[outcome.live]\ndue = 2026-12-11\n\n".to_owned();
    let mut answers = "team = \"host\"\n\n".to_owned();
    for (quarter, month) in [(1, "01"), (2, "04"), (3, "07")] {
        for number in 1..=3 {
            plan += &ask(&format!("q{quarter}-{number}"), &format!("2026-{month}-15"));
        }
        write!(answers, "[[answer.\"a/q{quarter}-1\"]]\non = 2026-{month}-20\nsays = \"landed\"\n").unwrap();
    }
    let team = format!("team = \"a\"\n{TEAMS}");
    let files = [
        SETTINGS,
        HOST,
        ("a/team.kedge.toml", team.as_str()),
        ("a/plan.kedge.toml", plan.as_str()),
        ("host/answers.kedge.toml", answers.as_str()),
    ];
    let found = drifted(&of(&files), "2026-09-30");
    let host = found.teams().find(|area| area.team.as_str() == "host").unwrap();
    assert_eq!(host.widening, Widening::AQuarter(2.0));
    assert_eq!(host.waiting.len(), 6);
    assert_eq!(host.quarters.iter().map(|it| it.waiting).collect::<Vec<_>>(), [0, 0, 2, 4, 6]);
    // On a day within the first quarter nothing can be said yet.
    let early = drifted(&of(&files), "2026-02-10");
    assert!(early.teams().all(|area| area.widening == Widening::TooLittleData));
    // Once all have landed, the gap has closed.
    let mut closed = answers.clone();
    for quarter in 1..=3 {
        for number in 2..=3 {
            write!(closed, "[[answer.\"a/q{quarter}-{number}\"]]\non = 2026-09-01\nsays = \"landed\"\n")
                .unwrap();
        }
    }
    let mut files = files;
    files[4].1 = closed.as_str();
    let found = drifted(&of(&files), "2026-09-30");
    let host = found.teams().find(|area| area.team.as_str() == "host").unwrap();
    assert_eq!((host.widening, host.waiting.len()), (Widening::AQuarter(-1.0), 0));
}

#[test]
fn the_prices_at_the_borders_of_the_example() {
    let as_of = day("2026-10-14");
    let known = harbour().known_on(as_of);
    let calendar = known.settings().calendar.clone();
    let found = borders(&known, &problems(&known, None, as_of, Sampling::default()), as_of);
    let mut out = format!("{}\n", found.headline(&calendar));
    for border in found.borders.iter().filter(|border| border.is_priced()) {
        writeln!(out, "{} and {}", border.one, border.other).unwrap();
        for line in border.bought.iter().chain(&border.paid) {
            writeln!(out, "  {} ({})", line.in_words(&calendar), line.source.detail()).unwrap();
        }
        for it in &border.moves {
            writeln!(out, "  → {}", it.in_words(&calendar)).unwrap();
        }
    }
    insta::assert_snapshot!(out);
    // The whole is the sum of its parts, and no border stands twice or with itself.
    let sum: f64 = found.borders.iter().map(|border| Border::sum(&border.paid).0).sum();
    assert!((sum - found.paid.0).abs() < 1e-9);
    assert!(found.borders.iter().all(|border| border.one < border.other));
    assert!(found.borders.is_sorted_by(|a, b| (&a.one, &a.other) < (&b.one, &b.other)));
}

#[test]
fn a_visit_costs_its_effort_once_and_the_guide_as_long_as_it_lasts() {
    let plan = "team = \"a\"\n\n[outcome.live]\ndue = 2026-12-11\n\n[ask.flag]\nto = \"host\"\nwhat = \"A flag\"\n\
                asked = { on = 2026-09-01 }\ngates = \"live\"\n\n[[ask.flag.fallback]]\nkind = \"away-team\"\n\
                create = { least = \"10d\", likely = \"10d\", most = \"10d\" }\ntaken = 2026-10-01\n\n\
                [[ask.flag.fallback]]\nkind = \"descope\"\nkeeps = \"50%\"\n";
    let team = format!("team = \"a\"\n{TEAMS}");
    let organisation = of(&[SETTINGS, HOST, ("a/team.kedge.toml", &team), ("a/plan.kedge.toml", plan)]);
    let as_of = day("2026-10-14");
    let found = borders(&organisation, &problems(&organisation, None, as_of, Sampling::default()), as_of);
    let border = &found.borders[0];
    let days =
        |pays_for| border.bought.iter().find(|line| line.pays_for == pays_for).unwrap().a_quarter.unwrap().0;
    assert!((days(PaysFor::Visiting) - 10.0).abs() < 1e-9);
    // A tenth of a person, five days a week, for a quarter.
    assert!((days(PaysFor::Guiding) - 0.1 * 5.0 * 365.25 / 4.0 / 7.0).abs() < 1e-9);
    assert!(border.paid.is_empty());
}

#[test]
fn services_are_made_one_only_where_they_change_together_share_data_and_nothing_keeps_them_apart() {
    let team = |name: &str, why: &str| {
        format!("team = \"{name}\"\n{TEAMS}\n[service.api]\npaths = [\"shop:{name}/**\"]\n{why}")
    };
    let pair = |together: u32, shared: bool, why: &str| {
        let (a, b) = (team("a", why), team("b", ""));
        let organisation = of(&[SETTINGS, ("a/team.kedge.toml", &a), ("b/team.kedge.toml", &b)]);
        let part = |name: &str| Part::Service(name.parse().unwrap());
        let co_change = CoChange {
            one: part("a/api"),
            other: part("b/api"),
            together,
            expected: 9.2,
            of: 412,
            shown_by: Vec::new(),
        };
        let share = ServicesShare {
            one: "a/api".parse().unwrap(),
            other: "b/api".parse().unwrap(),
            data: "prices".into(),
            shown_by: Vec::new(),
        };
        let evidence = CodeEvidence {
            co_changes: vec![co_change],
            services_share: if shared { vec![share] } else { Vec::new() },
            ..CodeEvidence::default()
        };
        services(&organisation, Some(&evidence), day("2026-10-14")).pairs.first().map(|pair| pair.advice)
    };
    let reason = "why-apart = { because = \"load\", why = \"Forty reads for each order\" }\n";
    assert_eq!(pair(31, true, ""), Some(Advice::MakeOne));
    assert_eq!(pair(31, true, reason), Some(Advice::ApartForAReason));
    assert_eq!(pair(31, false, ""), Some(Advice::NotEnough));
    assert_eq!(pair(9, true, ""), Some(Advice::NotEnough));
    assert_eq!(pair(9, false, ""), None);
}
