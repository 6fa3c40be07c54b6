//! A draft brought into an organisation that may hold an earlier import of the same source, edited by people since.
//!
//! Three ways, field by field: what the last import wrote, what stands there now, what the source says today. A field
//! that people left alone follows the source; one that they changed is theirs, and is reported as kept. Lists and maps
//! are compared entry by entry, so that an entry somebody added or took out stays so. Nothing is ever removed: what is
//! gone from the source is reported.

mod fields;
mod present;

use crate::align::{Aligned, Origins};
use fields::Fields;
use kedge_model::{Change, Fact, FactId, Organisation, Scope};
use present::Present;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A draft as it fits into an organisation.
#[derive(Clone, Debug, Default)]
pub struct Merge {
    /// What changes in the organisation: whole facts, in the draft's order. Facts that stay as they are are left out.
    pub changes: Vec<Change>,
    /// What the source says today, to be kept for the next import: give it back as `last`.
    pub record: Vec<Fact>,
    /// What became of each fact.
    pub report: Report,
}

/// What an import does to an organisation, for people.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Report {
    /// Facts that were not there.
    pub added: Vec<FactId>,
    /// Facts that were there and now say something else.
    pub changed: Vec<Changed>,
    /// How many were there and say the same.
    pub unchanged: usize,
    /// What people changed since the last import, or wrote before the first, and which therefore stays.
    pub kept: Vec<Kept>,
    /// What an earlier import made and the source has no longer. It stays; people decide.
    pub gone: Vec<FactId>,
}

/// A fact that follows the source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// Which.
    pub fact: FactId,
    /// Its fields that change, by the model's names.
    pub fields: Vec<&'static str>,
}

/// Something of people's that an import leaves alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Kept {
    /// The fact.
    pub fact: FactId,
    /// The field; `None` where it is the whole fact.
    pub field: Option<&'static str>,
    /// What stands there, as JSON; `null` where nothing does.
    pub here: serde_json::Value,
    /// What the source says, as JSON.
    pub source: serde_json::Value,
    /// Why it stays, in a few words.
    pub why: &'static str,
}

/// Fits what a source says today into an organisation. `last` is what the last import of the same source recorded
/// ([`Merge::record`]); empty at the first.
///
/// Where a fact of the same name was there before the first import, only what it leaves open is filled in. A fact that
/// people renamed is found by its `origin`; one that they took out stays out.
pub fn merge(draft: &[Fact], last: &[Fact], now: &Organisation) -> Merge {
    let origins = Origins::of(now);
    let names_then = Aligned::new(last, &origins, &Aligned::default());
    let names = Aligned::new(draft, &origins, &names_then);
    let last: Vec<(&Fact, Fact)> = last.iter().map(|fact| (fact, names_then.fact(fact.clone()))).collect();
    let written: BTreeMap<FactId, &Fact> = last.iter().map(|(_, fact)| (fact.id(), fact)).collect();

    let mut merge = Merge { record: draft.to_vec(), ..Merge::default() };
    let mut present = Present::of(now);
    let mut admitted = Vec::new();
    for fact in draft {
        let fact = names.fact(fact.clone());
        match present.admit(&fact, now, written.contains_key(&fact.id())) {
            Ok(()) => admitted.push(fact),
            Err(why) => merge.report.kept.push(Kept {
                fact: fact.id(),
                field: None,
                here: serde_json::Value::Null,
                source: serde_json::Value::Null,
                why,
            }),
        }
    }
    for fact in admitted {
        let id = fact.id();
        let Some(mut new) = present.without_what_is_not_there(fact) else {
            merge.report.kept.push(Kept {
                fact: id,
                field: None,
                here: serde_json::Value::Null,
                source: serde_json::Value::Null,
                why: "what it gates was taken out here",
            });
            continue;
        };
        for (field, source, why) in present.take_out_what_leads_nowhere(&mut new) {
            let here = serde_json::Value::Null;
            merge.report.kept.push(Kept { fact: id.clone(), field: Some(field), here, source, why });
        }
        let Some(here) = now.fact(&id) else {
            merge.report.added.push(id);
            merge.changes.push(Change::Put(new));
            continue;
        };
        let mut fields = Fields::new(id.clone(), written.contains_key(&id));
        let after = fields.merged(written.get(&id).copied(), &here, &new);
        merge.report.kept.append(&mut fields.kept);
        if after == here {
            merge.report.unchanged += 1;
        } else {
            merge.report.changed.push(Changed { fact: id, fields: fields.changed });
            merge.changes.push(Change::Put(after));
        }
    }

    let today: BTreeSet<FactId> = draft.iter().map(|fact| names.fact(fact.clone()).id()).collect();
    let mut recorded: BTreeSet<FactId> = draft.iter().map(Fact::id).collect();
    for (fact, named) in &last {
        let id = named.id();
        if !today.contains(&id) && now.fact(&id).is_some() {
            merge.report.gone.push(id);
            // It stays on record, so that it is told again, and followed again should it come back; unless the source
            // has its name for something of another kind now.
            let other = match fact.id() {
                FactId::Outcome(id) => Some(FactId::Work(id.reference().clone().into())),
                FactId::Work(id) => Some(FactId::Outcome(id.reference().clone().into())),
                _ => None,
            };
            if recorded.insert(fact.id()) && !other.is_some_and(|other| recorded.contains(&other)) {
                merge.record.push((*fact).clone());
            }
        }
    }
    if Organisation::build(Scope::Partial, merge.record.clone()).is_err() {
        // What is gone may not fit what is there today; then it is forgotten.
        merge.record = draft.to_vec();
    }
    merge
}
