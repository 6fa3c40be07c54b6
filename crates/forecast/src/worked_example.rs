//! The worked example at the end of `forecast.md`, all its figures.

use crate::calendar::{Calendar, DAYS_IN_MONTH, WorkingWeek};
use crate::distribution::{Effort, Weibull};
use crate::draft::*;
use crate::policy::{DecideBy, Policy};
use crate::scenario::Scenario;
use crate::tally::{View, tally};
use kedge_model::Date;

fn date(year: i16, month: i8, day: i8) -> Date {
    Date::new(year, month, day).unwrap()
}

pub(crate) fn example(people: f64) -> Draft {
    let calendar = Calendar::new(date(2026, 10, 1), WorkingWeek::new(&[], vec![]), 460);
    let due = calendar.day(date(2026, 12, 10));
    let rank = |order| Rank { due, ..Rank::unranked(order) };
    let item = |name: &str, p50: f64, p90: f64, after: Vec<usize>, order| DraftItem {
        name: format!("work checkout/{name}"),
        team: 0,
        plan: Some(0),
        effort: Effort::estimate(p50, p90),
        crew: 1,
        not_before: 0,
        after,
        serves: vec![0],
        rank: rank(order),
        progress: Progress::Ahead,
    };
    Draft {
        plan_factor: 1.0,
        organisation_factor: 1.0,
        dropped: 0.3,
        teams: vec![
            DraftTeam {
                name: "checkout".into(),
                people: Some(people),
                changes: vec![],
                focus: 1.0,
                shifts: 0.0,
            },
            DraftTeam { name: "payments".into(), people: None, changes: vec![], focus: 1.0, shifts: 0.0 },
        ],
        plans: vec![DraftPlan {
            name: "checkout/one-tap".into(),
            team: 0,
            horizon: due + 364,
            person_week: 0.0,
        }],
        outcomes: vec![DraftOutcome {
            name: "checkout/one-tap".into(),
            plan: 0,
            value: 40_000.0 / 7.0,
            value_from: 0,
            late: (0.0, 0.0),
            due: Some(due),
            horizon: due + 364,
            product: true,
            live: None,
        }],
        items: vec![item("sheet", 15.0, 30.0, vec![], 0), item("wire-up", 5.0, 10.0, vec![0], 1)],
        landings: vec![DraftLanding {
            name: "ask checkout/reusable-token".into(),
            source: LandingSource::Chance {
                take_up: 0.6,
                time: Weibull::through(45.0, 0.5, 1.5),
                elapsed: 0,
            },
            load: None,
        }],
        asks: vec![DraftAsk {
            name: "checkout/reusable-token".into(),
            plan: 0,
            landing: 0,
            items: vec![1],
            outcomes: vec![],
            chain: vec![DraftFallback {
                name: "checkout/reusable-token/hack".into(),
                odds: None,
                lands: false,
                create: Some((0, Effort::estimate(10.0, 15.0))),
                rank: rank(2),
                migrate: Some(Effort::estimate(5.0, 10.0)),
                maintain: 2.0 / DAYS_IN_MONTH,
                keeps: 0.9,
                skips: vec![],
                price: 0.0,
                fee: 0.0,
                lead: 0.0,
                guide: None,
                progress: FallbackProgress::Ahead,
            }],
            dead: false,
            until: None,
        }],
        tables: vec![],
        calendar,
    }
}

/// P50, P80 and the chance by 10 December of one policy, as printed in `forecast.md`; `None` is "never".
type Row = (Policy, Date, Option<Date>, f64);

fn rows(people: f64) -> [Row; 4] {
    let nov = |day| date(2026, 11, day);
    let dec = |day| date(2026, 12, day);
    let oct = date(2026, 10, 30);
    let wait = (Policy::Wait, date(2027, 1, 4), None, 0.40);
    if people > 1.0 {
        [
            wait,
            (Policy::Hedge, dec(1), Some(dec(8)), 0.89),
            (Policy::StartNow, oct, Some(nov(12)), 0.98),
            (Policy::Alone, oct, Some(nov(12)), 0.98),
        ]
    } else {
        [
            wait,
            (Policy::Hedge, dec(1), Some(dec(8)), 0.87),
            (Policy::StartNow, nov(11), Some(nov(24)), 0.95),
            (Policy::Alone, nov(13), Some(nov(27)), 0.93),
        ]
    }
}

#[test]
fn all_twenty_four_figures_and_the_decide_by() {
    let trials = 40_000;
    for people in [2.0, 1.0] {
        let program = example(people).program();
        let calendar = &program.calendar;
        let working_day = |date| calendar.morning(calendar.day(date));

        let decide_by = program.decide_by(0, 0.8, 1, 20_000);
        let DecideBy::Morning(morning) = decide_by else { panic!("{decide_by:?}") };
        assert!((f64::from(morning) - working_day(date(2026, 11, 12))).abs() <= 2.0, "{decide_by:?}");

        let moments = vec![decide_by.moment()];
        let scenario = |policy| {
            let stances = vec![program.stance(0, policy, &moments)];
            let scope = program.scope([0], &stances);
            Scenario {
                stances,
                decide_by: moments.clone(),
                horizon: program.plans[0].horizon,
                scope,
                given_up: vec![],
            }
        };
        let rows = rows(people);
        let scenarios: Vec<Scenario> = rows.iter().map(|&(policy, ..)| scenario(policy)).collect();
        let tallies = tally(&program, &scenarios, &View::of(&program, [0]), 1, trials);
        for ((policy, p50, p80, by_due), tally) in rows.into_iter().zip(&tallies) {
            let live = &tally.live[0];
            let close = |day: usize, date| (day as f64 - working_day(date)).abs() <= 1.0;
            let median = live.quantile(0.5).unwrap();
            assert!(close(median, p50), "{people} {policy:?} P50 {}", calendar.date_of(median as f64));
            match (live.quantile(0.8), p80) {
                (None, None) => {}
                (Some(day), Some(date)) if close(day, date) => {}
                (day, _) => panic!("{people} {policy:?} P80 {day:?}, not {p80:?}"),
            }
            let chance = live.before(program.outcomes[0].due_end) as f64 / trials as f64;
            assert!((chance - by_due).abs() <= 0.015, "{people} {policy:?} by due {chance}");
        }

        // With two people, starting today is worth about 120k more than hedging.
        if people > 1.0 {
            let net = |tally: &crate::tally::Tally| tally.accounts[0].net.mean(trials);
            let gain = net(&tallies[2]) - net(&tallies[1]);
            assert!((gain - 120_000.0).abs() < 5_000.0, "{gain}");
        }
    }
}
