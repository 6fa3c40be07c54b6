//! A team's people over time, as the trial needs them: stages, and the times in which nobody is there.
//!
//! A trial is told of each stage when it comes; it then changes how many people are free, and the pace and the load of
//! what starts from then on. Nobody drops what they hold: people who leave finish it, so that for a while more people
//! may be at work than the team has. Only where nobody at all is there (a holiday, an absence of the whole team, a task
//! force past its end) does time stand still for what runs; such times are known before a trial begins, so that the end
//! of an item is exact when it starts.

use crate::calendar::Calendar;
use crate::draft::DraftTeam;
use crate::program::Program;

/// Working days, less than a hundredth of a second: what rounding may add to the length of an item. What ends as its
/// people go is done; it does not wait for them to come back.
const HAIR: f64 = 1e-9;

/// A team's people from a moment on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Stage {
    pub(crate) at: f64,
    /// Servers of its queue; `u32::MAX` where nobody says.
    pub(crate) servers: u32,
    /// Person-days of effort that one server does in a working day. Where nobody is there, of the stage that follows.
    pub(crate) pace: f64,
    /// What one unit of load (a person's time) takes from `pace`: 1 / servers, 0 where nobody says.
    pub(crate) per_load: f64,
}

/// The stages of a team and the times in which nobody of it works.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Stages {
    pub(crate) stages: Vec<Stage>,
    pub(crate) closed: Vec<(f64, f64)>,
}

impl Stages {
    /// The stages of a team; the first is that of the as-of morning.
    pub(crate) fn of(team: &DraftTeam, calendar: &Calendar) -> Stages {
        let focus = team.focus.max(0.0);
        let Some(people) = team.people else {
            let stage = Stage { at: 0.0, servers: u32::MAX, pace: focus, per_load: 0.0 };
            return Stages { stages: vec![stage], closed: Vec::new() };
        };
        let steps = steps(people, &team.changes, calendar);
        let mut closed = Vec::new();
        for (index, &(at, people)) in steps.iter().enumerate() {
            if people == 0.0 {
                closed.push((at, steps.get(index + 1).map_or(f64::INFINITY, |next| next.0)));
            }
        }
        let mut stages: Vec<Stage> = steps
            .iter()
            .map(|&(at, people)| {
                let servers = people.ceil();
                Stage {
                    at,
                    servers: servers as u32,
                    // Half a person is a person half of whose days are here.
                    pace: if servers > 0.0 { focus * people / servers } else { 0.0 },
                    per_load: if servers > 0.0 { 1.0 / servers } else { 0.0 },
                }
            })
            .collect();
        // What runs into a time without anybody goes on afterwards, at the pace of then.
        for index in (1..stages.len()).rev() {
            if stages[index - 1].servers == 0 {
                (stages[index - 1].pace, stages[index - 1].per_load) =
                    (stages[index].pace, stages[index].per_load);
            }
        }
        Stages { stages, closed }
    }

    /// The most people there are at any time.
    pub(crate) fn most(&self) -> u32 {
        self.stages.iter().map(|stage| stage.servers).max().unwrap_or(0)
    }
}

/// From which moment on how many people there are; the first from as-of.
fn steps(people: f64, changes: &[(i32, f64)], calendar: &Calendar) -> Vec<(f64, f64)> {
    let mut steps = vec![(0.0, people.max(0.0))];
    let mut changes = changes.to_vec();
    changes.sort_by_key(|&(day, _)| day);
    for (day, people) in changes {
        let (at, people) = (calendar.morning(day), people.max(0.0));
        // Of several changes between two working days the last counts.
        while steps.len() > 1 && steps.last().is_some_and(|last| last.0 >= at) {
            steps.pop();
        }
        match steps.last_mut() {
            Some(last) if last.0 >= at => last.1 = people,
            // The same number once more, bit for bit: nothing changes.
            Some(last) if last.1.to_bits() == people.to_bits() => {}
            _ => steps.push((at, people)),
        }
    }
    steps
}

impl DraftTeam {
    /// Person-days from the as-of morning to a moment, `None` where nobody says how many people it has.
    pub(crate) fn person_days(&self, until: f64, calendar: &Calendar) -> Option<f64> {
        let steps = steps(self.people?, &self.changes, calendar);
        let ends = steps.iter().skip(1).map(|step| step.0).chain([until]);
        Some(steps.iter().zip(ends).map(|(step, end)| (end.min(until) - step.0).max(0.0) * step.1).sum())
    }
}

impl Program {
    /// The stages of a team after the first.
    pub(crate) fn stages(&self, team: u32) -> &[Stage] {
        let (first, length) = self.teams[team as usize].stages;
        &self.stages[first as usize..(first + length) as usize]
    }

    /// The stage of a team at a moment.
    pub(crate) fn stage_at(&self, team: u32, at: f64) -> Stage {
        let later = self.stages(team);
        let begun = later.partition_point(|stage| stage.at <= at);
        if begun == 0 { self.teams[team as usize].stage } else { later[begun - 1] }
    }

    fn closed(&self, team: u32) -> &[(f64, f64)] {
        let (first, length) = self.teams[team as usize].closed;
        &self.closed[first as usize..(first + length) as usize]
    }

    /// The moment at which the team has worked for `length` days, counted from the moment `at`.
    #[inline]
    pub(crate) fn worked_for(&self, team: u32, at: f64, length: f64) -> f64 {
        if self.teams[team as usize].closed.1 == 0 {
            return at + length;
        }
        let closed = self.closed(team);
        let (mut at, mut left) = (at, length);
        for &(from, to) in &closed[closed.partition_point(|&(_, to)| to <= at)..] {
            if at + left <= from {
                break;
            }
            if at + left <= from + HAIR {
                return from;
            }
            left -= (from - at).max(0.0);
            at = to;
        }
        at + left
    }

    /// The moment from which the team must work to have worked for `length` days by the moment `end`.
    pub(crate) fn worked_until(&self, team: u32, end: f64, length: f64) -> f64 {
        let (mut at, mut left) = (end, length);
        for &(from, to) in self.closed(team).iter().rev().filter(|closed| closed.0 < end) {
            if at - left >= to {
                break;
            }
            left -= (at - to).max(0.0);
            at = from;
        }
        at - left
    }

    /// For how many days the team worked between two moments.
    pub(crate) fn worked_between(&self, team: u32, from: f64, to: f64) -> f64 {
        let away = |&(begins, ends): &(f64, f64)| (ends.min(to) - begins.max(from)).max(0.0);
        let away: f64 = self.closed(team).iter().map(away).sum();
        if away > 0.0 { (to - from - away).max(0.0) } else { to - from }
    }
}
