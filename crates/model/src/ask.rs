//! Asks to other teams, and the fallbacks behind each.

use crate::{
    AskId, ClockTime, Date, Effort, EffortRate, Left, Meta, PersonId, PlanId, Price, PriceRate, Probability,
    Reference, Share, Slug, TeamId, WorkId,
};
use serde::Serialize;

/// A request to another team that gates some work or outcome. The asking team alone writes it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ask {
    /// Its name.
    pub id: AskId,
    /// The plan it is part of.
    pub plan: PlanId,
    /// Who is asked.
    pub to: TeamId,
    /// What is asked for.
    pub what: String,
    /// Why it matters.
    pub why: Option<String>,
    /// When and how it was asked, oldest first; empty where nobody asked yet.
    pub asked: Vec<Asked>,
    /// The day by which it is wanted.
    pub wanted: Option<Date>,
    /// A guess of the asked team's effort.
    pub effort: Option<Effort>,
    /// The asker's own odds, which override all others.
    pub odds: Option<StatedOdds>,
    /// The work or outcomes that wait for it, of the asking team; never empty.
    pub gates: Vec<Reference>,
    /// What part of the asked team's area it is about.
    pub area: Option<String>,
    /// The day on which the ask changed: earlier answers are void.
    pub revised: Option<Date>,
    /// The day on which a counter-offer was accepted.
    pub accepted: Option<Date>,
    /// That the asker served itself.
    pub served: Option<Served>,
    /// The day on which it was withdrawn.
    pub withdrawn: Option<Date>,
    /// The last day on which it is of use.
    pub until: Option<Date>,
    /// Landings that turned out not to be.
    pub returned: Vec<Returned>,
    /// What the asking team does instead, in order: each is the fallback of the one before.
    pub fallbacks: Vec<Fallback>,
    /// `silence`, `see`, `origin`.
    pub meta: Meta,
}

impl Ask {
    /// An ask of a plan with nothing else known. It still lacks what it gates.
    pub fn new(id: AskId, plan: PlanId, to: TeamId, what: String) -> Self {
        Self {
            id,
            plan,
            to,
            what,
            why: None,
            asked: Vec::new(),
            wanted: None,
            effort: None,
            odds: None,
            gates: Vec::new(),
            area: None,
            revised: None,
            accepted: None,
            served: None,
            withdrawn: None,
            until: None,
            returned: Vec::new(),
            fallbacks: Vec::new(),
            meta: Meta::default(),
        }
    }
}

/// One time that it was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Asked {
    /// When.
    pub on: Date,
    /// Through which channel.
    pub how: Option<String>,
}

/// The asker's own odds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct StatedOdds {
    /// Chance that it is ever taken up.
    pub taken_up: Probability,
    /// Half of the taken-up land within this time.
    pub median: ClockTime,
}

/// That the asker found a self-service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Served {
    /// When.
    pub on: Date,
    /// By which self-service, `team/id`.
    pub self_service: Option<Reference>,
}

/// A landing that was given back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Returned {
    /// When.
    pub on: Date,
    /// What was wrong with it.
    pub why: String,
}

/// What the asking team does if the ask does not land.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fallback {
    /// Its name within the ask; its kind's word where not stated.
    pub id: Slug,
    /// What kind of way on it is.
    pub kind: FallbackKind,
    /// What it is, in words.
    pub what: Option<String>,
    /// Chance that it is accepted, where the asker states one; only leaning kinds have it.
    pub odds: Option<Probability>,
    /// What making it takes: our people, but those of the tiger team or the community where it is one.
    pub create: Option<Effort>,
    /// What it takes while it lives.
    pub maintain: Option<EffortRate>,
    /// What leaving it takes; absent means there is no way out.
    pub migrate: Option<Effort>,
    /// The part of the outcome's value that it keeps.
    pub keeps: Share,
    /// Items that need not be done if it is taken.
    pub skips: Vec<WorkId>,
    /// The day by which it should be gone.
    pub expires: Option<Date>,
    /// What was decided about starting it.
    pub start: Stance,
    /// The day on which it was taken.
    pub taken: Option<Date>,
    /// What is left of its making.
    pub left: Option<Left>,
    /// The day on which it went live.
    pub live: Option<Date>,
    /// The day on which its making was stopped.
    pub stopped: Option<Date>,
    /// The day on which it was left for the real thing.
    pub migrated: Option<Date>,
    /// `silence`, `see`, `origin`.
    pub meta: Meta,
}

