//! Why a contract cannot keep an invariant, named by who would break it.
//!
//! What survives a merge is the table's ([`crate::confluence`]); this says it of the contract that a dataset has, with the
//! merge that each field declares, and of references to another dataset, which no table of one dataset can answer.

use crate::confluence::{Case, survival, touches};
use crate::datasets::{contract, writers};
use kedge_model::{
    ContractKind, Dataset, DatasetId, Does, FieldMerge, Invariant, InvariantKind, Operation, Organisation,
    TeamId, listed,
};
use std::collections::{BTreeMap, BTreeSet};

/// Why the contract cannot keep the invariant; `None` where it can, or where nothing declared breaks it.
///
/// Writes at several places that nobody orders keep an invariant exactly where merging two states that keep it gives one
/// that keeps it too (Bailis et al. 2014, table 2).
pub fn broken_by(
    organisation: &Organisation,
    dataset: &Dataset,
    contract: &ContractKind,
    invariant: &Invariant,
) -> Option<String> {
    if invariant.kind == InvariantKind::Reference {
        let (deleters, to) = deleted_elsewhere(organisation, dataset, contract, invariant)?;
        let deleters = listed(deleters.iter().map(|team| team.as_str()));
        return Some(format!(
            "{deleters} can delete from `{to}` what a row written elsewhere still points at"
        ));
    }
    let ContractKind::Merged(merge) = contract else { return None };
    if writers(dataset).len() < 2 {
        return None;
    }
    if dataset.operations.is_empty() && Case::of(invariant) == [Case::UniqueChosen] {
        return Some("two writers can choose the same value before either hears of the other".into());
    }
    Case::of(invariant).into_iter().find_map(|case| broken_case(dataset, merge, invariant, case))
}

/// One case of an invariant, in words with the names of who breaks it.
///
/// The table is asked with `last-writer`: what breaks a case under it is what these sentences are about. What another merge
/// breaks besides, a value set where others count, is two writers who disagree about the field.
fn broken_case(
    dataset: &Dataset,
    merge: &BTreeMap<String, FieldMerge>,
    invariant: &Invariant,
    case: Case,
) -> Option<String> {
    let breaks =
        |it: &&Operation| touches(it, invariant) && !survival(case, it.does, FieldMerge::LastWriter).survives;
    let by: BTreeSet<&TeamId> = dataset.operations.values().filter(breaks).map(|it| &it.writer).collect();
    if by.is_empty() {
        return None;
    }
    let who = listed(by.iter().map(|team| team.as_str()));
    match case {
        Case::UniqueChosen => Some(format!(
            "{who} can choose a value that somebody else chooses before either hears of the other"
        )),
        Case::AtLeast => invariant.min.map(|min| {
            format!("two decrements ({who}) that each stay at {min} or above can together go below it")
        }),
        Case::AtMost => invariant.max.map(|max| {
            format!("two increments ({who}) that each stay at {max} or below can together go above it")
        }),
        Case::Monotone => {
            let is_last = |field: &&String| merge.get(*field) == Some(&FieldMerge::LastWriter);
            let last = invariant.fields.iter().find(is_last)?;
            Some(format!("with `last-writer` a later, lower value of `{last}` wins ({who})"))
        }
        Case::SeveralFields => {
            let apart = invariant.fields.iter().filter(|field| merge.contains_key(*field));
            let apart: Vec<String> = apart.map(|field| format!("`{field}`")).collect();
            (apart.len() >= 2 && by.len() >= 2).then(|| {
                format!(
                    "{} merge each for itself, so one row can get each of them from another writer ({who})",
                    listed(apart)
                )
            })
        }
        Case::UniqueGenerated | Case::Reference | Case::OneField => None,
    }
}

/// The dataset that an invariant points at and who deletes from it, where that is decided in another place.
///
/// A reference holds while what it points at is only added. Where that is deleted, both must be decided in one place.
pub(crate) fn deleted_elsewhere<'a>(
    organisation: &'a Organisation,
    dataset: &Dataset,
    own: &ContractKind,
    invariant: &Invariant,
) -> Option<(BTreeSet<&'a TeamId>, DatasetId)> {
    let to = DatasetId::from(invariant.to.clone()?);
    let target = organisation.dataset(&to)?;
    let theirs = target.operations.values().filter(|operation| operation.does == Does::Delete);
    let deleters: BTreeSet<&TeamId> = theirs.map(|operation| &operation.writer).collect();
    (!deleters.is_empty() && !is_one_place(dataset, own, target)).then_some((deleters, to))
}

/// Whether both datasets are decided in one place: serial at one home, or owned by one team.
fn is_one_place(dataset: &Dataset, own: &ContractKind, target: &Dataset) -> bool {
    match (own, contract(target).map(|contract| &contract.kind)) {
        (ContractKind::Serial { home }, Some(ContractKind::Serial { home: other })) => home == other,
        (ContractKind::Owned, Some(ContractKind::Owned)) => {
            dataset.id.team() == target.id.team() && !dataset.unowned && !target.unowned
        }
        _ => false,
    }
}

/// Whether all who write could keep the invariants only by deciding in one place: some field or value that they write cannot
/// be merged.
pub fn needs_one_place(organisation: &Organisation, dataset: &Dataset) -> bool {
    let fields = dataset.operations.values().filter_map(|operation| operation.field.clone());
    let merged = ContractKind::Merged(fields.map(|field| (field, FieldMerge::LastWriter)).collect());
    dataset.invariants.values().any(|it| broken_by(organisation, dataset, &merged, it).is_some())
}
