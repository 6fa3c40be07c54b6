//! What each team that should sign has said, as a table.

use crate::shell::Frame;
use crate::table::{Column, Row, table};
use crate::{link, say, words};
use kedge_align::agreement::{Said, SaidWord};
use kedge_model::Effort;
use maud::{Markup, html};

/// The table; nothing where nobody needs to sign.
pub(super) fn signatures(frame: &Frame<'_>, said: &[Said]) -> Markup {
    let rows: Vec<Row> = said.iter().map(|said| row(frame, said)).collect();
    html! {
        @if !rows.is_empty() {
            (table(
                "Signatures",
                &[Column::head("Team"), Column::text("Says"), Column::text("To join"), Column::text("To go alone")],
                &[],
                &rows,
            ))
        }
    }
}

fn row(frame: &Frame<'_>, said: &Said) -> Row {
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
    ])
}
