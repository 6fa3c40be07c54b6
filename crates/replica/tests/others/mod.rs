//! A history of one key as other checkers want it. Also for the benchmark.
#![allow(dead_code, unreachable_pub)]

use kedge_replica::checker::{Operation, What};
use serde_json::Value;
use stateright::semantics::{ConsistencyTester, LinearizabilityTester, SequentialSpec};
use std::collections::HashMap;
use todc_utils::linearizability::WGLChecker;
use todc_utils::linearizability::history::{Action, History};
use todc_utils::specifications::Specification;

/// What was asked of a register, with values as numbers; 0 is what it holds at first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Asked {
    Write(usize),
    Read,
    Swap(usize, usize),
}

/// What it said.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Said {
    Done,
    Holds(usize),
    Swapped(bool),
}

/// An operation with its answer, if there was one.
type Pair = (Asked, Option<Said>);

/// Calls and answers in the order of their times; at one time calls come first, since operations that touch overlap.
fn in_time(operations: &[Operation]) -> Vec<(usize, Pair, bool)> {
    let mut numbers: HashMap<String, usize> = HashMap::from([(Value::Null.to_string(), 0)]);
    let mut number = |value: &Value| {
        let next = numbers.len();
        *numbers.entry(value.to_string()).or_insert(next)
    };
    let mut times = Vec::new();
    for (place, operation) in operations.iter().enumerate() {
        let (asked, said) = match &operation.what {
            What::Write { value } => (Asked::Write(number(value)), Said::Done),
            What::Read { value } => (Asked::Read, Said::Holds(number(value))),
            What::Cas { from, value, ok } => (Asked::Swap(number(from), number(value)), Said::Swapped(*ok)),
            What::ReadKept { .. } | What::Final { .. } => continue,
        };
        let said = operation.end.is_some().then_some(said);
        times.push((operation.start, 0, place, (asked, said)));
        if let Some(end) = operation.end {
            times.push((end, 1, place, (asked, said)));
        }
    }
    times.sort_by_key(|(time, answer, place, _)| (*time, *answer, *place));
    times.into_iter().map(|(_, answer, place, pair)| (place, pair, answer == 1)).collect()
}

/// Does what was asked; what a register says to it.
fn does(held: &mut usize, asked: Asked) -> Said {
    match asked {
        Asked::Write(value) => {
            *held = value;
            Said::Done
        }
        Asked::Read => Said::Holds(*held),
        Asked::Swap(from, value) => {
            let fits = *held == from;
            if fits {
                *held = value;
            }
            Said::Swapped(fits)
        }
    }
}

#[derive(Clone)]
struct Register(usize);

impl SequentialSpec for Register {
    type Op = Asked;
    type Ret = Said;

    fn invoke(&mut self, asked: &Asked) -> Said {
        does(&mut self.0, *asked)
    }
}

/// Whether Stateright finds the history linearizable. Each operation is a thread of its own, so that operations without an
/// answer may overlap with what their process did later.
pub fn stateright(operations: &[Operation]) -> bool {
    let mut tester = LinearizabilityTester::new(Register(0));
    for (place, (asked, said), answer) in in_time(operations) {
        match said {
            Some(said) if answer => drop(tester.on_return(place, said).unwrap()),
            _ => drop(tester.on_invoke(place, asked).unwrap()),
        }
    }
    tester.is_consistent()
}

struct Todc;

impl Specification for Todc {
    type State = usize;
    type Operation = Pair;

    fn init() -> usize {
        0
    }

    fn apply((asked, said): &Pair, state: &usize) -> (bool, usize) {
        let mut held = *state;
        let says = does(&mut held, *asked);
        (said.is_none_or(|said| said == says), held)
    }
}

/// Whether todc-utils finds it so. It wants an answer for each call: those that had none come at the end, where they change
/// nothing that anybody saw.
pub fn todc(operations: &[Operation]) -> bool {
    let mut actions = Vec::new();
    let mut open = Vec::new();
    for (place, pair, answer) in in_time(operations) {
        actions.push((place, if answer { Action::Response(pair) } else { Action::Call(pair) }));
        if pair.1.is_none() {
            open.push((place, Action::Response(pair)));
        }
    }
    actions.extend(open);
    WGLChecker::<Todc>::is_linearizable(History::from_actions(actions))
}
