//! CSV (RFC 4180): one table of asks, outcomes, work or hacks, for a spreadsheet.
//!
//! A cell that a spreadsheet would take for a formula is kept from it: text that begins with `=`, `+`, `-`, `@`, a tab or
//! a line's end, or that does so after a delimiter inside it, gets an apostrophe in front (OWASP, "CSV Injection").
//! [`unguarded`] takes it away again, so that nothing is lost for whoever reads the table with a program. Numbers stay
//! numbers, a negative one too.

use super::{Extract, View, or_never};
use ::csv::{QuoteStyle, Terminator, WriterBuilder};
use kedge_model::Fallback;
use std::fmt::Display;

/// The tables that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// Every ask: where it stands, its fallback, its decide-by.
    Asks,
    /// Every outcome: what of it stands, when it goes live.
    Outcomes,
    /// Every work item.
    Work,
    /// Every fallback that was taken and is not left: the debts.
    Hacks,
}

impl Table {
    /// Every table.
    pub const ALL: [Self; 4] = [Self::Asks, Self::Outcomes, Self::Work, Self::Hacks];

    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            Self::Asks => "asks",
            Self::Outcomes => "outcomes",
            Self::Work => "work",
            Self::Hacks => "hacks",
        }
    }
}

/// What stands in a cell.
enum Cell {
    Text(String),
    Number(f64),
    Nothing,
}

impl Cell {
    fn text(value: impl Display) -> Self {
        Self::Text(value.to_string())
    }

    fn maybe(value: Option<impl Display>) -> Self {
        value.map_or(Self::Nothing, Self::text)
    }

    fn number(value: Option<f64>) -> Self {
        value.map_or(Self::Nothing, Self::Number)
    }

    fn list(values: impl IntoIterator<Item = impl Display>) -> Self {
        let values: Vec<String> = values.into_iter().map(|it| it.to_string()).collect();
        Self::Text(values.join(" "))
    }

    fn written(self) -> String {
        match self {
            Self::Text(text) => guarded(&text),
            // To six decimal places, so that no sum shows how computers count.
            Self::Number(number) => format!("{}", (number * 1e6).round() / 1e6 + 0.0),
            Self::Nothing => String::new(),
        }
    }
}

