//! Cut sets: the smallest sets of failures that lose an outcome.
//!
//! A failure is something that others do or leave undone: what was asked for does not come, or whoever must say yes to a
//! fallback does not. An outcome is lost where it can be reached by no choice of the ways that are left. Everything else is
//! in the team's own hands, so it is no failure here: a fallback that nobody else can stop, and which fallback is taken.
//! More failures never help, so the smallest sets say everything ("minimal cut sets" of reliability engineering; W. Vesely
//! and others, "Fault Tree Handbook", NUREG-0492, 1981).
//!
//! This is about reaching an outcome at all, not about when, nor at what share of its value. What is asked of others counts
//! as one failure whatever stops them; what *they* wait for is on their own page.

use crate::chain::{join, leans_on};
use kedge_model::{
    Ask, AskId, Date, Fallback, HostState, NeedId, NeedRelation, Organisation, Outcome, OutcomeId, PlanId,
    Reference, Share, Slug, TeamId, Work, WorkId,
};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Something that others do or leave undone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case", tag = "failure")]
pub enum Failure {
    /// What was asked for does not come.
    NotLanding {
        /// Who was asked.
        to: TeamId,
        /// The ask; several where one need or one item of the asked team delivers them all.
        asks: Vec<AskId>,
    },
    /// Whoever must say yes to a fallback does not.
    Refusal {
        /// Who.
        by: TeamId,
        /// The ask that it is a fallback of.
        ask: AskId,
        /// The fallback.
        fallback: Slug,
    },
}

impl Failure {
    /// Whose failure it is.
    pub fn by(&self) -> &TeamId {
        match self {
            Self::NotLanding { to, .. } => to,
            Self::Refusal { by, .. } => by,
        }
    }

    /// The asks that it is about.
    pub fn asks(&self) -> &[AskId] {
        match self {
            Self::NotLanding { asks, .. } => asks,
            Self::Refusal { ask, .. } => std::slice::from_ref(ask),
        }
    }
}

/// Failures that lose an outcome together, and none of which could be left out. Empty where it is lost already.
pub type CutSet = Vec<Failure>;

/// What can lose an outcome.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OutcomeCuts {
    /// The outcome.
    pub outcome: OutcomeId,
    /// Its plan.
    pub plan: PlanId,
    /// Every cut set, smallest first; none where nothing that others do can lose it.
    pub cuts: Vec<CutSet>,
    /// Where there are too many to list, only those of at most so many failures are in `cuts`: all of these. The more must
    /// fail at once, the less likely it is. 0 where none were sought.
    pub up_to: Option<usize>,
}

impl OutcomeCuts {
    /// Whether it is lost as things stand, with nothing more going wrong.
    pub fn is_lost(&self) -> bool {
        self.cuts.first().is_some_and(Vec::is_empty)
    }

    /// What can lose it, in a sentence: `Lost only if payments and identity both fail.`
    pub fn sentence(&self) -> String {
        match self.cuts.as_slice() {
            [] if self.up_to.is_some() => "There are too many ways round to list what can lose it.".into(),
            [] => "Nothing that others do or leave undone can lose it.".into(),
            [none, ..] if none.is_empty() => "It is lost already: there is no way on that is left.".into(),
            [only] => format!("Lost only if {}.", together(only)),
            [first, others @ ..] => {
                let others = others.len();
                let ways =
                    if others == 1 { "one more way".to_owned() } else { format!("{others} more ways") };
                format!("Lost if {}, or in {ways}.", together(first))
            }
        }
    }
}

/// `payments fails`, `payments and identity both fail`, `payments fails in 2 things`.
fn together(cut: &CutSet) -> String {
    let teams: BTreeSet<&TeamId> = cut.iter().map(Failure::by).collect();
    let names: Vec<String> = teams.iter().map(ToString::to_string).collect();
    match (names.as_slice(), cut.len()) {
        ([only], 1) => format!("{only} fails"),
        ([only], things) => format!("{only} fails in {things} things"),
        ([_, _], 2) => format!("{} both fail", join(&names)),
        (_, _) => format!("{} all fail", join(&names)),
    }
}

/// How much a self-reliant fallback for an ask would change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Remedy {
    /// The ask that would have it.
    pub ask: AskId,
    /// How many cut sets would be none any more, over all outcomes.
    pub breaks: usize,
    /// Outcomes that nothing could lose then.
    pub secures: Vec<OutcomeId>,
}

/// Of more cut sets than this for one outcome only the smallest are listed: nobody reads more, and there can be as many as
/// there are subsets of fallbacks.
pub const MOST_CUTS: usize = 1_000;

/// Where there are too many, nobody asks for larger ones.
const LARGEST_CUT: usize = 6;

/// A cut set of more failures than this counts as too many.
const LONGEST_CUT: usize = 50;

/// Of more ways than this to choose among fallbacks that skip items, an outcome's cut sets are not sought.
const MOST_CHOICES: usize = 4_096;

