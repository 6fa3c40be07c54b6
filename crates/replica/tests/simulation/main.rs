//! Seeded simulation of replicas on faulty disks, over a faulty network, under faulty clocks: the SQLite store that ships.
//!
//! What happens: partitions, messages that are lost, doubled, delayed and reordered; clocks that are skewed and jump, both
//! ways, by hours; power cuts at any write, with what was not synced lost or torn; killed processes; disks that are full,
//! and disks that take seconds for a sync. A run is a function of its seed: `KEDGE_SIMULATION_SEED=7 cargo nextest run
//! -p kedge-replica --test simulation` runs that one again, and `KEDGE_SIMULATION_STEPS=10000000` runs for so many steps. Each
//! planted bug must be caught, for what it is.
#![allow(clippy::unwrap_used)]

mod broker;
#[path = "../faulty/mod.rs"]
mod faulty;
mod grants;
mod kept;
mod linked;
mod machine;
#[path = "../meaning/mod.rs"]
mod meaning;
mod oracle;
mod peered;
mod peered_end;
mod run;
mod wire;

use kedge_replica::Planted;
use meaning::{author, contracts};
use peered::{Over, Peered};
use run::Run;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::task::{JoinHandle, LocalSet};

const REPLICAS: usize = 3;
/// Of each run. Runs end with everybody hearing everything, so that much longer ones would try less.
const STEPS: u64 = 400;
/// Of all runs together, if nothing else is said.
const ALL_STEPS: u64 = 20_000;
/// Runs at the same time on one thread: while one waits for its database's thread, others go on.
const LANES: usize = 4;
const COLLECTIONS: [&str; 3] = ["things", "notes", "names"];

/// What was wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Something that was acknowledged, or seen by others, is not there.
    Lost,
    /// Replicas do not come to have heard the same.
    Apart,
    /// Replicas that have heard the same differ.
    Differ,
    /// A record is not what its merges mean.
    Undefined,
    /// A clock is too far ahead.
    Clock,
    /// A copy says that it is fresher than it is.
    Age,
    /// A serial collection has no one order.
    Order,
    /// A message was not acted on once.
    Messages,
    /// A replica has what its grants forbid.
    Forbidden,
    /// An operation fails that should not.
    Broken,
}

/// Something that must not be.
#[derive(Clone, Debug)]
struct Wrong {
    kind: Kind,
    what: String,
}

impl Wrong {
    fn because(kind: Kind, what: String) -> Verdict {
        Err(Self { kind, what })
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:?}: {}", self.kind, self.what)
    }
}

type Verdict = Result<(), Wrong>;

/// How often something went wrong that may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Faults {
    crashes: u64,
    kills: u64,
    /// Operations that a full disk refused.
    full: u64,
    /// Clocks that jumped by hours.
    jumps: u64,
    /// Events that were not taken in yet when they arrived.
    held: u64,
    /// Requests, answers and messages that were lost on the way, changed, and come twice.
    lost: u64,
    changed: u64,
    doubled: u64,
}

impl Faults {
    fn and(self, other: Self) -> Self {
        Self {
            crashes: self.crashes + other.crashes,
            kills: self.kills + other.kills,
            full: self.full + other.full,
            jumps: self.jumps + other.jumps,
            held: self.held + other.held,
            lost: self.lost + other.lost,
            changed: self.changed + other.changed,
            doubled: self.doubled + other.doubled,
        }
    }
}

/// What went wrong that may, and all that was written.
async fn simulate(seed: u64, bug: Option<Planted>, in_memory: bool) -> Result<(Faults, Vec<Vec<u8>>), Wrong> {
    let at = |place: String| {
        move |wrong: Wrong| {
            let again = format!("KEDGE_SIMULATION_SEED={seed} runs it again");
            Wrong { what: format!("{} (seed {seed}, {place}; {again})", wrong.what), ..wrong }
        }
    };
    let mut run = Run::new(seed, bug, in_memory).await;
    for step in 0..STEPS {
        run.step().await.map_err(at(format!("step {step}")))?;
    }
    run.settle().await.map_err(at("at the end".to_owned()))?;
    run.check().await.map_err(at("at the end".to_owned()))?;
    Ok((run.faults, run.history.values().map(|(event, _)| event.encode()).collect()))
}

