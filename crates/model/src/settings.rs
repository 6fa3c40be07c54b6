//! What the stewards set for the whole organisation (`kedge.toml`), with every default in this one place.

use crate::{
    Code, CountRate, Currency, Date, Meta, Per, Price, Probability, Reference, Severity, Share, Slug, TeamId,
    Weekday, WorkTime,
};
use serde::Serialize;
use std::collections::BTreeMap;

/// `kedge.toml`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Settings {
    /// The organisation's name.
    pub name: String,
    /// The one currency, where stated.
    pub currency: Option<Currency>,
    /// IANA name of the zone whose days the dates are.
    pub time_zone: String,
    /// How old the organisation is: sets severities.
    pub stage: Stage,
    /// How long after `due` an outcome's value counts. Default 52 weeks.
    pub horizon: WorkTime,
    /// The chance of being on time that a plan should reach. Default 80 %.
    pub confidence: Share,
    /// What a person's week costs; without it weeks are not turned into money.
    pub person_week: Option<Price>,
    /// P90 over P50 of an effort that is a lone median. Default 2.
    pub spread: f64,
    /// Who owns the dependency problem: a person or a team.
    pub steward: Option<Reference>,
    /// Working days and hours.
    pub calendar: Calendar,
    /// The assumptions of the forecast.
    pub assume: Assume,
    /// Severities that differ from the rules' own.
    pub severities: BTreeMap<Code, Level>,
    /// The organisation's measures.
    pub measures: BTreeMap<Slug, Measure>,
    /// The repositories that areas and evidence speak of.
    pub repositories: BTreeMap<Slug, Repository>,
    /// Other places that hold teams' files.
    pub sources: Vec<SourceFolder>,
    /// Where the organisation's own settings are, in a repository that holds only some of its teams.
    pub part_of: Option<PartOf>,
    /// `silence`, `see`, `origin`.
    pub meta: Meta,
}

impl Default for Settings {
    /// The defaults of the plan language, with an empty name.
    fn default() -> Self {
        Self {
            name: String::new(),
            currency: None,
            time_zone: "UTC".into(),
            stage: Stage::Scaling,
            horizon: WorkTime::weeks(52),
            confidence: Share::percent(80),
            person_week: None,
            spread: 2.0,
            steward: None,
            calendar: Calendar::default(),
            assume: Assume::default(),
            severities: BTreeMap::new(),
            measures: BTreeMap::new(),
            repositories: BTreeMap::new(),
            sources: Vec::new(),
            part_of: None,
            meta: Meta::default(),
        }
    }
}

/// How far an organisation has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Looking for what customers want: never gets an alignment error.
    Searching,
    /// Growing; the default.
    #[default]
    Scaling,
    /// Settled.
    Mature,
}

/// Severity by policy: as [`Severity`], or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// The rule is not run.
    Off,
    /// The rule reports at this severity.
    At(Severity),
}

/// `[calendar]`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Calendar {
    /// Working days of the week; never empty.
    pub days: Vec<Weekday>,
    /// Working hours of a day, above 0. Default 8.
    pub hours: f64,
    /// First month of the year that quarters are counted in, 1 to 12. Default 1.
    pub first_month: u8,
    /// Days on which nobody works.
    pub holidays: Vec<Date>,
}

impl Default for Calendar {
    fn default() -> Self {
        Self { days: Weekday::ALL[..5].to_vec(), hours: 8.0, first_month: 1, holidays: Vec::new() }
    }
}

impl Calendar {
    /// Working days in a week, 1 to 7.
    pub fn days_a_week(&self) -> f64 {
        self.days.len() as f64
    }

    /// Whether it is a working day of the week; holidays are the forecast's concern.
    pub fn works_on(&self, weekday: Weekday) -> bool {
        self.days.contains(&weekday)
    }
}

