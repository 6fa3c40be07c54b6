//! The answer: what stands, per outcome, plan, team and for the organisation.

use crate::by_team::{OfTeam, of_team};
use crate::chain::AskStanding;
use crate::number::StandingNumber;
use crate::reach::Hold;
use kedge_model::{
    AskId, Combine, Date, Money, Organisation, OutcomeId, PlanId, Share, TeamId, WorkId, Worth, listed,
};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;

/// What stands on a day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Standing {
    /// The day: facts dated later are not known.
    pub as_of: Date,
    /// Every ask of the plans that are not closed, by name, with what opens it.
    pub asks: Vec<AskStanding>,
    /// Every outcome of those plans, by name; see [`Status`] for which count.
    pub outcomes: Vec<OutcomeStanding>,
    /// Those plans, by name.
    pub plans: Vec<PlanStanding>,
    /// The teams that have such a plan, by name.
    pub teams: Vec<TeamStanding>,
    /// The whole.
    pub organisation: StandingNumber,
}

/// What stands of an outcome, and which asks are in its way.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OutcomeStanding {
    /// The outcome.
    pub outcome: OutcomeId,
    /// Its plan.
    pub plan: PlanId,
    /// What people call it.
    pub name: String,
    /// Whether it counts.
    pub status: Status,
    /// The part of its value that is reached with no ask landing. Of a delivered outcome all, of a dropped one nothing.
    pub share: Share,
    /// What it is worth, where anybody said.
    pub worth: Option<Worth>,
    /// The asks that hold it up, nearest first; those that have landed are not among them.
    pub holds: Vec<Hold>,
    /// How their shares go together.
    pub combine: Combine,
    /// Items of it that a fallback makes unnecessary.
    pub skipped: Vec<WorkId>,
}

/// Whether an outcome counts in the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Status {
    /// It is to come: counted.
    Planned,
    /// It is live: delivered, no longer part of what is planned.
    Delivered {
        /// Since when.
        on: Date,
    },
    /// It was given up.
    Dropped {
        /// When.
        on: Date,
    },
}

/// What stands of a plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlanStanding {
    /// The plan.
    pub plan: PlanId,
    /// What people call it.
    pub name: String,
    /// How much of it stands.
    pub number: StandingNumber,
}

/// What stands of a team's plans.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TeamStanding {
    /// The team.
    pub team: TeamId,
    /// What people call it.
    pub name: String,
    /// How much of its plans stands.
    pub number: StandingNumber,
}

impl OutcomeStanding {
    /// Value a week that stands; `None` where nobody said what it is worth.
    pub fn stands(&self) -> Option<Money> {
        self.worth.map(|worth| worth.a_week * self.share.get())
    }

    /// The asks without which none of it is reached.
    pub fn lost_to(&self) -> impl Iterator<Item = &AskId> {
        self.holds.iter().filter(|hold| hold.keeps == Share::ZERO).map(|hold| &hold.ask)
    }

    /// How much of it stands and what decides that, in one sentence; dates are written as seen from `near`.
    pub fn sentence(&self, near: Date) -> String {
        match self.status {
            Status::Delivered { on } => return format!("Live since {}.", on.in_words(near)),
            Status::Dropped { on } => return format!("Dropped on {}.", on.in_words(near)),
            Status::Planned => {}
        }
        let team = self.outcome.team();
        let names = |asks: Vec<&AskId>| {
            let short = |ask: &&AskId| format!("`{}`", ask.reference().short_for(team));
            listed(asks.iter().map(short))
        };
        let lost: Vec<&AskId> = self.lost_to().collect();
        if !lost.is_empty() {
            let verb = if lost.len() == 1 { "has" } else { "have" };
            return format!("None of it stands: {} {verb} no way on.", names(lost));
        }
        if self.share == Share::ONE {
            return "All of it stands.".into();
        }
        let less: Vec<&AskId> =
            self.holds.iter().filter(|hold| hold.keeps < Share::ONE).map(|hold| &hold.ask).collect();
        format!("{} of it stands; the rest needs {}.", rounded(self.share), names(less))
    }
}

