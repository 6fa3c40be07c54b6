//! What each team that should sign has said, as a table.

use crate::shell::{Frame, act};
use crate::table::{Column, Row, table};
use crate::{link, say, words};
use kedge_align::agreement::{Said, SaidWord};
use kedge_model::Effort;
use maud::{Markup, html};

/// The table; nothing where nobody needs to sign. `open` is what a signature from the page goes under, `proposal NAME` or
/// `contract NAME`.
pub(super) fn signatures(frame: &Frame<'_>, said: &[Said], open: Option<&str>) -> Markup {
    let rows: Vec<Row> = said.iter().map(|said| row(frame, said, open)).collect();
    html! {
        @if !rows.is_empty() {
            (table(
                "Signatures",
                &[Column::head("Team"), Column::text("Says"), Column::text("To join"), Column::text("To go alone"), Column::act("What can be done")],
                &[],
                &rows,
            ))
        }
    }
}

fn row(frame: &Frame<'_>, said: &Said, open: Option<&str>) -> Row {
    let price = |effort: &Option<Effort>| match effort {
        Some(effort) => html! { (effort) },
        None => html! { span.soft { "–" } },
    };
    let words = said.word.in_words(frame.as_of);
    Row::new(vec![
        html! { a href=(link::team(&said.team)) { (words::capital(say::team(frame.organisation, &said.team))) } },
        html! {
            @match said.word {
                SaidWord::Signed { .. } => span.stands { (words) },
                SaidWord::Declined { .. } => span.late { (words) },
                SaidWord::Silent { .. } => span.soft { (words) },
                SaidWord::Considering { .. } => (words),
            }
            @if let Some(on) = said.adopted { small { "adopted on " (on.in_words(frame.as_of)) } }
        },
        price(&said.adopt),
        price(&said.alone),
        html! { @if let Some(under) = open { (acts(frame, said, under)) } },
    ])
}

/// What the team can say from the page: it was asked, and has neither signed nor declined.
fn acts(frame: &Frame<'_>, said: &Said, under: &str) -> Markup {
    let fields = |says: &str| {
        [
            ("act", "sign".to_owned()),
            ("under", under.to_owned()),
            ("team", said.team.to_string()),
            ("says", says.to_owned()),
        ]
    };
    let is_open = match said.word {
        SaidWord::Silent { since, .. } => since.is_some(),
        SaidWord::Considering { .. } => true,
        SaidWord::Signed { .. } | SaidWord::Declined { .. } => false,
    };
    html! {
        @if is_open {
            (act(frame, "Sign", &format!("writes into the answers of {} that it signs", said.team), true, &fields("signed")))
            " "
            (act(frame, "Decline", &format!("writes into the answers of {} that it declines", said.team), false, &fields("declined")))
        }
    }
}
