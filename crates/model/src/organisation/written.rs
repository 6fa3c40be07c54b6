//! What one writer has written: the facts of one team, or of the council, and what follows from them alone.

use super::{Dated, PlanParts};
use crate::{
    AnswerLog, AnswerTo, Ask, AskId, ConfirmationLog, Council, Currency, Dataset, Date, Fact, FactId,
    FallbackKind, Initiative, InitiativeId, Need, NeedId, NeedRelation, Outcome, OutcomeId, Plan, PlanId,
    Proposal, Reference, SignatureLog, SignedThing, Slug, Team, TeamId, TeamKind, Word, Work, WorkId,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The facts of one writer. An edit of their files makes this anew and leaves everybody else's as it is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Written {
    /// The names of all of them, in the order of their files.
    pub(crate) order: Vec<FactId>,
    /// The council's own.
    pub(crate) council: Option<Arc<Council>>,
    /// By name within the writer, as everything that follows.
    pub(crate) initiatives: BTreeMap<Slug, Arc<Initiative>>,
    /// The team itself; also where it is only assumed.
    pub(crate) team: Option<Arc<Team>>,
    pub(crate) plans: BTreeMap<Slug, Arc<Plan>>,
    pub(crate) outcomes: BTreeMap<Slug, Arc<Outcome>>,
    pub(crate) work: BTreeMap<Slug, Arc<Work>>,
    pub(crate) asks: BTreeMap<Slug, Arc<Ask>>,
    /// By what they answer.
    pub(crate) answers: BTreeMap<AnswerTo, Arc<AnswerLog>>,
    pub(crate) needs: BTreeMap<Slug, Arc<Need>>,
    /// By what they are under.
    pub(crate) signatures: BTreeMap<SignedThing, Arc<SignatureLog>>,
    /// By what they confirm.
    pub(crate) confirmations: BTreeMap<OutcomeId, Arc<ConfirmationLog>>,
    pub(crate) datasets: BTreeMap<Slug, Arc<Dataset>>,
    pub(crate) proposals: BTreeMap<Slug, Arc<Proposal>>,
    follows: Follows,
}

/// What is looked up often and follows from one writer's facts alone.
#[derive(Clone, Debug, Default)]
struct Follows {
    /// By plan.
    parts: BTreeMap<Slug, PlanParts>,
    /// By outcome.
    serving: BTreeMap<Slug, Vec<WorkId>>,
    /// By work item or outcome.
    gating: BTreeMap<Slug, Vec<AskId>>,
    /// By the team that is asked.
    asks_to: BTreeMap<TeamId, Vec<AskId>>,
    /// Asks that needs join, each with its need.
    joins: Vec<(AskId, NeedId)>,
    rank: BTreeMap<Reference, usize>,
    initiatives_of: BTreeMap<OutcomeId, Vec<InitiativeId>>,
    /// Every team that anything here names.
    names: BTreeSet<TeamId>,
    currency: Option<Currency>,
    /// The latest day that anything here happened on.
    latest: Option<Date>,
}

impl Written {
    /// The facts, in the order of their files; of a fact that comes twice the first counts, and `twice` hears of the other.
    pub(crate) fn of(facts: Vec<Fact>, mut twice: impl FnMut(&FactId)) -> Self {
        let mut written = Self { order: Vec::with_capacity(facts.len()), ..Self::default() };
        for fact in facts {
            let id = fact.id();
            if written.insert(fact) {
                written.order.push(id);
            } else {
                twice(&id);
            }
        }
        written.follow();
        written
    }

    /// The same with one more fact that has no file: a team that is only named.
    pub(crate) fn assuming(mut self, team: Team) -> Self {
        self.team = Some(Arc::new(team));
        self
    }

    /// The same without a team that has no file.
    pub(crate) fn without_assumed(self: &Arc<Self>) -> Arc<Self> {
        let has_file = self.order.iter().any(|id| matches!(id, FactId::Team(_)));
        if has_file || self.team.is_none() {
            return Arc::clone(self);
        }
        Arc::new(Self { team: None, ..(**self).clone() })
    }

    /// The first currency that is stated, in the order in which amounts are looked at.
    pub(crate) fn currency(&self) -> Option<&Currency> {
        self.follows.currency.as_ref()
    }

