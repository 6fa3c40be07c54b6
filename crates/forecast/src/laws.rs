//! What must hold of every trial, whatever the draft.

use crate::calendar::{Calendar, WorkingWeek};
use crate::distribution::{Effort, Weibull};
use crate::draft::*;
use crate::draw::Draws;
use crate::log::{Event, Record};
use crate::policy::{DecideBy, Policy};
use crate::program::Program;
use crate::scenario::Scenario;
use crate::tally::{View, tally};
use crate::trial::{PlanState, Simulator, Status};
use kedge_model::Date;
use proptest::prelude::*;

fn effort() -> impl Strategy<Value = Effort> {
    prop_oneof![
        1 => Just(Effort::Unknown),
        8 => (0.1_f64..30.0, 1.0_f64..4.0).prop_map(|(p50, over)| Effort::estimate(p50, p50 * over)),
        1 => Just(Effort::estimate(1e6, 2e6)),
    ]
}

fn rank() -> impl Strategy<Value = Rank> {
    (0_u32..4, 0_u32..4, 0_i32..200, any::<bool>(), 0_u32..100).prop_map(
        |(council, local, due, asked, order)| Rank {
            council: if council == 0 { 0 } else { u32::MAX },
            local: if local == 0 { 0 } else { u32::MAX },
            due,
            asked,
            order,
        },
    )
}

fn source(items: usize) -> impl Strategy<Value = LandingSource> {
    prop_oneof![
        (0..items).prop_map(LandingSource::Item),
        (0_usize..2, effort(), 0.0_f64..=1.0, rank())
            .prop_map(|(team, effort, take_up, rank)| LandingSource::Queue { team, effort, take_up, rank }),
        (0.0_f64..=1.0, 1.0_f64..200.0, 0_i32..400).prop_map(|(take_up, median, elapsed)| {
            LandingSource::Chance { take_up, time: Weibull::through(median, 0.5, 1.5), elapsed }
        }),
        (-10_i32..1).prop_map(LandingSource::On),
        Just(LandingSource::Never),
    ]
}

fn fallback(items: usize) -> impl Strategy<Value = DraftFallback> {
    let progress = prop_oneof![
        6 => Just(FallbackProgress::Ahead),
        1 => Just(FallbackProgress::Running { spent: 2.0, waited: 3 }),
        1 => Just(FallbackProgress::Live { since: -2 }),
        1 => Just(FallbackProgress::Over),
    ];
    let work = (proptest::option::of((0_usize..2, effort())), proptest::option::of(effort()), rank());
    let money = (0.0_f64..0.5, 0.0_f64..=1.0, 0.0_f64..20.0, proptest::option::of(0.0_f64..=1.0));
    (work, money, proptest::collection::vec(0..items, 0..3), progress, any::<bool>()).prop_map(
        |((create, migrate, rank), (maintain, keeps, lead, odds), skips, progress, guided)| DraftFallback {
            name: "fallback".into(),
            lands: odds.is_some(),
            odds,
            create,
            rank,
            migrate,
            maintain,
            keeps,
            skips,
            price: 10.0,
            fee: 1.0,
            lead: if lead > 15.0 { lead } else { 0.0 },
            guide: guided.then_some((1, 0.1)),
            progress,
        },
    )
}

