//! Decisions over every ask of the example: a record of each, what is recommended against what is printed, and what turns it.
#![allow(clippy::unwrap_used)]

mod printed;

use kedge_decide::{Criterion, Decision, Route, decide, losses, recommended_again};
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

fn the_recommendation_is_the_arg_max_of_what_is_printed() {
    let net = || decisions().filter(|it| it.criterion == Criterion::NetValue);
    let changed = net().filter_map(printed::arg_max).filter(|at| !at.planned).count();
    for decision in net() {
        printed::the_recommendation_is_the_arg_max(decision);
    }
    assert!(changed > 3, "hardly any decision changes a plan: {changed}");
}

fn the_arithmetic_can_be_done_again_from_what_is_printed() {
    for decision in decisions() {
        printed::the_arithmetic_can_be_done_again(decision);
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
        let rows = printed::rows(decision);
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
            write!(record, "  {}: {}", loss.outcome, loss.sentence).unwrap();
            match loss.lost {
                Some(lost) => writeln!(record, " In {} of 100.", lost.share.cases_of_100()).unwrap(),
                None => writeln!(record).unwrap(),
            }
        }
        record.push('\n');
    }
    insta::assert_snapshot!(record);
}

fn the_odds_of_a_team_stay_between_it_and_who_asks() {
    // What can lose an outcome speaks of this ask alone, and where others can lose it too its chance is not said: both teams
    // read it.
    let mut said = 0;
    for decision in decisions() {
        for loss in &decision.losses {
            for failure in loss.cuts.iter().flat_map(|cut| &cut.failures) {
                assert!(failure.asks().contains(&decision.ask), "{}: {failure:?}", decision.ask);
            }
            assert!(loss.others == 0 || loss.lost.is_none(), "{}: {loss:?}", decision.ask);
            said += usize::from(!loss.cuts.is_empty());
        }
    }
    assert!(said > 1, "{said}");
}
