//! What is kept of trials: whole numbers only, so that tallies merge in any order to the same bytes.

use crate::draw::Draws;
use crate::log::Silence;
use crate::program::{Program, Source};
use crate::rows::{Books, NEVER};
use crate::scenario::{Scenario, Scope};
use crate::trial::Simulator;
use rayon::prelude::*;
use std::ops::Range;

/// Trials in a chunk: the unit of work of a thread.
const CHUNK: u64 = 250;

/// How often something came on each working day, and how often never.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Histogram {
    /// Count per working day from as-of, as far as anything was seen.
    pub(crate) days: Vec<u64>,
    pub(crate) never: u64,
}

impl Histogram {
    pub(crate) fn add(&mut self, moment: f64) {
        if moment.is_finite() {
            let day = moment as usize;
            if day >= self.days.len() {
                self.days.resize(day + 1, 0);
            }
            self.days[day] += 1;
        } else {
            self.never += 1;
        }
    }

    pub(crate) fn merge(&mut self, other: &Histogram) {
        if other.days.len() > self.days.len() {
            self.days.resize(other.days.len(), 0);
        }
        for (mine, theirs) in self.days.iter_mut().zip(&other.days) {
            *mine += theirs;
        }
        self.never += other.never;
    }

    /// The same with everything from working day `end` on counted as never.
    pub(crate) fn up_to(&self, end: usize) -> Histogram {
        let kept = end.min(self.days.len());
        let beyond: u64 = self.days[kept..].iter().sum();
        Histogram { days: self.days[..kept].to_vec(), never: self.never + beyond }
    }

    pub(crate) fn trials(&self) -> u64 {
        self.days.iter().sum::<u64>() + self.never
    }

    /// The first working day by which a share `p` of all trials came; `None` where that share never comes.
    pub(crate) fn quantile(&self, p: f64) -> Option<usize> {
        let wanted = p * self.trials() as f64;
        let mut seen = 0;
        self.days.iter().position(|&count| {
            seen += count;
            seen > 0 && seen as f64 >= wanted
        })
    }

    /// The working day of the `rank`-th to come, from 1; `None` where it never comes. Nothing comes before day 0.
    pub(crate) fn order_statistic(&self, rank: u64) -> Option<usize> {
        if rank == 0 {
            return Some(0);
        }
        let mut seen = 0;
        self.days.iter().position(|&count| {
            seen += count;
            seen >= rank
        })
    }

    /// How many came before moment `end`, a whole number of working days.
    pub(crate) fn before(&self, end: f64) -> u64 {
        self.days.iter().take(end.max(0.0) as usize).sum()
    }
}

/// Sums of a quantity over trials, in hundredths, with the sum of squares for its standard error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sum {
    sum: i128,
    squares: i128,
}

impl Sum {
    pub(crate) fn add(&mut self, x: f64) {
        // Far beyond any budget; keeps the squares of a mistyped value from overflowing.
        let x = (x.clamp(-1e13, 1e13) * 100.0).round() as i128;
        self.sum += x;
        self.squares = self.squares.saturating_add(x * x);
    }

    pub(crate) fn merge(&mut self, other: Sum) {
        self.sum += other.sum;
        self.squares = self.squares.saturating_add(other.squares);
    }

    pub(crate) fn mean(&self, trials: u64) -> f64 {
        self.sum as f64 / trials.max(1) as f64 / 100.0
    }

    /// The standard error of the mean.
    pub(crate) fn error(&self, trials: u64) -> f64 {
        let n = trials.max(1) as f64;
        let mean = self.sum as f64 / n;
        let variance = (self.squares as f64 / n - mean * mean).max(0.0);
        (variance / n).sqrt() / 100.0
    }
}

/// Money and effort of one plan over the trials of one scenario.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Account {
    /// Value accrued to the horizons.
    pub(crate) value: Sum,
    /// Value less people, prices, fees and the cost of being late.
    pub(crate) net: Sum,
    /// The same, less that of the first scenario in the same trial.
    pub(crate) gain: Sum,
    /// Person-days spent by the plan's own people.
    pub(crate) days: Sum,
}

