//! Moving a line of the queue: the order of the asked team with it, and taking an ask off a line.

use super::{Queue, QueueLine, is_in_play};
use crate::same_need::{Joined, same_needs};
use crate::sentence::team_name;
use kedge_forecast::WhatIf;
use kedge_model::{Act, ActError, AskId, AskState, Date, Organisation, Reference, TeamId};
use serde::Serialize;
use std::collections::BTreeSet;

/// Where a line is moved to, in the order of the asked team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Destination {
    /// Before everything that the team does.
    First,
    /// Behind every other line.
    Last,
    /// Before this line.
    Before(Reference),
    /// Behind this line.
    After(Reference),
}

/// A move that was not made yet: the order it leads to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Moving {
    /// The line that is moved.
    pub line: Reference,
    /// Where to.
    pub to: Destination,
    /// Whose order it is.
    pub team: TeamId,
    /// The lines of the team in the new order, each with its place before and after, from 1.
    pub order: Vec<Placed>,
    /// The team's whole rank, as it is written down.
    pub rank: Vec<Reference>,
}

/// A line in the new order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Placed {
    /// Which.
    pub line: Reference,
    /// Its place now.
    pub before: usize,
    /// Its place then.
    pub after: usize,
}

/// A move, and what it would do.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Moved {
    /// The new order.
    #[serde(flatten)]
    pub moving: Moving,
    /// What it does, in a sentence.
    pub sentence: String,
    /// The teams whose plans and queues were simulated, where that is not all: the asked team and those who ask it. What
    /// teams further away do to them comes in by the odds of their asks alone.
    pub near: Option<Vec<TeamId>>,
    /// Before, after, and the difference with its error.
    pub effect: WhatIf,
}

/// Why a line cannot be moved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoveError {
    /// No line has this name, or this ask.
    #[error("no line of the queue is called `{0}`: it may have landed, or been refused")]
    Unknown(Reference),
    /// Two queues have no common order.
    #[error(
        "{line} is asked of {to} and {other} of {other_to}, and each works in its own order: rank both in the council's, \
         `kedge council move {line} --before {other}`"
    )]
    TwoTeams {
        /// What is moved.
        line: Reference,
        /// Of whom it is asked.
        to: TeamId,
        /// Beside what.
        other: Reference,
        /// Of whom that is asked.
        other_to: TeamId,
    },
    /// The council's rank goes before that of the team.
    #[error(
        "{0} is in the council's rank, which goes before that of {1}: `kedge council move {0}` moves it there"
    )]
    Council(Reference, TeamId),
    /// What it is moved beside has no place.
    #[error("{0} is not in the council's rank: `kedge council move {0} --last` ranks it")]
    NotRanked(Reference),
    /// It is beside itself.
    #[error("{0} cannot be moved beside itself")]
    Itself(Reference),
}

impl Destination {
    /// `first`, `last`, `before` or `after`, and beside what.
    pub fn words(&self) -> (&'static str, Option<&Reference>) {
        match self {
            Self::First => ("first", None),
            Self::Last => ("last", None),
            Self::Before(other) => ("before", Some(other)),
            Self::After(other) => ("after", Some(other)),
        }
    }
}

impl Moving {
    /// The act that writes it down.
    pub fn act(&self) -> Act {
        Act::Rank { team: self.team.clone(), order: self.rank.clone() }
    }

    /// What is recorded, in words.
    pub fn what(&self, organisation: &Organisation) -> String {
        let place = self.order.iter().find(|it| it.line == self.line).map_or(0, |it| it.after);
        format!("{} is number {place} of what {} is asked", self.line, team_name(organisation, &self.team))
    }

    /// Whether any line changes its place.
    pub fn changes_anything(&self) -> bool {
        self.order.iter().any(|it| it.before != it.after)
    }
}

/// A day, those that have none last.
type Due = (bool, Option<Date>);

/// What the order of a team goes by: the council's rank, its own, the promised or wanted day, the name.
type OrderKey = (usize, usize, Due, Reference);

