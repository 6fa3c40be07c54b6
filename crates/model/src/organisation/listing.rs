//! The nouns of an organisation one by one and all of them.

use super::{Around, Organisation, Written};
use crate::{
    Ask, AskId, Dataset, DatasetId, Initiative, InitiativeId, Need, NeedId, Outcome, OutcomeId, Plan, PlanId,
    Proposal, ProposalId, Slug, Team, TeamId, Work, WorkId,
};
use std::collections::{BTreeMap, btree_map};
use std::sync::Arc;

type ByName<T> = BTreeMap<Slug, Arc<T>>;

/// Every fact of one kind, by who writes it and name.
struct Every<'a, T> {
    others: btree_map::Values<'a, TeamId, Around>,
    of_one: btree_map::Values<'a, Slug, Arc<T>>,
    of: fn(&Written) -> &ByName<T>,
}

impl<T> Clone for Every<'_, T> {
    fn clone(&self) -> Self {
        Self { others: self.others.clone(), of_one: self.of_one.clone(), of: self.of }
    }
}

impl<'a, T> Iterator for Every<'a, T> {
    type Item = &'a T;

    fn next(&mut self) -> Option<&'a T> {
        loop {
            if let Some(one) = self.of_one.next() {
                return Some(one);
            }
            self.of_one = (self.of)(&self.others.next()?.written).values();
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let of_others: usize = self.others.clone().map(|other| (self.of)(&other.written).len()).sum();
        let left = self.of_one.len() + of_others;
        (left, Some(left))
    }
}

impl<T> ExactSizeIterator for Every<'_, T> {}

impl Organisation {
    fn every<T>(&self, of: fn(&Written) -> &ByName<T>) -> Every<'_, T> {
        Every { others: self.teams.values(), of_one: btree_map::Values::default(), of }
    }

    /// The team with this name.
    pub fn team(&self, id: &TeamId) -> Option<&Team> {
        self.written(id)?.team.as_deref()
    }

    /// Every team, by name, those only assumed included.
    pub fn teams(&self) -> impl ExactSizeIterator<Item = &Team> + Clone {
        let teams: Vec<&Team> =
            self.teams.values().filter_map(|around| around.written.team.as_deref()).collect();
        teams.into_iter()
    }
}

macro_rules! nouns {
    ($($name:literal, $names:literal: $map:ident, $one:ident, $of_team:ident, $id:ty => $noun:ty;)*) => {
        impl Organisation {$(
            #[doc = concat!("The ", $name, " with this name.")]
            pub fn $one(&self, id: &$id) -> Option<&$noun> {
                self.written(id.team())?.$map.get(id.id()).map(AsRef::as_ref)
            }

            #[doc = concat!("Every ", $name, ", by team and name.")]
            pub fn $map(&self) -> impl ExactSizeIterator<Item = &$noun> + Clone {
                self.every(|written| &written.$map)
            }

            #[doc = concat!("The ", $names, " of a team, by name.")]
            pub fn $of_team<'a>(&'a self, team: &TeamId) -> impl Iterator<Item = &'a $noun> {
                self.written(team).into_iter().flat_map(|written| written.$map.values()).map(AsRef::as_ref)
            }
        )*}
    };
}
nouns! {
    "initiative", "initiatives": initiatives, initiative, initiatives_by, InitiativeId => Initiative;
    "plan", "plans": plans, plan, plans_of, PlanId => Plan;
    "outcome", "outcomes": outcomes, outcome, outcomes_of, OutcomeId => Outcome;
    "work item", "work items": work, work_item, work_of, WorkId => Work;
    "ask", "asks": asks, ask, asks_of, AskId => Ask;
    "need", "needs": needs, need, needs_of, NeedId => Need;
    "dataset", "datasets": datasets, dataset, datasets_of, DatasetId => Dataset;
    "proposal", "proposals": proposals, proposal, proposals_of, ProposalId => Proposal;
}
