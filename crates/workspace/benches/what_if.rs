//! How long a what-if on the example takes: warm, with the organisation as it is already run, as in the server; and cold,
//! as the command does it, from the files on disk.
//!
//! Prints `forecast.whatif_ms`, the median over one sentence of each kind, each asked several times; beside it how many
//! trials that is and the error that comes with it. `cargo bench -p kedge-workspace --bench what_if`
#![allow(clippy::unwrap_used)]

use kedge_model::Supposition;
use kedge_workspace::{AsOf, Options, Workspace};
use std::path::Path;
use std::time::Instant;

const RUNS: usize = 9;

/// What this process has used of all processors, in milliseconds; 0 where the system does not say. It counts hundredths of
/// a second (`USER_HZ` of Linux, `proc_pid_stat(5)`).
fn processor_ms() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let fields: Vec<f64> = after_name.split_whitespace().filter_map(|field| field.parse().ok()).collect();
    fields.get(10).zip(fields.get(11)).map_or(0.0, |(user, system)| (user + system) * 10.0)
}

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/harbour");
    let options = Options { as_of: AsOf::On("2026-10-14".parse().unwrap()), ..Options::default() };
    let open = || Workspace::open(&folder, options).unwrap().snapshot().answers.unwrap();
    let cold = Instant::now();
    open().what_if(&Supposition::EXAMPLES[..1], None).unwrap();
    let cold = cold.elapsed().as_secs_f64() * 1e3;

    let answers = open();
    answers.what_if::<&str>(&[], None).unwrap();
    let mut medians = Vec::new();
    let worked = processor_ms();
    let mut error: f64 = 0.0;
    let mut trials = 0;
    for sentence in Supposition::EXAMPLES {
        let mut times: Vec<f64> = (0..RUNS)
            .map(|_| {
                let start = Instant::now();
                let effect = answers.what_if(&[sentence], None).unwrap();
                let time = start.elapsed().as_secs_f64() * 1e3;
                trials = effect.what_if.trials;
                let chances = effect.what_if.outcomes.iter().filter_map(|outcome| outcome.by_due);
                error = chances.map(|chance| chance.error).fold(error, f64::max);
                time
            })
            .collect();
        times.sort_by(f64::total_cmp);
        eprintln!("{:6.1} ms  {sentence}", times[RUNS / 2]);
        medians.push(times[RUNS / 2]);
    }
    medians.sort_by(f64::total_cmp);
    let worked = (processor_ms() - worked) / (RUNS * medians.len()) as f64;
    eprintln!("{worked:.0} ms of processor time each in the mean, over all threads");
    eprintln!(
        "{trials} trials a side; the largest error of a chance's difference {:.2} points; cold, from the files: {cold:.0} ms; \
         slowest kind {:.1} ms",
        error * 100.0,
        medians[medians.len() - 1]
    );
    println!("forecast.whatif_ms {:.1} ms", medians[medians.len() / 2]);
}
