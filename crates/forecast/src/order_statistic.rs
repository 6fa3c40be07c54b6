//! Which order statistics of a sample hold a quantile of what was sampled.
//!
//! The number of draws up to the quantile at `p` is binomial, whatever is drawn: so the `l`-th smallest of `n` draws lies
//! above the quantile only if fewer than `l` draws are up to it. The two ranks below leave out 2.5 % on either side at most
//! (H. A. David and H. N. Nagaraja, "Order Statistics", 3rd edition, 2003, section 7.1). For what comes on whole days the
//! interval holds more often still.

/// What is left out on either side.
const SIDE: f64 = 0.025;

/// The ranks, from 1, of the draws between which the quantile at `p` lies with 95 %. 0 is below the least draw and `n + 1`
/// above the greatest: there are too few draws for a bound on that side.
pub(crate) fn ranks(n: u64, p: f64) -> (u64, u64) {
    if n == 0 || p.is_nan() || p <= 0.0 || p >= 1.0 {
        return (0, n + 1);
    }
    let odds = p / (1.0 - p);
    let mode = (((n + 1) as f64 * p) as u64).min(n);
    // The binomial weights from its mode outwards, by the ratio of neighbours, until nothing is left that counts.
    let enough = |weight: &f64| *weight > 1e-20;
    let below: Vec<f64> = (1..=mode)
        .rev()
        .scan(1.0, |weight, k| {
            *weight *= k as f64 / ((n - k + 1) as f64 * odds);
            Some(*weight)
        })
        .take_while(enough)
        .collect();
    let above = (mode..n)
        .scan(1.0, |weight, k| {
            *weight *= (n - k) as f64 * odds / (k + 1) as f64;
            Some(*weight)
        })
        .take_while(enough);
    let first = mode - below.len() as u64;
    let weights: Vec<f64> = below.iter().rev().copied().chain([1.0]).chain(above).collect();
    let total: f64 = weights.iter().sum();
    let (mut lower, mut sum) = (first, 0.0);
    for (k, weight) in (first..).zip(&weights) {
        sum += weight;
        if sum <= SIDE * total {
            lower = k + 1;
        }
        if sum >= (1.0 - SIDE) * total {
            return (lower, k + 1);
        }
    }
    (lower, n + 1)
}

#[cfg(test)]
mod tests {
    use super::ranks;
    use statrs::distribution::{Binomial, DiscreteCDF};

    #[test]
    fn the_ranks_for_a_median_are_those_of_the_tables() {
        // Conover, "Practical Nonparametric Statistics", and every table of the sign test at 5 %: the 2nd and 9th of 10
        // draws, the 6th and 15th of 20, the 40th and 61st of 100.
        assert_eq!(ranks(10, 0.5), (2, 9));
        assert_eq!(ranks(20, 0.5), (6, 15));
        assert_eq!(ranks(100, 0.5), (40, 61));
        // Five draws bound a median on neither side.
        assert_eq!(ranks(5, 0.5), (0, 6));
    }

    #[test]
    fn the_ranks_leave_out_as_little_as_the_binomial_distribution_allows() {
        for n in [1, 3, 17, 40, 200, 2_000, 10_000, 1_000_000] {
            for p in [0.01, 0.1, 0.5, 0.8, 0.95, 0.999] {
                let (lower, upper) = ranks(n, p);
                let binomial = Binomial::new(p, n).unwrap();
                let up_to = |k: u64| binomial.cdf(k);
                // Slack for the precision of the reference.
                if lower > 0 {
                    assert!(up_to(lower - 1) <= 0.025 + 1e-9, "{n} {p} {lower}");
                }
                assert!(up_to(lower) > 0.025 - 1e-9, "{n} {p} {lower}");
                assert!(up_to(upper - 1) >= 0.975 - 1e-9, "{n} {p} {upper}");
                if upper >= 2 {
                    assert!(up_to(upper - 2) < 0.975 + 1e-9, "{n} {p} {upper}");
                }
            }
        }
    }
}
