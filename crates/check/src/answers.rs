//! What rules read: the organisation as it is written and as it was known, what stands, the ledger of hacks, and the
//! forecast.

use crate::rule::Need;
use kedge_decide::Ledger;
use kedge_floor::{AskStanding, ByTeam, OutcomeStanding, Standing};
use kedge_forecast::Forecast;
use kedge_model::{
    AnswerLog, Ask, AskId, AskState, CodeEvidence, CodePart, Date, Gate, Organisation, Outcome, OutcomeId,
    PlanId, TeamId, Work, listed,
};
use std::borrow::Cow;
use std::sync::OnceLock;

/// The answers that are there.
#[derive(Clone, Debug)]
pub struct Answers<'a> {
    /// The organisation as it is written, later facts included.
    pub written: &'a Organisation,
    /// The organisation as it was known on the evening of `as_of`.
    pub known: Cow<'a, Organisation>,
    /// The day from which it is looked at.
    pub as_of: Date,
    /// What stands on that day.
    stands: Stands<'a>,
    /// The forecast from that day, where it is there.
    pub forecast: Option<&'a Forecast>,
    /// The live hacks with their costs, where they are there.
    pub ledger: Option<&'a Ledger>,
    /// What was found in repositories, where they were surveyed.
    pub evidence: Option<&'a CodeEvidence>,
    /// The team whose part is looked at; all where absent.
    team: Option<&'a TeamId>,
    holding: OnceLock<Vec<AskId>>,
    in_play: OnceLock<Vec<AskId>>,
    /// The closed plans of the team that is looked at.
    closed: OnceLock<Vec<PlanId>>,
    /// Of one team's asks, by name.
    states: OnceLock<Vec<(AskId, AskState)>>,
}

