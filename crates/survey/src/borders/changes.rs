//! Which files changed in which commits: what everything about borders is counted from.
//!
//! Commits are gone through as often as it takes, and never held: memory holds files, and what is counted of them.

use crate::history::{Commit, History, Names};
use crate::repository::SurveyError;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fmt;

/// Commits with the files that they changed.
pub struct Changes<'h> {
    from: From<'h>,
    most_files: usize,
    files: Vec<String>,
    commits: usize,
    large: usize,
    written: Option<(i64, i64)>,
}

/// Where commits come from.
enum From<'h> {
    /// A history.
    History {
        history: &'h History,
        keeps: &'h dyn Fn(&Commit, &Names) -> bool,
        /// By path of the history, which of the files it is, if it counts.
        number: Vec<Option<u32>>,
    },
    /// One after another, from whoever has them.
    Given { known: HashMap<String, u32>, commits: Vec<(Noted, Vec<u32>)> },
}

impl fmt::Debug for Changes<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} commits over {} files", self.commits, self.files.len())
    }
}

/// What is named of a commit that shows a number.
#[derive(Clone, Debug)]
struct Noted {
    commit: String,
    written: i64,
    /// How many paths it touched, those that do not count among them.
    paths: u64,
}

/// A commit with those of its files that count.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Change<'c> {
    /// Its full name.
    pub(crate) commit: &'c str,
    /// When it was written: seconds since 1970 began, UTC.
    pub(crate) written: i64,
    /// How many paths it touched, those that do not count among them.
    pub(crate) paths: u64,
    /// Its files, by number.
    pub(crate) files: &'c [u32],
}

impl Changes<'static> {
    /// None yet. Commits that touch more files than this are left out, and counted: they are sweeps and imports, in which
    /// everything changes with everything.
    pub fn new(most_files: usize) -> Self {
        let from = From::Given { known: HashMap::new(), commits: Vec::new() };
        Self { from, most_files, files: Vec::new(), commits: 0, large: 0, written: None }
    }

    /// Takes a commit: its name, when it was written in seconds since 1970, the paths that it touched. How many it touched is
    /// counted before `counts` says which of them count.
    pub fn add<'a>(
        &mut self,
        commit: &str,
        written: i64,
        paths: impl IntoIterator<Item = &'a str>,
        counts: &dyn Fn(&str) -> bool,
    ) {
        let From::Given { known, commits } = &mut self.from else { return };
        let paths: Vec<&str> = paths.into_iter().collect();
        if paths.len() > self.most_files {
            self.large += 1;
            return;
        }
        let all = paths.len() as u64;
        let mut touched = Vec::new();
        for path in paths.into_iter().filter(|path| counts(path)) {
            let next = self.files.len() as u32;
            let file = *known.entry(path.to_owned()).or_insert(next);
            if file == next {
                self.files.push(path.to_owned());
            }
            touched.push(file);
        }
        if !touched.is_empty() {
            commits.push((Noted { commit: commit.to_owned(), written, paths: all }, touched));
            self.count(written);
        }
    }
}

impl<'h> Changes<'h> {
    /// Those of a history that `keeps` takes, with those of their paths that `counts` takes: files that are still there, and
    /// are neither generated nor changed by every release, say.
    ///
    /// # Errors
    /// If the history cannot be read any more.
    pub fn of(
        history: &'h History,
        most_files: usize,
        keeps: &'h dyn Fn(&Commit, &Names) -> bool,
        counts: &dyn Fn(&str) -> bool,
    ) -> Result<Self, SurveyError> {
        let counts: Vec<bool> = history.names.paths().iter().map(|path| counts(path)).collect();
        let mut number: Vec<Option<u32>> = vec![None; counts.len()];
        let from = From::History { history, keeps, number: Vec::new() };
        let mut changes = Self { from, most_files, files: Vec::new(), commits: 0, large: 0, written: None };
        history.each(|commit| {
            if !keeps(commit, &history.names) {
                return;
            }
            if commit.touched.len() > most_files {
                changes.large += 1;
                return;
            }
            let mut any = false;
            for place in commit.touched.iter().map(|touched| touched.path.0 as usize) {
                if counts.get(place) != Some(&true) {
                    continue;
                }
                any = true;
                number[place].get_or_insert_with(|| {
                    changes.files.push(history.names.paths()[place].clone());
                    changes.files.len() as u32 - 1
                });
            }
            if any {
                changes.count(commit.written);
            }
        })?;
        changes.from = From::History { history, keeps, number };
        Ok(changes)
    }