    /// Whether it was not there.
    fn insert(&mut self, fact: Fact) -> bool {
        use std::collections::btree_map::Entry;
        fn into<K: Ord, V>(map: &mut BTreeMap<K, Arc<V>>, key: K, value: Arc<V>) -> bool {
            match map.entry(key) {
                Entry::Vacant(entry) => {
                    entry.insert(value);
                    true
                }
                Entry::Occupied(_) => false,
            }
        }
        fn as_only<V>(place: &mut Option<Arc<V>>, value: Arc<V>) -> bool {
            let is_new = place.is_none();
            place.get_or_insert(value);
            is_new
        }
        match fact {
            // The settings are nobody's: the organisation holds them.
            Fact::Settings(_) => false,
            Fact::Council(it) => as_only(&mut self.council, it),
            Fact::Initiative(it) => into(&mut self.initiatives, it.id.id().clone(), it),
            Fact::Team(it) => as_only(&mut self.team, it),
            Fact::Plan(it) => into(&mut self.plans, it.id.id().clone(), it),
            Fact::Outcome(it) => into(&mut self.outcomes, it.id.id().clone(), it),
            Fact::Work(it) => into(&mut self.work, it.id.id().clone(), it),
            Fact::Ask(it) => into(&mut self.asks, it.id.id().clone(), it),
            Fact::Answers(it) => into(&mut self.answers, it.to.clone(), it),
            Fact::Need(it) => into(&mut self.needs, it.id.id().clone(), it),
            Fact::Signatures(it) => into(&mut self.signatures, it.under.clone(), it),
            Fact::Confirmations(it) => into(&mut self.confirmations, it.outcome.clone(), it),
            Fact::Dataset(it) => into(&mut self.datasets, it.id.id().clone(), it),
            Fact::Proposal(it) => into(&mut self.proposals, it.id.id().clone(), it),
        }
    }

    /// The fact with this name, where it is one of this writer's that has a file.
    pub(crate) fn fact(&self, id: &FactId) -> Option<Fact> {
        Some(match id {
            FactId::Settings => return None,
            FactId::Council => Fact::Council(self.council.clone()?),
            FactId::Initiative(id) => Fact::Initiative(self.initiatives.get(id.id())?.clone()),
            FactId::Team(_) => Fact::Team(self.team.clone()?),
            FactId::Plan(id) => Fact::Plan(self.plans.get(id.id())?.clone()),
            FactId::Outcome(id) => Fact::Outcome(self.outcomes.get(id.id())?.clone()),
            FactId::Work(id) => Fact::Work(self.work.get(id.id())?.clone()),
            FactId::Ask(id) => Fact::Ask(self.asks.get(id.id())?.clone()),
            FactId::Answers { to, .. } => Fact::Answers(self.answers.get(to)?.clone()),
            FactId::Need(id) => Fact::Need(self.needs.get(id.id())?.clone()),
            FactId::Signatures { under, .. } => Fact::Signatures(self.signatures.get(under)?.clone()),
            FactId::Confirmations { outcome, .. } => {
                Fact::Confirmations(self.confirmations.get(outcome)?.clone())
            }
            FactId::Dataset(id) => Fact::Dataset(self.datasets.get(id.id())?.clone()),
            FactId::Proposal(id) => Fact::Proposal(self.proposals.get(id.id())?.clone()),
        })
    }

