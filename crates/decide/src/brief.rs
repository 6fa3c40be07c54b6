//! The brief: what the asked team reads about an ask. What, why, by when, what a "no" costs, what is done instead, and the
//! offer to send people.

use crate::at_stake::{NoCosts, Stakes};
use crate::decision::Costs;
use crate::sentence::{self, fallback_name, person_name, team_name, upper_first};
use kedge_floor::{Role, Standing};
use kedge_forecast::{Amount, DecideBy, Forecaster, NetValue, PlanForecast, Quantity, WhatIf};
use kedge_model::{
    Act, Ask, AskId, AskState, Asked, Date, Effort, FallbackKind, HostState, Money, Organisation, OutcomeId,
    Says, Share, Stance, TeamId,
};
use serde::Serialize;

/// What the asked team reads.
///
/// There are no odds in it: it goes where others read it too.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Brief {
    /// The ask.
    pub ask: AskId,
    /// Who is asked.
    pub to: TeamId,
    /// On the morning of which day.
    pub as_of: Date,
    /// What people call the asking team.
    pub asker: String,
    /// What people call the asked team.
    pub asked_team: String,
    /// What is asked for.
    pub what: String,
    /// Why it matters.
    pub why: Option<String>,
    /// The part of the asked team's area.
    pub area: Option<String>,
    /// By when.
    pub wanted: Option<Date>,
    /// The asker's guess of the effort.
    pub effort: Option<Effort>,
    /// Where it stands.
    pub state: AskState,
    /// When it was asked and how, oldest first.
    pub asked: Vec<Asked>,
    /// What a "no" costs, as the plans state it.
    pub no: NoCosts,
    /// What a "no" comes to against a "yes", by trials.
    pub weighed: Weighed,
    /// What is done if it does not land, in order.
    pub chain: Vec<Onward>,
    /// When the first of it that needs nobody's yes starts.
    pub starts: Starts,
    /// People who could come and do it.
    pub offers: Vec<Offer>,
    /// All of it as Markdown, for an issue.
    pub markdown: String,
}

/// What a "no" comes to against a "yes", run as wholes on the same random numbers.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weighed {
    /// A "no" today, less a promise for that day.
    Against {
        /// The day for which it is promised on the other side.
        promise: Date,
        /// Net value that the asking team loses, to the horizons of its outcomes; `None` where nothing has a value.
        asker: Option<Amount>,
        /// The same for everybody together, the time that the asked team gains included.
        everybody: Option<Amount>,
        /// Weeks of its own people's work that it costs the asking team.
        person_weeks: Quantity,
        /// Outcomes whose middle date moves: by how many days they come later.
        later: Vec<Later>,
        /// Trials behind each figure.
        trials: u64,
    },
    /// No day to promise it for: none is stated, or it has passed.
    NoDay,
    /// It was refused already: that is what is planned for.
    Refused,
    /// It is settled.
    Settled,
}

/// How much later an outcome comes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Later {
    /// Which.
    pub outcome: OutcomeId,
    /// What people call it.
    pub name: String,
    /// Calendar days between the middle dates.
    pub days: Quantity,
}

/// One thing that is done if it does not land.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Onward {
    /// What people call it.
    pub name: String,
    /// Its kind, in the word of the plan language.
    pub kind: &'static str,
    /// Whose yes it needs; nobody's where absent.
    pub needs: Option<TeamId>,
    /// What people call that team.
    pub needs_name: Option<String>,
    /// What it costs, as stated.
    pub costs: Costs,
    /// The part of the value that it keeps.
    pub keeps: Share,
}

/// When the first fallback that needs nobody's yes starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Starts {
    /// It is under way, or there.
    Taken,
    /// On this day.
    On(Date),
    /// Now.
    Now,
    /// There is none.
    Never,
    /// Nothing says when.
    Unknown,
}

/// People who could come and do it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Offer {
    /// Their first names.
    pub people: Vec<String>,
    /// Where they would work.
    pub host: TeamId,
    /// What people call that team.
    pub host_name: String,
    /// What it takes of them.
    pub effort: Option<Effort>,
    /// What the host has said.
    pub said: HostState,
    /// Whether visitors merge there themselves.
    pub open: bool,
}

