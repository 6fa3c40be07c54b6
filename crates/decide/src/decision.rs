//! The ways on for one ask, side by side.

mod conditions;
mod flip;
mod inputs;
mod listing;
mod reckoning;
mod recommend;
mod weigh;

pub(crate) use weigh::Weighed;

pub use flip::{Flip, Sought};
pub use inputs::Turns;
pub use reckoning::{Earned, Reckoning, Unit, in_full};

use crate::hack_or_wait::{HackOrWait, hack_or_wait};
use crate::losses::{AskLoss, Losses};
use crate::models::ModelName;
use crate::sentence;
use kedge_floor::Standing;
use kedge_forecast::{Amount, Chance, Forecaster, PlanForecast, Quantity};
use kedge_model::{
    AskId, Date, Effort, EffortRate, InitiativeId, OutcomeId, Price, PriceRate, Reference, Share, Slug,
    Source, TeamId,
};
use serde::Serialize;
use weigh::Runs;

/// The ways on for an ask, with the one that is worth most.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Decision {
    /// The ask.
    pub ask: AskId,
    /// Who is asked.
    pub to: TeamId,
    /// Of which morning.
    pub as_of: Date,
    /// The seed of all draws.
    pub seed: u64,
    /// Trials behind each way on; all on the same random numbers.
    pub trials: u64,
    /// In what net values are printed and compared.
    pub unit: Unit,
    /// The ways on, in the order of [`Route`]; those of the plan in the order of its chain.
    pub ways: Vec<WayOn>,
    /// Which of them is recommended; `None` where there is nothing to weigh.
    pub recommended: Option<usize>,
    /// What the recommendation goes by.
    pub criterion: Criterion,
    /// Why, in one sentence.
    pub why: String,
    /// Changes of one input, each of which would make another way the recommendation: the smallest change first. Absent
    /// where they were not sought.
    pub flips: Option<Vec<Flip>>,
    /// The inputs that were moved to find them, each with how far; nothing where they were not sought.
    pub sought: Vec<Sought>,
    /// Working round it now against waiting, by when it lands; `None` where there is nothing to start, or to wait for.
    pub hack_or_wait: Option<HackOrWait>,
    /// What can lose the outcomes that the ask gates, as far as it is about this ask alone.
    pub losses: Vec<AskLoss>,
}

impl Decision {
    /// The way that is recommended.
    pub fn recommendation(&self) -> Option<&WayOn> {
        self.ways.get(self.recommended?)
    }

    /// The smallest change of one input that would make another way the recommendation.
    pub fn nearest_flip(&self) -> Option<&Flip> {
        self.flips.as_ref()?.first()
    }

    /// What would turn the recommendation, in a sentence; that nothing within reach does, where it was sought. `None` where it
    /// was not, or there is nothing to weigh.
    pub fn turns(&self) -> Option<&str> {
        match self.flips.as_deref()? {
            [nearest, ..] => Some(&nearest.sentence),
            [] if self.criterion == Criterion::NetValue => {
                Some("Nothing turns it among the inputs that were moved, each as far as it is said.")
            }
            [] => None,
        }
    }

    /// Which inputs were moved to find what turns it, and how far, in a sentence; `None` where none was.
    pub fn sought_in_words(&self) -> Option<String> {
        let all: Vec<String> = self.sought.iter().map(|it| it.what.clone()).collect();
        (!all.is_empty()).then(|| format!("Moved one at a time: {}.", all.join("; ")))
    }

    /// The way that happens if nobody decides anything.
    pub fn planned(&self) -> Option<&WayOn> {
        self.ways.iter().find(|way| way.as_planned)
    }
}

/// What a recommendation goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Criterion {
    /// The highest expected net value.
    NetValue,
    /// The highest chance of being on time, where no outcome has a value.
    OnTime,
    /// Nothing: what is missing is said in `why`.
    Nothing,
}

/// The routes on from an ask, in the order in which they are weighed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Route {
    /// Use what is there already.
    SelfService,
    /// Do it in the right place.
    AwayTeam,
    /// Work round it: hack, recreate or buy.
    WorkRound,
    /// A task force, through the outcome's initiative.
    TaskForce,
    /// A team that goes anywhere.
    TigerTeam,
    /// Specialists across teams.
    Community,
    /// Have it ranked for everybody.
    Council,
    /// Take what they offer instead.
    Offer,
    /// Wait for them.
    Wait,
    /// Ship less, or without it.
    Descope,
    /// Give it up, and do the next thing.
    Drop,
}

/// One way on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WayOn {
    /// On which route it lies.
    pub route: Route,
    /// Which.
    pub way: Way,
    /// What it is, as a heading: `Start the vault table now`.
    pub what: String,
    /// Other ways that come to the same in every trial, as headings.
    pub same: Vec<String>,
    /// Whether this is what happens if nobody decides anything else.
    pub as_planned: bool,
    /// The coordination model that it follows, where it follows one.
    pub model: Option<ModelName>,
    /// The chance that every dated outcome that the ask gates is on time.
    pub on_time: Option<Chance>,
    /// How its net value comes about, to be reckoned again by hand.
    pub reckoning: Option<Reckoning>,
    /// Expected net value of all plans of the team that asks, from as-of to their outcomes' horizons; its error from sampling.
    pub net: Option<Amount>,
    /// Net value less that of the plan as it is; its error from sampling, trial by trial.
    pub against_plan: Option<Amount>,
    /// What it gives or costs the plans of all other teams together, against the plan as it is.
    pub elsewhere: Option<Amount>,
    /// Weeks of the team's own people.
    pub person_weeks: Option<Quantity>,
    /// What the plan says that it costs us.
    pub costs: Costs,
    /// What it costs whom we ask, as far as anyone has guessed, and who guessed.
    pub costs_them: Option<(Effort, Source)>,
    /// What must be true for it.
    pub preconditions: Vec<Precondition>,
    /// Why it cannot be chosen, where that is so.
    pub ruled_out: Option<String>,
    /// Why there are no figures, where there are none: what is missing, and how to add it.
    pub unweighed: Option<String>,
}

