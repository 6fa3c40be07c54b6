//! Asks that carry on what was asked for in an earlier plan: a quarter ends, the plan is written anew, and what did not land
//! is asked for again, often in other words. What it is for is known by then, so that less must be said.

use super::{Alike, Because, Compared};
use crate::similar::SAME_WORDS;
use kedge_model::{Organisation, Period, Plan};
use std::collections::BTreeMap;

/// From this share of what the shorter of the two asks says. Our own choice: on the goals of the Rust project half joined
/// nothing that a person would not, and a third did.
const SAME_CARRIED_ON: f64 = 0.5;

/// The asks of one plan, by place.
struct OfPlan<'a> {
    plan: &'a Plan,
    period: Period,
    places: Vec<usize>,
}

/// The pairs of asks of which one carries the other on, the lower place first.
pub(super) fn pairs(organisation: &Organisation, compared: &[Compared<'_>]) -> Vec<Alike> {
    let plans = in_order(organisation, compared);
    let mut pairs = Vec::new();
    for (at, later) in plans.iter().enumerate() {
        for earlier in plans[..at].iter().filter(|earlier| carries_on(later, earlier, &plans, compared)) {
            pairs.extend(alike(earlier, later, compared));
        }
    }
    pairs
}

/// The plans with asks among these, in the order of their periods. A plan that does not say when it is for carries nothing
/// on.
fn in_order<'a>(organisation: &'a Organisation, compared: &[Compared<'a>]) -> Vec<OfPlan<'a>> {
    let mut places: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (at, it) in compared.iter().enumerate() {
        places.entry(&it.ask.plan).or_default().push(at);
    }
    let of_plan = |(plan, places)| {
        let plan = organisation.plan(plan)?;
        let period = plan.period?;
        Some(OfPlan { plan, period, places })
    };
    let mut plans: Vec<OfPlan<'_>> = places.into_iter().filter_map(of_plan).collect();
    plans.sort_by_key(|of| (of.period.from(), &of.plan.id));
    plans
}

/// Whether a plan begins where the other has ended, and is about the same: of one team, by its words; of any, by a link
/// that those two alone have, and a word.
fn carries_on(
    later: &OfPlan<'_>,
    earlier: &OfPlan<'_>,
    plans: &[OfPlan<'_>],
    compared: &[Compared<'_>],
) -> bool {
    if later.period.from() <= earlier.period.until() {
        return false;
    }
    let purpose = |of: &OfPlan<'_>| of.places.first().map(|&at| &compared[at].purpose);
    let (Some(one), Some(other)) = (purpose(earlier), purpose(later)) else { return false };
    let of_one_team = earlier.plan.id.team() == later.plan.id.team();
    (of_one_team && one.in_common_with(other) >= SAME_WORDS)
        || (one.common_with(other).next().is_some() && share_a_link(earlier, later, plans))
}

/// Whether both name a link that no other of the plans does: the page of one person stands in many, that of one matter does
/// not.
fn share_a_link(one: &OfPlan<'_>, other: &OfPlan<'_>, plans: &[OfPlan<'_>]) -> bool {
    let has = |of: &OfPlan<'_>, link: &String| of.plan.meta.see.contains(link);
    let mut links = one.plan.meta.see.iter().filter(|link| has(other, link));
    links.any(|link| plans.iter().filter(|of| has(of, link)).count() == 2)
}

/// Their asks that say enough alike, each with the likest of the other plan: beside "standard reviews" carried on word for
/// word, "a meeting to review the draft" is another thing.
fn alike(earlier: &OfPlan<'_>, later: &OfPlan<'_>, compared: &[Compared<'_>]) -> Vec<Alike> {
    let each = earlier.places.iter().flat_map(|&one| later.places.iter().map(move |&other| (one, other)));
    let shares: Vec<(usize, usize, f64)> = each
        .map(|(one, other)| {
            let (a, b) = (&compared[one].what, &compared[other].what);
            let shorter = a.count().min(b.count()).max(1);
            (one, other, a.common_with(b).count() as f64 / shorter as f64)
        })
        .filter(|(.., share)| *share >= SAME_CARRIED_ON)
        .collect();
    let is_likest = |&&(one, other, share): &&(usize, usize, f64)| {
        shares.iter().all(|&(a, b, than)| (a != one && b != other) || than <= share)
    };
    let likest = shares.iter().filter(is_likest);
    likest
        .map(|&(one, other, share)| {
            let (one, other) = (one.min(other), one.max(other));
            Alike { one, other, share, because: Because::CarriesOn }
        })
        .collect()
}
