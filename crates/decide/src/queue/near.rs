//! What a move in one team's queue does: to that team and to those who ask it, on the same random numbers.

use super::moving::{Moved, Moving};
use crate::sentence::team_name;
use kedge_forecast::{Forecaster, Options, WhatIf};
use kedge_model::{
    AnswerTo, AskId, Fact, Initiative, InitiativeId, Need, NeedRelation, Organisation, Outcome, OutcomeId,
    PlanId, Reference, Scope, TeamId, listed,
};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;

/// From so many asks, what a move does is simulated for the asked team and those who ask it, and no longer for all: so that
/// the answer comes while people wait. Our own choice; an organisation of a few dozen teams is below it.
pub const SIMULATED_WHOLE: usize = 500;

/// Trials on each side of a move in a large organisation: a chance is then known to within five cases of 100 (two standard
/// errors at one half).
const TRIALS: u64 = 400;

/// From so many items, fewer trials, so that a move takes as long; the error that is shown says how much less is known.
const ITEMS: u64 = 600;

/// Trials in which it is found when fallbacks are decided: the share that is on time is known to within six cases of 100.
const SEARCH: u64 = 200;

/// Never fewer trials: a chance is then known to within ten cases of 100.
const FEWEST_TRIALS: u64 = 100;

/// A team's queue, ready to be asked what moves do: it was run as it is, and each question runs what changes.
#[derive(Debug)]
pub struct Moves {
    forecaster: Forecaster,
    near: Vec<TeamId>,
}

impl Moves {
    /// The queue of one team of a large organisation, as known on the day of `options`: that team, those whose asks to it
    /// are open, and what they plan. What the others do to the plans that ask comes in by the odds of their asks alone; what
    /// else the asking teams plan keeps its people busy, and waits for nobody.
    ///
    /// Nothing where that is no organisation of its own.
    pub fn near(organisation: &Organisation, team: &TeamId, options: Options) -> Option<Self> {
        let asking = organisation.asked_of(team).iter().filter_map(|ask| organisation.ask(ask));
        let asking = asking.filter(|ask| super::is_in_play(organisation, ask, options.as_of));
        let mut near: BTreeSet<TeamId> = asking.map(|ask| ask.id.team().clone()).collect();
        near.insert(team.clone());
        let part = part(organisation, team, &near)?;
        let items = (part.work().len() + part.asks().len()) as u64;
        let trials = (TRIALS * ITEMS / items.max(ITEMS)).max(FEWEST_TRIALS);
        // A what-if runs half as many as a search.
        let options = options.with_trials(options.trials.min(trials), options.search_trials.min(2 * trials));
        // When a fallback is decided is found in fewer trials: both sides of a move go by the same days, and to look for them
        // is most of the work.
        let search = options.with_trials(options.trials, options.search_trials.min(SEARCH));
        let searched = Forecaster::new(&part, search);
        let asks: Vec<&AskId> = part.asks().map(|ask| &ask.id).collect();
        asks.par_iter().for_each(|ask| {
            searched.decide_by_of(ask);
        });
        let nobody = AskId::new(TeamId::council(), "nobody".parse().ok()?);
        let forecaster = searched.supposing_in(&nobody, &[], options).ok()?;
        // The queue as it is, which every move is compared with.
        forecaster.what_if_as_decided(&[]).ok()?;
        Some(Self { forecaster, near: near.into_iter().collect() })
    }

    /// What the move does. Decide-bys stay as they were found: nobody has decided anew.
    pub fn effect(&self, organisation: &Organisation, moving: Moving) -> Option<Moved> {
        let changes = moving.act().changes(self.forecaster.organisation()).ok()?;
        let effect = self.forecaster.what_if_as_decided(&changes).ok()?;
        Some(moved(organisation, moving, effect, Some(self.near.clone())))
    }
}

/// The effect of a move in the whole organisation; nothing where that cannot be.
pub fn moved_in_whole(forecaster: &Forecaster, organisation: &Organisation, moving: Moving) -> Option<Moved> {
    let changes = moving.act().changes(organisation).ok()?;
    let effect = forecaster.what_if(&changes).ok()?;
    Some(moved(organisation, moving, effect, None))
}

fn moved(organisation: &Organisation, moving: Moving, effect: WhatIf, near: Option<Vec<TeamId>>) -> Moved {
    let place = moving.order.iter().find(|it| it.line == moving.line);
    let sentence = match place {
        Some(place) if place.before == place.after => {
            format!("{} keeps its place, number {}.", moving.line, place.after)
        }
        Some(place) => {
            let with = format!(
                "{} as number {} of what {} is asked, not {}",
                moving.line,
                place.after,
                team_name(organisation, &moving.team),
                place.before
            );
            effect.sentence(&with, None)
        }
        None => String::new(),
    };
    Moved { moving, sentence, near, effect }
}

