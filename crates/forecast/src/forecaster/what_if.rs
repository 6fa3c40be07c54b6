//! The effect of changes, trial by trial.

use super::Forecaster;
use super::touched::Touched;
use crate::answer::{Amount, Chance, DecideBy, NetValue, OutcomeForecast, PolicyForecast, Quantity};
use crate::policy::Policy;
use crate::rows::{Books, NEVER, Rows};
use crate::what_if::{
    DecideByEffect, OutcomeEffect, PlanEffect, PlanTotals, Shift, Totals, TotalsEffect, WhatIf,
};
use kedge_model::{AskId, Change, Finding, Money, OutcomeId, PlanId};
use std::collections::BTreeMap;

/// Sections of the trials from which the error of a quantile's difference follows.
const SECTIONS: usize = 20;

/// A difference counts where it is more than this many times its error: about 95 in 100.
const ERRORS: f64 = 2.0;

impl Forecaster {
    /// What the changes would do to the whole organisation, everything else as planned. Nothing is written.
    ///
    /// Both sides run on the same random numbers, in half as many trials as a search has. What the changes cannot touch is
    /// not run again; the first call runs the organisation as it is, and keeps that.
    ///
    /// # Errors
    /// When the organisation would break what must hold of one: every finding.
    pub fn what_if(&self, changes: &[Change]) -> Result<WhatIf, Vec<Finding>> {
        let organisation = self.compiled.organisation.with(changes)?;
        let after = Forecaster::new(&organisation, self.options);
        let touched = after.touched(self);
        Ok(Comparison::new(self, &after, &touched).answer())
    }

    /// The same with every decide-by as it was found before, where the ask has the same chain: what a change of order does
    /// as long as nobody decides anew. Many times as fast, since the search for decide-bys is most of a what-if.
    ///
    /// # Errors
    /// As [`Forecaster::what_if`].
    pub fn what_if_as_decided(&self, changes: &[Change]) -> Result<WhatIf, Vec<Finding>> {
        let organisation = self.compiled.organisation.with(changes)?;
        let after = Forecaster::new(&organisation, self.options);
        let before: BTreeMap<&AskId, u32> =
            self.compiled.asks.iter().zip(0..).map(|(ask, index)| (&ask.id, index)).collect();
        for (ask, index) in after.compiled.asks.iter().zip(0_u32..) {
            let Some(&before) = before.get(&ask.id) else { continue };
            if after.program().chain(index).len() == self.program().chain(before).len() {
                // Nobody else knows this forecaster yet, so it is not set.
                let _ = after.decide_bys[index as usize].set(self.decide_by(before).clone());
            }
        }
        let touched = after.touched(self);
        Ok(Comparison::new(self, &after, &touched).answer())
    }
}

/// Two organisations beside each other.
struct Comparison<'f> {
    base: &'f Forecaster,
    changed: &'f Forecaster,
    touched: &'f Touched,
    rows: Rows,
    trials: u64,
    /// Index after, by plan, of the plans that were run again.
    run: BTreeMap<&'f PlanId, u32>,
}

impl<'f> Comparison<'f> {
    fn new(base: &'f Forecaster, changed: &'f Forecaster, touched: &'f Touched) -> Self {
        let program = changed.program();
        let run: BTreeMap<&PlanId, u32> = changed
            .compiled
            .plans
            .iter()
            .zip(0..)
            .filter(|&(_, plan)| touched.teams[program.plans[plan as usize].team as usize])
            .collect();
        let plans: Vec<u32> = run.values().copied().collect();
        let rows = if plans.is_empty() {
            Rows::default()
        } else {
            let moments = changed.moments(0..program.asks.len() as u32);
            let stances = changed.stances(None, Policy::AsPlanned, &moments);
            changed.rows(&moments, stances, touched.simulated.clone(), &plans)
        };
        Comparison { base, changed, touched, rows, trials: base.planned().rows.trials, run }
    }

