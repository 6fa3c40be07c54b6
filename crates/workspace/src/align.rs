//! Where agreement pays, in one organisation on one day: datasets, and how far teams have come with agreeing on them.

use crate::answers::Answers;
use kedge_align::datasets::Datasets;
use kedge_align::summary::Summary;
use std::sync::{Arc, OnceLock};

/// What of alignment was worked out already.
#[derive(Debug, Default)]
pub(crate) struct Aligned {
    datasets: OnceLock<Arc<Datasets>>,
}

impl Answers {
    /// Every dataset that is declared or was found in code.
    pub fn datasets(&self) -> Arc<Datasets> {
        let datasets = self.aligned.datasets.get_or_init(|| {
            Arc::new(kedge_align::datasets::datasets(self.known(), self.evidence(), self.as_of))
        });
        datasets.clone()
    }

    /// How many of each there are, and what wants doing.
    pub fn align(&self) -> Summary {
        kedge_align::summary::summary(&self.datasets())
    }
}