/// The part of an organisation that these teams are: their facts, the asks of plans that ask `to`, and of what names others as
/// much as they know.
fn part(organisation: &Organisation, to: &TeamId, teams: &BTreeSet<TeamId>) -> Option<Organisation> {
    let outcome = |id: &OutcomeId| teams.contains(id.team()) && organisation.outcome(id).is_some();
    let asking: BTreeSet<&PlanId> =
        organisation.asked_of(to).iter().filter_map(|ask| Some(&organisation.ask(ask)?.plan)).collect();
    let ask = |id: &AskId| {
        teams.contains(id.team())
            && organisation.ask(id).is_some_and(|ask| id.team() == to || asking.contains(&ask.plan))
    };
    let initiative = |id: &InitiativeId| {
        organisation.initiative(id).is_some_and(|initiative| initiative.outcomes.iter().any(outcome))
    };
    let is_there = |reference: &Reference| {
        outcome(&reference.clone().into())
            || ask(&reference.clone().into())
            || initiative(&reference.clone().into())
            || organisation.need(&reference.clone().into()).is_some_and(|need| kept(need, &ask).is_some())
    };
    let mut facts: Vec<Fact> = vec![organisation.settings().clone().into()];
    let mut council = organisation.council().clone();
    council.rank.retain(is_there);
    facts.push(council.into());
    for it in organisation.initiatives().filter(|it| initiative(&it.id)) {
        let outcomes = it.outcomes.iter().filter(|id| outcome(id)).cloned().collect();
        facts.push(Initiative { outcomes, ..it.clone() }.into());
    }
    for id in teams {
        // A team that is only assumed is assumed again.
        if let Some(team) = organisation.team(id).filter(|_| !organisation.assumed_teams().contains(id)) {
            let mut team = team.clone();
            team.rank.retain(is_there);
            facts.push(team.into());
        }
        facts.extend(organisation.plans_of(id).cloned().map(Fact::from));
        facts.extend(organisation.outcomes_of(id).map(|it: &Outcome| Fact::Outcome(Arc::new(it.clone()))));
        facts.extend(organisation.work_of(id).cloned().map(Fact::from));
        facts.extend(organisation.asks_of(id).filter(|it| ask(&it.id)).cloned().map(Fact::from));
        facts.extend(organisation.needs_of(id).filter_map(|need| kept(need, &ask)).map(Fact::from));
    }
    let logs = organisation.answer_logs().filter(|log| {
        let known = match &log.to {
            AnswerTo::Ask(id) => ask(id),
            AnswerTo::Need(id) => {
                teams.contains(id.team())
                    && organisation.need(id).is_some_and(|need| kept(need, &ask).is_some())
            }
        };
        known && (teams.contains(&log.by) || log.by.is_council())
    });
    facts.extend(logs.cloned().map(Fact::from));
    let confirmed = organisation.confirmation_logs().filter(|log| outcome(&log.outcome));
    let confirmed = confirmed.filter(|log| teams.contains(&log.by) || log.by.is_council());
    facts.extend(confirmed.cloned().map(Fact::from));
    Organisation::build(Scope::Partial, facts).ok()
}

/// The need with those of its asks that are there; nothing where none is.
fn kept(need: &Need, is_there: &impl Fn(&AskId) -> bool) -> Option<Need> {
    let keep = |asks: &[AskId]| asks.iter().filter(|ask| is_there(ask)).cloned().collect::<Vec<_>>();
    let relation = match &need.relation {
        NeedRelation::Joins(asks) => NeedRelation::Joins(keep(asks)),
        NeedRelation::KeepsApart(asks) => NeedRelation::KeepsApart(keep(asks)),
    };
    let (NeedRelation::Joins(asks) | NeedRelation::KeepsApart(asks)) = &relation;
    (!asks.is_empty()).then(|| Need { relation, ..need.clone() })
}

/// The teams whose plans and queues were simulated, in words; nothing where that is all.
pub fn near_in_words(organisation: &Organisation, moved: &Moved) -> Option<String> {
    let near = moved.near.as_ref()?;
    let asking = near.iter().filter(|team| **team != moved.moving.team);
    let asking: Vec<String> = asking.map(|team| team_name(organisation, team)).collect();
    let own = team_name(organisation, &moved.moving.team);
    Some(match asking.len() {
        0 => format!("Simulated for {own} alone."),
        1..=6 => format!("Simulated for {own} and for those who ask it: {}.", listed(asking)),
        count => format!("Simulated for {own} and for the {count} teams that ask it."),
    })
}
