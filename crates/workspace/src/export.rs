//! What an export is made of, from the answers.

use crate::answers::Answers;
use kedge_exchange::export::{
    AskFigures, AskOdds, Extract, Figures, LiveBy, OutcomeFigures, Sourced, View, csv, dot, icalendar, json,
    markdown, mermaid,
};
use kedge_floor::{Opens, Standing};
use kedge_forecast::{
    AskForecast, Assumption, Chance, DecideBy, Note, OutcomeForecast, PlanForecast, Policy, Quantile,
    in_weeks,
};
use kedge_model::{Date, Organisation, PlanId, Source, TeamId};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The formats that an organisation can be exported in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One table for a spreadsheet.
    Csv(csv::Table),
    /// Facts and answers, for programs.
    Json,
    /// The days that matter, for a calendar.
    ICalendar,
    /// Who waits for whom, as a Mermaid flowchart.
    Mermaid,
    /// Who waits for whom, for Graphviz.
    Dot,
    /// A page for an issue or a wiki.
    Markdown,
}

impl Format {
    /// Whether it shows what only a forecast knows.
    pub fn needs_forecast(self) -> bool {
        match self {
            Self::Csv(table) => matches!(table, csv::Table::Asks | csv::Table::Outcomes),
            Self::Json | Self::ICalendar | Self::Markdown => true,
            Self::Mermaid | Self::Dot => false,
        }
    }
}

/// A plan's forecast as everybody may see it: its dates, and nothing of the teams that it asks.
#[derive(Debug, Serialize)]
struct OpenForecast<'a> {
    plan: &'a PlanId,
    as_of: Date,
    seed: u64,
    trials: u64,
    /// As planned, and with no ask landing.
    policies: BTreeMap<&'static str, &'a [OutcomeForecast]>,
    decide_by: BTreeMap<String, &'a DecideBy>,
    /// What was taken for granted; nothing that was counted from a team's past.
    assumptions: Vec<&'a Assumption>,
    notes: &'a [Note],
}

impl Answers {
    /// The organisation, or a team's or plan's part of it, in another format. With `forecast` the dates that only a
    /// forecast knows are in it, which the first call computes; without, their columns stay empty.
    ///
    /// # Errors
    /// When an answer cannot be written as JSON, which those of Kedge all can.
    pub fn export(&self, format: Format, view: &View, forecast: bool) -> Result<String, serde_json::Error> {
        let known = self.organisation.known_on(self.as_of);
        let plans: Vec<&PlanForecast> = if forecast && format.needs_forecast() {
            self.forecast().plans.iter().collect()
        } else {
            Vec::new()
        };
        let figures = figures(&known, &self.standing, &plans, view);
        let extract = Extract::new(&known, self.as_of, view.clone(), figures);
        Ok(match format {
            Format::Csv(table) => csv::table(&extract, table),
            Format::ICalendar => icalendar::calendar(&extract),
            Format::Mermaid => mermaid::flowchart(&extract),
            Format::Dot => dot::graph(&extract),
            Format::Markdown => markdown::page(&extract),
            Format::Json => {
                let standing = shown(&self.standing, view);
                let own = plans.iter().filter(|it| shows(view, &it.plan)).copied();
                let forecast = (!plans.is_empty()).then_some(());
                match view {
                    View::Whole => {
                        let open: Vec<OpenForecast<'_>> = own.map(open_forecast).collect();
                        json::envelope(&extract, standing, forecast.map(|()| open))?
                    }
                    View::Team(_) | View::Plan(_) => {
                        let own: Vec<&PlanForecast> = own.collect();
                        json::envelope(&extract, standing, forecast.map(|()| own))?
                    }
                }
            }
        })
    }
}

fn shows(view: &View, plan: &PlanId) -> bool {
    match view {
        View::Whole => true,
        View::Team(team) => plan.team() == team,
        View::Plan(only) => plan == only,
    }
}

/// The part of what stands that the view shows; the organisation's own number is everybody's.
fn shown(standing: &Standing, view: &View) -> Standing {
    let mut standing = standing.clone();
    let team = |id: &TeamId| match view {
        View::Whole => true,
        View::Team(team) => team == id,
        View::Plan(plan) => plan.team() == id,
    };
    standing.asks.retain(|it| shows(view, &it.plan) || matches!(view, View::Team(team) if &it.to == team));
    standing.outcomes.retain(|it| shows(view, &it.plan));
    standing.plans.retain(|it| shows(view, &it.plan));
    standing.teams.retain(|it| team(&it.team));
    standing
}

