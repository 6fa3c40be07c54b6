//! `kedge queue`: what teams are asked, each need on one line; joined, split and moved by hand.

use super::{Session, print_json, what_if};
use crate::arguments::{Place, Queue, QueueAct};
use crate::failure::{Exit, Failure};
use crate::find;
use crate::terminal::say;
use crate::terminal::{Terminal, Tone, print_table};
use kedge_decide::{Basis, Destination, Placed, QueueLine, near_in_words};
use kedge_model::{Act, AskId, Organisation, Reference};
use kedge_workspace::Answers;

/// Prints the queue, or does what is to be done to it.
pub(crate) fn run(session: &Session, queue: &Queue) -> Result<Exit, Failure> {
    match &queue.act {
        None => show(session, queue),
        Some(QueueAct::Join { asks, record }) => {
            let answers = session.to_record()?;
            let organisation = &answers.organisation;
            let asks =
                asks.iter().map(|ask| find::ask(organisation, ask)).collect::<Result<Vec<AskId>, _>>()?;
            let names: Vec<String> = asks.iter().map(ToString::to_string).collect();
            let what = format!("{} are one need", names.join(" and "));
            let act = Act::Join { asks, on: record.on.unwrap_or(answers.as_of) };
            session.write(&what, &act.changes(organisation)?, record.dry_run)
        }
        Some(QueueAct::Split { ask, record }) => {
            let answers = session.to_record()?;
            let ask = find::ask(&answers.organisation, ask)?;
            let act = answers.split(&ask, record.on.unwrap_or(answers.as_of))?;
            let changes = act.changes(&answers.organisation)?;
            session.write(&format!("{ask} is a need of its own"), &changes, record.dry_run)
        }
        Some(QueueAct::Move { line, place, accept, .. }) => move_line(session, line, place, *accept),
    }
}

fn show(session: &Session, queue: &Queue) -> Result<Exit, Failure> {
    let answers = session.answers()?;
    let organisation = &answers.organisation;
    let team = queue.team.as_ref().map(|team| find::team(organisation, team)).transpose()?;
    let answer = answers.queue(team.as_ref());
    if session.json {
        print_json(&answer)?;
        return Ok(Exit::Fine);
    }
    let terminal = session.terminal;
    say!("{}", terminal.paint(Tone::Strong, answer.headline(organisation)));
    if answer.lines.is_empty() {
        return Ok(Exit::Fine);
    }
    say!();
    let titles = ["", "need", "lost a week", "work", "for a week of it", "now"];
    let mut table = terminal.table(&titles, &[0, 2, 3, 4, 5]);
    for line in answer.lines.iter().take(queue.lines) {
        table.add_row(row(session, line));
    }
    print_table(&table);
    if answer.lines.len() > queue.lines {
        say!("{} more; `--lines {}` prints all.", answer.lines.len() - queue.lines, answer.lines.len());
    }
    say!("\n{}", terminal.paint(Tone::Strong, "Why each stands there"));
    for line in answer.lines.iter().take(queue.lines) {
        let beside = line.claimed_beside().map(|claimed| format!("; {claimed}")).unwrap_or_default();
        say!("  {}. {}: {}{beside}.", line.place, line.name, line.sum());
    }
    let joined: Vec<(&QueueLine, String)> = answer
        .lines
        .iter()
        .take(queue.lines)
        .filter_map(|line| Some((line, line.why_joined(organisation)?)))
        .collect();
    if !joined.is_empty() {
        say!("\n{}", terminal.paint(Tone::Strong, "Why asks are on one line"));
        for (line, why) in joined {
            say!("  {}: {why}", line.name);
            let first = line.asks.iter().map(|it| it.ask.to_string()).collect::<Vec<_>>();
            if matches!(line.joined, kedge_decide::Joined::Reads { .. }) {
                let join =
                    format!("→ kedge queue join {}, or kedge queue split {}", first.join(" "), first[0]);
                say!("    {}", terminal.paint(Tone::Soft, join));
            }
        }
    }
    say!(
        "\n{}",
        terminal.paint(
            Tone::Soft,
            format!(
                "As of {}. Lost a week: of what waits for it, while it does not land, with the fallbacks taken. Work: the mean \
                 of the estimate is counted. Now: the place among what that team is asked, in its order and the council's.",
                answer.as_of
            )
        )
    );
    Ok(Exit::Fine)
}

