//! A draft laid out for speed: flat arrays, indexes, ready orders. A trial reads it and allocates nothing.

mod layout;
mod ready;

use crate::calendar::Calendar;
use crate::distribution::{Effort, Weibull};
use crate::draft::{FallbackProgress, Progress, Rank};
use crate::draw::Key;
use crate::stages::Stage;
use std::sync::Arc;

/// No index.
pub(crate) const NONE: u32 = u32::MAX;

/// A stretch of [`Program::lists`].
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct List {
    first: u32,
    length: u32,
}

#[derive(Clone, Debug)]
pub(crate) struct Team {
    pub(crate) key: Key,
    /// Its people on the as-of morning.
    pub(crate) stage: Stage,
    /// The stretch of [`Program::stages`] with what comes after, and of [`Program::closed`].
    pub(crate) stages: (u32, u32),
    pub(crate) closed: (u32, u32),
    /// Items that are more than its people can start at some time, and not at every time.
    pub(crate) crews: List,
    /// Shifts per working day.
    pub(crate) shifts: f64,
    /// First word of its ready set, and how many words.
    pub(crate) word: u32,
    pub(crate) words: u32,
    /// Landings through its queue.
    pub(crate) landings: List,
    /// Items that are ready at as-of or wake on a date, or run.
    pub(crate) initial: List,
    /// All its items.
    pub(crate) items: List,
    /// Its plans.
    pub(crate) plans: List,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Role {
    Work,
    Create(u32),
    Migrate(u32),
    /// An ask in the queue of the asked team.
    Asked(u32),
    /// What a team has committed to, where its landing is drawn from elsewhere.
    Load,
}

#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) key: Key,
    pub(crate) team: u32,
    pub(crate) plan: u32,
    pub(crate) effort: Effort,
    pub(crate) crew: u32,
    pub(crate) role: Role,
    /// Its place in the ready set, and its place once put behind the team's own work.
    pub(crate) slot: u32,
    pub(crate) late_slot: u32,
    /// Needs more people than the team ever has from as-of on.
    pub(crate) too_large: bool,
    pub(crate) progress: Progress,
    pub(crate) wakes: f64,
    /// How many items, asks and dates it waits for.
    pub(crate) pending: u32,
    pub(crate) after: List,
    pub(crate) next: List,
    pub(crate) outcomes: List,
    /// The landing that its end is.
    pub(crate) lands: List,
    /// All that follows from its end, as [`Follows`] codes it: items, then outcomes, then landings.
    pub(crate) follows: List,
    /// Work of a plan, with a crew that its team has at any time: most of all, and what a trial is quickest with.
    pub(crate) plain: bool,
}

/// What follows from the end of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Follows {
    Item(u32),
    Outcome(u32),
    Landing(u32),
}

impl Follows {
    const INDEX: u32 = (1 << 30) - 1;

    /// As one number, for a list.
    fn code(self) -> u32 {
        match self {
            Follows::Item(item) => item,
            Follows::Outcome(outcome) => outcome | 1 << 30,
            Follows::Landing(landing) => landing | 1 << 31,
        }
    }

