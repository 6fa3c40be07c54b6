//! Bugs that are planted on purpose, one at a time, to see that the simulation catches each: a check that has never failed
//! proves nothing. Only with the feature `planted`, which no shipped build turns on.

/// A bug of a kind that replicated stores have had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Planted {
    /// An event that arrives twice is folded twice.
    NoDeduplication,
    /// Times from any future are taken in.
    NoDriftBound,
    /// The log is cut without remembering where.
    CompactionTooEarly,
    /// Of two values of a last-writer field the one that arrives last stays.
    NonCommutativeMerge,
    /// A write is acknowledged before it is on the disk.
    AcknowledgedBeforeDurable,
}

impl Planted {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::NoDeduplication,
        Self::NoDriftBound,
        Self::CompactionTooEarly,
        Self::NonCommutativeMerge,
        Self::AcknowledgedBeforeDurable,
    ];
}
