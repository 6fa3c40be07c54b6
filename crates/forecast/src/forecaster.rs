//! Questions to a compiled organisation, and the answers in the model's nouns.

mod asks;
mod assumptions;
mod failures;
mod hangs_on;
mod order;
mod outcomes;
mod planned;
mod precision;
mod scenarios;
mod side_by_side;
mod supposing;
mod touched;
mod weighed;
mod what_if;

use crate::answer::{Chance, Evaluation, Forecast, HangsOn, PlanForecast, PolicyForecast, TeamForecast};
use crate::compile::{Compiled, compile};
use crate::draw::Draws;
use crate::log::{LogLine, Record};
use crate::options::{Course, Options, Precision, Variation};
use crate::parts::Parts;
use crate::policy::{self, Policy};
use crate::program::Program;
use crate::scenario::Scenario;
use crate::tally::{Tally, View, tally};
use crate::trial::Simulator;
use crate::trials::Trials;
use kedge_model::{AskId, Date, Organisation, PlanId};
use outcomes::unpaired_gain;
use planned::Planned;
pub use precision::Progress;
use std::sync::OnceLock;
use weighed::Weighed;

/// A compiled organisation at a date, ready to be asked. Decide-bys are found once and kept.
#[derive(Debug)]
pub struct Forecaster {
    compiled: Compiled,
    options: Options,
    decide_bys: Vec<OnceLock<(policy::DecideBy, Vec<f64>)>>,
    parts: OnceLock<Parts>,
    planned: OnceLock<Planned>,
}

/// The forecast of a whole organisation: every open plan as planned and alone.
pub fn forecast(organisation: &Organisation, options: &Options) -> Forecast {
    Forecaster::new(organisation, *options).forecast()
}

/// The forecast of one plan under all policies, with the best start of each of its asks; `None` for a plan that is not
/// there or is closed.
pub fn plan_forecast(organisation: &Organisation, plan: &PlanId, options: &Options) -> Option<PlanForecast> {
    Forecaster::new(organisation, *options).plan(plan)
}

/// The log of one trial of one plan under a policy; `None` for a plan that is not there or is closed.
pub fn replay(
    organisation: &Organisation,
    plan: &PlanId,
    policy: Policy,
    trial: u64,
    options: &Options,
) -> Option<Vec<LogLine>> {
    Forecaster::new(organisation, *options).replay(plan, policy, trial)
}

impl Forecaster {
    /// Compiles what is known of the organisation on the as-of date.
    pub fn new(organisation: &Organisation, options: Options) -> Forecaster {
        let compiled = compile(organisation, options.as_of);
        let decide_bys = compiled.asks.iter().map(|_| OnceLock::new()).collect();
        let options =
            Options { trials: options.trials.max(1), search_trials: options.search_trials.max(1), ..options };
        Forecaster { compiled, options, decide_bys, parts: OnceLock::new(), planned: OnceLock::new() }
    }

    /// The options it was made with.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// The organisation as it was known on the as-of date.
    pub fn organisation(&self) -> &Organisation {
        &self.compiled.organisation
    }

    fn program(&self) -> &Program {
        &self.compiled.program
    }

    fn plan_index(&self, plan: &PlanId) -> Option<u32> {
        self.compiled.plans.iter().position(|id| id == plan).map(|index| index as u32)
    }

    fn ask_index(&self, ask: &AskId) -> Option<u32> {
        self.compiled.asks.iter().position(|facts| &facts.id == ask).map(|index| index as u32)
    }

