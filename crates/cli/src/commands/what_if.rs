//! `kedge forecast --with …`: what something would change, before it is done.

use super::forecast::{decide_by, when};
use super::{Session, print_json};
use crate::failure::{Exit, Failure};
use crate::find;
use crate::terminal::say;
use crate::terminal::{Terminal, Tone, print_table};
use kedge_forecast::{
    Amount, Dates, NetValue, OutcomeEffect, OutcomeForecast, PlanEffect, PlanTotals, Quantity, Shift, WhatIf,
};
use kedge_model::{Date, OutcomeId};

/// Supposes the sentences and prints their effect; nothing is written.
pub(crate) fn run(session: &Session, plan: Option<&str>, sentences: &[String]) -> Result<Exit, Failure> {
    let answers = session.answers()?;
    let plan = plan.map(|name| find::plan_or_outcome(&answers.organisation, name)).transpose()?;
    let effect = session.terminal.while_running("comparing", || answers.what_if(sentences, plan.as_ref()))?;
    if session.json {
        print_json(&effect)?;
        return Ok(Exit::Fine);
    }
    let terminal = session.terminal;
    let what_if = &effect.what_if;
    say!("{}\n", terminal.paint(Tone::Strong, &effect.sentence));
    let in_view = |it: &&OutcomeEffect| plan.as_ref().is_none_or(|plan| plan == &it.plan);
    outcomes(terminal, what_if, &what_if.changed().filter(in_view).collect::<Vec<_>>());
    money(terminal, what_if);
    decide_bys(what_if);
    rest(terminal, what_if, plan.is_some().then(|| what_if.changed().filter(|it| !in_view(it)).collect()));
    foot(terminal, what_if);
    Ok(Exit::Fine)
}

/// What a change does to all: the outcomes that change, the money, the decide-bys that move, and what stays.
pub(crate) fn print(terminal: Terminal, what_if: &WhatIf) {
    outcomes(terminal, what_if, &what_if.changed().collect::<Vec<_>>());
    money(terminal, what_if);
    decide_bys(what_if);
    rest(terminal, what_if, None);
    foot(terminal, what_if);
}

fn decide_bys(what_if: &WhatIf) {
    for moved in &what_if.decide_bys {
        let words = |it| decide_by(it, what_if.as_of).unwrap_or_else(|| "nothing to decide".to_owned());
        say!("{}: {}; before: {}", moved.ask, words(&moved.after), words(&moved.before));
    }
}

fn foot(terminal: Terminal, what_if: &WhatIf) {
    say!(
        "{}",
        terminal.paint(
            Tone::Soft,
            format!(
                "As of {}, {} trials on each side with the same random numbers, seed {}. ± is twice the sampling error. \
                 Nothing was written.",
                what_if.as_of, what_if.trials, what_if.seed
            )
        )
    );
}

fn p80(terminal: Terminal, forecast: Option<&OutcomeForecast>, near: Date) -> String {
    match forecast.map(|it| &it.live) {
        None => String::new(),
        Some(Dates::Happened(date)) => format!("live {}", date.short(near)),
        Some(Dates::Spread(spread)) => when(terminal, spread.p80, near),
        Some(Dates::TooLittleData(_)) => terminal.paint(Tone::Soft, "too little data"),
    }
}

fn cases(forecast: Option<&OutcomeForecast>) -> String {
    let chance = forecast.and_then(|it| it.by_due);
    chance.map_or_else(|| "–".into(), |chance| format!("{}%", chance.share.cases_of_100()))
}

/// A difference with its sign and twice its error.
fn signed(terminal: Terminal, of: Quantity, scale: f64, good: f64) -> String {
    let (mean, error) = (of.mean * scale, of.error * scale * 2.0);
    let text = format!("{mean:+.1} ± {error:.1}");
    if mean.abs() <= error {
        return terminal.paint(Tone::Soft, text);
    }
    terminal.paint(if mean * good > 0.0 { Tone::Stands } else { Tone::Late }, text)
}

