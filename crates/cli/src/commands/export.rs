//! `kedge export`: the organisation in other people's formats.

use super::{Session, print_json};
use crate::arguments::{Export, ExportFormat, TableChoice};
use crate::failure::{Exit, Failure};
use crate::find;
use crate::terminal::{say, say_part};
use kedge_exchange::export::{View, csv::Table};
use kedge_workspace::Format;
use std::path::{Path, PathBuf};

/// Writes the export to standard output or a file.
pub(crate) fn run(session: &Session, export: &Export) -> Result<Exit, Failure> {
    let Export { format, table, team, plan, dataset, output, fast, .. } = export;
    if dataset.is_some() && *format != ExportFormat::Odcs {
        return Err(Failure::new("a single dataset is exported as a contract")
            .hint("say `kedge export odcs --dataset NAME`"));
    }
    let answers = session.answers()?;
    let view = match (team, plan) {
        (Some(team), _) => View::Team(find::team(&answers.organisation, team)?),
        (None, Some(plan)) => View::Plan(find::plan_or_outcome(&answers.organisation, plan)?),
        (None, None) => View::Whole,
    };
    let format = match format {
        ExportFormat::Csv => Format::Csv(match table {
            TableChoice::Asks => Table::Asks,
            TableChoice::Outcomes => Table::Outcomes,
            TableChoice::Work => Table::Work,
            TableChoice::Hacks => Table::Hacks,
        }),
        ExportFormat::Json => Format::Json,
        ExportFormat::Ics => Format::ICalendar,
        ExportFormat::Mermaid => Format::Mermaid,
        ExportFormat::Dot => Format::Dot,
        ExportFormat::Markdown => Format::Markdown,
        ExportFormat::Odcs => return contracts(session, export, &view),
    };
    let text = if *fast || !format.needs_forecast() {
        answers.export(format, &view, false)
    } else {
        session.terminal.while_running("forecasting", || answers.export(format, &view, true))
    }?;
    let Some(file) = output else {
        if session.json && format != Format::Json {
            print_json(&serde_json::json!({ "as_of": answers.as_of, "text": text }))?;
        } else {
            say_part!("{text}");
        }
        return Ok(Exit::Fine);
    };
    write(file, &text)?;
    if session.json {
        print_json(&serde_json::json!({ "as_of": answers.as_of, "written": file, "bytes": text.len() }))?;
    } else {
        say!("Written: {}", file.display());
    }
    Ok(Exit::Fine)
}

/// Writes the contracts of datasets: one after the other, one into a file, or each into a file of its own below a folder.
fn contracts(session: &Session, export: &Export, view: &View) -> Result<Exit, Failure> {
    let answers = session.answers()?;
    let team = match view {
        View::Whole => None,
        View::Team(team) => Some(team),
        View::Plan(plan) => {
            return Err(Failure::new(format!("a plan has no datasets: {plan}"))
                .hint(format!("its team may: `kedge export odcs --team {}`", plan.team())));
        }
    };
    let mut files = answers.contract_files(team).map_err(Failure::new)?;
    if let Some(name) = &export.dataset {
        let wanted = find::dataset(&answers.organisation, name)?;
        files.retain(|file| file.dataset == wanted);
    }
    if files.is_empty() {
        return Err(Failure::new("no dataset is declared")
            .hint("`kedge new dataset` declares one; `kedge align datasets` lists those found in code too"));
    }
    let Some(output) = &export.output else {
        if session.json {
            let files: Vec<_> = files
                .iter()
                .map(|it| serde_json::json!({ "dataset": it.dataset, "path": it.path, "text": it.text }))
                .collect();
            print_json(&serde_json::json!({ "as_of": answers.as_of, "contracts": files }))?;
        } else {
            let texts: Vec<&str> = files.iter().map(|it| it.text.as_str()).collect();
            say_part!("{}", texts.join("---\n"));
        }
        return Ok(Exit::Fine);
    };
    let written: Vec<PathBuf> = match files.as_slice() {
        [only] if export.dataset.is_some() && !output.is_dir() => {
            write(output, &only.text)?;
            vec![output.clone()]
        }
        files => {
            let mut written = Vec::new();
            for file in files {
                let path = output.join(&file.path);
                if let Some(folder) = path.parent() {
                    std::fs::create_dir_all(folder).map_err(|error| {
                        Failure::new(format!("{} could not be made: {error}", folder.display()))
                    })?;
                }
                write(&path, &file.text)?;
                written.push(path);
            }
            written
        }
    };
    if session.json {
        print_json(&serde_json::json!({ "as_of": answers.as_of, "written": written }))?;
    } else {
        for path in written {
            say!("Written: {}", path.display());
        }
    }
    Ok(Exit::Fine)
}

fn write(file: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(file, text)
        .map_err(|error| Failure::new(format!("{} could not be written: {error}", file.display())))
}
