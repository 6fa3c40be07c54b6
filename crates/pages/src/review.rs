//! The quarter on one page, live and as a file of its own.

use crate::picture::{TrendColumn, trend};
use crate::shell::{Frame, Section, headline, page, prose};
use crate::table::{Column, Row, table};
use crate::{link, overview, picture, shell, style, words};
use kedge_decide::{Review, TakenDetour, Trend, person_days};
use kedge_floor::{Basis, StandingNumber};
use kedge_model::{AskId, Organisation};
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// Things of one kind are listed up to here.
const LISTED: usize = 100;

/// The page.
pub fn review(frame: &Frame<'_>, review: &Review) -> Markup {
    page(frame, Some(Section::Review), &format!("Review of {}", review.quarter), &body(review, true))
}

/// The same as a file: no script, no network, no links that lead nowhere from it.
pub fn review_file(organisation: &Organisation, review: &Review) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "Review of " (review.quarter) " · " (shell::organisation_name(organisation)) }
                style { (PreEscaped(style::stylesheet())) }
            }
            body {
                (picture::definitions())
                header { span.brand { (shell::organisation_name(organisation)) } p.as-of { "as of " time datetime=(review.until) { (review.until.day()) " " (review.until.month_name()) " " (review.until.year()) } } }
                main { (body(review, false)) }
            }
        }
    }
}

/// `linked` where the names of asks lead to their pages.
fn body(review: &Review, linked: bool) -> Markup {
    let near = review.until;
    let ask = |id: &AskId| {
        html! { @if linked { a href=(link::ask(id)) { (id) } } @else { (id) } }
    };
    html! {
        (headline(&html! { "Review of " (review.quarter) }, &review.headline(), &html! {
            (review.period.from().in_words(near)) " to " (review.period.until().in_words(near))
            @if review.running { ", looked at up to " (near.in_words(near)) }
            ". " (review.debts_in_words)
        }))
        (overview::standing_figure(&review.standing))
        (standing(review))
        h2 #delivered { "What went live" }
        @if review.delivered.is_empty() { p.soft { "No outcome went live in the quarter." } }
        @if !review.delivered.is_empty() || !review.dropped.is_empty() {
            ol.log {
                @for it in review.delivered.iter().take(LISTED) {
                    li { time datetime=(it.on) { (it.on.short(near)) } span { (prose(&it.name)) @if let Some(worth) = it.worth { ", " (words::a_week(worth.a_week)) @if !worth.confirmed { " claimed" } } } }
                }
                @for it in review.dropped.iter().take(LISTED) {
                    li { time datetime=(it.on) { (it.on.short(near)) } span.soft { "Given up: " (prose(&it.name)) } }
                }
            }
        }
        (asks(review, &ask))
        (debts(review, &ask))
        (alignment(review))
        p.foot {
            "As known on the evening of " (near.in_words(near)) " " (near.year()) ". Standing is what each plan reaches with no ask landing. Values that nobody confirmed are claims. Nothing here ranks teams or people."
        }
    }
}

fn standing(review: &Review) -> Markup {
    let near = review.until;
    let points = review.trend.points();
    let in_value = review.standing.basis() == Basis::Value;
    let unit = if in_value { "value a week" } else { "outcomes" };
    let column = |number: &StandingNumber| {
        if in_value {
            (number.total().stands.amount(), number.total().planned.amount())
        } else {
            (number.outcomes().shares, number.outcomes().planned as f64)
        }
    };
    let columns: Vec<TrendColumn> = points
        .iter()
        .map(|point| {
            let (stands, planned) = column(&point.number);
            TrendColumn { day: point.on.short(near), stands: stands.max(0.0), planned: planned.max(0.0) }
        })
        .collect();
    let share = |number: &StandingNumber| {
        number.fraction().map_or_else(|| "nothing planned".to_owned(), |it| format!("{:.0}%", it * 100.0))
    };
    let told: Vec<String> =
        points.iter().map(|point| format!("{}: {}", point.on.short(near), share(&point.number))).collect();
    html! {
        h2 #trend { "Standing over the quarter" }
        @if columns.len() > 1 {
            figure {
                (trend(&columns, &format!("Standing by week, as a share of what was planned: {}.", kedge_model::listed(&told))))
                figcaption { "A column a week, in " (unit) ": solid is what stood, hatched what leaned on others. " (words::sentence(&kedge_model::listed(&told))) }
            }
        }
        p.soft[!matches!(review.trend, Trend::Known { .. })].foot[matches!(review.trend, Trend::Known { .. })] { (review.trend.caution(near)) }
    }
}

