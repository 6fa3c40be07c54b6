//! Working round it now against waiting, by when it lands: in distributions, not means.
//!
//! A hack is worth it where the value lost by waiting exceeds what it costs to create, keep and leave (coordination models;
//! in distributions, since the mean of a wait that may never end says little). Both are known trial by trial: once with the
//! fallback started this morning, once with none. Trials in which the ask lands at much the same time are put together.

use crate::decision::{Way, Weighed};
use kedge_forecast::{Chance, CourseTrials, Forecaster};
use kedge_model::{Ask, Date, Money, Slug};
use serde::Serialize;

/// Trials in a point of the curve, at least: the tenth and the ninetieth of fewer say nothing.
const CASES: usize = 100;
/// Points of the curve, at most.
const POINTS: usize = 16;

/// Working round it now against waiting.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HackOrWait {
    /// The fallback that would be started, by its name in the chain.
    pub fallback: Slug,
    /// By when the ask lands, in order; the last is that it never does, where there are such trials.
    pub points: Vec<LandingPoint>,
    /// Over all trials.
    pub overall: AgainstWaiting,
    /// The first day on which a landing is late enough: from there on starting now is the better in more than half of the
    /// trials of every point. `None` where that is never so.
    pub worth_it_from: Option<Date>,
    /// The share of trials in which it lands on or after that day, or never.
    pub that_late: Chance,
    /// In a sentence.
    pub sentence: String,
}

/// Trials in which the ask lands at much the same time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LandingPoint {
    /// The first day on which it lands; `None` is never.
    pub from: Option<Date>,
    /// The last.
    pub to: Option<Date>,
    /// What starting now comes to against waiting, there.
    pub balance: AgainstWaiting,
}

/// What starting now comes to against waiting.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct AgainstWaiting {
    /// How many trials.
    pub trials: u64,
    /// The value lost by waiting, what being late costs included.
    pub lost: Band,
    /// What the fallback costs more than waiting: creating, keeping and leaving it, and what is bought.
    pub costs: Band,
    /// What is lost less what it costs.
    pub gain: Band,
    /// In how many trials more is lost by waiting than it costs.
    pub worth_it: Chance,
}

/// One case in ten is below the first, half are below the second, nine in ten below the third.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Band {
    pub p10: Money,
    pub p50: Money,
    pub p90: Money,
}

fn band(mut values: Vec<f64>) -> Band {
    values.sort_by(f64::total_cmp);
    let at = |p: f64| {
        let place = ((p * values.len() as f64).ceil() as usize).clamp(1, values.len().max(1)) - 1;
        Money::new(values.get(place).copied().unwrap_or(0.0))
    };
    Band { p10: at(0.1), p50: at(0.5), p90: at(0.9) }
}

/// Lost, costs, and when it lands, per trial.
struct Trial {
    landed: f64,
    lost: f64,
    costs: f64,
}

fn balance(trials: &[&Trial]) -> AgainstWaiting {
    let column = |of: &dyn Fn(&Trial) -> f64| band(trials.iter().map(|trial| of(trial)).collect());
    let worth_it = trials.iter().filter(|trial| trial.lost > trial.costs).count() as u64;
    AgainstWaiting {
        trials: trials.len() as u64,
        lost: column(&|trial| trial.lost),
        costs: column(&|trial| trial.costs),
        gain: column(&|trial| trial.lost - trial.costs),
        worth_it: Chance::of(worth_it, trials.len() as u64),
    }
}

