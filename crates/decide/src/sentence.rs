//! What decisions say, in words.

use crate::decision::{Criterion, Unit, Way, WayOn};
use kedge_model::{AskState, Date, Fallback, FallbackKind, Organisation, PersonId, TeamId, listed};

/// What people call the team.
pub(crate) fn team_name(organisation: &Organisation, team: &TeamId) -> String {
    if team.is_council() {
        return "the council".into();
    }
    organisation.team(team).map_or_else(|| team.to_string(), |team| team.name().to_owned())
}

/// What people call the person: the first name says it among people who work together.
pub(crate) fn person_name(organisation: &Organisation, person: &PersonId) -> String {
    let listed = if person.team().is_council() {
        organisation.council().persons.get(person.id())
    } else {
        organisation.team(person.team()).and_then(|team| team.persons.get(person.id()))
    };
    let name = listed.and_then(|person| person.name.as_deref()).unwrap_or(person.id().as_str());
    upper_first(name.split_whitespace().next().unwrap_or(name))
}

/// The text with its first letter as a capital.
pub(crate) fn upper_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What people would call the fallback in a sentence.
pub(crate) fn fallback_name(organisation: &Organisation, fallback: &Fallback) -> String {
    match (&fallback.what, &fallback.kind) {
        (Some(what), _) => what.clone(),
        (None, FallbackKind::AwayTeam { send, .. }) if !send.is_empty() => {
            format!("send {}", listed(send.iter().map(|person| person_name(organisation, person))))
        }
        (None, FallbackKind::TigerTeam { with } | FallbackKind::Community { with }) => {
            format!("let {} do it", team_name(organisation, with))
        }
        (None, FallbackKind::Escalate { .. }) => "raise it to the council".into(),
        (None, FallbackKind::Hack) => "work round it".into(),
        (None, FallbackKind::Recreate) => "make it ourselves".into(),
        (None, FallbackKind::Buy(purchase)) => {
            purchase.vendor.as_ref().map_or_else(|| "buy it".into(), |vendor| format!("buy it from {vendor}"))
        }
        (None, FallbackKind::Descope) => "ship less".into(),
        (None, FallbackKind::DoWithout) => "ship without it".into(),
        (None, kind) => kind.word().into(),
    }
}

/// The heading of a way that starts today.
pub(crate) fn start_now(fallback: &Fallback, name: &str) -> String {
    match &fallback.kind {
        FallbackKind::Descope | FallbackKind::DoWithout => format!("Settle for less now: {name}"),
        FallbackKind::Escalate { .. } if fallback.what.is_none() => "Raise it to the council now".into(),
        FallbackKind::Escalate { .. } => format!("Raise it now: {name}"),
        FallbackKind::AwayTeam { send, .. } if fallback.what.is_none() && !send.is_empty() => {
            format!("{} now", upper_first(name))
        }
        FallbackKind::AwayTeam { .. } => format!("Send people now: {name}"),
        FallbackKind::TigerTeam { .. } | FallbackKind::Community { .. } => {
            format!("Bring others in now: {name}")
        }
        FallbackKind::Buy(_) => format!("Buy now: {name}"),
        FallbackKind::Hack | FallbackKind::Recreate => format!("Start now: {name}"),
    }
}

/// The state of an ask with its age: `unanswered for 12 days`.
pub(crate) fn state(state: &AskState, as_of: Date) -> String {
    match (state, state.since()) {
        (AskState::Unanswered { .. }, Some(since)) if since >= as_of => "asked today".into(),
        (AskState::Unanswered { .. }, Some(since)) => {
            format!("unanswered for {}", days(as_of.days_since(since)))
        }
        (AskState::Committed { by: Some(by), .. }, _) => format!("committed by {}", by.in_words(as_of)),
        (_, Some(since)) => format!("{} since {}", state.word(), since.in_words(as_of)),
        _ => state.word().into(),
    }
}

/// `Checkout’s`, `Payments’`.
pub(crate) fn possessive(name: &str) -> String {
    if name.ends_with(['s', 'x', 'z']) { format!("{name}’") } else { format!("{name}’s") }
}

/// A name in quotation marks.
pub(crate) fn quoted(name: &str) -> String {
    format!("“{name}”")
}

/// `1 day`, `12 days`.
pub(crate) fn days(count: i64) -> String {
    if count == 1 { "1 day".into() } else { format!("{count} days") }
}

/// Why the recommendation, in one sentence.
pub(crate) fn why(
    ways: &[WayOn],
    recommended: Option<usize>,
    criterion: Criterion,
    unit: Unit,
    near: Date,
) -> String {
    let Some(best) = recommended.and_then(|at| ways.get(at)) else {
        return "Too little data to weigh the ways on: give the work, the fallbacks and the outcomes their efforts and \
                due dates."
            .into();
    };
    let chance =
        best.on_time.map(|chance| format!("on time in {} of 100 cases", chance.share.cases_of_100()));
    if criterion == Criterion::OnTime {
        let chance = chance.unwrap_or_else(|| "the most likely to be on time".into());
        return format!(
            "{}: {chance}, more than any other way; without a value there is no more to weigh.",
            name(best, near)
        );
    }
    let gain = |way: &WayOn| way.against_plan.map_or(0, |gain| unit.count(gain.mean));
    let others = || {
        ways.iter().filter(|way| way.ruled_out.is_none() && way.net.is_some() && !std::ptr::eq(*way, best))
    };
    if best.as_planned {
        let second = others().max_by_key(|way| gain(way));
        let chance = chance.map(|chance| format!("; {chance}")).unwrap_or_default();
        return match second {
            None => format!("{}, as planned: no other way on is open{chance}.", name(best, near)),
            Some(second) if gain(second) > 0 => format!(
                "{}, as planned: {} may gain {}, which is not more than its error{chance}.",
                name(best, near),
                quoted(&name(second, near)),
                unit.print_count(gain(second)),
            ),
            Some(second) if gain(second) == 0 => format!(
                "{}, as planned: {} comes to no more{chance}.",
                name(best, near),
                quoted(&name(second, near))
            ),
            Some(second) => format!(
                "{}, as planned: worth {} more than the next best, {}{chance}.",
                name(best, near),
                unit.print_count(-gain(second)),
                quoted(&name(second, near)),
            ),
        };
    }
    let planned = ways.iter().find(|way| way.as_planned);
    let instead = planned
        .and_then(|way| way.on_time)
        .map(|chance| format!(", against {} as planned", chance.share.cases_of_100()))
        .unwrap_or_default();
    let elsewhere = best
        .elsewhere
        .filter(|elsewhere| unit.count(-elsewhere.mean) > unit.error(elsewhere.error))
        .map(|elsewhere| format!("; it costs the plans of other teams {}", unit.print(-elsewhere.mean)))
        .unwrap_or_default();
    format!(
        "{}: worth {} more than the plan as it is{}{elsewhere}.",
        name(best, near),
        unit.print_count(gain(best)),
        chance.map(|chance| format!("; {chance}{instead}")).unwrap_or_default(),
    )
}

fn name(way: &WayOn, near: Date) -> String {
    match &way.way {
        Way::Hedge { on, .. } => {
            let what = way.what.split_once(": ").map_or(way.what.as_str(), |(_, what)| what);
            format!("Hedge: wait, and start “{what}” on {} if it has not landed", on.in_words(near))
        }
        _ => way.what.clone(),
    }
}
