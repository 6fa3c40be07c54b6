//! What changes in a trial: the state of items, teams, asks, fallbacks and outcomes, and what is still to happen.

use crate::draft::Progress;
use crate::program::{Follows, Item, NONE, Program};
use crate::stages::Stage;

/// How far an item is within a trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Status(u32);

impl Status {
    /// Waits for items, asks or a date.
    pub(crate) const WAITING: Status = Status(0);
    pub(crate) const READY: Status = Status(1 << Standing::BITS);
    pub(crate) const RUNNING: Status = Status(2 << Standing::BITS);
    pub(crate) const DONE: Status = Status(3 << Standing::BITS);
    /// Never to be done: not taken up, dropped, stopped, skipped.
    pub(crate) const GONE: Status = Status(4 << Standing::BITS);
}

/// How far an item is, and for how many things it still waits, in one word: so it takes one look, and no branch, to open it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing(u32);

impl Standing {
    const BITS: u32 = 28;
    const PENDING: u32 = (1 << Standing::BITS) - 1;
    /// It runs, and nothing that it waits for is left.
    pub(super) const RUNNING: Standing = Standing(Status::RUNNING.0);
    pub(super) const DONE: Standing = Standing(Status::DONE.0);

    /// Of more than 2^28 - 1 things that it waits for it notes as many, which no item ever sees the end of.
    pub(super) fn new(status: Status, pending: u32) -> Standing {
        Standing(status.0 | pending.min(Standing::PENDING))
    }

    #[inline(always)]
    pub(super) fn status(self) -> Status {
        Status(self.0 & !Standing::PENDING)
    }

    #[inline(always)]
    pub(super) fn set_status(&mut self, status: Status) {
        self.0 = status.0 | self.pending();
    }

    #[inline(always)]
    pub(super) fn pending(self) -> u32 {
        self.0 & Standing::PENDING
    }

    /// One thing less to wait for. Returns whether this is what opens it: then it is ready.
    #[inline(always)]
    pub(super) fn release(&mut self) -> bool {
        debug_assert!(self.pending() > 0, "an item is released by more than it waits for");
        let left = self.0.wrapping_sub(1);
        let opens = left == 0;
        self.0 = left | u32::from(opens) << Standing::BITS;
        opens
    }
}

/// What an item, an ask or an outcome last waited for, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cause(u32);

/// The same, to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waited {
    Nothing,
    Item(u32),
    Ask(u32),
}

impl Cause {
    pub(crate) const NOTHING: Cause = Cause(NONE);
    const ASK: u32 = 1 << 31;

    #[inline(always)]
    pub(super) fn item(item: u32) -> Cause {
        Cause(item)
    }

    pub(super) fn ask(ask: u32) -> Cause {
        Cause(ask | Cause::ASK)
    }

    pub(super) fn waited(self) -> Waited {
        match self {
            Cause::NOTHING => Waited::Nothing,
            Cause(ask) if ask & Cause::ASK != 0 => Waited::Ask(ask & !Cause::ASK),
            Cause(item) => Waited::Item(item),
        }
    }
}

/// How much there is to look at when an item starts and ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind(u8);

impl Kind {
    const PLAIN: u8 = 1;
    const AMONG_PLAIN: u8 = 2;
    const MORE: u8 = 4;
    const BEGUN: u8 = 8;

    fn of(bits: &[(u8, bool)]) -> Kind {
        Kind(bits.iter().filter(|(_, set)| *set).map(|(bit, _)| bit).sum())
    }

    /// Work of a plan, with a crew that its team has at any time.
    #[inline(always)]
    pub(super) fn is_plain(self) -> bool {
        self.0 & Kind::PLAIN != 0
    }

    /// Plain, and what follows is plain items and outcomes.
    #[inline(always)]
    pub(super) fn is_among_plain(self) -> bool {
        self.0 & Kind::AMONG_PLAIN != 0
    }

    /// Begun before as-of, and not done.
    #[inline(always)]
    pub(super) fn is_begun(self) -> bool {
        self.0 & Kind::BEGUN != 0
    }

    /// More follows than two items and an outcome.
    #[inline(always)]
    pub(super) fn has_more(self) -> bool {
        self.0 & Kind::MORE != 0
    }
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
    /// Where it is among plain ones: the first two items that follow, and for want of one the item of nobody.
    pub(super) next: [u32; 2],
    /// There as well: the first outcome that follows, and for want of one the outcome of nobody.
    pub(super) gates: u32,
    pub(super) kind: Kind,
    // Made fresh for each trial.
    pub(super) standing: Standing,
    /// Demoted by a shift of priorities.
    pub(crate) late: bool,
    /// Person-days that it takes from start to end, in this trial.
    pub(crate) days: f64,
    // Each says something from the status on that sets it.
    /// From ready on: the order in which items became ready, over the whole trial.
    pub(crate) order: u32,
    /// From ready on.
    pub(crate) cause: Cause,
    /// From running on.
    pub(crate) ends: f64,
}

impl ItemState {
    /// The item of nobody, which all might wait for and none ever does: it follows where a place for what follows is left.
    pub(super) const NOBODYS: ItemState = ItemState {
        team: 0,
        plan: 0,
        slot: 0,
        crew: 1,
        next: [0; 2],
        gates: 0,
        kind: Kind(Kind::PLAIN | Kind::AMONG_PLAIN),
        standing: Standing(Status::GONE.0 | Standing::PENDING),
        late: false,
        days: 0.0,
        order: 0,
        cause: Cause::NOTHING,
        ends: f64::INFINITY,
    };

    #[inline(always)]
    pub(crate) fn status(&self) -> Status {
        self.standing.status()
    }

