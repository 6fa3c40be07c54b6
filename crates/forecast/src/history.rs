//! What a few past cases say of the next one.
//!
//! Drawing one of the past cases again says that nothing can be shorter or longer than what was seen. With many cases
//! that is nearly so; with three it is not: a fourth lies outside their range half of the time, (2 of n + 1). So below
//! [`ENOUGH_CASES`] the next case is drawn from its predictive distribution instead, which is wider the fewer cases there
//! are, and nowhere narrower than the cases themselves.

use crate::distribution::normal_quantile;
use std::f64::consts::FRAC_PI_2;

/// From so many past cases on a history is resampled as it is. With fewer, less than one case lies beyond what one time
/// in ten is exceeded, and the history cannot say where that is.
pub const ENOUGH_CASES: usize = 10;

/// The furthest quantile that is printed; beyond it the predictive distribution has the tail of a lognormal.
///
/// Student's distribution with one degree of freedom has no mean, and its exponential neither with any: what is beyond
/// the printed quantiles would decide the means of cost and load alone.
const FURTHEST_QUANTILE: f64 = 0.95;

/// How many steps its table of quantiles has.
const STEPS: usize = 256;

/// Quantiles of what the next case takes, evenly spaced in probability, to be interpolated.
///
/// The logarithms of the cases are taken as normal with unknown mean and variance; then the logarithm of the next one is
/// mean + t × s × sqrt(1 + 1/n), where s is their standard deviation and t has Student's distribution with n − 1 degrees of
/// freedom (W. Q. Meeker, G. J. Hahn and L. A. Escobar, "Statistical Intervals", 2nd edition, 2017, sections 4.6 and
/// 4.12). Whoever writes whole weeks does not know days: s is at least `rounding`, the standard deviation of the logarithm
/// that rounding to the unit hides. No quantile is nearer to the median than that of the cases themselves, resampled.
///
/// `cases` are positive, in person-days, and at least two.
pub(crate) fn predictive(cases: &[f64], rounding: f64) -> Vec<f64> {
    spread(cases, rounding, &scores(cases.len() as u32 - 1))
}

/// The probability of a step of the table; its ends stand for all that is beyond them.
fn probability(step: usize) -> f64 {
    (step as f64 / STEPS as f64).clamp(0.25 / STEPS as f64, 1.0 - 0.25 / STEPS as f64)
}

/// How many scales each step of the table lies from the mean.
fn scores(freedom: u32) -> Vec<f64> {
    let beyond = student_quantile(FURTHEST_QUANTILE, freedom) / normal_quantile(FURTHEST_QUANTILE);
    let score = |p: f64| {
        if p.max(1.0 - p) <= FURTHEST_QUANTILE {
            student_quantile(p, freedom)
        } else {
            beyond * normal_quantile(p)
        }
    };
    (0..=STEPS).map(|step| score(probability(step))).collect()
}

