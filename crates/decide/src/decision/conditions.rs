//! What must be true for a way on, and what rules it out.

use super::Precondition;
use crate::sentence::{self, team_name};
use kedge_model::{
    Ask, Fallback, FallbackKind, HostState, InitiativeId, Organisation, OutcomeId, Reference, Says, TeamId,
    TeamKind, Word,
};

/// A condition, and whether it rules the way out where it is not met.
pub(super) struct Condition {
    pub(super) condition: Precondition,
    pub(super) needed: bool,
}

/// Something without which it cannot be.
pub(super) fn needed(what: String, met: Option<bool>) -> Condition {
    Condition { condition: Precondition { what, met, said: None }, needed: true }
}

/// Something without which it is harder, not impossible.
pub(super) fn better(what: String, met: Option<bool>) -> Condition {
    Condition { condition: Precondition { what, met, said: None }, needed: false }
}

impl Condition {
    pub(super) fn said(mut self, said: impl Into<String>) -> Condition {
        self.condition.said = Some(said.into());
        self
    }
}

/// What rules a way out, where a condition that it cannot be without is not met.
pub(super) fn refusal(conditions: &[Condition]) -> Option<String> {
    let refused = conditions.iter().find(|it| it.needed && it.condition.met == Some(false))?;
    Some(format!("not so: {}", refused.condition.what))
}

/// What must be true for a fallback.
pub(super) fn of_fallback(organisation: &Organisation, ask: &Ask, fallback: &Fallback) -> Vec<Condition> {
    match &fallback.kind {
        FallbackKind::AwayTeam { with, .. } => {
            let host = with.as_ref().unwrap_or(&ask.to);
            if organisation.is_self_reliant(ask, fallback) {
                let name = team_name(organisation, host);
                return vec![needed(format!("{name} lets visitors merge"), Some(true))];
            }
            away_team(organisation, ask, host)
        }
        FallbackKind::TigerTeam { with } | FallbackKind::Community { with } => {
            vec![needed(
                format!("{} takes it", team_name(organisation, with)),
                said_yes(organisation, ask, with),
            )]
        }
        FallbackKind::Escalate { with } => council(organisation, ask, with.as_ref()),
        _ => Vec::new(),
    }
}

/// What must be true for an away team at a host.
pub(super) fn away_team(organisation: &Organisation, ask: &Ask, host: &TeamId) -> Vec<Condition> {
    let name = team_name(organisation, host);
    let welcome = match organisation.host_state(ask, host) {
        HostState::Welcome => Some(true),
        HostState::Unable => Some(false),
        HostState::Unknown => None,
    };
    let stated = organisation.team(host).and_then(|team| team.away_teams.as_ref());
    let mut all = vec![
        needed(format!("{name} would host an away team"), welcome),
        better(format!("{name} has said how away teams work there"), Some(stated.is_some())),
    ];
    if let Some(fits) = stated.and_then(|away| away.fits.as_deref()) {
        let fits = fits.trim_end_matches('.');
        all.push(
            better(format!("it is what {name} takes from visitors: {fits}"), None).said("yours to judge"),
        );
    }
    all
}

/// What must be true for the council to take it on.
pub(super) fn council(organisation: &Organisation, ask: &Ask, with: Option<&TeamId>) -> Vec<Condition> {
    let council = TeamId::council();
    let with = with.unwrap_or(&council);
    let ranked = organisation.council_rank(ask.id.reference()).is_some();
    let met = if ranked { Some(true) } else { said_yes(organisation, ask, with) };
    let mut condition = needed(format!("{} ranks it", team_name(organisation, with)), met);
    if let (None, Some((on, says))) = (met, organisation.word_of(ask, with)) {
        condition = condition.said(format!("{} since {on}", says.word()));
    }
    vec![condition]
}

