//! The ranks as people write them: what a team's rank can list, and what another rank would come to.

use super::{Orders, Places};
use crate::answer::LandsBy;
use crate::compile::{Compiled, compile};
use crate::draft::{Progress, Rank};
use crate::program::{NONE, Program, Role, Source};
use kedge_model::{Act, Date, Organisation, OutcomeId, Reference, TeamId};

/// What a team's rank can list: an outcome of its own, an ask of others, or a need that joins asks.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Listed {
    pub(crate) reference: Reference,
    /// The outcomes that it is done for, as indexes.
    pub(crate) outcomes: Vec<u32>,
    /// Its place in the rank; `usize::MAX` where it is not in it.
    pub(crate) place: usize,
    due: i32,
    asked: bool,
}

/// An organisation as recorded, beside its program.
pub(crate) struct Recorded<'c> {
    pub(crate) organisation: &'c Organisation,
    pub(crate) compiled: &'c Compiled,
    pub(crate) as_of: Date,
}

impl Recorded<'_> {
    pub(crate) fn program(&self) -> &Program {
        &self.compiled.program
    }

    /// The organisation with other ranks; `None` where that cannot be.
    pub(crate) fn with(&self, acts: &[Act]) -> Option<Organisation> {
        acts.iter().try_fold(self.organisation.clone(), |organisation, act| {
            organisation.with(&act.changes(&organisation).ok()?).ok()
        })
    }

    /// The ranks of all items where the organisation's ranks are others.
    pub(crate) fn ranks(&self, organisation: &Organisation) -> Option<Vec<Rank>> {
        let ranks = compile(organisation, self.as_of).program.ranks;
        (ranks.len() == self.program().items.len()).then_some(ranks)
    }

    /// What the rank of a team may list and is still to be done there: first what it lists, then the rest by due.
    pub(crate) fn listing(&self, organisation: &Organisation, team: &TeamId, places: &Places) -> Vec<Listed> {
        let rank = organisation.team(team).map_or(&[][..], |team| &team.rank);
        let mut listing: Vec<Listed> = Vec::new();
        let mut add = |reference: &Reference, outcomes: &[u32], due: i32, asked: bool| {
            if let Some(known) = listing.iter_mut().find(|known| &known.reference == reference) {
                known.outcomes.extend(outcomes);
                known.due = known.due.min(due);
                return;
            }
            let place = rank.iter().position(|it| it == reference).unwrap_or(usize::MAX);
            let outcomes = outcomes.to_vec();
            listing.push(Listed { reference: reference.clone(), outcomes, place, due, asked });
        };
        let program = self.program();
        for (index, facts) in self.compiled.outcomes.iter().enumerate() {
            if facts.id.team() == team && facts.live.is_none() {
                let due = program.outcomes[index].due.unwrap_or(i32::MAX);
                add(facts.id.reference(), &[index as u32], due, false);
            }
        }
        for (index, facts) in self.compiled.asks.iter().enumerate() {
            let landing = &program.landings[program.asks[index].landing as usize];
            let queues = matches!(facts.lands_by, LandsBy::Item(_) | LandsBy::Queue { .. });
            if &facts.to == team && (queues || landing.load != NONE) {
                let due = facts.wanted.map_or(i32::MAX, |wanted| program.calendar.day(wanted));
                let reference = match organisation.need_of(&facts.id) {
                    Some(need) if need.id.team() == team => need.id.reference(),
                    _ => facts.id.reference(),
                };
                add(reference, places.of_ask(index as u32), due, true);
            }
        }
        listing.sort_by_key(|it| (it.place, it.due, it.asked));
        listing
    }

    /// The items of a team's queue that are still to be taken, in the order of these ranks. What others let it do
    /// because it agreed to has no place in a rank, and is left out.
    pub(crate) fn queue(&self, team: u32, ranks: &[Rank]) -> Vec<u32> {
        let program = self.program();
        let open = |&item: &u32| {
            let spec = &program.items[item as usize];
            let agreed = matches!(spec.role, Role::Create(_)) && spec.plan == NONE;
            let due = spec.progress == Progress::Ahead && !agreed;
            // What has already landed, or never will, takes nobody.
            due && match spec.role {
                Role::Asked(landing) => {
                    matches!(program.landings[landing as usize].source, Source::Queue { .. })
                }
                _ => true,
            }
        };
        let mut items: Vec<u32> =
            program.list(program.teams[team as usize].items).iter().copied().filter(open).collect();
        items.sort_by_key(|&item| (ranks[item as usize], item));
        items
    }

    /// The outcomes that an entry of the council's rank is about: those of an initiative, or those that wait for an ask.
    pub(crate) fn council_outcomes(&self, orders: &Orders<'_>, entry: &Reference) -> Vec<u32> {
        let index = |id: &OutcomeId| {
            let place = self.compiled.outcomes.iter().position(|facts| &facts.id == id);
            place.map(|place| place as u32)
        };
        if let Some(initiative) = self.organisation.initiative(&entry.clone().into()) {
            return initiative.outcomes.iter().filter_map(index).collect();
        }
        let ask = self.compiled.asks.iter().position(|facts| facts.id.reference() == entry);
        ask.map_or_else(Vec::new, |ask| orders.places().of_ask(ask as u32).to_vec())
    }
}
