//! `kedge align borders`: what coordination and independence cost between teams.

use super::super::{Session, print_json};
use crate::failure::{Exit, Failure};
use crate::find;
use crate::terminal::{Tone, print_table, say};
use kedge_align::borders::Border;

/// Every border, or those of one team with every line.
pub(super) fn run(session: &Session, team: Option<&str>) -> Result<Exit, Failure> {
    let answers = session.answers()?;
    let team = team.map(|team| find::team(&answers.organisation, team)).transpose()?;
    let mut borders = answers.borders();
    if let Some(team) = &team {
        borders = borders.of(team);
    }
    if session.json {
        print_json(&borders)?;
        return Ok(Exit::Fine);
    }
    let terminal = session.terminal;
    let calendar = &answers.organisation.settings().calendar;
    say!("{}", terminal.paint(Tone::Strong, borders.headline(calendar)));
    if borders.borders.is_empty() {
        return Ok(Exit::Fine);
    }
    say!();
    let mut table = terminal
        .table(&["between", "coordination", "independence", "waiting", "where moving is cheaper"], &[1, 2]);
    let priced = || borders.borders.iter().filter(|border| border.is_priced());
    for border in borders.borders.iter().filter(|border| team.is_some() || border.is_priced()) {
        let moves: Vec<String> = border.moves.iter().map(|it| it.in_words(calendar)).collect();
        table.add_row([
            format!("{}\n{}", border.one, border.other),
            Border::in_weeks(&border.bought, calendar),
            Border::in_weeks(&border.paid, calendar),
            border.waiting_in_words().unwrap_or_else(|| "–".into()),
            if moves.is_empty() { "–".into() } else { moves.join("\n") },
        ]);
    }
    print_table(&table);
    if team.is_some() {
        for border in &borders.borders {
            for line in border.bought.iter().chain(&border.paid) {
                let from = terminal.paint(Tone::Soft, format!("({})", line.source.detail()));
                say!("{} and {}: {} {from}", border.one, border.other, line.in_words(calendar));
            }
        }
    }
    let others = borders.borders.len() - priced().count();
    if team.is_none() && others > 0 {
        let borders = if others == 1 { "border asks wait" } else { "borders asks wait" };
        say!("At {others} more {borders}, and nothing is paid that anybody stated.");
    }
    let note = format!(
        "Person-weeks a quarter, as of {}: rates as they are on that day, and what was spent once since {}. – is nothing that anybody stated.",
        borders.as_of,
        borders.from.in_words(borders.as_of)
    );
    say!("{}", terminal.paint(Tone::Soft, note));
    Ok(Exit::Fine)
}
