//! What wants doing this week: the weekly habit, five minutes a team.

use crate::sentence::{days, fallback_name, team_name};
use kedge_floor::{Missing, Opens, Standing};
use kedge_forecast::{BestStart, DecideBy, PlanForecast, in_weeks};
use kedge_model::{Ask, AskId, AskState, Date, Money, Organisation, PlanId, Stance, TeamId};
use serde::Serialize;

/// How many days ahead this week looks.
const AHEAD: i64 = 7;
/// How many days before it expires a hack is brought up.
const EXPIRY_AHEAD: i64 = 14;

/// What wants doing, most urgent first.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Next {
    /// Of which morning.
    pub as_of: Date,
    /// Whether the dates of every open plan took part; without them decide-bys are missing.
    pub timed: bool,
    /// What wants doing.
    pub items: Vec<NextItem>,
}

/// One thing that wants doing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NextItem {
    /// Whose it is to do.
    pub team: TeamId,
    /// How urgent.
    pub urgency: Urgency,
    /// What kind of thing.
    pub kind: NextKind,
    /// The ask it is about.
    pub ask: AskId,
    /// What is so, in one sentence.
    pub what: String,
    /// What decides it, in one more; empty where the first says it all.
    pub detail: String,
    /// Value a week that hangs on it, where anybody said what it is worth.
    pub at_stake: Option<Money>,
    /// The command that does it, or shows the ways on.
    pub command: String,
}

/// When it wants doing. The order is by urgency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Urgency {
    /// The day has passed.
    Overdue(Date),
    /// Today.
    Today,
    /// By this day.
    By(Date),
    /// When there is time.
    Whenever,
}

/// The kinds of things that want doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NextKind {
    /// A plan has no way on.
    NoWayOn,
    /// A fallback must start to keep the date.
    DecideBy,
    /// Starting a fallback early is worth more than waiting.
    StartEarly,
    /// A stance's day has come.
    StanceDue,
    /// A counter-offer waits for the asking team.
    CounterOffer,
    /// A promised day has passed.
    PromisePassed,
    /// The asked team has not answered within its turnaround, or by the day it named.
    Unanswered,
    /// Nobody has asked yet.
    NeverAsked,
    /// What a hack worked round has landed.
    LeaveHack,
    /// A hack expires.
    Expiry,
}

/// What wants doing as of a day, of all teams. `forecast_of` gives the forecast of a plan where it is there; that early
/// starts are worth something is known only from one in which best starts were searched.
pub fn next<'a>(
    organisation: &Organisation,
    standing: &Standing,
    forecast_of: &dyn Fn(&PlanId) -> Option<&'a PlanForecast>,
    as_of: Date,
) -> Next {
    let organisation = &organisation.known_on(as_of);
    let mut items = Vec::new();
    let mut timed = true;
    for ask in organisation.asks() {
        if organisation.plan(&ask.plan).is_none_or(|plan| plan.closed.is_some()) {
            continue;
        }
        let plan = forecast_of(&ask.plan);
        timed &= plan.is_some();
        let mut view = View { organisation, standing, plan, as_of, ask, items: &mut items };
        view.look();
    }
    items.sort_by(|a, b| {
        let stake = |item: &NextItem| item.at_stake.map_or(0.0, Money::amount);
        (a.urgency, a.kind)
            .cmp(&(b.urgency, b.kind))
            .then_with(|| stake(b).total_cmp(&stake(a)))
            .then_with(|| a.ask.cmp(&b.ask))
    });
    Next { as_of, timed, items }
}

struct View<'a> {
    organisation: &'a Organisation,
    standing: &'a Standing,
    plan: Option<&'a PlanForecast>,
    as_of: Date,
    ask: &'a Ask,
    items: &'a mut Vec<NextItem>,
}

