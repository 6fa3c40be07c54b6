//! Fallbacks: taken, refused, created, dropped, stopped, left.

use super::state::Happening;
use super::{Cause, Phase, Simulator, Status};
use crate::draw::Purpose;
use crate::log::{Event, Listener};
use crate::program::NONE;
use crate::scenario::Scenario;

impl Simulator<'_> {
    /// Takes the next entry of the chain, and further ones at once where one is refused and nothing is to be waited for.
    pub(super) fn take(&mut self, ask: u32, scenario: &Scenario, listener: &mut impl Listener) {
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
                self.plans[spec.plan as usize].paid += fallback.price;
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

    pub(super) fn lead_over(&mut self, fallback: u32, listener: &mut impl Listener) {
        if self.fallbacks[fallback as usize].phase != Phase::Running {
            return;
        }
        let create = self.program.fallbacks[fallback as usize].create;
        if create == NONE {
            self.created(fallback, listener);
        } else {
            self.make_ready_aside(create, Cause::NOTHING);
        }
    }

    /// A fallback's `create` is done: it is a landing, or it lives and the ask is open.
    pub(super) fn created(&mut self, fallback: u32, listener: &mut impl Listener) {
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
        self.teams[team as usize].coming += spec.maintain;
        self.mark(team);
        self.set_keeps(ask, spec.keeps);
        self.open(ask, listener);
    }

    pub(super) fn migrated(&mut self, fallback: u32, listener: &mut impl Listener) {
        let spec = &self.program.fallbacks[fallback as usize];
        let state = &mut self.fallbacks[fallback as usize];
        state.phase = Phase::Over;
        state.ended = self.now;
        listener.hear(self.told(), Event::Migrated(fallback));
        let team = self.program.plans[self.program.asks[spec.ask as usize].plan as usize].team;
        self.add_load(team, -spec.maintain);
        self.mark(team);
        self.set_keeps(spec.ask, 1.0);
    }

    /// Ends a running fallback: free if nobody began on it, else what was spent is lost.
    pub(super) fn stop(&mut self, fallback: u32, listener: &mut impl Listener) {
        self.fallbacks[fallback as usize].phase = Phase::Over;
        let create = self.program.fallbacks[fallback as usize].create;
        if create != NONE && self.items[create as usize].status() == Status::RUNNING {
            self.break_off(fallback, create);
            listener.hear(self.told(), Event::Stopped(fallback));
            return;
        }
        if create != NONE && self.items[create as usize].status() == Status::READY {
            self.items[create as usize].set_status(Status::GONE);
            if self.fallbacks[fallback as usize].blocked > 0 {
                self.plans[self.items[create as usize].plan as usize].unblock();
            }
            self.dequeue(create);
        }
        listener.hear(self.told(), Event::DroppedUnstarted(fallback));
    }

    pub(super) fn skip(&mut self, item: u32, listener: &mut impl Listener) {
        let status = self.items[item as usize].status();
        if !matches!(status, Status::WAITING | Status::READY) {
            return;
        }
        if status == Status::READY {
            self.dequeue(item);
            self.items[item as usize].set_status(Status::GONE);
            self.unblock(item);
        } else {
            // What it last waited for in an earlier trial says nothing about this one.
            self.items[item as usize].cause = Cause::NOTHING;
        }
        self.items[item as usize].set_status(Status::GONE);
        listener.hear(self.told(), Event::Skip(item));
        self.fulfil_aside(item, None, listener);
    }
}
