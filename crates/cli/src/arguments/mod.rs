//! What can be typed: the command line as types, with the help that it prints. The verbs stand here; what a verb takes is
//! in a file of its own where it is more than a line or two.

mod align;
mod check;
mod export;
mod forecast;
mod import;
mod new;
mod priority;
mod record;
mod store;
mod survey;
mod team;

pub(crate) use align::{Align, AlignOf};
pub(crate) use check::{Check, ReportFormat};
pub(crate) use export::{Export, ExportFormat, TableChoice};
pub(crate) use forecast::{Forecast, PolicyChoice, Trials};
pub(crate) use import::{DateOrderChoice, Destination, HostOfCode, ImportFormat};
pub(crate) use new::NewThing;
pub(crate) use priority::{Council, CouncilAct, Place, PriorityVerb, Queue, QueueAct};
pub(crate) use record::{
    Answer, Confirm, Done, HostChoice, Record, RecordVerb, SaysChoice, Sign, SignsChoice, Take,
};
pub(crate) use store::StoreVerb;
pub(crate) use survey::{OwnersChoice, Part, Survey};
pub(crate) use team::TeamVerb;

use clap::{Args, Parser, Subcommand, ValueEnum};
use kedge_model::{Date, Slug};
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
    /// The organisation's folder or store, or a single plan file [default: the nearest folder above with a kedge.toml, else here]
    #[arg(
        long = "in",
        short = 'C',
        global = true,
        value_name = "PATH",
        env = "KEDGE_IN",
        hide_env_values = true,
        value_hint = clap::ValueHint::AnyPath
    )]
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

/// What `kedge comment` takes.
#[derive(Debug, Args)]
pub(crate) struct Comment {
    /// A plan or an ask, `team/name`; all where absent
    #[arg(conflicts_with = "remove")]
    pub(crate) about: Option<String>,
    /// What is said; `-` reads it from standard input. Without it, what was said is listed
    #[arg(requires = "by")]
    pub(crate) text: Option<String>,
    /// The team that says it, or the council
    #[arg(long, value_name = "TEAM", requires = "text")]
    pub(crate) by: Option<String>,
    /// Remove this comment, by its name in the list
    #[arg(long, value_name = "NAME")]
    pub(crate) remove: Option<String>,
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
    Check(Check),
    /// When it will ship, as planned and under each policy
    #[command(after_help = forecast::what_if_help())]
    Forecast(Forecast),
    /// The ways on for an ask side by side, which is worth most, and what would change that
    #[command(
        after_help = "Examples:\n  kedge decide checkout/reusable-token\n  kedge decide returns/self-return   \
                            what can lose an outcome, and which fallback would help most"
    )]
    Decide {
        /// An ask, `team/ask`; or a plan or an outcome, for what can lose it
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
    #[command(flatten)]
    Team(TeamVerb),
    #[command(flatten)]
    Priority(PriorityVerb),
    #[command(flatten)]
    Record(RecordVerb),
    /// What teams say beside plans and asks, in a store; or say something too
    ///
    /// A comment decides nothing: what is answered, taken or signed is recorded as such. `kedge undo` takes one back.
    #[command(
        after_help = "Examples:\n  kedge comment --in harbour.store\n  kedge comment checkout/reusable-token --in \
                      harbour.store\n  kedge comment checkout/reusable-token \"The ledger is ready.\" --by payments --in \
                      harbour.store"
    )]
    Comment(Comment),
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
    /// The JSON Schema of the plan language, for completion in editors, or of what `kedge export json` writes
    #[command(
        after_help = "Examples:\n  kedge schema plan > plan.schema.json\n  kedge schema export > export.schema.json"
    )]
    Schema {
        /// The kind of file: plan, team, answers and so on, or export
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
    Export(Export),
    /// What the histories of repositories say about who depends on whom
    #[command(
        after_help = "Examples:\n  kedge survey ../shop\n  kedge survey ../shop --then --csv tables\n  \
                            kedge survey ../shop --show checkout,payments"
    )]
    Survey(Survey),
    /// Where agreement is cheaper than independence: data that several teams write, and the way to a contract
    #[command(after_help = "Examples:\n  kedge align --in examples/harbour --as-of 2026-10-14\n  \
                            kedge align datasets\n  kedge align datasets catalog/stock-level\n\n\
                            Data in code is in the list once `kedge survey` has read it.")]
    Align(Align),
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
    /// Keep the organisation in a store, with its whole history, in place of a folder of files
    ///
    /// A store is a file, or a schema of a PostgreSQL database (`postgres://USER@HOST/DATABASE?schema=NAME`). Every verb works on it as
    /// on a folder: name it with `--in`. It is held by one process at a time.
    #[command(
        after_help = "Examples:\n  kedge store make harbour.store --from examples/harbour\n  kedge serve --store \
                            harbour.store\n  kedge store history harbour.store"
    )]
    Store {
        #[command(subcommand)]
        verb: StoreVerb,
    },
    /// Serve the pages; with no path the organisation here, or the example
    #[command(
        after_help = "Examples:\n  kedge serve my-organisation --port 8080\n  kedge serve --store harbour.store\n  kedge serve --store \
                      'postgres://kedge@db.example/plans?schema=harbour' --wait"
    )]
    Serve {
        /// A folder of plans, or a single file
        #[arg(value_hint = clap::ValueHint::AnyPath)]
        path: Option<PathBuf>,
        /// A store in place of a folder, as `kedge store make` makes one: a file, or the address of a database
        #[arg(long, value_hint = clap::ValueHint::FilePath, conflicts_with = "path")]
        store: Option<PathBuf>,
        /// Where another process holds the store, wait until it ends, and serve then
        #[arg(long, requires = "store")]
        wait: bool,
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