/// The brief of an ask; `None` where there is no such ask.
///
/// `forecaster` holds the organisation as known on its day, `standing` is of the same day; `plan` is the forecast of the
/// ask's plan, which knows its decide-by.
pub fn brief(
    forecaster: &Forecaster,
    standing: &Standing,
    plan: Option<&PlanForecast>,
    ask: &AskId,
) -> Option<Brief> {
    let organisation = forecaster.organisation();
    let as_of = forecaster.options().as_of;
    let asked = organisation.ask(ask)?;
    let state = organisation.ask_state(asked);
    let decide_by = plan.and_then(|plan| plan.ask(ask)).map(|it| &it.decide_by);
    let mut brief = Brief {
        ask: ask.clone(),
        to: asked.to.clone(),
        as_of,
        asker: upper_first(&team_name(organisation, ask.team())),
        asked_team: upper_first(&team_name(organisation, &asked.to)),
        what: asked.what.clone(),
        why: asked.why.clone(),
        area: asked.area.clone(),
        wanted: asked.wanted,
        effort: asked.effort.clone(),
        asked: asked.asked.clone(),
        no: NoCosts::of(organisation, standing, &Stakes::new(standing), asked),
        weighed: weigh(forecaster, asked, &state),
        chain: chain(organisation, standing, asked),
        starts: starts(organisation, asked, decide_by, as_of),
        offers: offers(organisation, asked),
        state,
        markdown: String::new(),
    };
    brief.markdown = crate::brief_text::markdown(&brief);
    Some(brief)
}

/// A "no" today beside a promise for the day on which it is wanted; a promise that there is counts as it was given.
fn weigh(forecaster: &Forecaster, ask: &Ask, state: &AskState) -> Weighed {
    let organisation = forecaster.organisation();
    let as_of = forecaster.options().as_of;
    if state.is_open() {
        return Weighed::Settled;
    }
    if organisation.is_dead(ask, as_of) {
        return Weighed::Refused;
    }
    let says =
        |says: Says| Act::Answer { ask: ask.id.clone(), by: None, on: as_of, says, work: None, why: None };
    let no = |organisation: &Organisation| says(Says::Declined).changes(organisation).ok();
    let (promise, compared) = match state {
        // The organisation as it is has the promise in it already, and knows what it comes to.
        AskState::Committed { by: Some(by), .. } if *by > as_of => {
            (*by, no(organisation).and_then(|no| forecaster.what_if(&no).ok()))
        }
        _ => {
            let Some(by) = ask.wanted.filter(|day| *day > as_of) else { return Weighed::NoDay };
            let promised = says(Says::Committed { by }).changes(organisation).ok();
            let promised = promised.and_then(|changes| organisation.with(&changes).ok());
            let yes = promised.map(|promised| Forecaster::new(&promised, *forecaster.options()));
            (by, yes.and_then(|yes| yes.what_if(&no(yes.organisation())?).ok()))
        }
    };
    match compared {
        Some(compared) => against(organisation, ask, promise, &compared),
        None => Weighed::NoDay,
    }
}

fn against(organisation: &Organisation, ask: &Ask, promise: Date, compared: &WhatIf) -> Weighed {
    let own = || compared.plans.iter().filter(|plan| plan.plan.team() == ask.id.team());
    let valued = |plan: &&kedge_forecast::PlanEffect| {
        let money = |side: &Option<kedge_forecast::PlanTotals>| {
            side.as_ref().is_some_and(|totals| matches!(totals.worth, NetValue::Money(_)))
        };
        money(&plan.before) && money(&plan.after)
    };
    // Standard errors of parts that move together add up at the most.
    let sum = |amounts: &mut dyn Iterator<Item = Amount>| {
        amounts.fold(Amount { mean: Money::ZERO, error: Money::ZERO }, |sum, one| Amount {
            mean: sum.mean + one.mean,
            error: sum.error + one.error,
        })
    };
    let lost = |amount: Amount| Amount { mean: -amount.mean, error: amount.error };
    let asker = sum(&mut own().filter(valued).map(|plan| lost(plan.difference.net)));
    let person_weeks = own().map(|plan| plan.difference.person_weeks).fold(
        Quantity { mean: 0.0, error: 0.0 },
        |sum, one| Quantity { mean: sum.mean + one.mean, error: sum.error + one.error },
    );
    let worth = compared.plans.iter().any(|plan| valued(&plan));
    let later = compared.outcomes.iter().filter(|outcome| outcome.outcome.team() == ask.id.team());
    let later = later.filter_map(|outcome| {
        let days = outcome.p50_days.filter(|days| days.mean >= 1.0 && days.mean > 2.0 * days.error)?;
        let name = organisation.outcome(&outcome.outcome)?.name().to_owned();
        Some(Later { outcome: outcome.outcome.clone(), name, days })
    });
    Weighed::Against {
        promise,
        asker: worth.then_some(asker),
        everybody: worth.then(|| lost(compared.overall.difference.net)),
        person_weeks,
        later: later.collect(),
        trials: compared.trials,
    }
}