fn row(session: &Session, line: &QueueLine) -> [String; 6] {
    let terminal = session.terminal;
    let mut asks: Vec<String> = line.asks.iter().map(|it| it.ask.to_string()).collect();
    asks.retain(|ask| *ask != line.name.to_string());
    let asks = match (asks.is_empty(), &line.joined) {
        (true, _) => String::new(),
        (false, kedge_decide::Joined::Said { .. }) => format!("\n{}", asks.join(", ")),
        (false, _) => format!("\nwith {}", asks.join(", ")),
    };
    let lost = match line.basis {
        Basis::NothingConfirmed { .. } if line.claimed == kedge_model::Money::ZERO => "–".to_owned(),
        Basis::NothingConfirmed { .. } => {
            terminal.paint(Tone::Soft, format!("{} claimed", line.claimed.rounded()))
        }
        _ => line.confirmed.rounded(),
    };
    let over = match line.basis {
        Basis::Worth { per_week } => per_week.rounded(),
        Basis::EffortUnknown => "?".into(),
        Basis::NothingConfirmed { .. } => "–".into(),
    };
    let council = line.council.map(|place| format!("\ncouncil’s {place}")).unwrap_or_default();
    [
        line.place.to_string(),
        format!(
            "{}\n{}",
            line.name,
            terminal.paint(Tone::Soft, format!("of {}: {}{asks}", line.to, line.what))
        ),
        lost,
        line.effort.as_ref().map_or_else(|| "?".into(), |effort| effort.estimate.to_string()),
        over,
        format!("{}{council}", line.recorded),
    ]
}

/// Shows what a move does; writes it where it is accepted.
fn move_line(session: &Session, line: &str, place: &Place, accept: bool) -> Result<Exit, Failure> {
    let answers = if accept { session.to_record()? } else { session.answers()? };
    let organisation = &answers.organisation;
    let line = find_line(&answers, line)?;
    let destination = destination(place, |other| find_line(&answers, other))?;
    let moving = answers.moving(&line, &destination).map_err(Failure::new)?;
    if accept {
        let changes = moving.act().changes(organisation)?;
        return session.write(&moving.what(organisation), &changes, false);
    }
    let preview = moving.clone();
    let moved = session.terminal.while_running("simulating both orders", || answers.moved(preview));
    let Some(moved) = moved else {
        return Err(Failure::new("the new order cannot be simulated: `kedge check` says what is wrong"));
    };
    if session.json {
        print_json(&*moved)?;
        return Ok(Exit::Fine);
    }
    let terminal = session.terminal;
    say!("{}\n", terminal.paint(Tone::Strong, &moved.sentence));
    print_order(terminal, &moving.order, &moving.line);
    what_if::print(terminal, &moved.effect);
    if let Some(near) = near_in_words(organisation, &moved) {
        say!("{}", terminal.paint(Tone::Soft, near));
    }
    say!("\nTo accept it, with --accept:");
    let edits = session.workspace.preview(&moving.act().changes(organisation)?).map_err(Failure::new)?;
    super::print_edits(terminal, &edits);
    Ok(Exit::Fine)
}

/// Where the options say that something goes.
pub(super) fn destination(
    place: &Place,
    find: impl Fn(&str) -> Result<Reference, Failure>,
) -> Result<Destination, Failure> {
    Ok(match (&place.before, &place.after) {
        (Some(other), _) => Destination::Before(find(other)?),
        (None, Some(other)) => Destination::After(find(other)?),
        (None, None) if place.first => Destination::First,
        (None, None) => Destination::Last,
    })
}

/// The new order, with the place that each has now.
pub(super) fn print_order(terminal: Terminal, order: &[Placed], moved: &Reference) {
    let mut table = terminal.table(&["then", "now", "what"], &[0, 1]);
    for placed in order {
        let name = placed.line.to_string();
        let name = if &placed.line == moved { terminal.paint(Tone::Strong, name) } else { name };
        table.add_row([placed.after.to_string(), placed.before.to_string(), name]);
    }
    print_table(&table);
    say!();
}

/// The line of this name: a need, an ask, or the bare name of one.
fn find_line(answers: &Answers, name: &str) -> Result<Reference, Failure> {
    let organisation: &Organisation = &answers.organisation;
    let need = |it: &Reference| it.to_string() == name || it.id.as_str() == name;
    let mut needs = organisation.needs().map(|it| it.id.reference()).filter(|it| need(it));
    match (needs.next(), needs.next()) {
        (Some(one), None) => Ok(one.clone()),
        _ => find::ask(organisation, name).map(Reference::from),
    }
}
