//! What `kedge align` takes.

use clap::{Args, Subcommand};

/// The summary, or one of its parts.
#[derive(Args, Debug)]
pub(crate) struct Align {
    #[command(subcommand)]
    pub(crate) of: Option<AlignOf>,
}

/// The parts.
#[derive(Debug, Subcommand)]
pub(crate) enum AlignOf {
    /// Every dataset, declared or found in code: who writes it, and how it stays right; those of several teams first
    #[command(after_help = "Examples:\n  kedge align datasets --in examples/harbour --as-of 2026-10-14\n  \
                            kedge align datasets catalog/stock-level")]
    Datasets {
        /// One of them, `team/dataset`, or `repository:name` as it was found
        dataset: Option<String>,
    },
}
