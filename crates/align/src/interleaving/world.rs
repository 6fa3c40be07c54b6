//! One moment of an execution: how far each program is, what each place holds, what is still to be heard.

use super::program::{Condition, Program, Read, Step, To, Write};
use super::replica::{Effect, Message, view};
use super::search::Scenario;
use super::value::{Cell, Rows, Value};
use kedge_model::FieldMerge;
use std::collections::{BTreeMap, BTreeSet};

/// Where a dataset is worked on, and what orders that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Regime {
    /// One shared table that nobody orders.
    Unordered,
    /// One home, by its name: a write is refused where something was written there since the program read.
    AtHome(String),
    /// A copy for each program, and how each field merges; a field that is not named is for the last writer.
    Merged(BTreeMap<String, FieldMerge>),
}

/// One thing that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Event {
    /// A program goes on by a step.
    Goes(usize),
    /// A program's copy hears a message.
    Hears {
        /// Whose copy.
        copy: usize,
        /// Which message.
        message: usize,
    },
}

impl Event {
    /// Who acts.
    pub(super) fn actor(self) -> usize {
        match self {
            Self::Goes(program) | Self::Hears { copy: program, .. } => program,
        }
    }
}

/// The moment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct World {
    pub(super) programs: Vec<Progress>,
    shared: Rows,
    /// How often something was written at each home.
    versions: BTreeMap<String, u32>,
    messages: Vec<Message>,
    /// The messages that each program's copy has heard, its own among them.
    heard: Vec<BTreeSet<usize>>,
    /// What each place held when no program was half-way through its writes, last.
    pub(super) judged: Vec<Rows>,
}

/// How far a program is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Progress {
    at: usize,
    wrote: usize,
    seen: BTreeMap<Read, Option<Value>>,
    /// The version of each home at the first read there.
    versions: BTreeMap<String, u32>,
    pub(super) ended: bool,
}

/// What a step did, in words, where somebody wants to know.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// What was done.
    pub(super) does: Vec<String>,
    /// Why the program went no further, where it stopped.
    pub(super) stopped: Option<String>,
}

impl World {
    /// The beginning.
    pub(super) fn of(scenario: &Scenario<'_>) -> Self {
        let mut world = Self {
            programs: vec![Progress::default(); scenario.programs.len()],
            shared: scenario.start.clone(),
            versions: BTreeMap::new(),
            messages: Vec::new(),
            heard: vec![BTreeSet::new(); scenario.programs.len()],
            judged: Vec::new(),
        };
        world.judged = world.places(scenario);
        world
    }

    /// What can happen next.
    pub(super) fn events(&self) -> Vec<Event> {
        let running = self.programs.iter().enumerate().filter(|(_, it)| !it.ended);
        let mut events: Vec<Event> = running.map(|(program, _)| Event::Goes(program)).collect();
        for (copy, heard) in self.heard.iter().enumerate() {
            let unheard = (0..self.messages.len()).filter(|message| !heard.contains(message));
            events.extend(unheard.map(|message| Event::Hears { copy, message }));
        }
        events
    }

    /// Whether some program has begun to write and is not through: then what it leaves half-way is no state to judge.
    pub(super) fn is_midway(&self, scenario: &Scenario<'_>) -> bool {
        let midway = |(progress, program): (&Progress, &Program)| {
            !progress.ended && progress.wrote > 0 && progress.wrote < program.writes()
        };
        self.programs.iter().zip(&scenario.programs).any(midway)
    }

    /// What each place holds: of merged datasets each program's copy, else the one shared table.
    pub(super) fn places(&self, scenario: &Scenario<'_>) -> Vec<Rows> {
        if scenario.has_copies() {
            (0..self.programs.len()).map(|program| self.rows(scenario, program)).collect()
        } else {
            vec![self.shared.clone()]
        }
    }