/// What one scenario's trials came to, for the plans in view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) trials: u64,
    /// Per outcome in view.
    pub(crate) live: Vec<Histogram>,
    /// Per ask in view.
    pub(crate) landed: Vec<Histogram>,
    /// Per ask in view, the trials in which an outcome of its plan waited for it.
    pub(crate) waited: Vec<u64>,
    /// Per plan in view.
    pub(crate) accounts: Vec<Account>,
    /// All plans beside those in view that were simulated.
    pub(crate) elsewhere: Account,
    /// Per fallback of the program, the trials in which it was taken.
    pub(crate) taken: Vec<u64>,
    /// Per team, the trials in which nothing was left to start anything with.
    pub(crate) starved: Vec<u64>,
}

impl Tally {
    fn new(program: &Program, view: &View) -> Tally {
        Tally {
            trials: 0,
            live: vec![Histogram::default(); view.outcomes.len()],
            landed: vec![Histogram::default(); view.asks.len()],
            waited: vec![0; view.asks.len()],
            accounts: vec![Account::default(); view.plans.len()],
            elsewhere: Account::default(),
            taken: vec![0; program.fallbacks.len()],
            starved: vec![0; program.teams.len()],
        }
    }

    /// The tally of trials that were kept one by one.
    pub(crate) fn of_rows<'r>(trials: u64, live: impl Iterator<Item = &'r [u32]>, books: &[Books]) -> Tally {
        let histogram = |days: &[u32]| {
            let mut histogram = Histogram::default();
            for &day in days {
                histogram.add(if day == NEVER { f64::INFINITY } else { f64::from(day) });
            }
            histogram
        };
        let mut account = Account::default();
        for books in books {
            account.value.add(books.value);
            account.net.add(books.net);
            account.gain.add(0.0);
            account.days.add(books.days);
        }
        Tally { trials, live: live.map(histogram).collect(), accounts: vec![account], ..Tally::default() }
    }

    fn add(
        &mut self,
        view: &View,
        simulator: &Simulator<'_>,
        scope: &Scope,
        base: &mut [f64],
        marks: &mut [bool],
        first: bool,
    ) {
        self.trials += 1;
        for (histogram, &outcome) in self.live.iter_mut().zip(&view.outcomes) {
            histogram.add(simulator.outcomes[outcome as usize].live);
        }
        if !view.asks.is_empty() {
            marks.fill(false);
            for &outcome in &view.outcomes {
                simulator.waited_for(outcome, |ask| marks[ask as usize] = true);
            }
        }
        for (index, &ask) in view.asks.iter().enumerate() {
            self.landed[index].add(landing_day(simulator, ask));
            self.waited[index] += u64::from(marks[ask as usize]);
        }
        // Beyond the scope the simulator still holds what an earlier scenario left there.
        for fallback in scope.fallbacks.iter().map(|&index| index as usize) {
            self.taken[fallback] += u64::from(simulator.fallbacks[fallback].taken);
        }
        for team in scope.teams.iter().map(|&index| index as usize) {
            self.starved[team] += u64::from(simulator.teams[team].starved);
        }
        for (index, &plan) in view.plans.iter().enumerate() {
            let (value, days, net) = books(simulator, plan);
            if first {
                base[index] = net;
            }
            let account = &mut self.accounts[index];
            account.value.add(value);
            account.net.add(net);
            account.gain.add(net - base[index]);
            account.days.add(days);
        }
        let (mut value, mut days, mut net) = (0.0, 0.0, 0.0);
        for &plan in &view.elsewhere {
            let books = books(simulator, plan);
            (value, days, net) = (value + books.0, days + books.1, net + books.2);
        }
        let last = view.plans.len();
        if first {
            base[last] = net;
        }
        self.elsewhere.value.add(value);
        self.elsewhere.net.add(net);
        self.elsewhere.gain.add(net - base[last]);
        self.elsewhere.days.add(days);
    }

    pub(crate) fn merge(mut self, other: &Tally) -> Tally {
        self.trials += other.trials;
        for (mine, theirs) in self.live.iter_mut().zip(&other.live) {
            mine.merge(theirs);
        }
        for (mine, theirs) in self.landed.iter_mut().zip(&other.landed) {
            mine.merge(theirs);
        }
        let counts = |mine: &mut [u64], theirs: &[u64]| {
            for (mine, theirs) in mine.iter_mut().zip(theirs) {
                *mine += theirs;
            }
        };
        counts(&mut self.waited, &other.waited);
        counts(&mut self.taken, &other.taken);
        counts(&mut self.starved, &other.starved);
        for (mine, theirs) in self.accounts.iter_mut().zip(&other.accounts) {
            mine.merge(theirs);
        }
        self.elsewhere.merge(&other.elsewhere);
        self
    }
}

