//! What is asked of a team beside its own work: one list, by the confirmed worth of a week of its effort.

use crate::answer::{answer_form, landed_button};
use crate::shell::{Frame, prose};
use crate::source::{anchor, detailed};
use crate::table::{Column, Row, table};
use crate::{link, words};
use kedge_decide::{Inbox, InboxItem, Subject};
use kedge_model::{AskState, Money, TeamId};
use maud::{Markup, html};

/// Items are listed up to here; `kedge inbox` has all.
const LISTED: usize = 200;

/// The section of the team's page.
pub(crate) fn section(frame: &Frame<'_>, inbox: &Inbox) -> Markup {
    let of_all = inbox.unknown_of_all();
    let rows = |items: &[InboxItem]| -> Vec<Row> {
        items.iter().map(|item| row(frame, &inbox.team, item, &of_all)).collect()
    };
    let listed = &inbox.items[..inbox.items.len().min(LISTED)];
    let (ranked, rest) = listed.split_at(inbox.ranked.min(listed.len()));
    let columns = columns();
    html! {
        @if !inbox.items.is_empty() || !inbox.refused.is_empty() {
            h2 #inbox { "Inbox" }
            p { (inbox.headline()) @if !of_all.is_empty() { " " span.leans { "The same of every ask: " (prose(&of_all.join(" "))) } } }
        }
        @if !ranked.is_empty() { (table("Ranked by the confirmed worth of a week of work", &columns, &[], &rows(ranked))) }
        @if !rest.is_empty() {
            @if !ranked.is_empty() { h3 #unranked { "Not ranked" } }
            p.soft { "No confirmed worth, or no guess of the effort: these stand as the council and the team have ranked them, then by the outcomes that hang on them, then by day." }
            (table("Not ranked", &columns, &[], &rows(rest)))
        }
        @if inbox.items.len() > LISTED { p.foot { "And " (inbox.items.len() - LISTED) " more; " code { "kedge inbox " (inbox.team) } " lists all." } }
        @if !inbox.refused.is_empty() {
            p.soft {
                "Refused or past its day: "
                @for (at, ask) in inbox.refused.iter().enumerate() { @if at > 0 { ", " } a href=(link::ask(ask)) { (ask) } }
                "."
            }
        }
        @if !inbox.items.is_empty() {
            p.foot {
                "Worth of a week of work: value a week that is lost without it, over the weeks it takes of this team (the mean of the estimate). Only confirmed values rank; claims stand beside. For own work it is the whole of the outcome, over all that is left of its own work."
            }
        }
    }
}

/// What others would have the council decide, on its page.
pub(crate) fn of_council(frame: &Frame<'_>, inbox: &Inbox) -> Markup {
    let waiting: Vec<Row> = inbox
        .items
        .iter()
        .filter(|item| !item.is_own())
        .map(|item| row(frame, &inbox.team, item, &[]))
        .collect();
    html! {
        @if !waiting.is_empty() {
            h2 #inbox { "What waits for the council’s yes" }
            (table("What waits for the council’s yes", &columns(), &[], &waiting))
            p.foot { "The council says yes by an answer here, or by ranking the ask. A “no” lets the asking team go on at once." }
        }
    }
}

fn columns() -> [Column; 5] {
    [
        Column::head("What"),
        Column::text("A “no” costs"),
        Column::figure("Takes"),
        Column::figure("Worth of a week of work"),
        Column::act("Answer"),
    ]
}

fn row(frame: &Frame<'_>, team: &TeamId, item: &InboxItem, of_all: &[&str]) -> Row {
    let organisation = frame.organisation;
    let asks = item.subject.asks();
    let id = match &item.subject {
        Subject::Ask(ask) => ask.to_string(),
        Subject::Need { need, .. } => need.to_string(),
        Subject::Yes { ask, fallback } => format!("{ask}-{fallback}"),
        Subject::Own(outcome) => outcome.to_string(),
    };
    let claimed = |money: Money| html! { small { (money.rounded()) " a week claimed" } };
    Row::new(vec![
        html! {
            @match &item.subject {
                Subject::Own(outcome) => {
                    @match organisation.outcome(outcome) {
                        Some(it) => a href=(link::plan(&it.plan)) { (prose(&item.what)) },
                        None => b { (prose(&item.what)) },
                    }
                },
                _ => a href=[asks.first().map(link::ask)] { (prose(&item.what)) },
            }
            small {
                @if item.is_own() { "own work" } @else {
                    @for (at, ask) in asks.iter().enumerate() { @if at > 0 { " and " } a.soft href=(link::ask(ask)) { (ask) } }
                    ": " (item.said)
                }
                @if let Some(day) = item.wanted { " · " @if item.is_own() { "due " } @else { "by " } (day.short(frame.as_of)) }
                @if let Some(place) = item.council_rank { " · the council’s number " (place) }
                @if let Some(place) = item.own_rank { " · own rank " (place) }
            }
            @for unknown in item.unknown.iter().filter(|it| item.is_own() || !of_all.contains(&it.as_str())) { small.leans { (prose(unknown)) } }
        },
        html! {
            @if item.is_own() {
                @match item.at_stake.in_words() { Some(worth) => { (words::capital(&worth)) }, None => span.soft { "nobody has said" } }
            }
            @for no in &item.no { p.no { (prose(&no.sentence)) } }
        },
        html! {
            @match &item.effort {
                Some(effort) => (detailed(
                    &format!("takes-{id}"),
                    &kedge_decide::order::weeks(effort.weeks),
                    &format!("{}: {}{}", words::capital(effort.source.word()), effort.source.detail(), effort.stated.as_ref().map(|it| format!(", {it}")).unwrap_or_default()),
                )),
                None => span.soft { "not known" },
            }
        },
        html! {
            @match (item.confirmed_a_week, item.claimed_a_week) {
                (Some(worth), claim) => { b { (worth.rounded()) } " a week" @if let Some(claim) = claim { (claimed(claim)) } },
                (None, Some(claim)) => { span.soft { "–" } (claimed(claim)) },
                (None, None) => span.soft { "–" },
            }
        },
        html! {
            @if !asks.is_empty() {
                @if matches!(item.state, Some(AskState::Committed { .. })) { (landed_button(frame, asks)) }
                @let by = item.is_yes().then_some(team);
                (answer_form(frame, &format!("inbox-{}", anchor(&id)), asks, by, item.host))
            }
        },
    ])
    .id(format!("inbox-{}", anchor(&id)))
}
