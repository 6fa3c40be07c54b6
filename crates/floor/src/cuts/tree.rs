//! The fault tree: everything that can fail, what it stops, and what that loses.

use super::choices::Choices;
use super::sets::{Set, is_within, minimal, product};
use super::walk::{Known, Walk};
use super::{CutSet, Failure};
use crate::chain::leans_on;
use kedge_model::{
    Ask, AskId, Date, Fallback, HostState, NeedId, NeedRelation, Organisation, Outcome, Reference, Share,
    Work, WorkId,
};
use std::collections::{BTreeMap, BTreeSet};

/// Where there are too many, nobody asks for larger ones.
const LARGEST_CUT: usize = 6;

/// Of more ways than this to choose among fallbacks that skip items, an outcome's cut sets are not sought.
const MOST_CHOICES: usize = 4_096;

/// What can stop a way on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stopped {
    /// Nothing that others do.
    Never,
    /// This failure.
    By(u32),
    /// It is stopped already.
    Already,
}

/// One ask that has not landed.
pub(super) struct Gate<'o> {
    id: &'o AskId,
    landing: Stopped,
    /// Its fallbacks.
    pub(super) ways: Vec<Stopped>,
}

impl Gate<'_> {
    /// The failures that block it, all together; `None` where it cannot be blocked.
    pub(super) fn blocked(&self) -> Option<Set> {
        all_of(self.ways.iter().copied().chain([self.landing]))
    }
}

/// The failures of the ways on, all together; `None` where one of them cannot be stopped.
pub(super) fn all_of(ways: impl Iterator<Item = Stopped>) -> Option<Set> {
    let mut set = Set::new();
    for way in ways {
        match way {
            Stopped::Never => return None,
            Stopped::By(failure) => set.push(failure),
            Stopped::Already => {}
        }
    }
    set.sort_unstable();
    set.dedup();
    Some(set)
}

/// What delivers an ask: one failure for all that it delivers.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Delivery<'o> {
    Need(&'o NeedId),
    Item(WorkId),
    Ask(&'o AskId),
}

/// Everything that can fail, and what it stops.
pub(super) struct FaultTree<'o> {
    pub(super) organisation: &'o Organisation,
    failures: Vec<Failure>,
    pub(super) gates: BTreeMap<&'o AskId, Gate<'o>>,
    /// The items that fallbacks skip: by which gate, and which of its ways.
    pub(super) skipped: BTreeMap<&'o WorkId, Vec<(&'o AskId, usize)>>,
}

impl<'o> FaultTree<'o> {
    pub(super) fn new(organisation: &'o Organisation, as_of: Date) -> Self {
        let mut tree =
            Self { organisation, failures: Vec::new(), gates: BTreeMap::new(), skipped: BTreeMap::new() };
        let mut joined: BTreeMap<&AskId, &NeedId> = BTreeMap::new();
        for need in organisation.needs() {
            if let NeedRelation::Joins(asks) = &need.relation {
                joined.extend(asks.iter().map(|ask| (ask, &need.id)));
            }
        }
        let mut deliveries: BTreeMap<Delivery<'_>, u32> = BTreeMap::new();
        for ask in organisation.asks() {
            if organisation.ask_state(ask).is_open() {
                continue;
            }
            let landing = if organisation.is_dead(ask, as_of) {
                Stopped::Already
            } else {
                let delivery = match (joined.get(&ask.id), organisation.delivering_work(ask)) {
                    (Some(need), _) => Delivery::Need(need),
                    (None, Some(item)) => Delivery::Item(item),
                    (None, None) => Delivery::Ask(&ask.id),
                };
                let failure = *deliveries.entry(delivery).or_insert_with(|| {
                    tree.failures.push(Failure::NotLanding { to: ask.to.clone(), asks: Vec::new() });
                    tree.failures.len() as u32 - 1
                });
                if let Some(Failure::NotLanding { asks, .. }) = tree.failures.get_mut(failure as usize) {
                    asks.push(ask.id.clone());
                }
                Stopped::By(failure)
            };
            let ways = ask.fallbacks.iter().enumerate().map(|(place, fallback)| {
                for item in &fallback.skips {
                    tree.skipped.entry(item).or_default().push((&ask.id, place));
                }
                stopped(organisation, ask, fallback, &mut tree.failures)
            });
            let ways = ways.collect();
            tree.gates.insert(&ask.id, Gate { id: &ask.id, landing, ways });
        }
        tree
    }

