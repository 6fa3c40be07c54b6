//! Runs the rules, and after an edit only what it can reach.

use crate::answers::Answers;
use crate::policy::{Silences, Site, idle_policies, severity, sites_of, sites_of_settings};
use crate::report::{NotRun, Report, Reported, Silenced, reported};
use crate::rule::{Need, Run};
use crate::rules::{RULES, explain};
use crate::together::{Share, Together};
use kedge_model::{Code, Date, Finding, Level, Locate, Organisation, Settings, Subject, TeamId};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Runs every rule whose answers are there. `raised` are findings that reading and building gave besides.
pub fn check(answers: &Answers<'_>, raised: &[Finding], files: &dyn Locate) -> Report {
    Checked::run(answers, raised, files, None).1
}

/// A check that was made, kept so that the next one runs only what an edit can reach. What that says is to the byte what a
/// check of everything would say.
///
/// ```
/// use kedge_check::{Answers, Checked, check};
/// use kedge_files::{Reader, SourceText};
/// use kedge_floor::ByTeam;
///
/// let plan = "team = \"checkout\"\n[outcome.one-tap]\n[ask.token]\nto = \"payments\"\nwhat = \"A flag\"\ngates = \"one-tap\"\n";
/// let settings = SourceText { path: "kedge.toml".into(), text: "name = \"Harbour\"\n".into() };
/// let team = |name: &str| SourceText {
///     path: format!("{name}/team.kedge.toml"),
///     text: format!("team = \"{name}\"\nkind = \"stream\"\n"),
/// };
/// let file = SourceText { path: "checkout/one-tap.kedge.toml".into(), text: plan.into() };
/// let mut reader = Reader::new(vec![settings, team("checkout"), team("payments"), file], None, Vec::new());
/// let as_of = "2026-10-14".parse().unwrap();
///
/// let first = reader.loaded().unwrap();
/// let known = first.organisation.known_on(as_of);
/// let standing = ByTeam::of(&known);
/// let answers = Answers::by_team(&first.organisation, &known, as_of, &standing);
/// let (checked, report) = Checked::new(&answers, &[], &first.sources);
/// assert_eq!(report.summary.errors, 1); // the ask has no fallback
///
/// let mended = format!("{plan}[[ask.token.fallback]]\nkind = \"do-without\"\nkeeps = \"60%\"\n");
/// reader.edit("checkout/one-tap.kedge.toml", Some(mended));
/// let second = reader.loaded().unwrap();
/// let last = (&first.organisation, &known);
/// let known = second.organisation.known_on_after(as_of, Some(last));
/// let reached = second.organisation.reached_since(&first.organisation);
/// let standing = standing.again(&known, reached.as_ref());
/// let answers = Answers::by_team(&second.organisation, &known, as_of, &standing);
/// let (_, report) = checked.again(&answers, &[], &second.sources);
/// assert_eq!(report, check(&answers, &[], &second.sources));
/// assert_eq!(report.summary.errors, 0);
/// ```
#[derive(Clone, Debug)]
pub struct Checked {
    as_of: Date,
    organisation: Organisation,
    /// The rules that ran.
    ran: Vec<Code>,
    teams: BTreeMap<TeamId, Arc<OfTeam>>,
    /// What rules that look at everything at once told, in the order of the rules.
    over: Vec<Arc<Told>>,
    /// What rules that compare teams told, in the order of the rules.
    together: Vec<Arc<Told>>,
}

/// What one rule told.
#[derive(Debug)]
struct Told {
    found: Vec<Finding>,
    /// The same with its place, in the same order; `None` for what policy has switched off.
    reported: Vec<Option<Arc<Reported>>>,
}

/// What the check of one team gave.
#[derive(Debug)]
struct OfTeam {
    /// What near rules found, in the order of reports.
    found: Vec<Arc<Reported>>,
    /// For each rule that compares teams.
    shares: Vec<Share>,
    /// The silences that it has written.
    silences: Vec<Site>,
}

impl Checked {
    /// Checks everything.
    pub fn new(answers: &Answers<'_>, raised: &[Finding], files: &dyn Locate) -> (Self, Report) {
        Self::run(answers, raised, files, None)
    }

    /// Checks what may say something else than in this check: near rules of the teams that an edit reaches (see
    /// [`Organisation::reached_since`]), and rules that look at everything. On another day, with other answers or other
    /// settings that is everything.
    ///
    /// Where a team's facts stand in its files may be another only for teams that were written anew.
    pub fn again(&self, answers: &Answers<'_>, raised: &[Finding], files: &dyn Locate) -> (Self, Report) {
        Self::run(answers, raised, files, Some(self))
    }

