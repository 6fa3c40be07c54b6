//! Teams having more or fewer people than before.

use super::state::Happening;
use super::{Simulator, Status};
use crate::log::{Event, Listener};

impl Simulator<'_> {
    /// Calls for the stage of the team with this number, if it has one.
    pub(super) fn push_capacity(&mut self, team: u32, next: u32) {
        if let Some(stage) = self.program.stages(team).get(next as usize) {
            self.push(stage.at, Happening::Capacity { team, next });
        }
    }

    /// From now on the team has the people of its next stage. Those who leave finish what they hold.
    pub(super) fn change_capacity(&mut self, team: u32, next: u32, listener: &mut impl Listener) {
        let program = self.program;
        let Some(&stage) = program.stages(team).get(next as usize) else { return };
        let people = &mut self.teams[team as usize];
        people.free += i64::from(stage.servers) - i64::from(people.stage.servers);
        people.stage = stage;
        listener.hear(self.told(), Event::Capacity { team, servers: stage.servers });
        // What needs more people than there are now holds nobody up until there are enough.
        for &item in program.list(program.teams[team as usize].crews) {
            if self.items[item as usize].status == Status::Ready {
                self.dequeue(item);
                self.enqueue(item);
            }
        }
        self.mark(team);
        self.push_capacity(team, next + 1);
    }

    /// How large a crew may be to wait in the team's queue. Where nobody is there nothing starts in any case.
    pub(super) fn room(&self, team: u32) -> u32 {
        match self.teams[team as usize].stage.servers {
            0 => u32::MAX,
            servers => servers,
        }
    }
}
