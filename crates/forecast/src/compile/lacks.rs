//! What is missing for a date.

use super::Compiled;
use crate::answer::{Lack, LandsBy};
use std::collections::BTreeSet;

impl Compiled {
    /// What is missing to date an outcome: efforts of the work it needs, here and where an ask of it lands by an item,
    /// and of the fallbacks that would be taken.
    pub(crate) fn lacks(&self, outcome: usize, lands: bool, falls_back: bool) -> Vec<Lack> {
        let program = &self.program;
        let facts = &self.outcomes[outcome];
        let mut lacks = BTreeSet::new();
        if facts.live.is_some() {
            return Vec::new();
        }
        if facts.empty {
            lacks.insert(Lack::Work(facts.id.clone()));
        }
        let spec = &program.outcomes[outcome];
        for &item in program.list(spec.needs) {
            self.item_lacks(item as usize, &mut lacks, &mut BTreeSet::new());
        }
        for &ask in program.list(spec.asks) {
            self.ask_lacks(ask as usize, lands, falls_back, &mut lacks, &mut BTreeSet::new());
        }
        lacks.into_iter().collect()
    }

    /// What is missing to date the landing of an ask: efforts of the item that it lands with, and of what that needs.
    pub(crate) fn landing_lacks(&self, ask: usize) -> Vec<Lack> {
        let mut lacks = BTreeSet::new();
        if let Some(item) = self.asks[ask].item {
            self.item_lacks(item, &mut lacks, &mut BTreeSet::new());
        }
        lacks.into_iter().collect()
    }

    fn item_lacks(&self, item: usize, lacks: &mut BTreeSet<Lack>, seen: &mut BTreeSet<usize>) {
        if item >= self.items.len() || self.items[item].done || !seen.insert(item) {
            return;
        }
        if !self.items[item].timed {
            lacks.insert(Lack::Effort(self.items[item].id.clone()));
        }
        for &first in self.program.list(self.program.items[item].after) {
            self.item_lacks(first as usize, lacks, seen);
        }
        for (ask, spec) in self.program.asks.iter().enumerate() {
            if self.program.list(spec.items).contains(&(item as u32)) {
                self.ask_lacks(ask, true, true, lacks, seen);
            }
        }
    }

    fn ask_lacks(
        &self,
        ask: usize,
        lands: bool,
        falls_back: bool,
        lacks: &mut BTreeSet<Lack>,
        seen: &mut BTreeSet<usize>,
    ) {
        let facts = &self.asks[ask];
        if matches!(facts.lands_by, LandsBy::Landed(_)) {
            return;
        }
        if lands && let Some(item) = facts.item {
            self.item_lacks(item, lacks, seen);
        }
        if falls_back {
            for fallback in &facts.fallbacks {
                if fallback.untimed {
                    lacks.insert(Lack::Create { ask: facts.id.clone(), fallback: fallback.id.clone() });
                }
                if fallback.accepted.is_none() {
                    break;
                }
            }
        }
    }
}