/// What stands, in the form in which it is there.
#[derive(Clone, Copy, Debug)]
enum Stands<'a> {
    Whole(&'a Standing),
    ByTeam(&'a ByTeam),
}

/// Days after which a date is simply long ago: nobody's turnaround is ten years.
const LONG_AGO: i64 = 3_653;

impl<'a> Answers<'a> {
    /// The answers that structure alone gives.
    pub fn new(organisation: &'a Organisation, as_of: Date, standing: &'a Standing) -> Self {
        let known = Cow::Owned(organisation.known_on(as_of));
        Self::of_known(organisation, known, as_of, Stands::Whole(standing))
    }

    /// The same for a caller that holds [`Organisation::known_on`]`(as_of)` already.
    pub fn with_known(
        organisation: &'a Organisation,
        known: &'a Organisation,
        as_of: Date,
        standing: &'a Standing,
    ) -> Self {
        Self::of_known(organisation, Cow::Borrowed(known), as_of, Stands::Whole(standing))
    }

    /// The same for a caller that keeps what stands by team.
    pub fn by_team(
        organisation: &'a Organisation,
        known: &'a Organisation,
        as_of: Date,
        standing: &'a ByTeam,
    ) -> Self {
        Self::of_known(organisation, Cow::Borrowed(known), as_of, Stands::ByTeam(standing))
    }

    fn of_known(
        written: &'a Organisation,
        known: Cow<'a, Organisation>,
        as_of: Date,
        stands: Stands<'a>,
    ) -> Self {
        Self {
            written,
            known,
            as_of,
            stands,
            forecast: None,
            ledger: None,
            evidence: None,
            team: None,
            holding: OnceLock::new(),
            in_play: OnceLock::new(),
            closed: OnceLock::new(),
            states: OnceLock::new(),
        }
    }

    /// The same answers, looked at for one team: what is gone through is that team's part, what is looked up is all there
    /// is.
    pub(crate) fn at<'b>(&'b self, team: &'b TeamId) -> Answers<'b> {
        Answers {
            team: Some(team),
            forecast: self.forecast,
            ledger: self.ledger,
            evidence: self.evidence,
            ..Answers::of_known(self.written, Cow::Borrowed(&self.known), self.as_of, self.stands)
        }
    }

    /// The part of the organisation, as it is written, that is looked at.
    pub(crate) fn written_part(&self) -> Part<'_> {
        Part { organisation: self.written, team: self.team }
    }

    /// The part of the organisation, as it was known, that is looked at.
    pub(crate) fn known_part(&self) -> Part<'_> {
        Part { organisation: &self.known, team: self.team }
    }

    /// With the forecast.
    #[must_use]
    pub fn with_forecast(self, forecast: &'a Forecast) -> Self {
        Self { forecast: Some(forecast), ..self }
    }

    /// With the ledger of hacks.
    #[must_use]
    pub fn with_ledger(self, ledger: &'a Ledger) -> Self {
        Self { ledger: Some(ledger), ..self }
    }

    /// With what was found in repositories.
    #[must_use]
    pub fn with_evidence(self, evidence: &'a CodeEvidence) -> Self {
        Self { evidence: Some(evidence), ..self }
    }

    /// Whether the answers that a rule needs are there.
    pub fn have(&self, need: Need) -> bool {
        match need {
            Need::Structure => true,
            Need::Timing => self.forecast.is_some(),
            Need::Price => self.ledger.is_some(),
            Need::Evidence => self.evidence.is_some(),
            Need::Data => self.have_read(CodePart::Data),
            Need::Duplicates => self.have_read(CodePart::Duplicates),
            Need::Borders => self.have_read(CodePart::Borders),
        }
    }

    /// Whether a survey has read this part.
    fn have_read(&self, part: CodePart) -> bool {
        self.evidence.is_some_and(|evidence| !evidence.not_read.contains(&part))
    }

    /// Whether the plan is not closed: closed ones are records.
    pub(crate) fn is_current(&self, plan: &PlanId) -> bool {
        let Some(team) = self.team.filter(|team| *team == plan.team()) else {
            return self.known.plan(plan).is_none_or(|plan| plan.closed.is_none());
        };
        let closed = self.closed.get_or_init(|| {
            let closed = self.known.plans_of(team).filter(|plan| plan.closed.is_some());
            closed.map(|plan| plan.id.clone()).collect()
        });
        !closed.contains(plan)
    }

    /// The outcomes to come: of plans that are not closed, neither live nor dropped.
    pub(crate) fn planned(&self) -> impl Iterator<Item = &Outcome> {
        let outcomes = self.known_part().outcomes().filter(|outcome| self.is_current(&outcome.plan));
        outcomes.filter(|outcome| outcome.live.is_none() && outcome.dropped.is_none())
    }

    /// The asks of current plans that something still waits for: it has not landed, and what it gates is neither started
    /// nor done nor dropped.
    pub(crate) fn holding(&self) -> impl Iterator<Item = &Ask> {
        let holding = self.holding.get_or_init(|| {
            self.known_part().asks().filter(|ask| self.holds(ask)).map(|ask| ask.id.clone()).collect()
        });
        holding.iter().filter_map(|ask| self.known.ask(ask))
    }

    /// Those of [`Answers::holding`] that the asking team has not withdrawn.
    pub(crate) fn in_play(&self) -> impl Iterator<Item = &Ask> {
        let in_play = self.in_play.get_or_init(|| {
            self.holding().filter(|ask| !self.is_withdrawn(ask)).map(|ask| ask.id.clone()).collect()
        });
        in_play.iter().filter_map(|ask| self.known.ask(ask))
    }

    /// The asks to one team that are in play, whoever asks, by name.
    pub(crate) fn in_play_to<'b>(&'b self, team: &TeamId) -> impl Iterator<Item = &'b Ask> {
        let mut asks: Vec<&AskId> = self.known.asked_of(team).iter().collect();
        asks.sort_unstable();
        let asks = asks.into_iter().filter_map(|ask| self.known.ask(ask));
        asks.filter(|ask| self.is_in_play(ask))
    }

    /// The teams that are looked at, by name.
    pub(crate) fn teams(&self) -> impl Iterator<Item = &TeamId> {
        let every = self.team.is_none().then(|| self.known.teams().map(|team| &team.id));
        self.team.into_iter().chain(every.into_iter().flatten())
    }

    /// What stands of the outcomes of the team that is looked at, by name.
    pub(crate) fn outcomes_standing(&self) -> &'a [OutcomeStanding] {
        match (self.stands, self.team) {
            (Stands::ByTeam(teams), Some(team)) => teams.outcomes_of(team),
            (Stands::ByTeam(_), None) => &[],
            (Stands::Whole(whole), None) => &whole.outcomes,
            (Stands::Whole(whole), Some(team)) => {
                let every = &whole.outcomes;
                let from = every.partition_point(|outcome| outcome.outcome.team() < team);
                let to = every.partition_point(|outcome| outcome.outcome.team() <= team);
                every.get(from..to).unwrap_or_default()
            }
        }
    }

    /// What stands of every outcome, by name.
    pub(crate) fn every_outcome_standing(&self) -> Box<dyn Iterator<Item = &'a OutcomeStanding> + 'a> {
        match self.stands {
            Stands::Whole(whole) => Box::new(whole.outcomes.iter()),
            Stands::ByTeam(teams) => Box::new(teams.outcomes()),
        }
    }

    /// What stands of an outcome, where its plan is not closed.
    pub(crate) fn outcome_standing(&self, outcome: &OutcomeId) -> Option<&'a OutcomeStanding> {
        match self.stands {
            Stands::Whole(whole) => whole.outcome(outcome),
            Stands::ByTeam(teams) => teams.outcome(outcome),
        }
    }

    /// What opens an ask, where its plan is not closed.
    pub(crate) fn ask_standing(&self, ask: &AskId) -> Option<&'a AskStanding> {
        match self.stands {
            Stands::Whole(whole) => whole.ask(ask),
            Stands::ByTeam(teams) => teams.ask(ask),
        }
    }

    /// The state of an ask: of one of the team that is looked at, found out once.
    pub(crate) fn state(&self, ask: &Ask) -> Cow<'_, AskState> {
        let Some(team) = self.team.filter(|team| *team == ask.id.team()) else {
            return Cow::Owned(self.known.ask_state(ask));
        };
        let states = self.states.get_or_init(|| {
            self.known.asks_of(team).map(|ask| (ask.id.clone(), self.known.ask_state(ask))).collect()
        });
        let at = states.binary_search_by(|(id, _)| id.cmp(&ask.id)).ok();
        match at.and_then(|at| states.get(at)) {
            Some((_, state)) => Cow::Borrowed(state),
            None => Cow::Owned(self.known.ask_state(ask)),
        }
    }

    /// Whether an ask is dead; see [`Organisation::is_dead`].
    pub(crate) fn is_dead(&self, ask: &Ask) -> bool {
        let state = self.state(ask);
        state.is_dead() || (!state.is_open() && ask.until.is_some_and(|until| until < self.as_of))
    }

    fn holds(&self, ask: &Ask) -> bool {
        self.is_current(&ask.plan)
            && !self.state(ask).is_open()
            && self.known.gates(ask).iter().any(|gate| self.is_waiting(gate))
    }

    /// Whether the ask is one of [`Answers::in_play`], were all looked at.
    pub(crate) fn is_in_play(&self, ask: &Ask) -> bool {
        self.holds(ask) && !self.is_withdrawn(ask)
    }

    fn is_withdrawn(&self, ask: &Ask) -> bool {
        matches!(*self.state(ask), AskState::Withdrawn { .. })
    }

    fn is_waiting(&self, gate: &Gate) -> bool {
        match gate {
            Gate::Work(id) => self
                .known
                .work_item(id)
                .is_some_and(|work| work.started.is_none() && work.done.is_none() && work.dropped.is_none()),
            Gate::Outcome(id) => self
                .known
                .outcome(id)
                .is_some_and(|outcome| outcome.live.is_none() && outcome.dropped.is_none()),
        }
    }

    /// Working days of the team after `since`, up to and with the as-of date.
    pub(crate) fn working_days_since(&self, since: Date, team: &TeamId) -> u32 {
        let calendar = &self.known.settings().calendar;
        let holidays = self.known.team(team).map_or(&[][..], |team| &team.holidays);
        let days = self.as_of.days_since(since).clamp(0, LONG_AGO);
        (1..=days)
            .map(|day| since.plus_days(day))
            .filter(|day| {
                calendar.works_on(day.weekday())
                    && !calendar.holidays.contains(day)
                    && !holidays.contains(day)
            })
            .count() as u32
    }

    /// The last working day of the week on or before the date.
    pub(crate) fn working_day_before(&self, date: Date) -> Date {
        let calendar = &self.written.settings().calendar;
        (0..7).map(|back| date.plus_days(-back)).find(|day| calendar.works_on(day.weekday())).unwrap_or(date)
    }

    /// What an ask gates that still waits, for people: `` `statement` and `credit` ``.
    pub(crate) fn gated(&self, ask: &Ask) -> String {
        let waiting = self.known.gates(ask).into_iter().filter(|gate| self.is_waiting(gate));
        listed(waiting.map(|gate| match gate {
            Gate::Work(id) => format!("`{}`", id.id()),
            Gate::Outcome(id) => format!("`{}`", id.id()),
        }))
    }
}

/// The facts of one team, or of all.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part<'a> {
    organisation: &'a Organisation,
    team: Option<&'a TeamId>,
}

macro_rules! listings {
    ($($(#[$doc:meta])* $all:ident, $of_team:ident: $noun:ty;)*) => {
        impl<'a> Part<'a> {$(
            $(#[$doc])*
            pub(crate) fn $all(self) -> Box<dyn Iterator<Item = &'a $noun> + 'a> {
                match self.team {
                    Some(team) => Box::new(self.organisation.$of_team(team)),
                    None => Box::new(self.organisation.$all()),
                }
            }
        )*}
    };
}
#[rustfmt::skip]
listings! {
    /// The outcomes, by name.
    outcomes, outcomes_of: Outcome;
    /// The work items, by name.
    work, work_of: Work;
    /// The asks, by name.
    asks, asks_of: Ask;
    /// The answers to them and to the needs, by what they answer and who answers.
    answer_logs, answer_logs_to: AnswerLog;
}

/// `1 working day`, `3 working days`.
pub(crate) fn counted(number: u32, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// Text as a quoted string of the plan language.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
