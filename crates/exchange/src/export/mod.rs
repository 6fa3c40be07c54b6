//! Out: an organisation and what is known of it, as other people's formats. One module each.
//!
//! ```text
//! Extract { organisation, as-of, view, figures } ──▶ csv · json · icalendar · mermaid · dot · markdown ──▶ text
//! ```
//!
//! An [`Extract`] is handed in whole: this crate computes no answer. What is a number carries its [`Source`](Sourced), and
//! every text names the as-of date. Same extract, same bytes.
//!
//! **No blame.** The odds that an ask lands are shown to the team that asks and to the team that is asked, and to nobody
//! else. So an extract of the whole organisation holds none, whoever made it: [`Extract::new`] drops them.

pub mod csv;
pub mod dot;
pub mod icalendar;
pub mod json;
pub mod markdown;
pub mod mermaid;
mod waits;

use kedge_model::{Ask, AskId, Date, Organisation, Outcome, OutcomeId, PlanId, Share, TeamId, Work};
use std::collections::BTreeMap;

/// What of an organisation is exported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum View {
    /// All of it, for everybody.
    Whole,
    /// What one team plans, asks and was asked.
    Team(TeamId),
    /// One plan.
    Plan(PlanId),
}

impl View {
    fn shows(&self, plan: &PlanId) -> bool {
        match self {
            Self::Whole => true,
            Self::Team(team) => plan.team() == team,
            Self::Plan(only) => plan == only,
        }
    }
}

/// A value and where it comes from, in words: `record`, `prior` or `assumption` first where it is an estimate.
#[derive(Clone, Debug, PartialEq)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Where it comes from.
    pub source: String,
}

impl<T> Sourced<T> {
    /// A value from this source.
    pub fn new(value: T, source: impl Into<String>) -> Self {
        Self { value, source: source.into() }
    }
}

/// What is known of an outcome beyond what its plan states.
#[derive(Clone, Debug, PartialEq)]
pub struct OutcomeFigures {
    /// The part of its value that is reached with no ask landing.
    pub stands: Share,
    /// The asks that hold it up.
    pub holds: Vec<AskId>,
    /// When it goes live; `None` where no forecast was asked for, or there is too little data.
    pub live: Option<Sourced<LiveBy>>,
    /// Why there is no date, in words, where a forecast was asked for and gives none.
    pub no_date: Option<String>,
}

/// When an outcome goes live, as planned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LiveBy {
    /// Half of the cases are not later; `None` is never.
    pub p50: Option<Date>,
    /// Eight cases of ten are not later; `None` is never.
    pub p80: Option<Date>,
    /// Chance of being live by its due date, 0 to 1, where it has one.
    pub on_time: Option<f64>,
}

/// What is known of an ask beyond what asker and asked have said.
#[derive(Clone, Debug, PartialEq)]
pub struct AskFigures {
    /// What opens its gates if it never lands: the place in its chain and what that keeps; `None` where nothing does.
    pub opened_by: Option<(usize, Share)>,
    /// The last morning to start the first self-reliant fallback.
    pub decide_by: Option<Sourced<Date>>,
    /// Why there is no decide-by, in words.
    pub no_decide_by: Option<String>,
    /// The odds that it lands; never in an extract of the whole.
    pub odds: Option<AskOdds>,
}

/// The odds that an ask lands, as planned: for its asker and the asked team alone.
#[derive(Clone, Debug, PartialEq)]
pub struct AskOdds {
    /// Half of the cases are not later; `None` is never.
    pub p50: Option<Date>,
    /// Eight cases of ten are not later; `None` is never.
    pub p80: Option<Date>,
    /// Chance of landing by the day on which it is wanted, 0 to 1, where that is stated.
    pub by_wanted: Option<f64>,
    /// Record, prior or assumption, each with its detail.
    pub source: String,
}

/// Everything that is known beyond the facts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// Of outcomes of plans that are not closed.
    pub outcomes: BTreeMap<OutcomeId, OutcomeFigures>,
    /// Of asks of plans that are not closed.
    pub asks: BTreeMap<AskId, AskFigures>,
    /// How much stands, in a sentence, of what the view shows.
    pub standing: String,
}

/// What an export is made of.
#[derive(Clone, Debug)]
pub struct Extract<'a> {
    organisation: &'a Organisation,
    as_of: Date,
    view: View,
    figures: Figures,
}

