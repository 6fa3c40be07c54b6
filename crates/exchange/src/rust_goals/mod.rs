//! The Rust project's goals: one Markdown file each, with a table of metadata, tables of tasks and team asks.
//!
//! ```text
//! Markdown ──▶ tables ──▶ Goal ─┐
//!                               ├──▶ Draft
//! TOML ─────────────────▶ Teams ┘
//! ```
//!
//! | in the source | in the draft |
//! | --- | --- |
//! | a goal that is proposed or accepted | a plan with one outcome, for the period that its folder (`2025h2`, `2026`) or its `Timespan` names |
//! | a row of a task table, whoever does it | a work item for that outcome |
//! | `![Team][] [cargo], [types]` in such a row | an ask of each team, which gates the outcome |
//! | a row of a team table with a support level or a note | an ask; the level is part of its `what` and never an effort |
//! | owners | links on the work item: `who` would need persons, and those count as capacity |
//! | a team of the list | a team with handles and no people: volunteers' hours are not known |
//! | a team that is asked and not listed | an external team |
//! | notes of a task, champions, `subteam-of` | nothing; `origin` leads back to the row |
//! | a goal that is not accepted, an index, a roadmap | a file not taken |
//! | "Discussion and moral support", which commits a team to nothing | a row not taken: nothing waits for it |
//! | funding, help wanted, milestones, other tables, rows that are done | rows not taken |
//!
//! A done row is not taken because Kedge's `done` is a date and the source has none; without it the item would stand as
//! open, which is worse than not at all.
//!
//! A goal is a plan of the team `contributors`, unless the membership of its points of contact decides for one team
//! that the goal does not itself ask.
//!
//! Older periods write the same things in other ways; every spelling that is known is read in `cells`, and what is not
//! understood is reported with its line.

mod cells;
mod facts;
mod goal;
mod markdown;
mod teams;

pub use cells::{AskedTeam, Owners};
pub use goal::{Field, Goal, Reading, Task, TeamAsk, read_goal};
pub use teams::{ListedTeam, Teams};

use crate::{Draft, FileNotTaken, SourceFile};

/// What to call the organisation that the goals are of, where an import starts one.
pub const ORGANISATION: &str = "The Rust project";

/// Turns goal files and the list of teams (either may be empty) into a draft.
///
/// A goal file's path should keep the folder that names its period: `2026/bf16.md`. The order of the files does not
/// matter.
///
/// ```
/// use kedge_exchange::{SourceFile, rust_goals};
/// let goal = "# Faster builds\n\n| Metadata | |\n|--|--|\n| Status | Accepted |\n\n\
///             | Task | Owner(s) | Notes |\n|--|--|--|\n| Measure | @mira | |\n| Review | ![Team][] [cargo] | |\n";
/// let draft = rust_goals::draft(&[SourceFile::new("2026/faster.md", goal)], &[]);
/// let counts = draft.counts();
/// assert_eq!((counts.plans, counts.work, counts.asks, counts.rows_not_taken), (1, 1, 1, 0));
/// ```
pub fn draft(goals: &[SourceFile], teams: &[SourceFile]) -> Draft {
    let (teams, mut files_not_taken) = Teams::read(&in_order(teams));
    let mut draft = Draft::default();
    let mut read = Vec::new();
    for source in in_order(goals) {
        let Reading { goal, rows_not_taken } = read_goal(&source);
        draft.rows_not_taken.extend(rows_not_taken);
        match goal {
            Ok(goal) => read.push(goal),
            Err(reason) => files_not_taken.push(FileNotTaken { file: source.path, reason }),
        }
    }
    draft.files_not_taken = files_not_taken;
    facts::draft(&read, &teams, &mut draft);
    draft.rows_not_taken.sort();
    draft.files_not_taken.sort();
    draft
}

fn in_order(sources: &[SourceFile]) -> Vec<SourceFile> {
    let mut sources = sources.to_vec();
    sources.sort_by(|one, other| one.path.cmp(&other.path));
    sources
}
