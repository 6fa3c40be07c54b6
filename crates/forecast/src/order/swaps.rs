//! The swaps in recorded ranks that win most of what the recorded order costs.

use super::queues::Recorded;
use super::{Effort, Orders, Places, RankLine, SEARCH_TRIALS, difference};
use crate::draft::Progress;
use crate::program::Program;
use kedge_model::{Organisation, Reference, TeamId};

/// Swaps that are tried for the first and for the second: those that promise most.
const TRIED: usize = 40;
/// Of those, how many of the best are tried on all trials.
const CONFIRMED: usize = 6;

/// A swap, and the organisation and program with it.
pub(crate) struct Swapped {
    pub(crate) up: Reference,
    pub(crate) down: Reference,
    pub(crate) line: RankLine,
    pub(crate) organisation: Organisation,
    pub(crate) program: Program,
}

/// A swap that might gain, with what it promises.
struct Candidate {
    up: Reference,
    down: Reference,
    line: RankLine,
    promise: f64,
}

/// The one or two swaps that gain most, the second on top of the first: of two that stand the other way round in the
/// order `towards`, in a team's rank or in the council's.
///
/// Those are tried first that would gain most if they were alone in their queue (by exchange of neighbours: cost of delay
/// of the one times the effort of the other, both ways); a swap must gain by more than its standard error.
pub(crate) fn swaps(
    recorded: &Recorded<'_>,
    orders: &Orders<'_>,
    towards: &[usize],
    effort: Effort,
) -> Vec<Swapped> {
    let mut found: Vec<Swapped> = Vec::new();
    for _ in 0..2 {
        let (organisation, program) = found
            .last()
            .map_or((recorded.organisation, recorded.program()), |last| (&last.organisation, &last.program));
        match best(recorded, orders, organisation, program, towards, effort) {
            Some(swap) => found.push(swap),
            None => break,
        }
    }
    found
}

fn best(
    recorded: &Recorded<'_>,
    orders: &Orders<'_>,
    organisation: &Organisation,
    program: &Program,
    towards: &[usize],
    effort: Effort,
) -> Option<Swapped> {
    let screen = SEARCH_TRIALS..SEARCH_TRIALS + effort.screen;
    let confirm = SEARCH_TRIALS..SEARCH_TRIALS + effort.confirm;
    let base = orders.nets(program, confirm.clone());
    let mut tried: Vec<(f64, Swapped)> = Vec::new();
    for candidate in candidates(recorded, orders, organisation, towards) {
        if tried.len() >= TRIED {
            break;
        }
        let act = candidate.line.act();
        let Some(with) = act.changes(organisation).ok().and_then(|changes| organisation.with(&changes).ok())
        else {
            continue;
        };
        let Some(ranks) = recorded.ranks(&with) else { continue };
        let swapped = recorded.program().with_ranks(ranks);
        // Where the council decides, a team's own rank changes nothing.
        if swapped.slots == program.slots {
            continue;
        }
        let nets = orders.nets(&swapped, screen.clone());
        let gain = difference(&nets, &base[..nets.len()]);
        let Candidate { up, down, line, .. } = candidate;
        tried.push((gain.mean, Swapped { up, down, line, organisation: with, program: swapped }));
    }
    tried.sort_by(|a, b| b.0.total_cmp(&a.0));
    let confirmed = tried.into_iter().take(CONFIRMED).filter_map(|(_, swap)| {
        let gain = difference(&orders.nets(&swap.program, confirm.clone()), &base);
        (gain.mean > gain.error).then_some((gain.mean, swap))
    });
    confirmed.reduce(|best, other| if other.0 > best.0 { other } else { best }).map(|best| best.1)
}

/// All swaps of two that stand the other way round in `towards`, those that promise most first.
fn candidates(
    recorded: &Recorded<'_>,
    orders: &Orders<'_>,
    organisation: &Organisation,
    towards: &[usize],
) -> Vec<Candidate> {
    let program = recorded.program();
    let positions = Places::positions(program, towards);
    let place =
        |outcomes: &[u32]| outcomes.iter().map(|&it| positions[it as usize]).min().unwrap_or(u32::MAX);
    let cost = |outcomes: &[u32]| -> f64 {
        let ranked = outcomes.iter().filter(|&&it| positions[it as usize] != u32::MAX);
        ranked.map(|&it| orders.cost_of_delay(it as usize)).sum()
    };
    let mut candidates = Vec::new();
    for (index, facts) in recorded.compiled.teams.iter().enumerate() {
        let listing = recorded.listing(organisation, &facts.id, orders.places());
        let rank = organisation.team(&facts.id).map_or(&[][..], |team| &team.rank);
        // The whole order, written out: what is listed, then the rest as it is taken now.
        let unlisted = listing.iter().filter(|it| it.place == usize::MAX).map(|it| &it.reference);
        let whole: Vec<Reference> = rank.iter().chain(unlisted).cloned().collect();
        let place_of = |reference: &Reference| whole.iter().position(|it| it == reference);
        let effort = |outcomes: &[u32]| effort_in(program, orders.places(), index as u32, outcomes);
        for (first, above) in listing.iter().enumerate() {
            for below in &listing[first + 1..] {
                let (Some(a), Some(b)) = (place_of(&above.reference), place_of(&below.reference)) else {
                    continue;
                };
                if place(&below.outcomes) >= place(&above.outcomes) {
                    continue;
                }
                let promise = cost(&below.outcomes) * effort(&above.outcomes)
                    - cost(&above.outcomes) * effort(&below.outcomes);
                let mut rank_with = whole[..rank.len().max(b + 1)].to_vec();
                rank_with.swap(a, b);
                candidates.push(Candidate {
                    up: below.reference.clone(),
                    down: above.reference.clone(),
                    line: RankLine { team: facts.id.clone(), rank: rank_with },
                    promise,
                });
            }
        }
    }
    // In the council's rank: initiatives and asks.
    let rank = &organisation.council().rank;
    let outcomes: Vec<Vec<u32>> = rank.iter().map(|it| recorded.council_outcomes(orders, it)).collect();
    let all: f64 = towards.iter().map(|&it| orders.effort_left(it)).sum();
    for a in 0..rank.len() {
        for b in a + 1..rank.len() {
            if place(&outcomes[b]) < place(&outcomes[a]) {
                let mut rank_with = rank.clone();
                rank_with.swap(a, b);
                candidates.push(Candidate {
                    up: rank[b].clone(),
                    down: rank[a].clone(),
                    line: RankLine { team: TeamId::council(), rank: rank_with },
                    // The council's rank reaches every queue.
                    promise: (cost(&outcomes[b]) - cost(&outcomes[a])).abs() * all,
                });
            }
        }
    }
    candidates.sort_by(|a, b| b.promise.total_cmp(&a.promise));
    candidates
}

/// Mean person-days left in a team's queue of what is done for these outcomes.
fn effort_in(program: &Program, places: &Places, team: u32, outcomes: &[u32]) -> f64 {
    let items = program.list(program.teams[team as usize].items).iter();
    let open = items.filter(|&&item| {
        program.items[item as usize].progress == Progress::Ahead
            && places.of_item(item).iter().any(|it| outcomes.contains(it))
    });
    open.map(|&item| program.items[item as usize].effort.mean_left(0.0, &program.tables)).sum()
}
