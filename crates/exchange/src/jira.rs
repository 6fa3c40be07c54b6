//! Jira: issues as its CSV export gives them, of Cloud and of Data Center.
//!
//! A column is repeated for each value (`Outward issue link (Blocks)`, `Sprint`, `Labels`), estimates are seconds, dates
//! follow the language and format of whoever exports. Both "Export CSV (all fields)" and "(current fields)" are read, as
//! far as they hold the columns that matter.
//!
//! | in the export | in the draft |
//! | --- | --- |
//! | `Project key`, or the column that is given as the team's | a team with one plan |
//! | an issue of type Epic | an outcome, with its due date |
//! | an issue that holds epics | a row not taken: what is above outcomes is an initiative, and the council's |
//! | any other issue, sub-tasks too | a work item for its epic (`Parent`, `Epic Link`) |
//! | `Original estimate` | `effort`, in hours |
//! | `Remaining Estimate` of what was started | `left`, as of `Updated` |
//! | story points | nothing, unless it is said how many days a point is |
//! | `Resolved`; else the status category Done and since when | `done`, `live` |
//! | a resolution such as Won't Do or Duplicate | `dropped` |
//! | the status category In Progress and since when, `Actual start` | `started` |
//! | `Inward`/`Outward issue link (Blocks)` | `after`, or an ask where it crosses teams |
//! | assignees, sprints, labels, priorities, descriptions, other links | nothing; `origin` leads back |

use crate::dates::{DateOrder, day, is_ambiguous};
use crate::draft::Fields;
use crate::table::{Columns, Row, Table};
use crate::tracker::{self, End, Holder, Issue, Tracker};
use crate::{Draft, FileNotTaken, RowNotTaken, SourceFile};
use kedge_model::{Date, Effort, Left, WorkTime, WorkUnit};
use std::collections::{BTreeMap, BTreeSet};

/// What the export does not say and whoever imports may.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The import's name, which its plans get. `jira` where it is empty.
    pub name: String,
    /// Working days of one story point.
    pub days_per_point: Option<f64>,
    /// What comes first in `03/04/2026`.
    pub dates: Option<DateOrder>,
    /// The column whose value is the team; the project is where it is empty.
    pub team_column: Option<String>,
}

/// Resolutions of what was given up rather than done: those that Jira and Jira Service Management come with, and common
/// ones.
const GIVEN_UP: [&str; 16] = [
    "won't do",
    "won't fix",
    "wont do",
    "wont fix",
    "won’t do",
    "won’t fix",
    "declined",
    "duplicate",
    "incomplete",
    "cannot reproduce",
    "invalid",
    "not a bug",
    "abandoned",
    "cancelled",
    "canceled",
    "rejected",
];

/// The last statuses of the workflows that Jira comes with, for exports that hold neither category nor resolution.
const LAST: [&str; 3] = ["done", "closed", "resolved"];

struct Layout {
    key: Columns,
    id: Columns,
    summary: Columns,
    kind: Columns,
    status: Columns,
    category: Columns,
    category_since: Columns,
    project: Columns,
    project_name: Columns,
    resolution: Columns,
    resolved: Columns,
    updated: Columns,
    due: Columns,
    estimate: Columns,
    remaining: Columns,
    points: Columns,
    actual_start: Columns,
    parent: Columns,
    blocks: Columns,
    blocked_by: Columns,
    team: Columns,
}

impl Layout {
    fn of(table: &Table, options: &Options) -> Self {
        let columns = |names: &[&str]| table.columns(names);
        Self {
            key: columns(&["Issue key", "Work item key", "Key"]),
            id: columns(&["Issue id", "Work item id"]),
            summary: columns(&["Summary"]),
            kind: columns(&["Issue Type", "Work type", "Work item type"]),
            status: columns(&["Status"]),
            category: columns(&["Status Category"]),
            category_since: columns(&["Status Category Changed"]),
            project: columns(&["Project key"]),
            project_name: columns(&["Project name"]),
            resolution: columns(&["Resolution"]),
            resolved: columns(&["Resolved"]),
            updated: columns(&["Updated"]),
            due: columns(&["Due date"]),
            estimate: columns(&["Original estimate"]),
            remaining: columns(&["Remaining Estimate"]),
            points: columns(&[
                "Custom field (Story Points)",
                "Custom field (Story point estimate)",
                "Story Points",
                "Story point estimate",
            ]),
            actual_start: columns(&["Custom field (Actual start)"]),
            parent: columns(&["Parent key", "Parent", "Parent id"])
                .and(columns(&["Custom field (Epic Link)", "Epic Link"])),
            blocks: columns(&["Outward issue link (Blocks)", "Outward work item link (Blocks)"]),
            blocked_by: columns(&["Inward issue link (Blocks)", "Inward work item link (Blocks)"]),
            team: options.team_column.as_deref().map(|name| columns(&[name])).unwrap_or_default(),
        }
    }

