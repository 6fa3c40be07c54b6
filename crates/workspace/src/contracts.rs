//! Contracts of datasets as files of the Open Data Contract Standard.

use crate::answers::Answers;
use kedge_align::agreement::{Stage, contract_signatures, contract_stage};
use kedge_exchange::odcs::{self, Status};
use kedge_model::{Dataset, DatasetId, TeamId};

/// A dataset's contract in the standard's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractFile {
    /// Of which dataset.
    pub dataset: DatasetId,
    /// Where it belongs among the others, so that their references to each other hold: `catalog/product.odcs.yaml`.
    pub path: String,
    /// All of it.
    pub text: String,
}

impl Answers {
    /// The declared datasets as they are known on the day, of a team or of all, each as a contract of the Open Data Contract
    /// Standard 3.1.0.
    ///
    /// # Errors
    /// When one cannot be written as YAML, which all that the model can hold can.
    pub fn contract_files(&self, team: Option<&TeamId>) -> Result<Vec<ContractFile>, String> {
        let known = self.organisation.known_on(self.as_of);
        let status = |dataset: &Dataset| match &dataset.contract {
            None => Status::Draft,
            Some(contract) => match contract_stage(contract, &contract_signatures(&known, dataset, contract))
            {
                Stage::Draft => Status::Draft,
                Stage::Open { .. } | Stage::Signed { .. } => Status::Proposed,
                Stage::Adopted { .. } => Status::Active,
                Stage::Retired { .. } => Status::Retired,
            },
        };
        let wanted = known.datasets().filter(|it| team.is_none_or(|team| team == it.id.team()));
        wanted
            .map(|dataset| {
                Ok(ContractFile {
                    dataset: dataset.id.clone(),
                    path: format!("{}.odcs.yaml", dataset.id),
                    text: odcs::document(&known, dataset, status(dataset))?,
                })
            })
            .collect()
    }
}
