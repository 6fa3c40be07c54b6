//! What another order does, beside what makes it: shared by the queue and the council.

use crate::shell::{Frame, prose, token};
use crate::source::detailed;
use crate::table::{Column, Row, table};
use crate::{link, say, words};
use kedge_decide::{Destination, Placed, order};
use kedge_forecast::{Dates, OutcomeEffect, OutcomeForecast, Shift, WhatIf};
use kedge_model::Reference;
use maud::{Markup, html};

/// Outcomes that change are listed up to here.
const LISTED: usize = 20;

/// A link that shows what one step up or down does.
pub(crate) fn step(address: &str, name: &Reference, side: &str, other: &Reference) -> Markup {
    let (arrow, word) = if side == "before" { ("↑", "up") } else { ("↓", "down") };
    html! {
        a.button href={ (address) "?move=" (name) "&" (side) "=" (other) "#preview" }
            aria-label={ "Show what moving " (name) " " (word) " does" }
            title={ "Show what moving it " (side) " " (other) " does" } { (arrow) }
    }
}

/// The button that makes a move, and the one that does not.
pub(crate) fn accept(
    frame: &Frame<'_>,
    address: &str,
    name: &Reference,
    to: &Destination,
    (act, effect): (&str, &str),
) -> Markup {
    let (word, beside) = to.words();
    html! {
        div.acts {
            @if let Some(writing) = frame.writing {
                form method="post" action=(link::ACT) {
                    (token(writing))
                    input type="hidden" name="act" value=(act);
                    input type="hidden" name="line" value=(name);
                    input type="hidden" name="to" value=(word);
                    @if let Some(beside) = beside { input type="hidden" name="beside" value=(beside); }
                    input type="hidden" name="back" value=(address);
                    button.first type="submit" title=(effect) { "Accept this order" }
                }
            }
            a.button href=(address) { "Leave it as it is" }
        }
    }
}

pub(crate) fn awaited() -> Markup {
    html! { p.soft #preview role="status" { "Both orders are being simulated. This page shows what the move does when that has ended." } }
}

pub(crate) fn refused(address: &str, why: &str) -> Markup {
    html! {
        section.empty #preview {
            p { b { "That move cannot be made." } " " (prose(&words::sentence(why))) }
            p { a href=(address) { "Back to the order as it is" } }
        }
    }
}

/// The new order, of those that change their place.
pub(crate) fn order(frame: &Frame<'_>, order: &[Placed], moved: &Reference) -> Markup {
    let changed = order.iter().filter(|it| it.before != it.after);
    let rows: Vec<Row> = changed
        .map(|it| {
            Row::new(vec![
                html! { @if &it.line == moved { b { (it.after) } } @else { (it.after) } },
                html! { @if &it.line == moved { b { (name(frame, &it.line)) } } @else { (name(frame, &it.line)) } },
                html! { (it.before) },
            ])
        })
        .collect();
    html! {
        @if !rows.is_empty() {
            (table("Places that change", &[Column::figure("Then"), Column::head("What"), Column::figure("Now")], &[], &rows))
        }
    }
}

fn name(frame: &Frame<'_>, name: &Reference) -> Markup {
    let ask = name.clone().into();
    html! {
        @if frame.organisation.ask(&ask).is_some() { a href=(link::ask(&ask)) { (name) } }
        @else if let Some(initiative) = frame.organisation.initiative(&name.clone().into()) { (initiative.title) }
        @else { (name) }
    }
}

/// What it does: outcomes whose dates or chances change, and the money.
pub(crate) fn effect(frame: &Frame<'_>, effect: &WhatIf) -> Markup {
    let changed: Vec<&OutcomeEffect> = effect
        .outcomes
        .iter()
        .filter(|it| !matches!(it.shift, Shift::WithinError | Shift::TooLittleData))
        .collect();
    let rows: Vec<Row> = changed.iter().take(LISTED).map(|it| row(frame, effect, it)).collect();
    let net = effect.overall.difference.net;
    let told = net.mean.amount().abs() > 2.0 * net.error.amount() && net.mean.amount().abs() >= 0.5;
    html! {
        @if rows.is_empty() {
            p { "No outcome changes by more than the error of " (effect.trials) " trials." }
        } @else {
            (table(
                "Outcomes that change",
                &[
                    Column::head("Outcome"),
                    Column::figure("P80 now"),
                    Column::figure("P80 then"),
                    Column::figure("On time now"),
                    Column::figure("On time then"),
                ],
                &[],
                &rows,
            ))
            @if changed.len() > LISTED { p.foot { "And " (changed.len() - LISTED) " more." } }
        }
        p {
            @if told {
                "All plans together: " b { (words::signed(net.mean)) } " net value, ± " ((net.error * 2.0).rounded()) "."
            } @else {
                "In money the two orders cannot be told apart: within " ((net.error * 2.0).rounded()) " of each other."
            }
            " " small { (effect.trials) " trials on each side, on the same random numbers." }
        }
    }
}

fn row(frame: &Frame<'_>, effect: &WhatIf, it: &OutcomeEffect) -> Row {
    let near = frame.as_of;
    let p80 = |side: &str, of: &Option<OutcomeForecast>| match of.as_ref().map(|it| &it.live) {
        Some(Dates::Spread(spread)) => detailed(
            &format!("move-{side}-{}", it.outcome),
            &say::when(spread.p80.at, near),
            &say::known(spread.p80, near, effect.trials),
        ),
        Some(Dates::Happened(day)) => html! { "live " (day.short(near)) },
        _ => html! { span.soft { "–" } },
    };
    let on_time = |of: &Option<OutcomeForecast>| match of.as_ref().and_then(|it| it.by_due) {
        Some(chance) => html! { (words::percent(chance.share)) },
        None => html! { span.soft { "–" } },
    };
    let outcome = frame.organisation.outcome(&it.outcome);
    Row::new(vec![
        html! {
            a href=(link::plan(&it.plan)) { (outcome.map_or(it.outcome.id().as_str(), |outcome| outcome.name())) }
            small { (words::capital(say::team(frame.organisation, it.outcome.team()))) }
        },
        p80("now", &it.before),
        p80("then", &it.after),
        on_time(&it.before),
        html! {
            (on_time(&it.after))
            @if let Some(by_due) = it.by_due && order::differs(by_due) {
                small { @if by_due.mean > 0.0 { "+" } @else { "−" } (format!("{:.0}", by_due.mean.abs() * 100.0)) " points" }
            }
        },
    ])
}
