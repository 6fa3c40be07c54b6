//! `kedge inbox`: what is asked of a team beside its own work.

use super::{Session, print_json};
use crate::failure::{Exit, Failure};
use crate::find;
use crate::terminal::say;
use crate::terminal::{Terminal, Tone};
use kedge_decide::order::weeks;
use kedge_decide::{InboxItem, Subject};
use kedge_model::{AskId, Date};

/// Prints the inbox of one team.
pub(crate) fn run(session: &Session, team: &str) -> Result<Exit, Failure> {
    let answers = session.answers()?;
    let team = find::team_or_council(&answers.organisation, team)?;
    let inbox = answers.inbox(&team).ok_or_else(|| Failure::new(format!("there is no team {team}")))?;
    if session.json {
        print_json(&inbox)?;
        return Ok(Exit::Fine);
    }
    let terminal = session.terminal;
    say!("{}", terminal.paint(Tone::Strong, inbox.headline()));
    let (ranked, rest) = inbox.items.split_at(inbox.ranked);
    let of_all = inbox.unknown_of_all();
    if !of_all.is_empty() {
        say!("{}", terminal.paint(Tone::Leans, format!("The same of every ask: {}", of_all.join(" "))));
    }
    for (place, item) in ranked.iter().enumerate() {
        one(terminal, Some(place + 1), item, &of_all, inbox.as_of);
    }
    if !rest.is_empty() && !ranked.is_empty() {
        say!(
            "\n{}",
            terminal.paint(Tone::Strong, "Not ranked: no confirmed worth, or no guess of the effort.")
        );
    }
    for item in rest {
        one(terminal, None, item, &of_all, inbox.as_of);
    }
    if !inbox.refused.is_empty() {
        let names: Vec<String> = inbox.refused.iter().map(AskId::to_string).collect();
        say!("\n{}", terminal.paint(Tone::Soft, format!("Refused or past its day: {}.", names.join(", "))));
    }
    if !inbox.items.is_empty() {
        say!(
            "\n{}",
            terminal.paint(
                Tone::Soft,
                format!(
                    "As of {}. Worth of a week of work: value a week that is lost without it, over the weeks it takes of this team. \
                     Only confirmed values rank; claims stand beside.\n\
                     Other answers: kedge answer TEAM/ASK considering --until DATE, countered --offer TEXT, declined, --host welcome; \
                     kedge land TEAM/ASK.",
                    inbox.as_of
                )
            )
        );
    }
    Ok(Exit::Fine)
}

fn one(terminal: Terminal, place: Option<usize>, item: &InboxItem, of_all: &[&str], as_of: Date) {
    let place = place.map_or_else(|| " –".to_owned(), |place| format!("{place:>2}"));
    let worth = match (item.confirmed_a_week, item.claimed_a_week) {
        (Some(confirmed), None) => format!("  {} a week of work", confirmed.rounded()),
        (Some(confirmed), Some(claimed)) => {
            format!("  {} a week of work, and {} claimed", confirmed.rounded(), claimed.rounded())
        }
        (None, Some(claimed)) => format!("  {} a week of work claimed", claimed.rounded()),
        (None, None) => String::new(),
    };
    say!("\n{place}  {}{}", terminal.paint(Tone::Strong, &item.what), terminal.paint(Tone::Stands, worth));
    let mut facts = vec![match &item.subject {
        Subject::Ask(ask) | Subject::Yes { ask, .. } => format!("{ask}: {}", item.said),
        Subject::Need { asks, .. } => {
            let names: Vec<String> = asks.iter().map(AskId::to_string).collect();
            format!("{}: {}", names.join(" and "), item.said)
        }
        Subject::Own(_) => item.said.clone(),
    }];
    if let Some(day) = item.wanted {
        facts.push(format!("{} {}", if item.is_own() { "due" } else { "by" }, day.in_words(as_of)));
    }
    if let Some(effort) = &item.effort {
        facts.push(format!("takes {} ({})", weeks(effort.weeks), effort.source.detail()));
    }
    if let Some(place) = item.council_rank {
        facts.push(format!("the council’s number {place}"));
    }
    if let Some(place) = item.own_rank {
        facts.push(format!("own rank {place}"));
    }
    say!("    {}", terminal.paint(Tone::Soft, facts.join(" · ")));
    if item.is_own()
        && let Some(worth) = item.at_stake.in_words()
    {
        say!("    Worth {worth}.");
    }
    for no in &item.no {
        say!("    A “no” costs {}", no.sentence);
    }
    for unknown in item.unknown.iter().filter(|it| item.is_own() || !of_all.contains(&it.as_str())) {
        say!("    {}", terminal.paint(Tone::Leans, unknown));
    }
    for answer in item.answers.iter().take(1) {
        say!("    {}", terminal.paint(Tone::Soft, format!("→ {answer}")));
    }
}
