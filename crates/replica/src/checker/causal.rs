//! Causal order, in histories where no value of a key is written twice.
//!
//! One operation is before another if its process ran it earlier, if the other read what it wrote, or by way of others.
//! A read is wrong if it returns what nobody wrote, if it comes before the write whose value it returns, or if a write of
//! the key lies between that write and the read. Bouajjani and others show that for such histories these patterns are all
//! there are.

use super::history::Operation;
use serde_json::Value;
use std::collections::HashMap;

/// Whether causal order is broken; or only between a process and its own writes.
pub(super) fn broken(operations: &[Operation], own_writes_only: bool) -> bool {
    let mut written: HashMap<(&str, String), usize> = HashMap::new();
    let mut writes: HashMap<&str, Vec<usize>> = HashMap::new();
    for (place, operation) in operations.iter().enumerate() {
        if let Some(value) = operation.writes() {
            written.insert((&operation.key, value.to_string()), place);
            writes.entry(&operation.key).or_default().push(place);
        }
    }
    // What each read returned, as the place of its write; `None` is what was there before any.
    let mut sources: Vec<(usize, Option<usize>)> = Vec::new();
    for (place, operation) in operations.iter().enumerate() {
        for value in operation.reads() {
            match written.get(&(operation.key.as_str(), value.to_string())) {
                _ if *value == Value::Null => sources.push((place, None)),
                Some(write) => sources.push((place, Some(*write))),
                None => return true,
            }
        }
    }
    let Some(order) = Order::of(operations, &sources) else { return true };
    // Of each key the writes of each process, in its order.
    let mut by_process: HashMap<&str, HashMap<usize, Vec<usize>>> = HashMap::new();
    for (key, places) in writes {
        for place in places {
            by_process.entry(key).or_default().entry(order.places[place].0).or_default().push(place);
        }
    }
    let nothing = HashMap::new();
    sources.iter().any(|(read, source)| {
        let reader = &operations[*read];
        by_process.get(reader.key.as_str()).unwrap_or(&nothing).iter().any(|(process, places)| {
            // If one of them lies between, then so does the last before the read.
            let passed = places.partition_point(|place| order.before(*place, *read) && place != read);
            let last =
                passed.checked_sub(1).and_then(|at| places.get(at)).filter(|last| Some(**last) != *source);
            last.is_some_and(|last| {
                (!own_writes_only || *process == order.places[*read].0)
                    && source.is_none_or(|source| order.before(source, *last))
            })
        })
    })
}

/// What comes before what: for each operation how many of each process do.
struct Order {
    /// Each operation's process and how-manieth it is there.
    places: Vec<(usize, usize)>,
    past: Vec<Vec<usize>>,
}

impl Order {
    /// `None` if something comes before itself.
    fn of(operations: &[Operation], sources: &[(usize, Option<usize>)]) -> Option<Self> {
        let mut processes: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut places = Vec::new();
        let mut after: Vec<Vec<usize>> = vec![Vec::new(); operations.len()];
        let mut waits: Vec<usize> = vec![0; operations.len()];
        let mut numbers: HashMap<&str, usize> = HashMap::new();
        for (place, operation) in operations.iter().enumerate() {
            let next = numbers.len();
            let process = *numbers.entry(&operation.process).or_insert(next);
            let own = processes.entry(&operation.process).or_default();
            if let Some(before) = own.last() {
                after[*before].push(place);
                waits[place] += 1;
            }
            places.push((process, own.len()));
            own.push(place);
        }
        for (read, source) in sources {
            if let Some(write) = source {
                after[*write].push(*read);
                waits[*read] += 1;
            }
        }
        let mut past = vec![vec![0; numbers.len()]; operations.len()];
        let mut ready: Vec<usize> = (0..operations.len()).filter(|place| waits[*place] == 0).collect();
        let mut done = 0;
        while let Some(place) = ready.pop() {
            done += 1;
            let mut with = past[place].clone();
            with[places[place].0] = with[places[place].0].max(places[place].1 + 1);
            for next in &after[place] {
                for (count, mine) in past[*next].iter_mut().zip(&with) {
                    *count = (*count).max(*mine);
                }
                waits[*next] -= 1;
                if waits[*next] == 0 {
                    ready.push(*next);
                }
            }
        }
        (done == operations.len()).then_some(Self { places, past })
    }

    fn before(&self, first: usize, second: usize) -> bool {
        let (process, place) = self.places[first];
        self.past[second][process] > place
    }
}
