//! The straightforward version once somebody has looked at its profile: the same heaps, but kept from trial to trial.

use super::simple::{End, Item, Model};
use rand::SeedableRng;
use rand::rngs::SmallRng;
use rand_distr::Distribution;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A model with the buffers of its trials.
pub struct Simulator<'m> {
    model: &'m Model,
    fresh: Vec<usize>,
    waits_for: Vec<usize>,
    free: Vec<usize>,
    ready: Vec<BinaryHeap<Reverse<usize>>>,
    events: BinaryHeap<Reverse<End>>,
    changed: Vec<usize>,
}

impl<'m> Simulator<'m> {
    pub fn new(model: &'m Model) -> Simulator<'m> {
        let fresh: Vec<usize> = model.items.iter().map(|item| item.waits_for).collect();
        Simulator {
            model,
            waits_for: fresh.clone(),
            fresh,
            free: vec![0; model.teams],
            ready: vec![BinaryHeap::new(); model.teams],
            events: BinaryHeap::new(),
            changed: Vec::new(),
        }
    }

    /// The end of the last item in a trial with drawn durations.
    pub fn trial(&mut self, seed: u64) -> f64 {
        let mut random = SmallRng::seed_from_u64(seed);
        self.simulate(|item| item.duration.sample(&mut random))
    }

    /// The end of the last item where every duration is its median.
    pub fn at_medians(&mut self) -> f64 {
        self.simulate(|item| item.median)
    }

    fn simulate(&mut self, mut duration: impl FnMut(&Item) -> f64) -> f64 {
        let model = self.model;
        self.waits_for.copy_from_slice(&self.fresh);
        self.free.fill(model.people);
        let mut now = 0.0;
        for (index, item) in model.items.iter().enumerate() {
            if item.waits_for == 0 {
                self.ready[item.team].push(Reverse(index));
            }
        }
        self.changed.extend(0..model.teams);
        loop {
            for team in self.changed.drain(..) {
                while self.free[team] > 0
                    && let Some(Reverse(item)) = self.ready[team].pop()
                {
                    self.free[team] -= 1;
                    self.events.push(Reverse(End { at: now + duration(&model.items[item]), item }));
                }
            }
            let Some(Reverse(end)) = self.events.pop() else { break };
            now = end.at;
            let item = &model.items[end.item];
            self.free[item.team] += 1;
            self.changed.push(item.team);
            for &next in &item.next {
                self.waits_for[next] -= 1;
                if self.waits_for[next] == 0 {
                    self.ready[model.items[next].team].push(Reverse(next));
                    self.changed.push(model.items[next].team);
                }
            }
        }
        now
    }
}
