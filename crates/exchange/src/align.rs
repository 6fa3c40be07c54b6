//! The same fact under another name: people may rename what an import made, and its `origin` still says what it is.
//!
//! Names of a source are numbered where they come out alike, in the order of the source, and the source changes. So a
//! name is looked up in three steps, and no two facts ever get the same one:
//!
//! ```text
//! of this origin in the organisation ──▶ so recorded by the last import ──▶ the source's own name, or the next that is free
//! ```

use crate::names::Free;
use kedge_model::{
    AnswerTo, ContractKind, Fact, FactId, Organisation, OutcomeId, PlanId, Reference, ServiceId, Slug,
    TeamId, TeamKind, Word, WorkId,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The facts among which a name is given once: teams, and the plans, items, asks and datasets of each team.
type Space = (&'static str, Option<TeamId>);

/// What kind of fact it is, whose, and where in the source it came from.
type Source = (&'static str, Option<TeamId>, String);

/// The names under which each source stands.
type Places = BTreeMap<Source, Vec<Slug>>;

/// Which names of a source's facts are other names in the organisation.
#[derive(Debug, Default)]
pub(crate) struct Aligned {
    teams: BTreeMap<TeamId, TeamId>,
    names: BTreeMap<(&'static str, Reference), Reference>,
    /// Under which name each source's fact is known.
    places: Places,
}

/// Where each source of the organisation's facts stands, and every name that is there.
#[derive(Debug, Default)]
pub(crate) struct Origins {
    places: Places,
    names: BTreeMap<Space, BTreeSet<Slug>>,
}

impl Origins {
    pub(crate) fn of(organisation: &Organisation) -> Self {
        let mut origins = Self::default();
        for fact in organisation.facts_in_order() {
            let Some(named) = Named::of(&fact) else { continue };
            origins.names.entry(named.space()).or_default().insert(named.name.clone());
            if let Some(source) = named.source() {
                origins.places.entry(source).or_default().push(named.name);
            }
        }
        origins
    }
}

/// A fact that has a name of its own.
struct Named {
    kind: &'static str,
    team: Option<TeamId>,
    name: Slug,
    origin: Option<String>,
}

impl Named {
    fn of(fact: &Fact) -> Option<Self> {
        let of = |kind, id: &Reference| (kind, Some(id.team.clone()), id.id.clone());
        let (kind, team, name) = match fact.id() {
            FactId::Team(team) => ("team", None, team.slug().clone()),
            FactId::Plan(id) => of("plan", id.reference()),
            FactId::Outcome(id) => of("outcome", id.reference()),
            FactId::Work(id) => of("work", id.reference()),
            FactId::Ask(id) => of("ask", id.reference()),
            FactId::Dataset(id) => of("dataset", id.reference()),
            _ => return None,
        };
        let origin = fact.meta().and_then(|meta| meta.origin.clone());
        Some(Self { kind, team, name, origin })
    }

    /// Outcomes and work items never share a name.
    fn space(&self) -> Space {
        (if self.kind == "outcome" { "work" } else { self.kind }, self.team.clone())
    }

    fn source(&self) -> Option<Source> {
        Some((self.kind, self.team.clone(), self.origin.clone()?))
    }
}

/// The name of each fact in the organisation, in their order; none twice.
///
/// What neither the organisation nor the last import knows keeps its name, unless another was found under just that one:
/// then it gets the next number that nobody has.
fn names(facts: &[Named], known: [&Places; 2], origins: &Origins) -> Vec<Slug> {
    let mut names: Vec<Option<Slug>> = vec![None; facts.len()];
    let mut given: BTreeMap<Space, BTreeSet<Slug>> = BTreeMap::new();
    for places in known {
        // Where several facts are of one origin, each takes the one of its own name first.
        for only_own in [true, false] {
            for (name, fact) in names.iter_mut().zip(facts).filter(|(name, _)| name.is_none()) {
                let Some(found) = fact.source().and_then(|source| places.get(&source)) else { continue };
                let given = given.entry(fact.space()).or_default();
                let mut free = found.iter().filter(|it| !given.contains(*it));
                *name = free.find(|it| !only_own || **it == fact.name).cloned();
                given.extend(name.clone());
            }
        }
    }
    for (name, fact) in names.iter_mut().zip(facts).filter(|(name, _)| name.is_none()) {
        if given.entry(fact.space()).or_default().insert(fact.name.clone()) {
            *name = Some(fact.name.clone());
        }
    }
    let mut free: BTreeMap<Space, Free> = BTreeMap::new();
    let numbered = names.into_iter().zip(facts).map(|(name, fact)| {
        name.unwrap_or_else(|| {
            let space = fact.space();
            let taken = [given.get(&space), origins.names.get(&space)].into_iter().flatten().flatten();
            free.entry(space.clone())
                .or_insert_with(|| Free::beside(taken.cloned()))
                .take(fact.name.as_str(), fact.kind)
        })
    });
    numbered.collect()
}

impl Aligned {
    /// Looks every fact up by its origin, in the organisation and then in what is known of the last import.
    pub(crate) fn new(facts: &[Fact], origins: &Origins, last: &Self) -> Self {
        let mut aligned = Self::default();
        let known = [&origins.places, &last.places];
        let (teams, mut items): (Vec<Named>, Vec<Named>) =
            facts.iter().filter_map(Named::of).partition(|named| named.team.is_none());
        for (team, now) in teams.iter().zip(names(&teams, known, origins)) {
            aligned.remember(team, &now);
            if team.name != now {
                aligned.teams.insert(team.name.clone().into(), now.into());
            }
        }
        let was: Vec<Option<TeamId>> = items.iter().map(|item| item.team.clone()).collect();
        // What moved to another team is somebody else's now: it is not followed there.
        for item in &mut items {
            item.team = item.team.take().map(|team| aligned.team(&team));
        }
        for ((item, was), now) in items.iter().zip(was).zip(names(&items, known, origins)) {
            aligned.remember(item, &now);
            if let (Some(was), Some(team)) = (was, &item.team)
                && item.name != now
            {
                let was = Reference::new(was, item.name.clone());
                aligned.names.insert((item.kind, was), Reference::new(team.clone(), now));
            }
        }
        aligned
    }

    fn remember(&mut self, fact: &Named, now: &Slug) {
        if let Some(source) = fact.source() {
            self.places.entry(source).or_default().push(now.clone());
        }
    }

    fn is_empty(&self) -> bool {
        self.teams.is_empty() && self.names.is_empty()
    }

    fn team(&self, id: &TeamId) -> TeamId {
        self.teams.get(id).unwrap_or(id).clone()
    }

    fn name(&self, kind: &'static str, was: &Reference) -> Reference {
        match self.names.get(&(kind, was.clone())) {
            Some(now) => now.clone(),
            None => Reference::new(self.team(&was.team), was.id.clone()),
        }
    }

    fn plan(&self, id: &PlanId) -> PlanId {
        self.name("plan", id.reference()).into()
    }

    fn outcome(&self, id: &OutcomeId) -> OutcomeId {
        self.name("outcome", id.reference()).into()
    }

    fn work(&self, id: &WorkId) -> WorkId {
        self.name("work", id.reference()).into()
    }

    /// A fact under the names that the organisation has for it and for what it refers to.
    pub(crate) fn fact(&self, fact: Fact) -> Fact {
        if self.is_empty() {
            return fact;
        }
        match fact {
            Fact::Team(mut fact) => {
                let team = Arc::make_mut(&mut fact);
                team.id = self.team(&team.id);
                if let TeamKind::External { kept_by: Some(kept_by), .. } = &mut team.kind {
                    *kept_by = self.team(kept_by);
                }
                Fact::Team(fact)
            }
            Fact::Plan(mut fact) => {
                let plan = Arc::make_mut(&mut fact);
                plan.id = self.plan(&plan.id);
                Fact::Plan(fact)
            }
            Fact::Outcome(mut fact) => {
                let outcome = Arc::make_mut(&mut fact);
                outcome.id = self.outcome(&outcome.id);
                outcome.plan = self.plan(&outcome.plan);
                Fact::Outcome(fact)
            }
            Fact::Work(mut fact) => {
                let work = Arc::make_mut(&mut fact);
                work.id = self.work(&work.id);
                work.plan = self.plan(&work.plan);
                work.serves = work.serves.iter().map(|outcome| self.outcome(outcome)).collect();
                work.after = work.after.iter().map(|before| self.work(before)).collect();
                Fact::Work(fact)
            }
            Fact::Ask(mut fact) => {
                let ask = Arc::make_mut(&mut fact);
                ask.id = self.name("ask", ask.id.reference()).into();
                ask.plan = self.plan(&ask.plan);
                ask.to = self.team(&ask.to);
                ask.gates = ask
                    .gates
                    .iter()
                    .map(|gate| {
                        let kind =
                            if self.names.contains_key(&("work", gate.clone())) { "work" } else { "outcome" };
                        self.name(kind, gate)
                    })
                    .collect();
                Fact::Ask(fact)
            }
            Fact::Answers(mut fact) => {
                let log = Arc::make_mut(&mut fact);
                log.by = self.team(&log.by);
                if let AnswerTo::Ask(ask) = &mut log.to {
                    *ask = self.name("ask", ask.reference()).into();
                }
                for entry in &mut log.entries {
                    if let Word::Says { work: Some(work), .. } = &mut entry.word {
                        *work = self.work(work);
                    }
                }
                Fact::Answers(fact)
            }
            Fact::Dataset(mut fact) => {
                let dataset = Arc::make_mut(&mut fact);
                dataset.id = self.name("dataset", dataset.id.reference()).into();
                for team in dataset.writers.iter_mut().chain(&mut dataset.readers) {
                    *team = self.team(team);
                }
                for operation in dataset.operations.values_mut() {
                    operation.writer = self.team(&operation.writer);
                }
                for to in dataset.invariants.values_mut().filter_map(|it| it.to.as_mut()) {
                    *to = self.name("dataset", to);
                }
                if let Some(ContractKind::Serial { home }) = dataset.contract.as_mut().map(|it| &mut it.kind)
                {
                    *home = ServiceId::new(self.team(home.team()), home.id().clone());
                }
                Fact::Dataset(fact)
            }
            other => other,
        }
    }
}
