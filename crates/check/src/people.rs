//! People and priorities, as the rules on coordination and structure see them: whose teams these are, how many work in
//! them, and which initiatives are not over.

use crate::answers::Answers;
use kedge_model::{
    Ask, Calendar, Date, Effort, Initiative, OutcomeId, Person, TaskForce, Team, TeamId, TeamKind, Work,
};

/// Six weeks: about how long a task force lives, full time (rubick.com/task-forces).
pub(crate) const TASK_FORCE_WEEKS: f64 = 6.0;

impl Answers<'_> {
    /// The teams of the organisation itself that have a file, of those that are looked at: neither external ones nor those
    /// that are only named.
    pub(crate) fn own_teams(&self) -> impl Iterator<Item = &Team> {
        self.teams().filter_map(|team| self.known.team(team)).filter(|team| self.is_own(team))
    }

    fn is_own(&self, team: &Team) -> bool {
        !matches!(team.kind, TeamKind::External { .. }) && !self.known.assumed_teams().contains(&team.id)
    }

    /// Whether the outcome is still to come; one that is not there may be.
    pub(crate) fn is_to_come(&self, outcome: &OutcomeId) -> bool {
        self.known.outcome(outcome).is_none_or(|outcome| {
            outcome.live.is_none() && outcome.dropped.is_none() && self.is_current(&outcome.plan)
        })
    }

    /// The initiatives that have something to come, by name.
    pub(crate) fn open_initiatives(&self) -> impl Iterator<Item = &Initiative> {
        self.known.initiatives().filter(|it| it.outcomes.iter().any(|outcome| self.is_to_come(outcome)))
    }

    /// Those of [`Answers::open_initiatives`] that the council ranks, in its order.
    pub(crate) fn ranked_initiatives(&self) -> Vec<&Initiative> {
        let mut ranked: Vec<(usize, &Initiative)> = self
            .open_initiatives()
            .filter_map(|it| Some((self.known.council_rank(it.id.reference())?, it)))
            .collect();
        ranked.sort_by_key(|(place, _)| *place);
        ranked.into_iter().map(|(_, it)| it).collect()
    }

    /// The asks to one team that are in play and not refused, whoever asks, by name.
    pub(crate) fn wanted_of<'b>(&'b self, team: &TeamId) -> impl Iterator<Item = &'b Ask> {
        self.in_play_to(team).filter(|ask| !self.known.is_dead(ask, self.as_of))
    }

    /// The rank of the council as a line, with something more at its end.
    pub(crate) fn council_rank_with(&self, more: &str) -> String {
        let council = TeamId::council();
        let ranked = self.known.council().rank.iter().map(|it| it.short_for(&council));
        let names: Vec<String> =
            ranked.chain([more.to_owned()]).map(|it| crate::answers::quoted(&it)).collect();
        format!("rank = [{}]", names.join(", "))
    }

    fn calendar(&self) -> &Calendar {
        &self.known.settings().calendar
    }

    /// What an effort rarely exceeds, in working weeks: its P90, the most, the longest of a history. Of a lone median the
    /// organisation's `spread` makes one.
    pub(crate) fn rarely_over(&self, effort: &Effort) -> f64 {
        let days = |time: &kedge_model::WorkTime| time.days(self.calendar()).0;
        let at_most = match effort {
            Effort::Median(p50) => days(p50) * self.known.settings().spread,
            Effort::Quantiles { p90, .. } => days(p90),
            Effort::Range { most, .. } => days(most),
            Effort::History(past) => past.iter().map(days).fold(0.0, f64::max),
        };
        at_most / self.calendar().days_a_week()
    }

    /// What is left of an item in working days, as a mean: nothing of what is done or dropped; `None` where no effort is
    /// stated.
    pub(crate) fn days_left(&self, work: &Work) -> Option<f64> {
        kedge_decide::days_left(work, self.known.settings()).map(|days| days.0)
    }

    /// The mean of an effort in working days.
    pub(crate) fn mean_days(&self, effort: &Effort) -> f64 {
        kedge_decide::mean_days(effort, self.known.settings()).0
    }
}

/// The task forces, each with what it must say.
pub(crate) fn task_forces<'a>(answers: &'a Answers<'_>) -> impl Iterator<Item = (&'a Team, &'a TaskForce)> {
    answers.own_teams().filter_map(|team| match &team.kind {
        TeamKind::TaskForce(force) => Some((team, force)),
        _ => None,
    })
}

/// How many people work in the team on a day: as stated, else the shares of those who are in it that day; `None` where
/// neither is known.
pub(crate) fn people_on(team: &Team, day: Date) -> Option<f64> {
    if team.stated_people.is_some() || team.persons.is_empty() {
        return team.capacity();
    }
    let is_there = |person: &&Person| {
        person.from.is_none_or(|from| from <= day) && person.until.is_none_or(|until| day <= until)
    };
    Some(team.persons.values().filter(is_there).map(|person| person.share.get()).sum())
}