/// The curve for an ask whose ways were weighed; `None` where there is nothing to start, nothing to wait for, or no value.
pub(crate) fn hack_or_wait(forecaster: &Forecaster, ask: &Ask, weighed: &Weighed) -> Option<HackOrWait> {
    let (organisation, as_of) = (forecaster.organisation(), forecaster.options().as_of);
    let entry = organisation.first_self_reliant(ask)?;
    let find = |wanted: &dyn Fn(&Way) -> bool| {
        let mut ways = weighed.ways.iter().zip(&weighed.trials);
        let (way, trials) = ways.find(|(way, _)| wanted(&way.way) && way.ruled_out.is_none())?;
        trials.as_ref().filter(|_| way.net.is_some())
    };
    let now = find(&|way| matches!(way, Way::Start { entry: its, on, .. } if *its == entry && *on <= as_of))?;
    let wait = find(&|way| *way == Way::Wait)?;
    let trials = apart(now, wait);
    let day = |trial: &Trial| forecaster.date_of(trial.landed);
    let mut landing: Vec<&Trial> = trials.iter().filter(|trial| trial.landed.is_finite()).collect();
    landing.sort_by(|a, b| a.landed.total_cmp(&b.landed));
    let never: Vec<&Trial> = trials.iter().filter(|trial| trial.landed.is_infinite()).collect();
    let points_wanted = (landing.len() / CASES).clamp(1, POINTS);
    let size = landing.len().div_ceil(points_wanted).max(1);
    let mut points = Vec::new();
    let mut rest = landing.as_slice();
    while !rest.is_empty() {
        let mut end = size.min(rest.len());
        // What lands on one day is in one point, and too few to say anything go with what was before.
        while end < rest.len() && rest[end].landed.floor() <= rest[end - 1].landed.floor() {
            end += 1;
        }
        if rest.len() - end < CASES.min(size) {
            end = rest.len();
        }
        let (these, others) = rest.split_at(end);
        let (from, to) = (these.first().and_then(|it| day(it)), these.last().and_then(|it| day(it)));
        points.push(LandingPoint { from, to, balance: balance(these) });
        rest = others;
    }
    if !never.is_empty() {
        points.push(LandingPoint { from: None, to: None, balance: balance(&never) });
    }
    let is_worth_it = |point: &LandingPoint| point.balance.worth_it.share.get() > 0.5;
    let first = points.iter().rposition(|point| !is_worth_it(point)).map_or(0, |last| last + 1);
    let later: u64 = points.iter().skip(first).map(|point| point.balance.trials).sum();
    let worth_it_from = points.get(first).and_then(|point| point.from);
    let overall = balance(&trials.iter().collect::<Vec<_>>());
    let that_late = Chance::of(later, trials.len() as u64);
    let sentence = sentence(&points, first, worth_it_from, that_late, &overall, as_of);
    let fallback = ask.fallbacks.get(entry)?.id.clone();
    Some(HackOrWait { fallback, points, overall, worth_it_from, that_late, sentence })
}

fn apart(now: &CourseTrials, wait: &CourseTrials) -> Vec<Trial> {
    let gross = |of: &CourseTrials, trial: usize| of.net(trial) + of.costs(trial);
    (0..now.trials().min(wait.trials()))
        .map(|trial| Trial {
            landed: wait.landed.get(trial).copied().unwrap_or(f64::INFINITY),
            lost: gross(now, trial) - gross(wait, trial),
            costs: now.costs(trial) - wait.costs(trial),
        })
        .collect()
}

fn sentence(
    points: &[LandingPoint],
    first: usize,
    from: Option<Date>,
    that_late: Chance,
    overall: &AgainstWaiting,
    near: Date,
) -> String {
    let cases = format!(
        "Over all, starting now is the better in {} of 100 cases",
        overall.worth_it.share.cases_of_100()
    );
    match (from, points.get(first)) {
        (_, None) => format!("{cases}: whenever it lands, waiting is more often the better."),
        (Some(_), _) if first == 0 => format!("{cases}: whenever it lands, it is more often the better."),
        (Some(day), _) => format!(
            "{cases}. It is where it lands on {} or later, as in {} of 100.",
            day.in_words(near),
            that_late.share.cases_of_100()
        ),
        (None, Some(_)) => format!(
            "{cases}. It is only where it never lands, as in {} of 100.",
            that_late.share.cases_of_100()
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_band_is_made_of_values_that_were_seen() {
        let band = band((1..=10).map(f64::from).collect());
        assert_eq!((band.p10, band.p50, band.p90), (Money::new(1.0), Money::new(5.0), Money::new(9.0)));
    }
}
