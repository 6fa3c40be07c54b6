//! What blocks what and what is part of what, within teams and across them.

use super::circles::without_circles;
use super::{Asks, End, Issue, Tracker, title};
use crate::names::Free;
use crate::{Draft, RowNotTaken};
use kedge_model::{
    Answer, AnswerLog, AnswerTo, Ask, AskId, Fact, Meta, PlanId, Reference, Says, Slug, TeamId, Word, WorkId,
};
use std::collections::{BTreeMap, BTreeSet};

/// What is waited for: an issue of the source, or one outside it, by its place there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Awaited {
    Issue(usize),
    Outside(usize),
    /// Something that is asked without naming an issue.
    Direct(usize),
}

/// The links that hold, by places in the list of issues.
#[derive(Debug, Default)]
pub(super) struct Links {
    /// Work and the outcomes of its team that it is for.
    pub(super) serves: BTreeMap<usize, BTreeSet<usize>>,
    /// Work and the work of its team that it comes after.
    pub(super) after: BTreeMap<usize, BTreeSet<usize>>,
    /// Issues that are not in the source: key and whose.
    pub(super) outside: Vec<(String, String)>,
    /// What is asked without naming an issue, and for which.
    pub(super) direct: Vec<(usize, Asks)>,
    /// What each team asks for, and what that gates.
    asked: BTreeMap<(String, Awaited), BTreeSet<usize>>,
}

impl Links {
    /// The first team that asks something of a holder.
    pub(super) fn first_asker(&self, holder: &str) -> Option<&str> {
        self.asked
            .keys()
            .find(|(_, awaited)| match awaited {
                Awaited::Outside(at) => self.outside.get(*at).is_some_and(|(_, whose)| whose == holder),
                Awaited::Direct(at) => self.direct.get(*at).is_some_and(|(_, ask)| ask.team == holder),
                Awaited::Issue(_) => false,
            })
            .map(|(asker, _)| asker.as_str())
    }
}

/// Reads every issue's links. What cannot be one is among the rows not taken.
pub(super) fn of(
    issues: &[Issue],
    places: &BTreeMap<&str, usize>,
    tracker: &Tracker<'_>,
    draft: &mut Draft,
) -> Links {
    let mut links = Links::default();
    let mut outside: BTreeMap<String, usize> = BTreeMap::new();
    let mut refused: Vec<(usize, String)> = Vec::new();

    for (at, issue) in issues.iter().enumerate() {
        if issue.is_outcome {
            continue;
        }
        for outcome in outcomes_above(at, issues, places, &mut refused) {
            let whose = issues.get(outcome).map_or("", |above| above.team.as_str());
            if whose == issue.team {
                links.serves.entry(at).or_default().insert(outcome);
            } else if issues.get(outcome).is_some_and(|above| above.end == End::Open)
                && !matches!(issue.end, End::Dropped(..))
            {
                links.asked.entry((whose.to_owned(), Awaited::Issue(at))).or_default().insert(outcome);
            }
        }
    }

    for (at, issue) in issues.iter().enumerate() {
        for ask in &issue.asks {
            if ask.team == issue.team {
                refused.push((at, "asks its own team: that is work".to_owned()));
            } else if issue.end == End::Open {
                let awaited = Awaited::Direct(links.direct.len());
                links.direct.push((at, ask.clone()));
                links.asked.entry((issue.team.clone(), awaited)).or_default().insert(at);
            } else {
                refused.push((at, format!("asked something of {}, and is over", ask.team)));
            }
        }
    }

    let mut pairs: BTreeSet<(usize, usize)> = BTreeSet::new();
    for (at, issue) in issues.iter().enumerate() {
        for key in &issue.blocks {
            match places.get(key.as_str()) {
                Some(blocked) => _ = pairs.insert((at, *blocked)),
                None => refused
                    .push((at, format!("blocks {key}, which is not taken: whoever has it asks for this"))),
            }
        }
        for key in &issue.blocked_by {
            if let Some(blocker) = places.get(key.as_str()) {
                pairs.insert((*blocker, at));
            } else if issue.end != End::Open {
                refused.push((at, format!("waited for {key}, and is over")));
            } else {
                match (tracker.holder_of)(key) {
                    Some(holder) if holder != issue.team => {
                        let next = outside.len();
                        let place = *outside.entry(key.clone()).or_insert(next);
                        if place == next {
                            links.outside.push((key.clone(), holder));
                        }
                        let ask = (issue.team.clone(), Awaited::Outside(place));
                        links.asked.entry(ask).or_default().insert(at);
                    }
                    Some(_) => refused.push((at, format!("comes after {key}, which is not taken"))),
                    None => refused.push((
                        at,
                        format!("waits for {key}, which is not in the source: nobody knows whose it is"),
                    )),
                }
            }
        }
    }
    let mut after: Vec<(usize, usize)> = Vec::new();
    for (blocker, blocked) in pairs {
        let (Some(first), Some(second)) = (issues.get(blocker), issues.get(blocked)) else { continue };
        if blocker == blocked {
            refused.push((blocker, "blocks itself".to_owned()));
        } else if first.team != second.team {
            if second.end == End::Open {
                links
                    .asked
                    .entry((second.team.clone(), Awaited::Issue(blocker)))
                    .or_default()
                    .insert(blocked);
            } else {
                refused.push((blocked, format!("waited for {}, and is over", first.key)));
            }
        } else {
            match (first.is_outcome, second.is_outcome) {
                (false, false) => after.push((blocker, blocked)),
                (false, true) => _ = links.serves.entry(blocker).or_default().insert(blocked),
                (true, _) => refused.push((
                    blocker,
                    format!("blocks {}: what comes after an outcome has no place in a plan", second.key),
                )),
            }
        }
    }
    let (after, circles) = without_circles(issues.len(), &after);
    for (blocker, blocked) in after {
        links.after.entry(blocked).or_default().insert(blocker);
    }
    for (blocker, blocked) in circles {
        let key = issues.get(blocked).map_or("", |issue| issue.key.as_str());
        refused.push((blocker, format!("blocks {key}, which closes a circle")));
    }
    for (at, reason) in refused {
        if let Some(issue) = issues.get(at) {
            let text = format!("{}: {}", issue.key, issue.title);
            draft.rows_not_taken.push(RowNotTaken::new(&issue.file, issue.line, &text, &reason));
        }
    }
    links
}

