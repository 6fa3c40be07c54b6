//! The organisation: one immutable value, and the ways to look things up in it.

mod assembly;
mod known;
mod listing;
mod reach;
mod written;

pub use assembly::Assembly;
pub(crate) use known::Dated;
pub(crate) use written::Written;

use crate::{
    Address, AnswerLog, AnswerTo, Ask, AskId, ConfirmationLog, Council, Currency, Date, Fact, FactId,
    Fallback, FallbackKind, Finding, InitiativeId, Need, NeedId, Outcome, OutcomeId, PlanId, Reference,
    Settings, SignatureLog, SignedThing, Slug, Team, TeamId, WorkId,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Whether the facts are all there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// A whole organisation: a team that has no file is an error.
    Whole,
    /// A lone file or a few: teams without a file are taken as external, and a note says so.
    Partial,
}

/// The whole: teams, plans, ranking, datasets, proposals, policies. Every answer is a function of it and a date.
///
/// Cheap to clone, and cheap to change: what each team has written is shared between an organisation and the one after an
/// edit, but for the teams whose files changed.
#[derive(Clone, Debug)]
pub struct Organisation {
    scope: Scope,
    settings: Arc<Settings>,
    has_settings: bool,
    council: Arc<Council>,
    assumed_teams: Arc<BTreeSet<TeamId>>,
    /// Everybody who writes or is named.
    teams: Arc<BTreeMap<TeamId, Around>>,
}

/// What a team (or the council) has written, and what others have written about it.
#[derive(Clone, Debug, Default)]
struct Around {
    written: Arc<Written>,
    named: Arc<Named>,
    broken: Arc<Vec<BrokenReference>>,
}

/// What follows from the files of others that name a team.
#[derive(Clone, Debug, Default)]
struct Named {
    /// Whose files name it, and its own where it has any.
    by: BTreeSet<TeamId>,
    /// The asks that were made of it: by who asks, then in the order of their files.
    asked: Vec<AskId>,
    /// Its own asks that are joined to others, each with the need.
    joined: BTreeMap<Slug, NeedId>,
}

/// What a plan consists of, each in the order of its file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlanParts {
    /// Its outcomes.
    pub outcomes: Vec<OutcomeId>,
    /// Its work.
    pub work: Vec<WorkId>,
    /// Its asks.
    pub asks: Vec<AskId>,
}

/// A reference to something that another team writes and that is not, or no more, there.
#[derive(Clone, Debug, PartialEq)]
pub struct BrokenReference {
    /// Where the reference stands.
    pub at: Address,
    /// What it names.
    pub names: String,
    /// What it should be, in words: `an ask`, `a person`.
    pub wanted: &'static str,
    /// The nearest name that is there.
    pub nearest: Option<String>,
}

/// What an ask holds up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gate {
    /// The item cannot start.
    Work(WorkId),
    /// The outcome cannot go live; its work goes on.
    Outcome(OutcomeId),
}

impl Organisation {
    /// Builds the organisation from its facts, given in the order of their files.
    ///
    /// # Errors
    /// Every finding of what must hold and does not (`K005` … `K012`; see [`crate::codes`]): then there is no
    /// organisation at all, never a part of one.
    pub fn build(scope: Scope, facts: Vec<Fact>) -> Result<Self, Vec<Finding>> {
        Assembly::new(scope, facts).into_organisation()
    }

    fn around(&self, team: &TeamId) -> Option<&Around> {
        self.teams.get(team)
    }

    fn written(&self, by: &TeamId) -> Option<&Written> {
        self.teams.get(by).map(|around| around.written.as_ref())
    }

