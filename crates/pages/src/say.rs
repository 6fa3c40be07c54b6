//! The states of things in words: where an ask stands, what is missing for a date, when something comes.

use crate::words;
use kedge_forecast::history::ENOUGH_CASES;
use kedge_forecast::{Chance, Dates, Lack, Note, PolicyForecast, Quantile, When};
use kedge_model::{
    Ask, AskState, Date, Fallback, FallbackKind, Organisation, OutcomeId, PersonId, PlanId, Probability,
    TeamId,
};

/// A team's name as a sentence says it.
pub(crate) fn team<'a>(organisation: &'a Organisation, id: &'a TeamId) -> &'a str {
    if id.is_council() {
        "the council"
    } else {
        organisation.team(id).map_or(id.as_str(), |team| team.name())
    }
}

/// Where an ask stands: `unanswered for 12 days`. Says what happened, never who is to blame.
pub(crate) fn ask_state(state: &AskState, as_of: Date) -> String {
    let day = |date: &Date| date.in_words(as_of);
    match state {
        AskState::NeverAsked => "written down, and nobody has asked".into(),
        AskState::Unanswered { since } if *since == as_of => "asked today".into(),
        AskState::Unanswered { since } => format!("unanswered for {}", words::days_between(*since, as_of)),
        AskState::Considering { until: Some(until), .. } if *until < as_of => {
            format!("being considered, with an answer promised for {}", day(until))
        }
        AskState::Considering { until: Some(until), .. } => {
            format!("being considered, answer by {}", day(until))
        }
        AskState::Considering { since, .. } => format!("being considered since {}", day(since)),
        AskState::Countered { since, .. } => {
            format!("a counter-offer of {} waits for an answer", day(since))
        }
        AskState::Committed { by: Some(by), .. } => format!("committed for {}", day(by)),
        AskState::Committed { since, .. } => format!("committed on {}", day(since)),
        AskState::Declined { since } => format!("declined on {}", day(since)),
        AskState::Dropped { since } => format!("dropped on {}", day(since)),
        AskState::Landed { since } => format!("landed on {}", day(since)),
        AskState::Served { on } => format!("served without them on {}", day(on)),
        AskState::Withdrawn { on } => format!("withdrawn on {}", day(on)),
    }
}

/// What is missing, in the plan's words and with backticks about what is code.
pub(crate) fn lack(lack: &Lack) -> String {
    match lack {
        Lack::Effort(work) => format!("`{work}` has no `effort`"),
        Lack::Create { ask, fallback } => format!("the fallback `{fallback}` of `{ask}` has no `create`"),
        Lack::Work(outcome) => format!("no work and no ask says what has to happen for `{outcome}`"),
    }
}

/// A quantile as a table shows it: `10 Dec`, `never (40%)`.
pub(crate) fn when(when: When, as_of: Date) -> String {
    match when {
        When::On(date) => date.short(as_of),
        When::Never(chance) => format!("never ({})", words::percent(chance.share)),
    }
}

/// How well a quantile is known: `8 Dec to 9 Dec, by 10,000 trials`.
pub(crate) fn known(quantile: Quantile, as_of: Date, trials: u64) -> String {
    match (quantile.from, quantile.to) {
        (When::Never(chance), _) => {
            format!("Never in {}, by {trials} trials", words::cases_within(chance))
        }
        (from, When::Never(_)) => format!(
            "From {} to never: {trials} trials do not tell (95 of 100 times right)",
            when(from, as_of)
        ),
        (from, to) if from == to => {
            format!("Known to the day by {trials} trials (95 of 100 times right)")
        }
        (from, to) => format!(
            "From {} to {}, by {trials} trials (95 of 100 times right)",
            when(from, as_of),
            when(to, as_of)
        ),
    }
}