    fn answer(&self) -> WhatIf {
        let mut outcomes = Vec::new();
        let mut unchanged = Vec::new();
        let mut plans = Vec::new();
        let mut left_out = Vec::new();
        let trials = self.trials as usize;
        let (mut before, mut after) = (vec![Books::default(); trials], vec![Books::default(); trials]);
        let rows = &self.base.planned().rows;
        let mut appearing = self.run.clone();
        for (plan, index) in self.base.compiled.plans.iter().zip(0_u32..) {
            let old = &rows.books[index as usize];
            let now = appearing.remove(plan);
            let is_there = now.is_some() || self.changed.plan_index(plan).is_some();
            if is_there && now.is_none() {
                // It cannot be touched.
                let program = self.base.program();
                let of_plan = program.list(program.plans[index as usize].outcomes);
                unchanged
                    .extend(of_plan.iter().map(|&it| self.base.compiled.outcomes[it as usize].id.clone()));
                if money_known(&forecast(self.base, rows, index).worth) {
                    add(&mut before, old);
                    add(&mut after, old);
                } else {
                    left_out.push(plan.clone());
                }
                continue;
            }
            let was = Some((self.base, rows, index));
            let is = now.map(|now| (self.changed, &self.rows, now));
            self.plan(plan, was, is, &mut outcomes, &mut unchanged, &mut plans, &mut left_out);
            if left_out.last() != Some(plan) {
                add(&mut before, old);
                if let Some(now) = now {
                    add(&mut after, &self.rows.books[now as usize]);
                }
            }
        }
        for (plan, now) in appearing {
            let is = Some((self.changed, &self.rows, now));
            self.plan(plan, None, is, &mut outcomes, &mut unchanged, &mut plans, &mut left_out);
            if left_out.last() != Some(plan) {
                add(&mut after, &self.rows.books[now as usize]);
            }
        }
        outcomes.sort_by(|a: &OutcomeEffect, b: &OutcomeEffect| {
            let quiet = |it: &OutcomeEffect| matches!(it.shift, Shift::WithinError | Shift::TooLittleData);
            let (size_a, size_b) = (a.size(), b.size());
            quiet(a)
                .cmp(&quiet(b))
                .then(size_b.0.total_cmp(&size_a.0))
                .then(size_b.1.total_cmp(&size_a.1))
                .then(a.outcome.cmp(&b.outcome))
        });
        plans.sort_by(|a: &PlanEffect, b: &PlanEffect| {
            let size = |it: &PlanEffect| it.difference.net.mean.amount().abs();
            size(b).total_cmp(&size(a)).then(a.plan.cmp(&b.plan))
        });
        let overall = TotalsEffect {
            before: self.totals(&before.iter().copied()),
            after: self.totals(&after.iter().copied()),
            difference: self.totals(&after.iter().zip(&before).map(|(after, before)| less(*after, *before))),
        };
        WhatIf {
            as_of: self.base.options.as_of,
            seed: self.base.options.seed,
            trials: self.trials,
            outcomes,
            unchanged,
            plans,
            overall,
            left_out,
            decide_bys: self.decide_bys(),
        }
    }

