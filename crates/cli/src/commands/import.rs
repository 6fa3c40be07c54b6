//! `kedge import`: another tool's data, as plans.

use super::{nearest_organisation, print_json, whole_organisation};
use crate::arguments::{Common, DateOrderChoice, Destination, HostOfCode, ImportFormat};
use crate::failure::{Exit, Failure};
use crate::terminal::{Terminal, Tone};
use crate::terminal::{say, say_part};
use kedge_exchange::codeowners::Host;
use kedge_exchange::{DateOrder, Kept, Report};
use kedge_model::{Fact, FactId};
use kedge_workspace::{ImportError, Imported, Target, import};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// How many rows of each reason, and how many facts, are shown; `--json` lists all.
const SHOWN: usize = 5;

/// Imports, and prints what was taken and what was not.
pub(crate) fn run(common: &Common, terminal: Terminal, format: &ImportFormat) -> Result<Exit, Failure> {
    let target = |destination: &Destination, format: &str| -> Result<Target, Failure> {
        let name = match &destination.name {
            Some(name) => name.clone(),
            None => format.parse().map_err(Failure::new)?,
        };
        Ok(Target { out: folder(common, destination)?, name, dry_run: destination.dry_run })
    };
    let reading = |work: &dyn Fn() -> Result<Imported, ImportError>| {
        terminal.while_running("reading", work).map_err(Failure::new)
    };
    let (imported, destination) = match format {
        ImportFormat::RustGoals { folder, teams, destination } => {
            let target = target(destination, "rust-goals")?;
            (reading(&|| import::rust_goals(folder, teams.as_deref(), &target))?, destination)
        }
        ImportFormat::Jira { files, team_column, days_per_point, dates, destination } => {
            let target = target(destination, "jira")?;
            let options = kedge_exchange::jira::Options {
                name: target.name.to_string(),
                days_per_point: days(*days_per_point)?,
                dates: dates.map(order),
                team_column: team_column.clone(),
            };
            (reading(&|| import::jira(files, &options, &target))?, destination)
        }
        ImportFormat::Github { files, repository, team_label, destination } => {
            let target = target(destination, "github")?;
            let options = kedge_exchange::github::Options {
                name: String::new(),
                repository: repository.clone(),
                team_label: team_label.clone(),
            };
            (reading(&|| import::github(files, &options, &target))?, destination)
        }
        ImportFormat::Linear { files, days_per_point, destination } => {
            let target = target(destination, "linear")?;
            let options = kedge_exchange::linear::Options {
                name: String::new(),
                days_per_point: days(*days_per_point)?,
            };
            (reading(&|| import::linear(files, &options, &target))?, destination)
        }
        ImportFormat::Csv { files, mapping, destination } => {
            let target = target(destination, "csv")?;
            (reading(&|| import::csv(files, mapping, &target))?, destination)
        }
        ImportFormat::Backstage { paths, repository, destination } => {
            let target = target(destination, "backstage")?;
            let options = kedge_exchange::backstage::Options { repository: repository.clone() };
            (reading(&|| import::backstage(paths, &options, &target))?, destination)
        }
        ImportFormat::Odcs { paths, team, roles_are_teams, destination } => {
            let target = target(destination, "odcs")?;
            let options =
                kedge_exchange::odcs::Options { team: team.clone(), roles_are_teams: *roles_are_teams };
            (reading(&|| import::odcs(paths, &options, &target))?, destination)
        }
        ImportFormat::Codeowners { path, repository, host, files, destination } => {
            let target = target(destination, &format!("codeowners-{repository}"))?;
            let host = host.map(|host| match host {
                HostOfCode::Github => Host::GitHub,
                HostOfCode::Gitlab => Host::GitLab,
            });
            let read = || import::codeowners(path, repository, host, files.as_deref(), &target);
            (reading(&read)?, destination)
        }
        ImportFormat::Kep { folder, groups, releases, destination } => {
            let target = target(destination, "kep")?;
            let read = || import::kep(folder, groups.as_deref(), releases.as_deref(), &target);
            (reading(&read)?, destination)
        }
    };
    show(common, terminal, &imported, destination)?;
    Ok(Exit::Fine)
}

/// The organisation's folder: the one that is named, else the one here.
fn folder(common: &Common, destination: &Destination) -> Result<PathBuf, Failure> {
    if let Some(out) = &destination.out {
        return Ok(out.clone());
    }
    let here = match common.folder.as_deref() {
        Some(path) => whole_organisation(path),
        None => nearest_organisation()?,
    };
    if here.join("kedge.toml").is_file() {
        return Ok(here);
    }
    Err(Failure::new("there is no organisation here to import into")
        .hint("say where with `--out DIR`: it is made if it is not there"))
}

fn order(choice: DateOrderChoice) -> DateOrder {
    match choice {
        DateOrderChoice::DayFirst => DateOrder::DayFirst,
        DateOrderChoice::MonthFirst => DateOrder::MonthFirst,
    }
}

