//! What each ask's landing rests on: one source per ask.

use super::chain::recorded;
use super::{AskFacts, Compiler, assumed, better};
use crate::answer::{LandsBy, Odds};
use crate::distribution::{Effort, Weibull};
use crate::draft::{DraftAsk, DraftLanding, LandingSource, Rank};
use crate::prior;
use kedge_model as model;
use kedge_model::{Ask, AskId, AskState, Gate, PlanId, Source, Word};
use std::collections::BTreeMap;

impl Compiler<'_> {
    pub(super) fn asks(&mut self) -> Vec<AskFacts> {
        let mut facts = Vec::new();
        let mut landing_of_need: BTreeMap<model::NeedId, usize> = BTreeMap::new();
        let plans: Vec<PlanId> = self.plan_of.keys().cloned().collect();
        let mut ids: Vec<(usize, AskId)> = Vec::new();
        for plan in &plans {
            let index = self.plan_of[plan];
            ids.extend(self.organisation.parts(plan).asks.iter().map(|ask| (index, ask.clone())));
        }
        for (plan, id) in ids {
            let Some(ask) = self.organisation.ask(&id) else { continue };
            let Some(&to) = self.team_of.get(&ask.to) else { continue };
            let order = self.draft.asks.len() as u32;
            let state = self.organisation.ask_state(ask);
            let (mut lands, mut landing_facts) = self.landing(ask, &state, to, order);
            // Asks that are one need share one landing, unless one of them has a fate of its own.
            let need = self.organisation.need_of(&id).map(|need| need.id.clone());
            let shared =
                need.filter(|_| !matches!(lands.source, LandingSource::On(_) | LandingSource::Never));
            let known = shared.as_ref().and_then(|need| landing_of_need.get(need).copied());
            let landing = if let Some(landing) = known {
                self.join(landing, &lands);
                landing
            } else {
                let landing = self.draft.landings.len();
                if let Some(need) = shared {
                    lands.name = format!("need {need}");
                    landing_of_need.insert(need, landing);
                }
                self.draft.landings.push(lands);
                landing
            };
            let (mut items, mut outcomes) = (Vec::new(), Vec::new());
            let mut rank = Rank::unranked(u32::MAX);
            for gate in self.organisation.gates(ask) {
                match gate {
                    Gate::Work(work) => {
                        if let Some(&item) = self.item_of.get(&work) {
                            items.push(item);
                            rank = better(rank, self.draft.items[item].rank);
                        }
                    }
                    Gate::Outcome(outcome) => {
                        if let Some(&index) = self.outcome_of.get(&outcome) {
                            outcomes.push(index);
                            if let Some(outcome) = self.organisation.outcome(&outcome) {
                                rank = better(rank, self.rank_of_outcome(outcome));
                            }
                        }
                    }
                }
            }
            rank.order = u32::MAX;
            items.sort_unstable();
            items.dedup();
            outcomes.sort_unstable();
            outcomes.dedup();
            let (chain, fallbacks) = self.chain(ask, plan, to, rank);
            landing_facts.fallbacks = fallbacks;
            landing_facts.recorded = recorded(ask, &chain, |date| self.day(date));
            self.draft.asks.push(DraftAsk {
                name: id.to_string(),
                plan,
                landing,
                items,
                outcomes,
                chain,
                dead: self.organisation.is_dead(ask, self.as_of),
                until: ask.until.map(|until| self.day(until)),
            });
            facts.push(landing_facts);
        }
        facts
    }

    /// A further ask of a need: the one item has the best place of any and the largest guess.
    pub(super) fn join(&mut self, landing: usize, other: &DraftLanding) {
        let mean = |effort: &Effort| effort.mean_left(0.0, &self.draft.tables);
        if let (
            LandingSource::Queue { effort, rank, .. },
            LandingSource::Queue { effort: theirs, rank: their_rank, .. },
        ) = (&self.draft.landings[landing].source, &other.source)
        {
            let larger = if mean(theirs) > mean(effort) { *theirs } else { *effort };
            let best = (*rank).min(*their_rank);
            if let LandingSource::Queue { effort, rank, .. } = &mut self.draft.landings[landing].source {
                *effort = larger;
                *rank = best;
            }
        }
    }

    /// What an ask's landing rests on.
    pub(super) fn landing(
        &mut self,
        ask: &Ask,
        state: &AskState,
        to: usize,
        order: u32,
    ) -> (DraftLanding, AskFacts) {
        let mut facts = AskFacts {
            id: ask.id.clone(),
            to: ask.to.clone(),
            wanted: ask.wanted,
            lands_by: LandsBy::Distribution,
            item: None,
            taken_up: None,
            few_cases: None,
            sources: Vec::new(),
            recorded: None,
            fallbacks: Vec::new(),
        };
        let mut landing =
            DraftLanding { name: format!("ask {}", ask.id), source: LandingSource::Never, load: None };
        if self.organisation.is_dead(ask, self.as_of) {
            facts.lands_by = LandsBy::Dead;
            return (landing, facts);
        }
        if let AskState::Landed { since: on } | AskState::Served { on } = *state {
            facts.lands_by = LandsBy::Landed(on);
            landing.source = LandingSource::On(self.day(on));
            return (landing, facts);
        }
        let by = match state {
            AskState::Countered { by, .. } | AskState::Committed { by, .. } => *by,
            _ => None,
        };
        let council = self.organisation.council_rank(ask.id.reference());
        let need = self.organisation.need_of(&ask.id);
        let local = self.local_rank(&ask.to, ask.id.reference());
        let rank = Rank {
            council: council.map_or(u32::MAX, |rank| rank as u32),
            local: need.map_or(local, |need| local.min(self.local_rank(&ask.to, need.id.reference()))),
            due: by.or(ask.wanted).map_or(i32::MAX, |date| self.day(date)),
            asked: true,
            order,
        };
        let stated = self
            .answered_effort(ask)
            .or_else(|| need.and_then(|need| need.effort.clone()))
            .or_else(|| ask.effort.clone());
        let effort = self.effort(stated.as_ref());
        // Work that is done and came back delivers nothing any more: the ask is open again.
        let came_back = |work: &model::WorkId| {
            let done = self.organisation.work_item(work).and_then(|work| work.done);
            done.is_some_and(|done| ask.returned.iter().any(|returned| returned.on >= done))
        };
        let work = self.organisation.delivering_work(ask).filter(|work| !came_back(work));
        let work = work.and_then(|work| Some((*self.item_of.get(&work)?, work)));
        if let (Some((item, work)), None) = (&work, ask.odds) {
            if let Some(done) = self.organisation.work_item(work).and_then(|work| work.done) {
                facts.lands_by = LandsBy::Landed(done);
                landing.source = LandingSource::On(self.day(done));
            } else {
                facts.lands_by = LandsBy::Item(work.clone());
                facts.item = Some(*item);
                // Who delivers an ask does so in the place of the ask, if that is better than the item's own.
                self.draft.items[*item].rank = better(self.draft.items[*item].rank, rank);
                facts.sources.push(Source::Assumption { stated: format!("the effort of work {work}") });
                landing.source = LandingSource::Item(*item);
            }
            return (landing, facts);
        }
        let take_up = &self.organisation.settings().assume.take_up;
        let (chance, key) = match state {
            AskState::Considering { .. } => (take_up.considering, "take-up.considering"),
            AskState::Countered { .. } => (take_up.countered, "take-up.countered"),
            AskState::Committed { .. } => (take_up.committed, "take-up.committed"),
            _ => (take_up.none, "take-up.none"),
        };
        let (chance, source) = match ask.odds {
            Some(odds) => {
                (odds.taken_up, Source::Assumption { stated: format!("odds of {}, by the asker", ask.id) })
            }
            None => (chance, assumed(key)),
        };
        facts.taken_up = Some(Odds { chance, source: source.clone() });
        facts.sources.push(source);
        let filled = self.team_facts[to].filled;
        if let Some(filled) = filled.filter(|filled| *filled >= prior::QUEUE_FILLED)
            && ask.odds.is_none()
            && effort != Effort::Unknown
        {
            facts.lands_by = LandsBy::Queue { filled };
            facts.few_cases = self.few_cases(stated.as_ref());
            facts.sources.push(Source::Assumption { stated: format!("the queue of {}", ask.to) });
            landing.source = LandingSource::Queue { team: to, effort, take_up: chance.get(), rank };
            return (landing, facts);
        }
        let anchor = state.since().unwrap_or(self.as_of);
        let time = if let Some(odds) = ask.odds {
            Weibull::through(odds.median.calendar_days().max(1e-3), 0.5, prior::LANDING_SHAPE)
        } else {
            let date = by.or(ask.wanted).unwrap_or_else(|| anchor.plus_days(i64::from(prior::LANDING_DAYS)));
            let ahead = date.days_since(anchor).clamp(0, 4_000_000) as f64;
            facts.sources.push(Source::Prior { about: prior::SLIP_SOURCE.into() });
            // By the date means by its end.
            Weibull::through(ahead + 1.0, 1.0 - prior::slip(ahead), prior::LANDING_SHAPE)
        };
        landing.source = LandingSource::Chance {
            take_up: chance.get(),
            time,
            elapsed: self.as_of.days_since(anchor).clamp(0, 4_000_000) as i32,
        };
        let has_people = self.team_facts[to].people.is_some_and(|people| people > 0.0);
        let planned = work.is_some();
        if matches!(state, AskState::Committed { .. }) && has_people && !planned && effort != Effort::Unknown
        {
            landing.load = Some((to, effort, rank));
        }
        (landing, facts)
    }

    /// The asked team's latest own estimate.
    pub(super) fn answered_effort(&self, ask: &Ask) -> Option<model::Effort> {
        self.organisation
            .answers_to(ask)
            .filter(|answer| ask.revised.is_none_or(|revised| answer.on >= revised))
            .filter_map(|answer| match &answer.word {
                Word::Says { effort: Some(effort), .. } => Some((answer.on, effort.clone())),
                _ => None,
            })
            .max_by_key(|(on, _)| *on)
            .map(|(_, effort)| effort)
    }
}
