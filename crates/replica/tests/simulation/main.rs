//! Seeded simulation of replicas on faulty disks, over a faulty network, under faulty clocks: the SQLite store that ships.
//!
//! A run is a function of its seed. `KEDGE_SIMULATION_SEED=7 cargo nextest run -p kedge-replica --test simulation` runs that
//! one again; `KEDGE_SIMULATION_RUNS=10000` runs so many. Each planted bug must be caught.
#![allow(clippy::unwrap_used)]

#[path = "../faulty/mod.rs"]
mod faulty;
mod oracle;
mod run;

use kedge_replica::Planted;
use run::Run;

const REPLICAS: usize = 3;
const STEPS: u64 = 220;
const COLLECTIONS: [&str; 3] = ["things", "notes", "names"];

/// How often machines crashed, and all that was written.
async fn simulate(seed: u64, bug: Option<Planted>) -> Result<(u64, Vec<Vec<u8>>), String> {
    let mut run = Run::new(seed, bug).await;
    for step in 0..STEPS {
        run.step().await.map_err(|wrong| format!("seed {seed}, step {step}: {wrong}"))?;
    }
    run.settle().await.map_err(|wrong| format!("seed {seed}, at the end: {wrong}"))?;
    run.check().await.map_err(|wrong| format!("seed {seed}, at the end: {wrong}"))?;
    Ok((run.crashes, run.history.values().map(|(event, _)| event.encode()).collect()))
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

#[tokio::test]
async fn whatever_fails_nothing_acknowledged_is_lost_and_all_come_to_the_same() {
    let (first, runs) = match number("KEDGE_SIMULATION_SEED") {
        Some(seed) => (seed, 1),
        None => (0, number("KEDGE_SIMULATION_RUNS").unwrap_or(100)),
    };
    let mut crashes = 0;
    for seed in first..first + runs {
        crashes += simulate(seed, None).await.unwrap_or_else(|wrong| panic!("{wrong}")).0;
    }
    println!("{runs} runs of {STEPS} steps, {crashes} crashes");
    assert!(crashes > runs * REPLICAS as u64, "nothing crashed before the end");
}

#[tokio::test]
async fn a_run_is_a_function_of_its_seed() {
    for seed in [3, 4] {
        let first = simulate(seed, None).await.unwrap();
        assert!(first.1.len() > 20, "only {} events", first.1.len());
        assert_eq!(first, simulate(seed, None).await.unwrap());
    }
}

async fn is_caught(bug: Planted) {
    for seed in 0..100 {
        if let Err(wrong) = simulate(seed, Some(bug)).await {
            println!("{bug:?} is caught: {wrong}");
            return;
        }
    }
    panic!("{bug:?} is not caught in 100 runs");
}

#[tokio::test]
async fn planted_no_deduplication_is_caught() {
    is_caught(Planted::NoDeduplication).await;
}

#[tokio::test]
async fn planted_no_drift_bound_is_caught() {
    is_caught(Planted::NoDriftBound).await;
}

#[tokio::test]
async fn planted_compaction_too_early_is_caught() {
    is_caught(Planted::CompactionTooEarly).await;
}

#[tokio::test]
async fn planted_non_commutative_merge_is_caught() {
    is_caught(Planted::NonCommutativeMerge).await;
}

#[tokio::test]
async fn planted_acknowledged_before_durable_is_caught() {
    is_caught(Planted::AcknowledgedBeforeDurable).await;
}