    /// All that a program can see: its copy of what is merged, and what is shared.
    fn rows(&self, scenario: &Scenario<'_>, program: usize) -> Rows {
        if !scenario.has_copies() {
            return self.shared.clone();
        }
        let is_merged = |dataset: &str| matches!(scenario.regime(dataset), Regime::Merged(_));
        let mut rows = self.shared.clone();
        rows.0.retain(|row, _| !is_merged(&row.dataset));
        let merge_of = |cell: &Cell| scenario.merge(cell);
        let Some(heard) = self.heard.get(program) else { return rows };
        let mut copy = view(&scenario.start, &self.messages, heard, &merge_of);
        copy.0.retain(|row, _| is_merged(&row.dataset));
        rows.0.extend(copy.0);
        rows
    }

    /// The moment after an event; `told` hears what was done.
    pub(super) fn after(&self, scenario: &Scenario<'_>, event: Event, told: &mut Told) -> Self {
        let mut after = self.clone();
        match event {
            Event::Hears { copy, message } => {
                if let (Some(heard), Some(sent)) = (after.heard.get_mut(copy), self.messages.get(message)) {
                    heard.insert(message);
                    let by = scenario.programs.get(sent.by);
                    told.does
                        .push(format!("hears what {} wrote", by.map_or("somebody", |it| it.who.as_str())));
                }
            }
            Event::Goes(program) => {
                if let Some(steps) = scenario.programs.get(program) {
                    after.go(scenario, program, steps, told);
                }
            }
        }
        if !after.is_midway(scenario) {
            after.judged = after.places(scenario);
        }
        after
    }

    /// A program goes on: by one read or one write on a shared table, by one read or one commit at a home, by all that it does
    /// on its copy. A check belongs to the step before it.
    fn go(&mut self, scenario: &Scenario<'_>, program: usize, steps: &Program, told: &mut Told) {
        let mut progress = std::mem::take(&mut self.programs[program]);
        let mut message = Message { by: program, knew: self.heard[program].clone(), effects: Vec::new() };
        let mut turn: Option<Turn<'_>> = None;
        while let Some(step) = steps.steps.get(progress.at) {
            let Some(regime) = step.dataset().map(|dataset| scenario.regime(dataset)) else {
                if let Step::Check(condition) = step {
                    let (holds, words) = condition.holds(&progress.seen);
                    if !holds {
                        told.stopped = Some(words);
                        progress.ended = true;
                        break;
                    }
                    told.does.push(words);
                }
                progress.at += 1;
                continue;
            };
            match turn {
                Some(turn) if !turn.goes_on_with(step, regime) => break,
                Some(_) => {}
                None => {
                    let begun = Turn::begun_by(step, regime);
                    if let Turn::Commit(home) = begun
                        && !self.may_commit(&mut progress, home, told)
                    {
                        break;
                    }
                    turn = Some(begun);
                }
            }
            match (step, regime) {
                (Step::Read(read), _) => {
                    if let Regime::AtHome(home) = regime {
                        let version = self.versions.get(home).copied().unwrap_or(0);
                        progress.versions.entry(home.clone()).or_insert(version);
                    }
                    let seen = read.of(&self.with_own(scenario, program, &message));
                    told.does.push(read.in_words(seen.as_ref()));
                    progress.seen.insert(read.clone(), seen);
                }
                (Step::Write(write), Regime::Merged(_)) => {
                    let mut own = self.with_own(scenario, program, &message);
                    message.effects.extend(write.effects(&own, &progress.seen, &|cell| scenario.merge(cell)));
                    told.does.push(write.apply(&mut own, &progress.seen));
                    progress.wrote += 1;
                }
                (Step::Write(write), Regime::Unordered | Regime::AtHome(_)) => {
                    told.does.push(write.apply(&mut self.shared, &progress.seen));
                    progress.wrote += 1;
                }
                (Step::Check(_), _) => {}
            }
            progress.at += 1;
        }
        if let Some(Turn::Commit(home)) = turn {
            let version = self.versions.entry(home.to_owned()).or_insert(0);
            *version += 1;
            // Its own write is no news to it.
            progress.versions.insert(home.to_owned(), *version);
        }
        if !message.effects.is_empty() {
            self.heard[program].insert(self.messages.len());
            self.messages.push(message);
        }
        if progress.ended || progress.at >= steps.steps.len() {
            // What an ended program has seen makes no difference any more.
            progress =
                Progress { at: progress.at, wrote: progress.wrote, ended: true, ..Progress::default() };
        }
        self.programs[program] = progress;
    }

