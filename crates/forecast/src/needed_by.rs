//! Needed-by: due, less P80 of what follows the gate, on the days on which whoever does it is there.

use crate::draft::Progress;
use crate::draw::{Draws, Key};
use crate::order_statistic::ranks;
use crate::prior;
use crate::program::{NONE, Program};

/// Trials behind the P80 of what follows a gate. They draw a few numbers each and queue nothing.
const TRIALS: u64 = 20_000;

/// A moment with its sampling error: between the other two in 95 of 100 runs at least.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Needed {
    pub(crate) at: f64,
    pub(crate) from: f64,
    pub(crate) to: f64,
}

impl Program {
    /// The moment by which an ask must open for each dated outcome to be met, less P80 of what follows; negative where
    /// that is before as-of, `None` where no dated outcome waits for it.
    ///
    /// What follows is the longest path of work from what the ask gates to the outcome, at the team's pace and without
    /// queueing. Backwards from the due date, each item is put as late as what follows it allows.
    pub(crate) fn needed_by(&self, ask: u32, seed: u64) -> Option<Needed> {
        let spec = &self.asks[ask as usize];
        let dated = self.dated(ask);
        let mut best: Option<Needed> = None;
        for outcome in dated {
            let due = self.outcomes[outcome as usize].due_end;
            let needs = self.list(self.outcomes[outcome as usize].needs);
            let gated: Vec<u32> =
                self.list(spec.items).iter().copied().filter(|item| needs.contains(item)).collect();
            let order = self.following(&gated, needs);
            let mut moments: Vec<f64> = (0..if order.is_empty() { 0 } else { TRIALS })
                .map(|trial| self.latest(&order, due, Draws::new(seed, trial)))
                .collect();
            // The latest first: what follows takes longer further on.
            moments.sort_by(|a, b| b.total_cmp(a));
            let place = (prior::NEEDED_BY_QUANTILE * moments.len() as f64) as usize;
            let moment = |place: usize| {
                moments.get(place.min(moments.len().saturating_sub(1))).copied().unwrap_or(due)
            };
            let (least, most) = ranks(moments.len() as u64, prior::NEEDED_BY_QUANTILE);
            let moment = Needed {
                at: moment(place),
                from: moment(most.saturating_sub(1) as usize),
                to: moment(least.saturating_sub(1) as usize),
            };
            best = Some(best.map_or(moment, |best| Needed {
                at: best.at.min(moment.at),
                from: best.from.min(moment.from),
                to: best.to.min(moment.to),
            }));
        }
        best
    }

    /// What the gated items lead to within `needs`, each after all that it follows.
    fn following(&self, gated: &[u32], needs: &[u32]) -> Vec<u32> {
        let mut order = Vec::new();
        let mut seen = vec![false; self.items.len()];
        // Depth first from each gated item, children first; reversed, that is an order in which nothing precedes what it
        // follows. `after` has no circles: the organisation is refused otherwise.
        for &gate in gated {
            let mut open = vec![(gate, 0)];
            if std::mem::replace(&mut seen[gate as usize], true) {
                continue;
            }
            while let Some((item, child)) = open.pop() {
                let next = self.list(self.items[item as usize].next);
                if let Some(&follows) = next.get(child) {
                    open.push((item, child + 1));
                    if needs.contains(&follows) && !std::mem::replace(&mut seen[follows as usize], true) {
                        open.push((follows, 0));
                    }
                } else {
                    order.push(item);
                }
            }
        }
        order.reverse();
        order.retain(|&item| self.items[item as usize].progress != Progress::Done);
        order
    }

    /// The latest moment at which the first of `order` can start for all of it to be done by `due`, in one draw of all
    /// efforts.
    fn latest(&self, order: &[u32], due: f64, draws: Draws) -> f64 {
        let organisation = draws.factor(self.organisation_factor, Key::of("organisation"));
        let mut starts: Vec<(u32, f64)> = Vec::with_capacity(order.len());
        for &item in order.iter().rev() {
            let spec = &self.items[item as usize];
            let key = if spec.plan == NONE {
                self.teams[spec.team as usize].key
            } else {
                self.plans[spec.plan as usize].key
            };
            let shared = organisation * draws.factor(self.plan_factor, key);
            let effort = spec.effort.draw(draws, spec.key, shared, 0.0, &self.tables);
            let next = self.list(spec.next);
            let follow = starts.iter().filter(|(follows, _)| next.contains(follows));
            let end = follow.map(|(_, start)| *start).fold(due, f64::min);
            let pace = self.stage_at(spec.team, end).pace;
            let start = match effort {
                0.0 => end,
                _ if pace > 0.0 => self.worked_until(spec.team, end, effort / (f64::from(spec.crew) * pace)),
                _ => f64::NEG_INFINITY,
            };
            starts.push((item, start));
        }
        starts.iter().map(|(_, start)| *start).fold(due, f64::min)
    }
}
