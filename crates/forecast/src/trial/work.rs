//! People taking work: what is ready, in which order, for how long, and what it costs.

use super::state::Happening;
use super::{Cause, Simulator, Status};
use crate::draft::Progress;
use crate::log::{Event, Listener};
use crate::program::{NONE, Role};
use crate::scenario::Scenario;

impl Simulator<'_> {
    pub(super) fn release(&mut self, item: u32, cause: Cause) {
        let state = &mut self.items[item as usize];
        state.pending -= 1;
        if state.pending == 0 && state.status == Status::Waiting {
            self.make_ready(item, cause);
        }
    }

    pub(super) fn make_ready(&mut self, item: u32, cause: Cause) {
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
    pub(super) fn ahead_of(&self, plan: u32, team: u32, taken: u32) -> u32 {
        if plan == NONE {
            return 0;
        }
        let ahead = |&&item: &&u32| {
            let (spec, state) = (&self.program.items[item as usize], &self.items[item as usize]);
            spec.team == team && !spec.too_large && state.status == Status::Ready && state.order < taken
        };
        self.program.list(self.program.plans[plan as usize].items).iter().filter(ahead).count() as u32
    }

    pub(super) fn enqueue(&mut self, item: u32) {
        let spec = &self.program.items[item as usize];
        let state = &self.items[item as usize];
        if spec.too_large || state.blocked > 0 || spec.crew > self.room(spec.team) {
            return;
        }
        let slot = if state.late { spec.late_slot } else { spec.slot };
        self.ready[slot as usize / 64] |= 1 << (slot % 64);
        self.mark(spec.team);
    }

    pub(super) fn dequeue(&mut self, item: u32) {
        let spec = &self.program.items[item as usize];
        for slot in [spec.slot, spec.late_slot] {
            self.ready[slot as usize / 64] &= !(1 << (slot % 64));
        }
        self.mark(spec.team);
    }

    pub(super) fn mark(&mut self, team: u32) {
        if !std::mem::replace(&mut self.teams[team as usize].dirty, true) {
            self.dirty.push(team);
        }
    }

    pub(super) fn first_ready(&self, team: u32) -> Option<u32> {
        let spec = &self.program.teams[team as usize];
        let words = &self.ready[spec.word as usize..(spec.word + spec.words) as usize];
        let (index, word) = words.iter().enumerate().find(|(_, word)| **word != 0)?;
        let slot = (spec.word as usize + index) * 64 + word.trailing_zeros() as usize;
        Some(self.program.slots[slot])
    }

    /// People take what is ready: in each team the first ready item, while enough people are free for it.
    pub(super) fn dispatch(&mut self, listener: &mut impl Listener) {
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
    pub(super) fn pace(&self, team: u32) -> f64 {
        let state = &self.teams[team as usize];
        state.stage.pace - state.load * state.stage.per_load
    }

    pub(super) fn factor(&self, item: u32) -> f64 {
        let spec = &self.program.items[item as usize];
        let own = if spec.plan == NONE {
            self.teams[spec.team as usize].factor
        } else {
            self.plan_factor[spec.plan as usize]
        };
        own * self.organisation_factor
    }

    pub(super) fn start(&mut self, item: u32, listener: &mut impl Listener) {
        let spec = &self.program.items[item as usize];
        let spent = if let Progress::Started { spent } = spec.progress { spent } else { 0.0 };
        let total = spec.effort.draw(self.draws, spec.key, self.factor(item), spent, &self.program.tables);
        let effort = (total - spent).max(0.0);
        let pace = self.pace(spec.team);
        // What was started before as-of runs on even where nothing is left for new work; then it never ends.
        let ends = match effort {
            0.0 => self.now,
            _ if pace > 0.0 => {
                self.program.worked_for(spec.team, self.now, effort / (f64::from(spec.crew) * pace))
            }
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
    pub(super) fn unblock(&mut self, item: u32, order: u32) {
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

    pub(super) fn end(&mut self, item: u32, scenario: &Scenario, listener: &mut impl Listener) {
        self.completions += 1;
        self.last_end = self.now;
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

    /// The moment at which an item ended; infinite if it did not.
    pub(crate) fn ended(&self, item: usize) -> f64 {
        self.items
            .get(item)
            .filter(|state| state.status == Status::Done)
            .map_or(f64::INFINITY, |state| state.ends)
    }

    /// The people of a running item are free again; what they did is charged.
    pub(super) fn leave(&mut self, item: u32, status: Status) {
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
    pub(super) fn charge(&mut self, item: u32, until: f64) {
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
        let part =
            self.program.worked_between(spec.team, state.started, until.min(horizon).max(state.started));
        let length = if state.ends.is_finite() {
            self.program.worked_between(spec.team, state.started, state.ends)
        } else {
            // Nobody is left to end it: how long it would have taken those who began it.
            let pace = self.program.stage_at(spec.team, state.started).pace;
            state.effort / (f64::from(spec.crew) * pace)
        };
        let share = if length > 0.0 { (part / length).min(1.0) } else { 1.0 };
        self.spent[spec.plan as usize] += state.effort * share;
    }

    /// All that waits for this item waits no longer.
    pub(super) fn fulfil(&mut self, item: u32, listener: &mut impl Listener) {
        let program = self.program;
        for &next in program.list(program.items[item as usize].next) {
            self.release(next, Cause::Item(item));
        }
        for &outcome in program.list(program.items[item as usize].outcomes) {
            self.release_outcome(outcome, Cause::Item(item), listener);
        }
    }
}
