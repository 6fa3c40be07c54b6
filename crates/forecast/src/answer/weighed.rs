//! What is weighed about an ask: when to start its fallback, what it would be worth to know, what dropping it would.

use super::{Amount, Chance, Lack};
use kedge_model::{Date, Probability};
use serde::Serialize;

/// The start of the first self-reliant fallback with the highest expected net value.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BestStart {
    /// The latest of the starts that are within two standard errors of the best.
    On {
        /// Which morning.
        date: Date,
        /// Its net value less that of starting at decide-by (or of waiting, where there is no decide-by).
        gain: Amount,
        /// Whether it comes before decide-by and so is the recommendation.
        before_decide_by: bool,
        /// Every start that was tried, ascending.
        curve: Vec<Start>,
        /// Trials behind the curve.
        trials: u64,
    },
    /// No start is worth more than never starting, within two standard errors.
    Never {
        /// Net value of never starting less that of starting at decide-by.
        gain: Amount,
        /// Every start that was tried, ascending.
        curve: Vec<Start>,
        /// Trials behind the curve.
        trials: u64,
    },
    /// It was not searched in this run.
    NotSearched,
    /// There is nothing to start, or nothing left to decide.
    Nothing,
    /// Without a value there is nothing to weigh.
    NoValue,
    /// The fallback or the work cannot be timed.
    TooLittleData(Vec<Lack>),
}

/// One start that was tried.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Start {
    /// On which morning.
    pub date: Date,
    /// Expected net value of the plan.
    pub net: Amount,
    /// Net value less that of the best start, on the same random numbers.
    pub behind_best: Amount,
    /// The chance that every dated outcome it gates is on time.
    pub on_time: Option<Chance>,
}

/// The curve behind decide-by: the chance on time by the day on which the first self-reliant fallback starts, where no ask
/// of the plan lands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OnTimeByStart {
    /// The chance that must be met.
    pub confidence: Probability,
    /// Every start that was tried, ascending.
    pub points: Vec<StartOnTime>,
    /// The last start tried up to which the chance is met beyond two standard errors: decide-by is hardly before it.
    /// `None` where not even the first is.
    pub from: Option<Date>,
    /// The last start tried whose chance may still be met, within two standard errors: decide-by is hardly after it. `None`
    /// where none may.
    pub to: Option<Date>,
}

/// The chance on time with one start.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct StartOnTime {
    /// On which morning.
    pub date: Date,
    /// That of the least likely dated outcome that waits for the ask.
    pub on_time: Chance,
}

/// What it would be worth to know today whether and when an ask lands: the expected value of perfect information about it,
/// for the choice of when to start its first self-reliant fallback.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// So much. What is within two standard errors of nothing cannot be told from it.
    Worth {
        /// Expected net value with the best start for each landing, less that of the best start without knowing.
        amount: Amount,
        /// Trials behind it.
        trials: u64,
    },
    /// There is nothing to start, or nothing left to decide: to know would change nothing.
    Nothing,
    /// It was not searched in this run.
    NotSearched,
    /// Without a value there is nothing to weigh.
    NoValue,
    /// The fallback or the work cannot be timed.
    TooLittleData(Vec<Lack>),
}

/// What dropping an ask comes to: it and all that it gates are given up, and people do the next thing.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dropping {
    /// So much against the plan as planned; negative where it loses.
    Worth {
        /// Net value of the plan less that as planned, trial by trial.
        gain: Amount,
        /// The same for all other plans together that this can touch.
        gain_elsewhere: Amount,
        /// Trials behind it.
        trials: u64,
    },
    /// It gates nothing that is still to come.
    Nothing,
    /// It was not searched in this run.
    NotSearched,
    /// Without a value there is nothing to weigh.
    NoValue,
    /// What it gates, or the rest of the plan, cannot be timed.
    TooLittleData(Vec<Lack>),
}
