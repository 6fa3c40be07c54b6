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
    /// A peer is answered whatever it may read.
    ReadsNotChecked,
    /// A peer is believed whatever it may write and relay.
    SayingNotChecked,
    /// A state cut down to some owners' records says to hold all that went into it.
    PartTakenForWhole,
    /// A part of a message is added to those before it, whichever it is.
    PartOutOfPlace,
    /// A home applies a write again that is sent again.
    WriteAppliedTwice,
    /// To the server an event is named by its sequence without its author.
    NamedBySequence,
    /// What the stream does not bring is asked of nobody.
    NeverAskedFor,
}

impl Planted {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::NoDeduplication,
        Self::NoDriftBound,
        Self::CompactionTooEarly,
        Self::NonCommutativeMerge,
        Self::AcknowledgedBeforeDurable,
        Self::ReadsNotChecked,
        Self::SayingNotChecked,
        Self::PartTakenForWhole,
        Self::PartOutOfPlace,
        Self::WriteAppliedTwice,
        Self::NamedBySequence,
        Self::NeverAskedFor,
    ];
}
