//! The pages and the API of an organisation, served to this machine alone.
//!
//! ```text
//! request ──guard──▶ page or API ──▶ snapshot of the workspace ──pages──▶ HTML      record ◀── form with the run's token
//!   (whose is it?)                          └──▶ JSON: the types that `--json` prints
//!                    /events ◀── the version, whenever the snapshot moves
//! ```
//!
//! It binds the loopback addresses only, and is safe from other pages in the same browser: a request must name this host
//! (so that no other name can be pointed here), must not come from another site unless somebody followed a link, and
//! writes carry a token that is drawn anew for each run. Pages may load nothing but the one stylesheet and the one script.
//!
//! This crate computes nothing: what a page shows was worked out by the workspace. An answer that is not there within a
//! moment is left out, and the page is told when it has come.

mod acts;
mod address;
mod align;
mod api;
mod events;
mod file;
mod guard;
mod history;
mod priority;
mod priority_acts;
mod routes;
mod serve;
mod shown;

pub use address::{Address, DEFAULT_PORT};
pub use file::review_file;
pub use serve::{ServeError, Server, serve};