    #[inline(always)]
    pub(super) fn set_status(&mut self, status: Status) {
        self.standing.set_status(status);
    }

    /// How far an item is before a trial.
    pub(super) fn fresh(item: &Item) -> Standing {
        let status = if item.progress == Progress::Done { Status::DONE } else { Status::WAITING };
        Standing::new(status, item.pending)
    }

    /// All items of a program, and after them the item of nobody.
    pub(super) fn all(program: &Program) -> Vec<ItemState> {
        let item = |item| ItemState::of(program, item);
        program.items.iter().map(item).chain([ItemState::NOBODYS]).collect()
    }

    fn of(program: &Program, item: &Item) -> ItemState {
        let nobodys = program.items.len() as u32;
        let follows = program.list(item.follows);
        let is_item = |code: &&u32| matches!(Follows::of(**code), Follows::Item(_));
        let plain = |code: &u32| match Follows::of(*code) {
            Follows::Item(next) => program.items[next as usize].plain,
            Follows::Outcome(_) => true,
            Follows::Landing(_) => false,
        };
        let among_plain = item.plain && follows.iter().all(plain);
        let next = |place: usize| {
            follows.get(place).filter(is_item).copied().filter(|_| among_plain).unwrap_or(nobodys)
        };
        let next = [next(0), next(1)];
        let outcome = |code: &u32| match Follows::of(*code) {
            Follows::Outcome(outcome) => Some(outcome),
            Follows::Item(_) | Follows::Landing(_) => None,
        };
        let gates = follows.iter().find_map(outcome).filter(|_| among_plain);
        let begun = matches!(item.progress, Progress::Started { .. });
        let told = next.iter().filter(|&&next| next != nobodys).count() + usize::from(gates.is_some());
        let more = follows.len() > told;
        ItemState {
            team: item.team,
            plan: item.plan,
            slot: item.slot,
            crew: item.crew,
            next,
            gates: gates.unwrap_or(program.outcomes.len() as u32),
            kind: Kind::of(&[
                (Kind::PLAIN, item.plain),
                (Kind::AMONG_PLAIN, among_plain),
                (Kind::MORE, more),
                (Kind::BEGUN, begun),
            ]),
            standing: ItemState::fresh(item),
            late: false,
            days: 0.0,
            order: 0,
            cause: Cause::NOTHING,
            ends: f64::INFINITY,
        }
    }
}

const _: () = assert!(size_of::<ItemState>() == 64 && size_of::<TeamState>() <= 128);

/// A team: first, in one line of the processor's cache, what every start and end reads of it.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub(crate) struct TeamState {
    /// How many people could take something; below zero where some who left finish what they hold.
    pub(crate) free: i64,
    /// Person-days that one person does in a working day on what starts now.
    pub(crate) pace: f64,
    /// The same, and not a number where that takes a closer look: where nothing starts, or nobody works at times.
    pub(super) plain_pace: f64,
    /// First word of its ready set, and how many words.
    pub(super) word: u32,
    pub(super) words: u32,
    /// The item whose end last freed somebody.
    pub(crate) freed_by: u32,
    pub(crate) dirty: bool,
    /// Whether there are times in which nobody of it works.
    pub(super) closes: bool,
    /// Whether, at some moment, nothing was left to start anything with.
    pub(crate) starved: bool,
    /// Persons that a hack which opened at this moment takes from what starts after it.
    pub(super) coming: f64,
    /// Persons that maintaining and guiding take.
    pub(crate) load: f64,
    /// Shifts in its priorities so far.
    pub(crate) shifts: u32,
    /// The number of its next stage.
    pub(super) next_stage: u32,
    /// Its people of now.
    pub(super) stage: Stage,
}

impl TeamState {
    /// Takes what its stage and its load come to as its pace.
    pub(super) fn set_pace(&mut self) {
        self.pace = self.stage.pace - self.load * self.stage.per_load;
        self.plain_pace = if self.closes || self.pace <= 0.0 { f64::NAN } else { self.pace };
    }
}

/// What a trial counts of a plan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlanState {
    /// Person-days spent.
    pub(crate) spent: f64,
    /// The moment up to which what it spends is counted.
    pub(super) counted: f64,
    /// Money paid, the price of people apart.
    pub(crate) paid: f64,
    /// How many fallbacks wait for items that were ready before them.
    blocked: u32,
    /// No such fallback waits for an item that became ready as this one or later.
    pub(super) behind: u32,
}

impl PlanState {
    pub(super) fn new(counted: f64) -> PlanState {
        PlanState { spent: 0.0, counted, paid: 0.0, blocked: 0, behind: 0 }
    }

    /// One fallback more, taken in this order, waits for such items.
    pub(super) fn block(&mut self, taken: u32) {
        self.blocked += 1;
        self.behind = self.behind.max(taken);
    }

    /// One fewer does.
    pub(super) fn unblock(&mut self) {
        self.blocked -= 1;
        if self.blocked == 0 {
            self.behind = 0;
        }
    }
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

impl OutcomeState {
    fn new(pending: u32) -> OutcomeState {
        OutcomeState {
            pending,
            live: f64::INFINITY,
            settled: i32::MAX,
            days: 0.0,
            factor: 1.0,
            cause: Cause::NOTHING,
        }
    }

    /// The outcome of nobody, which never goes live: it follows where a place for what follows is left.
    pub(super) fn nobodys() -> OutcomeState {
        OutcomeState::new(u32::MAX)
    }

    /// All outcomes of a program, and after them the outcome of nobody.
    pub(super) fn all(program: &Program) -> Vec<OutcomeState> {
        let pending = program.outcomes.iter().map(|outcome| outcome.pending);
        pending.map(OutcomeState::new).chain([OutcomeState::nobodys()]).collect()
    }
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
