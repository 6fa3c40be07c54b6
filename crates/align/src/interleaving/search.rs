//! The search: every interleaving of the programs' steps, level by level, so that the first example found is a shortest one.

use super::program::Program;
use super::rule::{Anomaly, Breach, Rule};
use super::shown::{Example, example};
use super::value::{Cell, Rows};
use super::world::{Event, Regime, Told, World};
use kedge_model::FieldMerge;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What is executed.
pub struct Scenario<'a> {
    /// What is there at the start.
    pub start: Rows,
    /// What is done, each by a writer of its own.
    pub programs: Vec<Program>,
    /// Where each dataset is worked on; one that is not named is [`Regime::Unordered`].
    pub regimes: BTreeMap<String, Regime>,
    /// What must hold.
    pub rules: Vec<&'a dyn Rule>,
    /// Whether a write that is lost counts as broken; otherwise only the rules are looked at.
    pub losses: bool,
}

/// What was looked through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Searched {
    /// The interleavings, from the first step to the last.
    pub interleavings: u128,
    /// The different moments in them.
    pub moments: usize,
}

/// What the search says.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Something is lost or broken; a shortest example, and of these one with the fewest changes of who acts.
    Broken(Box<Example>),
    /// Nothing is, in any interleaving.
    Kept(Searched),
    /// Nothing was found in so many moments, and there are more.
    Unfinished(Searched),
}

impl Scenario<'_> {
    /// Where a dataset is worked on.
    pub(super) fn regime(&self, dataset: &str) -> &Regime {
        self.regimes.get(dataset).unwrap_or(&Regime::Unordered)
    }

    /// How a field merges.
    pub(super) fn merge(&self, cell: &Cell) -> FieldMerge {
        match self.regime(&cell.row.dataset) {
            Regime::Merged(fields) => fields.get(&cell.field).copied().unwrap_or(FieldMerge::LastWriter),
            Regime::Unordered | Regime::AtHome(_) => FieldMerge::LastWriter,
        }
    }

    /// Whether programs work on copies.
    pub(super) fn has_copies(&self) -> bool {
        self.regimes.values().any(|regime| matches!(regime, Regime::Merged(_)))
    }

    /// What the programs leave where each runs whole, and is heard of everywhere before the next: in every order.
    fn one_after_the_other(&self) -> BTreeSet<Rows> {
        let mut outcomes = BTreeSet::new();
        let mut open = vec![(World::of(self), (0..self.programs.len()).collect::<Vec<_>>())];
        while let Some((world, left)) = open.pop() {
            if left.is_empty() {
                outcomes.extend(world.places(self).into_iter().take(1).map(|rows| self.comparable(rows)));
            }
            for (at, program) in left.iter().enumerate() {
                let mut left = left.clone();
                left.remove(at);
                open.push((self.whole(world.clone(), *program), left));
            }
        }
        outcomes
    }

    /// A program runs from its first step to its last, and all copies hear of it.
    fn whole(&self, mut world: World, program: usize) -> World {
        while !world.programs.get(program).is_none_or(|it| it.ended) {
            world = world.after(self, Event::Goes(program), &mut Told::default());
        }
        while let Some(event) = world.events().into_iter().find(|event| matches!(event, Event::Hears { .. }))
        {
            world = world.after(self, event, &mut Told::default());
        }
        world
    }

    /// Rows without the fields that keep both: those lose nothing.
    fn comparable(&self, mut rows: Rows) -> Rows {
        for (row, fields) in &mut rows.0 {
            fields.retain(|field, _| self.merge(&row.field(field)) != FieldMerge::KeepBoth);
        }
        rows
    }

    /// What is wrong with the rows at the end, if they are not what any order of the whole programs would leave.
    fn lost(&self, end: &Rows, explained: &BTreeSet<Rows>) -> Option<Breach> {
        let end = self.comparable(end.clone());
        if explained.contains(&end) {
            return None;
        }
        let revived = end.0.keys().find(|row| explained.iter().all(|rows| !rows.has(row)));
        if let Some(row) = revived {
            let words = format!("{row} was deleted, and is there again");
            return Some(Breach { anomaly: Anomaly::LostDelete, words });
        }
        // The field that differs from what is nearest to it.
        let cells = |rows: &Rows| -> BTreeSet<(Cell, String)> {
            let of = |(row, fields): (&super::RowId, &BTreeMap<String, super::Value>)| {
                fields.iter().map(|(field, value)| (row.field(field), value.to_string())).collect::<Vec<_>>()
            };
            rows.0.iter().flat_map(of).collect()
        };
        let ours = cells(&end);
        let nearest = explained.iter().map(cells).min_by_key(|it| it.symmetric_difference(&ours).count());
        let orders = if self.programs.len() == 2 { "either order" } else { "any order" };
        let should = nearest.and_then(|nearest| nearest.difference(&ours).next().cloned());
        let words = match should {
            Some((cell, value)) => {
                let is = end.get(&cell).map_or_else(|| "not there".to_owned(), ToString::to_string);
                format!(
                    "{cell} is {is}; one after the other, in {orders}, would leave something else, such as {value}"
                )
            }
            None => format!("one after the other, in {orders}, would leave something else"),
        };
        Some(Breach { anomaly: Anomaly::LostUpdate, words })
    }

    /// What is broken by the step that led from one moment to the next, at a place by its number.
    fn broken(&self, before: &World, after: &World, explained: &BTreeSet<Rows>) -> Option<(usize, Breach)> {
        if after.is_midway(self) {
            return None;
        }
        let is = &after.judged;
        for (place, (was, is)) in before.judged.iter().zip(is).enumerate() {
            if let Some(breach) = self.rules.iter().find_map(|rule| rule.broken(was, is)) {
                return Some((place, breach));
            }
        }
        if !self.losses || !after.events().is_empty() {
            return None;
        }
        is.iter().enumerate().find_map(|(place, rows)| Some((place, self.lost(rows, explained)?)))
    }
}

