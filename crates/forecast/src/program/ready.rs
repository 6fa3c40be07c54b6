//! The ready sets: a bit for each item of a team, in the order in which its people take them. They are all that a rank
//! decides, so another order is other ready sets of the same program.

use super::{NONE, Program, Role};
use crate::draft::Rank;

/// Where each item stands in its team's ready set.
pub(crate) struct ReadySets {
    /// The item at each place; each team's places begin with a whole word.
    pub(crate) slots: Vec<u32>,
    /// Per item, its place.
    pub(crate) slot: Vec<u32>,
    /// Per item, its place once put behind the team's own work.
    pub(crate) late_slot: Vec<u32>,
    /// Per team, its first word and how many words.
    pub(crate) words: Vec<(u32, u32)>,
}

impl ReadySets {
    /// Each team's items (`owned`) in the order of their rank, then its queued asks (`asked`) once more, behind.
    pub(crate) fn lay_out<'o>(
        owned: impl Iterator<Item = &'o [u32]>,
        ranks: &[Rank],
        asked: impl Fn(u32) -> bool,
    ) -> ReadySets {
        let mut sets = ReadySets {
            slots: Vec::new(),
            slot: vec![NONE; ranks.len()],
            late_slot: vec![NONE; ranks.len()],
            words: Vec::new(),
        };
        for items in owned {
            let mut order = items.to_vec();
            order.sort_by_key(|&item| (ranks[item as usize], item));
            let word = (sets.slots.len() / 64) as u32;
            for &item in &order {
                sets.slot[item as usize] = sets.slots.len() as u32;
                sets.late_slot[item as usize] = sets.slots.len() as u32;
                sets.slots.push(item);
            }
            for &item in order.iter().filter(|&&item| asked(item)) {
                sets.late_slot[item as usize] = sets.slots.len() as u32;
                sets.slots.push(item);
            }
            sets.slots.resize(sets.slots.len().next_multiple_of(64), NONE);
            sets.words.push((word, (sets.slots.len() / 64) as u32 - word));
        }
        sets
    }
}

impl Program {
    /// The same program with its items in another order: everything but the ready sets stays.
    pub(crate) fn with_ranks(&self, ranks: Vec<Rank>) -> Program {
        let mut program = self.clone();
        let owned = self.teams.iter().map(|team| self.list(team.items));
        let asked = |item: u32| matches!(self.items[item as usize].role, Role::Asked(_));
        let sets = ReadySets::lay_out(owned, &ranks, asked);
        for (item, (&slot, &late)) in program.items.iter_mut().zip(sets.slot.iter().zip(&sets.late_slot)) {
            (item.slot, item.late_slot) = (slot, late);
        }
        program.slots = sets.slots;
        program.ranks = ranks;
        program
    }
}
