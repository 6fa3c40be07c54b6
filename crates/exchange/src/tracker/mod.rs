//! What all trackers have in common: issues with a team, parents, links that block, and an end. Each format reads its
//! rows into these; here they become facts.
//!
//! | in the tracker | in the draft |
//! | --- | --- |
//! | who holds the issues (a project, a repository, a team) | a team with one plan |
//! | an issue that others are part of | an outcome of its team |
//! | any other issue | a work item for the outcomes that it is part of, directly or through others |
//! | a link that blocks, within a team | `after`; where an outcome is blocked, the work is for it |
//! | a link that blocks, across teams | an ask without fallback, one for each issue that is waited for; it gates the work, or, where that is begun and waits all the same, what the work is for |
//! | a part that another team holds | an ask, which gates the outcome |
//! | an issue that is waited for and done, or dropped | its team's answer: landed, or declined |
//! | an issue that ended on a day that is not known | a row not taken: without the day it would stand as open |
//!
//! Nothing else is said than what the tracker says: an effort without a unit, a start without a day, a value, an answer
//! that nobody gave stay absent.

mod circles;
mod links;

use crate::names::{Free, TeamNames, plan_name};
use crate::{Draft, RowNotTaken};
use kedge_model::{
    Date, Effort, Left, Meta, Outcome, OutcomeId, Plan, PlanId, PriceRate, Reference, Slug, Team, TeamId,
    TeamKind, Work, WorkId,
};
use std::collections::{BTreeMap, BTreeSet};

/// One issue, as its tracker says it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Issue {
    /// Where it stands.
    pub(crate) file: String,
    pub(crate) line: usize,
    /// Its row, for reports.
    pub(crate) text: String,
    /// What the tracker calls it and links refer to: `SHOP-12`.
    pub(crate) key: String,
    /// What its id is made of; the key where empty.
    pub(crate) words: String,
    /// Who holds it, by the source's name.
    pub(crate) team: String,
    pub(crate) title: String,
    pub(crate) is_outcome: bool,
    /// What it is part of, by keys.
    pub(crate) parents: Vec<String>,
    /// A project or milestone that it is part of.
    pub(crate) group: Option<Group>,
    /// What it waits for, by keys.
    pub(crate) blocked_by: Vec<String>,
    /// What waits for it, by keys.
    pub(crate) blocks: Vec<String>,
    /// What it needs of teams by their names, where the source names no issue.
    pub(crate) asks: Vec<Asks>,
    pub(crate) value: Option<PriceRate>,
    pub(crate) due: Option<Date>,
    pub(crate) effort: Option<Effort>,
    pub(crate) not_before: Option<Date>,
    pub(crate) started: Option<Date>,
    pub(crate) left: Option<Left>,
    pub(crate) end: End,
    pub(crate) see: Vec<String>,
}

/// Something that issues are part of and that is no issue itself. Each team whose issues are in it gets an outcome.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Group {
    /// What the tracker calls it.
    pub(crate) key: String,
    pub(crate) title: String,
    pub(crate) due: Option<Date>,
    /// The day on which it was closed.
    pub(crate) live: Option<Date>,
    pub(crate) see: Vec<String>,
}

/// Something that is asked of a team by its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asks {
    pub(crate) team: String,
    /// What; the issue's title where empty.
    pub(crate) what: String,
    pub(crate) wanted: Option<Date>,
}

/// How far an issue is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum End {
    #[default]
    Open,
    Done(Date),
    /// Given up on a day, with the tracker's reason.
    Dropped(Date, Option<String>),
    /// Over, on a day that the source does not say.
    Undated,
}

/// What is known of a holder of issues beside its name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Holder {
    /// What its id is made of; the name where empty.
    pub(crate) words: String,
    pub(crate) title: Option<String>,
    pub(crate) see: Vec<String>,
}

/// A tracker's issues and what is to be known about all of them.
pub(crate) struct Tracker<'a> {
    /// The word that begins each `origin`: `jira`.
    pub(crate) format: &'static str,
    /// The import's name, which the plans get.
    pub(crate) name: &'a str,
    /// What the plans are called.
    pub(crate) title: String,
    /// Holders by the name that issues give.
    pub(crate) holders: BTreeMap<String, Holder>,
    /// Whose an issue is that is not in the source, where its key says so.
    pub(crate) holder_of: &'a dyn Fn(&str) -> Option<String>,
    pub(crate) issues: Vec<Issue>,
}

impl Tracker<'_> {
    /// Where in the tracker a fact comes from.
    fn origin(&self, words: impl std::fmt::Display) -> String {
        format!("{}:{words}", self.format)
    }
}