fn outcomes(terminal: Terminal, what_if: &WhatIf, effects: &[&OutcomeEffect]) {
    if effects.is_empty() {
        return;
    }
    let near = what_if.as_of;
    let titles = ["outcome", "P80", "after", "days", "on time", "after", "points"];
    let mut table = terminal.table(&titles, &[1, 2, 3, 4, 5, 6]);
    for effect in effects {
        let (before, after) = (effect.before.as_ref(), effect.after.as_ref());
        let days = match effect.shift {
            Shift::Appears => "new".into(),
            Shift::Vanishes => "gone".into(),
            _ => effect.p80_days.map_or_else(|| "–".into(), |days| signed(terminal, days, 1.0, -1.0)),
        };
        table.add_row([
            effect.outcome.to_string(),
            p80(terminal, before, near),
            p80(terminal, after, near),
            days,
            cases(before),
            cases(after),
            effect.by_due.map_or_else(String::new, |chance| signed(terminal, chance, 100.0, 1.0)),
        ]);
    }
    print_table(&table);
    say!();
}

fn gain(terminal: Terminal, of: Amount) -> String {
    let error = of.error * 2.0;
    let sign = if of.mean.amount() > 0.0 { "+" } else { "" };
    let text = format!("{sign}{} ± {}", of.mean.rounded(), error.rounded());
    if of.mean.amount().abs() <= error.amount() {
        return terminal.paint(Tone::Soft, text);
    }
    terminal.paint(if of.mean.amount() > 0.0 { Tone::Stands } else { Tone::Late }, text)
}

fn net(totals: Option<&PlanTotals>) -> String {
    match totals.map(|it| &it.worth) {
        Some(NetValue::Money(account)) => account.net.mean.rounded(),
        Some(NetValue::TooLittleData(_)) => "too little data".into(),
        Some(NetValue::NoValue) => "no value".into(),
        None => String::new(),
    }
}

fn money(terminal: Terminal, what_if: &WhatIf) {
    let matters = |it: &&PlanEffect| {
        let (net, weeks) = (it.difference.net, it.difference.person_weeks);
        net.mean.amount().abs() > 2.0 * net.error.amount() || weeks.mean.abs() > 2.0 * weeks.error
    };
    let titles = ["plan", "net value", "after", "difference", "person-weeks"];
    let mut table = terminal.table(&titles, &[1, 2, 3, 4]);
    let mut rows = 0;
    for effect in what_if.plans.iter().filter(matters) {
        rows += 1;
        table.add_row([
            effect.plan.to_string(),
            net(effect.before.as_ref()),
            net(effect.after.as_ref()),
            gain(terminal, effect.difference.net),
            signed(terminal, effect.difference.person_weeks, 1.0, -1.0),
        ]);
    }
    if rows == 0 {
        return;
    }
    let overall = &what_if.overall;
    table.add_row([
        terminal.paint(Tone::Strong, "all plans"),
        overall.before.net.mean.rounded(),
        overall.after.net.mean.rounded(),
        gain(terminal, overall.difference.net),
        signed(terminal, overall.difference.person_weeks, 1.0, -1.0),
    ]);
    print_table(&table);
    say!();
}

/// What changes elsewhere, by no more than the error, or not at all: a line each.
fn rest(terminal: Terminal, what_if: &WhatIf, elsewhere: Option<Vec<&OutcomeEffect>>) {
    let line = |what: &str, names: Vec<&OutcomeId>| {
        if !names.is_empty() {
            let names: Vec<String> = names.into_iter().map(ToString::to_string).collect();
            say!("{}", terminal.paint(Tone::Soft, format!("{what}: {}", names.join(", "))));
        }
    };
    let elsewhere = elsewhere.unwrap_or_default();
    line("Changes in other plans", elsewhere.iter().map(|it| &it.outcome).collect());
    let of = |shift: Shift| what_if.outcomes.iter().filter(move |it| it.shift == shift).map(|it| &it.outcome);
    line("Changes by no more than the error", of(Shift::WithinError).collect());
    line("Too little data", of(Shift::TooLittleData).collect());
    line("Unchanged", what_if.unchanged.iter().collect());
}
