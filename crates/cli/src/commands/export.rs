//! `kedge export`: the organisation in other people's formats.

use super::{Session, print_json};
use crate::arguments::{Export, ExportFormat, TableChoice};
use crate::failure::{Exit, Failure};
use crate::find;
use crate::terminal::{say, say_part};
use kedge_exchange::export::{View, csv::Table};
use kedge_workspace::Format;

/// Writes the export to standard output or a file.
pub(crate) fn run(session: &Session, export: &Export) -> Result<Exit, Failure> {
    let Export { format, table, team, plan, output, fast, .. } = export;
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
    std::fs::write(file, &text)
        .map_err(|error| Failure::new(format!("{} could not be written: {error}", file.display())))?;
    if session.json {
        print_json(&serde_json::json!({ "as_of": answers.as_of, "written": file, "bytes": text.len() }))?;
    } else {
        say!("Written: {}", file.display());
    }
    Ok(Exit::Fine)
}
