//! One trial: a discrete-event simulation from the as-of morning to the horizon.
//!
//! A [`Simulator`] owns every buffer and is reused, so that a trial allocates nothing. At one moment the order is: ends,
//! landings, shifts, takings; then people take what is ready.

mod asks;
mod capacity;
mod fallbacks;
mod outcomes;
mod state;
mod work;

pub(crate) use state::{AskState, Cause, FallbackState, ItemState, OutcomeState, Phase, Status, TeamState};

use crate::distribution::normal_quantile;
use crate::draft::{FallbackProgress, Progress};
use crate::draw::{Draws, Purpose};
use crate::log::{Event, Listener};
use crate::program::{NONE, Program, Role, Source};
use crate::scenario::Scenario;
use state::{FRESH_FALLBACK, Happening, Pending};
use std::collections::BinaryHeap;

/// The state of a trial, with the buffers that the next trial reuses.
pub(crate) struct Simulator<'p> {
    pub(crate) program: &'p Program,
    pub(crate) items: Vec<ItemState>,
    pub(crate) teams: Vec<TeamState>,
    pub(crate) asks: Vec<AskState>,
    pub(crate) fallbacks: Vec<FallbackState>,
    pub(crate) outcomes: Vec<OutcomeState>,
    /// Person-days spent per plan.
    pub(crate) spent: Vec<f64>,
    /// Money paid per plan, the price of people apart.
    pub(crate) paid: Vec<f64>,
    plan_factor: Vec<f64>,
    organisation_factor: f64,
    ready: Vec<u64>,
    events: BinaryHeap<Pending>,
    dirty: Vec<u32>,
    /// Items that ended, and when the last of them did.
    pub(crate) completions: u64,
    pub(crate) last_end: f64,
    numbers: u32,
    orders: u32,
    draws: Draws,
    now: f64,
    /// Whether what happens now is the end of work: at the very end of a day it belongs to that day, where a landing at
    /// the same moment belongs to the morning after.
    at_end: bool,
    fresh_items: Vec<ItemState>,
    fresh_teams: Vec<TeamState>,
    fresh_asks: Vec<AskState>,
    fresh_outcomes: Vec<OutcomeState>,
}

