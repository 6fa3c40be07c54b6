//! Which of several fallbacks that skip items is taken: one ask is worked round in one way at a time.

use super::tree::FaultTree;
use kedge_model::{AskId, Outcome};
use std::collections::{BTreeMap, BTreeSet};

/// Which of the fallbacks that skip items is taken for each ask that has several of them.
pub(super) type Choice<'o> = BTreeMap<&'o AskId, usize>;

/// The asks of which more than one fallback skips an item on the way to an outcome, with those fallbacks.
pub(super) struct Choices<'o>(Vec<(&'o AskId, Vec<usize>)>);

impl<'o> Choices<'o> {
    pub(super) fn new(tree: &FaultTree<'o>, outcome: &'o Outcome) -> Self {
        if tree.skipped.is_empty() {
            return Self(Vec::new());
        }
        let mut ways: BTreeMap<&AskId, BTreeSet<usize>> = BTreeMap::new();
        for work in tree.in_order(&tree.serving(outcome)) {
            for &(ask, way) in tree.skipped.get(&work.id).into_iter().flatten() {
                ways.entry(ask).or_default().insert(way);
            }
        }
        let several = ways.into_iter().filter(|(_, ways)| ways.len() > 1);
        Self(several.map(|(ask, ways)| (ask, ways.into_iter().collect())).collect())
    }

    /// How many there are: one at least.
    pub(super) fn count(&self) -> usize {
        self.0.iter().fold(1, |count, (_, ways)| count.saturating_mul(ways.len()))
    }

    pub(super) fn each(&self) -> impl Iterator<Item = Choice<'o>> {
        (0..self.count()).map(|number| {
            let mut rest = number;
            let choose = |(ask, ways): &(&'o AskId, Vec<usize>)| {
                let way = ways.get(rest % ways.len()).copied();
                rest /= ways.len();
                Some((*ask, way?))
            };
            self.0.iter().filter_map(choose).collect()
        })
    }
}