    /// Every open plan as planned, in one run, and alone.
    pub fn forecast(&self) -> Forecast {
        let program = self.program();
        let plans: Vec<u32> = (0..program.plans.len() as u32).collect();
        let moments = self.moments(0..program.asks.len() as u32);
        let stances = self.stances(None, Policy::AsPlanned, &moments);
        let mut scenario = self.scenario(&plans, stances, &moments);
        scenario.scope = program.whole();
        let view = View::of(program, plans.iter().copied());
        let planned = self.run(&[scenario], &view);
        let planned = &planned[0];
        let (mut outcomes, mut asks) = (0, 0);
        let plans = plans.iter().map(|&plan| {
            let spec = &program.plans[plan as usize];
            let stances = self.stances(Some(plan), Policy::Alone, &moments);
            let alone = tally(
                program,
                &[self.scenario(&[plan], stances, &moments)],
                &View::of(program, [plan]),
                self.options.seed,
                self.overview_trials(plan),
            );
            let own = View::of(program, [plan]);
            let part = Tally {
                live: planned.live[outcomes..outcomes + own.outcomes.len()].to_vec(),
                landed: planned.landed[asks..asks + own.asks.len()].to_vec(),
                waited: planned.waited[asks..asks + own.asks.len()].to_vec(),
                accounts: vec![planned.accounts[plan as usize]],
                ..planned.clone()
            };
            outcomes += own.outcomes.len();
            asks += own.asks.len();
            let mut policies = vec![
                self.policy_forecast(plan, Policy::AsPlanned, &part, None),
                self.policy_forecast(plan, Policy::Alone, &alone[0], None),
            ];
            unpaired_gain(&mut policies);
            let of_plan = program.list(spec.asks).iter().enumerate();
            PlanForecast {
                plan: self.compiled.plans[plan as usize].clone(),
                as_of: self.options.as_of,
                seed: self.options.seed,
                trials: self.options.trials,
                precision: None,
                policies,
                asks: of_plan
                    .map(|(place, &ask)| self.ask_forecast(ask, place, &part, Weighed::not_searched()))
                    .collect(),
                hangs_on: HangsOn::NotSearched,
                assumptions: self.assumptions(plan),
                notes: self.notes(plan, &part),
            }
        });
        let plans = plans.collect();
        let teams = self.compiled.teams.iter().enumerate().map(|(index, facts)| TeamForecast {
            team: facts.id.clone(),
            people: facts.people,
            filled: facts.filled,
            starved: Chance::of(planned.starved[index], planned.trials),
        });
        Forecast {
            as_of: self.options.as_of,
            seed: self.options.seed,
            trials: self.options.trials,
            plans,
            teams: teams.collect(),
        }
    }

    /// Trials for a plan alone in the overview. Where no outcome can be dated there is nothing to know better.
    fn overview_trials(&self, plan: u32) -> u64 {
        let program = self.program();
        let outcomes = program.list(program.plans[plan as usize].outcomes);
        let dated = outcomes.iter().any(|&outcome| {
            self.compiled.outcomes[outcome as usize].live.is_none()
                && self.compiled.lacks(outcome as usize, false, true).is_empty()
        });
        let trials = self.options.search_trials.min(self.options.trials);
        if dated { trials } else { trials.min(100) }
    }

    /// One plan under all policies; `None` for a plan that is not there or is closed.
    pub fn plan(&self, plan: &PlanId) -> Option<PlanForecast> {
        self.plan_to(plan, self.options.precision, &mut |_| ())
    }

    /// The same, with trials added until its P80s are known this well, or [`Precision::MOST_TRIALS`] were run; which of
    /// the two is in the answer. It is that of a run of so many trials to the byte. `tell` hears how far it is.
    pub fn plan_to(
        &self,
        plan: &PlanId,
        precision: Option<Precision>,
        tell: &mut dyn FnMut(Progress),
    ) -> Option<PlanForecast> {
        let plan = self.plan_index(plan)?;
        let program = self.program();
        let (scope, moments) = self.around(plan);
        let scenarios: Vec<Scenario> = Policy::ALL
            .into_iter()
            .map(|policy| Scenario {
                scope: scope.clone(),
                ..self.scenario(&[plan], self.stances(Some(plan), policy, &moments), &moments)
            })
            .collect();
        let mut view = View::of(program, [plan]);
        view.elsewhere = scope.plans.iter().copied().filter(|&other| other != plan).collect();
        let (tallies, reached) = self.run_to(plan, &scenarios, &view, precision, tell);
        let policies: Vec<PolicyForecast> = Policy::ALL
            .into_iter()
            .zip(&tallies)
            .map(|(policy, tally)| self.policy_forecast(plan, policy, tally, Some(tally)))
            .collect();
        let weighed = self.weigh(plan, &scenarios[0], &view, &policies[0].worth, &moments);
        let asks = program.list(program.plans[plan as usize].asks).iter().zip(weighed).enumerate();
        let asks = asks.map(|(place, (&ask, weighed))| self.ask_forecast(ask, place, &tallies[0], weighed));
        Some(PlanForecast {
            plan: self.compiled.plans[plan as usize].clone(),
            as_of: self.options.as_of,
            seed: self.options.seed,
            trials: tallies[0].trials,
            precision: reached,
            asks: asks.collect(),
            hangs_on: self.hangs_on(plan, &scenarios[0], &policies[0].worth),
            policies,
            assumptions: self.assumptions(plan),
            notes: self.notes(plan, &tallies[0]),
        })
    }

