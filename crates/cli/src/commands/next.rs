//! `kedge next`: this week.

use super::{Session, print_json};
use crate::failure::{Exit, Failure};
use crate::find;
use crate::terminal::Tone;
use crate::terminal::say;
use kedge_decide::{NextItem, Urgency};

/// Prints what wants doing, of one team or all.
pub(crate) fn run(session: &Session, team: Option<&str>) -> Result<Exit, Failure> {
    let answers = session.answers()?;
    let team = team.map(|team| find::team(&answers.organisation, team)).transpose()?;
    let plans: Vec<_> =
        answers.open_plans().filter(|plan| team.as_ref().is_none_or(|team| plan.team() == team)).collect();
    session.terminal.progress("forecasting", plans.iter(), |plan| {
        answers.plan(plan);
    });
    let mut next = answers.next();
    next.items.retain(|item| team.as_ref().is_none_or(|team| &item.team == team));
    if session.json {
        print_json(&next)?;
        return Ok(Exit::Fine);
    }
    let terminal = session.terminal;
    let whose = team.as_ref().map_or_else(|| "anybody".to_owned(), ToString::to_string);
    if next.items.is_empty() {
        say!("Nothing wants doing by {whose} this week.");
        return Ok(Exit::Fine);
    }
    let count = next.items.len();
    let things = if count == 1 { "thing wants" } else { "things want" };
    say!(
        "{}\n",
        terminal.paint(
            Tone::Strong,
            format!("{count} {things} doing as of {}.", next.as_of.in_words(next.as_of))
        )
    );
    let mut said = None;
    for item in &next.items {
        let when = when(item, next.as_of);
        if said.as_ref() != Some(&when) {
            let tone = if matches!(item.urgency, Urgency::Overdue(_)) { Tone::Late } else { Tone::Strong };
            say!("{}", terminal.paint(tone, &when));
            said = Some(when);
        }
        let stake = item.at_stake.map(|money| format!(" {} a week.", money.rounded())).unwrap_or_default();
        say!(
            "  {}  {}{}",
            terminal.paint(Tone::Strong, &item.team),
            item.what,
            terminal.paint(Tone::Soft, stake)
        );
        if !item.detail.is_empty() {
            say!("     {}", terminal.paint(Tone::Soft, &item.detail));
        }
        say!("     {}", terminal.paint(Tone::Soft, format!("→ {}", item.command)));
    }
    Ok(Exit::Fine)
}

fn when(item: &NextItem, as_of: kedge_model::Date) -> String {
    match item.urgency {
        Urgency::Overdue(day) => format!("since {}", day.in_words(as_of)),
        Urgency::Today => "today".into(),
        Urgency::By(day) => format!("by {}", day.in_words(as_of)),
        Urgency::Whenever => "when there is time".into(),
    }
}
