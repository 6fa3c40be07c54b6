//! How long the structural rules take on 1,000 teams, 50,000 work items and 10,000 asks with thousands of findings.
//!
//! Prints `check.whole_ms`: from the organisation in memory to the report, that is, what was known on the day, what stands,
//! every rule that needs no forecast, each finding with its place, severities, silences, in order. And `check.vs_parse`:
//! that over the time to read the same files, which are in memory too, into an organisation. Medians of several runs, each
//! of both, one after the other, so that what else runs on the machine slows both.
//!
//! Prints `check.edit_ms`: from the edited text of one team's file in memory to the new report, whole and in order, as a
//! language server has it on each keystroke: that file read, the organisation after it, what stands, the rules, the places.
//! Nothing is left out, but for the file's way from the disk. The median over edits of several kinds, and beside it each
//! kind's own.
//! `cargo bench -p kedge-check --bench check`
#![allow(clippy::unwrap_used)]

#[path = "../../files/benches/large/mod.rs"]
#[allow(dead_code)] // Pairs are timed here, not one thing alone.
mod large;

use kedge_check::{Answers, Checked, EXAMPLES_AS_OF, Report, check};
use kedge_files::{Loaded, Reader, SourceText, read};
use kedge_floor::{ByTeam, standing_as_known};
use kedge_model::{Date, Organisation};
use large::{PLANS, TEAMS, WORK, files};
use std::time::Instant;

/// As in the `kedge` command.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Each is a pair of reading and checking.
const RUNS: usize = 9;
/// Of each kind; every one in another team's file.
const EDITS: usize = 15;

fn main() {
    let files = files();
    let as_of: Date = EXAMPLES_AS_OF.parse().unwrap();
    drop(report(&read(files.clone(), None).unwrap(), as_of));
    let (mut parse, mut whole, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let texts = files.clone();
        let start = Instant::now();
        let loaded = read(texts, None).unwrap();
        let read = start.elapsed().as_secs_f64() * 1e3;
        let start = Instant::now();
        let report = report(&loaded, as_of);
        let checked = start.elapsed().as_secs_f64() * 1e3;
        drop((report, loaded));
        parse.push(read);
        whole.push(checked);
        ratios.push(checked / read);
    }
    let loaded = read(files.clone(), None).unwrap();
    assert_eq!(loaded.organisation.work().len(), TEAMS * PLANS * WORK);
    assert_eq!(loaded.organisation.asks().len(), TEAMS * PLANS * 2);
    let summary = report(&loaded, as_of).summary;
    eprintln!(
        "{} warnings and {} notes; reading takes {:.0} ms, the quickest of {RUNS} checks {:.0} ms",
        summary.warnings,
        summary.notes,
        median(&mut parse),
        whole.iter().copied().fold(f64::INFINITY, f64::min),
    );
    let mut edits = edits(&files, as_of);
    println!("check.whole_ms {:.0} ms", median(&mut whole));
    println!("check.edit_ms {:.1} ms", median(&mut edits));
    println!("check.vs_parse {:.2} ratio", median(&mut ratios));
}

fn median(of: &mut [f64]) -> f64 {
    of.sort_by(f64::total_cmp);
    of[of.len() / 2]
}

fn report(loaded: &Loaded, as_of: Date) -> Report {
    let known = loaded.organisation.known_on(as_of);
    let standing = standing_as_known(&known, as_of);
    let answers = Answers::with_known(&loaded.organisation, &known, as_of, &standing);
    check(&answers, &loaded.notes, &loaded.sources)
}

/// The last check, and what it was made from.
struct Last {
    written: Organisation,
    known: Organisation,
    standing: ByTeam,
    checked: Checked,
}

impl Last {
    fn first(loaded: &Loaded, as_of: Date) -> Self {
        let written = loaded.organisation.clone();
        let known = written.known_on(as_of);
        let standing = ByTeam::of(&known);
        let answers = Answers::by_team(&written, &known, as_of, &standing);
        let (checked, _) = Checked::new(&answers, &loaded.notes, &loaded.sources);
        Self { written, known, standing, checked }
    }