impl Fallback {
    /// A fallback of the kind with nothing else known: costs absent, all of the value kept, start at decide-by.
    pub fn new(id: Slug, kind: FallbackKind) -> Self {
        Self {
            id,
            kind,
            what: None,
            odds: None,
            create: None,
            maintain: None,
            migrate: None,
            keeps: Share::ONE,
            skips: Vec::new(),
            expires: None,
            start: Stance::DecideBy,
            taken: None,
            left: None,
            live: None,
            stopped: None,
            migrated: None,
            meta: Meta::default(),
        }
    }

    /// Whether it was taken and lives: a debt with interest and a way out.
    pub fn is_live(&self) -> bool {
        self.live.is_some() && self.migrated.is_none() && self.stopped.is_none()
    }

    /// Whether its making is under way.
    pub fn is_running(&self) -> bool {
        self.taken.is_some() && self.live.is_none() && self.stopped.is_none()
    }

    /// What people call it: its words, else its kind.
    pub fn name(&self) -> &str {
        self.what.as_deref().unwrap_or(self.kind.word())
    }
}

/// The kinds of way on.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FallbackKind {
    /// Work round it.
    Hack,
    /// Make the same thing ourselves.
    Recreate,
    /// Buy it.
    Buy(Purchase),
    /// Ship less.
    Descope,
    /// Ship without it.
    DoWithout,
    /// Send people to the asked team.
    AwayTeam {
        /// The host; the asked team where absent.
        with: Option<TeamId>,
        /// Who goes.
        send: Vec<PersonId>,
    },
    /// Let a tiger team do it.
    TigerTeam {
        /// Which.
        with: TeamId,
    },
    /// Let a community of practice do it.
    Community {
        /// Which.
        with: TeamId,
    },
    /// Raise it to the council.
    Escalate {
        /// Who must answer; the council where absent.
        with: Option<TeamId>,
    },
}

impl FallbackKind {
    /// The word in the plan language.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Hack => "hack",
            Self::Recreate => "recreate",
            Self::Buy(_) => "buy",
            Self::Descope => "descope",
            Self::DoWithout => "do-without",
            Self::AwayTeam { .. } => "away-team",
            Self::TigerTeam { .. } => "tiger-team",
            Self::Community { .. } => "community",
            Self::Escalate { .. } => "escalate",
        }
    }

    /// Whom it names to answer for it; `None` where it names nobody.
    pub fn with(&self) -> Option<&TeamId> {
        match self {
            Self::AwayTeam { with, .. } | Self::Escalate { with } => with.as_ref(),
            Self::TigerTeam { with } | Self::Community { with } => Some(with),
            Self::Hack | Self::Recreate | Self::Buy(_) | Self::Descope | Self::DoWithout => None,
        }
    }

    /// Whether the kind needs someone else's yes. An away team is the exception that
    /// [`Organisation::is_self_reliant`](crate::Organisation::is_self_reliant) knows of.
    pub fn is_leaning(&self) -> bool {
        matches!(
            self,
            Self::AwayTeam { .. } | Self::TigerTeam { .. } | Self::Community { .. } | Self::Escalate { .. }
        )
    }

    /// Whether it opens what it gates at once, with nothing to make.
    pub fn is_immediate(&self) -> bool {
        matches!(self, Self::Descope | Self::DoWithout)
    }
}

/// What buying takes.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Purchase {
    /// Who sells it.
    pub vendor: Option<String>,
    /// What it costs once.
    pub price: Option<Price>,
    /// What it costs while it is used.
    pub fee: Option<PriceRate>,
    /// How long until it is there; takes nobody's time.
    pub lead: Option<ClockTime>,
}

/// What a team has decided about starting a fallback.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stance {
    /// Wait until decide-by; the default.
    #[default]
    DecideBy,
    /// Start it now.
    Now,
    /// Start it on a day.
    On(Date),
}
