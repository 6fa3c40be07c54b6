//! The distributions of `forecast.md`, drawn by inverting their distribution functions.
//!
//! Inversion spends one uniform number a draw, so that a draw stays a function of (seed, trial, item, purpose) and
//! moves smoothly with its parameters: a what-if that widens an estimate widens the same trial.

use crate::draw::{Draws, Key, Purpose};
use crate::prior;

/// The standard normal quantile of 0.9: how many sigmas P90 lies above P50.
pub const Z90: f64 = 1.281_551_565_544_600_4;

/// The standard normal quantile: the z with Φ(z) = `p`, for 0 < p < 1.
///
/// Algorithm AS 241, PPND16, good to about one part in 10^16 (M. J. Wichura, "The percentage points of the normal
/// distribution", Applied Statistics 37, 1988).
#[allow(clippy::excessive_precision, clippy::unreadable_literal)] // The published coefficients, digit for digit.
pub fn normal_quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180625 - q * q;
        let over = ((((((2.5090809287301226727e+3 * r + 3.3430575583588128105e+4) * r
            + 6.7265770927008700853e+4)
            * r
            + 4.5921953931549871457e+4)
            * r
            + 1.3731693765509461125e+4)
            * r
            + 1.9715909503065514427e+3)
            * r
            + 1.3314166789178437745e+2)
            * r
            + 3.3871328727963666080e0;
        let under = ((((((5.2264952788528545610e+3 * r + 2.8729085735721942674e+4) * r
            + 3.9307895800092710610e+4)
            * r
            + 2.1213794301586595867e+4)
            * r
            + 5.3941960214247511077e+3)
            * r
            + 6.8718700749205790830e+2)
            * r
            + 4.2313330701600911252e+1)
            * r
            + 1.0;
        return q * over / under;
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    let z = tail_quantile(tail);
    if q < 0.0 { -z } else { z }
}

/// The z > 0 with Φ(-z) = `tail`, for a `tail` below 0.075.
#[allow(clippy::excessive_precision, clippy::unreadable_literal)]
fn tail_quantile(tail: f64) -> f64 {
    let r = (-tail.ln()).sqrt();
    if r <= 5.0 {
        let r = r - 1.6;
        let over = ((((((7.74545014278341407640e-4 * r + 2.27238449892691845833e-2) * r
            + 2.41780725177450611770e-1)
            * r
            + 1.27045825245236838258e0)
            * r
            + 3.64784832476320460504e0)
            * r
            + 5.76949722146069140550e0)
            * r
            + 4.63033784615654529590e0)
            * r
            + 1.42343711074968357734e0;
        let under = ((((((1.05075007164441684324e-9 * r + 5.47593808499534494600e-4) * r
            + 1.51986665636164571966e-2)
            * r
            + 1.48103976427480074590e-1)
            * r
            + 6.89767334985100004550e-1)
            * r
            + 1.67638483018380384940e0)
            * r
            + 2.05319162663775882187e0)
            * r
            + 1.0;
        over / under
    } else {
        let r = r - 5.0;
        let over = ((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r
            + 1.24266094738807843860e-3)
            * r
            + 2.65321895265761230930e-2)
            * r
            + 2.96560571828504891230e-1)
            * r
            + 1.78482653991729133580e0)
            * r
            + 5.46378491116411436990e0)
            * r
            + 6.65790464350110377720e0;
        let under = ((((((2.04426310338993978564e-15 * r + 1.42151175831644588870e-7) * r
            + 1.84631831751005468180e-5)
            * r
            + 7.86869131145613259100e-4)
            * r
            + 1.48753612908506148525e-2)
            * r
            + 1.36929880922735805310e-1)
            * r
            + 5.99832206555887937690e-1)
            * r
            + 1.0;
        over / under
    }
}

/// The z whose upper tail 1 − Φ(z) is `tail`: exact where 1 − p would have lost its digits.
fn upper_tail_quantile(tail: f64) -> f64 {
    if tail < 0.05 { tail_quantile(tail.max(f64::MIN_POSITIVE)) } else { -normal_quantile(tail) }
}

