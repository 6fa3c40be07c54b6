//! What breaks today, step by step, and the contract that fits.

use super::super::Session;
use crate::terminal::{Tone, print_table, say};
use kedge_align::datasets::DatasetEntry;
use kedge_align::declared::{Break, Tried};
use kedge_align::interleaving::Held;
use kedge_align::proposed::{Proposed, ProposedKind};

/// What breaks, each with its example.
pub(super) fn print(session: &Session, entry: &DatasetEntry, today: &Tried) {
    let terminal = session.terminal;
    say!("\n{}", terminal.paint(Tone::Strong, "What breaks today"));
    if let Some(contract) = entry.contract.as_ref().filter(|it| it.contract.adopted.is_none()) {
        let note = format!(
            "the contract is {}, and not in force: nothing orders the writes yet",
            contract.stage.word()
        );
        say!("  {}", terminal.paint(Tone::Soft, note));
    }
    if entry.assumed {
        let note = "assumed, since no operation is declared: each reads a row, changes it and saves it";
        say!("  {}", terminal.paint(Tone::Soft, note));
    }
    if today.breaks.is_empty() {
        say!("  nothing, in {}", counted(today));
    }
    for one in &today.breaks {
        example(session, one);
    }
}

fn example(session: &Session, one: &Break) {
    let terminal = session.terminal;
    let example = &one.example;
    let against = one.invariant.as_ref().map_or_else(String::new, |it| format!(", against {it}"));
    say!("  {}{against}: {}", terminal.paint(Tone::Late, example.anomaly.name()), example.wrong);
    let mut table = terminal.table(&["", "who", "does", "then there is"], &[0]);
    table.add_row([
        String::new(),
        String::new(),
        terminal.paint(Tone::Soft, "at the start"),
        held(&example.start),
    ]);
    for (at, step) in example.steps.iter().enumerate() {
        let who = example.lanes.get(step.lane).map_or("", |lane| lane.who.as_str());
        table.add_row([(at + 1).to_string(), who.to_owned(), step.in_words(), held(&step.holds)]);
    }
    print_table(&table);
}

/// What each place holds, a line each where there are several.
fn held(holds: &[Held]) -> String {
    if let [one] = holds {
        return one.in_words();
    }
    holds.iter().map(|one| format!("{}: {}", one.place, one.in_words())).collect::<Vec<_>>().join("\n")
}

fn counted(tried: &Tried) -> String {
    let noun = if tried.combinations == 1 { "combination" } else { "combinations" };
    format!("{} interleavings of {} {noun} of operations", tried.interleavings, tried.combinations)
}

/// The contract that fits, and what it costs.
pub(super) fn print_proposed(session: &Session, proposed: &Proposed) {
    let terminal = session.terminal;
    let how = match &proposed.kind {
        ProposedKind::Owned { by } => format!(" by {by}"),
        ProposedKind::Serial { home: Some(home) } => format!(" at {home}"),
        ProposedKind::Serial { home: None } | ProposedKind::Merged { .. } => String::new(),
    };
    say!("\n{} {}{how}", terminal.paint(Tone::Strong, "The contract that fits:"), proposed.kind.word());
    say!("  why        {}", proposed.why);
    say!("  cut off    {}", proposed.cut_off);
    say!("  delay      {}", proposed.delay);
    if let Some(otherwise) = &proposed.otherwise {
        say!("  otherwise  {otherwise}");
    }
    for it in &proposed.not_kept {
        say!("  not kept   {}: {}; {}", it.invariant, it.why, it.instead);
    }
    if proposed.checked.breaks.is_empty() {
        say!("  tried      nothing breaks under it, in {}", counted(&proposed.checked));
    } else {
        let names: Vec<&str> = proposed.checked.breaks.iter().map(|it| it.example.anomaly.name()).collect();
        say!("  tried      still breaks: {}", names.join(", "));
    }
}