/// What can lose each outcome, and which fallbacks would help most.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CutSets {
    /// The day: facts dated later are not known.
    pub as_of: Date,
    /// The outcomes to come of the plans that are not closed, by name.
    pub outcomes: Vec<OutcomeCuts>,
    /// The asks for which a self-reliant fallback would break a cut set, those that break most first.
    pub remedies: Vec<Remedy>,
}

impl CutSets {
    /// What can lose this outcome, where it is to come and its plan is not closed.
    pub fn outcome(&self, id: &OutcomeId) -> Option<&OutcomeCuts> {
        self.outcomes.binary_search_by(|it| it.outcome.cmp(id)).ok().and_then(|at| self.outcomes.get(at))
    }
}

/// What can lose each outcome, as far as it was known on the evening of `as_of`.
pub fn cut_sets(organisation: &Organisation, as_of: Date) -> CutSets {
    cut_sets_as_known(&organisation.known_on(as_of), as_of)
}

/// As [`cut_sets`], for a caller that holds [`Organisation::known_on`]`(as_of)` already.
pub fn cut_sets_as_known(organisation: &Organisation, as_of: Date) -> CutSets {
    let tree = FaultTree::new(organisation, as_of);
    let is_open = |plan: &PlanId| organisation.plan(plan).is_none_or(|plan| plan.closed.is_none());
    let planned: Vec<&Outcome> = organisation
        .outcomes()
        .filter(|outcome| is_open(&outcome.plan) && outcome.live.is_none() && outcome.dropped.is_none())
        .collect();
    // One after the other: what stops an item is the same for all outcomes.
    let mut known = Known::default();
    let found: Vec<(OutcomeCuts, Vec<(AskId, usize)>)> = planned
        .iter()
        .map(|outcome| {
            let (sets, up_to) = tree.lost(outcome, &mut known);
            let broken = tree.broken(outcome, &sets);
            let mut cuts: Vec<CutSet> = sets.iter().map(|set| tree.named(set)).collect();
            cuts.sort_by(|one, other| one.len().cmp(&other.len()).then_with(|| one.cmp(other)));
            let cuts = OutcomeCuts { outcome: outcome.id.clone(), plan: outcome.plan.clone(), cuts, up_to };
            (cuts, broken)
        })
        .collect();
    let mut remedies: BTreeMap<AskId, Remedy> = BTreeMap::new();
    for (cuts, broken) in &found {
        for (ask, breaks) in broken {
            let remedy = remedies.entry(ask.clone()).or_insert_with(|| Remedy {
                ask: ask.clone(),
                breaks: 0,
                secures: Vec::new(),
            });
            remedy.breaks += breaks;
            if *breaks == cuts.cuts.len() {
                remedy.secures.push(cuts.outcome.clone());
            }
        }
    }
    let mut remedies: Vec<Remedy> = remedies.into_values().collect();
    remedies
        .sort_by_key(|remedy| (Reverse(remedy.breaks), Reverse(remedy.secures.len()), remedy.ask.clone()));
    CutSets { as_of, outcomes: found.into_iter().map(|(cuts, _)| cuts).collect(), remedies }
}

/// A failure by its number. A set of failures is sorted.
type Set = Vec<u32>;

/// What can stop a way on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stopped {
    /// Nothing that others do.
    Never,
    /// This failure.
    By(u32),
    /// It is stopped already.
    Already,
}

/// One ask that has not landed.
struct Gate<'o> {
    id: &'o AskId,
    landing: Stopped,
    /// Its fallbacks.
    ways: Vec<Stopped>,
}

impl Gate<'_> {
    /// The failures that block it, all together; `None` where it cannot be blocked.
    fn blocked(&self) -> Option<Set> {
        all_of(self.ways.iter().copied().chain([self.landing]))
    }
}

/// The failures of the ways on, all together; `None` where one of them cannot be stopped.
fn all_of(ways: impl Iterator<Item = Stopped>) -> Option<Set> {
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
struct FaultTree<'o> {
    organisation: &'o Organisation,
    failures: Vec<Failure>,
    gates: BTreeMap<&'o AskId, Gate<'o>>,
    /// The items that fallbacks skip: by which gate, and which of its ways.
    skipped: BTreeMap<&'o WorkId, Vec<(&'o AskId, usize)>>,
}

