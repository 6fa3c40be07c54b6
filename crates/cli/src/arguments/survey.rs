//! What `kedge survey` takes.

use clap::{Args, ValueEnum};
use kedge_model::Date;
use std::path::PathBuf;

/// What `kedge survey` takes.
#[derive(Args, Clone, Debug)]
#[allow(clippy::struct_excessive_bools)] // each is a switch that people type
pub(crate) struct Survey {
    /// Repositories on this machine, bare or not, or their names in kedge.toml [default: those of kedge.toml that have a path]
    #[arg(value_name = "REPO", value_hint = clap::ValueHint::DirPath)]
    pub(crate) repositories: Vec<PathBuf>,
    /// The revision to survey [default: as kedge.toml says, else HEAD]
    #[arg(long, value_name = "REV")]
    pub(crate) at: Option<String>,
    /// Where it is said who owns what [default: the first of these that says anything]
    #[arg(long, value_enum, value_name = "WHERE")]
    pub(crate) owners: Option<OwnersChoice>,
    /// Where groups are listed that own code elsewhere: sigs.yaml, or a clone that holds it or the Rust project's teams
    #[arg(long, value_name = "PATH", value_hint = clap::ValueHint::AnyPath)]
    pub(crate) groups: Option<PathBuf>,
    /// Ownership as it was at each commit's date, not as it is now
    #[arg(long)]
    pub(crate) then: bool,
    /// Count each merge as one change, along first parents, not the commits that it brought in
    #[arg(long)]
    pub(crate) first_parent: bool,
    /// Take a moved file as the same file
    #[arg(long)]
    pub(crate) renames: bool,
    /// Let files that two teams own together couple them
    #[arg(long)]
    pub(crate) loose: bool,
    /// Count manifests, lock files, changelogs and generated files too
    #[arg(long)]
    pub(crate) routine: bool,
    /// Count commits that programs wrote too
    #[arg(long)]
    pub(crate) programs: bool,
    /// Leave out commits that touch more files than this
    #[arg(long, value_name = "N")]
    pub(crate) most_files: Option<u32>,
    /// Only commits written on this day or later
    #[arg(long, value_name = "DATE")]
    pub(crate) from: Option<Date>,
    /// Only commits written on this day or before [default: --as-of, where given]
    #[arg(long, value_name = "DATE")]
    pub(crate) until: Option<Date>,
    /// Only these parts; the history is always read, since it says who owns what [default: all]
    #[arg(long, value_enum, value_name = "PART", value_delimiter = ',')]
    pub(crate) only: Vec<Part>,
    /// Packages and the problems they solve, added to the table that comes with Kedge [default: capabilities.toml beside
    /// kedge.toml, where there is one]
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) capabilities: Option<PathBuf>,
    /// Which files are of which layer, in place of the table that comes with Kedge [default: layers.toml beside
    /// kedge.toml, where there is one]
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) layers: Option<PathBuf>,
    /// List everything, not only what comes first
    #[arg(long)]
    pub(crate) all: bool,
    /// What is behind a number: every commit of two owners, areas, services, files or folders (`checkout,payments`) or of a
    /// folder that changes with others' files (`src/cart`), or every place of a table, a topic or a problem (`invoice`)
    #[arg(long, value_name = "WHAT")]
    pub(crate) show: Option<String>,
    /// Write the tables into this folder as CSV
    #[arg(long, value_name = "FOLDER", value_hint = clap::ValueHint::DirPath)]
    pub(crate) csv: Option<PathBuf>,
    /// Where histories are kept, so that the next time only what is new is read [default: .kedge/survey of the
    /// organisation, else the user's cache folder]
    #[arg(long, value_name = "FOLDER", value_hint = clap::ValueHint::DirPath)]
    pub(crate) cache: Option<PathBuf>,
}

/// A part of a survey.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Whose files change together, work in others' files, the asks
    History,
    /// Tables, views, topics and queues, with who writes and reads each
    Data,
    /// Problems solved more than once, near-identical code across borders
    Duplicates,
    /// Ownership beside what changes together, layers, services
    Borders,
}

/// Where it is said who owns what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OwnersChoice {
    /// `owns` of the teams
    Areas,
    /// CODEOWNERS
    Codeowners,
    /// OWNERS files
    Owners,
    /// Backstage's catalog-info.yaml
    Catalogue,
    /// The Kubernetes community's sigs.yaml, here or in --groups
    Sigs,
    /// triagebot.toml here, and the Rust project's teams in --groups
    RustTeams,
}