    /// Compare-and-set: whether nothing was written at the home since the program read there. Otherwise it starts again, or
    /// stops where it has written elsewhere already.
    fn may_commit(&self, progress: &mut Progress, home: &str, told: &mut Told) -> bool {
        let now = self.versions.get(home).copied().unwrap_or(0);
        if progress.versions.get(home).is_none_or(|read| *read == now) {
            return true;
        }
        if progress.wrote == 0 {
            told.does
                .push(format!("is refused at {home}, where something was written since: it starts again"));
            *progress = Progress::default();
        } else {
            told.stopped = Some(format!("is refused at {home} after it has written elsewhere"));
            progress.ended = true;
        }
        false
    }

    /// What a program sees, with what it is just writing on its copy.
    fn with_own(&self, scenario: &Scenario<'_>, program: usize, message: &Message) -> Rows {
        if message.effects.is_empty() {
            return self.rows(scenario, program);
        }
        let mut own = self.clone();
        own.judged.clear();
        own.heard[program].insert(own.messages.len());
        own.messages.push(message.clone());
        own.rows(scenario, program)
    }
}

/// What a program does in one go.
#[derive(Clone, Copy)]
enum Turn<'a> {
    /// One read, or one write that nobody orders.
    Single,
    /// All consecutive writes at a home, as one.
    Commit(&'a str),
    /// Everything on its own copy: a local transaction.
    Local,
}

impl<'a> Turn<'a> {
    fn begun_by(step: &Step, regime: &'a Regime) -> Self {
        match (step, regime) {
            (_, Regime::Merged(_)) => Self::Local,
            (Step::Write(_), Regime::AtHome(home)) => Self::Commit(home),
            _ => Self::Single,
        }
    }

    fn goes_on_with(self, step: &Step, regime: &Regime) -> bool {
        match (self, step, regime) {
            (Self::Local, _, Regime::Merged(_)) => true,
            (Self::Commit(home), Step::Write(_), Regime::AtHome(other)) => home == other,
            _ => false,
        }
    }
}

impl Condition {
    fn holds(&self, seen: &BTreeMap<Read, Option<Value>>) -> (bool, String) {
        let was = |read: &Read| seen.get(read).is_some_and(Option::is_some);
        let sum = |of: &[Cell], plus: i64| {
            let numbers =
                of.iter().filter_map(|cell| seen.get(&Read::Cell(cell.clone()))?.as_ref()?.number());
            numbers.fold(plus, i64::saturating_add)
        };
        match self {
            Self::There(read) if was(read) => (true, "goes on, since it is there".into()),
            Self::There(_) => (false, "stops, since it is not there".into()),
            Self::NotThere(read) if was(read) => (false, "stops, since it is there already".into()),
            Self::NotThere(_) => (true, "goes on, since it is not there".into()),
            Self::AtLeast { of, plus, least } => {
                let sum = sum(of, *plus);
                let holds = sum >= *least;
                let words = if holds { "goes on, since" } else { "stops, since" };
                let not = if holds { "" } else { "not " };
                (holds, format!("{words} {sum} is {not}at least {least}"))
            }
            Self::AtMost { of, plus, most } => {
                let sum = sum(of, *plus);
                let holds = sum <= *most;
                let words = if holds { "goes on, since" } else { "stops, since" };
                let not = if holds { "" } else { "not " };
                (holds, format!("{words} {sum} is {not}at most {most}"))
            }
        }
    }
}