    fn dates(&self) -> [&Columns; 5] {
        [&self.resolved, &self.updated, &self.due, &self.category_since, &self.actual_start]
    }

    /// What is read, where it is not said otherwise.
    fn read(&self) -> BTreeSet<usize> {
        [
            &self.key,
            &self.id,
            &self.summary,
            &self.kind,
            &self.status,
            &self.category,
            &self.category_since,
            &self.project,
            &self.project_name,
            &self.resolution,
            &self.resolved,
            &self.updated,
            &self.due,
            &self.estimate,
            &self.remaining,
            &self.actual_start,
            &self.parent,
            &self.blocks,
            &self.blocked_by,
            &self.team,
        ]
        .iter()
        .flat_map(|columns| columns.places().iter().copied())
        .collect()
    }
}

/// Turns exports into a draft. Several may be given, such as one for each project.
///
/// ```
/// use kedge_exchange::{SourceFile, jira};
/// let export = "Issue key,Summary,Issue Type,Project key,Inward issue link (Blocks)\n\
///               SHOP-1,Pay in one tap,Story,SHOP,PAY-7\n\
///               PAY-7,Tokens,Story,PAY,\n";
/// let draft = jira::draft(&[SourceFile::new("jira.csv", export)], &jira::Options::default());
/// let counts = draft.counts();
/// assert_eq!((counts.teams, counts.work, counts.asks, counts.rows_not_taken), (2, 2, 1, 0));
/// ```
pub fn draft(sources: &[SourceFile], options: &Options) -> Draft {
    let mut draft = Draft::default();
    let mut issues = Vec::new();
    let mut holders: BTreeMap<String, Holder> = BTreeMap::new();
    let mut fields = Fields::default();
    for source in sources {
        let table = Table::read(&source.text);
        let layout = Layout::of(&table, options);
        let missing =
            [(&layout.key, "Issue key"), (&layout.summary, "Summary"), (&layout.kind, "Issue Type")]
                .iter()
                .find(|(columns, _)| !columns.is_there())
                .map(|(_, name)| (*name).to_owned())
                .or_else(|| options.team_column.clone().filter(|_| !layout.team.is_there()));
        if let Some(missing) = missing {
            let reason = format!("has no column `{missing}`: {}", table.titles());
            draft.files_not_taken.push(FileNotTaken { file: source.path.clone(), reason });
            continue;
        }
        for (line, text, why) in &table.broken {
            draft.rows_not_taken.push(RowNotTaken::new(&source.path, *line, text, why));
        }
        let order = options.dates.or_else(|| {
            DateOrder::of(
                table.rows.iter().flat_map(|row| layout.dates().into_iter().flat_map(|at| row.all(at))),
            )
        });
        let reading = Reading { source, layout: &layout, options, order };
        let rows = reading.issues(&table, &mut draft, &mut fields);
        for (row, _) in &rows {
            let project = reading.project(row);
            let title = row.first(&layout.project_name);
            if !title.is_empty() {
                holders.entry(project).or_default().title = Some(title.to_owned());
            }
        }
        issues.extend(rows.into_iter().map(|(_, issue)| issue));
        unread(&table, &layout, &mut fields);
    }
    let known: BTreeSet<String> = issues.iter().map(|issue: &Issue| issue.team.clone()).collect();
    let by_project = options.team_column.is_none();
    let holder_of = |key: &str| {
        let project = project_of(key)?;
        // Where a column names the teams, a project that nobody sees says nothing about whose an issue is.
        (by_project || known.contains(project)).then(|| project.to_owned())
    };
    let name = if options.name.is_empty() { "jira" } else { &options.name };
    let title = "Jira issues".to_owned();
    let tracker = Tracker { format: "jira", name, title, holders, holder_of: &holder_of, issues };
    tracker::draft(tracker, &mut draft);
    draft.fields_not_taken = fields.done();
    draft.rows_not_taken.sort();
    draft
}

