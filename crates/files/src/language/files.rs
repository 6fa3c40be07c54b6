//! The kinds of files, told by their names.

use super::{Table, tables};

/// A kind of file of the plan language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKind {
    /// `kedge.toml`: the organisation's settings.
    Settings,
    /// `council.kedge.toml`: the council's order.
    Council,
    /// `TEAM/team.kedge.toml`: a team.
    Team,
    /// `TEAM/PLAN.kedge.toml`: a plan.
    Plan,
    /// `TEAM/answers*.kedge.toml`: what a team answers.
    Answers,
    /// `TEAM/data*.kedge.toml`: the datasets that a team owns.
    Data,
    /// `TEAM/proposal*.kedge.toml`: shared solutions that a team proposes.
    Proposal,
}

impl FileKind {
    /// Every kind, in the order of the reference.
    pub const ALL: [Self; 7] =
        [Self::Settings, Self::Council, Self::Team, Self::Plan, Self::Answers, Self::Data, Self::Proposal];

    /// The kind of the file with this path or name; `None` for files that are not of the plan language.
    ///
    /// ```
    /// use kedge_files::FileKind;
    /// assert_eq!(FileKind::of("checkout/one-tap.kedge.toml"), Some(FileKind::Plan));
    /// assert_eq!(FileKind::of("checkout/Cargo.toml"), None);
    /// ```
    pub fn of(path: &str) -> Option<Self> {
        let inside = super::inside(path);
        let name = inside.rsplit('/').next().unwrap_or(inside);
        if name == "kedge.toml" {
            return Some(Self::Settings);
        }
        let stem = name.strip_suffix(".kedge.toml").filter(|stem| !stem.is_empty())?;
        Some(match stem {
            "council" => Self::Council,
            "team" => Self::Team,
            _ if stem.starts_with("answers") => Self::Answers,
            _ if stem.starts_with("data") => Self::Data,
            _ if stem.starts_with("proposal") => Self::Proposal,
            _ => Self::Plan,
        })
    }

    /// Its word, as `kedge schema` takes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::Council => "council",
            Self::Team => "team",
            Self::Plan => "plan",
            Self::Answers => "answers",
            Self::Data => "data",
            Self::Proposal => "proposal",
        }
    }

    /// The pattern of its path.
    pub fn pattern(self) -> &'static str {
        match self {
            Self::Settings => "kedge.toml",
            Self::Council => "council.kedge.toml",
            Self::Team => "TEAM/team.kedge.toml",
            Self::Plan => "TEAM/PLAN.kedge.toml",
            Self::Answers => "TEAM/answers*.kedge.toml",
            Self::Data => "TEAM/data*.kedge.toml",
            Self::Proposal => "TEAM/proposal*.kedge.toml",
        }
    }

    /// What it is and who writes it.
    pub fn doc(self) -> &'static str {
        match self {
            Self::Settings => "The organisation's settings. The stewards write it.",
            Self::Council => {
                "The global order and the people who hold roles across teams. The council writes it."
            }
            Self::Team => {
                "A team: its people and how it takes asks. The team writes it; of an external team, `kept-by`."
            }
            Self::Plan => "What a team intends for a period: outcomes, work, asks. The team writes it.",
            Self::Answers => {
                "The asked team's word: answers, needs, signatures, confirmations. The asked team writes it; the latest \
                 `on` counts, for `says` and `host` apart."
            }
            Self::Data => "Data that more than one place may write or read. The owner writes it.",
            Self::Proposal => "One answer to a problem that several teams have. The author writes it.",
        }
    }

    /// What may stand at its top.
    pub fn table(self) -> &'static Table {
        match self {
            Self::Settings => &tables::SETTINGS,
            Self::Council => &tables::COUNCIL,
            Self::Team => &tables::TEAM,
            Self::Plan => &tables::PLAN,
            Self::Answers => &tables::ANSWERS,
            Self::Data => &tables::DATA,
            Self::Proposal => &tables::PROPOSALS,
        }
    }
}
