//! What changes in a trial: the state of items, teams, asks, fallbacks and outcomes, and what is still to happen.

use crate::draft::Progress;
use crate::program::{Item, List};
use crate::stages::Stage;

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

/// An item: what every event reads of it, and what becomes of it. One line of the processor's cache, since most of a trial
/// is spent on fetching them.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(crate) struct ItemState {
    // From the program, for the whole run.
    pub(super) team: u32,
    pub(super) plan: u32,
    pub(super) slot: u32,
    pub(super) crew: u32,
    pub(super) follows: List,
    pub(super) plain: bool,
    // Made fresh for each trial.
    pub(crate) status: Status,
    /// Demoted by a shift of priorities.
    pub(crate) late: bool,
    pub(crate) pending: u32,
    /// Person-days that it takes from start to end, in this trial.
    pub(crate) days: f64,
    // Each says something from the status on that sets it.
    /// From ready on: the order in which items became ready, over the whole trial.
    pub(crate) order: u32,
    /// From ready on.
    pub(crate) cause: Cause,
    /// From running on.
    pub(crate) ends: f64,
    /// What else ends in the same bucket of the agenda.
    pub(super) link: u32,
}

impl ItemState {
    /// An item of nobody, for tests of what only links items.
    #[cfg(test)]
    pub(super) const BLANK: ItemState = ItemState {
        team: 0,
        plan: 0,
        slot: 0,
        crew: 1,
        follows: List::EMPTY,
        plain: true,
        status: Status::Waiting,
        late: false,
        pending: 0,
        days: 0.0,
        order: 0,
        cause: Cause::Nothing,
        ends: f64::INFINITY,
        link: 0,
    };

    pub(super) fn of(item: &Item) -> ItemState {
        ItemState {
            team: item.team,
            plan: item.plan,
            slot: item.slot,
            crew: item.crew,
            follows: item.follows,
            plain: item.plain,
            status: FreshItem::of(item).status,
            late: false,
            pending: item.pending,
            days: 0.0,
            order: 0,
            cause: Cause::Nothing,
            ends: f64::INFINITY,
            link: 0,
        }
    }
}

/// What an item is before a trial.
#[derive(Clone, Copy, Debug)]
pub(super) struct FreshItem {
    pub(super) pending: u32,
    pub(super) status: Status,
}

impl FreshItem {
    pub(super) fn of(item: &Item) -> FreshItem {
        let done = item.progress == Progress::Done;
        FreshItem { pending: item.pending, status: if done { Status::Done } else { Status::Waiting } }
    }
}

#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(crate) struct TeamState {
    /// How many people could take something; below zero where some who left finish what they hold.
    pub(crate) free: i64,
    /// Person-days that one person does in a working day on what starts now.
    pub(crate) pace: f64,
    /// Its people of now.
    pub(super) stage: Stage,
    /// Persons that maintaining and guiding take.
    pub(crate) load: f64,
    /// Persons that a hack which opened at this moment takes from what starts after it.
    pub(super) coming: f64,
    /// The item whose end last freed somebody.
    pub(crate) freed_by: u32,
    /// Shifts in its priorities so far.
    pub(crate) shifts: u32,
    /// First word of its ready set, and how many words.
    pub(super) word: u32,
    pub(super) words: u32,
    /// The number of its next stage.
    pub(super) next_stage: u32,
    pub(crate) dirty: bool,
    /// Whether there are times in which nobody of it works.
    pub(super) closes: bool,
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
    /// Items of its plan that were ready when it was taken and have not started: its `create` waits for them.
    pub(crate) blocked: u32,
    /// When its `create` started.
    pub(crate) started: f64,
    pub(crate) taken: bool,
    pub(crate) guiding: bool,
}

pub(super) const FRESH_FALLBACK: FallbackState = FallbackState {
    phase: Phase::Ahead,
    opened: f64::INFINITY,
    ended: f64::INFINITY,
    taken_order: 0,
    blocked: 0,
    started: f64::INFINITY,
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

/// What can happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Happening {
    /// People look for work on the as-of morning.
    Begin,
    /// An item may start from this date on.
    Wake(u32),
    /// A team has more or fewer people from now on: its next stage.
    Capacity(u32),
    End(u32),
    /// A bought fallback's lead is over.
    LeadOver(u32),
    Landing(u32),
    /// Priorities shift in a team.
    Shift(u32),
    /// A fallback's turn has come.
    Take(u32),
}

impl Happening {
    /// Its order at one moment: ends, landings, shifts, takings.
    pub(super) fn class(self) -> u32 {
        match self {
            Happening::Begin
            | Happening::Wake(_)
            | Happening::Capacity(_)
            | Happening::End(_)
            | Happening::LeadOver(_) => 0,
            Happening::Landing(_) => 1,
            Happening::Shift(_) => 2,
            Happening::Take(_) => 3,
        }
    }
}
