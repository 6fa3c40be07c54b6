//! Any CSV, with a mapping file that says which column is what.
//!
//! ```toml
//! [columns]                  # title, and team here or below, must be there; all others may be left out
//! key        = "ID"          # what names a row and what links refer to; the title where left out
//! team       = "Squad"
//! title      = "Feature"
//! outcome    = "Goal"        # what the row is for: an outcome of its team, by name; one that has a row of its own too
//! parent     = "Part of"     # the key of a row that is an outcome
//! kind       = "Type"        # read by [kinds]
//! effort     = "Estimate"    # `3w`, `3w, rarely over 6w`; bare numbers need effort-unit
//! points     = "Points"      # need days-per-point
//! due        = "Deadline"    # of outcomes
//! value      = "Value"       # `40k/week`: a claim
//! status     = "State"       # read by [status]
//! started    = "Begun"
//! done       = "Finished"
//! dropped    = "Cancelled"
//! not-before = "Not before"
//! after      = ["Depends on", "Blocked by"]   # keys of rows, several parted by commas
//! blocks     = "Blocks"
//! asks       = "Needs team"  # names of teams that something is asked of
//! what       = "What we need"
//! wanted     = "Needed by"
//! see        = "Link"
//!
//! [read]
//! team           = "checkout"     # for every row, where no column says it
//! dates          = "day-first"    # or "month-first": what comes first in 03/04/2026
//! effort-unit    = "d"            # of bare numbers: h, d or w
//! days-per-point = 0.5
//!
//! [status]
//! open = ["To do"]
//! started = ["Doing"]
//! done = ["Done"]
//! dropped = ["Won't do"]
//!
//! [kinds]
//! outcome = ["Epic"]
//! leave-out = ["Milestone"]
//! ```

mod mapping;

pub use mapping::{Mapping, MappingError};

use crate::dates::{DateOrder, day, is_ambiguous};
use crate::draft::Fields;
use crate::table::{Columns, Row, Table};
use crate::tracker::{self, Asks, End, Group, Issue, Tracker};
use crate::{Draft, FileNotTaken, RowNotTaken, SourceFile};
use kedge_model::{Date, Effort, PriceRate, WorkTime};
use mapping::Names;
use std::collections::{BTreeMap, BTreeSet};

/// Turns tables into a draft, as the mapping says. `name` is the import's, which its plans get.
pub fn draft(sources: &[SourceFile], mapping: &Mapping, name: &str) -> Draft {
    let mut draft = Draft::default();
    let mut fields = Fields::default();
    let mut issues: Vec<Issue> = Vec::new();
    for source in sources {
        let table = Table::read(&source.text);
        let missing = mapping.columns.all().into_iter().find_map(|(what, names)| {
            let missing = names.iter().find(|name| !table.columns(&[name]).is_there())?;
            Some(format!(
                "has no column `{missing}`, which the mapping names for `{what}`: {}",
                table.titles()
            ))
        });
        if let Some(reason) = missing {
            draft.files_not_taken.push(FileNotTaken { file: source.path.clone(), reason });
            continue;
        }
        for (line, text, why) in &table.broken {
            draft.rows_not_taken.push(RowNotTaken::new(&source.path, *line, text, why));
        }
        let reading = Reading::new(source, &table, mapping);
        reading.unread(&mut fields);
        for row in &table.rows {
            match reading.issue(row, &mut fields) {
                Ok(issue) => issues.push(issue),
                Err(reason) => {
                    draft.rows_not_taken.push(RowNotTaken::new(&source.path, row.line, &row.text(), reason));
                }
            }
        }
    }
    find_goals_among_rows(&mut issues);
    let tracker = Tracker {
        format: "csv",
        name,
        title: "Imported".to_owned(),
        holders: BTreeMap::new(),
        // A table names rows; whose a row is that is not there, nobody knows.
        holder_of: &|_| None,
        issues,
    };
    tracker::draft(tracker, &mut draft);
    draft.fields_not_taken = fields.done();
    draft.rows_not_taken.sort();
    draft
}