impl<'a> Extract<'a> {
    /// The extract of an organisation as known on a day. Odds are kept only where the view belongs to the asking or the
    /// asked team.
    pub fn new(organisation: &'a Organisation, as_of: Date, view: View, mut figures: Figures) -> Self {
        for (id, ask) in &mut figures.asks {
            let to = organisation.ask(id).map(|ask| &ask.to);
            let entitled = match &view {
                View::Whole => false,
                View::Team(team) => id.team() == team || to == Some(team),
                View::Plan(plan) => id.team() == plan.team(),
            };
            if !entitled {
                ask.odds = None;
            }
        }
        Self { organisation, as_of, view, figures }
    }

    /// The organisation.
    pub fn organisation(&self) -> &'a Organisation {
        self.organisation
    }

    /// The day as known on which everything is told.
    pub fn as_of(&self) -> Date {
        self.as_of
    }

    /// What is shown.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// What is shown, in a few words: `Harbour`, `Checkout (Harbour)`.
    pub fn title(&self) -> String {
        let name = match self.organisation.settings().name.as_str() {
            "" => "these plans",
            name => name,
        };
        match &self.view {
            View::Whole => name.to_owned(),
            View::Team(id) => {
                format!("{} ({name})", self.organisation.team(id).map_or(id.as_str(), |team| team.name()))
            }
            View::Plan(id) => {
                let plan =
                    self.organisation.plan(id).map_or_else(|| id.to_string(), |it| it.name().to_owned());
                format!("{plan} ({name})")
            }
        }
    }

    fn open(&self, plan: &PlanId) -> bool {
        self.organisation.plan(plan).is_none_or(|plan| plan.closed.is_none())
    }

    /// The outcomes shown, by name; those of closed plans are records and left out.
    fn outcomes(&self) -> impl Iterator<Item = &'a Outcome> {
        self.organisation.outcomes().filter(|it| self.view.shows(&it.plan) && self.open(&it.plan))
    }

    /// The work shown, by name.
    fn work(&self) -> impl Iterator<Item = &'a Work> {
        self.organisation.work().filter(|it| self.view.shows(&it.plan) && self.open(&it.plan))
    }

    /// The asks shown, by name: of a team also those that it was asked.
    fn asks(&self) -> impl Iterator<Item = &'a Ask> {
        self.organisation.asks().filter(|it| {
            let asked = matches!(&self.view, View::Team(team) if &it.to == team);
            (asked || self.view.shows(&it.plan)) && self.open(&it.plan)
        })
    }

    fn outcome_figures(&self, id: &OutcomeId) -> Option<&OutcomeFigures> {
        self.figures.outcomes.get(id)
    }

    fn ask_figures(&self, id: &AskId) -> Option<&AskFigures> {
        self.figures.asks.get(id)
    }

    /// The day an outcome is due, and who says so.
    fn due(&self, outcome: &Outcome) -> Option<Sourced<Date>> {
        let source =
            if outcome.due.is_some() { "stated in the outcome" } else { "the end of its plan's period" };
        Some(Sourced::new(self.organisation.due(outcome)?, source))
    }

    /// What an outcome is worth a week, and who says so.
    fn worth(&self, outcome: &Outcome) -> Option<Sourced<f64>> {
        let worth = self.organisation.worth(outcome)?;
        let source = match self.organisation.confirmation(&outcome.id) {
            Some(it) => format!("confirmed by {} on {}", it.who, it.on),
            None => format!("claimed by {}", outcome.id.team()),
        };
        Some(Sourced::new(worth.a_week.amount(), source))
    }

    /// Who said the ask is where it is.
    fn state_source(&self, ask: &Ask) -> String {
        use kedge_model::AskState::{NeverAsked, Served, Unanswered, Withdrawn};
        let state = self.organisation.ask_state(ask);
        let by = match state {
            NeverAsked | Unanswered { .. } | Served { .. } | Withdrawn { .. } => ask.id.team(),
            _ => &ask.to,
        };
        match state.since() {
            Some(on) => format!("said by {by}, {on}"),
            None => format!("said by {by}"),
        }
    }
}

/// A share as per cent, to one decimal place: `97.5%`.
fn percent(share: f64) -> String {
    let tenths = (share * 1000.0).round() / 10.0;
    // What is not certain never reads as if it were.
    let tenths = if share < 1.0 { tenths.min(99.9) } else { tenths };
    let tenths = if share > 0.0 { tenths.max(0.1) } else { tenths };
    format!("{tenths}%")
}

/// A date, or `never`.
fn or_never(date: Option<Date>) -> String {
    date.map_or_else(|| "never".into(), |date| date.to_string())
}
