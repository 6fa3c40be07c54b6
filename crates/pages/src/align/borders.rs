//! What coordination and independence cost at each border between two teams.

use crate::shell::{Frame, Section, empty, headline, page, prose};
use crate::source::detailed;
use crate::table::{Column, Row, table};
use crate::{link, say, words};
use kedge_align::borders::{Border, Borders, Line};
use maud::{Markup, html};

/// Every border at which anything is paid or could be moved.
pub fn align_borders(frame: &Frame<'_>, borders: &Borders) -> Markup {
    let calendar = &frame.organisation.settings().calendar;
    let (priced, others): (Vec<&Border>, Vec<&Border>) =
        borders.borders.iter().partition(|border| border.is_priced());
    let rows: Vec<Row> = priced.iter().enumerate().map(|(at, border)| row(frame, border, at)).collect();
    let main = html! {
        (headline(&html! { a href=(link::ALIGN) { "Align" } " · borders" }, &borders.headline(calendar), &html! {
            "Agreement has a price and independence has one. Only what plans say is counted; “leave these apart” is an answer too."
        }))
        @if borders.borders.is_empty() {
            (empty("No two teams pay anything for each other yet.", "Detours, visitors and shared answers have their prices here, once there are any.", None))
        } @else {
            @if !rows.is_empty() {
                (table(
                    "Borders between teams",
                    &[
                        Column::head("Between"),
                        Column::figure("Coordination"),
                        Column::figure("Independence"),
                        Column::text("Waiting"),
                        Column::text("Where moving is cheaper"),
                    ],
                    &[],
                    &rows,
                ))
            }
            p.foot {
                "Person-weeks a quarter: rates as they are on the day, and what was spent once since "
                (borders.from.in_words(frame.as_of)) ". In the order of names: a dear border says that two teams have much to do with each other. "
                @if !others.is_empty() {
                    "At " (words::number_of(others.len(), "more border", "more borders")) " asks wait, and nothing is paid that anybody stated."
                }
            }
        }
    };
    page(frame, Some(Section::Align), "Borders", &main)
}

fn row(frame: &Frame<'_>, border: &Border, at: usize) -> Row {
    let organisation = frame.organisation;
    let calendar = &organisation.settings().calendar;
    let side = |name: &str, lines: &[Line]| {
        let detail: Vec<String> = lines
            .iter()
            .map(|line| format!("{} ({})", line.in_words(calendar), line.source.detail().replace('`', "")))
            .collect();
        let sum = Border::in_weeks(lines, calendar);
        html! {
            @if lines.is_empty() { span.soft { "–" } } @else {
                (detailed(&format!("{name}-{at}"), &sum, &words::sentence(&detail.join("; "))))
            }
        }
    };
    Row::new(vec![
        html! {
            a href=(link::team(&border.one)) { (words::capital(say::team(organisation, &border.one))) }
            " and "
            a href=(link::team(&border.other)) { (say::team(organisation, &border.other)) }
        },
        side("bought", &border.bought),
        side("paid", &border.paid),
        html! { @match border.waiting_in_words() { Some(said) => (said), None => span.soft { "–" } } },
        html! {
            @for it in &border.moves { div { (prose(&it.in_words(calendar))) } }
            @if border.moves.is_empty() { span.soft { "–" } }
        },
    ])
}