/// The outcomes that an issue is part of, through others where need be.
fn outcomes_above(
    at: usize,
    issues: &[Issue],
    places: &BTreeMap<&str, usize>,
    refused: &mut Vec<(usize, String)>,
) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut seen = BTreeSet::from([at]);
    let mut open = vec![at];
    while let Some(here) = open.pop() {
        for key in issues.get(here).into_iter().flat_map(|issue| &issue.parents) {
            match places.get(key.as_str()) {
                Some(above) if seen.insert(*above) => {
                    if issues.get(*above).is_some_and(|issue| issue.is_outcome) {
                        found.insert(*above);
                    } else {
                        open.push(*above);
                    }
                }
                None if here == at => refused.push((at, format!("is part of {key}, which is not taken"))),
                _ => {}
            }
        }
    }
    found
}

impl Links {
    /// The issues that wait for another team, each with what of: an issue that is not done, or a team.
    pub(super) fn waiting<'l>(&'l self, issues: &'l [Issue]) -> BTreeSet<(usize, &'l str)> {
        let waits = self.asked.iter().filter_map(|((_, awaited), gated)| {
            let what = match awaited {
                Awaited::Issue(at) => {
                    issues.get(*at).filter(|issue| issue.end == End::Open).map(|issue| issue.key.as_str())
                }
                Awaited::Outside(at) => self.outside.get(*at).map(|(key, _)| key.as_str()),
                Awaited::Direct(at) => self.direct.get(*at).map(|(_, ask)| ask.team.as_str()),
            }?;
            Some(gated.iter().map(move |at| (*at, what)))
        });
        waits.flatten().collect()
    }

    /// The asks across teams, each followed by what the asked team's own issue answers.
    pub(super) fn asks(
        &self,
        tracker: &Tracker<'_>,
        issues: &[Issue],
        names: &[Reference],
        plan: &Slug,
        team: &dyn Fn(&str) -> TeamId,
        gates: &dyn Fn(usize) -> Vec<Reference>,
    ) -> Vec<Fact> {
        let mut facts = Vec::new();
        let mut answers: Vec<Fact> = Vec::new();
        let mut free: BTreeMap<TeamId, Free> = BTreeMap::new();
        for ((asker, awaited), gated) in &self.asked {
            let from = team(asker);
            let (key, words, what, to, see, wanted) = match awaited {
                Awaited::Issue(at) => {
                    let (Some(issue), Some(name)) = (issues.get(*at), names.get(*at)) else { continue };
                    let words = if issue.words.is_empty() { &issue.key } else { &issue.words };
                    (
                        issue.key.clone(),
                        words.clone(),
                        title(issue),
                        name.team.clone(),
                        issue.see.clone(),
                        None,
                    )
                }
                Awaited::Outside(at) => {
                    let Some((key, holder)) = self.outside.get(*at) else { continue };
                    (key.clone(), key.clone(), key.clone(), team(holder), Vec::new(), None)
                }
                Awaited::Direct(at) => {
                    let Some((asking, ask)) = self.direct.get(*at) else { continue };
                    let Some(issue) = issues.get(*asking) else { continue };
                    let what = if ask.what.is_empty() { title(issue) } else { ask.what.clone() };
                    let key = format!("{} needs {}", issue.key, ask.team);
                    (key.clone(), key, what, team(&ask.team), Vec::new(), ask.wanted)
                }
            };
            let id = AskId::new(from.clone(), free.entry(from.clone()).or_default().take(&words, "ask"));
            let mut seen = BTreeSet::new();
            let gates =
                gated.iter().flat_map(|at| gates(*at)).filter(|gate| seen.insert(gate.clone())).collect();
            facts.push(
                Ask {
                    wanted,
                    gates,
                    meta: Meta {
                        see,
                        origin: Some(tracker.origin(format_args!("{key} for {asker}"))),
                        ..Meta::default()
                    },
                    ..Ask::new(id.clone(), PlanId::new(from.clone(), plan.clone()), to.clone(), what)
                }
                .into(),
            );
            let Awaited::Issue(at) = awaited else { continue };
            let (Some(issue), Some(name)) = (issues.get(*at), names.get(*at)) else { continue };
            let (on, says, why) = match &issue.end {
                End::Done(on) => (*on, Says::Landed { since: *on }, None),
                End::Dropped(on, why) => (*on, Says::Declined, why.clone()),
                End::Open | End::Undated => continue,
            };
            let work = (!issue.is_outcome && says != Says::Declined).then(|| WorkId::from(name.clone()));
            let said = Word::Says { says, work, effort: None, instead: None };
            let meta = Meta { origin: Some(tracker.origin(key)), ..Meta::default() };
            let entries = vec![Answer { on, word: said, why, heard: None, meta }];
            answers.push(AnswerLog { by: to, to: AnswerTo::Ask(id), entries }.into());
        }
        facts.extend(answers);
        facts
    }
}
