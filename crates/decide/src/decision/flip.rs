//! The change of one input that would make another way the recommendation, found on the forecast itself.
//!
//! An input is moved on a grid of figures that can be written down: first in steps that grow, until the recommendation is
//! another one, then by halving, until two neighbours on the grid are left of which the one keeps the recommendation and the
//! other changes it. Everything else stays, and so do the random numbers.

use super::inputs::{Moved, Turns};
use super::reckoning::mean;
use super::recommend::recommend;
use super::weigh::{self, Runs, Weighed};
use super::{Criterion, Unit, WayOn};
use kedge_forecast::{Amount, Forecaster, LandsBy};
use kedge_model::{Ask, Change, Money, Organisation, OutcomeId, PriceRate};
use serde::Serialize;

/// How far an amount is moved: to a twentieth and to twenty times.
const FURTHEST: f64 = 20.0;
/// How much further each step goes, before it is halved.
const STEP: f64 = 1.05;
/// A change of less than this is not looked for in others that have to be run: the recommendation is on the edge already.
const NEAR: f64 = 1.1;
/// Trials in which a change is sought; it is found in all.
const COARSE: u64 = 1_000;

/// A change of one input that turns the recommendation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Flip {
    /// Which input.
    pub input: Turns,
    /// What it is, as one would write it in a plan.
    pub from: String,
    /// The nearest figure of the grid with which another way is recommended.
    pub to: String,
    /// The figure before it on the grid: with this one it stays.
    pub stays: String,
    /// The way that is recommended then, by its place in the list.
    pub then: usize,
    /// How far it is: the factor between the figures, always above 1.
    pub factor: f64,
    /// In a sentence.
    pub sentence: String,
}

impl Flip {
    /// The changes with which the recommendation is still the same; with [`Flip::changes`] it is the other one.
    pub fn changes_before(&self, organisation: &Organisation, ask: &Ask) -> Option<Vec<Change>> {
        self.input.written(organisation, ask, &self.stays)
    }

    /// The changes with which another way is recommended.
    pub fn changes(&self, organisation: &Organisation, ask: &Ask) -> Option<Vec<Change>> {
        self.input.written(organisation, ask, &self.to)
    }
}

/// An input that was moved, and how far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sought {
    /// Which.
    pub input: Turns,
    /// In words: `what checkout/one-tap is worth, from 2k/week to 800k/week`.
    pub what: String,
}

/// The changes of one input that turn the recommendation, the smallest first, and all that was moved to find them.
pub(super) fn flips(
    forecaster: &Forecaster,
    ask: &Ask,
    lands_by: Option<&LandsBy>,
    weighed: &Weighed,
    recommended: Option<usize>,
    criterion: Criterion,
) -> (Vec<Flip>, Vec<Sought>) {
    let (Some(kept), Criterion::NetValue) = (recommended, criterion) else { return Default::default() };
    let search = Search { forecaster, ask, lands_by, weighed, kept, unit: weighed.unit() };
    let (mut flips, mut sought) = search.values();
    let nearest = flips.iter().map(|flip| flip.factor).fold(f64::INFINITY, f64::min);
    flips.extend(search.run_again(nearest, &mut sought));
    flips.sort_by(|a, b| a.factor.total_cmp(&b.factor));
    (flips, sought)
}

struct Search<'s> {
    forecaster: &'s Forecaster,
    ask: &'s Ask,
    lands_by: Option<&'s LandsBy>,
    weighed: &'s Weighed,
    kept: usize,
    unit: Unit,
}

/// Neighbours on a grid: with the first the recommendation stays, with the second it is this way.
struct Found {
    stays: i64,
    turns: i64,
    then: usize,
}