/// The same of replicas that hold parts and trust each other as far as they were granted: with an even seed over HTTP, otherwise
/// over NATS.
async fn simulate_peered(seed: u64, bug: Option<Planted>) -> Result<(Faults, Vec<Vec<u8>>), Wrong> {
    let over = if seed.is_multiple_of(2) { Over::Http } else { Over::Nats };
    let at = |place: String| {
        move |wrong: Wrong| {
            let again = format!("KEDGE_SIMULATION_SEED={seed} runs it again");
            Wrong { what: format!("{} (seed {seed}, {over:?}, {place}; {again})", wrong.what), ..wrong }
        }
    };
    let mut run = Peered::new(seed, bug, over).await;
    for step in 0..STEPS {
        run.step().await.map_err(at(format!("step {step}")))?;
    }
    run.settle().await.map_err(at("at the end".to_owned()))?;
    run.check().await.map_err(at("at the end".to_owned()))?;
    Ok((run.faults(), run.run.history.values().map(|(event, _)| event.encode()).collect()))
}

/// What is simulated.
#[derive(Clone, Copy, Debug)]
enum World {
    /// Replicas that hold the same and trust each other.
    Alike { in_memory: bool },
    /// Replicas that do not.
    Peered,
}

impl World {
    async fn simulate(self, seed: u64, bug: Option<Planted>) -> Result<(Faults, Vec<Vec<u8>>), Wrong> {
        match self {
            Self::Alike { in_memory } => simulate(seed, bug, in_memory).await,
            Self::Peered => simulate_peered(seed, bug).await,
        }
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

/// Takes seeds and runs them, until there are none left.
async fn one_after_the_other(next: Arc<AtomicU64>, end: u64, world: World) -> Faults {
    let mut faults = Faults::default();
    loop {
        let seed = next.fetch_add(1, Ordering::Relaxed);
        if seed >= end {
            return faults;
        }
        let run = world.simulate(seed, None).await;
        faults = faults.and(run.unwrap_or_else(|wrong| panic!("{wrong}")).0);
    }
}

/// Runs so many steps in all, on two threads, on each several runs at the same time.
fn simulate_all(steps: u64, world: World) -> (u64, Faults) {
    let (first, runs) = match number("KEDGE_SIMULATION_SEED") {
        Some(seed) => (seed, 1),
        None => (0, steps.div_ceil(STEPS)),
    };
    let next = Arc::new(AtomicU64::new(first));
    let several = || {
        let lanes = LocalSet::new();
        let all: Vec<_> = (0..LANES)
            .map(|_| lanes.spawn_local(one_after_the_other(next.clone(), first + runs, world)))
            .collect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(lanes);
        let come_to = |lane: JoinHandle<Faults>| runtime.block_on(lane).unwrap();
        all.into_iter().map(come_to).fold(Faults::default(), Faults::and)
    };
    std::thread::scope(|scope| {
        let threads = [scope.spawn(several), scope.spawn(several)];
        let faults =
            threads.into_iter().map(|thread| thread.join().unwrap()).fold(Faults::default(), Faults::and);
        (runs, faults)
    })
}

fn all_steps() -> u64 {
    number("KEDGE_SIMULATION_STEPS").unwrap_or(ALL_STEPS)
}

#[test]
fn whatever_fails_nothing_acknowledged_is_lost_and_all_come_to_the_same() {
    let (runs, faults) = simulate_all(all_steps(), World::Alike { in_memory: false });
    println!("{} steps in {runs} runs: {faults:?}", runs * STEPS);
    if runs > 20 {
        assert!(faults.crashes > runs * REPLICAS as u64, "nothing crashed before the end");
        let Faults { kills, full, jumps, held, .. } = faults;
        assert!(kills > 0 && full > 0 && jumps > 0 && held > 0, "something never happened: {faults:?}");
    }
}

#[test]
fn whatever_fails_beside_a_store_in_memory_all_come_to_the_same() {
    let (runs, faults) = simulate_all(ALL_STEPS, World::Alike { in_memory: true });
    println!("{} steps in {runs} runs: {faults:?}", runs * STEPS);
}

/// A quarter of the steps, since there is more in each.
#[test]
fn peers_have_what_they_were_granted_all_of_it_and_nothing_else() {
    let (runs, faults) = simulate_all(all_steps() / 4, World::Peered);
    println!("{} steps in {runs} runs: {faults:?}", runs * STEPS);
    if runs > 10 {
        let Faults { held, lost, changed, doubled, .. } = faults;
        assert!(held > 0 && lost > 0 && changed > 0 && doubled > 0, "something never happened: {faults:?}");
    }
}

#[tokio::test]
async fn a_run_is_a_function_of_its_seed() {
    for (world, seeds) in [(World::Alike { in_memory: false }, 20), (World::Peered, 10)] {
        for seed in 0..seeds {
            let first = world.simulate(seed, None).await.unwrap();
            assert!(first.1.len() > 20, "only {} events", first.1.len());
            assert_eq!(first, world.simulate(seed, None).await.unwrap());
        }
    }
}

/// A planted bug is caught for what it is: by one of these, within a hundred runs.
async fn is_caught(bug: Planted, in_memory: bool, kinds: &[Kind]) {
    is_caught_in(World::Alike { in_memory }, bug, kinds).await;
}

async fn is_caught_in(world: World, bug: Planted, kinds: &[Kind]) {
    for seed in 0..100 {
        if let Err(wrong) = world.simulate(seed, Some(bug)).await {
            println!("{bug:?} is caught: {wrong}");
            if kinds.contains(&wrong.kind) {
                return;
            }
        }
    }
    panic!("{bug:?} is not caught as {kinds:?} in 100 runs");
}

/// In memory, since SQLite's unique index already refuses an event that is stored twice.
#[tokio::test]
async fn planted_no_deduplication_is_caught() {
    is_caught(Planted::NoDeduplication, true, &[Kind::Undefined, Kind::Differ]).await;
}

#[tokio::test]
async fn planted_no_deduplication_is_refused_by_the_database() {
    is_caught(Planted::NoDeduplication, false, &[Kind::Broken]).await;
}

#[tokio::test]
async fn planted_no_drift_bound_is_caught() {
    is_caught(Planted::NoDriftBound, false, &[Kind::Clock]).await;
}

#[tokio::test]
async fn planted_compaction_too_early_is_caught() {
    is_caught(Planted::CompactionTooEarly, false, &[Kind::Apart]).await;
}

#[tokio::test]
async fn planted_non_commutative_merge_is_caught() {
    is_caught(Planted::NonCommutativeMerge, false, &[Kind::Differ, Kind::Undefined]).await;
}

#[tokio::test]
async fn planted_acknowledged_before_durable_is_caught() {
    is_caught(Planted::AcknowledgedBeforeDurable, false, &[Kind::Lost]).await;
}

#[tokio::test]
async fn planted_reads_not_checked_is_caught() {
    is_caught_in(World::Peered, Planted::ReadsNotChecked, &[Kind::Forbidden]).await;
}

#[tokio::test]
async fn planted_saying_not_checked_is_caught() {
    is_caught_in(World::Peered, Planted::SayingNotChecked, &[Kind::Forbidden]).await;
}

#[tokio::test]
async fn planted_part_taken_for_whole_is_caught() {
    is_caught_in(World::Peered, Planted::PartTakenForWhole, &[Kind::Forbidden, Kind::Differ]).await;
}

#[tokio::test]
async fn planted_part_out_of_place_is_caught() {
    is_caught_in(World::Peered, Planted::PartOutOfPlace, &[Kind::Broken]).await;
}

#[tokio::test]
async fn planted_write_applied_twice_is_caught() {
    is_caught_in(World::Peered, Planted::WriteAppliedTwice, &[Kind::Order]).await;
}

#[tokio::test]
async fn planted_named_by_sequence_is_caught() {
    is_caught_in(World::Peered, Planted::NamedBySequence, &[Kind::Lost]).await;
}

#[tokio::test]
async fn planted_never_asked_for_is_caught() {
    is_caught_in(World::Peered, Planted::NeverAskedFor, &[Kind::Apart]).await;
}
