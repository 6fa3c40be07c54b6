//! One trial, replayed: why this date?

use crate::plan::policy_name;
use crate::shell::{Frame, Section, headline, page, prose};
use crate::{link, say};
use kedge_forecast::{LogLine, Policy};
use kedge_model::Plan;
use maud::{Markup, html};

/// The word of a policy in addresses and in the JSON.
pub fn policy_word(policy: Policy) -> &'static str {
    match policy {
        Policy::AsPlanned => "as-planned",
        Policy::Wait => "wait",
        Policy::Hedge => "hedge",
        Policy::StartNow => "start-now",
        Policy::Alone => "alone",
    }
}

/// The log of trial number `trial` of a plan under a policy.
pub fn replay(frame: &Frame<'_>, plan: &Plan, policy: Policy, trial: u64, log: &[LogLine]) -> Markup {
    let outcomes = &frame.organisation.parts(&plan.id).outcomes;
    let arrivals: Vec<&LogLine> = log
        .iter()
        .filter(|line| outcomes.iter().any(|outcome| line.what.ends_with(&format!("{outcome} is live"))))
        .collect();
    let answer = match (arrivals.last(), arrivals.len(), outcomes.len()) {
        (Some(last), all, wanted) if all == wanted => {
            format!("In trial {trial} it is live on {}.", last.date.in_words(frame.as_of))
        }
        (Some(_), some, wanted) => {
            format!("In trial {trial} {some} of {wanted} outcomes come within the horizon.")
        }
        (None, ..) => format!("In trial {trial} it does not come within the horizon."),
    };
    let trial_link = |number: u64| link::trial(&plan.id, policy_word(policy), number);
    let main = html! {
        (headline(
            &html! { a href=(link::plan(&plan.id)) { (prose(plan.name())) } " · " (policy_name(policy)) },
            &answer,
            &html! { "One of the trials behind the dates, drawn again from the same numbers: each line is what happened that day." },
        ))
        p.acts {
            @if trial > 0 { a.button href=(trial_link(trial - 1)) { "Trial before" } }
            a.button href=(trial_link(trial.saturating_add(1))) { "Next trial" }
            @for other in Policy::ALL {
                @if other != policy { a.button href=(link::trial(&plan.id, policy_word(other), trial)) { (policy_name(other)) } }
            }
        }
        @if log.is_empty() { p.soft { "Nothing happens in it." } }
        ol.log {
            @for line in log {
                li { time datetime=(line.date) { (line.date.short(frame.as_of)) } span { (line.what) } }
            }
        }
        p.foot { "The teams: " (say::team(frame.organisation, plan.id.team())) " and those on whom it leans. A day is the working day in which it falls." }
    };
    page(frame, Some(Section::Plans), &format!("Trial {trial} of {}", plan.name().replace('`', "")), &main)
}
