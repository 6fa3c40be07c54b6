//! What `kedge new` takes, for each thing.

use clap::Subcommand;
use kedge_model::{Date, Slug};

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
    #[command(after_help = "Example: kedge new proposal payments/one-ledger --adopters payments,loyalty")]
    Proposal {
        /// `team/proposal`
        proposal: String,
        /// The teams that would adopt it, parted by commas
        #[arg(long, required = true, value_delimiter = ',')]
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
