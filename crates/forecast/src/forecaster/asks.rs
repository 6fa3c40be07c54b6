//! What is known of each ask: its odds, needed-by, decide-by and best start.

use super::Forecaster;
use super::outcomes::amount_of;
use super::weighed::Weighed;
use crate::answer::{
    AskForecast, BestStart, Certainty, Chance, Dates, DecideBy, FallbackForecast, Lack, LandsBy, NeededBy,
    Start,
};
use crate::draft::FallbackProgress;
use crate::policy;
use crate::scenario::Scenario;
use crate::starts::Curve;
use crate::tally::Tally;

impl Forecaster {
    pub(super) fn ask_forecast(
        &self,
        ask: u32,
        place: usize,
        planned: &Tally,
        weighed: Weighed,
    ) -> AskForecast {
        let program = self.program();
        let facts = &self.compiled.asks[ask as usize];
        let spec = &program.asks[ask as usize];
        let chain = program.chain(ask);
        let (_, moments) = self.decide_by(ask);
        let landed = &planned.landed[place];
        let horizon = program.calendar.day_of(program.plans[spec.plan as usize].horizon);
        let item_lacks = self.compiled.landing_lacks(ask as usize);
        let (lands, by_wanted) = match &facts.lands_by {
            LandsBy::Landed(date) => (Dates::Happened(*date), None),
            _ if !item_lacks.is_empty() => (Dates::TooLittleData(item_lacks), None),
            _ => {
                let by_wanted = facts.wanted.map(|wanted| {
                    let end = program.calendar.end(program.calendar.day(wanted));
                    Chance::of(landed.before(end), planned.trials)
                });
                (Dates::Spread(self.spread(landed, horizon).into()), by_wanted)
            }
        };
        let fallbacks =
            facts.fallbacks.iter().zip(chain.clone()).zip(moments).map(|((facts, id), &moment)| {
                FallbackForecast {
                    fallback: facts.id.clone(),
                    self_reliant: facts.accepted.is_none(),
                    accepted: facts.accepted.clone(),
                    decide_by: moment.is_finite().then(|| program.calendar.date_of(moment)),
                    taken: Chance::of(planned.taken[id as usize], planned.trials),
                }
            });
        let (needed_by, needed_by_within) = self.needed_by(ask);
        let by_needed = match (&lands, &needed_by) {
            (Dates::Spread(_), NeededBy::On(day)) => {
                let end = program.calendar.end(program.calendar.day(*day));
                Some(Chance::of(landed.before(end), planned.trials))
            }
            _ => None,
        };
        AskForecast {
            ask: facts.id.clone(),
            to: facts.to.clone(),
            lands_by: facts.lands_by.clone(),
            taken_up: facts.taken_up.clone(),
            lands,
            by_wanted,
            by_needed,
            sources: facts.sources.clone(),
            needed_by,
            needed_by_within,
            decide_by: self.decide_by_answer(ask),
            on_time_by_start: weighed.on_time_by_start,
            best_start: weighed.best_start,
            certainty: weighed.certainty,
            dropping: weighed.dropping,
            waits: Chance::of(planned.waited[place], planned.trials),
            fallbacks: fallbacks.collect(),
        }
    }

    /// Whether nothing is left to decide about an ask: it has landed, or all that it gates is live.
    pub(super) fn settled(&self, ask: u32) -> bool {
        let program = self.program();
        let affects = program.list(program.asks[ask as usize].affects);
        let live = |outcome: &u32| self.compiled.outcomes[*outcome as usize].live.is_some();
        matches!(self.compiled.asks[ask as usize].lands_by, LandsBy::Landed(_))
            || (!affects.is_empty() && affects.iter().all(live))
    }

    /// What is missing to time what an ask gates, its fallbacks included or not.
    pub(super) fn gate_lacks(&self, ask: u32, falls_back: bool) -> Vec<Lack> {
        let program = self.program();
        let mut lacks: Vec<Lack> = program
            .list(program.asks[ask as usize].affects)
            .iter()
            .flat_map(|&outcome| self.compiled.lacks(outcome as usize, false, falls_back))
            .collect();
        lacks.sort();
        lacks.dedup();
        lacks
    }

    /// The day by which an ask is needed, and by how many working days that may be off either way.
    pub(super) fn needed_by(&self, ask: u32) -> (NeededBy, Option<u32>) {
        if self.settled(ask) {
            return (NeededBy::NotNeeded, None);
        }
        let lacks = self.gate_lacks(ask, false);
        if !lacks.is_empty() {
            return (NeededBy::TooLittleData(lacks), None);
        }
        let Some(needed) = self.program().needed_by(ask, self.options.seed) else {
            return (NeededBy::NoDue, None);
        };
        // What falls on a morning exactly had to be there the day before: due on the 10th, with nothing to do after it, is
        // not needed by the 11th.
        let day =
            |moment: f64| if moment >= 1.0 && moment.fract() == 0.0 { moment - 1.0 } else { moment.floor() };
        let off = (day(needed.at) - day(needed.from)).max(day(needed.to) - day(needed.at)).max(0.0);
        let answer = if needed.at < 0.0 {
            NeededBy::Passed { working_days: (-needed.at).ceil().min(f64::from(u32::MAX)) as u32 }
        } else {
            NeededBy::On(self.program().calendar.date_of(day(needed.at)))
        };
        (answer, Some(off.min(f64::from(u32::MAX)) as u32))
    }

