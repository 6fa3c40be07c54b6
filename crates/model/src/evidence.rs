//! Evidence: what was found in a repository, and where. Readers of code produce it; nobody edits it.

use crate::{Date, ServiceId, Slug, TeamId};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// One thing found in code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Evidence {
    /// The repository, by its name in the settings.
    pub repository: Slug,
    /// The file, relative to the repository.
    pub file: String,
    /// The line, from 1, where one line shows it.
    pub line: Option<u32>,
    /// The commit it was found at, as hexadecimal text.
    pub commit: String,
    /// That commit's day.
    pub on: Date,
    /// What it shows, in one sentence.
    pub shows: String,
}

/// What a survey of the repositories counted, each number with the places that show it.
///
/// Releases, manifests and lock files are not among the commits: they change with everything and couple nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CodeEvidence {
    /// What changes together.
    pub co_changes: Vec<CoChange>,
    /// Who changes what somebody owns.
    pub areas: Vec<AreaHistory>,
    /// Problems that are solved in more than one way.
    pub problems: Vec<SolvedTwice>,
    /// Data that is written from several teams' code.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub data: Vec<WrittenData>,
    /// Folders that change with what another team owns.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub elsewhere: Vec<ChangesElsewhere>,
    /// Teams of different layers that change together.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub layers: Vec<LayersTogether>,
    /// Data that services which change together share.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub services_share: Vec<ServicesShare>,
    /// Parts that no survey has read: nothing follows from there being nothing of them.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub not_read: BTreeSet<CodePart>,
}

/// Two areas that change together, counted against chance.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CoChange {
    /// The one.
    pub one: Part,
    /// The other.
    pub other: Part,
    /// Commits, or changes that were merged as one, that touch both.
    pub together: u32,
    /// How many would if each changed independently of the other: the product of their shares, times `of`.
    pub expected: f64,
    /// All that were counted.
    pub of: u32,
    /// Places that show it.
    pub shown_by: Vec<Evidence>,
}

/// What a path in a repository belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// What a team owns.
    Team(TeamId),
    /// The code of a service.
    Service(ServiceId),
}

impl CoChange {
    /// How many times more often than by chance; `None` where chance gives none.
    pub fn lift(&self) -> Option<f64> {
        (self.expected > 0.0).then(|| f64::from(self.together) / self.expected)
    }
}

/// Who changed an area that a team says it owns.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AreaHistory {
    /// Who owns it, as the plans say.
    pub owner: TeamId,
    /// The pattern, as it stands in `owns`.
    pub area: String,
    /// Commits that touch it, by the team of their author on that day; authors whose team is not known are not counted.
    pub commits: BTreeMap<TeamId, u32>,
    /// Places that show it.
    pub shown_by: Vec<Evidence>,
}

/// One problem that the code solves in several ways.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SolvedTwice {
    /// The problem, in words: `HTTP clients`.
    pub problem: String,
    /// The teams that use each solution: a library by its name, or near-identical code by its place.
    pub solutions: BTreeMap<String, Vec<TeamId>>,
    /// Places that show it.
    pub shown_by: Vec<Evidence>,
}

/// A part of a survey that can be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CodePart {
    /// Who writes and reads which data.
    Data,
    /// What is there twice.
    Duplicates,
    /// Ownership beside what changes together, layers, services.
    Borders,
}

/// Data that code of several teams writes apart from each other: a file of the one's that is not the other's, and a file of
/// the other's that is not the one's.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WrittenData {
    /// The repository in which it was found, by its name in the settings.
    pub repository: Slug,
    /// Its name, as the code has it: `Invoice`.
    pub data: String,
    /// What it is, in a word: `table`.
    pub kind: String,
    /// The files that define it, or take part in that.
    pub defined_in: Vec<String>,
    /// How many files of each team write it.
    pub writers: BTreeMap<TeamId, u32>,
    /// How many files of each team read it.
    pub readers: BTreeMap<TeamId, u32>,
    /// The surest write of each team that writes it.
    pub shown_by: BTreeMap<TeamId, Evidence>,
}

/// A folder that changes with what another team owns.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ChangesElsewhere {
    /// Who owns it.
    pub owner: TeamId,
    /// The folder, relative to the repository.
    pub folder: String,
    /// How many of its files do.
    pub files: u32,
    /// Of so many that change with anything.
    pub of: u32,
    /// Whose files it changes with.
    pub with: TeamId,
    /// How much it changes with those beyond chance, in commits.
    pub with_others: f64,
    /// How much it changes with files of its own owner beyond chance, in commits.
    pub with_own: f64,
    /// How many commits touch it and a file of those.
    pub commits: u32,
    /// The newest of them.
    pub shown_by: Vec<Evidence>,
}

/// Two teams, each of one layer, whose files change together.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LayersTogether {
    /// How often, against chance.
    #[serde(flatten)]
    pub change: CoChange,
    /// The layer of the one: `frontend`.
    pub layer_of_one: String,
    /// The layer of the other.
    pub layer_of_other: String,
    /// In so many quarters of the year they were together …
    pub quarters: u32,
    /// … of so many.
    pub of_quarters: u32,
}

/// Data that the code of two services uses, at least one of which writes it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ServicesShare {
    /// The one.
    pub one: ServiceId,
    /// The other.
    pub other: ServiceId,
    /// The data, as the code has it.
    pub data: String,
    /// A place in each.
    pub shown_by: Vec<Evidence>,
}

/// Where a number shown to people comes from. No answer is without one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// Counted from this organisation's own past.
    Record {
        /// How many cases.
        cases: u32,
    },
    /// From published figures.
    Prior {
        /// Which, and about what.
        about: String,
    },
    /// From a setting or a statement in a plan.
    Assumption {
        /// The key that holds it, or who stated it.
        stated: String,
    },
}

impl Source {
    /// The one word that stands beside the number.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Record { .. } => "record",
            Self::Prior { .. } => "prior",
            Self::Assumption { .. } => "assumption",
        }
    }

    /// The detail behind the word.
    pub fn detail(&self) -> String {
        match self {
            Self::Record { cases: 1 } => "one case of this organisation's own".into(),
            Self::Record { cases } => format!("{cases} cases of this organisation's own"),
            Self::Prior { about } => about.clone(),
            Self::Assumption { stated } => stated.clone(),
        }
    }
}
