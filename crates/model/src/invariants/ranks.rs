//! What teams and the council rank, and what initiatives consist of.

use super::Checker;
use crate::{Address, AskId, FactId, InitiativeId};

impl Checker<'_> {
    pub(super) fn ranks(&mut self) {
        let organisation = self.organisation;
        for team in organisation.teams() {
            for name in &team.rank {
                let exists = if name.team == team.id {
                    organisation.outcome(&name.clone().into()).is_some()
                        || organisation.work_item(&name.clone().into()).is_some()
                        || organisation.need(&name.clone().into()).is_some()
                } else {
                    organisation.ask(&name.clone().into()).is_some()
                };
                if !exists {
                    let own = organisation
                        .outcomes()
                        .map(|it| it.id.reference())
                        .chain(organisation.work().map(|it| it.id.reference()))
                        .chain(organisation.needs().map(|it| it.id.reference()))
                        .filter(|it| it.team == team.id);
                    let asks =
                        organisation.asks().filter(|ask| ask.to == team.id).map(|ask| ask.id.reference());
                    let known = own.chain(asks).cloned().collect();
                    self.own_or_note(
                        Address::field(&team.id, "rank"),
                        name,
                        "an ask, outcome, work item or need",
                        known,
                    );
                }
            }
        }
        for name in &organisation.council().rank {
            if name.team.is_council() {
                if organisation.initiative(&InitiativeId::from(name.clone())).is_none() {
                    let known = organisation.initiatives().map(|it| it.id.reference().clone()).collect();
                    self.own_or_note(Address::field(FactId::Council, "rank"), name, "an initiative", known);
                }
            } else if organisation.ask(&AskId::from(name.clone())).is_none() {
                let known = self.known_asks();
                self.note(Address::field(FactId::Council, "rank"), name, "an ask", known.into_iter());
            }
        }
        for initiative in organisation.initiatives() {
            for outcome in &initiative.outcomes {
                if organisation.outcome(outcome).is_none() {
                    let known: Vec<_> = organisation.outcomes().map(|it| it.id.reference().clone()).collect();
                    let at = Address::field(&initiative.id, "outcomes");
                    self.note(at, outcome.reference(), "an outcome", known.into_iter());
                }
            }
        }
    }
}
