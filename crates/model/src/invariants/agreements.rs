//! Datasets, contracts, proposals and signatures.

use super::{Checker, asks_of, datasets_of};
use crate::{Address, DatasetId, FactId, Reference, SignedThing, TeamId};

impl Checker<'_> {
    pub(super) fn agreements(&mut self) {
        let organisation = self.organisation;
        let datasets = |team: &TeamId| datasets_of(organisation, team);
        for dataset in organisation.datasets_of(self.team) {
            for (id, invariant) in &dataset.invariants {
                if let Some(to) = &invariant.to
                    && organisation.dataset(&DatasetId::from(to.clone())).is_none()
                {
                    let at = Address::field(&dataset.id, format!("invariant.{id}.to"));
                    self.own_or_note(at, to, "a dataset", datasets);
                }
            }
            if let Some(contract) = &dataset.contract {
                if let crate::ContractKind::Serial { home } = &contract.kind
                    && !organisation
                        .team(home.team())
                        .is_some_and(|team| team.services.contains_key(home.id()))
                {
                    let known = |team: &TeamId| -> Vec<Reference> {
                        let services =
                            organisation.team(team).into_iter().flat_map(|team| team.services.values());
                        services.map(|service| service.id.reference().clone()).collect()
                    };
                    self.own_or_note(
                        Address::field(&dataset.id, "contract.home"),
                        home.reference(),
                        "a service",
                        known,
                    );
                }
                let dates = [
                    ("opened", contract.opened),
                    ("adopted", contract.adopted),
                    ("retired", contract.retired),
                ];
                for pair in dates.windows(2) {
                    if let (Some(first), Some(second)) = (pair[0].1, pair[1].1) {
                        let at = Address::field(&dataset.id, format!("contract.{}", pair[1].0));
                        self.order(at, (pair[0].0, first), (pair[1].0, second));
                    }
                }
            }
        }
        for proposal in organisation.proposals_of(self.team) {
            for ask in &proposal.settles {
                if organisation.ask(ask).is_none() {
                    let at = Address::field(&proposal.id, "settles");
                    self.note(at, ask.reference(), "an ask", |team| asks_of(organisation, team));
                }
            }
            if let Some(dataset) = &proposal.dataset
                && organisation.dataset(dataset).is_none()
            {
                self.own_or_note(
                    Address::field(&proposal.id, "dataset"),
                    dataset.reference(),
                    "a dataset",
                    datasets,
                );
            }
            if let Some(chosen) = &proposal.chosen
                && !proposal.options.contains_key(chosen)
            {
                let name = Reference::new(proposal.id.team().clone(), chosen.clone());
                let known: Vec<String> = proposal.options.keys().map(ToString::to_string).collect();
                self.unknown(Address::field(&proposal.id, "chosen"), &name, "option", &known);
            }
        }
        for log in organisation.signature_logs_by(self.team) {
            let at = Address::of(FactId::Signatures { by: log.by.clone(), under: log.under.clone() });
            match &log.under {
                SignedThing::Proposal(id) if organisation.proposal(id).is_none() => {
                    self.note(at, id.reference(), "a proposal", |team| {
                        organisation.proposals_of(team).map(|it| it.id.reference().clone()).collect()
                    });
                }
                SignedThing::Contract(id) if organisation.dataset(id).is_none() => {
                    self.note(at, id.reference(), "a dataset", datasets);
                }
                _ => {}
            }
        }
    }
}
