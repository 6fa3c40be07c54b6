//! Away work: commits by one team's people in another's files, and who in fact changes each owner's files.

use crate::coupling::{Seen, Shown};
use crate::history::History;
use crate::ownership::Ownership;
use crate::people::{Members, People};
use crate::repository::SurveyError;
use crate::selection::Selected;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Commits by a team's people that touch an owner's files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Visits {
    /// The team of the author.
    pub team: String,
    /// Whose files; the team itself where it is at home. What a team owns together with others is its own.
    pub owner: String,
    /// How many commits.
    pub commits: u64,
    /// The newest of them.
    pub shown_by: Vec<Shown>,
}

/// Who changes what.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Away {
    /// Each owner with each team whose people changed its files; by owner, the most commits first.
    pub visits: Vec<Visits>,
    /// Commits whose author's team is known.
    pub of_known_team: u64,
    /// Commits whose author's team nobody says: they are in no other number here.
    pub of_unknown_team: u64,
}

/// Counts them.
pub(crate) fn count(
    history: &History,
    selected: &mut Selected<'_>,
    ownership: &mut Ownership,
    people: &People,
    members: &Members,
) -> Result<Away, SurveyError> {
    let mut away = Away::default();
    let mut visits: BTreeMap<(u32, String), Seen> = BTreeMap::new();
    let mut paths = Vec::new();
    history.each(|commit| {
        selected.paths(commit, &mut paths);
        let team = people.identity(commit.author).and_then(|who| members.team(who));
        // Each owner with the first file of its.
        let mut owners: BTreeMap<u32, &str> = BTreeMap::new();
        let mut is_owned = false;
        for path in &paths {
            let name = history.names.path(*path);
            let found = ownership.of(*path, name, commit.committed);
            is_owned |= !found.is_empty();
            let own = team.and_then(|team| ownership.number_of(team)).filter(|own| found.contains(own));
            match own {
                // At home, whoever else owns it too.
                Some(own) => {
                    owners.entry(own.0).or_insert(name);
                }
                None => {
                    for owner in found.iter() {
                        owners.entry(owner.0).or_insert(name);
                    }
                }
            }
        }
        if !is_owned {
            return;
        }
        let Some(team) = team else {
            away.of_unknown_team += 1;
            return;
        };
        away.of_known_team += 1;
        for (owner, file) in owners {
            visits.entry((owner, team.to_owned())).or_default().note(commit, || vec![file.to_owned()]);
        }
    })?;
    away.visits = visits
        .into_iter()
        .map(|((owner, team), seen)| Visits {
            team,
            owner: ownership.owners()[owner as usize].clone(),
            commits: seen.times,
            shown_by: seen.newest.shown(),
        })
        .collect();
    away.visits.sort_by(|a, b| (&a.owner, b.commits, &a.team).cmp(&(&b.owner, a.commits, &b.team)));
    Ok(away)
}
