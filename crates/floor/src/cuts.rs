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

mod choices;
mod sets;
mod tree;
mod walk;

use kedge_model::{AskId, Date, Organisation, Outcome, OutcomeId, PlanId, Slug, TeamId, listed};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use tree::FaultTree;
use walk::Known;

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
    /// For each of them the asks of which a self-reliant fallback would break it.
    pub mended_by: Vec<Vec<AskId>>,
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
        ([_, _], 2) => format!("{} both fail", listed(&names)),
        ([_, _], things) => format!("{} fail in {things} things", listed(&names)),
        (_, _) => format!("{} all fail", listed(&names)),
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
    let outcomes: Vec<OutcomeCuts> = planned
        .iter()
        .map(|outcome| {
            let (sets, up_to) = tree.lost(outcome, &mut known);
            let mended = tree.mended(outcome, &sets);
            let mut found: Vec<(CutSet, Vec<AskId>)> =
                sets.iter().map(|set| tree.named(set)).zip(mended).collect();
            found.sort_by(|(one, _), (other, _)| one.len().cmp(&other.len()).then_with(|| one.cmp(other)));
            let (cuts, mended_by) = found.into_iter().unzip();
            OutcomeCuts { outcome: outcome.id.clone(), plan: outcome.plan.clone(), cuts, mended_by, up_to }
        })
        .collect();
    CutSets { as_of, remedies: remedies(&outcomes), outcomes }
}

/// The asks for which a self-reliant fallback would break a cut set of these outcomes, those that break most first.
pub fn remedies<'o>(outcomes: impl IntoIterator<Item = &'o OutcomeCuts>) -> Vec<Remedy> {
    let mut remedies: BTreeMap<&AskId, Remedy> = BTreeMap::new();
    for cuts in outcomes {
        let mut broken: BTreeMap<&AskId, usize> = BTreeMap::new();
        for ask in cuts.mended_by.iter().flatten() {
            *broken.entry(ask).or_default() += 1;
        }
        for (ask, breaks) in broken {
            let remedy = remedies.entry(ask).or_insert_with(|| Remedy {
                ask: ask.clone(),
                breaks: 0,
                secures: Vec::new(),
            });
            remedy.breaks += breaks;
            if breaks == cuts.cuts.len() {
                remedy.secures.push(cuts.outcome.clone());
            }
        }
    }
    let mut remedies: Vec<Remedy> = remedies.into_values().collect();
    remedies
        .sort_by_key(|remedy| (Reverse(remedy.breaks), Reverse(remedy.secures.len()), remedy.ask.clone()));
    remedies
}