    /// Every fact that has a file, in the order of the files.
    pub(crate) fn facts(&self) -> impl Iterator<Item = Fact> + '_ {
        self.order.iter().filter_map(|id| self.fact(id))
    }

    /// Whether nothing here has a file.
    pub(crate) fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// What a plan consists of.
    pub(crate) fn parts(&self, plan: &PlanId) -> Option<&PlanParts> {
        self.follows.parts.get(plan.id())
    }

    /// The work for an outcome, in the order of the files.
    pub(crate) fn serving(&self, outcome: &OutcomeId) -> &[WorkId] {
        self.follows.serving.get(outcome.id()).map_or(&[], Vec::as_slice)
    }

    /// The asks that gate something, in the order of the files.
    pub(crate) fn gating(&self, gated: &Reference) -> &[AskId] {
        self.follows.gating.get(&gated.id).map_or(&[], Vec::as_slice)
    }

    /// The asks to a team, in the order of the files.
    pub(crate) fn asks_to(&self, team: &TeamId) -> &[AskId] {
        self.follows.asks_to.get(team).map_or(&[], Vec::as_slice)
    }

    /// The asks that needs here join, each with its need, in the order of the files.
    pub(crate) fn joins(&self) -> &[(AskId, NeedId)] {
        &self.follows.joins
    }

    /// The place of each thing that the council ranks.
    pub(crate) fn rank(&self, reference: &Reference) -> Option<usize> {
        self.follows.rank.get(reference).copied()
    }

    /// The initiatives of the council that an outcome is part of.
    pub(crate) fn initiatives_of(&self, outcome: &OutcomeId) -> &[InitiativeId] {
        self.follows.initiatives_of.get(outcome).map_or(&[], Vec::as_slice)
    }

    /// Every team that anything here names, the writer aside; whether it is there or not.
    pub(crate) fn names(&self) -> &BTreeSet<TeamId> {
        &self.follows.names
    }

    /// Whether anything here happened after the day.
    pub(crate) fn says_something_after(&self, on: Date) -> bool {
        self.follows.latest.is_some_and(|latest| latest > on)
    }

    /// Every fact that carries dates.
    pub(crate) fn dated(&self) -> impl Iterator<Item = Dated<'_>> {
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

    fn follow(&mut self) {
        let mut follows = Follows::default();
        for plan in self.plans.keys() {
            follows.parts.insert(plan.clone(), PlanParts::default());
        }
        for id in &self.order {
            match id {
                FactId::Outcome(id) => {
                    if let Some(outcome) = self.outcomes.get(id.id()) {
                        follows.part(&outcome.plan).outcomes.push(id.clone());
                    }
                }
                FactId::Work(id) => {
                    let Some(work) = self.work.get(id.id()) else { continue };
                    follows.part(&work.plan).work.push(id.clone());
                    for outcome in work.serves.iter().filter(|outcome| outcome.team() == id.team()) {
                        follows.serving.entry(outcome.id().clone()).or_default().push(id.clone());
                    }
                }
                FactId::Ask(id) => {
                    let Some(ask) = self.asks.get(id.id()) else { continue };
                    follows.part(&ask.plan).asks.push(id.clone());
                    follows.asks_to.entry(ask.to.clone()).or_default().push(id.clone());
                    for gate in ask.gates.iter().filter(|gate| &gate.team == id.team()) {
                        follows.gating.entry(gate.id.clone()).or_default().push(id.clone());
                    }
                }
                FactId::Need(id) => {
                    if let Some(need) = self.needs.get(id.id())
                        && let NeedRelation::Joins(asks) = &need.relation
                    {
                        follows.joins.extend(asks.iter().map(|ask| (ask.clone(), id.clone())));
                    }
                }
                _ => {}
            }
        }
        for (position, reference) in self.council.iter().flat_map(|council| &council.rank).enumerate() {
            follows.rank.entry(reference.clone()).or_insert(position);
        }
        for initiative in self.initiatives.values() {
            for outcome in &initiative.outcomes {
                follows.initiatives_of.entry(outcome.clone()).or_default().push(initiative.id.clone());
            }
        }
        let own = self.order.first().and_then(FactId::writer);
        self.each_name(&mut |team| {
            if Some(team) != own.as_ref() && !follows.names.contains(team) {
                follows.names.insert(team.clone());
            }
        });
        follows.currency = crate::invariants::stated(self).into_iter().next().map(|(_, currency)| currency);
        follows.latest = self.dated().filter_map(|fact| fact.latest()).max();
        self.follows = follows;
    }

    /// Calls `visit` with every team that anything here names, the writer among them. What a rule may look up for one team
    /// follows from this, so whatever can be named must be here.
    fn each_name(&self, visit: &mut dyn FnMut(&TeamId)) {
        if let Some(council) = &self.council {
            council.rank.iter().for_each(|reference| visit(&reference.team));
        }
        for it in self.initiatives.values() {
            it.outcomes.iter().for_each(|outcome| visit(outcome.team()));
            it.program_manager.iter().chain(&it.sponsor).for_each(|who| visit(who.team()));
        }
        if let Some(team) = &self.team {
            of_team(team, visit);
        }
        for it in self.outcomes.values() {
            it.stakeholder.iter().for_each(|who| visit(who.team()));
        }
        for it in self.work.values() {
            it.serves.iter().for_each(|outcome| visit(outcome.team()));
            it.after.iter().for_each(|before| visit(before.team()));
            it.who.iter().for_each(|who| visit(who.team()));
        }
        for it in self.asks.values() {
            of_ask(it, visit);
        }
        for log in self.answers.values() {
            match &log.to {
                AnswerTo::Ask(ask) => visit(ask.team()),
                AnswerTo::Need(need) => visit(need.team()),
            }
            for entry in &log.entries {
                match &entry.word {
                    Word::Says { work, .. } => work.iter().for_each(|work| visit(work.team())),
                    Word::Host { guide, .. } => guide.iter().for_each(|who| visit(who.team())),
                }
            }
        }
        for it in self.needs.values() {
            let (NeedRelation::Joins(asks) | NeedRelation::KeepsApart(asks)) = &it.relation;
            for ask in asks {
                visit(ask.team());
            }
            it.work.iter().for_each(|work| visit(work.team()));
        }
        for under in self.signatures.keys() {
            match under {
                SignedThing::Proposal(proposal) => visit(proposal.team()),
                SignedThing::Contract(dataset) => visit(dataset.team()),
            }
        }
        for log in self.confirmations.values() {
            visit(log.outcome.team());
            log.entries.iter().for_each(|entry| visit(entry.who.team()));
        }
        for it in self.datasets.values() {
            it.writers.iter().chain(&it.readers).for_each(&mut *visit);
            it.operations.values().for_each(|operation| visit(&operation.writer));
            it.invariants.values().filter_map(|it| it.to.as_ref()).for_each(|to| visit(&to.team));
            if let Some(crate::ContractKind::Serial { home }) = it.contract.as_ref().map(|it| &it.kind) {
                visit(home.team());
            }
        }
        for it in self.proposals.values() {
            it.settles.iter().for_each(|ask| visit(ask.team()));
            it.dataset.iter().for_each(|dataset| visit(dataset.team()));
            it.adopters.iter().for_each(&mut *visit);
        }
    }
}