    /// From the number that [`Self::code`] gave.
    #[inline]
    pub(crate) fn of(code: u32) -> Follows {
        if code < 1 << 30 {
            Follows::Item(code)
        } else if code < 1 << 31 {
            Follows::Outcome(code & Follows::INDEX)
        } else {
            Follows::Landing(code & Follows::INDEX)
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Source {
    Item,
    Queue { item: u32, take_up: f64, ranked: bool },
    Chance { take_up: f64, time: Weibull, elapsed: i32 },
    At(f64),
    Never,
}

#[derive(Clone, Debug)]
pub(crate) struct Landing {
    pub(crate) key: Key,
    pub(crate) source: Source,
    pub(crate) asks: List,
    /// The team in whose queue or by whose item it lands.
    pub(crate) team: u32,
    /// The item that loads a queue without landing anything.
    pub(crate) load: u32,
}

#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) plan: u32,
    pub(crate) landing: u32,
    pub(crate) items: List,
    pub(crate) outcomes: List,
    /// Outcomes that need it, through work too.
    pub(crate) affects: List,
    pub(crate) chain_first: u32,
    pub(crate) chain_length: u32,
    pub(crate) dead: bool,
    /// The moment from which a landing on its last useful day counts.
    pub(crate) until: f64,
}

#[derive(Clone, Debug)]
pub(crate) struct Fallback {
    pub(crate) key: Key,
    pub(crate) ask: u32,
    pub(crate) odds: Option<f64>,
    pub(crate) lands: bool,
    pub(crate) create: u32,
    pub(crate) migrate: u32,
    /// Person-days per day of a month of 365.25 / 12 days: what it costs, and what it takes from focus, over `people`.
    pub(crate) maintain: f64,
    pub(crate) keeps: f64,
    pub(crate) skips: List,
    pub(crate) price: f64,
    pub(crate) fee: f64,
    pub(crate) lead: f64,
    pub(crate) guide: (u32, f64),
    pub(crate) progress: FallbackProgress,
}

#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) key: Key,
    pub(crate) team: u32,
    /// The calendar day up to which its costs are counted, and the moment at which that day ends.
    pub(crate) horizon_day: i32,
    pub(crate) horizon: f64,
    pub(crate) person_week: f64,
    pub(crate) asks: List,
    pub(crate) outcomes: List,
    pub(crate) items: List,
    pub(crate) creates: List,
}

#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) plan: u32,
    pub(crate) value: f64,
    pub(crate) value_from: i32,
    pub(crate) late: (f64, f64),
    pub(crate) due: Option<i32>,
    /// The moment before which it must be live to be on time.
    pub(crate) due_end: f64,
    pub(crate) horizon: i32,
    pub(crate) product: bool,
    pub(crate) live: Option<i32>,
    pub(crate) pending: u32,
    /// Asks that gate it, through work too.
    pub(crate) asks: List,
    /// Items that it needs, through `after` too.
    pub(crate) needs: List,
}

/// A compiled organisation at a date: what trials run on.
#[derive(Clone, Debug)]
pub struct Program {
    pub(crate) calendar: Calendar,
    pub(crate) plan_factor: f64,
    pub(crate) organisation_factor: f64,
    pub(crate) dropped: f64,
    pub(crate) teams: Vec<Team>,
    pub(crate) plans: Vec<Plan>,
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) items: Vec<Item>,
    pub(crate) landings: Vec<Landing>,
    pub(crate) asks: Vec<Ask>,
    pub(crate) fallbacks: Vec<Fallback>,
    pub(crate) lists: Vec<u32>,
    pub(crate) tables: Vec<f64>,
    /// The item at each place of the ready sets.
    pub(crate) slots: Vec<u32>,
    /// Per item, the rank that its place in its ready set follows from.
    pub(crate) ranks: Vec<Rank>,
    /// The people of all teams after as-of, team by team.
    pub(crate) stages: Vec<Stage>,
    /// The times in which nobody of a team works, team by team.
    pub(crate) closed: Vec<(f64, f64)>,
    pub(crate) names: Arc<Names>,
}

/// The names of everything, for the log.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    pub(crate) teams: Vec<String>,
    pub(crate) items: Vec<String>,
    pub(crate) asks: Vec<String>,
    pub(crate) fallbacks: Vec<String>,
    pub(crate) outcomes: Vec<String>,
}

impl Program {
    pub(crate) fn list(&self, list: List) -> &[u32] {
        &self.lists[list.first as usize..(list.first + list.length) as usize]
    }

    /// The calendar on which its moments are shown.
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// How many items it holds, those of fallbacks and asks included.
    pub fn items(&self) -> usize {
        self.items.len()
    }
}