fn days(a_point: Option<f64>) -> Result<Option<f64>, Failure> {
    match a_point {
        Some(days) if !(days > 0.0 && days <= 100.0) => {
            Err(Failure::new(format!("a point cannot be {days} days"))
                .hint("say a number over 0, such as 0.5"))
        }
        days => Ok(days),
    }
}

fn show(
    common: &Common,
    terminal: Terminal,
    imported: &Imported,
    destination: &Destination,
) -> Result<(), Failure> {
    let Imported { draft, report, edits, .. } = imported;
    if common.json {
        return print_json(&serde_json::json!({
            "counts": draft.counts(),
            "report": report,
            "written": !destination.dry_run,
            "files": edits.iter().map(|edit| &edit.path).collect::<Vec<_>>(),
            "rows_not_taken": draft.rows_not_taken,
            "fields_not_taken": draft.fields_not_taken,
            "files_not_taken": draft.files_not_taken,
            "notes": draft.notes,
        }));
    }
    say_part!("{}", draft.summary(SHOWN));
    said(terminal, report);
    new_teams(terminal, imported);
    // What the next command has to be told, where it is not here.
    let named = destination.out.as_deref().or(common.folder.as_deref()).filter(|out| !is_here(out));
    let (files, place) = (
        counted(imported.files(), "file", "files"),
        named.map_or_else(|| "here".to_owned(), |out| format!("in {}", out.display())),
    );
    if destination.dry_run {
        say!("\nNothing was written; without --dry-run it would be {files} {place}.");
    } else {
        say!("\n{files} written {place}.");
        let next = match named.map(Path::display) {
            Some(out) => {
                format!(
                    "`kedge check {out}` or `kedge serve {out}` goes on; `kedge undo --in {out}` takes it back."
                )
            }
            None => "`kedge check` or `kedge serve` goes on; `kedge undo` takes it back.".to_owned(),
        };
        say!("{}", terminal.paint(Tone::Soft, next));
    }
    Ok(())
}

fn is_here(folder: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    real(folder).is_some_and(|folder| real(Path::new(".")) == Some(folder))
}

/// The teams that an import adds to an organisation that has some: one of them may be there under another name.
fn new_teams(terminal: Terminal, imported: &Imported) {
    let report = &imported.report;
    let added: Vec<(FactId, String)> = imported
        .draft
        .facts()
        .into_iter()
        .filter_map(|fact| match &fact {
            Fact::Team(team) => Some((fact.id(), team.meta.origin.clone()?)),
            _ => None,
        })
        .filter(|(id, _)| report.added.contains(id))
        .collect();
    let (true, Some((_, origin))) = (imported.had_teams, added.first()) else { return };
    let names: Vec<String> = added.iter().map(|(id, _)| id.to_string()).collect();
    say!("{} {}", terminal.paint(Tone::Strong, "Not there before:"), names.join(", "));
    say!(
        "  A team that is there under another name is found by its origin: take the import back, write\n  \
         `origin = \"{origin}\"` in that team's file, and import again."
    );
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// What the import changes in what is there.
fn said(terminal: Terminal, report: &Report) {
    let Report { added, changed, unchanged, kept, gone } = report;
    let strong = |text: &str| terminal.paint(Tone::Strong, text);
    say!("\n{} {} new, {} changed, {unchanged} as they were.", strong("Facts:"), added.len(), changed.len());
    for change in changed.iter().take(SHOWN) {
        say!("  {}: {}", change.fact, change.fields.join(", "));
    }
    more(changed.len());
    if !kept.is_empty() {
        say!("{} {}", strong("Kept as people have it:"), kept.len());
        for kept in kept.iter().take(SHOWN * 4) {
            say!("  {}", told(kept));
        }
        more_of(kept.len(), SHOWN * 4);
    }
    if !gone.is_empty() {
        say!("{} {}", strong("No longer in the source, and left as they are:"), gone.len());
        for fact in gone.iter().take(SHOWN * 4) {
            say!("  {fact}");
        }
        more_of(gone.len(), SHOWN * 4);
    }
}

fn more(count: usize) {
    more_of(count, SHOWN);
}

fn more_of(count: usize, shown: usize) {
    if count > shown {
        say!("  and {} more; `--json` lists all", count - shown);
    }
}

fn told(kept: &Kept) -> String {
    let shown = |value: &Value| match value {
        Value::Null => "not stated".to_owned(),
        value => {
            let text = value.to_string();
            if text.chars().count() > 60 { text.chars().take(60).chain(['…']).collect() } else { text }
        }
    };
    match kept.field {
        Some(field) => format!(
            "{}: {field} {}; here {}, in the source {}",
            kept.fact,
            kept.why,
            shown(&kept.here),
            shown(&kept.source)
        ),
        None => format!("{} {}", kept.fact, kept.why),
    }
}
