//! Outcomes going live, and what they and everything else come to at the horizon.

use super::state::Waited;
use super::{Cause, Simulator};
use crate::log::{Event, Listener};
use crate::program::NONE;
use crate::scenario::Scenario;

impl Simulator<'_> {
    #[inline(always)]
    pub(super) fn release_outcome(&mut self, outcome: u32, cause: Cause, listener: &mut impl Listener) {
        let state = &mut self.outcomes[outcome as usize];
        state.pending -= 1;
        if state.pending == 0 && state.live.is_infinite() {
            self.go_live(outcome, cause, listener);
        }
    }

    #[inline(never)]
    pub(super) fn go_live(&mut self, outcome: u32, cause: Cause, listener: &mut impl Listener) {
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
        if let Some(place) = self.awaited.iter().position(|&awaited| awaited == outcome) {
            self.awaited.swap_remove(place);
            self.over = self.awaited.is_empty();
        }
    }

    /// Adds the value from the last settlement to calendar day `day`, at the share kept since.
    pub(super) fn settle(&mut self, outcome: u32, day: i32) {
        let horizon = self.program.outcomes[outcome as usize].horizon;
        let state = &mut self.outcomes[outcome as usize];
        let until = day.min(horizon);
        if until > state.settled {
            state.days += f64::from(until - state.settled) * state.factor;
            state.settled = until;
        }
    }

    pub(super) fn set_keeps(&mut self, ask: u32, keeps: f64) {
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
    pub(super) fn close(&mut self, scenario: &Scenario) {
        let program = self.program;
        for &outcome in &scenario.scope.outcomes {
            self.settle(outcome, i32::MAX);
        }
        for &fallback in &scenario.scope.fallbacks {
            let spec = &program.fallbacks[fallback as usize];
            let state = self.fallbacks[fallback as usize];
            if state.opened.is_infinite() {
                continue;
            }
            let plan = program.asks[spec.ask as usize].plan as usize;
            let horizon = program.plans[plan].horizon;
            let left = if state.ended <= horizon { program.calendar.day_of(state.ended) } else { i32::MAX };
            let until = left.min(program.plans[plan].horizon_day);
            let days = f64::from(until - program.calendar.day_of(state.opened)).max(0.0);
            self.plans[plan].spent += days * spec.maintain;
            self.plans[plan].paid += days * spec.fee;
            if state.ended > horizon && spec.migrate != NONE {
                self.plans[plan].spent += self.items[spec.migrate as usize].days;
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
            match cause.waited() {
                Waited::Nothing => return,
                Waited::Ask(ask) => {
                    mark(ask);
                    return;
                }
                Waited::Item(item) => cause = self.items[item as usize].cause,
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
