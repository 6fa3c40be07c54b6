//! The policies of `forecast.md` as scenarios, and the decide-by of each entry of each chain.

use crate::draft::FallbackProgress;
use crate::program::{NONE, Program, Source};
use crate::scenario::{Scenario, Stance};
use crate::tally::{Tally, View, tally};

/// What is done about the asks of the plan in view. All other plans run as planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Policy {
    /// The stances on record; an ask without one is decided at its decide-by.
    AsPlanned,
    /// No fallback is ever taken.
    Wait,
    /// Each fallback is taken at its decide-by.
    Hedge,
    /// Each chain is started this morning.
    StartNow,
    /// No ask lands; the first self-reliant fallback of each chain starts this morning.
    Alone,
}

impl Policy {
    /// All of them, in the order in which they are printed.
    pub const ALL: [Policy; 5] =
        [Policy::AsPlanned, Policy::Wait, Policy::Hedge, Policy::StartNow, Policy::Alone];
}

/// What is on record about an ask: the entry to start with and the calendar day to start it, 0 for now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Recorded {
    pub(crate) entry: u32,
    pub(crate) day: i32,
}

/// When the fallback of an ask must be started at the latest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum DecideBy {
    /// On this working morning, as an index from as-of.
    Morning(u32),
    /// Even this morning misses, by this many calendar days; `None` where the confidence is never reached.
    TooLate(Option<u32>),
    /// No dated outcome waits for it.
    NoDue,
    /// No fallback that needs nobody's yes.
    NoFallback,
}

impl DecideBy {
    pub(crate) fn moment(self) -> f64 {
        match self {
            DecideBy::Morning(index) => f64::from(index),
            DecideBy::TooLate(_) => 0.0,
            DecideBy::NoDue | DecideBy::NoFallback => f64::INFINITY,
        }
    }
}

impl Program {
    /// Whether the ask has landed already: a fact that no policy undoes.
    pub(crate) fn has_landed(&self, ask: u32) -> bool {
        // What landed today counts from tomorrow's morning.
        matches!(self.landings[self.asks[ask as usize].landing as usize].source, Source::At(moment) if moment <= 1.0)
    }

    /// The whole organisation where no date calls for a fallback: one is taken only where an ask is dead or known to be
    /// dropped.
    pub(crate) fn undecided(&self) -> Scenario {
        let decide_by = vec![f64::INFINITY; self.fallbacks.len()];
        let asks = 0..self.asks.len() as u32;
        let stances = asks.map(|ask| self.stance(ask, Policy::Hedge, &decide_by)).collect();
        let horizon = self.plans.iter().map(|plan| plan.horizon).fold(0.0, f64::max);
        Scenario { stances, decide_by, horizon, scope: self.whole(), given_up: Vec::new() }
    }

    fn waiting(&self) -> Vec<Stance> {
        vec![
            Stance {
                lands: true,
                open: false,
                wait: true,
                first: 0,
                start: f64::INFINITY,
                at_once: false,
                accepted: false
            };
            self.asks.len()
        ]
    }

    /// As the plans say: the recorded stance, else decide-by; dead asks now.
    pub(crate) fn as_planned(&self, ask: u32, recorded: Option<Recorded>, decide_by: &[f64]) -> Stance {
        match recorded {
            Some(recorded) => {
                let start =
                    if self.asks[ask as usize].dead { 0.0 } else { self.calendar.morning(recorded.day) };
                Stance {
                    lands: true,
                    open: false,
                    wait: false,
                    first: recorded.entry,
                    start,
                    at_once: false,
                    accepted: false,
                }
            }
            None => self.stance(ask, Policy::Hedge, decide_by),
        }
    }

