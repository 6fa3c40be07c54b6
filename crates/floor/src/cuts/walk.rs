//! From an outcome over its work to what can stop it.

use super::MOST_CUTS;
use super::choices::Choice;
use super::sets::{Set, minimal, product};
use super::tree::{FaultTree, all_of, is_waited_for};
use kedge_model::{AskId, Work, WorkId};
use std::collections::{BTreeMap, BTreeSet};

/// What stops an item and every fallback that skips it; `None` where that is too much to list.
pub(super) type Unskipped<'o> = BTreeMap<&'o WorkId, Option<Vec<Set>>>;

/// The same by the largest number of failures that is looked at, for all outcomes without a choice.
#[derive(Default)]
pub(super) struct Known<'o>(pub(super) BTreeMap<usize, Unskipped<'o>>);

/// From an outcome over its work to what can stop it. `None` on the way: there are too many sets.
pub(super) struct Walk<'t, 'o> {
    pub(super) tree: &'t FaultTree<'o>,
    pub(super) choice: &'t Choice<'o>,
    /// Only sets of at most so many failures.
    pub(super) most: usize,
    pub(super) known: &'t mut Unskipped<'o>,
}

impl<'o> Walk<'_, 'o> {
    /// The sets of failures any of which stops one of these asks or items.
    pub(super) fn any_fails(&mut self, asks: &[AskId], items: &[&'o WorkId]) -> Option<Vec<Set>> {
        let mut sets: BTreeSet<Set> = asks.iter().filter_map(|ask| self.blocked(ask)).collect();
        let mut met: BTreeSet<&WorkId> = BTreeSet::new();
        let mut open: Vec<&'o WorkId> = items.to_vec();
        while let Some(item) = open.pop() {
            let work = self.tree.organisation.work_item(item).filter(|work| is_waited_for(work));
            let Some(work) = work.filter(|_| met.insert(item)) else { continue };
            if self.tree.skipped.contains_key(item) {
                sets.extend(self.unskipped_fails(item, work)?);
            } else {
                let gating = self.tree.organisation.gating(work.id.reference());
                sets.extend(gating.iter().filter_map(|ask| self.blocked(ask)));
                open.extend(&work.after);
            }
            if sets.len() > MOST_CUTS {
                return None;
            }
        }
        Some(minimal(sets.into_iter().collect()))
    }

    /// The sets that stop an item and every fallback that skips it.
    pub(super) fn unskipped_fails(&mut self, item: &'o WorkId, work: &'o Work) -> Option<Vec<Set>> {
        if let Some(known) = self.known.get(item) {
            return known.clone();
        }
        let by = self.tree.skipped.get(item).into_iter().flatten();
        let by = by.filter(|(ask, way)| self.choice.get(ask).is_none_or(|chosen| chosen == way));
        let ways = by.filter_map(|(ask, way)| self.tree.gates.get(ask)?.ways.get(*way).copied());
        let sets = match all_of(ways) {
            None => Some(Vec::new()),
            Some(unskipped) => {
                let after: Vec<&'o WorkId> = work.after.iter().collect();
                let gating = self.tree.organisation.gating(work.id.reference());
                self.any_fails(gating, &after)
                    .and_then(|sets| product(&sets, &[unskipped], self.most))
                    .map(minimal)
            }
        };
        self.known.insert(item, sets.clone());
        sets
    }

    fn blocked(&self, ask: &AskId) -> Option<Set> {
        self.tree.gates.get(ask)?.blocked().filter(|set| set.len() <= self.most)
    }
}
