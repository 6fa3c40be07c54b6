//! All ways on, in the order in which they are weighed: what each is called, what it costs, what it needs.

use super::conditions::{self, Condition, better, needed};
use super::weigh::self_service_effort;
use super::{Costs, Route, Way, WayOn};
use crate::models::{Model, ModelName};
use crate::sentence::{self, team_name};
use kedge_forecast::{BestStart, Forecaster, LandsBy, PlanForecast};
use kedge_model::{
    Ask, AskState, Date, Effort, Fallback, FallbackKind, Organisation, OutcomeId, Share, Source, Stance,
    TeamId, TeamKind, listed,
};

/// A queue that is filled to more than this makes a request wait four times as long as it takes (Kingman; see the models).
const BUSY: f64 = 0.8;

impl WayOn {
    /// A way of which nothing else is known.
    pub(super) fn plain(route: Route, way: Way, what: String) -> WayOn {
        WayOn {
            route,
            way,
            what,
            same: Vec::new(),
            as_planned: false,
            model: None,
            on_time: None,
            reckoning: None,
            net: None,
            against_plan: None,
            elsewhere: None,
            person_weeks: None,
            costs: Costs::default(),
            costs_them: None,
            preconditions: Vec::new(),
            ruled_out: None,
            unweighed: None,
        }
    }

    fn needs(mut self, conditions: Vec<Condition>) -> WayOn {
        if self.ruled_out.is_none() {
            self.ruled_out = conditions::refusal(&conditions);
        }
        self.preconditions = conditions.into_iter().map(|it| it.condition).collect();
        self
    }

    fn ruled_out(mut self, why: Option<String>) -> WayOn {
        self.ruled_out = why;
        self
    }

    fn unweighed(mut self, why: String) -> WayOn {
        self.unweighed = Some(why);
        self
    }

    fn model(mut self, name: ModelName) -> WayOn {
        self.model = Some(name);
        self
    }
}

struct Listing<'l> {
    organisation: &'l Organisation,
    ask: &'l Ask,
    plan: &'l PlanForecast,
    gated: &'l [OutcomeId],
    as_of: Date,
    dead: bool,
    /// What the asked team is called.
    to: String,
}

/// The ways on for an ask, without what they come to.
pub(super) fn list(
    forecaster: &Forecaster,
    ask: &Ask,
    plan: &PlanForecast,
    gated: &[OutcomeId],
) -> Vec<WayOn> {
    let (organisation, as_of) = (forecaster.organisation(), forecaster.options().as_of);
    let listing = Listing {
        organisation,
        ask,
        plan,
        gated,
        as_of,
        dead: organisation.is_dead(ask, as_of),
        to: team_name(organisation, &ask.to),
    };
    let mut ways = listing.chain();
    ways.extend(listing.self_services());
    let named = |route: Route| ways.iter().any(|way| way.route == route);
    let mut others = Vec::new();
    if !named(Route::AwayTeam) {
        others.push(listing.away_team());
    }
    if !named(Route::WorkRound) {
        others.push(listing.unnamed(Route::WorkRound, "hack", "Work round it"));
    }
    others.push(listing.task_force());
    if !named(Route::TigerTeam) {
        others.push(listing.tiger_team());
    }
    if !named(Route::Community) {
        others.push(listing.community());
    }
    if !named(Route::Council) {
        others.push(listing.raise());
    }
    others.extend(listing.offer());
    others.push(listing.wait());
    if !named(Route::Descope) {
        others.push(listing.unnamed(Route::Descope, "descope", "Ship less"));
    }
    others.push(WayOn::plain(Route::Drop, Way::Drop, "Drop it, and do the next thing".into()));
    ways.extend(others);
    // Within a route the order of the chain stays.
    ways.sort_by_key(|way| way.route);
    ways
}

/// The way that happens if nobody decides anything: the recorded stance, else hedging, else starting at once where the ask is
/// dead, else waiting. What comes to the same as the plan is known only by running it.
pub(super) fn probably_planned(ways: &[WayOn], ask: &Ask, dead: bool) -> Option<usize> {
    if let Some(at) = ways.iter().position(|way| matches!(way.way, Way::GoOn { .. })) {
        return Some(at);
    }
    let stance = ask.fallbacks.iter().enumerate().find(|(_, fallback)| fallback.start != Stance::DecideBy);
    let first =
        ask.fallbacks.iter().position(|fallback| fallback.stopped.is_none() && fallback.migrated.is_none());
    let planned = ways.iter().position(|way| match (&way.way, stance) {
        (Way::Start { entry, on, .. }, Some((stated, fallback))) => {
            *entry == stated
                && match fallback.start {
                    Stance::On(date) => *on == date || date < *on,
                    _ => true,
                }
        }
        (Way::Hedge { entry, .. }, None) => !dead && Some(*entry) == first,
        (Way::Start { entry, .. }, None) => dead && Some(*entry) == first,
        _ => false,
    });
    planned.or_else(|| ways.iter().position(|way| way.way == Way::Wait))
}

