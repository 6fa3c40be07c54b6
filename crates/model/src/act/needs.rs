//! What the asked team says of asks that look alike: that they are one need, or that they are not.

use super::{ActError, found};
use crate::{
    AnswerTo, Ask, AskId, Change, Date, FactId, Meta, Need, NeedId, NeedRelation, Organisation, Reference,
    Slug, TeamId,
};

/// These asks are one need: a need that joins them, or the one that joins some of them already, with the others.
pub(super) fn join(organisation: &Organisation, asks: &[AskId], on: Date) -> Result<Vec<Change>, ActError> {
    let asks = several(organisation, asks)?;
    let first = asks[0];
    let to = &first.to;
    if let Some(other) = asks.iter().find(|ask| &ask.to != to) {
        let why =
            format!("{} is asked of {to} and {} of {}: one need is one team's", first.id, other.id, other.to);
        return Err(ActError::Refused(why));
    }
    let ids: Vec<AskId> = asks.iter().map(|ask| ask.id.clone()).collect();
    let mut changes = Vec::new();
    for need in organisation.needs_of(to) {
        let NeedRelation::KeepsApart(apart) = &need.relation else { continue };
        if apart.iter().filter(|ask| ids.contains(ask)).count() < 2 {
            continue;
        }
        if apart.iter().any(|ask| !ids.contains(ask)) {
            let why = format!("`{}` keeps them apart, and from others too: change it by hand first", need.id);
            return Err(ActError::Refused(why));
        }
        changes.push(Change::Remove(FactId::Need(need.id.clone())));
    }
    let mut joining: Vec<&Need> = asks.iter().filter_map(|ask| organisation.need_of(&ask.id)).collect();
    joining.dedup_by_key(|need| &need.id);
    joining.sort_by(|a, b| a.id.cmp(&b.id));
    joining.dedup_by_key(|need| &need.id);
    let need = match joining[..] {
        [] => {
            let id = free_name(organisation, to, first, "need");
            let relation = NeedRelation::Joins(ids);
            Need {
                id,
                what: first.what.clone(),
                relation,
                on,
                effort: None,
                work: None,
                meta: Meta::default(),
            }
        }
        [one] => {
            let mut grown = one.clone();
            let NeedRelation::Joins(joined) = &mut grown.relation else { return Ok(Vec::new()) };
            let new: Vec<AskId> = ids.into_iter().filter(|ask| !joined.contains(ask)).collect();
            if new.is_empty() {
                return Err(ActError::Refused(format!("`{}` joins them already", one.id)));
            }
            joined.extend(new);
            grown.on = on;
            grown
        }
        [one, other, ..] => {
            let why =
                format!("they are in two needs, `{}` and `{}`: split one of them first", one.id, other.id);
            return Err(ActError::Refused(why));
        }
    };
    changes.push(need.into());
    Ok(changes)
}