prop_compose! {
    fn draft()(
        people in (proptest::option::of(0.5_f64..4.0), proptest::option::of(0.0_f64..3.0)),
        changes in proptest::collection::vec((1_i32..60, prop_oneof![Just(0.0), 0.5_f64..4.0]), 0..5),
        items in proptest::collection::vec((0_usize..2, effort(), 1_u32..3, rank(), -5_i32..20, 0_usize..8), 1..9),
    )(
        asks in proptest::collection::vec(
            (source(items.len()), proptest::collection::vec(0..items.len(), 0..3),
             proptest::collection::vec(fallback(items.len()), 0..4), any::<bool>(), any::<bool>()),
            0..4,
        ),
        people in Just(people),
        changes in Just(changes),
        items in Just(items),
    ) -> Draft {
        let team = |name: &str, people, changes, shifts| DraftTeam { name: name.into(), people, changes, focus: 0.8, shifts };
        let plan = |name: &str, team| DraftPlan { name: name.into(), team, horizon: 300, person_week: 1.0 };
        let outcome = |plan| DraftOutcome {
            name: format!("outcome {plan}"),
            plan,
            value: 2.0,
            value_from: i32::MIN,
            late: (1.0, 5.0),
            due: Some(90),
            horizon: 300,
            product: plan == 0,
            live: None,
        };
        let monday = Date::new(2026, 10, 5).unwrap();
        let mut draft = Draft {
            calendar: Calendar::new(monday, WorkingWeek::new(&[], vec![]), 320),
            plan_factor: 1.3,
            organisation_factor: 1.15,
            dropped: 0.3,
            teams: vec![team("a", people.0, changes, 0.0), team("b", people.1, vec![], 4.0)],
            plans: vec![plan("p", 0), plan("q", 1)],
            outcomes: vec![outcome(0), outcome(1)],
            items: vec![],
            landings: vec![],
            asks: vec![],
            tables: vec![],
        };
        for (index, (owner, effort, crew, rank, not_before, progress)) in items.into_iter().enumerate() {
            draft.items.push(DraftItem {
                name: format!("item {index}"),
                team: owner,
                plan: Some(owner),
                effort,
                crew,
                not_before,
                // Each after the one before it of the same team, so that there is no circle.
                after: (0..index).rev().find(|&before| draft.items[before].team == owner).into_iter().collect(),
                serves: vec![owner],
                rank,
                progress: match progress {
                    0 => Progress::Done,
                    1 => Progress::Started { spent: 1.5 },
                    _ => Progress::Ahead,
                },
            });
        }
        for (index, (source, gates, mut chain, dead, gates_outcome)) in asks.into_iter().enumerate() {
            for (place, entry) in chain.iter_mut().enumerate() {
                entry.name = format!("fallback {index} {place}");
                // At most one is under way, the first.
                if place > 0 && matches!(entry.progress, FallbackProgress::Running { .. } | FallbackProgress::Live { .. }) {
                    entry.progress = FallbackProgress::Ahead;
                }
            }
            let mut items: Vec<usize> = gates.into_iter().filter(|&item| draft.items[item].team == 0).collect();
            items.sort_unstable();
            items.dedup();
            draft.landings.push(DraftLanding { name: format!("landing {index}"), source, load: None });
            draft.asks.push(DraftAsk {
                name: format!("ask {index}"),
                plan: 0,
                landing: index,
                items,
                outcomes: if gates_outcome { vec![0] } else { vec![] },
                chain,
                dead,
                until: None,
            });
        }
        draft
    }
}

