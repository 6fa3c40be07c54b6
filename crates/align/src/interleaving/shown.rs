//! An example as people read it: who does what, and what each place holds afterwards.

use super::rule::{Anomaly, Breach};
use super::search::Scenario;
use super::value::Rows;
use super::world::{Event, Told, World};
use serde::Serialize;

/// An interleaving that loses something or breaks what must hold, step by step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Example {
    /// What it is called.
    pub anomaly: Anomaly,
    /// What is wrong at its end, in a sentence.
    pub wrong: String,
    /// Who takes part, and with what.
    pub lanes: Vec<Lane>,
    /// What each place holds at the start.
    pub start: Vec<Held>,
    /// The steps, in order.
    pub steps: Vec<ShownStep>,
}

/// One of those who take part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lane {
    /// Who.
    pub who: String,
    /// With what.
    pub operation: String,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShownStep {
    /// Which of the lanes acts, from 0.
    pub lane: usize,
    /// What it does, in words, one after the other.
    pub does: Vec<String>,
    /// Why it goes no further, where it stops here.
    pub stops: Option<String>,
    /// What each place holds afterwards.
    pub holds: Vec<Held>,
}

/// What a place holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Held {
    /// The place: `shared`, or whose copy it is.
    pub place: String,
    /// The fields with their values; a row without fields by its name.
    pub values: Vec<(String, String)>,
}

impl Held {
    /// What it holds, on one line.
    pub fn in_words(&self) -> String {
        if self.values.is_empty() {
            return "nothing".into();
        }
        let values = self.values.iter().map(|(cell, value)| format!("{cell} = {value}"));
        values.collect::<Vec<_>>().join(", ")
    }
}

impl ShownStep {
    /// All that is done in it, on one line.
    pub fn in_words(&self) -> String {
        let mut words = self.does.join("; ");
        if let Some(stops) = &self.stops {
            if !words.is_empty() {
                words += "; ";
            }
            words += stops;
        }
        words
    }
}

/// Runs the events again, and says what each does.
pub(super) fn example(scenario: &Scenario<'_>, events: &[Event], place: usize, breach: Breach) -> Example {
    let mut world = World::of(scenario);
    let start = held(scenario, &world);
    let mut steps = Vec::new();
    for event in events {
        let mut told = Told::default();
        world = world.after(scenario, *event, &mut told);
        steps.push(ShownStep {
            lane: event.actor(),
            does: told.does,
            stops: told.stopped,
            holds: held(scenario, &world),
        });
    }
    let is_of_one_copy = scenario.has_copies() && !world.events().is_empty();
    let wrong = if is_of_one_copy {
        format!("{}, in {}", breach.words, place_name(scenario, place))
    } else {
        breach.words
    };
    let lanes = scenario.programs.iter().map(|it| Lane { who: it.who.clone(), operation: it.name.clone() });
    Example { anomaly: breach.anomaly, wrong, lanes: lanes.collect(), start, steps }
}

fn place_name(scenario: &Scenario<'_>, place: usize) -> String {
    match scenario.programs.get(place) {
        Some(program) if scenario.has_copies() => format!("the copy of {}", program.who),
        _ => "the shared rows".into(),
    }
}

fn held(scenario: &Scenario<'_>, world: &World) -> Vec<Held> {
    let places = world.places(scenario);
    places
        .iter()
        .enumerate()
        .map(|(at, rows)| Held { place: place_name(scenario, at), values: values(rows) })
        .collect()
}

fn values(rows: &Rows) -> Vec<(String, String)> {
    rows.0
        .iter()
        .flat_map(|(row, fields)| {
            if fields.is_empty() {
                return vec![(row.to_string(), "there".to_owned())];
            }
            fields.iter().map(|(field, value)| (row.field(field).to_string(), value.to_string())).collect()
        })
        .collect()
}
