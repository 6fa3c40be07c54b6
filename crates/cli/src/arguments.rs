//! What can be typed: the command line as types, with the help that it prints.

use clap::{Args, Parser, Subcommand, ValueEnum};
use kedge_model::{Date, Slug, WorkTime};
use std::path::PathBuf;

/// Plan so that no other team can stop you.
///
/// Kedge reads a folder of plans, says what stands if nobody else delivers, when the rest will ship with and without each
/// ask, and what to do about each ask.
#[derive(Debug, Parser)]
#[command(
    name = "kedge",
    version,
    max_term_width = 100,
    after_help = "Begin with `kedge init my-organisation`, or look at the example with `kedge serve`.\n\
                  Exit codes: 0 fine, 1 findings, 2 bad usage or input."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every verb understands.
#[derive(Args, Clone, Debug)]
pub(crate) struct Common {
    /// The organisation's folder, or a single plan file [default: the nearest folder above with a kedge.toml, else here]
    #[arg(long = "in", short = 'C', global = true, value_name = "PATH", value_hint = clap::ValueHint::AnyPath)]
    pub(crate) folder: Option<PathBuf>,
    /// Answer as things were known on this day [default: today]
    #[arg(long, global = true, value_name = "DATE")]
    pub(crate) as_of: Option<Date>,
    /// Print the answer as JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// When to use colours; `NO_COLOR` is respected
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: ColorChoice,
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

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How trials are run.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Trials {
    /// How many trials to run [default: 10000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(100..=10_000_000))]
    pub(crate) trials: Option<u32>,
    /// The seed: the same seed and input give the same answer to the byte
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write a starter organisation
    #[command(after_help = "Example: kedge init acme --team checkout --team payments")]
    Init {
        /// The folder to write it in; made if it is not there
        #[arg(default_value = ".", value_hint = clap::ValueHint::DirPath)]
        folder: PathBuf,
        /// The organisation's name [default: the folder's]
        #[arg(long)]
        name: Option<String>,
        /// A team to begin with; may be given several times
        #[arg(long = "team", value_name = "TEAM")]
        teams: Vec<Slug>,
    },
    /// Write a team, plan, outcome, work item, ask or fallback from a template
    #[command(after_help = "Example: kedge new plan checkout/one-tap")]
    New {
        #[command(subcommand)]
        thing: NewThing,
    },
    /// What in these plans another team can stop; exits with 1 if there is any error
    #[command(after_help = "Examples:\n  kedge check examples/harbour --as-of 2026-10-14\n  \
                            kedge check --since origin/main --format github\n  \
                            kedge check --format sarif > kedge.sarif\n  \
                            kedge check --fix --dry-run")]
    Check {
        /// A folder of plans, or a single file
        #[arg(value_hint = clap::ValueHint::AnyPath)]
        path: Option<PathBuf>,
        /// Leave out the rules that need a forecast
        #[arg(long)]
        fast: bool,
        /// Show silenced findings too, with their reasons
        #[arg(long)]
        silenced: bool,
        /// How the report looks; `--json` is short for `--format json`
        #[arg(long, value_enum, value_name = "FORMAT", default_value = "human", conflicts_with = "json")]
        format: ReportFormat,
        /// Report only what was not found at this revision of the git repository, and count what is resolved
        #[arg(long, value_name = "REV")]
        since: Option<String>,
        /// Mend what can be mended without asking anybody, and show what was changed and what is left; `kedge undo` takes
        /// it back
        #[arg(long, conflicts_with_all = ["since", "format"])]
        fix: bool,
        /// With --fix: show what would be written, and write nothing
        #[arg(long, requires = "fix")]
        dry_run: bool,
        #[command(flatten)]
        trials: Trials,
    },
    /// When it will ship, as planned and under each policy
    #[command(after_help = what_if_help())]
    Forecast {
        /// A plan, `team/plan`, or a file; all plans where absent
        plan: Option<String>,
        /// What if? Suppose this and show what it changes; may be given several times, nothing is written
        #[arg(long, value_name = "SENTENCE", conflicts_with_all = ["replay", "precision"])]
        with: Vec<String>,
        /// Print the log of one trial: why this date?
        #[arg(long, value_name = "TRIAL", requires = "plan")]
        replay: Option<u32>,
        /// The policy to replay
        #[arg(long, value_enum, default_value = "as-planned", requires = "replay")]
        policy: PolicyChoice,
        /// Add trials until each P80 as planned is known to so many working days either way, `1d`; a million at most
        #[arg(long, value_name = "DAYS", requires = "plan", conflicts_with = "replay")]
        precision: Option<WorkTime>,
        #[command(flatten)]
        trials: Trials,
    },
    /// The ways on for an ask side by side, and which is worth most
    #[command(after_help = "Example: kedge decide checkout/reusable-token")]
    Decide {
        /// An ask, `team/ask`
        ask: String,
        #[command(flatten)]
        trials: Trials,
    },
    /// What local order costs: own ranks, the council's rank and the best order found, and the swaps that win most
    #[command(after_help = "Example: kedge order --in examples/harbour --as-of 2026-10-14")]
    Order {
        #[command(flatten)]
        trials: Trials,
    },
    /// This week: decide-bys, unread asks, things that landed with a hack to leave
    #[command(after_help = "Example: kedge next checkout")]
    Next {
        /// A team; all where absent
        team: Option<String>,
        #[command(flatten)]
        trials: Trials,
    },
    /// Record what the asked team says about an ask
    #[command(after_help = "Examples:\n  kedge answer checkout/reusable-token committed --by 2026-11-20\n  \
                            kedge answer checkout/reusable-token --host welcome --guide ana")]
    Answer {
        /// An ask, `team/ask`
        ask: String,
        /// What is said
        #[arg(value_enum, required_unless_present = "host")]
        says: Option<SaysChoice>,
        /// Committed, countered: by when
        #[arg(long, value_name = "DATE")]
        by: Option<Date>,
        /// Countered: what is offered instead
        #[arg(long, value_name = "TEXT")]
        offer: Option<String>,
        /// Considering: when the answer will come
        #[arg(long, value_name = "DATE")]
        until: Option<Date>,
        /// The item that delivers it
        #[arg(long, value_name = "WORK")]
        work: Option<String>,
        /// The reason
        #[arg(long, value_name = "TEXT")]
        why: Option<String>,
        /// Whether the team would host an away team
        #[arg(long, value_enum, conflicts_with_all = ["says", "by", "offer", "until", "work", "why"])]
        host: Option<HostChoice>,
        /// Who would guide the away team
        #[arg(long, value_name = "PERSON", requires = "host")]
        guide: Option<String>,
        #[command(flatten)]
        record: Record,
    },
    /// Record that the asking team has asked
    #[command(after_help = "Example: kedge asked checkout/reusable-token --how 'brief in #payments'")]
    Asked {
        /// An ask, `team/ask`
        ask: String,
        /// Through which channel
        #[arg(long, value_name = "TEXT")]
        how: Option<String>,
        #[command(flatten)]
        record: Record,
    },
    /// Record that a counter-offer is accepted
    #[command(after_help = "Example: kedge accept checkout/reusable-token")]
    Accept {
        /// An ask, `team/ask`
        ask: String,
        #[command(flatten)]
        record: Record,
    },
    /// Record that an ask is no longer wanted
    #[command(after_help = "Example: kedge withdraw checkout/reusable-token")]
    Withdraw {
        /// An ask, `team/ask`
        ask: String,
        #[command(flatten)]
        record: Record,
    },
    /// Record that a fallback is taken, or decide when it will be
    #[command(after_help = "Examples:\n  kedge take checkout/reusable-token hack\n  \
                            kedge take checkout/reusable-token hack --start 2026-11-02")]
    Take {
        /// An ask, `team/ask`
        ask: String,
        /// Which fallback [default: the first]
        fallback: Option<Slug>,
        /// Only decide: `now`, `decide-by`, or a date
        #[arg(long, value_name = "WHEN")]
        start: Option<String>,
        #[command(flatten)]
        record: Record,
    },
    /// Record that what was asked for is there
    #[command(after_help = "Example: kedge land checkout/reusable-token")]
    Land {
        /// An ask, `team/ask`
        ask: String,
        #[command(flatten)]
        record: Record,
    },
    /// Record that work is done, an outcome is live, or a fallback is live or left
    #[command(after_help = "Examples:\n  kedge done checkout/sheet\n  kedge done checkout/one-tap\n  \
                            kedge done checkout/reusable-token hack\n  \
                            kedge done checkout/reusable-token hack --migrated")]
    Done {
        /// Work or an outcome, `team/id`, or an ask whose fallback is done
        what: String,
        /// The fallback of the ask [default: the one that is running]
        fallback: Option<Slug>,
        /// The fallback was left for the real thing
        #[arg(long)]
        migrated: bool,
        #[command(flatten)]
        record: Record,
    },
    /// Take back the last thing recorded here
    #[command(after_help = "Example: kedge undo")]
    Undo {
        /// Leave the files as they are, and only drop it from what can be undone
        #[arg(long)]
        forget: bool,
    },
    /// Why a rule is there, with examples and its fix; all rules where no code is given
    #[command(after_help = "Example: kedge explain K101")]
    Explain {
        /// A rule's code
        code: Option<String>,
    },
    /// The JSON Schema of the plan language, for completion in editors
    #[command(after_help = "Example: kedge schema plan > plan.schema.json")]
    Schema {
        /// The kind of file
        #[arg(default_value = "plan")]
        kind: String,
    },
    /// Read another tool's data into plans
    #[command(after_help = "Example: kedge import rust-goals goals/2026 --teams team/teams --out rust")]
    Import {
        #[command(subcommand)]
        format: ImportFormat,
    },
    /// Write the organisation, a team's part or a plan as CSV, JSON, iCalendar, Mermaid, DOT or Markdown
    ///
    /// The odds that an ask lands are shown to the team that asks and the team that is asked, and to nobody else: an export
    /// of the whole organisation leaves them out, one with --team or --plan has them.
    #[command(after_help = "Examples:\n  kedge export ics --team checkout --output checkout.ics\n  \
                            kedge export csv --table asks > asks.csv\n  kedge export markdown --plan checkout/one-tap")]
    Export {
        /// The format
        #[arg(value_enum)]
        format: ExportFormat,
        /// A folder of plans, or a single file
        #[arg(value_hint = clap::ValueHint::AnyPath)]
        path: Option<PathBuf>,
        /// CSV: which table
        #[arg(long, value_enum, default_value = "asks")]
        table: TableChoice,
        /// What this team plans, asks and was asked
        #[arg(long, value_name = "TEAM", conflicts_with = "plan")]
        team: Option<String>,
        /// This plan, `team/plan`
        #[arg(long, value_name = "PLAN")]
        plan: Option<String>,
        /// Write to this file instead of standard output
        #[arg(long, short, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
        output: Option<PathBuf>,
        /// Leave out what needs a forecast
        #[arg(long)]
        fast: bool,
        #[command(flatten)]
        trials: Trials,
    },
    /// Fetch the files of teams that keep them elsewhere: `[[source]]` and `part-of` in kedge.toml
    #[command(after_help = "Example: kedge gather --in harbour-plans\n\n\
                            Every other verb answers from what was gathered last, without a network. Exits with 1 where a \
                            source could not be reached and is as it was.")]
    Gather {
        /// The organisation's folder, or that of one team's repository
        #[arg(value_hint = clap::ValueHint::DirPath)]
        path: Option<PathBuf>,
        /// Fetch nothing: say what was gathered last, and when
        #[arg(long)]
        offline: bool,
    },
    /// Serve the pages; with no path the organisation here, or the example
    #[command(after_help = "Example: kedge serve my-organisation --port 8080")]
    Serve {
        /// A folder of plans, or a single file
        #[arg(value_hint = clap::ValueHint::AnyPath)]
        path: Option<PathBuf>,
        /// The port; 0 takes any that is free
        #[arg(long, default_value_t = 4747)]
        port: u16,
        #[command(flatten)]
        trials: Trials,
    },
    /// Completion for a shell
    #[command(
        after_help = "Example: kedge completions bash > ~/.local/share/bash-completion/completions/kedge"
    )]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// The help of `kedge forecast`: an example of each kind of sentence that `--with` takes.
