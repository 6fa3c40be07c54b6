//! What changes in a trial: the state of items, teams, asks, fallbacks and outcomes, and what is still to happen.

use crate::stages::Stage;
use std::cmp::Ordering;

/// How far an item is within a trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// Waits for items, asks or a date.
    Waiting,
    Ready,
    Running,
    Done,
    /// Never to be done: not taken up, dropped, stopped, skipped.
    Gone,
}

/// What an item, an ask or an outcome last waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    Nothing,
    Item(u32),
    Ask(u32),
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct ItemState {
    pub(crate) status: Status,
    /// Demoted by a shift of priorities.
    pub(crate) late: bool,
    pub(crate) pending: u32,
    /// The order in which items became ready, over the whole trial.
    pub(crate) order: u32,
    /// Items of its plan that were ready when this `create` was taken and have not started.
    pub(crate) blocked: u32,
    pub(crate) ready_at: f64,
    pub(crate) started: f64,
    pub(crate) ends: f64,
    /// Person-days it takes from `started` to `ends`.
    pub(crate) effort: f64,
    pub(crate) cause: Cause,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct TeamState {
    /// How many people could take something; below zero where some who left finish what they hold.
    pub(crate) free: i64,
    /// Its people of now.
    pub(super) stage: Stage,
    /// Persons that maintaining and guiding take.
    pub(crate) load: f64,
    /// Persons that a hack which opened at this moment takes from what starts after it.
    pub(super) coming: f64,
    pub(crate) factor: f64,
    /// The item whose end last freed somebody.
    pub(crate) freed_by: u32,
    pub(crate) dirty: bool,
    /// Whether, at some moment, nothing was left to start anything with.
    pub(crate) starved: bool,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct AskState {
    pub(crate) open: bool,
    pub(crate) dead: bool,
    /// The moment it landed; infinite if it did not.
    pub(crate) landed: f64,
    /// The moment at which the asker learnt that it was dropped; infinite if that was not so.
    pub(crate) dropped: f64,
    /// The entry that is running or lives, as an index into all fallbacks.
    pub(crate) current: u32,
    /// The entry of the chain that comes next.
    pub(crate) next: u32,
    /// Share kept of the outcome's value.
    pub(crate) keeps: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Phase {
    Ahead,
    /// Waits for its lead, for people, or is being created.
    Running,
    Lives,
    /// Dropped, stopped, refused, landed or migrated.
    Over,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct FallbackState {
    pub(crate) phase: Phase,
    pub(crate) opened: f64,
    pub(crate) ended: f64,
    pub(crate) taken_order: u32,
    pub(crate) taken: bool,
    pub(crate) guiding: bool,
}

pub(super) const FRESH_FALLBACK: FallbackState = FallbackState {
    phase: Phase::Ahead,
    opened: f64::INFINITY,
    ended: f64::INFINITY,
    taken_order: 0,
    taken: false,
    guiding: false,
};

#[derive(Clone, Copy, Debug)]
pub(crate) struct OutcomeState {
    pub(crate) pending: u32,
    /// The moment it went live; infinite if it did not.
    pub(crate) live: f64,
    /// The calendar day up to which value is settled.
    pub(super) settled: i32,
    /// Full days of value so far.
    pub(crate) days: f64,
    pub(super) factor: f64,
    pub(super) cause: Cause,
}

/// What can happen; the discriminants are the order at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Happening {
    Wake(u32),
    /// A team has more or fewer people from now on: its next stage.
    Capacity {
        team: u32,
        next: u32,
    },
    End(u32),
    /// A bought fallback's lead is over.
    LeadOver(u32),
    Landing(u32),
    Shift {
        team: u32,
        number: u32,
    },
    Take {
        ask: u32,
        entry: u32,
    },
}

impl Happening {
    pub(super) fn class(self) -> u8 {
        match self {
            Happening::Wake(_) | Happening::Capacity { .. } | Happening::End(_) | Happening::LeadOver(_) => 0,
            Happening::Landing(_) => 1,
            Happening::Shift { .. } => 2,
            Happening::Take { .. } => 3,
        }
    }
}

/// Something still to happen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pending {
    /// The moment, then the order at one moment, then the order in which it was called for: one number to compare. The
    /// bits of a float that is not negative order as it does.
    key: u128,
    pub(super) what: Happening,
}

impl Pending {
    pub(super) fn new(at: f64, number: u32, what: Happening) -> Pending {
        let key = u128::from(at.to_bits()) << 64 | u128::from(what.class()) << 32 | u128::from(number);
        Pending { key, what }
    }

    pub(super) fn at(&self) -> f64 {
        f64::from_bits((self.key >> 64) as u64)
    }
}

impl Ord for Pending {
    /// The earliest is the greatest, as the standard heap gives out its greatest first.
    fn cmp(&self, other: &Pending) -> Ordering {
        other.key.cmp(&self.key)
    }
}

impl PartialOrd for Pending {
    fn partial_cmp(&self, other: &Pending) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Pending {
    fn eq(&self, other: &Pending) -> bool {
        self.key == other.key
    }
}

impl Eq for Pending {}