fn spread(cases: &[f64], rounding: f64, scores: &[f64]) -> Vec<f64> {
    let n = cases.len() as f64;
    let mut sorted = cases.to_vec();
    sorted.sort_by(f64::total_cmp);
    let mean = sorted.iter().map(|case| case.ln()).sum::<f64>() / n;
    let variance = sorted.iter().map(|case| (case.ln() - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let scale = variance.sqrt().max(rounding) * (1.0 + 1.0 / n).sqrt();
    let quantile = |(step, score): (usize, &f64)| {
        let p = probability(step);
        let predicted = (mean + score * scale).exp();
        let resampled = sorted[((p * n) as usize).min(sorted.len() - 1)];
        if p < 0.5 { predicted.min(resampled) } else { predicted.max(resampled) }
    };
    scores.iter().enumerate().map(quantile).collect()
}

/// The quantile at `p` (0 < p < 1) of Student's t with a whole number of degrees of freedom, at least 1.
///
/// Its distribution function for whole degrees of freedom is a finite sum in θ = arctan(t / sqrt(ν)) (M. Abramowitz and
/// I. A. Stegun, "Handbook of Mathematical Functions", 26.7.3 and 26.7.4); θ is found by halving.
fn student_quantile(p: f64, freedom: u32) -> f64 {
    let wanted = (2.0 * p - 1.0).abs();
    let (mut low, mut high) = (0.0, FRAC_PI_2);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if within(middle, freedom) < wanted { low = middle } else { high = middle }
    }
    (p - 0.5).signum() * low.tan() * f64::from(freedom).sqrt()
}

/// The chance that |t| is below sqrt(ν) tan(θ).
fn within(theta: f64, freedom: u32) -> f64 {
    let (sine, cosine) = theta.sin_cos();
    // Odd: cos θ + 2/3 cos³ θ + 2·4/(3·5) cos⁵ θ + …; even: 1 + 1/2 cos² θ + 1·3/(2·4) cos⁴ θ + …
    let odd = freedom % 2 == 1;
    let mut term = if odd { cosine } else { 1.0 };
    let mut sum = 0.0;
    let mut power = i64::from(odd);
    while power <= i64::from(freedom) - 2 {
        sum += term;
        term *= (power + 1) as f64 / (power + 2) as f64 * cosine * cosine;
        power += 2;
    }
    if odd { (theta + sine * sum) / FRAC_PI_2 } else { sine * sum }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::Lognormal;
    use crate::draw::{Draws, Key, Purpose};
    use statrs::distribution::{ContinuousCDF, StudentsT};

    /// The quantile of a table as the trial reads it.
    fn quantile(table: &[f64], p: f64) -> f64 {
        let place = p * (table.len() - 1) as f64;
        let low = (place as usize).min(table.len() - 2);
        table[low] + (place - low as f64) * (table[low + 1] - table[low])
    }

    #[test]
    fn student_quantiles_agree_with_statrs_and_the_printed_tables() {
        for freedom in 1..=12 {
            let reference = StudentsT::new(0.0, 1.0, f64::from(freedom)).unwrap();
            for i in 1..100 {
                let p = f64::from(i) / 100.0;
                assert!((reference.cdf(student_quantile(p, freedom)) - p).abs() < 1e-9, "{freedom} {p}");
            }
        }
        // Abramowitz and Stegun, table 26.10.
        for (p, freedom, printed) in
            [(0.9, 1, 3.078), (0.95, 1, 6.314), (0.9, 2, 1.886), (0.95, 4, 2.132), (0.9, 8, 1.397)]
        {
            assert!((student_quantile(p, freedom) - printed).abs() < 6e-4);
        }
    }

    /// `n` cases of a lognormal with median 10 and P90 20.
    fn sample(n: u64, run: u64) -> Vec<f64> {
        let truth = Lognormal::through(10.0, 20.0);
        let draws = Draws::new(17, run);
        (0..n)
            .map(|i| truth.quantile(draws.uniform(Key::of(&format!("case {i}")), Purpose::Effort)))
            .collect()
    }

    #[test]
    fn an_interval_from_a_few_cases_covers_the_next_one_as_often_as_it_says() {
        const RUNS: u64 = 20_000;
        for n in [2, 3, 5, 9] {
            let mut held = [0_u64; 2];
            let mut resampled = 0_u64;
            let scores = scores(n as u32 - 1);
            for run in 0..RUNS {
                let mut cases = sample(n + 1, run);
                let Some(next) = cases.pop() else { unreachable!() };
                let table = spread(&cases, 0.0, &scores);
                for (held, tail) in held.iter_mut().zip([0.1, 0.05]) {
                    *held +=
                        u64::from(next >= quantile(&table, tail) && next <= quantile(&table, 1.0 - tail));
                }
                let (least, most) = (
                    cases.iter().copied().fold(f64::INFINITY, f64::min),
                    cases.iter().copied().fold(0.0, f64::max),
                );
                resampled += u64::from(next >= least && next <= most);
            }
            let share = |held: u64| held as f64 / RUNS as f64;
            // Four standard errors of a share of 0.8 are 0.011. Never narrower than the cases, so never covers less; with
            // nine cases their range is the wider of the two now and then.
            let most = if n < 9 { 0.811 } else { 0.84 };
            assert!(share(held[0]) > 0.789 && share(held[0]) < most, "{n}: P10 to P90 {}", share(held[0]));
            assert!(share(held[1]) > 0.891 && share(held[1]) < 0.92, "{n}: P5 to P95 {}", share(held[1]));
            // What resampling would have said, for comparison: (n - 1) of (n + 1) at the very most.
            let at_most = (n - 1) as f64 / (n + 1) as f64;
            assert!((share(resampled) - at_most).abs() < 0.015, "{n}: resampled {}", share(resampled));
        }
    }

    #[test]
    fn fewer_cases_with_the_same_spread_are_never_narrower() {
        // Half of the cases a factor below 10 and half above, so that the standard deviation of the logarithms is 0.5.
        let cases = |n: usize| -> Vec<f64> {
            let step = 0.5 * ((n - 1) as f64 / n as f64).sqrt();
            (0..n).map(|i| 10.0 * (if i % 2 == 0 { step } else { -step }).exp()).collect()
        };
        let mut before = f64::INFINITY;
        for n in [2, 4, 6, 8] {
            let table = predictive(&cases(n), 0.0);
            let wide = |tail: f64| quantile(&table, 1.0 - tail) / quantile(&table, tail);
            assert!(wide(0.1) < before, "{n}");
            // And wider than the same estimate taken as known: z instead of t.
            assert!(wide(0.1) > (2.0 * 0.5 * crate::distribution::Z90).exp());
            before = wide(0.1);
        }
    }

    #[test]
    fn it_is_nowhere_narrower_than_its_cases_and_always_finite_and_rising() {
        for n in 2..ENOUGH_CASES as u64 {
            for run in 0..50 {
                let mut cases = sample(n, run);
                if run % 3 == 0 {
                    cases[0] *= 50.0;
                }
                let table = predictive(&cases, 0.0);
                assert!(
                    table.windows(2).all(|pair| pair[0] <= pair[1] && pair[1].is_finite() && pair[0] > 0.0)
                );
                cases.sort_by(f64::total_cmp);
                let (least, most) = (cases[0], cases[cases.len() - 1]);
                assert!(quantile(&table, 0.5 / n as f64) <= least * (1.0 + 1e-9));
                assert!(quantile(&table, 1.0 - 0.5 / n as f64) >= most * (1.0 - 1e-9));
            }
        }
    }

    #[test]
    fn cases_that_agree_are_known_to_their_unit_and_no_better() {
        // Three times one week: anything from half a week to one and a half would have been written so.
        let rounding = (1.0_f64 / 12.0).sqrt();
        let table = predictive(&[5.0, 5.0, 5.0], rounding);
        assert!((quantile(&table, 0.5) - 5.0).abs() < 0.01);
        let p90 = (1.886 * rounding * (4.0_f64 / 3.0).sqrt()).exp() * 5.0;
        assert!((quantile(&table, 0.9) - p90).abs() < 0.05, "{}", quantile(&table, 0.9));
    }
}
