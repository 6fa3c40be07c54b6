//! One problem solved more than once: several libraries for one capability, and code that is nearly the same on both
//! sides of a border between owners.
//!
//! ```text
//! tree ──▶ texts ─┬─▶ solutions: manifests and imports, by the map of capabilities
//!                 └─▶ copies: tokens ─▶ fingerprints ─▶ candidates ─▶ aligned pairs ─▶ groups
//! ```
//!
//! Who owns a path is asked of the caller. Generated and vendored files are left out, and counted.

pub mod copies;
mod passed_over;
pub mod solutions;

pub use passed_over::{Kind, PassedOver, Why};