    /// One plan that may have changed, appeared or vanished.
    #[allow(clippy::too_many_arguments)] // Four lists that the answer consists of.
    fn plan(
        &self,
        plan: &PlanId,
        was: Option<(&Forecaster, &Rows, u32)>,
        is: Option<(&Forecaster, &Rows, u32)>,
        outcomes: &mut Vec<OutcomeEffect>,
        unchanged: &mut Vec<OutcomeId>,
        plans: &mut Vec<PlanEffect>,
        left_out: &mut Vec<PlanId>,
    ) {
        let side = |side: Option<(&Forecaster, &Rows, u32)>| {
            side.map(|(forecaster, rows, plan)| forecast(forecaster, rows, plan))
        };
        let (before, after) = (side(was), side(is));
        let column = |side: Option<(&'_ Forecaster, &'_ Rows, u32)>, id: &OutcomeId| {
            let (forecaster, rows, plan) = side?;
            let program = forecaster.program();
            let mut of_plan = program.list(program.plans[plan as usize].outcomes).iter();
            let outcome = *of_plan.find(|&&it| &forecaster.compiled.outcomes[it as usize].id == id)? as usize;
            let due = program.outcomes[outcome].due_end;
            let days = rows.live[outcome].iter().map(|&day| Day {
                on: if day == NEVER { i32::MAX } else { program.calendar.day_of_index(day as usize) },
                on_time: f64::from(day) < due && day != NEVER,
            });
            Some(days.collect::<Vec<Day>>())
        };
        let of = |forecast: &Option<PolicyForecast>, id: &OutcomeId| {
            forecast.as_ref()?.outcomes.iter().find(|it| &it.outcome == id).cloned()
        };
        let mut ids: Vec<&OutcomeId> = Vec::new();
        for forecast in [&after, &before].into_iter().flatten() {
            for outcome in &forecast.outcomes {
                if !ids.contains(&&outcome.outcome) {
                    ids.push(&outcome.outcome);
                }
            }
        }
        for id in ids {
            let effect =
                self.outcome(plan, id, (of(&before, id), column(was, id)), (of(&after, id), column(is, id)));
            match effect {
                Some(effect) => outcomes.push(effect),
                None => unchanged.push(id.clone()),
            }
        }
        let books = |side: Option<(&Forecaster, &Rows, u32)>| -> Vec<Books> {
            side.map_or_else(
                || vec![Books::default(); self.trials as usize],
                |(_, rows, plan)| rows.books[plan as usize].clone(),
            )
        };
        let (old, now) = (books(was), books(is));
        let known = |forecast: &Option<PolicyForecast>| {
            forecast.as_ref().is_none_or(|forecast| money_known(&forecast.worth))
        };
        let counts = known(&before) && known(&after);
        if !counts {
            left_out.push(plan.clone());
        }
        if old != now || was.is_none() || is.is_none() {
            let totals = |forecast: Option<PolicyForecast>| {
                forecast.map(|it| PlanTotals { person_weeks: it.person_weeks, worth: it.worth })
            };
            let differences = now.iter().zip(&old).map(|(now, old)| {
                let books = less(*now, *old);
                if counts { books } else { Books { value: 0.0, net: 0.0, ..books } }
            });
            let difference = self.totals(&differences);
            plans.push(PlanEffect {
                plan: plan.clone(),
                before: totals(before),
                after: totals(after),
                difference,
            });
        }
    }

    /// The effect on an outcome; `None` where it goes live on the same day in every trial.
    fn outcome(
        &self,
        plan: &PlanId,
        id: &OutcomeId,
        before: (Option<OutcomeForecast>, Option<Vec<Day>>),
        after: (Option<OutcomeForecast>, Option<Vec<Day>>),
    ) -> Option<OutcomeEffect> {
        let (old, now) = (before.1.unwrap_or_default(), after.1.unwrap_or_default());
        let (before, after) = (before.0, after.0);
        let pairs = || old.iter().zip(&now);
        let count = |fits: &dyn Fn(&Day, &Day) -> bool| {
            Chance::of(pairs().filter(|(old, now)| fits(old, now)).count() as u64, self.trials)
        };
        let sooner = count(&|old, now| now.on < old.on);
        let later = count(&|old, now| now.on > old.on);
        let undated = |forecast: &Option<OutcomeForecast>| {
            matches!(forecast.as_ref().map(|it| &it.live), Some(crate::answer::Dates::TooLittleData(_)))
        };
        let due = |forecast: &Option<OutcomeForecast>| forecast.as_ref().and_then(|it| it.by_due).is_some();
        let by_due = (due(&before) && due(&after)).then(|| {
            mean(
                pairs().map(|(old, now)| f64::from(u8::from(now.on_time)) - f64::from(u8::from(old.on_time))),
            )
        });
        let moved =
            mean(pairs().map(|(old, now)| {
                f64::from(i8::from(now.on < old.on)) - f64::from(i8::from(now.on > old.on))
            }));
        let beyond = |it: Quantity| it.mean.abs() > ERRORS * it.error;
        let shift = match (&before, &after) {
            (None, _) => Shift::Appears,
            (_, None) => Shift::Vanishes,
            (Some(old), Some(now)) => {
                let same = old.live == now.live && old.due == now.due && old.by_due == now.by_due;
                let still = sooner.share.get() == 0.0 && later.share.get() == 0.0;
                if same && (still || undated(&before)) {
                    return None;
                }
                if undated(&before) || undated(&after) {
                    Shift::TooLittleData
                } else if beyond(moved) || by_due.is_some_and(beyond) || old.due != now.due {
                    Shift::Changes
                } else {
                    Shift::WithinError
                }
            }
        };
        let dated = !undated(&before) && !undated(&after);
        let quantile = |p: f64| if dated { quantile_difference(&old, &now, p) } else { None };
        Some(OutcomeEffect {
            outcome: id.clone(),
            plan: plan.clone(),
            shift,
            by_due,
            p50_days: quantile(0.5),
            p80_days: quantile(0.8),
            sooner,
            later,
            before,
            after,
        })
    }