/// Adds everything to a draft that holds what was not taken so far.
pub(crate) fn draft(mut tracker: Tracker<'_>, draft: &mut Draft) {
    let issues = taken(std::mem::take(&mut tracker.issues), draft);
    let places: BTreeMap<&str, usize> =
        issues.iter().enumerate().map(|(at, issue)| (issue.key.as_str(), at)).collect();
    let links = links::of(&issues, &places, &tracker, draft);

    let holders: BTreeSet<&str> = issues
        .iter()
        .map(|issue| issue.team.as_str())
        .chain(links.outside.iter().map(|(_, holder)| holder.as_str()))
        .chain(links.direct.iter().map(|(_, ask)| ask.team.as_str()))
        .collect();
    let words = |name: &str| {
        let holder = tracker.holders.get(name).filter(|holder| !holder.words.is_empty());
        holder.map_or_else(|| name.to_owned(), |holder| holder.words.clone())
    };
    let with_words: Vec<(&str, String)> = holders.iter().map(|name| (*name, words(name))).collect();
    let teams = TeamNames::with_ids(with_words.iter().map(|(name, words)| (*name, words.as_str())));
    draft.notes.extend(teams.note());
    let team = |name: &str| teams.get(name).cloned().unwrap_or_else(TeamId::council);

    let plan = plan_name(tracker.name);
    let mut items: BTreeMap<TeamId, Free> = BTreeMap::new();
    let names: Vec<Reference> = issues
        .iter()
        .map(|issue| {
            let team = team(&issue.team);
            let slug = items
                .entry(team.clone())
                .or_default()
                .take(if issue.words.is_empty() { &issue.key } else { &issue.words }, "issue");
            Reference::new(team, slug)
        })
        .collect();
    let mut groups: BTreeMap<(TeamId, String), (OutcomeId, &Group)> = BTreeMap::new();
    for (issue, name) in issues.iter().zip(&names) {
        if let Some(group) = &issue.group
            && !issue.is_outcome
        {
            groups.entry((name.team.clone(), group.key.clone())).or_insert_with(|| {
                let words = if group.title.is_empty() { &group.key } else { &group.title };
                let slug = items.entry(name.team.clone()).or_default().take(words, "group");
                (OutcomeId::new(name.team.clone(), slug), group)
            });
        }
    }

    let working: BTreeSet<TeamId> = names.iter().map(|name| name.team.clone()).collect();
    for (name, id) in teams.iter() {
        let kind = if working.contains(id) {
            TeamKind::Stream
        } else {
            TeamKind::External { kept_by: links.first_asker(name).map(&team), contact: None }
        };
        let mut fact = Team::new(id.clone(), kind);
        let holder = tracker.holders.get(name);
        fact.title = holder.and_then(|holder| holder.title.clone()).or_else(|| Some(name.to_owned()));
        fact.meta.origin = Some(tracker.origin(format_args!("team {name}")));
        fact.meta.see = holder.map(|holder| holder.see.clone()).unwrap_or_default();
        draft.changes.push(fact.into());
    }
    for team in &working {
        let id = PlanId::new(team.clone(), plan.clone());
        let meta = Meta { origin: Some(tracker.origin(format_args!("plan {team}"))), ..Meta::default() };
        let title = Some(tracker.title.clone());
        draft.changes.push(Plan { title, meta, ..Plan::new(id) }.into());
    }
    for ((team, key), (id, group)) in &groups {
        let mut outcome = blank_outcome(id.clone(), &plan);
        outcome.title = (!group.title.is_empty()).then(|| group.title.clone());
        outcome.due = group.due;
        outcome.live = group.live;
        outcome.meta.origin = Some(tracker.origin(format_args!("group {key} of {team}")));
        outcome.meta.see.clone_from(&group.see);
        draft.changes.push(outcome.into());
    }
    let serves = |at: usize| -> Vec<OutcomeId> {
        let mut serves: Vec<OutcomeId> = links
            .serves
            .get(&at)
            .into_iter()
            .flatten()
            .filter_map(|outcome| names.get(*outcome).cloned().map(OutcomeId::from))
            .collect();
        if let (Some(issue), Some(name)) = (issues.get(at), names.get(at))
            && let Some(group) = &issue.group
            && let Some((outcome, _)) = groups.get(&(name.team.clone(), group.key.clone()))
            // A milestone is when, a parent is what: where there is a parent, the work is for that.
            && serves.is_empty()
        {
            serves.push(outcome.clone());
        }
        serves
    };
    let (outcomes, work): (Vec<usize>, Vec<usize>) =
        (0..issues.len()).partition(|at| issues.get(*at).is_some_and(|issue| issue.is_outcome));
    let mut timeless = 0;
    for at in outcomes {
        let (Some(issue), Some(name)) = (issues.get(at), names.get(at)) else { continue };
        let mut outcome = blank_outcome(name.clone().into(), &plan);
        outcome.title = Some(title(issue));
        outcome.claim.clone_from(&issue.value);
        outcome.due = issue.due.or_else(|| issue.group.as_ref().and_then(|group| group.due));
        match &issue.end {
            End::Done(on) => outcome.live = Some(*on),
            End::Dropped(on, _) => outcome.dropped = Some(*on),
            End::Open | End::Undated => {}
        }
        outcome.meta.origin = Some(tracker.origin(&issue.key));
        outcome.meta.see.clone_from(&issue.see);
        draft.changes.push(outcome.into());
    }
    for at in work {
        let (Some(issue), Some(name)) = (issues.get(at), names.get(at)) else { continue };
        let serves = serves(at);
        timeless += usize::from(serves.is_empty());
        let after = links.after.get(&at).into_iter().flatten().filter_map(|before| names.get(*before));
        let (done, dropped) = match &issue.end {
            End::Done(on) => (Some(*on), None),
            End::Dropped(on, _) => (None, Some(*on)),
            End::Open | End::Undated => (None, None),
        };
        let started = issue.started.filter(|started| done.is_none_or(|done| *started <= done));
        let work = Work {
            title: Some(title(issue)),
            serves,
            after: after.cloned().map(WorkId::from).collect(),
            effort: issue.effort.clone(),
            not_before: issue.not_before,
            started,
            left: issue
                .left
                .clone()
                .filter(|left| done.is_none() && started.is_some_and(|started| started <= left.on)),
            done,
            dropped,
            meta: Meta {
                see: issue.see.clone(),
                origin: Some(tracker.origin(&issue.key)),
                ..Meta::default()
            },
            ..Work::new(name.clone().into(), PlanId::new(name.team.clone(), plan.clone()))
        };
        draft.changes.push(work.into());
    }
    // Work that is begun has passed its gates, for whoever reads the plan. What is begun and waits all the same holds up
    // what it is for.
    let gates = |at: usize| -> Vec<Reference> {
        let (Some(issue), Some(name)) = (issues.get(at), names.get(at)) else { return Vec::new() };
        let serves = if issue.started.is_some() && !issue.is_outcome { serves(at) } else { Vec::new() };
        if serves.is_empty() { vec![name.clone()] } else { serves.into_iter().map(Reference::from).collect() }
    };
    for (at, waits) in links.waiting(&issues) {
        let Some(issue) = issues.get(at) else { continue };
        if issue.started.is_some() && !issue.is_outcome && serves(at).is_empty() {
            let text = format!("{}: {}", issue.key, issue.title);
            let reason =
                format!("is begun, and waits for {waits} all the same: it is for nothing that could wait");
            draft.rows_not_taken.push(RowNotTaken::new(&issue.file, issue.line, &text, &reason));
        }
    }
    draft
        .changes
        .extend(links.asks(&tracker, &issues, &names, &plan, &team, &gates).into_iter().map(Into::into));
    if timeless > 0 {
        let items =
            if timeless == 1 { "1 work item is".to_owned() } else { format!("{timeless} work items are") };
        draft.notes.push(format!(
            "{items} for no outcome: the source names nothing larger of the same team to be part of."
        ));
    }
}

/// The issues that become facts: each key once, and those that ended on a day that is known.
fn taken(issues: Vec<Issue>, draft: &mut Draft) -> Vec<Issue> {
    let mut seen = BTreeSet::new();
    let mut taken = Vec::with_capacity(issues.len());
    for issue in issues {
        let reason = if issue.key.is_empty() {
            "has no key"
        } else if issue.team.is_empty() {
            "does not say whose it is"
        } else if issue.end == End::Undated {
            "is over, and the source does not say since when"
        } else if !seen.insert(issue.key.clone()) {
            "has the key of a row above"
        } else {
            taken.push(issue);
            continue;
        };
        draft.rows_not_taken.push(RowNotTaken::new(&issue.file, issue.line, &issue.text, reason));
    }
    taken
}

fn title(issue: &Issue) -> String {
    if issue.title.is_empty() { issue.key.clone() } else { issue.title.clone() }
}

fn blank_outcome(id: OutcomeId, plan: &Slug) -> Outcome {
    let plan = PlanId::new(id.team().clone(), plan.clone());
    Outcome::new(id, plan)
}
