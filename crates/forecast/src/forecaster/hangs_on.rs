//! Which inputs the result of a plan hangs on: what is drawn in each trial, beside what the trial came to.

use super::Forecaster;
use crate::answer::{HangsOn, Influence, Input, LandsBy, NetValue, ResultOf};
use crate::distribution::Effort;
use crate::draft::Progress;
use crate::draw::{Draws, Key, Purpose};
use crate::log::Silence;
use crate::program::{NONE, Role};
use crate::scenario::Scenario;
use crate::sensitivity;
use crate::tally::books;
use crate::trial::Simulator;
use rayon::prelude::*;

/// What an input's value is made from, in a trial.
enum Drawn {
    /// The effort of an item; shared factors are inputs of their own.
    Effort(u32),
    /// A shared factor.
    Factor(Key),
    /// Whether a fallback is accepted.
    Acceptance(u32),
    /// Whether and when an ask lands, by its place among those that were written down: what comes through a queue is only
    /// known by running the trial.
    Landing(usize),
}

impl Forecaster {
    /// The inputs that the result of the plan as planned hangs on.
    pub(super) fn hangs_on(&self, plan: u32, planned: &Scenario, worth: &NetValue) -> HangsOn {
        let program = self.program();
        let spec = &program.plans[plan as usize];
        let first = program.list(spec.outcomes).iter().copied().find(|&outcome| {
            self.compiled.outcomes[outcome as usize].live.is_none()
                && self.compiled.lacks(outcome as usize, true, true).is_empty()
        });
        let result = match (worth, first) {
            (NetValue::Money(_), _) => ResultOf::NetValue,
            (_, Some(outcome)) => ResultOf::Live(self.compiled.outcomes[outcome as usize].id.clone()),
            (NetValue::TooLittleData(lacks), None) => return HangsOn::TooLittleData(lacks.clone()),
            (NetValue::NoValue, None) => {
                let outcomes = program.list(spec.outcomes).iter();
                let mut lacks: Vec<_> =
                    outcomes.flat_map(|&outcome| self.compiled.lacks(outcome as usize, true, true)).collect();
                lacks.sort();
                lacks.dedup();
                return if lacks.is_empty() { HangsOn::Nothing } else { HangsOn::TooLittleData(lacks) };
            }
        };
        let landing = |ask: &u32| !matches!(self.compiled.asks[*ask as usize].lands_by, LandsBy::Landed(_));
        let asks: Vec<u32> = planned.scope.asks.iter().copied().filter(landing).collect();
        // Twice the trials of a search: what an input explains shows in fewer trials than a date does.
        let trials = self.options.search_trials * 2;
        let draws = |trial: usize| Draws::new(self.options.seed, trial as u64);
        let trial = |simulator: &mut Simulator<'_>, trial: usize| -> (f64, Vec<f64>) {
            simulator.run(planned, draws(trial), &mut Silence);
            let value = match (&result, first) {
                (ResultOf::Live(_), Some(outcome)) => {
                    let end = program.calendar.end(program.outcomes[outcome as usize].horizon);
                    simulator.outcomes[outcome as usize].live.min(end).floor()
                }
                _ => books(simulator, plan).2,
            };
            let landed = asks.iter().map(|&ask| {
                let state = &simulator.asks[ask as usize];
                if state.dropped.is_finite() { f64::INFINITY } else { state.landed }
            });
            (value, landed.collect())
        };
        let rows: Vec<(f64, Vec<f64>)> = (0..trials as usize)
            .into_par_iter()
            .with_min_len(100)
            .map_init(|| Simulator::new(program), trial)
            .collect();
        let results: Vec<f64> = rows.iter().map(|(value, _)| *value).collect();
        let inputs = self.inputs(plan, planned, &asks);
        let column = |drawn: &Drawn| {
            let of = |value: &dyn Fn(usize) -> f64| (0..trials as usize).map(value).collect::<Vec<f64>>();
            match *drawn {
                Drawn::Effort(item) => {
                    let item = &program.items[item as usize];
                    if let Effort::Estimate { overruns: true, .. } = item.effort {
                        // An overrun is drawn apart, so there is no one number behind it.
                        let spent = if let Progress::Started { spent } = item.progress { spent } else { 0.0 };
                        let effort =
                            |trial| item.effort.draw(draws(trial), item.key, 1.0, spent, &program.tables);
                        return sensitivity::Input::Values(of(&effort));
                    }
                    sensitivity::Input::Uniform(of(&|trial| draws(trial).uniform(item.key, Purpose::Effort)))
                }
                Drawn::Factor(key) => {
                    sensitivity::Input::Uniform(of(&|trial| draws(trial).uniform(key, Purpose::Factor)))
                }
                Drawn::Acceptance(fallback) => {
                    let fallback = &program.fallbacks[fallback as usize];
                    let odds = fallback.odds.unwrap_or(1.0);
                    let accepted =
                        |trial| f64::from(draws(trial).uniform(fallback.key, Purpose::Acceptance) < odds);
                    sensitivity::Input::Values(of(&accepted))
                }
                Drawn::Landing(place) => sensitivity::Input::Values(of(&|trial| rows[trial].1[place])),
            }
        };
        let shares: Vec<Option<sensitivity::Explained>> = inputs
            .par_iter()
            .map(|(_, drawn)| sensitivity::share(&column(drawn), &results, inputs.len()))
            .collect();
        let varies = shares.iter().flatten().count();
        if varies == 0 {
            return HangsOn::Nothing;
        }
        let mut listed: Vec<Influence> = inputs
            .into_iter()
            .zip(shares)
            .filter_map(|((input, _), share)| {
                let share = share.filter(|share| share.share > share.floor)?;
                Some(Influence { input, share: share.share, error: share.error })
            })
            .collect();
        listed.sort_by(|a, b| b.share.total_cmp(&a.share).then_with(|| a.input.cmp(&b.input)));
        let others = varies - listed.len();
        HangsOn::Inputs { result, inputs: listed, others, trials }
    }

    /// Everything that is drawn for what is simulated.
    fn inputs(&self, plan: u32, planned: &Scenario, asks: &[u32]) -> Vec<(Input, Drawn)> {
        let program = self.program();
        let scope = &planned.scope;
        let ask_of = |fallback: u32| program.fallbacks[fallback as usize].ask as usize;
        let entry = |fallback: u32| {
            let ask = ask_of(fallback);
            let place = (fallback - program.asks[ask].chain_first) as usize;
            (self.compiled.asks[ask].id.clone(), self.compiled.asks[ask].fallbacks[place].id.clone())
        };
        let mut inputs = Vec::new();
        for (place, &ask) in asks.iter().enumerate() {
            inputs.push((Input::Landing(self.compiled.asks[ask as usize].id.clone()), Drawn::Landing(place)));
        }
        let teams = scope.teams.iter().flat_map(|&team| program.list(program.teams[team as usize].items));
        for &item in teams {
            let spec = &program.items[item as usize];
            let still =
                spec.effort.quantile(0.9, &program.tables) <= spec.effort.quantile(0.1, &program.tables);
            if spec.progress == Progress::Done || still {
                continue;
            }
            let input = match spec.role {
                Role::Work => Input::Effort(self.compiled.items[item as usize].id.clone()),
                Role::Create(fallback) => {
                    let (ask, fallback) = entry(fallback);
                    Input::Create { ask, fallback }
                }
                Role::Migrate(fallback) => {
                    let (ask, fallback) = entry(fallback);
                    Input::Migrate { ask, fallback }
                }
                Role::Asked(_) | Role::Load => {
                    let lands = |landing: u32| match spec.role {
                        Role::Asked(by) => landing == by,
                        _ => program.landings[landing as usize].load == item,
                    };
                    let landing = (0..program.landings.len() as u32).find(|&landing| lands(landing));
                    let asks = landing.map_or(&[][..], |it| program.list(program.landings[it as usize].asks));
                    // The landing of an ask of this plan is an input whole.
                    match asks.first() {
                        Some(&ask) if asks.iter().all(|&ask| program.asks[ask as usize].plan != plan) => {
                            Input::AskedEffort(self.compiled.asks[ask as usize].id.clone())
                        }
                        _ => continue,
                    }
                }
            };
            inputs.push((input, Drawn::Effort(item)));
        }
        for &fallback in &scope.fallbacks {
            if program.fallbacks[fallback as usize].odds.is_some() {
                let (ask, name) = entry(fallback);
                inputs.push((Input::Acceptance { ask, fallback: name }, Drawn::Acceptance(fallback)));
            }
        }
        if program.plan_factor > 0.0 {
            let plans = scope.plans.iter().map(|&plan| {
                let id = self.compiled.plans[plan as usize].clone();
                (Input::PlanFactor(id), Drawn::Factor(program.plans[plan as usize].key))
            });
            inputs.extend(plans);
            // A team's factor is on what is asked of it, and on what belongs to no plan.
            let asked =
                |&&team: &&u32| program.items.iter().any(|item| item.team == team && item.plan == NONE);
            inputs.extend(scope.teams.iter().filter(asked).map(|&team| {
                let id = self.compiled.teams[team as usize].id.clone();
                (Input::TeamFactor(id), Drawn::Factor(program.teams[team as usize].key))
            }));
        }
        if program.organisation_factor > 0.0 {
            inputs.push((Input::OrganisationFactor, Drawn::Factor(Key::of("organisation"))));
        }
        inputs
    }
}