fn what_if_help() -> String {
    let sentences = kedge_model::Supposition::EXAMPLES.map(|sentence| format!("  --with '{sentence}'"));
    format!(
        "Examples:\n  kedge forecast checkout/one-tap\n  \
         kedge forecast checkout/one-tap --with 'answer checkout/reusable-token committed by 2026-11-20'\n\n\
         What can be supposed:\n{}",
        sentences.join("\n")
    )
}

/// How something is recorded.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Record {
    /// When it was [default: the as-of date]
    #[arg(long, value_name = "DATE")]
    pub(crate) on: Option<Date>,
    /// Show what would be written, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// What `kedge new` writes.
#[derive(Debug, Subcommand)]
pub(crate) enum NewThing {
    /// A team: TEAM/team.kedge.toml
    #[command(after_help = "Example: kedge new team payments --people 5")]
    Team {
        /// Its name
        team: Slug,
        /// What it is for
        #[arg(long, default_value = "stream")]
        kind: String,
        /// How many people
        #[arg(long)]
        people: Option<u32>,
    },
    /// A plan, to be filled with outcomes, work and asks: TEAM/PLAN.kedge.toml
    #[command(after_help = "Example: kedge new plan checkout/one-tap --period 2026-Q4")]
    Plan {
        /// `team/plan`
        plan: String,
        /// `2026-Q4` [default: the quarter of the as-of date]
        #[arg(long)]
        period: Option<String>,
    },
    /// An outcome in a plan
    #[command(
        after_help = "Example: kedge new outcome checkout/one-tap faster --value 20k/week --due 2026-12-10"
    )]
    Outcome {
        /// `team/plan`
        plan: String,
        /// The outcome's name
        id: Slug,
        /// What it is worth once live
        #[arg(long)]
        value: Option<String>,
        /// The last day on which it is on time
        #[arg(long)]
        due: Option<Date>,
    },
    /// A work item in a plan
    #[command(
        after_help = "Example: kedge new work checkout/one-tap sheet --for one-tap --effort '3w, rarely over 6w'"
    )]
    Work {
        /// `team/plan`
        plan: String,
        /// The item's name
        id: Slug,
        /// The outcome it serves
        #[arg(long = "for", value_name = "OUTCOME")]
        serves: Slug,
        /// How much it takes
        #[arg(long)]
        effort: Option<String>,
        /// The item it comes after
        #[arg(long)]
        after: Vec<Slug>,
    },
    /// An ask in a plan
    #[command(
        after_help = "Example: kedge new ask checkout/one-tap reusable-token --to payments --gates wire-up --what 'A flag on POST /tokens'"
    )]
    Ask {
        /// `team/plan`
        plan: String,
        /// The ask's name
        id: Slug,
        /// Who is asked
        #[arg(long)]
        to: Slug,
        /// The work or outcome that waits for it
        #[arg(long, required = true)]
        gates: Vec<Slug>,
        /// What is asked for
        #[arg(long)]
        what: String,
        /// The day by which it is wanted
        #[arg(long)]
        wanted: Option<Date>,
    },
    /// The council's file: council.kedge.toml
    #[command(after_help = "Example: kedge new council")]
    Council,
    /// A dataset of a team: TEAM/data.kedge.toml
    #[command(after_help = "Example: kedge new dataset catalog/stock")]
    Dataset {
        /// `team/dataset`
        dataset: String,
    },
    /// A proposal of a team: TEAM/proposal.kedge.toml
    #[command(
        after_help = "Example: kedge new proposal payments/one-ledger --adopters payments --adopters loyalty"
    )]
    Proposal {
        /// `team/proposal`
        proposal: String,
        /// A team that would adopt it; may be given several times
        #[arg(long, required = true)]
        adopters: Vec<Slug>,
    },
    /// A fallback behind an ask
    #[command(
        after_help = "Example: kedge new fallback checkout/reusable-token hack --create '2w, rarely over 3w' --keeps 90%"
    )]
    Fallback {
        /// `team/ask`
        ask: String,
        /// hack, recreate, buy, descope, do-without, away-team, tiger-team, community or escalate
        kind: String,
        /// What it is
        #[arg(long)]
        what: Option<String>,
        /// What making it takes
        #[arg(long)]
        create: Option<String>,
        /// What it takes while it lives
        #[arg(long)]
        maintain: Option<String>,
        /// What leaving it takes
        #[arg(long)]
        migrate: Option<String>,
        /// The part of the value that it keeps
        #[arg(long)]
        keeps: Option<String>,
        /// Tiger team, community: which
        #[arg(long)]
        with: Option<Slug>,
        /// Away team: who goes; may be given several times
        #[arg(long, value_name = "PERSON")]
        send: Vec<Slug>,
        /// Buy: what it costs once
        #[arg(long)]
        price: Option<String>,
        /// Buy: what it costs while it is used
        #[arg(long)]
        fee: Option<String>,
        /// Buy: how long until it is there
        #[arg(long)]
        lead: Option<String>,
    },
}

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
    /// The folder of the organisation to write in; made if it is not there
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub(crate) out: PathBuf,
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

/// What an answer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)]
pub(crate) enum SaysChoice {
    Considering,
    Countered,
    Committed,
    Declined,
    Landed,
    Dropped,
}

/// Whether a team would host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)]
pub(crate) enum HostChoice {
    Welcome,
    Unable,
}

/// The policies of the forecast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PolicyChoice {
    /// The recorded stances
    AsPlanned,
    /// Never take a fallback
    Wait,
    /// Take it at decide-by
    Hedge,
    /// Take it now
    StartNow,
    /// No ask lands
    Alone,
}
