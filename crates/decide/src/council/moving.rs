//! Another place in the council's rank, and what it would do.

use crate::queue::{Destination, MoveError, Placed};
use kedge_forecast::{Forecaster, WhatIf};
use kedge_model::{Act, AskId, InitiativeId, Organisation, Reference, TeamId};
use serde::Serialize;

/// A change of the council's rank that was not made yet.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CouncilMoving {
    /// What is moved.
    pub name: Reference,
    /// Where to.
    pub to: Destination,
    /// What is ranked then, each with its place then, and now: what is not ranked now has the place behind all.
    pub order: Vec<Placed>,
    /// The whole rank, as it is written down.
    pub rank: Vec<Reference>,
}

/// A change of the council's rank, and what it would do.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CouncilMoved {
    /// The new order.
    #[serde(flatten)]
    pub moving: CouncilMoving,
    /// What it does, in a sentence.
    pub sentence: String,
    /// Before, after, and the difference with its error.
    pub effect: WhatIf,
}

impl CouncilMoving {
    /// The act that writes it down.
    pub fn act(&self) -> Act {
        Act::CouncilRank { order: self.rank.clone() }
    }

    /// What is recorded, in words.
    pub fn what(&self) -> String {
        let place = self.order.iter().find(|it| it.line == self.name).map_or(0, |it| it.after);
        format!("{} is number {place} of what the council ranks", self.name.short_for(&TeamId::council()))
    }
}

/// The rank that a move leads to. What is not ranked yet comes in; an ask that is ranked is the council's yes.
///
/// # Errors
/// When the name is neither an initiative nor an ask, or it is moved beside what is not ranked.
pub fn move_ranked(
    organisation: &Organisation,
    name: &Reference,
    to: &Destination,
) -> Result<CouncilMoving, MoveError> {
    let known = organisation.initiative(&InitiativeId::from(name.clone())).is_some()
        || organisation.ask(&AskId::from(name.clone())).is_some();
    if !known {
        return Err(MoveError::Unknown(name.clone()));
    }
    let now = &organisation.council().rank;
    let mut rank: Vec<Reference> = now.iter().filter(|it| *it != name).cloned().collect();
    let beside = |other: &Reference| {
        if other == name {
            return Err(MoveError::Itself(name.clone()));
        }
        rank.iter().position(|it| it == other).ok_or_else(|| MoveError::NotRanked(other.clone()))
    };
    let at = match to {
        Destination::First => 0,
        Destination::Last => rank.len(),
        Destination::Before(other) => beside(other)?,
        Destination::After(other) => beside(other)? + 1,
    };
    rank.insert(at, name.clone());
    let before = |it: &Reference| now.iter().position(|ranked| ranked == it).unwrap_or(now.len()) + 1;
    let order = rank.iter().enumerate().map(|(at, it)| Placed {
        line: it.clone(),
        before: before(it),
        after: at + 1,
    });
    Ok(CouncilMoving { name: name.clone(), to: to.clone(), order: order.collect(), rank })
}

/// What the move does to the whole organisation; nothing where that cannot be.
pub fn council_moved(
    forecaster: &Forecaster,
    organisation: &Organisation,
    moving: CouncilMoving,
) -> Option<CouncilMoved> {
    let changes = moving.act().changes(organisation).ok()?;
    let effect = forecaster.what_if(&changes).ok()?;
    let council = TeamId::council();
    let place = moving.order.iter().find(|it| it.line == moving.name)?;
    let name = moving.name.short_for(&council);
    let sentence = if organisation.council().rank.contains(&moving.name) && place.before == place.after {
        format!("{name} keeps its place, number {}.", place.after)
    } else {
        effect.sentence(&format!("{name} as number {} of the council’s rank", place.after), None)
    };
    Some(CouncilMoved { moving, sentence, effect })
}