impl Search<'_> {
    /// From `from` towards `points`, in their order: the first place of the grid at which another way is recommended.
    fn seek(
        &self,
        from: i64,
        points: impl Iterator<Item = i64>,
        best: &mut dyn FnMut(i64) -> Option<usize>,
    ) -> Option<Found> {
        let mut stays = from;
        for point in points {
            let Some(then) = best(point).filter(|then| *then != self.kept) else {
                stays = point;
                continue;
            };
            let (mut turns, mut then) = (point, then);
            while (turns - stays).abs() > 1 {
                let middle = i64::midpoint(stays, turns);
                match best(middle).filter(|then| *then != self.kept) {
                    Some(other) => (turns, then) = (middle, other),
                    None => stays = middle,
                }
            }
            return Some(Found { stays, turns, then });
        }
        None
    }

    fn flip(
        &self,
        input: Turns,
        from: String,
        found: &Found,
        write: &dyn Fn(i64) -> String,
        factor: f64,
    ) -> Flip {
        let to = write(found.turns);
        let sentence = self.sentence(&input, &from, &to, &self.weighed.ways[found.then]);
        Flip { sentence, input, from, to, stays: write(found.stays), then: found.then, factor }
    }

    fn sentence(&self, input: &Turns, from: &str, to: &str, then: &WayOn) -> String {
        let near = self.forecaster.options().as_of;
        let if_it = input.supposed(self.forecaster.organisation(), self.ask, from, to, near);
        format!("{if_it}, it would be: {}.", then.what)
    }

    /// What each outcome that the ways tell apart would have to be worth.
    ///
    /// A net value is weeks × value less the rest, and neither weeks nor the rest change with the value: what the trials came
    /// to is reckoned again, not run again.
    fn values(&self) -> (Vec<Flip>, Vec<Sought>) {
        let outcomes: Vec<&OutcomeId> =
            self.weighed.planned.earnings.iter().map(|earning| &earning.outcome).collect();
        let (mut flips, mut sought) = (Vec::new(), Vec::new());
        for outcome in outcomes {
            let Some(stated) = self.weighed.planned.earnings.iter().find(|it| &it.outcome == outcome) else {
                continue;
            };
            let now = stated.a_week.amount();
            if now <= 0.0 {
                continue;
            }
            let parts: Vec<Option<Parts>> = self
                .weighed
                .trials
                .iter()
                .map(|trials| Parts::of(trials.as_ref()?, &self.weighed.planned, outcome))
                .collect();
            // Three digits.
            let step = 10_f64.powf(now.log10().floor() - 2.0);
            let grid = |value: f64| (value / step).round() as i64;
            let written = |place: i64| PriceRate::weekly(Money::new(tidy(place as f64 * step))).to_string();
            let mut best = |place: i64| {
                let value = Money::new(tidy(place as f64 * step));
                recommend(&self.revalued(&parts, outcome, value), self.unit).0
            };
            let from = grid(now);
            let steps = (FURTHEST.ln() / STEP.ln()).ceil() as i32;
            let up = (1..=steps).map(|number| grid(now * STEP.powi(number)).max(from + i64::from(number)));
            let down =
                (1..=steps).map(|number| grid(now / STEP.powi(number)).max(1)).filter(|place| *place < from);
            // What is not on the grid is not what the forecast ran with.
            if best(from) != Some(self.kept) {
                continue;
            }
            let (least, most) = (grid(now / FURTHEST).max(1), grid(now * FURTHEST));
            sought.push(Sought {
                input: Turns::Value { outcome: outcome.clone() },
                what: format!("what {outcome} is worth, from {} to {}", written(least), written(most)),
            });
            let found = [self.seek(from, up, &mut best), self.seek(from, down, &mut best)];
            for found in found.into_iter().flatten() {
                let factor = factor(from, found.turns);
                let input = Turns::Value { outcome: outcome.clone() };
                flips.push(self.flip(input, written(from), &found, &written, factor));
            }
        }
        (flips, sought)
    }

    fn revalued(&self, parts: &[Option<Parts>], outcome: &OutcomeId, value: Money) -> Vec<WayOn> {
        let mut ways = self.weighed.ways.clone();
        let planned = ways.iter().find(|way| way.as_planned).and_then(|way| way.reckoning.clone());
        let Some(planned) = planned.map(|planned| planned.valued(outcome, value)) else { return ways };
        for (way, parts) in ways.iter_mut().zip(parts) {
            let (Some(reckoning), Some(parts)) = (&way.reckoning, parts) else { continue };
            let net = reckoning.valued(outcome, value).net;
            let error = Money::new(parts.error(value.amount()));
            way.net = Some(Amount { mean: net, error: Money::ZERO });
            way.against_plan = Some(Amount { mean: net - planned.net, error });
        }
        ways
    }

    /// Inputs that change what the trials come to: sought in few trials, and of those that are found the nearest, where it is
    /// nearer than `nearest`, found again in all. What would be further is not looked for.
    fn run_again(&self, nearest: f64, sought: &mut Vec<Sought>) -> Option<Flip> {
        let trials = self.forecaster.options().trials;
        let few = Runs { trials: COARSE.min(trials), as_if: trials, only: None };
        let inputs =
            super::inputs::moved(self.forecaster, self.ask, self.lands_by, self.weighed, self.kept, nearest);
        // Where few trials do not say what all of them do, they say nothing about a change either.
        if nearest < NEAR || inputs.is_empty() || self.recommended(self.forecaster, few) != Some(self.kept) {
            return None;
        }
        let mut found: Vec<(f64, &Moved, Found)> = Vec::new();
        for moved in &inputs {
            sought.push(Sought {
                input: moved.input.clone(),
                what: moved.in_words(self.forecaster.organisation(), self.ask),
            });
            let mut best = |place: i64| self.coarsely(&moved.input, &moved.grid.write(place), few);
            for points in [&moved.up, &moved.down] {
                if let Some(flip) = self.seek(moved.from, points.iter().copied(), &mut best) {
                    found.push((factor(moved.from, flip.turns), moved, flip));
                }
            }
        }
        found.sort_by(|a, b| a.0.total_cmp(&b.0));
        found.into_iter().filter(|(far, ..)| *far < nearest).find_map(|(_, moved, coarse)| {
            let near = self.contenders(moved, &coarse, few);
            let full = Runs { trials, as_if: trials, only: Some(&near) };
            let write = |place: i64| moved.grid.write(place);
            let mut best = |place: i64| self.exactly(&moved.input, &write(place), full);
            let exact = self.closer(moved, &coarse, &mut best)?;
            let far = factor(moved.from, exact.turns);
            Some(self.flip(moved.input.clone(), moved.stated.clone(), &exact, &write, far))
        })
    }

    /// The ways that could be recommended about a place where the recommendation turns: the plan as it is, the two it turns
    /// between, and the best of the others.
    fn contenders(&self, moved: &Moved, coarse: &Found, few: Runs<'_>) -> Vec<usize> {
        let mut near: Vec<usize> =
            self.weighed.ways.iter().position(|way| way.as_planned).into_iter().collect();
        near.extend([self.kept, coarse.then]);
        let turned = self.supposed_coarsely(&moved.input, &moved.grid.write(coarse.turns));
        let weighed = turned.and_then(|forecaster| self.weighed_by(&forecaster, few));
        let ways = weighed.as_ref().map_or(&self.weighed.ways, |weighed| &weighed.ways);
        let mut others: Vec<(usize, f64)> = ways
            .iter()
            .enumerate()
            .filter(|(_, way)| way.ruled_out.is_none())
            .filter_map(|(at, way)| Some((at, way.net?.mean.amount())))
            .filter(|(at, _)| !near.contains(at))
            .collect();
        others.sort_by(|a, b| b.1.total_cmp(&a.1));
        near.extend(others.first().map(|(at, _)| *at));
        near.sort_unstable();
        near.dedup();
        near
    }

    /// The same neighbours in all trials, from those that few trials gave: outwards until it turns, inwards until it stays.
    fn closer(
        &self,
        moved: &Moved,
        coarse: &Found,
        best: &mut dyn FnMut(i64) -> Option<usize>,
    ) -> Option<Found> {
        let outwards = (coarse.turns - moved.from).signum();
        let last = if outwards > 0 { moved.up.last() } else { moved.down.last() };
        let end = *last?;
        let within = |place: i64| if outwards > 0 { place.min(end) } else { place.max(end) };
        let (mut place, mut step) = (coarse.turns, 1);
        let then = loop {
            match best(place).filter(|then| *then != self.kept) {
                Some(then) => break then,
                None if place == end => return None,
                None => place = within(place + outwards * step),
            }
            step *= 2;
        };
        let (mut turns, mut then) = (place, then);
        let (mut stays, mut step) = (turns - outwards, 1);
        while (stays - moved.from) * outwards > 0 {
            match best(stays).filter(|then| *then != self.kept) {
                None => break,
                Some(other) => (turns, then) = (stays, other),
            }
            step *= 2;
            let next = stays - outwards * step;
            stays = if (next - moved.from) * outwards < 0 { moved.from } else { next };
        }
        while (turns - stays).abs() > 1 {
            let middle = i64::midpoint(stays, turns);
            match best(middle).filter(|then| *then != self.kept) {
                Some(other) => (turns, then) = (middle, other),
                None => stays = middle,
            }
        }
        Some(Found { stays, turns, then })
    }

    /// Which way is recommended when everything is run again with this figure, from the decide-bys on.
    fn exactly(&self, input: &Turns, figure: &str, runs: Runs<'_>) -> Option<usize> {
        let changes = input.written(self.forecaster.organisation(), self.ask, figure)?;
        self.recommended(&self.forecaster.supposing(&changes).ok()?, runs)
    }

    /// The same with the decide-bys of all other asks as they are.
    fn coarsely(&self, input: &Turns, figure: &str, runs: Runs<'_>) -> Option<usize> {
        self.recommended(&self.supposed_coarsely(input, figure)?, runs)
    }

    fn supposed_coarsely(&self, input: &Turns, figure: &str) -> Option<Forecaster> {
        let changes = input.written(self.forecaster.organisation(), self.ask, figure)?;
        let options = *self.forecaster.options();
        let few = COARSE.min(options.trials);
        let options = options.with_trials(few, (few / 2).min(options.search_trials));
        self.forecaster.supposing_in(&self.ask.id, &changes, options).ok()
    }

    fn recommended(&self, forecaster: &Forecaster, runs: Runs<'_>) -> Option<usize> {
        recommend(&self.weighed_by(forecaster, runs)?.ways, self.unit).0
    }

    fn weighed_by(&self, forecaster: &Forecaster, runs: Runs<'_>) -> Option<Weighed> {
        let ask = forecaster.organisation().ask(&self.ask.id)?;
        weigh::weigh(forecaster, ask, self.weighed.ways.clone(), runs)
    }
}