fn scenario(program: &Program, policy: Policy) -> Scenario {
    let decide_by: Vec<f64> = (0..program.fallbacks.len()).map(|index| 5.0 * (index + 1) as f64).collect();
    let stances: Vec<_> =
        (0..program.asks.len() as u32).map(|ask| program.stance(ask, policy, &decide_by)).collect();
    Scenario {
        stances,
        decide_by,
        horizon: program.plans[0].horizon,
        scope: program.whole(),
        given_up: vec![],
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn people_are_never_in_two_places_and_time_never_runs_back(draft in draft(), trial in 0_u64..1_000) {
        let program = draft.program();
        for policy in Policy::ALL {
            let scenario = scenario(&program, policy);
            let mut record = Record::default();
            let mut simulator = Simulator::new(&program);
            simulator.run(&scenario, Draws::new(3, trial), &mut record);
            let mut busy = vec![0_i64; program.teams.len()];
            let mut started = vec![false; program.items.len()];
            let mut people: Vec<u32> = program.teams.iter().map(|team| team.stage.servers).collect();
            let mut before = 0.0;
            for &(at, event) in &record.0 {
                // The end of a day is dated within that day, a hair before the moment itself.
                prop_assert!(at >= before - 1e-9 && at <= scenario.horizon && at.is_finite());
                before = at;
                match event {
                    Event::Start { item, effort, ends } => {
                        prop_assert!(effort >= 0.0 && ends >= at);
                        prop_assert!(!std::mem::replace(&mut started[item as usize], true));
                        let spec = &program.items[item as usize];
                        busy[spec.team as usize] += i64::from(spec.crew);
                        let running = people[spec.team as usize];
                        // Work that runs at as-of may be more than there are people.
                        if at > 0.0 {
                            prop_assert!(busy[spec.team as usize] <= i64::from(running).max(i64::from(spec.crew)) + begun(&program, spec.team));
                        }
                    }
                    Event::Capacity { team, servers } => people[team as usize] = servers,
                    Event::End(item) => {
                        let spec = &program.items[item as usize];
                        // Nothing ends while nobody is there, but what takes no time.
                        let ends = simulator.items[item as usize].ends;
                        let length = program.worked_between(spec.team, ends - 1e-6, ends);
                        prop_assert!(length > 0.0 || simulator.items[item as usize].days < 1e-5 || ends <= 0.0);
                        busy[spec.team as usize] -= i64::from(spec.crew);
                    }
                    Event::Stopped(fallback) => {
                        let create = &program.items[program.fallbacks[fallback as usize].create as usize];
                        busy[create.team as usize] -= i64::from(create.crew);
                    }
                    _ => {}
                }
            }
            for (outcome, spec) in simulator.outcomes.iter().zip(&program.outcomes) {
                prop_assert!(outcome.days >= 0.0 && outcome.days <= f64::from(spec.horizon));
            }
            prop_assert!(simulator.plans.iter().all(|plan| plan.spent >= 0.0 && plan.spent.is_finite()));
        }
    }

    #[test]
    fn tallies_do_not_depend_on_threads(draft in draft()) {
        let program = draft.program();
        let scenarios: Vec<Scenario> = Policy::ALL.into_iter().map(|policy| scenario(&program, policy)).collect();
        let view = View::of(&program, [0, 1]);
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| tally(&program, &scenarios, &view, 9, 600))
        };
        prop_assert_eq!(on(1), on(3));
    }

    #[test]
    fn what_runs_beside_a_scenario_changes_nothing_of_it(draft in draft()) {
        let program = draft.program();
        let scenarios: Vec<Scenario> = Policy::ALL
            .into_iter()
            .map(|policy| {
                // Under some policies the other team does not matter.
                let scenario = scenario(&program, policy);
                Scenario { scope: program.scope([0], &scenario.stances), ..scenario }
            })
            .collect();
        let view = View::of(&program, [0]);
        let together = tally(&program, &scenarios, &view, 9, 60);
        for (beside, scenario) in together.iter().zip(&scenarios) {
            let alone = &tally(&program, std::slice::from_ref(scenario), &view, 9, 60)[0];
            prop_assert_eq!((&beside.live, &beside.landed, &beside.waited), (&alone.live, &alone.landed, &alone.waited));
            prop_assert_eq!((&beside.taken, &beside.starved), (&alone.taken, &alone.starved));
        }
    }

    /// The search for a decide-by stops trials and counts early, and looks again at what it has looked at: it must say
    /// what whole trials say.
    #[test]
    fn a_trial_that_stops_early_says_what_a_whole_one_says(draft in draft(), start in 0_u32..60) {
        let program = draft.program();
        for ask in 0..program.asks.len() as u32 {
            let dated = program.dated(ask);
            let Some(entry) = program.self_reliant(ask, 0) else { continue };
            if dated.is_empty() {
                continue;
            }
            let ends = dated.iter().map(|&outcome| program.outcomes[outcome as usize].due_end);
            let scenario = program.decide_by_scenario(ask, entry, f64::from(start), ends.fold(0.0, f64::max));
            let (mut early, mut whole) = (Simulator::new(&program), Simulator::new(&program));
            let mut on_time = u64::MAX;
            let mut counts = vec![0; dated.len()];
            for trial in (0..40).chain(0..3) {
                early.run_until_live(&scenario, &dated, 9, trial);
                whole.run(&scenario, Draws::new(9, trial), &mut crate::log::Silence);
                for (count, &outcome) in counts.iter_mut().zip(&dated) {
                    let (a, b) = (&early.outcomes[outcome as usize], &whole.outcomes[outcome as usize]);
                    prop_assert_eq!(a.live.to_bits(), b.live.to_bits());
                    *count += u64::from(b.live < program.outcomes[outcome as usize].due_end);
                }
                if trial == 39 {
                    on_time = counts.iter().copied().min().unwrap_or(0);
                }
            }
            prop_assert_eq!(program.on_time_by_start(ask, entry, &[start], 9, 40), vec![on_time]);
            if let DecideBy::Morning(morning) = program.latest_start(ask, entry, 0.8, 9, 40) {
                let shares = program.on_time_by_start(ask, entry, &[morning, morning + 1], 9, 40);
                let last = dated.iter().map(|&it| program.outcomes[it as usize].due_end).fold(f64::INFINITY, f64::min);
                prop_assert!(shares[0] >= 32 && (shares[1] < 32 || f64::from(morning + 1) >= last));
            }
        }
    }

    /// However much or little the start matters, and whatever is guessed, the place is found with few looks: a look costs a
    /// trial or hundreds.
    #[test]
    fn a_decide_by_is_placed_with_few_looks(draft in draft(), due in 1_i32..3_000) {
        let mut draft = draft;
        for outcome in &mut draft.outcomes {
            outcome.due = outcome.due.map(|_| due);
        }
        let program = draft.program();
        for ask in 0..program.asks.len() as u32 {
            let Some(entry) = program.self_reliant(ask, 0) else { continue };
            if let Some((looked_at, most)) = program.starts_looked_at(ask, entry, 9, 40) {
                prop_assert!(looked_at <= most, "{looked_at} of {most}");
            }
        }
    }

    /// Most ends are passed by a shorter way where nobody listens: it must come to the same, to the last bit.
    #[test]
    fn a_trial_that_nobody_hears_comes_to_the_same(
        draft in draft(),
        more in proptest::collection::vec((0_usize..8, 0_usize..8), 0..12),
        whole_days in any::<bool>(),
    ) {
        let mut draft = draft;
        // Items that several wait for, of the other team too, and moments at which several end.
        for (first, then) in more {
            if first < then && then < draft.items.len() && !draft.items[then].after.contains(&first) {
                draft.items[then].after.push(first);
            }
        }
        if whole_days {
            for (index, item) in draft.items.iter_mut().enumerate() {
                item.effort = Effort::estimate((1 + index % 3) as f64, 1.0);
            }
        }
        let program = draft.program();
        for policy in Policy::ALL {
            let scenario = scenario(&program, policy);
            let (mut silent, mut heard) = (Simulator::new(&program), Simulator::new(&program));
            for trial in 0..3 {
                silent.run(&scenario, Draws::new(9, trial), &mut crate::log::Silence);
                heard.run(&scenario, Draws::new(9, trial), &mut Record::default());
                let bits = |plans: &[PlanState]| -> Vec<_> {
                    plans.iter().map(|plan| (plan.spent.to_bits(), plan.paid.to_bits())).collect()
                };
                prop_assert_eq!(bits(&silent.plans), bits(&heard.plans));
                prop_assert_eq!((silent.completions, silent.last_end), (heard.completions, heard.last_end));
                prop_assert_eq!(format!("{:?}", silent.outcomes), format!("{:?}", heard.outcomes));
                prop_assert_eq!(format!("{:?}", silent.fallbacks), format!("{:?}", heard.fallbacks));
                prop_assert_eq!(format!("{:?}", silent.asks), format!("{:?}", heard.asks));
                prop_assert_eq!(format!("{:?}", silent.teams), format!("{:?}", heard.teams));
                for (item, (one, other)) in silent.items.iter().zip(&heard.items).enumerate().take(program.items()) {
                    prop_assert_eq!(one.status(), other.status(), "item {}", item);
                    // Each says something from the status on that sets it.
                    if one.status() != Status::WAITING && one.status() != Status::GONE {
                        prop_assert_eq!((one.order, one.cause), (other.order, other.cause), "item {}", item);
                    }
                    prop_assert_eq!(silent.ended(item).to_bits(), heard.ended(item).to_bits());
                }
            }
        }
    }

    #[test]
    fn waiting_takes_nothing_and_alone_lands_nothing(draft in draft(), trial in 0_u64..1_000) {
        let program = draft.program();
        let heard = |policy| {
            let mut record = Record::default();
            Simulator::new(&program).run(&scenario(&program, policy), Draws::new(3, trial), &mut record);
            record.0
        };
        prop_assert!(!heard(Policy::Wait).iter().any(|(_, event)| matches!(event, Event::Take(_) | Event::Accepted(_))));
        // What has landed at as-of has; a fallback that needs nobody's yes may end in a landing of its own.
        let own = |ask: u32| program.chain(ask).any(|entry| program.fallbacks[entry as usize].lands);
        prop_assert!(!heard(Policy::Alone).iter().any(
            |(_, event)| matches!(*event, Event::Landed(ask) if !program.has_landed(ask) && !own(ask))
        ));
    }
}

/// People held by what runs at as-of, beyond the team's own.
fn begun(program: &Program, team: u32) -> i64 {
    let begun = program.items.iter().filter(|item| item.team == team);
    begun
        .filter(|item| matches!(item.progress, Progress::Started { .. }))
        .map(|item| i64::from(item.crew))
        .sum()
}