/// Where a line stands in the order of its team as recorded.
pub(super) fn order_key(organisation: &Organisation, line: &QueueLine) -> OrderKey {
    let rank = organisation.team(&line.to).map_or(&[][..], |team| &team.rank);
    key_in(line, rank)
}

fn key_in(line: &QueueLine, rank: &[Reference]) -> OrderKey {
    let references = references(line);
    let place = rank.iter().position(|it| references.contains(it)).unwrap_or(usize::MAX);
    (line.council.unwrap_or(usize::MAX), place, due(line), line.name.clone())
}

/// The name of the line and those of its asks.
fn references(line: &QueueLine) -> BTreeSet<Reference> {
    let asks = line.asks.iter().map(|it| it.ask.reference().clone());
    asks.chain([line.name.clone()]).collect()
}

/// What a rank lists to place the line: the need that joins it, else each of its asks.
fn listed_as(line: &QueueLine) -> Vec<Reference> {
    match &line.joined {
        Joined::Said { .. } => vec![line.name.clone()],
        Joined::Alone | Joined::Reads { .. } => {
            line.asks.iter().map(|it| it.ask.reference().clone()).collect()
        }
    }
}

/// The earliest day that was promised for one of its asks, else wanted.
fn due(line: &QueueLine) -> Due {
    let of = line.asks.iter().filter_map(|ask| match ask.state {
        AskState::Committed { by: Some(by), .. } | AskState::Countered { by: Some(by), .. } => Some(by),
        _ => ask.wanted,
    });
    let day = of.min();
    (day.is_none(), day)
}

/// The order that a move leads to.
///
/// Of the team's rank, the lines and what else it lists stay as they are; what is not listed and goes before the new place
/// by its due date is written out, so that it still does.
///
/// # Errors
/// When no line has that name, the two are asked of different teams, or the council's rank decides.
pub fn move_line(
    organisation: &Organisation,
    queue: &Queue,
    moved: &Reference,
    to: &Destination,
) -> Result<Moving, MoveError> {
    let find = |name: &Reference| queue.line(name).ok_or_else(|| MoveError::Unknown(name.clone()));
    let line = find(moved)?;
    let beside = match to {
        Destination::Before(other) | Destination::After(other) => Some(find(other)?),
        Destination::First | Destination::Last => None,
    };
    if let Some(other) = beside {
        if other.name == line.name {
            return Err(MoveError::Itself(line.name.clone()));
        }
        if other.to != line.to {
            let (line, to) = (line.name.clone(), line.to.clone());
            return Err(MoveError::TwoTeams {
                line,
                to,
                other: other.name.clone(),
                other_to: other.to.clone(),
            });
        }
    }
    if let Some(ranked) = [Some(line), beside].into_iter().flatten().find(|line| line.council.is_some()) {
        return Err(MoveError::Council(ranked.name.clone(), line.to.clone()));
    }
    let lines = queue.as_recorded(&line.to);
    let mut order = effective(organisation, &line.to, &lines);
    let own = references(line);
    order.retain(|it| !own.contains(&it.reference));
    let at = match (to, beside.map(references)) {
        (Destination::First, _) => 0,
        (Destination::Before(_), Some(others)) => {
            order.iter().position(|it| others.contains(&it.reference)).unwrap_or(0)
        }
        (Destination::After(_), Some(others)) => {
            order.iter().rposition(|it| others.contains(&it.reference)).map_or(order.len(), |at| at + 1)
        }
        _ => order.iter().rposition(|it| it.asked).map_or(order.len(), |at| at + 1),
    };
    let new = listed_as(line).into_iter().map(|reference| Entry { reference, listed: true, asked: true });
    order.splice(at..at, new);
    // What follows the last that must be listed stands where its due date puts it.
    let last = order.iter().rposition(|it| it.listed).map_or(0, |at| at + 1);
    order.truncate(last);
    let rank: Vec<Reference> = order.into_iter().map(|it| it.reference).collect();
    let mut after: Vec<(OrderKey, &QueueLine)> =
        lines.iter().map(|line| (key_in(line, &rank), *line)).collect();
    after.sort_by(|a, b| a.0.cmp(&b.0));
    let order = after.iter().enumerate().map(|(at, (_, line))| Placed {
        line: line.name.clone(),
        before: line.recorded,
        after: at + 1,
    });
    Ok(Moving {
        line: line.name.clone(),
        to: to.clone(),
        team: line.to.clone(),
        order: order.collect(),
        rank,
    })
}

