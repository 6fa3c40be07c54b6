//! iCalendar (RFC 5545): the days that matter, as all-day events to subscribe to or import.
//!
//! Of each ask the day by which to decide and the day on which it is wanted, of each fallback in use its expiry, of each
//! outcome its due date. Each event says where its date comes from.
//!
//! **Identity.** An event's UID is made of what it is about (kind and name), never of its date, so a later export moves it
//! instead of adding another. SEQUENCE is the number of days from 1970-01-01 to the as-of date and DTSTAMP its midnight:
//! of two exports the later one wins (RFC 5546, section 2.1.5), and the same export twice is the same bytes. What is
//! settled (landed, left, live, dropped) is said once more as CANCELLED, so that an import takes it out of the calendar.

use super::Extract;
use kedge_model::{Ask, AskState, Date, Fallback, Outcome};
use std::fmt::Write as _;

/// The longest line, in octets without its end (RFC 5545, section 3.1).
const LONGEST: usize = 75;

/// One event.
struct Event {
    kind: &'static str,
    /// What it is about, `checkout/reusable-token`.
    about: String,
    date: Date,
    cancelled: bool,
    summary: String,
    description: String,
    team: String,
}

/// The calendar.
pub fn calendar(extract: &Extract<'_>) -> String {
    let mut text = Lines::default();
    text.line("BEGIN:VCALENDAR");
    text.line("VERSION:2.0");
    text.line("PRODID:-//Kedge//Kedge//EN");
    text.line("CALSCALE:GREGORIAN");
    text.line("METHOD:PUBLISH");
    text.line(&format!("NAME:{}", escaped(&extract.title())));
    text.line(&format!("X-WR-CALNAME:{}", escaped(&extract.title())));
    let organisation = kedge_model::Slug::from_title(&extract.organisation().settings().name);
    let domain = organisation.map_or_else(|| "kedge".into(), |name| format!("{name}.kedge"));
    let as_of = extract.as_of();
    for event in events(extract) {
        text.line("BEGIN:VEVENT");
        text.line(&format!("UID:{}/{}@{domain}", event.kind, event.about));
        text.line(&format!("DTSTAMP:{}T000000Z", compact(as_of)));
        text.line(&format!("SEQUENCE:{}", as_of.ordinal().max(0)));
        text.line(&format!("DTSTART;VALUE=DATE:{}", compact(event.date)));
        text.line(&format!("DTEND;VALUE=DATE:{}", compact(event.date.plus_days(1))));
        text.line(&format!("SUMMARY:{}", escaped(&event.summary)));
        text.line(&format!("DESCRIPTION:{}", escaped(&event.description)));
        text.line(&format!("CATEGORIES:{},{}", escaped(&event.team), event.kind));
        text.line(if event.cancelled { "STATUS:CANCELLED" } else { "STATUS:CONFIRMED" });
        // Nobody is busy all day because something is due.
        text.line("TRANSP:TRANSPARENT");
        text.line("END:VEVENT");
    }
    text.line("END:VCALENDAR");
    text.0
}

fn events(extract: &Extract<'_>) -> Vec<Event> {
    let mut events = Vec::new();
    for ask in extract.asks() {
        let state = extract.organisation().ask_state(ask);
        let settled = match state {
            AskState::Landed { since } => Some(since),
            AskState::Served { on } | AskState::Withdrawn { on } => Some(on),
            _ => None,
        };
        events.extend(wanted(extract, ask, settled.is_some()));
        // What the asked team wants of others is its own calendar; when its asker must decide is the asker's.
        let own = !matches!(extract.view(), super::View::Team(team) if ask.id.team() != team);
        if own {
            events.extend(decide_by(extract, ask, settled));
            events.extend(ask.fallbacks.iter().filter_map(|it| expiry(extract, ask, it)));
        }
    }
    events.extend(extract.outcomes().filter_map(|it| due(extract, it)));
    events.sort_by(|a, b| (a.date, a.kind, &a.about).cmp(&(b.date, b.kind, &b.about)));
    events
}

fn wanted(extract: &Extract<'_>, ask: &Ask, settled: bool) -> Option<Event> {
    let mut description = format!("{} asked {} for: {}", ask.id.team(), ask.to, ask.what);
    let _ = write!(
        description,
        "\nState: {} ({}).",
        extract.organisation().ask_state(ask).word(),
        extract.state_source(ask)
    );
    if let Some(odds) = extract.ask_figures(&ask.id).and_then(|it| it.odds.as_ref()) {
        let _ = write!(
            description,
            "\nLands by {} in half of the cases, by {} in eight of ten ({}).",
            super::or_never(odds.p50),
            super::or_never(odds.p80),
            odds.source
        );
    }
    let source = format!("stated by {}", ask.id.team());
    Some(Event {
        kind: "wanted",
        about: ask.id.to_string(),
        date: ask.wanted?,
        cancelled: settled,
        summary: format!("Wanted from {}: {}", ask.to, ask.what),
        description: with_source(extract, &description, &source),
        team: ask.id.team().to_string(),
    })
}

