//! `kedge align services`: services that change together and share data.

use super::super::{Session, print_json};
use crate::failure::{Exit, Failure};
use crate::terminal::{Tone, say};
use kedge_align::services::Advice;

/// Every pair, with what speaks for making it one and what against.
pub(super) fn run(session: &Session) -> Result<Exit, Failure> {
    let answers = session.answers()?;
    let services = answers.services();
    if session.json {
        print_json(&services)?;
        return Ok(Exit::Fine);
    }
    let terminal = session.terminal;
    say!("{}", terminal.paint(Tone::Strong, services.headline()));
    if !services.is_read {
        say!("{}", terminal.paint(Tone::Soft, "`kedge survey REPOSITORY` reads histories and sources."));
    }
    for pair in &services.pairs {
        let tone = if pair.advice == Advice::MakeOne { Tone::Late } else { Tone::Soft };
        say!("\n{} and {}: {}", pair.one, pair.other, terminal.paint(tone, pair.advice.in_words()));
        for reason in &pair.for_one {
            say!("  + {}", reason.in_words());
            for place in reason.shown_by().iter().take(2) {
                let line = place.line.map_or_else(String::new, |line| format!(":{line}"));
                let place = format!("{}:{}{line} at {}", place.repository, place.file, place.commit);
                say!("    {}", terminal.paint(Tone::Soft, place));
            }
        }
        for reason in &pair.against {
            say!("  − {}", reason.in_words());
        }
    }
    Ok(Exit::Fine)
}
