//! Borders: whether ownership runs where the code changes together.
//!
//! ```text
//! history ──▶ changes (small commits, files that count) ─┬─▶ ownership beside communities
//!                                                        ├─▶ owners of different layers that change together
//!                                                        └─▶ services that change together
//! ```
//!
//! Changing together counts only beside what chance would give, and each number comes with its commits. Whether a border
//! should run elsewhere is not said here.

mod changes;
pub mod communities;
mod layers;
mod ownership;
mod services;
mod shared;

pub(crate) use changes::Change;
pub use changes::{Changes, Together};
pub use layers::{LayerPair, Layering, Layers, LayersError, MOSTLY, OwnerLayers, layering};
pub use ownership::{Borders, Community, Elsewhere, FolderOf, Options, OwnersOf, Unit, borders};
pub use services::{GlobError, Service, ServiceCommits, ServicePair, Services, ServicesTogether, together};
pub use shared::{SharedBetween, shared};

/// The most files of a commit that counts: sweeps and imports touch more, and join everything with everything. Our own
/// choice.
pub const MOST_FILES: usize = 20;
