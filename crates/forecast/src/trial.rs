//! One trial: a discrete-event simulation from the as-of morning to the horizon.
//!
//! A [`Simulator`] owns every buffer and is reused, so that a trial allocates nothing. At one moment the order is: ends,
//! landings, shifts, takings; then people take what is ready.

// One loop does all that is inlined here, millions of times a second; measured.
#![allow(clippy::inline_always)]

mod agenda;
mod asks;
mod capacity;
mod efforts;
mod fallbacks;
mod in_order;
mod memory;
mod outcomes;
mod plain;
mod state;
mod work;

pub(crate) use state::{
    AskState, Cause, FallbackState, ItemState, OutcomeState, Phase, PlanState, Status, TeamState,
};

use crate::draft::FallbackProgress;
use crate::draw::{Draws, Purpose};
use crate::log::{Event, Listener};
use crate::program::{NONE, Program, Role, Source, Team};
use crate::scenario::{Scenario, Scope};
use agenda::Agenda;
use efforts::Efforts;
use memory::Memory;
use state::{FRESH_FALLBACK, Happening};

/// The state of a trial, with the buffers that the next trial reuses.
pub(crate) struct Simulator<'p> {
    pub(crate) program: &'p Program,
    pub(crate) items: Vec<ItemState>,
    pub(crate) teams: Vec<TeamState>,
    pub(crate) asks: Vec<AskState>,
    pub(crate) fallbacks: Vec<FallbackState>,
    pub(crate) outcomes: Vec<OutcomeState>,
    pub(crate) plans: Vec<PlanState>,
    /// Items that ended, and when the last of them did.
    pub(crate) completions: u64,
    pub(crate) last_end: f64,
    efforts: Efforts,
    memory: Memory,
    ready: Vec<u64>,
    agenda: Agenda,
    dirty: Vec<u32>,
    orders: u32,
    draws: Draws,
    now: f64,
    /// What comes later is not looked at.
    horizon: f64,
    /// Outcomes that the trial is about, as long as they are not live; none where it is about everything.
    awaited: Vec<u32>,
    /// Whether all that the trial is about has happened.
    over: bool,
    /// The first of those that became ready at this moment.
    first_order: u32,
    /// Whether what happens now is the end of work: at the very end of a day it belongs to that day, where a landing at
    /// the same moment belongs to the morning after.
    at_end: bool,
    fresh_teams: Vec<TeamState>,
    fresh_asks: Vec<AskState>,
    fresh_outcomes: Vec<OutcomeState>,
}

