//! `kedge align proposals`: the way to agreement.

use super::super::{Session, print_json};
use crate::failure::{Exit, Failure};
use crate::terminal::{Tone, print_table, say};
use kedge_align::agreement::SaidWord;
use kedge_model::{Effort, nearest};

/// The list.
pub(super) fn list(session: &Session) -> Result<Exit, Failure> {
    let answers = session.answers()?;
    let proposals = answers.proposals();
    if session.json {
        print_json(&*proposals)?;
        return Ok(Exit::Fine);
    }
    let terminal = session.terminal;
    say!("{}", terminal.paint(Tone::Strong, proposals.headline()));
    if proposals.proposals.is_empty() {
        return Ok(Exit::Fine);
    }
    say!();
    let mut table = terminal.table(&["proposal", "stage", "signed", "waits for"], &[2]);
    for proposal in &proposals.proposals {
        let signed = proposal.signatures.iter().filter(|said| said.word.has_signed()).count();
        table.add_row([
            format!("{}\n{}", proposal.title, terminal.paint(Tone::Soft, &proposal.id)),
            proposal.stage.word().to_owned(),
            format!("{signed} of {}", proposal.signatures.len()),
            proposal.waits_for.clone(),
        ]);
    }
    print_table(&table);
    Ok(Exit::Fine)
}

/// One proposal.
pub(super) fn one(session: &Session, name: &str) -> Result<Exit, Failure> {
    let answers = session.answers()?;
    let proposals = answers.proposals();
    let Some(proposal) = proposals.named(name) else {
        let names: Vec<String> = proposals.proposals.iter().map(|it| it.id.to_string()).collect();
        let failure = Failure::new(format!("there is no proposal `{name}`"));
        return Err(match nearest(name, names.iter().map(String::as_str)) {
            Some(near) => failure.hint(format!("did you mean `{near}`?")),
            None => failure.hint("`kedge align proposals` lists them"),
        });
    };
    if session.json {
        print_json(proposal)?;
        return Ok(Exit::Fine);
    }
    let terminal = session.terminal;
    say!("{} {}", terminal.paint(Tone::Strong, &proposal.title), terminal.paint(Tone::Soft, &proposal.id));
    say!("{}", proposal.problem);
    say!("It is {}.\n", proposal.stage.in_words(proposals.as_of));
    let price = |effort: &Option<Effort>| effort.as_ref().map_or_else(|| "–".to_owned(), ToString::to_string);
    let mut table = terminal.table(&["team", "says", "to join", "to go alone"], &[]);
    for said in &proposal.signatures {
        let words = said.word.in_words(proposals.as_of);
        let words = match said.word {
            SaidWord::Signed { .. } => terminal.paint(Tone::Stands, words),
            SaidWord::Declined { .. } => terminal.paint(Tone::Late, words),
            SaidWord::Silent { .. } | SaidWord::Considering { .. } => words,
        };
        table.add_row([said.team.to_string(), words, price(&said.adopt), price(&said.alone)]);
    }
    print_table(&table);
    say!("\nIt waits for {}.", proposal.waits_for);
    for step in &proposal.next {
        say!("\n{}: {}, in {}", step.who, step.what, step.file);
        for line in &step.lines {
            say!("  {line}");
        }
    }
    Ok(Exit::Fine)
}
