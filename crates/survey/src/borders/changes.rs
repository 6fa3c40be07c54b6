//! Which files changed in which commits: what everything about borders is counted from.

use crate::coupling::{SHOWN, Shown};
use crate::history::{Commit, History, Names};
use crate::repository::SurveyError;
use crate::selection::day;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Commits with the files that they changed.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    most_files: usize,
    commits: Vec<(String, i64)>,
    /// How many paths each commit touched, those that do not count among them.
    paths: Vec<u64>,
    files: Vec<String>,
    known: BTreeMap<String, u32>,
    touched: Vec<u32>,
    /// Where the files of each commit end in `touched`.
    ends: Vec<usize>,
    large: usize,
}

impl Changes {
    /// None yet. Commits that touch more files than this are left out, and counted: they are sweeps and imports, in which
    /// everything changes with everything.
    pub fn new(most_files: usize) -> Self {
        Self { most_files, ..Self::default() }
    }

    /// Those of a history that `keeps` takes, with those of their paths that `counts` takes: files that are still there, and
    /// are neither generated nor changed by every release, say.
    ///
    /// # Errors
    /// If the history cannot be read any more.
    pub fn of(
        history: &History,
        most_files: usize,
        keeps: &dyn Fn(&Commit, &Names) -> bool,
        counts: &dyn Fn(&str) -> bool,
    ) -> Result<Self, SurveyError> {
        let mut changes = Self::new(most_files);
        history.each(|commit| {
            if keeps(commit, &history.names) {
                let paths = commit.touched.iter().map(|touched| history.names.path(touched.path));
                changes.add(&commit.id, commit.written, paths, counts);
            }
        })?;
        Ok(changes)
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
        let paths: Vec<&str> = paths.into_iter().collect();
        if paths.len() > self.most_files {
            self.large += 1;
            return;
        }
        let (start, all) = (self.touched.len(), paths.len() as u64);
        for path in paths.into_iter().filter(|path| counts(path)) {
            let next = self.files.len() as u32;
            let file = *self.known.entry(path.to_owned()).or_insert(next);
            if file == next {
                self.files.push(path.to_owned());
            }
            self.touched.push(file);
        }
        if self.touched.len() > start {
            self.commits.push((commit.to_owned(), written));
            self.paths.push(all);
            self.ends.push(self.touched.len());
        }
    }

    /// How many commits touch a file that counts, and are small enough.
    pub fn commits(&self) -> usize {
        self.commits.len()
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

    /// When the commits were written.
    pub(super) fn written(&self) -> impl Iterator<Item = i64> {
        self.commits.iter().map(|(_, written)| *written)
    }

    /// Each commit with its number and its files, in the order in which they came.
    pub(super) fn each(&self) -> impl Iterator<Item = (usize, &[u32])> {
        self.ends.iter().enumerate().map(|(commit, end)| {
            let start = if commit == 0 { 0 } else { self.ends[commit - 1] };
            (commit, &self.touched[start..*end])
        })
    }

    /// The newest of these commits, each with the first file of either side that it touches.
    pub(super) fn shown(&self, commits: &[usize], sides: [&dyn Fn(u32) -> bool; 2]) -> Vec<Shown> {
        let mut newest: Vec<usize> = commits.to_vec();
        newest.sort_by(|a, b| {
            let ((a, written), (b, later)) = (&self.commits[*a], &self.commits[*b]);
            (later, a).cmp(&(written, b))
        });
        newest.truncate(SHOWN);
        let shown = |commit: usize| {
            let start = if commit == 0 { 0 } else { self.ends[commit - 1] };
            let touched = &self.touched[start..self.ends[commit]];
            let first = |is_of: &dyn Fn(u32) -> bool| touched.iter().copied().find(|file| is_of(*file));
            let (name, written) = &self.commits[commit];
            let files = sides.iter().filter_map(|is_of| first(is_of));
            Shown {
                on: day(*written),
                commit: name.clone(),
                touched: self.paths[commit],
                files: files.map(|file| self.files[file as usize].clone()).collect(),
            }
        };
        newest.into_iter().map(shown).collect()
    }

    /// The names of commits, the latest first.
    pub(super) fn named(&self, commits: &[usize]) -> Vec<String> {
        let mut named: Vec<&(String, i64)> = commits.iter().map(|commit| &self.commits[*commit]).collect();
        named.sort_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));
        named.into_iter().map(|(name, _)| name.clone()).collect()
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
        assert_eq!(
            changes.each().map(|(_, files)| files.to_vec()).collect::<Vec<_>>(),
            [vec![0], vec![1, 0]]
        );
        assert_eq!(changes.named(&[0, 1]), ["four", "one"]);
    }
}
