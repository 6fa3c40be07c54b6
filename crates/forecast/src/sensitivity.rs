//! Which inputs a result hangs on: the share of its variance that each input alone explains.
//!
//! The first-order index of an input is the variance of the result's mean given the input, over the variance of the result
//! (I. M. Sobol', 1993). It is estimated from trials that are there anyway ("given data"): they are cut into classes of equal
//! size by the input, and the variance between the classes' means is compared with that within them (E. Plischke, E.
//! Borgonovo and C. L. Smith, "Global sensitivity measures from given data", European Journal of Operational Research 226,
//! 2013). Classes have means by chance too; that bias is taken off as T. L. Kelley did for the correlation ratio ("An
//! unbiased correlation ratio measure", Proceedings of the National Academy of Sciences 21, 1935).

use crate::distribution::normal_quantile;

/// Classes that an input with many values is cut into.
const CLASSES: usize = 24;
/// Trials in a class, at least: fewer classes are made of few trials.
const CASES: usize = 20;
/// Groups of trials left out in turn for the error.
const GROUPS: usize = 20;
/// The chance that, of all the inputs of a result that hangs on none of them, any is listed.
const FALSE_ALARM: f64 = 0.01;

/// The share of a result's variance that an input explains.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Explained {
    /// Without the part that is chance; may be a little below 0.
    pub(crate) share: f64,
    /// Its standard error.
    pub(crate) error: f64,
    /// The share that an input without any influence would not exceed.
    pub(crate) floor: f64,
}

/// Number, sum and sum of squares of results.
#[derive(Clone, Copy, Debug, Default)]
struct Moments {
    count: f64,
    sum: f64,
    squares: f64,
}

impl Moments {
    fn add(&mut self, x: f64) {
        self.count += 1.0;
        self.sum += x;
        self.squares += x * x;
    }

    fn less(self, other: Moments) -> Moments {
        Moments {
            count: self.count - other.count,
            sum: self.sum - other.sum,
            squares: self.squares - other.squares,
        }
    }

    fn plus(self, other: Moments) -> Moments {
        Moments {
            count: self.count + other.count,
            sum: self.sum + other.sum,
            squares: self.squares + other.squares,
        }
    }

    /// The sum of squares about the mean.
    fn spread(self) -> f64 {
        if self.count > 0.0 { (self.squares - self.sum * self.sum / self.count).max(0.0) } else { 0.0 }
    }
}

/// What an input was in each trial.
#[derive(Clone, Debug)]
pub(crate) enum Input {
    /// Its values. Only their order matters; infinite is a value like others.
    Values(Vec<f64>),
    /// Numbers between 0 and 1, each as likely as any other, from which its values grow: their order is that of the values.
    Uniform(Vec<f64>),
}

/// The share of the variance of `results` that `input` explains, one of `inputs` that are asked about; `None` where one of
/// the two does not vary, or there are too few trials to tell anything.
pub(crate) fn share(input: &Input, results: &[f64], inputs: usize) -> Option<Explained> {
    let wanted = CLASSES.min(results.len() / CASES).max(1);
    let (class, classes) = match input {
        Input::Values(values) => classes(values, wanted),
        Input::Uniform(numbers) => {
            let class = numbers.iter().map(|u| ((u * wanted as f64) as usize).min(wanted - 1));
            (class.collect(), wanted)
        }
    };
    let trials = results.len().min(class.len());
    if classes < 2 || trials < classes + 2 {
        return None;
    }
    // About the mean, so that squares of large amounts lose no digits.
    let middle = results[..trials].iter().sum::<f64>() / trials as f64;
    let mut cells = vec![Moments::default(); GROUPS * classes];
    for (trial, (&class, &result)) in class.iter().zip(results).enumerate() {
        cells[trial % GROUPS * classes + class].add(result - middle);
    }
    let of = |group: usize| &cells[group * classes..(group + 1) * classes];
    let mut whole = vec![Moments::default(); classes];
    for group in 0..GROUPS {
        for (sum, cell) in whole.iter_mut().zip(of(group)) {
            *sum = sum.plus(*cell);
        }
    }
    let found = explained(&whole)?;
    // The error by leaving out one group in turn (the jackknife; M. H. Quenouille, 1956, J. W. Tukey, 1958).
    let without: Vec<f64> = (0..GROUPS)
        .filter_map(|group| {
            let rest: Vec<Moments> = whole.iter().zip(of(group)).map(|(all, cell)| all.less(*cell)).collect();
            explained(&rest)
        })
        .collect();
    let mean = without.iter().sum::<f64>() / without.len().max(1) as f64;
    let squares: f64 = without.iter().map(|x| (x - mean).powi(2)).sum();
    let groups = without.len() as f64;
    let error = (squares * (groups - 1.0) / groups.max(1.0)).sqrt();
    Some(Explained { share: found, error, floor: floor(trials, classes, inputs) })
}

