//! How likely cut sets are: what others do or leave undone, counted in the same trials.

use super::Forecaster;
use crate::answer::{Chance, CutFailing, NeededBy, OutcomeFailing};
use crate::draw::{Draws, Purpose};
use crate::log::Silence;
use crate::policy::Policy;
use crate::scenario::Scenario;
use crate::tally::landing_day;
use crate::trial::Simulator;
use kedge_floor::{Failure, OutcomeCuts};
use kedge_model::{PlanId, Probability, TeamId};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Trials that one thread runs at a stretch.
const CHUNK: u64 = 125;

/// What is looked at in a trial to know whether a failure happens.
enum Watched {
    /// The asks of the plan, any of whose landings would mean that it does not; and the moment by which it would be in time.
    Landing { asks: Vec<u32>, by: Option<f64> },
    /// A fallback that must be accepted.
    Acceptance(u32),
}

/// In how many trials each happened.
#[derive(Clone)]
struct Counts {
    lost: Vec<u64>,
    never: Vec<Vec<u64>>,
    late: Vec<Vec<u64>>,
    /// Per outcome, cut set and team in it.
    teams: Vec<Vec<Vec<u64>>>,
}

impl Forecaster {
    /// How likely the cut sets of a plan's outcomes are; `outcomes` are those of the plan, others are left out. Its own asks
    /// wait, all other plans run as planned. `None` for a plan that is not there or is closed.
    pub fn failing(&self, plan: &PlanId, outcomes: &[OutcomeCuts]) -> Option<Vec<OutcomeFailing>> {
        let index = self.plan_index(plan)?;
        let outcomes: Vec<&OutcomeCuts> = outcomes.iter().filter(|it| &it.plan == plan).collect();
        let mut numbers: BTreeMap<&Failure, usize> = BTreeMap::new();
        for failure in outcomes.iter().flat_map(|it| &it.cuts).flatten() {
            let next = numbers.len();
            numbers.entry(failure).or_insert(next);
        }
        let mut watched: Vec<(usize, Watched)> =
            numbers.iter().map(|(failure, &number)| (number, self.watched(failure, index))).collect();
        watched.sort_by_key(|(number, _)| *number);
        let watched: Vec<Watched> = watched.into_iter().map(|(_, watched)| watched).collect();
        // Per outcome and cut set: its failures, team by team.
        let sets: Vec<Vec<Vec<Vec<usize>>>> = outcomes
            .iter()
            .map(|it| {
                let by_team = |cut: &Vec<Failure>| {
                    let mut teams: BTreeMap<&TeamId, Vec<usize>> = BTreeMap::new();
                    for failure in cut {
                        teams.entry(failure.by()).or_default().push(numbers[failure]);
                    }
                    teams.into_values().collect()
                };
                it.cuts.iter().map(by_team).collect()
            })
            .collect();
        let trials = self.options.trials;
        let counts = self.count_failures(index, &watched, &sets, trials);
        let dated = |cut: &[Vec<usize>]| {
            cut.iter().flatten().all(|&failure| match &watched[failure] {
                Watched::Landing { by, .. } => by.is_some(),
                Watched::Acceptance(_) => true,
            })
        };
        let one = |(at, it): (usize, &&OutcomeCuts)| OutcomeFailing {
            outcome: it.outcome.clone(),
            lost: match it.cuts.first() {
                None => Chance::certain(false, trials),
                Some(none) if none.is_empty() => Chance::certain(true, trials),
                Some(_) => Chance::of(counts.lost[at], trials),
            },
            cuts: sets[at]
                .iter()
                .enumerate()
                .map(|(cut, teams)| CutFailing {
                    never: Chance::of(counts.never[at][cut], trials),
                    late: dated(teams).then(|| Chance::of(counts.late[at][cut], trials)),
                    across_teams: (teams.len() > 1).then(|| {
                        let share = |&count: &u64| count as f64 / trials.max(1) as f64;
                        Probability::clamped(counts.teams[at][cut].iter().map(share).product())
                    }),
                })
                .collect(),
        };
        Some(outcomes.iter().enumerate().map(one).collect())
    }

