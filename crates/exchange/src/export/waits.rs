//! Who waits for whom: the graph that the drawings share.

use super::{Extract, View};
use kedge_model::{AskId, TeamId};
use std::collections::{BTreeMap, BTreeSet};

/// The most asks that an edge names; of more it says how many.
const NAMED: usize = 3;

/// Asks of one team to another that have not landed.
pub(super) struct Wait<'a> {
    /// Who waits.
    pub(super) from: &'a TeamId,
    /// For whom.
    pub(super) to: &'a TeamId,
    /// Whether the asking team can go on alone; otherwise it leans.
    pub(super) stands: bool,
    /// Which asks, by name.
    pub(super) asks: Vec<&'a AskId>,
}

impl Wait<'_> {
    /// What is written at the edge, in lines.
    pub(super) fn label(&self) -> Vec<String> {
        if self.asks.len() > NAMED {
            return vec![format!("{} asks", self.asks.len())];
        }
        self.asks.iter().map(|ask| ask.id().to_string()).collect()
    }
}

/// The graph.
pub(super) struct Waits<'a> {
    /// The teams in it, each with what people call it.
    pub(super) teams: BTreeMap<&'a TeamId, &'a str>,
    /// The edges, by name.
    pub(super) waits: Vec<Wait<'a>>,
}

/// The teams shown and the asks between them that may still land or whose fallback still matters: those that have landed
/// or were withdrawn are not waited for.
pub(super) fn waits<'a>(extract: &Extract<'a>) -> Waits<'a> {
    let organisation = extract.organisation();
    let mut edges: BTreeMap<(&TeamId, &TeamId, bool), Vec<&AskId>> = BTreeMap::new();
    let mut named: BTreeSet<&TeamId> = BTreeSet::new();
    for ask in extract.asks() {
        let state = organisation.ask_state(ask);
        if state.is_open() || ask.withdrawn.is_some() {
            continue;
        }
        let stands = extract
            .ask_figures(&ask.id)
            .map_or_else(|| organisation.first_self_reliant(ask).is_some(), |it| it.opened_by.is_some());
        edges.entry((ask.id.team(), &ask.to, stands)).or_default().push(&ask.id);
        named.extend([ask.id.team(), &ask.to]);
    }
    match extract.view() {
        // A team that waits for nobody is part of the picture: it is the one to learn from.
        View::Whole => {
            named.extend(organisation.plans().filter(|it| it.closed.is_none()).map(|it| it.id.team()));
        }
        View::Team(team) => named.extend(organisation.team(team).map(|team| &team.id)),
        View::Plan(plan) => named.extend(organisation.team(plan.team()).map(|team| &team.id)),
    }
    let teams = named
        .into_iter()
        .map(|id| (id, organisation.team(id).map_or(id.as_str(), |team| team.name())))
        .collect();
    let waits = edges.into_iter().map(|((from, to, stands), asks)| Wait { from, to, stands, asks }).collect();
    Waits { teams, waits }
}

/// What the lines mean, and of which day.
pub(super) fn legend(extract: &Extract<'_>) -> String {
    format!(
        "{}: who waits for whom, as of {}. Solid: stands without the other team. Dashed: leans on it.",
        extract.title(),
        extract.as_of()
    )
}