    /// What each variation comes to, all on the same random numbers and each beside the plan as planned.
    ///
    /// A course for an ask that is not there is left out. `None` for a plan that is not there or is closed.
    pub fn evaluate(&self, plan: &PlanId, variations: &[Variation]) -> Option<Vec<Evaluation>> {
        let plan = self.plan_index(plan)?;
        let program = self.program();
        let (scope, moments) = self.around(plan);
        let planned = Scenario {
            scope: scope.clone(),
            ..self.scenario(&[plan], self.stances(None, Policy::AsPlanned, &moments), &moments)
        };
        let mut scenarios = vec![planned.clone()];
        scenarios.extend(variations.iter().map(|variation| self.vary(&planned, variation, &moments)));
        let mut view = View::of(program, [plan]);
        view.elsewhere = scope.plans.iter().copied().filter(|&other| other != plan).collect();
        let tallies = self.run(&scenarios, &view);
        let evaluations = tallies[1..].iter().zip(variations).map(|(tally, variation)| {
            let waits = variation.courses.iter().all(|(_, course)| matches!(course, Course::Wait));
            let falls_back = variation.courses.is_empty() || !waits;
            let forecast = self.outcome_forecasts(plan, tally, true, falls_back);
            Evaluation {
                outcomes: forecast,
                person_weeks: self.person_weeks(&tally.accounts[0].days, tally.trials),
                worth: self.worth(plan, tally, Some(tally), true, falls_back),
            }
        });
        Some(evaluations.collect())
    }

    /// The log of one trial: the audit for "why this date?". `None` for a plan that is not there or is closed.
    pub fn replay(&self, plan: &PlanId, policy: Policy, trial: u64) -> Option<Vec<LogLine>> {
        let plan = self.plan_index(plan)?;
        let (scope, moments) = self.around(plan);
        let scenario = Scenario {
            scope,
            ..self.scenario(&[plan], self.stances(Some(plan), policy, &moments), &moments)
        };
        let mut record = Record::default();
        Simulator::new(self.program()).run(&scenario, Draws::new(self.options.seed, trial), &mut record);
        Some(record.lines(self.program()))
    }

    /// The program that trials run on.
    pub fn compiled(&self) -> &Program {
        self.program()
    }

    /// Trials of the whole organisation as planned.
    pub fn trials(&self) -> Trials<'_> {
        let program = self.program();
        let plans: Vec<u32> = (0..program.plans.len() as u32).collect();
        let moments = self.moments(0..program.asks.len() as u32);
        let mut scenario = self.scenario(&plans, self.stances(None, Policy::AsPlanned, &moments), &moments);
        scenario.scope = program.whole();
        Trials::of(program, scenario)
    }

    fn run(&self, scenarios: &[Scenario], view: &View) -> Vec<Tally> {
        tally(self.program(), scenarios, view, self.options.seed, self.options.trials)
    }

    /// The date of an ask's decide-by, where it has one: what other answers ask for most.
    pub fn decide_by_of(&self, ask: &AskId) -> Option<Date> {
        self.decide_by_answer(self.ask_index(ask)?).date()
    }
}