    /// The stance of one ask under a policy other than [`Policy::AsPlanned`].
    pub(crate) fn stance(&self, ask: u32, policy: Policy, decide_by: &[f64]) -> Stance {
        let spec = &self.asks[ask as usize];
        let first = self
            .chain(ask)
            .position(|entry| self.fallbacks[entry as usize].progress != FallbackProgress::Over)
            .map_or(NONE, |entry| entry as u32);
        let hedge = decide_by.get((spec.chain_first + if first == NONE { 0 } else { first }) as usize);
        let stance = Stance {
            lands: true,
            open: false,
            wait: false,
            first,
            start: hedge.copied().filter(|_| first != NONE).unwrap_or(f64::INFINITY),
            at_once: false,
            accepted: false,
        };
        match policy {
            Policy::AsPlanned | Policy::Hedge if spec.dead => Stance { start: 0.0, ..stance },
            Policy::AsPlanned | Policy::Hedge => stance,
            Policy::Wait => Stance { wait: true, start: f64::INFINITY, ..stance },
            Policy::StartNow => Stance { start: 0.0, at_once: true, ..stance },
            Policy::Alone => match self.self_reliant(ask, 0) {
                Some(first) => Stance { lands: self.has_landed(ask), first, start: 0.0, ..stance },
                None => Stance { lands: self.has_landed(ask), wait: true, start: f64::INFINITY, ..stance },
            },
        }
    }

    /// The scenario in which the decide-by of `ask` is sought: its fallback starts at `start`, no ask of its plan lands.
    pub(crate) fn decide_by_scenario(&self, ask: u32, entry: u32, start: f64, horizon: f64) -> Scenario {
        let mut stances = self.waiting();
        let plan = self.asks[ask as usize].plan;
        for &other in self.list(self.plans[plan as usize].asks) {
            let mut stance = self.stance(other, Policy::Alone, &[]);
            if other == ask {
                stance = Stance { first: entry, start, wait: false, accepted: true, ..stance };
            }
            stance.open = stance.wait && !self.has_landed(other);
            stances[other as usize] = stance;
        }
        let scope = self.scope([plan], &stances);
        let decide_by = vec![f64::INFINITY; self.fallbacks.len()];
        Scenario { stances, decide_by, horizon, scope, given_up: Vec::new() }
    }

    /// In how many of the trials behind decide-by the ask's least likely dated outcome is on time, for each morning on
    /// which this entry of its chain could start.
    pub(crate) fn on_time_by_start(
        &self,
        ask: u32,
        entry: u32,
        starts: &[u32],
        seed: u64,
        trials: u64,
    ) -> Vec<u64> {
        let dated = self.dated(ask);
        let ends: Vec<f64> = dated.iter().map(|&outcome| self.outcomes[outcome as usize].due_end).collect();
        let latest = ends.iter().copied().fold(0.0, f64::max);
        let view = View { outcomes: dated, ..View::default() };
        let scenario = |&start: &u32| self.decide_by_scenario(ask, entry, f64::from(start), latest);
        let scenarios: Vec<Scenario> = starts.iter().map(scenario).collect();
        let least = |tally: &Tally| {
            tally.live.iter().zip(&ends).map(|(live, &end)| live.before(end)).min().unwrap_or(0)
        };
        tally(self, &scenarios, &view, seed, trials).iter().map(least).collect()
    }

    /// The outcomes with a due date that wait for the ask and are not live.
    pub(crate) fn dated(&self, ask: u32) -> Vec<u32> {
        let open = |&outcome: &u32| {
            let outcome = &self.outcomes[outcome as usize];
            outcome.due.is_some() && outcome.live.is_none()
        };
        self.list(self.asks[ask as usize].affects).iter().copied().filter(open).collect()
    }

    /// The decide-by of an ask, by whole trials: of its first self-reliant fallback.
    pub(crate) fn decide_by(&self, ask: u32, confidence: f64, seed: u64, trials: u64) -> DecideBy {
        match self.self_reliant(ask, 0) {
            Some(entry) => self.latest_start(ask, entry, confidence, seed, trials),
            None => DecideBy::NoFallback,
        }
    }
}