/// The upper tail of the standard normal, 1 − Φ(z), with small relative error far out.
///
/// J. F. Hart's rational approximation ("Computer Approximations", 1968) as given by G. West, "Better approximations
/// to cumulative normal functions", Wilmott, 2005.
#[allow(clippy::excessive_precision, clippy::unreadable_literal)]
pub fn normal_upper_tail(z: f64) -> f64 {
    let x = z.abs();
    let tail = if x > 37.0 {
        0.0
    } else {
        let density = (-x * x / 2.0).exp();
        if x < 7.07106781186547 {
            let over = (((((3.52624965998911e-2 * x + 0.700383064443688) * x + 6.37396220353165) * x
                + 33.912866078383)
                * x
                + 112.079291497871)
                * x
                + 221.213596169931)
                * x
                + 220.206867912376;
            let under = ((((((8.83883476483184e-2 * x + 1.75566716318264) * x + 16.064177579207) * x
                + 86.7807322029461)
                * x
                + 296.564248779674)
                * x
                + 637.333633378831)
                * x
                + 793.826512519948)
                * x
                + 440.413735824752;
            density * over / under
        } else {
            let fraction = x + 1.0 / (x + 2.0 / (x + 3.0 / (x + 4.0 / (x + 0.65))));
            density / fraction / 2.506628274631
        }
    };
    if z < 0.0 { 1.0 - tail } else { tail }
}

/// A lognormal distribution with median `median` and the given spread of its logarithm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lognormal {
    /// The logarithm of the median.
    pub mu: f64,
    /// The standard deviation of the logarithm.
    pub sigma: f64,
}

impl Lognormal {
    /// Through its median and its 90th percentile: sigma = ln(P90 / P50) / 1.2816.
    ///
    /// A P90 at or below the median is read as no spread at all. Both are positive.
    pub fn through(p50: f64, p90: f64) -> Lognormal {
        Lognormal { mu: p50.ln(), sigma: (p90 / p50).ln().max(0.0) / Z90 }
    }

    /// The quantile at `p`, 0 < p < 1.
    pub fn quantile(&self, p: f64) -> f64 {
        (self.mu + self.sigma * normal_quantile(p)).exp()
    }

    /// The mean, median × exp(sigma² / 2): means add along a chain of work, medians do not.
    pub fn mean(&self) -> f64 {
        (self.mu + self.sigma * self.sigma / 2.0).exp()
    }

    /// The chance to exceed `x`.
    pub fn survival(&self, x: f64) -> f64 {
        if x <= 0.0 {
            1.0
        } else if self.sigma == 0.0 {
            if x < self.mu.exp() { 1.0 } else { 0.0 }
        } else {
            normal_upper_tail((x.ln() - self.mu) / self.sigma)
        }
    }

    /// The quantile at `p` of what exceeds `spent`, so at least `spent`.
    pub fn quantile_beyond(&self, spent: f64, p: f64) -> f64 {
        if spent <= 0.0 {
            return self.quantile(p);
        }
        let tail = self.survival(spent) * (1.0 - p);
        if tail <= f64::MIN_POSITIVE || self.sigma == 0.0 {
            return spent.max(self.mu.exp());
        }
        (self.mu + self.sigma * upper_tail_quantile(tail)).exp().max(spent)
    }
}

/// A Weibull distribution: how long an ask that was taken up takes to land, in calendar days.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weibull {
    /// The time by which 63.2 % have landed.
    pub scale: f64,
    /// The shape; above 1, the longer it has taken the likelier it lands soon.
    pub shape: f64,
}

impl Weibull {
    /// With the given shape and the share `landed` (0 < landed < 1) below `time` (> 0).
    ///
    /// ```
    /// # use kedge_forecast::distribution::Weibull;
    /// let landing = Weibull::through(45.0, 0.5, 1.5);
    /// assert!((landing.quantile(0.5) - 45.0).abs() < 1e-9);
    /// ```
    pub fn through(time: f64, landed: f64, shape: f64) -> Weibull {
        Weibull { scale: time / (-(-landed).ln_1p()).powf(1.0 / shape), shape }
    }

