//! From a draft to a program: who waits for whom, what each outcome needs, who takes what in which order.

use super::ready::ReadySets;
use super::{
    Ask, Fallback, Follows, Item, Landing, List, NONE, Names, Outcome, Plan, Program, Role, Source, Team,
};
use crate::distribution::{Effort, Lognormal};
use crate::draft::{Draft, FallbackProgress, LandingSource, Progress, Rank};
use crate::draw::Key;
use crate::stages::Stages;
use std::collections::BTreeSet;
use std::sync::Arc;

struct Lists(Vec<u32>);

impl Lists {
    fn add(&mut self, entries: impl IntoIterator<Item = u32>) -> List {
        let first = self.0.len() as u32;
        self.0.extend(entries);
        List { first, length: self.0.len() as u32 - first }
    }
}

/// All of a list with their indexes.
fn numbered<T>(all: &[T]) -> impl Iterator<Item = (u32, &T)> {
    all.iter().enumerate().map(|(index, one)| (index as u32, one))
}

/// For each of `length` owners what it owns, in the order given.
fn grouped(length: usize, owned: impl IntoIterator<Item = (usize, u32)>) -> Vec<Vec<u32>> {
    let mut groups = vec![Vec::new(); length];
    for (owner, one) in owned {
        groups[owner].push(one);
    }
    groups
}

/// The sigma of a factor with median 1 and the given P90.
fn factor_sigma(p90: f64) -> f64 {
    if p90 > 1.0 { Lognormal::through(1.0, p90).sigma } else { 0.0 }
}

/// An item before it has its place: with its lists still its own.
struct Raw {
    name: String,
    team: usize,
    plan: u32,
    effort: Effort,
    crew: u32,
    rank: Rank,
    role: Role,
    progress: Progress,
    not_before: i32,
    after: Vec<usize>,
    serves: Vec<usize>,
}

