//! What can be kept without coordination: each kind of invariant against each kind of operation.
//!
//! Writes at several places that nobody orders keep an invariant exactly where merging two states that keep it, and come from
//! one that did, gives a state that keeps it (*invariant confluence*: Bailis, Fekete, Franklin, Ghodsi, Hellerstein, Stoica,
//! Coordination Avoidance in Database Systems, VLDB 2014). The table is theirs (table 2), by the names of its rows; what is our
//! own says so. Each line is tried by the search over interleavings in `tests/contracts.rs`.

use kedge_model::{Does, FieldMerge, Invariant, InvariantKind, Operation};
use serde::Serialize;

/// What must hold, as far as it makes a difference to merging.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Case {
    /// A unique value that people choose.
    UniqueChosen,
    /// A unique value that is generated.
    UniqueGenerated,
    /// What is pointed at is there.
    Reference,
    /// A number is never below a bound.
    AtLeast,
    /// A number is never above a bound.
    AtMost,
    /// A number never goes back.
    Monotone,
    /// A rule of one field.
    OneField,
    /// A rule of several fields of one row.
    SeveralFields,
}

/// Whether an invariant survives an operation at several places, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Survival {
    /// Whether it does.
    pub survives: bool,
    /// The row of the paper's table, or that it is our own.
    pub row: &'static str,
    /// Why.
    pub why: &'static str,
}

/// All operations, in the order of the plan language.
pub const OPERATIONS: [Does; 7] = [
    Does::Insert,
    Does::InsertIfAbsent,
    Does::Set,
    Does::ReadThenSet,
    Does::Increment,
    Does::Decrement,
    Does::Delete,
];

/// All cases.
pub const CASES: [Case; 8] = [
    Case::UniqueChosen,
    Case::UniqueGenerated,
    Case::Reference,
    Case::AtLeast,
    Case::AtMost,
    Case::Monotone,
    Case::OneField,
    Case::SeveralFields,
];

impl Case {
    /// The cases of an invariant: a balance with two bounds is two.
    pub fn of(invariant: &Invariant) -> Vec<Self> {
        match invariant.kind {
            InvariantKind::Unique if invariant.chosen => vec![Self::UniqueChosen],
            InvariantKind::Unique => vec![Self::UniqueGenerated],
            InvariantKind::Reference => vec![Self::Reference],
            InvariantKind::Balance => {
                let least = invariant.min.map(|_| Self::AtLeast);
                least.into_iter().chain(invariant.max.map(|_| Self::AtMost)).collect()
            }
            InvariantKind::Monotone => vec![Self::Monotone],
            InvariantKind::PerRow if invariant.fields.len() > 1 => vec![Self::SeveralFields],
            InvariantKind::PerRow => vec![Self::OneField],
        }
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::UniqueChosen => "unique, and people choose it",
            Self::UniqueGenerated => "unique, and generated",
            Self::Reference => "what is pointed at is there",
            Self::AtLeast => "never below a bound",
            Self::AtMost => "never above a bound",
            Self::Monotone => "never goes back",
            Self::OneField => "a rule of one field",
            Self::SeveralFields => "a rule of several fields of a row",
        }
    }
}

const fn yes(row: &'static str, why: &'static str) -> Survival {
    Survival { survives: true, row, why }
}

const fn no(row: &'static str, why: &'static str) -> Survival {
    Survival { survives: false, row, why }
}

/// Whether the invariant survives the operation where each of several places does it by itself and `merge` makes one of them.
///
/// The paper's counters are numbers to which changes add up: `sum`. What is set to a value is kept by a bound as long as one of
/// the values wins, and not where their differences add up.
pub fn survival(case: Case, does: Does, merge: FieldMerge) -> Survival {
    use Does::{Decrement, Delete, Increment, Insert, InsertIfAbsent, ReadThenSet, Set};
    let adds_up = merge == FieldMerge::Sum;
    match (case, does) {
        (Case::UniqueChosen, Delete) => yes("own", "a row less is no second one"),
        (Case::UniqueChosen, _) => no(
            "uniqueness, choose specific value",
            "two can choose the same value before either hears of the other",
        ),
        (Case::UniqueGenerated, _) => {
            yes("uniqueness, choose some value", "what is generated is never generated twice")
        }
        (Case::Reference, _) => {
            yes("foreign key, insert", "what is pointed at stays, as long as nobody deletes it")
        }
        (Case::AtLeast, Increment) => yes("> with increment", "what only rises leaves the bound behind"),
        (Case::AtMost, Decrement) => yes("< with decrement", "what only falls leaves the bound behind"),
        (Case::AtLeast, Decrement) => {
            no("> with decrement", "two that each leave enough can together take too much")
        }
        (Case::AtMost, Increment) => {
            no("< with increment", "two that each leave room can together take too much")
        }
        (Case::AtLeast | Case::AtMost, Set | ReadThenSet) if adds_up => {
            no("own", "the differences of two values add up, and were each checked alone")
        }
        (Case::AtLeast | Case::AtMost, Set | ReadThenSet) => {
            yes("attribute inequality, any", "one of the values wins, and each was checked")
        }
        (Case::Monotone, Increment) if adds_up || merge == FieldMerge::Max => {
            yes("> with increment", "what only rises never goes back")
        }
        (Case::Monotone, Set | ReadThenSet) if merge == FieldMerge::Max => {
            yes("own", "the greatest value wins")
        }
        (Case::Monotone, Set | ReadThenSet) if adds_up => {
            yes("own", "each was a rise where it was written, and rises add up")
        }
        (Case::Monotone, Decrement) => no("own", "it goes back by itself"),
        (Case::Monotone, Set | ReadThenSet | Increment) => no("own", "a later, lower value can win"),
        (Case::OneField, _) => {
            yes("attribute equality and inequality, any", "each value was checked where it was written")
        }
        (Case::SeveralFields, Set | ReadThenSet | Increment | Decrement) => {
            no("own", "each of two leaves in place what the other takes away")
        }
        (
            Case::AtLeast | Case::AtMost | Case::Monotone | Case::SeveralFields,
            Insert | InsertIfAbsent | Delete,
        ) => yes(
            "attribute inequality, any",
            "a new row is checked where it is written, and a row less breaks nothing",
        ),
    }
}

/// A target of references that somebody deletes from: the one thing that depends on another dataset.
pub const DELETED_TARGET: Survival =
    no("foreign key, delete", "a row can be deleted before its deleter hears who points at it");

/// Whether an operation touches what an invariant is about; one without a field touches the whole row.
pub fn touches(operation: &Operation, invariant: &Invariant) -> bool {
    match &operation.field {
        Some(field) => invariant.fields.is_empty() || invariant.fields.contains(field),
        None => true,
    }
}