fn project_of(key: &str) -> Option<&str> {
    let (project, number) = key.rsplit_once('-')?;
    (!project.is_empty() && !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit()))
        .then_some(project)
}

/// Adds the columns that are not read, each with its reason.
fn unread(table: &Table, layout: &Layout, fields: &mut Fields) {
    let mut read = layout.read();
    read.extend(layout.points.places());
    for (title, rows) in table.unread(&read) {
        fields.add_rows(title, reason(title), rows);
    }
}

/// Why a column has no place.
fn reason(title: &str) -> &'static str {
    let title = title.to_lowercase();
    if title.contains("issue link (") || title.contains("work item link (") {
        "only `Blocks` says that one waits for the other"
    } else if title.starts_with("assignee") || title.starts_with("reporter") || title.starts_with("creator") {
        "a person counts as capacity, and how much of whose time is not said"
    } else if title == "sprint" {
        "a sprint is no promise to anybody"
    } else if title.starts_with("time spent") || title.starts_with('σ') {
        "sums and time spent are no forecast"
    } else {
        "has no place in a plan; `origin` leads back to it"
    }
}

struct Reading<'a> {
    source: &'a SourceFile,
    layout: &'a Layout,
    options: &'a Options,
    order: Option<DateOrder>,
}

impl Reading<'_> {
    fn project(&self, row: &Row) -> String {
        let stated = row.first(&self.layout.project);
        let project =
            if stated.is_empty() { project_of(row.first(&self.layout.key)).unwrap_or("") } else { stated };
        project.to_owned()
    }

    fn team(&self, row: &Row) -> String {
        let stated = row.first(&self.layout.team);
        if stated.is_empty() { self.project(row) } else { stated.to_owned() }
    }

    fn issues<'t>(&self, table: &'t Table, draft: &mut Draft, fields: &mut Fields) -> Vec<(&'t Row, Issue)> {
        let layout = self.layout;
        let keys: BTreeMap<&str, &str> = table
            .rows
            .iter()
            .map(|row| (row.first(&layout.id), row.first(&layout.key)))
            .filter(|(id, key)| !id.is_empty() && !key.is_empty())
            .collect();
        let parent = |row: &Row| -> Vec<String> {
            let mut parents: Vec<String> = Vec::new();
            for cell in row.all(&layout.parent) {
                // A parent is named by its number in some exports and by its key in others.
                let key = keys.get(cell).copied().unwrap_or(cell);
                if project_of(key).is_some() && !parents.iter().any(|known| known == key) {
                    parents.push(key.to_owned());
                }
            }
            parents
        };
        let is_epic = |row: &Row| row.first(&layout.kind).eq_ignore_ascii_case("epic");
        let above: BTreeSet<String> =
            table.rows.iter().filter(|row| is_epic(row)).flat_map(&parent).collect();
        let mut issues = Vec::new();
        for row in &table.rows {
            let key = row.first(&layout.key);
            if above.contains(key) && !is_epic(row) {
                let reason = "holds epics: what is above outcomes is an initiative, which the council ranks";
                draft.rows_not_taken.push(RowNotTaken::new(&self.source.path, row.line, &row.text(), reason));
                continue;
            }
            let mut parents = parent(row);
            if is_epic(row) {
                parents.clear();
            }
            let outcome = is_epic(row);
            let end = self.end(row);
            let started = self.started(row, &end, fields);
            let mut issue = Issue {
                file: self.source.path.clone(),
                line: row.line,
                text: row.text(),
                key: key.to_owned(),
                team: self.team(row),
                title: row.first(&layout.summary).to_owned(),
                is_outcome: outcome,
                parents,
                blocks: row.all(&layout.blocks).map(str::to_owned).collect(),
                blocked_by: row.all(&layout.blocked_by).map(str::to_owned).collect(),
                effort: self.effort(row, fields),
                started,
                end,
                ..Issue::default()
            };
            let due = self.date(row, &layout.due, "Due date", fields);
            if outcome {
                issue.due = due;
                if issue.effort.take().is_some() {
                    fields.add("Original estimate", "an outcome has no effort of its own: its work has");
                }
            } else {
                if due.is_some() {
                    fields.add("Due date", "only an outcome has a due date");
                }
                issue.left = self.left(row);
            }
            issues.push((row, issue));
        }
        issues
    }

    fn date(&self, row: &Row, columns: &Columns, name: &str, fields: &mut Fields) -> Option<Date> {
        let cell = row.first(columns);
        let date = day(cell, self.order);
        if date.is_none() && !cell.is_empty() {
            let reason = if is_ambiguous(cell, self.order) {
                "may be the day or the month first: say `--dates day-first` or `month-first`"
            } else {
                "is not a date in a form that is known"
            };
            fields.add(name, reason);
        }
        date
    }

    /// Jira's own sign of an end is the resolution; where the export does not hold it, the category or the status.
    fn end(&self, row: &Row) -> End {
        let layout = self.layout;
        let resolution = row.first(&layout.resolution).to_lowercase();
        let resolved = row.first(&layout.resolved);
        let is_resolved = !resolved.is_empty() || !matches!(resolution.as_str(), "" | "unresolved");
        let category = row.first(&layout.category);
        let is_done = category.eq_ignore_ascii_case("done");
        let knows = layout.category.is_there() || layout.resolution.is_there() || layout.resolved.is_there();
        let is_last = !knows && LAST.contains(&row.first(&layout.status).to_lowercase().as_str());
        if !is_resolved && !is_done && !is_last {
            return End::Open;
        }
        let since = if is_done { row.first(&layout.category_since) } else { "" };
        let Some(on) = day(resolved, self.order).or_else(|| day(since, self.order)) else {
            return End::Undated;
        };
        if GIVEN_UP.contains(&resolution.as_str()) {
            End::Dropped(on, Some(row.first(&layout.resolution).to_owned()))
        } else {
            End::Done(on)
        }
    }

    fn started(&self, row: &Row, end: &End, fields: &mut Fields) -> Option<Date> {
        let layout = self.layout;
        if let Some(date) = self.date(row, &layout.actual_start, "Actual start", fields) {
            return Some(date);
        }
        if *end != End::Open || !row.first(&layout.category).eq_ignore_ascii_case("in progress") {
            return None;
        }
        let since = day(row.first(&layout.category_since), self.order);
        if since.is_none() {
            fields.add("Status Category", "in progress, and the export does not say since when");
        }
        since
    }

    fn effort(&self, row: &Row, fields: &mut Fields) -> Option<Effort> {
        let layout = self.layout;
        let estimate = row.first(&layout.estimate);
        if !estimate.is_empty() {
            if let Some(effort) = hours(estimate) {
                return Some(effort);
            }
            if estimate != "0" {
                fields.add("Original estimate", "is not a number of seconds");
            }
        }
        let points = row.first(&layout.points);
        if points.is_empty() {
            return None;
        }
        let Some(days) = self.options.days_per_point else {
            fields.add("Story points", "a point has no unit of time: say `--days-per-point`");
            return None;
        };
        let effort = points
            .replace(',', ".")
            .parse::<f64>()
            .ok()
            .filter(|points| *points > 0.0)
            .and_then(|points| WorkTime::new(round(points * days), WorkUnit::Day));
        if effort.is_none() {
            fields.add("Story points", "is not a number over nought");
        }
        effort.map(Effort::Median)
    }

    /// What was left when the issue was last changed; whoever changes what is left changes the issue.
    fn left(&self, row: &Row) -> Option<Left> {
        let layout = self.layout;
        let on = day(row.first(&layout.updated), self.order)?;
        Some(Left { on, effort: hours(row.first(&layout.remaining))? })
    }
}

/// Jira counts working time in seconds; a tenth of an hour is as fine as anybody estimates.
fn hours(seconds: &str) -> Option<Effort> {
    let Ok(seconds) = seconds.parse::<f64>() else {
        // Tables that went through other hands say the unit.
        return seconds.parse::<WorkTime>().ok().map(Effort::Median);
    };
    if seconds <= 0.0 {
        return None;
    }
    WorkTime::new(round(seconds / 3600.0), WorkUnit::Hour).map(Effort::Median)
}

/// To a tenth, and never to nothing.
fn round(amount: f64) -> f64 {
    ((amount * 10.0).round() / 10.0).max(0.1)
}