    fn again(&self, loaded: &Loaded, as_of: Date) -> (Self, Report) {
        let written = loaded.organisation.clone();
        let known = written.known_on_after(as_of, Some((&self.written, &self.known)));
        let reached = written.reached_since(&self.written);
        let standing = self.standing.again(&known, reached.as_ref());
        let answers = Answers::by_team(&written, &known, as_of, &standing);
        let (checked, report) = self.checked.again(&answers, &loaded.notes, &loaded.sources);
        (Self { written, known, standing, checked }, report)
    }
}

/// What people change: each a name, the file of a team that it changes, and how.
type Kind = (&'static str, fn(usize) -> String, fn(&str) -> String);

const KINDS: &[Kind] = &[
    ("an effort", plan, |text| text.replacen("w, rarely over ", "w, rarely over 1", 1)),
    ("a title", plan, |text| text.replacen("What customers get", "Parcels at the door by noon", 1)),
    ("a remark on top", plan, |text| format!("# A remark.\n{text}")),
    ("whom an ask is to", plan, to_another),
    ("a fallback gone", plan, |text| text[..text.rfind("[[ask.").unwrap()].to_owned()),
    ("an outcome live", plan, |text| text.replacen("due   ", "live        = 2026-10-01\ndue   ", 1)),
    ("an answer", answers, |text| text.replacen("committed\"\nby   = 2026-11-20", "declined\"", 1)),
    ("a turnaround", profile, |text| text.replacen("\"5d\"", "\"20d\"", 1)),
];

/// The first ask of the file goes to another team.
fn to_another(text: &str) -> String {
    let number = |from: usize| text[from..from + 4].parse::<usize>().unwrap();
    let own = number(text.find("\"team-").unwrap() + 6);
    let at = text.find("to     = \"team-").unwrap() + 15;
    let other = [1, 2].map(|more| (number(at) + more) % TEAMS).into_iter().find(|it| *it != own).unwrap();
    format!("{}{other:04}{}", &text[..at], &text[at + 4..])
}

fn plan(team: usize) -> String {
    format!("team-{team:04}/plan-2.kedge.toml")
}

fn answers(team: usize) -> String {
    format!("team-{team:04}/answers.kedge.toml")
}

fn profile(team: usize) -> String {
    format!("team-{team:04}/team.kedge.toml")
}

/// Milliseconds of many edits, each taken back before the next.
fn edits(files: &[SourceText], as_of: Date) -> Vec<f64> {
    let mut reader = Reader::new(files.to_vec(), None, Vec::new());
    let mut last = Last::first(&reader.loaded().unwrap(), as_of);
    let text_of = |path: &str| files.iter().find(|file| file.path == path).unwrap().text.clone();
    let mut shown = None;
    let mut all = Vec::new();
    for (at, (name, path, change)) in KINDS.iter().enumerate() {
        let mut times: Vec<f64> = Vec::new();
        for run in 0..EDITS {
            let path = path((run * 61 + at * 7 + 5) % TEAMS);
            let before = text_of(&path);
            let after = change(&before);
            assert_ne!(before, after, "{name}");
            for text in [after, before] {
                let start = Instant::now();
                reader.edit(&path, Some(text));
                let loaded = reader.loaded().unwrap();
                let (now, report) = last.again(&loaded, as_of);
                // What was there before goes on the clock too.
                last = now;
                shown = Some(report);
                times.push(start.elapsed().as_secs_f64() * 1e3);
            }
        }
        let found = median(&mut times);
        eprintln!(
            "{found:6.1} ms  after {name}; the slowest of {} {:.1} ms",
            times.len(),
            times[times.len() - 1]
        );
        all.extend(times);
    }
    assert_eq!(shown, Some(report(&reader.loaded().unwrap(), as_of)), "the same as of everything");
    all
}
