//! One trial: a discrete-event simulation from the as-of morning to the horizon.
//!
//! A [`Simulator`] owns every buffer and is reused, so that a trial allocates nothing. At one moment the order is: ends,
//! landings, shifts, takings; then people take what is ready.

use crate::distribution::normal_quantile;
use crate::draft::{FallbackProgress, Progress};
use crate::draw::{Draws, Purpose};
use crate::log::{Event, Listener};
use crate::program::{NONE, Program, Role, Source};
use crate::scenario::Scenario;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// How far an item is within a trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// Waits for items, asks or a date.
    Waiting,
    Ready,
    Running,
    Done,
    /// Never to be done: not taken up, dropped, stopped, skipped.
    Gone,
}

/// What an item, an ask or an outcome last waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    Nothing,
    Item(u32),
    Ask(u32),
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct ItemState {
    pub(crate) status: Status,
    /// Demoted by a shift of priorities.
    pub(crate) late: bool,
    pub(crate) pending: u32,
    /// The order in which items became ready, over the whole trial.
    pub(crate) order: u32,
    /// Items of its plan that were ready when this `create` was taken and have not started.
    pub(crate) blocked: u32,
    pub(crate) ready_at: f64,
    pub(crate) started: f64,
    pub(crate) ends: f64,
    /// Person-days it takes from `started` to `ends`.
    pub(crate) effort: f64,
    pub(crate) cause: Cause,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct TeamState {
    pub(crate) free: i64,
    /// Persons that maintaining and guiding take.
    pub(crate) load: f64,
    /// Persons that a hack which opened at this moment takes from what starts after it.
    coming: f64,
    pub(crate) factor: f64,
    /// The item whose end last freed somebody.
    pub(crate) freed_by: u32,
    pub(crate) dirty: bool,
    /// Whether, at some moment, nothing was left to start anything with.
    pub(crate) starved: bool,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct AskState {
    pub(crate) open: bool,
    pub(crate) dead: bool,
    /// The moment it landed; infinite if it did not.
    pub(crate) landed: f64,
    /// The moment at which the asker learnt that it was dropped; infinite if that was not so.
    pub(crate) dropped: f64,
    /// The entry that is running or lives, as an index into all fallbacks.
    pub(crate) current: u32,
    /// The entry of the chain that comes next.
    pub(crate) next: u32,
    /// Share kept of the outcome's value.
    pub(crate) keeps: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Phase {
    Ahead,
    /// Waits for its lead, for people, or is being created.
    Running,
    Lives,
    /// Dropped, stopped, refused, landed or migrated.
    Over,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct FallbackState {
    pub(crate) phase: Phase,
    pub(crate) opened: f64,
    pub(crate) ended: f64,
    pub(crate) taken_order: u32,
    pub(crate) taken: bool,
    pub(crate) guiding: bool,
}

const FRESH_FALLBACK: FallbackState = FallbackState {
    phase: Phase::Ahead,
    opened: f64::INFINITY,
    ended: f64::INFINITY,
    taken_order: 0,
    taken: false,
    guiding: false,
};

#[derive(Clone, Copy, Debug)]
pub(crate) struct OutcomeState {
    pub(crate) pending: u32,
    /// The moment it went live; infinite if it did not.
    pub(crate) live: f64,
    /// The calendar day up to which value is settled.
    settled: i32,
    /// Full days of value so far.
    pub(crate) days: f64,
    factor: f64,
    cause: Cause,
}

/// What can happen; the discriminants are the order at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Happening {
    Wake(u32),
    End(u32),
    /// A bought fallback's lead is over.
    LeadOver(u32),
    Landing(u32),
    Shift {
        team: u32,
        number: u32,
    },
    Take {
        ask: u32,
        entry: u32,
    },
}

impl Happening {
    fn class(self) -> u8 {
        match self {
            Happening::Wake(_) | Happening::End(_) | Happening::LeadOver(_) => 0,
            Happening::Landing(_) => 1,
            Happening::Shift { .. } => 2,
            Happening::Take { .. } => 3,
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Pending {
    at: f64,
    number: u32,
    what: Happening,
}

impl Ord for Pending {
    /// The earliest is the greatest, as the standard heap gives out its greatest first.
    fn cmp(&self, other: &Pending) -> Ordering {
        other
            .at
            .total_cmp(&self.at)
            .then_with(|| other.what.class().cmp(&self.what.class()))
            .then_with(|| other.number.cmp(&self.number))
    }
}

impl PartialOrd for Pending {
    fn partial_cmp(&self, other: &Pending) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Pending {
    fn eq(&self, other: &Pending) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Pending {}

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
                free: i64::from(team.servers),
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
            if next.at > scenario.horizon {
                break;
            }
            self.now = next.at;
            while let Some(next) = self.events.peek() {
                if next.at > self.now {
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
                self.open(ask, Cause::Nothing, listener);
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
        self.events.push(Pending { at: at.max(self.now), number: self.numbers, what });
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

    // Work.

    fn release(&mut self, item: u32, cause: Cause) {
        let state = &mut self.items[item as usize];
        state.pending -= 1;
        if state.pending == 0 && state.status == Status::Waiting {
            self.make_ready(item, cause);
        }
    }

    fn make_ready(&mut self, item: u32, cause: Cause) {
        let spec = &self.program.items[item as usize];
        let order = self.orders;
        self.orders += 1;
        let state = &mut self.items[item as usize];
        state.status = Status::Ready;
        state.ready_at = self.now;
        state.order = order;
        state.cause = cause;
        if let Role::Create(fallback) = spec.role {
            let taken = self.fallbacks[fallback as usize].taken_order;
            self.items[item as usize].blocked = self.ahead_of(spec.plan, spec.team, taken);
        }
        self.enqueue(item);
    }

    /// How many items of the plan, in that team, were ready when a fallback was taken and still are.
    fn ahead_of(&self, plan: u32, team: u32, taken: u32) -> u32 {
        if plan == NONE {
            return 0;
        }
        let ahead = |&&item: &&u32| {
            let (spec, state) = (&self.program.items[item as usize], &self.items[item as usize]);
            spec.team == team && !spec.too_large && state.status == Status::Ready && state.order < taken
        };
        self.program.list(self.program.plans[plan as usize].items).iter().filter(ahead).count() as u32
    }

    fn enqueue(&mut self, item: u32) {
        let spec = &self.program.items[item as usize];
        let state = &self.items[item as usize];
        if spec.too_large || state.blocked > 0 {
            return;
        }
        let slot = if state.late { spec.late_slot } else { spec.slot };
        self.ready[slot as usize / 64] |= 1 << (slot % 64);
        self.mark(spec.team);
    }

    fn dequeue(&mut self, item: u32) {
        let spec = &self.program.items[item as usize];
        for slot in [spec.slot, spec.late_slot] {
            self.ready[slot as usize / 64] &= !(1 << (slot % 64));
        }
        self.mark(spec.team);
    }

    fn mark(&mut self, team: u32) {
        if !std::mem::replace(&mut self.teams[team as usize].dirty, true) {
            self.dirty.push(team);
        }
    }

    fn first_ready(&self, team: u32) -> Option<u32> {
        let spec = &self.program.teams[team as usize];
        let words = &self.ready[spec.word as usize..(spec.word + spec.words) as usize];
        let (index, word) = words.iter().enumerate().find(|(_, word)| **word != 0)?;
        let slot = (spec.word as usize + index) * 64 + word.trailing_zeros() as usize;
        Some(self.program.slots[slot])
    }

    /// People take what is ready: in each team the first ready item, while enough people are free for it.
    fn dispatch(&mut self, listener: &mut impl Listener) {
        while let Some(team) = self.dirty.pop() {
            self.teams[team as usize].dirty = false;
            while let Some(item) = self.first_ready(team) {
                if i64::from(self.program.items[item as usize].crew) > self.teams[team as usize].free {
                    break;
                }
                if self.pace(team) <= 0.0 {
                    if !std::mem::replace(&mut self.teams[team as usize].starved, true) {
                        listener.hear(self.told(), Event::NothingStarts(team));
                    }
                    break;
                }
                self.dequeue(item);
                self.start(item, listener);
            }
            let state = &mut self.teams[team as usize];
            state.load += std::mem::take(&mut state.coming);
            state.dirty = false;
        }
    }

    /// Person-days that one person of the team does in a working day on what starts now.
    fn pace(&self, team: u32) -> f64 {
        let spec = &self.program.teams[team as usize];
        spec.pace - self.teams[team as usize].load * spec.per_load
    }

    fn factor(&self, item: u32) -> f64 {
        let spec = &self.program.items[item as usize];
        let own = if spec.plan == NONE {
            self.teams[spec.team as usize].factor
        } else {
            self.plan_factor[spec.plan as usize]
        };
        own * self.organisation_factor
    }

    fn start(&mut self, item: u32, listener: &mut impl Listener) {
        let spec = &self.program.items[item as usize];
        let spent = if let Progress::Started { spent } = spec.progress { spent } else { 0.0 };
        let total = spec.effort.draw(self.draws, spec.key, self.factor(item), spent, &self.program.tables);
        let effort = (total - spent).max(0.0);
        let pace = self.pace(spec.team);
        // What was started before as-of runs on even where nothing is left for new work; then it never ends.
        let ends = match effort {
            0.0 => self.now,
            _ if pace > 0.0 => self.now + effort / (f64::from(spec.crew) * pace),
            _ => f64::INFINITY,
        };
        let freed_by = self.teams[spec.team as usize].freed_by;
        let state = &mut self.items[item as usize];
        if state.status == Status::Ready && state.ready_at < self.now && freed_by != NONE {
            state.cause = Cause::Item(freed_by);
        }
        state.status = Status::Running;
        state.started = self.now;
        state.effort = effort;
        state.ends = ends;
        let order = state.order;
        self.teams[spec.team as usize].free -= i64::from(spec.crew);
        listener.hear(self.told(), Event::Start { item, effort, ends });
        self.push(ends, Happening::End(item));
        match spec.role {
            Role::Work => self.unblock(item, order),
            Role::Create(fallback) => {
                let (guide, share) = self.program.fallbacks[fallback as usize].guide;
                if guide != NONE {
                    self.teams[guide as usize].load += share;
                    self.fallbacks[fallback as usize].guiding = true;
                }
            }
            _ => {}
        }
    }

    /// An item of a plan no longer stands before a `create` that was taken when the item was ready.
    fn unblock(&mut self, item: u32, order: u32) {
        let program = self.program;
        let spec = &program.items[item as usize];
        if spec.plan == NONE {
            return;
        }
        for &create in program.list(program.plans[spec.plan as usize].creates) {
            let Role::Create(fallback) = program.items[create as usize].role else { continue };
            let state = &mut self.items[create as usize];
            if state.status == Status::Ready
                && state.blocked > 0
                && program.items[create as usize].team == spec.team
                && order < self.fallbacks[fallback as usize].taken_order
            {
                state.blocked -= 1;
                if state.blocked == 0 {
                    self.enqueue(create);
                }
            }
        }
    }

    fn end(&mut self, item: u32, scenario: &Scenario, listener: &mut impl Listener) {
        self.leave(item, Status::Done);
        listener.hear(self.told(), Event::End(item));
        self.teams[self.program.items[item as usize].team as usize].freed_by = item;
        match self.program.items[item as usize].role {
            Role::Work => {
                self.fulfil(item, listener);
                for &landing in self.program.list(self.program.items[item as usize].lands) {
                    self.land(landing, scenario, listener);
                }
            }
            Role::Create(fallback) => self.created(fallback, listener),
            Role::Migrate(fallback) => self.migrated(fallback, listener),
            Role::Asked(landing) => self.land(landing, scenario, listener),
            Role::Load => {}
        }
    }

    /// The people of a running item are free again; what they did is charged.
    fn leave(&mut self, item: u32, status: Status) {
        let spec = &self.program.items[item as usize];
        self.charge(item, self.now);
        self.items[item as usize].status = status;
        self.teams[spec.team as usize].free += i64::from(spec.crew);
        self.mark(spec.team);
        if let Role::Create(fallback) = spec.role
            && std::mem::take(&mut self.fallbacks[fallback as usize].guiding)
        {
            let (guide, share) = self.program.fallbacks[fallback as usize].guide;
            self.teams[guide as usize].load -= share;
        }
    }

    /// Counts what a running item cost up to `until`, within its plan's horizon.
    fn charge(&mut self, item: u32, until: f64) {
        let spec = &self.program.items[item as usize];
        if spec.plan == NONE {
            return;
        }
        let horizon = self.program.plans[spec.plan as usize].horizon;
        let state = &self.items[item as usize];
        if let Role::Migrate(_) = spec.role
            && until > horizon
        {
            return; // Charged whole at the horizon instead.
        }
        let length = state.ends - state.started;
        let part = (until.min(horizon) - state.started).max(0.0);
        let share = if length > 0.0 { (part / length).min(1.0) } else { 1.0 };
        self.spent[spec.plan as usize] += state.effort * share;
    }

    /// All that waits for this item waits no longer.
    fn fulfil(&mut self, item: u32, listener: &mut impl Listener) {
        let program = self.program;
        for &next in program.list(program.items[item as usize].next) {
            self.release(next, Cause::Item(item));
        }
        for &outcome in program.list(program.items[item as usize].outcomes) {
            self.release_outcome(outcome, Cause::Item(item), listener);
        }
    }

    // Asks.

    fn land(&mut self, landing: u32, scenario: &Scenario, listener: &mut impl Listener) {
        let program = self.program;
        for &ask in program.list(program.landings[landing as usize].asks) {
            let stance = &scenario.stances[ask as usize];
            let plan = program.asks[ask as usize].plan;
            if !stance.lands || !scenario.scope.active[program.plans[plan as usize].team as usize] {
                continue;
            }
            if self.now >= program.asks[ask as usize].until {
                listener.hear(self.told(), Event::TooLate(ask));
                continue;
            }
            self.landed(ask, listener);
        }
    }

    /// The ask has landed: its fallback, if any, is dropped, stopped or ready to be left.
    fn landed(&mut self, ask: u32, listener: &mut impl Listener) {
        if self.asks[ask as usize].landed.is_finite() {
            return;
        }
        self.asks[ask as usize].landed = self.told();
        listener.hear(self.told(), Event::Landed(ask));
        let current = self.asks[ask as usize].current;
        if current != NONE {
            match self.fallbacks[current as usize].phase {
                Phase::Running => self.stop(current, listener),
                Phase::Lives => {
                    let migrate = self.program.fallbacks[current as usize].migrate;
                    if migrate != NONE {
                        self.make_ready(migrate, Cause::Ask(ask));
                    }
                }
                Phase::Ahead | Phase::Over => {}
            }
        }
        self.open(ask, Cause::Nothing, listener);
    }

    fn open(&mut self, ask: u32, _by: Cause, listener: &mut impl Listener) {
        if std::mem::replace(&mut self.asks[ask as usize].open, true) {
            return;
        }
        let program = self.program;
        for &item in program.list(program.asks[ask as usize].items) {
            self.release(item, Cause::Ask(ask));
        }
        for &outcome in program.list(program.asks[ask as usize].outcomes) {
            self.release_outcome(outcome, Cause::Ask(ask), listener);
        }
    }

    fn shift(&mut self, team: u32, number: u32, scenario: &Scenario, listener: &mut impl Listener) {
        let program = self.program;
        listener.hear(self.told(), Event::Shift(team));
        for &landing in program.list(program.teams[team as usize].landings) {
            let spec = &program.landings[landing as usize];
            let Source::Queue { item, ranked: false, .. } = spec.source else { continue };
            if self.items[item as usize].status != Status::Ready {
                continue;
            }
            let dropped = self.draws.uniform_nth(spec.key, Purpose::ShiftEffect, number) < program.dropped;
            self.dequeue(item);
            if dropped {
                self.items[item as usize].status = Status::Gone;
                for &ask in program.list(spec.asks) {
                    listener.hear(self.told(), Event::AskDropped(ask));
                    self.known_dropped(ask, scenario, listener);
                }
            } else {
                self.items[item as usize].late = true;
                self.enqueue(item);
                for &ask in program.list(spec.asks) {
                    listener.hear(self.told(), Event::AskPutBehind(ask));
                }
            }
        }
        self.push_shift(team, number + 1);
    }

    /// An ask is dropped on this day, and the asker knows: the fallback starts, except under *wait*.
    fn known_dropped(&mut self, ask: u32, scenario: &Scenario, listener: &mut impl Listener) {
        let stance = &scenario.stances[ask as usize];
        let plan = self.program.asks[ask as usize].plan;
        if !stance.lands || !scenario.scope.active[self.program.plans[plan as usize].team as usize] {
            return;
        }
        self.asks[ask as usize].dead = true;
        self.asks[ask as usize].dropped = self.now;
        if !stance.wait && self.asks[ask as usize].current == NONE {
            self.take(ask, scenario, listener);
        }
    }

    // Fallbacks.

    /// Takes the next entry of the chain, and further ones at once where one is refused and nothing is to be waited for.
    fn take(&mut self, ask: u32, scenario: &Scenario, listener: &mut impl Listener) {
        let program = self.program;
        let stance = &scenario.stances[ask as usize];
        let spec = &program.asks[ask as usize];
        loop {
            let state = &mut self.asks[ask as usize];
            if state.landed.is_finite() || state.open || state.next >= spec.chain_length {
                return;
            }
            let id = spec.chain_first + state.next;
            state.next += 1;
            let next = state.next;
            let running = state.current;
            let fallback = &program.fallbacks[id as usize];
            if self.fallbacks[id as usize].phase == Phase::Over {
                continue; // Stopped before as-of: passed over.
            }
            if running != NONE && self.fallbacks[running as usize].phase == Phase::Running {
                self.stop(running, listener);
            }
            if let Some(odds) = fallback.odds {
                if !stance.accepted && self.draws.uniform(fallback.key, Purpose::Acceptance) >= odds {
                    listener.hear(self.told(), Event::Refused(id));
                    self.fallbacks[id as usize].phase = Phase::Over;
                    if stance.at_once || self.asks[ask as usize].dead {
                        continue;
                    }
                    self.push_next(ask, next, scenario);
                    return;
                }
                listener.hear(self.told(), Event::Accepted(id));
                self.push_next(ask, next, scenario);
            } else {
                listener.hear(self.told(), Event::Take(id));
            }
            self.asks[ask as usize].current = id;
            let state = &mut self.fallbacks[id as usize];
            state.phase = Phase::Running;
            state.taken = true;
            state.taken_order = self.orders;
            self.orders += 1;
            if self.now <= program.plans[spec.plan as usize].horizon {
                self.paid[spec.plan as usize] += fallback.price;
            }
            for &item in program.list(fallback.skips) {
                self.skip(item, listener);
            }
            if fallback.lead > 0.0 {
                let day = program.calendar.day_of(self.now) + fallback.lead.ceil() as i32;
                self.push(program.calendar.morning(day), Happening::LeadOver(id));
            } else {
                self.lead_over(id, listener);
            }
            return;
        }
    }

    fn lead_over(&mut self, fallback: u32, listener: &mut impl Listener) {
        if self.fallbacks[fallback as usize].phase != Phase::Running {
            return;
        }
        let create = self.program.fallbacks[fallback as usize].create;
        if create == NONE {
            self.created(fallback, listener);
        } else {
            self.make_ready(create, Cause::Nothing);
        }
    }

    /// A fallback's `create` is done: it is a landing, or it lives and the ask is open.
    fn created(&mut self, fallback: u32, listener: &mut impl Listener) {
        let spec = &self.program.fallbacks[fallback as usize];
        let ask = spec.ask;
        if spec.lands {
            self.fallbacks[fallback as usize].phase = Phase::Over;
            self.landed(ask, listener);
            return;
        }
        let state = &mut self.fallbacks[fallback as usize];
        state.phase = Phase::Lives;
        state.opened = self.now;
        listener.hear(self.told(), Event::OpenedBy(fallback));
        let team = self.program.plans[self.program.asks[ask as usize].plan as usize].team;
        self.teams[team as usize].coming += spec.load;
        self.mark(team);
        self.set_keeps(ask, spec.keeps);
        self.open(ask, Cause::Nothing, listener);
    }

    fn migrated(&mut self, fallback: u32, listener: &mut impl Listener) {
        let spec = &self.program.fallbacks[fallback as usize];
        let state = &mut self.fallbacks[fallback as usize];
        state.phase = Phase::Over;
        state.ended = self.now;
        listener.hear(self.told(), Event::Migrated(fallback));
        let team = self.program.plans[self.program.asks[spec.ask as usize].plan as usize].team;
        self.teams[team as usize].load -= spec.load;
        self.mark(team);
        self.set_keeps(spec.ask, 1.0);
    }

    /// Ends a running fallback: free if nobody began on it, else what was spent is lost.
    fn stop(&mut self, fallback: u32, listener: &mut impl Listener) {
        self.fallbacks[fallback as usize].phase = Phase::Over;
        let create = self.program.fallbacks[fallback as usize].create;
        if create != NONE && self.items[create as usize].status == Status::Running {
            self.leave(create, Status::Gone);
            listener.hear(self.told(), Event::Stopped(fallback));
            return;
        }
        if create != NONE && self.items[create as usize].status == Status::Ready {
            self.items[create as usize].status = Status::Gone;
            self.dequeue(create);
        }
        listener.hear(self.told(), Event::DroppedUnstarted(fallback));
    }

    fn skip(&mut self, item: u32, listener: &mut impl Listener) {
        let status = self.items[item as usize].status;
        if !matches!(status, Status::Waiting | Status::Ready) {
            return;
        }
        if status == Status::Ready {
            self.dequeue(item);
            let order = self.items[item as usize].order;
            self.items[item as usize].status = Status::Gone;
            self.unblock(item, order);
        }
        self.items[item as usize].status = Status::Gone;
        listener.hear(self.told(), Event::Skip(item));
        self.fulfil(item, listener);
    }

    // Outcomes and money.

    fn release_outcome(&mut self, outcome: u32, cause: Cause, listener: &mut impl Listener) {
        let state = &mut self.outcomes[outcome as usize];
        state.pending -= 1;
        if state.pending == 0 && state.live.is_infinite() {
            self.go_live(outcome, cause, listener);
        }
    }

    fn go_live(&mut self, outcome: u32, cause: Cause, listener: &mut impl Listener) {
        let spec = &self.program.outcomes[outcome as usize];
        let day = match spec.live {
            Some(day) => day,
            None => self.program.calendar.day_of(self.told()),
        };
        let live = self.told();
        let state = &mut self.outcomes[outcome as usize];
        state.live = live;
        // What it earned before as-of is behind it, and the same whatever is decided now.
        state.settled = day.max(spec.value_from).max(0);
        state.cause = cause;
        listener.hear(self.told(), Event::Live(outcome));
    }

    /// Adds the value from the last settlement to calendar day `day`, at the share kept since.
    fn settle(&mut self, outcome: u32, day: i32) {
        let horizon = self.program.outcomes[outcome as usize].horizon;
        let state = &mut self.outcomes[outcome as usize];
        let until = day.min(horizon);
        if until > state.settled {
            state.days += f64::from(until - state.settled) * state.factor;
            state.settled = until;
        }
    }

    fn set_keeps(&mut self, ask: u32, keeps: f64) {
        let program = self.program;
        self.asks[ask as usize].keeps = keeps;
        let day = program.calendar.day_of(self.told());
        for &outcome in program.list(program.asks[ask as usize].affects) {
            self.settle(outcome, day);
            let spec = &program.outcomes[outcome as usize];
            let kept = program.list(spec.asks).iter().map(|&ask| self.asks[ask as usize].keeps);
            self.outcomes[outcome as usize].factor =
                if spec.product { kept.product() } else { kept.fold(1.0, f64::min) };
        }
    }

    /// Settles what is open at the horizon.
    fn close(&mut self, scenario: &Scenario) {
        let program = self.program;
        for &outcome in &scenario.scope.outcomes {
            self.settle(outcome, i32::MAX);
        }
        for &team in &scenario.scope.teams {
            for &item in program.list(program.teams[team as usize].items) {
                if self.items[item as usize].status == Status::Running {
                    self.charge(item, scenario.horizon);
                }
            }
        }
        for &fallback in &scenario.scope.fallbacks {
            let spec = &program.fallbacks[fallback as usize];
            let state = self.fallbacks[fallback as usize];
            if state.opened.is_infinite() {
                continue;
            }
            let plan = program.asks[spec.ask as usize].plan as usize;
            let horizon = program.plans[plan].horizon;
            let days = f64::from(
                program.calendar.day_of(state.ended.min(horizon)) - program.calendar.day_of(state.opened),
            )
            .max(0.0);
            self.spent[plan] += days * spec.maintain;
            self.paid[plan] += days * spec.fee;
            if state.ended > horizon && spec.migrate != NONE {
                let migrate = &program.items[spec.migrate as usize];
                let factor = self.factor(spec.migrate);
                self.spent[plan] +=
                    migrate.effort.draw(self.draws, migrate.key, factor, 0.0, &program.tables);
            }
        }
    }

    /// What the outcome waited for, ask by ask: the asks on the path that decided when it went live, or, where it did
    /// not, those that are not open.
    pub(crate) fn waited_for(&self, outcome: u32, mut mark: impl FnMut(u32)) {
        let state = &self.outcomes[outcome as usize];
        if state.live.is_infinite() {
            for &ask in self.program.list(self.program.outcomes[outcome as usize].asks) {
                if !self.asks[ask as usize].open {
                    mark(ask);
                }
            }
            return;
        }
        let mut cause = state.cause;
        // A path visits each item at most once; the bound keeps a mistake from becoming a hang.
        for _ in 0..=self.items.len() {
            match cause {
                Cause::Nothing => return,
                Cause::Ask(ask) => {
                    mark(ask);
                    return;
                }
                Cause::Item(item) => cause = self.items[item as usize].cause,
            }
        }
    }

    /// Money that an outcome's lateness costs in this trial.
    pub(crate) fn late_cost(&self, outcome: u32) -> f64 {
        let spec = &self.program.outcomes[outcome as usize];
        let (Some(due), (rate, once)) = (spec.due, spec.late) else { return 0.0 };
        if rate == 0.0 && once == 0.0 || spec.live.is_some() {
            return 0.0;
        }
        let live = self.outcomes[outcome as usize].live;
        let day = if live.is_finite() {
            self.program.calendar.day_of(live).min(spec.horizon)
        } else {
            spec.horizon
        };
        if day <= due && live.is_finite() { 0.0 } else { rate * f64::from((day - due).max(0)) + once }
    }
}