impl View<'_> {
    fn add(
        &mut self,
        team: &TeamId,
        urgency: Urgency,
        kind: NextKind,
        what: String,
        detail: String,
        command: String,
    ) {
        let ask = self.ask.id.clone();
        let outcomes = self.standing.outcomes.iter().filter(|it| it.holds.iter().any(|hold| hold.ask == ask));
        let worths: Vec<Money> =
            outcomes.filter_map(|outcome| outcome.worth.map(|worth| worth.a_week)).collect();
        let at_stake = (!worths.is_empty()).then(|| worths.into_iter().sum());
        self.items.push(NextItem { team: team.clone(), urgency, kind, ask, what, detail, at_stake, command });
    }

    fn look(&mut self) {
        let ask = self.ask;
        let state = self.organisation.ask_state(ask);
        if state.is_open() {
            self.hacks_to_leave(&state);
            self.expiries();
            return;
        }
        self.expiries();
        if matches!(state, AskState::Withdrawn { .. }) {
            return;
        }
        let holds = self.standing.outcomes.iter().any(|it| it.holds.iter().any(|hold| hold.ask == ask.id));
        if !holds {
            return;
        }
        self.ways_on();
        self.starts();
        self.answers(&state);
    }

    fn ways_on(&mut self) {
        let ask = self.ask;
        let Some(standing) = self.standing.ask(&ask.id) else { return };
        let Opens::Nothing { missing } = &standing.opens else { return };
        if self.organisation.council_rank(ask.id.reference()).is_some() {
            return;
        }
        let lack = match missing {
            Missing::NoFallback => "has no fallback",
            Missing::OnlyLeaning => "has only fallbacks that lean on others",
        };
        let what = format!("{} {lack}: nothing that waits for it stands.", ask.id);
        let detail = format!("It waits for {}: {}.", self.name(&ask.to), ask.what.trim_end_matches('.'));
        let command = format!("kedge new fallback {} descope --keeps 60%", ask.id);
        self.add(ask.id.team(), Urgency::Today, NextKind::NoWayOn, what, detail, command);
    }

    fn starts(&mut self) {
        let ask = self.ask;
        if ask.fallbacks.iter().any(|fallback| fallback.is_running() || fallback.is_live()) {
            return;
        }
        let own = ask.id.team();
        if self.organisation.is_dead(ask, self.as_of) {
            self.dead();
            return;
        }
        if let Some(fallback) = ask.fallbacks.iter().find(|fallback| fallback.start != Stance::DecideBy) {
            let (day, due) = match fallback.start {
                Stance::On(day) => (day, day.days_since(self.as_of) <= AHEAD),
                _ => (self.as_of, true),
            };
            if due {
                let what = format!(
                    "Start “{}” for {}, as decided.",
                    fallback_name(self.organisation, fallback),
                    ask.id
                );
                let command = format!("kedge take {} {}", ask.id, fallback.id);
                self.add(own, self.urgency(day), NextKind::StanceDue, what, String::new(), command);
            }
            return;
        }
        let Some(forecast) = self.plan.and_then(|plan| plan.ask(&ask.id)) else { return };
        let Some(first) = self.organisation.first_self_reliant(ask).and_then(|at| ask.fallbacks.get(at))
        else {
            return;
        };
        let name = fallback_name(self.organisation, first);
        let command = format!("kedge decide {}", ask.id);
        if let BestStart::On { date, gain, before_decide_by: true, .. } = &forecast.best_start
            && date.days_since(self.as_of) <= AHEAD
        {
            let what = format!(
                "Starting “{name}” {} is worth {} more than waiting longer for {}.",
                if *date <= self.as_of {
                    "now".to_owned()
                } else {
                    format!("on {}", date.in_words(self.as_of))
                },
                gain.mean.rounded(),
                ask.id
            );
            let detail = self.decide_by_words(&forecast.decide_by);
            self.add(own, self.urgency(*date), NextKind::StartEarly, what, detail, command);
            return;
        }
        match &forecast.decide_by {
            DecideBy::On(day) if day.days_since(self.as_of) <= AHEAD => {
                let what = format!("Decide on “{name}” for {}: later starts miss the date.", ask.id);
                let detail = self.decide_by_words(&forecast.decide_by);
                self.add(own, self.urgency(*day), NextKind::DecideBy, what, detail, command);
            }
            DecideBy::TooLate { .. } => {
                let what = format!("Even “{name}”, started today, is too late for {}.", ask.id);
                let detail = self.decide_by_words(&forecast.decide_by);
                self.add(own, Urgency::Today, NextKind::DecideBy, what, detail, command);
            }
            _ => {}
        }
    }

    /// It will not land, so the first fallback is the way on, and starts.
    fn dead(&mut self) {
        let ask = self.ask;
        let Some(first) = ask.fallbacks.iter().find(|it| it.stopped.is_none() && it.migrated.is_none())
        else {
            return;
        };
        let state = crate::sentence::state(&self.organisation.ask_state(ask), self.as_of);
        let what = format!(
            "{} will not land ({state}): start “{}”.",
            ask.id,
            fallback_name(self.organisation, first)
        );
        let command = format!("kedge take {} {}", ask.id, first.id);
        self.add(ask.id.team(), Urgency::Today, NextKind::StanceDue, what, String::new(), command);
    }

    fn decide_by_words(&self, decide_by: &DecideBy) -> String {
        match decide_by {
            DecideBy::On(day) => format!("Decide-by is {}.", day.in_words(self.as_of)),
            DecideBy::TooLate { weeks: Some(weeks) } => {
                format!("Too late by {}: start now, cut scope or move the date.", in_weeks(*weeks))
            }
            DecideBy::TooLate { weeks: None } => "The date is never reached: cut scope or move it.".into(),
            _ => String::new(),
        }
    }

    fn answers(&mut self, state: &AskState) {
        let ask = self.ask;
        let (own, to) = (ask.id.team().clone(), ask.to.clone());
        match state {
            // What an import took over was asked where it came from.
            AskState::NeverAsked if ask.meta.origin.is_none() => {
                let what = format!("{} is written down, and nobody has asked {}.", ask.id, self.name(&to));
                let command = format!("kedge asked {} --how '…'", ask.id);
                self.add(&own, Urgency::Today, NextKind::NeverAsked, what, String::new(), command);
            }
            AskState::Unanswered { since } => {
                let calendar = &self.organisation.settings().calendar;
                let turnaround = self.organisation.team(&to).and_then(|team| team.turnaround);
                let Some(turnaround) = turnaround.map(|turnaround| turnaround.days(calendar).0) else {
                    return;
                };
                let waited = (1..=self.as_of.days_since(*since).clamp(0, 3_660))
                    .filter(|day| calendar.works_on(since.plus_days(*day).weekday()))
                    .count();
                if waited as f64 > turnaround {
                    let what =
                        format!("{} has waited {} for a word.", ask.id, days(self.as_of.days_since(*since)));
                    let detail = format!(
                        "{} asks for: {}. “No” is an answer too.",
                        self.name(&own),
                        ask.what.trim_end_matches('.')
                    );
                    let command = format!("kedge answer {} considering --until …", ask.id);
                    self.add(&to, Urgency::Today, NextKind::Unanswered, what, detail, command);
                }
            }
            AskState::Considering { until: Some(until), .. } if *until <= self.as_of => {
                let what = format!("The answer to {} was to come by {}.", ask.id, until.in_words(self.as_of));
                let command = format!("kedge answer {} …", ask.id);
                self.add(&to, Urgency::Overdue(*until), NextKind::Unanswered, what, String::new(), command);
            }
            AskState::Countered { offer, since, .. } => {
                let what = format!(
                    "{} has made a counter-offer to {}: {}.",
                    self.name(&to),
                    ask.id,
                    offer.trim_end_matches('.')
                );
                let detail = format!(
                    "It has waited {}; accepted, it counts as committed.",
                    days(self.as_of.days_since(*since))
                );
                let command = format!("kedge accept {}", ask.id);
                self.add(&own, Urgency::Today, NextKind::CounterOffer, what, detail, command);
            }
            AskState::Committed { by: Some(by), .. } if *by < self.as_of => {
                let what =
                    format!("{} was promised by {} and has not landed.", ask.id, by.in_words(self.as_of));
                let command = format!("kedge land {}", ask.id);
                self.add(
                    &to,
                    Urgency::Overdue(*by),
                    NextKind::PromisePassed,
                    what,
                    "Say what is so now.".into(),
                    command,
                );
            }
            _ => {}
        }
    }

    fn hacks_to_leave(&mut self, state: &AskState) {
        let ask = self.ask;
        let own = ask.id.team().clone();
        for fallback in ask.fallbacks.iter().filter(|fallback| fallback.is_live()) {
            let Some(since) = state.since() else { continue };
            let name = fallback_name(self.organisation, fallback);
            let what = format!("{} landed on {}: “{name}” can be left.", ask.id, since.in_words(self.as_of));
            let detail = match (&fallback.migrate, &fallback.maintain) {
                (Some(migrate), Some(maintain)) => {
                    format!("Leaving it takes {migrate}; keeping it takes {maintain}.")
                }
                (Some(migrate), None) => format!("Leaving it takes {migrate}."),
                (None, Some(maintain)) => {
                    format!("Nobody has said what leaving it takes; keeping it takes {maintain}.")
                }
                (None, None) => "Nobody has said what leaving it takes.".into(),
            };
            let command = format!("kedge done {} {} --migrated", ask.id, fallback.id);
            self.add(&own, Urgency::Whenever, NextKind::LeaveHack, what, detail, command);
        }
    }

    fn expiries(&mut self) {
        let ask = self.ask;
        let own = ask.id.team().clone();
        for fallback in ask.fallbacks.iter().filter(|fallback| fallback.is_live()) {
            let Some(expires) = fallback.expires.filter(|day| day.days_since(self.as_of) <= EXPIRY_AHEAD)
            else {
                continue;
            };
            let what = format!(
                "“{}” should be gone by {}.",
                fallback_name(self.organisation, fallback),
                expires.in_words(self.as_of)
            );
            let detail = format!("It stands in for {}.", ask.id);
            self.add(
                &own,
                self.urgency(expires),
                NextKind::Expiry,
                what,
                detail,
                format!("kedge decide {}", ask.id),
            );
        }
    }

    fn name(&self, team: &TeamId) -> String {
        team_name(self.organisation, team)
    }

    fn urgency(&self, day: Date) -> Urgency {
        match day.days_since(self.as_of) {
            i64::MIN..0 => Urgency::Overdue(day),
            0 => Urgency::Today,
            _ => Urgency::By(day),
        }
    }
}
