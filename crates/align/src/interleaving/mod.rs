//! What can happen when several writers work on the same data at once: every order of their steps is executed, and the
//! shortest one that loses something or breaks what must hold is shown.
//!
//! ```text
//! Program (read, check, write)… ─┐
//! Rows at the start              ├─▶ search: all interleavings, level by level ─▶ Verdict: broken, with an Example step by
//! Regime of each dataset         │                                                step; kept, after so many interleavings;
//! Rule… that must hold          ─┘                                                or unfinished within the bound
//! ```
//!
//! An operation is data ([`Program`]) and a rule is a trait ([`Rule`]): both can be made outside this crate. What a dataset
//! declares becomes programs and rules in [`declared`](crate::declared).
//!
//! The regimes are what a contract says of the dataset:
//!
//! - [`Regime::Unordered`]: no contract. One shared table, each read and each write a step of its own, nothing locked.
//! - [`Regime::AtHome`]: an owned or a serial contract. A read remembers the version of the home; a write is a compare-and-set
//!   on it: where anything was written there since, it is refused, and the program starts again.
//! - [`Regime::Merged`]: each program works on a copy of its own, as one local transaction; what it wrote is heard by the other
//!   copies later, in any order, and each field merges as the contract says. This is the model of Bailis et al. (Coordination
//!   Avoidance in Database Systems, VLDB 2014): transactions on replicas that merge.
//!
//! *Lost* means: the rows at the end are not what any order of the whole programs, one after the other, would have left. That
//! is serializability of the outcome; a field that keeps both is left out of it, since it loses nothing by construction.

mod program;
mod replica;
mod rule;
mod search;
mod shown;
mod value;
mod world;

pub use program::{Condition, Program, Read, Step, To, Write};
pub use rule::{Anomaly, Breach, Holds, Rule};
pub use search::{Scenario, Searched, Verdict, search};
pub use shown::{Example, Held, Lane, ShownStep};
pub use value::{Cell, RowId, Rows, Value};
pub use world::Regime;
