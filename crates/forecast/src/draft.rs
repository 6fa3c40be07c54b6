//! A forecast's input in plain lists, before it is laid out for speed.
//!
//! `compile` writes a [`Draft`] from an organisation and a date; [`Draft::program`] lays it out flat. Tests write drafts
//! by hand. All times are in calendar days from the as-of date or in person-days; all references are indexes into the
//! draft's own lists.

use crate::calendar::Calendar;
use crate::distribution::{Effort, Weibull};

/// Everything a forecast needs to know.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Which days are worked, from as-of to beyond the last horizon.
    pub calendar: Calendar,
    /// P90 of the factor that all work of a plan (or all asks in a team's queue) shares; 1 is off.
    pub plan_factor: f64,
    /// P90 of the factor that all work of the organisation shares; 1 is off.
    pub organisation_factor: f64,
    /// The chance that a shift in priority drops an ask that it touches.
    pub dropped: f64,
    /// The teams.
    pub teams: Vec<DraftTeam>,
    /// The plans.
    pub plans: Vec<DraftPlan>,
    /// The outcomes.
    pub outcomes: Vec<DraftOutcome>,
    /// The work of plans and needs, without what fallbacks and asks add.
    pub items: Vec<DraftItem>,
    /// How asks land; asks that are one need share a landing.
    pub landings: Vec<DraftLanding>,
    /// The asks.
    pub asks: Vec<DraftAsk>,
    /// Quantiles that [`Effort::Table`] refers to.
    pub tables: Vec<f64>,
}

/// A team.
#[derive(Clone, Debug)]
pub struct DraftTeam {
    /// Its name, also its identity in draws.
    pub name: String,
    /// How many people it has on the as-of morning; `None` where nobody says: its items do not queue.
    pub people: Option<f64>,
    /// From which calendar day on it has how many: absences, loans, holidays of its own. Nobody at all means that time
    /// stands still for what it does.
    pub changes: Vec<(i32, f64)>,
    /// The share of a day that a person works on what is planned, other work already taken off.
    pub focus: f64,
    /// Shifts in its priorities per quarter.
    pub shifts: f64,
}

/// A plan.
#[derive(Clone, Debug)]
pub struct DraftPlan {
    /// Its name, also its identity in draws.
    pub name: String,
    /// The team whose plan it is.
    pub team: usize,
    /// The calendar day up to which its costs are counted: the latest horizon of its outcomes.
    pub horizon: i32,
    /// What a person-week costs, where somebody says.
    pub person_week: f64,
}

/// How the work of one team is ordered, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    /// The council's rank; `u32::MAX` where it ranked nothing.
    pub council: u32,
    /// The team's own rank; `u32::MAX` where unlisted.
    pub local: u32,
    /// Due date in calendar days; `i32::MAX` where there is none.
    pub due: i32,
    /// Own items come before asks.
    pub asked: bool,
    /// The order in the files.
    pub order: u32,
}

impl Rank {
    /// Unranked, without a due date, in the given place of the file.
    pub fn unranked(order: u32) -> Rank {
        Rank { council: u32::MAX, local: u32::MAX, due: i32::MAX, asked: false, order }
    }
}

/// How far an item is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Progress {
    /// Not started.
    Ahead,
    /// Started; its effort exceeds `spent` person-days, which are behind it.
    Started {
        /// Person-days already spent on what the effort describes.
        spent: f64,
    },
    /// Done: it costs nothing any more.
    Done,
}

/// A work item.
#[derive(Clone, Debug)]
pub struct DraftItem {
    /// Its name, also its identity in draws.
    pub name: String,
    /// The team that does it.
    pub team: usize,
    /// The plan it belongs to.
    pub plan: Option<usize>,
    /// What it takes.
    pub effort: Effort,
    /// How many people work on it at once, at least 1.
    pub crew: u32,
    /// The calendar day before which it is not ready.
    pub not_before: i32,
    /// The items that must be done first.
    pub after: Vec<usize>,
    /// The outcomes that wait for it.
    pub serves: Vec<usize>,
    /// Its place in the team's order.
    pub rank: Rank,
    /// How far it is.
    pub progress: Progress,
}

