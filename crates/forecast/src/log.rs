//! What a trial says about itself: the audit behind "why this date?".

use crate::program::Program;
use kedge_model::Date;

/// What happened at a moment of a trial. Indexes are the program's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Event {
    TakenUp(u32),
    NotTakenUp(u32),
    Start { item: u32, effort: f64, ends: f64 },
    End(u32),
    Skip(u32),
    Landed(u32),
    TooLate(u32),
    OpenedBy(u32),
    Take(u32),
    Accepted(u32),
    Refused(u32),
    DroppedUnstarted(u32),
    Stopped(u32),
    Shift(u32),
    Capacity { team: u32, servers: u32 },
    AskDropped(u32),
    AskPutBehind(u32),
    Live(u32),
    Migrated(u32),
    NothingStarts(u32),
}

/// Who listens to a trial; nobody, in all but a replay.
pub(crate) trait Listener {
    /// Whether nothing that it hears matters.
    const DEAF: bool = false;

    fn hear(&mut self, at: f64, event: Event);
}

/// Nobody listens, and nothing is spent on it.
pub(crate) struct Silence;

impl Listener for Silence {
    const DEAF: bool = true;

    #[inline]
    fn hear(&mut self, _: f64, _: Event) {}
}

/// Keeps all that is heard.
#[derive(Debug, Default)]
pub(crate) struct Record(pub(crate) Vec<(f64, Event)>);

impl Listener for Record {
    fn hear(&mut self, at: f64, event: Event) {
        self.0.push((at, event));
    }
}

/// One line of a replayed trial.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct LogLine {
    /// The working day in which it happened.
    pub date: Date,
    /// The moment, in working days from the as-of morning.
    pub moment: f64,
    /// What happened, in words.
    pub what: String,
}

impl std::fmt::Display for LogLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({:6.2}) {}", self.date, self.moment, self.what)
    }
}

impl Record {
    /// The lines of this record in words.
    pub(crate) fn lines(&self, program: &Program) -> Vec<LogLine> {
        let line = |&(moment, event): &(f64, Event)| LogLine {
            date: program.calendar.date_of(moment),
            moment,
            what: words(program, event),
        };
        self.0.iter().map(line).collect()
    }
}

fn words(program: &Program, event: Event) -> String {
    let names = &program.names;
    let ask = |id: u32| &names.asks[id as usize];
    let item = |id: u32| &names.items[id as usize];
    let fallback = |id: u32| &names.fallbacks[id as usize];
    let team = |id: u32| &names.teams[id as usize];
    match event {
        Event::TakenUp(id) => format!("{} is taken up", ask(id)),
        Event::NotTakenUp(id) => format!("{} is not taken up in this trial, and nobody knows", ask(id)),
        Event::Start { item: id, effort, ends } => {
            let who = team(program.items[id as usize].team);
            let until = if ends.is_finite() {
                format!("until {}", program.calendar.date_of(ends.next_down()))
            } else {
                "without end".to_owned()
            };
            format!("{who} starts {}: {effort:.1} person-days, {until}", item(id))
        }
        Event::End(id) => format!("{} ends", item(id)),
        Event::Skip(id) => format!("{} need not be done", item(id)),
        Event::Landed(id) => format!("{} lands", ask(id)),
        Event::TooLate(id) => format!("{} lands too late to be of use", ask(id)),
        Event::OpenedBy(id) => format!(
            "{} is open: the fallback {} lives",
            { ask(program.fallbacks[id as usize].ask) },
            fallback(id)
        ),
        Event::Take(id) => format!("the fallback {} is taken", fallback(id)),
        Event::Accepted(id) => format!("the fallback {} is accepted", fallback(id)),
        Event::Refused(id) => format!("the fallback {} is refused", fallback(id)),
        Event::DroppedUnstarted(id) => format!("the fallback {} is dropped before it began", fallback(id)),
        Event::Stopped(id) => format!("the fallback {} is stopped", fallback(id)),
        Event::Capacity { team: id, servers: 0 } => format!("nobody of {} is there from now on", team(id)),
        Event::Capacity { team: id, servers: 1 } => format!("{} has one person from now on", team(id)),
        Event::Capacity { team: id, servers } => format!("{} has {servers} people from now on", team(id)),
        Event::Shift(id) => format!("priorities shift in {}", team(id)),
        Event::AskDropped(id) => format!("{} is dropped", ask(id)),
        Event::AskPutBehind(id) => format!("{} is put behind the team's own work", ask(id)),
        Event::Live(id) => format!("{} is live", names.outcomes[id as usize]),
        Event::Migrated(id) => format!("the fallback {} is left: migrated", fallback(id)),
        Event::NothingStarts(id) => format!("{} has no time left to start anything", team(id)),
    }
}
