//! Linear: issues as its CSV export gives them.
//!
//! | in the export | in the draft |
//! | --- | --- |
//! | `Team` | a team with one plan |
//! | `Project` | an outcome of each team that has issues in it |
//! | an issue that others are part of (`Parent issue`), in no project and part of nothing | an outcome |
//! | any other issue | a work item |
//! | `Blocked by` | `after`, or an ask where it crosses teams |
//! | `Started`, `Completed`, `Canceled` | `started`, `done`, `dropped` |
//! | `Due Date` of an outcome | `due` |
//! | `Estimate` | nothing, unless it is said how many days a point is |
//! | assignees, cycles, labels, priorities, milestones, texts | nothing; `origin` leads back |
//!
//! A due date stands in the export as midnight where its author was, in the time of whoever exports: the nearest
//! midnight is taken.

use crate::dates::{DateOrder, day};
use crate::draft::Fields;
use crate::table::{Columns, Row, Table};
use crate::tracker::{self, End, Group, Holder, Issue, Tracker};
use crate::{Draft, FileNotTaken, RowNotTaken, SourceFile};
use kedge_model::{Date, Effort, WorkTime, WorkUnit};
use std::collections::{BTreeMap, BTreeSet};

/// What the export does not say and whoever imports may.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The import's name, which its plans get. `linear` where it is empty.
    pub name: String,
    /// Working days of one point.
    pub days_per_point: Option<f64>,
}

/// Turns exports into a draft. Several may be given, such as one for each team.
pub fn draft(sources: &[SourceFile], options: &Options) -> Draft {
    let mut draft = Draft::default();
    let mut fields = Fields::default();
    let mut issues: Vec<Issue> = Vec::new();
    for source in sources {
        let table = Table::read(&source.text);
        let missing = ["ID", "Team", "Title"].into_iter().find(|name| !table.columns(&[name]).is_there());
        if let Some(missing) = missing {
            let reason = format!("has no column `{missing}`: {}", table.titles());
            draft.files_not_taken.push(FileNotTaken { file: source.path.clone(), reason });
            continue;
        }
        for (line, text, why) in &table.broken {
            draft.rows_not_taken.push(RowNotTaken::new(&source.path, *line, text, why));
        }
        issues.extend(rows(source, &table, options, &mut fields));
    }
    let parents: BTreeSet<String> = issues.iter().flat_map(|issue| issue.parents.iter().cloned()).collect();
    let mut prefixes: BTreeMap<String, String> = BTreeMap::new();
    for issue in &mut issues {
        issue.is_outcome = issue.group.is_none() && issue.parents.is_empty() && parents.contains(&issue.key);
        if issue.due.is_some() && !issue.is_outcome {
            fields.add("Due Date", "only an outcome has a due date");
        }
        if issue.is_outcome && issue.effort.take().is_some() {
            fields.add("Estimate", "an outcome has no effort of its own: its work has");
        }
        if let Some((prefix, _)) = issue.key.rsplit_once('-') {
            prefixes.entry(prefix.to_owned()).or_insert_with(|| issue.team.clone());
        }
    }
    let holder_of = |key: &str| {
        let (prefix, _) = key.rsplit_once('-')?;
        Some(prefixes.get(prefix).cloned().unwrap_or_else(|| prefix.to_owned()))
    };
    let tracker = Tracker {
        format: "linear",
        name: if options.name.is_empty() { "linear" } else { &options.name },
        title: "Linear issues".to_owned(),
        holders: BTreeMap::<String, Holder>::new(),
        holder_of: &holder_of,
        issues,
    };
    tracker::draft(tracker, &mut draft);
    draft.fields_not_taken = fields.done();
    draft.rows_not_taken.sort();
    draft
}