/// What decides whether and when an ask lands. One source per ask.
#[derive(Clone, Debug)]
pub enum LandingSource {
    /// When this item ends.
    Item(usize),
    /// Through the asked team's queue, in the trials where it is taken up.
    Queue {
        /// The asked team.
        team: usize,
        /// What it takes.
        effort: Effort,
        /// The chance that it is taken up.
        take_up: f64,
        /// Its place in the asked team's order.
        rank: Rank,
    },
    /// From a distribution in calendar days.
    Chance {
        /// The chance that it was or will be taken up, not yet conditioned on not having landed.
        take_up: f64,
        /// When it lands if it is taken up, from the anchor.
        time: Weibull,
        /// Calendar days from the anchor to as-of.
        elapsed: i32,
    },
    /// On this calendar day; before as-of, it has landed.
    On(i32),
    /// Never.
    Never,
}

/// How one ask, or several that are one need, lands.
#[derive(Clone, Debug)]
pub struct DraftLanding {
    /// Its name, also its identity in draws.
    pub name: String,
    /// What decides it.
    pub source: LandingSource,
    /// Work that the asked team has committed to, where the landing is drawn from elsewhere: it loads the queue.
    pub load: Option<(usize, Effort, Rank)>,
}

/// An ask.
#[derive(Clone, Debug)]
pub struct DraftAsk {
    /// Its name, also its identity in draws.
    pub name: String,
    /// The plan that asks.
    pub plan: usize,
    /// How it lands.
    pub landing: usize,
    /// Items that wait for it.
    pub items: Vec<usize>,
    /// Outcomes that wait for it themselves.
    pub outcomes: Vec<usize>,
    /// The chain of fallbacks.
    pub chain: Vec<DraftFallback>,
    /// Declined, dropped, withdrawn or past its use.
    pub dead: bool,
    /// A landing after this calendar day is of no use.
    pub until: Option<i32>,
}

/// How far a fallback is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FallbackProgress {
    /// Not taken.
    Ahead,
    /// Taken and not live: running at as-of.
    Running {
        /// Person-days already spent on its `create`.
        spent: f64,
        /// Calendar days already waited of its lead.
        waited: i32,
    },
    /// Live since this calendar day.
    Live {
        /// The calendar day on which it went live; at most 0.
        since: i32,
    },
    /// Stopped, migrated, or given up for a later one.
    Over,
}

/// One entry of a chain of fallbacks.
#[derive(Clone, Debug)]
pub struct DraftFallback {
    /// Its name, also its identity in draws.
    pub name: String,
    /// The chance that whoever must answer says yes; `None` where nobody must: it is self-reliant.
    pub odds: Option<f64>,
    /// Whether its end is a landing (away team, tiger team, community, escalation) rather than a hack that lives on.
    pub lands: bool,
    /// Who creates it and what it takes; `None` where it takes nothing.
    pub create: Option<(usize, Effort)>,
    /// The order of its `create` in that team's queue.
    pub rank: Rank,
    /// What it takes to leave it, once the ask has landed; `None` where there is no way out.
    pub migrate: Option<Effort>,
    /// Person-days per day to maintain it while it lives; a month has 365.25 / 12 days.
    pub maintain: f64,
    /// The share of the outcome's value that it keeps.
    pub keeps: f64,
    /// Items that need not be done once it is taken.
    pub skips: Vec<usize>,
    /// Its price when taken, in money.
    pub price: f64,
    /// Its fee per calendar day from opening until migrated, in money.
    pub fee: f64,
    /// Calendar days to wait before `create`.
    pub lead: f64,
    /// The team that guides it and the share of one person that takes, while `create` runs.
    pub guide: Option<(usize, f64)>,
    /// How far it is.
    pub progress: FallbackProgress,
}

/// An outcome.
#[derive(Clone, Debug)]
pub struct DraftOutcome {
    /// Its name.
    pub name: String,
    /// Its plan.
    pub plan: usize,
    /// Value per calendar day once live, in money; 0 where nobody says.
    pub value: f64,
    /// The calendar day before which it earns nothing.
    pub value_from: i32,
    /// What each calendar day late costs, and what being late costs once, in money.
    pub late: (f64, f64),
    /// The calendar day by whose end it is due.
    pub due: Option<i32>,
    /// The calendar day after which it earns nothing.
    pub horizon: i32,
    /// Whether the shares kept by several fallbacks multiply; else the least counts.
    pub product: bool,
    /// The calendar day on which it went live, where it is.
    pub live: Option<i32>,
}