/// One table as CSV: a row of titles, then a row for each thing by name.
pub fn table(extract: &Extract<'_>, table: Table) -> String {
    let (titles, rows) = match table {
        Table::Asks => asks(extract),
        Table::Outcomes => outcomes(extract),
        Table::Work => work(extract),
        Table::Hacks => hacks(extract),
    };
    let mut writer = WriterBuilder::new()
        .quote_style(QuoteStyle::NonNumeric)
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new());
    // Writing to memory does not fail, and every row has as many cells as there are titles.
    let _ = writer.write_record(&titles);
    for row in rows {
        let _ = writer.write_record(row.into_iter().map(Cell::written));
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

type Rows = (Vec<&'static str>, Vec<Vec<Cell>>);

fn asks(extract: &Extract<'_>) -> Rows {
    let mut titles = vec![
        "as_of",
        "ask",
        "team",
        "plan",
        "to",
        "what",
        "why",
        "gates",
        "area",
        "state",
        "state_source",
        "asked",
        "wanted",
        "effort",
        "effort_source",
        "stands",
        "stands_source",
        "fallback",
        "fallback_what",
        "fallback_create",
        "fallback_maintain",
        "fallback_migrate",
        "fallback_expires",
        "keeps",
        "keeps_source",
        "decide_by",
        "decide_by_source",
    ];
    let with_odds = *extract.view() != View::Whole;
    if with_odds {
        titles.extend(["lands_p50", "lands_p80", "chance_by_wanted", "odds_source"]);
    }
    let rows = extract
        .asks()
        .map(|ask| {
            let figures = extract.ask_figures(&ask.id);
            let opened = figures.and_then(|it| it.opened_by);
            let fallback = opened.and_then(|(place, _)| ask.fallbacks.get(place));
            let decide_by = figures.and_then(|it| it.decide_by.as_ref());
            let state = extract.organisation().ask_state(ask);
            let asked_by = format!("stated by {}", ask.id.team());
            let mut row = vec![
                Cell::text(extract.as_of()),
                Cell::text(&ask.id),
                Cell::text(ask.id.team()),
                Cell::text(&ask.plan),
                Cell::text(&ask.to),
                Cell::text(&ask.what),
                Cell::maybe(ask.why.as_ref()),
                Cell::list(&ask.gates),
                Cell::maybe(ask.area.as_ref()),
                Cell::text(state.word()),
                Cell::text(extract.state_source(ask)),
                Cell::maybe(ask.asked.iter().map(|it| it.on).max()),
                Cell::maybe(ask.wanted),
                Cell::maybe(ask.effort.as_ref()),
                Cell::maybe(ask.effort.as_ref().map(|_| format!("assumption: a guess of {}", ask.id.team()))),
                if state.is_open() {
                    Cell::text("landed")
                } else {
                    Cell::maybe(figures.map(|it| if it.opened_by.is_some() { "yes" } else { "no" }))
                },
                Cell::maybe(figures.map(|_| "exact: what the plans say")),
                Cell::maybe(fallback.map(|it| it.kind.word())),
                Cell::maybe(fallback.and_then(|it| it.what.as_ref())),
                Cell::maybe(fallback.and_then(|it| it.create.as_ref())),
                Cell::maybe(fallback.and_then(|it| it.maintain.as_ref())),
                Cell::maybe(fallback.and_then(|it| it.migrate.as_ref())),
                Cell::maybe(fallback.and_then(|it| it.expires)),
                Cell::number(opened.map(|(_, keeps)| keeps.get())),
                Cell::maybe(opened.map(|_| asked_by)),
                Cell::maybe(decide_by.map(|it| it.value)),
                Cell::maybe(
                    decide_by
                        .map(|it| it.source.clone())
                        .or_else(|| figures.and_then(|it| it.no_decide_by.clone())),
                ),
            ];
            if with_odds {
                let odds = figures.and_then(|it| it.odds.as_ref());
                row.extend([
                    Cell::maybe(odds.map(|it| or_never(it.p50))),
                    Cell::maybe(odds.map(|it| or_never(it.p80))),
                    Cell::number(odds.and_then(|it| it.by_wanted)),
                    Cell::maybe(odds.map(|it| &it.source)),
                ]);
            }
            row
        })
        .collect();
    (titles, rows)
}

fn outcomes(extract: &Extract<'_>) -> Rows {
    let titles = vec![
        "as_of",
        "outcome",
        "team",
        "plan",
        "title",
        "due",
        "due_source",
        "value_a_week",
        "currency",
        "value_source",
        "stands",
        "stands_source",
        "held_by",
        "live",
        "dropped",
        "p50",
        "p80",
        "chance_on_time",
        "dates_source",
        "measure",
        "change",
        "stakeholder",
    ];
    let currency = extract.organisation().settings().currency.as_ref();
    let rows = extract
        .outcomes()
        .map(|outcome| {
            let figures = extract.outcome_figures(&outcome.id);
            let due = extract.due(outcome);
            let worth = extract.worth(outcome);
            let live = figures.and_then(|it| it.live.as_ref());
            vec![
                Cell::text(extract.as_of()),
                Cell::text(&outcome.id),
                Cell::text(outcome.id.team()),
                Cell::text(&outcome.plan),
                Cell::text(outcome.name()),
                Cell::maybe(due.as_ref().map(|it| it.value)),
                Cell::maybe(due.as_ref().map(|it| &it.source)),
                Cell::number(worth.as_ref().map(|it| it.value)),
                Cell::maybe(worth.as_ref().and(currency)),
                Cell::maybe(worth.as_ref().map(|it| &it.source)),
                Cell::number(figures.map(|it| it.stands.get())),
                Cell::maybe(figures.map(|_| "exact: what the plans say")),
                figures.map_or(Cell::Nothing, |it| Cell::list(&it.holds)),
                Cell::maybe(outcome.live),
                Cell::maybe(outcome.dropped),
                Cell::maybe(live.map(|it| or_never(it.value.p50))),
                Cell::maybe(live.map(|it| or_never(it.value.p80))),
                Cell::number(live.and_then(|it| it.value.on_time)),
                Cell::maybe(
                    live.map(|it| it.source.clone()).or_else(|| figures.and_then(|it| it.no_date.clone())),
                ),
                Cell::maybe(outcome.kpi.as_ref().map(|it| &it.measure)),
                Cell::maybe(outcome.kpi.as_ref().map(|it| &it.change)),
                Cell::maybe(outcome.stakeholder.as_ref()),
            ]
        })
        .collect();
    (titles, rows)
}

fn work(extract: &Extract<'_>) -> Rows {
    let titles = vec![
        "as_of",
        "work",
        "team",
        "plan",
        "title",
        "for",
        "after",
        "effort",
        "effort_source",
        "crew",
        "who",
        "not_before",
        "started",
        "left",
        "left_source",
        "done",
        "dropped",
    ];
    let rows = extract
        .work()
        .map(|work| {
            let team = work.id.team();
            vec![
                Cell::text(extract.as_of()),
                Cell::text(&work.id),
                Cell::text(team),
                Cell::text(&work.plan),
                Cell::text(work.name()),
                Cell::list(&work.serves),
                Cell::list(&work.after),
                Cell::maybe(work.effort.as_ref()),
                Cell::maybe(work.effort.as_ref().map(|_| format!("assumption: stated by {team}"))),
                Cell::Number(f64::from(work.crew)),
                Cell::list(&work.who),
                Cell::maybe(work.not_before),
                Cell::maybe(work.started),
                Cell::maybe(work.left.as_ref().map(|it| &it.effort)),
                Cell::maybe(work.left.as_ref().map(|it| format!("assumption: stated by {team}, {}", it.on))),
                Cell::maybe(work.done),
                Cell::maybe(work.dropped),
            ]
        })
        .collect();
    (titles, rows)
}

/// Whether a fallback is a debt: taken, and neither given up nor left. To have raised something to others is none until
/// they made it.
fn owed(fallback: &Fallback) -> bool {
    let taken = fallback.taken.is_some() && !fallback.kind.is_leaning();
    (taken || fallback.live.is_some()) && fallback.stopped.is_none() && fallback.migrated.is_none()
}

fn hacks(extract: &Extract<'_>) -> Rows {
    let titles = vec![
        "as_of",
        "ask",
        "team",
        "plan",
        "to",
        "fallback",
        "kind",
        "what",
        "ask_state",
        "ask_state_source",
        "taken",
        "live",
        "age_days",
        "age_source",
        "maintain",
        "maintained_person_days",
        "maintained_source",
        "migrate",
        "expires",
        "keeps",
        "costs_source",
    ];
    let calendar = &extract.organisation().settings().calendar;
    // Debts are the asking team's; what a team was asked is not its own.
    let own = extract.asks().filter(|ask| match extract.view() {
        View::Team(team) => ask.id.team() == team,
        _ => true,
    });
    let rows = own
        .flat_map(|ask| ask.fallbacks.iter().filter(|it| owed(it)).map(move |it| (ask, it)))
        .map(|(ask, fallback)| {
            let age = fallback.live.map(|live| extract.as_of().days_since(live).max(0) as f64);
            let paid =
                age.zip(fallback.maintain).map(|(age, maintain)| age * maintain.a_calendar_day(calendar));
            vec![
                Cell::text(extract.as_of()),
                Cell::text(&ask.id),
                Cell::text(ask.id.team()),
                Cell::text(&ask.plan),
                Cell::text(&ask.to),
                Cell::text(&fallback.id),
                Cell::text(fallback.kind.word()),
                Cell::maybe(fallback.what.as_ref()),
                Cell::text(extract.organisation().ask_state(ask).word()),
                Cell::text(extract.state_source(ask)),
                Cell::maybe(fallback.taken),
                Cell::maybe(fallback.live),
                Cell::number(age),
                Cell::maybe(age.map(|_| "record: as of less live")),
                Cell::maybe(fallback.maintain.as_ref()),
                Cell::number(paid),
                Cell::maybe(paid.map(|_| "assumption: maintain as stated, over the age")),
                Cell::maybe(fallback.migrate.as_ref()),
                Cell::maybe(fallback.expires),
                Cell::Number(fallback.keeps.get()),
                Cell::text(format!("stated by {}", ask.id.team())),
            ]
        })
        .collect();
    (titles, rows)
}

/// What spreadsheets take for the beginning of a formula, the full-width forms included.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
/// What some spreadsheet takes for the end of a cell, whatever stands around it.
const DELIMITERS: [char; 6] = [',', ';', '|', '\t', '\r', '\n'];

/// Whether a cell with this text needs an apostrophe in front. One that has an apostrophe there already gets another, so
/// that taking one away always gives back the text.
fn starts_formula(text: &str, first: bool) -> bool {
    text.trim_start_matches(' ').starts_with(|letter| {
        FORMULA.contains(&letter) || letter == '\'' || (first && matches!(letter, '\t' | '\r' | '\n'))
    })
}

/// The text so that no spreadsheet runs it.
///
/// ```
/// use kedge_exchange::export::csv::{guarded, unguarded};
/// assert_eq!(guarded("=HYPERLINK(\"http://evil.example\")"), "'=HYPERLINK(\"http://evil.example\")");
/// assert_eq!(guarded("one,=two"), "one,'=two");
/// assert_eq!(guarded("A `reusable` flag - on POST"), "A `reusable` flag - on POST");
/// assert_eq!(unguarded(&guarded("'=1")), "'=1");
/// ```
pub fn guarded(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 1);
    let mut begins = Some(true);
    for (at, letter) in text.char_indices() {
        if let Some(first) = begins.take()
            && starts_formula(&text[at..], first)
        {
            safe.push('\'');
        }
        safe.push(letter);
        if DELIMITERS.contains(&letter) {
            begins = Some(false);
        }
    }
    safe
}

/// The text as it was before [`guarded`].
pub fn unguarded(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut begins = Some(true);
    for (at, letter) in text.char_indices() {
        if let Some(first) = begins.take()
            && letter == '\''
            && starts_formula(&text[at + 1..], first)
        {
            continue;
        }
        plain.push(letter);
        if DELIMITERS.contains(&letter) {
            begins = Some(false);
        }
    }
    plain
}
