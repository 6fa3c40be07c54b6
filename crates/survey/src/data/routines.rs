//! What views, procedures and functions do counts through to whoever uses them.

use super::act::Act;
use super::facts::Subject;
use super::gather::{Key, Known};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Nobody follows a chain of calls that is longer.
const LONGEST: usize = 24;

/// What a routine does to data, through whatever it calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Effects {
    /// By object and by whether it is written: what is done, and the routines between, the first called first.
    pub(super) done: BTreeMap<(Key, bool), (Act, Vec<String>)>,
}

/// What the body of a routine does by itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Body {
    /// To data.
    pub(super) done: BTreeSet<(Key, Act)>,
    /// Which routines it calls, or reads (views); with whether it writes to them.
    pub(super) calls: BTreeSet<(Key, bool)>,
    /// Its name as people write it.
    pub(super) shown: String,
}

impl Body {
    pub(super) fn add(&mut self, known: &Known<'_>, subject: &Subject, act: Act, how: super::found::How) {
        for key in known.keys(subject, how) {
            if known.is_routine(&key) {
                self.calls.insert((key, act.is_write()));
            } else if act.is_write() || act.is_read() {
                self.done.insert((key, act));
            }
        }
    }
}

/// Everything each routine does: the shortest way to each table, found breadth first, so that circles end.
pub(super) fn effects(bodies: &BTreeMap<Key, Body>) -> BTreeMap<Key, Effects> {
    bodies.keys().map(|routine| (routine.clone(), follow(routine, bodies))).collect()
}

fn follow(start: &Key, bodies: &BTreeMap<Key, Body>) -> Effects {
    let mut effects = Effects::default();
    // Writing to a view writes what it shows.
    let mut seen: BTreeSet<(&Key, bool)> = BTreeSet::new();
    let mut next: VecDeque<(&Key, bool, Vec<String>)> = VecDeque::from([(start, false, Vec::new())]);
    while let Some((routine, is_written, before)) = next.pop_front() {
        let Some(body) =
            bodies.get(routine).filter(|_| seen.insert((routine, is_written)) && before.len() < LONGEST)
        else {
            continue;
        };
        let mut via = before;
        via.push(body.shown.clone());
        for (key, act) in &body.done {
            let act = if is_written { Act::Merge } else { *act };
            effects.done.entry((key.clone(), act.is_write())).or_insert_with(|| (act, via.clone()));
        }
        for (called, writes) in &body.calls {
            next.push_back((called, is_written || *writes, via.clone()));
        }
    }
    effects
}