    pub(super) fn decide_by_answer(&self, ask: u32) -> DecideBy {
        let program = self.program();
        if self.settled(ask) {
            return DecideBy::NotNeeded;
        }
        let running = program.chain(ask).any(|entry| {
            matches!(
                program.fallbacks[entry as usize].progress,
                FallbackProgress::Running { .. } | FallbackProgress::Live { .. }
            )
        });
        if running {
            return DecideBy::Taken;
        }
        if program.self_reliant(ask, 0).is_none() {
            return DecideBy::NoFallback;
        }
        let lacks = self.gate_lacks(ask, true);
        if !lacks.is_empty() {
            return DecideBy::TooLittleData(lacks);
        }
        match self.decide_by(ask).0 {
            policy::DecideBy::Morning(morning) => DecideBy::On(program.calendar.date_of(f64::from(morning))),
            policy::DecideBy::TooLate(days) => {
                DecideBy::TooLate { weeks: days.map(|days| f64::from(days) / 7.0) }
            }
            policy::DecideBy::NoDue => DecideBy::NoDue,
            policy::DecideBy::NoFallback => DecideBy::NoFallback,
        }
    }

    /// The start of the first self-reliant fallback with the highest expected net value.
    ///
    /// First every fifth morning up to a quarter after the last due date, then each morning around the best of those,
    /// all on the same trials.
    ///
    /// With it what it would be worth to know, before a start is chosen, whether and when the ask lands.
    pub(super) fn best_start(&self, ask: u32, planned: &Scenario, moments: &[f64]) -> (BestStart, Certainty) {
        let program = self.program();
        let nothing = (BestStart::Nothing, Certainty::Nothing);
        match self.decide_by_answer(ask) {
            DecideBy::NotNeeded | DecideBy::Taken | DecideBy::NoFallback => return nothing,
            DecideBy::TooLittleData(lacks) => {
                return (BestStart::TooLittleData(lacks.clone()), Certainty::TooLittleData(lacks));
            }
            DecideBy::On(_) | DecideBy::TooLate { .. } | DecideBy::NoDue => {}
        }
        let spec = &program.asks[ask as usize];
        // It never lands, so its fallback starts at as-of under every policy but wait: there is no start to choose.
        if spec.dead {
            return nothing;
        }
        let Some(entry) = program.self_reliant(ask, 0) else { return nothing };
        let valued = |outcome: &u32| {
            let facts = &self.compiled.outcomes[*outcome as usize];
            facts.valued || facts.costs_late
        };
        if !program.list(spec.affects).iter().any(valued) {
            return (BestStart::NoValue, Certainty::NoValue);
        }
        let hedge = moments[(spec.chain_first + entry) as usize];
        let last_due = program
            .list(spec.affects)
            .iter()
            .filter_map(|&outcome| program.outcomes[outcome as usize].due)
            .max()
            .unwrap_or(0);
        let last = program.calendar.end(last_due.max(0) + 91).min(planned.horizon);
        let trials = self.options.search_trials;
        let run = |starts: &[f64], trials: u64| {
            Curve::run(program, planned, ask, entry, starts, self.options.seed, trials)
        };
        let mut starts: Vec<f64> = (0..last.max(0.0) as u32).step_by(5).map(f64::from).collect();
        if starts.is_empty() {
            starts.push(0.0);
        }
        // Few trials show where to look, more what to say; both are compared trial by trial, so that few are enough.
        let first = run(&starts, (trials / 8).max(1));
        let around = first.starts[first.highest()];
        let latest = first.starts[first.best()].min(last);
        let mut more: Vec<f64> = (-4..=4).map(|step| around + f64::from(step)).collect();
        more.extend((1..4).map(|step| latest + f64::from(step)));
        more.retain(|start| *start >= 0.0 && *start < last);
        more.extend(
            starts
                .iter()
                .enumerate()
                .filter(|(step, start)| step % 3 == 0 || **start <= hedge)
                .map(|it| it.1),
        );
        // What it is measured against: the start at decide-by, and none at all.
        more.extend([hedge, f64::INFINITY]);
        more.sort_by(f64::total_cmp);
        more.dedup();
        let curve = run(&more, (trials / 2).max(1));
        let (highest, best) = (curve.highest(), curve.best());
        let against =
            curve.starts.iter().position(|start| start.to_bits() == hedge.to_bits()).unwrap_or(best);
        let date = |start: f64| program.calendar.date_of(start);
        let gain = amount_of(curve.difference(best, against));
        let shown = (0..curve.starts.len()).filter(|&start| curve.starts[start].is_finite());
        let points = shown.map(|start| Start {
            date: date(curve.starts[start]),
            net: amount_of(curve.net(start)),
            behind_best: amount_of(curve.difference(start, highest)),
            on_time: (!program.dated(ask).is_empty()).then(|| Chance::of(curve.on_time[start], curve.trials)),
        });
        let points = points.collect();
        let trials = curve.trials;
        let certainty = Certainty::Worth { amount: amount_of(curve.certainty()), trials };
        if curve.starts[best].is_infinite() {
            return (BestStart::Never { gain, curve: points, trials }, certainty);
        }
        let before_decide_by = curve.starts[best] < hedge;
        let date = date(curve.starts[best]);
        (BestStart::On { date, gain, before_decide_by, curve: points, trials }, certainty)
    }
}
