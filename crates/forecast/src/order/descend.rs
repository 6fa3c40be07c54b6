//! The search for a better order: from a given one by steps, each taken only if it gains on the same trials.

use super::{Effort, Found, Orders, SEARCH_TRIALS, difference};
use crate::program::Program;
use std::ops::Range;

/// An order with what it came to in each of the trials that confirm a step.
#[derive(Clone)]
struct Standing {
    order: Vec<usize>,
    slots: Vec<u32>,
    nets: Vec<f64>,
}

struct Search<'o, 'p> {
    orders: &'o Orders<'p>,
    effort: Effort,
    /// Per outcome, those that have work in a queue with it.
    rivals: Vec<Vec<bool>>,
    /// Items times trials simulated.
    done: u64,
    tried: u64,
}

impl Orders<'_> {
    /// The best order that steps from these lead to.
    ///
    /// Steps, each between outcomes with work in one queue: two neighbours change places; one outcome moves to another
    /// place; two outcomes change places. A step is taken if it gains in the screening trials and then, by more than the
    /// standard error of the difference, in the confirming ones. The first start is the one worth most; the others are
    /// followed too where the organisation is so small that less than a quarter of the effort is spent by then. The same
    /// seed gives the same order.
    pub fn search(&self, starts: &[Vec<usize>], effort: Effort) -> Found {
        let meet = self.places().meet(self.program);
        let share = |a: usize, b: usize| meet[a].intersection(&meet[b]).next().is_some();
        let mut rivals = vec![Vec::new(); self.program.outcomes.len()];
        for &a in self.ranked() {
            rivals[a] = vec![false; self.program.outcomes.len()];
            for &b in self.ranked().iter().filter(|&&b| a != b && share(a, b)) {
                rivals[a][b] = true;
            }
        }
        let mut search = Search { orders: self, effort, rivals, done: 0, tried: 0 };
        let mut standing: Vec<Standing> = Vec::new();
        for start in starts {
            let program = self.program_in(start);
            if standing.iter().all(|known| known.slots != program.slots) {
                let nets = search.nets(&program, 0..effort.confirm);
                search.tried += 1;
                standing.push(Standing { order: start.clone(), slots: program.slots, nets });
            }
        }
        let worth = |standing: &Standing| standing.nets.iter().sum::<f64>();
        standing.sort_by(|a, b| worth(b).total_cmp(&worth(a)));
        let mut cut_short = false;
        for (place, start) in standing.iter_mut().enumerate() {
            if place == 0 || search.done < effort.items / 4 {
                cut_short |= !search.descend(start);
            }
        }
        let best = standing
            .into_iter()
            .reduce(|best, other| if worth(&other) > worth(&best) { other } else { best });
        Found { order: best.map(|best| best.order).unwrap_or_default(), tried: search.tried, cut_short }
    }
}

impl Search<'_, '_> {
    fn nets(&mut self, program: &Program, trials: Range<u64>) -> Vec<f64> {
        self.done += (trials.end - trials.start) * program.items.len() as u64;
        self.orders.nets(program, SEARCH_TRIALS + trials.start..SEARCH_TRIALS + trials.end)
    }

    /// Takes steps until none gains; `false` if the effort ran out first.
    fn descend(&mut self, at: &mut Standing) -> bool {
        loop {
            let mut gained = false;
            for kind in [Self::neighbours, Self::moves, Self::exchanges] {
                let steps = kind(self, &at.order);
                for (first, second, exchange) in steps {
                    if self.done >= self.effort.items {
                        return false;
                    }
                    // Outcomes have moved since the steps were listed; a step is of outcomes, not of places.
                    let order = if exchange {
                        exchanged(&at.order, first, second)
                    } else {
                        moved(&at.order, first, second)
                    };
                    gained |= self.step(at, order);
                }
            }
            if !gained {
                return true;
            }
        }
    }

    /// Takes the step to `order` if it gains.
    fn step(&mut self, at: &mut Standing, order: Vec<usize>) -> bool {
        let program = self.orders.program_in(&order);
        if program.slots == at.slots {
            return false;
        }
        self.tried += 1;
        let screen = self.effort.screen.min(self.effort.confirm);
        let mut nets = self.nets(&program, 0..screen);
        let seen = difference(&nets, &at.nets[..screen as usize]);
        // What may still turn out to gain is looked at closer.
        if seen.mean + seen.error <= 0.0 {
            return false;
        }
        nets.extend(self.nets(&program, screen..self.effort.confirm));
        let seen = difference(&nets, &at.nets);
        if seen.mean <= seen.error {
            return false;
        }
        *at = Standing { order, slots: program.slots, nets };
        true
    }

    /// Each outcome ahead of its nearest rival before it.
    fn neighbours(&self, order: &[usize]) -> Vec<(usize, usize, bool)> {
        let step = |place: usize| {
            let outcome = order[place];
            let rival = order[..place].iter().rev().find(|&&other| self.rivals[outcome][other])?;
            Some((outcome, *rival, false))
        };
        (1..order.len()).filter_map(step).collect()
    }

    /// Each outcome to the place of each other rival, the nearest first.
    fn moves(&self, order: &[usize]) -> Vec<(usize, usize, bool)> {
        let mut steps: Vec<(usize, usize, usize)> = Vec::new();
        for (place, &outcome) in order.iter().enumerate() {
            for (other_place, &other) in order.iter().enumerate() {
                if self.rivals[outcome][other] {
                    steps.push((place.abs_diff(other_place), outcome, other));
                }
            }
        }
        steps.sort_by_key(|step| step.0);
        steps.into_iter().map(|(_, outcome, other)| (outcome, other, false)).collect()
    }

    /// Each two rivals for each other.
    fn exchanges(&self, order: &[usize]) -> Vec<(usize, usize, bool)> {
        let mut steps = Vec::new();
        for (place, &outcome) in order.iter().enumerate() {
            for &other in &order[place + 1..] {
                if self.rivals[outcome][other] {
                    steps.push((outcome, other, true));
                }
            }
        }
        steps
    }
}

/// The order with `outcome` at the place of `other`, which makes room.
fn moved(order: &[usize], outcome: usize, other: usize) -> Vec<usize> {
    let mut order = order.to_vec();
    let place = |order: &[usize], wanted| order.iter().position(|&it| it == wanted);
    if let (Some(from), Some(to)) = (place(&order, outcome), place(&order, other)) {
        order.remove(from);
        order.insert(to, outcome);
    }
    order
}

fn exchanged(order: &[usize], a: usize, b: usize) -> Vec<usize> {
    let swap = |&outcome: &usize| match outcome {
        it if it == a => b,
        it if it == b => a,
        it => it,
    };
    order.iter().map(swap).collect()
}
