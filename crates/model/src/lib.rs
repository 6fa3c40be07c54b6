//! The nouns of Kedge, and what must always hold of them.
//!
//! An [`Organisation`] is one immutable value. It is built from [`Fact`]s, each with one writer; what must hold of it is
//! checked there and nowhere else, so that whoever holds one may trust it. A [`Change`] is one step from an organisation
//! to the next: what-if, edit, import and undo are all [`Organisation::with`].
//!
//! ```text
//! Fact… ──build──▶ Organisation ──with(Change…)──▶ Organisation
//!            └──▶ Finding… (all of them, never half an organisation)
//! ```
//!
//! Values that people write have types of their own ([`Date`], [`Effort`], [`Money`], [`Share`], [`Probability`] …) that
//! read their text form with `FromStr`, refuse what makes no sense with the fix in the error, and print it again with
//! `Display`.
//!
//! This crate never does I/O, never asks a clock and never draws a random number: dates and seeds come in as arguments.

mod act;
mod answer;
mod ask;
mod change;
mod comment;
mod council;
mod dataset;
mod date;
mod evidence;
mod fact;
mod finding;
mod id;
mod invariants;
mod listed;
mod literal;
mod meta;
mod money;
mod organisation;
mod plan;
mod proposal;
mod quantity;
mod settings;
mod share;
mod state;
mod supposition;
mod team;

pub use act::{Act, ActError, Sign};
pub use answer::{
    Answer, AnswerLog, AnswerTo, Confirmation, ConfirmationLog, Host, Need, NeedRelation, Says, Signature,
    SignatureLog, SignedThing, Signs, Word,
};
pub use ask::{Ask, Asked, Fallback, FallbackKind, Purchase, Returned, Served, Stance, StatedOdds};
pub use change::Change;
pub use comment::{About, Comment, KeptComment, LONGEST_COMMENT};
pub use council::{Council, Initiative, InitiativeKind};
pub use dataset::{
    Contract, ContractKind, Dataset, Does, FieldMerge, Invariant, InvariantKind, Operation, Transport,
};
pub use date::{Date, Period, Weekday};
pub use evidence::{
    AreaHistory, ChangesElsewhere, CoChange, CodeEvidence, CodePart, Evidence, LayersTogether, Part,
    ServicesShare, SolvedTwice, Source, WrittenData,
};
pub use fact::{Fact, FactId};
pub use finding::{Address, Code, Finding, Fix, Locate, Place, Severity, Subject, nearest};
pub use id::{
    AskId, DatasetId, InitiativeId, NeedId, OutcomeId, PersonId, PlanId, ProposalId, Reference, ServiceId,
    Slug, TeamId, WorkId,
};
pub use invariants::codes;
pub use listed::listed;
pub use literal::LiteralError;
pub use meta::{Meta, Silence};
pub use money::{Currency, LateCost, Money, Price, PriceRate};
pub use organisation::{Assembly, BrokenReference, Gate, Organisation, PlanParts, Scope};
pub use plan::{Combine, Kpi, Left, Observed, Outcome, Plan, Work};
pub use proposal::{Proposal, SolutionKind, SolutionOption};
pub use quantity::{ClockTime, ClockUnit, CountRate, Effort, EffortRate, Per, WorkDays, WorkTime, WorkUnit};
pub use settings::{
    Assume, Calendar, Direction, Leaning, Level, Location, Measure, PartOf, Repository, Settings,
    SourceFolder, Stage, Tails, TakeUp,
};
pub use share::{Probability, Share};
pub use state::{AskState, HostState, Worth};
pub use supposition::{Supposed, Supposition, SuppositionError, WordAt};
pub use team::{
    Absence, AwayTeams, Because, Loan, Merge, Person, Role, SelfService, Service, TakesAsks, TaskForce, Team,
    TeamKind, WhyApart,
};
