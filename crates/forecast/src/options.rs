//! What a forecast may be told besides the organisation, and the variations it can be asked for.

use kedge_model::{AskId, Calendar, Date, WorkTime};
use serde::Serialize;

/// When, with which numbers, and how many trials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// The morning from which trials run; facts dated later are not known.
    pub as_of: Date,
    /// The seed of all draws. The same seed gives the same bytes on any number of threads.
    pub seed: u64,
    /// Trials behind the figures of each policy.
    pub trials: u64,
    /// Trials behind each point of a search: decide-by and best start.
    pub search_trials: u64,
    /// How well the P80 of a plan's outcomes must be known; trials are added until it is. `None` leaves it at `trials`.
    pub precision: Option<Precision>,
}

impl Options {
    /// The defaults: 10,000 trials (a chance is known to within one case of 100), 2,000 in searches.
    pub fn on(as_of: Date) -> Options {
        Options { as_of, seed: 1, trials: 10_000, search_trials: 2_000, precision: None }
    }

    /// Other numbers of trials, both at least 1.
    #[must_use]
    pub fn with_trials(self, trials: u64, search_trials: u64) -> Options {
        Options { trials: trials.max(1), search_trials: search_trials.max(1), ..self }
    }

    /// Trials are added to the forecast of a plan until its P80s are known this well.
    #[must_use]
    pub fn with_precision(self, precision: Precision) -> Options {
        Options { precision: Some(precision), ..self }
    }

    /// Another seed.
    #[must_use]
    pub fn with_seed(self, seed: u64) -> Options {
        Options { seed, ..self }
    }
}

/// How well the P80 of every dated outcome of a plan as planned must be known: to so many working days either way, with
/// 95 %.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Precision {
    working_days: u32,
}

impl Precision {
    /// No forecast of a plan runs more trials than this, however well it is to be known: a P80 that sits on the edge of
    /// "never" is not settled by any number of them.
    pub const MOST_TRIALS: u64 = 1_000_000;

    /// To so many whole working days; `None` for less than one: a date is a day.
    pub fn to(time: WorkTime, calendar: &Calendar) -> Option<Precision> {
        let days = time.days(calendar).0;
        (days >= 1.0).then_some(Precision { working_days: days.min(f64::from(u32::MAX)) as u32 })
    }

    /// How many working days.
    pub fn working_days(self) -> u32 {
        self.working_days
    }
}

/// What is done about one ask in a variation, against what is on record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// Never take a fallback.
    Wait,
    /// Take the chain from this entry on (0 is its first), at that entry's decide-by.
    AtDecideBy {
        /// Which entry.
        fallback: usize,
    },
    /// Take the chain from this entry on, on this morning (as-of where it is earlier).
    Start {
        /// Which entry.
        fallback: usize,
        /// When.
        on: Date,
    },
    /// Give up what it gates, and do the next thing: the outcomes that need it are lost, work that serves only them is
    /// not done.
    Drop,
}

/// Courses for some asks; the others stay as planned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variation {
    /// One course per ask.
    pub courses: Vec<(AskId, Course)>,
}

impl Variation {
    /// One ask taken another way.
    pub fn one(ask: AskId, course: Course) -> Variation {
        Variation { courses: vec![(ask, course)] }
    }
}
