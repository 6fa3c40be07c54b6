//! What it would be worth to know something before choosing: the expected value of partial perfect information.
//!
//! E over what may be known of the best choice given it, less the best choice without knowing it. Two loops of trials would
//! find it (A. Brennan, S. Kharroubi, A. O'Hagan and J. Chilcott, "Calculating partial expected value of perfect information
//! via Monte Carlo sampling algorithms", Medical Decision Making 27, 2007). One is enough: trials in which what is known is
//! much the same are put together, and their mean stands for the inner loop (M. Strong and J. E. Oakley, "An efficient method
//! for computing single-parameter partial expected value of perfect information", Medical Decision Making 33, 2013).
//!
//! The best of several noisy means is too high by chance. So choices are made in one half of the trials and valued in the
//! other, both ways round: what comes out is what those choices are worth, and on average not more than the best are.

use crate::starts::{Mean, mean};

/// Trials with much the same knowledge, in each half: fewer would choose by noise.
const CASES: usize = 30;
/// Beyond this many groups nothing is gained: choices that differ within a twentieth of the cases hardly differ in
/// worth.
const GROUPS: usize = 20;

/// The value of knowing `known` before one of the options is chosen, per trial; `nets` are the worth of each option in each
/// trial. Infinite is a piece of knowledge of its own.
pub(crate) fn value_of_knowing(nets: &[Vec<f64>], known: &[f64]) -> Mean {
    let mut finite: Vec<f64> = known.iter().copied().filter(|known| known.is_finite()).collect();
    finite.sort_by(f64::total_cmp);
    let groups = (finite.len() / (2 * CASES)).clamp(1, GROUPS);
    let edges: Vec<f64> =
        (1..groups).filter_map(|group| finite.get(finite.len() * group / groups).copied()).collect();
    let group =
        |known: f64| if known.is_finite() { edges.partition_point(|edge| *edge <= known) } else { groups };
    let groups: Vec<usize> = known.iter().map(|&known| group(known)).collect();
    let most = groups.iter().max().map_or(0, |most| most + 1);
    let trials = known.len();
    let mut gains = vec![0.0; trials];
    for half in [0, 1] {
        let choosing = || (0..trials).filter(|trial| trial % 2 == half);
        let best = |trials: &[usize]| {
            let sum = |net: &Vec<f64>| trials.iter().map(|&trial| net[trial]).sum::<f64>();
            let sums: Vec<f64> = nets.iter().map(sum).collect();
            (0..nets.len()).max_by(|&a, &b| sums[a].total_cmp(&sums[b]).then(b.cmp(&a))).unwrap_or(0)
        };
        let blind = best(&choosing().collect::<Vec<_>>());
        let informed: Vec<usize> = (0..most)
            .map(|group| {
                let cases: Vec<usize> = choosing().filter(|&trial| groups[trial] == group).collect();
                // With too few cases to choose by, knowing that it is one of them changes nothing.
                if cases.len() < CASES { blind } else { best(&cases) }
            })
            .collect();
        for trial in (0..trials).filter(|trial| trial % 2 != half) {
            gains[trial] = nets[informed[groups[trial]]][trial] - nets[blind][trial];
        }
    }
    mean(gains.iter().copied(), trials as u64)
}

#[cfg(test)]
mod tests {
    use super::value_of_knowing;
    use crate::distribution::normal_quantile;
    use crate::draw::{Draws, Key, Purpose};
    use statrs::distribution::{Continuous, ContinuousCDF, Normal};

    fn normal(seed: u64, trial: u64, name: &str) -> f64 {
        normal_quantile(Draws::new(seed, trial).uniform(Key::of(name), Purpose::Effort))
    }

    /// Two options: nothing, or what is worth `middle` + `spread` × what can be known + noise.
    fn one_choice(seed: u64, trials: u64, middle: f64, spread: f64) -> crate::starts::Mean {
        let known: Vec<f64> = (0..trials).map(|trial| normal(seed, trial, "known")).collect();
        let risky = (0..trials).zip(&known);
        let risky = risky.map(|(trial, known)| middle + spread * known + 2.0 * normal(seed, trial, "noise"));
        value_of_knowing(&[vec![0.0; trials as usize], risky.collect()], &known)
    }

    #[test]
    fn a_choice_between_two_is_worth_the_unit_normal_loss() {
        // Raiffa and Schlaifer, "Applied Statistical Decision Theory", 1961: spread × (φ(z) − z Φ(−z)), z = |middle| / spread.
        let reference = Normal::standard();
        for (middle, spread) in [(0.0, 1.0), (0.5, 1.0), (-1.0, 1.5), (1.0, 1.0)] {
            let z: f64 = f64::abs(middle) / spread;
            let expected = spread * (reference.pdf(z) - z * reference.sf(z));
            let found = one_choice(3, 100_000, middle, spread);
            // Twenty groups lose what the group at the turning point mixes: under a hundredth here, by the means of
            // twentieths of a normal distribution.
            let slack = 3.0 * found.error + 0.01 * expected;
            assert!((found.mean - expected).abs() < slack, "{middle} {spread}: {found:?}, not {expected}");
        }
    }

    #[test]
    fn what_is_worth_nothing_to_know_is_not_made_worth_something_by_choosing() {
        // Twelve options that are all noise, known by something that has nothing to do with any of them.
        let (trials, repeats) = (600, 60);
        let found: Vec<crate::starts::Mean> = (0..repeats)
            .map(|seed| {
                let option = |name: String| (0..trials).map(|trial| normal(seed, trial, &name)).collect();
                let nets: Vec<Vec<f64>> =
                    (0..12).map(|option_| option(format!("option {option_}"))).collect();
                let known: Vec<f64> = (0..trials).map(|trial| normal(seed, trial, "known")).collect();
                value_of_knowing(&nets, &known)
            })
            .collect();
        let average = found.iter().map(|mean| mean.mean).sum::<f64>() / found.len() as f64;
        let error = (found.iter().map(|mean| mean.error.powi(2)).sum::<f64>()).sqrt() / found.len() as f64;
        assert!(average.abs() < 3.0 * error, "{average} ± {error}");
        // To take the best mean of each group, as if it were its worth, would promise a third of a standard deviation.
        assert!(error < 0.02, "{error}");
    }

    #[test]
    fn never_is_a_piece_of_knowledge_of_its_own() {
        // One in two never lands. Then to start is worth 10, else to wait is: to know is worth half of that.
        let trials = 4_000;
        let known: Vec<f64> = (0..trials)
            .map(|trial| if normal(9, trial, "known") < 0.0 { f64::INFINITY } else { trial as f64 })
            .collect();
        let start = known.iter().map(|known| if known.is_infinite() { 10.0 } else { 0.0 }).collect();
        let wait = known.iter().map(|known| if known.is_infinite() { 0.0 } else { 10.0 }).collect();
        let found = value_of_knowing(&[start, wait], &known);
        assert!((found.mean - 5.0).abs() < 3.0 * found.error, "{found:?}");
        assert_eq!(value_of_knowing(&[vec![], vec![]], &[]).mean, 0.0);
    }
}
