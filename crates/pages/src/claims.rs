//! Values that nobody has confirmed: each a claim, with the form that records who confirms it.

use crate::answer::confirm_form;
use crate::shell::{Frame, prose};
use crate::words;
use kedge_floor::{OutcomeStanding, Status};
use maud::{Markup, html};

/// The claims among these outcomes; nothing where there is none.
pub(crate) fn waiting<'a>(
    frame: &Frame<'_>,
    outcomes: impl IntoIterator<Item = &'a OutcomeStanding>,
) -> Markup {
    let claims: Vec<_> = outcomes
        .into_iter()
        .filter(|outcome| outcome.status == Status::Planned)
        .filter_map(|outcome| Some((outcome.worth.filter(|worth| !worth.confirmed)?, outcome)))
        .filter_map(|(worth, outcome)| Some((worth, frame.organisation.outcome(&outcome.outcome)?)))
        .collect();
    html! {
        @if !claims.is_empty() {
            h2 #claims { "Claims that nobody has confirmed" }
            ul.plain {
                @for (worth, outcome) in claims {
                    li {
                        (prose(outcome.name())) ": " (words::a_week(worth.a_week)) ". It ranks nothing until its stakeholder or the council confirms it."
                        (confirm_form(frame, outcome))
                    }
                }
            }
        }
    }
}
