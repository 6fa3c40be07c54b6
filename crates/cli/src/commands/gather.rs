//! `kedge gather`: fetches the files of teams that keep them elsewhere.

use super::{options, print_json};
use crate::arguments::Common;
use crate::failure::{Exit, Failure};
use crate::terminal::say;
use crate::terminal::{Terminal, Tone, print_table};
use kedge_workspace::{AsOf, GatherError, Options, Workspace, gather, is_store};
use std::path::Path;

/// Gathers, and prints what became of each source.
pub(crate) fn run(
    common: &Common,
    terminal: Terminal,
    folder: &Path,
    offline: bool,
) -> Result<Exit, Failure> {
    let today = common.as_of.unwrap_or_else(|| AsOf::Today.date("UTC"));
    let failure = |error: GatherError| {
        let hint = hint(&error);
        Failure::new(error).hint(hint)
    };
    let gathering = if is_store(folder) {
        let workspace = Workspace::open(folder, options(common, None)).map_err(super::open_failure)?;
        terminal.while_naming("gathering", |tell| workspace.gather(offline, tell)).map_err(failure)?
    } else {
        terminal.while_naming("gathering", |tell| gather(folder, today, offline, tell)).map_err(failure)?
    };
    let exit = if gathering.is_fresh() || offline { Exit::Fine } else { Exit::Findings };
    if common.json {
        print_json(&gathering)?;
        return Ok(exit);
    }
    let mut table = terminal.table(&["source", "revision", "commit", "files", "gathered"], &[3]);
    for step in &gathering.sources {
        let source = &step.source;
        let age = source.age.map_or_else(|| "unknown".into(), |age| format!("{}, {}", age.on, age.words()));
        table.add_row([
            source.name.clone(),
            source.rev.clone().unwrap_or_else(|| "default".into()),
            source.commit.as_ref().map_or_else(|| "as it lies".into(), |it| it.chars().take(12).collect()),
            source.files.to_string(),
            age,
        ]);
    }
    print_table(&table);
    for step in &gathering.sources {
        let name = &step.source.name;
        if let Some(why) = step.unreachable.as_ref().filter(|_| !offline) {
            say!("{} {name} is as it was: {why}", terminal.paint(Tone::Late, "not reached:"));
        }
        for path in &step.source.passed_over {
            let note = terminal.paint(Tone::Leans, "not followed:");
            say!("{note} {name}:{path} is a link out of it, or a submodule");
        }
    }
    let errors = Workspace::open(folder, Options::default())
        .ok()
        .and_then(|workspace| Some(workspace.snapshot().trouble?.findings.len()));
    match errors {
        Some(1) => say!("\nThe plans together have one error: `kedge check` shows it."),
        Some(count) => say!("\nThe plans together have {count} errors: `kedge check` lists them."),
        None => {}
    }
    Ok(exit)
}

fn hint(error: &GatherError) -> &'static str {
    match error {
        GatherError::NoSettings(_) => "`kedge init` writes one; `--in PATH` names another folder",
        GatherError::Faulty(_) => "mend it, then gather again",
        GatherError::NoSources => "docs/several-repositories.md says how",
        GatherError::Source { .. } | GatherError::Folder { .. } => {
            "correct `[[source]]` or `part-of` in kedge.toml, or try again when it can be reached"
        }
        GatherError::Circle(_) => {
            "one kedge.toml names all sources; a team's repository has `part-of` and no sources"
        }
        GatherError::NeverGathered => "leave out --offline",
        GatherError::Write(_) => "check that the folder may be written in",
        GatherError::Store(_) => "what was read before is still there: try again",
    }
}