impl To {
    fn value(&self, seen: &BTreeMap<Read, Option<Value>>) -> Value {
        match self {
            Self::Value(value) => value.clone(),
            Self::SeenPlus(cell, by) => {
                let was = seen.get(&Read::Cell(cell.clone())).and_then(|it| it.as_ref()?.number());
                Value::Number(was.unwrap_or(0).saturating_add(*by))
            }
        }
    }
}

impl Write {
    /// Does it to rows; what it did, in words.
    fn apply(&self, rows: &mut Rows, seen: &BTreeMap<Read, Option<Value>>) -> String {
        match self {
            Self::Insert { row, fields } => {
                rows.0.insert(row.clone(), fields.iter().cloned().collect());
                let fields: Vec<String> =
                    fields.iter().map(|(field, value)| format!("{field} {value}")).collect();
                if fields.is_empty() {
                    format!("puts {row} there")
                } else {
                    format!("puts {row} there with {}", fields.join(", "))
                }
            }
            Self::Set { cell, to } => match rows.0.get_mut(&cell.row) {
                Some(fields) => {
                    let value = to.value(seen);
                    let words = format!("sets {cell} to {value}");
                    fields.insert(cell.field.clone(), value);
                    words
                }
                None => format!("would set {cell}, and {} is not there", cell.row),
            },
            Self::Save { cell, to } => {
                let value = to.value(seen);
                let words = format!("saves {} with {} {value}", cell.row, cell.field);
                rows.0.entry(cell.row.clone()).or_default().insert(cell.field.clone(), value);
                words
            }
            Self::Add { cell, by } => match rows.0.get_mut(&cell.row) {
                Some(fields) => {
                    let was = fields.get(&cell.field).and_then(Value::number).unwrap_or(0);
                    let now = was.saturating_add(*by);
                    fields.insert(cell.field.clone(), Value::Number(now));
                    if *by < 0 {
                        format!("takes {} from {cell}: {now}", by.unsigned_abs())
                    } else {
                        format!("adds {by} to {cell}: {now}")
                    }
                }
                None => format!("would change {cell}, and {} is not there", cell.row),
            },
            Self::Remove { row } => {
                rows.0.remove(row);
                format!("deletes {row}")
            }
        }
    }

    /// What other copies hear of it, where `own` is what its writer's copy holds.
    fn effects(
        &self,
        own: &Rows,
        seen: &BTreeMap<Read, Option<Value>>,
        merge_of: &dyn Fn(&Cell) -> FieldMerge,
    ) -> Vec<Effect> {
        let number = |cell: &Cell| own.get(cell).and_then(Value::number).unwrap_or(0);
        let put = |cell: &Cell, value: Value| match (merge_of(cell), value.number()) {
            // A sum travels as the difference.
            (FieldMerge::Sum, Some(to)) => Effect::Add(cell.clone(), to.saturating_sub(number(cell))),
            _ => Effect::Put(cell.clone(), value),
        };
        match self {
            Self::Insert { row, fields } => {
                let of_field = |(field, value): &(String, Value)| put(&row.field(field), value.clone());
                std::iter::once(Effect::Present(row.clone())).chain(fields.iter().map(of_field)).collect()
            }
            Self::Set { cell, .. } | Self::Add { cell, .. } if !own.has(&cell.row) => Vec::new(),
            Self::Set { cell, to } => vec![put(cell, to.value(seen))],
            Self::Save { cell, to } => vec![Effect::Present(cell.row.clone()), put(cell, to.value(seen))],
            Self::Add { cell, by } => match merge_of(cell) {
                FieldMerge::Sum => vec![Effect::Add(cell.clone(), *by)],
                _ => vec![put(cell, Value::Number(number(cell).saturating_add(*by)))],
            },
            Self::Remove { row } => vec![Effect::Absent(row.clone())],
        }
    }
}