fn chain(organisation: &Organisation, standing: &Standing, ask: &Ask) -> Vec<Onward> {
    let links = standing.ask(&ask.id).map(|it| it.chain.as_slice()).unwrap_or_default();
    let of_link = |name: &kedge_model::Slug| links.iter().find(|link| &link.id == name);
    ask.fallbacks
        .iter()
        .filter(|fallback| fallback.stopped.is_none() && fallback.migrated.is_none())
        .filter(|fallback| !of_link(&fallback.id).is_some_and(|link| matches!(link.role, Role::PassedOver)))
        .map(|fallback| {
            let needs = match of_link(&fallback.id).map(|link| &link.role) {
                Some(Role::Leans { on }) => Some(on.clone()),
                _ => None,
            };
            Onward {
                name: upper_first(&fallback_name(organisation, fallback)),
                kind: fallback.kind.word(),
                needs_name: needs.as_ref().map(|team| team_name(organisation, team)),
                needs,
                costs: Costs::stated(fallback),
                keeps: fallback.keeps,
            }
        })
        .collect()
}

fn starts(organisation: &Organisation, ask: &Ask, decide_by: Option<&DecideBy>, as_of: Date) -> Starts {
    if ask.fallbacks.iter().any(|fallback| fallback.is_live() || fallback.is_running()) {
        return Starts::Taken;
    }
    let Some(first) = organisation.first_self_reliant(ask) else { return Starts::Never };
    let stance = ask.fallbacks.iter().map(|fallback| fallback.start).find(|start| *start != Stance::DecideBy);
    if organisation.is_dead(ask, as_of) {
        return Starts::Now;
    }
    match stance {
        Some(Stance::Now) => return Starts::Now,
        Some(Stance::On(day)) => return if day <= as_of { Starts::Now } else { Starts::On(day) },
        _ => {}
    }
    // To ship less takes no time to make, so it is settled when the rest is.
    if ask.fallbacks.get(first).is_some_and(|fallback| fallback.kind.is_immediate()) {
        return Starts::Unknown;
    }
    match decide_by {
        Some(DecideBy::On(day)) if *day <= as_of => Starts::Now,
        Some(DecideBy::On(day)) => Starts::On(*day),
        Some(DecideBy::TooLate { .. }) => Starts::Now,
        _ => Starts::Unknown,
    }
}

fn offers(organisation: &Organisation, ask: &Ask) -> Vec<Offer> {
    let visits = ask.fallbacks.iter().filter(|it| it.stopped.is_none() && it.migrated.is_none());
    visits
        .filter_map(|fallback| {
            let FallbackKind::AwayTeam { with, send } = &fallback.kind else { return None };
            let host = with.as_ref().unwrap_or(&ask.to);
            Some(Offer {
                people: send.iter().map(|person| person_name(organisation, person)).collect(),
                host: host.clone(),
                host_name: upper_first(&team_name(organisation, host)),
                effort: fallback.create.clone(),
                said: organisation.host_state(ask, host),
                open: organisation.is_self_reliant(ask, fallback),
            })
        })
        .collect()
}

impl Brief {
    /// Where it stands, in words.
    pub fn said(&self) -> String {
        sentence::state(&self.state, self.as_of)
    }
}
