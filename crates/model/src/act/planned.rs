//! What is planned anew: efforts, what is left out, people who move.

use super::{ActError, change_outcome, change_team, change_work, set_once};
use crate::{Change, Date, Effort, Fact, FactId, Gate, Left, Organisation, OutcomeId, TeamId, WorkId};
use std::collections::BTreeSet;

/// What an item takes; of one that was started, what is left of it.
pub(super) fn effort(
    organisation: &Organisation,
    work: &WorkId,
    effort: &Effort,
    on: Date,
) -> Result<Vec<Change>, ActError> {
    change_work(organisation, work, |work| {
        if let Some(done) = work.done {
            return Err(ActError::Refused(format!(
                "`{}` was done on {done}: it takes nothing more",
                work.id
            )));
        }
        if work.started.is_some_and(|started| started <= on) {
            work.left = Some(Left { on, effort: effort.clone() });
        } else {
            work.effort = Some(effort.clone());
        }
        Ok(())
    })
}

pub(super) fn drop_work(
    organisation: &Organisation,
    work: &WorkId,
    on: Date,
) -> Result<Vec<Change>, ActError> {
    change_work(organisation, work, |work| {
        if let Some(done) = work.done {
            return Err(ActError::Refused(format!(
                "`{}` was done on {done}: it cannot be left out",
                work.id
            )));
        }
        set_once(&mut work.dropped, on, "dropped")
    })
}

/// An outcome with all that serves nothing else: work that is not done and that no other outcome, no later work and no
/// answer needs, and the asks that gate nothing else.
pub(super) fn drop_outcome(
    organisation: &Organisation,
    outcome: &OutcomeId,
    on: Date,
) -> Result<Vec<Change>, ActError> {
    let mut changes = change_outcome(organisation, outcome, |outcome| {
        if let Some(live) = outcome.live {
            return Err(ActError::Refused(format!(
                "`{}` went live on {live}: it cannot be left out",
                outcome.id
            )));
        }
        set_once(&mut outcome.dropped, on, "dropped")
    })?;
    let lost = |it: &OutcomeId| {
        it == outcome || organisation.outcome(it).is_some_and(|outcome| outcome.dropped.is_some())
    };
    let delivers: BTreeSet<WorkId> =
        organisation.asks().filter_map(|ask| organisation.delivering_work(ask)).collect();
    let mut needless: BTreeSet<WorkId> = BTreeSet::new();
    loop {
        let more: Vec<WorkId> = organisation
            .work()
            .filter(|work| work.id.team() == outcome.team() && !needless.contains(&work.id))
            .filter(|work| work.done.is_none() && work.dropped.is_none() && !delivers.contains(&work.id))
            .filter(|work| work.serves.iter().all(lost))
            .filter(|work| {
                let mut later = organisation.work().filter(|later| later.after.contains(&work.id)).peekable();
                let leads_to_lost = later.peek().is_some()
                    && later.all(|later| later.dropped.is_some() || needless.contains(&later.id));
                let is_last = !organisation.work().any(|later| later.after.contains(&work.id));
                (is_last && !work.serves.is_empty()) || leads_to_lost
            })
            .map(|work| work.id.clone())
            .collect();
        if more.is_empty() {
            break;
        }
        needless.extend(more);
    }
    for work in &needless {
        changes.extend(drop_work(organisation, work, on)?);
    }
    for ask in organisation.asks().filter(|ask| ask.id.team() == outcome.team() && ask.withdrawn.is_none()) {
        let gates = organisation.gates(ask);
        let gone = |gate: &Gate| match gate {
            Gate::Work(work) => needless.contains(work),
            Gate::Outcome(outcome) => lost(outcome),
        };
        if !gates.is_empty() && gates.iter().all(gone) {
            let mut ask = ask.clone();
            ask.withdrawn = Some(on);
            // Nobody works round what nobody needs.
            ask.fallbacks.retain(|fallback| fallback.taken.is_some());
            changes.push(ask.into());
        }
    }
    Ok(changes)
}

/// People who were one team's and are another's.
pub(super) fn moved(
    organisation: &Organisation,
    people: u32,
    from: &TeamId,
    to: &TeamId,
) -> Result<Vec<Change>, ActError> {
    if from == to {
        return Err(ActError::Refused(format!("people do not move from {from} to itself")));
    }
    let stated = |team: &TeamId| -> Result<u32, ActError> {
        let Some(Fact::Team(found)) = organisation.fact(&FactId::Team(team.clone())) else {
            return change_team(organisation, team, |_| Ok(())).map(|_| 0);
        };
        let Some(capacity) = found.capacity() else {
            return Err(ActError::Refused(format!(
                "nobody says how many people {team} has: suppose `people {team} 5` first"
            )));
        };
        // A part of a person stays where it is.
        Ok(capacity.floor().clamp(0.0, f64::from(u32::MAX)) as u32)
    };
    let (there, here) = (stated(from)?, stated(to)?);
    let Some(left) = there.checked_sub(people) else {
        return Err(ActError::Refused(format!("{from} has {there} people: {people} cannot leave it")));
    };
    let mut changes = change_team(organisation, from, |team| {
        team.stated_people = Some(left);
        Ok(())
    })?;
    changes.extend(change_team(organisation, to, |team| {
        team.stated_people = Some(here.saturating_add(people));
        Ok(())
    })?);
    Ok(changes)
}
