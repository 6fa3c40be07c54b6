//! What a rule is: its documentation as data, and how it is run.

use crate::answers::Answers;
use crate::policy::Silences;
use crate::together::Together;
use kedge_model::{Code, Finding, Severity};
use serde::Serialize;

/// The day as of which every example of a rule is looked at.
pub const EXAMPLES_AS_OF: &str = "2026-10-14";

/// All that is written about a rule. What `kedge explain` prints, and what the page of rules is generated from.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RuleDoc {
    /// Its stable code.
    pub code: Code,
    /// Its name, in words with hyphens.
    pub name: &'static str,
    /// What it is about.
    pub group: Group,
    /// How much a finding matters where no policy says otherwise.
    pub severity: Severity,
    /// The answers that must be there for it to run.
    pub needs: &'static [Need],
    /// The version that has it first.
    pub since: &'static str,
    /// What it finds, in a sentence or two, with every exception.
    pub finds: &'static str,
    /// Why that matters.
    pub why: &'static str,
    /// Where the reason comes from.
    pub source: &'static str,
    /// Files in which it finds something.
    pub failing: &'static [Sheet],
    /// The same files, mended.
    pub passing: &'static [Sheet],
    /// What to do, with the lines to add.
    pub fix: &'static str,
}

/// One file of an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Sheet {
    /// Its path in the organisation's folder; `survey.json` is no file of it, but what a survey of its repositories found.
    pub path: &'static str,
    /// Its text.
    pub text: &'static str,
}

/// What a rule is about: the hundreds of its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// K0xx: the files themselves.
    Files,
    /// K1xx: asks and their fallbacks.
    Asks,
    /// K2xx: plans.
    Plans,
    /// K3xx: hacks.
    Hacks,
    /// K4xx: ways of working together.
    Coordination,
    /// K5xx: shared data and shared solutions.
    Alignment,
    /// K6xx: teams and code.
    Structure,
}

impl Group {
    /// The heading of the group.
    pub fn title(self) -> &'static str {
        match self {
            Self::Files => "Files",
            Self::Asks => "Asks",
            Self::Plans => "Plans",
            Self::Hacks => "Hacks",
            Self::Coordination => "Coordination",
            Self::Alignment => "Alignment",
            Self::Structure => "Structure",
        }
    }
}

/// The answers that a rule may read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// The plans, and what stands: there on every keystroke.
    Structure,
    /// What was counted in the histories of repositories.
    Evidence,
    /// Who writes and reads which data, found in their sources.
    Data,
    /// What is there twice, found in their sources.
    Duplicates,
    /// Ownership beside what changes together, layers and services.
    Borders,
    /// The forecast.
    Timing,
    /// What hacks have cost and what leaving them takes: the ledger.
    Price,
}

impl Need {
    /// The word in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Structure => "structure",
            Self::Evidence | Self::Data | Self::Duplicates | Self::Borders => "evidence",
            Self::Timing => "timing",
            Self::Price => "price",
        }
    }
}

/// A rule: what is written about it, and how it is run. As data it is what is written about it.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct Rule {
    /// What is written about it.
    pub doc: RuleDoc,
    #[serde(skip)]
    pub(crate) run: Run,
}

/// Who raises the findings of a rule.
#[derive(Debug)]
pub(crate) enum Run {
    /// Reading the files, or building the organisation: the findings come in.
    OnReading,
    /// The rule itself, over the answers: all of them, each time that anything changes.
    Over(fn(&Answers<'_>) -> Vec<Finding>),
    /// The rule itself, once for each team, and again for a team only where something near it changes. What the rule goes
    /// through comes from [`Answers::holding`], [`Answers::in_play`], [`Answers::written_part`] or
    /// [`Answers::known_part`], which give that team's part; whatever else it looks up may be anything that the team's
    /// files say, that files of teams which they name say, or that files which name the team say, besides the settings.
    Near(fn(&Answers<'_>) -> Vec<Finding>),
    /// The rule itself, once it is known what each team's share is: gathered as by [`Run::Near`], and looked at together.
    Together(&'static dyn Together),
    /// The rule itself, once it is known which silences had an effect.
    OverSilences(fn(&Silences) -> Vec<Finding>),
}