/// Something that a team's rank lists, or could.
struct Entry {
    reference: Reference,
    listed: bool,
    asked: bool,
}

/// What the team's rank lists, then what it does besides, as the forecast takes it: by due, its own before asks.
fn effective(organisation: &Organisation, team: &TeamId, lines: &[&QueueLine]) -> Vec<Entry> {
    let rank = organisation.team(team).map_or(&[][..], |team| &team.rank);
    let asked: BTreeSet<Reference> = lines.iter().flat_map(|line| references(line)).collect();
    let mut order: Vec<Entry> = rank
        .iter()
        .map(|it| Entry { reference: it.clone(), listed: true, asked: asked.contains(it) })
        .collect();
    let outcomes = organisation.outcomes_of(team).filter(|outcome| {
        outcome.live.is_none()
            && outcome.dropped.is_none()
            && organisation.plan(&outcome.plan).is_none_or(|plan| plan.closed.is_none())
    });
    let outcomes = outcomes.filter(|outcome| !rank.contains(outcome.id.reference())).map(|outcome| {
        let due = organisation.due(outcome);
        ((due.is_none(), due), false, vec![outcome.id.reference().clone()])
    });
    // A need whose asks are ranked one by one stands where they do.
    let unlisted = |line: &&&QueueLine| references(line).iter().all(|it| !rank.contains(it));
    let lines = lines.iter().filter(|line| line.council.is_none()).filter(unlisted);
    let lines = lines.map(|line| (due(line), true, listed_as(line)));
    let mut besides: Vec<(Due, bool, Vec<Reference>)> = outcomes.chain(lines).collect();
    besides.sort();
    let besides = besides.into_iter().flat_map(|(_, asked, names)| {
        names.into_iter().map(move |reference| Entry { reference, listed: false, asked })
    });
    order.extend(besides);
    order
}

/// The act that takes an ask off its line: out of the need that joins it, and kept apart from those that it would be read
/// as one with all the same.
///
/// # Errors
/// When there is no such ask, or nothing joins it to another.
pub fn split_line(organisation: &Organisation, ask: &AskId, on: Date) -> Result<Act, ActError> {
    let mut apart: Vec<AskId> = Vec::new();
    let asked = organisation.ask(ask);
    loop {
        let act = Act::Split { ask: ask.clone(), apart: apart.clone(), on };
        let alone = apart.is_empty() && organisation.need_of(ask).is_none();
        let split = if alone {
            organisation.clone()
        } else {
            let changes = act.changes(organisation)?;
            organisation.with(&changes).map_err(|findings| {
                let why = findings.first().map_or_else(String::new, |finding| finding.message.clone());
                ActError::Refused(why)
            })?
        };
        let Some(asked) = asked else { return act.changes(organisation).map(|_| act) };
        let asks = split.asked_of(&asked.to).iter().filter_map(|ask| split.ask(ask));
        let asks = asks.filter(|it| &it.id == ask || is_in_play(&split, it, on));
        let lines = same_needs(&split, &asked.to, asks);
        let line = lines.into_iter().find(|line| line.asks.contains(ask));
        let others: Vec<AskId> = line.map_or_else(Vec::new, |line| line.asks);
        let others: Vec<AskId> = others.into_iter().filter(|it| it != ask && !apart.contains(it)).collect();
        if others.is_empty() {
            act.changes(organisation)?;
            return Ok(act);
        }
        apart.extend(others);
    }
}
