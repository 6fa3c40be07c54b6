//! The fixes that are safe to make without asking: they change nothing that anybody meant.
//!
//! Two kinds are. A silence, or a line of `[severities]`, that does nothing is taken out (K020): a [`Change`]. And what a
//! finding's fix has as `replacement` is written over its place: a value that only lacks its quotes (K001). Everything
//! else needs a person: which fallback, which date, whose need.

use crate::report::Reported;
use kedge_model::{Address, Change, Code, Fact, FactId, Meta, Organisation, codes};
use std::collections::BTreeMap;

/// The rules of which some findings can be mended without asking.
pub(crate) const MENDED: [Code; 2] = [codes::NOT_TOML, IDLE_SILENCE];

const IDLE_SILENCE: Code = Code::new(20);

/// Whether a finding is one of those that can be mended without asking. Whether it is mended shows only once that is tried:
/// in quotes a value may be none that its key takes.
pub fn may_be_mended(finding: &Reported) -> bool {
    finding.code == IDLE_SILENCE || finding.fix.as_ref().is_some_and(|fix| fix.replacement.is_some())
}

/// The changes that mend those findings that a change can safely mend, each fact once.
pub fn safe_changes<'a>(
    organisation: &Organisation,
    findings: impl IntoIterator<Item = &'a Reported>,
) -> Vec<Change> {
    let mut facts: BTreeMap<FactId, Fact> = BTreeMap::new();
    for finding in findings.into_iter().filter(|finding| finding.code == IDLE_SILENCE) {
        let Some(address) = &finding.address else { continue };
        let now = facts.get(&address.fact).cloned().or_else(|| organisation.fact(&address.fact));
        if let Some(mended) = now.and_then(|fact| without(fact, address)) {
            facts.insert(address.fact.clone(), mended);
        }
    }
    facts.into_values().map(Change::Put).collect()
}

/// The fact without the silence, or the severity, at the address.
fn without(fact: Fact, address: &Address) -> Option<Fact> {
    let (table, code) = address.field.rsplit_once('.')?;
    let code: Code = code.parse().ok()?;
    if let (Fact::Settings(settings), "severities") = (&fact, table) {
        let mut settings = (**settings).clone();
        settings.severities.remove(&code)?;
        return Some(settings.into());
    }
    let table = table.strip_suffix("silence")?.trim_end_matches('.');
    let mut found = false;
    let mut take = |key: &str, meta: &mut Meta| {
        if key == table {
            found |= meta.silence.remove(&code).is_some();
        }
    };
    let fact = with_each_meta(fact, &mut take);
    found.then_some(fact)
}

/// The fact after `visit` has seen what each of its tables carries, with the table's key within the fact.
fn with_each_meta(fact: Fact, visit: &mut dyn FnMut(&str, &mut Meta)) -> Fact {
    macro_rules! only_top {
        ($it:ident) => {{
            let mut it = (*$it).clone();
            visit("", &mut it.meta);
            it.into()
        }};
    }
    macro_rules! entries {
        ($it:ident) => {{
            let mut it = (*$it).clone();
            it.entries
                .iter_mut()
                .enumerate()
                .for_each(|(i, entry)| visit(&format!("[{i}]"), &mut entry.meta));
            it.into()
        }};
    }
    match fact {
        Fact::Initiative(it) => only_top!(it),
        Fact::Plan(it) => only_top!(it),
        Fact::Outcome(it) => only_top!(it),
        Fact::Work(it) => only_top!(it),
        Fact::Need(it) => only_top!(it),
        Fact::Answers(it) => entries!(it),
        Fact::Signatures(it) => entries!(it),
        Fact::Confirmations(it) => entries!(it),
        Fact::Ask(it) => {
            let mut it = (*it).clone();
            visit("", &mut it.meta);
            for (place, fallback) in it.fallbacks.iter_mut().enumerate() {
                visit(&format!("fallback[{place}]"), &mut fallback.meta);
            }
            it.into()
        }
        Fact::Settings(it) => {
            let mut it = (*it).clone();
            visit("", &mut it.meta);
            it.measures.iter_mut().for_each(|(id, it)| visit(&format!("measure.{id}"), &mut it.meta));
            it.repositories.iter_mut().for_each(|(id, it)| visit(&format!("repository.{id}"), &mut it.meta));
            it.sources
                .iter_mut()
                .enumerate()
                .for_each(|(i, it)| visit(&format!("source[{i}]"), &mut it.meta));
            it.into()
        }
        Fact::Council(it) => {
            let mut it = (*it).clone();
            visit("", &mut it.meta);
            it.persons.iter_mut().for_each(|(id, it)| visit(&format!("person.{id}"), &mut it.meta));
            it.into()
        }
        Fact::Team(it) => {
            let mut it = (*it).clone();
            visit("", &mut it.meta);
            it.persons.iter_mut().for_each(|(id, it)| visit(&format!("person.{id}"), &mut it.meta));
            it.absences
                .iter_mut()
                .enumerate()
                .for_each(|(i, it)| visit(&format!("absence[{i}]"), &mut it.meta));
            it.loans.iter_mut().enumerate().for_each(|(i, it)| visit(&format!("loan[{i}]"), &mut it.meta));
            it.away_teams.iter_mut().for_each(|it| visit("away-teams", &mut it.meta));
            it.services.iter_mut().for_each(|(id, it)| visit(&format!("service.{id}"), &mut it.meta));
            it.self_services
                .iter_mut()
                .for_each(|(id, it)| visit(&format!("self-service.{id}"), &mut it.meta));
            it.into()
        }
        Fact::Dataset(it) => {
            let mut it = (*it).clone();
            visit("", &mut it.meta);
            it.invariants.iter_mut().for_each(|(id, it)| visit(&format!("invariant.{id}"), &mut it.meta));
            it.operations.iter_mut().for_each(|(id, it)| visit(&format!("operation.{id}"), &mut it.meta));
            it.contract.iter_mut().for_each(|it| visit("contract", &mut it.meta));
            it.into()
        }
        Fact::Proposal(it) => {
            let mut it = (*it).clone();
            visit("", &mut it.meta);
            it.options.iter_mut().for_each(|(id, it)| visit(&format!("option.{id}"), &mut it.meta));
            it.into()
        }
    }
}