    /// The cut sets of an outcome; where there are too many, those of at most so many failures.
    pub(super) fn lost(&self, outcome: &'o Outcome, known: &mut Known<'o>) -> (Vec<Set>, Option<usize>) {
        let choices = Choices::new(self, outcome);
        if choices.count() > MOST_CHOICES {
            return (Vec::new(), Some(0));
        }
        if let Some(all) = self.lost_up_to(outcome, &choices, usize::MAX, known) {
            return (all, None);
        }
        let mut fewer = (Vec::new(), Some(0));
        for most in 1..=LARGEST_CUT {
            let Some(sets) = self.lost_up_to(outcome, &choices, most, known) else { break };
            fewer = (sets, Some(most));
        }
        fewer
    }

    /// The cut sets of at most `most` failures; `None` where they are too many.
    fn lost_up_to(
        &self,
        outcome: &'o Outcome,
        choices: &Choices<'o>,
        most: usize,
        known: &mut Known<'o>,
    ) -> Option<Vec<Set>> {
        let roots = self.serving(outcome);
        let at_once = self.organisation.gating(outcome.id.reference());
        // One ask is worked round in one way at a time. Where several of its fallbacks skip items, it is lost only if it is
        // lost with each of them.
        let mut lost: Option<Vec<Set>> = None;
        for choice in choices.each() {
            // With a choice it is about this outcome alone.
            let mut own = BTreeMap::new();
            let known = if choice.is_empty() { known.0.entry(most).or_default() } else { &mut own };
            let mut walk = Walk { tree: self, choice: &choice, most, known };
            // From behind, so that what an item needs is known before it is asked for, however long the chain.
            for item in self.in_order(&roots) {
                if self.skipped.contains_key(&item.id) {
                    walk.unskipped_fails(&item.id, item);
                }
            }
            let sets = walk.any_fails(at_once, &roots)?;
            lost = Some(match lost {
                None => sets,
                Some(before) => minimal(product(&before, &sets, most)?),
            });
        }
        Some(lost.unwrap_or_default())
    }

