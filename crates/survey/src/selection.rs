//! Which commits count, and which of their paths; what is left out is counted too, so that every number says of how many.

use crate::history::{Commit, History, Moves, PathIndex};
use crate::people::People;
use crate::repository::SurveyError;
use crate::routine::routine;
use serde::{Deserialize, Serialize};

/// What is left out of counting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Selection {
    /// Whether commits that programs wrote count. Default: they do not.
    pub programs: bool,
    /// Whether manifests, lock files, changelogs and generated files count. Default: they do not, since releases are not
    /// coupling.
    pub routine: bool,
    /// Commits that touch more files than this are left out; none where absent, which is the default.
    pub most_files: Option<u32>,
    /// Commits written before this day (`2026-01-31`, UTC) are left out.
    pub from: Option<String>,
    /// Commits written after this day are left out.
    pub until: Option<String>,
}

#[allow(clippy::derivable_impls)] // Said in full, since it is what every number rests on.
impl Default for Selection {
    fn default() -> Self {
        Self { programs: false, routine: false, most_files: None, from: None, until: None }
    }
}

impl Selection {
    /// Whether a commit was written neither before nor after what is asked for.
    pub(crate) fn is_of_its_time(&self, commit: &Commit) -> bool {
        // Hardly anybody asks, and a day of the calendar for each of many commits takes its time.
        if self.from.is_none() && self.until.is_none() {
            return true;
        }
        let day = day(commit.written);
        self.from.as_ref().is_none_or(|from| day >= *from)
            && self.until.as_ref().is_none_or(|until| day <= *until)
    }
}

/// How many commits were left out, each for the first reason that held.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct LeftOut {
    /// Written before or after what was asked for.
    pub other_times: u64,
    /// Written by programs.
    pub programs: u64,
    /// Touched nothing.
    pub empty: u64,
    /// Touched more files than asked for.
    pub too_many_files: u64,
    /// Touched nothing but manifests, lock files, changelogs and generated files.
    pub routine: u64,
    /// Touched nothing that anybody owns.
    pub nobody_owns: u64,
    /// Touched files of more owners than couple anything: of [`crate::coupling::MOST_OWNERS`].
    pub too_many_owners: u64,
}

/// A selection made for one history: what is asked of each path is asked once.
pub(crate) struct Selected<'s> {
    selection: &'s Selection,
    people: &'s People,
    is_routine: Vec<bool>,
    moves: Moves,
    pub(crate) left_out: LeftOut,
}

impl<'s> Selected<'s> {
    /// Moved files are named as they are now, where the history followed them.
    pub(crate) fn new(
        selection: &'s Selection,
        people: &'s People,
        history: &History,
    ) -> Result<Self, SurveyError> {
        Ok(Self { moves: Moves::of(history)?, ..Self::as_they_were(selection, people, history) })
    }

    /// Moved files are named as they were at each commit.
    pub(crate) fn as_they_were(selection: &'s Selection, people: &'s People, history: &History) -> Self {
        let is_routine = history.names.paths().iter().map(|path| routine(path).is_some()).collect();
        Self { selection, people, is_routine, moves: Moves::default(), left_out: LeftOut::default() }
    }

    /// The paths of a commit that count; none where it does not count itself.
    pub(crate) fn paths(&mut self, commit: &Commit, paths: &mut Vec<PathIndex>) {
        paths.clear();
        let left_out = &mut self.left_out;
        if !self.selection.is_of_its_time(commit) {
            left_out.other_times += 1;
        } else if !self.selection.programs && self.people.is_program(commit.author) {
            left_out.programs += 1;
        } else if commit.touched.is_empty() {
            left_out.empty += 1;
        } else if self.selection.most_files.is_some_and(|most| commit.touched.len() > most as usize) {
            left_out.too_many_files += 1;
        } else {
            let counts = |path: &PathIndex| {
                self.selection.routine || self.is_routine.get(path.0 as usize) != Some(&true)
            };
            let now = |path: PathIndex| self.moves.now(path, commit.committed);
            paths.extend(commit.touched.iter().map(|touched| touched.path).filter(counts).map(now));
            if paths.is_empty() {
                left_out.routine += 1;
            }
        }
    }
}

/// The day of a moment, in UTC: `2026-01-31`.
pub(crate) fn day(moment: i64) -> String {
    jiff::Timestamp::from_second(moment).map_or_else(
        |_| "0000-00-00".to_owned(),
        |moment| moment.to_zoned(jiff::tz::TimeZone::UTC).date().to_string(),
    )
}
