//! What the verbs take that record something that people said or did.

use clap::{Args, Subcommand, ValueEnum};
use kedge_model::{Date, Slug};

/// The verbs that record.
#[derive(Debug, Subcommand)]
pub(crate) enum RecordVerb {
    /// Record what the asked team says about an ask, or about all asks that are one need
    #[command(after_help = "Examples:\n  kedge answer checkout/reusable-token committed --by 2026-11-20\n  \
                            kedge answer checkout/reusable-token --host welcome --guide ana\n  \
                            kedge answer payments/stored-value declined --why 'no hands before January'\n  \
                            kedge answer checkout/edge-latency committed --by 2026-11-06 --as web-guild")]
    Answer(Answer),
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
    Take(Take),
    /// Record that what was asked for is there
    #[command(after_help = "Example: kedge land checkout/reusable-token")]
    Land {
        /// An ask, `team/ask`; a need, `team/need`, for all its asks
        ask: String,
        /// And all asks that the queue has on one line with it
        #[arg(long)]
        line: bool,
        #[command(flatten)]
        record: Record,
    },
    /// Record that work is done, an outcome is live, or a fallback is live or left
    #[command(after_help = "Examples:\n  kedge done checkout/sheet\n  kedge done checkout/one-tap\n  \
                            kedge done checkout/reusable-token hack\n  \
                            kedge done checkout/reusable-token hack --migrated")]
    Done(Done),
    /// Record that an outcome's stakeholder, or the council, confirms what it is worth
    #[command(
        after_help = "Example: kedge confirm loyalty/points-in-basket --value 45k/week --who checkout/dana"
    )]
    Confirm(Confirm),
    /// Record that a team signs a proposal or the contract of a dataset, weighs it or declines it
    #[command(
        after_help = "Examples:\n  kedge sign payments/one-ledger --as loyalty --adopt 1w --alone 2w\n  \
                            kedge sign catalog/stock-level --as fulfil --says declined"
    )]
    Sign(Sign),
}

/// What `kedge sign` takes.
#[derive(Args, Clone, Debug)]
pub(crate) struct Sign {
    /// A proposal, `team/proposal`, or the dataset of a contract, `team/dataset`
    pub(crate) what: String,
    /// Who says it
    #[arg(long = "as", value_name = "TEAM")]
    pub(crate) team: String,
    /// What is said
    #[arg(long, value_enum, default_value = "signed")]
    pub(crate) says: SignsChoice,
    /// What joining takes the team, `1w, rarely over 2w`
    #[arg(long, value_name = "EFFORT")]
    pub(crate) adopt: Option<String>,
    /// What going alone would take it
    #[arg(long, value_name = "EFFORT")]
    pub(crate) alone: Option<String>,
    #[command(flatten)]
    pub(crate) record: Record,
}

/// What a team says to a proposal or a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)]
pub(crate) enum SignsChoice {
    Signed,
    Considering,
    Declined,
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

/// What `kedge answer` takes.
#[derive(Args, Clone, Debug)]
pub(crate) struct Answer {
    /// An ask, `team/ask`; a need, `team/need`, for all its asks
    pub(crate) ask: String,
    /// What is said
    #[arg(value_enum, required_unless_present = "host")]
    pub(crate) says: Option<SaysChoice>,
    /// Committed, countered: by when
    #[arg(long, value_name = "DATE")]
    pub(crate) by: Option<Date>,
    /// Countered: what is offered instead
    #[arg(long, value_name = "TEXT")]
    pub(crate) offer: Option<String>,
    /// Considering: when the answer will come
    #[arg(long, value_name = "DATE")]
    pub(crate) until: Option<Date>,
    /// The item that delivers it
    #[arg(long, value_name = "WORK")]
    pub(crate) work: Option<String>,
    /// The reason
    #[arg(long, value_name = "TEXT")]
    pub(crate) why: Option<String>,
    /// Whether the team would host an away team
    #[arg(long, value_enum, conflicts_with_all = ["says", "by", "offer", "until", "work", "why"])]
    pub(crate) host: Option<HostChoice>,
    /// Who would guide the away team
    #[arg(long, value_name = "PERSON", requires = "host")]
    pub(crate) guide: Option<String>,
    /// Who says it, where a fallback needs that team's yes, or `council` [default: the asked team]
    #[arg(long = "as", value_name = "TEAM")]
    pub(crate) team: Option<String>,
    /// To all asks that the queue has on one line with it
    #[arg(long)]
    pub(crate) line: bool,
    #[command(flatten)]
    pub(crate) record: Record,
}

/// What `kedge take` takes.
#[derive(Args, Clone, Debug)]
pub(crate) struct Take {
    /// An ask, `team/ask`
    pub(crate) ask: String,
    /// Which fallback [default: the first]
    pub(crate) fallback: Option<Slug>,
    /// Only decide: `now`, `decide-by`, or a date
    #[arg(long, value_name = "WHEN")]
    pub(crate) start: Option<String>,
    #[command(flatten)]
    pub(crate) record: Record,
}

/// What `kedge done` takes.
#[derive(Args, Clone, Debug)]
pub(crate) struct Done {
    /// Work or an outcome, `team/id`, or an ask whose fallback is done
    pub(crate) what: String,
    /// The fallback of the ask [default: the one that is running]
    pub(crate) fallback: Option<Slug>,
    /// The fallback was left for the real thing
    #[arg(long)]
    pub(crate) migrated: bool,
    #[command(flatten)]
    pub(crate) record: Record,
}

/// What `kedge confirm` takes.
#[derive(Args, Clone, Debug)]
pub(crate) struct Confirm {
    /// An outcome, `team/outcome`
    pub(crate) outcome: String,
    /// What it is worth once live, `40k/week`
    #[arg(long, value_name = "MONEY/TIME")]
    pub(crate) value: String,
    /// Who says so, `team/person` or `council/person`
    #[arg(long, value_name = "PERSON")]
    pub(crate) who: String,
    #[command(flatten)]
    pub(crate) record: Record,
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
