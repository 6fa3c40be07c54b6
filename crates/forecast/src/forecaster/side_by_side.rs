//! Several courses for one ask beside each other, trial by trial on the same random numbers.

use super::Forecaster;
use crate::answer::{CourseTrials, Earning, NetValue};
use crate::draw::Draws;
use crate::log::Silence;
use crate::options::{Course, Variation};
use crate::policy::Policy;
use crate::scenario::Scenario;
use crate::tally::{books, landing_day};
use crate::trial::Simulator;
use kedge_model::{AskId, Date, Money};
use rayon::prelude::*;
use std::ops::Range;

/// Trials that one thread runs at a stretch.
const CHUNK: u64 = 125;

/// What is kept of the trials: the plans of the asking team, and what the ask gates.
struct Seen {
    /// The plans of the team that asks, the plan in view first.
    own: Vec<u32>,
    /// All other plans that are simulated.
    others: Vec<u32>,
    /// The outcomes of the team's plans that have a value.
    valued: Vec<u32>,
    /// The dated outcomes that wait for the ask.
    dated: Vec<u32>,
    ask: u32,
}

/// One scenario's columns.
#[derive(Clone, Default)]
struct Columns {
    weeks: Vec<Vec<f64>>,
    late: Vec<f64>,
    bought: Vec<f64>,
    days: Vec<f64>,
    elsewhere: Vec<f64>,
    on_time: Vec<bool>,
    landed: Vec<f64>,
}

impl Columns {
    fn of(seen: &Seen) -> Columns {
        Columns { weeks: vec![Vec::new(); seen.valued.len()], ..Columns::default() }
    }

    fn extend(&mut self, other: Columns) {
        for (mine, theirs) in self.weeks.iter_mut().zip(other.weeks) {
            mine.extend(theirs);
        }
        self.late.extend(other.late);
        self.bought.extend(other.bought);
        self.days.extend(other.days);
        self.elsewhere.extend(other.elsewhere);
        self.on_time.extend(other.on_time);
        self.landed.extend(other.landed);
    }

    fn push(&mut self, seen: &Seen, simulator: &Simulator<'_>) {
        let program = simulator.program;
        for (weeks, &outcome) in self.weeks.iter_mut().zip(&seen.valued) {
            weeks.push(simulator.outcomes[outcome as usize].days / 7.0);
        }
        let (mut late, mut bought, mut days) = (0.0, 0.0, 0.0);
        for &plan in &seen.own {
            let spec = &program.plans[plan as usize];
            late +=
                program.list(spec.outcomes).iter().map(|&outcome| simulator.late_cost(outcome)).sum::<f64>();
            bought += simulator.plans[plan as usize].paid;
            days += simulator.plans[plan as usize].spent;
        }
        self.late.push(late);
        self.bought.push(bought);
        self.days.push(days);
        self.elsewhere.push(seen.others.iter().map(|&plan| books(simulator, plan).2).sum());
        let in_time = |outcome: &u32| {
            simulator.outcomes[*outcome as usize].live < program.outcomes[*outcome as usize].due_end
        };
        self.on_time.push(seen.dated.iter().all(in_time));
        let state = &simulator.asks[seen.ask as usize];
        // Once dropped it does not land, whatever its chain does then.
        let landed = if state.dropped.is_finite() { f64::INFINITY } else { landing_day(simulator, seen.ask) };
        self.landed.push(landed);
    }
}