/// The class of each trial by its value, and how many there are. Equal values are in one class, so an input of two values
/// has two.
fn classes(input: &[f64], wanted: usize) -> (Vec<usize>, usize) {
    let mut sorted = input.to_vec();
    sorted.sort_by(f64::total_cmp);
    let mut edges: Vec<f64> =
        (1..wanted).filter_map(|class| sorted.get(input.len() * class / wanted).copied()).collect();
    // A class ends before its edge; what is smallest of all is no edge, or the first class would be empty.
    edges.dedup();
    edges.retain(|edge| sorted.first().is_some_and(|first| first < edge));
    if edges.is_empty() {
        // Hardly ever anything but one value: that against the rest.
        edges.extend(sorted.iter().copied().find(|x| Some(x) != sorted.first()));
    }
    let class = input.iter().map(|x| edges.partition_point(|edge| edge <= x)).collect();
    (class, edges.len() + 1)
}

/// The correlation ratio of classes, without its bias: 1 − (mean square within) / (mean square of all).
fn explained(classes: &[Moments]) -> Option<f64> {
    let all = classes.iter().fold(Moments::default(), |sum, class| sum.plus(*class));
    let filled = classes.iter().filter(|class| class.count > 0.0).count() as f64;
    let within: f64 = classes.iter().map(|class| class.spread()).sum();
    let (total, freedom) = (all.spread(), all.count - filled);
    let tiny = 1e-12 * all.squares.max(f64::MIN_POSITIVE);
    (total > tiny && freedom > 0.0 && filled > 1.0)
        .then(|| 1.0 - within / freedom / (total / (all.count - 1.0)))
}

