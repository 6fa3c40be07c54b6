//! How fast trials run, beside other simulators of the same organisation, in one run on one core.
//!
//! Prints what each does and, last, a line per figure: the ratios, which hardly depend on the machine. All take turns
//! within each round, and a ratio is the median of the rounds' own; in brackets stand the quarters around it.
//! `scripts/bench forecast` sets up the Python peer; `cargo bench -p kedge-forecast --bench forecast` runs without it.
#![allow(clippy::unwrap_used)]
#![allow(unreachable_pub, missing_docs, dead_code)] // The peers are shared with tests, which use other parts.

#[path = "../../../benches/everything.rs"]
mod everything;
#[path = "../../../benches/peers/mod.rs"]
mod peers;

use kedge_files::{SourceText, load_folder, read};
use kedge_forecast::{Forecaster, Options, Trials};
use kedge_model::Organisation;
use peers::reference::Reference;
use peers::{kedge, reused, simple, simpy};
use rand::SeedableRng;
use rand::rngs::SmallRng;
use rand_distr::Distribution;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

const ROUNDS: usize = 41;
/// How long each takes its turn, about, in seconds: short, so that what else the machine does hits all alike.
const TURN: f64 = 0.08;
/// In which rounds SimPy, whose one trial is longer than a turn, takes part.
const SIMPY_EVERY: usize = 6;
/// What the figures of the project's design say TaskJuggler takes to schedule the same 2,000 tasks once, in seconds.
const TASKJUGGLER: f64 = 43.0;
const SEED: u64 = 1;

/// Names the part of the benchmark that a process of its own runs, so that its peak of memory is its own.
const PART: &str = "KEDGE_BENCH_PART";

fn main() {
    if std::env::var_os(PART).is_some() {
        return scale();
    }
    let reference = Reference::standard();
    let items = reference.items.len();
    let model = simple::Model::new(&reference);
    let mut buffers = reused::Simulator::new(&model);
    let program = kedge::draft(&reference).program();
    let mut trials = program.trials();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let simpy = simpy::Simpy::find(&reference, folder, "bench-organisation.json");

    // The same model, or the race means nothing.
    let makespan = model.at_medians().makespan;
    let medians = kedge::at_medians(&reference).program();
    let mut makespans = vec![
        ("Kedge", medians.trials().run(SEED, 0).last_end),
        ("simple Rust", makespan),
        ("simple Rust, buffers reused", buffers.at_medians()),
    ];
    makespans.extend(simpy.as_ref().map(|simpy| ("SimPy", simpy.at_medians())));
    for (who, found) in makespans {
        println!("{who}: {items} items at their medians take {found:.9} days");
        assert!((found - makespan).abs() < 1e-6, "{who} simulates something else");
    }

    let mut random = SmallRng::seed_from_u64(SEED);
    let mut trial = 0;
    let mut next = || {
        trial += 1;
        trial
    };
    let mut rounds = Vec::new();
    for number in 0..ROUNDS {
        rounds.push(Round {
            kedge: rate(|| {
                let ran = trials.run(SEED, next());
                assert_eq!(ran.completions, items as u64);
                black_box(ran);
                items
            }),
            simple: rate(|| {
                black_box(model.trial(next()).makespan);
                items
            }),
            reused: rate(|| {
                black_box(buffers.trial(next()));
                items
            }),
            draws: rate(|| {
                black_box(model.items.iter().map(|item| item.duration.sample(&mut random)).sum::<f64>());
                items
            }),
            simpy: simpy.as_ref().filter(|_| number % SIMPY_EVERY == 0).map(|simpy| {
                let run = simpy.trials(next(), 2);
                run.completions / run.seconds
            }),
        });
    }

    let of = |value: &dyn Fn(&Round) -> Option<f64>| Rounds::of(rounds.iter().filter_map(value));
    let kedge = of(&|round| Some(round.kedge));
    let vs_simple = of(&|round| Some(round.kedge / round.simple));
    let vs_reused = of(&|round| Some(round.kedge / round.reused));
    let vs_draws = of(&|round| Some(round.draws / round.kedge));
    let vs_simpy = of(&|round| round.simpy.map(|simpy| round.kedge / simpy));
    println!("\nPer second, the median of {ROUNDS} rounds (the middle half of them):");
    println!("{kedge:>36} completions, Kedge");
    println!("{:>36} completions, simple Rust", of(&|round| Some(round.simple)));
    println!("{:>36} completions, simple Rust, buffers reused", of(&|round| Some(round.reused)));
    println!("{:>36} completions, SimPy", of(&|round| round.simpy));
    println!("{:>36} lognormal draws, rand_distr", of(&|round| Some(round.draws)));
    println!("Kedge is as many times as fast as");
    println!("{vs_simple:>36} simple Rust");
    println!("{vs_reused:>36} simple Rust, buffers reused");
    println!("{vs_simpy:>36} SimPy");
    println!("and a completion takes as long as");
    println!("{vs_draws:>36} draws\n");

    println!("forecast.trials_in_43s {:.0} trials", TASKJUGGLER * kedge.median() / items as f64);
    println!("forecast.vs_simple_rust {:.2} times", vs_simple.median());
    if simpy.is_some() {
        println!("forecast.vs_simpy {:.0} times", vs_simpy.median());
    }
    println!("forecast.vs_draws {:.2} times", vs_draws.median());
    features(&mut trials);
    let part = Command::new(std::env::current_exe().unwrap()).env(PART, "scale").status().unwrap();
    assert!(part.success());
}