    fn run(
        answers: &Answers<'_>,
        raised: &[Finding],
        files: &dyn Locate,
        last: Option<&Self>,
    ) -> (Self, Report) {
        let rules = Rules::for_answers(answers);
        let settings = answers.written.settings();
        let told = |found: &[Finding]| told(settings, found, files);
        let last = last.filter(|last| last.as_of == answers.as_of && last.ran == rules.ran);
        let reached = last.and_then(|last| answers.written.reached_since(&last.organisation));
        // Where everything is reached, nothing of the last check is of use.
        let last = last.filter(|_| reached.is_some());
        let kept = |team: &TeamId| {
            let is_reached = reached.as_ref().is_none_or(|reached| reached.contains(team));
            last.filter(|_| !is_reached).and_then(|last| last.teams.get(team)).cloned()
        };
        let everybody: Vec<TeamId> = looked_at(answers.written).into_iter().collect();
        let of_team = |team: &TeamId| {
            kept(team).unwrap_or_else(|| {
                let here = answers.at(team);
                let mut found = told(&rules.near.iter().flat_map(|run| run(&here)).collect::<Vec<_>>());
                found.sort_by(|one, other| one.compare(other));
                let shares = rules.together.iter().map(|rule| rule.share(&here)).collect();
                Arc::new(OfTeam { found, shares, silences: sites_of(answers.written, team) })
            })
        };
        let over = |(at, run): (usize, &fn(&Answers<'_>) -> Vec<Finding>)| {
            let before = last.and_then(|last| last.over.get(at)).map(|told| &**told);
            Told::new(run(answers), settings, files, before, reached.as_ref())
        };
        let (over, teams): (Vec<Arc<Told>>, Vec<Arc<OfTeam>>) = rayon::join(
            || rules.over.par_iter().enumerate().map(over).collect(),
            || everybody.par_iter().map(of_team).collect(),
        );
        let teams: BTreeMap<TeamId, Arc<OfTeam>> = everybody.into_iter().zip(teams).collect();
        let together = rules
            .together
            .par_iter()
            .enumerate()
            .map(|(at, rule)| {
                let last = last.and_then(|last| Some((last, last.together.get(at)?)));
                let tells_the_same = |(last, told): &(&Self, &Arc<Told>)| {
                    is_same(*rule, at, &last.teams, &teams)
                        && told.found.iter().all(|finding| rule.is_to_the_word(finding))
                };
                if let Some((_, before)) = last.filter(tells_the_same) {
                    return before.with_places(settings, files, reached.as_ref());
                }
                let shares = teams.iter().filter_map(|(team, it)| Some((team, it.shares.get(at)?)));
                let found = rule.told(answers, &shares.collect::<Vec<_>>());
                Told::new(found, settings, files, last.map(|(_, before)| &**before), reached.as_ref())
            })
            .collect::<Vec<_>>();
        let mut found: Vec<Arc<Reported>> = Vec::new();
        let mut silences = sites_of_settings(answers.written);
        for of_team in teams.values() {
            found.extend(of_team.found.iter().cloned());
            silences.extend(of_team.silences.iter().cloned());
        }
        let told_once = together.iter().chain(&over).flat_map(|told| told.reported.iter().flatten());
        found.extend(told_once.cloned());
        found.extend(told(raised));
        let report = report(answers, &rules, found, silences, files);
        let organisation = answers.written.clone();
        (Self { as_of: answers.as_of, organisation, ran: rules.ran, teams, over, together }, report)
    }
}

impl Told {
    /// With the place of each: looked up anew only where it may be another than last time.
    fn new(
        found: Vec<Finding>,
        settings: &Settings,
        files: &dyn Locate,
        last: Option<&Self>,
        reached: Option<&BTreeSet<TeamId>>,
    ) -> Arc<Self> {
        let (was, reported) =
            last.map_or((&[][..], &[][..]), |last| (last.found.as_slice(), last.reported.as_slice()));
        // An edit brings or takes a finding here and there: what stands before and behind that is the same.
        let fewer = was.len().min(found.len());
        let before = was.iter().zip(&found).take_while(|(was, is)| was == is).count();
        let behind = was.iter().rev().zip(found.iter().rev()).take(fewer - before);
        let behind = behind.take_while(|(was, is)| was == is).count();
        let shown = found
            .iter()
            .enumerate()
            .map(|(at, finding)| {
                let same = match at {
                    at if at < before => Some(at),
                    at if at + behind >= found.len() => Some(at + was.len() - found.len()),
                    _ => None,
                };
                let kept = same.and_then(|at| reported.get(at));
                match kept.filter(|_| reached.is_some_and(|reached| stands_elsewhere(finding, reached))) {
                    Some(kept) => kept.clone(),
                    None => told_one(settings, finding, files),
                }
            })
            .collect();
        Arc::new(Self { found, reported: shown })
    }

