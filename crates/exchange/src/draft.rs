//! What an import hands over: the changes it proposes, and everything it did not take.

use kedge_model::{Change, Fact};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A file as its reader gets it: whoever opened it says where it stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Where it stood, with `/` between folders, as `origin` will name it: `2026/bf16.md`.
    pub path: String,
    /// All of it.
    pub text: String,
}

impl SourceFile {
    /// A file of this path and text.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into() }
    }
}

/// What was understood, as changes for whoever imports it to look at and apply, and what was not. Nothing that a format
/// lists is in neither.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    /// Whole facts, in an order in which each finds what it refers to. The same source gives the same changes.
    pub changes: Vec<Change>,
    /// Rows (lines, records) that became no fact, by file and line.
    pub rows_not_taken: Vec<RowNotTaken>,
    /// Whole files that became no fact, by path. Their rows are among the rows not taken.
    pub files_not_taken: Vec<FileNotTaken>,
    /// What a reader of the result should know: choices that the source left open.
    pub notes: Vec<String>,
}

/// A row that became no fact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct RowNotTaken {
    /// The path of its [`SourceFile`].
    pub file: String,
    /// Counted from one.
    pub line: usize,
    /// As it stands there, cut after 300 characters.
    pub text: String,
    /// Why, in a few words.
    pub reason: String,
}

impl RowNotTaken {
    /// The longest text that is kept, in characters.
    const MOST: usize = 300;

    /// A row of this file and line, and why it was not taken.
    pub fn new(file: &str, line: usize, text: &str, reason: &str) -> Self {
        let mut kept: String = text.chars().take(Self::MOST).collect();
        if kept.len() < text.len() {
            kept.push('…');
        }
        Self { file: file.to_owned(), line, text: kept, reason: reason.to_owned() }
    }
}

/// A file that became no fact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct FileNotTaken {
    /// The path of its [`SourceFile`].
    pub file: String,
    /// Why, in a few words.
    pub reason: String,
}

/// How many facts of the kinds that plans are made of a draft holds, and how much was not taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Counts {
    pub teams: usize,
    pub plans: usize,
    pub outcomes: usize,
    pub work: usize,
    pub asks: usize,
    pub rows_not_taken: usize,
    pub files_not_taken: usize,
}

impl Draft {
    /// Counts what the draft would put and what it leaves.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts {
            rows_not_taken: self.rows_not_taken.len(),
            files_not_taken: self.files_not_taken.len(),
            ..Counts::default()
        };
        for change in &self.changes {
            match change {
                Change::Put(Fact::Team(_)) => counts.teams += 1,
                Change::Put(Fact::Plan(_)) => counts.plans += 1,
                Change::Put(Fact::Outcome(_)) => counts.outcomes += 1,
                Change::Put(Fact::Work(_)) => counts.work += 1,
                Change::Put(Fact::Ask(_)) => counts.asks += 1,
                _ => {}
            }
        }
        counts
    }

    /// The reasons why rows were not taken, each with how many, the commonest first.
    pub fn reasons(&self) -> Vec<(&str, usize)> {
        let mut tally: BTreeMap<&str, usize> = BTreeMap::new();
        for row in &self.rows_not_taken {
            *tally.entry(&row.reason).or_default() += 1;
        }
        let mut reasons: Vec<(&str, usize)> = tally.into_iter().collect();
        reasons.sort_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(other.0)));
        reasons
    }

    /// Every row not taken, one a line, as `file:line: reason: text`: for whoever wants to mend the source.
    pub fn listing(&self) -> String {
        let mut text = String::new();
        for row in &self.rows_not_taken {
            let _ = writeln!(text, "{}:{}: {}: {}", row.file, row.line, row.reason, row.text);
        }
        text
    }
}