impl Account {
    fn merge(&mut self, other: &Account) {
        self.value.merge(other.value);
        self.net.merge(other.net);
        self.gain.merge(other.gain);
        self.days.merge(other.days);
    }
}

/// The moment that falls in the day on which an ask landed: what lands on a date counts from the next morning.
pub(crate) fn landing_day(simulator: &Simulator<'_>, ask: u32) -> f64 {
    let moment = simulator.asks[ask as usize].landed;
    let landing = simulator.program.asks[ask as usize].landing;
    let dated =
        matches!(simulator.program.landings[landing as usize].source, Source::Chance { .. } | Source::At(_));
    if dated && moment.fract() == 0.0 { (moment - 0.5).max(0.0) } else { moment }
}

/// Value, person-days and net value of a plan in the trial just run.
pub(crate) fn books(simulator: &Simulator<'_>, plan: u32) -> (f64, f64, f64) {
    let program = simulator.program;
    let spec = &program.plans[plan as usize];
    let (mut value, mut late) = (0.0, 0.0);
    for &outcome in program.list(spec.outcomes) {
        value += simulator.outcomes[outcome as usize].days * program.outcomes[outcome as usize].value;
        late += simulator.late_cost(outcome);
    }
    let days = simulator.plans[plan as usize].spent;
    let weeks = days / program.calendar.week().days().max(1.0);
    (value, days, value - late - simulator.plans[plan as usize].paid - weeks * spec.person_week)
}

/// What is kept of the trials: these plans, their outcomes and their asks.
#[derive(Clone, Debug, Default)]
pub(crate) struct View {
    pub(crate) plans: Vec<u32>,
    pub(crate) outcomes: Vec<u32>,
    pub(crate) asks: Vec<u32>,
    /// Plans of which only the sum of their money is kept.
    pub(crate) elsewhere: Vec<u32>,
}

impl View {
    pub(crate) fn of(program: &Program, plans: impl IntoIterator<Item = u32>) -> View {
        let mut view = View::default();
        for plan in plans {
            let spec = &program.plans[plan as usize];
            view.outcomes.extend(program.list(spec.outcomes));
            view.asks.extend(program.list(spec.asks));
            view.plans.push(plan);
        }
        view
    }
}

/// Runs every scenario on the first `trials` trials, the same for all; see [`tally_range`].
pub(crate) fn tally(
    program: &Program,
    scenarios: &[Scenario],
    view: &View,
    seed: u64,
    trials: u64,
) -> Vec<Tally> {
    tally_range(program, scenarios, view, seed, 0..trials)
}

/// Runs every scenario on the same trials (common random numbers) and tallies each; scenarios that are the same are run
/// once. Tallies of ranges that do not overlap merge to the tally of them all.
pub(crate) fn tally_range(
    program: &Program,
    scenarios: &[Scenario],
    view: &View,
    seed: u64,
    trials: Range<u64>,
) -> Vec<Tally> {
    let first_like = |scenario: &Scenario| scenarios.iter().position(|other| other == scenario);
    let places: Vec<usize> = scenarios.iter().filter_map(first_like).collect();
    let mut distinct = places.clone();
    distinct.sort_unstable();
    distinct.dedup();
    let empty = || vec![Tally::new(program, view); distinct.len()];
    let chunk = |chunk: u64| {
        let mut simulator = Simulator::new(program);
        let mut tallies = empty();
        let mut base = vec![0.0; view.plans.len() + 1];
        let mut marks = vec![false; program.asks.len()];
        let first = trials.start + chunk * CHUNK;
        for trial in first..(first + CHUNK).min(trials.end) {
            for (index, (&scenario, tally)) in distinct.iter().zip(&mut tallies).enumerate() {
                let scenario = &scenarios[scenario];
                simulator.run(scenario, Draws::new(seed, trial), &mut Silence);
                tally.add(view, &simulator, &scenario.scope, &mut base, &mut marks, index == 0);
            }
        }
        tallies
    };
    let merge = |mine: Vec<Tally>, theirs: Vec<Tally>| {
        mine.into_iter().zip(&theirs).map(|(mine, theirs)| mine.merge(theirs)).collect()
    };
    let chunks = (trials.end.saturating_sub(trials.start)).div_ceil(CHUNK);
    let tallies = (0..chunks).into_par_iter().map(chunk).reduce(empty, merge);
    let of = |place: &usize| distinct.iter().position(|scenario| scenario == place);
    places.iter().filter_map(of).map(|index| tallies[index].clone()).collect()
}
