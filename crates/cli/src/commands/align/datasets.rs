//! `kedge align datasets`: every dataset in one list, and one of them whole.

use super::super::{Session, print_json};
use super::breaks;
use crate::failure::{Exit, Failure};
use crate::terminal::{Tone, print_table, say};
use kedge_align::datasets::{DatasetEntry, Datasets, TeamUse};
use kedge_model::nearest;

/// The list.
pub(super) fn list(session: &Session) -> Result<Exit, Failure> {
    let answers = session.answers()?;
    let datasets = answers.datasets();
    if session.json {
        print_json(&*datasets)?;
        return Ok(Exit::Fine);
    }
    let terminal = session.terminal;
    say!("{}", terminal.paint(Tone::Strong, datasets.headline()));
    if datasets.datasets.is_empty() {
        return Ok(Exit::Fine);
    }
    say!();
    let mut table =
        terminal.table(&["dataset", "owner", "written by", "contract", "breaks today", "fits"], &[]);
    for entry in &datasets.datasets {
        let owner = entry.owner.as_ref().map_or_else(|| "nobody".to_owned(), ToString::to_string);
        let contract = match &entry.contract {
            Some(contract) => format!("{}, {}", contract.contract.kind.word(), contract.stage.word()),
            None if entry.is_shared() => terminal.paint(Tone::Late, "none"),
            None => "none needed".into(),
        };
        let breaks = entry.today.as_ref().and_then(|today| today.breaks.first());
        let breaks =
            breaks.map_or_else(|| "–".to_owned(), |it| terminal.paint(Tone::Late, it.example.anomaly.name()));
        let fits = entry.proposed.as_ref().map_or("–", |it| it.kind.word()).to_owned();
        table.add_row([entry.name.clone(), owner, teams(&entry.writers), contract, breaks, fits]);
    }
    print_table(&table);
    let assumed = datasets.shared().filter(|entry| entry.assumed).count();
    if assumed > 0 {
        let note = format!(
            "Of {assumed} nobody has declared what each writer does: assumed is that it reads a row, changes it and saves it."
        );
        say!("\n{}", terminal.paint(Tone::Soft, note));
    }
    Ok(Exit::Fine)
}

fn teams(uses: &[TeamUse]) -> String {
    let names: Vec<&str> = uses.iter().map(|it| it.team.as_str()).collect();
    names.join(", ")
}

/// One dataset.
pub(super) fn one(session: &Session, name: &str) -> Result<Exit, Failure> {
    let answers = session.answers()?;
    let datasets = answers.datasets();
    let entry = find(&datasets, name)?;
    if session.json {
        print_json(entry)?;
        return Ok(Exit::Fine);
    }
    let terminal = session.terminal;
    say!("{} {}", terminal.paint(Tone::Strong, entry.shown()), terminal.paint(Tone::Soft, &entry.name));
    let owner = entry.owner.as_ref().map_or_else(|| "nobody".to_owned(), ToString::to_string);
    say!("owned by   {owner}");
    uses(session, "written by", &entry.writers);
    uses(session, "read by", &entry.readers);
    for found in &entry.found {
        let files = found.defined_in.join(", ");
        say!(
            "found as   {} {} in {}{}",
            found.kind,
            found.data,
            found.repository,
            if files.is_empty() { String::new() } else { format!(": {files}") }
        );
    }
    if let Some(contract) = &entry.contract {
        say!(
            "contract   {}, version {}, {}",
            contract.contract.kind.word(),
            contract.contract.version,
            contract.stage.in_words(datasets.as_of)
        );
        for said in &contract.signatures {
            say!("           {} {}", said.team, said.word.in_words(datasets.as_of));
        }
    }
    must_hold(session, entry);
    if let Some(today) = &entry.today {
        breaks::print(session, entry, today);
    }
    if let Some(proposed) = &entry.proposed {
        breaks::print_proposed(session, proposed);
    }
    Ok(Exit::Fine)
}

/// What must hold, against what is declared to be done.
fn must_hold(session: &Session, entry: &DatasetEntry) {
    if entry.invariants.is_empty() {
        return;
    }
    let terminal = session.terminal;
    say!("\n{}", terminal.paint(Tone::Strong, "What must hold, and what is done"));
    for invariant in &entry.invariants {
        for it in &invariant.operations {
            let needs = if it.survival.survives {
                terminal.paint(Tone::Stands, "needs nobody")
            } else {
                terminal.paint(Tone::Late, "needs agreement")
            };
            say!("  {}: {} of {} {needs}, since {}", invariant.id, it.operation, it.writer, it.survival.why);
        }
        if invariant.operations.is_empty() {
            say!("  {}: nothing that is declared touches it", invariant.id);
        }
    }
}

/// The teams of one side, each on a line of its own where the place in code is known.
fn uses(session: &Session, label: &str, uses: &[TeamUse]) {
    if uses.is_empty() {
        return;
    }
    let widest = uses.iter().map(|one| one.team.as_str().len()).max().unwrap_or(0);
    for (at, one) in uses.iter().enumerate() {
        let label = if at == 0 { label } else { "" };
        let operations: Vec<&str> = one.operations.iter().map(kedge_model::Slug::as_str).collect();
        let mut facts = Vec::new();
        if !operations.is_empty() {
            facts.push(operations.join(", "));
        }
        if let Some(place) = one.shown_by.first() {
            let line = place.line.map_or_else(String::new, |line| format!(":{line}"));
            facts.push(format!("{}{line}", place.file));
        }
        if !one.declared {
            facts.push("its code does, its declaration does not say so".into());
        }
        let facts = session.terminal.paint(Tone::Soft, facts.join("; "));
        say!("{}", format!("{label:<10} {:<widest$}  {facts}", one.team.as_str()).trim_end());
    }
}

/// The dataset of a name.
pub(super) fn find<'a>(datasets: &'a Datasets, name: &str) -> Result<&'a DatasetEntry, Failure> {
    datasets.named(name).ok_or_else(|| {
        let names = || datasets.datasets.iter().map(|entry| entry.name.as_str());
        let failure = Failure::new(format!("there is no dataset `{name}`"));
        match nearest(name, names()) {
            Some(near) => failure.hint(format!("did you mean `{near}`?")),
            None => failure.hint("`kedge align datasets` lists them"),
        }
    })
}
