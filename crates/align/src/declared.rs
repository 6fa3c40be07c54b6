//! What a dataset declares, as programs and rules that can be executed.
//!
//! Each operation becomes a small program that keeps what must hold when it runs alone, on rows made so that the rule is near
//! its edge: a balance one above its bound, a name that two would choose. Every pair of operations is tried, one of them also
//! with itself, since a team writes from more than one instance of its service; then every three. What nobody has declared is
//! assumed to be what is written most: a row is read, changed and saved.

mod programs;

use crate::confluence::touches;
use crate::datasets::contract;
use crate::interleaving::{Example, Holds, Program, Regime, Rule, Scenario, Verdict, search};
use kedge_model::{
    ContractKind, Dataset, DatasetId, Does, InvariantKind, Meta, Operation, Organisation, Slug,
};
use programs::{Focus, focuses};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// So many moments are looked at in each combination: two or three small programs have hundreds, or a few thousand.
const MOST_MOMENTS: usize = 60_000;
/// With more operations than this only pairs are tried: threes grow with the cube, and the rows start so near the edge that two
/// are enough for what is known. Of what merges only pairs are tried: whether it may be merged is about two states.
const IN_THREES: usize = 3;

/// What trying a dataset's operations came to.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Tried {
    /// What breaks: for each invariant, and for what is written at all, a shortest example.
    pub breaks: Vec<Break>,
    /// The combinations of operations that were tried.
    pub combinations: usize,
    /// The interleavings of those that broke nothing.
    pub interleavings: u128,
    /// Combinations with more moments than are looked at, in which nothing was found.
    pub unfinished: usize,
}

/// Something that breaks.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Break {
    /// The invariant; absent where what is lost is a write.
    pub invariant: Option<Slug>,
    /// How.
    #[serde(flatten)]
    pub example: Example,
}

/// How a contract orders the writes of a dataset; without one nobody does.
pub fn regime(dataset: &Dataset, contract: Option<&ContractKind>) -> Regime {
    match contract {
        None => Regime::Unordered,
        Some(ContractKind::Owned) => Regime::AtHome(dataset.id.team().to_string()),
        Some(ContractKind::Serial { home }) => Regime::AtHome(home.to_string()),
        Some(ContractKind::Merged(fields)) => Regime::Merged(fields.clone()),
    }
}

/// The operations of a dataset, and whether they are assumed for want of a declaration.
///
/// Of a writer that declares none it is assumed that it reads a row, changes it and saves it; where something must be unique
/// and is chosen, that it also puts rows there.
pub fn operations(dataset: &Dataset) -> (BTreeMap<Slug, Operation>, bool) {
    if !dataset.operations.is_empty() {
        return (dataset.operations.clone(), false);
    }
    let chooses = dataset.invariants.values().any(|it| it.kind == InvariantKind::Unique && it.chosen);
    let mut assumed = BTreeMap::new();
    for writer in &dataset.writers {
        let mut add = |suffix: &str, does| {
            let name = format!("{writer}-{suffix}");
            if let Ok(name) = Slug::new(&name) {
                let operation =
                    Operation { writer: writer.clone(), does, field: None, meta: Meta::default() };
                assumed.insert(name, operation);
            }
        };
        add("saves", Does::ReadThenSet);
        if chooses {
            add("adds", Does::Insert);
        }
    }
    (assumed, true)
}

/// Tries every combination of a dataset's operations under a contract.
///
/// `other` says how the datasets that it points at are ordered.
pub fn tried(
    organisation: &Organisation,
    dataset: &Dataset,
    contract: Option<&ContractKind>,
    other: &dyn Fn(&Dataset) -> Regime,
) -> Tried {
    let mut tried = Tried::default();
    let (operations, _) = operations(dataset);
    for focus in focuses(dataset) {
        let target = focus.invariant().and_then(|it| it.to.clone()).map(DatasetId::from);
        let target = target.and_then(|id| organisation.dataset(&id));
        let mut regimes = BTreeMap::from([(dataset.id.id().to_string(), regime(dataset, contract))]);
        if let Some(target) = target.filter(|target| target.id != dataset.id) {
            regimes.insert(programs::name_of(target, dataset), other(target));
        }
        let candidates = candidates(&focus, dataset, &operations, target);
        if let Some(example) = first_break(&focus, dataset, &candidates, &regimes, &mut tried) {
            tried.breaks.push(Break { invariant: focus.name().cloned(), example });
        }
    }
    tried
}

