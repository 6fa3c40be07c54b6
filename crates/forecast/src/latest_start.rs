//! The search for a decide-by: the latest start of a fallback that leaves enough trials on time.
//!
//! Whether a start leaves enough is a count over the first so many trials, in whatever order they are run. So they run in the
//! order in which the count is soonest settled: what a trial came to with other starts says what it will most likely come to
//! with this one. That is only the order: no trial is taken for run that was not.

use crate::policy::DecideBy;
use crate::program::Program;
use crate::scenario::Scenario;
use crate::tally::{View, tally};
use crate::trial::Simulator;
use std::collections::{BTreeMap, VecDeque};

/// What is kept between the starts that are looked at.
struct LatestStart<'p> {
    simulator: Simulator<'p>,
    ask: u32,
    entry: u32,
    /// The outcomes that must be on time, and the moment at which the last of them is late.
    dated: &'p [u32],
    latest: f64,
    confidence: f64,
    seed: u64,
    looked_at: BTreeMap<u32, Look>,
    /// Per trial, what other starts say of it.
    seen: Vec<Seen>,
}

/// What the trials of one start came to so far.
struct Look {
    scenario: Scenario,
    /// Whether a trial was run.
    ran: Vec<bool>,
    /// How many were.
    trials: u64,
    /// Per outcome, in how many it was late.
    late: Vec<u64>,
}

/// What is known of a trial from the starts that it was run with.
#[derive(Clone, Copy, Default)]
struct Seen {
    /// The latest start with which every outcome was on time, and by how many working days.
    on_time: Option<(u32, f64)>,
    /// The earliest start with which one was late.
    late: Option<u32>,
}

/// By how many working days a trial is late of which only that is known. It decides an order, and no answer.
const SOMEWHAT_LATE: f64 = 3.0;

/// So often a start is guessed. Where the start hardly matters a guess moves it by a day, and halving is quicker.
const GUESSES: u32 = 4;

impl Seen {
    /// Notes by how much the last outcome was on time with a start; `None` where one was late.
    fn note(&mut self, start: u32, margin: Option<f64>) {
        match margin {
            Some(margin) => {
                self.on_time =
                    Some(self.on_time.filter(|(latest, _)| *latest > start).unwrap_or((start, margin)));
            }
            None => self.late = Some(self.late.map_or(start, |late| late.min(start))),
        }
    }

    /// By how many working days it is likely to be on time with a start, as if a later start moved everything as far.
    fn likely_margin(&self, start: u32) -> f64 {
        let later = |other: u32| f64::from(start) - f64::from(other);
        match (self.late, self.on_time) {
            (Some(late), _) if late <= start => f64::NEG_INFINITY,
            (_, Some((on_time, margin))) => margin - later(on_time),
            (Some(late), None) => -later(late) - SOMEWHAT_LATE,
            (None, None) => 0.0,
        }
    }
}

/// Trials that are still to run with a start, those that are likely to be late first.
struct Ahead {
    /// Each with how much it is likely to be on time.
    trials: VecDeque<(f64, u64)>,
    /// How many of them are likely to be late.
    late: u64,
}

impl Ahead {
    fn of(look: &Look, seen: &[Seen], start: u32) -> Ahead {
        let to_run = (0..).zip(&look.ran).filter(|(_, ran)| !**ran).map(|(trial, _)| trial);
        let mut trials: Vec<(f64, u64)> =
            to_run.map(|trial: u64| (seen[trial as usize].likely_margin(start), trial)).collect();
        trials.sort_by(|(one, _), (other, _)| one.total_cmp(other));
        let late = trials.partition_point(|(margin, _)| *margin < 0.0) as u64;
        Ahead { trials: trials.into(), late }
    }

    /// The trial to run next, where so many more that are late decide it.
    fn next(&mut self, late: u64) -> Option<u64> {
        let (margin, trial) =
            if self.late >= late { self.trials.pop_front() } else { self.trials.pop_back() }?;
        self.late -= u64::from(margin < 0.0);
        Some(trial)
    }
}

