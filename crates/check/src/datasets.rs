//! Datasets, as the rules on alignment see them: who writes them, what state their contract is in, and which invariants
//! a contract keeps.

use crate::answers::{Answers, join};
use globset::GlobBuilder;
use kedge_model::{
    Contract, ContractKind, Dataset, DatasetId, Date, Does, FieldMerge, Invariant, InvariantKind, Operation,
    Organisation, Signature, SignedThing, TeamId, WrittenData,
};
use std::collections::BTreeSet;

/// Everybody who writes the dataset: its `writers`, and those of its operations.
pub(crate) fn writers(dataset: &Dataset) -> BTreeSet<&TeamId> {
    dataset.writers.iter().chain(dataset.operations.values().map(|operation| &operation.writer)).collect()
}

/// Its contract, where it is not given up.
pub(crate) fn contract(dataset: &Dataset) -> Option<&Contract> {
    dataset.contract.as_ref().filter(|contract| contract.retired.is_none())
}

/// The dataset that data found in code is: one that is called like it, else one whose `where` matches a file that defines
/// it. Of a dataset's pattern `**` crosses folders and `*` does not.
pub(crate) fn dataset_of<'a>(organisation: &'a Organisation, data: &WrittenData) -> Option<&'a Dataset> {
    let found = plain(data.data.rsplit('.').next().unwrap_or(&data.data));
    let by_name = || organisation.datasets().find(|dataset| plain(dataset.id.id().as_str()) == found);
    let is_where = |dataset: &&Dataset| {
        dataset.places.iter().any(|pattern| {
            let here = pattern.split_once(':').filter(|(of, _)| *of == data.repository.as_str());
            here.is_some_and(|(_, glob)| data.defined_in.iter().any(|file| matches(glob.trim(), file)))
        })
    };
    by_name().or_else(|| organisation.datasets().find(is_where))
}

/// A name without what languages write it by: case, `-`, `_`, and the `s` of a plural.
fn plain(name: &str) -> String {
    let name: String = name.chars().filter(|sign| !matches!(sign, '-' | '_')).collect();
    let name = name.to_lowercase();
    name.strip_suffix('s').map(str::to_owned).unwrap_or(name)
}

/// Whether a pattern matches a path, as in `owns`. One that is none matches nothing.
fn matches(glob: &str, path: &str) -> bool {
    let glob = GlobBuilder::new(glob).literal_separator(true).build();
    glob.is_ok_and(|glob| glob.compile_matcher().is_match(path))
}

/// `` `a`, `b` and `c` ``, of teams.
pub(crate) fn names<'a>(teams: impl IntoIterator<Item = &'a TeamId>) -> String {
    join(teams.into_iter().map(ToString::to_string))
}

/// What a team last said to the contract, of whatever version.
pub(crate) fn latest_signature<'a>(
    organisation: &'a Organisation,
    dataset: &DatasetId,
    team: &TeamId,
) -> Option<&'a Signature> {
    let under = SignedThing::Contract(dataset.clone());
    let log = organisation.signature_log(&under, team)?;
    log.entries.iter().max_by_key(|entry| (entry.version, entry.on))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_of_files_match_as_in_owns() {
        for (glob, path) in [
            ("db/basket_line.sql", "db/basket_line.sql"),
            ("db/**", "db/a/b.sql"),
            ("**/basket*.sql", "db/x/basket_line.sql"),
            ("**", "a"),
            ("db/*/t.sql", "db/x/t.sql"),
        ] {
            assert!(matches(glob, path), "{glob} {path}");
        }
        for (glob, path) in
            [("db/*", "db/a/b.sql"), ("db/**", "db"), ("db/t.sql", "DB/t.sql"), ("a*c", "abd")]
        {
            assert!(!matches(glob, path), "{glob} {path}");
        }
    }

    #[test]
    fn a_table_is_called_like_its_dataset_in_any_spelling() {
        for name in ["BasketLine", "basket_lines", "basket-line"] {
            assert_eq!(plain(name), "basketline");
        }
    }
}