fn open_forecast(plan: &PlanForecast) -> OpenForecast<'_> {
    let policies = [("as-planned", Policy::AsPlanned), ("alone", Policy::Alone)];
    OpenForecast {
        plan: &plan.plan,
        as_of: plan.as_of,
        seed: plan.seed,
        trials: plan.trials,
        policies: policies
            .into_iter()
            .filter_map(|(name, policy)| Some((name, plan.policy(policy)?.outcomes.as_slice())))
            .collect(),
        decide_by: plan.asks.iter().map(|ask| (ask.ask.to_string(), &ask.decide_by)).collect(),
        assumptions: plan
            .assumptions
            .iter()
            .filter(|it| !matches!(it.source, Source::Record { .. }))
            .collect(),
        notes: &plan.notes,
    }
}

fn figures(
    organisation: &Organisation,
    standing: &Standing,
    plans: &[&PlanForecast],
    view: &View,
) -> Figures {
    let sentence = match view {
        View::Whole => standing.organisation.sentence(),
        View::Team(team) => standing
            .teams
            .iter()
            .find(|it| &it.team == team)
            .map_or_else(|| "Nothing is planned.".into(), |it| it.number.sentence()),
        View::Plan(plan) => standing
            .plans
            .iter()
            .find(|it| &it.plan == plan)
            .map_or_else(|| "Nothing is planned.".into(), |it| it.number.sentence()),
    };
    let mut figures = Figures { standing: sentence, ..Figures::default() };
    for outcome in &standing.outcomes {
        figures.outcomes.insert(
            outcome.outcome.clone(),
            OutcomeFigures {
                stands: outcome.share,
                holds: outcome.holds.iter().map(|hold| hold.ask.clone()).collect(),
                live: None,
                no_date: None,
            },
        );
    }
    for ask in &standing.asks {
        let opened_by = match ask.opens {
            Opens::Fallback { place, keeps, .. } => Some((place, keeps)),
            Opens::Landing { .. } | Opens::Nothing { .. } => None,
        };
        figures.asks.insert(
            ask.ask.clone(),
            AskFigures { opened_by, decide_by: None, no_decide_by: None, odds: None },
        );
    }
    for plan in plans {
        let source = forecast_source(plan);
        for outcome in plan.policy(Policy::AsPlanned).map_or(&[][..], |it| it.outcomes.as_slice()) {
            let Some(found) = figures.outcomes.get_mut(&outcome.outcome) else { continue };
            match outcome.live.spread() {
                Some(spread) => {
                    let live = LiveBy {
                        p50: spread.p50.date(),
                        p80: spread.p80.date(),
                        on_time: outcome.by_due.map(share),
                    };
                    found.live = Some(Sourced::new(live, source.clone()));
                }
                None if organisation.outcome(&outcome.outcome).is_some_and(|it| it.live.is_none()) => {
                    found.no_date = Some("too little data".into());
                }
                None => {}
            }
        }
        for ask in &plan.asks {
            let Some(found) = figures.asks.get_mut(&ask.ask) else { continue };
            found.decide_by = ask.decide_by.date().map(|date| Sourced::new(date, source.clone()));
            found.no_decide_by = no_decide_by(&ask.decide_by);
            found.odds = odds(ask);
        }
    }
    figures
}

/// What the dates of a plan are: a forecast, of so many trials, and what that rests on.
fn forecast_source(plan: &PlanForecast) -> String {
    let asks = plan.asks.iter().flat_map(|ask| ask.sources.iter());
    let words: BTreeSet<&str> =
        plan.assumptions.iter().map(|it| &it.source).chain(asks).map(Source::word).collect();
    let rests = if words.is_empty() {
        String::new()
    } else {
        format!(", on {}", words.into_iter().collect::<Vec<_>>().join(" and "))
    };
    format!("forecast of {} trials, seed {}{rests}", plan.trials, plan.seed)
}

fn share(chance: Chance) -> f64 {
    chance.share.get()
}

fn odds(ask: &AskForecast) -> Option<AskOdds> {
    let spread = ask.lands.spread()?;
    let date = |quantile: Quantile| quantile.date();
    let sources: BTreeSet<String> =
        ask.sources.iter().map(|it| format!("{}: {}", it.word(), it.detail())).collect();
    Some(AskOdds {
        p50: date(spread.p50),
        p80: date(spread.p80),
        by_wanted: ask.by_wanted.map(share),
        source: sources.into_iter().collect::<Vec<_>>().join("; "),
    })
}

fn no_decide_by(decide_by: &DecideBy) -> Option<String> {
    Some(match decide_by {
        DecideBy::On(_) => return None,
        DecideBy::TooLate { weeks: Some(weeks) } => format!("too late by {}", in_weeks(*weeks)),
        DecideBy::TooLate { weeks: None } => "too late".into(),
        DecideBy::NoDue => "nothing that waits for it has a due date".into(),
        DecideBy::NoFallback => "no fallback that stands alone".into(),
        DecideBy::Taken => "a fallback is taken".into(),
        DecideBy::NotNeeded => "settled".into(),
        DecideBy::TooLittleData(_) => "too little data".into(),
    })
}
