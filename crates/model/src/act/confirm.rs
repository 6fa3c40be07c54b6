//! Confirming what an outcome is worth: by its stakeholder or the council, never by the team that claims it.

use super::{ActError, unknown};
use crate::{
    Change, Confirmation, ConfirmationLog, Date, Meta, Organisation, OutcomeId, PersonId, PriceRate, nearest,
};

/// The change that confirms a value, in the file of the confirmer's team.
pub(super) fn confirm(
    organisation: &Organisation,
    id: &OutcomeId,
    value: &PriceRate,
    who: &PersonId,
    on: Date,
) -> Result<Vec<Change>, ActError> {
    let outcome = organisation.outcome(id).ok_or_else(|| {
        unknown("outcome", id.reference(), organisation.outcomes().map(|it| it.id.reference()))
    })?;
    let council = who.team().is_council();
    let persons = if council {
        Some(&organisation.council().persons)
    } else {
        organisation.team(who.team()).map(|team| &team.persons)
    };
    if !persons.is_some_and(|persons| persons.contains_key(who.id())) {
        let known = persons.into_iter().flat_map(|persons| persons.keys().map(crate::Slug::as_str));
        let nearest = nearest(who.id().as_str(), known).map(|near| format!("{}/{near}", who.team()));
        if nearest.is_some() {
            return Err(ActError::Unknown { noun: "person", name: who.to_string(), nearest });
        }
        let file =
            if council { "council.kedge.toml".into() } else { format!("{}/team.kedge.toml", who.team()) };
        return Err(ActError::Refused(format!(
            "there is no person `{who}`: people are named in the file of their team, `[person.{}]` in {file}",
            who.id()
        )));
    }
    if who.team() == id.team() {
        return Err(ActError::Refused(format!(
            "{who} is of the team that claims it; a stakeholder of another team confirms it, or the council"
        )));
    }
    match &outcome.stakeholder {
        _ if council => {}
        Some(stakeholder) if stakeholder == who => {}
        Some(stakeholder) => {
            return Err(ActError::Refused(format!(
                "{who} is not the stakeholder of {id}; {stakeholder} is, and the council may confirm it too"
            )));
        }
        None => {
            return Err(ActError::Refused(format!(
                "{id} names no stakeholder; write `stakeholder = \"{who}\"` under it, or let the council confirm it"
            )));
        }
    }
    let known = organisation.confirmations_of(id).find(|log| &log.by == who.team());
    let mut log = known.cloned().unwrap_or_else(|| ConfirmationLog {
        by: who.team().clone(),
        outcome: id.clone(),
        entries: Vec::new(),
    });
    let value = value.clone();
    log.entries.push(Confirmation { value, on, who: who.clone(), meta: Meta::default() });
    Ok(vec![log.into()])
}