    /// The quantile at `p`: scale × (−ln(1 − p))^(1 / shape).
    pub fn quantile(&self, p: f64) -> f64 {
        self.scale * (-(-p).ln_1p()).powf(1.0 / self.shape)
    }

    /// The chance to last beyond `time`.
    pub fn survival(&self, time: f64) -> f64 {
        if time <= 0.0 { 1.0 } else { (-(time / self.scale).powf(self.shape)).exp() }
    }

    /// The quantile at `p` of what lasts beyond `elapsed`: at least `elapsed`.
    pub fn quantile_beyond(&self, elapsed: f64, p: f64) -> f64 {
        let hazard = (elapsed.max(0.0) / self.scale).powf(self.shape) - (-p).ln_1p();
        self.scale * hazard.powf(1.0 / self.shape)
    }
}

/// The effort of an item in person-days, as the simulation draws it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Effort {
    /// Nothing is said: the item takes no time and every date that needs it is "too little data".
    Unknown,
    /// Lognormal; `overruns` adds the reference class of overruns (a lone estimate under `tails = "fat"`).
    Estimate {
        /// The distribution of the effort in person-days.
        lognormal: Lognormal,
        /// Whether one such item in six meets a large overrun; see [`prior::OVERRUN_CHANCE`].
        overruns: bool,
    },
    /// By inverse distribution table: a history to resample (steps) or a three-point estimate (interpolated).
    Table {
        /// The first entry in the program's table of quantiles.
        first: u32,
        /// How many entries there are, at least 1.
        length: u32,
        /// Between two entries: interpolate, or take the lower.
        interpolate: bool,
    },
}

impl Effort {
    /// A lognormal effort through P50 and P90, in person-days.
    pub fn estimate(p50: f64, p90: f64) -> Effort {
        Effort::Estimate { lognormal: Lognormal::through(p50, p90), overruns: false }
    }

    /// The total effort in person-days in this trial, given that it exceeds `spent` (0 for an item not yet started).
    ///
    /// `factor` is the product of the shared factors; `tables` holds the program's quantiles.
    #[inline]
    pub(crate) fn draw(self, draws: Draws, item: Key, factor: f64, spent: f64, tables: &[f64]) -> f64 {
        match self {
            Effort::Unknown => spent,
            Effort::Estimate { lognormal, overruns } => {
                let mut factor = factor;
                if overruns {
                    let long = factor * prior::OVERRUN_FACTOR;
                    let hit = prior::OVERRUN_CHANCE * lognormal.survival(spent / long);
                    let not = (1.0 - prior::OVERRUN_CHANCE) * lognormal.survival(spent / factor);
                    let chance = if hit + not > 0.0 { hit / (hit + not) } else { 1.0 };
                    if draws.uniform(item, Purpose::Overrun) < chance {
                        factor = long;
                    }
                }
                let u = draws.uniform(item, Purpose::Effort);
                if spent > 0.0 {
                    lognormal.quantile_beyond(spent / factor, u) * factor
                } else {
                    lognormal.quantile(u) * factor
                }
            }
            Effort::Table { first, length, interpolate } => {
                let table = &tables[first as usize..(first + length) as usize];
                let u = draws.uniform(item, Purpose::Effort);
                // Resample among what exceeds the effort already spent; where nothing does, the longest.
                // Nothing is sought where all exceeds it: a search reads a large table from far-away memory.
                let below = if spent < table[0] * factor {
                    0
                } else {
                    table.partition_point(|&x| x * factor <= spent).min(table.len() - 1)
                };
                let beyond = &table[below..];
                let total = if interpolate && beyond.len() > 1 {
                    let place = u * (beyond.len() - 1) as f64;
                    let low = place as usize;
                    beyond[low] + (place - low as f64) * (beyond[low + 1] - beyond[low])
                } else {
                    beyond[(u * beyond.len() as f64) as usize]
                };
                (total * factor).max(spent)
            }
        }
    }

