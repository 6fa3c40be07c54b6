//! A trial allocates nothing: all buffers are there once a few trials have run.
#![allow(clippy::unwrap_used)]
#![allow(unreachable_pub)] // The organisation is shared with the benchmark.

#[path = "../../../benches/everything.rs"]
mod everything;

use kedge_files::{SourceText, load_folder, read};
use kedge_forecast::{Forecaster, Options};
use kedge_model::Organisation;
use std::hint::black_box;
use std::path::Path;

fn allocates_nothing(organisation: &Organisation) {
    let options = Options::on(everything::AS_OF.parse().unwrap()).with_trials(1, 50);
    let forecaster = Forecaster::new(organisation, options);
    let mut trials = forecaster.trials();
    let mut run = |numbers: std::ops::Range<u64>| {
        let counted = allocation_counter::measure(|| {
            for trial in numbers {
                black_box(trials.run(1, trial));
            }
        });
        counted.count_total
    };
    run(0..200);
    assert_eq!(run(200..600), 0);
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocation_counter::measure(|| drop(black_box(vec![1_u8]))).count_total, 1);
}

#[test]
fn with_everything_on() {
    let files = everything::files(60).into_iter().map(|(path, text)| SourceText { path, text }).collect();
    let Ok(loaded) = read(files, None) else { panic!("what the benchmark runs on does not load") };
    allocates_nothing(&loaded.organisation);
}

#[test]
fn in_the_example() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/harbour");
    let Ok(loaded) = load_folder(&folder) else { panic!("the example does not load") };
    allocates_nothing(&loaded.organisation);
}
