//! The forecast as everybody may see it: dates, worth and decide-bys, and nothing that tells how likely a team is to do
//! what another asked of it. Those odds are shown to that team and to those who ask it, on the pages of the plan and of the
//! ask, and nowhere else.

use kedge_forecast::{
    Assumption, DecideBy, Forecast, NeededBy, Note, PlanForecast, PolicyForecast, TeamForecast,
};
use kedge_model::{AskId, Date, PlanId, Source, TeamId};
use serde::Serialize;

/// The forecast of an organisation, without odds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OpenForecast<'a> {
    /// Of which morning.
    pub as_of: Date,
    /// The seed of all draws.
    pub seed: u64,
    /// Trials behind each figure, where the figure does not say otherwise.
    pub trials: u64,
    /// The plans that are open.
    pub plans: Vec<OpenPlan<'a>>,
    /// What is true of teams whatever is decided.
    pub teams: &'a [TeamForecast],
}

/// The forecast of one plan, without odds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OpenPlan<'a> {
    /// Which plan.
    pub plan: &'a PlanId,
    /// Trials behind each figure of a policy.
    pub trials: u64,
    /// As planned, and with no ask landing.
    pub policies: &'a [PolicyForecast],
    /// Its asks, in the order of its file.
    pub asks: Vec<OpenAsk<'a>>,
    /// What was taken for granted; nothing that was counted from a team's past.
    pub assumptions: Vec<&'a Assumption>,
    /// What a reader must know before the dates are believed.
    pub notes: &'a [Note],
}

/// What everybody may know of an ask.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OpenAsk<'a> {
    /// Which.
    pub ask: &'a AskId,
    /// Who is asked.
    pub to: &'a TeamId,
    /// The day by which it must land for the due dates to be met.
    pub needed_by: &'a NeededBy,
    /// The last morning to start the first fallback that needs nobody's yes.
    pub decide_by: &'a DecideBy,
}

impl<'a> OpenForecast<'a> {
    /// What everybody may see of a forecast.
    pub fn of(forecast: &'a Forecast) -> Self {
        Self {
            as_of: forecast.as_of,
            seed: forecast.seed,
            trials: forecast.trials,
            plans: forecast.plans.iter().map(open).collect(),
            teams: &forecast.teams,
        }
    }
}

fn open(plan: &PlanForecast) -> OpenPlan<'_> {
    let counted = |assumption: &&Assumption| matches!(assumption.source, Source::Record { .. });
    OpenPlan {
        plan: &plan.plan,
        trials: plan.trials,
        policies: &plan.policies,
        asks: plan
            .asks
            .iter()
            .map(|ask| OpenAsk {
                ask: &ask.ask,
                to: &ask.to,
                needed_by: &ask.needed_by,
                decide_by: &ask.decide_by,
            })
            .collect(),
        assumptions: plan.assumptions.iter().filter(|it| !counted(it)).collect(),
        notes: &plan.notes,
    }
}
