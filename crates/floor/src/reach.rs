//! From an outcome to the asks that hold it: over its work, and over what that comes after.

use crate::chain::{AskStanding, How, Opens};
use kedge_model::{AskId, Organisation, Outcome, Share, Work, WorkId};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// An ask in the way of an outcome.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hold {
    /// The ask.
    pub ask: AskId,
    /// The part of the outcome that is kept if it does not land.
    pub keeps: Share,
    /// The items on the shortest way from the outcome to what the ask gates, that item last; empty where it gates the
    /// outcome itself.
    pub through: Vec<WorkId>,
}

/// What every ask of the organisation does, and what their fallbacks skip.
pub(crate) struct Ways<'a> {
    /// By name.
    asks: &'a [AskStanding],
    /// Items that are skipped, each with the asks whose fallback skips it.
    skipped: BTreeMap<WorkId, BTreeSet<&'a AskId>>,
}

impl<'a> Ways<'a> {
    /// Of the standings of all asks, by name.
    pub(crate) fn new(organisation: &Organisation, standings: &'a [AskStanding]) -> Self {
        let mut skipped: BTreeMap<WorkId, BTreeSet<&AskId>> = BTreeMap::new();
        for standing in standings {
            let Opens::Fallback { place, .. } = standing.opens else { continue };
            let Some(fallback) = organisation.ask(&standing.ask).and_then(|ask| ask.fallbacks.get(place))
            else {
                continue;
            };
            for item in &fallback.skips {
                if organisation
                    .work_item(item)
                    .is_some_and(|work| work.started.is_none() && work.done.is_none())
                {
                    skipped.entry(item.clone()).or_default().insert(&standing.ask);
                }
            }
        }
        Self { asks: standings, skipped }
    }

    fn ask(&self, id: &AskId) -> Option<&'a AskStanding> {
        self.asks.binary_search_by(|standing| standing.ask.cmp(id)).ok().and_then(|at| self.asks.get(at))
    }
}

/// How an item is met on the way from the outcome.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Met {
    /// The outcome waits for it.
    Waiting,
    /// Something that waits for it has been started all the same: it holds nothing up any more.
    Passed,
}

/// The asks that hold the outcome, in the order in which they are met, nearest first.
pub(crate) fn holds(organisation: &Organisation, outcome: &Outcome, ways: &Ways<'_>) -> Vec<Hold> {
    let mut walk = Walk {
        organisation,
        ways,
        from: BTreeMap::new(),
        queue: VecDeque::new(),
        passed: VecDeque::new(),
        seen: BTreeSet::new(),
        holds: Vec::new(),
    };
    for ask in organisation.gating(outcome.id.reference()) {
        walk.hold(ask, None);
    }
    for item in organisation.serving(&outcome.id) {
        walk.meet(item, None, Met::Waiting);
    }
    // First everything that the outcome waits for, then what is only behind started work: an item met on both ways is
    // waited for.
    while let Some((item, met)) = walk
        .queue
        .pop_front()
        .map(|item| (item, Met::Waiting))
        .or_else(|| walk.passed.pop_front().map(|item| (item, Met::Passed)))
    {
        if let Some(work) = organisation.work_item(&item) {
            walk.visit(work, met);
        }
    }
    walk.holds
}

struct Walk<'a> {
    organisation: &'a Organisation,
    ways: &'a Ways<'a>,
    /// Each item met, and the item that waits for it.
    from: BTreeMap<WorkId, Option<WorkId>>,
    queue: VecDeque<WorkId>,
    passed: VecDeque<WorkId>,
    seen: BTreeSet<AskId>,
    holds: Vec<Hold>,
}

impl Walk<'_> {
    fn meet(&mut self, item: &WorkId, from: Option<&WorkId>, met: Met) {
        if self.from.contains_key(item) {
            return;
        }
        match met {
            Met::Waiting => {
                self.from.insert(item.clone(), from.cloned());
                self.queue.push_back(item.clone());
            }
            // Not marked as met yet: the outcome may still be found to wait for it on another way.
            Met::Passed => self.passed.push_back(item.clone()),
        }
    }

    fn visit(&mut self, work: &Work, met: Met) {
        if met == Met::Passed {
            if self.from.contains_key(&work.id) {
                return;
            }
            self.from.insert(work.id.clone(), None);
        }
        if work.dropped.is_some() {
            return;
        }
        let gating = self.organisation.gating(work.id.reference());
        if met == Met::Waiting
            && let Some(by) = self.ways.skipped.get(&work.id)
        {
            for ask in gating.iter().filter(|ask| by.contains(ask)) {
                self.hold(ask, Some(&work.id));
            }
            return;
        }
        let passed = met == Met::Passed || work.started.is_some() || work.done.is_some();
        for ask in gating {
            if !passed || self.ways.ask(ask).is_some_and(|standing| is_taken(&standing.opens)) {
                self.hold(ask, Some(&work.id));
            }
        }
        for before in &work.after {
            self.meet(before, Some(&work.id), if passed { Met::Passed } else { Met::Waiting });
        }
    }

    fn hold(&mut self, ask: &AskId, at: Option<&WorkId>) {
        let Some(standing) = self.ways.ask(ask) else { return };
        if matches!(standing.opens, Opens::Landing { .. }) || !self.seen.insert(ask.clone()) {
            return;
        }
        let mut through: Vec<WorkId> = Vec::new();
        let mut item = at.cloned();
        while let Some(here) = item {
            item = self.from.get(&here).cloned().flatten();
            through.push(here);
        }
        through.reverse();
        self.holds.push(Hold { ask: ask.clone(), keeps: standing.share(), through });
    }
}

fn is_taken(opens: &Opens) -> bool {
    matches!(opens, Opens::Fallback { how: How::Live | How::Running, .. })
}

/// The items that nobody need do because a fallback skips them.
pub(crate) fn skipped(ways: &Ways<'_>, items: &[WorkId]) -> Vec<WorkId> {
    items.iter().filter(|item| ways.skipped.contains_key(item)).cloned().collect()
}
