//! Decisions over every ask of the example: a record of each, what is recommended against what is printed, and what turns it.
#![allow(clippy::unwrap_used)]

use kedge_decide::{Criterion, Decision, Route, WayOn, decide, losses, recommended_again};
use kedge_forecast::{Forecaster, Options};
use kedge_model::{AskId, Date, Organisation, PlanId};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::LazyLock;

/// The example, as its story's day sees it, with a decision for each of its asks where there is one.
struct Harbour {
    organisation: Organisation,
    options: Options,
    decisions: Vec<(AskId, Option<Decision>)>,
}

static HARBOUR: LazyLock<Harbour> = LazyLock::new(|| {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/harbour"));
    let organisation = kedge_files::load_folder(folder).unwrap().organisation;
    let as_of: Date = "2026-10-14".parse().unwrap();
    let options = Options::on(as_of).with_trials(1_000, 200);
    let standing = kedge_floor::standing(&organisation, as_of);
    let cuts = kedge_floor::cut_sets(&organisation, as_of);
    let forecaster = Forecaster::new(&organisation, options);
    let plans: BTreeMap<&PlanId, _> = organisation
        .plans()
        .filter_map(|plan| {
            Some((&plan.id, (forecaster.plan(&plan.id)?, losses(&forecaster, &cuts, &plan.id)?)))
        })
        .collect();
    let decisions = organisation
        .asks()
        .map(|ask| {
            let of_plan = plans.get(&ask.plan);
            let decision = of_plan
                .and_then(|(plan, losses)| decide(&forecaster, &standing, plan, losses, &ask.id, true));
            (ask.id.clone(), decision)
        })
        .collect();
    Harbour { organisation, options, decisions }
});

/// One test: each would have to weigh everything again, and that takes its time.
#[test]
fn decisions_over_every_ask_of_the_example() {
    the_recommendation_is_the_arg_max_of_what_is_printed();
    the_arithmetic_can_be_done_again_from_what_is_printed();
    just_before_a_flip_the_recommendation_stays_and_at_it_it_is_the_other();
    every_route_is_there_in_its_order_for_every_ask();
    a_decision_record_for_every_ask();
    the_odds_of_a_team_stay_between_it_and_who_asks();
}

fn decisions() -> impl Iterator<Item = &'static Decision> {
    HARBOUR.decisions.iter().filter_map(|(_, decision)| decision.as_ref())
}

fn weighed(decision: &Decision) -> impl Iterator<Item = (usize, &WayOn)> {
    decision.ways.iter().enumerate().filter(|(_, way)| way.net.is_some())
}

/// A row as it is printed: place, net value, gain, its error, whether it is the plan, whether it is ruled out.
fn printed(decision: &Decision) -> Vec<[String; 4]> {
    let unit = decision.unit;
    weighed(decision)
        .map(|(at, way)| {
            let gain = way.against_plan.unwrap();
            [
                at.to_string(),
                unit.print(way.net.unwrap().mean),
                if way.as_planned {
                    "as planned".into()
                } else {
                    format!(
                        "{} ± {}",
                        unit.print_signed(unit.count(gain.mean)),
                        unit.print_count(unit.error(gain.error))
                    )
                },
                if way.ruled_out.is_some() { "ruled out".into() } else { String::new() },
            ]
        })
        .collect()
}

/// What a printed figure says: `−1,234k`, `+58k`, `0`.
fn read(figure: &str) -> f64 {
    let (figure, times) = figure.strip_suffix('k').map_or((figure, 1.0), |figure| (figure, 1_000.0));
    figure
        .replace(',', "")
        .replace('−', "-")
        .replace('+', "")
        .parse::<f64>()
        .map(|figure| (figure * times * 100.0).round() / 100.0)
        .unwrap()
}

fn the_recommendation_is_the_arg_max_of_what_is_printed() {
    let mut changed = 0;
    for decision in decisions().filter(|it| it.criterion == Criterion::NetValue) {
        let rows = printed(decision);
        // Nothing but the printed rows from here on.
        let mut best: Option<(usize, f64, bool)> = None;
        for [at, net, gain, out] in &rows {
            let planned = gain == "as planned";
            let told_apart = planned || {
                let (gain, error) = gain.split_once(" ± ").unwrap();
                read(gain) > read(error)
            };
            let more = best.is_none_or(|(_, most, is_plan)| {
                read(net) > most || (read(net) - most).abs() < 0.5 && planned && !is_plan
            });
            if out.is_empty() && told_apart && more {
                best = Some((at.parse().unwrap(), read(net), planned));
            }
        }
        // Where even the plan as it is is ruled out and nothing gains on it, the best of the rest.
        if let Some((at, ..)) = best {
            assert_eq!(decision.recommended, Some(at), "{}: {rows:?}\n{}", decision.ask, decision.why);
            changed += usize::from(!decision.ways[at].as_planned);
        }
    }
    assert!(changed > 3, "hardly any decision changes a plan: {changed}");
}

