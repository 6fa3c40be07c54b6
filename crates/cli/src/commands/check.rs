//! `kedge check`: what in these plans another team can stop.

use super::Session;
use crate::failure::{Exit, Failure};
use crate::terminal::Terminal;
use crate::terminal::{say, say_part};
use kedge_check::{Report, Style, Texts, human};
use kedge_files::Sources;
use kedge_workspace::Trouble;

/// Prints the report; any error makes the exit code 1.
pub(crate) fn run(session: &Session, fast: bool, silenced: bool) -> Result<Exit, Failure> {
    let snapshot = session.workspace.snapshot();
    if let Some(trouble) = &snapshot.trouble {
        if session.json {
            say!("{}", kedge_check::json(&Report::of_reading(&trouble.findings, &trouble.sources)));
        } else {
            say_part!("{}", trouble_text(trouble, session.terminal));
        }
        return Ok(Exit::Findings);
    }
    let answers = session.answers()?;
    let report = if fast {
        answers.structure_report()
    } else {
        session.terminal.while_running("forecasting", || answers.report())
    };
    if session.json {
        say!("{}", kedge_check::json(report));
    } else {
        say_part!("{}", human(report, &Lines(&answers.sources), style(session.terminal, silenced)));
    }
    Ok(if report.exit_code() == 0 { Exit::Fine } else { Exit::Findings })
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