impl LatestStart<'_> {
    /// Whether each outcome is on time in at least the share of confidence of the first `trials` trials; never asked about
    /// fewer of them than before. It stops at the trial from which on nothing can change that.
    fn meets(&mut self, start: u32, trials: u64) -> bool {
        let program = self.simulator.program;
        let look = self.looked_at.entry(start).or_insert_with(|| Look {
            scenario: program.decide_by_scenario(self.ask, self.entry, f64::from(start), self.latest),
            ran: Vec::new(),
            trials: 0,
            late: vec![0; self.dated.len()],
        });
        let wanted = (self.confidence * trials as f64).ceil() as u64;
        let allowed = trials.saturating_sub(wanted);
        look.ran.resize(trials as usize, false);
        if self.seen.len() < look.ran.len() {
            self.seen.resize(look.ran.len(), Seen::default());
        }
        let mut ahead = Ahead::of(look, &self.seen, start);
        loop {
            let most = look.late.iter().copied().max().unwrap_or(0);
            if most > allowed {
                return false;
            }
            if most + trials.saturating_sub(look.trials) <= allowed {
                return true;
            }
            let Some(trial) = ahead.next(allowed + 1 - most) else { return true };
            self.simulator.run_until_live(&look.scenario, self.dated, self.seed, trial);
            (look.ran[trial as usize], look.trials) = (true, look.trials + 1);
            let mut margin = f64::INFINITY;
            for (late, &outcome) in look.late.iter_mut().zip(self.dated) {
                let (state, spec) =
                    (&self.simulator.outcomes[outcome as usize], &program.outcomes[outcome as usize]);
                *late += u64::from(state.live >= spec.due_end);
                margin = margin.min(spec.due_end - state.live);
            }
            self.seen[trial as usize].note(start, Some(margin).filter(|margin| *margin > 0.0));
        }
    }

    /// The last morning before `last` on which a start meets the confidence in all of `trials`; `None` where none does.
    ///
    /// The chance falls as the start moves on. A quarter of the trials finds the place; then it steps from there with all of
    /// them.
    fn find(&mut self, last: u32, trials: u64) -> Option<u32> {
        let mut good = self.place(last, (trials / 4).max(1))?;
        if self.meets(good, trials) {
            while good + 1 < last && self.meets(good + 1, trials) {
                good += 1;
            }
            return Some(good);
        }
        (0..good).rev().find(|&earlier| self.meets(earlier, trials))
    }

    /// The last morning before `last` that meets it, or the first of all, as far as these trials say: between a start that meets
    /// it and one that misses, by a few guesses, each from the start before that met it, and by halving the stretch.
    fn place(&mut self, last: u32, trials: u64) -> Option<u32> {
        let mut good = last.checked_sub(1)?;
        if !self.meets(good, trials) {
            let (mut bad, mut guesses) = (std::mem::take(&mut good), GUESSES);
            let mut met = bad > 0 && self.meets(0, trials);
            let any = met;
            while any && bad - good > 1 {
                let start = if met && guesses > 0 {
                    guesses -= 1;
                    self.likely(trials).clamp(good + 1, bad - 1)
                } else {
                    u32::midpoint(good, bad)
                };
                met = self.meets(start, trials);
                if met { good = start } else { bad = start }
            }
        }
        Some(good)
    }

    /// The latest start that is likely to meet the confidence, by how much these trials were on time so far.
    fn likely(&self, trials: u64) -> u32 {
        let seen = &self.seen[..self.seen.len().min(trials as usize)];
        let latest = |seen: &Seen| match seen {
            Seen { on_time: Some((start, margin)), .. } => Some(f64::from(*start) + margin),
            Seen { late: Some(_), .. } => Some(0.0),
            Seen { .. } => None,
        };
        let mut starts: Vec<f64> = seen.iter().filter_map(latest).collect();
        starts.sort_by(f64::total_cmp);
        let late = ((1.0 - self.confidence) * starts.len() as f64) as usize;
        starts.get(late).map_or(0, |start| *start as u32)
    }
}

impl Program {
    /// A search that begins, and the morning before which it looks; `None` where nothing is due.
    fn search<'p>(
        &'p self,
        ask: u32,
        entry: u32,
        dated: &'p [u32],
        confidence: f64,
        seed: u64,
    ) -> Option<(LatestStart<'p>, u32)> {
        let ends = || dated.iter().map(|&outcome| self.outcomes[outcome as usize].due_end);
        let last = ends().reduce(f64::min)?;
        let search = LatestStart {
            simulator: Simulator::new(self),
            ask,
            entry,
            dated,
            // What comes after the last due date decides nothing.
            latest: ends().fold(0.0, f64::max),
            confidence,
            seed,
            looked_at: BTreeMap::new(),
            seen: Vec::new(),
        };
        Some((search, last.max(0.0) as u32))
    }

    /// At how many starts it looks until it has found the place, and at how many it may; `None` where nothing is due.
    #[cfg(test)]
    pub(crate) fn starts_looked_at(
        &self,
        ask: u32,
        entry: u32,
        seed: u64,
        trials: u64,
    ) -> Option<(usize, usize)> {
        let dated = self.dated(ask);
        let (mut search, last) = self.search(ask, entry, &dated, 0.8, seed)?;
        search.place(last, trials);
        // The last and the first, the guesses, and a stretch that is halved until nothing lies in between.
        let most = 2 + GUESSES + last.checked_ilog2().map_or(0, |halvings| halvings + 1);
        Some((search.looked_at.len(), most as usize))
    }

    /// The last morning on which this entry of the chain can start, taken to be accepted if it leans on somebody, and
    /// every dated outcome that the ask gates still meets the confidence.
    pub(crate) fn latest_start(
        &self,
        ask: u32,
        entry: u32,
        confidence: f64,
        seed: u64,
        trials: u64,
    ) -> DecideBy {
        let dated = self.dated(ask);
        let Some((mut search, last)) = self.search(ask, entry, &dated, confidence, seed) else {
            return DecideBy::NoDue;
        };
        if let Some(morning) = search.find(last, trials) {
            return DecideBy::Morning(morning);
        }
        let horizon = self.plans[self.asks[ask as usize].plan as usize].horizon;
        let scenario = self.decide_by_scenario(ask, entry, 0.0, horizon);
        let view = View { outcomes: dated.clone(), ..View::default() };
        let late = tally(self, &[scenario], &view, seed, trials)[0]
            .live
            .iter()
            .zip(&dated)
            .map(|(live, &outcome)| {
                let due = self.outcomes[outcome as usize].due.unwrap_or(0);
                live.quantile(confidence).map(|day| (self.calendar.day_of_index(day) - due).max(0) as u32)
            })
            .reduce(|a, b| a.zip(b).map(|(a, b)| a.max(b)));
        DecideBy::TooLate(late.flatten())
    }
}
