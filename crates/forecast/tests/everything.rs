//! An organisation with every feature on: everything that can happen in a trial happens in its trials.
#![allow(clippy::unwrap_used)]
#![allow(unreachable_pub)] // The organisation is shared with the benchmark.

#[path = "../../../benches/everything.rs"]
mod everything;

use kedge_files::{SourceText, read};
use kedge_forecast::{Forecaster, Options, Policy};
use std::collections::BTreeSet;

const HAPPENINGS: &[&str] = &[
    "is taken up",
    "is not taken up in this trial",
    " starts ",
    " ends",
    "need not be done",
    " lands",
    "is open: the fallback",
    "is taken",
    "is accepted",
    "is refused",
    "is dropped before it began",
    "is stopped",
    "priorities shift",
    "is dropped",
    "is put behind the team's own work",
    "is live",
    "is left: migrated",
    "too late to be of use",
    "people from now on",
    "nobody of team-000 is there from now on",
];

#[test]
fn everything_happens() {
    let files = everything::files(40).into_iter().map(|(path, text)| SourceText { path, text }).collect();
    let Ok(loaded) = read(files, None) else { panic!("what the benchmark runs on does not load") };
    let options = Options::on(everything::AS_OF.parse().unwrap()).with_trials(100, 100);
    let forecaster = Forecaster::new(&loaded.organisation, options);
    let mut missing: BTreeSet<&str> = HAPPENINGS.iter().copied().collect();
    for plan in loaded.organisation.plans() {
        for trial in 0..3 {
            let log = forecaster.replay(&plan.id, Policy::AsPlanned, trial).unwrap();
            missing.retain(|what| !log.iter().any(|line| line.what.contains(what)));
        }
    }
    assert!(missing.is_empty(), "nowhere: {missing:?}");
}
