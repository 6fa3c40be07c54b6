//! What can lose an outcome: the smallest sets of failures, how likely each is, and which fallback would help most.

use crate::shell::{Frame, prose};
use crate::source::detailed;
use crate::table::{Column, Row, table};
use crate::{link, words};
use kedge_decide::{AskLoss, Cut, Losses, OutcomeLoss, RemedyOdds};
use kedge_forecast::Chance;
use kedge_model::OutcomeId;
use maud::{Markup, html};

/// Sets that are listed for an outcome; the others are counted.
const CUTS: usize = 6;

/// What can lose the outcomes of a plan; nothing where nothing can.
pub(crate) fn of_plan(frame: &Frame<'_>, losses: &Losses) -> Markup {
    html! {
        @if losses.outcomes.iter().any(can_be_lost) {
            h2 #losses { "What can lose it" }
            @for loss in losses.outcomes.iter().filter(|loss| can_be_lost(loss)) { (listed(frame, &loss.outcome, &loss.sentence, Some(loss.lost), &loss.cuts)) }
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

/// What can lose the outcomes that an ask gates.
pub(crate) fn of_ask(frame: &Frame<'_>, losses: &[AskLoss]) -> Markup {
    html! {
        @let can_be_lost = |loss: &&AskLoss| !loss.cuts.is_empty();
        @if losses.iter().any(|loss| can_be_lost(&loss)) {
            h2 #losses { "What can lose it" }
            @for loss in losses.iter().filter(can_be_lost) {
                (listed(frame, &loss.outcome, &loss.sentence, loss.lost, &loss.cuts))
                @if loss.others > 0 {
                    p.soft { "The other ways to lose it are about more than this ask: they are on the page of the plan." }
                }
            }
        }
    }
}

fn can_be_lost(loss: &OutcomeLoss) -> bool {
    !loss.cuts.is_empty() || loss.up_to.is_some()
}

fn remedy_in_words(remedy: &RemedyOdds) -> Markup {
    html! { (remedy.sentence()) " " a href=(link::ask(&remedy.remedy.ask)) { "Its ways on" } "." }
}

fn listed(
    frame: &Frame<'_>,
    outcome: &OutcomeId,
    sentence: &str,
    lost: Option<Chance>,
    cuts: &[Cut],
) -> Markup {
    let none = || html! { span.soft { "–" } };
    let rows: Vec<Row> = cuts
        .iter()
        .take(CUTS)
        .enumerate()
        .map(|(at, cut)| {
            let id = |what: &str| format!("{what}-{outcome}-{at}");
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
    let title = frame
        .organisation
        .outcome(outcome)
        .map_or_else(|| outcome.to_string(), |it| it.title.clone().unwrap_or_else(|| outcome.to_string()));
    html! {
        p { b { (prose(&title)) } ": " (prose(sentence)) @if let Some(lost) = lost { " It is lost in " (words::cases_within(lost)) "." } }
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
        @if cuts.len() > CUTS { p.soft { "And " (words::counted(cuts.len() - CUTS, "set", "sets")) " more." } }
    }
}
