//! Where agreement pays, in one organisation on one day: datasets, and how far teams have come with agreeing on them.

use crate::answers::Answers;
use kedge_align::borders::Borders;
use kedge_align::datasets::Datasets;
use kedge_align::drift::Drift;
use kedge_align::price::Sampling;
use kedge_align::problems::Problems;
use kedge_align::proposals::Proposals;
use kedge_align::services::Services;
use kedge_align::summary::Summary;
use kedge_model::AskId;
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

/// What of alignment was worked out already.
#[derive(Debug, Default)]
pub(crate) struct Aligned {
    datasets: OnceLock<Arc<Datasets>>,
    problems: OnceLock<Arc<Problems>>,
    drift: OnceLock<Arc<Drift>>,
    proposals: OnceLock<Arc<Proposals>>,
}

impl Answers {
    /// Every dataset that is declared or was found in code.
    pub fn datasets(&self) -> Arc<Datasets> {
        let datasets = self.aligned.datasets.get_or_init(|| {
            Arc::new(kedge_align::datasets::datasets(self.known(), self.evidence(), self.as_of))
        });
        datasets.clone()
    }

    /// The problems that several teams solve each for themselves, with the price of one answer against going apart.
    pub fn problems(&self) -> Arc<Problems> {
        let problems = self.aligned.problems.get_or_init(|| {
            let sampling = Sampling { seed: self.options().seed, ..Sampling::default() };
            Arc::new(kedge_align::problems::problems(self.known(), self.evidence(), self.as_of, sampling))
        });
        problems.clone()
    }

    /// Where more arrives than lands, by team and area, quarter by quarter.
    pub fn drift(&self) -> Arc<Drift> {
        let drift = self.aligned.drift.get_or_init(|| {
            let stakes = kedge_decide::Stakes::new(&self.standing);
            let at_stake = |asks: &BTreeSet<AskId>| stakes.without_all(self.known(), asks);
            Arc::new(kedge_align::drift::drift(&self.organisation, self.as_of, &at_stake))
        });
        drift.clone()
    }

    /// What coordination and independence cost at each border between two teams.
    pub fn borders(&self) -> Borders {
        kedge_align::borders::borders(self.known(), &self.problems(), self.as_of)
    }

    /// Services that change together and share data, with the evidence for and against making them one.
    pub fn services(&self) -> Services {
        kedge_align::services::services(self.known(), self.evidence(), self.as_of)
    }

    /// Every proposal, and how far it is.
    pub fn proposals(&self) -> Arc<Proposals> {
        let proposals = self
            .aligned
            .proposals
            .get_or_init(|| Arc::new(kedge_align::proposals::proposals(self.known(), self.as_of)));
        proposals.clone()
    }

    /// How many of each there are, and what wants doing.
    pub fn align(&self) -> Summary {
        kedge_align::summary::summary(&self.datasets(), &self.proposals(), &self.problems())
    }
}
