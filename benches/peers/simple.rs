//! The straightforward version: a heap of ends, a heap of ready items per team, made anew for each trial.

use super::reference::Reference;
use rand::SeedableRng;
use rand::rngs::SmallRng;
use rand_distr::{Distribution, LogNormal};
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// An organisation, ready to be simulated.
pub struct Model {
    pub teams: usize,
    pub people: usize,
    pub items: Vec<Item>,
}

pub struct Item {
    pub team: usize,
    pub median: f64,
    pub duration: LogNormal<f64>,
    /// How many items it waits for.
    pub waits_for: usize,
    /// The items that wait for it.
    pub next: Vec<usize>,
}

/// The end of an item.
#[derive(Clone, Copy, PartialEq)]
pub struct End {
    pub at: f64,
    pub item: usize,
}

impl Eq for End {}

impl Ord for End {
    fn cmp(&self, other: &End) -> Ordering {
        self.at.total_cmp(&other.at).then(self.item.cmp(&other.item))
    }
}

impl PartialOrd for End {
    fn partial_cmp(&self, other: &End) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// When each item ended, and the last of all.
pub struct Trial {
    pub ends: Vec<f64>,
    pub makespan: f64,
}

impl Model {
    /// Per trial: the makespan, then the last end of each plan.
    pub fn ends(&self, reference: &Reference, seed: u64, trials: u64) -> Vec<Vec<f64>> {
        let trial = |number| {
            let trial = self.trial(seed + number);
            let mut ends = vec![0.0; reference.plans + 1];
            ends[0] = trial.makespan;
            for (item, end) in reference.items.iter().zip(trial.ends) {
                ends[item.plan + 1] = end.max(ends[item.plan + 1]);
            }
            ends
        };
        (0..trials).map(trial).collect()
    }

    pub fn new(reference: &Reference) -> Model {
        let mut items: Vec<Item> = reference
            .items
            .iter()
            .map(|item| Item {
                team: item.team,
                median: item.median,
                duration: LogNormal::new(item.median.ln(), reference.sigma).unwrap(),
                waits_for: item.after.len(),
                next: Vec::new(),
            })
            .collect();
        for (index, item) in reference.items.iter().enumerate() {
            for &before in &item.after {
                items[before].next.push(index);
            }
        }
        Model { teams: reference.teams, people: reference.people, items }
    }

    /// One trial with drawn durations.
    pub fn trial(&self, seed: u64) -> Trial {
        let mut random = SmallRng::seed_from_u64(seed);
        self.simulate(|item| item.duration.sample(&mut random))
    }

    /// The trial in which every duration is its median.
    pub fn at_medians(&self) -> Trial {
        self.simulate(|item| item.median)
    }

    fn simulate(&self, mut duration: impl FnMut(&Item) -> f64) -> Trial {
        let mut waits_for: Vec<usize> = self.items.iter().map(|item| item.waits_for).collect();
        let mut free = vec![self.people; self.teams];
        let mut ready: Vec<BinaryHeap<Reverse<usize>>> = vec![BinaryHeap::new(); self.teams];
        let mut events: BinaryHeap<Reverse<End>> = BinaryHeap::new();
        let mut ends = vec![f64::INFINITY; self.items.len()];
        let mut now = 0.0;
        for (index, item) in self.items.iter().enumerate() {
            if item.waits_for == 0 {
                ready[item.team].push(Reverse(index));
            }
        }
        let mut changed: Vec<usize> = (0..self.teams).collect();
        loop {
            for &team in &changed {
                while free[team] > 0
                    && let Some(Reverse(item)) = ready[team].pop()
                {
                    free[team] -= 1;
                    events.push(Reverse(End { at: now + duration(&self.items[item]), item }));
                }
            }
            changed.clear();
            let Some(Reverse(end)) = events.pop() else { break };
            now = end.at;
            ends[end.item] = now;
            let item = &self.items[end.item];
            free[item.team] += 1;
            changed.push(item.team);
            for &next in &item.next {
                waits_for[next] -= 1;
                if waits_for[next] == 0 {
                    ready[self.items[next].team].push(Reverse(next));
                    changed.push(self.items[next].team);
                }
            }
        }
        Trial { ends, makespan: now }
    }
}
