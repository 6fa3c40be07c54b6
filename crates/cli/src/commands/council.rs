//! `kedge council`: what it ranks, where confidence ends, and what it should know when it ranks.

use super::queue::{destination, print_order};
use super::{Session, print_json, what_if};
use crate::arguments::{Council, CouncilAct, Place};
use crate::failure::{Exit, Failure};
use crate::find;
use crate::terminal::say;
use crate::terminal::{Tone, print_table};
use kedge_decide::{Ranked, RankedKind, consumed_in_words, move_ranked};
use kedge_model::{Money, Organisation, Reference, TeamId};

/// How many claims are printed; `--json` has all.
const CLAIMS: usize = 12;

/// Prints the council's view, or does what is to be done to its rank.
pub(crate) fn run(session: &Session, council: &Council) -> Result<Exit, Failure> {
    match &council.act {
        None => show(session),
        Some(CouncilAct::Move { name, place, accept, .. }) => move_in_rank(session, name, place, *accept),
    }
}

fn show(session: &Session) -> Result<Exit, Failure> {
    let answers = session.answers()?;
    let organisation = &answers.organisation;
    let forecast = session.terminal.while_running("forecasting", || answers.forecast());
    let council = answers.council(Some(forecast));
    if session.json {
        print_json(&council)?;
        return Ok(Exit::Fine);
    }
    let terminal = session.terminal;
    let own = TeamId::council();
    say!("{}", terminal.paint(Tone::Strong, council.headline()));
    if !council.ranked.is_empty() {
        say!();
        let mut table = terminal
            .table(&["", "what", "kind", "confirmed a week", "least likely on time", "run by"], &[0, 3, 4]);
        for ranked in &council.ranked {
            if council.confident == Some(ranked.place - 1) {
                table.add_row(["", &terminal.paint(Tone::Late, "— confidence ends here —"), "", "", "", ""]);
            }
            table.add_row([
                ranked.place.to_string(),
                format!("{}\n{}", ranked.name.short_for(&own), terminal.paint(Tone::Soft, &ranked.title)),
                kind(ranked.kind).to_owned(),
                worth(ranked),
                ranked
                    .on_time
                    .map_or_else(|| "–".into(), |chance| format!("{}%", chance.share.cases_of_100())),
                ranked.program_manager.as_ref().map_or_else(
                    || if ranked.kind == RankedKind::Program { "nobody".into() } else { "–".into() },
                    ToString::to_string,
                ),
            ]);
        }
        print_table(&table);
    }
    let (programs, managers) = (council.programs.len(), council.managers.len());
    if programs > 0 || managers > 0 {
        let over = council.programs_too_many();
        let many = if over > 0 { format!(": {over} too many") } else { String::new() };
        say!("\nRanked programs: {programs}. Who can run one: {managers}{many}.");
    }
    for consumed in &council.consumed {
        say!("{}.", consumed_in_words(organisation, consumed));
    }
    if council.consumed.is_empty() && council.ranked.len() > 1 {
        say!("No team is wholly taken by two or three of the first three.");
    }
    if !council.unranked.is_empty() {
        let names: Vec<String> = council.unranked.iter().map(|it| it.id().to_string()).collect();
        say!("Not ranked: {}. `kedge council move {} --last` ranks it.", names.join(", "), names[0]);
    }
    let inbox = answers.inbox(&TeamId::council());
    let raised: Vec<_> = inbox.iter().flat_map(|inbox| &inbox.items).filter(|item| item.is_yes()).collect();
    if !raised.is_empty() {
        let title = format!("What waits for the council’s yes: {}", raised.len());
        say!("\n{}", terminal.paint(Tone::Strong, title));
        for item in &raised {
            let names: Vec<String> = item.subject.asks().iter().map(ToString::to_string).collect();
            say!("  {}: {}", names.join(" and "), item.what);
            for no in &item.no {
                say!("    A “no” costs {}", no.sentence);
            }
        }
        say!(
            "    {}",
            terminal.paint(Tone::Soft, "→ kedge answer TEAM/ASK committed --by DATE --as council")
        );
    }
    if !council.claims.is_empty() {
        let title = format!("Claims that wait for confirmation: {}", council.claims.len());
        say!("\n{}", terminal.paint(Tone::Strong, title));
        for claim in council.claims.iter().take(CLAIMS) {
            say!("  {} {}: {}", claim.value, claim.outcome, claim.title);
            say!("    {}", terminal.paint(Tone::Soft, format!("→ {}", claim.command)));
        }
        if council.claims.len() > CLAIMS {
            say!("  And {} more; --json has all.", council.claims.len() - CLAIMS);
        }
    }
    say!(
        "\n{}",
        terminal.paint(
            Tone::Soft,
            format!(
                "As of {}, {} trials, seed {}. Confidence ends before the first whose least likely outcome is on time in \
                 fewer than {} of cases: as a whole it is no likelier than that outcome.",
                council.as_of, forecast.trials, forecast.seed, council.confidence
            )
        )
    );
    Ok(Exit::Fine)
}

fn kind(kind: RankedKind) -> &'static str {
    match kind {
        RankedKind::Program => "program",
        RankedKind::CriticalProject => "critical project",
        RankedKind::Ask => "ask: the council’s yes",
    }
}

fn worth(ranked: &Ranked) -> String {
    match (ranked.confirmed != Money::ZERO, ranked.claimed != Money::ZERO) {
        (true, true) => format!("{}, {} claimed", ranked.confirmed.rounded(), ranked.claimed.rounded()),
        (true, false) => ranked.confirmed.rounded(),
        (false, true) => format!("{} claimed", ranked.claimed.rounded()),
        (false, false) => "–".into(),
    }
}

fn move_in_rank(session: &Session, name: &str, place: &Place, accept: bool) -> Result<Exit, Failure> {
    let answers = if accept { session.to_record()? } else { session.answers()? };
    let organisation = &answers.organisation;
    let find = |name: &str| ranked(organisation, name);
    let moving = move_ranked(organisation, &find(name)?, &destination(place, find)?).map_err(Failure::new)?;
    let changes = moving.act().changes(organisation)?;
    if accept {
        return session.write(&moving.what(), &changes, false);
    }
    let preview = moving.clone();
    let moved = session.terminal.while_running("simulating both orders", || answers.council_moved(preview));
    let Some(moved) = moved else {
        return Err(Failure::new("the new order cannot be simulated: `kedge check` says what is wrong"));
    };
    if session.json {
        print_json(&*moved)?;
        return Ok(Exit::Fine);
    }
    say!("{}\n", session.terminal.paint(Tone::Strong, &moved.sentence));
    print_order(session.terminal, &moving.order, &moving.name);
    what_if::print(session.terminal, &moved.effect);
    say!("\nTo accept it, with --accept:");
    let edits = session.workspace.preview(&changes).map_err(Failure::new)?;
    super::print_edits(session.terminal, &edits);
    Ok(Exit::Fine)
}

/// An initiative by its bare name, else an ask.
fn ranked(organisation: &Organisation, name: &str) -> Result<Reference, Failure> {
    let initiative = |it: &&Reference| it.to_string() == name || it.id.as_str() == name;
    let found = organisation.initiatives().map(|it| it.id.reference()).find(initiative).cloned();
    found.map_or_else(|| find::ask(organisation, name).map(Reference::from), Ok)
}
