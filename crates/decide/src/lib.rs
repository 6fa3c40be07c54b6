//! What to do about each ask, and what wants doing this week.
//!
//! ```text
//! Organisation ─┬─ floor ── Standing ───┐
//!               └─ forecast ── Evaluation per way on ─┴─▶ Decision (ways on side by side, one recommended, why)
//!                                                    ├─▶ Next (this week, by team)
//!                                                    └─▶ Ledger (live hacks: age, interest, way out)
//! ```
//!
//! The ways on are those that the plan names, and besides: wait, and drop it. Each is run as a whole on the same random
//! numbers, so that their difference is known better than either; the recommendation is the one with the highest
//! expected net value among those that nothing rules out.
//!
//! This crate never draws: a decision is data and sentences.

mod at_stake;
mod brief;
mod brief_text;
mod decision;
mod effort;
mod inbox;
mod ledger;
mod markdown;
mod next;
mod open;
pub mod order;
mod review;
mod same_need;
mod sentence;
pub mod similar;

pub use at_stake::{AtStake, Instead, NoCosts, OutcomeAtStake, Stakes};
pub use brief::{Brief, Later, Offer, Onward, Starts, Weighed, brief};
pub use decision::{Costs, Criterion, Decision, Precondition, Way, WayOn, decide};
pub use effort::mean_days;
pub use inbox::{EffortGuess, Inbox, InboxItem, Subject, inbox};
pub use ledger::{Balance, BreakEven, Hack, Ledger, ledger, ledger_as_known, person_days};
pub use next::{Next, NextItem, NextKind, Urgency, next};
pub use open::{OpenAsk, OpenForecast, OpenPlan};
pub use order::order_headline;
pub use review::{
    Alignment, AlignmentEvent, AsksOfQuarter, Delivered, LandedAsk, Point, Review, SettledAsk, TakenDetour,
    Trend, quarter_of, review,
};
pub use same_need::{Joined, Likeness, SameNeed, same_needs};