    fn watched(&self, failure: &Failure, plan: u32) -> Watched {
        let program = self.program();
        match failure {
            Failure::NotLanding { asks, .. } => {
                let of_plan = |ask: &u32| program.asks[*ask as usize].plan == plan;
                let asks: Vec<u32> =
                    asks.iter().filter_map(|ask| self.ask_index(ask)).filter(of_plan).collect();
                let by = asks
                    .iter()
                    .filter_map(|&ask| match self.needed_by(ask).0 {
                        NeededBy::On(day) => Some(program.calendar.end(program.calendar.day(day))),
                        NeededBy::Passed { .. } => Some(0.0),
                        _ => None,
                    })
                    .reduce(f64::max);
                Watched::Landing { asks, by }
            }
            Failure::Refusal { ask, fallback, .. } => {
                let place = self.ask_index(ask).and_then(|index| {
                    let facts = &self.compiled.asks[index as usize].fallbacks;
                    let entry = facts.iter().position(|it| &it.id == fallback)?;
                    Some(program.asks[index as usize].chain_first + entry as u32)
                });
                match place {
                    Some(place) => Watched::Acceptance(place),
                    // It is not known here, so nobody says yes to it.
                    None => Watched::Landing { asks: Vec::new(), by: None },
                }
            }
        }
    }

    fn count_failures(
        &self,
        plan: u32,
        watched: &[Watched],
        sets: &[Vec<Vec<Vec<usize>>>],
        trials: u64,
    ) -> Counts {
        let program = self.program();
        let (scope, moments) = self.around(plan);
        let scenario = Scenario {
            scope,
            ..self.scenario(&[plan], self.stances(Some(plan), Policy::Wait, &moments), &moments)
        };
        let zeros = || sets.iter().map(|cuts| vec![0; cuts.len()]).collect::<Vec<Vec<u64>>>();
        let none = || Counts {
            lost: vec![0; sets.len()],
            never: zeros(),
            late: zeros(),
            teams: sets.iter().map(|cuts| cuts.iter().map(|teams| vec![0; teams.len()]).collect()).collect(),
        };
        if watched.is_empty() {
            return none();
        }
        let chunk = |chunk: u64| {
            let mut simulator = Simulator::new(program);
            let mut counts = none();
            let (mut never, mut late) = (vec![false; watched.len()], vec![false; watched.len()]);
            for trial in chunk * CHUNK..((chunk + 1) * CHUNK).min(trials) {
                let draws = Draws::new(self.options.seed, trial);
                simulator.run(&scenario, draws, &mut Silence);
                for (at, it) in watched.iter().enumerate() {
                    (never[at], late[at]) = match it {
                        Watched::Landing { asks, by } => {
                            let landed = |ask: &u32| landing_day(&simulator, *ask);
                            let first = asks.iter().map(landed).fold(f64::INFINITY, f64::min);
                            (first.is_infinite(), by.is_none_or(|by| first >= by))
                        }
                        Watched::Acceptance(fallback) => {
                            let fallback = &program.fallbacks[*fallback as usize];
                            let refused = fallback
                                .odds
                                .is_some_and(|odds| draws.uniform(fallback.key, Purpose::Acceptance) >= odds);
                            (refused, refused)
                        }
                    };
                }
                for (outcome, cuts) in sets.iter().enumerate() {
                    let mut lost = false;
                    for (cut, teams) in cuts.iter().enumerate() {
                        let mut all = true;
                        for (team, failures) in teams.iter().enumerate() {
                            let fails = failures.iter().all(|&failure| never[failure]);
                            counts.teams[outcome][cut][team] += u64::from(fails);
                            all &= fails;
                        }
                        lost |= all;
                        counts.never[outcome][cut] += u64::from(all);
                        let is_late = teams.iter().flatten().all(|&failure| late[failure]);
                        counts.late[outcome][cut] += u64::from(is_late);
                    }
                    counts.lost[outcome] += u64::from(lost);
                }
            }
            counts
        };
        let merge = |mut mine: Counts, theirs: Counts| {
            let add = |mine: &mut Vec<u64>, theirs: &Vec<u64>| {
                for (mine, theirs) in mine.iter_mut().zip(theirs) {
                    *mine += theirs;
                }
            };
            add(&mut mine.lost, &theirs.lost);
            for (mine, theirs) in mine.never.iter_mut().zip(&theirs.never) {
                add(mine, theirs);
            }
            for (mine, theirs) in mine.late.iter_mut().zip(&theirs.late) {
                add(mine, theirs);
            }
            for (mine, theirs) in mine.teams.iter_mut().flatten().zip(theirs.teams.iter().flatten()) {
                add(mine, theirs);
            }
            mine
        };
        (0..trials.div_ceil(CHUNK)).into_par_iter().map(chunk).reduce(none, merge)
    }
}
