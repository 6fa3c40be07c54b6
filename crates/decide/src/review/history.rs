//! How standing came about: what was known on days of the quarter.

use kedge_floor::{StandingNumber, standing_as_known};
use kedge_model::{Date, Organisation, Period};
use serde::Serialize;

/// Standing over the quarter, as far as anything dated tells.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trend {
    /// The quarter has not begun.
    Ahead,
    /// Nothing in the files is dated in the quarter: there is nothing to tell a trend from.
    NothingDated,
    /// What was known on the evening of each day.
    Known {
        /// The first day on which anything is dated. Before it nothing is known, and nothing is shown.
        since: Date,
        /// How many things are dated in the quarter.
        dated: usize,
        /// Once a week, from the first day of the quarter or the first that is known, and on the last day.
        points: Vec<Point>,
    },
}

/// Standing on a day.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Point {
    /// On the evening of which day.
    pub on: Date,
    /// How much stood of what was planned.
    pub number: StandingNumber,
}

impl Trend {
    /// The points; none where there is no history.
    pub fn points(&self) -> &[Point] {
        match self {
            Self::Known { points, .. } => points,
            Self::Ahead | Self::NothingDated => &[],
        }
    }

    /// What a reader must know before believing it.
    pub fn caution(&self, near: Date) -> String {
        match self {
            Self::Ahead => "The quarter has not begun.".into(),
            Self::NothingDated => {
                "Nothing in these files is dated in the quarter, so there is no history to show a trend from."
                    .into()
            }
            Self::Known { since, .. } => format!(
                "From what is dated in the files; the first of it is of {}. What carries no date (plans, asks, claims, efforts) counts on every day as it is written now.",
                since.in_words(near)
            ),
        }
    }
}

pub(super) fn trend(organisation: &Organisation, period: Period, until: Date, as_of: Date) -> Trend {
    if period.from() > as_of {
        return Trend::Ahead;
    }
    let days: Vec<Date> = dated(organisation).into_iter().filter(|day| *day <= until).collect();
    let within = days.iter().filter(|day| period.contains(**day)).count();
    let Some(since) = days.into_iter().min().filter(|_| within > 0) else { return Trend::NothingDated };
    let first = period.from().max(since);
    let weeks = (0..).map(|week| first.plus_days(7 * week)).take_while(|day| *day < until);
    let points = weeks.chain([until]).map(|on| {
        let known = organisation.known_on(on);
        Point { on, number: standing_as_known(&known, on).organisation }
    });
    Trend::Known { since, dated: within, points: points.collect() }
}

/// Every day on which the files say that something happened or was said.
fn dated(organisation: &Organisation) -> Vec<Date> {
    let mut days: Vec<Date> = Vec::new();
    days.extend(organisation.plans().filter_map(|plan| plan.closed));
    days.extend(organisation.outcomes().flat_map(|outcome| [outcome.live, outcome.dropped]).flatten());
    for work in organisation.work() {
        days.extend([work.started, work.done, work.dropped].into_iter().flatten());
        days.extend(work.left.iter().map(|left| left.on));
    }
    for ask in organisation.asks() {
        days.extend(ask.asked.iter().map(|asked| asked.on));
        days.extend([ask.revised, ask.accepted, ask.withdrawn].into_iter().flatten());
        days.extend(ask.served.iter().map(|served| served.on));
        days.extend(ask.returned.iter().map(|returned| returned.on));
        for it in &ask.fallbacks {
            days.extend([it.taken, it.live, it.stopped, it.migrated].into_iter().flatten());
        }
    }
    days.extend(organisation.answer_logs().flat_map(|log| log.entries.iter().map(|entry| entry.on)));
    days.extend(organisation.confirmation_logs().flat_map(|log| log.entries.iter().map(|entry| entry.on)));
    days.extend(organisation.needs().map(|need| need.on));
    days
}
