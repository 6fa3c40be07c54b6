//! What `kedge export` takes.

use super::Trials;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// What `kedge export` takes.
#[derive(Args, Clone, Debug)]
pub(crate) struct Export {
    /// The format
    #[arg(value_enum)]
    pub(crate) format: ExportFormat,
    /// A folder of plans, or a single file
    #[arg(value_hint = clap::ValueHint::AnyPath)]
    pub(crate) path: Option<PathBuf>,
    /// CSV: which table
    #[arg(long, value_enum, default_value = "asks")]
    pub(crate) table: TableChoice,
    /// What this team plans, asks and was asked
    #[arg(long, value_name = "TEAM", conflicts_with = "plan")]
    pub(crate) team: Option<String>,
    /// This plan, `team/plan`
    #[arg(long, value_name = "PLAN")]
    pub(crate) plan: Option<String>,
    /// Open Data Contract: this dataset alone
    #[arg(long, value_name = "DATASET", conflicts_with_all = ["team", "plan"])]
    pub(crate) dataset: Option<String>,
    /// Write to this file instead of standard output; contracts of several datasets into this folder
    #[arg(long, short, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
    /// Leave out what needs a forecast
    #[arg(long)]
    pub(crate) fast: bool,
    #[command(flatten)]
    pub(crate) trials: Trials,
}

/// The formats that `kedge export` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// A table for a spreadsheet
    Csv,
    /// Facts and answers in a versioned envelope
    Json,
    /// iCalendar: decide-by, wanted, expiry and due dates
    #[value(alias = "icalendar")]
    Ics,
    /// Who waits for whom, as a flowchart
    Mermaid,
    /// Who waits for whom, for Graphviz
    Dot,
    /// A page for an issue or a wiki
    #[value(alias = "md")]
    Markdown,
    /// Open Data Contract Standard: datasets with their contracts, a document each
    Odcs,
}

/// The tables of `kedge export csv`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)]
pub(crate) enum TableChoice {
    Asks,
    Outcomes,
    Work,
    Hacks,
}