fn rows(source: &SourceFile, table: &Table, options: &Options, fields: &mut Fields) -> Vec<Issue> {
    let column = |name: &str| table.columns(&[name]);
    let (id, team, title) = (column("ID"), column("Team"), column("Title"));
    let (project, project_id) = (column("Project"), column("Project ID"));
    let (parent, blocked_by) = (column("Parent issue"), column("Blocked by"));
    let (started, completed, canceled) = (column("Started"), column("Completed"), column("Canceled"));
    let (archived, due, estimate) = (column("Archived"), column("Due Date"), column("Estimate"));
    let dates = [&started, &completed, &canceled, &due];
    let order = DateOrder::of(
        table.rows.iter().flat_map(|row| dates.into_iter().flat_map(|columns| row.all(columns))),
    );
    let read: BTreeSet<usize> = [
        &id,
        &team,
        &title,
        &project,
        &project_id,
        &parent,
        &blocked_by,
        &started,
        &completed,
        &canceled,
        &archived,
        &due,
        &estimate,
        &column("Status"),
        &column("UUID"),
    ]
    .iter()
    .flat_map(|columns| columns.places().iter().copied())
    .collect();
    for (title, rows) in table.unread(&read) {
        fields.add_rows(title, reason(title), rows);
    }
    let keys = |row: &Row, columns: &Columns| -> Vec<String> {
        row.all(columns)
            .flat_map(|cell| cell.split([',', ';', ' ']))
            .map(|key| key.trim().to_owned())
            .filter(|key| !key.is_empty())
            .collect()
    };
    let mut issues = Vec::new();
    for row in &table.rows {
        let mut date = |columns: &Columns, name: &str| {
            let cell = row.first(columns);
            let date = day(cell, order);
            if date.is_none() && !cell.is_empty() {
                fields.add(name, "is not a date in a form that is known");
            }
            date
        };
        let (began, done, dropped) =
            (date(&started, "Started"), date(&completed, "Completed"), date(&canceled, "Canceled"));
        let due_on = date(&due, "Due Date").map(|date| nearest_midnight(date, row.first(&due)));
        let end = match (done, dropped) {
            (Some(on), _) => End::Done(on),
            (None, Some(on)) => End::Dropped(on, Some("canceled".to_owned())),
            (None, None) if !row.first(&archived).is_empty() => End::Undated,
            (None, None) => End::Open,
        };
        let group = (!row.first(&project).is_empty() || !row.first(&project_id).is_empty()).then(|| {
            let named = row.first(&project_id);
            let key = if named.is_empty() { row.first(&project) } else { named };
            Group { key: format!("project {key}"), title: row.first(&project).to_owned(), ..Group::default() }
        });
        issues.push(Issue {
            file: source.path.clone(),
            line: row.line,
            text: row.text(),
            key: row.first(&id).to_owned(),
            team: row.first(&team).to_owned(),
            title: row.first(&title).to_owned(),
            parents: keys(row, &parent),
            group,
            blocked_by: keys(row, &blocked_by),
            due: due_on,
            effort: effort(row.first(&estimate), options, fields),
            started: began,
            end,
            ..Issue::default()
        });
    }
    issues
}

fn effort(estimate: &str, options: &Options, fields: &mut Fields) -> Option<Effort> {
    if estimate.is_empty() {
        return None;
    }
    let Some(days) = options.days_per_point else {
        fields.add("Estimate", "a point has no unit of time: say `--days-per-point`");
        return None;
    };
    let effort =
        estimate.replace(',', ".").parse::<f64>().ok().filter(|points| *points > 0.0).and_then(|points| {
            WorkTime::new(((points * days * 10.0).round() / 10.0).max(0.1), WorkUnit::Day)
        });
    if effort.is_none() {
        fields.add("Estimate", "is not a number over nought");
    }
    effort.map(Effort::Median)
}

/// The day whose midnight is nearest to the time behind the date: from noon on, the next.
fn nearest_midnight(date: Date, cell: &str) -> Date {
    let hour = cell
        .split([' ', 'T'])
        .find_map(|word| word.split_once(':').filter(|_| word.starts_with(|c: char| c.is_ascii_digit())))
        .and_then(|(hour, _)| hour.parse::<u32>().ok());
    if hour.is_some_and(|hour| (12..24).contains(&hour)) { date.plus_days(1) } else { date }
}

fn reason(title: &str) -> &'static str {
    match title.to_lowercase().as_str() {
        "assignee" | "creator" => "a person counts as capacity, and how much of whose time is not said",
        "cycle number" | "cycle name" | "cycle start" | "cycle end" => "a cycle is no promise to anybody",
        "initiatives" => "an initiative is the council's, which ranks it",
        "related to" | "duplicate of" => "only `Blocked by` says that one waits for the other",
        _ => "has no place in a plan; `origin` leads back to it",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_due_date_is_the_nearest_midnight() {
        let due = |cell: &str| nearest_midnight(day(cell, None).unwrap(), cell).to_string();
        assert_eq!(due("Thu Jun 25 2026 23:00:00 GMT+0000 (GMT+00:00)"), "2026-06-26");
        assert_eq!(due("Fri Jun 26 2026 00:00:00 GMT+0200 (CEST)"), "2026-06-26");
        assert_eq!(due("Fri Jun 26 2026 05:00:00 GMT+0000 (GMT)"), "2026-06-26");
        assert_eq!(due("2026-06-26"), "2026-06-26");
    }
}