    /// The quantile at `p` in person-days, without the shared factors; 0 where nothing is known.
    pub(crate) fn quantile(self, p: f64, tables: &[f64]) -> f64 {
        match self {
            Effort::Unknown => 0.0,
            Effort::Estimate { lognormal, .. } => lognormal.quantile(p),
            Effort::Table { first, length, .. } => {
                let table = &tables[first as usize..(first + length) as usize];
                table[((p * table.len() as f64) as usize).min(table.len() - 1)]
            }
        }
    }

    /// The mean effort left in person-days for an item on which `spent` was spent, without the shared factors.
    pub(crate) fn mean_left(self, spent: f64, tables: &[f64]) -> f64 {
        match self {
            Effort::Unknown => 0.0,
            Effort::Estimate { lognormal, overruns } => {
                let widen =
                    if overruns { 1.0 + prior::OVERRUN_CHANCE * (prior::OVERRUN_FACTOR - 1.0) } else { 1.0 };
                if spent <= 0.0 {
                    return lognormal.mean() * widen;
                }
                // E[X - s | X > s] of a lognormal in closed form; its partial expectation over its tail.
                let tail = lognormal.survival(spent);
                if tail <= 1e-12 || lognormal.sigma == 0.0 {
                    return (lognormal.mean() * widen - spent).max(0.0);
                }
                let z = (spent.ln() - lognormal.mu) / lognormal.sigma;
                lognormal.mean() * normal_upper_tail(z - lognormal.sigma) / tail * widen - spent
            }
            Effort::Table { first, length, .. } => {
                let table = &tables[first as usize..(first + length) as usize];
                let beyond = &table[table.partition_point(|&x| x <= spent).min(table.len() - 1)..];
                (beyond.iter().sum::<f64>() / beyond.len() as f64 - spent).max(0.0)
            }
        }
    }
}

