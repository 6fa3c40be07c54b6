//! Which contract fits a dataset, what it costs in availability and delay, and whether the search agrees.
//!
//! Owned is the default. Where several teams must write, which their declared operations say, it is merged if every invariant
//! survives a merge and every field can say how two writes become one, else serial. What each costs is the trade that
//! nobody escapes: cut off from each other, places either refuse or diverge (CAP: Gilbert, Lynch, 2002); and also while
//! nothing is cut off, agreeing takes a round trip (PACELC: Abadi, 2012).

use crate::confluence::{Case, DELETED_TARGET, Survival, survival, touches};
use crate::datasets::{OperationSurvival, contract, writers};
use crate::declared::{self, Tried, regime_as_written};
use crate::interleaving::Regime;
use crate::kept::deleted_elsewhere;
use kedge_model::{
    ContractKind, Dataset, Does, FieldMerge, Invariant, InvariantKind, Operation, Organisation, ServiceId,
    Slug, TeamId,
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A contract that fits.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Proposed {
    /// Its kind.
    #[serde(flatten)]
    pub kind: ProposedKind,
    /// Why this one, in a sentence.
    pub why: String,
    /// What happens while a team is cut off from the others.
    pub cut_off: String,
    /// What a write and a read take while nobody is.
    pub delay: String,
    /// The next best, and when it would be taken.
    pub otherwise: Option<String>,
    /// What no contract of this dataset alone can keep, and what would.
    pub not_kept: Vec<NotKept>,
    /// What the search says of it.
    pub checked: Tried,
}

/// The kinds, as they can be proposed: a home may have no service yet.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum ProposedKind {
    /// One team writes, the others ask it or read a copy.
    Owned {
        /// Who.
        by: TeamId,
    },
    /// All write, any time.
    Merged {
        /// How each field merges.
        merge: BTreeMap<String, FieldMerge>,
    },
    /// All write, one at a time.
    Serial {
        /// Where it is decided, where there is a service for it.
        home: Option<ServiceId>,
    },
}

/// An invariant that the proposed contract does not keep.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotKept {
    /// Which.
    pub invariant: Slug,
    /// Why.
    pub why: String,
    /// What would keep it.
    pub instead: String,
}

/// Why an invariant or a field cannot be merged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hindrance {
    /// The invariant; absent where a field is hard to merge.
    pub invariant: Option<Slug>,
    /// The operation.
    pub operation: Slug,
    /// Who does it.
    pub writer: TeamId,
    /// Why.
    pub why: String,
}

impl ProposedKind {
    /// The word in the plan language.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Owned { .. } => "owned",
            Self::Merged { .. } => "merged",
            Self::Serial { .. } => "serial",
        }
    }
}

/// How each field that is written would merge, and what stands in the way.
///
/// Counted up and down: `sum`. Set by whoever comes: the last writer, or the greatest where it never goes back. What is read
/// and then set depends on what was read, so that no merge keeps both writes in one value.
pub fn merges(dataset: &Dataset) -> (BTreeMap<String, FieldMerge>, Vec<Hindrance>) {
    let (operations, _) = declared::operations(dataset);
    let rises = |field: &str| {
        let mut monotone = dataset.invariants.values().filter(|it| it.kind == InvariantKind::Monotone);
        monotone.any(|it| it.fields.iter().any(|of| of == field))
    };
    let mut by_field: BTreeMap<String, Vec<(&Slug, &Operation)>> = BTreeMap::new();
    for (id, operation) in &operations {
        let is_of_field = !matches!(operation.does, Does::Insert | Does::InsertIfAbsent | Does::Delete);
        if is_of_field {
            for field in fields_of(dataset, operation) {
                by_field.entry(field).or_default().push((id, operation));
            }
        }
    }
    let mut fields = BTreeMap::new();
    let mut hindrances = Vec::new();
    for (field, operations) in by_field {
        let counts = |does: Does| matches!(does, Does::Increment | Does::Decrement);
        let counted = operations.iter().any(|(_, it)| counts(it.does));
        let merge = if counted {
            FieldMerge::Sum
        } else if rises(&field) {
            FieldMerge::Max
        } else {
            FieldMerge::LastWriter
        };
        for (id, operation) in operations {
            let why = match operation.does {
                Does::ReadThenSet => format!("what it sets `{field}` to depends on what it read"),
                Does::Set if counted => format!("it sets `{field}`, which others count"),
                _ => continue,
            };
            let (operation, writer) = (id.clone(), operation.writer.clone());
            hindrances.push(Hindrance { invariant: None, operation, writer, why });
        }
        fields.insert(field, merge);
    }
    for (id, invariant) in &dataset.invariants {
        for (name, operation) in operations.iter().filter(|(_, it)| touches(it, invariant)) {
            if let Some(broken) = survival_of(&fields, invariant, operation).filter(|it| !it.survives) {
                hindrances.push(Hindrance {
                    invariant: Some(id.clone()),
                    operation: name.clone(),
                    writer: operation.writer.clone(),
                    why: broken.why.to_owned(),
                });
            }
        }
    }
    (fields, hindrances)
}

