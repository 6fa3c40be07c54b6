//! Runs the rules and gathers what they found: what counts, what is silenced, and which rules could not run.

use crate::answers::Answers;
use crate::policy::{Silences, idle_policies, severity};
use crate::rule::{Need, Run};
use crate::rules::{RULES, explain};
use crate::since::Since;
use kedge_model::{
    Address, AnswerTo, Code, Date, Finding, Fix, Level, Locate, Organisation, Place, Settings, Severity,
    Subject, TeamId,
};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeSet;
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

/// Runs every rule whose answers are there. `raised` are findings that reading and building gave besides.
pub fn check(answers: &Answers<'_>, raised: &[Finding], files: &dyn Locate) -> Report {
    let rules = Rules::for_answers(answers);
    let told = |found: &[Finding]| told(answers.written.settings(), found, files);
    let teams: Vec<TeamId> = looked_at(answers.written).into_iter().collect();
    let (mut found, near): (Vec<Arc<Reported>>, Vec<Vec<Arc<Reported>>>) = rayon::join(
        || rules.over.par_iter().flat_map_iter(|run| told(&run(answers))).collect(),
        || teams.par_iter().map(|team| told(&rules.near(&answers.at(team)))).collect(),
    );
    found.extend(near.into_iter().flatten());
    found.extend(told(raised));
    report(answers, &rules, &found, files)
}

/// The rules that run on these answers.
struct Rules {
    /// Those that look at everything at once.
    over: Vec<fn(&Answers<'_>) -> Vec<Finding>>,
    /// Those that look at one team at a time.
    near: Vec<fn(&Answers<'_>) -> Vec<Finding>>,
    /// The codes of both.
    ran: Vec<Code>,
    not_run: Vec<NotRun>,
}

impl Rules {
    fn for_answers(answers: &Answers<'_>) -> Self {
        let settings = answers.written.settings();
        let mut rules = Self { over: Vec::new(), near: Vec::new(), ran: Vec::new(), not_run: Vec::new() };
        for rule in RULES {
            let doc = &rule.doc;
            if settings.severities.get(&doc.code) == Some(&Level::Off) {
                continue;
            }
            let (run, of_kind) = match rule.run {
                Run::Over(run) => (run, &mut rules.over),
                Run::Near(run) => (run, &mut rules.near),
                Run::OnReading | Run::OverSilences(_) => continue,
            };
            let needs: Vec<Need> = doc.needs.iter().copied().filter(|need| !answers.have(*need)).collect();
            if needs.is_empty() {
                of_kind.push(run);
                rules.ran.push(doc.code);
            } else {
                rules.not_run.push(NotRun { code: doc.code, rule: doc.name, needs });
            }
        }
        rules
    }

    fn near(&self, here: &Answers<'_>) -> Vec<Finding> {
        self.near.iter().flat_map(|run| run(here)).collect()
    }
}

/// The teams that rules go through one by one: all that are there, and those that are only written about.
fn looked_at(organisation: &Organisation) -> BTreeSet<TeamId> {
    let mut teams: BTreeSet<TeamId> = organisation.teams().map(|team| team.id.clone()).collect();
    teams.insert(TeamId::council());
    let mut last: Option<&TeamId> = None;
    for log in organisation.answer_logs() {
        let team = match &log.to {
            AnswerTo::Ask(ask) => ask.team(),
            AnswerTo::Need(need) => need.team(),
        };
        if last != Some(team) {
            last = Some(team);
            teams.insert(team.clone());
        }
    }
    teams
}

/// The findings of rules that are not off, each with its place.
fn told(settings: &Settings, found: &[Finding], files: &dyn Locate) -> Vec<Arc<Reported>> {
    let level = |finding: &Finding| match explain(finding.code) {
        Some(rule) => severity(settings, rule, finding.severity),
        None => Some(finding.severity),
    };
    found.iter().filter_map(|finding| Some(Arc::new(reported(finding, level(finding)?, files)))).collect()
}

/// Takes out what is silenced, and says which silences do nothing.
fn report(answers: &Answers<'_>, rules: &Rules, found: &[Arc<Reported>], files: &dyn Locate) -> Report {
    let settings = answers.written.settings();
    let mut sites = Silences::of(answers.written, answers.as_of);
    sites.idle_policies = idle_policies(settings, |code| explain(code).is_some());
    sites.ran.clone_from(&rules.ran);
    let mut findings = Vec::with_capacity(found.len());
    let mut silenced = Vec::new();
    let mut sort_out = |found: &[Arc<Reported>], sites: &mut Silences| {
        for finding in found.iter().cloned() {
            match sites.take(answers.written, &finding) {
                Some(site) => silenced.push(Silenced {
                    finding,
                    why: site.silence.why.clone(),
                    until: site.silence.until,
                }),
                None => findings.push(finding),
            }
        }
    };
    sort_out(found, &mut sites);
    for rule in RULES {
        if let Run::OverSilences(run) = rule.run {
            let found = told(settings, &run(&sites), files);
            sort_out(&found, &mut sites);
        }
    }
    Report::new(Some(answers.as_of), findings, silenced, rules.not_run.clone())
}

impl Report {
    pub(crate) fn new(
        as_of: Option<Date>,
        mut findings: Vec<Arc<Reported>>,
        mut silenced: Vec<Silenced>,
        not_run: Vec<NotRun>,
    ) -> Self {
        findings.par_sort_by(|one, other| one.order().cmp(&other.order()));
        findings.dedup();
        silenced.sort_by(|one, other| one.finding.order().cmp(&other.finding.order()));
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

    fn order(&self) -> impl Ord + '_ {
        let place = self.place.as_ref().map(|place| (&place.file, place.line, place.column));
        // What comes after the message never tells two findings apart that a person could; it makes the order whole.
        (place, self.code, &self.message, &self.about, &self.team, &self.fix, &self.related)
    }
}

fn reported(finding: &Finding, severity: Severity, files: &dyn Locate) -> Reported {
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
