//! What a fact of a draft may refer to in the organisation that it is brought into.

use kedge_model::{
    AnswerTo, AskId, ContractKind, DatasetId, Fact, Invariant, Organisation, OutcomeId, PlanId, Reference,
    ServiceId, TeamId, Word, WorkId,
};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The names that are there, those of the draft as it is admitted among them.
pub(super) struct Present {
    teams: BTreeSet<TeamId>,
    plans: BTreeSet<PlanId>,
    outcomes: BTreeSet<OutcomeId>,
    work: BTreeSet<WorkId>,
    asks: BTreeSet<AskId>,
    datasets: BTreeSet<DatasetId>,
    services: BTreeSet<ServiceId>,
}

impl Present {
    pub(super) fn of(now: &Organisation) -> Self {
        Self {
            teams: now.teams().map(|team| team.id.clone()).collect(),
            plans: now.plans().map(|plan| plan.id.clone()).collect(),
            outcomes: now.outcomes().map(|outcome| outcome.id.clone()).collect(),
            work: now.work().map(|work| work.id.clone()).collect(),
            asks: now.asks().map(|ask| ask.id.clone()).collect(),
            datasets: now.datasets().map(|dataset| dataset.id.clone()).collect(),
            services: now.teams().flat_map(|team| team.services.values()).map(|it| it.id.clone()).collect(),
        }
    }

    /// Takes a fact of the draft in, or says why it stays out. `written`: the last import brought it.
    pub(super) fn admit(
        &mut self,
        fact: &Fact,
        now: &Organisation,
        written: bool,
    ) -> Result<(), &'static str> {
        if now.fact(&fact.id()).is_some() {
            return Ok(());
        }
        self.has_its_place(fact)?;
        if written {
            return Err("was taken out here");
        }
        match fact {
            Fact::Team(team) => {
                self.teams.insert(team.id.clone());
                self.services.extend(team.services.values().map(|it| it.id.clone()));
            }
            Fact::Dataset(dataset) => _ = self.datasets.insert(dataset.id.clone()),
            Fact::Plan(plan) => _ = self.plans.insert(plan.id.clone()),
            Fact::Outcome(outcome) => _ = self.outcomes.insert(outcome.id.clone()),
            Fact::Work(work) => _ = self.work.insert(work.id.clone()),
            Fact::Ask(ask) => _ = self.asks.insert(ask.id.clone()),
            _ => {}
        }
        Ok(())
    }

    /// Whether what a new fact is part of is there, and its name is free.
    fn has_its_place(&self, fact: &Fact) -> Result<(), &'static str> {
        let there = |is_there: bool, why| if is_there { Ok(()) } else { Err(why) };
        let no_plan = "its plan was taken out here";
        let no_team = "its team was taken out here";
        match fact {
            Fact::Plan(plan) => there(self.teams.contains(plan.id.team()), no_team),
            Fact::Dataset(dataset) => there(self.teams.contains(dataset.id.team()), no_team),
            Fact::Outcome(outcome) => {
                let is_work = self.work.contains(&WorkId::from(outcome.id.reference().clone()));
                there(!is_work, "is a work item here and an outcome in the source: change it by hand")?;
                there(self.plans.contains(&outcome.plan), no_plan)
            }
            Fact::Work(work) => {
                let is_outcome = self.outcomes.contains(&OutcomeId::from(work.id.reference().clone()));
                there(!is_outcome, "is an outcome here and a work item in the source: change it by hand")?;
                there(self.plans.contains(&work.plan), no_plan)
            }
            Fact::Ask(ask) => {
                there(self.plans.contains(&ask.plan), no_plan)?;
                there(self.teams.contains(&ask.to), "the asked team was taken out here")
            }
            Fact::Answers(log) => {
                there(self.teams.contains(&log.by), no_team)?;
                let is_there = match &log.to {
                    AnswerTo::Ask(ask) => self.asks.contains(ask),
                    AnswerTo::Need(_) => true,
                };
                there(is_there, "what it answers was taken out here")
            }
            _ => Ok(()),
        }
    }

    /// The fact without references to what people took out; `None` for an ask that gates nothing any more.
    pub(super) fn without_what_is_not_there(&self, fact: Fact) -> Option<Fact> {
        let is_there = |gate: &Reference| {
            self.work.contains(&WorkId::from(gate.clone()))
                || self.outcomes.contains(&OutcomeId::from(gate.clone()))
        };
        Some(match fact {
            Fact::Work(work) => {
                let mut work = (*work).clone();
                work.serves.retain(|outcome| self.outcomes.contains(outcome));
                work.after.retain(|before| self.work.contains(before));
                work.into()
            }
            Fact::Ask(ask) => {
                let mut ask = (*ask).clone();
                ask.gates.retain(is_there);
                if ask.gates.is_empty() {
                    return None;
                }
                ask.into()
            }
            Fact::Answers(log) => {
                let mut log = (*log).clone();
                for entry in &mut log.entries {
                    if let Word::Says { work: delivers, .. } = &mut entry.word
                        && delivers.as_ref().is_some_and(|work| !self.work.contains(work))
                    {
                        *delivers = None;
                    }
                }
                log.into()
            }
            Fact::Dataset(dataset) => {
                let mut dataset = (*dataset).clone();
                let is_team = |team: &TeamId| self.teams.contains(team);
                dataset.writers.retain(is_team);
                dataset.readers.retain(is_team);
                dataset.operations.retain(|_, operation| is_team(&operation.writer));
                dataset.into()
            }
            other => other,
        })
    }

    /// Takes out of a dataset what names a dataset or a service that is nowhere here: the rule, or the whole contract whose
    /// home it is. Each with its field, what the source says, and why.
    pub(super) fn take_out_what_leads_nowhere(
        &self,
        fact: &mut Fact,
    ) -> Vec<(&'static str, serde_json::Value, &'static str)> {
        let Fact::Dataset(dataset) = fact else { return Vec::new() };
        let leads_somewhere = |it: &Invariant| {
            it.to.as_ref().is_none_or(|to| self.datasets.contains(&DatasetId::from(to.clone())))
        };
        let home = dataset.contract.as_ref().and_then(|it| match &it.kind {
            ContractKind::Serial { home } => Some(home.clone()),
            _ => None,
        });
        let has_home = home.is_none_or(|home| self.services.contains(&home));
        if has_home && dataset.invariants.values().all(leads_somewhere) {
            return Vec::new();
        }
        let json = |value: Result<serde_json::Value, serde_json::Error>| value.unwrap_or_default();
        let dataset = Arc::make_mut(dataset);
        let mut out = Vec::new();
        dataset.invariants.retain(|id, it| {
            let stays = leads_somewhere(it);
            if !stays {
                let value = json(serde_json::to_value((id, &it)));
                out.push(("invariants", value, "points at a dataset that is not here"));
            }
            stays
        });
        if !has_home {
            let value = json(serde_json::to_value(&dataset.contract));
            out.push((
                "contract",
                value,
                "its home is not a service here: declare the service, and import again",
            ));
            dataset.contract = None;
        }
        out
    }
}
