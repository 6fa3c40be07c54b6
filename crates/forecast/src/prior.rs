//! Figures that came from outside, in one place, with their sources.
//!
//! Defaults that an organisation can set (`[assume]` in `kedge.toml`) live in the model. What stands here are the
//! reference classes used where there is neither a record nor a setting.

/// The shape of the Weibull distribution of landings.
///
/// Lead times in product work fit a Weibull distribution of shape about 1.5 (below 1 in operations).
pub const LANDING_SHAPE: f64 = 1.5;

/// Where an ask has neither `by` nor `wanted`, its landing is scaled to this many calendar days on.
pub const LANDING_DAYS: i32 = 90;

/// The horizon in working weeks of the test whether a team's queue is half filled, where the team has no plan.
pub const QUEUE_WEEKS_WITHOUT_PLAN: i32 = 13;

/// A team's queue is believed where at least this share of its time is spoken for: an empty queue is not a fast team.
pub const QUEUE_FILLED: f64 = 0.5;

/// Needed-by leaves room for this quantile of what follows the gate.
pub const NEEDED_BY_QUANTILE: f64 = 0.8;

/// The share of lone estimates that meet a large overrun.
///
/// One IT project in six was a "black swan" with a cost overrun of 200 % on average: B. Flyvbjerg and A. Budzier, "Why
/// your IT project may be riskier than you think", Harvard Business Review, September 2011 (1,471 projects). It is a
/// finding on whole projects, so an upper bound for single items, and it is used only where a lone estimate is given and
/// `assume.tails` is `fat`.
pub const OVERRUN_CHANCE: f64 = 1.0 / 6.0;

/// What a large overrun does to effort: 200 % over is three times.
pub const OVERRUN_FACTOR: f64 = 3.0;

/// The share of promises that slip, by how far ahead they were made.
///
/// From 1,463 promises of Kubernetes enhancements: made under 120 days ahead 30 % slipped, 120 to 260 days 70 %, beyond
/// 86 %. They are promises about the groups' *own* work, so an upper bound for what is asked of another team.
pub fn slip(days_ahead: f64) -> f64 {
    if days_ahead < 120.0 {
        0.30
    } else if days_ahead <= 260.0 {
        0.70
    } else {
        0.86
    }
}

/// What [`slip`] rests on, in words for the surface that shows it.
pub const SLIP_SOURCE: &str =
    "1,463 promises of Kubernetes enhancements about the groups' own work: an upper bound for asks";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slip_rates_stand_as_published() {
        let rates: Vec<f64> = [1.0, 119.0, 120.0, 260.0, 261.0].into_iter().map(slip).collect();
        assert_eq!(rates, [0.30, 0.30, 0.70, 0.70, 0.86]);
    }
}