impl Draft {
    /// Lays the draft out flat.
    ///
    /// The order of all lists is the draft's own, so that the same draft gives the same program.
    pub fn program(&self) -> Program {
        let mut lists = Lists(Vec::new());
        let mut raw: Vec<Raw> = self
            .items
            .iter()
            .map(|item| Raw {
                name: item.name.clone(),
                team: item.team,
                plan: item.plan.map_or(NONE, |plan| plan as u32),
                effort: item.effort,
                crew: item.crew.max(1),
                rank: item.rank,
                role: Role::Work,
                progress: item.progress,
                not_before: item.not_before,
                after: item.after.clone(),
                serves: item.serves.clone(),
            })
            .collect();
        let extra = |name: String, team: usize, plan: u32, effort: Effort, rank: Rank, role: Role| Raw {
            name,
            team,
            plan,
            effort,
            crew: 1,
            rank,
            role,
            progress: Progress::Ahead,
            not_before: i32::MIN,
            after: Vec::new(),
            serves: Vec::new(),
        };

        // Fallbacks bring items: their `create` and their `migrate`.
        let mut fallbacks = Vec::new();
        let mut fallback_names = Vec::new();
        let mut chains = Vec::new();
        let week = self.calendar.week().days();
        for (index, ask) in self.asks.iter().enumerate() {
            let first = fallbacks.len() as u32;
            let plan = ask.plan as u32;
            for entry in &ask.chain {
                let id = fallbacks.len() as u32;
                let create = entry.create.map_or(NONE, |(team, effort)| {
                    let own = team == self.plans[ask.plan].team;
                    let mut create = extra(
                        format!("create {}", entry.name),
                        team,
                        if own { plan } else { NONE },
                        effort,
                        entry.rank,
                        Role::Create(id),
                    );
                    if let FallbackProgress::Running { spent, .. } = entry.progress {
                        create.progress = Progress::Started { spent };
                    }
                    raw.push(create);
                    raw.len() as u32 - 1
                });
                let migrate = entry.migrate.map_or(NONE, |effort| {
                    let rank = Rank { due: i32::MAX, ..entry.rank };
                    raw.push(extra(
                        format!("migrate {}", entry.name),
                        self.plans[ask.plan].team,
                        plan,
                        effort,
                        rank,
                        Role::Migrate(id),
                    ));
                    raw.len() as u32 - 1
                });
                fallback_names.push(entry.name.clone());
                fallbacks.push(Fallback {
                    key: Key::of(&entry.name),
                    ask: index as u32,
                    odds: entry.odds,
                    lands: entry.lands,
                    create,
                    migrate,
                    maintain: entry.maintain,
                    keeps: entry.keeps,
                    skips: lists.add(entry.skips.iter().map(|&item| item as u32)),
                    price: entry.price,
                    fee: entry.fee,
                    lead: entry.lead,
                    guide: entry.guide.map_or((NONE, 0.0), |(team, share)| (team as u32, share)),
                    progress: entry.progress,
                });
            }
            chains.push((first, fallbacks.len() as u32 - first));
        }

        // Asks through a queue bring an item each.
        let mut lands: Vec<Vec<u32>> = vec![Vec::new(); raw.len()];
        let mut landings = Vec::new();
        let mut queued: Vec<Vec<u32>> = vec![Vec::new(); self.teams.len()];
        let asking = grouped(self.landings.len(), numbered(&self.asks).map(|(id, ask)| (ask.landing, id)));
        for (index, landing) in self.landings.iter().enumerate() {
            let id = index as u32;
            let mut by = NONE;
            let source = match landing.source {
                LandingSource::Item(item) => {
                    lands[item].push(id);
                    by = raw[item].team as u32;
                    Source::Item
                }
                LandingSource::Queue { team, effort, take_up, rank } => {
                    let rank = Rank { asked: true, ..rank };
                    raw.push(extra(landing.name.clone(), team, NONE, effort, rank, Role::Asked(id)));
                    queued[team].push(id);
                    by = team as u32;
                    Source::Queue { item: raw.len() as u32 - 1, take_up, ranked: rank.council != u32::MAX }
                }
                LandingSource::Chance { take_up, time, elapsed } => Source::Chance { take_up, time, elapsed },
                LandingSource::On(day) => Source::At(self.calendar.after_landing(day)),
                LandingSource::Never => Source::Never,
            };
            let load = landing.load.map_or(NONE, |(team, effort, rank)| {
                let rank = Rank { asked: true, ..rank };
                raw.push(extra(landing.name.clone(), team, NONE, effort, rank, Role::Load));
                raw.len() as u32 - 1
            });
            let asks = lists.add(asking[index].iter().copied());
            landings.push(Landing { key: Key::of(&landing.name), source, asks, team: by, load });
        }
        lands.resize(raw.len(), Vec::new());

        // Who waits for whom.
        let done = |item: usize| raw[item].progress == Progress::Done;
        let mut next: Vec<Vec<u32>> = vec![Vec::new(); raw.len()];
        let mut pending: Vec<u32> = vec![0; raw.len()];
        let mut outcome_pending: Vec<u32> = vec![0; self.outcomes.len()];
        for (index, item) in raw.iter().enumerate() {
            let after: BTreeSet<usize> = item.after.iter().copied().filter(|&first| !done(first)).collect();
            pending[index] += after.len() as u32;
            for first in after {
                next[first].push(index as u32);
            }
            if !done(index) {
                for &outcome in &item.serves {
                    outcome_pending[outcome] += 1;
                }
            }
        }
        for ask in &self.asks {
            for &item in &ask.items {
                pending[item] += 1;
            }
            for &outcome in &ask.outcomes {
                outcome_pending[outcome] += 1;
            }
        }
        let wakes: Vec<f64> = raw.iter().map(|item| self.calendar.morning(item.not_before)).collect();
        for (pending, &wakes) in pending.iter_mut().zip(&wakes) {
            *pending += u32::from(wakes > 0.0);
        }

        // What each outcome needs, and which asks gate it.
        let needs = self.needs();
        let of_items =
            numbered(&self.asks).flat_map(|(id, ask)| ask.items.iter().map(move |&item| (item, id)));
        let asks_of_item = grouped(self.items.len(), of_items);
        let of_outcomes =
            numbered(&self.asks).flat_map(|(id, ask)| ask.outcomes.iter().map(move |&one| (one, id)));
        let mut gated = grouped(self.outcomes.len(), of_outcomes);
        for (asks, needs) in gated.iter_mut().zip(&needs) {
            asks.extend(needs.iter().flat_map(|&item| &asks_of_item[item]));
            asks.sort_unstable();
            asks.dedup();
        }

        // The ready sets: each team's items in the order of their rank, then its queued asks once more, behind.
        let mut teams = Vec::new();
        let (mut stages, mut closed, mut most, mut least_of) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut owned: Vec<Vec<u32>> = vec![Vec::new(); self.teams.len()];
        for (index, item) in raw.iter().enumerate() {
            owned[item.team].push(index as u32);
        }
        let ranks: Vec<Rank> = raw.iter().map(|item| item.rank).collect();
        let asked = |item: u32| matches!(raw[item as usize].role, Role::Asked(_));
        let ready = ReadySets::lay_out(owned.iter().map(Vec::as_slice), &ranks, asked);
        let plans_of = grouped(self.teams.len(), numbered(&self.plans).map(|(id, plan)| (plan.team, id)));
        for (index, team) in self.teams.iter().enumerate() {
            let over_time = Stages::of(team, &self.calendar);
            let least =
                over_time.stages.iter().map(|stage| stage.servers).filter(|&servers| servers > 0).min();
            let crews = |&item: &u32| {
                let crew = raw[item as usize].crew;
                crew <= over_time.most() && least.is_some_and(|least| crew > least)
            };
            let crews: Vec<u32> = owned[index].iter().copied().filter(crews).collect();
            let initial = owned[index].iter().copied().filter(|&item| {
                let raw = &raw[item as usize];
                let mine = matches!(raw.role, Role::Work | Role::Load);
                mine && raw.progress != Progress::Done
                    && (wakes[item as usize] > 0.0
                        || pending[item as usize] == 0
                        || matches!(raw.progress, Progress::Started { .. }))
            });
            teams.push(Team {
                key: Key::of(&team.name),
                stage: over_time.stages[0],
                stages: (stages.len() as u32, over_time.stages.len() as u32 - 1),
                closed: (closed.len() as u32, over_time.closed.len() as u32),
                crews: lists.add(crews),
                shifts: if week > 0.0 {
                    team.shifts / crate::calendar::DAYS_IN_QUARTER * 7.0 / week
                } else {
                    0.0
                },
                word: ready.words[index].0,
                words: ready.words[index].1,
                landings: lists.add(queued[index].iter().copied()),
                initial: lists.add(initial.collect::<Vec<_>>()),
                items: lists.add(owned[index].iter().copied()),
                plans: lists.add(plans_of[index].iter().copied()),
            });
            most.push(over_time.most());
            least_of.push(least.unwrap_or(0));
            stages.extend(&over_time.stages[1..]);
            closed.extend(over_time.closed);
        }

        let items: Vec<Item> = raw
            .iter()
            .enumerate()
            .map(|(index, item)| Item {
                key: Key::of(&item.name),
                team: item.team as u32,
                plan: item.plan,
                effort: item.effort,
                crew: item.crew,
                role: item.role,
                slot: ready.slot[index],
                late_slot: ready.late_slot[index],
                too_large: item.crew > most[item.team],
                progress: item.progress,
                wakes: wakes[index],
                pending: pending[index],
                after: lists.add(item.after.iter().map(|&first| first as u32)),
                next: lists.add(next[index].iter().copied()),
                outcomes: lists.add(item.serves.iter().map(|&outcome| outcome as u32)),
                lands: lists.add(lands[index].iter().copied()),
                follows: {
                    let then = next[index].iter().map(|&item| Follows::Item(item));
                    let outcomes = item.serves.iter().map(|&outcome| Follows::Outcome(outcome as u32));
                    let landings = lands[index].iter().map(|&landing| Follows::Landing(landing));
                    lists.add(then.chain(outcomes).chain(landings).map(Follows::code))
                },
                plain: item.role == Role::Work && item.plan != NONE && item.crew <= least_of[item.team],
            })
            .collect();

        let affects = numbered(&gated).flat_map(|(id, asks)| asks.iter().map(move |&ask| (ask as usize, id)));
        let affects = grouped(self.asks.len(), affects);
        let asks: Vec<Ask> = self
            .asks
            .iter()
            .enumerate()
            .map(|(index, ask)| Ask {
                plan: ask.plan as u32,
                landing: ask.landing as u32,
                items: lists.add(ask.items.iter().map(|&item| item as u32)),
                outcomes: lists.add(ask.outcomes.iter().map(|&outcome| outcome as u32)),
                affects: lists.add(affects[index].iter().copied()),
                chain_first: chains[index].0,
                chain_length: chains[index].1,
                dead: ask.dead,
                until: ask.until.map_or(f64::INFINITY, |day| self.calendar.after_landing(day)),
            })
            .collect();

        let outcomes: Vec<Outcome> = self
            .outcomes
            .iter()
            .enumerate()
            .map(|(index, outcome)| Outcome {
                plan: outcome.plan as u32,
                value: outcome.value,
                value_from: outcome.value_from,
                late: outcome.late,
                due: outcome.due,
                due_end: outcome.due.map_or(f64::INFINITY, |day| self.calendar.end(day)),
                horizon: outcome.horizon,
                product: outcome.product,
                live: outcome.live,
                pending: outcome_pending[index],
                asks: lists.add(gated[index].iter().copied()),
                needs: lists.add(needs[index].iter().map(|&item| item as u32)),
            })
            .collect();

        let plan_asks = grouped(self.plans.len(), numbered(&asks).map(|(id, ask)| (ask.plan as usize, id)));
        let plan_outcomes =
            grouped(self.plans.len(), numbered(&outcomes).map(|(id, outcome)| (outcome.plan as usize, id)));
        let work = numbered(&items).filter(|(_, item)| item.role == Role::Work && item.plan != NONE);
        let plan_items = grouped(self.plans.len(), work.map(|(id, item)| (item.plan as usize, id)));
        let creates = numbered(&items).filter_map(|(id, item)| {
            let Role::Create(fallback) = item.role else { return None };
            let plan = asks[fallbacks[fallback as usize].ask as usize].plan as usize;
            (item.team as usize == self.plans[plan].team).then_some((plan, id))
        });
        let plan_creates = grouped(self.plans.len(), creates);
        let plans: Vec<Plan> = self
            .plans
            .iter()
            .enumerate()
            .map(|(index, plan)| Plan {
                key: Key::of(&plan.name),
                team: plan.team as u32,
                horizon_day: plan.horizon,
                horizon: self.calendar.end(plan.horizon),
                person_week: plan.person_week,
                asks: lists.add(plan_asks[index].iter().copied()),
                outcomes: lists.add(plan_outcomes[index].iter().copied()),
                items: lists.add(plan_items[index].iter().copied()),
                creates: lists.add(plan_creates[index].iter().copied()),
            })
            .collect();

        Program {
            calendar: self.calendar.clone(),
            plan_factor: factor_sigma(self.plan_factor),
            organisation_factor: factor_sigma(self.organisation_factor),
            dropped: self.dropped,
            names: Arc::new(Names {
                teams: self.teams.iter().map(|team| team.name.clone()).collect(),
                items: raw.into_iter().map(|item| item.name).collect(),
                asks: self.asks.iter().map(|ask| ask.name.clone()).collect(),
                fallbacks: fallback_names,
                outcomes: self.outcomes.iter().map(|outcome| outcome.name.clone()).collect(),
            }),
            teams,
            plans,
            outcomes,
            items,
            landings,
            asks,
            fallbacks,
            lists: lists.0,
            tables: self.tables.clone(),
            slots: ready.slots,
            ranks,
            stages,
            closed,
        }
    }

    /// For each outcome the items that it needs, through `after` too.
    pub(crate) fn needs(&self) -> Vec<BTreeSet<usize>> {
        let mut needs: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); self.outcomes.len()];
        for (index, item) in self.items.iter().enumerate() {
            for &outcome in &item.serves {
                let mut open = vec![index];
                while let Some(item) = open.pop() {
                    if needs[outcome].insert(item) {
                        open.extend(&self.items[item].after);
                    }
                }
            }
        }
        needs
    }
}