/// Each declared operation that touches an invariant, and whether the invariant survives it at several places, with the
/// merges that fit the fields.
pub fn survivals(dataset: &Dataset, invariant: &Invariant) -> Vec<OperationSurvival> {
    let (fields, _) = merges(dataset);
    let of_operation = |(id, operation): (&Slug, &Operation)| {
        let broken = survival_of(&fields, invariant, operation)?;
        Some(OperationSurvival { operation: id.clone(), writer: operation.writer.clone(), survival: broken })
    };
    dataset.operations.iter().filter(|(_, it)| touches(it, invariant)).filter_map(of_operation).collect()
}

/// Whether an invariant survives an operation, with these merges: the first case of it that does not, else the first.
fn survival_of(
    fields: &BTreeMap<String, FieldMerge>,
    invariant: &Invariant,
    operation: &Operation,
) -> Option<Survival> {
    let of = operation.field.as_ref().map_or(invariant.fields.as_slice(), std::slice::from_ref);
    let merges: Vec<FieldMerge> = of.iter().filter_map(|field| fields.get(field)).copied().collect();
    let merges = if merges.is_empty() { vec![FieldMerge::LastWriter] } else { merges };
    let all: Vec<Survival> = Case::of(invariant)
        .into_iter()
        .flat_map(|case| merges.iter().map(move |merge| survival(case, operation.does, *merge)))
        .collect();
    all.iter().find(|it| !it.survives).or(all.first()).copied()
}

/// The fields that an operation writes: without one of its own, those that rules are about, and whatever else there is.
fn fields_of(dataset: &Dataset, operation: &Operation) -> BTreeSet<String> {
    if let Some(field) = &operation.field {
        return BTreeSet::from([field.clone()]);
    }
    let of_rules = dataset.invariants.values().flat_map(|it| it.fields.iter().cloned());
    of_rules.chain(["value".to_owned()]).collect()
}

/// The contract that fits, tried by the search; nothing where one team alone writes.
pub fn proposed(organisation: &Organisation, dataset: &Dataset) -> Option<Proposed> {
    let all = writers(dataset);
    if all.len() < 2 {
        return None;
    }
    let by_operation: BTreeSet<&TeamId> = dataset.operations.values().map(|it| &it.writer).collect();
    let (fields, hindrances) = merges(dataset);
    let owner = dataset.id.team();
    let home = home(organisation, dataset);
    let not_kept = not_kept(organisation, dataset);
    let all_must = dataset.unowned || by_operation.len() > 1;
    let mergeable = hindrances.is_empty() && not_kept.is_empty() && !dataset.operations.is_empty();
    let at_one_place = match &home {
        Some(home) => format!("at {home}"),
        None => format!("at a service of {owner}"),
    };
    let because = hindrances.first().map(|it| match &it.invariant {
        Some(invariant) => {
            format!("`{invariant}` does not survive a merge of what {} does: {}", it.operation, it.why)
        }
        None => format!("{} cannot be merged: {}", it.operation, it.why),
    });
    let (kind, why, otherwise) = if !all_must {
        let otherwise = match (&because, mergeable) {
            (_, true) => {
                "`merged`, if the others must write themselves: every field can say how two writes become one"
                    .to_owned()
            }
            (Some(because), false) if !dataset.operations.is_empty() => {
                format!("`serial` {at_one_place}, if the others must write themselves: {because}")
            }
            _ => format!(
                "`serial` {at_one_place}, if the others must write themselves; `merged`, once it is declared what each does and that it merges"
            ),
        };
        let why = format!("nothing says that the others must write: they can ask {owner}, or read a copy");
        (ProposedKind::Owned { by: owner.clone() }, why, Some(otherwise))
    } else if mergeable {
        let why = "several must write, every invariant survives a merge, and every field says how two writes become one".to_owned();
        let otherwise = format!("`owned` by {owner}, if the others can ask it");
        (ProposedKind::Merged { merge: fields }, why, (!dataset.unowned).then_some(otherwise))
    } else {
        let because = because
            .or_else(|| not_kept.first().map(|it| it.why.clone()))
            .unwrap_or_else(|| "nothing says what each of them does".into());
        let why = format!("several must write, and {because}");
        let otherwise = format!("`owned` by {owner}, if the others can ask it");
        (ProposedKind::Serial { home }, why, (!dataset.unowned).then_some(otherwise))
    };
    let checked = checked(organisation, dataset, &kind);
    let (cut_off, delay) = costs(dataset, &kind);
    Some(Proposed { kind, why, cut_off, delay, otherwise, not_kept, checked })
}