impl<'p> Simulator<'p> {
    pub(crate) fn new(program: &'p Program) -> Simulator<'p> {
        let fresh_items = program
            .items
            .iter()
            .map(|item| ItemState {
                status: if item.progress == Progress::Done { Status::Done } else { Status::Waiting },
                late: false,
                pending: item.pending,
                order: 0,
                blocked: 0,
                ready_at: f64::INFINITY,
                started: f64::INFINITY,
                ends: f64::INFINITY,
                effort: 0.0,
                cause: Cause::Nothing,
            })
            .collect::<Vec<_>>();
        let fresh_asks = program
            .asks
            .iter()
            .map(|ask| AskState {
                open: false,
                dead: ask.dead,
                landed: f64::INFINITY,
                dropped: f64::INFINITY,
                current: NONE,
                next: 0,
                keeps: 1.0,
            })
            .collect::<Vec<_>>();
        let fresh_outcomes = program
            .outcomes
            .iter()
            .map(|outcome| OutcomeState {
                pending: outcome.pending,
                live: f64::INFINITY,
                settled: i32::MAX,
                days: 0.0,
                factor: 1.0,
                cause: Cause::Nothing,
            })
            .collect::<Vec<_>>();
        let fresh_teams = program
            .teams
            .iter()
            .map(|team| TeamState {
                free: i64::from(team.stage.servers),
                stage: team.stage,
                load: 0.0,
                coming: 0.0,
                factor: 1.0,
                freed_by: NONE,
                dirty: false,
                starved: false,
            })
            .collect::<Vec<_>>();
        Simulator {
            program,
            items: fresh_items.clone(),
            teams: fresh_teams.clone(),
            asks: fresh_asks.clone(),
            fallbacks: vec![FRESH_FALLBACK; program.fallbacks.len()],
            outcomes: fresh_outcomes.clone(),
            spent: vec![0.0; program.plans.len()],
            paid: vec![0.0; program.plans.len()],
            plan_factor: vec![1.0; program.plans.len()],
            organisation_factor: 1.0,
            ready: vec![0; program.slots.len() / 64],
            events: BinaryHeap::with_capacity(64),
            dirty: Vec::with_capacity(program.teams.len()),
            completions: 0,
            last_end: 0.0,
            numbers: 0,
            orders: 0,
            draws: Draws::new(0, 0),
            now: 0.0,
            at_end: false,
            fresh_items,
            fresh_teams,
            fresh_asks,
            fresh_outcomes,
        }
    }

    /// Runs one trial; afterwards the public fields hold its result.
    pub(crate) fn run(&mut self, scenario: &Scenario, draws: Draws, listener: &mut impl Listener) {
        self.reset(scenario, draws);
        self.begin(scenario, listener);
        while let Some(next) = self.events.peek() {
            if next.at() > scenario.horizon {
                break;
            }
            self.now = next.at();
            while let Some(next) = self.events.peek() {
                if next.at() > self.now {
                    break;
                }
                let what = next.what;
                self.events.pop();
                self.at_end = matches!(what, Happening::End(_));
                self.happen(what, scenario, listener);
            }
            self.at_end = false;
            self.dispatch(listener);
        }
        self.close(scenario);
    }

    fn reset(&mut self, scenario: &Scenario, draws: Draws) {
        self.draws = draws;
        self.now = 0.0;
        self.completions = 0;
        self.last_end = 0.0;
        self.numbers = 0;
        self.orders = 0;
        self.events.clear();
        self.dirty.clear();
        self.ready.fill(0);
        self.items.copy_from_slice(&self.fresh_items);
        self.asks.copy_from_slice(&self.fresh_asks);
        self.outcomes.copy_from_slice(&self.fresh_outcomes);
        self.spent.fill(0.0);
        self.paid.fill(0.0);
        self.fallbacks.fill(FRESH_FALLBACK);
        let program = self.program;
        let factor = |sigma: f64, key| {
            if sigma > 0.0 {
                (sigma * normal_quantile(draws.uniform(key, Purpose::Factor))).exp()
            } else {
                1.0
            }
        };
        self.organisation_factor = factor(program.organisation_factor, crate::draw::Key::of("organisation"));
        for &plan in &scenario.scope.plans {
            self.plan_factor[plan as usize] = factor(program.plan_factor, program.plans[plan as usize].key);
        }
        self.teams.copy_from_slice(&self.fresh_teams);
        for &team in &scenario.scope.teams {
            self.teams[team as usize].factor = factor(program.plan_factor, program.teams[team as usize].key);
        }
    }

    /// What is so at as-of, and what is certain to come.
    fn begin(&mut self, scenario: &Scenario, listener: &mut impl Listener) {
        let program = self.program;
        for &item in &scenario.given_up {
            self.items[item as usize].status = Status::Gone;
        }
        for &outcome in &scenario.scope.outcomes {
            let spec = &program.outcomes[outcome as usize];
            if spec.live.is_some() || spec.pending == 0 {
                self.go_live(outcome, Cause::Nothing, listener);
            }
        }
        // Work that runs goes on.
        for &team in &scenario.scope.teams {
            for &item in program.list(program.teams[team as usize].initial) {
                let begun = matches!(program.items[item as usize].progress, Progress::Started { .. });
                if begun && self.items[item as usize].status != Status::Gone {
                    self.start(item, listener);
                }
            }
        }
        // Fallbacks that run or live already.
        for &id in &scenario.scope.fallbacks {
            let index = id as usize;
            let fallback = &program.fallbacks[index];
            if matches!(fallback.progress, FallbackProgress::Running { .. } | FallbackProgress::Live { .. }) {
                for &item in program.list(fallback.skips) {
                    self.skip(item, listener);
                }
            }
            match fallback.progress {
                FallbackProgress::Ahead => {}
                FallbackProgress::Over => self.fallbacks[index].phase = Phase::Over,
                FallbackProgress::Running { waited, .. } => {
                    self.asks[fallback.ask as usize].current = id;
                    self.asks[fallback.ask as usize].next =
                        id - program.asks[fallback.ask as usize].chain_first + 1;
                    self.fallbacks[index].phase = Phase::Running;
                    self.fallbacks[index].taken = true;
                    let left = fallback.lead - f64::from(waited);
                    if left > 0.0 {
                        let at = program.calendar.morning(left.ceil() as i32);
                        self.push(at, Happening::LeadOver(id));
                    } else if fallback.create == NONE {
                        self.created(id, listener);
                    }
                }
                FallbackProgress::Live { .. } => {
                    self.asks[fallback.ask as usize].current = id;
                    self.asks[fallback.ask as usize].next =
                        id - program.asks[fallback.ask as usize].chain_first + 1;
                    self.fallbacks[index].taken = true;
                    self.created(id, listener);
                }
            }
        }
        // What may start is ready, what has a date wakes on it.
        for &team in &scenario.scope.teams {
            self.push_capacity(team, 0);
            let spec = &program.teams[team as usize];
            for &item in program.list(spec.initial) {
                let spec = &program.items[item as usize];
                // A load comes with its landing, below.
                if spec.role == Role::Load || self.items[item as usize].status != Status::Waiting {
                    continue;
                }
                if spec.pending == 0 {
                    self.make_ready(item, Cause::Nothing);
                } else {
                    self.push(spec.wakes, Happening::Wake(item));
                }
            }
            if spec.shifts > 0.0 && !program.list(spec.landings).is_empty() {
                self.push_shift(team, 0);
            }
        }
        for &item in &scenario.scope.running {
            let Role::Create(fallback) = program.items[item as usize].role else { continue };
            // After a lead that is not over it is merely ready to be.
            if self.fallbacks[fallback as usize].phase == Phase::Running && self.lead_left(fallback) <= 0.0 {
                self.start(item, listener);
            }
        }
        // The upkeep of what lives already is upkeep from the start.
        for &team in &scenario.scope.teams {
            let state = &mut self.teams[team as usize];
            state.load += std::mem::take(&mut state.coming);
        }
        for &landing in &scenario.scope.landings {
            self.begin_landing(landing, &program.landings[landing as usize], scenario, listener);
        }
        for &ask in &scenario.scope.asks {
            let index = ask as usize;
            let stance = &scenario.stances[index];
            if stance.open {
                self.open(ask, listener);
            }
            let state = &mut self.asks[index];
            if state.current == NONE {
                state.next = stance.first;
            }
            let next = state.next;
            let running = state.current;
            if stance.wait {
                continue;
            }
            let leans = running != NONE && program.fallbacks[running as usize].odds.is_some();
            if running == NONE || (leans && !stance.lands) {
                self.asks[index].next = stance.first;
                if stance.start.is_finite() {
                    self.push(stance.start, Happening::Take { ask, entry: stance.first });
                }
            } else if program.fallbacks[running as usize].lands {
                self.push_next(ask, next, scenario);
            }
        }
        self.push(0.0, Happening::Wake(NONE));
    }

    fn lead_left(&self, fallback: u32) -> f64 {
        match self.program.fallbacks[fallback as usize].progress {
            FallbackProgress::Running { waited, .. } => {
                self.program.fallbacks[fallback as usize].lead - f64::from(waited)
            }
            _ => 0.0,
        }
    }

    fn begin_landing(
        &mut self,
        id: u32,
        landing: &crate::program::Landing,
        scenario: &Scenario,
        listener: &mut impl Listener,
    ) {
        let program = self.program;
        let draws = self.draws;
        if landing.load != NONE && scenario.scope.active[program.items[landing.load as usize].team as usize] {
            self.make_ready(landing.load, Cause::Nothing);
        }
        let taken_up = |simulator: &Simulator<'_>, chance: f64, listener: &mut dyn FnMut(f64, Event)| {
            let yes = draws.uniform(landing.key, Purpose::TakeUp) < chance;
            for &ask in simulator.program.list(landing.asks) {
                listener(0.0, if yes { Event::TakenUp(ask) } else { Event::NotTakenUp(ask) });
            }
            yes
        };
        match landing.source {
            Source::Item | Source::Never => {}
            Source::At(moment) => self.push(moment, Happening::Landing(id)),
            Source::Queue { item, take_up, .. } => {
                if scenario.scope.active[landing.team as usize] {
                    if self.items[item as usize].status == Status::Gone {
                        return;
                    }
                    if taken_up(self, take_up, &mut |at, event| listener.hear(at, event)) {
                        self.make_ready(item, Cause::Nothing);
                    } else {
                        self.items[item as usize].status = Status::Gone;
                    }
                }
            }
            Source::Chance { take_up, time, elapsed } => {
                let elapsed = elapsed.max(0);
                // Take-up given that it has not landed yet (Bayes).
                let beyond = take_up * time.survival(f64::from(elapsed));
                let chance = if beyond > 0.0 { beyond / (beyond + 1.0 - take_up) } else { 0.0 };
                if taken_up(self, chance, &mut |at, event| listener.hear(at, event)) {
                    let u = draws.uniform(landing.key, Purpose::Landing);
                    let day = time.quantile_beyond(f64::from(elapsed), u).min(1e8).floor() as i32 - elapsed;
                    self.push(program.calendar.after_landing(day.max(0)), Happening::Landing(id));
                }
            }
        }
    }

