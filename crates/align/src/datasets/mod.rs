//! Every dataset in one list: those that are declared, and those that a survey found written from several teams' code.
//!
//! Data found in code is joined with the dataset that is called like it or whose `where` matches a file that defines it
//! ([`dataset_of`]); what nobody has declared stands in the list by itself. Data that several teams write comes first.

mod matching;

pub use matching::{contract, dataset_of, writers};

use crate::agreement::{Said, Stage, contract_signatures, contract_stage};
use crate::confluence::Survival;
use crate::declared::{Tried, in_force, operations, regime_today, tried};
use crate::proposed::{Proposed, proposed, survivals};
use kedge_model::{
    CodeEvidence, CodePart, Contract, Dataset, DatasetId, Date, Evidence, Invariant, Meta, Organisation,
    Slug, TeamId, WrittenData,
};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Every dataset there is, as it was known on a day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Datasets {
    /// The day.
    pub as_of: Date,
    /// Whether a survey has looked for data in code; otherwise only what is declared is here.
    pub surveyed: bool,
    /// The datasets: those that several teams write first, of these those without a contract first; then by name.
    pub datasets: Vec<DatasetEntry>,
}

/// One dataset.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DatasetEntry {
    /// How it is called everywhere: `team/dataset` where it is declared, else `repository:name`.
    pub name: String,
    /// Its declaration, where there is one.
    pub declared: Option<DatasetId>,
    /// What people call it.
    pub title: Option<String>,
    /// Who owns it: whoever declares it, unless it says that nobody does.
    pub owner: Option<TeamId>,
    /// The file patterns of where it is, as declared.
    pub places: Vec<String>,
    /// What code has that is it.
    pub found: Vec<FoundData>,
    /// Who writes it, by name.
    pub writers: Vec<TeamUse>,
    /// Who reads it, by name.
    pub readers: Vec<TeamUse>,
    /// What must hold of it, and whether its contract keeps that.
    pub invariants: Vec<InvariantStanding>,
    /// Its contract, where it has one that is not given up.
    pub contract: Option<ContractStanding>,
    /// Whether what its writers do is assumed, since no operation is declared.
    pub assumed: bool,
    /// What breaks as it is, each with a shortest example: what is lost while no contract is in force, or what the one that is
    /// cannot keep.
    /// Of data that one team writes nothing is looked for.
    pub today: Option<Tried>,
    /// The contract that fits, where several teams write.
    pub proposed: Option<Proposed>,
}

/// Something that must hold.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InvariantStanding {
    /// Its name.
    pub id: Slug,
    /// Itself.
    #[serde(flatten)]
    pub invariant: Invariant,
    /// Each operation that touches it, and whether it survives that at several places that merge.
    pub operations: Vec<OperationSurvival>,
}

/// An operation against an invariant.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OperationSurvival {
    /// The operation.
    pub operation: Slug,
    /// Who does it.
    pub writer: TeamId,
    /// Whether the invariant survives it without coordination, and why.
    #[serde(flatten)]
    pub survival: Survival,
}

/// Data in code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FoundData {
    /// The repository.
    pub repository: Slug,
    /// Its name there.
    pub data: String,
    /// What it is, in a word: `table`.
    pub kind: String,
    /// The files that define it.
    pub defined_in: Vec<String>,
}

/// One team's use of a dataset.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TeamUse {
    /// Who.
    pub team: TeamId,
    /// Whether the declaration names it.
    pub declared: bool,
    /// What it does, where that is declared, by name of the operation.
    pub operations: Vec<Slug>,
    /// How many files of its code do; nothing where no survey found any.
    pub files: Option<u32>,
    /// Where, surest first.
    pub shown_by: Vec<Evidence>,
}

/// A contract, and how far its writers are with signing it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ContractStanding {
    /// The contract.
    #[serde(flatten)]
    pub contract: Contract,
    /// Its stage.
    #[serde(flatten)]
    pub stage: Stage,
    /// What those say who are to sign.
    pub signatures: Vec<Said>,
}

impl Datasets {
    /// The one of this name: whole, or without its team or repository where that is enough.
    pub fn named(&self, name: &str) -> Option<&DatasetEntry> {
        let short = |entry: &&DatasetEntry| entry.name.rsplit(['/', ':']).next() == Some(name);
        self.whole(name).or_else(|| {
            let mut all = self.datasets.iter().filter(short);
            all.next().filter(|_| all.next().is_none())
        })
    }

