//! From an organisation and a date to a [`Draft`]: which facts count, what each ask's landing rests on, what is missing.

mod asks;
mod capacity;
mod chain;
mod lacks;

use self::capacity::Capacity;
use crate::answer::{LandsBy, Odds};
use crate::calendar::{Calendar, DAYS_IN_QUARTER, WorkingWeek};
use crate::distribution::{Effort, three_point};
use crate::draft::{Draft, DraftItem, DraftOutcome, DraftPlan, DraftTeam, Progress, Rank};
use crate::history::{ENOUGH_CASES, predictive};
use crate::policy::Recorded;
use crate::prior;
use crate::program::Program;
use kedge_model as model;
use kedge_model::{AskId, Date, Organisation, OutcomeId, PlanId, Slug, Source, Tails, TeamId, WorkId};
use std::collections::BTreeMap;

/// No trial looks further ahead than this many calendar days.
const FURTHEST: i64 = 3_660;

/// A compiled organisation with the way back from indexes to its nouns.
#[derive(Clone, Debug)]
pub(crate) struct Compiled {
    pub(crate) organisation: Organisation,
    pub(crate) draft: Draft,
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
    /// How many past cases its effort rests on, where they are too few to be resampled.
    pub(crate) few_cases: Option<u32>,
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
    /// How many past cases its effort in the asked team's queue rests on, where they are too few to be resampled.
    pub(crate) few_cases: Option<u32>,
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
    /// How many past cases its `create` rests on, where they are too few to be resampled.
    pub(crate) few_cases: Option<u32>,
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
    capacity: Capacity<'o>,
    team_of: BTreeMap<TeamId, usize>,
    plan_of: BTreeMap<PlanId, usize>,
    outcome_of: BTreeMap<OutcomeId, usize>,
    item_of: BTreeMap<WorkId, usize>,
    draft: Draft,
    team_facts: Vec<TeamFacts>,
    outcome_facts: Vec<OutcomeFacts>,
    item_facts: Vec<ItemFacts>,
    /// By what each is of, and the numbers that it follows from.
    tables: BTreeMap<(Reading, Vec<u64>), Effort>,
}

