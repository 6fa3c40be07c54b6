//! Tables and calendars are read back by Python: its own `csv`, and the package `icalendar`. `scripts/peers` sets that up,
//! and `scripts/test` leaves this out, and says so, where it cannot.
#![allow(clippy::unwrap_used)]

mod sample;

use kedge_exchange::export::{View, csv, icalendar};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Reads lists of tables and calendars, and prints what is in them.
const READER: &str = r"
import csv, io, json, sys
import icalendar
given = json.load(open(sys.argv[1], encoding='utf-8'))
tables = [[row['what'] for row in csv.DictReader(io.StringIO(text, newline=''))] for text in given['tables']]
calendars = []
for text in given['calendars']:
    calendar = icalendar.Calendar.from_ical(text)
    events = [dict(uid=str(it['UID']), summary=str(it['SUMMARY']), start=it.decoded('DTSTART').isoformat(),
                   end=it.decoded('DTEND').isoformat(), sequence=it.decoded('SEQUENCE'), status=str(it['STATUS']),
                   errors=len(it.errors))
              for it in calendar.walk('VEVENT')]
    calendars.append(events)
json.dump(dict(tables=tables, calendars=calendars), open(sys.argv[2], 'w', encoding='utf-8'))
";

#[derive(serde::Deserialize)]
struct Read {
    tables: Vec<Vec<String>>,
    calendars: Vec<Vec<Event>>,
}

#[derive(Debug, serde::Deserialize)]
struct Event {
    uid: String,
    summary: String,
    start: String,
    end: String,
    sequence: i64,
    status: String,
    errors: usize,
}

fn python() -> PathBuf {
    let made = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/peers/bin/python");
    let python = std::env::var_os("KEDGE_PEERS_PYTHON").map_or(made, PathBuf::from);
    assert!(python.exists(), "the Python for comparisons is not there: run scripts/peers first");
    python
}

#[test]
fn python_reads_every_text_as_it_was_written() {
    let texts = sample::many_texts(150);
    let (mut tables, mut calendars) = (Vec::new(), Vec::new());
    for texts in &texts {
        let organisation = sample::organisation(texts);
        tables.push(csv::table(&sample::extract(&organisation, View::Whole), csv::Table::Asks));
        calendars.push(icalendar::calendar(&sample::extract(&organisation, sample::team("ours"))));
    }
    let work = tempfile::tempdir().unwrap();
    let (input, output) = (work.path().join("exports.json"), work.path().join("read.json"));
    let given = serde_json::json!({ "tables": tables, "calendars": calendars });
    std::fs::write(&input, given.to_string()).unwrap();
    let ran = Command::new(python()).args(["-c", READER]).args([&input, &output]).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let read: Read = serde_json::from_str(&std::fs::read_to_string(&output).unwrap()).unwrap();
    for (texts, cells) in texts.iter().zip(&read.tables) {
        assert_eq!(cells.len(), 2);
        for cell in cells {
            assert_eq!(csv::unguarded(cell), texts[2]);
        }
    }
    for (texts, events) in texts.iter().zip(&read.calendars) {
        let find = |uid: &str| {
            let found = events.iter().find(|it| it.uid.starts_with(uid));
            found.unwrap_or_else(|| panic!("{uid} is not in {events:?}"))
        };
        let due = find("due/ours/outcome@");
        assert_eq!(due.summary, format!("Due: {}", sample::without_controls(&texts[1], "\n")));
        assert_eq!((due.start.as_str(), due.end.as_str()), ("2026-12-10", "2026-12-11"));
        assert_eq!((due.sequence, due.status.as_str()), (20_740, "CONFIRMED"));
        // A hack is live: there is nothing left to decide.
        assert_eq!(find("decide-by/ours/hacked@").status, "CANCELLED");
        assert_eq!(find("decide-by/ours/bare@").start, "2026-11-02");
        assert!(events.iter().all(|it| it.errors == 0), "{events:?}");
    }
}