    /// The one of this whole name.
    pub fn whole(&self, name: &str) -> Option<&DatasetEntry> {
        self.datasets.iter().find(|entry| entry.name == name)
    }

    /// Those that several teams write.
    pub fn shared(&self) -> impl Iterator<Item = &DatasetEntry> {
        self.datasets.iter().filter(|entry| entry.is_shared())
    }

    /// How many there are, and how many several teams write, in a sentence.
    pub fn headline(&self) -> String {
        let all = self.datasets.len();
        let shared = self.shared().count();
        let without = self.shared().filter(|entry| entry.contract.is_none()).count();
        let datasets = if all == 1 { "dataset" } else { "datasets" };
        match (all, shared, without) {
            (0, ..) => "No dataset is declared, and none was found in code.".into(),
            (_, 0, _) => format!("{all} {datasets}, each written by one team."),
            (_, _, 0) => format!(
                "{shared} of {all} {datasets} {} written by several teams, each with a contract.",
                verb(shared)
            ),
            _ => format!(
                "{shared} of {all} {datasets} {} written by several teams, {without} of them without a contract.",
                verb(shared)
            ),
        }
    }
}

fn verb(count: usize) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

impl DatasetEntry {
    /// Whether several teams write it.
    pub fn is_shared(&self) -> bool {
        self.writers.len() > 1
    }

    /// What people call it, or its name.
    pub fn shown(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.name)
    }
}

/// Every dataset that is declared in the organisation or found in its code.
///
/// `organisation` is as it was known on the day; `evidence` is what a survey found, where there was one.
pub fn datasets(organisation: &Organisation, evidence: Option<&CodeEvidence>, as_of: Date) -> Datasets {
    let evidence = evidence.filter(|evidence| !evidence.not_read.contains(&CodePart::Data));
    let mut found: BTreeMap<&DatasetId, Vec<&WrittenData>> = BTreeMap::new();
    let mut undeclared: BTreeMap<String, DatasetEntry> = BTreeMap::new();
    let all = evidence.map_or(&[][..], |evidence| &evidence.data);
    let spread = Spread::of(all);
    for data in all {
        if let Some(dataset) = dataset_of(organisation, data) {
            found.entry(&dataset.id).or_default().push(data);
        } else {
            let entry = undeclared_entry(organisation, data, &spread);
            undeclared.entry(entry.name.clone()).or_insert(entry);
        }
    }
    let mut datasets: Vec<DatasetEntry> = organisation
        .datasets()
        .map(|dataset| {
            declared_entry(organisation, dataset, found.get(&dataset.id).map_or(&[], Vec::as_slice))
        })
        .chain(undeclared.into_values())
        .collect();
    datasets.sort_by_cached_key(|entry| {
        (!entry.is_shared(), entry.contract.is_some(), Reverse(entry.writers.len()), entry.name.clone())
    });
    Datasets { as_of, surveyed: evidence.is_some(), datasets }
}

fn declared_entry(organisation: &Organisation, dataset: &Dataset, found: &[&WrittenData]) -> DatasetEntry {
    let mut writers = Uses::default();
    let mut readers = Uses::default();
    for team in self::writers(dataset) {
        writers.of(team).declared = true;
    }
    for (id, operation) in &dataset.operations {
        writers.of(&operation.writer).operations.push(id.clone());
    }
    for team in &dataset.readers {
        readers.of(team).declared = true;
    }
    for data in found {
        writers.add(&data.writers, &data.shown_by);
        readers.add(&data.readers, &BTreeMap::new());
    }
    // Whoever was found to write counts as well as those who are named.
    let mut written = dataset.clone();
    written.writers = writers.0.keys().cloned().collect();
    let is_shared = written.writers.len() > 1;
    DatasetEntry {
        name: dataset.id.to_string(),
        declared: Some(dataset.id.clone()),
        title: dataset.title.clone(),
        owner: (!dataset.unowned).then(|| dataset.id.team().clone()),
        places: dataset.places.clone(),
        found: found.iter().map(|data| found_data(data)).collect(),
        writers: writers.0.into_values().collect(),
        readers: readers.0.into_values().collect(),
        invariants: invariants(dataset),
        assumed: operations(&written).1,
        today: is_shared.then(|| tried(organisation, &written, in_force(dataset), &regime_today)),
        proposed: proposed(organisation, &written),
        contract: contract(dataset).map(|contract| {
            let signatures = contract_signatures(organisation, dataset, contract);
            ContractStanding {
                contract: contract.clone(),
                stage: contract_stage(contract, &signatures),
                signatures,
            }
        }),
    }
}

