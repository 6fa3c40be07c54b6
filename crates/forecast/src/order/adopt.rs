//! The ranks to write down so that an order of outcomes is the recorded one.

use super::queues::Recorded;
use super::{Orders, Places, RankLine};
use crate::draft::Rank;
use kedge_model::{Act, Organisation, Reference, TeamId};

/// The lines that adopt an order, and the organisation with them.
pub(crate) struct Adopted {
    pub(crate) lines: Vec<RankLine>,
    /// Asks that leave the council's rank.
    pub(crate) no_longer_spared: Vec<Reference>,
    pub(crate) organisation: Organisation,
}

/// The ranks of teams and council by which every queue is in this order; `None` where all are already.
///
/// A team whose queue changes gets its whole rank written out: what the order ranks, then what its rank lists besides. Of
/// the council's rank as much is kept, in the order of what it is done for, as leaves every queue in this order.
pub(crate) fn adopt(recorded: &Recorded<'_>, orders: &Orders<'_>, order: &[usize]) -> Option<Adopted> {
    let program = recorded.program();
    let wanted = orders.places().ranks(program, order);
    let positions = Places::positions(program, order);
    let place =
        |outcomes: &[u32]| outcomes.iter().map(|&it| positions[it as usize]).min().unwrap_or(u32::MAX);
    let queues = |ranks: &[Rank]| -> Vec<Vec<u32>> {
        (0..program.teams.len() as u32).map(|team| recorded.queue(team, ranks)).collect()
    };
    let wanted = queues(&wanted);
    let now = queues(&program.ranks);
    let mut lines = Vec::new();
    for (index, facts) in recorded.compiled.teams.iter().enumerate() {
        if wanted[index] == now[index] {
            continue;
        }
        let mut listing = recorded.listing(recorded.organisation, &facts.id, orders.places());
        listing.retain(|it| place(&it.outcomes) != u32::MAX);
        listing.sort_by_key(|it| place(&it.outcomes));
        let mut rank: Vec<Reference> = listing.into_iter().map(|it| it.reference).collect();
        let besides = recorded.organisation.team(&facts.id).map_or(&[][..], |team| &team.rank);
        rank.extend(besides.iter().filter(|it| !rank.contains(it)).cloned().collect::<Vec<_>>());
        if rank != besides {
            lines.push(RankLine { team: facts.id.clone(), rank });
        }
    }
    let acts: Vec<Act> = lines.iter().map(RankLine::act).collect();
    let council = &recorded.organisation.council().rank;
    let with = |kept: &[Reference]| -> Option<(Organisation, Vec<Vec<u32>>)> {
        let mut acts = acts.clone();
        if kept != council {
            acts.push(Act::CouncilRank { order: kept.to_vec() });
        }
        let organisation = recorded.with(&acts)?;
        let queues = queues(&recorded.ranks(&organisation)?);
        Some((organisation, queues))
    };
    let (mut organisation, as_is) = with(council)?;
    let mut kept = council.clone();
    // The queues by the teams' lines alone: the council's rank must not change them.
    let (without, by_teams) = with(&[])?;
    if as_is != by_teams {
        let mut sorted = council.clone();
        sorted.sort_by_key(|it| place(&recorded.council_outcomes(orders, it)));
        kept = Vec::new();
        organisation = without;
        for entry in sorted {
            kept.push(entry);
            match with(&kept) {
                Some((better, queues)) if queues == by_teams => organisation = better,
                _ => {
                    kept.pop();
                }
            }
        }
        if &kept != council {
            lines.insert(0, RankLine { team: TeamId::council(), rank: kept.clone() });
        }
    }
    let asks = council.iter().filter(|it| !kept.contains(it));
    let asks = asks.filter(|it| recorded.organisation.ask(&(*it).clone().into()).is_some());
    let no_longer_spared = asks.cloned().collect();
    (!lines.is_empty()).then_some(Adopted { lines, no_longer_spared, organisation })
}
