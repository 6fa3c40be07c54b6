//! Where agreement is cheaper than independence, what it costs, and the way to it.
//!
//! ```text
//! Organisation ─┬─ datasets ─▶ can what must hold be kept without coordination? ─▶ the contract that fits
//! CodeEvidence ─┤                     └─▶ interleavings: what breaks today, step by step; checked again with the contract
//!               ├─ problems ─▶ apart against together: ranges, break-even, the chance that it pays
//!               ├─ proposals ─▶ draft, open, signed, adopted, retired: who is missing
//!               └─ drift, borders, services that should be one
//! ```
//!
//! This crate never reads git, files or clocks: evidence is handed in, and the date with it. It never says that teams must
//! agree: "leave these apart" is an answer, and it is counted.

pub mod agreement;
pub mod borders;
pub mod confluence;
pub mod coupling;
pub mod datasets;
pub mod declared;
pub mod drift;
pub mod interleaving;
pub mod kept;
pub mod price;
pub mod problems;
pub mod proposals;
pub mod proposed;
pub mod services;
pub mod summary;
