//! Each way on, run whole on the same random numbers.

use super::reckoning::{Reckoning, mean};
use super::{Route, Unit, Way, WayOn};
use kedge_forecast::{Amount, Course, CourseTrials, Forecaster, Quantity};
use kedge_model::{Ask, Change, Effort, Fallback, FallbackKind, Money, Organisation, Slug};
use std::sync::Arc;

/// The ways on with what each came to, trial by trial.
pub(crate) struct Weighed {
    pub(crate) ways: Vec<WayOn>,
    /// One for each way; `None` where it cannot be run.
    pub(crate) trials: Vec<Option<CourseTrials>>,
    /// The plan as it is.
    pub(crate) planned: CourseTrials,
}

/// How the ways are run.
#[derive(Clone, Copy)]
pub(super) struct Runs<'r> {
    /// In how many trials.
    pub(super) trials: u64,
    /// As if in so many: errors are told as they would be then.
    pub(super) as_if: u64,
    /// Only these ways, by their places; all of them where absent.
    pub(super) only: Option<&'r [usize]>,
}

/// Runs the ways and fills in what they come to. `None` for an ask that is not there, or whose plan is closed.
pub(super) fn weigh(forecaster: &Forecaster, ask: &Ask, ways: Vec<WayOn>, runs: Runs<'_>) -> Option<Weighed> {
    let is_run = |at: usize| runs.only.is_none_or(|only| only.contains(&at));
    let mut courses: Vec<Option<Course>> = vec![None];
    courses.extend(ways.iter().enumerate().filter(|(at, _)| is_run(*at)).filter_map(|(_, way)| here(way)));
    let mut run = forecaster.side_by_side(&ask.id, &courses, runs.trials)?.into_iter();
    let planned = run.next()?;
    let mut of_ways: Vec<Option<CourseTrials>> = Vec::new();
    for (at, way) in ways.iter().enumerate() {
        of_ways.push(if !is_run(at) {
            None
        } else if here(way).is_some() {
            run.next()
        } else {
            supposed(forecaster, ask, way).and_then(|(changes, course)| {
                let supposing = forecaster.supposing_about(&ask.id, &changes).ok()?;
                supposing.side_by_side(&ask.id, &[course], runs.trials)?.pop()
            })
        });
    }
    let mut weighed = Weighed { ways, trials: of_ways, planned };
    let narrower = (runs.trials as f64 / runs.as_if.max(1) as f64).sqrt();
    for (way, trials) in weighed.ways.iter_mut().zip(&weighed.trials) {
        match trials {
            Some(trials) => take(way, trials, &weighed.planned, narrower),
            None => forget(way),
        }
    }
    Some(weighed)
}

/// The course of a way that needs nothing supposed; the outer `None` for the others, the inner for the plan as it is.
#[allow(clippy::option_option)] // Two different things are not there.
fn here(way: &WayOn) -> Option<Option<Course>> {
    if way.as_planned {
        return Some(None);
    }
    match &way.way {
        Way::Start { entry, on, .. } => Some(Some(Course::Start { fallback: *entry, on: *on })),
        Way::Hedge { entry, .. } => Some(Some(Course::AtDecideBy { fallback: *entry })),
        Way::GoOn { .. } | Way::AsPlanned => Some(None),
        Way::Wait => Some(Some(Course::Wait)),
        Way::Drop => Some(Some(Course::Drop)),
        Way::SelfService { .. }
        | Way::Unplanned { .. }
        | Way::TaskForce { .. }
        | Way::Raise
        | Way::AcceptOffer => None,
    }
}

/// What has to be supposed for a way that the plan does not name, and its course then; `None` where too little is known.
fn supposed(forecaster: &Forecaster, ask: &Ask, way: &WayOn) -> Option<(Vec<Change>, Option<Course>)> {
    let organisation = forecaster.organisation();
    let on = forecaster.options().as_of;
    let first = |fallback: Fallback| {
        let mut with = ask.clone();
        with.fallbacks.insert(0, fallback);
        (vec![change(with)], Some(Course::Start { fallback: 0, on }))
    };
    match &way.way {
        Way::SelfService { service } => {
            let effort = self_service_effort(organisation, service)?;
            let id = name_of(ask, "self-service")?;
            Some(first(Fallback { create: Some(effort), ..Fallback::new(id, FallbackKind::Hack) }))
        }
        Way::Raise => {
            ask.effort.as_ref()?;
            Some(first(Fallback::new(name_of(ask, "raise")?, FallbackKind::Escalate { with: None })))
        }
        Way::AcceptOffer => {
            let mut accepted = ask.clone();
            accepted.accepted = Some(on);
            Some((vec![change(accepted)], None))
        }
        _ => None,
    }
}

pub(super) fn change(ask: Ask) -> Change {
    Change::from(kedge_model::Fact::Ask(Arc::new(ask)))
}

/// A name that no fallback of the ask has.
fn name_of(ask: &Ask, name: &str) -> Option<Slug> {
    let taken = |slug: &Slug| ask.fallbacks.iter().any(|fallback| &fallback.id == slug);
    let mut names = std::iter::once(name.to_owned()).chain((2..).map(|number| format!("{name}-{number}")));
    names.find_map(|name| name.parse::<Slug>().ok().filter(|slug| !taken(slug)))
}

