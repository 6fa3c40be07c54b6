//! Datasets, as the rules on alignment see them.

use crate::answers::Answers;
pub(crate) use kedge_align::datasets::{contract, dataset_of, writers};
pub(crate) use kedge_align::kept::{broken_by, needs_one_place};
use kedge_model::{Date, TeamId, listed};

/// `` `a`, `b` and `c` ``, of teams.
pub(crate) fn names<'a>(teams: impl IntoIterator<Item = &'a TeamId>) -> String {
    listed(teams.into_iter().map(ToString::to_string))
}

impl Answers<'_> {
    /// Whether the team has had its turnaround since the day; a team that states none has.
    pub(crate) fn is_past_turnaround(&self, team: &TeamId, since: Date) -> bool {
        let turnaround = self.known.team(team).and_then(|team| team.turnaround);
        turnaround.is_none_or(|turnaround| {
            let days = turnaround.days(&self.known.settings().calendar).0;
            f64::from(self.working_days_since(since, team)) > days
        })
    }
}
