//! What to do about each ask, and what wants doing this week.
//!
//! ```text
//! Organisation ─┬─ floor ── Standing, CutSets ─────┐
//!               └─ forecast ── CourseTrials per way ─┴─▶ Decision (ways on side by side, one recommended, why, what flips it)
//!                                                    ├─▶ Losses (what can lose each outcome, and how likely)
//!                                                    ├─▶ Next (this week, by team)
//!                                                    ├─▶ Queue (asks that are one need on one line, by what is lost for
//!                                                    │         the work it takes; what a reorder would do)
//!                                                    └─▶ Ledger (live hacks: age, interest, way out)
//! ```
//!
//! The ways on are all the routes there are: those that the plan names, those that the asked team offers, and besides: raise
//! it, wait, and drop it. Each is run as a whole on the same random numbers, so that their difference is known better than
//! either; the recommendation is the one with the highest expected net value, as it is printed, among those that nothing
//! rules out and that gain more than the error.
//!
//! This crate never draws: a decision is data and sentences.

mod at_stake;
mod brief;
mod brief_text;
mod council;
mod decision;
mod effort;
mod hack_or_wait;
mod inbox;
mod ledger;
mod losses;
mod markdown;
pub mod models;
mod next;
mod open;
pub mod order;
mod queue;
mod review;
mod same_need;
mod sentence;
pub mod similar;

pub use at_stake::{AtStake, Instead, NoCosts, OutcomeAtStake, Stakes};
pub use brief::{Brief, Later, Offer, Onward, Starts, Weighed, brief};
pub use council::{
    Claim, Consumed, Council, CouncilMoved, CouncilMoving, Ranked, RankedKind, RankedOutcome, consumed,
    consumed_in_words, council, council_moved, move_ranked, program_managers,
};
pub use decision::{
    Costs, Criterion, Decision, Earned, Flip, Precondition, Reckoning, Route, Sought, Turns, Unit, Way,
    WayOn, decide, in_full, recommended_again,
};
pub use effort::{days_left, mean_days};
pub use hack_or_wait::{AgainstWaiting, Band, HackOrWait, LandingPoint};
pub use inbox::{EffortGuess, Inbox, InboxItem, Subject, inbox};
pub use ledger::{Balance, BreakEven, Hack, Ledger, ledger, ledger_as_known, person_days};
pub use losses::{AskLoss, Cut, Losses, OutcomeLoss, RemedyOdds, failure_in_words, losses};
pub use next::{Next, NextItem, NextKind, Urgency, next};
pub use open::{OpenAsk, OpenForecast, OpenPlan};
pub use order::order_headline;
pub use queue::{
    Basis, Destination, Lost, MoveError, Moved, Moves, Moving, Placed, Queue, QueueLine, QueuedAsk,
    QueuedEffort, SIMULATED_WHOLE, is_in_play, move_line, moved_in_whole, near_in_words, queue, split_line,
};
pub use review::{
    Alignment, AlignmentEvent, AsksOfQuarter, Delivered, LandedAsk, Point, Review, SettledAsk, TakenDetour,
    Trend, quarter_of, review,
};
pub use same_need::{Because, Joined, Likeness, SameNeed, same_needs};
