//! Services that change together and share data, with what speaks for making them one and what against.

use crate::shell::{Frame, Section, empty, headline, page};
use crate::table::{Column, Row, table};
use crate::{link, words};
use kedge_align::services::{Advice, Services};
use maud::{Markup, html};

/// Every pair of which anything was found.
pub fn align_services(frame: &Frame<'_>, services: &Services) -> Markup {
    let rows: Vec<Row> = services
        .pairs
        .iter()
        .map(|pair| {
            Row::new(vec![
                html! { (pair.one) " and " (pair.other) },
                html! {
                    @for reason in &pair.for_one {
                        div {
                            (words::capital(&reason.in_words()))
                            @for place in reason.shown_by().iter().take(2) {
                                small { code { (place.repository) ":" (place.file) } " at " code { (place.commit) } }
                            }
                        }
                    }
                },
                html! {
                    @for reason in &pair.against { div { (words::capital(&reason.in_words())) } }
                    @if pair.against.is_empty() { span.soft { "–" } }
                },
                html! { span.late[pair.advice == Advice::MakeOne] { (words::capital(pair.advice.in_words())) } },
            ])
        })
        .collect();
    let main = html! {
        (headline(&html! { a href=(link::ALIGN) { "Align" } " · services" }, &services.headline(), &html! {
            "A monolith that serves is better than a distributed system nobody needs. Load, availability, law and a team of its own are reasons to be apart."
        }))
        @if rows.is_empty() {
            (empty(
                if services.is_read { "No two services are bound to each other." } else { "No survey has read a history yet." },
                "A survey counts which services change together, against chance, and finds data that both use.",
                (!services.is_read).then_some("kedge survey REPOSITORY"),
            ))
        } @else {
            (table(
                "Services that might be one",
                &[Column::head("Services"), Column::text("For one"), Column::text("Against"), Column::text("What follows")],
                &[],
                &rows,
            ))
        }
    };
    page(frame, Some(Section::Align), "Services", &main)
}
