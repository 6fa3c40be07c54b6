//! What can lose an outcome: the smallest sets of failures, how likely each is, and which fallback would help most.

use crate::shell::{Frame, prose};
use crate::source::detailed;
use crate::table::{Column, Row, table};
use crate::{link, words};
use kedge_decide::{Cut, Losses, OutcomeLoss, RemedyOdds};
use kedge_model::AskId;
use maud::{Markup, html};

/// Sets that are listed for an outcome; the others are counted.
const CUTS: usize = 6;

/// What can lose the outcomes of a plan; nothing where nothing can.
pub(crate) fn of_plan(frame: &Frame<'_>, losses: &Losses) -> Markup {
    html! {
        @if losses.outcomes.iter().any(can_be_lost) {
            h2 #losses { "What can lose it" }
            @for loss in losses.outcomes.iter().filter(|loss| can_be_lost(loss)) { (listed(frame, loss, None)) }
            @for remedy in &losses.remedies { p { (remedy_in_words(remedy)) } }
            p.foot {
                @if losses.outcomes.iter().any(|loss| !can_be_lost(loss)) {
                    "Nothing that others do or leave undone can lose the other outcomes. "
                }
                (losses.trials) " trials, all counted in the same: asks to one team share its queue and its shifts of priority."
            }
        }
    }
}

/// Whether all of a set's failures are about this ask. The team that was asked reads the ask's page too, and the odds of
/// others are not its to see; the plan's page, which is the asking team's, has every set.
fn concerns(cut: &Cut, ask: &AskId) -> bool {
    cut.failures.iter().all(|failure| failure.asks().contains(ask))
}

/// What can lose the outcomes that an ask gates.
pub(crate) fn of_ask(frame: &Frame<'_>, losses: &[OutcomeLoss], ask: &AskId) -> Markup {
    html! {
        @let own = |loss: &&OutcomeLoss| loss.cuts.iter().any(|cut| concerns(cut, ask));
        @if losses.iter().any(|loss| own(&loss)) {
            h2 #losses { "What can lose it" }
            @for loss in losses.iter().filter(own) { (listed(frame, loss, Some(ask))) }
        }
    }
}

fn can_be_lost(loss: &OutcomeLoss) -> bool {
    !loss.cuts.is_empty() || loss.up_to.is_some()
}

fn remedy_in_words(remedy: &RemedyOdds) -> Markup {
    html! { (remedy.sentence()) " " a href=(link::ask(&remedy.remedy.ask)) { "Its ways on" } "." }
}

fn listed(frame: &Frame<'_>, loss: &OutcomeLoss, ask: Option<&AskId>) -> Markup {
    let none = || html! { span.soft { "–" } };
    let rows: Vec<Row> = loss
        .cuts
        .iter()
        .filter(|cut| ask.is_none_or(|ask| concerns(cut, ask)))
        .take(CUTS)
        .enumerate()
        .map(|(at, cut)| {
            let id = |what: &str| format!("{what}-{}-{at}", loss.outcome);
            Row::new(vec![
                html! { (prose(&words::capital(&cut.in_words()))) },
                {
                    let detail = match cut.across_teams {
                        Some(product) => format!(
                            "{}, by {} trials; {} if the teams had nothing in common",
                            words::cases_within(cut.never),
                            cut.never.trials,
                            words::cases(product)
                        ),
                        None => format!("{}, by {} trials", words::cases_within(cut.never), cut.never.trials),
                    };
                    detailed(&id("never"), &words::percent(cut.never.share), &detail)
                },
                cut.late.map_or_else(none, |late| {
                    detailed(
                        &id("late"),
                        &words::percent(late.share),
                        &format!(
                            "{}, by {} trials: not there on its last useful day",
                            words::cases_within(late),
                            late.trials
                        ),
                    )
                }),
                html! {
                    @if cut.mended_by.is_empty() { (none()) }
                    @for (at, ask) in cut.mended_by.iter().enumerate() {
                        @if at > 0 { ", " }
                        a href=(link::ask(ask)) { (ask) }
                    }
                },
            ])
        })
        .collect();
    let title = frame.organisation.outcome(&loss.outcome).map_or_else(
        || loss.outcome.to_string(),
        |outcome| outcome.title.clone().unwrap_or_else(|| loss.outcome.to_string()),
    );
    html! {
        p { b { (prose(&title)) } ": " (prose(&loss.sentence)) " It is lost in " (words::cases_within(loss.lost)) "." }
        (table(
            "What can lose it",
            &[
                Column::head("All of this happens"),
                Column::figure("Chance"),
                Column::figure("Or too late"),
                Column::text("A fallback of your own for this would break it"),
            ],
            &[],
            &rows,
        ))
        @if loss.cuts.len() > CUTS { p.soft { "And " (words::counted(loss.cuts.len() - CUTS, "set", "sets")) " more." } }
    }
}
