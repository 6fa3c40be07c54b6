//! What `kedge store` takes.

use clap::Subcommand;
use kedge_model::Date;
use std::path::PathBuf;

/// What can be done with a store.
#[derive(Debug, Subcommand)]
pub(crate) enum StoreVerb {
    /// Make a store of the plan files in a folder; they stay as they are
    #[command(
        after_help = "Examples:\n  kedge store make harbour.store --from examples/harbour\n  kedge store make \
                      'postgres://kedge@db.example/plans?schema=harbour' --from examples/harbour"
    )]
    Make {
        /// The new store: a file, or a schema of a PostgreSQL database by its address, without the password
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
    /// Write the texts as files, as they are or as they were at the end of a day: a copy to read, which the same command
    /// refreshes
    #[command(
        after_help = "Examples:\n  kedge store files harbour.store --out copy\n  kedge store files harbour.store --on 2026-10-01 \
                      --out as-it-was"
    )]
    Files {
        /// The store
        #[arg(value_hint = clap::ValueHint::FilePath)]
        store: PathBuf,
        /// The folder: new, empty, or a copy that nobody edited
        #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
        out: PathBuf,
        /// The day [default: as they are]
        #[arg(long, value_name = "DATE")]
        on: Option<Date>,
    },
    /// Where each team is at home, the store or files of its own; or move one, as one write
    #[command(
        after_help = "Examples:\n  kedge store home harbour.store\n  kedge store home harbour.store payments --here\n  kedge store home \
                      harbour.store payments --to ../payments-plans --dry-run"
    )]
    Home {
        /// The store
        #[arg(value_hint = clap::ValueHint::FilePath)]
        store: PathBuf,
        /// The team [default: all]
        team: Option<String>,
        /// From its source into the store, as it is there now, with all teams of that source
        #[arg(long, requires = "team", conflicts_with = "to")]
        here: bool,
        /// As it was read last, without a network
        #[arg(long, requires = "here")]
        offline: bool,
        /// From the store into this folder, which is new or empty
        #[arg(long, requires = "team", value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
        to: Option<PathBuf>,
        /// Show what would be written, and write nothing
        #[arg(long, requires = "team")]
        dry_run: bool,
    },
    /// Bring what was edited in a copy home into its store, as one write
    #[command(
        after_help = "Examples:\n  kedge store take harbour.store --from copy --dry-run\n  kedge store take harbour.store --from copy"
    )]
    Take {
        /// The store
        #[arg(value_hint = clap::ValueHint::FilePath)]
        store: PathBuf,
        /// The copy
        #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
        from: PathBuf,
        /// Show what would be written, and write nothing
        #[arg(long)]
        dry_run: bool,
    },
}
