//! From how many teams, and from when on, one shared solution takes less than going apart. Closed forms: what teams save
//! grows in step with their number, and what upkeep saves in step with time.

use serde::Serialize;

/// From how many teams on it pays, within the horizon.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TeamsToPay {
    /// Each team that joins saves something, and from here on that has paid for the rest.
    From {
        /// Where the lines cross, as a fraction of teams; may lie below 1.
        exact: f64,
        /// The first whole number of teams at which it pays, at least 1.
        teams: u32,
    },
    /// It pays for few: each that joins costs more than it saves.
    UpTo {
        /// Where the lines cross.
        exact: f64,
        /// The last whole number of teams at which it pays.
        teams: u32,
    },
    /// It pays with any number.
    Any,
    /// It pays with none.
    Never,
}

impl TeamsToPay {
    /// Of what `fixed` takes whoever adopts it, and what each that joins saves, in the same unit.
    ///
    /// saving(n) = n × each − fixed, and it pays where that is not below 0.
    ///
    /// ```
    /// use kedge_align::price::TeamsToPay;
    /// assert_eq!(TeamsToPay::of(5.0, 2.0), TeamsToPay::From { exact: 2.5, teams: 3 });
    /// assert_eq!(TeamsToPay::of(-5.0, -2.0), TeamsToPay::UpTo { exact: 2.5, teams: 2 });
    /// assert_eq!(TeamsToPay::of(5.0, 0.0), TeamsToPay::Never);
    /// ```
    pub fn of(fixed: f64, each: f64) -> Self {
        let exact = fixed / each;
        // A crossing that is a whole number but for rounding is that number.
        let slack = 1e-9 * exact.abs().max(1.0);
        if each > 0.0 {
            Self::From { exact, teams: (exact - slack).ceil().max(1.0) as u32 }
        } else if each - fixed < 0.0 {
            Self::Never
        } else if each < 0.0 {
            Self::UpTo { exact, teams: (exact + slack).floor().max(1.0) as u32 }
        } else {
            Self::Any
        }
    }
}

/// From when on it has paid, in calendar weeks from the day on which it is built.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimeToPay {
    /// Building and adopting it takes no more than going alone, and keeping it no more than keeping the others.
    AtOnce,
    /// The upkeep that it saves has paid for it after so long.
    After {
        /// Calendar weeks.
        weeks: f64,
    },
    /// It is cheaper to make and dearer to keep: it pays only if it lives no longer than this.
    Until {
        /// Calendar weeks.
        weeks: f64,
    },
    /// It is dearer to make and no cheaper to keep.
    Never,
}

impl TimeToPay {
    /// Of what it takes more once, and what it saves a week, in the same unit.
    ///
    /// ```
    /// use kedge_align::price::TimeToPay;
    /// assert_eq!(TimeToPay::of(30.0, 1.5), TimeToPay::After { weeks: 20.0 });
    /// assert_eq!(TimeToPay::of(-30.0, -1.5), TimeToPay::Until { weeks: 20.0 });
    /// ```
    pub fn of(more_once: f64, saved_a_week: f64) -> Self {
        match (more_once <= 0.0, saved_a_week) {
            (true, saved) if saved >= 0.0 => Self::AtOnce,
            (false, saved) if saved > 0.0 => Self::After { weeks: more_once / saved },
            (true, saved) => Self::Until { weeks: more_once / saved },
            (false, _) => Self::Never,
        }
    }
}

/// The figure that the answer hangs on most: the one that has to change least, as a share of itself, to turn it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Hinge {
    /// What.
    pub on: HingeOn,
    /// What it is now: person-days on average, calendar weeks or teams.
    pub now: f64,
    /// Where the expected saving is nothing.
    pub turns_at: f64,
}

/// What an answer can hang on. What is stated for each team moves for all of them in proportion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum HingeOn {
    Build,
    Adopting,
    Maintain,
    Coordinate,
    Alone,
    Upkeep,
    Between,
    /// How long the saving is counted.
    Horizon,
    /// How many teams adopt it.
    Teams,
}

impl Hinge {
    /// How far it is from turning, as a share of what it is now.
    pub(super) fn distance(&self) -> f64 {
        ((self.turns_at - self.now) / self.now).abs()
    }

    /// The nearest of these; of equals the first.
    pub(super) fn nearest(hinges: impl IntoIterator<Item = Self>) -> Option<Self> {
        let can_turn =
            |hinge: &Self| hinge.now > 0.0 && hinge.turns_at >= 0.0 && hinge.distance().is_finite();
        hinges.into_iter().filter(can_turn).min_by(|a, b| a.distance().total_cmp(&b.distance()))
    }
}
