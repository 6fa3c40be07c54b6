//! Changes written down: the texts of the files that they touch, with everything else in them as it was.

use crate::fact::{Home, decode_meta, encode};
use crate::language::FileKind;
use crate::node::Node;
use crate::read::{Understood, understand};
use crate::sources::{SourceFile, Sources};
use crate::{patch, render};
use kedge_model::{Change, Council, Fact, FactId, Meta, PlanId, TeamId};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// One file as it was and as it will be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Its path relative to the organisation's folder.
    pub path: String,
    /// Its text; `None` where it is new.
    pub before: Option<String>,
    /// Its text afterwards; `None` where it goes.
    pub after: Option<String>,
}

/// Why changes cannot be written down. Nothing is written then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// The plan that it is part of has no file.
    #[error("{fact} is part of the plan {plan}, which has no file: add the plan first")]
    NoPlan {
        /// What would be written.
        fact: FactId,
        /// Its plan.
        plan: PlanId,
    },
    /// The head of a file goes while other things in it stay.
    #[error("{fact} is the head of {path}, which holds other things: remove those first")]
    Head {
        /// What would be removed.
        fact: FactId,
        /// Its file.
        path: String,
    },
    /// A plan whose file would be taken for another kind of file.
    #[error("a plan cannot be called `{name}`: {name}.kedge.toml is another kind of file")]
    Name {
        /// The plan's name.
        name: String,
    },
    /// The file has errors.
    #[error("{path} has errors: mend them first")]
    Unread {
        /// The file.
        path: String,
    },
    /// The file is written in a form that cannot be changed in place.
    #[error(
        "{path} is written in a form that cannot be changed in place: give each thing a table of its own, `[work.NAME]`"
    )]
    Form {
        /// The file.
        path: String,
    },
    /// The fact has no form in the plan language.
    #[error("{fact} cannot be written down as it is: what {path} would say reads back otherwise")]
    Unwritable {
        /// The fact.
        fact: FactId,
        /// Its file.
        path: String,
    },
}

/// The edits that write the changes down, one for each file that they touch, in the order of paths. Pure: nothing is
/// written.
///
/// A fact that is in a file is changed there, key by key; comments, order, layout and quotes of everything else stay byte
/// for byte. A new fact goes to its home: a plan's parts to the plan's file, an answer to its team's `answers.kedge.toml`
/// and so on, which is made where it is not there. A file in which nothing is left goes.
///
/// Each text is read back before it is returned, and says what the changes say.
///
/// # Errors
/// See [`ApplyError`].
pub fn apply(sources: &Sources, changes: &[Change]) -> Result<Vec<Edit>, ApplyError> {
    let mut homes: HashMap<FactId, Option<Arc<str>>> = HashMap::new();
    let mut steps: BTreeMap<Arc<str>, Vec<Change>> = BTreeMap::new();
    let mut first_month = sources.first_month;
    // Plans first, so that the parts of a new one find their file whatever the order of the changes.
    for change in changes {
        if let Change::Put(fact @ Fact::Plan(_)) = change {
            homes.insert(fact.id(), Some(home_of(sources, &homes, fact)?));
        }
        if let Change::Put(Fact::Settings(settings)) = change {
            first_month = settings.calendar.first_month;
        }
    }
    for change in changes {
        let id = change.fact();
        let now =
            homes.get(&id).cloned().unwrap_or_else(|| sources.home_file(&id).map(|file| file.path.clone()));
        match change {
            Change::Put(fact) => {
                let wanted = home_of(sources, &homes, fact)?;
                if let Some(now) = now.filter(|now| *now != wanted) {
                    steps.entry(now).or_default().push(Change::Remove(id.clone()));
                }
                homes.insert(id, Some(wanted.clone()));
                steps.entry(wanted).or_default().push(change.clone());
            }
            Change::Remove(_) => {
                if let Some(now) = now {
                    steps.entry(now).or_default().push(change.clone());
                }
                homes.insert(id, None);
            }
        }
    }
    if first_month != sources.first_month {
        // Quarters mean other days now: plans keep their days, so their periods are written anew.
        for file in sources.files.values().filter(|file| file.kind == FileKind::Plan) {
            steps.entry(file.path.clone()).or_default();
        }
    }
    let mut edits = Vec::new();
    for (path, steps) in steps {
        let months = (sources.first_month, first_month);
        let file = sources.file(&path);
        let after = write(&path, file, &steps, months)?;
        let before = file.map(|file| file.text.to_string());
        if before != after {
            edits.push(Edit { path: path.to_string(), before, after });
        }
    }
    Ok(edits)
}

