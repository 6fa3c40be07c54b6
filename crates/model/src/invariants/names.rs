//! Names that `gates` and `rank` could mix up.

use super::{Checker, article, codes, error};
use crate::{Address, FactId, Fix, OutcomeId, Reference, WorkId};

impl Checker<'_> {
    /// `gates` and `rank` take outcomes, work and needs alike, so these may not share a name.
    pub(super) fn names(&mut self) {
        let organisation = self.organisation;
        let mut shared = |name: &Reference, fact: FactId, noun: &str, other: &str| {
            let id = &name.id;
            self.findings.push(
                error(
                    codes::SHARED_NAME,
                    Address::of(fact),
                    format!("`{id}` names both this {noun} and {} {other}", article(other)),
                )
                .with_fix(Fix::advice(format!("rename one of them, for instance `{id}-{}`", &noun[..4]))),
            );
        };
        for outcome in organisation.outcomes_of(self.team) {
            let work = WorkId::from(outcome.id.reference().clone());
            if organisation.work_item(&work).is_some() {
                shared(work.reference(), FactId::from(&work), "work item", "outcome");
            }
        }
        for need in organisation.needs_of(self.team) {
            let name = need.id.reference();
            if organisation.work_item(&WorkId::from(name.clone())).is_some() {
                shared(name, FactId::from(&need.id), "need", "work item");
            } else if organisation.outcome(&OutcomeId::from(name.clone())).is_some() {
                shared(name, FactId::from(&need.id), "need", "outcome");
            }
        }
    }
}