fn undeclared_entry(organisation: &Organisation, data: &WrittenData, spread: &Spread) -> DatasetEntry {
    let mut writers = Uses::default();
    let mut readers = Uses::default();
    writers.add(&data.writers, &data.shown_by);
    readers.add(&data.readers, &BTreeMap::new());
    let as_if = as_if_declared(data, spread);
    DatasetEntry {
        name: format!("{}:{}", data.repository, data.data),
        declared: None,
        title: None,
        owner: None,
        places: Vec::new(),
        found: vec![found_data(data)],
        writers: writers.0.into_values().collect(),
        readers: readers.0.into_values().collect(),
        invariants: Vec::new(),
        assumed: true,
        today: as_if.as_ref().map(|dataset| tried(organisation, dataset, None, &regime_today)),
        proposed: as_if.as_ref().and_then(|dataset| proposed(organisation, dataset)),
        contract: None,
    }
}

/// How much of all that was found each team writes.
struct Spread {
    all: usize,
    by_team: BTreeMap<TeamId, usize>,
}

impl Spread {
    fn of(data: &[WrittenData]) -> Self {
        let mut by_team = BTreeMap::new();
        for team in data.iter().flat_map(|data| data.writers.keys()) {
            *by_team.entry(team.clone()).or_insert(0) += 1;
        }
        Self { all: data.len(), by_team }
    }

    /// Whose the data is most: of whoever writes it from many files and writes little else. A team that writes nearly
    /// everything looks after the database, or after what all have in common, and not after this. The weight is that of a
    /// word in a text, its count times the logarithm of how rare it is elsewhere (Spärck Jones, 1972). Of equals the first by
    /// name.
    fn owner<'a>(&self, data: &'a WrittenData) -> Option<&'a TeamId> {
        let weight = |team: &TeamId, files: u32| {
            let writes = self.by_team.get(team).copied().unwrap_or(1).max(1);
            f64::from(files) * ((self.all + 1) as f64 / writes as f64).ln()
        };
        let weighed = data.writers.iter().map(|(team, files)| (weight(team, *files), team));
        weighed.max_by(|(a, one), (b, other)| a.total_cmp(b).then(other.cmp(one))).map(|(_, team)| team)
    }
}

/// Data that nobody has declared, as whoever it belongs to most would declare it. `None` where its name has nothing that a
/// name in plans may have.
fn as_if_declared(data: &WrittenData, spread: &Spread) -> Option<Dataset> {
    let owner = spread.owner(data)?;
    let plain: String = data
        .data
        .chars()
        .map(|sign| if sign.is_ascii_alphanumeric() { sign.to_ascii_lowercase() } else { '-' })
        .collect();
    let id = Slug::new(plain.trim_matches('-')).ok()?;
    Some(Dataset {
        id: DatasetId::new(owner.clone(), id),
        title: None,
        unowned: false,
        places: Vec::new(),
        writers: data.writers.keys().cloned().collect(),
        readers: data.readers.keys().cloned().collect(),
        invariants: BTreeMap::new(),
        operations: BTreeMap::new(),
        contract: None,
        meta: Meta::default(),
    })
}

/// What must hold, against what is declared to be done.
fn invariants(dataset: &Dataset) -> Vec<InvariantStanding> {
    let standing = |(id, invariant): (&Slug, &Invariant)| InvariantStanding {
        id: id.clone(),
        invariant: invariant.clone(),
        operations: survivals(dataset, invariant),
    };
    dataset.invariants.iter().map(standing).collect()
}

fn found_data(data: &WrittenData) -> FoundData {
    FoundData {
        repository: data.repository.clone(),
        data: data.data.clone(),
        kind: data.kind.clone(),
        defined_in: data.defined_in.clone(),
    }
}

/// The teams on one side of a dataset, by name.
#[derive(Default)]
struct Uses(BTreeMap<TeamId, TeamUse>);

impl Uses {
    fn of(&mut self, team: &TeamId) -> &mut TeamUse {
        self.0.entry(team.clone()).or_insert_with(|| TeamUse {
            team: team.clone(),
            declared: false,
            operations: Vec::new(),
            files: None,
            shown_by: Vec::new(),
        })
    }

    fn add(&mut self, files: &BTreeMap<TeamId, u32>, shown_by: &BTreeMap<TeamId, Evidence>) {
        for (team, count) in files {
            let entry = self.of(team);
            entry.files = Some(entry.files.unwrap_or(0).saturating_add(*count));
            entry.shown_by.extend(shown_by.get(team).cloned());
        }
    }
}
