//! `kedge align`: where agreement is cheaper than independence, and the way to it.

mod borders;
mod breaks;
mod datasets;
mod drift;
mod problems;
mod proposals;
mod services;

use super::{Session, print_json};
use crate::arguments::{Align, AlignOf};
use crate::failure::{Exit, Failure};
use crate::terminal::{Tone, print_table, say};

/// Prints the summary, or one of its parts.
pub(crate) fn run(session: &Session, align: &Align) -> Result<Exit, Failure> {
    match &align.of {
        None => summary(session),
        Some(AlignOf::Datasets { dataset: None }) => datasets::list(session),
        Some(AlignOf::Datasets { dataset: Some(name) }) => datasets::one(session, name),
        Some(AlignOf::Problems { problem: None }) => problems::list(session),
        Some(AlignOf::Problems { problem: Some(name) }) => problems::one(session, name),
        Some(AlignOf::Services) => services::run(session),
        Some(AlignOf::Drift { team }) => drift::run(session, team.as_deref()),
        Some(AlignOf::Borders { team }) => borders::run(session, team.as_deref()),
        Some(AlignOf::Proposals { proposal: None }) => proposals::list(session),
        Some(AlignOf::Proposals { proposal: Some(name) }) => proposals::one(session, name),
    }
}

/// How many of each there are, and what wants doing.
fn summary(session: &Session) -> Result<Exit, Failure> {
    let answers = session.answers()?;
    let summary = answers.align();
    if session.json {
        print_json(&summary)?;
        return Ok(Exit::Fine);
    }
    let terminal = session.terminal;
    say!("{}", terminal.paint(Tone::Strong, answers.datasets().headline()));
    say!();
    let mut table = terminal.table(&["", "", "more"], &[0]);
    let counts = &summary.datasets;
    for (count, what) in [
        (counts.shared, "datasets that several teams write"),
        (counts.undeclared, "of them declared nowhere"),
        (counts.without, "of them without a contract"),
        (counts.to_sign, "with a contract to sign"),
        (counts.in_force, "with a contract in force"),
    ] {
        table.add_row([count.to_string(), what.to_owned(), "kedge align datasets".into()]);
    }
    let waiting = summary.proposals.draft + summary.proposals.open + summary.proposals.signed;
    table.add_row([waiting.to_string(), "proposals on their way".into(), "kedge align proposals".into()]);
    let problems = &summary.problems;
    for (count, what) in [
        (problems.pays, "shared problems for which one answer pays"),
        (problems.pays_from_more, "for which it would with more teams"),
        (problems.not_known, "of which too little is known"),
        (problems.apart, "to be left apart"),
    ] {
        table.add_row([count.to_string(), what.to_owned(), "kedge align problems".into()]);
    }
    print_table(&table);
    if !summary.wants.is_empty() {
        say!("\n{}", terminal.paint(Tone::Strong, "What wants doing"));
        for want in &summary.wants {
            say!("  {}", want.what);
            say!("    {}", terminal.paint(Tone::Soft, &want.command));
        }
    }
    if !answers.datasets().surveyed {
        let note = "No survey has looked for data in code: `kedge survey` adds what nobody has declared.";
        say!("\n{}", terminal.paint(Tone::Soft, note));
    }
    Ok(Exit::Fine)
}
