//! The forms with which people record what was said: an answer, whether visitors are welcome, that a brief was sent, what a
//! stakeholder confirms. Each works with the keyboard alone and without a script.

use crate::link;
use crate::shell::{Frame, act, token};
use crate::source::anchor;
use kedge_model::{AskId, HostState, Outcome, TeamId};
use maud::{Markup, html};

/// The asked team's answer to one ask, or to several that are one need.
///
/// `id` is unique on the page. Nothing where the page can only be read.
///
/// `by` is who says it, where that is not the asked team but one that a fallback needs a yes from; `host` whether an away team
/// is wanted of them.
pub(crate) fn answer_form(
    frame: &Frame<'_>,
    id: &str,
    asks: &[AskId],
    by: Option<&TeamId>,
    host: Option<HostState>,
) -> Markup {
    let names: Vec<String> = asks.iter().map(ToString::to_string).collect();
    // Of another host only that is wanted.
    if let (Some(by), Some(host)) = (by, host) {
        return html! {
            @if frame.writing.is_some() { div.acts { (host_buttons(frame, asks, Some(by), host)) } }
        };
    }
    html! {
        @if let Some(writing) = frame.writing {
            details #{"answer-" (anchor(id))} {
                summary { "Record an answer" }
                form.answer-form method="post" action=(link::ACT) {
                    (token(writing))
                    input type="hidden" name="act" value="answer";
                    input type="hidden" name="ask" value=(names.join(","));
                    @if let Some(by) = by { input type="hidden" name="team" value=(by); }
                    label { "They say " select name="says" {
                        option value="considering" { "considering" }
                        option value="committed" { "committed" }
                        option value="countered" { "countered" }
                        option value="declined" { "declined" }
                        option value="dropped" { "dropped" }
                    } }
                    label { "by " input type="date" name="by"; }
                    label { "offer " input type="text" name="offer"; }
                    label { "why " input type="text" name="why"; }
                    button type="submit" { "Record it" }
                }
                @if let Some(host) = host { div.acts { (host_buttons(frame, asks, None, host)) } }
                p { small { @if asks.len() > 1 { "Said to all " (asks.len()) " asks of the need, in one step. " } "Who is asked alone writes the answer: record one for them only when they have said it. Committed needs the day; countered needs the offer." } }
            }
        }
    }
}

/// Whether the asked team would have people of the askers, as far as it has not said so.
fn host_buttons(frame: &Frame<'_>, asks: &[AskId], by: Option<&TeamId>, said: HostState) -> Markup {
    let names: Vec<String> = asks.iter().map(ToString::to_string).collect();
    let button = |label: &str, effect: &str, host: &str| {
        let mut fields =
            vec![("act", "host".to_owned()), ("ask", names.join(",")), ("host", host.to_owned())];
        fields.extend(by.map(|by| ("team", by.to_string())));
        act(frame, label, effect, false, &fields)
    };
    html! {
        @if said != HostState::Welcome {
            (button("They may come", "Records that an away team is welcome, as said today", "welcome"))
        }
        @if said != HostState::Unable {
            (button("They cannot come", "Records that no away team can be hosted, as said today", "unable"))
        }
    }
}

/// That it landed: for an ask that is promised, the answer that comes next.
pub(crate) fn landed_button(frame: &Frame<'_>, asks: &[AskId]) -> Markup {
    let names: Vec<String> = asks.iter().map(ToString::to_string).collect();
    let fields = [("act", "land".to_owned()), ("ask", names.join(","))];
    act(frame, "It landed", "Records that it landed today", false, &fields)
}

/// That the brief was sent: through which channel, with the link to it.
pub(crate) fn sent_form(frame: &Frame<'_>, ask: &AskId) -> Markup {
    html! {
        @if let Some(writing) = frame.writing {
            form.answer-form method="post" action=(link::ACT) {
                (token(writing))
                input type="hidden" name="act" value="asked";
                input type="hidden" name="ask" value=(ask);
                label { "Where it was sent " input type="text" name="how" required placeholder="https://… or #channel" autocomplete="off"; }
                button type="submit" title="Records on the ask that it was sent today, and where" { "It is sent" }
            }
        }
    }
}

/// What a stakeholder or the council confirms of an outcome's worth; nothing where nobody could.
pub(crate) fn confirm_form(frame: &Frame<'_>, outcome: &Outcome) -> Markup {
    let organisation = frame.organisation;
    let team = outcome.id.team();
    let stakeholder = outcome.stakeholder.iter().filter(|who| who.team() != team).map(ToString::to_string);
    let council = organisation.council().persons.keys().map(|id| format!("council/{id}"));
    let mut who: Vec<String> = stakeholder.chain(council).collect();
    who.dedup();
    let value = outcome.claim.as_ref().map(ToString::to_string).unwrap_or_default();
    html! {
        @if let Some(writing) = frame.writing && !who.is_empty() {
            details #{"confirm-" (anchor(&outcome.id.to_string()))} {
                summary { "Record a confirmation" }
                form.answer-form method="post" action=(link::ACT) {
                    (token(writing))
                    input type="hidden" name="act" value="confirm";
                    input type="hidden" name="outcome" value=(outcome.id);
                    label { "Worth " input type="text" name="value" value=(value) required; }
                    label { "says " select name="who" { @for one in &who { option value=(one) { (one) } } } }
                    button type="submit" { "Record it" }
                }
                p { small { "Its stakeholder or the council confirms a value; the team that claims it does not." } }
            }
        }
    }
}
