//! What goes into a price: one figure each, how it is drawn, and who said it.

use super::ratio::{DrawnRatios, Reuse};
use kedge_forecast::distribution::{Lognormal, three_point};
use kedge_model::{Effort, EffortRate, Settings, Source, TeamId, WorkDays};
use serde::Serialize;

/// What a figure of a price is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PriceInput {
    /// Writing the shared solution, once.
    Build,
    /// What this team's adopting takes.
    Adopt(TeamId),
    /// What the shared solution takes while it lives.
    Maintain,
    /// What agreeing takes while it lives.
    Coordinate,
    /// What this team's going alone takes.
    Alone(TeamId),
    /// What this team's own solution takes while it lives.
    Upkeep(TeamId),
    /// What going apart takes all of them together while it lasts: reconciling, explaining.
    Between,
}

impl PriceInput {
    /// Whether it is a part of going together; else of going apart.
    pub fn is_together(&self) -> bool {
        matches!(self, Self::Build | Self::Adopt(_) | Self::Maintain | Self::Coordinate)
    }

    /// What it is, for people: `building it`, `adopting it, checkout`.
    pub fn in_words(&self) -> String {
        match self {
            Self::Build => "building it".into(),
            Self::Adopt(team) => format!("adopting it, {team}"),
            Self::Maintain => "keeping it".into(),
            Self::Coordinate => "agreeing on it".into(),
            Self::Alone(team) => format!("going alone, {team}"),
            Self::Upkeep(team) => format!("keeping one's own, {team}"),
            Self::Between => "living apart, between them".into(),
        }
    }
}

/// One figure: what it is about, how much, and where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Term {
    pub(crate) input: PriceInput,
    pub(crate) amount: Amount,
    pub(crate) source: Source,
    /// The figure that it was worked out from, where it was stated for something else: both err together.
    pub(crate) drawn_as: Option<PriceInput>,
}

/// How much: once, or as long as it lives.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Amount {
    /// Nothing is left to do.
    Nothing,
    /// Once.
    Once { effort: Effort, reuse: Reuse },
    /// While it lives; rates are stated without a spread.
    Living { rate: EffortRate, reuse: Reuse },
}

impl Amount {
    pub(crate) fn once(effort: &Effort) -> Self {
        Self::Once { effort: effort.clone(), reuse: Reuse::NONE }
    }

    pub(crate) fn living(rate: EffortRate) -> Self {
        Self::Living { rate, reuse: Reuse::NONE }
    }

    /// The figure as it was stated, with what it was multiplied by.
    fn in_words(&self) -> String {
        let times = |reuse: &Reuse| if *reuse == Reuse::NONE { "" } else { ", by the published ratios" };
        match self {
            Self::Nothing => "nothing".into(),
            Self::Once { effort, reuse } => format!("{effort}{}", times(reuse)),
            Self::Living { rate, reuse } => format!("{rate}{}", times(reuse)),
        }
    }
}

/// A figure of a price as it is shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// What it is about.
    pub input: PriceInput,
    /// As it was stated.
    pub stated: String,
    /// Its mean in person-days, over the horizon where it is a rate.
    pub mean: WorkDays,
    /// Where it comes from.
    pub source: Source,
}

/// A term made ready to be drawn.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) input: PriceInput,
    distribution: Distribution,
    reuse: Reuse,
    /// Whether it goes on for as long as the solution lives.
    pub(super) is_living: bool,
}

#[derive(Debug)]
enum Distribution {
    Fixed(f64),
    Lognormal(Lognormal),
    /// Quantiles evenly spaced in probability, to be interpolated.
    Range(Vec<f64>),
    /// Past cases, each as likely.
    Past(Vec<f64>),
}

