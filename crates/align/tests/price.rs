//! Prices against closed forms, and laws that hold whatever the figures are.
#![allow(clippy::unwrap_used)]

use kedge_align::price::{HingeOn, Price, ReuseRatios, Sampling, TeamsToPay, TimeToPay};
use kedge_align::problems::{Problems, Verdict, problems};
use kedge_files::SourceText;
use kedge_forecast::distribution::Lognormal;
use kedge_model::Organisation;
use proptest::prelude::*;
use std::fmt::Write as _;

/// Days of a horizon of 52 weeks, and of a month.
const HORIZON: f64 = 364.0;
const MONTH: f64 = 365.25 / 12.0;

/// An organisation of teams `a`, `b`, … and a platform that proposes something to them.
fn organisation(teams: usize, proposal: &str, more: &[(&str, &str)]) -> Organisation {
    let mut texts: Vec<(String, String)> = (0..teams)
        .map(|at| {
            let team = name(at);
            (format!("{team}/team.kedge.toml"), format!("team = \"{team}\"\nkind = \"stream\"\n"))
        })
        .collect();
    texts.push(("kedge.toml".into(), "language = 1\nname = \"Test\"\n".into()));
    texts.push(("platform/team.kedge.toml".into(), "team = \"platform\"\nkind = \"platform\"\n".into()));
    texts.push(("platform/proposal.kedge.toml".into(), proposal.to_owned()));
    texts.extend(more.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
    let texts = texts.into_iter().map(|(path, text)| SourceText { path, text }).collect();
    kedge_files::read(texts, None).unwrap_or_else(|refused| panic!("{refused:?}")).organisation
}

fn name(at: usize) -> String {
    format!("team-{at}")
}

fn proposal(teams: usize, together: &str, apart: &str) -> String {
    let adopters: Vec<String> = (0..teams).map(|at| format!("\"{}\"", name(at))).collect();
    let mut text = format!(
        "team = \"platform\"\n\n[proposal.one]\ntitle = \"One\"\nproblem = \"Several\"\nadopters = [{}]\nopened = 2026-09-01\n",
        adopters.join(", ")
    );
    write!(text, "\n[proposal.one.option.library]\nkind = \"library\"\n{together}").unwrap();
    if !apart.is_empty() {
        write!(text, "\n[proposal.one.option.apart]\nkind = \"apart\"\n{apart}").unwrap();
    }
    text
}

fn found(organisation: &Organisation, sampling: Sampling) -> Problems {
    problems(organisation, None, "2026-10-14".parse().unwrap(), sampling)
}

fn priced(organisation: &Organisation, trials: u32) -> Price {
    let found = found(organisation, Sampling { seed: 1, trials });
    found.problems[0].best().unwrap().1.clone()
}

fn price_of(teams: usize, together: &str, apart: &str) -> Price {
    priced(&organisation(teams, &proposal(teams, together, apart), &[]), 400)
}

fn near(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-9 * one.abs().max(other.abs()).max(1.0)
}

#[test]
fn the_published_ratios_break_even_where_poulin_says() {
    assert!(near(ReuseRatios::PUBLISHED.break_even().unwrap(), 1.625));
    assert!(near(ReuseRatios::PESSIMISTIC.break_even().unwrap(), 5.0));
    assert_eq!(ReuseRatios { writing: 1.5, reusing: 1.0 }.break_even(), None);
    // The same through a price: what writing once takes is 10 days, without a spread, for the author and one more.
    for (ratios, teams) in [(ReuseRatios::PUBLISHED, 2), (ReuseRatios::PESSIMISTIC, 5)] {
        let exactly =
            |days: f64| format!("{{ least = \"{days}d\", likely = \"{days}d\", most = \"{days}d\" }}");
        let text = format!(
            "build = {}\nadopt = {}\nalone = {}\n",
            exactly(10.0 * ratios.writing),
            exactly(10.0 * ratios.reusing),
            exactly(10.0)
        );
        let text = proposal(2, &text, "").replace("\"team-0\"", "\"platform\"");
        // The author has what it writes: its signature says that adopting takes it nothing.
        let signs = "team = \"platform\"\n\n[[sign]]\nproposal = \"one\"\non = 2026-09-02\nsays = \"signed\"\nadopt = \"0d\"\n";
        let it = priced(&organisation(2, &text, &[("platform/answers.kedge.toml", signs)]), 100);
        let TeamsToPay::From { exact, teams: whole } = it.by_teams else { panic!("{:?}", it.by_teams) };
        assert!(near(exact, ratios.break_even().unwrap()), "{exact}");
        assert_eq!(whole, teams);
    }
}

#[test]
fn means_break_evens_and_the_hinge_are_the_closed_forms() {
    // Build 20 days, adopt 3, alone 8 with 1 day a month, kept at 2 days a month and agreed on at 1, for 4 teams.
    let fixed = |days: u32| format!("{{ least = \"{days}d\", likely = \"{days}d\", most = \"{days}d\" }}");
    let it = price_of(
        4,
        &format!(
            "build = {}\nadopt = {}\nmaintain = \"2d/month\"\ncoordinate = \"1d/month\"\n",
            fixed(20),
            fixed(3)
        ),
        &format!("alone = {}\nmaintain = \"1d/month\"\n", fixed(8)),
    );
    let months = HORIZON / MONTH;
    assert!(near(it.apart.mean.0, 4.0 * (8.0 + months)));
    assert!(near(it.together.mean.0, 20.0 + 4.0 * 3.0 + 3.0 * months));
    for range in [it.apart, it.together] {
        assert!(near(range.p10.0, range.mean.0) && near(range.p90.0, range.mean.0), "nothing varies");
    }
    let TeamsToPay::From { exact, teams } = it.by_teams else { panic!("{:?}", it.by_teams) };
    assert!(near(exact, (20.0 + 3.0 * months) / (8.0 + months - 3.0)));
    assert_eq!(teams, exact.ceil() as u32);
    // Once it takes 20 + 12 against 32: no more, and a month of keeping is 3 against 4.
    assert_eq!(it.by_time, TimeToPay::AtOnce);
    let saving = it.saving.mean.0;
    assert!(near(saving, months));
    // A part of a team fewer would do; every other figure would have to change more.
    let hinge = it.hinge.unwrap();
    assert_eq!(hinge.on, HingeOn::Teams);
    assert!(near(hinge.turns_at, exact) && near(hinge.now, 4.0));
}

#[test]
fn upkeep_pays_for_building_after_the_weeks_of_the_closed_form() {
    let fixed = |days: u32| format!("{{ least = \"{days}d\", likely = \"{days}d\", most = \"{days}d\" }}");
    let it = price_of(
        2,
        &format!("build = {}\nadopt = {}\nmaintain = \"1d/month\"\n", fixed(20), fixed(2)),
        &format!("alone = {}\nmaintain = \"2d/month\"\n", fixed(4)),
    );
    // 24 against 8 once; 1 against 4 a month.
    let TimeToPay::After { weeks } = it.by_time else { panic!("{:?}", it.by_time) };
    assert!(near(weeks, 16.0 / 3.0 * MONTH / 7.0), "{weeks}");
    // The curve against time starts with what is spent once, and ends with the price.
    let (first, last) = (it.time_curve.first().unwrap(), it.time_curve.last().unwrap());
    assert!(near(first.apart.mean.0, 8.0) && near(first.together.mean.0, 24.0));
    assert!(near(last.apart.mean.0, it.apart.mean.0) && near(last.together.mean.0, it.together.mean.0));
}

#[test]
fn trials_agree_with_the_mean_of_a_sum_of_lognormals() {
    let it = priced(
        &organisation(
            3,
            &proposal(
                3,
                "build = \"4w, rarely over 9w\"\nadopt = \"1w, rarely over 2w\"\n",
                "alone = \"3w, rarely over 5w\"\n",
            ),
            &[],
        ),
        40_000,
    );
    let mean = |p50: f64, p90: f64| Lognormal::through(5.0 * p50, 5.0 * p90).mean();
    let (apart, together) = (3.0 * mean(3.0, 5.0), mean(4.0, 9.0) + 3.0 * mean(1.0, 2.0));
    assert!(near(it.apart.mean.0, apart) && near(it.together.mean.0, together));
    // The curve at three teams is of the same trials.
    let sampled = it.teams_curve.iter().find(|point| near(point.at, 3.0)).unwrap();
    assert!(near(sampled.apart.p50.0, it.apart.p50.0));
    // Fenton (1960): a sum of lognormals is nearly one with the same mean and variance, in its middle and its upper tail.
    let variance = |p50: f64, p90: f64| {
        let it = Lognormal::through(5.0 * p50, 5.0 * p90);
        it.mean().powi(2) * ((it.sigma * it.sigma).exp() - 1.0)
    };
    let like = |mean: f64, variance: f64| {
        let sigma = (1.0 + variance / mean.powi(2)).ln().sqrt();
        Lognormal { mu: mean.ln() - sigma * sigma / 2.0, sigma }
    };
    let apart = like(apart, 3.0 * variance(3.0, 5.0));
    let together = like(together, variance(4.0, 9.0) + 3.0 * variance(1.0, 2.0));
    for (range, like) in [(it.apart, apart), (it.together, together)] {
        for (value, p) in [(range.p50, 0.5), (range.p90, 0.9)] {
            assert!((value.0 / like.quantile(p) - 1.0).abs() < 0.03, "{value:?} {p}");
        }
    }
}

#[test]
fn where_nobody_says_the_published_ratios_stand_in_with_their_source() {
    // Only what going alone takes is known: the rest is Poulin's.
    let it = price_of(4, "alone = \"10d\"\n", "");
    let prior = |what: &str| {
        let figure = it.figures.iter().find(|figure| figure.input.in_words().starts_with(what)).unwrap();
        assert_eq!(figure.source.word(), "prior", "{what}");
        assert!(figure.source.detail().contains("Poulin"), "{}", figure.source.detail());
        figure.mean.0
    };
    let alone = Lognormal::through(10.0, 20.0).mean();
    assert!(near(prior("building"), alone * Lognormal::through(1.5, 3.0).mean()));
    assert!(near(prior("adopting"), alone * Lognormal::through(0.2, 0.5).mean()));
    // Nobody says anything: there is no price, and the answer says what is missing.
    let nothing = found(&organisation(2, &proposal(2, "", ""), &[]), Sampling::default());
    assert!(matches!(&nothing.problems[0].verdict, Verdict::NotKnown { missing } if !missing.is_empty()));
}

#[test]
fn a_change_that_saves_its_maker_a_month_and_takes_ten_teams_two_weeks_does_not_pay() {
    let fixed = |days: u32| format!("{{ least = \"{days}d\", likely = \"{days}d\", most = \"{days}d\" }}");
    let text =
        proposal(10, &format!("build = {}\nadopt = {}\nalone = {}\n", fixed(0), fixed(10), fixed(0)), "");
    let text = text.replace("adopters = [", "adopters = [\"platform\", ");
    // The maker adopts it too: going on as it is takes it a month.
    let own = format!(
        "team = \"platform\"\n\n[[sign]]\nproposal = \"one\"\non = 2026-09-02\nsays = \"signed\"\nadopt = {}\nalone = {}\n",
        fixed(0),
        fixed(20)
    );
    let found =
        found(&organisation(10, &text, &[("platform/answers.kedge.toml", &own)]), Sampling::default());
    let it = found.problems[0].best().unwrap().1;
    assert!(near(it.saving.mean.0, 20.0 - 100.0));
    assert_eq!(found.problems[0].verdict, Verdict::Apart);
    let losing: Vec<f64> = it.fans_out_to().map(|share| share.gains().0).collect();
    assert_eq!(losing, vec![-10.0; 10]);
    let maker = it.shares.iter().find(|share| share.team.as_str() == "platform").unwrap();
    assert!(near(maker.gains().0, 20.0));
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let organisation = organisation(3, &proposal(3, "build = \"4w\"\nalone = \"2w\"\n", ""), &[]);
    let json = |seed| serde_json::to_string(&found(&organisation, Sampling { seed, trials: 500 })).unwrap();
    assert_eq!(json(7), json(7));
    assert_ne!(json(7), json(8));
}

/// A price of these medians in days, whose P90s are twice as much, and rates in days a month.
fn drawn(teams: usize, build: u32, adopt: u32, alone: u32, rates: [u32; 3]) -> Price {
    let [maintain, coordinate, upkeep] = rates;
    price_of(
        teams,
        &format!(
            "build = \"{build}d\"\nadopt = \"{adopt}d\"\nmaintain = \"{maintain}d/month\"\ncoordinate = \"{coordinate}d/month\"\n"
        ),
        &format!("alone = \"{alone}d\"\nmaintain = \"{upkeep}d/month\"\n"),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn more_adopters_never_make_it_dearer_for_each(
        teams in 2_usize..7, build in 0_u32..60, adopt in 0_u32..30, alone in 0_u32..40, rates in prop::array::uniform3(0_u32..5),
    ) {
        let few = drawn(teams, build, adopt, alone, rates);
        let more = drawn(teams + 1, build, adopt, alone, rates);
        let each = |price: &Price, teams: usize| price.together.mean.0 / teams as f64;
        prop_assert!(each(&more, teams + 1) <= each(&few, teams) + 1e-9);
    }

    #[test]
    fn dearer_building_never_pays_sooner(
        teams in 2_usize..7, build in 0_u32..60, adopt in 0_u32..30, alone in 0_u32..40, rates in prop::array::uniform3(0_u32..5),
    ) {
        let cheap = drawn(teams, build, adopt, alone, rates);
        let dear = drawn(teams, build + 5, adopt, alone, rates);
        prop_assert!(dear.saving.mean <= cheap.saving.mean);
        prop_assert!(dear.pays.share <= cheap.pays.share);
        if let (TeamsToPay::From { exact: cheap, .. }, TeamsToPay::From { exact: dear, .. }) = (cheap.by_teams, dear.by_teams) {
            prop_assert!(dear >= cheap);
        }
    }

    #[test]
    fn the_break_even_is_where_the_lines_cross(
        teams in 2_usize..7, build in 0_u32..60, adopt in 0_u32..30, alone in 0_u32..40, rates in prop::array::uniform3(0_u32..5),
    ) {
        let price = drawn(teams, build, adopt, alone, rates);
        let pays = |at: f64| {
            let point = price.teams_curve.iter().find(|point| (point.at - at).abs() < 1e-9)?;
            Some(point.apart.mean.0 - point.together.mean.0)
        };
        if let TeamsToPay::From { teams: first, .. } = price.by_teams {
            if let Some(saving) = pays(f64::from(first)) { prop_assert!(saving >= -1e-9); }
            if let Some(saving) = pays(f64::from(first) - 1.0) { prop_assert!(saving <= 1e-9); }
        }
        let named = pays(teams as f64).unwrap();
        prop_assert!((named - price.saving.mean.0).abs() < 1e-6);
        prop_assert!(price.apart.p10 <= price.apart.p50 && price.apart.p50 <= price.apart.p90);
    }

    #[test]
    fn the_hinge_turns_the_answer(
        teams in 2_usize..7, build in 1_u32..60, adopt in 1_u32..30, alone in 1_u32..40, rates in prop::array::uniform3(0_u32..5),
    ) {
        let price = drawn(teams, build, adopt, alone, rates);
        if let Some(hinge) = price.hinge {
            let (saving, moved) = (price.saving.mean.0, hinge.turns_at - hinge.now);
            match hinge.on {
                HingeOn::Build | HingeOn::Adopting | HingeOn::Maintain | HingeOn::Coordinate => prop_assert!((saving - moved).abs() < 1e-6),
                HingeOn::Alone | HingeOn::Upkeep | HingeOn::Between => prop_assert!((saving + moved).abs() < 1e-6),
                HingeOn::Horizon | HingeOn::Teams => prop_assert!(hinge.turns_at >= 0.0),
            }
        }
    }
}
