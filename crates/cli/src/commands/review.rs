//! `kedge review`: the quarter on one page.

use super::{Session, print_json};
use crate::failure::{Exit, Failure};
use crate::terminal::say;
use crate::terminal::{Terminal, Tone, print_table};
use kedge_decide::{Review, TakenDetour, person_days};
use std::path::Path;

/// Prints the review, or writes it as a page.
pub(crate) fn run(session: &Session, quarter: Option<&str>, html: Option<&Path>) -> Result<Exit, Failure> {
    let answers = session.answers()?;
    let review = session.terminal.while_running("looking back", || answers.review(quarter))?;
    if let Some(file) = html {
        let text = kedge_server::review_file(&answers, &review);
        std::fs::write(file, &text)
            .map_err(|error| Failure::new(format!("{} could not be written: {error}", file.display())))?;
        if !session.json {
            say!("Written: {}", file.display());
            return Ok(Exit::Fine);
        }
    }
    if session.json {
        print_json(&review)?;
        return Ok(Exit::Fine);
    }
    print(session.terminal, &review);
    Ok(Exit::Fine)
}

fn print(terminal: Terminal, review: &Review) {
    let near = review.until;
    let heading = |text: &str| say!("\n{}", terminal.paint(Tone::Strong, text));
    say!("{}", terminal.paint(Tone::Strong, review.headline()));
    heading("Standing");
    say!("  {}", review.standing.sentence());
    let points = review.trend.points();
    if points.len() > 1 {
        let mut table = terminal.table(&["  on the evening of", "stands"], &[1]);
        for point in points {
            let share =
                point.number.fraction().map_or_else(|| "–".into(), |it| format!("{:.0}%", it * 100.0));
            table.add_row([format!("  {}", point.on.short(near)), share]);
        }
        print_table(&table);
    }
    say!("  {}", terminal.paint(Tone::Soft, review.trend.caution(near)));
    heading("What went live");
    if review.delivered.is_empty() {
        say!("  No outcome.");
    }
    for it in &review.delivered {
        let worth = it.worth.map(|worth| format!(", {} a week", worth.a_week.rounded())).unwrap_or_default();
        say!("  {}  {}{worth}", it.on.short(near), it.name);
    }
    for it in &review.dropped {
        say!("  {}  given up: {}", it.on.short(near), it.name);
    }
    let asks = &review.asks;
    heading("Asks");
    say!(
        "  {} made, {} first answers, {} landed, {} refused or dropped, {} open ({} without an answer).",
        asks.asked,
        asks.answered,
        asks.landed.len(),
        asks.refused.len(),
        asks.open,
        asks.unanswered
    );
    for it in &asks.landed {
        let gave =
            it.gave.in_words().map(|gave| format!("; no longer hangs on it: {gave}")).unwrap_or_default();
        say!("  {}  {} landed from {}{gave}", it.on.short(near), it.ask, it.to_name);
    }
    for it in &asks.refused {
        say!("  {}  {} {}", it.on.short(near), it.ask, it.word);
    }
    for (word, list) in [("taken", &asks.taken), ("left", &asks.left)] {
        for it in list {
            let TakenDetour { ask, name, on, .. } = it;
            say!("  {}  {word} for {ask}: {name}", on.short(near));
        }
    }
    say!(
        "  Making the detours taken: {}. Keeping those in place: {}.",
        person_days(asks.making),
        review.paid_in_words()
    );
    heading("Debts");
    say!("  {} Before the quarter: {}.", review.debts_in_words, review.debts_before);
    for hack in review.debts.by_what_can_be_left() {
        say!("  {} ({}): {} paid in {}", hack.name, hack.ask, hack.paid_in_words(), hack.age_in_words());
    }
    heading("Alignment");
    say!("  {}", review.alignment.sentence());
    for event in &review.alignment.events {
        say!("  {}  {}", event.on.short(near), event.what);
    }
}
