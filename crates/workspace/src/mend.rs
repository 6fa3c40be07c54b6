//! The fixes that are safe to make, made: in memory until all of them are found, then written in one step that can be undone.

use crate::workspace::{RecordError, Recorded, Workspace};
use kedge_check::{Report, Reported, safe_changes};
use kedge_files::{Edit, Loaded, Overlay, SourceText, Sources, apply};
use kedge_model::{Change, Date, Finding, Scope, Severity};
use std::collections::BTreeMap;
use std::sync::Arc;
use toml_parser::lexer::TokenKind;

/// What can be mended safely.
#[derive(Debug)]
pub struct Mended {
    /// The files, before and after; empty where nothing can be mended.
    pub edits: Vec<Edit>,
    /// What is mended by that.
    pub findings: Vec<Arc<Reported>>,
    /// What counts afterwards.
    pub left: Report,
}

/// Rounds after which nothing more is sought: mending a value makes a plan that can be read, which may have a silence that
/// does nothing, and no more than that follows.
const ROUNDS: usize = 4;

/// Files as they would be.
struct State {
    texts: BTreeMap<String, String>,
    read: Result<Box<Loaded>, Box<kedge_files::Failed>>,
    report: Report,
}

impl Workspace {
    /// What `--fix` would mend, without writing it: safe fixes only, each file whole or not at all, and only where the
    /// finding is gone afterwards and no other has come.
    pub fn mendable(&self) -> Mended {
        let snapshot = self.snapshot();
        let sources = match (&snapshot.trouble, &snapshot.answers) {
            (Some(trouble), _) => &trouble.sources,
            (None, Some(answers)) => &answers.sources,
            (None, None) => &Sources::default(),
        };
        let texts: BTreeMap<String, String> = sources
            .files()
            .filter_map(|file| Some((file.to_owned(), sources.text(file)?.to_owned())))
            .collect();
        let mut now = self.state(texts.clone());
        let mut findings = Vec::new();
        for _ in 0..ROUNDS {
            let overlay = match &now.read {
                Ok(loaded) => changed(loaded, &now.report),
                Err(failed) => replaced(&failed.findings, &failed.sources),
            };
            let Some(better) = self.better(&now, &overlay) else { break };
            findings.extend(now.report.since(&better.report, "").findings);
            now = better;
        }
        let edits = now.texts.iter().filter(|(path, text)| texts.get(*path) != Some(text));
        let edits = edits
            .map(|(path, text)| Edit {
                path: path.clone(),
                before: texts.get(path).cloned(),
                after: Some(text.clone()),
            })
            .collect();
        Mended { edits, findings, left: now.report }
    }

    /// Mends what can be mended safely, in one step that can be undone.
    ///
    /// # Errors
    /// When a file was changed meanwhile, or the disk refuses. Then nothing has changed.
    pub fn mend(&self) -> Result<(Mended, Option<Recorded>), RecordError> {
        let mended = self.mendable();
        if mended.edits.is_empty() {
            return Ok((mended, None));
        }
        let what = match mended.findings.len() {
            1 => "check --fix mended one finding".to_owned(),
            number => format!("check --fix mended {number} findings"),
        };
        let recorded = self.write_mended(&what, mended.edits.clone())?;
        Ok((mended, Some(recorded)))
    }

    /// The state with all these texts, or else with those of them that each by itself make it better.
    fn better(&self, now: &State, overlay: &Overlay) -> Option<State> {
        if overlay.is_empty() {
            return None;
        }
        let with = |state: &State, texts: &mut dyn Iterator<Item = (&String, &String)>| {
            let mut all = state.texts.clone();
            all.extend(texts.map(|(path, text)| (path.clone(), text.clone())));
            self.state(all)
        };
        let all = with(now, &mut overlay.iter());
        if is_better(now, &all) {
            return Some(all);
        }
        let mut best: Option<State> = None;
        for one in overlay {
            let from = best.as_ref().unwrap_or(now);
            let next = with(from, &mut std::iter::once(one));
            if is_better(from, &next) {
                best = Some(next);
            }
        }
        best
    }

