//! When plans ship, with and without each ask, and what that is worth: the forecast.
//!
//! ```text
//! Organisation + as-of ──compile──▶ Draft ──▶ Program ──trials──▶ Tally ──▶ Forecast
//!                                  (lists)   (flat)    (seeded)  (counts)  (dates, odds, money, their sources)
//! ```
//!
//! A trial is a discrete-event simulation over flat arrays that allocates nothing. A draw is a function of (seed, trial,
//! item, purpose), so that policies are compared on common random numbers and any trial can be replayed alone. What is
//! kept of trials are whole numbers, which merge in any order to the same bytes.
//!
//! This crate never asks a clock, never reads a file, and never draws a page: the as-of date and the seed come in as
//! arguments, and answers go out as data that say where each number comes from.

// Tests compare moments that are whole numbers by construction.
#![cfg_attr(test, allow(clippy::float_cmp))]

mod answer;
pub mod calendar;
mod certainty;
mod compile;
pub mod distribution;
pub mod draft;
pub mod draw;
mod exponential;
mod forecaster;
pub mod history;
mod latest_start;
#[cfg(test)]
mod laws;
mod log;
mod needed_by;
mod normal;
mod options;
pub mod order;
mod order_statistic;
mod parts;
mod policy;
pub mod prior;
mod program;
mod rows;
mod scenario;
#[cfg(test)]
mod semantics;
mod sensitivity;
mod stages;
mod starts;
mod tally;
mod trial;
mod trials;
mod what_if;
#[cfg(test)]
mod worked_example;

pub use answer::{
    Account, Amount, AskForecast, Assumption, BestStart, Certainty, Chance, CourseTrials, CutFailing, Dates,
    DecideBy, Dropping, Earning, Estimated, Evaluation, FallbackForecast, Forecast, HangsOn, Influence,
    Input, Lack, LandsBy, NeededBy, NetValue, Note, Odds, OnTimeByStart, OutcomeFailing, OutcomeForecast,
    PlanForecast, PolicyForecast, Quantile, Quantity, Reached, ResultOf, Spread, Start, StartOnTime,
    TeamForecast, When, in_weeks,
};
pub use forecaster::{Forecaster, Progress, forecast, plan_forecast, replay};
pub use log::LogLine;
pub use options::{Course, Options, Precision, Variation};
pub use order::{OrderComparison, OrderForecast, OrderKind};
pub use policy::Policy;
pub use program::Program;
pub use trials::{Ran, Trials};
pub use what_if::{
    DecideByEffect, OutcomeEffect, PlanEffect, PlanTotals, Shift, Totals, TotalsEffect, WhatIf,
};