fn asks(review: &Review, ask: &dyn Fn(&AskId) -> Markup) -> Markup {
    let near = review.until;
    let asks = &review.asks;
    let landed: Vec<Row> = asks
        .landed
        .iter()
        .take(LISTED)
        .map(|it| {
            Row::new(vec![
                html! { (ask(&it.ask)) small { "from " (it.to_name) } },
                html! { (it.on.short(near)) },
                html! {
                    @match it.gave.in_words() {
                        Some(worth) => (words::capital(&worth)),
                        None if it.gave.outcomes.is_empty() => span.soft { "nothing waited for it" },
                        None => (words::counted(it.gave.outcomes.len(), "outcome", "outcomes")) ,
                    }
                },
            ])
        })
        .collect();
    html! {
        h2 #asks { "What the asks gave, and what they cost" }
        p {
            (words::capital(&words::number_of(asks.asked, "ask was", "asks were"))) " made, "
            (words::number(asks.answered)) " got a first answer, "
            (words::number(asks.landed.len())) " landed and "
            (words::number(asks.refused.len())) @if asks.refused.len() == 1 { " was" } @else { " were" } " refused or dropped. "
            (words::capital(&words::number_of(asks.open, "is", "are"))) " open"
            @if asks.unanswered > 0 { ", " (words::number(asks.unanswered)) " of them without an answer" }
            "."
        }
        @if !landed.is_empty() {
            (table("Asks that landed", &[Column::head("Landed"), Column::figure("On"), Column::text("No longer hangs on it")], &[], &landed))
        }
        (detours("Detours taken", &asks.taken, review, ask))
        p {
            "Making the detours taken: " (person_days(asks.making)) ". Keeping those in place over the quarter: " (review.paid_in_words()) "."
        }
        @if !asks.refused.is_empty() {
            h3 { "Refused or dropped" }
            ol.log { @for it in asks.refused.iter().take(LISTED) { li { time datetime=(it.on) { (it.on.short(near)) } span { (ask(&it.ask)) " " (it.word) } } } }
        }
    }
}

fn detours(title: &str, detours: &[TakenDetour], review: &Review, ask: &dyn Fn(&AskId) -> Markup) -> Markup {
    html! {
        @if !detours.is_empty() {
            h3 { (title) }
            ol.log {
                @for it in detours.iter().take(LISTED) {
                    li {
                        time datetime=(it.on) { (it.on.short(review.until)) }
                        span { (prose(&words::capital(&it.name))) ", for " (ask(&it.ask)) @if let Some(costs) = it.costs.in_words() { small { " " (costs) } } }
                    }
                }
            }
        }
    }
}

fn debts(review: &Review, ask: &dyn Fn(&AskId) -> Markup) -> Markup {
    let near = review.until;
    let rows: Vec<Row> = review
        .debts
        .by_what_can_be_left()
        .take(LISTED)
        .map(|hack| {
            Row::new(vec![
                html! { (prose(&words::capital(&hack.name))) small { (hack.kind) ", for " (ask(&hack.ask)) } },
                html! { (hack.age_in_words()) },
                html! { span.late[hack.balance.is_overpaid()] { (hack.paid_in_words()) } },
                html! { @match &hack.migrate { Some(migrate) => (migrate), None => span.late { "no way out" } } },
                html! { (hack.break_even_in_words(near)) },
            ])
        })
        .collect();
    html! {
        h2 #debts { "Debts" }
        p {
            (review.debts_in_words)
            " Before the quarter there " @if review.debts_before == 1 { "was one" } @else { "were " (words::number(review.debts_before)) } "."
        }
        @if !rows.is_empty() {
            (table("Detours in place", &[Column::head("Detour"), Column::figure("Age"), Column::figure("Paid so far"), Column::figure("To leave"), Column::figure("Break-even")], &[], &rows))
        }
        (detours("Left for the real thing", &review.asks.left, review, ask))
    }
}

fn alignment(review: &Review) -> Markup {
    let alignment = &review.alignment;
    html! {
        h2 #alignment { "Alignment" }
        p {
            (alignment.sentence())
            @if alignment.proposals_open > 0 { " " (words::capital(&words::number_of(alignment.proposals_open, "proposal is", "proposals are"))) " open." }
        }
        @if alignment.events.is_empty() {
            p.soft { "Nothing was opened, signed or retired in the quarter." }
        } @else {
            ol.log { @for event in alignment.events.iter().take(LISTED) { li { time datetime=(event.on) { (event.on.short(review.until)) } span { (prose(&event.what)) } } } }
        }
    }
}