impl Follows {
    fn part(&mut self, plan: &PlanId) -> &mut PlanParts {
        self.parts.entry(plan.id().clone()).or_default()
    }
}

fn of_team(team: &Team, visit: &mut dyn FnMut(&TeamId)) {
    team.rank.iter().for_each(|reference| visit(&reference.team));
    team.absences.iter().filter_map(|it| it.who.as_ref()).for_each(|who| visit(who.team()));
    for loan in &team.loans {
        visit(&loan.to);
        visit(loan.who.team());
    }
    match &team.kind {
        TeamKind::TaskForce(force) => {
            visit(force.initiative.team());
            visit(&force.later_owner);
            force.wants.iter().for_each(|(donor, _)| visit(donor));
        }
        TeamKind::Community { members, .. } => members.iter().for_each(&mut *visit),
        TeamKind::External { kept_by: Some(kept_by), .. } => visit(kept_by),
        _ => {}
    }
    let guide = team.away_teams.as_ref().and_then(|away| away.guide.as_ref());
    if let Some(guide) = guide {
        visit(guide.team());
    }
}

fn of_ask(ask: &Ask, visit: &mut dyn FnMut(&TeamId)) {
    visit(&ask.to);
    ask.gates.iter().for_each(|gate| visit(&gate.team));
    if let Some(used) = ask.served.as_ref().and_then(|served| served.self_service.as_ref()) {
        visit(&used.team);
    }
    for fallback in &ask.fallbacks {
        fallback.skips.iter().for_each(|item| visit(item.team()));
        match &fallback.kind {
            FallbackKind::AwayTeam { with, send } => {
                with.iter().for_each(&mut *visit);
                for who in send {
                    visit(who.team());
                }
            }
            FallbackKind::Escalate { with } => with.iter().for_each(&mut *visit),
            FallbackKind::TigerTeam { with } | FallbackKind::Community { with } => visit(with),
            _ => {}
        }
    }
}
