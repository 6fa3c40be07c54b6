//! Whether two simulators draw from one distribution.

/// How far two samples lie apart in the given place of each trial, over the distance that only one in a hundred pairs of
/// samples of one distribution exceeds: the two-sample test of Kolmogorov and Smirnov. Above 1, they are not alike.
pub fn apart(ours: &[Vec<f64>], theirs: &[Vec<f64>], place: usize) -> f64 {
    let sorted = |trials: &[Vec<f64>]| {
        let mut values: Vec<f64> = trials.iter().map(|trial| trial[place]).collect();
        values.sort_by(f64::total_cmp);
        values
    };
    let (ours, theirs) = (sorted(ours), sorted(theirs));
    let share =
        |values: &[f64], x: f64| values.partition_point(|&value| value <= x) as f64 / values.len() as f64;
    let distances = ours.iter().chain(&theirs).map(|&x| (share(&ours, x) - share(&theirs, x)).abs());
    let distance = distances.fold(0.0, f64::max);
    let (n, m) = (ours.len() as f64, theirs.len() as f64);
    // Smirnov, "Table for estimating the goodness of fit of empirical distributions", 1948: 1.628 at 1 %.
    distance / (1.628 * ((n + m) / (n * m)).sqrt())
}