/// The operations that have to do with a focus: those of the dataset that touch it, and deletes of what it points at.
fn candidates<'a>(
    focus: &Focus<'_>,
    dataset: &'a Dataset,
    operations: &'a BTreeMap<Slug, Operation>,
    target: Option<&'a Dataset>,
) -> Vec<(&'a Dataset, &'a Slug, &'a Operation)> {
    let has_to_do = |operation: &Operation| match focus.invariant() {
        None => true,
        Some(invariant) => touches(operation, invariant),
    };
    let own = operations.iter().filter(|(_, it)| has_to_do(it)).map(|(id, it)| (dataset, id, it));
    let deletes = target.into_iter().filter(|target| target.id != dataset.id).flat_map(|target| {
        let deletes = target.operations.iter().filter(|(_, it)| it.does == Does::Delete);
        deletes.map(move |(id, it)| (target, id, it))
    });
    own.chain(deletes).collect()
}

fn first_break(
    focus: &Focus<'_>,
    dataset: &Dataset,
    candidates: &[(&Dataset, &Slug, &Operation)],
    regimes: &BTreeMap<String, Regime>,
    tried: &mut Tried,
) -> Option<Example> {
    let merges = regimes.values().any(|regime| matches!(regime, Regime::Merged(_)));
    for combination in combinations(candidates, merges) {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let programs: Vec<Program> = combination
            .iter()
            .enumerate()
            .filter_map(|(at, place)| {
                let (of, id, operation) = *candidates.get(*place)?;
                // A team that takes part twice does so from two instances of its service.
                let again = !seen.insert(operation.writer.as_str());
                let who = if again {
                    format!("{}, elsewhere", operation.writer)
                } else {
                    operation.writer.to_string()
                };
                let steps = focus.steps(dataset, of, operation, at)?;
                Some(Program::new(who, id.as_str(), steps))
            })
            .collect();
        if programs.len() < 2 {
            continue;
        }
        let rules: Vec<Holds> = focus.rules(dataset);
        let scenario = Scenario {
            start: focus.start(dataset, programs.len()),
            programs,
            regimes: regimes.clone(),
            rules: rules.iter().map(|rule| rule as &dyn Rule).collect(),
            losses: focus.name().is_none(),
        };
        tried.combinations += 1;
        match search(&scenario, MOST_MOMENTS) {
            Verdict::Broken(example) => return Some(*example),
            Verdict::Kept(searched) => {
                tried.interleavings = tried.interleavings.saturating_add(searched.interleavings);
            }
            Verdict::Unfinished(_) => tried.unfinished += 1,
        }
    }
    None
}

/// Pairs of different writers first, then of the same, then threes.
fn combinations(candidates: &[(&Dataset, &Slug, &Operation)], merges: bool) -> Vec<Vec<usize>> {
    let count = candidates.len();
    let writer = |at: usize| candidates.get(at).map(|(_, _, operation)| &operation.writer);
    let mut pairs: Vec<Vec<usize>> =
        (0..count).flat_map(|one| (one..count).map(move |other| vec![one, other])).collect();
    pairs.sort_by_key(|pair| writer(pair[0]) == writer(pair[1]));
    if count <= IN_THREES && !merges {
        let threes = (0..count).flat_map(|one| {
            (one..count).flat_map(move |two| (two..count).map(move |three| vec![one, two, three]))
        });
        pairs.extend(threes);
    }
    pairs
}

/// How a contract would order a dataset, whether or not it is in force.
pub fn regime_as_written(dataset: &Dataset) -> Regime {
    regime(dataset, contract(dataset).map(|contract| &contract.kind))
}

/// The contract that is in force: one that is only drafted, open or signed orders nothing yet.
pub fn in_force(dataset: &Dataset) -> Option<&ContractKind> {
    contract(dataset).filter(|contract| contract.adopted.is_some()).map(|contract| &contract.kind)
}

/// How a dataset is ordered today.
pub fn regime_today(dataset: &Dataset) -> Regime {
    regime(dataset, in_force(dataset))
}
