//! From an organisation and a date to a [`Draft`]: which facts count, what each ask's landing rests on, what is missing.

use crate::answer::{Lack, LandsBy, Odds};
use crate::calendar::{Calendar, DAYS_IN_QUARTER, WorkingWeek};
use crate::distribution::{Effort, Weibull, three_point};
use crate::draft::{
    Draft, DraftAsk, DraftFallback, DraftItem, DraftLanding, DraftOutcome, DraftPlan, DraftTeam,
    FallbackProgress, LandingSource, Progress, Rank,
};
use crate::policy::Recorded;
use crate::prior;
use crate::program::Program;
use kedge_model as model;
use kedge_model::{
    Ask, AskId, AskState, Date, Fallback, FallbackKind, Gate, HostState, Organisation, OutcomeId, PlanId,
    Probability, Says, Slug, Source, Stance, Tails, TeamId, Word, WorkId,
};
use std::collections::{BTreeMap, BTreeSet};

/// No trial looks further ahead than this many calendar days.
const FURTHEST: i64 = 3_660;

/// A compiled organisation with the way back from indexes to its nouns.
#[derive(Clone, Debug)]
pub(crate) struct Compiled {
    pub(crate) organisation: Organisation,
    pub(crate) program: Program,
    pub(crate) teams: Vec<TeamFacts>,
    pub(crate) plans: Vec<PlanId>,
    pub(crate) outcomes: Vec<OutcomeFacts>,
    pub(crate) items: Vec<ItemFacts>,
    pub(crate) asks: Vec<AskFacts>,
}

#[derive(Clone, Debug)]
pub(crate) struct TeamFacts {
    pub(crate) id: TeamId,
    pub(crate) people: Option<f64>,
    pub(crate) filled: Option<f64>,
    /// Whether its rate of shifts is its own.
    pub(crate) own_shifts: bool,
    pub(crate) shifts_a_quarter: f64,
}

