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
    /// Columns or keys that hold something and became nothing, in rows that otherwise did. In order.
    pub fields_not_taken: Vec<FieldNotTaken>,
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

/// A column or key whose values became no part of a fact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct FieldNotTaken {
    /// As the source calls it.
    pub field: String,
    /// Why, in a few words.
    pub reason: String,
    /// In how many rows it holds something.
    pub rows: usize,
}

/// Counts what was not taken, field by field.
#[derive(Debug, Default)]
pub(crate) struct Fields(BTreeMap<(String, String), usize>);

impl Fields {
    /// One row in which a field holds something that has no place.
    pub(crate) fn add(&mut self, field: &str, reason: &str) {
        self.add_rows(field, reason, 1);
    }

    /// So many rows.
    pub(crate) fn add_rows(&mut self, field: &str, reason: &str, rows: usize) {
        if rows > 0 {
            *self.0.entry((field.to_owned(), reason.to_owned())).or_default() += rows;
        }
    }

    /// In the order of fields.
    pub(crate) fn done(self) -> Vec<FieldNotTaken> {
        self.0.into_iter().map(|((field, reason), rows)| FieldNotTaken { field, reason, rows }).collect()
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
    pub services: usize,
    pub answers: usize,
    pub datasets: usize,
    pub rows_not_taken: usize,
    pub fields_not_taken: usize,
    pub files_not_taken: usize,
}

impl Draft {
    /// Counts what the draft would put and what it leaves.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts {
            rows_not_taken: self.rows_not_taken.len(),
            fields_not_taken: self.fields_not_taken.len(),
            files_not_taken: self.files_not_taken.len(),
            ..Counts::default()
        };
        for change in &self.changes {
            match change {
                Change::Put(Fact::Team(team)) => {
                    counts.teams += 1;
                    counts.services += team.services.len();
                }
                Change::Put(Fact::Plan(_)) => counts.plans += 1,
                Change::Put(Fact::Outcome(_)) => counts.outcomes += 1,
                Change::Put(Fact::Work(_)) => counts.work += 1,
                Change::Put(Fact::Ask(_)) => counts.asks += 1,
                Change::Put(Fact::Answers(log)) => counts.answers += log.entries.len(),
                Change::Put(Fact::Dataset(_)) => counts.datasets += 1,
                _ => {}
            }
        }
        counts
    }

    /// The facts that it would put, in order.
    pub fn facts(&self) -> Vec<Fact> {
        self.changes
            .iter()
            .filter_map(|change| match change {
                Change::Put(fact) => Some(fact.clone()),
                Change::Remove(_) => None,
            })
            .collect()
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

    /// What was taken and what was not and why, for people. Of each reason at most `shown` rows are shown.
    pub fn summary(&self, shown: usize) -> String {
        let counts = self.counts();
        let mut text = String::new();
        let taken = [
            (counts.teams, "team", "teams"),
            (counts.services, "service", "services"),
            (counts.plans, "plan", "plans"),
            (counts.outcomes, "outcome", "outcomes"),
            (counts.work, "work item", "work items"),
            (counts.asks, "ask", "asks"),
            (counts.answers, "answer", "answers"),
            (counts.datasets, "dataset", "datasets"),
        ];
        let taken: Vec<String> = taken
            .iter()
            .filter(|(count, ..)| *count > 0)
            .map(|(count, one, many)| format!("{count} {}", if *count == 1 { one } else { many }))
            .collect();
        let taken = if taken.is_empty() { "nothing".to_owned() } else { taken.join(", ") };
        let _ = writeln!(text, "Read: {taken}.");
        if !self.rows_not_taken.is_empty() {
            let _ = writeln!(text, "\nRows not taken, or not whole: {}", counts.rows_not_taken);
            for (reason, count) in self.reasons() {
                let _ = writeln!(text, "{count:>6}  {reason}");
                for row in self.rows_not_taken.iter().filter(|row| row.reason == reason).take(shown) {
                    let place =
                        if row.line > 0 { format!("{}:{}", row.file, row.line) } else { row.file.clone() };
                    let _ = writeln!(text, "          {place}: {}", short(&row.text));
                }
                if count > shown {
                    let _ = writeln!(text, "          and {} more", count - shown);
                }
            }
        }
        if !self.fields_not_taken.is_empty() {
            let _ = writeln!(text, "\nColumns and keys not taken, and in how many rows they hold something:");
            for field in &self.fields_not_taken {
                let _ = writeln!(text, "{:>6}  {}: {}", field.rows, field.field, field.reason);
            }
        }
        if !self.files_not_taken.is_empty() {
            let _ = writeln!(text, "\nFiles not taken: {}", counts.files_not_taken);
            for file in &self.files_not_taken {
                let _ = writeln!(text, "        {}: {}", file.file, file.reason);
            }
        }
        for note in &self.notes {
            let _ = writeln!(text, "\nnote: {note}");
        }
        text
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

/// The beginning of a row: what tells it from the others.
fn short(text: &str) -> String {
    const MOST: usize = 90;
    let mut kept: String = text.chars().take(MOST).collect();
    if kept.len() < text.len() {
        kept.push('…');
    }
    kept
}
