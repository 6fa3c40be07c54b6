//! The reference organisation and the simulators that the forecast is compared with.
//!
//! Written as a decent programmer writes them in an hour, neither tuned nor crippled: they are what Kedge's kernel must
//! beat, and, as nobody copied a line from it, what its answers are checked against.

pub mod compare;
pub mod kedge;
pub mod reference;
pub mod reused;
pub mod simple;
pub mod simpy;
