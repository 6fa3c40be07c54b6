//! What `kedge store` takes.

use clap::Subcommand;
use kedge_model::Date;
use std::path::PathBuf;

/// What can be done with a store.
#[derive(Debug, Subcommand)]
pub(crate) enum StoreVerb {
    /// Make a store of the plan files in a folder; they stay as they are
    #[command(after_help = "Example: kedge store make harbour.store --from examples/harbour")]
    Make {
        /// The new store
        #[arg(value_hint = clap::ValueHint::FilePath)]
        store: PathBuf,
        /// The folder
        #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
        from: PathBuf,
    },
    /// Every write, the newest first: when, what it did, in which texts
    #[command(
        after_help = "Examples:\n  kedge store history harbour.store\n  kedge store history harbour.store --of payments/"
    )]
    History {
        /// The store
        #[arg(value_hint = clap::ValueHint::FilePath)]
        store: PathBuf,
        /// Only what changed texts whose path begins so: a team's folder, a plan
        #[arg(long, value_name = "PATH")]
        of: Option<String>,
    },
    /// Write the texts as files into a new folder, as they are or as they were at the end of a day: a copy to read
    #[command(after_help = "Example: kedge store files harbour.store --on 2026-10-01 --out as-it-was")]
    Files {
        /// The store
        #[arg(value_hint = clap::ValueHint::FilePath)]
        store: PathBuf,
        /// The folder: new, or empty
        #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
        out: PathBuf,
        /// The day [default: as they are]
        #[arg(long, value_name = "DATE")]
        on: Option<Date>,
    },
}
