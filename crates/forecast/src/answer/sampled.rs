//! What trials come to on average, each with its standard error from sampling: two of it either way are shown.

use kedge_model::{Money, Probability};
use serde::Serialize;

/// A share of trials, with its sampling error.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Chance {
    /// The share.
    pub share: Probability,
    /// Its standard error from sampling (Agresti and Coull 1998), which is not 0 where the share is 0 or 1.
    pub error: f64,
    /// The number of trials.
    pub trials: u64,
}

impl Chance {
    /// `count` of `trials`.
    ///
    /// The error is that of the share with two successes and two failures added, sqrt(p (1 − p) / (trials + 4)): two of it
    /// either way hold the true chance in about 95 of 100 runs for small shares too, where the textbook's error goes to
    /// nothing. No case of 10,000 is not "never" (A. Agresti and B. A. Coull, "Approximate is better than exact for
    /// interval estimation of binomial proportions", The American Statistician 52, 1998).
    pub fn of(count: u64, trials: u64) -> Chance {
        let share = count as f64 / trials.max(1) as f64;
        let n = trials as f64 + 4.0;
        let middle = (count as f64 + 2.0) / n;
        let error = (middle * (1.0 - middle) / n).sqrt();
        Chance { share: Probability::clamped(share), error, trials }
    }

    /// What is so in every case, and not because trials showed it.
    pub(crate) fn certain(so: bool, trials: u64) -> Chance {
        let share = if so { Probability::ONE } else { Probability::ZERO };
        Chance { share, error: 0.0, trials }
    }
}

/// A mean over trials, with its standard error.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Quantity {
    /// The mean.
    pub mean: f64,
    /// Its standard error from sampling.
    pub error: f64,
}

/// Money expected over trials, with its standard error.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Amount {
    /// The mean.
    pub mean: Money,
    /// Its standard error from sampling.
    pub error: Money,
}
