//! The organisation: one immutable value, and the ways to look things up in it.

use crate::{
    Address, AnswerLog, AnswerTo, Ask, AskId, ConfirmationLog, Council, Dataset, DatasetId, Date, Fact,
    FactId, Fallback, FallbackKind, Finding, Initiative, InitiativeId, Need, NeedId, NeedRelation, Outcome,
    OutcomeId, Plan, PlanId, Proposal, ProposalId, Reference, Settings, SignatureLog, SignedThing, Slug,
    Team, TeamId, TeamKind, Work, WorkId,
};
use std::collections::{BTreeMap, BTreeSet, HashSet};
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
/// Cheap to clone: facts are shared.
#[derive(Clone, Debug)]
pub struct Organisation {
    scope: Scope,
    order: Arc<Vec<FactId>>,
    settings: Arc<Settings>,
    has_settings: bool,
    council: Arc<Council>,
    has_council: bool,
    initiatives: BTreeMap<InitiativeId, Arc<Initiative>>,
    teams: BTreeMap<TeamId, Arc<Team>>,
    assumed_teams: BTreeSet<TeamId>,
    plans: BTreeMap<PlanId, Arc<Plan>>,
    outcomes: BTreeMap<OutcomeId, Arc<Outcome>>,
    work: BTreeMap<WorkId, Arc<Work>>,
    asks: BTreeMap<AskId, Arc<Ask>>,
    answers: BTreeMap<(AnswerTo, TeamId), Arc<AnswerLog>>,
    needs: BTreeMap<NeedId, Arc<Need>>,
    signatures: BTreeMap<(SignedThing, TeamId), Arc<SignatureLog>>,
    confirmations: BTreeMap<(OutcomeId, TeamId), Arc<ConfirmationLog>>,
    datasets: BTreeMap<DatasetId, Arc<Dataset>>,
    proposals: BTreeMap<ProposalId, Arc<Proposal>>,
    index: Arc<Index>,
}

/// What is looked up often, derived where the organisation is built.
#[derive(Debug, Default)]
struct Index {
    parts: BTreeMap<PlanId, PlanParts>,
    serving: BTreeMap<OutcomeId, Vec<WorkId>>,
    gating: BTreeMap<Reference, Vec<AskId>>,
    asked_of: BTreeMap<TeamId, Vec<AskId>>,
    joined: BTreeMap<AskId, NeedId>,
    council_rank: BTreeMap<Reference, usize>,
    initiative_of: BTreeMap<OutcomeId, Vec<InitiativeId>>,
    broken: Vec<BrokenReference>,
}

