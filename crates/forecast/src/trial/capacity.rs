//! Teams having more or fewer people than before.

use super::state::Happening;
use super::{Simulator, Status};
use crate::log::{Event, Listener};

impl Simulator<'_> {
    /// Calls for the next stage of the team, if it has one.
    pub(super) fn push_capacity(&mut self, team: u32) {
        let next = self.teams[team as usize].next_stage;
        if let Some(stage) = self.program.stages(team).get(next as usize) {
            self.push(stage.at, Happening::Capacity(team));
        }
    }

    /// From now on the team has the people of its next stage. Those who leave finish what they hold.
    pub(super) fn change_capacity(&mut self, team: u32, listener: &mut impl Listener) {
        let program = self.program;
        let people = &mut self.teams[team as usize];
        let Some(&stage) = program.stages(team).get(people.next_stage as usize) else { return };
        people.next_stage += 1;
        people.free += i64::from(stage.servers) - i64::from(people.stage.servers);
        people.stage = stage;
        self.add_load(team, 0.0);
        listener.hear(self.told(), Event::Capacity { team, servers: stage.servers });
        // What needs more people than there are now holds nobody up until there are enough.
        for &item in program.list(program.teams[team as usize].crews) {
            if self.items[item as usize].status() == Status::READY {
                self.dequeue(item);
                self.enqueue(item);
            }
        }
        self.mark(team);
        self.push_capacity(team);
    }

    /// How large a crew may be to wait in the team's queue. Where nobody is there nothing starts in any case.
    pub(super) fn room(&self, team: u32) -> u32 {
        match self.teams[team as usize].stage.servers {
            0 => u32::MAX,
            servers => servers,
        }
    }
}