/// Quantiles of the PERT distribution through a least, a likely and a most: a beta distribution on the range, with
/// alpha = 1 + 4 (likely − least) / (most − least) and beta = 1 + 4 (most − likely) / (most − least) (Malcolm, Roseboom,
/// Clark and Fazar, "Application of a technique for research and development program evaluation", 1959).
///
/// Evenly spaced in probability, to be interpolated; a range of no width is one number.
pub fn three_point(least: f64, likely: f64, most: f64) -> Vec<f64> {
    const STEPS: usize = 4_096;
    const POINTS: usize = 256;
    let width = most - least;
    if width <= 0.0 {
        return vec![least.max(0.0)];
    }
    let rise = 4.0 * (likely - least) / width;
    let fall = 4.0 * (most - likely) / width;
    // The distribution function by the midpoint rule on a fine grid, then read backwards.
    let mut sums = Vec::with_capacity(STEPS + 1);
    let mut sum = 0.0;
    sums.push(0.0);
    for step in 0..STEPS {
        let x = (step as f64 + 0.5) / STEPS as f64;
        sum += x.powf(rise) * (1.0 - x).powf(fall);
        sums.push(sum);
    }
    (0..=POINTS)
        .map(|point| {
            let wanted = sum * point as f64 / POINTS as f64;
            let above = sums.partition_point(|&s| s < wanted).clamp(1, STEPS);
            let step = sums[above] - sums[above - 1];
            let part = if step > 0.0 { (wanted - sums[above - 1]) / step } else { 0.0 };
            least + width * (above as f64 - 1.0 + part) / STEPS as f64
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::distribution::{Continuous, ContinuousCDF, LogNormal, Normal};

    #[test]
    fn normal_quantile_agrees_with_statrs_and_published_points() {
        let normal = Normal::standard();
        for i in 1..10_000 {
            let p = f64::from(i) / 10_000.0;
            // Through the distribution function, which statrs computes independently of its own inverse.
            assert!((normal.cdf(normal_quantile(p)) - p).abs() < 1e-10, "{p}");
        }
        // Wichura's own check values, and Python's `statistics.NormalDist`.
        assert!((normal_quantile(0.0224) - -2.006_527_478_893_917_6).abs() < 1e-14);
        assert!((normal_quantile(0.25) - -0.674_489_750_196_081_7).abs() < 1e-15);
        assert!((normal_quantile(0.001) - -3.090_232_306_167_814).abs() < 1e-14);
        assert!((normal_quantile(1e-20) - -9.262_340_089_798_408).abs() < 1e-14);
        assert!((normal_quantile(0.9) - Z90).abs() < 1e-15);
    }

    #[test]
    fn normal_upper_tail_agrees_with_statrs() {
        let normal = Normal::standard();
        for i in -800..=800 {
            let z = f64::from(i) / 100.0;
            let expected = normal.sf(z);
            assert!((normal_upper_tail(z) / expected - 1.0).abs() < 1e-7, "{z}");
        }
    }

    #[test]
    fn lognormal_goes_through_its_two_points() {
        let effort = Lognormal::through(15.0, 30.0);
        let reference = LogNormal::new(effort.mu, effort.sigma).unwrap();
        assert!((effort.quantile(0.5) - 15.0).abs() < 1e-12);
        assert!((effort.quantile(0.9) - 30.0).abs() < 1e-12);
        for p in [0.01, 0.1, 0.37, 0.8, 0.999] {
            assert!((reference.cdf(effort.quantile(p)) - p).abs() < 1e-9);
        }
        assert!((effort.mean() - statrs::statistics::Distribution::mean(&reference).unwrap()).abs() < 1e-9);
        assert!(reference.pdf(1.0) > 0.0);
    }

    #[test]
    fn what_is_left_given_what_was_spent_follows_the_conditional_distribution() {
        let effort = Lognormal::through(15.0, 30.0);
        for spent in [1.0, 10.0, 40.0, 200.0] {
            for p in [0.1, 0.5, 0.9] {
                let x = effort.quantile_beyond(spent, p);
                assert!(x >= spent);
                let conditional = 1.0 - effort.survival(x) / effort.survival(spent);
                assert!((conditional - p).abs() < 1e-6, "{spent} {p} {conditional}");
            }
        }
        // Far beyond anything drawn the answer stays finite and above what was spent.
        assert!(effort.quantile_beyond(1e9, 0.5) >= 1e9);
    }

    #[test]
    fn mean_left_agrees_with_sampling() {
        let effort = Effort::estimate(15.0, 30.0);
        let key = Key::of("x");
        for spent in [0.0, 10.0, 30.0] {
            let n = 200_000;
            let sum: f64 = (0..n).map(|i| effort.draw(Draws::new(1, i), key, 1.0, spent, &[]) - spent).sum();
            let mean = sum / n as f64;
            assert!((mean / effort.mean_left(spent, &[]) - 1.0).abs() < 0.02, "{spent} {mean}");
        }
    }

    #[test]
    fn lognormal_draws_match_rand_distr_by_two_sample_test() {
        use rand_distr::Distribution;
        let ours = Lognormal::through(5.0, 10.0);
        let theirs = rand_distr::LogNormal::new(ours.mu, ours.sigma).unwrap();
        let mut source = Words(0);
        two_samples(
            |i| ours.quantile(Draws::new(11, i).uniform(Key::of("x"), Purpose::Effort)),
            || theirs.sample(&mut source),
        );
    }

    #[test]
    fn weibull_draws_match_rand_distr_by_two_sample_test() {
        use rand_distr::Distribution;
        let ours = Weibull::through(45.0, 0.5, 1.5);
        let theirs = rand_distr::Weibull::new(ours.scale, ours.shape).unwrap();
        let mut source = Words(0);
        two_samples(
            |i| ours.quantile(Draws::new(12, i).uniform(Key::of("x"), Purpose::Landing)),
            || theirs.sample(&mut source),
        );
    }

    #[test]
    fn weibull_given_that_it_has_not_landed() {
        let landing = Weibull::through(45.0, 0.5, 1.5);
        for p in [0.1, 0.5, 0.9] {
            let x = landing.quantile_beyond(30.0, p);
            assert!((1.0 - landing.survival(x) / landing.survival(30.0) - p).abs() < 1e-12);
            assert!((landing.quantile_beyond(0.0, p) - landing.quantile(p)).abs() < 1e-9);
        }
    }

    #[test]
    fn one_lone_estimate_in_six_triples() {
        let plain = Effort::estimate(5.0, 10.0);
        let Effort::Estimate { lognormal, .. } = plain else { unreachable!() };
        let fat = Effort::Estimate { lognormal, overruns: true };
        let key = Key::of("x");
        let n = 60_000;
        let hit = (0..n)
            .filter(|&i| {
                let ratio = fat.draw(Draws::new(5, i), key, 1.0, 0.0, &[])
                    / plain.draw(Draws::new(5, i), key, 1.0, 0.0, &[]);
                assert!((ratio - 1.0).abs() < 1e-9 || (ratio - prior::OVERRUN_FACTOR).abs() < 1e-9);
                ratio > 2.0
            })
            .count();
        assert!((hit as f64 / n as f64 - prior::OVERRUN_CHANCE).abs() < 0.006);
    }

    #[test]
    fn a_history_is_resampled() {
        let tables = [5.0, 8.0, 13.0, 21.0];
        let history = Effort::Table { first: 0, length: 4, interpolate: false };
        let key = Key::of("x");
        let mut seen = [0; 4];
        for i in 0..8_000 {
            let x = history.draw(Draws::new(5, i), key, 1.0, 0.0, &tables);
            seen[tables.iter().position(|&t| (t - x).abs() < 1e-12).unwrap()] += 1;
            // Given ten days already spent, only the two longer cases remain.
            assert!(history.draw(Draws::new(5, i), key, 1.0, 10.0, &tables) >= 13.0);
        }
        assert!(seen.iter().all(|&n| (1_850..2_150).contains(&n)), "{seen:?}");
    }

    #[test]
    fn three_points_follow_the_beta_distribution() {
        let quantiles = three_point(2.0, 4.0, 12.0);
        let beta = statrs::distribution::Beta::new(1.0 + 0.8, 1.0 + 3.2).unwrap();
        for (point, &x) in quantiles.iter().enumerate() {
            assert!((beta.cdf((x - 2.0) / 10.0) - point as f64 / 256.0).abs() < 1e-3);
        }
        assert_eq!(three_point(3.0, 3.0, 3.0), [3.0]);
    }

    /// A small generator for the reference samplers, apart from the one under test (Weyl sequence, `MurmurHash3` mix).
    struct Words(u64);

    impl rand::TryRng for Words {
        type Error = std::convert::Infallible;
        fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
            Ok((self.try_next_u64()? >> 32) as u32)
        }
        fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
            self.0 = self.0.wrapping_add(0xd1b5_4a32_d192_ed03);
            let mut x = self.0;
            x = (x ^ (x >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
            x = (x ^ (x >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
            Ok(x ^ (x >> 33))
        }
        fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
            for chunk in bytes.chunks_mut(8) {
                let word = self.try_next_u64()?.to_le_bytes();
                chunk.copy_from_slice(&word[..chunk.len()]);
            }
            Ok(())
        }
    }

    /// Kolmogorov and Smirnov's two-sample test at 1 %: the largest gap stays below 1.628 × sqrt(2 / n).
    fn two_samples(mut ours: impl FnMut(u64) -> f64, mut theirs: impl FnMut() -> f64) {
        let n = 50_000;
        let mut a: Vec<f64> = (0..n).map(&mut ours).collect();
        let mut b: Vec<f64> = (0..n).map(|_| theirs()).collect();
        a.sort_by(f64::total_cmp);
        b.sort_by(f64::total_cmp);
        let mut gap: f64 = 0.0;
        for (i, x) in a.iter().enumerate() {
            let below = b.partition_point(|y| y <= x);
            gap = gap.max((i as f64 + 1.0 - below as f64).abs() / n as f64);
        }
        assert!(gap < 1.628 * (2.0 / n as f64).sqrt(), "gap {gap}");
    }
}
