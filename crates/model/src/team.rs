//! Teams, the people in them, and how each takes asks.

use crate::{
    CountRate, Date, Effort, InitiativeId, Meta, PersonId, Reference, ServiceId, Share, Slug, TeamId,
    WorkTime,
};
use serde::Serialize;
use std::collections::BTreeMap;

/// A team: everything in its `team.kedge.toml`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Team {
    /// Its name.
    pub id: TeamId,
    /// What people call it; the id where not stated.
    pub title: Option<String>,
    /// What it is for.
    pub kind: TeamKind,
    /// How many people it states; see [`Team::capacity`].
    pub stated_people: Option<u32>,
    /// Part of the people's time that goes into items. Default 100 %.
    pub focus: Share,
    /// Part of its time that goes into what is in no plan, where stated.
    pub other_work: Option<Share>,
    /// How it takes asks.
    pub takes_asks: Vec<TakesAsks>,
    /// How long an ask may lie unread.
    pub turnaround: Option<WorkTime>,
    /// Where to reach it.
    pub channel: Option<String>,
    /// What to do when it cannot help.
    pub cannot_help: Option<String>,
    /// Its own order: outcomes, work and needs of its own, others' asks.
    pub rank: Vec<Reference>,
    /// Its own rate of shifts in priority.
    pub shifts: Option<CountRate>,
    /// Its own holidays.
    pub holidays: Vec<Date>,
    /// Its names on the code host.
    pub handles: Vec<String>,
    /// File patterns `repo:glob` of what it owns.
    pub owns: Vec<String>,
    /// Its people, by name.
    pub persons: BTreeMap<Slug, Person>,
    /// When people are away.
    pub absences: Vec<Absence>,
    /// People it lends.
    pub loans: Vec<Loan>,
    /// What it offers to away teams.
    pub away_teams: Option<AwayTeams>,
    /// The services it runs.
    pub services: BTreeMap<Slug, Service>,
    /// What others may use without asking.
    pub self_services: BTreeMap<Slug, SelfService>,
    /// `silence`, `see`, `origin`.
    pub meta: Meta,
}

impl Team {
    /// A team of the kind with nothing else known of it.
    pub fn new(id: TeamId, kind: TeamKind) -> Self {
        Self {
            id,
            title: None,
            kind,
            stated_people: None,
            focus: Share::ONE,
            other_work: None,
            takes_asks: Vec::new(),
            turnaround: None,
            channel: None,
            cannot_help: None,
            rank: Vec::new(),
            shifts: None,
            holidays: Vec::new(),
            handles: Vec::new(),
            owns: Vec::new(),
            persons: BTreeMap::new(),
            absences: Vec::new(),
            loans: Vec::new(),
            away_teams: None,
            services: BTreeMap::new(),
            self_services: BTreeMap::new(),
            meta: Meta::default(),
        }
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        self.title.as_deref().unwrap_or(self.id.as_str())
    }

    /// How many people work in it: as stated, else the shares of its persons; `None` where neither is known. Persons
    /// count with their share whatever their `from` and `until`.
    pub fn capacity(&self) -> Option<f64> {
        match self.stated_people {
            Some(people) => Some(f64::from(people)),
            None if self.persons.is_empty() => None,
            None => Some(self.persons.values().map(|person| person.share.get()).sum()),
        }
    }

    /// Whether it merges what away teams bring without being asked.
    pub fn merges_openly(&self) -> bool {
        self.away_teams.as_ref().is_some_and(|away| away.merge == Merge::Open)
    }
}

/// What a team is for.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TeamKind {
    /// Product work for customers.
    Stream,
    /// What other teams build on.
    Platform,
    /// Helps other teams for a time.
    Enabling,
    /// Lives for one initiative.
    TaskForce(TaskForce),
    /// Standing, without boundaries.
    Tiger,
    /// Specialists across teams.
    Community {
        /// The teams whose people take part.
        members: Vec<TeamId>,
        /// What it knows about.
        topics: Vec<String>,
    },
    /// Outside the organisation.
    External {
        /// Who keeps its file; `None` only where a lone file mentions it.
        kept_by: Option<TeamId>,
        /// How to reach it.
        contact: Option<String>,
    },
}

