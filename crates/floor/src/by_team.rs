//! What stands, team by team: kept, so that an edit has only those looked at again that it can reach.

use crate::chain::{AskStanding, ask_standing};
use crate::reach::{Ways, holds, skipped};
use crate::standing::{OutcomeStanding, Status};
use kedge_model::{Ask, AskId, Combine, Organisation, Outcome, OutcomeId, PlanId, Share, TeamId};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What stands of the asks and outcomes of each team, in its plans that are not closed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ByTeam {
    teams: BTreeMap<TeamId, Arc<OfTeam>>,
}

/// What stands of one team's asks and outcomes, by name.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct OfTeam {
    pub(crate) asks: Vec<AskStanding>,
    pub(crate) outcomes: Vec<OutcomeStanding>,
}

impl ByTeam {
    /// What stands in an organisation as it was known on a day: see [`Organisation::known_on`].
    pub fn of(known: &Organisation) -> Self {
        Self::default().again(known, None)
    }

    /// The same for an organisation after an edit. Only teams in `reached` are looked at again, all where it is absent: see
    /// [`Organisation::reached_since`].
    #[must_use]
    pub fn again(&self, known: &Organisation, reached: Option<&BTreeSet<TeamId>>) -> Self {
        let everybody: Vec<&TeamId> = known.everybody().collect();
        let teams = everybody.into_par_iter().filter_map(|team| {
            if reached.is_some_and(|reached| !reached.contains(team)) {
                return self.teams.get(team).map(|kept| (team.clone(), kept.clone()));
            }
            let of_team = of_team(known, team);
            let is_empty = of_team.asks.is_empty() && of_team.outcomes.is_empty();
            (!is_empty).then(|| (team.clone(), Arc::new(of_team)))
        });
        Self { teams: teams.collect::<Vec<_>>().into_iter().collect() }
    }

    /// The ask with this name, where its plan is not closed.
    pub fn ask(&self, id: &AskId) -> Option<&AskStanding> {
        let asks = &self.teams.get(id.team())?.asks;
        asks.binary_search_by(|it| it.ask.cmp(id)).ok().and_then(|at| asks.get(at))
    }

    /// The outcome with this name, where its plan is not closed.
    pub fn outcome(&self, id: &OutcomeId) -> Option<&OutcomeStanding> {
        let outcomes = &self.teams.get(id.team())?.outcomes;
        outcomes.binary_search_by(|it| it.outcome.cmp(id)).ok().and_then(|at| outcomes.get(at))
    }

    /// The outcomes of a team's plans that are not closed, by name.
    pub fn outcomes_of(&self, team: &TeamId) -> &[OutcomeStanding] {
        self.teams.get(team).map_or(&[], |of_team| &of_team.outcomes)
    }

    /// Every outcome of a plan that is not closed, by name.
    pub fn outcomes(&self) -> impl Iterator<Item = &OutcomeStanding> {
        self.teams.values().flat_map(|of_team| &of_team.outcomes)
    }
}

/// What stands of one team's asks and outcomes.
pub(crate) fn of_team(organisation: &Organisation, team: &TeamId) -> OfTeam {
    let is_open = |plan: &PlanId| organisation.plan(plan).is_none_or(|plan| plan.closed.is_none());
    let asks: Vec<&Ask> = organisation.asks_of(team).collect();
    let every: Vec<AskStanding> = asks.iter().map(|ask| ask_standing(organisation, ask)).collect();
    let ways = Ways::new(organisation, &every);
    let outcomes = organisation.outcomes_of(team).filter(|outcome| is_open(&outcome.plan));
    let outcomes = outcomes.map(|outcome| of_outcome(organisation, outcome, &ways)).collect();
    drop(ways);
    let asks = every.into_iter().filter(|standing| is_open(&standing.plan)).collect();
    OfTeam { asks, outcomes }
}

fn of_outcome(organisation: &Organisation, outcome: &Outcome, ways: &Ways<'_>) -> OutcomeStanding {
    let status = match (outcome.live, outcome.dropped) {
        (_, Some(on)) => Status::Dropped { on },
        (Some(on), None) => Status::Delivered { on },
        (None, None) => Status::Planned,
    };
    let holds = if status == Status::Planned { holds(organisation, outcome, ways) } else { Vec::new() };
    let kept = holds.iter().map(|hold| hold.keeps);
    let share = match (status, outcome.combine) {
        (Status::Dropped { .. }, _) => Share::ZERO,
        (_, Combine::Product) => kept.product(),
        (_, Combine::Least) => {
            kept.fold(Share::ONE, |least, keeps| if keeps < least { keeps } else { least })
        }
    };
    OutcomeStanding {
        outcome: outcome.id.clone(),
        plan: outcome.plan.clone(),
        name: outcome.name().to_owned(),
        status,
        share,
        worth: organisation.worth(outcome),
        holds,
        combine: outcome.combine,
        skipped: skipped(ways, organisation.serving(&outcome.id)),
    }
}
