//! Which inputs a plan's result hangs on, as bars.

use crate::picture::Texture;
use crate::shell::prose;
use crate::source::detailed;
use crate::table::{Column, Row, table};
use crate::{say, words};
use kedge_forecast::{HangsOn, Influence, Input, ResultOf};
use kedge_model::TeamId;
use maud::{Markup, html};

/// How many inputs stand on the page; the rest are in the JSON.
const SHOWN: usize = 8;

/// What the result hangs on, in order; what is missing, where that cannot be told.
pub(crate) fn section(hangs_on: &HangsOn, team: &TeamId) -> Markup {
    let body = match hangs_on {
        HangsOn::Inputs { result, inputs, others, trials } => bars(result, inputs, *others, *trials, team),
        HangsOn::TooLittleData(lacks) => html! {
            p {
                "There is too little data to tell. "
                @for lack in lacks { (prose(&words::sentence(&say::lack(lack)))) " " }
                "With that, this says which estimate or which ask is worth looking into first."
            }
        },
        HangsOn::Nothing | HangsOn::NotSearched => return html! {},
    };
    html! {
        h2 #hangs-on { "What it hangs on" }
        (body)
    }
}

fn bars(result: &ResultOf, inputs: &[Influence], others: usize, trials: u64, team: &TeamId) -> Markup {
    let result = match result {
        ResultOf::NetValue => "the net value as planned".to_owned(),
        ResultOf::Live(outcome) => format!("the day on which `{outcome}` is live as planned"),
    };
    let rows: Vec<Row> = inputs
        .iter()
        .take(SHOWN)
        .enumerate()
        .map(|(place, influence)| {
            let per_cent = 100.0 * influence.share.clamp(0.0, 1.0);
            let error = 200.0 * influence.error;
            Row::new(vec![
                html! { (words::capital(&influence.input.to_string())) },
                html! { (bar(per_cent, error, texture(&influence.input, team), &influence.input.to_string())) },
                detailed(
                    &format!("hangs-{place}"),
                    &format!("{per_cent:.0}%"),
                    &format!("± {:.0}: two standard errors, by {trials} trials", error.ceil()),
                ),
            ])
        })
        .collect();
    html! {
        @if rows.is_empty() {
            p { "On no single input: none of the " (others) " that vary can be told from noise by " (trials) " trials." }
        } @else {
            (table(
                "What the result hangs on",
                &[Column::head("Input"), Column::picture("Explains"), Column::figure("Share")],
                &[],
                &rows,
            ))
            p.foot {
                "The part of the variance of " (prose(&result)) " that each input explains by itself; the thin line is two standard errors either way. Solid is in the team's own hands, hatched in others'. "
                @if others > 0 {
                    (words::capital(&words::number_of(others, "other input", "other inputs")))
                    @if others == 1 { " is" } @else { " are" }
                    " not told from noise by " (trials) " trials."
                } @else {
                    (trials) " trials."
                }
            }
        }
    }
}

/// Solid is what is in the team's own hands, hatched what others do.
fn texture(input: &Input, team: &TeamId) -> Texture {
    let own = match input {
        Input::Effort(work) => work.team() == team,
        Input::Create { ask, .. } | Input::Migrate { ask, .. } => ask.team() == team,
        Input::PlanFactor(plan) => plan.team() == team,
        Input::TeamFactor(of) => of == team,
        Input::OrganisationFactor => true,
        Input::Landing(_) | Input::AskedEffort(_) | Input::Acceptance { .. } => false,
    };
    if own { Texture::Solid } else { Texture::Hatched }
}

/// A bar from nothing to the share, with a line for what it may be.
fn bar(per_cent: f64, error: f64, texture: Texture, name: &str) -> Markup {
    let at = |x: f64| format!("{:.1}%", x.clamp(0.0, 100.0));
    html! {
        svg width="100%" height="18" role="img" aria-label=(format!("{name}: {per_cent:.0} of 100")) {
            rect class=(texture.class()) x="0" y="4" width=(at(per_cent.max(0.4))) height="10" rx="3" {}
            line.p80 x1=(at(per_cent - error)) x2=(at(per_cent + error)) y1="9" y2="9" {}
        }
    }
}
