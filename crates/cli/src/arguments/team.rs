//! What the verbs take whose answers teams read about each other's asks and their own debts.

use clap::Subcommand;

/// The verbs that answer what teams ask of each other, and of themselves.
#[derive(Debug, Subcommand)]
pub(crate) enum TeamVerb {
    /// The detours that were taken: age, interest paid, break-even with leaving, and which can be left now
    #[command(after_help = "Example: kedge hacks checkout --in examples/harbour --as-of 2026-10-14")]
    Hacks {
        /// A team; all where absent
        team: Option<String>,
    },
}