/// A fact that carries dates.
pub(crate) enum Dated<'a> {
    Answers(&'a Arc<AnswerLog>),
    Signatures(&'a Arc<SignatureLog>),
    Confirmations(&'a Arc<ConfirmationLog>),
    Need(&'a Arc<Need>),
    Plan(&'a Arc<Plan>),
    Outcome(&'a Arc<Outcome>),
    Work(&'a Arc<Work>),
    Ask(&'a Arc<Ask>),
    Dataset(&'a Arc<Dataset>),
    Proposal(&'a Arc<Proposal>),
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
        let mut findings = Vec::new();
        let mut organisation = Self::empty(scope);
        let mut seen = HashSet::with_capacity(facts.len());
        let mut order = Vec::with_capacity(facts.len());
        for fact in facts {
            let id = fact.id();
            if seen.insert(id.clone()) {
                order.push(id);
                organisation.insert(fact);
            } else {
                findings.push(crate::invariants::written_twice(&id));
            }
        }
        organisation.order = Arc::new(order);
        if scope == Scope::Partial {
            organisation.assume_teams();
        }
        let mut broken = Vec::new();
        crate::invariants::check(&organisation, &mut findings, &mut broken);
        if !findings.is_empty() {
            return Err(findings);
        }
        organisation.index = Arc::new(organisation.indexed(broken));
        Ok(organisation)
    }

    fn empty(scope: Scope) -> Self {
        Self {
            scope,
            order: Arc::default(),
            settings: Arc::default(),
            has_settings: false,
            council: Arc::default(),
            has_council: false,
            initiatives: BTreeMap::new(),
            teams: BTreeMap::new(),
            assumed_teams: BTreeSet::new(),
            plans: BTreeMap::new(),
            outcomes: BTreeMap::new(),
            work: BTreeMap::new(),
            asks: BTreeMap::new(),
            answers: BTreeMap::new(),
            needs: BTreeMap::new(),
            signatures: BTreeMap::new(),
            confirmations: BTreeMap::new(),
            datasets: BTreeMap::new(),
            proposals: BTreeMap::new(),
            index: Arc::default(),
        }
    }

    fn insert(&mut self, fact: Fact) {
        match fact {
            Fact::Settings(it) => {
                self.settings = it;
                self.has_settings = true;
            }
            Fact::Council(it) => {
                self.council = it;
                self.has_council = true;
            }
            Fact::Initiative(it) => {
                self.initiatives.insert(it.id.clone(), it);
            }
            Fact::Team(it) => {
                self.teams.insert(it.id.clone(), it);
            }
            Fact::Plan(it) => {
                self.plans.insert(it.id.clone(), it);
            }
            Fact::Outcome(it) => {
                self.outcomes.insert(it.id.clone(), it);
            }
            Fact::Work(it) => {
                self.work.insert(it.id.clone(), it);
            }
            Fact::Ask(it) => {
                self.asks.insert(it.id.clone(), it);
            }
            Fact::Answers(it) => {
                self.answers.insert((it.to.clone(), it.by.clone()), it);
            }
            Fact::Need(it) => {
                self.needs.insert(it.id.clone(), it);
            }
            Fact::Signatures(it) => {
                self.signatures.insert((it.under.clone(), it.by.clone()), it);
            }
            Fact::Confirmations(it) => {
                self.confirmations.insert((it.outcome.clone(), it.by.clone()), it);
            }
            Fact::Dataset(it) => {
                self.datasets.insert(it.id.clone(), it);
            }
            Fact::Proposal(it) => {
                self.proposals.insert(it.id.clone(), it);
            }
        }
    }

    /// Teams that a lone file names and that have no file of their own.
    fn assume_teams(&mut self) {
        let writers: BTreeSet<TeamId> = self.order.iter().filter_map(FactId::writer).collect();
        for team in writers {
            if !team.is_council() && !self.teams.contains_key(&team) {
                self.assumed_teams.insert(team.clone());
                self.teams.insert(team.clone(), Arc::new(Team::new(team, TeamKind::Stream)));
            }
        }
        for team in crate::invariants::teams_named(self) {
            if !team.is_council() && !self.teams.contains_key(&team) {
                let external = TeamKind::External { kept_by: None, contact: None };
                self.assumed_teams.insert(team.clone());
                self.teams.insert(team.clone(), Arc::new(Team::new(team, external)));
            }
        }
    }

    fn indexed(&self, broken: Vec<BrokenReference>) -> Index {
        let mut index = Index { broken, ..Index::default() };
        for plan in self.plans.keys() {
            index.parts.insert(plan.clone(), PlanParts::default());
        }
        for id in self.order.iter() {
            match id {
                FactId::Outcome(id) => {
                    let plan = &self.outcomes[id].plan;
                    index.parts.entry(plan.clone()).or_default().outcomes.push(id.clone());
                }
                FactId::Work(id) => {
                    let work = &self.work[id];
                    index.parts.entry(work.plan.clone()).or_default().work.push(id.clone());
                    for outcome in &work.serves {
                        index.serving.entry(outcome.clone()).or_default().push(id.clone());
                    }
                }
                FactId::Ask(id) => {
                    let ask = &self.asks[id];
                    index.parts.entry(ask.plan.clone()).or_default().asks.push(id.clone());
                    index.asked_of.entry(ask.to.clone()).or_default().push(id.clone());
                    for gate in &ask.gates {
                        index.gating.entry(gate.clone()).or_default().push(id.clone());
                    }
                }
                FactId::Need(id) => {
                    if let NeedRelation::Joins(asks) = &self.needs[id].relation {
                        for ask in asks.iter().filter(|ask| self.asks.contains_key(ask)) {
                            index.joined.entry(ask.clone()).or_insert_with(|| id.clone());
                        }
                    }
                }
                _ => {}
            }
        }
        for (position, reference) in self.council.rank.iter().enumerate() {
            index.council_rank.entry(reference.clone()).or_insert(position);
        }
        for (id, initiative) in &self.initiatives {
            for outcome in &initiative.outcomes {
                index.initiative_of.entry(outcome.clone()).or_default().push(id.clone());
            }
        }
        index
    }

    /// The organisation with these facts as they were known, or not there yet (`None`). Only what a day takes away may
    /// differ: logs, needs and dates, so that what held still holds, but that a rank may name a need that is not there yet.
    pub(crate) fn with_earlier(&self, facts: Vec<(FactId, Option<Fact>)>) -> Self {
        let mut organisation = self.clone();
        let mut gone = HashSet::new();
        for (id, fact) in facts {
            if let Some(fact) = fact {
                organisation.insert(fact);
            } else {
                organisation.remove(&id);
                gone.insert(id);
            }
        }
        if !gone.is_empty() {
            organisation.order =
                Arc::new(self.order.iter().filter(|id| !gone.contains(*id)).cloned().collect());
            let broken = self.index.broken.iter().filter(|broken| !gone.contains(&broken.at.fact));
            organisation.index = Arc::new(organisation.indexed(broken.cloned().collect()));
        }
        organisation
    }

    fn remove(&mut self, id: &FactId) {
        match id {
            FactId::Settings => {
                self.settings = Arc::default();
                self.has_settings = false;
            }
            FactId::Council => {
                self.council = Arc::default();
                self.has_council = false;
            }
            FactId::Initiative(id) => drop(self.initiatives.remove(id)),
            FactId::Team(id) => drop(self.teams.remove(id)),
            FactId::Plan(id) => drop(self.plans.remove(id)),
            FactId::Outcome(id) => drop(self.outcomes.remove(id)),
            FactId::Work(id) => drop(self.work.remove(id)),
            FactId::Ask(id) => drop(self.asks.remove(id)),
            FactId::Answers { by, to } => drop(self.answers.remove(&(to.clone(), by.clone()))),
            FactId::Need(id) => drop(self.needs.remove(id)),
            FactId::Signatures { by, under } => drop(self.signatures.remove(&(under.clone(), by.clone()))),
            FactId::Confirmations { by, outcome } => {
                drop(self.confirmations.remove(&(outcome.clone(), by.clone())));
            }
            FactId::Dataset(id) => drop(self.datasets.remove(id)),
            FactId::Proposal(id) => drop(self.proposals.remove(id)),
        }
    }

    /// Every fact that carries dates, in the order of nouns: those that an earlier day may not have known.
    pub(crate) fn dated_facts(&self) -> impl Iterator<Item = Dated<'_>> {
        let answers = self.answers.values().map(Dated::Answers);
        let signatures = self.signatures.values().map(Dated::Signatures);
        let confirmations = self.confirmations.values().map(Dated::Confirmations);
        answers
            .chain(signatures)
            .chain(confirmations)
            .chain(self.needs.values().map(Dated::Need))
            .chain(self.plans.values().map(Dated::Plan))
            .chain(self.outcomes.values().map(Dated::Outcome))
            .chain(self.work.values().map(Dated::Work))
            .chain(self.asks.values().map(Dated::Ask))
            .chain(self.datasets.values().map(Dated::Dataset))
            .chain(self.proposals.values().map(Dated::Proposal))
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
        self.index.council_rank.get(reference).copied()
    }

    /// The best council rank of the initiatives that the outcome is part of, from 0.
    pub fn council_rank_of_outcome(&self, outcome: &OutcomeId) -> Option<usize> {
        self.initiatives_of(outcome).iter().filter_map(|id| self.council_rank(id.reference())).min()
    }

    /// The initiatives that the outcome is part of.
    pub fn initiatives_of(&self, outcome: &OutcomeId) -> &[InitiativeId] {
        self.index.initiative_of.get(outcome).map_or(&[], Vec::as_slice)
    }

    /// Teams that are only named, in a lone file, and taken as external (or, where the file is theirs, as a team of which
    /// nothing is known).
    pub fn assumed_teams(&self) -> &BTreeSet<TeamId> {
        &self.assumed_teams
    }

    /// References to what another team writes and that is not there.
    pub fn broken_references(&self) -> &[BrokenReference] {
        &self.index.broken
    }

    /// The parts of a plan; empty for a plan that is not there.
    pub fn parts(&self, plan: &PlanId) -> &PlanParts {
        static NONE: PlanParts = PlanParts { outcomes: Vec::new(), work: Vec::new(), asks: Vec::new() };
        self.index.parts.get(plan).unwrap_or(&NONE)
    }

    /// The work done for an outcome, directly.
    pub fn serving(&self, outcome: &OutcomeId) -> &[WorkId] {
        self.index.serving.get(outcome).map_or(&[], Vec::as_slice)
    }

    /// The asks that gate this work or outcome.
    pub fn gating(&self, gated: &Reference) -> &[AskId] {
        self.index.gating.get(gated).map_or(&[], Vec::as_slice)
    }

    /// The asks that a team was asked.
    pub fn asked_of(&self, team: &TeamId) -> &[AskId] {
        self.index.asked_of.get(team).map_or(&[], Vec::as_slice)
    }

    /// The need that joins the ask to others.
    pub fn need_of(&self, ask: &AskId) -> Option<&Need> {
        self.index.joined.get(ask).and_then(|need| self.need(need))
    }

    /// What the ask holds up.
    pub fn gates(&self, ask: &Ask) -> Vec<Gate> {
        ask.gates
            .iter()
            .filter_map(|gate| {
                let work = WorkId::from(gate.clone());
                if self.work.contains_key(&work) {
                    return Some(Gate::Work(work));
                }
                let outcome = OutcomeId::from(gate.clone());
                self.outcomes.contains_key(&outcome).then_some(Gate::Outcome(outcome))
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
        Some(match id {
            FactId::Settings if !self.has_settings => return None,
            FactId::Council if !self.has_council => return None,
            FactId::Settings => Fact::Settings(self.settings.clone()),
            FactId::Council => Fact::Council(self.council.clone()),
            FactId::Initiative(id) => Fact::Initiative(self.initiatives.get(id)?.clone()),
            FactId::Team(id) if self.assumed_teams.contains(id) => return None,
            FactId::Team(id) => Fact::Team(self.teams.get(id)?.clone()),
            FactId::Plan(id) => Fact::Plan(self.plans.get(id)?.clone()),
            FactId::Outcome(id) => Fact::Outcome(self.outcomes.get(id)?.clone()),
            FactId::Work(id) => Fact::Work(self.work.get(id)?.clone()),
            FactId::Ask(id) => Fact::Ask(self.asks.get(id)?.clone()),
            FactId::Answers { by, to } => Fact::Answers(self.answers.get(&(to.clone(), by.clone()))?.clone()),
            FactId::Need(id) => Fact::Need(self.needs.get(id)?.clone()),
            FactId::Signatures { by, under } => {
                Fact::Signatures(self.signatures.get(&(under.clone(), by.clone()))?.clone())
            }
            FactId::Confirmations { by, outcome } => {
                Fact::Confirmations(self.confirmations.get(&(outcome.clone(), by.clone()))?.clone())
            }
            FactId::Dataset(id) => Fact::Dataset(self.datasets.get(id)?.clone()),
            FactId::Proposal(id) => Fact::Proposal(self.proposals.get(id)?.clone()),
        })
    }

    /// Every fact, in the order in which they were given: of one file, the file's.
    pub fn facts_in_order(&self) -> Vec<Fact> {
        self.order.iter().filter_map(|id| self.fact(id)).collect()
    }

    /// Every answer log, by what it answers and who answers.
    pub fn answer_logs(&self) -> impl Iterator<Item = &AnswerLog> {
        self.answers.values().map(AsRef::as_ref)
    }

    /// The answer logs to the asks and needs of a team, by what they answer and who answers.
    pub fn answer_logs_to<'a>(&'a self, team: &'a TeamId) -> impl Iterator<Item = &'a AnswerLog> {
        let asks = AnswerTo::Ask(AskId::new(team.clone(), Slug::least()));
        let needs = AnswerTo::Need(NeedId::new(team.clone(), Slug::least()));
        let from = |first: AnswerTo| self.answers.range((first, TeamId::least())..);
        let to_asks =
            from(asks).take_while(move |((to, _), _)| matches!(to, AnswerTo::Ask(ask) if ask.team() == team));
        let to_needs = from(needs)
            .take_while(move |((to, _), _)| matches!(to, AnswerTo::Need(need) if need.team() == team));
        to_asks.chain(to_needs).map(|(_, log)| log.as_ref())
    }

    /// What one team has answered.
    pub fn answer_log(&self, to: &AnswerTo, by: &TeamId) -> Option<&AnswerLog> {
        self.answers.get(&(to.clone(), by.clone())).map(AsRef::as_ref)
    }

    /// Every signature log.
    pub fn signature_logs(&self) -> impl Iterator<Item = &SignatureLog> {
        self.signatures.values().map(AsRef::as_ref)
    }

    /// What each team has said to a proposal or contract.
    pub fn signatures_under<'a>(&'a self, under: &'a SignedThing) -> impl Iterator<Item = &'a SignatureLog> {
        self.signatures.values().map(AsRef::as_ref).filter(move |log| &log.under == under)
    }

    /// What one team has said to a proposal or contract.
    pub fn signature_log(&self, under: &SignedThing, by: &TeamId) -> Option<&SignatureLog> {
        self.signatures.get(&(under.clone(), by.clone())).map(AsRef::as_ref)
    }

    /// Every confirmation log.
    pub fn confirmation_logs(&self) -> impl Iterator<Item = &ConfirmationLog> {
        self.confirmations.values().map(AsRef::as_ref)
    }

    /// The confirmations of an outcome's value.
    pub fn confirmations_of<'a>(
        &'a self,
        outcome: &'a OutcomeId,
    ) -> impl Iterator<Item = &'a ConfirmationLog> {
        self.confirmations
            .range((outcome.clone(), TeamId::least())..)
            .map(|(_, log)| log.as_ref())
            .take_while(move |log| &log.outcome == outcome)
    }
}

macro_rules! by_team {
    ($($(#[$doc:meta])* $map:ident, $of_team:ident: $id:ty => $noun:ty;)*) => {
        impl Organisation {$(
            $(#[$doc])*
            pub fn $of_team<'a>(&'a self, team: &'a TeamId) -> impl Iterator<Item = &'a $noun> {
                self.$map
                    .range(<$id>::new(team.clone(), Slug::least())..)
                    .take_while(move |(id, _)| id.team() == team)
                    .map(|(_, it)| it.as_ref())
            }
        )*}
    };
}
by_team! {
    /// The plans of a team, by name.
    plans, plans_of: PlanId => Plan;
    /// The outcomes of a team, by name.
    outcomes, outcomes_of: OutcomeId => Outcome;
    /// The work items of a team, by name.
    work, work_of: WorkId => Work;
    /// The asks that a team makes, by name.
    asks, asks_of: AskId => Ask;
    /// The needs that a team has joined or keeps apart, by name.
    needs, needs_of: NeedId => Need;
    /// The datasets that a team owns, by name.
    datasets, datasets_of: DatasetId => Dataset;
    /// The proposals that a team has made, by name.
    proposals, proposals_of: ProposalId => Proposal;
}

macro_rules! lookups {
    ($($(#[$doc:meta])* $map:ident, $one:ident: $id:ty => $noun:ty;)*) => {
        impl Organisation {$(
            $(#[$doc])*
            pub fn $one(&self, id: &$id) -> Option<&$noun> {
                self.$map.get(id).map(AsRef::as_ref)
            }
        )*}
    };
}
lookups! {
    /// The initiative with this name.
    initiatives, initiative: InitiativeId => Initiative;
    /// The team with this name.
    teams, team: TeamId => Team;
    /// The plan with this name.
    plans, plan: PlanId => Plan;
    /// The outcome with this name.
    outcomes, outcome: OutcomeId => Outcome;
    /// The work item with this name.
    work, work_item: WorkId => Work;
    /// The ask with this name.
    asks, ask: AskId => Ask;
    /// The need with this name.
    needs, need: NeedId => Need;
    /// The dataset with this name.
    datasets, dataset: DatasetId => Dataset;
    /// The proposal with this name.
    proposals, proposal: ProposalId => Proposal;
}

macro_rules! listings {
    ($($(#[$doc:meta])* $map:ident => $noun:ty;)*) => {
        impl Organisation {$(
            $(#[$doc])*
            pub fn $map(&self) -> impl ExactSizeIterator<Item = &$noun> + Clone {
                self.$map.values().map(AsRef::as_ref)
            }
        )*}
    };
}
listings! {
    /// Every initiative, by name.
    initiatives => Initiative;
    /// Every team, by name, those only assumed included.
    teams => Team;
    /// Every plan, by team and name.
    plans => Plan;
    /// Every outcome, by team and name.
    outcomes => Outcome;
    /// Every work item, by team and name.
    work => Work;
    /// Every ask, by team and name.
    asks => Ask;
    /// Every need, by team and name.
    needs => Need;
    /// Every dataset, by owner and name.
    datasets => Dataset;
    /// Every proposal, by author and name.
    proposals => Proposal;
}
