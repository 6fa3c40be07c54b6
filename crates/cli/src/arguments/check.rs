//! What `kedge check` takes.

use super::Trials;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// What `kedge check` takes.
#[derive(Args, Clone, Debug)]
#[allow(clippy::struct_excessive_bools)] // each is a switch that people type
pub(crate) struct Check {
    /// A folder of plans, or a single file
    #[arg(value_hint = clap::ValueHint::AnyPath)]
    pub(crate) path: Option<PathBuf>,
    /// Leave out the rules that need a forecast
    #[arg(long)]
    pub(crate) fast: bool,
    /// Show silenced findings too, with their reasons
    #[arg(long)]
    pub(crate) silenced: bool,
    /// How the report looks; `--json` is short for `--format json`
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human", conflicts_with = "json")]
    pub(crate) format: ReportFormat,
    /// Report only what was not found at this revision of the git repository, and count what is resolved
    #[arg(long, value_name = "REV")]
    pub(crate) since: Option<String>,
    /// Mend what can be mended without asking anybody, and show what was changed and what is left; `kedge undo` takes
    /// it back
    #[arg(long, conflicts_with_all = ["since", "format"])]
    pub(crate) fix: bool,
    /// With --fix: show what would be written, and write nothing
    #[arg(long, requires = "fix")]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) trials: Trials,
}

/// How a report looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// For people: the lines of the plans, and what to do.
    Human,
    /// JSON, with everything.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// JUnit's XML, for servers that show test results.
    Junit,
}