    /// Whatever was written by a team or names it, by who writes.
    fn written_about<'a>(&'a self, team: &TeamId) -> impl Iterator<Item = &'a Written> {
        let by = self.around(team).map(|around| &around.named.by);
        by.into_iter().flatten().filter_map(|by| self.written(by))
    }

    /// Everybody who has written anything or is named by somebody, whether there is such a team or not.
    pub fn everybody(&self) -> impl Iterator<Item = &TeamId> {
        self.teams.keys()
    }

    /// Whether the facts are all there are.
    pub fn scope(&self) -> Scope {
        self.scope
    }

    /// The settings; the defaults where none are written.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The council's order and people; empty where there is no council file.
    pub fn council(&self) -> &Council {
        &self.council
    }

    /// Where the council ranks an initiative or an ask, from 0.
    pub fn council_rank(&self, reference: &Reference) -> Option<usize> {
        self.written(&TeamId::council())?.rank(reference)
    }

    /// The best council rank of the initiatives that the outcome is part of, from 0.
    pub fn council_rank_of_outcome(&self, outcome: &OutcomeId) -> Option<usize> {
        self.initiatives_of(outcome).iter().filter_map(|id| self.council_rank(id.reference())).min()
    }

    /// The initiatives that the outcome is part of.
    pub fn initiatives_of(&self, outcome: &OutcomeId) -> &[InitiativeId] {
        self.written(&TeamId::council()).map_or(&[], |council| council.initiatives_of(outcome))
    }

    /// Teams that are only named, in a lone file, and taken as external (or, where the file is theirs, as a team of which
    /// nothing is known).
    pub fn assumed_teams(&self) -> &BTreeSet<TeamId> {
        &self.assumed_teams
    }

    /// References to what another team writes and that is not there, by who refers.
    pub fn broken_references(&self) -> impl Iterator<Item = &BrokenReference> {
        self.teams.values().flat_map(|around| around.broken.iter())
    }

    /// The parts of a plan; empty for a plan that is not there.
    pub fn parts(&self, plan: &PlanId) -> &PlanParts {
        static NONE: PlanParts = PlanParts { outcomes: Vec::new(), work: Vec::new(), asks: Vec::new() };
        self.written(plan.team()).and_then(|written| written.parts(plan)).unwrap_or(&NONE)
    }

    /// The work done for an outcome, directly.
    pub fn serving(&self, outcome: &OutcomeId) -> &[WorkId] {
        self.written(outcome.team()).map_or(&[], |written| written.serving(outcome))
    }

    /// The asks that gate this work or outcome.
    pub fn gating(&self, gated: &Reference) -> &[AskId] {
        self.written(&gated.team).map_or(&[], |written| written.gating(gated))
    }

    /// The asks that a team was asked, by who asks.
    pub fn asked_of(&self, team: &TeamId) -> &[AskId] {
        self.around(team).map_or(&[], |around| &around.named.asked)
    }

    /// The need by which the asked team joins the ask to others.
    pub fn need_of(&self, ask: &AskId) -> Option<&Need> {
        self.around(ask.team())?.named.joined.get(ask.id()).and_then(|need| self.need(need))
    }

    /// What the ask holds up.
    pub fn gates(&self, ask: &Ask) -> Vec<Gate> {
        ask.gates
            .iter()
            .filter_map(|gate| {
                let work = WorkId::from(gate.clone());
                if self.work_item(&work).is_some() {
                    return Some(Gate::Work(work));
                }
                let outcome = OutcomeId::from(gate.clone());
                self.outcome(&outcome).is_some().then_some(Gate::Outcome(outcome))
            })
            .collect()
    }

    /// Whether nobody else can stop the fallback: a self-reliant kind, or an away team where visitors may merge and the
    /// host has not said that it is unable to have this one.
    pub fn is_self_reliant(&self, ask: &Ask, fallback: &Fallback) -> bool {
        match &fallback.kind {
            FallbackKind::AwayTeam { with, .. } => {
                let host = with.as_ref().unwrap_or(&ask.to);
                self.team(host).is_some_and(Team::merges_openly)
                    && self.host_state(ask, host) != crate::HostState::Unable
            }
            kind => !kind.is_leaning(),
        }
    }

    /// The place in its chain of the first fallback that nobody else can stop.
    pub fn first_self_reliant(&self, ask: &Ask) -> Option<usize> {
        ask.fallbacks.iter().position(|fallback| self.is_self_reliant(ask, fallback))
    }

    /// The last day on which an outcome is on time: its own due date, else the last day of its plan's period.
    pub fn due(&self, outcome: &Outcome) -> Option<Date> {
        outcome.due.or_else(|| self.plan(&outcome.plan)?.period.map(crate::Period::until))
    }

    /// The fact with this name.
    pub fn fact(&self, id: &FactId) -> Option<Fact> {
        match id.writer() {
            None => self.has_settings.then(|| Fact::Settings(self.settings.clone())),
            Some(_) if matches!(id, FactId::Team(team) if self.assumed_teams.contains(team)) => None,
            Some(by) => self.written(&by)?.fact(id),
        }
    }

    /// Every fact: the settings, then by who writes, of one writer in the order in which they were given.
    pub fn facts_in_order(&self) -> Vec<Fact> {
        let settings = self.has_settings.then(|| Fact::Settings(self.settings.clone()));
        settings.into_iter().chain(self.teams.values().flat_map(|around| around.written.facts())).collect()
    }

    /// The facts of one writer in the order in which they were given; `None`: the settings.
    pub(crate) fn facts_of(&self, by: Option<&TeamId>) -> Vec<Fact> {
        match by {
            None => self.has_settings.then(|| Fact::Settings(self.settings.clone())).into_iter().collect(),
            Some(by) => self.written(by).into_iter().flat_map(Written::facts).collect(),
        }
    }

    /// The first currency that anybody but the settings states, by who writes.
    pub(crate) fn first_currency(&self) -> Option<&Currency> {
        self.teams.values().find_map(|around| around.written.currency())
    }

    /// Every currency that a writer states, and where.
    pub(crate) fn currencies_of(&self, by: &TeamId) -> Vec<(Address, Currency)> {
        let written = self.written(by).filter(|written| written.currency().is_some());
        written.map(crate::invariants::stated).unwrap_or_default()
    }

    /// What a team has answered, by what it answers.
    pub fn answer_logs_by<'a>(&'a self, team: &TeamId) -> impl Iterator<Item = &'a AnswerLog> {
        self.written(team).into_iter().flat_map(|written| written.answers.values()).map(AsRef::as_ref)
    }

    /// What a team has signed, by what it is under.
    pub fn signature_logs_by<'a>(&'a self, team: &TeamId) -> impl Iterator<Item = &'a SignatureLog> {
        self.written(team).into_iter().flat_map(|written| written.signatures.values()).map(AsRef::as_ref)
    }

    /// What a team has confirmed, by outcome.
    pub fn confirmation_logs_by<'a>(&'a self, team: &TeamId) -> impl Iterator<Item = &'a ConfirmationLog> {
        self.written(team).into_iter().flat_map(|written| written.confirmations.values()).map(AsRef::as_ref)
    }

    /// Whether nothing at all is written.
    pub fn is_empty(&self) -> bool {
        !self.has_settings && self.teams.values().all(|around| around.written.is_empty())
    }

    /// Every answer log, by who answers and what.
    pub fn answer_logs(&self) -> impl Iterator<Item = &AnswerLog> {
        self.teams.values().flat_map(|around| around.written.answers.values()).map(AsRef::as_ref)
    }

    /// The answer logs to the asks and needs of a team, by who answers and what.
    pub fn answer_logs_to<'a>(&'a self, team: &'a TeamId) -> impl Iterator<Item = &'a AnswerLog> {
        let asks = AnswerTo::Ask(AskId::new(team.clone(), Slug::least()));
        let needs = AnswerTo::Need(NeedId::new(team.clone(), Slug::least()));
        self.written_about(team).flat_map(move |written| {
            let to_asks = written
                .answers
                .range(asks.clone()..)
                .take_while(move |(to, _)| matches!(to, AnswerTo::Ask(ask) if ask.team() == team));
            let to_needs = written
                .answers
                .range(needs.clone()..)
                .take_while(move |(to, _)| matches!(to, AnswerTo::Need(need) if need.team() == team));
            to_asks.chain(to_needs).map(|(_, log)| log.as_ref())
        })
    }

    /// What one team has answered.
    pub fn answer_log(&self, to: &AnswerTo, by: &TeamId) -> Option<&AnswerLog> {
        self.written(by)?.answers.get(to).map(AsRef::as_ref)
    }

    /// Every signature log, by who signs.
    pub fn signature_logs(&self) -> impl Iterator<Item = &SignatureLog> {
        self.teams.values().flat_map(|around| around.written.signatures.values()).map(AsRef::as_ref)
    }

    /// What each team has said to a proposal or contract, by who signs.
    pub fn signatures_under<'a>(&'a self, under: &'a SignedThing) -> impl Iterator<Item = &'a SignatureLog> {
        let of = match under {
            SignedThing::Proposal(proposal) => proposal.team(),
            SignedThing::Contract(dataset) => dataset.team(),
        };
        self.written_about(of).filter_map(move |written| written.signatures.get(under)).map(AsRef::as_ref)
    }

    /// What one team has said to a proposal or contract.
    pub fn signature_log(&self, under: &SignedThing, by: &TeamId) -> Option<&SignatureLog> {
        self.written(by)?.signatures.get(under).map(AsRef::as_ref)
    }

    /// Every confirmation log, by who confirms.
    pub fn confirmation_logs(&self) -> impl Iterator<Item = &ConfirmationLog> {
        self.teams.values().flat_map(|around| around.written.confirmations.values()).map(AsRef::as_ref)
    }

    /// The confirmations of an outcome's value, by who confirms.
    pub fn confirmations_of<'a>(
        &'a self,
        outcome: &'a OutcomeId,
    ) -> impl Iterator<Item = &'a ConfirmationLog> {
        let about = self.written_about(outcome.team());
        about.filter_map(move |written| written.confirmations.get(outcome)).map(AsRef::as_ref)
    }
}
