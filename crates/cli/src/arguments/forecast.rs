//! What `kedge forecast` takes, and how trials are run, which other verbs take too.

use clap::{Args, ValueEnum};
use kedge_model::WorkTime;

/// How trials are run.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Trials {
    /// How many trials to run [default: 10000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(100..=10_000_000))]
    pub(crate) trials: Option<u32>,
    /// The seed: the same seed and input give the same answer to the byte
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
}

/// What `kedge forecast` takes.
#[derive(Args, Clone, Debug)]
pub(crate) struct Forecast {
    /// A plan, `team/plan`, or a file; all plans where absent
    pub(crate) plan: Option<String>,
    /// What if? Suppose this and show what it changes; may be given several times, nothing is written
    #[arg(long, value_name = "SENTENCE", conflicts_with_all = ["replay", "precision"])]
    pub(crate) with: Vec<String>,
    /// Print the log of one trial: why this date?
    #[arg(long, value_name = "TRIAL", requires = "plan")]
    pub(crate) replay: Option<u32>,
    /// The policy to replay
    #[arg(long, value_enum, default_value = "as-planned", requires = "replay")]
    pub(crate) policy: PolicyChoice,
    /// Add trials until each P80 as planned is known to so many working days either way, `1d`; a million at most
    #[arg(long, value_name = "DAYS", requires = "plan", conflicts_with = "replay")]
    pub(crate) precision: Option<WorkTime>,
    #[command(flatten)]
    pub(crate) trials: Trials,
}

/// The policies of the forecast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PolicyChoice {
    /// The recorded stances
    AsPlanned,
    /// Never take a fallback
    Wait,
    /// Take it at decide-by
    Hedge,
    /// Take it now
    StartNow,
    /// No ask lands
    Alone,
}

/// The help of `kedge forecast`: an example of each kind of sentence that `--with` takes.
pub(super) fn what_if_help() -> String {
    let sentences = kedge_model::Supposition::EXAMPLES.map(|sentence| format!("  --with '{sentence}'"));
    format!(
        "Examples:\n  kedge forecast checkout/one-tap\n  \
         kedge forecast checkout/one-tap --with 'answer checkout/reusable-token committed by 2026-11-20'\n\n\
         What can be supposed:\n{}",
        sentences.join("\n")
    )
}
