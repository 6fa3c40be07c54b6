//! The ways on for one ask, side by side.

use crate::sentence;
use kedge_floor::Standing;
use kedge_forecast::{Amount, Chance, Course, Evaluation, Forecaster, PlanForecast, Quantity, Variation};
use kedge_model::{
    Ask, AskId, AskState, Date, Effort, EffortRate, Fallback, FallbackKind, HostState, Organisation,
    OutcomeId, Price, PriceRate, Says, Share, Slug, Source, Stance, TeamId,
};
use serde::Serialize;

/// The ways on for an ask, with the one that is worth most.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Decision {
    /// The ask.
    pub ask: AskId,
    /// Who is asked.
    pub to: TeamId,
    /// Of which morning.
    pub as_of: Date,
    /// Trials behind each way on; all on the same random numbers.
    pub trials: u64,
    /// The ways on: those of the plan in the order of its chain, then wait, then drop.
    pub ways: Vec<WayOn>,
    /// Which of them is recommended; `None` where there is nothing to weigh.
    pub recommended: Option<usize>,
    /// What the recommendation goes by.
    pub criterion: Criterion,
    /// Why, in one sentence.
    pub why: String,
}

impl Decision {
    /// The way that is recommended.
    pub fn recommendation(&self) -> Option<&WayOn> {
        self.ways.get(self.recommended?)
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

/// One way on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WayOn {
    /// Which.
    pub way: Way,
    /// What it is, as a heading: `Start the vault table now`.
    pub what: String,
    /// Whether this is what happens if nobody decides anything else.
    pub as_planned: bool,
    /// The chance that every dated outcome that the ask gates is on time.
    pub on_time: Option<Chance>,
    /// Expected net value of the plan, from as-of to its outcomes' horizons.
    pub net: Option<Amount>,
    /// Net value less that of the plan as it is, trial by trial.
    pub against_plan: Option<Amount>,
    /// What it gives or costs all other plans together.
    pub elsewhere: Option<Amount>,
    /// Weeks of the plan's own people.
    pub person_weeks: Option<Quantity>,
    /// What the plan says that it costs us.
    pub costs: Costs,
    /// What it costs whom we ask, as far as anyone has guessed, and who guessed.
    pub costs_them: Option<(Effort, Source)>,
    /// What must be true for it.
    pub preconditions: Vec<Precondition>,
    /// Why it cannot be chosen, where that is so.
    pub ruled_out: Option<String>,
}

/// Which way on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
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
/// `forecaster` holds the organisation as known on its day; `standing` says which outcomes wait for the ask; `plan` is the forecast of its plan, whose decide-by and best start are
/// ways on. Returns `None` where the
/// organisation has no such ask, or nothing is left to decide: it has landed, or was served.
pub fn decide(
    forecaster: &Forecaster,
    standing: &Standing,
    plan: &PlanForecast,
    ask: &AskId,
) -> Option<Decision> {
    let (organisation, options) = (forecaster.organisation(), forecaster.options());
    let asked = organisation.ask(ask)?;
    let state = organisation.ask_state(asked);
    if state.is_open() {
        return None;
    }
    let mut ways = ways(organisation, asked, &state, plan, options.as_of);
    let variations: Vec<Variation> =
        ways.iter().map(|way| Variation::one(ask.clone(), way.course())).collect();
    let gated = gated_outcomes(standing, ask);
    let evaluations = forecaster.evaluate(&asked.plan, &variations)?;
    for (way, evaluation) in ways.iter_mut().zip(&evaluations) {
        way.take(&gated, evaluation);
    }
    let (recommended, criterion) = recommend(&ways);
    let why = sentence::why(&ways, recommended, criterion, plan);
    Some(Decision {
        ask: ask.clone(),
        to: asked.to.clone(),
        as_of: options.as_of,
        trials: options.trials,
        ways,
        recommended,
        criterion,
        why,
    })
}

/// The arg-max, by net value where there is one, else by the chance of being on time; the first of equals. The plan as it
/// is stays recommended where nothing gains more on it than two standard errors: a difference that trials cannot tell
/// from none is no reason to change a plan.
fn recommend(ways: &[WayOn]) -> (Option<usize>, Criterion) {
    let possible = || ways.iter().enumerate().filter(|(_, way)| way.ruled_out.is_none());
    let best = |worth: &dyn Fn(&WayOn) -> Option<f64>| {
        possible().filter_map(|(at, way)| worth(way).map(|worth| (at, worth))).fold(
            None,
            |best, (at, worth)| match best {
                Some((_, most)) if most >= worth => best,
                _ => Some((at, worth)),
            },
        )
    };
    if let Some((at, _)) = best(&|way| way.net.map(|net| net.mean.amount())) {
        let told_apart =
            ways[at].against_plan.is_none_or(|gain| gain.mean.amount() > 2.0 * gain.error.amount());
        let planned = possible().find(|(_, way)| way.as_planned).map(|(planned, _)| planned);
        return (Some(if told_apart { at } else { planned.unwrap_or(at) }), Criterion::NetValue);
    }
    // To drop it is never on time, so it cannot be weighed against ways that are by that measure alone.
    match best(&|way| way.on_time.filter(|_| way.way != Way::Drop).map(|chance| chance.share.get())) {
        Some((at, _)) => (Some(at), Criterion::OnTime),
        None => (None, Criterion::Nothing),
    }
}

fn ways(
    organisation: &Organisation,
    ask: &Ask,
    state: &AskState,
    plan: &PlanForecast,
    as_of: Date,
) -> Vec<WayOn> {
    let forecast = plan.ask(&ask.id);
    let dead = organisation.is_dead(ask, as_of);
    let taken = ask.fallbacks.iter().any(|fallback| fallback.is_running() || fallback.is_live());
    let mut ways = Vec::new();
    for (entry, fallback) in ask.fallbacks.iter().enumerate() {
        let name = fallback.id.clone();
        let decide_by = forecast.and_then(|forecast| forecast.fallbacks.get(entry)?.decide_by);
        let mut starts = vec![Way::Start { fallback: name.clone(), entry, on: as_of }];
        if organisation.first_self_reliant(ask) == Some(entry)
            // A start after decide-by gives up the date: that is to wait, not a way on of its own.
            && let Some(kedge_forecast::BestStart::On { date, before_decide_by: true, .. }) =
                forecast.map(|forecast| &forecast.best_start)
            && works_between(organisation, as_of, *date)
            && Some(*date) != decide_by
        {
            starts.push(Way::Start { fallback: name.clone(), entry, on: *date });
        }
        if let Some(on) = decide_by.filter(|on| *on > as_of && !dead) {
            starts.push(Way::Hedge { fallback: name.clone(), entry, on });
        }
        if let Stance::On(on) = fallback.start
            && on > as_of
            && Some(on) != decide_by
        {
            starts.push(Way::Start { fallback: name.clone(), entry, on });
        }
        starts.dedup();
        for way in starts {
            ways.push(way_on(organisation, ask, fallback, way, as_of, taken));
        }
    }
    ways.push(WayOn {
        preconditions: vec![Precondition {
            what: format!("{} delivers", sentence::team_name(organisation, &ask.to)),
            met: dead.then_some(false),
            said: (!dead).then(|| sentence::state(state, as_of)),
        }],
        ruled_out: dead.then(|| format!("it will not land: {}", sentence::state(state, as_of))),
        costs_them: asked_effort(organisation, ask),
        ..plain(Way::Wait, "Wait".into())
    });
    ways.push(plain(Way::Drop, "Drop it, and do the next thing".into()));
    mark_planned(&mut ways, ask, dead);
    ways
}

/// Whether there is a working day from the first day to the day before the second: starts on either are then different.
fn works_between(organisation: &Organisation, first: Date, second: Date) -> bool {
    let calendar = &organisation.settings().calendar;
    (0..second.days_since(first).clamp(0, 30)).any(|day| calendar.works_on(first.plus_days(day).weekday()))
}

fn plain(way: Way, what: String) -> WayOn {
    WayOn {
        way,
        what,
        as_planned: false,
        on_time: None,
        net: None,
        against_plan: None,
        elsewhere: None,
        person_weeks: None,
        costs: Costs::default(),
        costs_them: None,
        preconditions: Vec::new(),
        ruled_out: None,
    }
}

fn asked_effort(organisation: &Organisation, ask: &Ask) -> Option<(Effort, Source)> {
    let stated = format!("the guess of {}, who asks", sentence::team_name(organisation, ask.id.team()));
    ask.effort.clone().map(|effort| (effort, Source::Assumption { stated }))
}

fn way_on(
    organisation: &Organisation,
    ask: &Ask,
    fallback: &Fallback,
    way: Way,
    as_of: Date,
    taken: bool,
) -> WayOn {
    let name = sentence::fallback_name(organisation, fallback);
    let what = match &way {
        Way::Start { on, .. } if *on <= as_of => sentence::start_now(fallback, &name),
        Way::Start { on, .. } => format!("Start on {}: {name}", on.in_words(as_of)),
        Way::Hedge { on, .. } => format!("Hedge until {}: {name}", on.in_words(as_of)),
        Way::Wait | Way::Drop => String::new(),
    };
    let purchase = match &fallback.kind {
        FallbackKind::Buy(purchase) => Some(purchase.clone()),
        _ => None,
    };
    let leans_on_others =
        matches!(fallback.kind, FallbackKind::TigerTeam { .. } | FallbackKind::Community { .. });
    let (create, theirs) =
        if leans_on_others { (None, fallback.create.clone()) } else { (fallback.create.clone(), None) };
    let state = |what: String| Source::Assumption { stated: what };
    let costs_them = match &fallback.kind {
        FallbackKind::Escalate { .. } => asked_effort(organisation, ask),
        _ => theirs.map(|effort| {
            (
                effort,
                state(format!("the guess of {}, who asks", sentence::team_name(organisation, ask.id.team()))),
            )
        }),
    };
    WayOn {
        costs: Costs {
            create,
            maintain: fallback.maintain,
            migrate: fallback.migrate.clone(),
            keeps: (fallback.keeps != Share::ONE).then_some(fallback.keeps),
            price: purchase.as_ref().and_then(|purchase| purchase.price.clone()),
            fee: purchase.and_then(|purchase| purchase.fee),
        },
        costs_them,
        preconditions: preconditions(organisation, ask, fallback),
        ruled_out: ruled_out(organisation, ask, fallback, taken),
        ..plain(way, what)
    }
}

fn preconditions(organisation: &Organisation, ask: &Ask, fallback: &Fallback) -> Vec<Precondition> {
    let one = |what: String, met: Option<bool>| vec![Precondition { what, met, said: None }];
    match &fallback.kind {
        FallbackKind::AwayTeam { with, .. } => {
            let host = with.as_ref().unwrap_or(&ask.to);
            let name = sentence::team_name(organisation, host);
            if organisation.is_self_reliant(ask, fallback) {
                return one(format!("{name} lets visitors merge"), Some(true));
            }
            let welcome = match organisation.host_state(ask, host) {
                HostState::Welcome => Some(true),
                HostState::Unable => Some(false),
                HostState::Unknown => None,
            };
            let mut all = one(format!("{name} would host an away team"), welcome);
            let norms = organisation.team(host).and_then(|team| team.away_teams.as_ref()).is_some();
            all.push(Precondition {
                what: format!("{name} has said how away teams work there"),
                met: Some(norms),
                said: None,
            });
            all
        }
        FallbackKind::TigerTeam { with } | FallbackKind::Community { with } => one(
            format!("{} takes it", sentence::team_name(organisation, with)),
            said_yes(organisation, ask, with),
        ),
        FallbackKind::Escalate { with } => {
            let council = TeamId::council();
            let with = with.as_ref().unwrap_or(&council);
            let ranked = organisation.council_rank(ask.id.reference()).is_some();
            one(
                format!("{} ranks it", sentence::team_name(organisation, with)),
                if ranked { Some(true) } else { said_yes(organisation, ask, with) },
            )
        }
        _ => Vec::new(),
    }
}

fn said_yes(organisation: &Organisation, ask: &Ask, with: &TeamId) -> Option<bool> {
    match organisation.word_of(ask, with)?.1 {
        Says::Committed { .. } | Says::Landed { .. } => Some(true),
        Says::Declined | Says::Dropped => Some(false),
        Says::Considering { .. } | Says::Countered { .. } => None,
    }
}

fn ruled_out(organisation: &Organisation, ask: &Ask, fallback: &Fallback, taken: bool) -> Option<String> {
    if fallback.migrated.is_some() {
        return Some("it was taken once and left again".into());
    }
    if fallback.stopped.is_some() {
        return Some("it was stopped".into());
    }
    if fallback.is_live() {
        return Some("it is live already".into());
    }
    if taken && !fallback.is_running() {
        return Some("another fallback of this ask was taken, and there are never two at once".into());
    }
    let refused = preconditions(organisation, ask, fallback).into_iter().find(|it| it.met == Some(false));
    // That nobody wrote norms down makes an away team harder, not impossible.
    refused.filter(|it| !it.what.contains("has said how")).map(|it| format!("not so: {}", it.what))
}

/// Marks the way that happens if nobody decides anything: the recorded stance, else hedging, else starting at once where
/// the ask is dead, else waiting.
fn mark_planned(ways: &mut [WayOn], ask: &Ask, dead: bool) {
    let stance = ask.fallbacks.iter().enumerate().find(|(_, fallback)| fallback.start != Stance::DecideBy);
    let first =
        ask.fallbacks.iter().position(|fallback| fallback.stopped.is_none() && fallback.migrated.is_none());
    let planned = ways.iter().position(|way| match (&way.way, stance) {
        (Way::Start { entry, on, .. }, Some((stated, fallback))) => {
            *entry == stated
                && match fallback.start {
                    Stance::On(date) => *on == date || (date < *on),
                    _ => true,
                }
        }
        (Way::Hedge { entry, .. }, None) => !dead && Some(*entry) == first,
        (Way::Start { entry, .. }, None) => dead && Some(*entry) == first,
        _ => false,
    });
    let wait = ways.iter().position(|way| way.way == Way::Wait);
    let unstarted = ask.fallbacks.iter().all(|fallback| fallback.taken.is_none());
    if let Some(at) = planned.or(wait.filter(|_| unstarted)) {
        ways[at].as_planned = true;
    }
}

impl WayOn {
    fn course(&self) -> Course {
        match &self.way {
            Way::Start { entry, on, .. } => Course::Start { fallback: *entry, on: *on },
            Way::Hedge { entry, .. } => Course::AtDecideBy { fallback: *entry },
            Way::Wait => Course::Wait,
            Way::Drop => Course::Drop,
        }
    }

    fn take(&mut self, gated: &[OutcomeId], evaluation: &Evaluation) {
        self.person_weeks = Some(evaluation.person_weeks);
        if let Some(account) = evaluation.worth.account() {
            self.net = Some(account.net);
            self.against_plan = Some(account.gain);
            self.elsewhere = account.gain_elsewhere;
        }
        // The chance of the gated outcome that is least likely to be on time: each of them must be.
        self.on_time = evaluation
            .outcomes
            .iter()
            .filter(|outcome| gated.contains(&outcome.outcome))
            .filter_map(|outcome| outcome.by_due)
            .min_by(|a, b| a.share.get().total_cmp(&b.share.get()));
    }
}

/// The outcomes that wait for the ask, through work or directly.
fn gated_outcomes(standing: &Standing, ask: &AskId) -> Vec<OutcomeId> {
    let holds = |outcome: &&kedge_floor::OutcomeStanding| outcome.holds.iter().any(|hold| &hold.ask == ask);
    standing.outcomes.iter().filter(holds).map(|outcome| outcome.outcome.clone()).collect()
}