/// A row may name as its outcome one that has a row of its own: by title or key, in the same team. Then it is that one.
fn find_goals_among_rows(issues: &mut [Issue]) {
    let of = |team: &str, name: &str| (team.trim().to_lowercase(), name.trim().to_lowercase());
    let mut rows: BTreeMap<(String, String), String> = BTreeMap::new();
    for issue in issues.iter().filter(|issue| issue.is_outcome) {
        for name in [&issue.title, &issue.key] {
            rows.entry(of(&issue.team, name)).or_insert_with(|| issue.key.clone());
        }
    }
    for issue in issues.iter_mut().filter(|issue| !issue.is_outcome) {
        let row = issue.group.as_ref().and_then(|group| rows.get(&of(&issue.team, &group.title)));
        if let Some(key) = row {
            if !issue.parents.contains(key) {
                issue.parents.push(key.clone());
            }
            issue.group = None;
        }
    }
}

struct Reading<'a> {
    source: &'a SourceFile,
    table: &'a Table,
    mapping: &'a Mapping,
    columns: BTreeMap<&'static str, Columns>,
    order: Option<DateOrder>,
}

impl<'a> Reading<'a> {
    fn new(source: &'a SourceFile, table: &'a Table, mapping: &'a Mapping) -> Self {
        let columns: BTreeMap<&'static str, Columns> = mapping
            .columns
            .all()
            .into_iter()
            .map(|(what, names)| (what, table.columns(&names.iter().map(String::as_str).collect::<Vec<_>>())))
            .collect();
        let dates = ["due", "started", "done", "dropped", "not-before", "wanted"];
        let order = mapping.read.order().or_else(|| {
            DateOrder::of(table.rows.iter().flat_map(|row| {
                dates.iter().filter_map(|what| columns.get(what)).flat_map(|columns| row.all(columns))
            }))
        });
        Self { source, table, mapping, columns, order }
    }

    fn unread(&self, fields: &mut Fields) {
        let read: BTreeSet<usize> =
            self.columns.values().flat_map(|columns| columns.places().iter().copied()).collect();
        for (title, rows) in self.table.unread(&read) {
            fields.add_rows(title, "the mapping does not name it", rows);
        }
    }

