//! `kedge check`: what in these plans another team can stop.

use super::Session;
use crate::arguments::ReportFormat;
use crate::failure::{Exit, Failure};
use crate::terminal::{Terminal, Tone};
use crate::terminal::{say, say_part};
use kedge_check::{Report, Style, Texts, Within, human};
use kedge_files::Sources;
use kedge_workspace::{SinceError, Trouble};

/// Prints the report; any error makes the exit code 1.
pub(crate) fn run(
    session: &Session,
    fast: bool,
    silenced: bool,
    format: ReportFormat,
    since: Option<&str>,
) -> Result<Exit, Failure> {
    if format == ReportFormat::Human {
        tell_age(session);
    }
    let snapshot = session.workspace.snapshot();
    let (report, sources) = match (&snapshot.trouble, &snapshot.answers) {
        (Some(trouble), _) => (Report::of_reading(&trouble.findings, &trouble.sources), &trouble.sources),
        (None, Some(answers)) => {
            let terminal = session.terminal;
            let forecast = || terminal.while_running("forecasting", || answers.report());
            let report = if fast { answers.structure_report() } else { forecast() };
            (report.clone(), &answers.sources)
        }
        (None, None) => return Err(Failure::new("there are no plans to check")),
    };
    let report = match since {
        Some(revision) => {
            let before = || session.workspace.report_at(revision, fast);
            let before = session.terminal.while_running("checking the earlier plans", before);
            report.since(&before.map_err(since_failure)?, revision)
        }
        None => report,
    };
    let folder = session.workspace.within_repository();
    match format {
        ReportFormat::Human => {
            say_part!("{}", human(&report, &Lines(sources), style(session.terminal, silenced)));
            tell_fixable(session, &report);
        }
        ReportFormat::Json => say!("{}", kedge_check::json(&report)),
        ReportFormat::Sarif => say!("{}", kedge_check::sarif(&report, Within(&folder))),
        ReportFormat::Github => say_part!("{}", kedge_check::github(&report, Within(&folder))),
        ReportFormat::Junit => say_part!("{}", kedge_check::junit(&report, Within(&folder))),
    }
    Ok(if report.exit_code() == 0 { Exit::Fine } else { Exit::Findings })
}

/// What `--fix` would mend of this report, where that is anything.
fn tell_fixable(session: &Session, report: &Report) {
    if !report.findings.iter().any(|finding| kedge_check::may_be_mended(finding)) {
        return;
    }
    let mended = session.workspace.mendable().findings;
    let told = mended.iter().filter(|finding| report.findings.contains(finding)).count();
    if told > 0 {
        let next = format!("`kedge check --fix` mends {told} of these.");
        say!("{}", session.terminal.paint(Tone::Soft, next));
    }
}

fn since_failure(error: SinceError) -> Failure {
    let hint = match &error {
        SinceError::NoGit(_) => "`--since` asks git what the plans were: install it, or leave `--since` out",
        SinceError::NoRepository(_) => {
            "`--since` compares with a revision: run `git init`, or leave `--since` out"
        }
        SinceError::NoRevision { .. } => {
            "`git log --oneline` lists revisions; a shallow clone has only the last: fetch more, with `git fetch --unshallow`"
        }
        SinceError::NoPlans { .. } => "everything is new since then: leave `--since` out",
        SinceError::Git(_) => "`git fsck` says whether the repository is whole",
    };
    Failure::new(error).hint(hint)
}

/// Mends what is safe to mend, and shows it and what is left.
pub(crate) fn fix(session: &Session, dry_run: bool) -> Result<Exit, Failure> {
    let (mended, recorded) = if dry_run {
        (session.workspace.mendable(), None)
    } else {
        session.workspace.mend().map_err(Failure::new)?
    };
    let exit = if mended.left.exit_code() == 0 { Exit::Fine } else { Exit::Findings };
    if session.json {
        let files: Vec<_> = mended.edits.iter().map(super::edit_json).collect();
        super::print_json(&serde_json::json!({
            "mended": mended.findings,
            "written": recorded.is_some(),
            "files": files,
            "left": mended.left,
        }))?;
        return Ok(exit);
    }
    let terminal = session.terminal;
    if mended.edits.is_empty() {
        say!("Nothing here can be mended without asking somebody.");
    } else {
        let heading = if dry_run { "Would mend:" } else { "Mended:" };
        say!("{}", terminal.paint(Tone::Strong, heading));
        for finding in &mended.findings {
            let place = finding.place.as_ref().map(|place| format!("{place}: ")).unwrap_or_default();
            say!("  {place}{} {}", finding.code, finding.message);
        }
        super::print_edits(terminal, &mended.edits);
        if recorded.is_some_and(|recorded| recorded.undoable) {
            super::tell_undo(terminal, session.named.as_deref());
        }
    }
    let left = mended.left.summary;
    if left.errors + left.warnings + left.notes > 0 {
        let text = human(&mended.left, &(), Style::default());
        say!(
            "Left for people, as `kedge check --fast` lists it: {}",
            text.lines().last().unwrap_or_default()
        );
    }
    Ok(exit)
}

/// What of the files is not here, and how old it is: beside the report, so that a pipe gets the report alone.
fn tell_age(session: &Session) {
    let note = session.terminal.paint(Tone::Leans, "note:");
    let gathered = session.workspace.gathered();
    if let Some(oldest) = gathered.iter().filter_map(|source| source.age).min_by_key(|age| age.on) {
        let count = gathered.len();
        let sources = if count == 1 { "source was" } else { "sources were" };
        eprintln!(
            "{note} {count} {sources} gathered on {}, {}; `kedge gather` brings that up to date",
            oldest.on,
            oldest.words()
        );
    }
    if let Some(teams) = session.workspace.teams_here() {
        let names: Vec<String> = teams.iter().map(ToString::to_string).collect();
        let names = names.join(", ");
        if gathered.is_empty() {
            eprintln!("{note} {names} alone: the others' plans were not gathered yet; run `kedge gather`");
        } else {
            eprintln!("{note} only what concerns {names} is reported");
        }
    }
    let aside = session.workspace.left_aside();
    if !aside.is_empty() {
        eprintln!("{note} left aside, since others have errors in them: {}", aside.join(", "));
    }
}

/// What is wrong with files that cannot be read, for people.
pub(crate) fn trouble_text(trouble: &Trouble, terminal: Terminal) -> String {
    let report = Report::of_reading(&trouble.findings, &trouble.sources);
    human(&report, &Lines(&trouble.sources), style(terminal, false))
}

fn style(terminal: Terminal, silenced: bool) -> Style {
    Style { colours: terminal.colours(), silenced, width: usize::from(terminal.width()) }
}

/// The lines of the files, for the report to quote.
struct Lines<'a>(&'a Sources);

impl Texts for Lines<'_> {
    fn text(&self, file: &str) -> Option<&str> {
        self.0.text(file)
    }
}
