//! Asks landing, shifts of priority in the teams that were asked, and what is then known.

use super::{Cause, Phase, Simulator, Status};
use crate::draw::Purpose;
use crate::log::{Event, Listener};
use crate::program::{NONE, Source};
use crate::scenario::Scenario;

impl Simulator<'_> {
    #[inline(never)]
    pub(super) fn land(&mut self, landing: u32, scenario: &Scenario, listener: &mut impl Listener) {
        let program = self.program;
        for &ask in program.list(program.landings[landing as usize].asks) {
            let stance = &scenario.stances[ask as usize];
            let plan = program.asks[ask as usize].plan;
            if !stance.lands || !scenario.scope.active[program.plans[plan as usize].team as usize] {
                continue;
            }
            if self.now > program.asks[ask as usize].until {
                listener.hear(self.told(), Event::TooLate(ask));
                continue;
            }
            self.landed(ask, listener);
        }
    }

    /// The ask has landed: its fallback, if any, is dropped, stopped or ready to be left.
    pub(super) fn landed(&mut self, ask: u32, listener: &mut impl Listener) {
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
                        self.make_ready_aside(migrate, Cause::ask(ask));
                    }
                }
                Phase::Ahead | Phase::Over => {}
            }
        }
        self.open(ask, listener);
    }

    pub(super) fn open(&mut self, ask: u32, listener: &mut impl Listener) {
        if std::mem::replace(&mut self.asks[ask as usize].open, true) {
            return;
        }
        let program = self.program;
        for &item in program.list(program.asks[ask as usize].items) {
            self.release(item, Cause::ask(ask));
        }
        for &outcome in program.list(program.asks[ask as usize].outcomes) {
            self.release_outcome(outcome, Cause::ask(ask), listener);
        }
    }

    pub(super) fn shift(&mut self, team: u32, scenario: &Scenario, listener: &mut impl Listener) {
        let program = self.program;
        let number = self.teams[team as usize].shifts;
        listener.hear(self.told(), Event::Shift(team));
        let mut waits = false;
        for &landing in program.list(program.teams[team as usize].landings) {
            let spec = &program.landings[landing as usize];
            let Source::Queue { item, ranked: false, .. } = spec.source else { continue };
            if self.items[item as usize].status() != Status::READY {
                continue;
            }
            let dropped = self.draws.uniform_nth(spec.key, Purpose::ShiftEffect, number) < program.dropped;
            self.dequeue(item);
            if dropped {
                self.items[item as usize].set_status(Status::GONE);
                for &ask in program.list(spec.asks) {
                    listener.hear(self.told(), Event::AskDropped(ask));
                    self.known_dropped(ask, scenario, listener);
                }
            } else {
                waits = true;
                self.items[item as usize].late = true;
                self.enqueue(item);
                for &ask in program.list(spec.asks) {
                    listener.hear(self.told(), Event::AskPutBehind(ask));
                }
            }
        }
        self.teams[team as usize].shifts = number + 1;
        // Where nothing waits any more, no later shift touches anything.
        if waits {
            self.push_shift(team);
        }
    }

    /// An ask is dropped on this day, and the asker knows: the fallback starts, except under *wait*.
    pub(super) fn known_dropped(&mut self, ask: u32, scenario: &Scenario, listener: &mut impl Listener) {
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
}
