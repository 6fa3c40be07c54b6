//! What the verbs take whose answers teams read about each other's asks and their own debts.

use super::{Record, Trials};
use clap::Subcommand;
use std::path::PathBuf;

/// The verbs that answer what teams ask of each other, and of themselves.
#[derive(Debug, Subcommand)]
pub(crate) enum TeamVerb {
    /// What the asked team reads about an ask, as Markdown for an issue; there are no odds in it
    #[command(after_help = "Examples:\n  kedge brief checkout/reusable-token > brief.md\n  \
                            kedge brief checkout/reusable-token --sent https://tracker.example/issues/12")]
    Brief {
        /// An ask, `team/ask`
        ask: String,
        /// Record on the ask that the brief was sent, and where: the address of the issue, or a channel
        #[arg(long, value_name = "URL")]
        sent: Option<String>,
        #[command(flatten)]
        record: Record,
        #[command(flatten)]
        trials: Trials,
    },
    /// What is asked of a team beside its own work, by the confirmed worth of a week of its effort
    #[command(after_help = "Example: kedge inbox payments --in examples/harbour --as-of 2026-10-14")]
    Inbox {
        /// A team
        team: String,
    },
    /// The quarter on one page: standing and its trend, what the asks gave and cost, debts, alignment
    #[command(after_help = "Examples:\n  kedge review --in examples/harbour --as-of 2026-10-14\n  \
                            kedge review --quarter 2026-Q4 --html review.html")]
    Review {
        /// Which quarter, `2026-Q4` [default: the one that the as-of date lies in]
        #[arg(long, value_name = "QUARTER")]
        quarter: Option<String>,
        /// Write it as a page of its own, which needs no script and no network
        #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
        html: Option<PathBuf>,
    },
    /// The detours that were taken: age, interest paid, break-even with leaving, and which can be left now
    #[command(after_help = "Example: kedge hacks checkout --in examples/harbour --as-of 2026-10-14")]
    Hacks {
        /// A team; all where absent
        team: Option<String>,
    },
}