/// Which way on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// Use a self-service of the asked team.
    SelfService {
        /// Which, `team/id`.
        service: Reference,
    },
    /// Start a fallback of the chain on a morning.
    Start {
        /// Its name.
        fallback: Slug,
        /// Its place in the chain, from 0.
        entry: usize,
        /// When.
        on: Date,
    },
    /// Start a fallback of the chain at its decide-by, if the ask has not landed by then.
    Hedge {
        /// Its name.
        fallback: Slug,
        /// Its place in the chain, from 0.
        entry: usize,
        /// The decide-by.
        on: Date,
    },
    /// Go on with a fallback that was taken.
    GoOn {
        /// Its name.
        fallback: Slug,
        /// Its place in the chain, from 0.
        entry: usize,
    },
    /// A kind of fallback that the plan does not name.
    Unplanned {
        /// Its word in the plan language.
        kind: &'static str,
        /// Who would be asked, where that is known.
        with: Option<TeamId>,
    },
    /// A task force, through an initiative of an outcome that waits.
    TaskForce {
        /// The initiative, where there is one.
        initiative: Option<InitiativeId>,
    },
    /// Raise it to the council today, before whatever the plan does.
    Raise,
    /// Accept the counter-offer.
    AcceptOffer,
    /// Whatever the plan says.
    AsPlanned,
    /// Take no fallback.
    Wait,
    /// Give up what the ask gates, and do the next thing.
    Drop,
}

/// What a way on costs us, as the plan states it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Costs {
    /// Making it.
    pub create: Option<Effort>,
    /// Keeping it.
    pub maintain: Option<EffortRate>,
    /// Leaving it.
    pub migrate: Option<Effort>,
    /// The part of the value that it keeps; all of it where it says nothing.
    pub keeps: Option<Share>,
    /// Buying: once.
    pub price: Option<Price>,
    /// Buying: as long as it is used.
    pub fee: Option<PriceRate>,
}

/// Something that must be true for a way on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Precondition {
    /// What.
    pub what: String,
    /// Whether it is; `None` where that is open.
    pub met: Option<bool>,
    /// Where it is open, what has been said: `committed by 20 November`, `unanswered for 12 days`.
    pub said: Option<String>,
}

/// The ways on for `ask`, each run whole on the same random numbers.
///
/// `forecaster` holds the organisation as known on its day; `standing` says which outcomes wait for the ask; `plan` is the
/// forecast of its plan, whose decide-by and best start are ways on; `losses` what can lose the plan's outcomes. Returns
/// `None` where the organisation has no such ask, or nothing is left to decide: it has landed, or was served.
///
/// What would turn the recommendation is sought only where `turning` says so: it takes longer than all the rest.
pub fn decide(
    forecaster: &Forecaster,
    standing: &Standing,
    plan: &PlanForecast,
    losses: &Losses,
    ask: &AskId,
    turning: bool,
) -> Option<Decision> {
    let (organisation, options) = (forecaster.organisation(), forecaster.options());
    let asked = organisation.ask(ask)?;
    if organisation.ask_state(asked).is_open() {
        return None;
    }
    let gated = gated_outcomes(standing, ask);
    let listed = listing::list(forecaster, asked, plan, &gated);
    let mut weighed = weigh::weigh(forecaster, asked, listed, Runs::full(forecaster))?;
    let hack_or_wait = hack_or_wait(forecaster, asked, &weighed);
    let dead = organisation.is_dead(asked, options.as_of);
    weighed.fold(listing::probably_planned(&weighed.ways, asked, dead));
    let unit = weighed.unit();
    let (recommended, criterion) = recommend::recommend(&weighed.ways, unit);
    let lands_by = plan.ask(ask).map(|forecast| &forecast.lands_by);
    let found =
        turning.then(|| flip::flips(forecaster, asked, lands_by, &weighed, recommended, criterion)).unzip();
    let (flips, sought) = (found.0, found.1.unwrap_or_default());
    let ways = weighed.ways;
    let why = sentence::why(&ways, recommended, criterion, unit, plan.as_of);
    let of_gated = losses.outcomes.iter().filter(|loss| gated.contains(&loss.outcome));
    Some(Decision {
        ask: ask.clone(),
        to: asked.to.clone(),
        as_of: options.as_of,
        seed: options.seed,
        trials: options.trials,
        unit,
        ways,
        recommended,
        criterion,
        why,
        flips,
        sought,
        hack_or_wait,
        losses: of_gated.filter_map(|loss| loss.about(&asked.id)).collect(),
    })
}

/// Which of the ways of a decision is recommended when they are run again by another forecaster: of an organisation in
/// which something else is so, on the same day and the same random numbers. `None` where there is nothing to weigh.
pub fn recommended_again(decision: &Decision, forecaster: &Forecaster) -> Option<usize> {
    let asked = forecaster.organisation().ask(&decision.ask)?;
    let weighed = weigh::weigh(forecaster, asked, decision.ways.clone(), Runs::full(forecaster))?;
    recommend::recommend(&weighed.ways, decision.unit).0
}

/// The outcomes that wait for the ask, through work or directly.
fn gated_outcomes(standing: &Standing, ask: &AskId) -> Vec<OutcomeId> {
    let holds = |outcome: &&kedge_floor::OutcomeStanding| outcome.holds.iter().any(|hold| &hold.ask == ask);
    standing.outcomes.iter().filter(holds).map(|outcome| outcome.outcome.clone()).collect()
}