    fn cell<'r>(&self, row: &'r Row, what: &str) -> &'r str {
        self.columns.get(what).map_or("", |columns| row.first(columns))
    }

    /// Every entry of the cells, parted by commas, semicolons or lines.
    fn list(&self, row: &Row, what: &str) -> Vec<String> {
        let Some(columns) = self.columns.get(what) else { return Vec::new() };
        row.all(columns)
            .flat_map(|cell| cell.split([',', ';', '\n']))
            .map(|entry| entry.trim().to_owned())
            .filter(|entry| !entry.is_empty())
            .collect()
    }

    fn date(&self, row: &Row, what: &'static str, fields: &mut Fields) -> Option<Date> {
        let cell = self.cell(row, what);
        let date = day(cell, self.order);
        if date.is_none() && !cell.is_empty() {
            let reason = if is_ambiguous(cell, self.order) {
                "may be the day or the month first: say `dates = \"day-first\"` or `\"month-first\"` in [read]"
            } else {
                "is not a date in a form that is known"
            };
            fields.add(what, reason);
        }
        date
    }

    fn issue(&self, row: &Row, fields: &mut Fields) -> Result<Issue, &'static str> {
        let mapping = self.mapping;
        let kind = self.cell(row, "kind");
        if mapping.kinds.leave_out.has(kind) {
            return Err("is of a kind that the mapping leaves out");
        }
        let is_outcome = mapping.kinds.outcome.has(kind);
        let title = self.cell(row, "title");
        let key = if mapping.columns.has_key() { self.cell(row, "key") } else { title };
        let team = self.cell(row, "team");
        let team = if team.is_empty() { mapping.read.team.as_deref().unwrap_or("") } else { team };
        let outcome = self.cell(row, "outcome");
        let due = self.date(row, "due", fields);
        let group = (!outcome.is_empty() && !is_outcome).then(|| Group {
            key: format!("outcome {outcome}"),
            title: outcome.to_owned(),
            ..Group::default()
        });
        let (effort, value) = (self.effort(row, fields), self.value(row, fields));
        if !is_outcome {
            for (what, there) in [("due", due.is_some()), ("value", value.is_some())] {
                if there {
                    fields.add(what, "only an outcome has it, and this row is none: see [kinds]");
                }
            }
        } else if effort.is_some() {
            fields.add("effort", "an outcome has no effort of its own: its work has");
        }
        let asked = self.cell(row, "what").to_owned();
        let wanted = self.date(row, "wanted", fields);
        let asks = self
            .list(row, "asks")
            .into_iter()
            .map(|team| Asks { team, what: asked.clone(), wanted })
            .collect::<Vec<_>>();
        if asks.is_empty() && (!asked.is_empty() || wanted.is_some()) {
            fields.add("what", "the row does not say of which team it is asked");
        }
        let end = self.end(row, fields);
        let mut started = self.date(row, "started", fields);
        if started.is_none() && mapping.status.started.has(self.cell(row, "status")) {
            fields.add("status", "started, and the row does not say since when");
        }
        if is_outcome && started.take().is_some() {
            fields.add("started", "an outcome is not started: its work is");
        }
        Ok(Issue {
            file: self.source.path.clone(),
            line: row.line,
            text: row.text(),
            key: key.to_owned(),
            team: team.to_owned(),
            title: title.to_owned(),
            is_outcome,
            parents: if is_outcome { Vec::new() } else { self.list(row, "parent") },
            group,
            blocked_by: self.list(row, "after"),
            blocks: self.list(row, "blocks"),
            asks,
            value: value.filter(|_| is_outcome),
            due: due.filter(|_| is_outcome),
            effort: effort.filter(|_| !is_outcome),
            not_before: self.date(row, "not-before", fields),
            started,
            end,
            see: self.list(row, "see").into_iter().filter(|link| link.starts_with("https://")).collect(),
            ..Issue::default()
        })
    }

    fn end(&self, row: &Row, fields: &mut Fields) -> End {
        let status = self.cell(row, "status");
        let words = &self.mapping.status;
        let known: [&Names; 4] = [&words.open, &words.started, &words.done, &words.dropped];
        if !status.is_empty() && !known.iter().any(|names| names.has(status)) {
            fields.add("status", &format!("`{status}` is not among the words of [status]: taken as open"));
        }
        let (done, dropped) = (self.date(row, "done", fields), self.date(row, "dropped", fields));
        if words.dropped.has(status) || (dropped.is_some() && done.is_none()) {
            return dropped.or(done).map_or(End::Undated, |on| End::Dropped(on, None));
        }
        if words.done.has(status) || (done.is_some() && !words.open.has(status) && !words.started.has(status))
        {
            return done.map_or(End::Undated, End::Done);
        }
        if done.is_some() {
            fields.add("done", "the row's status says that it is not done");
        }
        End::Open
    }

    fn effort(&self, row: &Row, fields: &mut Fields) -> Option<Effort> {
        let read = &self.mapping.read;
        let cell = self.cell(row, "effort");
        let number = |cell: &str| cell.replace(',', ".").parse::<f64>().ok().filter(|number| *number > 0.0);
        let time = |amount: f64, unit: &str| {
            format!("{}{unit}", ((amount * 10.0).round() / 10.0).max(0.1))
                .parse::<WorkTime>()
                .ok()
                .map(Effort::Median)
        };
        if !cell.is_empty() {
            let stated = match (number(cell), read.effort_unit()) {
                (Some(amount), Some(unit)) => time(amount, unit),
                (Some(_), None) => {
                    fields.add("effort", "is a number without a unit: say `effort-unit` in [read]");
                    return None;
                }
                (None, _) => cell.parse().ok(),
            };
            if stated.is_none() {
                fields.add("effort", "is not an effort: `3w`, `4d`, `6h` or `3w, rarely over 6w`");
            }
            return stated;
        }
        let points = self.cell(row, "points");
        if points.is_empty() {
            return None;
        }
        let Some(days) = read.days_per_point else {
            fields.add("points", "a point has no unit of time: say `days-per-point` in [read]");
            return None;
        };
        let effort = number(points).and_then(|points| time(points * days, "d"));
        if effort.is_none() {
            fields.add("points", "is not a number over nought");
        }
        effort
    }

    fn value(&self, row: &Row, fields: &mut Fields) -> Option<PriceRate> {
        let cell = self.cell(row, "value");
        if cell.is_empty() {
            return None;
        }
        let value = cell.parse::<PriceRate>().ok();
        if value.is_none() {
            fields.add("value", "is not a value over time: `40k/week`");
        }
        value
    }
}
