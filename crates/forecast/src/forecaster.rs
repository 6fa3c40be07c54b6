//! Questions to a compiled organisation, and the answers in the model's nouns.

use crate::answer::{
    Account, Amount, AskForecast, Assumption, BestStart, Chance, Dates, DecideBy, Evaluation,
    FallbackForecast, Forecast, Lack, LandsBy, NeededBy, NetValue, Note, OutcomeForecast, PlanForecast,
    PolicyForecast, Quantity, Spread, Start, TeamForecast, When,
};
use crate::compile::{Compiled, compile};
use crate::draft::FallbackProgress;
use crate::draw::Draws;
use crate::log::{LogLine, Record};
use crate::options::{Course, Options, Variation};
use crate::policy::{self, Policy};
use crate::program::{NONE, Program, Source as LandsFrom};
use crate::scenario::{Scenario, Scope, Stance};
use crate::starts::{Curve, Mean};
use crate::tally::{Histogram, Sum, Tally, View, tally};
use crate::trial::Simulator;
use kedge_model::{AskId, Date, Money, Organisation, PlanId, Probability, Source};
use std::sync::OnceLock;

/// A compiled organisation at a date, ready to be asked. Decide-bys are found once and kept.
#[derive(Debug)]
pub struct Forecaster {
    compiled: Compiled,
    options: Options,
    decide_bys: Vec<OnceLock<(policy::DecideBy, Vec<f64>)>>,
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
        Forecaster { compiled, options, decide_bys }
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
                self.options.search_trials.min(self.options.trials),
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
                policies,
                asks: of_plan
                    .map(|(place, &ask)| self.ask_forecast(ask, place, &part, BestStart::NotSearched))
                    .collect(),
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