impl Ready {
    /// Person-days, over `horizon` calendar days where it is a rate.
    pub(super) fn of(term: &Term, settings: &Settings, horizon: f64) -> Self {
        let calendar = &settings.calendar;
        let days = |time: &kedge_model::WorkTime| time.days(calendar).0;
        let through = |p50: f64, p90: f64| {
            if p50 > 0.0 {
                Distribution::Lognormal(Lognormal::through(p50, p90))
            } else {
                Distribution::Fixed(0.0)
            }
        };
        let (distribution, reuse, is_living) = match &term.amount {
            Amount::Nothing => (Distribution::Fixed(0.0), Reuse::NONE, false),
            Amount::Living { rate, reuse } => {
                (Distribution::Fixed(rate.a_calendar_day(calendar) * horizon), *reuse, true)
            }
            Amount::Once { effort, reuse } => {
                let distribution = match effort {
                    Effort::Median(p50) => through(days(p50), days(p50) * settings.spread),
                    Effort::Quantiles { p50, p90 } => through(days(p50), days(p90)),
                    Effort::Range { least, likely, most } => {
                        Distribution::Range(three_point(days(least), days(likely), days(most)))
                    }
                    Effort::History(past) => Distribution::Past(past.iter().map(days).collect()),
                };
                (distribution, *reuse, false)
            }
        };
        Self { input: term.input.clone(), distribution, reuse, is_living }
    }

    /// Person-days at `uniform`, a number above 0 and below 1.
    pub(super) fn draw(&self, uniform: f64, ratios: DrawnRatios) -> f64 {
        let days = match &self.distribution {
            Distribution::Fixed(days) => *days,
            Distribution::Lognormal(lognormal) => lognormal.quantile(uniform),
            Distribution::Range(quantiles) => {
                let place = uniform * quantiles.len().saturating_sub(1) as f64;
                let at = |index: usize| quantiles.get(index).or(quantiles.last()).copied().unwrap_or(0.0);
                at(place as usize) + (place - place.floor()) * (at(place as usize + 1) - at(place as usize))
            }
            Distribution::Past(past) => {
                past.get((uniform * past.len() as f64) as usize).or(past.last()).copied().unwrap_or(0.0)
            }
        };
        days * self.reuse.at(ratios)
    }
}

/// The mean of a term in person-days, in closed form: means add, medians do not.
pub(super) fn mean(term: &Term, settings: &Settings, horizon: f64) -> f64 {
    match &term.amount {
        Amount::Nothing => 0.0,
        Amount::Once { effort, reuse } => kedge_decide::mean_days(effort, settings).0 * reuse.mean(),
        Amount::Living { rate, reuse } => rate.a_calendar_day(&settings.calendar) * horizon * reuse.mean(),
    }
}

impl Term {
    /// As its team or its proposal states it.
    pub(crate) fn stated(input: PriceInput, amount: Amount, stated: impl Into<String>) -> Self {
        Self { input, amount, source: Source::Assumption { stated: stated.into() }, drawn_as: None }
    }

    /// The same figure as of another, by the published ratios.
    pub(crate) fn by_ratio(input: PriceInput, from: &Self, reuse: Reuse) -> Option<Self> {
        let amount = match &from.amount {
            Amount::Once { effort, .. } => Amount::Once { effort: effort.clone(), reuse },
            Amount::Living { rate, .. } => Amount::Living { rate: *rate, reuse },
            Amount::Nothing => return None,
        };
        let source = reuse.source(&from.input.in_words());
        Some(Self { input, amount, source, drawn_as: Some(from.drawn_as().clone()) })
    }

    /// The figure whose draw it takes.
    pub(crate) fn drawn_as(&self) -> &PriceInput {
        self.drawn_as.as_ref().unwrap_or(&self.input)
    }

    /// Whether somebody of the organisation said it.
    pub(crate) fn is_stated(&self) -> bool {
        !matches!(self.source, Source::Prior { .. })
    }

    /// As it is shown.
    pub(super) fn figure(&self, settings: &Settings, horizon: f64) -> Figure {
        Figure {
            input: self.input.clone(),
            stated: self.amount.in_words(),
            mean: WorkDays(mean(self, settings, horizon)),
            source: self.source.clone(),
        }
    }
}
