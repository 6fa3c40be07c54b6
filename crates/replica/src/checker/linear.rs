//! Linearizability of the operations of one key, as a register with compare-and-set.
//!
//! The search of Wing and Gong takes operations one by one, each of which could be next since none that has not been taken
//! ended before it started. What was taken and what the register then holds is remembered, as Lowe does, so that no
//! situation is searched twice. Operations without an answer may be taken at any time, or never.

use super::history::{Operation, What};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// An operation with its values as numbers.
#[derive(Clone, Copy)]
struct Step {
    act: Act,
    start: i64,
    /// `i64::MAX` without an answer.
    end: i64,
}

#[derive(Clone, Copy)]
enum Act {
    Write(usize),
    Read(usize),
    Swap(usize, usize),
    /// A compare-and-set that was refused: the register did not hold this.
    Refused(usize),
    /// A compare-and-set without an answer.
    Maybe(usize, usize),
}

impl Act {
    /// What the register holds after it; `None` if it cannot be next.
    fn after(self, held: usize) -> Option<usize> {
        match self {
            Self::Write(value) => Some(value),
            Self::Read(value) => (value == held).then_some(held),
            Self::Swap(from, value) => (from == held).then_some(value),
            Self::Refused(from) => (from != held).then_some(held),
            Self::Maybe(from, value) => Some(if from == held { value } else { held }),
        }
    }
}

/// Whether one order of the operations explains every answer.
pub(super) fn linearizable(operations: &[Operation]) -> bool {
    let mut numbers: HashMap<String, usize> = HashMap::from([(Value::Null.to_string(), 0)]);
    let mut number = |value: &Value| {
        let next = numbers.len();
        *numbers.entry(value.to_string()).or_insert(next)
    };
    let mut steps = Vec::new();
    for operation in operations {
        let answered = operation.end.is_some();
        let act = match &operation.what {
            What::Write { value } => Act::Write(number(value)),
            What::Read { value } if answered => Act::Read(number(value)),
            What::Cas { from, value, ok: true } if answered => Act::Swap(number(from), number(value)),
            What::Cas { from, .. } if answered => Act::Refused(number(from)),
            What::Cas { from, value, .. } => Act::Maybe(number(from), number(value)),
            What::Read { .. } | What::ReadKept { .. } | What::Final { .. } => continue,
        };
        steps.push(Step { act, start: operation.start, end: operation.end.unwrap_or(i64::MAX) });
    }
    steps.sort_by_key(|step| (step.start, step.end));
    let (closed, open) = steps.into_iter().partition(|step| step.end < i64::MAX);
    Search { closed, open, first: 0, beyond: Vec::new(), taken_open: Vec::new(), held: 0 }.succeeds()
}

/// How far a search has come.
struct Search {
    /// Operations with an answer, by start.
    closed: Vec<Step>,
    /// Operations without.
    open: Vec<Step>,
    /// All with an answer before this place were taken,
    first: usize,
    /// and these behind it, ascending: few, since few overlap.
    beyond: Vec<usize>,
    /// Those without an answer that were taken, ascending.
    taken_open: Vec<usize>,
    /// What the register holds.
    held: usize,
}

/// What a search may come to twice.
type Situation = (usize, Vec<usize>, Vec<usize>, usize);

impl Search {
    /// The operation at a place; those without an answer stand behind the others.
    fn step(&self, place: usize) -> &Step {
        self.closed.get(place).unwrap_or_else(|| &self.open[place - self.closed.len()])
    }

    fn situation(&self) -> Situation {
        (self.first, self.beyond.clone(), self.taken_open.clone(), self.held)
    }

    fn return_to(&mut self, situation: Situation) {
        (self.first, self.beyond, self.taken_open, self.held) = situation;
    }

    fn take(&mut self, place: usize, after: usize) {
        self.held = after;
        if place >= self.closed.len() {
            let at = self.taken_open.partition_point(|one| *one < place);
            self.taken_open.insert(at, place);
            return;
        }
        let at = self.beyond.partition_point(|one| *one < place);
        self.beyond.insert(at, place);
        let ahead = self.beyond.iter().zip(self.first..).take_while(|(place, next)| **place == *next).count();
        self.beyond.drain(..ahead);
        self.first += ahead;
    }

    /// What could be next: what was not taken, and started before all that is left has ended.
    fn candidates(&self) -> Vec<usize> {
        let mut deadline = i64::MAX;
        let mut places = Vec::new();
        for (place, step) in self.closed.iter().enumerate().skip(self.first) {
            if step.start > deadline {
                break;
            }
            if self.beyond.binary_search(&place).is_err() {
                deadline = deadline.min(step.end);
                places.push(place);
            }
        }
        places.retain(|place| self.closed[*place].start <= deadline);
        let open = self.open.iter().zip(self.closed.len()..).filter(|(step, _)| step.start <= deadline);
        places.extend(
            open.map(|(_, place)| place).filter(|place| self.taken_open.binary_search(place).is_err()),
        );
        places
    }

    fn succeeds(&mut self) -> bool {
        let mut known: HashSet<Situation> = HashSet::new();
        // Where the search was, with what it has not tried there.
        let mut path: Vec<(Situation, Vec<usize>)> = vec![(self.situation(), self.candidates())];
        while self.first < self.closed.len() {
            let Some((situation, untried)) = path.last_mut() else { return false };
            let Some(place) = untried.pop() else {
                path.pop();
                continue;
            };
            let situation = situation.clone();
            self.return_to(situation);
            if let Some(after) = self.step(place).act.after(self.held) {
                self.take(place, after);
                if known.insert(self.situation()) {
                    path.push((self.situation(), self.candidates()));
                }
            }
        }
        true
    }
}
