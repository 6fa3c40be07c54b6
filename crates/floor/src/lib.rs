//! What stands: what each team will deliver if nobody else does what it asked them to. Exact, never sampled.
//!
//! An outcome *stands at share s* when it can be reached with no ask landing: fallbacks that lean on others are skipped,
//! and `s` is what the others keep of its value. What has landed already, and what is live already, counts.
//!
//! ```text
//! Organisation ──chain──▶ what opens each ask ──reach──▶ which asks hold each outcome ──number──▶ Standing
//! ```
//!
//! `chain` looks at one ask: the first entry of its chain that nobody else can stop, and why the ones before it do not
//! count. `reach` walks from an outcome over its work and what that comes after, and gathers the asks in the way.
//! `number` adds up: the value that stands over the value planned, per plan, per team and for the organisation.
//!
//! `cuts` asks the other question: which failures of others, at the least, lose an outcome.
//!
//! This crate never says when (that is the forecast), draws no random number and asks no clock.
//!
//! # What counts
//! - An ask that has **landed** (or that its team served itself) holds nothing up. Where a fallback for it is still live,
//!   leaving that is the team's own work, so it can be reached; a live fallback without `migrate` has no way out and goes
//!   on keeping what it keeps.
//! - A **live** fallback, of whatever kind, counts as what it keeps: it is there.
//! - Otherwise the first **self-reliant** entry from the one on that the team's stance names (earlier ones are passed
//!   over), else the first of the whole chain: a stance is the team's own to change. A running one goes first.
//! - Work that is **started** has passed its gates, and work that is **done** too: their asks count only as what a
//!   fallback taken for them keeps. Work that is **dropped** is not waited for.
//! - Items that a fallback **skips** count as done if they were not started; so the asks and the work before them are not
//!   waited for on their account. The ask whose own fallback skips them still counts.
//! - One ask counts **once** for an outcome, however many items it gates.
//! - Outcomes that are **live** are delivered and **dropped** ones are given up: neither is part of what is planned.
//!   Plans that are **closed** are records and not part of the answer.

mod by_team;
mod chain;
mod cuts;
mod number;
mod reach;
mod standing;

pub use by_team::ByTeam;
pub use chain::{AskStanding, How, Link, Missing, Opens, Role, leans_on, noun};
pub use cuts::{
    CutSet, CutSets, Failure, MOST_CUTS, OutcomeCuts, Remedy, cut_sets, cut_sets_as_known, remedies,
};
pub use number::{Amount, Basis, Count, StandingNumber};
pub use reach::Hold;
pub use standing::{
    OutcomeStanding, PlanStanding, Standing, Status, TeamStanding, standing, standing_as_known,
};
