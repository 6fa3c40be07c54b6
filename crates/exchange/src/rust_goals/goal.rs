//! One file becomes one goal: its metadata, its tasks, what it asks of teams, and every row that is none of these.

use super::cells::{self, AskedTeam, Links, Owners};
use super::markdown::{self, Cell, Row, Table};
use crate::{RowNotTaken, SourceFile};
use std::fmt;

/// A goal of the Rust project, as its file says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goal {
    /// The file it was read from.
    pub file: String,
    /// Its first heading; the file's name where it has none.
    pub title: String,
    /// Every row of its metadata tables, in order.
    pub metadata: Vec<Field>,
    /// Rows of work, in order.
    pub tasks: Vec<Task>,
    /// What it asks of teams, in order: one for each team that a row names.
    pub asks: Vec<TeamAsk>,
}

/// A row of a metadata table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Counted from one.
    pub line: usize,
    /// As written, without markup: `Point of contact`, `lang champion`.
    pub key: String,
    /// As written, without markup; may be empty.
    pub value: String,
    /// Accounts that the value names.
    pub handles: Vec<String>,
    /// Where the value links to.
    pub links: Vec<String>,
}

/// A row of a task table that somebody is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Counted from one.
    pub line: usize,
    /// What is to be done.
    pub name: TaskName,
    /// Who does it; nobody where the source names a placeholder.
    pub owners: Owners,
    /// What else the row says.
    pub note: String,
    /// Where the row links to.
    pub links: Vec<String>,
}

/// A task's own words, and what it is part of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskName {
    /// The heading of its table, where a goal has several task tables; then the row above it, where it is marked `↳`.
    pub within: Vec<String>,
    /// Its own words.
    pub title: String,
}

impl fmt::Display for TaskName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.within {
            write!(f, "{part}: ")?;
        }
        f.write_str(&self.title)
    }
}

/// One team asked for one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamAsk {
    /// Counted from one. A row that names two teams has two asks on its line.
    pub line: usize,
    /// The team as the row names it.
    pub team: AskedTeam,
    /// The task, where the ask is a row of a task table.
    pub task: Option<TaskName>,
    /// `Small`, `Medium`, `Large` or another word, where the row has a support level.
    pub level: Option<String>,
    /// What else the row says.
    pub note: String,
    /// Where the row links to.
    pub links: Vec<String>,
}

/// What became of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The goal, or why the file is none that anybody plans.
    pub goal: Result<Goal, String>,
    /// Every row of a table that went into no field of the goal; of a file that is no goal, all its rows.
    pub rows_not_taken: Vec<RowNotTaken>,
}

impl Goal {
    /// The first metadata row with this key, whatever its case.
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.metadata.iter().find(|field| field.key.eq_ignore_ascii_case(key))
    }

    /// Who drives the goal. Usually one account.
    pub fn points_of_contact(&self) -> &[String] {
        let field =
            self.field("point of contact").or_else(|| self.field("owner(s)")).or_else(|| self.field("owner"));
        field.map_or(&[], |field| &field.handles)
    }

    /// `Proposed`, `Accepted`, `Not accepted`, as written.
    pub fn status(&self) -> Option<&str> {
        self.field("status").map(|field| field.value.as_str()).filter(|status| !status.is_empty())
    }

    /// Each team that has a champion for the goal, and who that is.
    pub fn champions(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.metadata.iter().filter_map(|field| {
            let (team, word) = field.key.rsplit_once(' ')?;
            word.eq_ignore_ascii_case("champion").then_some((team, field.handles.as_slice()))
        })
    }

    /// Links to the issues in which the goal is tracked, and to where it is talked about.
    pub fn see(&self) -> impl Iterator<Item = &str> {
        let told =
            ["tracking issue", "other tracking issue", "other tracking issues", "see also", "zulip channel"];
        self.metadata
            .iter()
            .filter(move |field| told.iter().any(|key| field.key.eq_ignore_ascii_case(key)))
            .flat_map(|field| field.links.iter().map(String::as_str))
    }
}