    fn count(&mut self, written: i64) {
        self.commits += 1;
        let (first, last) = self.written.unwrap_or((written, written));
        self.written = Some((first.min(written), last.max(written)));
    }

    /// How many commits touch a file that counts, and are small enough.
    pub fn commits(&self) -> usize {
        self.commits
    }

    /// How many commits were left out since they touch too many files.
    pub fn large(&self) -> usize {
        self.large
    }

    /// The most files that a commit may touch.
    pub fn most_files(&self) -> usize {
        self.most_files
    }

    /// The files that were touched, numbered from 0.
    pub(super) fn files(&self) -> &[String] {
        &self.files
    }

    /// When the first and the last of the commits were written.
    pub(super) fn written(&self) -> Option<(i64, i64)> {
        self.written
    }

    /// Goes through the commits, in the order in which they came.
    ///
    /// # Errors
    /// If the history cannot be read any more.
    pub(super) fn each(&self, mut visit: impl FnMut(Change<'_>)) -> Result<(), SurveyError> {
        match &self.from {
            From::Given { commits, .. } => {
                for (Noted { commit, written, paths }, files) in commits {
                    visit(Change { commit, written: *written, paths: *paths, files });
                }
                Ok(())
            }
            From::History { history, keeps, number } => {
                let mut files = Vec::new();
                history.each(|commit| {
                    if commit.touched.len() > self.most_files || !keeps(commit, &history.names) {
                        return;
                    }
                    let file = |place: u32| number.get(place as usize).copied().flatten();
                    files.clear();
                    files.extend(commit.touched.iter().filter_map(|touched| file(touched.path.0)));
                    if !files.is_empty() {
                        let paths = commit.touched.len() as u64;
                        visit(Change { commit: &commit.id, written: commit.written, paths, files: &files });
                    }
                })
            }
        }
    }

    /// The first file of either side that a commit touches.
    pub(super) fn of_sides(&self, files: &[u32], sides: [&dyn Fn(u32) -> bool; 2]) -> Vec<String> {
        let first = |is_of: &dyn Fn(u32) -> bool| files.iter().copied().find(|file| is_of(*file));
        let found = sides.into_iter().filter_map(first);
        found.map(|file| self.files[file as usize].clone()).collect()
    }
}

/// How often two things changed, and how often together, with what chance would give.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Together {
    /// All commits that were counted.
    pub of: usize,
    /// Those that touch the one.
    pub left: usize,
    /// Those that touch the other.
    pub right: usize,
    /// Those that touch both.
    pub together: usize,
    /// How many would touch both if the two had nothing to do with each other: `left * right / of`.
    pub expected: f64,
    /// `together / expected`: above 1 more often than chance, below 1 less often. Not there if nothing was expected.
    pub lift: Option<f64>,
    /// Of all commits that touch one of them the share that touches both, 0 to 1 (Jaccard).
    pub share: f64,
}

impl Together {
    /// From the counts.
    pub fn new(of: usize, left: usize, right: usize, together: usize) -> Self {
        let expected = if of == 0 { 0.0 } else { left as f64 * right as f64 / of as f64 };
        let either = (left + right).saturating_sub(together);
        Self {
            of,
            left,
            right,
            together,
            expected,
            lift: (expected > 0.0).then(|| together as f64 / expected),
            share: if either == 0 { 0.0 } else { together as f64 / either as f64 },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_and_what_lies_above_it() {
        let counts = Together::new(200, 20, 10, 8);
        assert!((counts.expected - 1.0).abs() < 1e-12);
        assert_eq!(counts.lift.map(|lift| (lift * 1e9).round()), Some(8e9));
        assert!((counts.share - 8.0 / 22.0).abs() < 1e-12);
        assert_eq!(Together::new(0, 0, 0, 0).lift, None);
    }

    #[test]
    fn large_commits_and_files_that_do_not_count_are_left_out() {
        let mut changes = Changes::new(2);
        let counts = |path: &str| path != "lock";
        changes.add("one", 1, ["a", "lock"], &counts);
        changes.add("two", 2, ["a", "b", "lock"], &counts);
        changes.add("three", 3, ["lock"], &counts);
        changes.add("four", 4, ["b", "a"], &counts);
        assert_eq!((changes.commits(), changes.large()), (2, 1));
        assert_eq!(changes.written(), Some((1, 4)));
        let mut seen = Vec::new();
        changes
            .each(|change| seen.push((change.commit.to_owned(), change.files.to_vec(), change.paths)))
            .unwrap();
        assert_eq!(seen, [("one".to_owned(), vec![0], 2), ("four".to_owned(), vec![1, 0], 2)]);
    }
}
