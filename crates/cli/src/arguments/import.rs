//! What `kedge import` takes, for each format.

use clap::{Args, Subcommand, ValueEnum};
use kedge_model::{Slug, TeamId};
use std::path::PathBuf;

/// The formats that `kedge import` reads.
#[derive(Debug, Subcommand)]
pub(crate) enum ImportFormat {
    /// The Rust project's goals: one Markdown file each
    #[command(after_help = "Example: kedge import rust-goals goals/2026 --teams team/teams --out rust")]
    RustGoals {
        /// The folder of one period's goals
        folder: PathBuf,
        /// The folder with the Rust project's team files
        #[arg(long, value_name = "DIR")]
        teams: Option<PathBuf>,
        #[command(flatten)]
        destination: Destination,
    },
    /// Jira: its CSV export, of Cloud or Data Center
    #[command(after_help = "Example: kedge import jira export.csv --out my-organisation")]
    Jira {
        /// The exports, one or several
        #[arg(required = true, value_hint = clap::ValueHint::FilePath)]
        files: Vec<PathBuf>,
        /// The column that names the team, such as `Custom field (Team)` [default: the project]
        #[arg(long, value_name = "COLUMN")]
        team_column: Option<String>,
        /// How many working days a story point is; without it points are not taken
        #[arg(long, value_name = "DAYS")]
        days_per_point: Option<f64>,
        /// What comes first in dates such as 03/04/2026, where the export does not show it
        #[arg(long, value_enum, value_name = "ORDER")]
        dates: Option<DateOrderChoice>,
        #[command(flatten)]
        destination: Destination,
    },
    /// GitHub: issues as JSON, of REST, GraphQL or `gh issue list --json`
    #[command(
        after_help = "Example: kedge import github issues.json --team-label team/ --out my-organisation"
    )]
    Github {
        /// The files, one or several
        #[arg(required = true, value_hint = clap::ValueHint::FilePath)]
        files: Vec<PathBuf>,
        /// The repository of issues that do not say where they are from
        #[arg(long, value_name = "OWNER/NAME")]
        repository: Option<String>,
        /// How the labels begin that name the team [default: the repository is the team]
        #[arg(long, value_name = "PREFIX")]
        team_label: Option<String>,
        #[command(flatten)]
        destination: Destination,
    },
    /// Linear: its CSV export
    #[command(
        after_help = "Example: kedge import linear export.csv --days-per-point 0.5 --out my-organisation"
    )]
    Linear {
        /// The exports, one or several
        #[arg(required = true, value_hint = clap::ValueHint::FilePath)]
        files: Vec<PathBuf>,
        /// How many working days a point is; without it points are not taken
        #[arg(long, value_name = "DAYS")]
        days_per_point: Option<f64>,
        #[command(flatten)]
        destination: Destination,
    },
    /// Any CSV, with a file that says which column is what
    #[command(
        after_help = "Example: kedge import csv roadmap.csv --mapping roadmap.toml --out my-organisation"
    )]
    Csv {
        /// The tables, one or several
        #[arg(required = true, value_hint = clap::ValueHint::FilePath)]
        files: Vec<PathBuf>,
        /// Which column is what; see docs/importing.md
        #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
        mapping: PathBuf,
        #[command(flatten)]
        destination: Destination,
    },
    /// Backstage: teams, people, services and areas of a software catalogue
    #[command(after_help = "Example: kedge import backstage catalog --out my-organisation")]
    Backstage {
        /// Files of entities, or folders with such files anywhere below
        #[arg(required = true, value_hint = clap::ValueHint::AnyPath)]
        paths: Vec<PathBuf>,
        /// The repository that the files lie in, by its name in kedge.toml, for components that do not say where they are
        #[arg(long, value_name = "NAME")]
        repository: Option<Slug>,
        #[command(flatten)]
        destination: Destination,
    },
    /// Open Data Contract Standard: datasets with their contracts
    #[command(after_help = "Example: kedge import odcs contracts --roles-are-teams --out my-organisation")]
    Odcs {
        /// Contracts, or folders with such files anywhere below
        #[arg(required = true, value_hint = clap::ValueHint::AnyPath)]
        paths: Vec<PathBuf>,
        /// The owner of contracts that name no team
        #[arg(long, value_name = "TEAM")]
        team: Option<TeamId>,
        /// The roles of these contracts are teams: who writes and who reads
        #[arg(long)]
        roles_are_teams: bool,
        #[command(flatten)]
        destination: Destination,
    },
    /// CODEOWNERS: the teams of the code host, and the areas that they own
    #[command(
        after_help = "Example: kedge import codeowners ../shop --repository shop --out my-organisation"
    )]
    Codeowners {
        /// The file, or the repository's folder
        #[arg(value_hint = clap::ValueHint::AnyPath)]
        path: PathBuf,
        /// The repository's name in kedge.toml
        #[arg(long, value_name = "NAME")]
        repository: Slug,
        /// Whose rules hold [default: GitLab's where the file has sections, else GitHub's]
        #[arg(long, value_enum, value_name = "HOST")]
        host: Option<HostOfCode>,
        /// A list of the repository's files, such as of `git ls-files`: rules that match none are reported
        #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
        files: Option<PathBuf>,
        #[command(flatten)]
        destination: Destination,
    },
    /// Kubernetes enhancements: every kep.yaml below a folder
    #[command(
        after_help = "Example: kedge import kep enhancements/keps --groups community/sigs.yaml --out kubernetes"
    )]
    Kep {
        /// The folder
        #[arg(value_hint = clap::ValueHint::DirPath)]
        folder: PathBuf,
        /// The list of groups, sigs.yaml
        #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
        groups: Option<PathBuf>,
        /// A table of the releases' days, with the columns version and date
        #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
        releases: Option<PathBuf>,
        #[command(flatten)]
        destination: Destination,
    },
}

/// Whose CODEOWNERS it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)]
pub(crate) enum HostOfCode {
    Github,
    Gitlab,
}

/// Where an import goes.
#[derive(Args, Clone, Debug)]
pub(crate) struct Destination {
    /// The folder of the organisation to write in; made if it is not there [default: the organisation here]
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub(crate) out: Option<PathBuf>,
    /// The import's name: a later import of the same name brings up to date what this one wrote [default: the format]
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<Slug>,
    /// Show what would be written, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// Which number of a date comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)]
pub(crate) enum DateOrderChoice {
    DayFirst,
    MonthFirst,
}