/// A share in whole per cent; never 0 or 100 unless it is exactly that.
fn rounded(share: Share) -> String {
    let percent = (share.get() * 100.0).round();
    let percent = if share.get() < 1.0 { percent.min(99.0) } else { percent };
    let percent = if share.get() > 0.0 { percent.max(1.0) } else { percent };
    format!("{percent:.0}%")
}

impl Standing {
    /// The ask with this name, where its plan is not closed.
    pub fn ask(&self, id: &AskId) -> Option<&AskStanding> {
        self.asks.binary_search_by(|it| it.ask.cmp(id)).ok().and_then(|at| self.asks.get(at))
    }

    /// The outcome with this name, where its plan is not closed.
    pub fn outcome(&self, id: &OutcomeId) -> Option<&OutcomeStanding> {
        self.outcomes.binary_search_by(|it| it.outcome.cmp(id)).ok().and_then(|at| self.outcomes.get(at))
    }

    /// The plan with this name, where it is not closed.
    pub fn plan(&self, id: &PlanId) -> Option<&PlanStanding> {
        self.plans.binary_search_by(|it| it.plan.cmp(id)).ok().and_then(|at| self.plans.get(at))
    }

    /// The team, where it has a plan that is not closed.
    pub fn team(&self, id: &TeamId) -> Option<&TeamStanding> {
        self.teams.binary_search_by(|it| it.team.cmp(id)).ok().and_then(|at| self.teams.get(at))
    }

    /// The outcomes of a plan.
    pub fn outcomes_of<'a>(&'a self, plan: &'a PlanId) -> impl Iterator<Item = &'a OutcomeStanding> {
        self.outcomes.iter().filter(move |outcome| &outcome.plan == plan)
    }
}

/// What stands on the evening of `as_of`, as far as it was known then.
pub fn standing(organisation: &Organisation, as_of: Date) -> Standing {
    standing_as_known(&organisation.known_on(as_of), as_of)
}

/// As [`standing`], for a caller that holds [`Organisation::known_on`]`(as_of)` already.
pub fn standing_as_known(organisation: &Organisation, as_of: Date) -> Standing {
    let everybody: Vec<&TeamId> = organisation.everybody().collect();
    let teams: Vec<OfTeam> = everybody.into_par_iter().map(|team| of_team(organisation, team)).collect();
    let (mut asks, mut outcomes) = (Vec::new(), Vec::new());
    for team in teams {
        asks.extend(team.asks);
        outcomes.extend(team.outcomes);
    }
    let mut by_plan: BTreeMap<&PlanId, Vec<&OutcomeStanding>> = BTreeMap::new();
    let mut by_team: BTreeMap<&TeamId, Vec<&OutcomeStanding>> = BTreeMap::new();
    for plan in organisation.plans().filter(|plan| plan.closed.is_none()) {
        by_plan.insert(&plan.id, Vec::new());
        by_team.entry(plan.id.team()).or_default();
    }
    for outcome in &outcomes {
        by_plan.entry(&outcome.plan).or_default().push(outcome);
        by_team.entry(outcome.plan.team()).or_default().push(outcome);
    }
    let plans = by_plan
        .into_iter()
        .map(|(id, outcomes)| PlanStanding {
            plan: id.clone(),
            name: organisation.plan(id).map_or_else(|| id.to_string(), |plan| plan.name().to_owned()),
            number: StandingNumber::of(outcomes),
        })
        .collect();
    let teams = by_team
        .into_iter()
        .map(|(id, outcomes)| TeamStanding {
            team: id.clone(),
            name: organisation.team(id).map_or_else(|| id.to_string(), |team| team.name().to_owned()),
            number: StandingNumber::of(outcomes),
        })
        .collect();
    let number = StandingNumber::of(&outcomes);
    Standing { as_of, asks, outcomes, plans, teams, organisation: number }
}
