//! `kedge decide`: the ways on for an ask, side by side.

use super::{Session, print_json};
use crate::failure::{Exit, Failure};
use crate::find;
use crate::terminal::say;
use crate::terminal::{Tone, print_table};
use kedge_decide::{Costs, WayOn};
use kedge_model::Money;

/// Prints the ways on, the recommendation first.
pub(crate) fn run(session: &Session, ask: &str) -> Result<Exit, Failure> {
    let answers = session.answers()?;
    let ask = find::ask(&answers.organisation, ask)?;
    let decision = session.terminal.while_running("weighing the ways on", || answers.decision(&ask));
    let Some(decision) = decision else {
        let state = answers.organisation.ask(&ask).map(|it| answers.organisation.ask_state(it));
        let why = match state {
            Some(state) if state.is_open() => "it has landed",
            _ => "its plan is closed",
        };
        return Err(Failure::new(format!("there is nothing to decide about {ask}: {why}")));
    };
    if session.json {
        print_json(&*decision)?;
        return Ok(Exit::Fine);
    }
    let terminal = session.terminal;
    say!("{}\n", terminal.paint(Tone::Strong, &decision.why));
    let mut table = terminal
        .table(&["", "way on", "on time", "net value", "against plan", "costs us", "costs them"], &[2, 3, 4]);
    for (at, way) in decision.ways.iter().enumerate() {
        let mark = if decision.recommended == Some(at) { "✓" } else { "" };
        let mut what = way.what.clone();
        if way.as_planned {
            what.push_str(" (as planned)");
        }
        if let Some(ruled_out) = &way.ruled_out {
            what = format!("{what}\n{}", terminal.paint(Tone::Late, format!("ruled out: {ruled_out}")));
        }
        for condition in
            way.preconditions.iter().filter(|it| it.met != Some(false) || way.ruled_out.is_none())
        {
            let word = match condition.met {
                Some(true) => "so",
                Some(false) => "not so",
                None => condition.said.as_deref().unwrap_or("nobody has said"),
            };
            what = format!(
                "{what}\n{}",
                terminal.paint(Tone::Soft, format!("needs: {} ({word})", condition.what))
            );
        }
        table.add_row([
            mark.to_owned(),
            what,
            way.on_time.map_or_else(|| "–".into(), |chance| format!("{}%", chance.share.cases_of_100())),
            way.net.map_or_else(|| "–".into(), |net| net.mean.rounded()),
            way.against_plan.map_or_else(|| "–".into(), |gain| signed(gain.mean)),
            costs(way),
            way.costs_them.as_ref().map_or_else(|| "–".into(), |(effort, _)| effort.to_string()),
        ]);
    }
    print_table(&table);
    if answers.organisation.ask(&ask).is_some_and(|ask| ask.fallbacks.is_empty()) {
        say!("\nThere is no fallback to compare with: `kedge new fallback {ask} KIND` adds one.");
    }
    // What is better known by asking than by weighing.
    let plan = answers.organisation.ask(&ask).and_then(|it| answers.plan(&it.plan));
    let known = plan.as_deref().and_then(|plan| super::forecast::certainty(&plan.ask(&ask)?.certainty));
    if let Some(known) = known {
        say!("\n{}", capital(&known));
    }
    let error =
        decision.recommendation().and_then(|way| way.against_plan).map(|gain| (gain.error * 2.0).rounded());
    let error = error.map(|error| format!(", difference ± {error}")).unwrap_or_default();
    say!(
        "\n{}",
        terminal.paint(
            Tone::Soft,
            format!(
                "As of {}, {} trials each on the same random numbers{error}.",
                decision.as_of, decision.trials
            )
        )
    );
    Ok(Exit::Fine)
}

pub(crate) fn signed(money: Money) -> String {
    if money.amount() >= 0.5 { format!("+{}", money.rounded()) } else { money.rounded() }
}

fn costs(way: &WayOn) -> String {
    let Costs { create, maintain, migrate, keeps, price, fee } = &way.costs;
    let parts: Vec<String> = [
        create.as_ref().map(ToString::to_string),
        maintain.as_ref().map(ToString::to_string),
        migrate.as_ref().map(|migrate| format!("{migrate} to leave")),
        price.as_ref().map(ToString::to_string),
        fee.as_ref().map(ToString::to_string),
        keeps.map(|keeps| format!("keeps {keeps}")),
    ]
    .into_iter()
    .flatten()
    .collect();
    if parts.is_empty() { "–".into() } else { parts.join(" + ") }
}

/// The words as a sentence.
fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).chain(['.']).collect())
}
