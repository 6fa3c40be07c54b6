//! Dates and money of a plan, from what was tallied.

use super::Forecaster;
use super::side_by_side::Basis;
use crate::answer::{
    Account, Amount, Chance, Dates, Lack, NetValue, OutcomeForecast, PolicyForecast, Quantile, Quantity,
    Spread, When,
};
use crate::order_statistic::ranks;
use crate::policy::Policy;
use crate::starts::Mean;
use crate::tally::{Histogram, Sum, Tally};
use kedge_model::{Money, Probability};

impl Forecaster {
    pub(super) fn policy_forecast(
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

    pub(super) fn person_weeks(&self, days: &Sum, trials: u64) -> Quantity {
        let week = self.program().calendar.week().days().max(1.0);
        Quantity { mean: days.mean(trials) / week, error: days.error(trials) / week }
    }

    pub(super) fn outcome_forecasts(
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
                (Some(live), Some(due)) => Some(Chance::certain(live <= due, tally.trials)),
                (None, Some(_)) if lacks.is_empty() => {
                    Some(Chance::of(live.before(spec.due_end), tally.trials))
                }
                _ => None,
            };
            let live = match facts.live {
                Some(date) => Dates::Happened(date),
                None if !lacks.is_empty() => Dates::TooLittleData(lacks),
                None => Dates::Spread(self.spread(live, spec.horizon).into()),
            };
            OutcomeForecast { outcome: facts.id.clone(), due: facts.due, live, by_due }
        };
        outcomes.iter().zip(&tally.live).map(one).collect()
    }

    /// Quantiles of a histogram of working days; what comes after `horizon` (a calendar day) never comes.
    pub(super) fn spread(&self, histogram: &Histogram, horizon: i32) -> Spread {
        let calendar = &self.program().calendar;
        let within = calendar.end(horizon.max(0)) as usize;
        let histogram = histogram.up_to(within);
        let trials = histogram.trials();
        let never = Chance::of(histogram.never, trials);
        let when = |day: Option<usize>| {
            day.map_or(When::Never(never), |day| When::On(calendar.date(calendar.day_of_index(day))))
        };
        let quantile = |p: f64| {
            let at = histogram.quantile(p);
            let (lower, upper) = ranks(trials, p);
            let (from, to) = (histogram.order_statistic(lower), histogram.order_statistic(upper));
            let off = |at: usize, from: usize, to: usize| at.abs_diff(from).max(to.abs_diff(at)) as u32;
            let within = match (at, from, to) {
                (Some(at), Some(from), Some(to)) => Some(off(at, from, to)),
                _ => None,
            };
            Quantile { at: when(at), from: when(from), to: when(to), within }
        };
        let mut seen = 0;
        let curve = histogram.days.iter().enumerate().filter(|(_, count)| **count > 0).map(|(day, count)| {
            seen += count;
            let share = Probability::clamped(seen as f64 / trials.max(1) as f64);
            (calendar.date(calendar.day_of_index(day)), share)
        });
        let curve = curve.collect();
        Spread {
            p10: quantile(0.1),
            p50: quantile(0.5),
            p80: quantile(0.8),
            p90: quantile(0.9),
            p95: quantile(0.95),
            never,
            curve,
        }
    }

    /// Whether there is money to reckon with in a plan; else why not.
    pub(super) fn basis(&self, plan: u32, lands: bool, falls_back: bool) -> Basis {
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
            return Err(NetValue::NoValue);
        }
        let mut lacks: Vec<Lack> = outcomes
            .iter()
            .filter(|outcome| facts(outcome).valued)
            .flat_map(|&outcome| self.compiled.lacks(outcome as usize, lands, falls_back))
            .collect();
        lacks.sort();
        lacks.dedup();
        if lacks.is_empty() { Ok(()) } else { Err(NetValue::TooLittleData(lacks)) }
    }

    pub(super) fn worth(
        &self,
        plan: u32,
        tally: &Tally,
        paired: Option<&Tally>,
        lands: bool,
        falls_back: bool,
    ) -> NetValue {
        if let Err(without) = self.basis(plan, lands, falls_back) {
            return without;
        }
        let program = self.program();
        let spec = &program.plans[plan as usize];
        let outcomes = program.list(spec.outcomes);
        let facts = |outcome: &u32| &self.compiled.outcomes[*outcome as usize];
        let account = &tally.accounts[0];
        let gain = paired.map_or(NO_AMOUNT, |paired| amount(&paired.accounts[0].gain, paired.trials));
        NetValue::Money(Account {
            value: amount(&account.value, tally.trials),
            net: amount(&account.net, tally.trials),
            gain,
            gain_elsewhere: paired.map(|paired| amount(&paired.elsewhere.gain, paired.trials)),
            people_priced: spec.person_week > 0.0,
            unvalued: outcomes
                .iter()
                .filter(|outcome| !facts(outcome).valued)
                .map(|outcome| facts(outcome).id.clone())
                .collect(),
        })
    }
}

const NO_AMOUNT: Amount = Amount { mean: Money::ZERO, error: Money::ZERO };

pub(super) fn amount(sum: &Sum, trials: u64) -> Amount {
    Amount { mean: Money::new(sum.mean(trials)), error: Money::new(sum.error(trials)) }
}

pub(super) fn amount_of(mean: Mean) -> Amount {
    Amount { mean: Money::new(mean.mean), error: Money::new(mean.error) }
}

/// In the overview policies are not run trial by trial: the error of a difference is that of two independent means,
/// which is never too small.
pub(super) fn unpaired_gain(policies: &mut [PolicyForecast]) {
    let base = policies.first().and_then(|forecast| forecast.worth.account()).map(|account| account.net);
    for forecast in policies.iter_mut().skip(1) {
        if let (Some(base), NetValue::Money(account)) = (base, &mut forecast.worth) {
            let error = account.net.error.amount().hypot(base.error.amount());
            account.gain = Amount { mean: account.net.mean - base.mean, error: Money::new(error) };
        }
    }
}
