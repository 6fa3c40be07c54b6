//! Prices as people read them.

use super::{Hinge, HingeOn, Price, TeamsToPay, TimeToPay};
use kedge_model::{Calendar, WorkDays};

/// `12 person-weeks`, `0.4 person-weeks`: to two figures that mean something.
pub fn person_weeks(days: WorkDays, calendar: &Calendar) -> String {
    let number = weeks_of(days, calendar);
    if number == "1" { "1 person-week".into() } else { format!("{number} person-weeks") }
}

/// The number alone: `12`, `0.4`, `−3.1`.
pub fn weeks_of(days: WorkDays, calendar: &Calendar) -> String {
    let weeks = days.0 / calendar.days_a_week();
    let rounded = if weeks.abs() < 9.95 { (weeks * 10.0).round() / 10.0 } else { weeks.round() };
    // A nothing that comes from below is a nothing.
    if rounded == 0.0 { "0".into() } else { rounded.to_string().replace('-', "−") }
}

/// `5 weeks`, `1 week`.
fn calendar_weeks(weeks: f64) -> String {
    let rounded = weeks.ceil().max(1.0);
    if rounded < 1.5 { "1 week".into() } else { format!("{rounded} weeks") }
}

impl TeamsToPay {
    /// `from 3 teams on (2.4)`.
    pub fn in_words(self) -> String {
        let teams = |number: u32| if number == 1 { "1 team".to_owned() } else { format!("{number} teams") };
        match self {
            Self::From { teams: 1, .. } | Self::Any => "with any number of teams".into(),
            Self::From { exact, teams: whole } => {
                format!("from {} on (the lines cross at {exact:.1})", teams(whole))
            }
            Self::UpTo { exact, teams: whole } => {
                format!(
                    "up to {} (the lines cross at {exact:.1}): each that joins costs more than it saves",
                    teams(whole)
                )
            }
            Self::Never => "with no number of teams: each that joins costs at least what it saves".into(),
        }
    }
}

impl TimeToPay {
    /// `after 14 weeks`.
    pub fn in_words(self) -> String {
        match self {
            Self::AtOnce => "at once: it takes no more to make, and no more to keep".into(),
            Self::After { weeks } => format!("after {}", calendar_weeks(weeks)),
            Self::Until { weeks } => {
                format!("for {} at most: it takes less to make and more to keep", calendar_weeks(weeks))
            }
            Self::Never => "never: it takes more to make and no less to keep".into(),
        }
    }
}

impl HingeOn {
    /// What it is, for people.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Build => "building it",
            Self::Adopting => "adopting it, all together",
            Self::Maintain => "keeping it over the horizon",
            Self::Coordinate => "agreeing on it over the horizon",
            Self::Alone => "going alone, all together",
            Self::Upkeep => "keeping one's own over the horizon, all together",
            Self::Between => "living apart over the horizon, between them",
            Self::Horizon => "how long it is counted",
            Self::Teams => "how many teams adopt it",
        }
    }
}

impl Hinge {
    /// `building it: 6.1 person-weeks now; at 9 it turns`.
    pub fn in_words(&self, calendar: &Calendar) -> String {
        let on = self.on.in_words();
        match self.on {
            HingeOn::Teams => format!("{on}: {} now; at {:.1} it turns", self.now, self.turns_at),
            HingeOn::Horizon => {
                format!("{on}: {} now; at {:.0} it turns", calendar_weeks(self.now), self.turns_at)
            }
            _ => format!(
                "{on}: {} on average now; at {} it turns",
                person_weeks(WorkDays(self.now), calendar),
                weeks_of(WorkDays(self.turns_at), calendar)
            ),
        }
    }
}

impl Price {
    /// The cases of 100 in which together takes less: `95`, `over 99`.
    pub fn cases_in_words(&self) -> String {
        cases(self.pays.share.get())
    }

    /// `apart 31 person-weeks over 52 weeks, together 19; together takes less in 96 of 100 cases`.
    pub fn in_words(&self, calendar: &Calendar) -> String {
        format!(
            "apart {} over {:.0} weeks, together {}; together takes less in {} of 100 cases",
            person_weeks(self.apart.mean, calendar),
            self.horizon_weeks,
            weeks_of(self.together.mean, calendar),
            cases(self.pays.share.get())
        )
    }
}

/// Of 100, for people. What was counted in trials is never all or none: no case in thousands is not "never".
pub(crate) fn cases(share: f64) -> String {
    let rounded = (share * 100.0).round();
    if rounded >= 100.0 {
        "over 99".into()
    } else if rounded <= 0.0 {
        "under 1".into()
    } else {
        format!("{rounded}")
    }
}