/// Tries the operations of the dataset under the contract that is proposed.
fn checked(organisation: &Organisation, dataset: &Dataset, kind: &ProposedKind) -> Tried {
    let as_declared = match kind {
        ProposedKind::Merged { merge } => ContractKind::Merged(merge.clone()),
        ProposedKind::Serial { home: Some(home) } => ContractKind::Serial { home: home.clone() },
        // A home that is still to be named is one place all the same.
        ProposedKind::Owned { .. } | ProposedKind::Serial { home: None } => ContractKind::Owned,
    };
    declared::tried(organisation, dataset, Some(&as_declared), &other)
}

/// A dataset that is pointed at, under its own contract; without one, as its owner's.
pub fn other(target: &Dataset) -> Regime {
    match contract(target) {
        Some(_) => regime_as_written(target),
        None => Regime::AtHome(target.id.team().to_string()),
    }
}

/// References to what somebody else deletes: both must be decided in one place.
fn not_kept(organisation: &Organisation, dataset: &Dataset) -> Vec<NotKept> {
    let own = contract(dataset).map_or(&ContractKind::Owned, |it| &it.kind);
    let of_reference = |(id, invariant): (&Slug, &Invariant)| {
        let (deleters, to) = deleted_elsewhere(organisation, dataset, own, invariant)?;
        let deleter = deleters.first()?;
        (to != dataset.id).then(|| NotKept {
            invariant: id.clone(),
            why: format!("{deleter} deletes from `{to}`, which is decided elsewhere: {}", DELETED_TARGET.why),
            instead: format!(
                "{deleter} marks rows of `{to}` as gone instead of deleting them, or both are serial at one home"
            ),
        })
    };
    let references = dataset.invariants.iter().filter(|(_, it)| it.kind == InvariantKind::Reference);
    references.filter_map(of_reference).collect()
}

/// The home of a serial contract: the one that is declared, else the first service of the owner, else of a writer.
fn home(organisation: &Organisation, dataset: &Dataset) -> Option<ServiceId> {
    if let Some(ContractKind::Serial { home }) = dataset.contract.as_ref().map(|it| &it.kind) {
        return Some(home.clone());
    }
    let service = |team: &TeamId| organisation.team(team)?.services.values().next().map(|it| it.id.clone());
    let owner = (!dataset.unowned).then(|| dataset.id.team());
    owner.into_iter().chain(writers(dataset)).find_map(service)
}

/// What a contract costs in availability and in delay, in words.
fn costs(dataset: &Dataset, kind: &ProposedKind) -> (String, String) {
    let age = dataset.contract.as_ref().and_then(|contract| contract.staleness);
    let old = age.map_or_else(|| "as old as is agreed".to_owned(), |age| format!("at most {age} old"));
    match kind {
        ProposedKind::Owned { by } => (
            format!("Without {by}, the others still read their copies, {old}, and cannot write: right goes before reachable."),
            format!("A read is local. A write of another team is a call to {by}."),
        ),
        ProposedKind::Merged { .. } => (
            "Everybody goes on reading and writing, also alone; what was written meanwhile is merged afterwards: reachable goes before right now.".to_owned(),
            format!("Reads and writes are local. What others wrote is heard later, {old}."),
        ),
        ProposedKind::Serial { home } => {
            let home = home.as_ref().map_or_else(|| "the home".to_owned(), ToString::to_string);
            (
                format!("Without {home}, writes are refused, and say so; copies can still be read, {old}: right goes before reachable."),
                format!("Each write waits for a round trip to {home}, and is tried again where another came first."),
            )
        }
    }
}
