//! Records that exist in more than one place, with the choice between consistency and availability declared.
//!
//! Each collection has a [`Contract`]: *owned* (one writes each record, others hold read copies of known age), *merged*
//! (all write, any time; each field says how writes come together) or *serial* (all write at one home, one at a time).
//!
//! ```text
//!   Change ──▶ Core::write ──▶ Step ──▶ store ──▶ acknowledged
//!                 ▲                       │ events
//!   contract,     │                       ▼
//!   clock, log ───┤            Batch or Snapshot ──▶ the other replica
//!                 ▼                                        │
//!   Step ◀── Core::receive ◀───────────────────────────────┘
//! ```
//!
//! What holds, whatever the network does: state is a fold of events that gives the same bytes in any order of delivery;
//! an event counts once; none is taken in before those that it comes after, or from further in the future than the bound;
//! a kept conflict is a value that the reader sees; a record that was deleted stays deleted; a field that no contract here
//! knows is kept and passed on.
//!
//! The core does no I/O: time, bytes and records come in as arguments, and what is to be stored or sent goes out as values
//! ([`Core`], [`Step`], [`wire::Message`]).

mod author;
mod change;
#[cfg(feature = "checker")]
pub mod checker;
mod clock;
mod contract;
mod contract_file;
mod core;
mod event;
mod field;
mod log;
pub mod messages;
mod migration;
mod peer_file;
mod peers;
#[cfg(feature = "planted")]
mod planted;
mod record;
mod replica;
mod store;
mod system_time;
pub mod transport;
mod value;
pub mod wire;

pub use author::{AuthorId, Dot, NotAnAuthor, VersionVector};
pub use change::{Change, Expected, WrongName};
pub use clock::{Ahead, Clock, Millis, Stamp, Timestamp};
pub use contract::{Contract, ContractBuilder, ContractError, Contracts, FieldContract, Invariant, Promise};
pub use contract_file::ContractFileError;
pub use core::{Admitted, Age, Answer, Core, Held, NotInParts, Received, Records, Step, WriteError};
pub use event::{Action, Address, Body, Consistency, Event, FieldEdit, Mark, Merge, Op, RecordEdit};
pub use field::{Field, Tally};
pub use log::{Log, Memory};
pub use migration::Refusal;
pub use peer_file::PeerFileError;
pub use peers::{Authors, Grant, NotASecret, NotGranted, Peer, Peers, Secret, TwoPeers};
#[cfg(feature = "planted")]
pub use planted::Planted;
pub use record::Record;
pub use replica::{Error, Replica, Report, Settings};
#[cfg(feature = "postgres")]
pub use store::{Hold, PostgresStore, PostgresStoreOptions};
pub use store::{MemoryStore, Store, StoreError, Stored};
#[cfg(feature = "sqlite")]
pub use store::{SqliteStore, SqliteStoreOptions};
pub use value::{Key, Kind, Name, NotAKey, NotAName, Real, Value};

/// The guide's examples are run as tests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/replica.md")]
struct Guide;
