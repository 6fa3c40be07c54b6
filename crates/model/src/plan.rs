//! Plans: what a team intends for a period, its outcomes and its work.

use crate::{Date, Effort, LateCost, Meta, OutcomeId, Period, PersonId, PlanId, PriceRate, Slug, WorkId};
use serde::Serialize;

/// The head of a plan file. Its outcomes, work and asks are facts of their own that name it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Plan {
    /// Its team and file name.
    pub id: PlanId,
    /// What people call it; the id where not stated.
    pub title: Option<String>,
    /// The days it is for.
    pub period: Option<Period>,
    /// The day on which it was closed; kept as a record.
    pub closed: Option<Date>,
    /// The silences here hold for the whole file.
    pub meta: Meta,
}

impl Plan {
    /// A plan of which only the name is known.
    pub fn new(id: PlanId) -> Self {
        Self { id, title: None, period: None, closed: None, meta: Meta::default() }
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        self.title.as_deref().unwrap_or(self.id.id().as_str())
    }
}

/// Something a customer gets.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Outcome {
    /// Its name.
    pub id: OutcomeId,
    /// The plan it is part of.
    pub plan: PlanId,
    /// What people call it; the id where not stated.
    pub title: Option<String>,
    /// What it is worth once live: a claim until someone confirms it.
    pub claim: Option<PriceRate>,
    /// The first day on which it earns, where that is later than going live.
    pub value_from: Option<Date>,
    /// What being late costs.
    pub late_cost: Option<LateCost>,
    /// The last day on which it is on time.
    pub due: Option<Date>,
    /// The measure it moves, and how.
    pub kpi: Option<Kpi>,
    /// What was seen of that after it went live.
    pub observed: Option<Observed>,
    /// Who wants it.
    pub stakeholder: Option<PersonId>,
    /// How the parts that its fallbacks keep go together.
    pub combine: Combine,
    /// The day on which it went live.
    pub live: Option<Date>,
    /// The day on which it was dropped.
    pub dropped: Option<Date>,
    /// `silence`, `see`, `origin`.
    pub meta: Meta,
}

impl Outcome {
    /// An outcome of a plan with nothing else known.
    pub fn new(id: OutcomeId, plan: PlanId) -> Self {
        Self {
            id,
            plan,
            title: None,
            claim: None,
            value_from: None,
            late_cost: None,
            due: None,
            kpi: None,
            observed: None,
            stakeholder: None,
            combine: Combine::default(),
            live: None,
            dropped: None,
            meta: Meta::default(),
        }
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        self.title.as_deref().unwrap_or(self.id.id().as_str())
    }
}

/// The measure that an outcome moves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Kpi {
    /// The organisation's measure.
    pub measure: Slug,
    /// By how much, in words: `+2 points`.
    pub change: String,
}

/// What was seen of a measure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Observed {
    /// When.
    pub on: Date,
    /// What, in words.
    pub change: String,
}

/// How the shares that several fallbacks keep of one outcome go together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Combine {
    /// They multiply; the default.
    #[default]
    Product,
    /// The least counts.
    Least,
}

/// Effort that the team spends itself.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Work {
    /// Its name.
    pub id: WorkId,
    /// The plan it is part of.
    pub plan: PlanId,
    /// What people call it; the id where not stated.
    pub title: Option<String>,
    /// The outcomes it serves; empty where it is done for an ask.
    pub serves: Vec<OutcomeId>,
    /// The items it comes after, of the same team.
    pub after: Vec<WorkId>,
    /// How much it takes.
    pub effort: Option<Effort>,
    /// How many people do it together; at least 1.
    pub crew: u32,
    /// Who does it.
    pub who: Vec<PersonId>,
    /// The first day on which it may start.
    pub not_before: Option<Date>,
    /// The day on which it was started.
    pub started: Option<Date>,
    /// What is left of it, and when that was said.
    pub left: Option<Left>,
    /// The day on which it was done.
    pub done: Option<Date>,
    /// The day on which it was dropped.
    pub dropped: Option<Date>,
    /// `silence`, `see`, `origin`.
    pub meta: Meta,
}

impl Work {
    /// An item of a plan, for one person, with nothing else known.
    pub fn new(id: WorkId, plan: PlanId) -> Self {
        Self {
            id,
            plan,
            title: None,
            serves: Vec::new(),
            after: Vec::new(),
            effort: None,
            crew: 1,
            who: Vec::new(),
            not_before: None,
            started: None,
            left: None,
            done: None,
            dropped: None,
            meta: Meta::default(),
        }
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        self.title.as_deref().unwrap_or(self.id.id().as_str())
    }
}

/// What is left of something started.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Left {
    /// When that was said.
    pub on: Date,
    /// How much.
    pub effort: Effort,
}