fn route_of(kind: &FallbackKind) -> Route {
    match kind {
        FallbackKind::AwayTeam { .. } => Route::AwayTeam,
        FallbackKind::Hack | FallbackKind::Recreate | FallbackKind::Buy(_) => Route::WorkRound,
        FallbackKind::TigerTeam { .. } => Route::TigerTeam,
        FallbackKind::Community { .. } => Route::Community,
        FallbackKind::Escalate { .. } => Route::Council,
        FallbackKind::Descope | FallbackKind::DoWithout => Route::Descope,
    }
}

impl Listing<'_> {
    /// The fallbacks of the chain, each with the mornings on which it could start.
    fn chain(&self) -> Vec<WayOn> {
        let (organisation, ask, as_of) = (self.organisation, self.ask, self.as_of);
        let forecast = self.plan.ask(&ask.id);
        let mut ways = Vec::new();
        for (entry, fallback) in ask.fallbacks.iter().enumerate() {
            let name = fallback.id.clone();
            if fallback.is_live() || fallback.is_running() {
                ways.push(self.way(fallback, Way::GoOn { fallback: name, entry }));
                continue;
            }
            let decide_by = forecast.and_then(|forecast| forecast.fallbacks.get(entry)?.decide_by);
            let mut starts = vec![Way::Start { fallback: name.clone(), entry, on: as_of }];
            if organisation.first_self_reliant(ask) == Some(entry)
                // A start after decide-by gives up the date: that is to wait, not a way on of its own.
                && let Some(BestStart::On { date, before_decide_by: true, .. }) =
                    forecast.map(|forecast| &forecast.best_start)
                && works_between(organisation, as_of, *date)
                && Some(*date) != decide_by
            {
                starts.push(Way::Start { fallback: name.clone(), entry, on: *date });
            }
            if let Some(on) = decide_by.filter(|on| *on > as_of && !self.dead) {
                starts.push(Way::Hedge { fallback: name.clone(), entry, on });
            }
            if let Stance::On(on) = fallback.start
                && on > as_of
                && Some(on) != decide_by
            {
                starts.push(Way::Start { fallback: name.clone(), entry, on });
            }
            starts.dedup();
            ways.extend(starts.into_iter().map(|way| self.way(fallback, way)));
        }
        ways
    }

    fn way(&self, fallback: &Fallback, way: Way) -> WayOn {
        let (organisation, ask, as_of) = (self.organisation, self.ask, self.as_of);
        let name = sentence::fallback_name(organisation, fallback);
        let what = match &way {
            Way::Start { on, .. } if *on <= as_of => sentence::start_now(fallback, &name),
            Way::Start { on, .. } => format!("Start on {}: {name}", on.in_words(as_of)),
            Way::Hedge { on, .. } => format!("Hedge until {}: {name}", on.in_words(as_of)),
            _ if fallback.is_live() => format!("Live with it: {name}"),
            _ => format!("Go on with it: {name}"),
        };
        let conditions = conditions::of_fallback(organisation, ask, fallback);
        let ruled_out = conditions::ruled_out(ask, fallback, &conditions);
        let mut way = WayOn::plain(route_of(&fallback.kind), way, what);
        way.costs = costs_of(fallback);
        way.costs_them = match &fallback.kind {
            FallbackKind::Escalate { .. } => self.asked_effort(),
            FallbackKind::TigerTeam { .. } | FallbackKind::Community { .. } => {
                fallback.create.clone().map(|effort| (effort, self.guess()))
            }
            _ => None,
        };
        way.model = Model::of_fallback(&fallback.kind).map(|model| model.name);
        way.preconditions = conditions.into_iter().map(|it| it.condition).collect();
        way.ruled_out(ruled_out)
    }

    fn guess(&self) -> Source {
        Source::Assumption {
            stated: format!("the guess of {}, who asks", team_name(self.organisation, self.ask.id.team())),
        }
    }

    fn asked_effort(&self) -> Option<(Effort, Source)> {
        self.ask.effort.clone().map(|effort| (effort, self.guess()))
    }

    fn self_services(&self) -> Vec<WayOn> {
        let team = self.organisation.team(&self.ask.to);
        let offered: Vec<WayOn> = team
            .into_iter()
            .flat_map(|team| &team.self_services)
            .map(|(id, service)| {
                let reference = kedge_model::Reference::new(self.ask.to.clone(), id.clone());
                let pointed = conditions::pointed_to(self.organisation, self.ask, &reference);
                let effort = self_service_effort(self.organisation, &reference);
                let condition = needed("it does what is asked for".into(), pointed.then_some(true));
                let condition =
                    if pointed { condition.said(format!("{} says so", self.to)) } else { condition };
                let what = service.what.trim_end_matches('.');
                let way = WayOn::plain(
                    Route::SelfService,
                    Way::SelfService { service: reference },
                    format!("Serve yourselves with {id}: {what}"),
                )
                .model(ModelName::SelfService)
                .ruled_out((!pointed).then(|| "nobody has said that it does what is asked for".to_owned()))
                .needs(vec![condition]);
                match effort {
                    Some(effort) => {
                        WayOn { costs: Costs { create: Some(effort), ..Costs::default() }, ..way }
                    }
                    None => way.unweighed(format!("{} does not say what using it takes", self.to)),
                }
            })
            .collect();
        if offered.is_empty() {
            let way = Way::Unplanned { kind: "self-service", with: Some(self.ask.to.clone()) };
            let none = WayOn::plain(Route::SelfService, way, "Serve yourselves".into())
                .model(ModelName::SelfService)
                .ruled_out(Some(format!("{} offers no self-service", self.to)));
            return vec![none];
        }
        offered
    }

    /// A kind that the plan does not name: nobody has said what it takes.
    fn unnamed(&self, route: Route, kind: &'static str, what: &str) -> WayOn {
        WayOn::plain(route, Way::Unplanned { kind, with: None }, what.into()).unweighed(self.missing(kind))
    }

    fn missing(&self, kind: &str) -> String {
        format!("nobody has said what it takes: kedge new fallback {} {kind}", self.ask.id)
    }

    fn away_team(&self) -> WayOn {
        let way = Way::Unplanned { kind: "away-team", with: Some(self.ask.to.clone()) };
        let way = WayOn::plain(Route::AwayTeam, way, format!("Send people to {}", self.to))
            .model(ModelName::AwayTeam);
        if !conditions::is_inside(self.organisation, &self.ask.to) {
            return way.ruled_out(Some(self.outside()));
        }
        way.needs(conditions::away_team(self.organisation, self.ask, &self.ask.to))
            .unweighed(self.missing("away-team"))
    }

    fn outside(&self) -> String {
        format!("{} is not of this organisation", self.to)
    }

    fn task_force(&self) -> WayOn {
        let (conditions, initiative) = conditions::task_force(self.organisation, self.gated);
        WayOn::plain(Route::TaskForce, Way::TaskForce { initiative }, "Have a task force do it".into())
            .model(ModelName::TaskForce)
            .needs(conditions)
            .unweighed(
                "a task force is planned with its initiative: nobody has said what this would take it".into(),
            )
    }

    fn tiger_team(&self) -> WayOn {
        let tiger = self.organisation.teams().find(|team| matches!(team.kind, TeamKind::Tiger));
        let with = tiger.map(|team| team.id.clone());
        let what = tiger
            .map_or_else(|| "Have a tiger team do it".into(), |team| format!("Let {} do it", team.name()));
        let way =
            WayOn::plain(Route::TigerTeam, Way::Unplanned { kind: "tiger-team", with: with.clone() }, what)
                .model(ModelName::TigerTeam);
        let Some(with) = with else { return way.ruled_out(Some("there is no tiger team".into())) };
        let filled = self.plan.ask(&self.ask.id).and_then(|forecast| match forecast.lands_by {
            LandsBy::Queue { filled } => Some(filled),
            _ => None,
        });
        let busy = better(format!("{} is too busy to do it", self.to), filled.map(|filled| filled > BUSY));
        way.needs(vec![
            needed(
                format!("{} takes it", team_name(self.organisation, &with)),
                conditions::said_yes(self.organisation, self.ask, &with),
            ),
            busy,
        ])
        .unweighed(self.missing("tiger-team"))
    }

    fn community(&self) -> WayOn {
        let own = self.ask.id.team();
        let found = self.organisation.teams().find_map(|team| match &team.kind {
            TeamKind::Community { members, topics } if members.contains(own) => Some((team, topics)),
            _ => None,
        });
        let with = found.map(|(team, _)| team.id.clone());
        let what = found.map_or_else(
            || "Have a community do it".into(),
            |(team, _)| format!("Let {} do it", team.name()),
        );
        let way =
            WayOn::plain(Route::Community, Way::Unplanned { kind: "community", with: with.clone() }, what)
                .model(ModelName::Community);
        let (Some(with), Some((_, topics))) = (with, found) else {
            let own = team_name(self.organisation, own);
            return way.ruled_out(Some(format!("no community of practice has {own} in it")));
        };
        let theirs = better("the need is also theirs".into(), None)
            .said(format!("they care for {}", listed(topics.iter().cloned())));
        way.needs(vec![
            needed(
                format!("{} takes it", team_name(self.organisation, &with)),
                conditions::said_yes(self.organisation, self.ask, &with),
            ),
            theirs,
        ])
        .unweighed(self.missing("community"))
    }

    fn raise(&self) -> WayOn {
        let way = WayOn::plain(Route::Council, Way::Raise, "Raise it to the council now".into())
            .model(ModelName::Council);
        let council = TeamId::council();
        let ranks = !self.organisation.council().rank.is_empty();
        let taken = self.ask.fallbacks.iter().any(|fallback| fallback.is_running() || fallback.is_live());
        let out = if self.organisation.council_rank(self.ask.id.reference()).is_some() {
            Some("the council ranks it already".to_owned())
        } else if !conditions::is_inside(self.organisation, &self.ask.to) {
            Some(self.outside())
        } else if !ranks && self.organisation.word_of(self.ask, &council).is_none() {
            Some("there is no council that ranks anything".to_owned())
        } else if taken {
            Some("a fallback of this ask was taken, and there are never two at once".to_owned())
        } else {
            None
        };
        let mut way = way.ruled_out(out).needs(conditions::council(self.organisation, self.ask, None));
        way.costs_them = self.asked_effort();
        if self.ask.effort.is_none() {
            return way.unweighed(format!("nobody has guessed what {} takes of {}", self.ask.id, self.to));
        }
        way
    }

    fn offer(&self) -> Option<WayOn> {
        let AskState::Countered { offer, by, .. } = self.organisation.ask_state(self.ask) else {
            return None;
        };
        let by = by.map(|by| format!(", by {}", by.in_words(self.as_of))).unwrap_or_default();
        let offer = offer.trim_end_matches('.');
        let way = WayOn::plain(Route::Offer, Way::AcceptOffer, format!("Accept the offer: {offer}{by}"));
        let mut way = way.needs(vec![
            better("what they offer is good enough".into(), None)
                .said("yours to judge: it is weighed as if it were all of it"),
        ]);
        way.costs_them = self.asked_effort();
        Some(way)
    }

    fn wait(&self) -> WayOn {
        let (condition, out) = conditions::delivers(self.organisation, self.ask, self.as_of);
        let mut way = WayOn::plain(Route::Wait, Way::Wait, "Wait".into()).ruled_out(out);
        way.preconditions = vec![condition.condition];
        way.costs_them = self.asked_effort();
        way
    }
}

/// Whether there is a working day from the first day to the day before the second: starts on either are then different.
fn works_between(organisation: &Organisation, first: Date, second: Date) -> bool {
    let calendar = &organisation.settings().calendar;
    (0..second.days_since(first).clamp(0, 30)).any(|day| calendar.works_on(first.plus_days(day).weekday()))
}

/// What the plan says that a fallback costs its team.
fn costs_of(fallback: &Fallback) -> Costs {
    let purchase = match &fallback.kind {
        FallbackKind::Buy(purchase) => Some(purchase),
        _ => None,
    };
    let theirs = matches!(fallback.kind, FallbackKind::TigerTeam { .. } | FallbackKind::Community { .. });
    // What is under way is worth what is left of it.
    let create = match &fallback.left {
        Some(left) if fallback.is_running() => Some(left.effort.clone()),
        _ => fallback.create.clone(),
    };
    Costs {
        create: create.filter(|_| !theirs && !fallback.is_live()),
        maintain: fallback.maintain,
        migrate: fallback.migrate.clone(),
        keeps: (fallback.keeps != Share::ONE).then_some(fallback.keeps),
        price: purchase.and_then(|purchase| purchase.price.clone()),
        fee: purchase.and_then(|purchase| purchase.fee.clone()),
    }
}
