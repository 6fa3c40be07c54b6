//! Effort as one number, to divide by: the mean of an estimate.

use kedge_forecast::distribution::Lognormal;
use kedge_model::{Effort, Settings, Work, WorkDays};

/// The mean of an effort in working days: of a median and a P90 the lognormal's, which is the median times exp(σ²/2); of a
/// range that of the PERT distribution that the forecast draws, (least + 4 × likely + most) / 6; of a history the average. Means add, medians do not.
///
/// A lone median takes `spread` of the settings as its P90 (2 × where nobody said).
pub fn mean_days(effort: &Effort, settings: &Settings) -> WorkDays {
    let days = |time: &kedge_model::WorkTime| time.days(&settings.calendar).0;
    let lognormal = |p50: f64, p90: f64| if p50 > 0.0 { Lognormal::through(p50, p90).mean() } else { 0.0 };
    WorkDays(match effort {
        Effort::Median(p50) => lognormal(days(p50), days(p50) * settings.spread),
        Effort::Quantiles { p50, p90 } => lognormal(days(p50), days(p90)),
        Effort::Range { least, likely, most } => (days(least) + 4.0 * days(likely) + days(most)) / 6.0,
        Effort::History(past) => past.iter().map(days).sum::<f64>() / past.len().max(1) as f64,
    })
}

/// The mean of what is left of an item: nothing of one that is done or dropped, what was said to be left of a started one,
/// else all of it; `None` where nobody has guessed.
pub fn days_left(work: &Work, settings: &Settings) -> Option<WorkDays> {
    if work.done.is_some() || work.dropped.is_some() {
        return Some(WorkDays(0.0));
    }
    let left = work.left.as_ref().map(|left| &left.effort).or(work.effort.as_ref());
    left.map(|left| mean_days(left, settings))
}