/// Reads one file. Never fails: what is not understood is among the rows not taken.
pub fn read_goal(source: &SourceFile) -> Reading {
    let document = markdown::read(&source.text);
    let mut reader =
        Reader { file: &source.path, rows_not_taken: Vec::new(), tasks: Vec::new(), asks: Vec::new() };
    let mut metadata = Vec::new();
    let kinds: Vec<TableKind> = document.tables.iter().map(kind_of).collect();
    let task_tables = kinds.iter().filter(|kind| matches!(kind, TableKind::Tasks { .. })).count();

    for (table, kind) in document.tables.iter().zip(&kinds) {
        match kind {
            TableKind::Metadata => reader.metadata(table, &mut metadata),
            TableKind::Tasks { owner, notes } => {
                let group = table.heading.as_deref().filter(|name| task_tables > 1 && !is_section(name));
                reader.tasks(table, *owner, notes, group);
            }
            TableKind::Asks { level, notes } => reader.team_asks(table, *level, notes),
            TableKind::Other(reason) => reader.none_of(table, reason),
        }
    }
    for row in &document.stray_rows {
        reader.not_taken(row.line, &row.text, "looks like a row of a table, but Markdown takes it for prose");
    }

    let Reader { mut rows_not_taken, tasks, asks, .. } = reader;
    let is_goal = !metadata.is_empty()
        && (task_tables > 0
            || kinds.iter().any(|kind| matches!(kind, TableKind::Asks { .. }))
            || metadata.iter().any(|field: &Field| field.key.eq_ignore_ascii_case("status")));
    let stem = stem(&source.path);
    let title = document.title.filter(|title| !title.is_empty()).unwrap_or_else(|| stem.to_owned());
    let goal = Goal { file: source.path.clone(), title, metadata, tasks, asks };

    let refusal = if goal.metadata.is_empty() {
        Some("not a goal: it has no metadata".to_owned())
    } else if !is_goal {
        Some("not a goal: it has neither a status nor tasks nor team asks".to_owned())
    } else if stem.to_ascii_uppercase().ends_with("TEMPLATE") {
        Some("not a goal: it is a template".to_owned())
    } else {
        let status = goal.status().filter(|status| status.to_ascii_lowercase().starts_with("not accepted"));
        status.map(|status| format!("nobody plans it: its status is `{status}`"))
    };
    let goal = match refusal {
        None => Ok(goal),
        Some(reason) => {
            // Nothing of a file is lost with it: rows that were understood are listed too.
            let rows = document.tables.iter().flat_map(|table| &table.rows);
            let stray = document.stray_rows.iter().map(|row| (row.line, &row.text));
            rows_not_taken = rows
                .map(|row| (row.line, &row.text))
                .chain(stray)
                .map(|(line, text)| RowNotTaken::new(&source.path, line, text, &reason))
                .collect();
            Err(reason)
        }
    };
    rows_not_taken.sort_by_key(|row| row.line);
    Reading { goal, rows_not_taken }
}

/// The last part of a path, without its ending.
pub(super) fn stem(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.strip_suffix(".md").unwrap_or(name)
}

/// Whether a heading is one of the template's sections, which say nothing of the tasks below them.
fn is_section(heading: &str) -> bool {
    let heading = heading.to_lowercase();
    ["ownership", "work items", "the next", "team asks", "what we propose", "plan"]
        .iter()
        .any(|section| heading.starts_with(section))
}

/// Why a row that asks for nothing but goodwill is not taken.
const GOODWILL: &str = "asks for goodwill alone, which nothing waits for";

/// Whether a row asks for the lowest level of support alone, in the words of the goals' template: "*Discussion and moral
/// support* is the lowest level offering, basically committing the team to nothing but good vibes and general support for
/// this endeavor." An ask gates something, and no goal stops for want of that.
fn is_goodwill(text: &str) -> bool {
    text.trim().trim_end_matches('.').eq_ignore_ascii_case("discussion and moral support")
}