/// A moment as the search keeps it.
struct Node {
    world: World,
    parent: Option<(usize, Event)>,
    /// How many ways lead here.
    ways: u128,
    /// The fewest changes of who acts on one of them.
    changes: u32,
}

/// Executes every interleaving, until something is broken or `most` moments have been seen.
///
/// A program that is refused at a home starts again; each time another program has written there, so that ends.
pub fn search(scenario: &Scenario<'_>, most: usize) -> Verdict {
    let explained = scenario.one_after_the_other();
    let start = World::of(scenario);
    let mut nodes = vec![Node { world: start, parent: None, ways: 1, changes: 0 }];
    let mut level = vec![(0_usize, None::<usize>)];
    let mut searched = Searched::default();
    while !level.is_empty() {
        let mut next: Vec<(usize, Option<usize>)> = Vec::new();
        let mut known: HashMap<(World, usize), usize> = HashMap::new();
        let mut broken: Option<(u32, usize, Event, usize, Breach)> = None;
        for (at, last) in level {
            let events = nodes[at].world.events();
            if events.is_empty() {
                searched.interleavings = searched.interleavings.saturating_add(nodes[at].ways);
            }
            for event in events {
                let after = nodes[at].world.after(scenario, event, &mut Told::default());
                let changes = nodes[at].changes + u32::from(last.is_some_and(|last| last != event.actor()));
                if let Some((place, breach)) = scenario.broken(&nodes[at].world, &after, &explained) {
                    if broken.as_ref().is_none_or(|(fewest, ..)| changes < *fewest) {
                        broken = Some((changes, at, event, place, breach));
                    }
                    continue;
                }
                let ways = nodes[at].ways;
                let key = (after, event.actor());
                if let Some(&same) = known.get(&key) {
                    nodes[same].ways = nodes[same].ways.saturating_add(ways);
                    if changes < nodes[same].changes {
                        nodes[same].changes = changes;
                        nodes[same].parent = Some((at, event));
                    }
                    continue;
                }
                nodes.push(Node { world: key.0.clone(), parent: Some((at, event)), ways, changes });
                next.push((nodes.len() - 1, Some(event.actor())));
                known.insert(key, nodes.len() - 1);
            }
        }
        if let Some((_, at, event, place, breach)) = broken {
            let events = events_to(&nodes, at, event);
            return Verdict::Broken(Box::new(example(scenario, &events, place, breach)));
        }
        searched.moments = nodes.len();
        if nodes.len() > most {
            return Verdict::Unfinished(searched);
        }
        level = next;
    }
    Verdict::Kept(searched)
}

/// The events that lead to a moment, and one more.
fn events_to(nodes: &[Node], at: usize, last: Event) -> Vec<Event> {
    let mut events = vec![last];
    let mut at = at;
    while let Some((parent, event)) = nodes[at].parent {
        events.push(event);
        at = parent;
    }
    events.reverse();
    events
}