    pub(super) fn serving(&self, outcome: &'o Outcome) -> Vec<&'o WorkId> {
        self.organisation.serving(&outcome.id).iter().collect()
    }

    /// All items that these may wait for, each after what it comes after.
    pub(super) fn in_order(&self, roots: &[&'o WorkId]) -> Vec<&'o Work> {
        let mut order = Vec::new();
        let mut met: BTreeSet<&WorkId> = BTreeSet::new();
        let mut open: Vec<(&WorkId, bool)> = roots.iter().map(|root| (*root, false)).collect();
        while let Some((item, is_behind)) = open.pop() {
            let work = self.organisation.work_item(item).filter(|work| is_waited_for(work));
            let Some(work) = work else { continue };
            if is_behind {
                order.push(work);
            } else if met.insert(item) {
                open.push((item, true));
                open.extend(work.after.iter().map(|before| (before, false)));
            }
        }
        order
    }

    /// The asks in the way of an outcome that can be blocked, each with the failures that do.
    fn asks_before(&self, outcome: &'o Outcome) -> BTreeMap<&'o AskId, Set> {
        let direct = self.organisation.gating(outcome.id.reference()).iter();
        let behind = self.in_order(&self.serving(outcome)).into_iter();
        let behind = behind.flat_map(|work| self.organisation.gating(work.id.reference()));
        direct.chain(behind).filter_map(|ask| Some((ask, self.gates.get(ask)?.blocked()?))).collect()
    }

    /// For each of these cut sets the asks of which a self-reliant fallback would break it.
    pub(super) fn mended(&self, outcome: &'o Outcome, sets: &[Set]) -> Vec<Vec<AskId>> {
        let asks = self.asks_before(outcome);
        let mut beginning: BTreeMap<Option<u32>, Vec<(&AskId, &Set)>> = BTreeMap::new();
        for (ask, blocked) in &asks {
            beginning.entry(blocked.first().copied()).or_default().push((ask, blocked));
        }
        let choices = Choices::new(self, outcome);
        let mended = |set: &Set| {
            let begins = set.iter().map(|&failure| Some(failure)).chain([None]);
            let mut blocked: Vec<&AskId> = begins
                .filter_map(|first| beginning.get(&first))
                .flatten()
                .filter(|(_, blocked)| is_within(blocked, set))
                .map(|(ask, _)| *ask)
                .collect();
            blocked.sort();
            // Where it alone is blocked, nothing is any more.
            let alone = blocked.len() == 1;
            blocked.retain(|ask| alone || self.is_reached(outcome, &choices, set, ask));
            blocked.into_iter().cloned().collect()
        };
        sets.iter().map(mended).collect()
    }

    /// Whether an outcome is reached when these fail and one ask has a fallback that nobody can stop.
    fn is_reached(&self, outcome: &'o Outcome, choices: &Choices<'o>, failed: &Set, mended: &AskId) -> bool {
        let is_open = |ask: &AskId| {
            let gate = self.gates.get(ask).filter(|gate| gate.id != mended);
            gate.and_then(Gate::blocked).is_none_or(|blocked| !is_within(&blocked, failed))
        };
        let is_left = |ask: &AskId, way: usize| {
            let way = self.gates.get(ask).and_then(|gate| gate.ways.get(way));
            way.is_some_and(|way| match way {
                Stopped::Never => true,
                Stopped::By(failure) => failed.binary_search(failure).is_err(),
                Stopped::Already => false,
            })
        };
        let opens = |of: &Reference| self.organisation.gating(of).iter().all(is_open);
        opens(outcome.id.reference())
            && choices.each().any(|choice| {
                let mut met: BTreeSet<&WorkId> = BTreeSet::new();
                let mut open = self.serving(outcome);
                while let Some(item) = open.pop() {
                    let work = self.organisation.work_item(item).filter(|work| is_waited_for(work));
                    let Some(work) = work.filter(|_| met.insert(item)) else { continue };
                    let mut by = self.skipped.get(item).into_iter().flatten();
                    if by.any(|(ask, way)| choice.get(ask).is_none_or(|it| it == way) && is_left(ask, *way)) {
                        continue;
                    }
                    if !opens(work.id.reference()) {
                        return false;
                    }
                    open.extend(&work.after);
                }
                true
            })
    }

    pub(super) fn named(&self, set: &Set) -> CutSet {
        let mut named: CutSet =
            set.iter().filter_map(|&failure| self.failures.get(failure as usize).cloned()).collect();
        named.sort();
        named
    }
}

/// What can stop a fallback. One that keeps nothing is no way on.
fn stopped(
    organisation: &Organisation,
    ask: &Ask,
    fallback: &Fallback,
    failures: &mut Vec<Failure>,
) -> Stopped {
    if fallback.keeps == Share::ZERO {
        return Stopped::Already;
    }
    let Some(by) = leans_on(ask, fallback) else { return Stopped::Never };
    if fallback.is_live() || organisation.is_self_reliant(ask, fallback) {
        return Stopped::Never;
    }
    if organisation.host_state(ask, &by) == HostState::Unable {
        return Stopped::Already;
    }
    failures.push(Failure::Refusal { by, ask: ask.id.clone(), fallback: fallback.id.clone() });
    Stopped::By(failures.len() as u32 - 1)
}

pub(super) fn is_waited_for(work: &Work) -> bool {
    work.started.is_none() && work.done.is_none() && work.dropped.is_none()
}
