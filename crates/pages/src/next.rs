//! What wants doing this week, each thing beside the button that does it.

use crate::shell::{Frame, act, prose};
use crate::{link, say, words};
use kedge_decide::{Next, NextItem, NextKind, Urgency};
use kedge_model::{Ask, AskId, Date, Fallback, Slug, Stance};
use maud::{Markup, html};

/// Things that are folded away are listed up to here; `kedge next` has all.
const FOLDED: usize = 40;

/// How many things want a decision: all but what can be done when there is time.
pub(crate) fn pressing(next: &Next) -> usize {
    next.items.iter().filter(|item| item.urgency != Urgency::Whenever).count()
}

/// The list, the most urgent first, `most` of it open and the rest folded.
pub(crate) fn this_week(frame: &Frame<'_>, next: &Next, most: usize) -> Markup {
    list(frame, "This week", &next.items.iter().collect::<Vec<_>>(), next.timed, most)
}

/// The same for the things of one kind: those of a team, of a plan, of an ask.
pub(crate) fn list(frame: &Frame<'_>, title: &str, items: &[&NextItem], timed: bool, most: usize) -> Markup {
    let (shown, folded) = items.split_at(items.len().min(most));
    html! {
        h2 #week { (title) }
        @if items.is_empty() {
            p.soft {
                "Nothing wants a decision."
                @if !timed { " Days by which to decide follow once the dates are worked out." }
            }
        } @else {
            ul.next { @for item in shown { (one(frame, item)) } }
            @if !folded.is_empty() {
                details {
                    summary { (words::capital(&words::number(folded.len()))) " more" }
                    ul.next { @for item in folded.iter().take(FOLDED) { (one(frame, item)) } }
                    @if folded.len() > FOLDED {
                        p.foot { "And " (folded.len() - FOLDED) " more. Each is on the page of its ask, its plan and its team; " code { "kedge next" } " lists them all." }
                    }
                }
            }
        }
    }
}

fn one(frame: &Frame<'_>, item: &NextItem) -> Markup {
    html! {
        li {
            span.when.late[matches!(item.urgency, Urgency::Overdue(_))] { (when(item.urgency, frame.as_of)) }
            span.what {
                b { (words::capital(say::team(frame.organisation, &item.team))) } ": " (linked(&item.what, &item.ask))
                @if !item.detail.is_empty() { small { (prose(&item.detail)) } }
            }
            span.do { (buttons(frame, item)) }
        }
    }
}

fn when(urgency: Urgency, as_of: Date) -> String {
    match urgency {
        Urgency::Overdue(day) => format!("since {}", day.short(as_of)),
        Urgency::Today => "today".into(),
        Urgency::By(day) => format!("by {}", day.short(as_of)),
        Urgency::Whenever => "when there is time".into(),
    }
}

/// A sentence with the ask's name in it as a link to its page.
pub(crate) fn linked(sentence: &str, ask: &AskId) -> Markup {
    let name = ask.to_string();
    html! {
        @match sentence.split_once(&name) {
            Some((before, after)) => { (prose(before)) a href=(link::ask(ask)) { (name) } (prose(after)) },
            None => { (prose(sentence)) " " a href=(link::ask(ask)) { (name) } },
        }
    }
}

fn buttons(frame: &Frame<'_>, item: &NextItem) -> Markup {
    let Some(ask) = frame.organisation.ask(&item.ask) else { return html! {} };
    let named = |act: &str| vec![("act", act.to_owned()), ("ask", item.ask.to_string())];
    let with = |act: &str, fallback: &Slug| {
        let mut fields = named(act);
        fields.push(("fallback", fallback.to_string()));
        fields
    };
    let look =
        |label: &str, first: bool| html! { a.button.first[first] href=(link::ask(&item.ask)) { (label) } };
    html! {
        @match item.kind {
            NextKind::NoWayOn => (look("Find a way on", true)),
            NextKind::DecideBy | NextKind::StartEarly | NextKind::StanceDue => {
                @if let Some(fallback) = to_start(frame, ask) {
                    (act(frame, "Start it", &format!("Records that “{}” was started today", say::fallback(frame.organisation, ask, fallback)), true, &with("take", &fallback.id)))
                }
                (look("Compare", false))
            }
            NextKind::CounterOffer => {
                (act(frame, "Accept it", "Records that the counter-offer was accepted today; it then counts as committed", true, &named("accept")))
                (look("Compare", false))
            }
            NextKind::PromisePassed => {
                (act(frame, "It landed", "Records that it landed today", true, &named("land")))
                (look("Look", false))
            }
            NextKind::Unanswered => (look("Answer it", true)),
            NextKind::NeverAsked => {
                (act(frame, "It is asked", "Records that it was asked today", true, &named("asked")))
                (look("Look", false))
            }
            NextKind::LeaveHack => {
                @if let Some(fallback) = ask.fallbacks.iter().find(|fallback| fallback.is_live()) {
                    (act(frame, "It is left", "Records that the detour was left for the real thing today", false, &with("migrated", &fallback.id)))
                }
                (look("Look", false))
            }
            NextKind::Expiry => (look("Look", false)),
        }
    }
}

/// The fallback that a team would start now: the one that its stance names, else the first that needs nobody's yes.
pub(crate) fn to_start<'a>(frame: &Frame<'_>, ask: &'a Ask) -> Option<&'a Fallback> {
    ask.fallbacks
        .iter()
        .find(|fallback| fallback.start != Stance::DecideBy && fallback.taken.is_none())
        .or_else(|| ask.fallbacks.get(frame.organisation.first_self_reliant(ask)?))
        .filter(|fallback| fallback.taken.is_none())
}
