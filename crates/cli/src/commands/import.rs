//! `kedge import`: another tool's data, as plans.

use super::print_json;
use crate::arguments::{Common, ImportFormat};
use crate::failure::{Exit, Failure};
use crate::terminal::{Terminal, Tone};
use crate::terminal::{say, say_part};
use kedge_workspace::rust_goals;

/// Imports, and prints what was taken and what was not.
pub(crate) fn run(common: &Common, terminal: Terminal, format: &ImportFormat) -> Result<Exit, Failure> {
    let ImportFormat::RustGoals { folder, teams, out, dry_run } = format;
    let imported = terminal
        .while_running("reading goals", || rust_goals(folder, teams.as_deref(), out, *dry_run))
        .map_err(Failure::new)?;
    let draft = &imported.draft;
    if common.json {
        print_json(&serde_json::json!({
            "counts": draft.counts(),
            "written": !dry_run,
            "files": imported.edits.iter().map(|edit| &edit.path).collect::<Vec<_>>(),
            "rows_not_taken": draft.rows_not_taken,
            "files_not_taken": draft.files_not_taken,
            "notes": draft.notes,
        }))?;
        return Ok(Exit::Fine);
    }
    say!("{}", terminal.paint(Tone::Strong, "Not taken:"));
    for line in draft.listing().lines() {
        say!("  {line}");
    }
    say_part!("\n{}", kedge_exchange::rust_goals::summary(draft));
    let files = imported.edits.len();
    if *dry_run {
        say!("\nNothing was written; without --dry-run it would be {files} files in {}.", out.display());
    } else {
        say!("\n{files} files written in {}.", out.display());
        say!(
            "{}",
            terminal
                .paint(Tone::Soft, format!("`kedge check {0}` or `kedge serve {0}` goes on.", out.display()))
        );
    }
    Ok(Exit::Fine)
}
