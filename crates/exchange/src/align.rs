//! The same fact under another name: people may rename what an import made, and its `origin` still says what it is.

use crate::names::Free;
use kedge_model::{
    AnswerTo, Fact, FactId, Organisation, OutcomeId, PlanId, Reference, TeamId, TeamKind, Word, WorkId,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What kind of fact it is, and where in the source it came from.
type Source = (&'static str, String);

/// Which names of a source's facts are other names in the organisation.
#[derive(Debug, Default)]
pub(crate) struct Aligned {
    teams: BTreeMap<TeamId, TeamId>,
    names: BTreeMap<(&'static str, Reference), Reference>,
}

fn kind(fact: &Fact) -> Option<&'static str> {
    Some(match fact {
        Fact::Team(_) => "team",
        Fact::Plan(_) => "plan",
        Fact::Outcome(_) => "outcome",
        Fact::Work(_) => "work",
        Fact::Ask(_) => "ask",
        _ => return None,
    })
}

fn source(fact: &Fact) -> Option<Source> {
    Some((kind(fact)?, fact.meta()?.origin.clone()?))
}

fn reference(id: &FactId) -> Option<Reference> {
    Some(match id {
        FactId::Plan(id) => id.reference().clone(),
        FactId::Outcome(id) => id.reference().clone(),
        FactId::Work(id) => id.reference().clone(),
        FactId::Ask(id) => id.reference().clone(),
        _ => return None,
    })
}

/// Where each source of the organisation's facts stands; `None` where several facts name the same.
#[derive(Debug)]
pub(crate) struct Origins {
    places: BTreeMap<Source, Option<FactId>>,
    /// Every team that is there.
    teams: BTreeSet<TeamId>,
}

impl Origins {
    pub(crate) fn of(organisation: &Organisation) -> Self {
        let mut origins: BTreeMap<Source, Option<FactId>> = BTreeMap::new();
        for fact in organisation.facts_in_order() {
            if let Some(source) = source(&fact) {
                let id = fact.id();
                origins.entry(source).and_modify(|place| *place = None).or_insert(Some(id));
            }
        }
        let teams = organisation.teams().map(|team| team.id.clone()).collect();
        Self { places: origins, teams }
    }
}

impl Aligned {
    /// Looks every fact up by its origin. A fact without one keeps its name.
    pub(crate) fn new(facts: &[Fact], origins: &Origins) -> Self {
        let mut aligned = Self::default();
        let found = |fact: &Fact| origins.places.get(&source(fact)?)?.clone();
        for fact in facts {
            if let (Fact::Team(team), Some(FactId::Team(now))) = (fact, found(fact))
                && team.id != now
            {
                aligned.teams.insert(team.id.clone(), now);
            }
        }
        aligned.keep_teams_apart(facts, origins);
        for fact in facts {
            let (Some(kind), Some(was)) = (kind(fact), reference(&fact.id())) else { continue };
            let Some(now) = found(fact).as_ref().and_then(reference) else { continue };
            // What moved to another team is somebody else's now: it is not followed there.
            if now.team == aligned.team(&was.team) && now.id != was.id {
                aligned.names.insert((kind, was), now);
            }
        }
        aligned
    }

    /// A team that was not found keeps its name, unless another was found under just that one: names are numbered in the
    /// order of a source, and the source may have changed. Then it gets the next number that nobody has.
    fn keep_teams_apart(&mut self, facts: &[Fact], origins: &Origins) {
        let found: BTreeSet<TeamId> = self.teams.values().cloned().collect();
        let kept: Vec<TeamId> = facts
            .iter()
            .filter_map(|fact| match fact {
                Fact::Team(team) if !self.teams.contains_key(&team.id) => Some(team.id.clone()),
                _ => None,
            })
            .collect();
        let taken = kept.iter().chain(&found).chain(&origins.teams);
        let mut free = Free::beside(taken.map(|team| team.slug().clone()));
        for team in kept.iter().filter(|team| found.contains(*team)) {
            let name = free.take(team.slug().as_str(), "team");
            self.teams.insert(team.clone(), name.into());
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
            other => other,
        }
    }
}