/// The file that a fact belongs in.
fn home_of(
    sources: &Sources,
    homes: &HashMap<FactId, Option<Arc<str>>>,
    fact: &Fact,
) -> Result<Arc<str>, ApplyError> {
    let id = fact.id();
    let plan = match fact {
        Fact::Outcome(it) => Some(&it.plan),
        Fact::Work(it) => Some(&it.plan),
        Fact::Ask(it) => Some(&it.plan),
        _ => None,
    };
    if let Some(plan) = plan {
        let id_of_plan = FactId::Plan(plan.clone());
        let changed = homes.get(&id_of_plan).cloned();
        let home = changed.unwrap_or_else(|| sources.home_file(&id_of_plan).map(|file| file.path.clone()));
        return home.ok_or_else(|| ApplyError::NoPlan { fact: id, plan: plan.clone() });
    }
    if let Some(file) = sources.home_file(&id) {
        return Ok(file.path.clone());
    }
    let Some(team) = id.writer() else { return Ok("kedge.toml".into()) };
    let name = match fact {
        Fact::Plan(plan) => {
            let name = format!("{}.kedge.toml", plan.id.id());
            if FileKind::of(&name) != Some(FileKind::Plan) {
                return Err(ApplyError::Name { name: plan.id.id().to_string() });
            }
            name
        }
        Fact::Team(_) => "team.kedge.toml".into(),
        Fact::Dataset(_) => "data.kedge.toml".into(),
        Fact::Proposal(_) => "proposal.kedge.toml".into(),
        _ => "answers.kedge.toml".into(),
    };
    if team.is_council() {
        let council = sources.files.values().find(|file| file.kind == FileKind::Council);
        return Ok(council.map_or_else(|| "council.kedge.toml".into(), |file| file.path.clone()));
    }
    Ok(format!("{}{name}", sources.folder_of(&team)).into())
}

/// The text of a file after the steps; `None` where nothing is left in it.
fn write(
    path: &Arc<str>,
    file: Option<&SourceFile>,
    steps: &[Change],
    (month_before, month_after): (u8, u8),
) -> Result<Option<String>, ApplyError> {
    let unread = || ApplyError::Unread { path: path.to_string() };
    let kind = file.map(|file| file.kind).or_else(|| FileKind::of(path)).ok_or_else(unread)?;
    let text = file.map_or("", |file| &file.text);
    let (before, node, own) = match file {
        None => (Vec::new(), None, None),
        Some(file) => {
            let Understood { own, node, facts, findings, .. } =
                understand(kind, path, &file.text, month_before);
            if !findings.is_empty() {
                return Err(unread());
            }
            (facts.into_iter().map(|(_, fact)| fact).collect::<Vec<_>>(), node, own)
        }
    };
    let writer = steps.iter().find_map(|step| step.fact().writer()).unwrap_or_else(TeamId::council);
    let own = own.unwrap_or(writer);
    let home =
        |first_month| Home { own: own.clone(), plan: crate::sources::plan_id(path, kind, &own), first_month };
    let meta = node.as_ref().map(decode_meta).unwrap_or_default();
    let after = stepped(kind, &before, steps, &meta);
    let Some(heads) = heads(kind, path, &before, &after)? else { return Ok(None) };
    if after.is_empty() && !heads {
        return Ok(None);
    }
    let mut after = after;
    if kind == FileKind::Council && !after.iter().any(|fact| matches!(fact, Fact::Council(_))) {
        after.insert(0, Council::default().into());
    }
    let Some(node) = node else {
        let text = render::file(&encode(kind, &after, &home(month_after), &meta), &own);
        return verified(kind, path, text, &after, month_after)
            .map(Some)
            .map_err(|fact| ApplyError::Unwritable { fact, path: path.to_string() });
    };
    let was = in_file_order(encode(kind, &before, &home(month_before), &meta), &node);
    let is = encode(kind, &after, &home(month_after), &meta);
    let in_place = patch::change(text, &node, &was, &is, &own).and_then(|changed| {
        let Understood { node, facts, .. } = understand(kind, path, &changed, month_after);
        let facts: Vec<Fact> = facts.into_iter().map(|(_, fact)| fact).collect();
        let node = node.ok_or(patch::Unusual)?;
        let was = in_file_order(encode(kind, &facts, &home(month_after), &decode_meta(&node)), &node);
        patch::add(&changed, &node, &was, &is, &own)
    });
    if let Ok(text) = in_place
        && let Ok(text) = verified(kind, path, text, &after, month_after)
    {
        return Ok(Some(text));
    }
    // A form that is rarely used. Where there are no comments to lose, the file is written anew.
    let anew = render::file(&is, &own);
    match verified(kind, path, anew, &after, month_after) {
        Err(fact) => Err(ApplyError::Unwritable { fact, path: path.to_string() }),
        Ok(anew) if !text.contains('#') => Ok(Some(anew)),
        Ok(_) => Err(ApplyError::Form { path: path.to_string() }),
    }
}

