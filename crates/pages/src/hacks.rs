//! The ledger of hacks: what the detours cost each month, and which can be left now.

use crate::shell::{Frame, Section, act, empty, headline, page, prose};
use crate::source::detailed;
use crate::table::{Column, Row, table};
use crate::{link, say, words};
use kedge_decide::{BreakEven, Hack, Ledger};
use maud::{Markup, html};

/// Debts are listed up to here; `kedge hacks` has all.
const LISTED: usize = 500;

/// The page of all detours that live.
pub fn hacks(frame: &Frame<'_>, ledger: &Ledger) -> Markup {
    let overpaid = ledger.hacks.iter().filter(|hack| hack.balance.is_overpaid()).count();
    let expired = ledger.hacks.iter().filter(|hack| hack.is_expired(frame.as_of)).count();
    let main = html! {
        (headline(&html! { "Hacks" }, &ledger.headline(&frame.organisation.settings().calendar), &html! {
            @if overpaid > 0 { "Keeping " (words::number(overpaid)) " of them has cost more than leaving takes. " }
            @if expired > 0 { (words::capital(&words::number(expired))) " should be gone by now. " }
            "A detour is a debt: it is kept at a price, and left for the real thing."
        }))
        @if ledger.hacks.is_empty() {
            (empty(
                "No fallback that was taken is in place.",
                "When one goes live, this page says what keeping it costs, when that comes to more than leaving it, and when what it waits for has landed.",
                Some("kedge take TEAM/ASK FALLBACK\nkedge done TEAM/ASK FALLBACK"),
            ))
        } @else {
            (listed(frame, ledger, true))
        }
    };
    page(frame, Some(Section::Hacks), "Hacks", &main)
}

/// The detours of one team, on its page; nothing where it has none.
pub(crate) fn of_team(frame: &Frame<'_>, ledger: &Ledger) -> Markup {
    html! {
        @if !ledger.hacks.is_empty() {
            h2 #hacks { "Detours in place" }
            p { (ledger.headline(&frame.organisation.settings().calendar)) }
            (listed(frame, ledger, false))
        }
    }
}

fn listed(frame: &Frame<'_>, ledger: &Ledger, whose: bool) -> Markup {
    let rows: Vec<Row> =
        ledger.by_what_can_be_left().take(LISTED).map(|hack| row(frame, hack, whose)).collect();
    html! {
        (table(
            "Detours in place",
            &[
                Column::head("Detour"),
                Column::text("Waits for"),
                Column::figure("Age"),
                Column::figure("Paid so far"),
                Column::figure("To leave"),
                Column::figure("Break-even"),
                Column::figure("Expires"),
                Column::act("Leave"),
            ],
            &[],
            &rows,
        ))
        @if ledger.hacks.len() > LISTED { p.foot { "And " (ledger.hacks.len() - LISTED) " more; " code { "kedge hacks" } " lists all." } }
        p.foot {
            "Paid so far: upkeep and fees at the rates that the plans state, by the day since it went live. Break-even: the day on which that is what leaving takes; left today, the leaving is paid back after as long."
        }
    }
}

fn row(frame: &Frame<'_>, hack: &Hack, whose: bool) -> Row {
    let near = frame.as_of;
    let id = format!("{}-{}", hack.ask, hack.fallback);
    Row::new(vec![
        html! {
            b { (prose(&words::capital(&hack.name))) }
            small {
                (hack.kind)
                @if whose { ", of " a href=(link::team(&hack.team)) { (say::team(frame.organisation, &hack.team)) } }
            }
        },
        html! {
            a href=(link::ask(&hack.ask)) { (hack.ask) }
            small.stands[hack.can_be_left_since.is_some()] {
                (say::ask_state(&hack.waits_for, near))
                @if hack.can_be_left_since.is_some() { ": it can be left" }
            }
        },
        html! { (hack.age_in_words()) },
        html! {
            span.late[hack.balance.is_overpaid()] {
                @match hack.interest_in_words() {
                    Some(how) => (detailed(&format!("paid-{id}"), &hack.paid_in_words(), &words::sentence(&how))),
                    None => "nothing",
                }
            }
        },
        html! {
            @match &hack.migrate { Some(migrate) => (migrate), None => span.late { "no way out" } }
        },
        match hack.break_even {
            BreakEven::After { on, days } => {
                let left = format!(
                    "Left today, the leaving is paid back after {}.",
                    words::counted(days as usize, "day", "days")
                );
                html! { span.late[on <= near] { (detailed(&format!("even-{id}"), &on.short(near), &left)) } }
            }
            BreakEven::Never => html! { span.soft { "never" small { "keeping it costs nothing" } } },
            BreakEven::NoWayOut => html! { span.soft { "–" } },
            BreakEven::NotComparable => html! { span.soft { "–" small { "a person’s week has no price" } } },
        },
        html! {
            @match hack.expires { Some(day) => span.late[hack.is_expired(near)] { (day.short(near)) }, None => span.soft { "–" } }
        },
        html! {
            @if hack.can_be_left_since.is_some() {
                (act(frame, "It is left", "Records that the detour was left for the real thing today", true, &[
                    ("act", "migrated".to_owned()), ("ask", hack.ask.to_string()), ("fallback", hack.fallback.to_string()),
                ]))
            }
        },
    ])
}
