//! What the rules are counted on, and the count.
#![allow(dead_code, clippy::unwrap_used)]

pub(crate) mod clean;
pub(crate) mod imports;

use kedge_check::{Answers, RULES, Report, check};
use kedge_exchange::{SourceFile, rust_goals};
use kedge_files::{SourceText, Sources, read};
use kedge_forecast::{Options, forecast};
use kedge_model::{Change, Date, Finding, Locate, Organisation, Scope, Settings};
use std::fmt::Write;
use std::path::Path;

/// What every rule has to say about an organisation on a day, those that read the forecast included.
pub(crate) fn report(
    organisation: &Organisation,
    notes: &[Finding],
    files: &dyn Locate,
    as_of: Date,
) -> Report {
    let standing = kedge_floor::standing(organisation, as_of);
    let ledger = kedge_decide::ledger(organisation, as_of);
    // Few trials: what is told is decided by weeks, not by hours.
    let timing = forecast(organisation, &Options::on(as_of).with_trials(400, 200));
    let answers = Answers::new(organisation, as_of, &standing).with_ledger(&ledger).with_forecast(&timing);
    check(&answers, notes, files)
}

/// The same of texts in the plan language.
pub(crate) fn report_on_texts(files: Vec<SourceText>, as_of: Date) -> Report {
    match read(files, None) {
        Ok(loaded) => report(&loaded.organisation, &loaded.notes, &loaded.sources, as_of),
        Err(failed) => Report::of_reading(&failed.findings, &failed.sources),
    }
}

/// How often each rule fires on each input: a line a rule, in their order, so that a new rule is a new line.
pub(crate) fn table(inputs: &[(&str, &Report)]) -> String {
    let mut out = String::new();
    let width = RULES.iter().map(|rule| rule.doc.name.len()).max().unwrap_or(0);
    let _ = write!(out, "{:width$}", "", width = width + 5);
    for (name, _) in inputs {
        let _ = write!(out, "  {name}");
    }
    out.push('\n');
    for rule in RULES {
        let _ = write!(out, "{} {:width$}", rule.doc.code, rule.doc.name);
        for (name, report) in inputs {
            let fired = report.findings.iter().filter(|finding| finding.code == rule.doc.code).count();
            let not_run = report.not_run.iter().any(|it| it.code == rule.doc.code);
            let count = if not_run { "not run".to_owned() } else { fired.to_string() };
            let _ = write!(out, "  {count:>width$}", width = name.len());
        }
        out.push('\n');
    }
    out
}

/// Every file of the example.
pub(crate) fn harbour() -> Vec<SourceText> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/harbour"));
    let mut files = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "toml") {
                let text = std::fs::read_to_string(&path).unwrap();
                let path = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
                files.push(SourceText { path, text });
            }
        }
    }
    files
}

const SHARED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");

/// The Rust project's goals of one period, `2026`, with the list of its teams, as an import makes them.
pub(crate) fn rust_goals_of(period: &str) -> Organisation {
    let goals = sources(&format!("rust-project-goals/{period}"), period, "md");
    assert!(!goals.is_empty(), "the goals of {period} are not in {SHARED}");
    let mut teams = sources("rust-team/teams", "teams", "toml");
    teams.extend(sources("rust-team/teams/archive", "teams/archive", "toml"));
    let draft = rust_goals::draft(&goals, &teams);
    let settings = Settings { name: rust_goals::ORGANISATION.to_owned(), ..Settings::default() };
    let facts = draft.changes.iter().filter_map(|change| match change {
        Change::Put(fact) => Some(fact.clone()),
        Change::Remove(_) => None,
    });
    Organisation::build(Scope::Whole, std::iter::once(settings.into()).chain(facts).collect()).unwrap()
}

fn sources(folder: &str, name: &str, ending: &str) -> Vec<SourceFile> {
    let Ok(entries) = std::fs::read_dir(Path::new(SHARED).join(folder)) else { return Vec::new() };
    let paths = entries.flatten().map(|entry| entry.path());
    let mut files: Vec<SourceFile> = paths
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            SourceFile::new(format!("{name}/{}", path.file_name().unwrap().to_string_lossy()), text)
        })
        .collect();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

/// Real data: plans that somebody wrote for ends of their own, as an import makes them, looked at from a day.
pub(crate) struct Real {
    /// Its name in the table of where rules were tried.
    pub(crate) name: &'static str,
    /// Its name in the table of counts.
    pub(crate) short: &'static str,
    /// The day from which it is looked at.
    pub(crate) as_of: &'static str,
    /// How it is read.
    pub(crate) read: fn() -> Organisation,
}

impl Real {
    pub(crate) fn report(&self) -> Report {
        report(&(self.read)(), &[], &Sources::default(), self.as_of.parse().unwrap())
    }
}

/// Every set of real data that there is. Two of them are looked at while their period lasts, and one again when it is over.
pub(crate) const REAL: [Real; 3] = [
    Real {
        name: "the Rust project's goals of 2025H2",
        short: "goals of 2025H2",
        as_of: "2025-10-01",
        read: || rust_goals_of("2025h2"),
    },
    Real {
        name: "the Rust project's goals of 2025H2",
        short: "the same, when over",
        as_of: "2026-02-02",
        read: || rust_goals_of("2025h2"),
    },
    Real {
        name: "the Rust project's goals of 2026",
        short: "goals of 2026",
        as_of: "2026-06-01",
        read: || rust_goals_of("2026"),
    },
];

/// The text of one goal, `2026/bf16.md`.
pub(crate) fn goal(path: &str) -> String {
    std::fs::read_to_string(Path::new(SHARED).join("rust-project-goals").join(path)).unwrap()
}