    /// The moment by which what happens now is dated.
    fn told(&self) -> f64 {
        if self.at_end && self.now > 0.0 { self.now.next_down() } else { self.now }
    }

    fn push(&mut self, at: f64, what: Happening) {
        // The larger of the two, and never a negative zero, whose bits order last.
        self.events.push(Pending::new(at.max(self.now) + 0.0, self.numbers, what));
        self.numbers += 1;
    }

    fn push_shift(&mut self, team: u32, number: u32) {
        let spec = &self.program.teams[team as usize];
        let u = self.draws.uniform_nth(spec.key, Purpose::Shift, number);
        self.push(self.now - u.ln() / spec.shifts, Happening::Shift { team, number });
    }

    fn push_next(&mut self, ask: u32, entry: u32, scenario: &Scenario) {
        let spec = &self.program.asks[ask as usize];
        if entry < spec.chain_length {
            let at = scenario.decide_by[(spec.chain_first + entry) as usize];
            if at.is_finite() {
                self.push(at, Happening::Take { ask, entry });
            }
        }
    }

    fn happen(&mut self, what: Happening, scenario: &Scenario, listener: &mut impl Listener) {
        match what {
            Happening::Wake(NONE) => {}
            Happening::Wake(item) => self.release(item, Cause::Nothing),
            Happening::Capacity { team, next } => self.change_capacity(team, next, listener),
            Happening::End(item) => {
                if self.items[item as usize].status == Status::Running {
                    self.end(item, scenario, listener);
                }
            }
            Happening::LeadOver(fallback) => self.lead_over(fallback, listener),
            Happening::Landing(landing) => self.land(landing, scenario, listener),
            Happening::Shift { team, number } => self.shift(team, number, scenario, listener),
            Happening::Take { ask, entry } => {
                if self.asks[ask as usize].next == entry {
                    self.take(ask, scenario, listener);
                }
            }
        }
    }
}
