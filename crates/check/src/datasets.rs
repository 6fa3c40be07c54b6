//! Datasets, as the rules on alignment see them: who writes them, what state their contract is in, and which invariants
//! a contract keeps.

use crate::answers::{Answers, join};
pub(crate) use kedge_align::datasets::{contract, dataset_of, writers};
use kedge_model::{
    Contract, ContractKind, Dataset, DatasetId, Date, Does, FieldMerge, Invariant, InvariantKind, Operation,
    Organisation, TeamId,
};
use std::collections::BTreeSet;

/// `` `a`, `b` and `c` ``, of teams.
pub(crate) fn names<'a>(teams: impl IntoIterator<Item = &'a TeamId>) -> String {
    join(teams.into_iter().map(ToString::to_string))
}

impl Answers<'_> {
    /// Whether the team has had its turnaround since the day; a team that states none has.
    pub(crate) fn is_past_turnaround(&self, team: &TeamId, since: Date) -> bool {
        let turnaround = self.known.team(team).and_then(|team| team.turnaround);
        turnaround.is_none_or(|turnaround| {
            let days = turnaround.days(&self.known.settings().calendar).0;
            f64::from(self.working_days_since(since, team)) > days
        })
    }
}

/// Why the contract cannot keep the invariant; `None` where it can, or where nothing declared breaks it.
///
/// Writes at several places that nobody orders keep an invariant exactly where merging two states that keep it gives one
/// that keeps it too (Bailis et al. 2014, table 2): a value that is generated, a check of one row, a reference to what is
/// only added, a counter that moves away from its bound do. A value that is chosen, a reference to what is deleted, a
/// counter that moves towards its bound do not. Two fields that merge each for itself are not one row any more; that is
/// our own addition.
pub(crate) fn broken_by(
    organisation: &Organisation,
    dataset: &Dataset,
    contract: &Contract,
    invariant: &Invariant,
) -> Option<String> {
    if invariant.kind == InvariantKind::Reference {
        return reference_broken(organisation, dataset, contract, invariant);
    }
    let ContractKind::Merged(merge) = &contract.kind else { return None };
    if writers(dataset).len() < 2 {
        return None;
    }
    let touches = |operation: &&Operation| match &operation.field {
        Some(field) => invariant.fields.is_empty() || invariant.fields.contains(field),
        None => true,
    };
    let touching: Vec<&Operation> = dataset.operations.values().filter(touches).collect();
    let who = |does: &[Does]| {
        let who: BTreeSet<&TeamId> =
            touching.iter().filter(|op| does.contains(&op.does)).map(|op| &op.writer).collect();
        (!who.is_empty()).then(|| names(who))
    };
    match invariant.kind {
        InvariantKind::Unique if invariant.chosen => {
            let chooses = [Does::Insert, Does::InsertIfAbsent, Does::Set, Does::ReadThenSet];
            if dataset.operations.is_empty() {
                return Some("two writers can choose the same value before either hears of the other".into());
            }
            who(&chooses).map(|who| {
                format!(
                    "{who} can choose a value that somebody else chooses before either hears of the other"
                )
            })
        }
        InvariantKind::Balance => {
            let down = invariant.min.and_then(|min| {
                let who = who(&[Does::Decrement])?;
                Some(format!(
                    "two decrements ({who}) that each stay at {min} or above can together go below it"
                ))
            });
            down.or_else(|| {
                let max = invariant.max?;
                let who = who(&[Does::Increment])?;
                Some(format!(
                    "two increments ({who}) that each stay at {max} or below can together go above it"
                ))
            })
        }
        InvariantKind::Monotone => {
            let last =
                invariant.fields.iter().find(|field| merge.get(*field) == Some(&FieldMerge::LastWriter))?;
            let moves = [Does::Set, Does::ReadThenSet, Does::Increment, Does::Decrement];
            who(&moves).map(|who| format!("with `last-writer` a later, lower value of `{last}` wins ({who})"))
        }
        InvariantKind::PerRow => {
            let apart: Vec<String> = invariant
                .fields
                .iter()
                .filter(|field| merge.contains_key(*field))
                .map(|field| format!("`{field}`"))
                .collect();
            let setters: BTreeSet<&TeamId> = touching
                .iter()
                .filter(|op| {
                    matches!(op.does, Does::Set | Does::ReadThenSet | Does::Increment | Does::Decrement)
                })
                .map(|op| &op.writer)
                .collect();
            (apart.len() >= 2 && setters.len() >= 2).then(|| {
                format!(
                    "{} merge each for itself, so one row can get each of them from another writer ({})",
                    join(apart),
                    names(setters)
                )
            })
        }
        InvariantKind::Unique | InvariantKind::Reference => None,
    }
}

/// A reference holds while what it points at is only added. Where that is deleted, both must be decided in one place:
/// serial at one home, or owned by one team.
fn reference_broken(
    organisation: &Organisation,
    dataset: &Dataset,
    own: &Contract,
    invariant: &Invariant,
) -> Option<String> {
    let to = DatasetId::from(invariant.to.clone()?);
    let target = organisation.dataset(&to)?;
    let deleters: BTreeSet<&TeamId> = target
        .operations
        .values()
        .filter(|operation| operation.does == Does::Delete)
        .map(|operation| &operation.writer)
        .collect();
    if deleters.is_empty() {
        return None;
    }
    let in_one_place = match (&own.kind, contract(target).map(|contract| &contract.kind)) {
        (ContractKind::Serial { home }, Some(ContractKind::Serial { home: other })) => home == other,
        (ContractKind::Owned, Some(ContractKind::Owned)) => {
            dataset.id.team() == target.id.team() && !dataset.unowned && !target.unowned
        }
        _ => false,
    };
    (!in_one_place).then(|| {
        format!("{} can delete from `{to}` what a row written elsewhere still points at", names(deleters))
    })
}

/// The contract that all who write could keep: serial where an invariant asks for one place, else merged.
pub(crate) fn needs_one_place(organisation: &Organisation, dataset: &Dataset) -> bool {
    let merged = Contract {
        kind: ContractKind::Merged(
            dataset
                .operations
                .values()
                .filter_map(|operation| operation.field.clone())
                .map(|field| (field, FieldMerge::LastWriter))
                .collect(),
        ),
        version: 1,
        staleness: None,
        transport: None,
        opened: None,
        adopted: None,
        retired: None,
        meta: kedge_model::Meta::default(),
    };
    dataset
        .invariants
        .values()
        .any(|invariant| broken_by(organisation, dataset, &merged, invariant).is_some())
}