/// The share that an input without influence exceeds with a chance of [`FALSE_ALARM`] shared among all the inputs.
///
/// Then (trials − 1) × the correlation ratio is chi-square with (classes − 1) degrees of freedom, nearly; its quantile is that
/// of E. B. Wilson and M. M. Hilferty ("The distribution of chi-square", 1931).
fn floor(trials: usize, classes: usize, inputs: usize) -> f64 {
    let freedom = (classes - 1) as f64;
    let z = normal_quantile(1.0 - FALSE_ALARM / inputs.max(1) as f64);
    let part = 2.0 / (9.0 * freedom);
    let chi = freedom * (1.0 - part + z * part.sqrt()).powi(3);
    let ratio = (chi / (trials as f64 - 1.0)).min(1.0);
    1.0 - (1.0 - ratio) * (trials as f64 - 1.0) / (trials as f64 - classes as f64).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::{Explained, Input, floor};
    use crate::distribution::normal_quantile;
    use crate::draw::{Draws, Key, Purpose};

    const TRIALS: u64 = 20_000;

    fn share(input: &[f64], results: &[f64], inputs: usize) -> Option<Explained> {
        super::share(&Input::Values(input.to_vec()), results, inputs)
    }

    fn normal(trial: u64, name: &str) -> f64 {
        normal_quantile(Draws::new(5, trial).uniform(Key::of(name), Purpose::Effort))
    }

    fn column(name: &str) -> Vec<f64> {
        (0..TRIALS).map(|trial| normal(trial, name)).collect()
    }

    #[test]
    fn a_sum_of_independent_terms_hangs_on_each_by_its_share_of_the_variance() {
        let terms: Vec<Vec<f64>> = ["a", "b", "c", "d"].map(column).to_vec();
        let weights = [4.0, 2.0, 1.0, 0.0];
        let results: Vec<f64> = (0..TRIALS as usize)
            .map(|trial| {
                1e6 + terms.iter().zip(weights).map(|(term, weight)| weight * term[trial]).sum::<f64>()
            })
            .collect();
        let all: f64 = weights.iter().map(|weight| weight * weight).sum();
        for (term, weight) in terms.iter().zip(weights) {
            let found = share(term, &results, 4).unwrap();
            let expected = weight * weight / all;
            // What a class of a normal input mixes: with 24 classes of equal size 1.3 % of its variance (from their means).
            let slack = 3.0 * found.error + 0.014 * expected;
            assert!((found.share - expected).abs() < slack, "{weight}: {found:?}, not {expected}");
            assert_eq!(found.share > found.floor, weight > 0.0, "{weight}: {found:?}");
        }
    }

    #[test]
    fn an_input_of_two_values_explains_what_the_gap_between_them_does() {
        // Yes in 30 of 100 cases, worth 10; beside it noise of variance 1: 0.3 × 0.7 × 100 of 22.
        let yes: Vec<f64> = (0..TRIALS)
            .map(|trial| f64::from(Draws::new(5, trial).uniform(Key::of("yes"), Purpose::Acceptance) < 0.3))
            .collect();
        let results: Vec<f64> =
            yes.iter().zip(column("noise")).map(|(yes, noise)| 10.0 * yes + noise).collect();
        let found = share(&yes, &results, 2).unwrap();
        assert!((found.share - 21.0 / 22.0).abs() < 4.0 * found.error, "{found:?}");
        // A landing that mostly never comes: never is a class of its own.
        let landing: Vec<f64> = yes.iter().map(|yes| if *yes > 0.5 { 1.0 } else { f64::INFINITY }).collect();
        assert_eq!(share(&landing, &results, 2).unwrap().share, found.share);
    }

    #[test]
    fn a_known_function_of_three_inputs_has_the_published_shares() {
        // Ishigami and Homma, 1990, with a = 7 and b = 0.1: first-order shares 0.3139, 0.4424 and 0.
        let angle = |trial, name: &str| {
            (Draws::new(5, trial).uniform(Key::of(name), Purpose::Effort) * 2.0 - 1.0) * std::f64::consts::PI
        };
        let inputs =
            ["x", "y", "z"].map(|name| (0..TRIALS).map(|trial| angle(trial, name)).collect::<Vec<f64>>());
        let results: Vec<f64> = (0..TRIALS as usize)
            .map(|t| {
                let [x, y, z] = [inputs[0][t], inputs[1][t], inputs[2][t]];
                x.sin() + 7.0 * y.sin().powi(2) + 0.1 * z.powi(4) * x.sin()
            })
            .collect();
        for (input, expected) in inputs.iter().zip([0.3139, 0.4424, 0.0]) {
            let found = share(input, &results, 3).unwrap();
            assert!((found.share - expected).abs() < 3.0 * found.error + 0.02, "{expected}: {found:?}");
        }
    }

    #[test]
    fn inputs_without_influence_stay_below_the_floor() {
        // A thousand of them, over results that are far from normal: at 1 % for all together, one or two may pass.
        let trials = 2_000;
        let results: Vec<f64> = (0..trials).map(|trial| (1.2 * normal(trial, "result")).exp()).collect();
        let passed = (0..1_000)
            .filter(|input| {
                let key = Key::of(&format!("input {input}"));
                let input: Vec<f64> =
                    (0..trials).map(|trial| Draws::new(5, trial).uniform(key, Purpose::Effort)).collect();
                let found = super::share(&Input::Uniform(input), &results, 1_000).unwrap();
                found.share > found.floor
            })
            .count();
        assert!(passed <= 2, "{passed}");
        assert!(floor(2_000, 24, 1_000) < 0.04);
    }

    #[test]
    fn the_number_behind_a_value_tells_as_much_as_the_value() {
        let numbers: Vec<f64> =
            (0..TRIALS).map(|trial| Draws::new(5, trial).uniform(Key::of("a"), Purpose::Effort)).collect();
        let values: Vec<f64> = numbers.iter().map(|u| normal_quantile(*u).exp()).collect();
        let results: Vec<f64> = values.iter().zip(column("noise")).map(|(a, noise)| a + noise).collect();
        let by_number = super::share(&Input::Uniform(numbers), &results, 1).unwrap();
        let by_value = share(&values, &results, 1).unwrap();
        assert!((by_number.share - by_value.share).abs() < 0.005, "{by_number:?} {by_value:?}");
    }

    #[test]
    fn what_does_not_vary_has_no_share() {
        let still = vec![1.0; 100];
        let moving: Vec<f64> = (0..100).map(f64::from).collect();
        assert_eq!(share(&still, &moving, 1), None);
        assert_eq!(share(&moving, &still, 1), None);
        assert_eq!(share(&[], &[], 1), None);
        assert_eq!(share(&[1.0, 2.0], &[1.0, 2.0], 1), None);
    }
}
