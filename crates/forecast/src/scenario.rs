//! What is decided about each ask in a run of trials: its stance, and how far the run looks.

use crate::draft::{FallbackProgress, Progress};
use crate::program::{Fallback, List, NONE, Program, Role};

/// What is done about one ask in all trials of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(clippy::struct_excessive_bools)] // Each is a statement of its own in the specification; all combine.
pub(crate) struct Stance {
    /// Whether a landing counts; under *alone* it does not.
    pub(crate) lands: bool,
    /// Whether it counts as open at as-of (an ask without a fallback, where the decide-by of another is sought).
    pub(crate) open: bool,
    /// Whether its fallback is never taken.
    pub(crate) wait: bool,
    /// The entry of the chain that is taken first.
    pub(crate) first: u32,
    /// The moment at which it is taken; infinite where no date calls for it.
    pub(crate) start: f64,
    /// Whether a refusal is followed by the next entry at once.
    pub(crate) at_once: bool,
    /// Whether a leaning fallback is taken to be accepted (where the latest start of one is sought).
    pub(crate) accepted: bool,
}

/// What is simulated: the teams that matter, and what belongs to them. The rest does nothing that matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scope {
    /// Per team, whether it matters.
    pub(crate) active: Vec<bool>,
    pub(crate) teams: Vec<u32>,
    /// The items of those teams, those of fallbacks and asks included.
    pub(crate) items: Vec<u32>,
    pub(crate) plans: Vec<u32>,
    pub(crate) outcomes: Vec<u32>,
    /// The asks of those plans.
    pub(crate) asks: Vec<u32>,
    /// Landings of those asks, or in the queues of those teams.
    pub(crate) landings: Vec<u32>,
    /// The fallbacks of those asks.
    pub(crate) fallbacks: Vec<u32>,
    /// The items that fallbacks running at as-of are creating.
    pub(crate) running: Vec<u32>,
}

/// Stances for all asks, the moments at which each entry of each chain must be taken at the latest, and a scope.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scenario {
    pub(crate) stances: Vec<Stance>,
    /// Per fallback; infinite where there is none.
    pub(crate) decide_by: Vec<f64>,
    /// The moment at which the trial ends.
    pub(crate) horizon: f64,
    pub(crate) scope: Scope,
    /// Items that are not done in this scenario: what a dropped ask makes needless.
    pub(crate) given_up: Vec<u32>,
}

impl Program {
    pub(crate) fn chain(&self, ask: u32) -> std::ops::Range<u32> {
        let ask = &self.asks[ask as usize];
        ask.chain_first..ask.chain_first + ask.chain_length
    }

    /// The first entry of the chain, from the one numbered `from`, that needs nobody's yes and is not over.
    pub(crate) fn self_reliant(&self, ask: u32, from: u32) -> Option<u32> {
        let usable =
            |fallback: &Fallback| fallback.odds.is_none() && fallback.progress != FallbackProgress::Over;
        self.chain(ask)
            .skip(from as usize)
            .find(|&entry| usable(&self.fallbacks[entry as usize]))
            .map(|entry| entry - self.asks[ask as usize].chain_first)
    }

    /// The teams that matter to `plan` under these stances: its own, and, over and over, every team on whose queue or
    /// item an ask of a plan in a team that matters can land, or that a fallback of such a plan loads.
    pub(crate) fn scope(&self, plans: impl IntoIterator<Item = u32>, stances: &[Stance]) -> Scope {
        let mut teams = vec![false; self.teams.len()];
        let mut open: Vec<u32> = plans.into_iter().map(|plan| self.plans[plan as usize].team).collect();
        while let Some(team) = open.pop() {
            if std::mem::replace(&mut teams[team as usize], true) {
                continue;
            }
            for &plan in self.list(self.teams[team as usize].plans) {
                for &ask in self.list(self.plans[plan as usize].asks) {
                    let stance = &stances[ask as usize];
                    let landing = self.landings[self.asks[ask as usize].landing as usize].team;
                    if stance.lands && !stance.open && landing != NONE {
                        open.push(landing);
                    }
                    for (entry, id) in self.chain(ask).enumerate() {
                        let fallback = &self.fallbacks[id as usize];
                        let runs = matches!(fallback.progress, FallbackProgress::Running { .. });
                        let reached = !stance.wait
                            && (entry as u32 == stance.first
                                || (stance.lands && entry as u32 > stance.first));
                        if !runs && !reached {
                            continue;
                        }
                        if fallback.create != NONE {
                            open.push(self.items[fallback.create as usize].team);
                        }
                    }
                }
            }
        }
        self.scope_of(teams)
    }

    /// The scope of all teams.
    pub(crate) fn whole(&self) -> Scope {
        self.scope_of(vec![true; self.teams.len()])
    }

    /// The scope of these teams.
    pub(crate) fn scope_of(&self, active: Vec<bool>) -> Scope {
        // What belongs to whom is gathered from its owner, so that a small scope of a large organisation costs little.
        let of = |owners: &[u32], owned: &dyn Fn(u32) -> List| -> Vec<u32> {
            let mut all: Vec<u32> =
                owners.iter().flat_map(|&owner| self.list(owned(owner))).copied().collect();
            all.sort_unstable();
            all
        };
        let plan = |plan: u32| active[self.plans[plan as usize].team as usize];
        let ask = |ask: u32| plan(self.asks[ask as usize].plan);
        let matters = |landing: &u32| {
            let spec = &self.landings[*landing as usize];
            let loads = spec.load != NONE && active[self.items[spec.load as usize].team as usize];
            loads
                || (spec.team != NONE && active[spec.team as usize])
                || self.list(spec.asks).iter().any(|&index| ask(index))
        };
        let runs = |item: &u32| {
            let spec = &self.items[*item as usize];
            matches!(spec.role, Role::Create(_)) && matches!(spec.progress, Progress::Started { .. })
        };
        let teams: Vec<u32> = (0..self.teams.len() as u32).filter(|&team| active[team as usize]).collect();
        let items = of(&teams, &|team| self.teams[team as usize].items);
        let plans = of(&teams, &|team| self.teams[team as usize].plans);
        let asks = of(&plans, &|plan| self.plans[plan as usize].asks);
        Scope {
            outcomes: of(&plans, &|plan| self.plans[plan as usize].outcomes),
            landings: (0..self.landings.len() as u32).filter(matters).collect(),
            fallbacks: asks.iter().flat_map(|&ask| self.chain(ask)).collect(),
            running: items.iter().copied().filter(runs).collect(),
            teams,
            items,
            plans,
            asks,
            active,
        }
    }
}