/// Organisations that use what the reference organisation does without, beside it: completions per second over its.
fn features(reference: &mut Trials) {
    let files = everything::files(200).into_iter().map(|(path, text)| SourceText { path, text }).collect();
    let Ok(everything) = read(files, None) else {
        panic!("the organisation with everything on does not load")
    };
    let harbour = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/harbour");
    let Ok(harbour) = load_folder(&harbour) else { panic!("the example does not load") };
    let forecaster = |organisation: &Organisation| {
        // Few trials behind each decide-by: when a fallback is taken matters little to how fast trials run.
        Forecaster::new(organisation, Options::on(everything::AS_OF.parse().unwrap()).with_trials(1, 50))
    };
    let (everything, harbour) = (forecaster(&everything.organisation), forecaster(&harbour.organisation));
    let (mut of_everything, mut of_harbour) = (everything.trials(), harbour.trials());
    let mut trial = 0;
    let mut rate = |trials: &mut Trials| {
        rate(|| {
            trial += 1;
            trials.run(SEED, trial).completions as usize
        })
    };
    let rounds: Vec<_> =
        (0..ROUNDS).map(|_| (rate(reference), rate(&mut of_everything), rate(&mut of_harbour))).collect();
    let full = Rounds::of(rounds.iter().map(|(reference, full, _)| full / reference));
    let harbour_ratio = Rounds::of(rounds.iter().map(|(reference, _, harbour)| harbour / reference));
    println!("\nOf the reference organisation's completions per second,");
    println!("{full:>36} with everything on ({} items)", everything.compiled().items());
    println!("{harbour_ratio:>36} for examples/harbour ({} items)\n", harbour.compiled().items());
    println!("forecast.full_vs_reference {:.2} times", full.median());
    println!("forecast.harbour_vs_reference {:.2} times", harbour_ratio.median());
}

/// 1,000 teams and 100,000 items: how long to lay them out, the time per completion over the small organisation's, and
/// the most memory that this process ever held.
fn scale() {
    let small = kedge::draft(&Reference::standard()).program();
    let large = Reference::generate(1_000, 4, 5, 20, 1);
    let draft = kedge::draft(&large);
    let start = Instant::now();
    let program = draft.program();
    let built = start.elapsed().as_secs_f64();
    drop(draft);
    let (mut of_small, mut of_large) = (small.trials(), program.trials());
    for warm_up in 0..3 {
        of_large.run(SEED, warm_up);
    }
    let memory = peak_memory();
    let simple = [Reference::standard(), large].map(|reference| simple::Model::new(&reference));
    // Each run is another trial: the same small one again and again is learnt by heart by the processor, and no large one is.
    let mut trial = 0;
    let mut rates = || {
        let mut of = |trials: &mut Trials| {
            rate(|| {
                trial += 1;
                trials.run(SEED, trial).completions as usize
            })
        };
        let kedge = of(&mut of_small) / of(&mut of_large);
        let [small, large] = simple.each_ref().map(|model| {
            rate(|| {
                trial += 1;
                black_box(model.trial(trial).makespan);
                model.items.len()
            })
        });
        (kedge, small / large)
    };
    let ratios: Vec<(f64, f64)> = (0..ROUNDS).map(|_| rates()).collect();
    let kedge = Rounds::of(ratios.iter().map(|ratio| ratio.0));
    let simple = Rounds::of(ratios.iter().map(|ratio| ratio.1));
    println!("\nWith {} items a completion takes as long as", program.items());
    println!("{kedge:>36} with 2,000, Kedge");
    println!("{simple:>36} with 2,000, simple Rust\n");
    println!("forecast.scale_build_s {built:.2} s");
    println!("forecast.scale_per_completion {:.2} times", kedge.median());
    match memory {
        Some(bytes) => println!("forecast.scale_mib {:.0} MiB", bytes as f64 / f64::from(1 << 20)),
        None => println!("the peak of memory is known on Linux only"),
    }
}

/// The most memory that this process held at once, in bytes, as Linux tells it.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

/// Completions (or draws) per second in one round.
struct Round {
    kedge: f64,
    simple: f64,
    reused: f64,
    draws: f64,
    simpy: Option<f64>,
}

/// How many of what `run` says it did are done per second, over a turn on this thread.
fn rate(mut run: impl FnMut() -> usize) -> f64 {
    let start = Instant::now();
    let mut done = 0;
    loop {
        done += run();
        let seconds = start.elapsed().as_secs_f64();
        if seconds > TURN {
            return done as f64 / seconds;
        }
    }
}

/// What the rounds came to, in order.
struct Rounds(Vec<f64>);

impl Rounds {
    fn of(values: impl Iterator<Item = f64>) -> Rounds {
        let mut values: Vec<f64> = values.collect();
        values.sort_by(f64::total_cmp);
        Rounds(values)
    }

    /// The value below which this share of the rounds lies; not a number where there were none.
    fn quantile(&self, share: f64) -> f64 {
        self.0.get((share * self.0.len() as f64) as usize).copied().unwrap_or(f64::NAN)
    }

    fn median(&self) -> f64 {
        self.quantile(0.5)
    }
}

impl std::fmt::Display for Rounds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.is_empty() {
            return f.pad("not run");
        }
        let shown = |share| {
            let value = self.quantile(share);
            if value < 1e3 { format!("{value:.2}") } else { format!("{value:.0}") }
        };
        f.pad(&format!("{} ({} to {})", shown(0.5), shown(0.25), shown(0.75)))
    }
}
