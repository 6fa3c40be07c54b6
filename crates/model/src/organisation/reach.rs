//! How far an edit reaches: whose answers may be others than they were.

use super::{Organisation, Scope};
use crate::TeamId;
use std::collections::BTreeSet;
use std::sync::Arc;

impl Organisation {
    /// The teams whose own files say, or may say, something else than in `before`: those that were read anew. Where both
    /// come from one another by edits these are few; else it may be everybody.
    pub fn written_anew_since<'a>(&'a self, before: &'a Self) -> BTreeSet<&'a TeamId> {
        let mut anew = BTreeSet::new();
        for (team, around) in self.teams.iter() {
            if before.around(team).is_none_or(|was| !Arc::ptr_eq(&was.written, &around.written)) {
                anew.insert(team);
            }
        }
        anew.extend(before.teams.keys().filter(|team| !self.teams.contains_key(team)));
        anew
    }

    /// The teams of which anything that can be said from their own files, from files of teams that these name and from files
    /// that name them may have changed since `before`. `None` where it may be all: other settings, or another scope.
    pub fn reached_since(&self, before: &Self) -> Option<BTreeSet<TeamId>> {
        let same_settings =
            Arc::ptr_eq(&self.settings, &before.settings) && self.has_settings == before.has_settings;
        if !same_settings || self.scope != before.scope || self.scope == Scope::Partial {
            return None;
        }
        let mut reached = BTreeSet::new();
        for team in self.written_anew_since(before) {
            for organisation in [before, self] {
                if let Some(around) = organisation.around(team) {
                    reached.extend(around.written.names().iter().cloned());
                    reached.extend(around.named.by.iter().cloned());
                }
            }
            reached.insert(team.clone());
        }
        Some(reached)
    }
}
