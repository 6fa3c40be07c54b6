//! What teams and the council rank, and what initiatives consist of.

use super::{Checker, asks_of, initiatives_by, outcomes_of};
use crate::{Address, AskId, FactId, InitiativeId, Reference, TeamId};

impl<'a> Checker<'a> {
    pub(super) fn ranks(&mut self) {
        let organisation = self.organisation;
        if let Some(team) = organisation.team(self.team) {
            for name in &team.rank {
                let exists = if name.team == team.id {
                    organisation.outcome(&name.clone().into()).is_some()
                        || organisation.work_item(&name.clone().into()).is_some()
                        || organisation.need(&name.clone().into()).is_some()
                } else {
                    organisation.ask(&name.clone().into()).is_some()
                };
                if !exists {
                    // What it can rank of its own, and of another's the asks to it.
                    let own = &team.id;
                    let known = |of: &'a TeamId| -> Vec<Reference> {
                        let things = organisation
                            .outcomes_of(of)
                            .map(|it| it.id.reference())
                            .chain(organisation.work_of(of).map(|it| it.id.reference()))
                            .chain(organisation.needs_of(of).map(|it| it.id.reference()))
                            .filter(|it| it.team == *own);
                        let asks = organisation.asks_of(of).filter(|ask| ask.to == *own);
                        things.chain(asks.map(|ask| ask.id.reference())).cloned().collect()
                    };
                    self.own_or_note(
                        Address::field(&team.id, "rank"),
                        name,
                        "an ask, outcome, work item or need",
                        known,
                    );
                }
            }
        }
        if !self.team.is_council() {
            return;
        }
        for name in &organisation.council().rank {
            if name.team.is_council() {
                if organisation.initiative(&InitiativeId::from(name.clone())).is_none() {
                    let at = Address::field(FactId::Council, "rank");
                    self.own_or_note(at, name, "an initiative", |team| initiatives_by(organisation, team));
                }
            } else if organisation.ask(&AskId::from(name.clone())).is_none() {
                let at = Address::field(FactId::Council, "rank");
                self.note(at, name, "an ask", |team| asks_of(organisation, team));
            }
        }
        for initiative in organisation.initiatives_by(self.team) {
            for outcome in &initiative.outcomes {
                if organisation.outcome(outcome).is_none() {
                    let at = Address::field(&initiative.id, "outcomes");
                    self.note(at, outcome.reference(), "an outcome", |team| outcomes_of(organisation, team));
                }
            }
        }
    }
}