    /// One plan under all policies; `None` for a plan that is not there or is closed.
    pub fn plan(&self, plan: &PlanId) -> Option<PlanForecast> {
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
        let tallies = self.run(&scenarios, &view);
        let policies = Policy::ALL
            .into_iter()
            .zip(&tallies)
            .map(|(policy, tally)| self.policy_forecast(plan, policy, tally, Some(tally)))
            .collect();
        let asks = program.list(program.plans[plan as usize].asks).iter().enumerate().map(|(place, &ask)| {
            let best = self.best_start(ask, &scenarios[0], &moments);
            self.ask_forecast(ask, place, &tallies[0], best)
        });
        Some(PlanForecast {
            plan: self.compiled.plans[plan as usize].clone(),
            as_of: self.options.as_of,
            seed: self.options.seed,
            trials: self.options.trials,
            asks: asks.collect(),
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

    fn run(&self, scenarios: &[Scenario], view: &View) -> Vec<Tally> {
        tally(self.program(), scenarios, view, self.options.seed, self.options.trials)
    }

    /// The teams that matter to a plan while its asks can land, and the moments at which fallbacks there are due.
    fn around(&self, plan: u32) -> (Scope, Vec<f64>) {
        let program = self.program();
        let open = self.stances(None, Policy::Hedge, &vec![f64::INFINITY; program.fallbacks.len()]);
        let scope = program.scope([plan], &open);
        let moments = self.moments(scope.asks.iter().copied());
        (scope, moments)
    }

    /// The moment at which each fallback of these asks must be taken at the latest; infinite for all others.
    fn moments(&self, asks: impl Iterator<Item = u32>) -> Vec<f64> {
        let program = self.program();
        let mut moments = vec![f64::INFINITY; program.fallbacks.len()];
        for ask in asks {
            let first = program.asks[ask as usize].chain_first as usize;
            let chain = &self.decide_by(ask).1;
            moments[first..first + chain.len()].copy_from_slice(chain);
        }
        moments
    }

    /// The decide-by of an ask and of each entry of its chain, found once.
    fn decide_by(&self, ask: u32) -> &(policy::DecideBy, Vec<f64>) {
        self.decide_bys[ask as usize].get_or_init(|| {
            let program = self.program();
            let facts = &self.compiled.asks[ask as usize];
            let length = program.chain(ask).len();
            let mut moments = vec![f64::INFINITY; length];
            if matches!(facts.lands_by, LandsBy::Landed(_)) || length == 0 {
                return (policy::DecideBy::NoFallback, moments);
            }
            let confidence = self.compiled.organisation.settings().confidence.get();
            let (seed, trials) = (self.options.seed, self.options.search_trials);
            let own = program.decide_by(ask, confidence, seed, trials);
            // A chain without a self-reliant end is timed by its last entry, as if that were accepted.
            let last = program.self_reliant(ask, 0);
            let mut moment = match last {
                Some(_) => own.moment(),
                None => program.latest_start(ask, length as u32 - 1, confidence, seed, trials).moment(),
            };
            for entry in (0..=last.map_or(length - 1, |last| last as usize)).rev() {
                moments[entry] = moment;
                // An entry that leans must be able to end, at P80, before the next one is due.
                if let Some(before) = entry.checked_sub(1) {
                    moment = (moment - facts.fallbacks[before].p80).floor().max(0.0);
                }
            }
            (own, moments)
        })
    }

    fn stances(&self, plan: Option<u32>, policy: Policy, moments: &[f64]) -> Vec<Stance> {
        let program = self.program();
        let stance = |ask: u32| {
            if policy != Policy::AsPlanned && plan.is_none_or(|plan| plan == program.asks[ask as usize].plan)
            {
                program.stance(ask, policy, moments)
            } else {
                program.as_planned(ask, self.compiled.asks[ask as usize].recorded, moments)
            }
        };
        (0..program.asks.len() as u32).map(stance).collect()
    }

    fn scenario(&self, plans: &[u32], stances: Vec<Stance>, moments: &[f64]) -> Scenario {
        let program = self.program();
        let scope = program.scope(plans.iter().copied(), &stances);
        let horizon = plans.iter().map(|&plan| program.plans[plan as usize].horizon).fold(0.0, f64::max);
        Scenario { stances, decide_by: moments.to_vec(), horizon, scope, given_up: Vec::new() }
    }

    /// A scenario with some asks taken another way.
    fn vary(&self, planned: &Scenario, variation: &Variation, moments: &[f64]) -> Scenario {
        let program = self.program();
        let mut scenario = planned.clone();
        for (id, course) in &variation.courses {
            let Some(ask) = self.ask_index(id) else { continue };
            let spec = &program.asks[ask as usize];
            let stance = program.stance(ask, Policy::Hedge, moments);
            let entry = |fallback: usize| (fallback as u32).min(spec.chain_length.saturating_sub(1));
            scenario.stances[ask as usize] = match *course {
                Course::Wait => program.stance(ask, Policy::Wait, moments),
                Course::AtDecideBy { fallback } => {
                    let first = entry(fallback);
                    let moment = moments.get((spec.chain_first + first) as usize);
                    let start = if spec.dead { 0.0 } else { moment.copied().unwrap_or(f64::INFINITY) };
                    Stance { first, start, ..stance }
                }
                Course::Start { fallback, on } => {
                    let start = program.calendar.morning(program.calendar.day(on));
                    Stance { first: entry(fallback), start, at_once: start <= 0.0, ..stance }
                }
                Course::Drop => {
                    self.give_up(ask, &mut scenario);
                    Stance { lands: false, ..program.stance(ask, Policy::Wait, moments) }
                }
            };
        }
        scenario
    }

    /// The outcomes that need the ask are lost: what serves only them is not done, nor asked for, nor worked round.
    fn give_up(&self, ask: u32, scenario: &mut Scenario) {
        let program = self.program();
        let lost: Vec<u32> = program.list(program.asks[ask as usize].affects).to_vec();
        let only_lost = |wanted: &dyn Fn(u32) -> bool| {
            let mut needed = (0..program.outcomes.len() as u32).filter(|&outcome| wanted(outcome)).peekable();
            needed.peek().is_some() && needed.all(|outcome| lost.contains(&outcome))
        };
        let mut given_up: Vec<u32> = (0..self.compiled.items.len() as u32)
            .filter(|&item| {
                only_lost(&|outcome| program.list(program.outcomes[outcome as usize].needs).contains(&item))
                    && program.list(program.items[item as usize].lands).is_empty()
            })
            .collect();
        for other in 0..program.asks.len() as u32 {
            let spec = &program.asks[other as usize];
            let affects = program.list(spec.affects);
            let needless = !affects.is_empty() && affects.iter().all(|outcome| lost.contains(outcome));
            if other != ask && !needless {
                continue;
            }
            let stance = &mut scenario.stances[other as usize];
            (stance.wait, stance.start) = (true, f64::INFINITY);
            let landing = &program.landings[spec.landing as usize];
            if let LandsFrom::Queue { item, .. } = landing.source
                && program.list(landing.asks).len() == 1
            {
                given_up.push(item);
            }
        }
        scenario.given_up.extend(given_up);
    }

    fn policy_forecast(
        &self,
        plan: u32,
        policy: Policy,
        tally: &Tally,
        paired: Option<&Tally>,
    ) -> PolicyForecast {
        let (lands, falls_back) = (policy != Policy::Alone, policy != Policy::Wait);
        PolicyForecast {
            policy,
            outcomes: self.outcome_forecasts(plan, tally, lands, falls_back),
            person_weeks: self.person_weeks(&tally.accounts[0].days, tally.trials),
            worth: self.worth(plan, tally, paired, lands, falls_back),
        }
    }

    fn person_weeks(&self, days: &Sum, trials: u64) -> Quantity {
        let week = self.program().calendar.week().days().max(1.0);
        Quantity { mean: days.mean(trials) / week, error: days.error(trials) / week }
    }

    fn outcome_forecasts(
        &self,
        plan: u32,
        tally: &Tally,
        lands: bool,
        falls_back: bool,
    ) -> Vec<OutcomeForecast> {
        let program = self.program();
        let outcomes = program.list(program.plans[plan as usize].outcomes);
        let one = |(&outcome, live): (&u32, &Histogram)| {
            let facts = &self.compiled.outcomes[outcome as usize];
            let lacks = self.compiled.lacks(outcome as usize, lands, falls_back);
            let spec = &program.outcomes[outcome as usize];
            let by_due = match (facts.live, facts.due) {
                (Some(live), Some(due)) => {
                    Some(Chance::of(u64::from(live <= due) * tally.trials, tally.trials))
                }
                (None, Some(_)) if lacks.is_empty() => {
                    Some(Chance::of(live.before(spec.due_end), tally.trials))
                }
                _ => None,
            };
            let live = match facts.live {
                Some(date) => Dates::Happened(date),
                None if !lacks.is_empty() => Dates::TooLittleData(lacks),
                None => Dates::Spread(self.spread(live, spec.horizon)),
            };
            OutcomeForecast { outcome: facts.id.clone(), due: facts.due, live, by_due }
        };
        outcomes.iter().zip(&tally.live).map(one).collect()
    }

    /// Quantiles of a histogram of working days; what comes after `horizon` (a calendar day) never comes.
    fn spread(&self, histogram: &Histogram, horizon: i32) -> Spread {
        let calendar = &self.program().calendar;
        let within = calendar.end(horizon.max(0)) as usize;
        let histogram = histogram.up_to(within);
        let trials = histogram.trials();
        let never = Chance::of(histogram.never, trials);
        let when = |p: f64| {
            histogram
                .quantile(p)
                .map_or(When::Never(never.share), |day| When::On(calendar.date(calendar.day_of_index(day))))
        };
        let mut seen = 0;
        let curve = histogram.days.iter().enumerate().filter(|(_, count)| **count > 0).map(|(day, count)| {
            seen += count;
            let share = Probability::clamped(seen as f64 / trials.max(1) as f64);
            (calendar.date(calendar.day_of_index(day)), share)
        });
        let curve = curve.collect();
        Spread {
            p10: when(0.1),
            p50: when(0.5),
            p80: when(0.8),
            p90: when(0.9),
            p95: when(0.95),
            never,
            curve,
        }
    }

    fn worth(
        &self,
        plan: u32,
        tally: &Tally,
        paired: Option<&Tally>,
        lands: bool,
        falls_back: bool,
    ) -> NetValue {
        let program = self.program();
        let spec = &program.plans[plan as usize];
        let outcomes = program.list(spec.outcomes);
        let facts = |outcome: &u32| &self.compiled.outcomes[*outcome as usize];
        let priced_fallback = program
            .list(spec.asks)
            .iter()
            .any(|&ask| self.compiled.asks[ask as usize].fallbacks.iter().any(|fallback| fallback.priced));
        let people_priced = spec.person_week > 0.0;
        if !outcomes.iter().any(|outcome| facts(outcome).valued || facts(outcome).costs_late)
            && !people_priced
            && !priced_fallback
        {
            return NetValue::NoValue;
        }
        let mut lacks: Vec<Lack> = outcomes
            .iter()
            .filter(|outcome| facts(outcome).valued)
            .flat_map(|&outcome| self.compiled.lacks(outcome as usize, lands, falls_back))
            .collect();
        lacks.sort();
        lacks.dedup();
        if !lacks.is_empty() {
            return NetValue::TooLittleData(lacks);
        }
        let account = &tally.accounts[0];
        let gain = paired.map_or(NO_AMOUNT, |paired| amount(&paired.accounts[0].gain, paired.trials));
        NetValue::Money(Account {
            value: amount(&account.value, tally.trials),
            net: amount(&account.net, tally.trials),
            gain,
            gain_elsewhere: paired.map(|paired| amount(&paired.elsewhere.gain, paired.trials)),
            people_priced,
            unvalued: outcomes
                .iter()
                .filter(|outcome| !facts(outcome).valued)
                .map(|outcome| facts(outcome).id.clone())
                .collect(),
        })
    }

    fn ask_forecast(&self, ask: u32, place: usize, planned: &Tally, best_start: BestStart) -> AskForecast {
        let program = self.program();
        let facts = &self.compiled.asks[ask as usize];
        let spec = &program.asks[ask as usize];
        let chain = program.chain(ask);
        let (_, moments) = self.decide_by(ask);
        let landed = &planned.landed[place];
        let horizon = program.calendar.day_of(program.plans[spec.plan as usize].horizon);
        let item_lacks = self.compiled.landing_lacks(ask as usize);
        let (lands, by_wanted) = match &facts.lands_by {
            LandsBy::Landed(date) => (Dates::Happened(*date), None),
            _ if !item_lacks.is_empty() => (Dates::TooLittleData(item_lacks), None),
            _ => {
                let by_wanted = facts.wanted.map(|wanted| {
                    let end = program.calendar.end(program.calendar.day(wanted));
                    Chance::of(landed.before(end), planned.trials)
                });
                (Dates::Spread(self.spread(landed, horizon)), by_wanted)
            }
        };
        let fallbacks =
            facts.fallbacks.iter().zip(chain.clone()).zip(moments).map(|((facts, id), &moment)| {
                FallbackForecast {
                    fallback: facts.id.clone(),
                    self_reliant: facts.accepted.is_none(),
                    accepted: facts.accepted.clone(),
                    decide_by: moment.is_finite().then(|| program.calendar.date_of(moment)),
                    taken: Chance::of(planned.taken[id as usize], planned.trials),
                }
            });
        AskForecast {
            ask: facts.id.clone(),
            to: facts.to.clone(),
            lands_by: facts.lands_by.clone(),
            taken_up: facts.taken_up.clone(),
            lands,
            by_wanted,
            sources: facts.sources.clone(),
            needed_by: self.needed_by(ask),
            decide_by: self.decide_by_answer(ask),
            best_start,
            waits: Chance::of(planned.waited[place], planned.trials),
            fallbacks: fallbacks.collect(),
        }
    }

    /// Whether nothing is left to decide about an ask: it has landed, or all that it gates is live.
    fn settled(&self, ask: u32) -> bool {
        let program = self.program();
        let affects = program.list(program.asks[ask as usize].affects);
        let live = |outcome: &u32| self.compiled.outcomes[*outcome as usize].live.is_some();
        matches!(self.compiled.asks[ask as usize].lands_by, LandsBy::Landed(_))
            || (!affects.is_empty() && affects.iter().all(live))
    }

    /// What is missing to time what an ask gates, its fallbacks included or not.
    fn gate_lacks(&self, ask: u32, falls_back: bool) -> Vec<Lack> {
        let program = self.program();
        let mut lacks: Vec<Lack> = program
            .list(program.asks[ask as usize].affects)
            .iter()
            .flat_map(|&outcome| self.compiled.lacks(outcome as usize, false, falls_back))
            .collect();
        lacks.sort();
        lacks.dedup();
        lacks
    }

    fn needed_by(&self, ask: u32) -> NeededBy {
        if self.settled(ask) {
            return NeededBy::NotNeeded;
        }
        let lacks = self.gate_lacks(ask, false);
        if !lacks.is_empty() {
            return NeededBy::TooLittleData(lacks);
        }
        match self.program().needed_by(ask, self.options.seed) {
            None => NeededBy::NoDue,
            Some(moment) if moment < 0.0 => {
                NeededBy::Passed { working_days: (-moment).ceil().min(f64::from(u32::MAX)) as u32 }
            }
            // What falls on a morning exactly had to be there the day before: due on the 10th, with nothing to do after
            // it, is not needed by the 11th.
            Some(moment) if moment >= 1.0 && moment.fract() == 0.0 => {
                NeededBy::On(self.program().calendar.date_of(moment - 1.0))
            }
            Some(moment) => NeededBy::On(self.program().calendar.date_of(moment)),
        }
    }

    fn decide_by_answer(&self, ask: u32) -> DecideBy {
        let program = self.program();
        if self.settled(ask) {
            return DecideBy::NotNeeded;
        }
        let running = program.chain(ask).any(|entry| {
            matches!(
                program.fallbacks[entry as usize].progress,
                FallbackProgress::Running { .. } | FallbackProgress::Live { .. }
            )
        });
        if running {
            return DecideBy::Taken;
        }
        if program.self_reliant(ask, 0).is_none() {
            return DecideBy::NoFallback;
        }
        let lacks = self.gate_lacks(ask, true);
        if !lacks.is_empty() {
            return DecideBy::TooLittleData(lacks);
        }
        match self.decide_by(ask).0 {
            policy::DecideBy::Morning(morning) => DecideBy::On(program.calendar.date_of(f64::from(morning))),
            policy::DecideBy::TooLate(days) => {
                DecideBy::TooLate { weeks: days.map(|days| f64::from(days) / 7.0) }
            }
            policy::DecideBy::NoDue => DecideBy::NoDue,
            policy::DecideBy::NoFallback => DecideBy::NoFallback,
        }
    }

    /// The start of the first self-reliant fallback with the highest expected net value.
    ///
    /// First every fifth morning up to a quarter after the last due date, then each morning around the best of those,
    /// all on the same trials.
    fn best_start(&self, ask: u32, planned: &Scenario, moments: &[f64]) -> BestStart {
        let program = self.program();
        match self.decide_by_answer(ask) {
            DecideBy::NotNeeded | DecideBy::Taken | DecideBy::NoFallback => return BestStart::Nothing,
            DecideBy::TooLittleData(lacks) => return BestStart::TooLittleData(lacks),
            DecideBy::On(_) | DecideBy::TooLate { .. } | DecideBy::NoDue => {}
        }
        let spec = &program.asks[ask as usize];
        let Some(entry) = program.self_reliant(ask, 0) else { return BestStart::Nothing };
        let valued = |outcome: &u32| {
            let facts = &self.compiled.outcomes[*outcome as usize];
            facts.valued || facts.costs_late
        };
        if !program.list(spec.affects).iter().any(valued) {
            return BestStart::NoValue;
        }
        let hedge = moments[(spec.chain_first + entry) as usize];
        let last_due = program
            .list(spec.affects)
            .iter()
            .filter_map(|&outcome| program.outcomes[outcome as usize].due)
            .max()
            .unwrap_or(0);
        let last = program.calendar.end(last_due.max(0) + 91).min(planned.horizon);
        let trials = self.options.search_trials;
        let run = |starts: &[f64], trials: u64| {
            Curve::run(program, planned, ask, entry, starts, self.options.seed, trials)
        };
        let mut starts: Vec<f64> = (0..last.max(0.0) as u32).step_by(5).map(f64::from).collect();
        if starts.is_empty() {
            starts.push(0.0);
        }
        // Few trials show where to look, more what to say; both are compared trial by trial, so that few are enough.
        let first = run(&starts, (trials / 8).max(1));
        let around = first.starts[first.highest()];
        let latest = first.starts[first.best()].min(last);
        let mut more: Vec<f64> = (-4..=4).map(|step| around + f64::from(step)).collect();
        more.extend((1..4).map(|step| latest + f64::from(step)));
        more.retain(|start| *start >= 0.0 && *start < last);
        more.extend(
            starts
                .iter()
                .enumerate()
                .filter(|(step, start)| step % 3 == 0 || **start <= hedge)
                .map(|it| it.1),
        );
        // What it is measured against: the start at decide-by, and none at all.
        more.extend([hedge, f64::INFINITY]);
        more.sort_by(f64::total_cmp);
        more.dedup();
        let curve = run(&more, (trials / 2).max(1));
        let (highest, best) = (curve.highest(), curve.best());
        let against =
            curve.starts.iter().position(|start| start.to_bits() == hedge.to_bits()).unwrap_or(best);
        let date = |start: f64| program.calendar.date_of(start);
        let gain = amount_of(curve.difference(best, against));
        let shown = (0..curve.starts.len()).filter(|&start| curve.starts[start].is_finite());
        let points = shown.map(|start| Start {
            date: date(curve.starts[start]),
            net: amount_of(curve.net(start)),
            behind_best: amount_of(curve.difference(start, highest)),
            on_time: (!program.dated(ask).is_empty()).then(|| Chance::of(curve.on_time[start], curve.trials)),
        });
        let points = points.collect();
        let trials = curve.trials;
        if curve.starts[best].is_infinite() {
            return BestStart::Never { gain, curve: points, trials };
        }
        let before_decide_by = curve.starts[best] < hedge;
        BestStart::On { date: date(curve.starts[best]), gain, before_decide_by, curve: points, trials }
    }

    /// What this plan's figures take for granted, with its source.
    fn assumptions(&self, plan: u32) -> Vec<Assumption> {
        let program = self.program();
        let settings = self.compiled.organisation.settings();
        let assume = &settings.assume;
        let key = |key: &str| Source::Assumption { stated: key.into() };
        let mut all = Vec::new();
        let mut add = |what: String, source: Source| all.push(Assumption { what, source });
        if assume.plan_factor > 1.0 {
            let what = format!(
                "all efforts of a plan are off by a common factor, one time in ten over {}",
                assume.plan_factor
            );
            add(what, key("assume.plan-factor"));
        }
        if assume.organisation_factor > 1.0 {
            let what = format!(
                "all efforts of the organisation are off by a common factor, one time in ten over {}",
                assume.organisation_factor
            );
            add(what, key("assume.organisation-factor"));
        }
        let spec = &program.plans[plan as usize];
        let asks = program.list(spec.asks);
        let facts = |ask: &u32| &self.compiled.asks[*ask as usize];
        let lone_work = program.list(spec.items).iter().any(|&item| {
            let facts = &self.compiled.items[item as usize];
            facts.lone && !facts.done
        });
        let lone = lone_work || asks.iter().any(|ask| facts(ask).fallbacks.iter().any(|entry| entry.lone));
        if lone {
            let what =
                format!("a lone estimate is the median, one time in ten over {} times that", settings.spread);
            add(what, key("spread"));
            if assume.tails == kedge_model::Tails::Fat {
                add(
                    "one lone estimate in six takes three times as long".into(),
                    Source::Prior {
                        about: "Flyvbjerg and Budzier 2011: one IT project in six overran by 200 %".into(),
                    },
                );
            }
        }
        for ask in asks {
            let facts = facts(ask);
            if let Some(odds) = &facts.taken_up {
                add(
                    format!("{} is taken up in {} cases of 100", facts.id, odds.chance.cases_of_100()),
                    odds.source.clone(),
                );
            }
            if let LandsBy::Queue { .. } = facts.lands_by {
                let team = self.compiled.teams.iter().find(|team| team.id == facts.to);
                if let Some(team) = team {
                    let stated = if team.own_shifts {
                        format!("shifts of {}", team.id)
                    } else {
                        "assume.shifts".into()
                    };
                    let what =
                        format!("priorities of {} shift {} times a quarter", team.id, team.shifts_a_quarter);
                    add(what, key(&stated));
                    let what = format!(
                        "a shift drops an ask in {} cases of 100",
                        (assume.dropped.get() * 100.0).round()
                    );
                    add(what, key("assume.dropped"));
                }
            }
            if facts.sources.iter().any(|source| matches!(source, Source::Prior { .. })) {
                add(
                    format!("{} slips as often as other groups' promises for their own work", facts.id),
                    Source::Prior { about: crate::prior::SLIP_SOURCE.into() },
                );
            }
            for entry in &facts.fallbacks {
                if let Some(odds) = &entry.accepted {
                    let what = format!(
                        "{}/{} is accepted in {} cases of 100",
                        facts.id,
                        entry.id,
                        odds.chance.cases_of_100()
                    );
                    add(what, odds.source.clone());
                }
                if let Some((host, share)) = &entry.guide {
                    let what = format!(
                        "guiding an away team takes {} % of one person of {host}",
                        (share * 100.0).round()
                    );
                    add(what, key("assume.guide-share"));
                }
            }
        }
        all.sort();
        all.dedup();
        all
    }

    fn notes(&self, plan: u32, planned: &Tally) -> Vec<Note> {
        let program = self.program();
        let spec = &program.plans[plan as usize];
        let team = &self.compiled.teams[spec.team as usize];
        let mut notes = Vec::new();
        if team.people.is_none() {
            notes.push(Note::CapacityUnknown(team.id.clone()));
        }
        for &item in program.list(spec.items) {
            let facts = &self.compiled.items[item as usize];
            if program.items[item as usize].too_large && !facts.done {
                notes.push(Note::CrewTooLarge(facts.id.clone()));
            }
        }
        for item in program.list(program.teams[spec.team as usize].items) {
            if let Some(facts) = self.compiled.items.get(*item as usize)
                && !facts.timed
                && !facts.done
                && program.items[*item as usize].plan != NONE
            {
                notes.push(Note::Untimed(facts.id.clone()));
            }
        }
        let starved = planned.starved[spec.team as usize];
        if starved > 0 {
            let per_mille = (starved * 1_000).div_ceil(planned.trials.max(1)) as u32;
            notes.push(Note::NothingLeft { team: team.id.clone(), per_mille });
        }
        for &outcome in program.list(spec.outcomes) {
            let facts = &self.compiled.outcomes[outcome as usize];
            if facts.due.is_none() && facts.live.is_none() {
                notes.push(Note::NoDue(facts.id.clone()));
            }
        }
        notes
    }

    /// The date of an ask's decide-by, where it has one: what other answers ask for most.
    pub fn decide_by_of(&self, ask: &AskId) -> Option<Date> {
        self.decide_by_answer(self.ask_index(ask)?).date()
    }
}

const NO_AMOUNT: Amount = Amount { mean: Money::ZERO, error: Money::ZERO };

fn amount(sum: &Sum, trials: u64) -> Amount {
    Amount { mean: Money::new(sum.mean(trials)), error: Money::new(sum.error(trials)) }
}

fn amount_of(mean: Mean) -> Amount {
    Amount { mean: Money::new(mean.mean), error: Money::new(mean.error) }
}

/// In the overview policies are not run trial by trial: the error of a difference is that of two independent means,
/// which is never too small.
fn unpaired_gain(policies: &mut [PolicyForecast]) {
    let base = policies.first().and_then(|forecast| forecast.worth.account()).map(|account| account.net);
    for forecast in policies.iter_mut().skip(1) {
        if let (Some(base), NetValue::Money(account)) = (base, &mut forecast.worth) {
            let error = account.net.error.amount().hypot(base.error.amount());
            account.gain = Amount { mean: account.net.mean - base.mean, error: Money::new(error) };
        }
    }
}