/// What a table is about, told by its header alone.
enum TableKind {
    Metadata,
    /// Columns by number.
    Tasks {
        owner: usize,
        notes: Vec<usize>,
    },
    /// Columns by number.
    Asks {
        level: Option<usize>,
        notes: Vec<usize>,
    },
    /// Neither; why its rows are not taken.
    Other(String),
}

fn kind_of(table: &Table) -> TableKind {
    let header: Vec<String> = table.header.iter().map(|cell| cell.plain().to_ascii_lowercase()).collect();
    let first = header.first().map_or("", String::as_str);
    let column = |words: &[&str]| {
        header
            .iter()
            .skip(1)
            .position(|name| words.iter().any(|word| name.starts_with(word)))
            .map(|at| at + 1)
    };
    let others = |used: Option<usize>| (1..header.len()).filter(|&at| Some(at) != used).collect::<Vec<_>>();

    if table.quoted {
        return TableKind::Other("stands in a quotation, as the template's examples do".to_owned());
    }
    if first == "metadata" {
        return TableKind::Metadata;
    }
    if matches!(
        first,
        "task" | "tasks" | "subgoal" | "subgoals" | "sub-goal" | "work item" | "work items" | "item"
    ) {
        if let Some(owner) = column(&["owner", "assignee", "contributor", "who"]) {
            return TableKind::Tasks { owner, notes: others(Some(owner)) };
        }
        if column(&["experience", "time investment"]).is_some() {
            return TableKind::Other(
                "help wanted: offers tasks to newcomers, and is no work of its own".to_owned(),
            );
        }
    }
    if matches!(first, "team" | "teams" | "team(s)") {
        let level = column(&["support", "level"]);
        if level.is_some() || column(&["note", "ask"]).is_some() {
            return TableKind::Asks { level, notes: others(level) };
        }
    }
    let reason = match first {
        "purpose" => "funding: a plan has no place for what a goal would cost",
        "milestone" | "milestones" => "a milestone: a point on the way, not work",
        _ => {
            let names: Vec<String> = table.header.iter().map(|cell| format!("`{}`", cell.plain())).collect();
            return TableKind::Other(format!(
                "a table of {}: neither metadata nor tasks nor team asks",
                names.join(", ")
            ));
        }
    };
    TableKind::Other(reason.to_owned())
}

/// What is being put together from one file.
struct Reader<'a> {
    file: &'a str,
    rows_not_taken: Vec<RowNotTaken>,
    tasks: Vec<Task>,
    asks: Vec<TeamAsk>,
}