fn decide_by(extract: &Extract<'_>, ask: &Ask, settled: Option<Date>) -> Option<Event> {
    let found = extract.ask_figures(&ask.id).and_then(|it| it.decide_by.as_ref());
    // Decided: what was asked for is there, or a fallback has begun.
    let taken = ask.fallbacks.iter().filter_map(|it| it.taken.or(it.live)).min();
    let (date, cancelled, source) = match (found, settled.or(taken)) {
        (Some(found), None) => (found.value, false, found.source.as_str()),
        (_, Some(on)) => (on, true, "record: the day on which it was settled"),
        (None, None) => return None,
    };
    let fallback = extract.organisation().first_self_reliant(ask).and_then(|place| ask.fallbacks.get(place));
    let mut description = format!("{} asked {} for: {}", ask.id.team(), ask.to, ask.what);
    if let Some(fallback) = fallback {
        let _ = write!(description, "\nFallback: {}", fallback.name());
        if let Some(create) = &fallback.create {
            let _ = write!(description, ", {create} to make (stated by {})", ask.id.team());
        }
        description.push('.');
    }
    Some(Event {
        kind: "decide-by",
        about: ask.id.to_string(),
        date,
        cancelled,
        summary: format!("Decide by: {}", ask.what),
        description: with_source(extract, &description, source),
        team: ask.id.team().to_string(),
    })
}

fn expiry(extract: &Extract<'_>, ask: &Ask, fallback: &Fallback) -> Option<Event> {
    let begun = fallback.taken.or(fallback.live).is_some();
    let over = fallback.migrated.is_some() || fallback.stopped.is_some();
    // The expiry of a fallback that nobody has taken is no day to remember.
    let date = fallback.expires.filter(|_| begun)?;
    let mut description =
        format!("{} took it because {} had not delivered: {}", ask.id.team(), ask.to, ask.what);
    if let Some(migrate) = &fallback.migrate {
        let _ = write!(description, "\nLeaving it takes {migrate} (stated by {}).", ask.id.team());
    }
    Some(Event {
        kind: "expires",
        about: format!("{}/{}", ask.id, fallback.id),
        date,
        cancelled: over,
        summary: format!("Expires: {}", fallback.name()),
        description: with_source(extract, &description, &format!("stated by {}", ask.id.team())),
        team: ask.id.team().to_string(),
    })
}

fn due(extract: &Extract<'_>, outcome: &Outcome) -> Option<Event> {
    let due = extract.due(outcome)?;
    let mut description = format!("Outcome {} of plan {}.", outcome.id, outcome.plan);
    if let Some(worth) = extract.worth(outcome) {
        let value = kedge_model::Money::new(worth.value);
        let _ = write!(description, "\nWorth {} a week ({}).", value.rounded(), worth.source);
    }
    if let Some(figures) = extract.outcome_figures(&outcome.id) {
        let _ = write!(description, "\nStands at {} with no ask landing (exact).", figures.stands);
        if let Some(live) = &figures.live {
            let chance = live.value.on_time.map(|chance| format!(", on time in {}", super::percent(chance)));
            let _ = write!(
                description,
                "\nLive by {} in half of the cases, by {} in eight of ten{} ({}).",
                super::or_never(live.value.p50),
                super::or_never(live.value.p80),
                chance.unwrap_or_default(),
                live.source
            );
        }
    }
    Some(Event {
        kind: "due",
        about: outcome.id.to_string(),
        date: due.value,
        cancelled: outcome.live.is_some() || outcome.dropped.is_some(),
        summary: format!("Due: {}", outcome.name()),
        description: with_source(extract, &description, &due.source),
        team: outcome.id.team().to_string(),
    })
}

fn with_source(extract: &Extract<'_>, description: &str, source: &str) -> String {
    format!("{description}\nDate: {source}.\nAs of {}.", extract.as_of())
}

/// `20261210`; years outside 0 to 9999 have no form in RFC 5545 and do not come up in plans.
fn compact(date: Date) -> String {
    format!("{:04}{:02}{:02}", date.year(), date.month(), date.day())
}

/// A text value (RFC 5545, section 3.3.11). Control characters other than a line's end have no place in one.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => safe.push_str("\\\\"),
            ';' => safe.push_str("\\;"),
            ',' => safe.push_str("\\,"),
            '\n' => safe.push_str("\\n"),
            '\r' => {
                letters.next_if_eq(&'\n');
                safe.push_str("\\n");
            }
            '\t' => safe.push('\t'),
            letter if letter.is_control() => {}
            letter => safe.push(letter),
        }
    }
    safe
}

/// Content lines, folded.
#[derive(Default)]
struct Lines(String);

impl Lines {
    /// A content line: what is longer than 75 octets goes on in the next line after a blank, never inside a letter.
    fn line(&mut self, line: &str) {
        let mut room = LONGEST;
        for letter in line.chars() {
            if letter.len_utf8() > room {
                self.0.push_str("\r\n ");
                room = LONGEST - 1;
            }
            room -= letter.len_utf8();
            self.0.push(letter);
        }
        self.0.push_str("\r\n");
    }
}