impl TeamKind {
    /// The word in the plan language.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Stream => "stream",
            Self::Platform => "platform",
            Self::Enabling => "enabling",
            Self::TaskForce(_) => "task-force",
            Self::Tiger => "tiger",
            Self::Community { .. } => "community",
            Self::External { .. } => "external",
        }
    }
}

/// What a task force must say.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TaskForce {
    /// The initiative it lives for.
    pub initiative: InitiativeId,
    /// Whether its people are in it with all their time.
    pub full_time: bool,
    /// Its first day.
    pub starts: Date,
    /// Its last day.
    pub ends: Date,
    /// The people it wants, by donor.
    pub wants: Vec<(TeamId, u32)>,
    /// Who owns the result afterwards.
    pub later_owner: TeamId,
}

/// How a team takes asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TakesAsks {
    /// Weighs them against its own work.
    Independent,
    /// Exists to do them.
    ServiceProvider,
    /// Offers ways to do without it.
    SelfService,
    /// Hosts those who come to do it themselves.
    AwayTeamHost,
    /// Takes none.
    None,
}

/// A person of a team or of the council.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Person {
    /// Their name; the id where not stated.
    pub name: Option<String>,
    /// What they do for the organisation.
    pub roles: Vec<Role>,
    /// Part of their time in this team. Default 100 %.
    pub share: Share,
    /// Their first day in it.
    pub from: Option<Date>,
    /// Their last day in it.
    pub until: Option<Date>,
    /// Names and addresses in git.
    pub git: Vec<String>,
    /// `silence`, `see`, `origin`.
    pub meta: Meta,
}

/// A role that a person holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Role {
    Lead,
    Integrator,
    ProgramManager,
    Sponsor,
    Stakeholder,
}

/// Days on which a person, or the whole team, is away.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Absence {
    /// Who; the whole team where absent.
    pub who: Option<PersonId>,
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Date,
    /// Part of their time. Default 100 %.
    pub share: Share,
    /// `silence`, `see`, `origin`.
    pub meta: Meta,
}

/// The donor's consent to lend a person.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Loan {
    /// Who goes.
    pub who: PersonId,
    /// To which team.
    pub to: TeamId,
    /// Part of their time. Default 100 %.
    pub share: Share,
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Date,
    /// Whether they are embedded there rather than lent to a task force.
    pub embed: bool,
    /// `silence`, `see`, `origin`.
    pub meta: Meta,
}

/// What a host offers to away teams.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AwayTeams {
    /// Who merges.
    pub merge: Merge,
    /// Who guides.
    pub guide: Option<PersonId>,
    /// Part of the guide's time.
    pub guide_share: Option<Share>,
    /// The document with the norms.
    pub norms: Option<String>,
    /// What fits.
    pub fits: Option<String>,
    /// `silence`, `see`, `origin`.
    pub meta: Meta,
}

/// Who merges what an away team made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Merge {
    /// The host reviews and merges; the default.
    #[default]
    Host,
    /// Visitors may merge themselves: nothing here leans on the host.
    Open,
}

/// Something a team runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Service {
    /// Its name among services.
    pub id: ServiceId,
    /// What people call it.
    pub title: Option<String>,
    /// File patterns of its code.
    pub paths: Vec<String>,
    /// Why it is a service of its own.
    pub why_apart: Option<WhyApart>,
    /// `silence`, `see`, `origin`.
    pub meta: Meta,
}

/// The reason that keeps a service apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WhyApart {
    /// Which kind of reason.
    pub because: Because,
    /// The reason in words.
    pub why: String,
}

/// The reasons that count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Because {
    Load,
    Availability,
    Law,
    Team,
}

/// Something others may use without asking.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SelfService {
    /// What one gets.
    pub what: String,
    /// How one gets it.
    pub how: String,
    /// What it takes.
    pub effort: Option<Effort>,
    /// `silence`, `see`, `origin`.
    pub meta: Meta,
}