/// How far two places of a grid are apart, as a factor above 1.
fn factor(from: i64, to: i64) -> f64 {
    let factor = to.max(1) as f64 / from.max(1) as f64;
    if factor < 1.0 { 1.0 / factor } else { factor }
}

/// Tenths of thousandths without the dust of binary fractions.
fn tidy(amount: f64) -> f64 {
    (amount * 1e4).round() / 1e4
}

/// What the gain of a way on the plan as it is consists of: value a week × weeks, and a rest; and how both vary.
struct Parts {
    weeks: f64,
    both: f64,
    rest: f64,
    trials: f64,
}

impl Parts {
    fn of(
        way: &kedge_forecast::CourseTrials,
        planned: &kedge_forecast::CourseTrials,
        outcome: &OutcomeId,
    ) -> Option<Parts> {
        let weeks = |of: &kedge_forecast::CourseTrials| {
            of.earnings
                .iter()
                .find(|it| &it.outcome == outcome)
                .map(|it| (it.weeks.clone(), it.a_week.amount()))
        };
        let ((with, a_week), (without, _)) = (weeks(way)?, weeks(planned)?);
        let weeks: Vec<f64> = with.iter().zip(&without).map(|(a, b)| a - b).collect();
        let rest: Vec<f64> = weeks
            .iter()
            .enumerate()
            .map(|(trial, weeks)| way.net(trial) - planned.net(trial) - a_week * weeks)
            .collect();
        let (of_weeks, of_rest) = (mean(&weeks), mean(&rest));
        let product = |a: &[f64], b: &[f64], mean_a: f64, mean_b: f64| {
            a.iter().zip(b).map(|(a, b)| (a - mean_a) * (b - mean_b)).sum::<f64>() / a.len().max(1) as f64
        };
        Some(Parts {
            weeks: product(&weeks, &weeks, of_weeks, of_weeks),
            both: product(&weeks, &rest, of_weeks, of_rest),
            rest: product(&rest, &rest, of_rest, of_rest),
            trials: weeks.len().max(1) as f64,
        })
    }

    /// The standard error of the gain with another value a week.
    fn error(&self, a_week: f64) -> f64 {
        let variance = a_week * a_week * self.weeks + 2.0 * a_week * self.both + self.rest;
        (variance.max(0.0) / self.trials).sqrt()
    }
}
