//! From texts to a report, as the command does it.
#![allow(dead_code, clippy::unwrap_used)]

mod evidence;

use kedge_check::{Answers, EXAMPLES_AS_OF, Need, Report, RuleDoc, Sheet, Texts, check};
use kedge_files::{SourceText, Sources, read};
use kedge_forecast::{Forecast, Options, forecast};
use kedge_model::{CodeEvidence, Date, Organisation};
use std::path::Path;

/// A report, and the texts it speaks of.
pub(crate) struct Checked {
    pub(crate) report: Report,
    pub(crate) sources: Sources,
}

impl Texts for Checked {
    fn text(&self, file: &str) -> Option<&str> {
        self.sources.text(file)
    }
}

pub(crate) fn as_of() -> Date {
    EXAMPLES_AS_OF.parse().unwrap()
}

/// Few trials: the examples are decided by weeks, not by hours.
pub(crate) fn quick_forecast(organisation: &Organisation) -> Forecast {
    forecast(organisation, &Options::on(as_of()).with_trials(400, 200))
}

/// The files of the plan language below a folder.
pub(crate) fn folder(root: &Path) -> Vec<SourceText> {
    let loaded = kedge_files::load_folder(root).unwrap();
    let text = |path: &str| loaded.sources.text(path).unwrap().to_owned();
    loaded.sources.files().map(|path| SourceText { path: path.into(), text: text(path) }).collect()
}

/// The structural rules on another day than that of the examples.
pub(crate) fn check_files_on(files: Vec<SourceText>, day: &str) -> Report {
    let loaded = read(files, None).unwrap();
    let day = day.parse().unwrap();
    let standing = kedge_floor::standing(&loaded.organisation, day);
    check(&Answers::new(&loaded.organisation, day, &standing), &loaded.notes, &loaded.sources)
}

pub(crate) fn check_files(files: Vec<SourceText>, timing: bool) -> Checked {
    check_with(files, timing, None)
}

/// With what a survey found, as the documentation writes it: JSON of [`CodeEvidence`].
pub(crate) fn check_surveyed(files: &[(&str, &str)], survey: &str) -> Checked {
    let files =
        files.iter().map(|(path, text)| SourceText { path: (*path).into(), text: (*text).into() }).collect();
    check_with(files, false, Some(&evidence::read(survey)))
}

fn check_with(files: Vec<SourceText>, timing: bool, evidence: Option<&CodeEvidence>) -> Checked {
    match read(files, None) {
        Ok(loaded) => {
            let standing = kedge_floor::standing(&loaded.organisation, as_of());
            let timing = timing.then(|| quick_forecast(&loaded.organisation));
            let ledger = kedge_decide::ledger(&loaded.organisation, as_of());
            let mut answers = Answers::new(&loaded.organisation, as_of(), &standing).with_ledger(&ledger);
            if let Some(timing) = &timing {
                answers = answers.with_forecast(timing);
            }
            if let Some(evidence) = evidence {
                answers = answers.with_evidence(evidence);
            }
            Checked { report: check(&answers, &loaded.notes, &loaded.sources), sources: loaded.sources }
        }
        Err(failed) => {
            Checked { report: Report::of_reading(&failed.findings, &failed.sources), sources: failed.sources }
        }
    }
}

pub(crate) fn check_sheets(rule: &RuleDoc, sheets: &[Sheet]) -> Checked {
    let (surveys, files): (Vec<&Sheet>, Vec<&Sheet>) =
        sheets.iter().partition(|sheet| sheet.path == "survey.json");
    let files =
        files.iter().map(|sheet| SourceText { path: sheet.path.into(), text: sheet.text.into() }).collect();
    let survey = surveys.first().map(|sheet| evidence::read(sheet.text));
    check_with(files, rule.needs.contains(&Need::Timing), survey.as_ref())
}

pub(crate) fn check_text(files: &[(&str, &str)]) -> Checked {
    let files =
        files.iter().map(|(path, text)| SourceText { path: (*path).into(), text: (*text).into() }).collect();
    check_files(files, false)
}