    /// The same findings, where nobody told anything else.
    fn with_places(
        self: &Arc<Self>,
        settings: &Settings,
        files: &dyn Locate,
        reached: Option<&BTreeSet<TeamId>>,
    ) -> Arc<Self> {
        let all_stand =
            reached.is_some_and(|reached| self.found.iter().all(|it| stands_elsewhere(it, reached)));
        if all_stand {
            return Arc::clone(self);
        }
        Self::new(self.found.clone(), settings, files, Some(self), reached)
    }
}

/// Whether nothing that the finding is about is written by one of these teams.
fn stands_elsewhere(finding: &Finding, teams: &BTreeSet<TeamId>) -> bool {
    let mut about = std::iter::once(&finding.subject).chain(finding.related.iter().map(|(about, _)| about));
    about.all(|about| match about {
        Subject::Address(address) => address.fact.writer().is_some_and(|writer| !teams.contains(&writer)),
        Subject::Place(_) => false,
    })
}

/// Whether nothing that a rule compares is another.
fn is_same(
    rule: &dyn Together,
    at: usize,
    last: &BTreeMap<TeamId, Arc<OfTeam>>,
    now: &BTreeMap<TeamId, Arc<OfTeam>>,
) -> bool {
    last.len() == now.len()
        && last.iter().zip(now).all(|((was_team, was), (team, is))| {
            let same_share =
                || was.shares.get(at).zip(is.shares.get(at)).is_some_and(|(was, is)| rule.is_same(was, is));
            was_team == team && (Arc::ptr_eq(was, is) || same_share())
        })
}

/// The rules that run on these answers.
struct Rules {
    /// Those that look at everything at once.
    over: Vec<fn(&Answers<'_>) -> Vec<Finding>>,
    /// Those that look at one team at a time.
    near: Vec<fn(&Answers<'_>) -> Vec<Finding>>,
    /// Those that compare teams.
    together: Vec<&'static dyn Together>,
    /// The codes of all of them.
    ran: Vec<Code>,
    not_run: Vec<NotRun>,
}

impl Rules {
    fn for_answers(answers: &Answers<'_>) -> Self {
        let settings = answers.written.settings();
        let mut rules = Self {
            over: Vec::new(),
            near: Vec::new(),
            together: Vec::new(),
            ran: Vec::new(),
            not_run: Vec::new(),
        };
        for rule in RULES {
            let doc = &rule.doc;
            let runs = !matches!(rule.run, Run::OnReading | Run::OverSilences(_));
            if !runs || settings.severities.get(&doc.code) == Some(&Level::Off) {
                continue;
            }
            let needs: Vec<Need> = doc.needs.iter().copied().filter(|need| !answers.have(*need)).collect();
            if !needs.is_empty() {
                rules.not_run.push(NotRun { code: doc.code, rule: doc.name, needs });
                continue;
            }
            rules.ran.push(doc.code);
            match rule.run {
                Run::Over(run) => rules.over.push(run),
                Run::Near(run) => rules.near.push(run),
                Run::Together(rule) => rules.together.push(rule),
                Run::OnReading | Run::OverSilences(_) => {}
            }
        }
        rules
    }
}

/// Those that rules go through one by one: everybody who writes or is written about.
fn looked_at(organisation: &Organisation) -> BTreeSet<TeamId> {
    organisation.everybody().cloned().chain([TeamId::council()]).collect()
}

/// The findings of rules that are not off, each with its place.
fn told(settings: &Settings, found: &[Finding], files: &dyn Locate) -> Vec<Arc<Reported>> {
    found.iter().filter_map(|finding| told_one(settings, finding, files)).collect()
}

fn told_one(settings: &Settings, finding: &Finding, files: &dyn Locate) -> Option<Arc<Reported>> {
    let severity = match explain(finding.code) {
        Some(rule) => severity(settings, rule, finding.severity)?,
        None => finding.severity,
    };
    Some(Arc::new(reported(finding, severity, files)))
}

/// Takes out what is silenced, and says which silences do nothing.
fn report(
    answers: &Answers<'_>,
    rules: &Rules,
    found: Vec<Arc<Reported>>,
    sites: Vec<Site>,
    files: &dyn Locate,
) -> Report {
    let settings = answers.written.settings();
    let mut sites = Silences::of(sites, answers.as_of);
    sites.idle_policies = idle_policies(settings, |code| explain(code).is_some());
    sites.ran.clone_from(&rules.ran);
    let mut findings = Vec::with_capacity(found.len());
    let mut silenced = Vec::new();
    let mut sort_out = |found: Vec<Arc<Reported>>, sites: &mut Silences| {
        for finding in found {
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
            sort_out(found, &mut sites);
        }
    }
    Report::new(Some(answers.as_of), findings, silenced, rules.not_run.clone())
}