/// What a reader must know before the dates are believed.
pub(crate) fn note(organisation: &Organisation, note: &Note) -> String {
    match note {
        Note::CapacityUnknown(id) => {
            format!("Nobody says how many people {} has: its items do not queue.", team(organisation, id))
        }
        Note::CrewTooLarge(work) => {
            format!("`{work}` needs more people than its team has, and never starts.")
        }
        Note::NothingLeft { team: id, per_mille } => format!(
            "In {} {} had no time left to start anything: hacks and guides take all of it.",
            words::cases(Probability::clamped(f64::from(*per_mille) / 1000.0)),
            team(organisation, id)
        ),
        Note::NoDue(outcome) => {
            format!("`{outcome}` has neither a due date nor a period: there is nothing to be on time for.")
        }
        Note::Untimed(work) => {
            format!("`{work}` has no effort and takes no time in the queue: dates may come later.")
        }
        Note::FewCases { of, cases: 1 } => {
            format!("Too little data: `{of}` rests on one past case, taken as a lone estimate.")
        }
        Note::FewCases { of, cases } => format!(
            "Too little data: `{of}` rests on {cases} past cases where {ENOUGH_CASES} are needed; its interval is \
             widened as for so few."
        ),
    }
}

/// The chance of the outcome to be on time under a policy.
pub(crate) fn on_time(policy: Option<&PolicyForecast>, outcome: &OutcomeId) -> Option<Chance> {
    policy?.outcomes.iter().find(|forecast| &forecast.outcome == outcome)?.by_due
}

/// The dates of an outcome under a policy.
pub(crate) fn dates<'a>(policy: Option<&'a PolicyForecast>, outcome: &OutcomeId) -> Option<&'a Dates> {
    policy?.outcomes.iter().find(|forecast| &forecast.outcome == outcome).map(|forecast| &forecast.live)
}

/// What is missing for the dates of an outcome.
pub(crate) fn lacks<'a>(policy: Option<&'a PolicyForecast>, outcome: &OutcomeId) -> &'a [Lack] {
    match dates(policy, outcome) {
        Some(Dates::TooLittleData(lacks)) => lacks,
        _ => &[],
    }
}

/// What people call a plan.
pub(crate) fn plan<'a>(organisation: &'a Organisation, id: &'a PlanId) -> &'a str {
    organisation.plan(id).map_or(id.id().as_str(), |plan| plan.name())
}

/// A role in words.
pub(crate) fn role(role: kedge_model::Role) -> &'static str {
    match role {
        kedge_model::Role::Lead => "lead",
        kedge_model::Role::Integrator => "integrator",
        kedge_model::Role::ProgramManager => "program manager",
        kedge_model::Role::Sponsor => "sponsor",
        kedge_model::Role::Stakeholder => "stakeholder",
    }
}

/// What a fallback is called: its own words, else what its kind comes to here.
pub(crate) fn fallback(organisation: &Organisation, ask: &Ask, fallback: &Fallback) -> String {
    if let Some(what) = &fallback.what {
        return what.clone();
    }
    match &fallback.kind {
        FallbackKind::Hack => "Work round it".into(),
        FallbackKind::Recreate => "Make it ourselves".into(),
        FallbackKind::Buy(purchase) => {
            purchase.vendor.as_ref().map_or_else(|| "Buy it".into(), |vendor| format!("Buy it from {vendor}"))
        }
        FallbackKind::Descope => "Ship less".into(),
        FallbackKind::DoWithout => "Ship without it".into(),
        FallbackKind::AwayTeam { with, send } => {
            let who: Vec<&str> = send.iter().map(|person| person_name(organisation, person)).collect();
            let host = team(organisation, with.as_ref().unwrap_or(&ask.to));
            if who.is_empty() {
                format!("Send people to {host}")
            } else {
                format!("Send {} to {host}", kedge_model::listed(&who))
            }
        }
        FallbackKind::TigerTeam { with } | FallbackKind::Community { with } => {
            format!("Let {} do it", team(organisation, with))
        }
        FallbackKind::Escalate { with } => {
            format!("Raise it to {}", with.as_ref().map_or("the council", |with| team(organisation, with)))
        }
    }
}

/// A person's first name, as colleagues say it.
fn person_name<'a>(organisation: &'a Organisation, id: &'a PersonId) -> &'a str {
    organisation
        .team(id.team())
        .and_then(|team| team.persons.get(id.id())?.name.as_deref())
        .and_then(|name| name.split_whitespace().next())
        .unwrap_or(id.id().as_str())
}