/// The facts of a file after the steps, each in its place and new ones at the end.
fn stepped(kind: FileKind, before: &[Fact], steps: &[Change], meta: &Meta) -> Vec<Fact> {
    let mut facts: Vec<Option<Fact>> = before.iter().cloned().map(Some).collect();
    let mut places: BTreeMap<FactId, usize> =
        before.iter().enumerate().map(|(at, fact)| (fact.id(), at)).collect();
    for step in steps {
        match step {
            Change::Put(fact) => {
                let fact = crate::fact::disinherit(kind, meta, fact.clone());
                if let Some(&at) = places.get(&fact.id()) {
                    facts[at] = Some(fact);
                } else {
                    places.insert(fact.id(), facts.len());
                    facts.push(Some(fact));
                }
            }
            Change::Remove(id) => {
                if let Some(at) = places.remove(id) {
                    facts[at] = None;
                }
            }
        }
    }
    facts.into_iter().flatten().collect()
}

/// Whether the file has a head that is a fact; `None` where the head goes and with it the file.
fn heads(kind: FileKind, path: &str, before: &[Fact], after: &[Fact]) -> Result<Option<bool>, ApplyError> {
    let is_head =
        |fact: &&Fact| matches!(fact, Fact::Settings(_) | Fact::Council(_) | Fact::Team(_) | Fact::Plan(_));
    let has_head = matches!(kind, FileKind::Settings | FileKind::Council | FileKind::Team | FileKind::Plan);
    if !has_head {
        return Ok(Some(false));
    }
    match (after.iter().find(is_head), after.first()) {
        (Some(_), _) => Ok(Some(true)),
        (None, None) => Ok(None),
        // A council's file always has an order, if an empty one.
        (None, Some(_)) if kind == FileKind::Council && before.iter().find(is_head).is_none() => {
            Ok(Some(true))
        }
        (None, Some(left)) => Err(match (before.iter().find(is_head), left) {
            (Some(head), _) => ApplyError::Head { fact: head.id(), path: path.to_owned() },
            (None, Fact::Outcome(it)) => ApplyError::NoPlan { fact: left.id(), plan: it.plan.clone() },
            (None, Fact::Work(it)) => ApplyError::NoPlan { fact: left.id(), plan: it.plan.clone() },
            (None, Fact::Ask(it)) => ApplyError::NoPlan { fact: left.id(), plan: it.plan.clone() },
            (None, _) => ApplyError::Unwritable { fact: left.id(), path: path.to_owned() },
        }),
    }
}

/// The state with the entries of its lists in the order of the file, where entries about several things are mixed.
fn in_file_order(mut state: Node, file: &Node) -> Node {
    for inner in &mut state.inner {
        if !matches!(inner.inner.name, "sign" | "confirm") {
            continue;
        }
        let mut left: Vec<Option<_>> = std::mem::take(&mut inner.items).into_iter().map(Some).collect();
        for node in file.list(inner.inner.name) {
            let subject = patch::subject(node);
            let next = left.iter_mut().find(|item| {
                item.as_ref().is_some_and(|item| {
                    item.nodes.first().is_some_and(|node| patch::subject(node) == subject)
                })
            });
            inner.items.extend(next.and_then(Option::take));
        }
        inner.items.extend(left.into_iter().flatten());
    }
    state
}

/// The text, if it reads back as these facts; else a fact that does not.
fn verified(
    kind: FileKind,
    path: &Arc<str>,
    text: String,
    facts: &[Fact],
    first_month: u8,
) -> Result<String, FactId> {
    let read = understand(kind, path, &text, first_month);
    let found: BTreeMap<FactId, Fact> = read.facts.into_iter().map(|(_, fact)| (fact.id(), fact)).collect();
    for fact in facts {
        if found.get(&fact.id()) != Some(fact) {
            return Err(fact.id());
        }
    }
    let wanted: BTreeSet<FactId> = facts.iter().map(Fact::id).collect();
    let more = found.keys().find(|id| !wanted.contains(id) && **id != FactId::Council);
    match (more, read.findings.first(), facts.first()) {
        (Some(more), _, _) => Err(more.clone()),
        (None, Some(_), Some(fact)) => Err(fact.id()),
        (None, Some(_), None) => Err(FactId::Settings),
        (None, None, _) => Ok(text),
    }
}
