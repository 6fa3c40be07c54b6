//! `kedge hacks`: the detours that were taken, what they cost, and which can be left.

use super::{Session, print_json};
use crate::failure::{Exit, Failure};
use crate::find;
use crate::terminal::say;
use crate::terminal::{Tone, print_table};

/// Prints the ledger, of one team or all.
pub(crate) fn run(session: &Session, team: Option<&str>) -> Result<Exit, Failure> {
    let answers = session.answers()?;
    let team = team.map(|team| find::team(&answers.organisation, team)).transpose()?;
    let ledger = answers.ledger(team.as_ref());
    if session.json {
        print_json(&ledger)?;
        return Ok(Exit::Fine);
    }
    let terminal = session.terminal;
    let calendar = &answers.organisation.settings().calendar;
    say!("{}", terminal.paint(Tone::Strong, ledger.headline(calendar)));
    if ledger.hacks.is_empty() {
        return Ok(Exit::Fine);
    }
    say!();
    let titles = ["detour", "age", "paid so far", "to leave", "break-even", "expires", "what it waits for"];
    let mut table = terminal.table(&titles, &[1]);
    let near = ledger.as_of;
    for hack in ledger.by_what_can_be_left() {
        let free = hack.can_be_left_since.is_some();
        let waits = format!("{}\n{}", hack.ask, hack.waits_for_in_words(near));
        let overdue = hack.is_expired(near);
        let expires = hack.expires.map_or_else(|| "–".to_owned(), |day| day.short(near));
        table.add_row([
            format!("{}\n{}", hack.name, terminal.paint(Tone::Soft, format!("{}, {}", hack.team, hack.kind))),
            hack.age_in_words(),
            hack.paid_in_words(),
            hack.migrate
                .as_ref()
                .map_or_else(|| terminal.paint(Tone::Late, "no way out"), ToString::to_string),
            hack.break_even_in_words(near),
            if overdue { terminal.paint(Tone::Late, expires) } else { expires },
            if free { terminal.paint(Tone::Stands, waits) } else { waits },
        ]);
    }
    print_table(&table);
    for hack in ledger.by_what_can_be_left().filter(|hack| hack.can_be_left_since.is_some()) {
        let line = format!("→ kedge done {} {} --migrated", hack.ask, hack.fallback);
        say!("{}", terminal.paint(Tone::Soft, line));
    }
    say!(
        "\n{}",
        terminal.paint(
            Tone::Soft,
            format!(
                "As of {near}. Paid so far: upkeep and fees at their stated rates, by the day. Break-even: when that is what leaving takes."
            )
        )
    );
    Ok(Exit::Fine)
}