/// `[assume]`: what the forecast takes for granted where nothing better is known. Each default is of the design,
/// `forecast.md`; wherever one was used it is shown as an assumption.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Assume {
    /// Part of a team's time that goes elsewhere, where the team does not say. Default 30 %.
    pub other_work: Share,
    /// Part of one person that a guide gives to an away team. Default 10 %.
    pub guide_share: Share,
    /// Shifts in priority of a team. Default 0.5 a quarter.
    pub shifts: CountRate,
    /// Chance that a shift drops an ask. Default 30 %.
    pub dropped: Share,
    /// Whether lone estimates get the reference class of overruns. Default fat.
    pub tails: Tails,
    /// P90 of the factor that all efforts of a plan share; its median is 1. Default 1.3; 1 is off.
    pub plan_factor: f64,
    /// P90 of the factor that all efforts share; its median is 1. Default 1.15; 1 is off.
    pub organisation_factor: f64,
    /// Chance that an ask is ever taken up, by its answer.
    pub take_up: TakeUp,
    /// Chance that a leaning fallback is accepted, by its kind.
    pub leaning: Leaning,
}

impl Default for Assume {
    fn default() -> Self {
        Self {
            other_work: Share::percent(30),
            guide_share: Share::percent(10),
            shifts: CountRate { count: 0.5, per: Per::Quarter },
            dropped: Share::percent(30),
            tails: Tails::Fat,
            plan_factor: 1.3,
            organisation_factor: 1.15,
            take_up: TakeUp::default(),
            leaning: Leaning::default(),
        }
    }
}

/// Whether a lone estimate is widened by the reference class of overruns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tails {
    /// The spread as stated.
    Thin,
    /// Widened.
    Fat,
}

/// Chance of being taken up without a record, by the latest answer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct TakeUp {
    /// No answer. Default 50 %.
    pub none: Probability,
    /// Considering. Default 60 %.
    pub considering: Probability,
    /// Countered and not yet accepted. Default 70 %.
    pub countered: Probability,
    /// Committed, or a counter-offer accepted. Default 90 %.
    pub committed: Probability,
}

impl Default for TakeUp {
    fn default() -> Self {
        Self {
            none: Probability::percent(50),
            considering: Probability::percent(60),
            countered: Probability::percent(70),
            committed: Probability::percent(90),
        }
    }
}

/// Chance that a leaning fallback is accepted when it is taken.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Leaning {
    /// An away team whose host said welcome. Default 70 %.
    pub welcome: Probability,
    /// An away team whose host said nothing. Default 40 %.
    pub unknown: Probability,
    /// Raising it to the council. Default 40 %.
    pub escalate: Probability,
    /// A tiger team. Default 30 %.
    pub tiger_team: Probability,
    /// A community of practice. Default 30 %.
    pub community: Probability,
}

impl Default for Leaning {
    fn default() -> Self {
        Self {
            welcome: Probability::percent(70),
            unknown: Probability::percent(40),
            escalate: Probability::percent(40),
            tiger_team: Probability::percent(30),
            community: Probability::percent(30),
        }
    }
}

/// A measure of the organisation that outcomes move.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Measure {
    /// What it is.
    pub title: String,
    /// What it is counted in.
    pub unit: Option<String>,
    /// Which way is better.
    pub better: Direction,
    /// `silence`, `see`, `origin`.
    pub meta: Meta,
}

/// Up or down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Direction {
    Up,
    Down,
}

/// Where something is kept: a folder or a git remote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Location {
    /// A folder, relative to `kedge.toml`.
    Path(String),
    /// A git URL.
    Git(String),
}

/// A repository of code.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Repository {
    /// Where it is.
    pub location: Location,
    /// The revision to read; its default branch where absent.
    pub rev: Option<String>,
    /// The path of its CODEOWNERS file where that is unusual.
    pub codeowners: Option<String>,
    /// `silence`, `see`, `origin`.
    pub meta: Meta,
}

/// A place that holds the files of some teams.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SourceFolder {
    /// Where it is.
    pub location: Location,
    /// The revision to read.
    pub rev: Option<String>,
    /// The folder within it.
    pub under: Option<String>,
    /// The teams it may speak for; any where empty.
    pub holds: Vec<TeamId>,
    /// `silence`, `see`, `origin`.
    pub meta: Meta,
}

/// The organisation that a repository holds some teams of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PartOf {
    /// Where it is; a path is relative to the file that says so.
    pub location: Location,
    /// The revision to read; its default branch where absent.
    pub rev: Option<String>,
    /// The folder within it that holds `kedge.toml`.
    pub under: Option<String>,
}
