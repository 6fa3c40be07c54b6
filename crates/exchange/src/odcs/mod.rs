//! Open Data Contract Standard, version 3 (Bitol, Linux Foundation): contracts of datasets, out and in.
//!
//! | in the contract | in the plan language |
//! | --- | --- |
//! | `team.name` | the owner |
//! | an object of `schema` | a dataset; its fields are those that rules and operations name |
//! | `roles` with `access: write`, `read` | writers and readers: a single writer is a contract with one role that writes |
//! | `servers` of type `api`; `custom` with `kedgeTransport` | how changes travel: the port through which the others read |
//! | `slaProperties`: `latency` | how old a read copy may be |
//! | `unique`, `primaryKey` | a unique value |
//! | `relationships` | a reference |
//! | `logicalTypeOptions`: `minimum`, `maximum` | a number that never goes below, never above |
//! | the first number of `version` | the version |
//! | `status` | derived from the dates and signatures, where it goes out; not taken in: a word has no day |
//! | `customProperties` that begin with `kedge` | the rest: kind, home, merges, operations, rules of several fields, dates |
//!
//! What Kedge writes it reads back whole. Of a contract that others wrote, all that has no place here is told.

mod foreign;
mod kept;
mod read;
mod references;
mod write;

pub use read::{Options, draft};
pub use write::{Status, document};
