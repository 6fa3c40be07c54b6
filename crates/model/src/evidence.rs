//! Evidence: what was found in a repository, and where. Readers of code produce it; nobody edits it.

use crate::{Date, Slug};
use serde::Serialize;

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
