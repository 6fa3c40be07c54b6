//! What the verbs take that say what goes first: the queue and the council's rank.

use super::{Record, Trials};
use clap::{Args, Subcommand};

/// The verbs that say what goes first.
#[derive(Debug, Subcommand)]
pub(crate) enum PriorityVerb {
    /// What teams are asked, each need on one line, by the confirmed value lost without it for the work it takes
    #[command(after_help = "Examples:\n  kedge queue payments --in examples/harbour --as-of 2026-10-14\n  \
                            kedge queue move loyalty/ledger-events --before checkout/reusable-token\n  \
                            kedge queue join loyalty/ledger-events checkout/gift-ledger\n  \
                            kedge queue split loyalty/ledger-events\n\n\
                            A move shows what it does and writes nothing; with --accept it is written into the team's rank.")]
    Queue(Queue),
    /// What the council ranks, where confidence ends, who runs it, who has nothing left, and which values wait
    #[command(after_help = "Examples:\n  kedge council --in examples/harbour --as-of 2026-10-14\n  \
                            kedge council move doorstep --before peak\n  \
                            kedge council move fulfil/geo-cache --last --accept")]
    Council(Council),
}

/// What `kedge council` takes.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Council {
    #[command(flatten)]
    pub(crate) trials: Trials,
    #[command(subcommand)]
    pub(crate) act: Option<CouncilAct>,
}

/// What can be done to the council's rank.
#[derive(Debug, Subcommand)]
pub(crate) enum CouncilAct {
    /// Show what another place in the council's rank would do; --accept writes it down
    #[command(after_help = "Example: kedge council move doorstep --before peak")]
    Move {
        /// An initiative, or an ask, which is the council's yes
        name: String,
        #[command(flatten)]
        place: Place,
        /// Write it down
        #[arg(long)]
        accept: bool,
        #[command(flatten)]
        trials: Trials,
    },
}

/// What `kedge queue` takes.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Queue {
    /// A team; all where absent
    pub(crate) team: Option<String>,
    /// How many lines to print; `--json` has all
    #[arg(long, value_name = "N", default_value_t = 40)]
    pub(crate) lines: usize,
    #[command(subcommand)]
    pub(crate) act: Option<QueueAct>,
}

/// What can be done to a queue.
#[derive(Debug, Subcommand)]
pub(crate) enum QueueAct {
    /// Count asks to one team as one need; written among its answers
    #[command(after_help = "Example: kedge queue join checkout/gift-ledger returns/store-credit")]
    Join {
        /// Two asks or more, `team/ask`
        #[arg(required = true, num_args = 2..)]
        asks: Vec<String>,
        #[command(flatten)]
        record: Record,
    },
    /// Take an ask off its line: it is not the same need as the others
    #[command(after_help = "Example: kedge queue split returns/store-credit")]
    Split {
        /// An ask, `team/ask`
        ask: String,
        #[command(flatten)]
        record: Record,
    },
    /// Show what another place in the asked team's order would do; --accept writes it into the team's rank
    #[command(
        after_help = "Example: kedge queue move loyalty/ledger-events --before checkout/reusable-token"
    )]
    Move {
        /// A line: an ask or a need, `team/id`
        line: String,
        #[command(flatten)]
        place: Place,
        /// Write it down
        #[arg(long)]
        accept: bool,
        #[command(flatten)]
        trials: Trials,
    },
}

/// Where something is moved.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub(crate) struct Place {
    /// Before this one
    #[arg(long, value_name = "NAME")]
    pub(crate) before: Option<String>,
    /// Behind this one
    #[arg(long, value_name = "NAME")]
    pub(crate) after: Option<String>,
    /// Before everything else
    #[arg(long)]
    pub(crate) first: bool,
    /// Behind all others
    #[arg(long)]
    pub(crate) last: bool,
}