    fn state(&self, texts: BTreeMap<String, String>) -> State {
        let files = texts.iter().map(|(path, text)| SourceText { path: path.clone(), text: text.clone() });
        let scope = self.path().is_file().then_some(Scope::Partial);
        match kedge_files::read(files.collect(), scope) {
            Ok(loaded) => {
                let as_of = self.today(&loaded.organisation.settings().time_zone);
                let report = structure_report(&loaded, as_of);
                State { texts, read: Ok(Box::new(loaded)), report }
            }
            Err(failed) => {
                let report = Report::of_reading(&failed.findings, &failed.sources);
                State { texts, read: Err(Box::new(failed)), report }
            }
        }
    }
}

fn structure_report(loaded: &Loaded, as_of: Date) -> Report {
    let known = loaded.organisation.known_on(as_of);
    let standing = kedge_floor::standing_as_known(&known, as_of);
    let ledger = kedge_decide::ledger_as_known(&known, as_of);
    let answers =
        kedge_check::Answers::with_known(&loaded.organisation, &known, as_of, &standing).with_ledger(&ledger);
    kedge_check::check(&answers, &loaded.notes, &loaded.sources)
}

/// Whether something is gone and nothing has come. Once files can be read that could not be, rules run for the first time:
/// what they find was there before.
fn is_better(before: &State, after: &State) -> bool {
    let come = after.report.since(&before.report, "").findings;
    let gone = !before.report.since(&after.report, "").findings.is_empty();
    let readable_at_last = before.read.is_err() && after.read.is_ok();
    gone && (come.is_empty() || readable_at_last)
}

/// The texts with what is safe to change changed: all at once, or one by one where that cannot be written.
fn changed(loaded: &Loaded, report: &Report) -> Overlay {
    let changes = safe_changes(&loaded.organisation, report.findings.iter().map(AsRef::as_ref));
    let written = |changes: &[Change]| {
        let edits = apply(&loaded.sources, changes).ok()?;
        let safe = loaded.organisation.with(changes).is_ok() && edits.iter().all(keeps_comments);
        safe.then_some(edits)
    };
    let edits = written(&changes).unwrap_or_else(|| {
        let mut taken: Vec<Change> = Vec::new();
        for change in changes {
            taken.push(change);
            if written(&taken).is_none() {
                taken.pop();
            }
        }
        written(&taken).unwrap_or_default()
    });
    edits.into_iter().filter_map(|edit| Some((edit.path, edit.after?))).collect()
}

/// Whether no comment goes with what is taken out: somebody wrote it, and may have meant it for more than that line.
fn keeps_comments(edit: &Edit) -> bool {
    let [before, after] =
        [&edit.before, &edit.after].map(|text| comments(text.as_deref().unwrap_or_default()));
    before == after
}

fn comments(text: &str) -> Vec<&str> {
    let tokens = toml_parser::Source::new(text).lex();
    tokens
        .filter(|token| token.kind() == TokenKind::Comment)
        .filter_map(|token| text.get(token.span().start()..token.span().end()))
        .collect()
}

/// The texts with every safe replacement written over its place.
fn replaced(findings: &[Finding], sources: &Sources) -> Overlay {
    let mut by_file: BTreeMap<String, Vec<(std::ops::Range<usize>, String)>> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.severity == Severity::Error) {
        let replacement = finding.fix.as_ref().and_then(|fix| fix.replacement.clone());
        let (Some(replacement), Some(place)) = (replacement, finding.place(sources)) else { continue };
        let range = sources.text(&place.file).and_then(|text| kedge_files::range(text, &place));
        if let Some(range) = range {
            by_file.entry(place.file.to_string()).or_default().push((range, replacement));
        }
    }
    let mended = by_file.into_iter().filter_map(|(file, mut stretches)| {
        let mut text = sources.text(&file)?.to_owned();
        stretches.sort_by_key(|(range, _)| range.start);
        stretches.dedup_by(|later, earlier| later.0.start < earlier.0.end);
        for (range, with) in stretches.into_iter().rev() {
            text.replace_range(range, &with);
        }
        Some((file, text))
    });
    mended.collect()
}
