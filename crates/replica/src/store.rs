//! Where a replica keeps what it must not lose.

mod memory;

pub use memory::MemoryStore;