/// What a table of quantiles is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reading {
    /// Past cases, drawn again as they are.
    Cases,
    /// What hides behind the rounding of past cases, then those: what the next is, as far as so few tell.
    FewCases,
    /// A least, a likely and a most.
    Range,
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
    let (draft, teams, outcomes, items) =
        (compiler.draft, compiler.team_facts, compiler.outcome_facts, compiler.item_facts);
    let program = draft.program();
    Compiled {
        draft,
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
            capacity: Capacity::new(organisation),
            team_of: BTreeMap::new(),
            plan_of: BTreeMap::new(),
            outcome_of: BTreeMap::new(),
            item_of: BTreeMap::new(),
            draft,
            team_facts: Vec::new(),
            outcome_facts: Vec::new(),
            item_facts: Vec::new(),
            tables: BTreeMap::new(),
        }
    }

    /// Calendar days from as-of, within what any calendar holds.
    fn day(&self, date: Date) -> i32 {
        date.days_since(self.as_of).clamp(-4_000_000, 4_000_000) as i32
    }

    /// The days that a team worked from the morning of `since` to the as-of morning.
    fn worked_since(&self, team: usize, since: Date) -> f64 {
        let worked = self.calendar.worked_since(since);
        let Some(team) = self.organisation.team(&self.team_facts[team].id) else { return worked };
        let mut edges = vec![since];
        edges.extend(self.capacity.changes(team, since).into_iter().filter(|&day| day < self.as_of));
        edges.push(self.as_of);
        let stretches =
            edges.windows(2).filter(|stretch| self.capacity.people(team, stretch[0]) == Some(0.0));
        let closed = stretches
            .map(|stretch| self.calendar.worked_since(stretch[0]) - self.calendar.worked_since(stretch[1]));
        (worked - closed.sum::<f64>()).max(0.0)
    }

    fn teams(&mut self) {
        let assume = &self.organisation.settings().assume;
        for (index, team) in self.organisation.teams().enumerate() {
            self.team_of.insert(team.id.clone(), index);
            let people = self.capacity.people(team, self.as_of);
            let changes = self.capacity.changes(team, self.as_of).into_iter();
            let changes = changes
                .filter_map(|date| Some((self.day(date), self.capacity.people(team, date)?)))
                .collect();
            let rate = team.shifts.unwrap_or(assume.shifts).a_calendar_day() * DAYS_IN_QUARTER;
            self.draft.teams.push(DraftTeam {
                name: team.id.to_string(),
                people,
                changes,
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
                    self.worked_since(team, since)
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
                    lone: self.is_lone(stated),
                    few_cases: self.few_cases(stated),
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
            Some(model::Effort::Median(_) | model::Effort::Quantiles { .. }) => {
                self.table(Reading::Cases, &[0.0], <[f64]>::to_vec)
            }
            Some(model::Effort::Range { least, likely, most }) => {
                let points = [days(least), days(likely), days(most)];
                self.table(Reading::Range, &points, |points| three_point(points[0], points[1], points[2]))
            }
            Some(model::Effort::History(past)) if past.is_empty() => Effort::Unknown,
            Some(model::Effort::History(past)) => {
                let mut cases: Vec<f64> = past.iter().map(days).collect();
                if cases.len() >= ENOUGH_CASES {
                    cases.sort_by(f64::total_cmp);
                    return self.table(Reading::Cases, &cases, <[f64]>::to_vec);
                }
                // What took nothing has no logarithm, and is no case of taking something.
                cases.retain(|&case| case > 0.0);
                match cases.as_slice() {
                    [] => self.table(Reading::Cases, &[0.0], <[f64]>::to_vec),
                    // One case says nothing of how far the next lies from it: it is a lone estimate.
                    &[_] => {
                        let only = past.iter().find(|case| days(case) > 0.0).copied();
                        self.effort(only.map(model::Effort::Median).as_ref())
                    }
                    cases => {
                        // A number rounded to its unit is off by the unit over the root of 12, in the mean of squares.
                        let hidden = past.iter().map(|case| (days(&case.unit()), days(case)));
                        let hidden = hidden.filter(|(_, case)| *case > 0.0);
                        let squares: f64 = hidden.map(|(unit, case)| (unit / case).powi(2) / 12.0).sum();
                        let rounding = (squares / cases.len() as f64).sqrt();
                        let numbers = [&[rounding], cases].concat();
                        self.table(Reading::FewCases, &numbers, |numbers| {
                            predictive(&numbers[1..], numbers[0])
                        })
                    }
                }
            }
        }
    }

    /// A table of quantiles that follows from these numbers. What takes the same has the same table: people think in few
    /// sizes, and a trial reads one table that it has at hand where it would fetch hundreds.
    fn table(
        &mut self,
        reading: Reading,
        numbers: &[f64],
        quantiles: impl FnOnce(&[f64]) -> Vec<f64>,
    ) -> Effort {
        let key = (reading, numbers.iter().map(|number| number.to_bits()).collect());
        let tables = &mut self.draft.tables;
        let make = || {
            let quantiles = quantiles(numbers);
            let interpolate = reading != Reading::Cases;
            let (first, length) = (tables.len() as u32, quantiles.len() as u32);
            tables.extend(quantiles);
            Effort::Table { first, length, interpolate }
        };
        *self.tables.entry(key).or_insert_with(make)
    }

    /// How many past cases an effort rests on, where they are too few to be resampled.
    fn few_cases(&self, stated: Option<&model::Effort>) -> Option<u32> {
        let Some(model::Effort::History(past)) = stated else { return None };
        let calendar = &self.organisation.settings().calendar;
        let cases = past.iter().filter(|case| case.days(calendar).0 > 0.0).count() as u32;
        (past.len() < ENOUGH_CASES && cases > 0).then_some(cases)
    }

    /// Whether an effort is one number, widened by `spread`.
    fn is_lone(&self, stated: Option<&model::Effort>) -> bool {
        matches!(stated, Some(model::Effort::Median(_))) || self.few_cases(stated) == Some(1)
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

    /// How full each team's queue is: what its own items are expected to take, and other work, over its people's days to
    /// the end of its last plan's period. The mean of its people over that time is how many it has.
    fn fill(&mut self) {
        let other_work = self.organisation.settings().assume.other_work;
        for (index, team) in self.organisation.teams().enumerate() {
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
            let Some(person_days) = self.draft.teams[index].person_days(days, &self.calendar) else {
                continue;
            };
            self.team_facts[index].people = Some(person_days / days);
            let other = team.other_work.unwrap_or(other_work).get();
            self.team_facts[index].filled = (person_days > 0.0).then_some(own / person_days + other);
        }
    }
}

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
