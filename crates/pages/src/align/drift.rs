//! Where needs run ahead of the system: what arrives against what lands.

use crate::shell::{Frame, Section, empty, headline, page};
use crate::table::{Column, Row, table};
use crate::{link, say, words};
use kedge_align::drift::{AreaDrift, Drift, Quarter};
use kedge_align::price::person_weeks;
use maud::{Markup, html};

/// Every team, with its areas.
pub fn align_drift(frame: &Frame<'_>, drift: &Drift) -> Markup {
    let rows: Vec<Row> = drift.areas.iter().map(|area| row(frame, drift, area)).collect();
    let main = html! {
        (headline(&html! { a href=(link::ALIGN) { "Align" } " · drift" }, &drift.headline(), &html! {
            "Debt is that needs, and what is understood of them, change faster than the system can. The quality of code has no part in it."
        }))
        @if rows.is_empty() {
            (empty("Nothing has been asked or planned yet.", "Once it is, this page says where more arrives than lands.", None))
        } @else {
            (table(
                "Drift by team and area",
                &[
                    Column::head("Area"),
                    Column::text("Waiting"),
                    Column::text("Gap"),
                    Column::text("Arrived and landed"),
                    Column::figure("Changed"),
                    Column::text("Stands in for it"),
                    Column::text("Value that waits"),
                ],
                &[],
                &rows,
            ))
            p.foot {
                "Arrived: asks asked for the first time, and work of plans that began. Landed: asks landed, served or withdrawn, and work done. "
                "Gap: what waits, from the first quarter with a record to the last that is over. Changed: how often an ask was revised or given back, or a contract got a new version. "
                "In the order of names: a gap says that more is wanted than can be made, and nothing about who makes it."
            }
        }
    };
    page(frame, Some(Section::Align), "Drift", &main)
}

fn row(frame: &Frame<'_>, drift: &Drift, area: &AreaDrift) -> Row {
    let calendar = &frame.organisation.settings().calendar;
    let happened = |quarter: &&Quarter| quarter.arrived() + quarter.settled() > 0;
    let quarters: Vec<(&String, &Quarter)> =
        drift.quarters.iter().zip(&area.quarters).filter(|(_, quarter)| happened(quarter)).collect();
    let changed: u32 = area.quarters.iter().map(|quarter| quarter.changed).sum();
    let team = say::team(frame.organisation, &area.team);
    Row::new(vec![
        html! {
            @match &area.area {
                None => b { a href=(link::team(&area.team)) { (words::capital(team)) } },
                Some(name) => { (words::capital(name)) small { (team) } },
            }
        },
        html! { (words::capital(&area.waiting_in_words())) },
        html! { @if area.widening.widens() { b { (area.widening.in_words()) } } @else { (area.widening.in_words()) } },
        html! {
            @for (name, quarter) in &quarters { small { (name) ": " (quarter.arrived()) " and " (quarter.settled()) } }
            @if quarters.is_empty() { span.soft { "–" } }
        },
        html! { @if changed > 0 { (changed) } @else { span.soft { "–" } } },
        html! {
            @if area.standing_in.is_empty() { span.soft { "–" } } @else {
                (words::number_of(area.standing_in.len(), "detour", "detours"))
                @if area.upkeep_a_quarter.0 > 0.0 { small { (person_weeks(area.upkeep_a_quarter, calendar)) " a quarter" } }
            }
        },
        html! { @match area.at_stake.in_words() { Some(said) => (said), None => span.soft { "–" } } },
    ])
}