    fn totals(&self, books: &(impl Iterator<Item = Books> + Clone)) -> Totals {
        let week = self.base.program().calendar.week().days().max(1.0);
        let money = |of: fn(Books) -> f64| {
            let mean = mean(books.clone().map(of));
            Amount { mean: Money::new(mean.mean), error: Money::new(mean.error) }
        };
        let days = mean(books.clone().map(|books| books.days));
        Totals {
            value: money(|books| books.value),
            net: money(|books| books.net),
            person_weeks: Quantity { mean: days.mean / week, error: days.error / week },
        }
    }

    /// The decide-bys that are on another day, of what may have been touched.
    fn decide_bys(&self) -> Vec<DecideByEffect> {
        let program = self.changed.program();
        let one = |(index, before): (usize, &Option<u32>)| {
            let before = (*before)?;
            let own = program.plans[program.asks[index].plan as usize].team as usize;
            if !self.touched.teams[own] {
                return None;
            }
            let (before, after): (DecideBy, DecideBy) =
                (self.base.decide_by_answer(before), self.changed.decide_by_answer(index as u32));
            let ask = self.changed.compiled.asks[index].id.clone();
            (before != after).then_some(DecideByEffect { ask, before, after })
        };
        self.touched.asks.iter().enumerate().filter_map(one).collect()
    }
}

fn money_known(worth: &NetValue) -> bool {
    !matches!(worth, NetValue::TooLittleData(_))
}

fn forecast(of: &Forecaster, rows: &Rows, plan: u32) -> PolicyForecast {
    of.policy_forecast(plan, Policy::AsPlanned, &rows.tally(of.program(), plan), None)
}

/// When an outcome went live in one trial.
#[derive(Clone, Copy)]
struct Day {
    /// The calendar day from as-of; `i32::MAX` is never.
    on: i32,
    on_time: bool,
}

fn add(sum: &mut [Books], books: &[Books]) {
    for (sum, books) in sum.iter_mut().zip(books) {
        sum.value += books.value;
        sum.days += books.days;
        sum.net += books.net;
    }
}

fn less(a: Books, b: Books) -> Books {
    Books { value: a.value - b.value, days: a.days - b.days, net: a.net - b.net }
}

/// The mean of a quantity over trials, with its standard error.
fn mean(values: impl Iterator<Item = f64> + Clone) -> Quantity {
    let trials = values.clone().count().max(1) as f64;
    let mean = values.clone().sum::<f64>() / trials;
    let variance = values.map(|value| (value - mean).powi(2)).sum::<f64>() / trials;
    Quantity { mean, error: (variance / trials).sqrt() }
}

/// A quantile of the dates after less that before, in calendar days, with its error by sectioning.
fn quantile_difference(before: &[Day], after: &[Day], p: f64) -> Option<Quantity> {
    let quantile = |days: &[Day]| {
        let mut days: Vec<i32> = days.iter().map(|day| day.on).collect();
        let place = ((p * days.len() as f64).ceil() as usize).clamp(1, days.len().max(1)) - 1;
        let (_, day, _) = (place < days.len()).then(|| days.select_nth_unstable(place))?;
        (*day != i32::MAX).then(|| f64::from(*day))
    };
    let difference = |before: &[Day], after: &[Day]| Some(quantile(after)? - quantile(before)?);
    let mean = difference(before, after)?;
    let length = (before.len() / SECTIONS).max(1);
    let sections = before.chunks_exact(length).zip(after.chunks_exact(length));
    let mut squares = Vec::with_capacity(SECTIONS);
    for (before, after) in sections {
        squares.push((difference(before, after)? - mean).powi(2));
    }
    let count = squares.len() as f64;
    let error = if count > 1.0 { (squares.iter().sum::<f64>() / (count - 1.0) / count).sqrt() } else { 0.0 };
    Some(Quantity { mean, error })
}