impl<'p> Simulator<'p> {
    pub(crate) fn new(program: &'p Program) -> Simulator<'p> {
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
        let fresh_outcomes = OutcomeState::all(program);
        let fresh_team = |team: &Team| {
            let mut fresh = TeamState {
                free: i64::from(team.stage.servers),
                pace: team.stage.pace,
                plain_pace: f64::NAN,
                stage: team.stage,
                next_stage: 0,
                closes: team.closed.1 > 0,
                load: 0.0,
                coming: 0.0,
                freed_by: NONE,
                shifts: 0,
                word: team.word,
                words: team.words,
                dirty: false,
                starved: false,
            };
            fresh.set_pace();
            fresh
        };
        let fresh_teams = program.teams.iter().map(fresh_team).collect::<Vec<_>>();
        Simulator {
            program,
            items: ItemState::all(program),
            teams: fresh_teams.clone(),
            asks: fresh_asks.clone(),
            fallbacks: vec![FRESH_FALLBACK; program.fallbacks.len()],
            outcomes: fresh_outcomes.clone(),
            plans: vec![PlanState::new(0.0); program.plans.len()],
            completions: 0,
            last_end: 0.0,
            efforts: Efforts::new(program),
            memory: Memory::default(),
            ready: vec![0; program.slots.len() / 64],
            agenda: Agenda::new(),
            dirty: Vec::with_capacity(program.teams.len()),
            orders: 0,
            draws: Draws::new(0, 0),
            now: 0.0,
            horizon: 0.0,
            awaited: Vec::new(),
            over: false,
            first_order: 0,
            at_end: false,
            fresh_teams,
            fresh_asks,
            fresh_outcomes,
        }
    }

    /// Runs one trial; afterwards the public fields hold its result, as far as the scenario's scope goes.
    pub(crate) fn run<L: Listener>(&mut self, scenario: &Scenario, draws: Draws, listener: &mut L) {
        self.draws = draws;
        self.horizon = scenario.horizon;
        self.efforts.refresh(self.program, &scenario.scope, draws, &mut self.items, &mut self.memory);
        self.reset(&scenario.scope);
        self.begin(scenario, listener);
        while let Some(first) = self.agenda.take(&self.items) {
            if first.at > self.now {
                self.now = first.at;
                self.first_order = self.orders;
            }
            let mut next = Some(first);
            while let Some(event) = next {
                match event.what {
                    Happening::End(item) => {
                        self.at_end = true;
                        self.end(item, scenario, listener);
                    }
                    what => {
                        self.at_end = false;
                        self.happen(what, scenario, listener);
                    }
                }
                next = self.agenda.take_more(&self.items);
            }
            if self.over {
                return;
            }
            self.at_end = false;
            self.dispatch(listener);
            while L::DEAF && self.pass_plain_ends() {
                self.dispatch(listener);
            }
        }
        self.close(scenario);
    }

    /// Runs a trial only until these outcomes are live, and keeps its draws for the next time: always of the same scope
    /// and seed. Afterwards it is known when they went live, and nothing else.
    pub(crate) fn run_until_live(&mut self, scenario: &Scenario, outcomes: &[u32], seed: u64, trial: u64) {
        self.memory.about(Some(trial as usize), &scenario.scope);
        self.awaited.extend_from_slice(outcomes);
        self.run(scenario, Draws::new(seed, trial), &mut crate::log::Silence);
        self.awaited.clear();
        self.memory.about(None, &scenario.scope);
    }

    /// Makes everything in the scope as it is at as-of; the rest is neither read nor written.
    fn reset(&mut self, scope: &Scope) {
        self.now = 0.0;
        (self.orders, self.first_order) = (0, 0);
        self.completions = 0;
        self.last_end = 0.0;
        self.over = false;
        self.agenda.clear();
        self.dirty.clear();
        if let (Some(item), Some(outcome)) = (self.items.last_mut(), self.outcomes.last_mut()) {
            item.standing = ItemState::NOBODYS.standing;
            *outcome = OutcomeState::nobodys();
        }
        let fresh = |index: &u32| *index as usize;
        for team in scope.teams.iter().map(fresh) {
            self.teams[team] = self.fresh_teams[team];
            let spec = &self.program.teams[team];
            self.ready[spec.word as usize..(spec.word + spec.words) as usize].fill(0);
        }
        for ask in scope.asks.iter().map(fresh) {
            self.asks[ask] = self.fresh_asks[ask];
        }
        for outcome in scope.outcomes.iter().map(fresh) {
            self.outcomes[outcome] = self.fresh_outcomes[outcome];
        }
        for fallback in scope.fallbacks.iter().map(fresh) {
            self.fallbacks[fallback] = FRESH_FALLBACK;
        }
        for plan in scope.plans.iter().map(fresh) {
            self.plans[plan] = PlanState::new(self.program.plans[plan].horizon.min(self.horizon));
        }
    }

    /// What is so at as-of, and what is certain to come.
    fn begin(&mut self, scenario: &Scenario, listener: &mut impl Listener) {
        let program = self.program;
        for &item in &scenario.given_up {
            self.items[item as usize].set_status(Status::GONE);
        }
        for &outcome in &scenario.scope.outcomes {
            let spec = &program.outcomes[outcome as usize];
            if spec.live.is_some() || spec.pending == 0 {
                self.go_live(outcome, Cause::NOTHING, listener);
            }
        }
        // Work that runs goes on.
        for &team in &scenario.scope.teams {
            for &item in program.list(program.teams[team as usize].initial) {
                let state = &self.items[item as usize];
                if state.kind.is_begun() && state.status() != Status::GONE {
                    self.start_aside(item, listener);
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
            self.push_capacity(team);
            let spec = &program.teams[team as usize];
            for &item in program.list(spec.initial) {
                let state = &self.items[item as usize];
                // A load comes with its landing, below.
                let loads = || program.items[item as usize].role == Role::Load;
                if state.status() != Status::WAITING || (!state.kind.is_plain() && loads()) {
                    continue;
                }
                if state.standing.pending() == 0 {
                    self.make_ready_aside(item, Cause::NOTHING);
                } else {
                    self.push(program.items[item as usize].wakes, Happening::Wake(item));
                }
            }
            if spec.shifts > 0.0 && !program.list(spec.landings).is_empty() {
                self.push_shift(team);
            }
        }
        for &item in &scenario.scope.running {
            let Role::Create(fallback) = program.items[item as usize].role else { continue };
            // After a lead that is not over it is merely ready to be.
            if self.fallbacks[fallback as usize].phase == Phase::Running && self.lead_left(fallback) <= 0.0 {
                self.start_aside(item, listener);
            }
        }
        // The upkeep of what lives already is upkeep from the start.
        for &team in &scenario.scope.teams {
            self.load_what_came(team);
        }
        for (place, &landing) in scenario.scope.landings.iter().enumerate() {
            self.begin_landing(place, landing, scenario, listener);
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
                if stance.start.is_finite() && stance.first != NONE {
                    let entry = program.asks[index].chain_first + stance.first;
                    self.push(stance.start, Happening::Take(entry));
                }
            } else if program.fallbacks[running as usize].lands {
                self.push_next(ask, next, scenario);
            }
        }
        self.push(0.0, Happening::Begin);
    }

    fn lead_left(&self, fallback: u32) -> f64 {
        match self.program.fallbacks[fallback as usize].progress {
            FallbackProgress::Running { waited, .. } => {
                self.program.fallbacks[fallback as usize].lead - f64::from(waited)
            }
            _ => 0.0,
        }
    }

    fn begin_landing(&mut self, place: usize, id: u32, scenario: &Scenario, listener: &mut impl Listener) {
        let program = self.program;
        let landing = &program.landings[id as usize];
        let draws = self.draws;
        if landing.load != NONE && scenario.scope.active[program.items[landing.load as usize].team as usize] {
            self.make_ready_aside(landing.load, Cause::NOTHING);
        }
        let taken_up = |chance: f64, listener: &mut dyn FnMut(f64, Event)| {
            let yes = draws.uniform(landing.key, Purpose::TakeUp) < chance;
            for &ask in program.list(landing.asks) {
                listener(0.0, if yes { Event::TakenUp(ask) } else { Event::NotTakenUp(ask) });
            }
            yes
        };
        match landing.source {
            Source::Item | Source::Never => {}
            Source::At(moment) => self.push(moment, Happening::Landing(id)),
            Source::Queue { item, take_up, .. } => {
                if scenario.scope.active[landing.team as usize] {
                    if self.items[item as usize].status() == Status::GONE {
                        return;
                    }
                    if taken_up(take_up, &mut |at, event| listener.hear(at, event)) {
                        self.make_ready_aside(item, Cause::NOTHING);
                    } else {
                        self.items[item as usize].set_status(Status::GONE);
                    }
                }
            }
            Source::Chance { take_up, time, elapsed } => {
                let moment = self.memory.landing(place, || {
                    let elapsed = elapsed.max(0);
                    // Take-up given that it has not landed yet (Bayes).
                    let beyond = take_up * time.survival(f64::from(elapsed));
                    let chance = if beyond > 0.0 { beyond / (beyond + 1.0 - take_up) } else { 0.0 };
                    if !taken_up(chance, &mut |at, event| listener.hear(at, event)) {
                        return f64::INFINITY;
                    }
                    let u = draws.uniform(landing.key, Purpose::Landing);
                    let day = time.quantile_beyond(f64::from(elapsed), u).min(1e8).floor() as i32 - elapsed;
                    program.calendar.after_landing(day.max(0))
                });
                self.push(moment, Happening::Landing(id));
            }
        }
    }

    /// The moment by which what happens now is dated.
    fn told(&self) -> f64 {
        if self.at_end && self.now > 0.0 { self.now.next_down() } else { self.now }
    }

    fn push(&mut self, at: f64, what: Happening) {
        if at <= self.horizon {
            // Not before now, and never a negative zero, which is not the same moment to the bit.
            let at = if at > self.now { at } else { self.now };
            self.agenda.push(&self.items, at, what);
        }
    }

    fn push_shift(&mut self, team: u32) {
        let spec = &self.program.teams[team as usize];
        let u = self.draws.uniform_nth(spec.key, Purpose::Shift, self.teams[team as usize].shifts);
        self.push(self.now - u.ln() / spec.shifts, Happening::Shift(team));
    }

    fn push_next(&mut self, ask: u32, entry: u32, scenario: &Scenario) {
        let spec = &self.program.asks[ask as usize];
        if entry < spec.chain_length {
            let fallback = spec.chain_first + entry;
            let at = scenario.decide_by[fallback as usize];
            if at.is_finite() {
                self.push(at, Happening::Take(fallback));
            }
        }
    }

    #[inline(never)]
    fn happen(&mut self, what: Happening, scenario: &Scenario, listener: &mut impl Listener) {
        match what {
            Happening::Wake(item) => self.release(item, Cause::NOTHING),
            Happening::Capacity(team) => self.change_capacity(team, listener),
            // Ends are dealt with in the loop itself; at the beginning people only look for work.
            Happening::End(_) | Happening::Begin => {}
            Happening::LeadOver(fallback) => self.lead_over(fallback, listener),
            Happening::Landing(landing) => self.land(landing, scenario, listener),
            Happening::Shift(team) => self.shift(team, scenario, listener),
            Happening::Take(fallback) => {
                let ask = self.program.fallbacks[fallback as usize].ask;
                let first = self.program.asks[ask as usize].chain_first;
                if self.asks[ask as usize].next == fallback - first {
                    self.take(ask, scenario, listener);
                }
            }
        }
    }
}