impl<'o> FaultTree<'o> {
    fn new(organisation: &'o Organisation, as_of: Date) -> Self {
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
    fn lost(&self, outcome: &'o Outcome, known: &mut Known<'o>) -> (Vec<Set>, Option<usize>) {
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

    fn serving(&self, outcome: &'o Outcome) -> Vec<&'o WorkId> {
        self.organisation.serving(&outcome.id).iter().collect()
    }

    /// All items that these may wait for, each after what it comes after.
    fn in_order(&self, roots: &[&'o WorkId]) -> Vec<&'o Work> {
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

    /// How many of these cut sets a self-reliant fallback for each ask would break.
    fn broken(&self, outcome: &'o Outcome, sets: &[Set]) -> Vec<(AskId, usize)> {
        let asks = self.asks_before(outcome);
        let mut beginning: BTreeMap<Option<u32>, Vec<(&AskId, &Set)>> = BTreeMap::new();
        for (ask, blocked) in &asks {
            beginning.entry(blocked.first().copied()).or_default().push((ask, blocked));
        }
        let choices = Choices::new(self, outcome);
        let mut broken: BTreeMap<&AskId, usize> = BTreeMap::new();
        for set in sets {
            let begins = set.iter().map(|&failure| Some(failure)).chain([None]);
            let blocked: Vec<&AskId> = begins
                .filter_map(|first| beginning.get(&first))
                .flatten()
                .filter(|(_, blocked)| is_within(blocked, set))
                .map(|(ask, _)| *ask)
                .collect();
            for ask in &blocked {
                // Where it alone is blocked, nothing is any more.
                if blocked.len() == 1 || self.is_reached(outcome, &choices, set, ask) {
                    *broken.entry(ask).or_default() += 1;
                }
            }
        }
        broken.into_iter().map(|(ask, sets)| (ask.clone(), sets)).collect()
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

    fn named(&self, set: &Set) -> CutSet {
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

fn is_waited_for(work: &Work) -> bool {
    work.started.is_none() && work.done.is_none() && work.dropped.is_none()
}

/// Which of the fallbacks that skip items is taken for each ask that has several of them.
type Choice<'o> = BTreeMap<&'o AskId, usize>;

/// The asks of which more than one fallback skips an item on the way to an outcome, with those fallbacks.
struct Choices<'o>(Vec<(&'o AskId, Vec<usize>)>);

impl<'o> Choices<'o> {
    fn new(tree: &FaultTree<'o>, outcome: &'o Outcome) -> Self {
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
    fn count(&self) -> usize {
        self.0.iter().fold(1, |count, (_, ways)| count.saturating_mul(ways.len()))
    }

    fn each(&self) -> impl Iterator<Item = Choice<'o>> {
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

/// What stops an item and every fallback that skips it; `None` where that is too much to list.
type Unskipped<'o> = BTreeMap<&'o WorkId, Option<Vec<Set>>>;

/// The same by the largest number of failures that is looked at, for all outcomes without a choice.
#[derive(Default)]
struct Known<'o>(BTreeMap<usize, Unskipped<'o>>);

/// From an outcome over its work to what can stop it. `None` on the way: there are too many sets.
struct Walk<'t, 'o> {
    tree: &'t FaultTree<'o>,
    choice: &'t Choice<'o>,
    /// Only sets of at most so many failures.
    most: usize,
    known: &'t mut Unskipped<'o>,
}

impl<'o> Walk<'_, 'o> {
    /// The sets of failures any of which stops one of these asks or items.
    fn any_fails(&mut self, asks: &[AskId], items: &[&'o WorkId]) -> Option<Vec<Set>> {
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
    fn unskipped_fails(&mut self, item: &'o WorkId, work: &'o Work) -> Option<Vec<Set>> {
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

/// Every set of the one with every set of the other, as far as they are of at most `most`; `None` where they are too many.
fn product(one: &[Set], other: &[Set], most: usize) -> Option<Vec<Set>> {
    let mut sets = BTreeSet::new();
    for (a, b) in one.iter().flat_map(|a| other.iter().map(move |b| (a, b))) {
        let mut both = [a.as_slice(), b.as_slice()].concat();
        both.sort_unstable();
        both.dedup();
        if both.len() > LONGEST_CUT || sets.len() > MOST_CUTS {
            return None;
        }
        if both.len() <= most {
            sets.insert(both);
        }
    }
    Some(sets.into_iter().collect())
}

/// Only the sets that no other is within.
fn minimal(mut sets: Vec<Set>) -> Vec<Set> {
    sets.sort_by(|one, other| one.len().cmp(&other.len()).then_with(|| one.cmp(other)));
    let mut smaller = Tree::default();
    sets.retain(|set| {
        let is_minimal = !smaller.holds_part_of(set);
        if is_minimal {
            smaller.insert(set);
        }
        is_minimal
    });
    sets
}

/// Sorted sets by their beginnings, so that one within another is found without comparing it with all.
#[derive(Default)]
struct Tree {
    ends: bool,
    next: BTreeMap<u32, Tree>,
}

impl Tree {
    fn insert(&mut self, set: &[u32]) {
        match set.split_first() {
            None => self.ends = true,
            Some((first, rest)) => self.next.entry(*first).or_default().insert(rest),
        }
    }

    /// Whether a set that was put in is within this one.
    fn holds_part_of(&self, set: &[u32]) -> bool {
        self.ends
            || set.iter().enumerate().any(|(place, failure)| {
                let next = self.next.get(failure);
                next.is_some_and(|next| next.holds_part_of(set.get(place + 1..).unwrap_or_default()))
            })
    }
}

/// Whether all of a sorted set is in another.
fn is_within(part: &Set, whole: &Set) -> bool {
    part.iter().all(|failure| whole.binary_search(failure).is_ok())
}
