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
    /// Problems that several teams solve each for themselves: one answer against going apart, priced; which pay, from how many
    /// teams on, and which to leave apart
    #[command(after_help = "Examples:\n  kedge align problems --in examples/harbour --as-of 2026-10-14\n  \
                            kedge align problems catalog/row-locks")]
    Problems {
        /// One of them, by its name, or by a proposal or an ask that it is about
        problem: Option<String>,
    },
    /// Services that change together and share data: what speaks for making them one, and what against
    #[command(after_help = "Examples:\n  kedge survey ../shop && kedge align services\n  \
                            kedge align services --json")]
    Services,
    /// Where needs run ahead of the system: what arrives against what lands, by team and area, quarter by quarter
    #[command(after_help = "Examples:\n  kedge align drift --in examples/harbour --as-of 2026-10-14\n  \
                            kedge align drift platform")]
    Drift {
        /// One team, with each of its areas
        team: Option<String>,
    },
    /// What coordination and independence cost at each border between two teams, and where moving is cheaper
    #[command(after_help = "Examples:\n  kedge align borders --in examples/harbour --as-of 2026-10-14\n  \
                            kedge align borders payments")]
    Borders {
        /// Those of one team
        team: Option<String>,
    },
    /// Every proposal: its stage, who has signed at which price, who is missing, and the lines to write next
    #[command(after_help = "Examples:\n  kedge align proposals --in examples/harbour --as-of 2026-10-14\n  \
                            kedge align proposals payments/one-ledger")]
    Proposals {
        /// One of them, `team/proposal`
        proposal: Option<String>,
    },
}
