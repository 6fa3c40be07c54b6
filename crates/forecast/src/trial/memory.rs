//! What was drawn for trials that run again and again with something else decided: efforts, and landings from
//! distributions. A search for a date runs each trial about ten times; a draw does not depend on what is decided.

use super::ItemState;
use crate::scenario::Scope;

/// Of more items than this nothing is kept: a thousand trials of them are eight megabytes.
const MOST_ITEMS: usize = 1_000;

/// Draws of the trials of one scope, by their number.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// The trial that runs now, where it is to be remembered.
    trial: Option<usize>,
    /// Per trial, the days of each item of the scope; none where it has not run yet.
    days: Vec<Option<Box<[f64]>>>,
    /// Per trial, the moment at which each landing of the scope comes; not a number where that is not known.
    landings: Vec<Box<[f64]>>,
}

impl Memory {
    /// From now on, up to the next call, it is about this trial, if about any.
    pub(super) fn about(&mut self, trial: Option<usize>, scope: &Scope) {
        self.trial = trial.filter(|_| scope.items.len() <= MOST_ITEMS);
        if let Some(trial) = self.trial
            && trial >= self.days.len()
        {
            self.days.resize_with(trial + 1, || None);
            self.landings.resize_with(trial + 1, || vec![f64::NAN; scope.landings.len()].into());
        }
    }

    /// The days of the scope's items in this trial, where they are known.
    pub(super) fn days(&self) -> Option<&[f64]> {
        self.days.get(self.trial?)?.as_deref()
    }

    /// Keeps the days of the scope's items.
    pub(super) fn keep_days(&mut self, scope: &Scope, items: &[ItemState]) {
        if let Some(trial) = self.trial {
            self.days[trial] = Some(scope.items.iter().map(|&item| items[item as usize].days).collect());
        }
    }

    /// The moment at which a landing comes in this trial, by its place in the scope; infinite if it does not. Drawn if
    /// it is not known.
    pub(super) fn landing(&mut self, place: usize, draw: impl FnOnce() -> f64) -> f64 {
        let Some(known) = self.trial.and_then(|trial| self.landings.get_mut(trial)?.get_mut(place)) else {
            return draw();
        };
        if known.is_nan() {
            *known = draw();
        }
        *known
    }
}
