//! What a forecast says, as data. How it looks is somebody else's job.
//!
//! Nothing here is a sentinel: a date that may never come, a capacity nobody stated and an effort nobody guessed are
//! values of their own, and every odd and every assumption carries its [`Source`].

mod courses;
mod dates;
mod failures;
mod hangs_on;
mod sampled;
mod weighed;

pub use courses::{CourseTrials, Earning};
pub use dates::{Dates, Quantile, Spread, When};
pub use failures::{CutFailing, OutcomeFailing};
pub use hangs_on::{HangsOn, Influence, Input, ResultOf};
pub use sampled::{Amount, Chance, Quantity};
pub use weighed::{BestStart, Certainty, Dropping, OnTimeByStart, Start, StartOnTime};

use crate::policy::Policy;
use kedge_model::{AskId, Date, OutcomeId, PlanId, Probability, Slug, Source, TeamId, WorkId};
use serde::Serialize;

/// The forecast of an organisation: every plan as planned and alone.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Forecast {
    /// Of which morning.
    pub as_of: Date,
    /// The seed of all draws.
    pub seed: u64,
    /// Trials behind each figure, where the figure does not say otherwise.
    pub trials: u64,
    /// The plans that are open, in the organisation's order. Policies are [`Policy::AsPlanned`] and [`Policy::Alone`];
    /// the best start of asks is not searched.
    pub plans: Vec<PlanForecast>,
    /// What is true of teams whatever is decided.
    pub teams: Vec<TeamForecast>,
}

impl Forecast {
    /// The forecast of one plan.
    pub fn plan(&self, plan: &PlanId) -> Option<&PlanForecast> {
        self.plans.iter().find(|forecast| &forecast.plan == plan)
    }
}

/// The forecast of one plan under some or all policies, and of each of its asks.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlanForecast {
    /// Which plan.
    pub plan: PlanId,
    /// Of which morning.
    pub as_of: Date,
    /// The seed of all draws.
    pub seed: u64,
    /// Trials behind each figure of a policy. In the overview *alone* has fewer; each chance says how many it rests on.
    pub trials: u64,
    /// Whether its dates are known as well as was asked for; `None` where nobody asked.
    pub precision: Option<Reached>,
    /// As planned first, then in the order of [`Policy::ALL`]; all on the same random numbers.
    pub policies: Vec<PolicyForecast>,
    /// Its asks, in the order of its file.
    pub asks: Vec<AskForecast>,
    /// Which inputs its result as planned hangs on, in order.
    pub hangs_on: HangsOn,
    /// What was taken for granted, each with its source; nothing that made no difference here.
    pub assumptions: Vec<Assumption>,
    /// What a reader must know before the dates are believed.
    pub notes: Vec<Note>,
}

impl PlanForecast {
    /// What one policy comes to.
    pub fn policy(&self, policy: Policy) -> Option<&PolicyForecast> {
        self.policies.iter().find(|forecast| forecast.policy == policy)
    }

    /// The forecast of one ask.
    pub fn ask(&self, ask: &AskId) -> Option<&AskForecast> {
        self.asks.iter().find(|forecast| &forecast.ask == ask)
    }
}

/// How well the P80s of a plan as planned are known, against what was asked for.
///
/// An outcome in neither list has no date to be known better: it is live, or there is too little data.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reached {
    /// The working days either way that were asked for.
    pub working_days: u32,
    /// The outcomes whose P80 is known that well, as a date or as never.
    pub known: Vec<OutcomeId>,
    /// Those whose P80 is not, after the most trials that are run.
    pub open: Vec<OutcomeId>,
}

/// What one policy comes to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PolicyForecast {
    /// Which.
    pub policy: Policy,
    /// The plan's outcomes, in the order of its file; those dropped are left out.
    pub outcomes: Vec<OutcomeForecast>,
    /// Weeks of its own people's work from as-of to the plan's horizon: work, fallbacks, their upkeep and their leaving.
    pub person_weeks: Quantity,
    /// What that is worth.
    pub worth: NetValue,
}

/// When an outcome goes live.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OutcomeForecast {
    /// Which.
    pub outcome: OutcomeId,
    /// The last day on which it is on time: its own date, else the end of its plan's period.
    pub due: Option<Date>,
    /// When it goes live.
    pub live: Dates,
    /// The chance to be live by `due`; `None` without a due date, or with too little data.
    pub by_due: Option<Chance>,
}

