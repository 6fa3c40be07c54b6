//! What `kedge align` says first: how many of each there are, and what wants doing.

use crate::agreement::{SaidWord, Stage};
use crate::datasets::{DatasetEntry, Datasets};
use crate::problems::{Counts, Problems};
use crate::proposals::{ProposalStanding, Proposals};
use kedge_model::Date;
use serde::Serialize;

/// The summary.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// The day.
    pub as_of: Date,
    /// How many datasets there are.
    pub datasets: DatasetCounts,
    /// How many proposals there are.
    pub proposals: ProposalCounts,
    /// How many shared problems ended in which verdict.
    pub problems: Counts,
    /// What wants doing, the most pressing first.
    pub wants: Vec<Want>,
}

/// How many datasets there are, and how they stay right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DatasetCounts {
    /// All, declared or found.
    pub all: usize,
    /// Those that several teams write.
    pub shared: usize,
    /// Those of them that nobody has declared.
    pub undeclared: usize,
    /// Those of them without a contract, undeclared ones among them.
    pub without: usize,
    /// Those of them with a contract that is a draft, or waits for signatures or for its first day.
    pub to_sign: usize,
    /// Those of them with a contract in force.
    pub in_force: usize,
}

/// How many proposals there are, by their stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ProposalCounts {
    /// All.
    pub all: usize,
    /// Written down, and not opened.
    pub draft: usize,
    /// Open for signatures.
    pub open: usize,
    /// Signed by all, and not adopted by all.
    pub signed: usize,
    /// Adopted by all.
    pub adopted: usize,
    /// Given up.
    pub retired: usize,
}

impl ProposalCounts {
    /// Counts them.
    pub fn of(proposals: &Proposals) -> Self {
        let mut counts = Self { all: proposals.proposals.len(), ..Self::default() };
        for proposal in &proposals.proposals {
            let count = match proposal.stage {
                Stage::Draft => &mut counts.draft,
                Stage::Open { .. } => &mut counts.open,
                Stage::Signed { .. } => &mut counts.signed,
                Stage::Adopted { .. } => &mut counts.adopted,
                Stage::Retired { .. } => &mut counts.retired,
            };
            *count += 1;
        }
        counts
    }
}

/// What a proposal on its way waits for.
fn proposal_wants(proposal: &ProposalStanding) -> Option<Want> {
    proposal.stage.is_on_its_way().then(|| Want {
        what: format!("{} waits for {}", proposal.title, proposal.waits_for),
        about: proposal.id.to_string(),
        command: format!("kedge align proposals {}", proposal.id),
    })
}

/// Something that wants doing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Want {
    /// What, in a sentence.
    pub what: String,
    /// The dataset or proposal that it is about, by name.
    pub about: String,
    /// The command that shows more.
    pub command: String,
}

impl DatasetCounts {
    /// Counts them.
    pub fn of(datasets: &Datasets) -> Self {
        let mut counts = Self { all: datasets.datasets.len(), ..Self::default() };
        for entry in datasets.shared() {
            counts.shared += 1;
            counts.undeclared += usize::from(entry.declared.is_none());
            match entry.contract.as_ref().map(|contract| contract.stage) {
                None | Some(Stage::Retired { .. }) => counts.without += 1,
                Some(Stage::Adopted { .. }) => counts.in_force += 1,
                Some(Stage::Draft | Stage::Open { .. } | Stage::Signed { .. }) => counts.to_sign += 1,
            }
        }
        counts
    }
}

/// What wants doing about a dataset that several teams write; nothing where its contract is in force and signed.
pub fn dataset_wants(entry: &DatasetEntry, as_of: Date) -> Option<Want> {
    if !entry.is_shared() {
        return None;
    }
    let want = |what: String| {
        let name = if entry.name.contains(' ') { format!("'{}'", entry.name) } else { entry.name.clone() };
        Want { what, about: entry.name.clone(), command: format!("kedge align datasets {name}") }
    };
    let count = entry.writers.len();
    let Some(contract) = &entry.contract else {
        let said = if entry.declared.is_some() { "has no contract" } else { "is declared nowhere" };
        return Some(want(format!("{} is written by {count} teams and {said}", entry.shown())));
    };
    let missing: Vec<String> = contract
        .signatures
        .iter()
        .filter(|said| !said.word.has_signed())
        .map(|said| match said.word {
            SaidWord::Silent { .. } => format!("{} is silent", said.team),
            SaidWord::Considering { since } => {
                format!("{} considers it since {}", said.team, since.in_words(as_of))
            }
            SaidWord::Declined { .. } => format!("{} has declined", said.team),
            SaidWord::Signed { .. } => String::new(),
        })
        .collect();
    match contract.stage {
        Stage::Draft => {
            Some(want(format!("the contract of {} is a draft: open it for signatures", entry.shown())))
        }
        Stage::Open { .. } => {
            Some(want(format!("the contract of {} waits: {}", entry.shown(), missing.join(", "))))
        }
        Stage::Signed { .. } => Some(want(format!(
            "the contract of {} is signed by all: say from when it is in force",
            entry.shown()
        ))),
        Stage::Adopted { .. } if !missing.is_empty() => {
            Some(want(format!("the contract of {} is in force, and {}", entry.shown(), missing.join(", "))))
        }
        Stage::Adopted { .. } | Stage::Retired { .. } => None,
    }
}

/// The summary of all answers.
pub fn summary(datasets: &Datasets, proposals: &Proposals, problems: &Problems) -> Summary {
    Summary {
        as_of: datasets.as_of,
        datasets: DatasetCounts::of(datasets),
        proposals: ProposalCounts::of(proposals),
        problems: problems.counts,
        wants: datasets
            .datasets
            .iter()
            .filter_map(|entry| dataset_wants(entry, datasets.as_of))
            .chain(proposals.proposals.iter().filter_map(proposal_wants))
            .collect(),
    }
}