impl Reader<'_> {
    fn not_taken(&mut self, line: usize, text: &str, reason: &str) {
        self.rows_not_taken.push(RowNotTaken::new(self.file, line, text, reason));
    }

    fn none_of(&mut self, table: &Table, reason: &str) {
        for row in &table.rows {
            self.not_taken(row.line, &row.text, reason);
        }
    }

    /// What rules a row out in any table; reported where it does.
    fn is_unreadable(&mut self, row: &Row) -> bool {
        let reason = if row.cells.iter().all(Cell::is_blank) {
            "empty"
        } else if row.overfull {
            "has more cells than the table has columns, and Markdown drops the rest"
        } else {
            return false;
        };
        self.not_taken(row.line, &row.text, reason);
        true
    }

    fn metadata(&mut self, table: &Table, fields: &mut Vec<Field>) {
        for row in &table.rows {
            if self.is_unreadable(row) {
                continue;
            }
            let key = row.cells.first().map(Cell::plain).unwrap_or_default();
            if key.is_empty() {
                self.not_taken(row.line, &row.text, "metadata without a name");
                continue;
            }
            let value = row.cells.get(1).cloned().unwrap_or_default();
            fields.push(Field {
                line: row.line,
                key,
                value: value.plain(),
                handles: cells::handles(&value),
                links: Links::default().and(&value).into_vec(),
            });
        }
    }

    fn tasks(&mut self, table: &Table, owner: usize, notes: &[usize], group: Option<&str>) {
        let mut above: Option<String> = None;
        for row in &table.rows {
            if self.is_unreadable(row) {
                continue;
            }
            let Some(cell) = row.cells.first() else { continue };
            let task = cells::task_title(cell);
            if task.title.is_empty() {
                self.not_taken(row.line, &row.text, "names no task");
                continue;
            }
            let mut within: Vec<String> = group.into_iter().map(str::to_owned).collect();
            if task.below {
                within.extend(above.clone());
            } else {
                above = Some(task.title.clone());
            }
            let name = TaskName { within, title: task.title };
            let empty = Cell::default();
            let owner = row.cells.get(owner).unwrap_or(&empty);
            let note_cells: Vec<&Cell> = notes.iter().filter_map(|&at| row.cells.get(at)).collect();
            if task.done || owner.is_struck() || cells::is_complete(owner, &note_cells) {
                self.not_taken(
                    row.line,
                    &row.text,
                    "marked as done, without the date that a done item needs",
                );
                continue;
            }
            let note = cells::joined(&note_cells);
            let links =
                note_cells.iter().fold(Links::default().and(cell), |links, cell| links.and(cell)).into_vec();
            let asked = cells::asked_teams(owner);
            let owners = cells::owners(owner);
            if asked.marked && asked.teams.is_empty() {
                self.not_taken(row.line, &row.text, "asks a team without naming it");
                continue;
            }
            if asked.marked && owners.handles.is_empty() && is_goodwill(&name.title) {
                self.not_taken(row.line, &row.text, GOODWILL);
                continue;
            }
            // A row is both where a person does it and a team is asked to take part.
            if asked.teams.is_empty() || !owners.handles.is_empty() {
                self.tasks.push(Task {
                    line: row.line,
                    name: name.clone(),
                    owners,
                    note: note.clone(),
                    links: links.clone(),
                });
            }
            for team in asked.teams {
                self.asks.push(TeamAsk {
                    line: row.line,
                    team,
                    task: Some(name.clone()),
                    level: None,
                    note: note.clone(),
                    links: links.clone(),
                });
            }
        }
    }

    fn team_asks(&mut self, table: &Table, level: Option<usize>, notes: &[usize]) {
        for row in &table.rows {
            if self.is_unreadable(row) {
                continue;
            }
            let Some(cell) = row.cells.first() else { continue };
            let teams = cells::teams_of_ask(cell);
            let level = level.and_then(|at| row.cells.get(at)).map(Cell::plain).unwrap_or_default();
            let note_cells: Vec<&Cell> = notes.iter().filter_map(|&at| row.cells.get(at)).collect();
            let note = cells::joined(&note_cells);
            if teams.is_empty() {
                self.not_taken(row.line, &row.text, "names no team");
                continue;
            }
            if level.is_empty() && note.is_empty() {
                self.not_taken(
                    row.line,
                    &row.text,
                    "names a team and asks nothing of it, as the template's rows do",
                );
                continue;
            }
            if cell.is_struck() || cells::is_complete(cell, &note_cells) {
                self.not_taken(
                    row.line,
                    &row.text,
                    "marked as done, without the date that a landed ask needs",
                );
                continue;
            }
            if is_goodwill(&note) {
                self.not_taken(row.line, &row.text, GOODWILL);
                continue;
            }
            let links = note_cells.iter().fold(Links::default(), |links, cell| links.and(cell)).into_vec();
            for team in teams {
                self.asks.push(TeamAsk {
                    line: row.line,
                    team,
                    task: None,
                    level: (!level.is_empty()).then(|| cells::level(&level)),
                    note: note.clone(),
                    links: links.clone(),
                });
            }
        }
    }
}