/// What is missing for a date.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lack {
    /// This work has no effort.
    Effort(WorkId),
    /// This fallback has no `create`.
    Create {
        /// The ask that it is for.
        ask: AskId,
        /// Its name in the chain.
        fallback: Slug,
    },
    /// No work and no ask says what has to happen for this outcome.
    Work(OutcomeId),
}

/// What a plan is worth under one policy.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NetValue {
    /// In money, from as-of to the horizons.
    Money(Account),
    /// No outcome has a value and nothing a price: weeks and person-weeks are all there is.
    NoValue,
    /// An outcome with a value has no date; these are missing.
    TooLittleData(Vec<Lack>),
}

impl NetValue {
    /// The account, where there is one.
    pub fn account(&self) -> Option<&Account> {
        match self {
            NetValue::Money(account) => Some(account),
            _ => None,
        }
    }
}

/// Expected money of a plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Account {
    /// Value accrued to each outcome's horizon.
    pub value: Amount,
    /// Value less the price of people, prices and fees of what was bought, and the cost of being late.
    pub net: Amount,
    /// Net less the net as planned, trial by trial on the same random numbers; nothing for as planned itself.
    pub gain: Amount,
    /// The same for all other plans together that this can touch: what it costs or gives them. `None` in the overview,
    /// where policies are not run side by side.
    pub gain_elsewhere: Option<Amount>,
    /// Whether a person-week has a price; otherwise `net` leaves people out.
    pub people_priced: bool,
    /// Outcomes without a value, which count nothing here.
    pub unvalued: Vec<OutcomeId>,
}

/// What is known of one ask.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AskForecast {
    /// Which.
    pub ask: AskId,
    /// Who is asked.
    pub to: TeamId,
    /// What its landing rests on: one source per ask.
    pub lands_by: LandsBy,
    /// The chance that it is taken up, where that is drawn, with its source.
    pub taken_up: Option<Odds>,
    /// When it lands, as planned; all sources behind it are in `sources`.
    pub lands: Dates,
    /// The chance that it lands by `wanted`, where that is stated.
    pub by_wanted: Option<Chance>,
    /// The chance that it lands by the day on which it is needed, where there is one.
    pub by_needed: Option<Chance>,
    /// Where the odds come from.
    pub sources: Vec<Source>,
    /// The day by which it must land for the due dates to be met with P80 of what follows.
    pub needed_by: NeededBy,
    /// By how many working days that may be off either way, from sampling what follows; `None` where there is no such day.
    pub needed_by_within: Option<u32>,
    /// The last morning to start the first self-reliant fallback.
    pub decide_by: DecideBy,
    /// The curve behind decide-by; `None` in the overview, and where there is no decide-by to search for.
    pub on_time_by_start: Option<OnTimeByStart>,
    /// The start with the highest expected net value.
    pub best_start: BestStart,
    /// What it would be worth to know today whether and when it lands.
    pub certainty: Certainty,
    /// What giving it up would be worth, with all that it gates.
    pub dropping: Dropping,
    /// The share of trials, as planned, in which an outcome of the plan waits for this ask last of all.
    pub waits: Chance,
    /// The chain of fallbacks, in order.
    pub fallbacks: Vec<FallbackForecast>,
}

/// What decides whether and when an ask lands.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LandsBy {
    /// It has landed, or was served.
    Landed(Date),
    /// When this item of the asked team ends.
    Item(WorkId),
    /// Through the asked team's queue, which is filled to this share (1 is all of its time).
    Queue {
        /// Mean remaining effort and other work over people × working days.
        filled: f64,
    },
    /// Drawn from a distribution in calendar days.
    Distribution,
    /// It is dead: it never lands.
    Dead,
}

/// A probability with its source.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Odds {
    /// How likely.
    pub chance: Probability,
    /// Where that comes from.
    pub source: Source,
}

/// The day by which an ask must have landed.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NeededBy {
    /// This day.
    On(Date),
    /// Before as-of already, by this many working days.
    Passed {
        /// How many.
        working_days: u32,
    },
    /// No dated outcome waits for it.
    NoDue,
    /// Nothing is needed any more: it has landed, or what it gates is live.
    NotNeeded,
    /// What follows its gate cannot be timed.
    TooLittleData(Vec<Lack>),
}

