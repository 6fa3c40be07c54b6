//! People taking work: what is ready, in which order, for how long, and what it costs.

use super::{Cause, FallbackState, Simulator, Status, TeamState};
use crate::log::{Event, Listener};
use crate::program::{Follows, NONE, Role};
use crate::scenario::Scenario;

impl Simulator<'_> {
    #[inline(always)]
    pub(super) fn release(&mut self, item: u32, cause: Cause) {
        if self.items[item as usize].standing.release() {
            self.make_ready(item, cause);
        }
    }

    #[inline(always)]
    pub(super) fn make_ready(&mut self, item: u32, cause: Cause) {
        let state = &mut self.items[item as usize];
        state.order = self.orders;
        state.cause = cause;
        state.set_status(Status::READY);
        self.orders += 1;
        if state.kind.is_plain() {
            let (slot, team) = (state.slot, state.team);
            self.ready[slot as usize / 64] |= 1 << (slot % 64);
            self.mark(team);
        } else {
            self.place(item);
        }
    }

    /// Puts what became ready where it waits, where that takes a closer look.
    #[inline(never)]
    fn place(&mut self, item: u32) {
        if let Role::Create(fallback) = self.program.items[item as usize].role {
            let (plan, team) = (self.items[item as usize].plan, self.items[item as usize].team);
            let taken = self.fallbacks[fallback as usize].taken_order;
            let ahead = self.ahead_of(plan, team, taken);
            self.fallbacks[fallback as usize].blocked = ahead;
            if ahead > 0 {
                self.plans[plan as usize].block(taken);
            }
        }
        self.enqueue(item);
    }

    /// How many items of the plan, in that team, were ready when a fallback was taken and still are.
    pub(super) fn ahead_of(&self, plan: u32, team: u32, taken: u32) -> u32 {
        if plan == NONE {
            return 0;
        }
        let ahead = |&&item: &&u32| {
            let state = &self.items[item as usize];
            state.team == team
                && !self.program.items[item as usize].too_large
                && state.status() == Status::READY
                && state.order < taken
        };
        self.program.list(self.program.plans[plan as usize].items).iter().filter(ahead).count() as u32
    }

    pub(super) fn enqueue(&mut self, item: u32) {
        let spec = &self.program.items[item as usize];
        let waits = match spec.role {
            Role::Create(fallback) => self.fallbacks[fallback as usize].blocked > 0,
            _ => false,
        };
        if spec.too_large || waits || spec.crew > self.room(spec.team) {
            return;
        }
        let slot = if self.items[item as usize].late { spec.late_slot } else { spec.slot };
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

    #[inline(always)]
    pub(super) fn mark(&mut self, team: u32) {
        if !std::mem::replace(&mut self.teams[team as usize].dirty, true) {
            self.dirty.push(team);
        }
    }

    /// People take what is ready: in each team the first ready item, while enough people are free for it.
    #[inline(always)]
    pub(super) fn dispatch(&mut self, listener: &mut impl Listener) {
        while let Some(team) = self.dirty.pop() {
            let TeamState { word, words, .. } = self.teams[team as usize];
            let mut at = word;
            while at < word + words {
                let ready = self.ready[at as usize];
                if ready == 0 {
                    at += 1;
                    continue;
                }
                let people = &mut self.teams[team as usize];
                if people.free <= 0 {
                    break;
                }
                let item = self.program.slots[at as usize * 64 + ready.trailing_zeros() as usize];
                if i64::from(self.items[item as usize].crew) > people.free {
                    break;
                }
                if people.pace <= 0.0 {
                    if !std::mem::replace(&mut people.starved, true) {
                        listener.hear(self.told(), Event::NothingStarts(team));
                    }
                    break;
                }
                // All but the lowest bit that is set.
                self.ready[at as usize] = ready & (ready - 1);
                self.start(item, listener);
                if self.holds_up(item) {
                    self.unblock(item);
                    at = word; // A fallback may have waited for just this one.
                }
            }
            self.load_what_came(team);
            self.teams[team as usize].dirty = false;
        }
    }

    /// What opened at this moment takes its upkeep from what starts after it.
    #[inline(always)]
    pub(super) fn load_what_came(&mut self, team: u32) {
        if self.teams[team as usize].coming != 0.0 {
            let coming = std::mem::take(&mut self.teams[team as usize].coming);
            self.add_load(team, coming);
        }
    }

    /// So many more persons are taken by maintaining and guiding.
    pub(super) fn add_load(&mut self, team: u32, persons: f64) {
        let state = &mut self.teams[team as usize];
        state.load += persons;
        state.set_pace();
    }

    #[inline(always)]
    pub(super) fn start(&mut self, item: u32, listener: &mut impl Listener) {
        let state = &mut self.items[item as usize];
        let people = &mut self.teams[state.team as usize];
        // What was started before as-of runs on even where nothing is left for new work; then it never ends.
        let effort = state.days;
        let ends = if effort <= 0.0 {
            self.now
        } else if people.pace > 0.0 {
            let length = effort / (f64::from(state.crew) * people.pace);
            if people.closes {
                self.program.worked_for(state.team, self.now, length)
            } else {
                self.now + length
            }
        } else {
            f64::INFINITY
        };
        people.free -= i64::from(state.crew);
        if state.status() == Status::READY && state.order < self.first_order && people.freed_by != NONE {
            state.cause = Cause::item(people.freed_by);
        }
        state.set_status(Status::RUNNING);
        state.ends = ends;
        let (plan, is_plain) = (state.plan, state.kind.is_plain());
        // What it costs its plan, as far as that lies within the horizon.
        if plan != NONE {
            let plan = &mut self.plans[plan as usize];
            if ends <= plan.counted {
                plan.spent += effort;
            } else {
                self.charge_part(item);
            }
        }
        listener.hear(self.told(), Event::Start { item, effort, ends });
        if ends <= self.horizon {
            self.agenda.push_end(&self.items, item, ends);
        }
        if !is_plain {
            self.started(item);
        }
    }

    /// What else the start of an item means, if it is not plain work.
    #[inline(never)]
    fn started(&mut self, item: u32) {
        if let Role::Create(fallback) = self.program.items[item as usize].role {
            let state = &mut self.fallbacks[fallback as usize];
            state.started = self.now;
            let (guide, share) = self.program.fallbacks[fallback as usize].guide;
            if guide != NONE {
                state.guiding = true;
                self.add_load(guide, share);
            }
        }
    }

    /// Counts what an item that starts now costs its plan up to the horizon, beyond which it ends.
    #[inline(never)]
    fn charge_part(&mut self, item: u32) {
        // A hack that is not left by then is charged all of that at the horizon instead.
        if !matches!(self.program.items[item as usize].role, Role::Migrate(_)) {
            let plan = self.items[item as usize].plan as usize;
            let share = self.part(item, self.now, self.plans[plan].counted);
            self.plans[plan].spent += self.items[item as usize].days * share;
        }
    }

    /// What was counted for a running `create` that is stopped now and will not be spent.
    pub(super) fn refund(&mut self, fallback: u32, create: u32) {
        let plan = self.items[create as usize].plan;
        if plan == NONE {
            return;
        }
        let FallbackState { started, .. } = self.fallbacks[fallback as usize];
        let counted = self.plans[plan as usize].counted;
        let unspent = self.part(create, started, counted) - self.part(create, started, counted.min(self.now));
        self.plans[plan as usize].spent -= self.items[create as usize].days * unspent;
    }

    /// The part of an item that is done between its start and a moment.
    fn part(&self, item: u32, started: f64, until: f64) -> f64 {
        let state = &self.items[item as usize];
        let done = self.program.worked_between(state.team, started, until.min(state.ends).max(started));
        let length = if state.ends.is_finite() {
            self.program.worked_between(state.team, started, state.ends)
        } else {
            // Nobody is left to end it: how long it would have taken those who began it.
            let pace = self.program.stage_at(state.team, started).pace;
            state.days / (f64::from(state.crew) * pace)
        };
        if length > 0.0 { (done / length).min(1.0) } else { 1.0 }
    }

    /// Whether a fallback may wait for an item that was ready before it.
    #[inline(always)]
    fn holds_up(&self, item: u32) -> bool {
        let state = &self.items[item as usize];
        self.plans.get(state.plan as usize).is_some_and(|plan| state.order < plan.behind)
    }

    /// An item of a plan no longer stands before a `create` that was taken when the item was ready.
    #[inline(never)]
    pub(super) fn unblock(&mut self, item: u32) {
        let program = self.program;
        if !self.holds_up(item) || program.items[item as usize].role != Role::Work {
            return;
        }
        let (plan, team, order) = {
            let state = &self.items[item as usize];
            (state.plan, state.team, state.order)
        };
        for &create in program.list(program.plans[plan as usize].creates) {
            let Role::Create(fallback) = program.items[create as usize].role else { continue };
            let state = &mut self.fallbacks[fallback as usize];
            if self.items[create as usize].status() == Status::READY
                && state.blocked > 0
                && self.items[create as usize].team == team
                && order < state.taken_order
            {
                state.blocked -= 1;
                if state.blocked == 0 {
                    self.plans[plan as usize].unblock();
                    self.enqueue(create);
                }
            }
        }
    }

    /// An item ends, unless it was stopped before.
    #[inline(always)]
    pub(super) fn end(&mut self, item: u32, scenario: &Scenario, listener: &mut impl Listener) {
        let state = &mut self.items[item as usize];
        if state.status() != Status::RUNNING {
            return;
        }
        state.set_status(Status::DONE);
        self.completions += 1;
        self.last_end = self.now;
        let (team, plain) = (state.team, state.kind.is_plain());
        let people = &mut self.teams[team as usize];
        people.free += i64::from(state.crew);
        people.freed_by = item;
        listener.hear(self.told(), Event::End(item));
        self.mark(team);
        if plain {
            self.fulfil(item, Some(scenario), listener);
        } else {
            self.ended_otherwise(item, scenario, listener);
        }
    }

    /// What follows from the end of an item that is not plain work.
    #[inline(never)]
    fn ended_otherwise(&mut self, item: u32, scenario: &Scenario, listener: &mut impl Listener) {
        match self.program.items[item as usize].role {
            Role::Work => self.fulfil_aside(item, Some(scenario), listener),
            Role::Create(fallback) => {
                self.let_guide_go(fallback);
                self.created(fallback, listener);
            }
            Role::Migrate(fallback) => self.migrated(fallback, listener),
            Role::Asked(landing) => self.land(landing, scenario, listener),
            Role::Load => {}
        }
    }

    fn let_guide_go(&mut self, fallback: u32) {
        if std::mem::take(&mut self.fallbacks[fallback as usize].guiding) {
            let (guide, share) = self.program.fallbacks[fallback as usize].guide;
            self.add_load(guide, -share);
        }
    }

    /// A running `create` is stopped: its people are free again, and what they would still have spent is not.
    pub(super) fn break_off(&mut self, fallback: u32, create: u32) {
        self.refund(fallback, create);
        self.let_guide_go(fallback);
        let state = &mut self.items[create as usize];
        state.set_status(Status::GONE);
        let team = state.team;
        self.teams[team as usize].free += i64::from(state.crew);
        self.mark(team);
    }

    /// The moment at which an item ended; infinite if it did not.
    pub(crate) fn ended(&self, item: usize) -> f64 {
        self.items
            .get(item)
            .filter(|state| state.status() == Status::DONE)
            .map_or(f64::INFINITY, |state| state.ends)
    }

    /// [`Self::fulfil`] for what happens seldom.
    #[inline(never)]
    pub(super) fn fulfil_aside(&mut self, item: u32, done: Option<&Scenario>, listener: &mut impl Listener) {
        self.fulfil(item, done, listener);
    }

    /// [`Self::start`] for what happens seldom.
    #[inline(never)]
    pub(super) fn start_aside(&mut self, item: u32, listener: &mut impl Listener) {
        self.start(item, listener);
    }

    /// [`Self::make_ready`] for what happens seldom.
    #[inline(never)]
    pub(super) fn make_ready_aside(&mut self, item: u32, cause: Cause) {
        self.make_ready(item, cause);
    }

    /// All that waits for this item waits no longer; what it delivers lands, where it was done and not skipped.
    #[inline(always)]
    pub(super) fn fulfil(&mut self, item: u32, done: Option<&Scenario>, listener: &mut impl Listener) {
        let program = self.program;
        for &code in program.list(program.items[item as usize].follows) {
            match Follows::of(code) {
                Follows::Item(next) => self.release(next, Cause::item(item)),
                Follows::Outcome(outcome) => self.release_outcome(outcome, Cause::item(item), listener),
                Follows::Landing(landing) => {
                    if let Some(scenario) = done {
                        self.land(landing, scenario, listener);
                    }
                }
            }
        }
    }
}