#[derive(Clone, Debug)]
pub(crate) struct OutcomeFacts {
    pub(crate) id: OutcomeId,
    pub(crate) due: Option<Date>,
    pub(crate) live: Option<Date>,
    pub(crate) valued: bool,
    /// Nothing says what has to happen for it.
    pub(crate) empty: bool,
    pub(crate) costs_late: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct ItemFacts {
    pub(crate) id: WorkId,
    pub(crate) timed: bool,
    pub(crate) done: bool,
    /// A lone estimate, widened by `spread`.
    pub(crate) lone: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct AskFacts {
    pub(crate) id: AskId,
    pub(crate) to: TeamId,
    pub(crate) wanted: Option<Date>,
    pub(crate) lands_by: LandsBy,
    /// The index of the item that it lands with.
    pub(crate) item: Option<usize>,
    pub(crate) taken_up: Option<Odds>,
    pub(crate) sources: Vec<Source>,
    pub(crate) recorded: Option<Recorded>,
    pub(crate) fallbacks: Vec<FallbackFacts>,
}

#[derive(Clone, Debug)]
pub(crate) struct FallbackFacts {
    pub(crate) id: Slug,
    pub(crate) accepted: Option<Odds>,
    /// Its `create` is needed and not stated.
    pub(crate) untimed: bool,
    pub(crate) lone: bool,
    pub(crate) guide: Option<(TeamId, f64)>,
    /// P80 of its `create` in working days of whoever makes it.
    pub(crate) p80: f64,
    /// Whether it costs or saves money by itself.
    pub(crate) priced: bool,
}

/// The compiler's working state.
struct Compiler<'o> {
    organisation: &'o Organisation,
    as_of: Date,
    calendar: Calendar,
    team_of: BTreeMap<TeamId, usize>,
    plan_of: BTreeMap<PlanId, usize>,
    outcome_of: BTreeMap<OutcomeId, usize>,
    item_of: BTreeMap<WorkId, usize>,
    draft: Draft,
    team_facts: Vec<TeamFacts>,
    outcome_facts: Vec<OutcomeFacts>,
    item_facts: Vec<ItemFacts>,
}

/// Compiles what is known of the organisation on the as-of date.
pub(crate) fn compile(organisation: &Organisation, as_of: Date) -> Compiled {
    let known = organisation.known_on(as_of);
    let mut compiler = Compiler::new(&known, as_of);
    compiler.teams();
    compiler.plans();
    compiler.work();
    compiler.fill();
    let asks = compiler.asks();
    let plans = compiler.plan_of.iter().map(|(id, index)| (*index, id.clone())).collect::<BTreeMap<_, _>>();
    let (program, teams, outcomes, items) =
        (compiler.draft.program(), compiler.team_facts, compiler.outcome_facts, compiler.item_facts);
    Compiled {
        program,
        teams,
        plans: plans.into_values().collect(),
        outcomes,
        items,
        asks,
        organisation: known,
    }
}

fn assumed(key: &str) -> Source {
    Source::Assumption { stated: format!("assume.{key}") }
}

impl<'o> Compiler<'o> {
    fn new(organisation: &'o Organisation, as_of: Date) -> Compiler<'o> {
        let settings = organisation.settings();
        let week = WorkingWeek::new(&settings.calendar.days, settings.calendar.holidays.clone());
        let horizon = horizon_days(organisation);
        let last = organisation
            .outcomes()
            .filter_map(|outcome| organisation.due(outcome))
            .map(|due| due.days_since(as_of))
            .max()
            .unwrap_or(0)
            .max(0);
        let days = (last + horizon).min(FURTHEST) as i32;
        let calendar = Calendar::new(as_of, week, days);
        let assume = &settings.assume;
        let draft = Draft {
            calendar: calendar.clone(),
            plan_factor: assume.plan_factor,
            organisation_factor: assume.organisation_factor,
            dropped: assume.dropped.get(),
            teams: Vec::new(),
            plans: Vec::new(),
            outcomes: Vec::new(),
            items: Vec::new(),
            landings: Vec::new(),
            asks: Vec::new(),
            tables: Vec::new(),
        };
        Compiler {
            organisation,
            as_of,
            calendar,
            team_of: BTreeMap::new(),
            plan_of: BTreeMap::new(),
            outcome_of: BTreeMap::new(),
            item_of: BTreeMap::new(),
            draft,
            team_facts: Vec::new(),
            outcome_facts: Vec::new(),
            item_facts: Vec::new(),
        }
    }

    /// Calendar days from as-of, within what any calendar holds.
    fn day(&self, date: Date) -> i32 {
        date.days_since(self.as_of).clamp(-4_000_000, 4_000_000) as i32
    }

    fn teams(&mut self) {
        let assume = &self.organisation.settings().assume;
        for (index, team) in self.organisation.teams().enumerate() {
            self.team_of.insert(team.id.clone(), index);
            let people = team.capacity();
            let rate = team.shifts.unwrap_or(assume.shifts).a_calendar_day() * DAYS_IN_QUARTER;
            self.draft.teams.push(DraftTeam {
                name: team.id.to_string(),
                people,
                focus: team.focus.get() * team.other_work.map_or(1.0, |share| 1.0 - share.get()),
                shifts: rate,
            });
            self.team_facts.push(TeamFacts {
                id: team.id.clone(),
                people,
                filled: None,
                own_shifts: team.shifts.is_some(),
                shifts_a_quarter: rate,
            });
        }
    }

    fn plans(&mut self) {
        let settings = self.organisation.settings();
        let horizon = horizon_days(self.organisation);
        let furthest = FURTHEST as i32;
        for plan in self.organisation.plans().filter(|plan| plan.closed.is_none()) {
            let Some(&team) = self.team_of.get(plan.id.team()) else { continue };
            let index = self.draft.plans.len();
            self.plan_of.insert(plan.id.clone(), index);
            let mut latest = None;
            for id in &self.organisation.parts(&plan.id).outcomes {
                let Some(outcome) = self.organisation.outcome(id).filter(|outcome| outcome.dropped.is_none())
                else {
                    continue;
                };
                let due = self.organisation.due(outcome);
                let end = (due.map_or(0, |due| due.days_since(self.as_of)) + horizon).min(i64::from(furthest))
                    as i32;
                latest = latest.max(Some(end));
                let worth = self.organisation.worth(outcome);
                let late = match &outcome.late_cost {
                    None => (0.0, 0.0),
                    Some(model::LateCost::Once(price)) => (0.0, price.money.amount()),
                    Some(model::LateCost::Rate(rate)) => (rate.a_week().amount() / 7.0, 0.0),
                };
                self.outcome_of.insert(id.clone(), self.draft.outcomes.len());
                self.outcome_facts.push(OutcomeFacts {
                    id: id.clone(),
                    due,
                    live: outcome.live,
                    valued: worth.is_some(),
                    costs_late: outcome.late_cost.is_some(),
                    empty: self.organisation.serving(id).is_empty()
                        && self.organisation.gating(id.reference()).is_empty(),
                });
                self.draft.outcomes.push(DraftOutcome {
                    name: format!("outcome {id}"),
                    plan: index,
                    value: worth.map_or(0.0, |worth| worth.a_week.amount() / 7.0),
                    value_from: outcome.value_from.map_or(i32::MIN, |date| self.day(date)),
                    late,
                    due: due.map(|due| self.day(due)),
                    horizon: end,
                    product: outcome.combine == model::Combine::Product,
                    live: outcome.live.map(|date| self.day(date)),
                });
            }
            self.draft.plans.push(DraftPlan {
                name: format!("plan {}", plan.id),
                team,
                horizon: latest.unwrap_or(horizon.min(FURTHEST) as i32),
                person_week: settings.person_week.as_ref().map_or(0.0, |price| price.money.amount()),
            });
        }
    }

    fn work(&mut self) {
        let mut links = Vec::new();
        for plan in self.organisation.plans() {
            let Some(&plan_index) = self.plan_of.get(&plan.id) else { continue };
            let team = self.draft.plans[plan_index].team;
            let opens = plan.period.map_or(i32::MIN, |period| self.day(period.from()));
            for id in &self.organisation.parts(&plan.id).work {
                let Some(work) = self.organisation.work_item(id).filter(|work| work.dropped.is_none()) else {
                    continue;
                };
                let spent = |since: Date| {
                    self.calendar.worked_since(since)
                        * self.draft.teams[team].focus
                        * f64::from(work.crew.max(1))
                };
                let (stated, progress) = match (&work.left, work.started) {
                    _ if work.done.is_some() => (work.effort.as_ref(), Progress::Done),
                    (Some(left), _) => (Some(&left.effort), Progress::Started { spent: spent(left.on) }),
                    (None, Some(started)) => {
                        (work.effort.as_ref(), Progress::Started { spent: spent(started) })
                    }
                    (None, None) => (work.effort.as_ref(), Progress::Ahead),
                };
                let effort = self.effort(stated);
                let rank = self.rank_of_work(work);
                let index = self.draft.items.len();
                self.item_of.insert(id.clone(), index);
                self.item_facts.push(ItemFacts {
                    id: id.clone(),
                    timed: effort != Effort::Unknown,
                    done: work.done.is_some(),
                    lone: matches!(stated, Some(model::Effort::Median(_))),
                });
                links.push(&work.after);
                let serves = work.serves.iter().filter_map(|outcome| self.outcome_of.get(outcome)).copied();
                self.draft.items.push(DraftItem {
                    name: format!("work {id}"),
                    team,
                    plan: Some(plan_index),
                    effort,
                    crew: work.crew.max(1),
                    not_before: work.not_before.map_or(opens, |date| self.day(date).max(opens)),
                    after: Vec::new(),
                    serves: serves.collect(),
                    rank,
                    progress,
                });
            }
        }
        for (index, after) in links.into_iter().enumerate() {
            self.draft.items[index].after =
                after.iter().filter_map(|first| self.item_of.get(first)).copied().collect();
        }
    }

    /// An effort of the plan language as the simulation draws it.
    fn effort(&mut self, stated: Option<&model::Effort>) -> Effort {
        let settings = self.organisation.settings();
        let days = |time: &model::WorkTime| time.days(&settings.calendar).0;
        match stated {
            None => Effort::Unknown,
            Some(model::Effort::Median(p50)) if days(p50) > 0.0 => {
                let Effort::Estimate { lognormal, .. } =
                    Effort::estimate(days(p50), days(p50) * settings.spread)
                else {
                    return Effort::Unknown;
                };
                Effort::Estimate { lognormal, overruns: settings.assume.tails == Tails::Fat }
            }
            Some(model::Effort::Quantiles { p50, p90 }) if days(p50) > 0.0 => {
                Effort::estimate(days(p50), days(p90))
            }
            Some(model::Effort::Median(_) | model::Effort::Quantiles { .. }) => self.table(vec![0.0], false),
            Some(model::Effort::Range { least, likely, most }) => {
                self.table(three_point(days(least), days(likely), days(most)), true)
            }
            Some(model::Effort::History(past)) if past.is_empty() => Effort::Unknown,
            Some(model::Effort::History(past)) => {
                let mut past: Vec<f64> = past.iter().map(days).collect();
                past.sort_by(f64::total_cmp);
                self.table(past, false)
            }
        }
    }

    fn table(&mut self, quantiles: Vec<f64>, interpolate: bool) -> Effort {
        let first = self.draft.tables.len() as u32;
        let length = quantiles.len() as u32;
        self.draft.tables.extend(quantiles);
        Effort::Table { first, length, interpolate }
    }

    /// The best place of what the item serves: council, own rank, due; then file order.
    fn rank_of_work(&self, work: &model::Work) -> Rank {
        let order = self.draft.items.len() as u32;
        let mut rank = Rank::unranked(order);
        for id in &work.serves {
            if let Some(outcome) = self.organisation.outcome(id) {
                rank = better(rank, self.rank_of_outcome(outcome));
            }
        }
        rank
    }

    fn rank_of_outcome(&self, outcome: &model::Outcome) -> Rank {
        let council = self.organisation.council_rank_of_outcome(&outcome.id);
        Rank {
            council: council.map_or(u32::MAX, |rank| rank as u32),
            local: self.local_rank(outcome.id.team(), outcome.id.reference()),
            due: self.organisation.due(outcome).map_or(i32::MAX, |due| self.day(due)),
            asked: false,
            order: u32::MAX,
        }
    }

    fn local_rank(&self, team: &TeamId, reference: &model::Reference) -> u32 {
        let rank = self.organisation.team(team).map_or(&[][..], |team| &team.rank);
        rank.iter().position(|ranked| ranked == reference).map_or(u32::MAX, |place| place as u32)
    }

    /// How full each team's queue is: what its own items are expected to take, and other work, over its time to the end
    /// of its last plan's period.
    fn fill(&mut self) {
        let other_work = self.organisation.settings().assume.other_work;
        for (index, team) in self.organisation.teams().enumerate() {
            let Some(people) = self.team_facts[index].people.filter(|people| *people > 0.0) else { continue };
            let mut own = 0.0;
            for item in self.draft.items.iter().filter(|item| item.team == index) {
                own += match item.progress {
                    Progress::Done => 0.0,
                    Progress::Started { spent } => item.effort.mean_left(spent, &self.draft.tables),
                    Progress::Ahead => item.effort.mean_left(0.0, &self.draft.tables),
                };
            }
            let periods = self.organisation.plans_of(&team.id).filter(|plan| plan.closed.is_none());
            let last = periods.filter_map(|plan| plan.period).map(|period| self.day(period.until())).max();
            let days = last.map_or(0.0, |last| self.calendar.end(last));
            let days = if days > 0.0 {
                days
            } else {
                f64::from(prior::QUEUE_WEEKS_WITHOUT_PLAN) * self.calendar.week().days()
            };
            let other = team.other_work.unwrap_or(other_work).get();
            self.team_facts[index].filled = Some(own / (people * days) + other);
        }
    }

    fn asks(&mut self) -> Vec<AskFacts> {
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
    fn join(&mut self, landing: usize, other: &DraftLanding) {
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
    fn landing(&mut self, ask: &Ask, state: &AskState, to: usize, order: u32) -> (DraftLanding, AskFacts) {
        let mut facts = AskFacts {
            id: ask.id.clone(),
            to: ask.to.clone(),
            wanted: ask.wanted,
            lands_by: LandsBy::Distribution,
            item: None,
            taken_up: None,
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
        let work =
            self.organisation.delivering_work(ask).and_then(|work| Some((*self.item_of.get(&work)?, work)));
        if let (Some((item, work)), None) = (&work, ask.odds) {
            if let Some(done) = self.organisation.work_item(work).and_then(|work| work.done) {
                facts.lands_by = LandsBy::Landed(done);
                landing.source = LandingSource::On(self.day(done));
            } else {
                facts.lands_by = LandsBy::Item(work.clone());
                facts.item = Some(*item);
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
    fn answered_effort(&self, ask: &Ask) -> Option<model::Effort> {
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

    fn chain(
        &mut self,
        ask: &Ask,
        plan: usize,
        to: usize,
        rank: Rank,
    ) -> (Vec<DraftFallback>, Vec<FallbackFacts>) {
        let organisation = self.organisation;
        let own = self.draft.plans[plan].team;
        let calendar = &organisation.settings().calendar;
        let assume = &organisation.settings().assume;
        let reached = ask.fallbacks.iter().rposition(|entry| entry.is_live() || entry.is_running());
        let (mut chain, mut facts) = (Vec::new(), Vec::new());
        for (place, entry) in ask.fallbacks.iter().enumerate() {
            let (accepted, lands, maker, host) = match &entry.kind {
                FallbackKind::AwayTeam { with, .. } => {
                    let host = with.as_ref().unwrap_or(&ask.to);
                    let accepted =
                        (!organisation.is_self_reliant(ask, entry)).then(|| self.away_odds(ask, entry, host));
                    (accepted, true, own, self.team_of.get(host).copied())
                }
                FallbackKind::TigerTeam { with } => {
                    let odds =
                        self.leaning_odds(ask, entry, with, assume.leaning.tiger_team, "leaning.tiger-team");
                    (Some(odds), true, self.team_of.get(with).copied().unwrap_or(to), None)
                }
                FallbackKind::Community { with } => {
                    let odds =
                        self.leaning_odds(ask, entry, with, assume.leaning.community, "leaning.community");
                    (Some(odds), true, self.team_of.get(with).copied().unwrap_or(to), None)
                }
                FallbackKind::Escalate { with } => {
                    let council = TeamId::council();
                    let with = with.as_ref().unwrap_or(&council);
                    let odds =
                        self.leaning_odds(ask, entry, with, assume.leaning.escalate, "leaning.escalate");
                    (Some(odds), true, to, None)
                }
                _ => (None, false, own, None),
            };
            // What an escalation makes somebody do is the ask itself.
            let create = match entry.kind {
                FallbackKind::Escalate { .. } => {
                    entry.create.clone().or_else(|| self.answered_effort(ask)).or_else(|| ask.effort.clone())
                }
                FallbackKind::Descope | FallbackKind::DoWithout => None,
                _ => entry.create.clone(),
            };
            let optional = entry.kind.is_immediate() || matches!(entry.kind, FallbackKind::Buy(_));
            let untimed = create.is_none() && !optional;
            let since = |date: Date| self.calendar.worked_since(date) * self.draft.teams[maker].focus;
            let progress = if reached.is_some_and(|reached| place < reached)
                || entry.stopped.is_some()
                || entry.migrated.is_some()
            {
                FallbackProgress::Over
            } else if let (true, Some(live)) = (entry.is_live(), entry.live) {
                FallbackProgress::Live { since: self.day(live).min(0) }
            } else if let (true, Some(taken)) = (entry.is_running(), entry.taken) {
                // Its lead is waited, not worked.
                let lead = match &entry.kind {
                    FallbackKind::Buy(purchase) => purchase.lead.map_or(0.0, model::ClockTime::calendar_days),
                    _ => 0.0,
                };
                let begun = taken.plus_days(lead.ceil() as i64);
                let from = entry.left.as_ref().map_or(begun, |left| left.on);
                FallbackProgress::Running { spent: since(from), waited: -self.day(taken).min(0) }
            } else {
                FallbackProgress::Ahead
            };
            let stated = match (&entry.left, progress) {
                (Some(left), FallbackProgress::Running { .. }) => Some(left.effort.clone()),
                _ => create,
            };
            let effort = self.effort(stated.as_ref());
            let purchase = if let FallbackKind::Buy(purchase) = &entry.kind { purchase } else { &NOTHING };
            let place_in_queue = if maker == own {
                rank
            } else {
                // They do it because they said yes, or because the council did.
                let council = matches!(entry.kind, FallbackKind::Escalate { .. })
                    .then(|| organisation.council().rank.len() as u32);
                Rank { council: council.unwrap_or(u32::MAX), local: u32::MAX, asked: true, ..rank }
            };
            let guide = host.map(|host| {
                let stated =
                    organisation.team(&self.team_facts[host].id).and_then(|team| team.away_teams.as_ref());
                let share = stated.and_then(|away| away.guide_share).unwrap_or(assume.guide_share);
                (host, share.get())
            });
            let migrate = entry.migrate.as_ref().map(|effort| self.effort(Some(effort)));
            let p80 = self.p80(effort, maker);
            facts.push(FallbackFacts {
                id: entry.id.clone(),
                accepted: accepted.clone(),
                untimed,
                lone: matches!(stated, Some(model::Effort::Median(_))),
                guide: guide.map(|(host, share)| (self.team_facts[host].id.clone(), share)),
                p80,
                priced: purchase.price.is_some() || purchase.fee.is_some(),
            });
            chain.push(DraftFallback {
                name: format!("{}/{}", ask.id, entry.id),
                odds: accepted.map(|odds| odds.chance.get()),
                lands,
                create: (stated.is_some() || untimed).then_some((maker, effort)),
                rank: place_in_queue,
                migrate,
                maintain: entry.maintain.map_or(0.0, |rate| rate.a_calendar_day(calendar)),
                keeps: entry.keeps.get(),
                skips: entry.skips.iter().filter_map(|work| self.item_of.get(work)).copied().collect(),
                price: purchase.price.as_ref().map_or(0.0, |price| price.money.amount()),
                fee: purchase.fee.as_ref().map_or(0.0, |fee| fee.a_week().amount() / 7.0),
                lead: purchase.lead.map_or(0.0, model::ClockTime::calendar_days),
                guide,
                progress,
            });
        }
        (chain, facts)
    }

    /// P80 of an effort in working days of one person of the team.
    fn p80(&self, effort: Effort, team: usize) -> f64 {
        let pace = self.draft.teams[team].focus;
        let days = effort.quantile(0.8, &self.draft.tables);
        if pace > 0.0 { days / pace } else { 0.0 }
    }

    /// Whether a host takes an away team.
    fn away_odds(&self, ask: &Ask, entry: &Fallback, host: &TeamId) -> Odds {
        if let Some(odds) = stated_odds(ask, entry) {
            return odds;
        }
        let leaning = &self.organisation.settings().assume.leaning;
        match self.organisation.host_state(ask, host) {
            HostState::Welcome => Odds { chance: leaning.welcome, source: assumed("leaning.welcome") },
            HostState::Unknown => Odds { chance: leaning.unknown, source: assumed("leaning.unknown") },
            HostState::Unable => Odds {
                chance: Probability::ZERO,
                source: Source::Assumption { stated: format!("{host} is unable to host") },
            },
        }
    }

    /// Whether whoever else must answer says yes: their word where they gave one.
    fn leaning_odds(
        &self,
        ask: &Ask,
        entry: &Fallback,
        with: &TeamId,
        chance: Probability,
        key: &str,
    ) -> Odds {
        let said = |chance, word: &str| Odds {
            chance,
            source: Source::Assumption { stated: format!("{with} said {word}") },
        };
        if with.is_council() && self.organisation.council_rank(ask.id.reference()).is_some() {
            return Odds {
                chance: Probability::ONE,
                source: Source::Assumption { stated: "the council ranks the ask".into() },
            };
        }
        match self.organisation.word_of(ask, with).filter(|_| with != &ask.to) {
            Some((_, says @ (Says::Declined | Says::Dropped))) => said(Probability::ZERO, says.word()),
            Some((_, says @ (Says::Committed { .. } | Says::Landed { .. }))) => {
                said(self.organisation.settings().assume.take_up.committed, says.word())
            }
            _ => stated_odds(ask, entry).unwrap_or(Odds { chance, source: assumed(key) }),
        }
    }
}

/// The asker's own odds on a leaning fallback.
fn stated_odds(ask: &Ask, entry: &Fallback) -> Option<Odds> {
    entry.odds.map(|chance| Odds {
        chance,
        source: Source::Assumption { stated: format!("odds of {}/{}, by the asker", ask.id, entry.id) },
    })
}

static NOTHING: model::Purchase = model::Purchase { vendor: None, price: None, fee: None, lead: None };

/// How long after `due` value counts, in calendar days.
fn horizon_days(organisation: &Organisation) -> i64 {
    let settings = organisation.settings();
    let weeks = settings.horizon.days(&settings.calendar).0 / settings.calendar.days_a_week().max(1.0);
    ((weeks * 7.0).round() as i64).clamp(0, FURTHEST)
}

/// The better of two places: the best council rank, own rank and due date of either; the order is the first's.
fn better(a: Rank, b: Rank) -> Rank {
    Rank {
        council: a.council.min(b.council),
        local: a.local.min(b.local),
        due: a.due.min(b.due),
        asked: a.asked,
        order: a.order,
    }
}

/// The first stance on record that a fallback still ahead carries.
fn recorded(ask: &Ask, chain: &[DraftFallback], day: impl Fn(Date) -> i32) -> Option<Recorded> {
    ask.fallbacks.iter().enumerate().find_map(|(entry, fallback)| {
        if chain[entry].progress != FallbackProgress::Ahead {
            return None;
        }
        let day = match fallback.start {
            Stance::DecideBy => return None,
            Stance::Now => 0,
            Stance::On(date) => day(date),
        };
        Some(Recorded { entry: entry as u32, day })
    })
}

impl Compiled {
    /// What is missing to date an outcome: efforts of the work it needs, here and where an ask of it lands by an item,
    /// and of the fallbacks that would be taken.
    pub(crate) fn lacks(&self, outcome: usize, lands: bool, falls_back: bool) -> Vec<Lack> {
        let program = &self.program;
        let facts = &self.outcomes[outcome];
        let mut lacks = BTreeSet::new();
        if facts.live.is_some() {
            return Vec::new();
        }
        if facts.empty {
            lacks.insert(Lack::Work(facts.id.clone()));
        }
        let spec = &program.outcomes[outcome];
        for &item in program.list(spec.needs) {
            self.item_lacks(item as usize, &mut lacks, &mut BTreeSet::new());
        }
        for &ask in program.list(spec.asks) {
            self.ask_lacks(ask as usize, lands, falls_back, &mut lacks, &mut BTreeSet::new());
        }
        lacks.into_iter().collect()
    }

    /// What is missing to date the landing of an ask: efforts of the item that it lands with, and of what that needs.
    pub(crate) fn landing_lacks(&self, ask: usize) -> Vec<Lack> {
        let mut lacks = BTreeSet::new();
        if let Some(item) = self.asks[ask].item {
            self.item_lacks(item, &mut lacks, &mut BTreeSet::new());
        }
        lacks.into_iter().collect()
    }

    fn item_lacks(&self, item: usize, lacks: &mut BTreeSet<Lack>, seen: &mut BTreeSet<usize>) {
        if item >= self.items.len() || self.items[item].done || !seen.insert(item) {
            return;
        }
        if !self.items[item].timed {
            lacks.insert(Lack::Effort(self.items[item].id.clone()));
        }
        for &first in self.program.list(self.program.items[item].after) {
            self.item_lacks(first as usize, lacks, seen);
        }
        for (ask, spec) in self.program.asks.iter().enumerate() {
            if self.program.list(spec.items).contains(&(item as u32)) {
                self.ask_lacks(ask, true, true, lacks, seen);
            }
        }
    }

    fn ask_lacks(
        &self,
        ask: usize,
        lands: bool,
        falls_back: bool,
        lacks: &mut BTreeSet<Lack>,
        seen: &mut BTreeSet<usize>,
    ) {
        let facts = &self.asks[ask];
        if matches!(facts.lands_by, LandsBy::Landed(_)) {
            return;
        }
        if lands && let Some(item) = facts.item {
            self.item_lacks(item, lacks, seen);
        }
        if falls_back {
            for fallback in &facts.fallbacks {
                if fallback.untimed {
                    lacks.insert(Lack::Create { ask: facts.id.clone(), fallback: fallback.id.clone() });
                }
                if fallback.accepted.is_none() {
                    break;
                }
            }
        }
    }
}