/// An ask is not the same need as others: it leaves the need that joins it, and is kept apart from those named.
///
/// A need that is left with one ask and of which nothing else is known goes; in its team's order the ask takes its place.
pub(super) fn split(
    organisation: &Organisation,
    ask: &AskId,
    apart: &[AskId],
    on: Date,
) -> Result<Vec<Change>, ActError> {
    let asked = found(organisation, ask)?;
    let to = &asked.to;
    let mut changes = Vec::new();
    if let Some(need) = organisation.need_of(ask)
        && let NeedRelation::Joins(joined) = &need.relation
    {
        let left: Vec<AskId> = joined.iter().filter(|it| *it != ask).cloned().collect();
        let answered = organisation.answer_log(&AnswerTo::Need(need.id.clone()), to).is_some();
        let stays = left.len() > 1 || answered || need.effort.is_some() || need.work.is_some();
        if stays && !left.is_empty() {
            changes.push(Need { relation: NeedRelation::Joins(left), on, ..need.clone() }.into());
        } else if stays {
            let why = format!("`{}` has an answer or an item of its own: change it by hand", need.id);
            return Err(ActError::Refused(why));
        } else {
            changes.push(Change::Remove(FactId::Need(need.id.clone())));
            changes.extend(ranked_instead(organisation, to, need.id.reference(), &left));
        }
    }
    let mut taken: Vec<NeedId> = Vec::new();
    for other in apart {
        let other = found(organisation, other)?;
        if &other.to != to || &other.id == ask {
            return Err(ActError::Refused(format!(
                "{} is not asked of {to}: they are two already",
                other.id
            )));
        }
        let said = organisation.needs_of(to).any(|need| match &need.relation {
            NeedRelation::KeepsApart(asks) => asks.contains(ask) && asks.contains(&other.id),
            NeedRelation::Joins(_) => false,
        });
        if said {
            continue;
        }
        let id = free_name_but(organisation, to, asked, "apart", &taken);
        taken.push(id.clone());
        let relation = NeedRelation::KeepsApart(vec![ask.clone(), other.id.clone()]);
        let what = asked.what.clone();
        changes.push(Need { id, what, relation, on, effort: None, work: None, meta: Meta::default() }.into());
    }
    if changes.is_empty() {
        return Err(ActError::Refused(format!("nothing joins {ask} to another ask")));
    }
    Ok(changes)
}

fn several<'a>(organisation: &'a Organisation, asks: &[AskId]) -> Result<Vec<&'a Ask>, ActError> {
    let mut several: Vec<&Ask> = Vec::new();
    for ask in asks {
        let ask = found(organisation, ask)?;
        if several.iter().all(|known| known.id != ask.id) {
            several.push(ask);
        }
    }
    if several.len() < 2 {
        return Err(ActError::Refused("one need joins two asks or more".into()));
    }
    Ok(several)
}

/// The order of a team with the asks that are left in the place of a need that goes; nothing where it is not ranked.
fn ranked_instead(
    organisation: &Organisation,
    team: &TeamId,
    need: &Reference,
    left: &[AskId],
) -> Option<Change> {
    let mut changed = organisation.team(team)?.clone();
    let at = changed.rank.iter().position(|it| it == need)?;
    let new = left.iter().map(|ask| ask.reference().clone()).filter(|it| !changed.rank.contains(it));
    let new: Vec<Reference> = new.collect();
    changed.rank.splice(at..=at, new);
    Some(changed.into())
}

fn free_name(organisation: &Organisation, to: &TeamId, ask: &Ask, suffix: &str) -> NeedId {
    free_name_but(organisation, to, ask, suffix, &[])
}

/// A name for a need that nothing else of the asked team has: the ask's, with a suffix and a number where it must be.
fn free_name_but(
    organisation: &Organisation,
    to: &TeamId,
    ask: &Ask,
    suffix: &str,
    taken: &[NeedId],
) -> NeedId {
    // A long name leaves room for the number.
    let own = ask.id.id().as_str();
    let own = own.get(..own.len().min(Slug::MAX.saturating_sub(suffix.len() + 22))).unwrap_or(own);
    let is_free = |name: &NeedId| {
        let name_of = name.reference().clone();
        !taken.contains(name)
            && organisation.need(name).is_none()
            && organisation.outcome(&name_of.clone().into()).is_none()
            && organisation.work_item(&name_of.into()).is_none()
    };
    let plain = (suffix == "need").then(|| own.to_owned());
    let numbered = (2_u64..).map(|number| format!("{own}-{suffix}-{number}"));
    plain
        .into_iter()
        .chain([format!("{own}-{suffix}")])
        .chain(numbered)
        .filter_map(|name| Slug::new(&name).ok())
        .map(|name| NeedId::new(to.clone(), name))
        .find(is_free)
        .unwrap_or_else(|| NeedId::new(to.clone(), ask.id.id().clone()))
}