fn the_arithmetic_can_be_done_again_from_what_is_printed() {
    for decision in decisions() {
        for (_, way) in weighed(decision) {
            let words = way.reckoning.as_ref().unwrap().in_words();
            let mut sum = 0.0;
            let mut net = None;
            for part in words.split("; ") {
                let last = |text: &str| read(text.rsplit(' ').next().unwrap());
                if let Some((factors, product)) = part.split_once(" = ") {
                    let (weeks, rate) = factors.split_once(" × ").unwrap();
                    let weeks: f64 = weeks.split(' ').rev().nth(1).unwrap().parse().unwrap();
                    assert!((weeks * read(rate) - read(product)).abs() <= 0.5 + 1e-6, "{part}");
                    sum += if part.starts_with("less ") { -read(product) } else { read(product) };
                } else if part.starts_with("less ") {
                    sum -= last(part);
                } else {
                    net = Some(last(part));
                }
            }
            assert!((sum - net.unwrap()).abs() < 1e-6, "{}: {words}", decision.ask);
            assert!((way.net.unwrap().mean.amount() - sum).abs() < 1e-6, "{}: {words}", decision.ask);
        }
    }
}

fn just_before_a_flip_the_recommendation_stays_and_at_it_it_is_the_other() {
    let mut found = 0;
    for decision in decisions() {
        let ask = HARBOUR.organisation.ask(&decision.ask).unwrap();
        for flip in decision.flips.iter().flatten() {
            assert!(flip.factor > 1.0, "{}: {flip:?}", decision.ask);
            assert_ne!(Some(flip.then), decision.recommended, "{}: {flip:?}", decision.ask);
            let again = |changes: Option<Vec<kedge_model::Change>>| {
                let organisation = HARBOUR.organisation.with(&changes.unwrap()).unwrap();
                recommended_again(decision, &Forecaster::new(&organisation, HARBOUR.options))
            };
            let stays = again(flip.changes_before(&HARBOUR.organisation, ask));
            assert_eq!(stays, decision.recommended, "{} with {}: {flip:?}", decision.ask, flip.stays);
            let turns = again(flip.changes(&HARBOUR.organisation, ask));
            assert_eq!(turns, Some(flip.then), "{} with {}: {flip:?}", decision.ask, flip.to);
            found += 1;
        }
    }
    assert!(found > 20, "{found}");
}

fn every_route_is_there_in_its_order_for_every_ask() {
    const ROUTES: [Route; 10] = [
        Route::SelfService,
        Route::AwayTeam,
        Route::WorkRound,
        Route::TaskForce,
        Route::TigerTeam,
        Route::Community,
        Route::Council,
        Route::Wait,
        Route::Descope,
        Route::Drop,
    ];
    for decision in decisions() {
        let routes: Vec<Route> = decision.ways.iter().map(|way| way.route).collect();
        assert!(routes.is_sorted(), "{}: {routes:?}", decision.ask);
        for route in ROUTES {
            // A row may stand for others that come to the same in every trial.
            let folded = decision.ways.iter().map(|way| way.same.len()).sum::<usize>();
            assert!(routes.contains(&route) || folded > 0, "{}: no {route:?}", decision.ask);
        }
        assert_eq!(decision.ways.iter().filter(|way| way.as_planned).count(), 1, "{}", decision.ask);
        for way in &decision.ways {
            let says = way.net.is_some()
                || way.on_time.is_some()
                || way.ruled_out.is_some()
                || way.unweighed.is_some();
            assert!(says || decision.criterion != Criterion::NetValue, "{}: {way:?}", decision.ask);
        }
    }
}

fn a_decision_record_for_every_ask() {
    let mut record = String::new();
    for (ask, decision) in &HARBOUR.decisions {
        let Some(decision) = decision else {
            writeln!(record, "{ask}: nothing to decide\n").unwrap();
            continue;
        };
        writeln!(record, "{ask}: {}", decision.why).unwrap();
        for flip in decision.flips.iter().flatten() {
            writeln!(record, "  {}", flip.sentence).unwrap();
        }
        let rows = printed(decision);
        for (at, way) in decision.ways.iter().enumerate() {
            let mark = if decision.recommended == Some(at) { "✓" } else { " " };
            let figures = rows.iter().find(|row| row[0] == at.to_string());
            let cases =
                way.on_time.map_or_else(|| "–".into(), |chance| format!("{}%", chance.share.cases_of_100()));
            let said = match (figures, &way.ruled_out, &way.unweighed) {
                (Some([_, net, gain, _]), out, _) => {
                    let out = out.as_ref().map(|out| format!("; ruled out: {out}")).unwrap_or_default();
                    format!("{cases}, {net}, {gain}{out}")
                }
                (None, Some(out), _) => format!("ruled out: {out}"),
                (None, None, Some(lacks)) => lacks.clone(),
                (None, None, None) => cases,
            };
            writeln!(record, "  {mark} {}: {said}", way.what).unwrap();
            for same in &way.same {
                writeln!(record, "      the same: {same}").unwrap();
            }
        }
        if let Some(hack) = &decision.hack_or_wait {
            writeln!(record, "  {}: {}", hack.fallback, hack.sentence).unwrap();
        }
        for loss in decision.losses.iter().filter(|loss| !loss.cuts.is_empty()) {
            writeln!(
                record,
                "  {}: {} In {} of 100.",
                loss.outcome,
                loss.sentence,
                loss.lost.share.cases_of_100()
            )
            .unwrap();
        }
        record.push('\n');
    }
    insta::assert_snapshot!(record);
}

fn the_odds_of_a_team_stay_between_it_and_who_asks() {
    // What can lose an outcome speaks of its own team's asks alone: of odds of others nothing is said.
    for decision in decisions() {
        let own = decision.ask.team();
        for failure in decision.losses.iter().flat_map(|loss| &loss.cuts).flat_map(|cut| &cut.failures) {
            assert!(failure.asks().iter().any(|ask| ask.team() == own), "{}: {failure:?}", decision.ask);
        }
    }
}