/// What must be true for a task force, and the initiative that it would be for.
pub(super) fn task_force(
    organisation: &Organisation,
    gated: &[OutcomeId],
) -> (Vec<Condition>, Option<InitiativeId>) {
    let initiatives = || gated.iter().flat_map(|outcome| organisation.initiatives_of(outcome));
    let ranked = initiatives()
        .filter_map(|id| Some((organisation.council_rank(id.reference())?, id)))
        .min_by_key(|(rank, _)| *rank)
        .map(|(_, id)| id.clone());
    let belongs = needed(
        "what waits for it is part of an initiative that the council ranks".into(),
        Some(ranked.is_some()),
    );
    let Some(id) = ranked else { return (vec![belongs], initiatives().next().cloned()) };
    let initiative = organisation.initiatives().find(|it| it.id == id);
    let title = initiative.map_or_else(|| id.to_string(), |it| it.title.clone());
    let sponsor = initiative.is_some_and(|it| it.sponsor.is_some());
    let force = organisation.teams().find_map(|team| match &team.kind {
        TeamKind::TaskForce(force) if force.initiative == id => Some((team.name().to_owned(), force.ends)),
        _ => None,
    });
    let mut all = vec![belongs.said(title), better("the initiative has a sponsor".into(), Some(sponsor))];
    let there = match force {
        Some((name, ends)) => {
            better("there is a task force for it".into(), Some(true)).said(format!("{name}, until {ends}"))
        }
        None => better("there is a task force for it".into(), Some(false)),
    };
    all.push(there);
    all.push(better("the donors consent, and it is said who owns the result afterwards".into(), None));
    (all, Some(id))
}

/// Whether what a team said about an ask is a yes; open where it has not said.
pub(super) fn said_yes(organisation: &Organisation, ask: &Ask, with: &TeamId) -> Option<bool> {
    match organisation.word_of(ask, with)?.1 {
        Says::Committed { .. } | Says::Landed { .. } => Some(true),
        Says::Declined | Says::Dropped => Some(false),
        Says::Considering { .. } | Says::Countered { .. } => None,
    }
}

/// Whether the asked team itself pointed to this self-service.
pub(super) fn pointed_to(organisation: &Organisation, ask: &Ask, service: &Reference) -> bool {
    let name = service.id.to_string();
    organisation.answers_to(ask).any(|answer| match &answer.word {
        Word::Says { instead: Some(instead), .. } => instead
            .split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-')
            .any(|word| word == name),
        _ => false,
    })
}

/// What rules a fallback of the chain out.
pub(super) fn ruled_out(ask: &Ask, fallback: &Fallback, conditions: &[Condition]) -> Option<String> {
    if fallback.migrated.is_some() {
        return Some("it was taken once and left again".into());
    }
    if fallback.stopped.is_some() {
        return Some("it was stopped".into());
    }
    let goes_on = fallback.is_live() || fallback.is_running();
    let another = ask.fallbacks.iter().any(|other| other.is_running() || other.is_live());
    if another && !goes_on {
        return Some("another fallback of this ask was taken, and there are never two at once".into());
    }
    if goes_on { None } else { refusal(conditions) }
}

/// Whether the team is of this organisation: somebody here can rank its work.
pub(super) fn is_inside(organisation: &Organisation, team: &TeamId) -> bool {
    organisation.team(team).is_some_and(|team| !matches!(team.kind, TeamKind::External { .. }))
}

/// The asked team's state as the condition of waiting for it.
pub(super) fn delivers(
    organisation: &Organisation,
    ask: &Ask,
    as_of: kedge_model::Date,
) -> (Condition, Option<String>) {
    let state = organisation.ask_state(ask);
    let dead = organisation.is_dead(ask, as_of);
    let words = sentence::state(&state, as_of);
    let what = format!("{} delivers", team_name(organisation, &ask.to));
    if dead {
        (needed(what, Some(false)), Some(format!("it will not land: {words}")))
    } else {
        (needed(what, None).said(words), None)
    }
}
