//! What the rules found: what counts, what is silenced, and which rules could not run.

use crate::rule::Need;
use crate::rules::explain;
use crate::since::Since;
use kedge_model::{Address, Code, Date, Finding, Fix, Locate, Place, Severity, Subject, TeamId};
use rayon::prelude::*;
use serde::Serialize;
use std::cmp::Ordering;
use std::sync::Arc;

/// What the rules have to say about an organisation, or about files that do not make one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The day from which it was looked at; `None` where the files could not be read.
    pub as_of: Option<Date>,
    /// How many of each.
    pub summary: Summary,
    /// What counts, by file, line and code; what is in no file first.
    pub findings: Vec<Arc<Reported>>,
    /// What is silenced, in the same order.
    pub silenced: Vec<Silenced>,
    /// Rules that did not run because an answer they need is not there, by code. Rules that policy has switched off are
    /// not among them.
    pub not_run: Vec<NotRun>,
    /// What became of earlier findings, where only what is new since then is reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Since>,
}

/// How many of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Summary {
    pub errors: usize,
    pub warnings: usize,
    pub notes: usize,
    pub silenced: usize,
    pub not_run: usize,
}

/// One finding, with its place and the severity that policy gives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reported {
    /// The rule.
    pub code: Code,
    /// The rule's name.
    pub rule: &'static str,
    /// How much it matters here.
    pub severity: Severity,
    /// What was found, in one sentence.
    pub message: String,
    /// Where it stands; `None` for what is in no file.
    #[serde(flatten)]
    pub place: Option<Place>,
    /// The fact that it is about, `ask checkout/reusable-token wanted`; `None` where only a place is known.
    pub about: Option<String>,
    /// The same, to look it up with.
    #[serde(skip)]
    pub address: Option<Address>,
    /// Who can mend it.
    pub team: Option<TeamId>,
    /// What to do.
    pub fix: Option<Fix>,
    /// Other places that take part.
    pub related: Vec<Related>,
}

/// Another place that takes part in a finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Related {
    /// Where; `None` for what is in no file.
    #[serde(flatten)]
    pub place: Option<Place>,
    /// How it takes part.
    pub message: String,
}

/// A finding that somebody silenced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Silenced {
    /// What was found.
    #[serde(flatten)]
    pub finding: Arc<Reported>,
    /// The reason given.
    pub why: String,
    /// The last day on which the silence holds.
    pub until: Option<Date>,
}

/// A rule that did not run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotRun {
    /// The rule.
    pub code: Code,
    /// Its name.
    pub rule: &'static str,
    /// The answers that it needs and that are not there.
    pub needs: Vec<Need>,
}

impl Report {
    pub(crate) fn new(
        as_of: Option<Date>,
        mut findings: Vec<Arc<Reported>>,
        mut silenced: Vec<Silenced>,
        not_run: Vec<NotRun>,
    ) -> Self {
        findings.par_sort_by(|one, other| one.compare(other));
        findings.dedup();
        silenced.sort_by(|one, other| one.finding.compare(&other.finding));
        let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
        let summary = Summary {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            notes: count(Severity::Note),
            silenced: silenced.len(),
            not_run: not_run.len(),
        };
        Self { as_of, summary, findings, silenced, not_run, since: None }
    }

    /// The report on files that could not be read, or do not make an organisation: then no rule has run. Policy is not
    /// known there, so severities are the rules' own.
    pub fn of_reading(findings: &[Finding], files: &dyn Locate) -> Self {
        let reported = |finding: &Finding| Arc::new(reported(finding, finding.severity, files));
        let findings = findings.iter().map(reported).collect();
        Self::new(None, findings, Vec::new(), Vec::new())
    }

    /// The report with only what `keep` wants of it, counted anew.
    #[must_use]
    pub fn keeping(self, keep: impl Fn(&Reported) -> bool) -> Self {
        let findings = self.findings.into_iter().filter(|it| keep(it)).collect();
        let silenced = self.silenced.into_iter().filter(|it| keep(&it.finding)).collect();
        Self::new(self.as_of, findings, silenced, self.not_run)
    }

    /// The heaviest finding that counts.
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }

    /// 1 where anything is an error, else 0.
    pub fn exit_code(&self) -> u8 {
        u8::from(self.worst() == Some(Severity::Error))
    }

    /// What counts in this file, in order.
    pub fn in_file<'a>(&'a self, file: &'a str) -> impl Iterator<Item = &'a Arc<Reported>> {
        let is_there = move |finding: &&Arc<Reported>| finding.is_in(file);
        self.findings.iter().filter(is_there)
    }

    /// What counts and covers this spot, in order: line and column from 1, columns in characters; the end of a place, just
    /// past its last character, belongs to it, since that is where a cursor stands after typing.
    pub fn at<'a>(
        &'a self,
        file: &'a str,
        line: u32,
        column: u32,
    ) -> impl Iterator<Item = &'a Arc<Reported>> {
        let covers = move |place: &Place| {
            (place.line, place.column) <= (line, column)
                && (line, column) <= (place.end_line, place.end_column)
        };
        self.in_file(file).filter(move |finding| finding.place.as_ref().is_some_and(covers))
    }

    /// Only what this team can mend. Rules that did not run are kept.
    #[must_use]
    pub fn for_team(&self, team: &TeamId) -> Self {
        let of_team = |finding: &Arc<Reported>| finding.team.as_ref() == Some(team);
        Self::new(
            self.as_of,
            self.findings.iter().filter(|finding| of_team(finding)).cloned().collect(),
            self.silenced.iter().filter(|silenced| of_team(&silenced.finding)).cloned().collect(),
            self.not_run.clone(),
        )
    }
}

impl Reported {
    fn is_in(&self, file: &str) -> bool {
        self.place.as_ref().is_some_and(|place| &*place.file == file)
    }

    /// How reports are ordered.
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        // Most findings beside each other are in one file, whose name they share.
        let file = match (&self.place, &other.place) {
            (Some(one), Some(other)) if Arc::ptr_eq(&one.file, &other.file) => Ordering::Equal,
            (one, other) => one.as_ref().map(|it| &it.file).cmp(&other.as_ref().map(|it| &it.file)),
        };
        let spot = |it: &Self| it.place.as_ref().map(|place| (place.line, place.column));
        file.then_with(|| (spot(self), self.code).cmp(&(spot(other), other.code)))
            .then_with(|| self.last_words().cmp(&other.last_words()))
    }

    /// What never tells two findings apart that a person could; it makes the order whole.
    fn last_words(&self) -> impl Ord + '_ {
        (&self.message, &self.about, &self.team, &self.fix, &self.related)
    }
}

/// The finding with the severity that it has here, and its place.
pub(crate) fn reported(finding: &Finding, severity: Severity, files: &dyn Locate) -> Reported {
    let place = finding.place(files);
    let address = match &finding.subject {
        Subject::Address(address) => Some(address.clone()),
        Subject::Place(_) => None,
    };
    let related = finding
        .related
        .iter()
        .map(|(subject, message)| {
            let place = match subject {
                Subject::Place(place) => Some(place.clone()),
                Subject::Address(address) => files.locate(address),
            };
            Related { place, message: message.clone() }
        })
        .collect();
    Reported {
        code: finding.code,
        rule: explain(finding.code).map_or("", |rule| rule.name),
        severity,
        message: finding.message.clone(),
        place,
        about: address.as_ref().map(ToString::to_string),
        address,
        team: finding.team.clone(),
        fix: finding.fix.clone(),
        related,
    }
}