/// The last morning to start the first self-reliant fallback of an ask.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DecideBy {
    /// Starting on this morning still meets the confidence.
    On(Date),
    /// Even starting at as-of misses: start now, cut scope or move the date.
    TooLate {
        /// By how much the latest outcome misses at the confidence asked for; `None` where it is never reached.
        weeks: Option<f64>,
    },
    /// No dated outcome waits for it.
    NoDue,
    /// No fallback in its chain is self-reliant.
    NoFallback,
    /// A fallback runs or lives already.
    Taken,
    /// Nothing is to decide any more: it has landed, or what it gates is live.
    NotNeeded,
    /// The fallback or the work cannot be timed.
    TooLittleData(Vec<Lack>),
}

/// A length of lateness as people say it: `4 days`, `3 weeks`. The same words wherever it is told.
pub fn in_weeks(weeks: f64) -> String {
    let counted =
        |number: u32, noun: &str| if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") };
    if weeks < 1.5 {
        counted((weeks * 7.0).ceil() as u32, "day")
    } else {
        counted(weeks.round() as u32, "week")
    }
}

impl DecideBy {
    /// The date, where there is one.
    pub fn date(&self) -> Option<Date> {
        match self {
            DecideBy::On(date) => Some(*date),
            _ => None,
        }
    }
}

/// One entry of a chain.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FallbackForecast {
    /// Its name in the chain.
    pub fallback: Slug,
    /// Whether nobody else can stop it.
    pub self_reliant: bool,
    /// The chance that whoever must answer says yes, where somebody must.
    pub accepted: Option<Odds>,
    /// The morning on which it is taken at the latest, where there is one.
    pub decide_by: Option<Date>,
    /// The share of trials, as planned, in which it is taken.
    pub taken: Chance,
}

/// Something taken for granted, and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Assumption {
    /// What, in words: "priorities of payments shift 0.5 times a quarter".
    pub what: String,
    /// Where it comes from.
    pub source: Source,
}

/// What a reader must know before the dates are believed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Note {
    /// Nobody says how many people the team has: its items do not queue.
    CapacityUnknown(TeamId),
    /// The item needs more people than its team has, and never starts.
    CrewTooLarge(WorkId),
    /// In some trials the team had no time left to start anything.
    NothingLeft {
        /// Which team.
        team: TeamId,
        /// The share of trials, in per mille.
        per_mille: u32,
    },
    /// The outcome has neither a due date nor a plan with a period.
    NoDue(OutcomeId),
    /// Work of the plan's team without an effort takes no time in the queue: dates may come later.
    Untimed(WorkId),
    /// An effort rests on fewer past cases than what one time in ten exceeds takes ([`crate::history::ENOUGH_CASES`]): its
    /// interval is widened as for so few. One case alone is taken as a lone estimate.
    FewCases {
        /// Whose effort.
        of: Estimated,
        /// How many cases there are.
        cases: u32,
    },
}

/// What has an effort.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Estimated {
    /// A work item.
    Work(WorkId),
    /// An ask, in the queue of the asked team.
    Ask(AskId),
    /// The `create` of a fallback.
    Create {
        /// The ask that it is a fallback of.
        ask: AskId,
        /// The fallback.
        fallback: Slug,
    },
}

impl std::fmt::Display for Estimated {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Estimated::Work(work) => write!(f, "{work}"),
            Estimated::Ask(ask) => write!(f, "{ask}"),
            Estimated::Create { ask, fallback } => write!(f, "{ask}/{fallback}"),
        }
    }
}

/// What is true of a team whatever is decided.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TeamForecast {
    /// Which.
    pub team: TeamId,
    /// How many people it has, those away left out, in the mean over the working days that `filled` looks at; `None` is
    /// "capacity unknown".
    pub people: Option<f64>,
    /// Mean remaining effort of its own items plus other work over its people's working days, to the end of its last
    /// plan's period; `None` where capacity is unknown or nobody is there in that time.
    pub filled: Option<f64>,
    /// In which share of trials, as planned, nothing was left to start anything with.
    pub starved: Chance,
}

/// What a set of stances comes to, beside the plan as it stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// The plan's outcomes.
    pub outcomes: Vec<OutcomeForecast>,
    /// Weeks of its own people's work.
    pub person_weeks: Quantity,
    /// What it is worth; its gain is over the plan as planned.
    pub worth: NetValue,
}