impl Forecaster {
    /// What each of these courses for an ask comes to in each of the first `trials` trials, for all plans of the team that
    /// asks; `None` is the plan as planned. All on the same random numbers, those of every other answer of the same seed.
    ///
    /// `None` for an ask that is not there, or whose plan is closed.
    pub fn side_by_side(
        &self,
        ask: &AskId,
        courses: &[Option<Course>],
        trials: u64,
    ) -> Option<Vec<CourseTrials>> {
        let index = self.ask_index(ask)?;
        let program = self.program();
        let plan = program.asks[index as usize].plan;
        let (scope, moments) = self.around(plan);
        let team = program.plans[plan as usize].team;
        let mut own = vec![plan];
        own.extend(
            program.list(program.teams[team as usize].plans).iter().copied().filter(|&other| other != plan),
        );
        let others = scope.plans.iter().copied().filter(|other| !own.contains(other)).collect();
        let valued = own
            .iter()
            .flat_map(|&plan| program.list(program.plans[plan as usize].outcomes))
            .copied()
            .filter(|&outcome| self.compiled.outcomes[outcome as usize].valued)
            .collect();
        let horizon = own.iter().map(|&plan| program.plans[plan as usize].horizon).fold(0.0, f64::max);
        let planned = Scenario {
            horizon,
            scope,
            ..self.scenario(&[plan], self.stances(None, Policy::AsPlanned, &moments), &moments)
        };
        let scenarios: Vec<Scenario> = courses
            .iter()
            .map(|course| match course {
                Some(course) => self.vary(&planned, &Variation::one(ask.clone(), *course), &moments),
                None => planned.clone(),
            })
            .collect();
        let seen = Seen { own, others, valued, dated: program.dated(index), ask: index };
        let columns = self.columns(&scenarios, &seen, 0..trials);
        let week = program.calendar.week().days().max(1.0);
        let spec = &program.plans[plan as usize];
        let one = |(columns, course): (Columns, &Option<Course>)| {
            let lands = !matches!(course, Some(Course::Drop));
            let falls_back = !matches!(course, Some(Course::Wait));
            let earnings = seen.valued.iter().zip(columns.weeks).map(|(&outcome, weeks)| Earning {
                outcome: self.compiled.outcomes[outcome as usize].id.clone(),
                a_week: Money::new(program.outcomes[outcome as usize].value * 7.0),
                weeks,
            });
            CourseTrials {
                basis: self.basis(plan, lands, falls_back).err(),
                earnings: earnings.collect(),
                late: columns.late,
                bought: columns.bought,
                person_weeks: columns.days.iter().map(|days| days / week).collect(),
                a_person_week: Money::new(spec.person_week),
                elsewhere: columns.elsewhere,
                on_time: (!seen.dated.is_empty() && self.gate_lacks(index, falls_back).is_empty())
                    .then_some(columns.on_time),
                landed: columns.landed,
            }
        };
        Some(columns.into_iter().zip(courses).map(one).collect())
    }

    /// The columns of each scenario; those that are the same are run once. The same on any number of threads.
    fn columns(&self, scenarios: &[Scenario], seen: &Seen, trials: Range<u64>) -> Vec<Columns> {
        let program = self.program();
        let first_like = |scenario: &Scenario| scenarios.iter().position(|other| other == scenario);
        let places: Vec<usize> = scenarios.iter().filter_map(first_like).collect();
        let mut distinct = places.clone();
        distinct.sort_unstable();
        distinct.dedup();
        let empty = || vec![Columns::of(seen); distinct.len()];
        let chunk = |chunk: u64| {
            let mut simulator = Simulator::new(program);
            let mut columns = empty();
            let first = trials.start + chunk * CHUNK;
            for trial in first..(first + CHUNK).min(trials.end) {
                for (&scenario, columns) in distinct.iter().zip(&mut columns) {
                    simulator.run(&scenarios[scenario], Draws::new(self.options.seed, trial), &mut Silence);
                    columns.push(seen, &simulator);
                }
            }
            columns
        };
        let chunks = (trials.end.saturating_sub(trials.start)).div_ceil(CHUNK);
        let chunks: Vec<Vec<Columns>> = (0..chunks).into_par_iter().map(chunk).collect();
        let mut all = empty();
        for chunk in chunks {
            for (all, columns) in all.iter_mut().zip(chunk) {
                all.extend(columns);
            }
        }
        let of = |place: &usize| distinct.iter().position(|scenario| scenario == place);
        places.iter().filter_map(of).map(|index| all[index].clone()).collect()
    }

    /// The day of a moment that is counted in working days from as-of, as [`CourseTrials::landed`] is.
    pub fn date_of(&self, moment: f64) -> Option<Date> {
        moment.is_finite().then(|| self.program().calendar.date_of(moment.floor()))
    }
}

/// Without a value, or with too little data, there is no money to reckon with.
pub(super) type Basis = Result<(), NetValue>;