/// What using a self-service takes, where it says.
pub(super) fn self_service_effort(
    organisation: &Organisation,
    service: &kedge_model::Reference,
) -> Option<Effort> {
    organisation.team(&service.team)?.self_services.get(&service.id)?.effort.clone()
}

fn take(way: &mut WayOn, trials: &CourseTrials, planned: &CourseTrials, narrower: f64) {
    way.on_time = trials.chance_on_time();
    let weeks = mean(&trials.person_weeks);
    way.person_weeks = Some(Quantity { mean: weeks, error: error(&trials.person_weeks) });
    if trials.basis.is_some() || planned.basis.is_some() {
        (way.reckoning, way.net, way.against_plan, way.elsewhere) = (None, None, None, None);
        return;
    }
    let reckoning = Reckoning::of(trials);
    let base = Reckoning::of(planned);
    let count = trials.trials();
    let nets: Vec<f64> = (0..count).map(|trial| trials.net(trial)).collect();
    let gains: Vec<f64> = nets.iter().enumerate().map(|(trial, net)| net - planned.net(trial)).collect();
    let elsewhere: Vec<f64> =
        trials.elsewhere.iter().zip(&planned.elsewhere).map(|(with, without)| with - without).collect();
    let amount =
        |mean: Money, column: &[f64]| Some(Amount { mean, error: Money::new(error(column) * narrower) });
    way.net = amount(reckoning.net, &nets);
    way.against_plan = amount(reckoning.net - base.net, &gains);
    way.elsewhere = amount(Money::new(mean(&elsewhere)), &elsewhere);
    way.reckoning = Some(reckoning);
}

fn forget(way: &mut WayOn) {
    (way.on_time, way.person_weeks) = (None, None);
    (way.reckoning, way.net, way.against_plan, way.elsewhere) = (None, None, None, None);
}

/// The standard error of the mean.
pub(super) fn error(column: &[f64]) -> f64 {
    let middle = mean(column);
    let count = column.len().max(1) as f64;
    (column.iter().map(|x| (x - middle).powi(2)).sum::<f64>() / count / count).sqrt()
}

impl Runs<'static> {
    /// In full: what is shown.
    pub(super) fn full(forecaster: &Forecaster) -> Self {
        let trials = forecaster.options().trials;
        Runs { trials, as_if: trials, only: None }
    }
}

impl Weighed {
    /// The unit in which the net values are printed.
    pub(super) fn unit(&self) -> Unit {
        let sizes = self.ways.iter().filter_map(|way| way.net).map(|net| net.mean.amount().abs());
        Unit::for_size(sizes.fold(0.0, f64::max))
    }

    /// Puts ways that come to the same in every trial into one row, that of the plan as it is first of all; a plan that no
    /// row stands for gets one. `probably` is the row that it probably is.
    pub(super) fn fold(&mut self, probably: Option<usize>) {
        let is_plan = |at: &usize| self.trials.get(*at).is_some_and(|it| it.as_ref() == Some(&self.planned));
        let possible = |at: &usize| self.ways.get(*at).is_some_and(|way| way.ruled_out.is_none());
        let all = 0..self.ways.len();
        let planned = probably
            .filter(is_plan)
            .or_else(|| all.clone().find(|at| possible(at) && is_plan(at)))
            .or_else(|| all.clone().find(is_plan));
        let planned = planned.unwrap_or_else(|| {
            let at = self.ways.iter().position(|way| way.route >= Route::Wait).unwrap_or(self.ways.len());
            self.ways.insert(at, WayOn::plain(Route::Wait, Way::AsPlanned, "Go on as planned".into()));
            self.trials.insert(at, Some(self.planned.clone()));
            at
        });
        for (at, way) in self.ways.iter_mut().enumerate() {
            way.as_planned = at == planned;
        }
        let way = &mut self.ways[planned];
        take(way, &self.planned, &self.planned, 1.0);
        self.trials[planned] = Some(self.planned.clone());
        // Then the first of each kind.
        let mut order: Vec<usize> = (0..self.ways.len()).collect();
        order.sort_by_key(|&at| at != planned);
        let mut kept: Vec<usize> = Vec::new();
        let mut folded: Vec<(usize, usize)> = Vec::new();
        for at in order {
            let foldable = |at: usize| {
                self.ways[at].ruled_out.is_none()
                    && !matches!(self.ways[at].way, Way::Drop)
                    && self.trials[at].is_some()
            };
            let like = kept
                .iter()
                .copied()
                .find(|&first| foldable(first) && foldable(at) && self.trials[first] == self.trials[at]);
            match like {
                Some(first) => folded.push((first, at)),
                None => kept.push(at),
            }
        }
        for &(first, at) in &folded {
            let what = self.ways[at].what.clone();
            self.ways[first].same.push(what);
        }
        let mut at = 0;
        let stays = |place: usize| !folded.iter().any(|&(_, gone)| gone == place);
        self.ways.retain(|_| {
            at += 1;
            stays(at - 1)
        });
        at = 0;
        self.trials.retain(|_| {
            at += 1;
            stays(at - 1)
        });
    }
}
