//! The state of one field, and how two states of it come together.
//!
//! Each kind is a known data type of Shapiro, Preguiça, Baquero and Zawirski, *A comprehensive study of Convergent and
//! Commutative Replicated Data Types* (INRIA 7506, 2011): last-writer register, multi-value register, observed-remove set,
//! counter, and the two that are lattices by themselves. The set and the kept values hold no tombstones: a dot that one
//! side lacks though it has seen its event was removed there (Bieniusa et al., *An optimized conflict-free replicated set*,
//! INRIA 8083, 2012).

use crate::event::{Mark, Merge, Op};
use crate::{AuthorId, Dot, Stamp, Value, VersionVector};
use std::collections::BTreeMap;

/// The state of one field.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// The latest value.
    LastWriter {
        /// When and by whom it was written.
        stamp: Stamp,
        /// What was written.
        value: Value,
    },
    /// Values that did not see each other.
    KeepBoth(BTreeMap<Dot, Value>),
    /// Elements, each with the additions that hold it in.
    Set(BTreeMap<Value, Vec<Dot>>),
    /// What each author counted.
    Counter(BTreeMap<AuthorId, Tally>),
    /// The greatest value.
    Max(Value),
    /// The least value.
    Min(Value),
}

/// What one author counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tally {
    /// The author's last event that counted here.
    pub through: u64,
    /// The sum.
    pub total: i128,
}

impl Field {
    /// How it merges.
    pub const fn merge(&self) -> Merge {
        match self {
            Self::LastWriter { .. } => Merge::LastWriter,
            Self::KeepBoth(_) => Merge::KeepBoth,
            Self::Set(_) => Merge::Set,
            Self::Counter(_) => Merge::Counter,
            Self::Max(_) => Merge::Max,
            Self::Min(_) => Merge::Min,
        }
    }

    /// The state after a first operation; `None` if that leaves nothing (something removed that was not there).
    pub(crate) fn first(mark: &Mark, op: &Op) -> Option<Self> {
        Some(match op {
            Op::Set(value) => Self::LastWriter { stamp: mark.stamp, value: value.clone() },
            Op::Keep { value, .. } => Self::KeepBoth(BTreeMap::from([(mark.dot(), value.clone())])),
            Op::Add { element, .. } => Self::Set(BTreeMap::from([(element.clone(), vec![mark.dot()])])),
            Op::Remove { .. } => return None,
            Op::Count(amount) => Self::Counter(BTreeMap::from([(
                mark.stamp.author,
                Tally { through: mark.sequence, total: i128::from(*amount) },
            )])),
            Op::Raise(value) => Self::Max(value.clone()),
            Op::Lower(value) => Self::Min(value.clone()),
        })
    }

    /// Whether it is the state after this as the first operation.
    #[cfg(any(feature = "postgres", feature = "sqlite"))]
    pub(crate) fn is_all_of(&self, mark: &Mark, op: &Op) -> bool {
        match (self, op) {
            // The long ones, without a copy.
            (Self::LastWriter { stamp, value }, Op::Set(set)) => *stamp == mark.stamp && value.is(set),
            (Self::LastWriter { .. }, _) => false,
            _ => Self::first(mark, op).as_ref() == Some(self),
        }
    }

    /// Takes in an operation of its own kind, once, after all that its event comes after.
    pub(crate) fn apply(&mut self, mark: &Mark, op: &Op) {
        match (self, op) {
            (Self::LastWriter { stamp, value }, Op::Set(new)) if mark.stamp > *stamp => {
                *stamp = mark.stamp;
                value.clone_from(new);
            }
            (Self::KeepBoth(kept), Op::Keep { value, replaces }) => {
                for dot in replaces {
                    kept.remove(dot);
                }
                kept.insert(mark.dot(), value.clone());
            }
            (Self::Set(elements), Op::Add { element, replaces }) => {
                let dots = elements.entry(element.clone()).or_default();
                dots.retain(|dot| !replaces.contains(dot));
                insert(dots, mark.dot());
            }
            (Self::Set(elements), Op::Remove { element, removes }) => {
                if let Some(dots) = elements.get_mut(element) {
                    dots.retain(|dot| !removes.contains(dot));
                    if dots.is_empty() {
                        elements.remove(element);
                    }
                }
            }
            (Self::Counter(tallies), Op::Count(amount)) => {
                let tally = tallies.entry(mark.stamp.author).or_insert(Tally { through: 0, total: 0 });
                tally.through = tally.through.max(mark.sequence);
                // 2^64 events of 64 bits each fit into 128 bits.
                tally.total = tally.total.saturating_add(i128::from(*amount));
            }
            (Self::Max(greatest), Op::Raise(value)) if value > greatest => {
                greatest.clone_from(value);
            }
            (Self::Min(least), Op::Lower(value)) if value < least => {
                least.clone_from(value);
            }
            // Whoever holds fields finds them by name and kind.
            _ => {}
        }
    }

    /// The state of who has seen what either side has seen. Sides of different kinds do not meet: see [`crate::Record`].
    pub(crate) fn join(&mut self, seen: &VersionVector, other: &Self, other_seen: &VersionVector) {
        match (self, other) {
            (Self::LastWriter { stamp, value }, Self::LastWriter { stamp: at, value: new }) if at > stamp => {
                *stamp = *at;
                value.clone_from(new);
            }
            (Self::KeepBoth(kept), Self::KeepBoth(others)) => {
                kept.retain(|dot, _| others.contains_key(dot) || !other_seen.covers(*dot));
                for (dot, value) in others {
                    if !seen.covers(*dot) {
                        kept.insert(*dot, value.clone());
                    }
                }
            }
            (Self::Set(elements), Self::Set(others)) => {
                let nothing = Vec::new();
                elements.retain(|element, dots| {
                    let theirs = others.get(element).unwrap_or(&nothing);
                    dots.retain(|dot| theirs.contains(dot) || !other_seen.covers(*dot));
                    !dots.is_empty()
                });
                for (element, theirs) in others {
                    for dot in theirs.iter().filter(|dot| !seen.covers(**dot)) {
                        insert(elements.entry(element.clone()).or_default(), *dot);
                    }
                }
            }
            (Self::Counter(tallies), Self::Counter(others)) => {
                for (author, theirs) in others {
                    let tally = tallies.entry(*author).or_insert(*theirs);
                    if theirs.through > tally.through {
                        *tally = *theirs;
                    }
                }
            }
            (Self::Max(greatest), Self::Max(value)) if value > greatest => greatest.clone_from(value),
            (Self::Min(least), Self::Min(value)) if value < least => least.clone_from(value),
            _ => {}
        }
    }

    /// What is left of it beside a side that does not have it at all, having seen so much.
    pub(crate) fn without(&mut self, other_seen: &VersionVector) {
        match self {
            Self::KeepBoth(kept) => kept.retain(|dot, _| !other_seen.covers(*dot)),
            Self::Set(elements) => elements.retain(|_, dots| {
                dots.retain(|dot| !other_seen.covers(*dot));
                !dots.is_empty()
            }),
            _ => {}
        }
    }

    /// Whether nothing is in it: then the field is not kept.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::KeepBoth(kept) => kept.is_empty(),
            Self::Set(elements) => elements.is_empty(),
            Self::Counter(tallies) => tallies.is_empty(),
            _ => false,
        }
    }
}

fn insert(dots: &mut Vec<Dot>, dot: Dot) {
    if let Err(place) = dots.binary_search(&dot) {
        dots.insert(place, dot);
    }
}
