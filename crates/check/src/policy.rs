//! What the organisation makes of findings: severities by policy and stage, and silences with a reason.

use crate::report::Reported;
use crate::rule::{Group, RuleDoc};
use kedge_model::{
    Address, Code, Date, FactId, Level, Meta, Organisation, PlanId, Settings, Severity, Silence, Stage,
    TeamId, codes,
};
use std::collections::BTreeMap;

/// How much a finding matters here; `None` where the rule is off.
///
/// A level in `[severities]` takes the place of the rule's own. Where the rule itself found a reason to say it more
/// quietly, as for an ask that the council ranks, the quieter of the two holds. An organisation that is still
/// searching never gets an alignment error.
pub(crate) fn severity(settings: &Settings, rule: &RuleDoc, found: Severity) -> Option<Severity> {
    let stated = match settings.severities.get(&rule.code) {
        Some(Level::Off) => return None,
        Some(Level::At(level)) if found >= rule.severity => *level,
        Some(Level::At(level)) => found.min(*level),
        None => found,
    };
    let searching = settings.stage == Stage::Searching && rule.group == Group::Alignment;
    Some(if searching { stated.min(Severity::Warning) } else { stated })
}

/// A silence, where it stands, and whether it had an effect.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    /// The table that carries it.
    pub(crate) at: Address,
    /// The rule it is for.
    pub(crate) code: Code,
    /// Its reason and its end.
    pub(crate) silence: Silence,
    /// How many findings it took out.
    pub(crate) used: usize,
}

/// Every silence of an organisation.
#[derive(Clone, Debug)]
pub(crate) struct Silences {
    sites: Vec<Site>,
    /// Where the sites of each code are, in the order of `sites`.
    of_code: BTreeMap<Code, Vec<usize>>,
    pub(crate) as_of: Date,
    /// The rules that did run: a silence of another one cannot have had an effect.
    pub(crate) ran: Vec<Code>,
    /// Rules that policy names in vain.
    pub(crate) idle_policies: Vec<Code>,
}

impl Silences {
    /// Those that are written.
    pub(crate) fn of(sites: Vec<Site>, as_of: Date) -> Self {
        let mut of_code: BTreeMap<Code, Vec<usize>> = BTreeMap::new();
        for (place, site) in sites.iter().enumerate() {
            of_code.entry(site.code).or_default().push(place);
        }
        Self { sites, of_code, as_of, ran: Vec::new(), idle_policies: Vec::new() }
    }

    /// The silence that covers a finding of this rule and still holds; it counts as used.
    pub(crate) fn take(&mut self, organisation: &Organisation, finding: &Reported) -> Option<&Site> {
        let places = self.of_code.get(&finding.code)?;
        let address = finding.address.as_ref()?;
        let plan = plan_of(organisation, &address.fact);
        let covers = |place: &&usize| {
            let site = self.sites.get(**place);
            site.is_some_and(|site| site.holds(self.as_of) && site.covers(address, plan.as_ref()))
        };
        let place = *places.iter().find(covers)?;
        let site = self.sites.get_mut(place)?;
        site.used += 1;
        Some(site)
    }
}

impl Silences {
    /// Each silence once: one at the top of a file of answers, datasets or proposals comes to us with every entry of it.
    pub(crate) fn told_once(&self) -> impl Iterator<Item = &Site> {
        let mut told: Vec<&Site> = Vec::new();
        for site in &self.sites {
            if !told.iter().any(|other| other.may_be_one_with(site)) {
                told.push(site);
            }
        }
        told.into_iter()
    }

    /// Whether neither it nor any other entry that has it from the same file's top took a finding out.
    pub(crate) fn is_idle(&self, site: &Site) -> bool {
        site.used == 0 && !self.sites.iter().any(|other| other.used > 0 && other.may_be_one_with(site))
    }
}

impl Site {
    /// Whether both may come from the top of one file: the same words in entries of one writer.
    fn may_be_one_with(&self, other: &Self) -> bool {
        let inherits = |fact: &FactId| {
            matches!(
                fact,
                FactId::Answers { .. }
                    | FactId::Signatures { .. }
                    | FactId::Confirmations { .. }
                    | FactId::Need(_)
                    | FactId::Dataset(_)
                    | FactId::Proposal(_)
            )
        };
        self.code == other.code
            && self.silence == other.silence
            && inherits(&self.at.fact)
            && inherits(&other.at.fact)
            && self.at.fact.writer() == other.at.fact.writer()
    }

    /// Where it is written.
    pub(crate) fn key(&self) -> Address {
        let table = &self.at.field;
        let dot = if table.is_empty() { "" } else { "." };
        Address::field(self.at.fact.clone(), format!("{table}{dot}silence.{}", self.code))
    }

    /// Whether its last day is not over.
    pub(crate) fn holds(&self, as_of: Date) -> bool {
        self.silence.until.is_none_or(|until| as_of <= until)
    }

    /// A table's silence covers what is in it; the one at the top of a plan's file, all of the plan.
    fn covers(&self, address: &Address, plan: Option<&PlanId>) -> bool {
        if self.at.fact == address.fact {
            return address.field.starts_with(&self.at.field);
        }
        match &self.at.fact {
            FactId::Plan(own) => plan == Some(own),
            FactId::Council => matches!(address.fact, FactId::Initiative(_)),
            _ => false,
        }
    }
}

fn plan_of(organisation: &Organisation, fact: &FactId) -> Option<PlanId> {
    Some(match fact {
        FactId::Outcome(id) => organisation.outcome(id)?.plan.clone(),
        FactId::Work(id) => organisation.work_item(id)?.plan.clone(),
        FactId::Ask(id) => organisation.ask(id)?.plan.clone(),
        _ => return None,
    })
}

/// Every silence that the stewards have written into the settings.
pub(crate) fn sites_of_settings(organisation: &Organisation) -> Vec<Site> {
    let mut sites = Vec::new();
    let settings = organisation.settings();
    let mut visit = |key: &dyn Fn() -> String, meta: &Meta| see(&mut sites, &|| FactId::Settings, key, meta);
    visit(&String::new, &settings.meta);
    settings.measures.iter().for_each(|(id, it)| visit(&|| format!("measure.{id}"), &it.meta));
    settings.repositories.iter().for_each(|(id, it)| visit(&|| format!("repository.{id}"), &it.meta));
    settings.sources.iter().enumerate().for_each(|(i, it)| visit(&|| format!("source[{i}]"), &it.meta));
    sites
}

/// Every silence that a team, or the council, has written.
pub(crate) fn sites_of(organisation: &Organisation, writer: &TeamId) -> Vec<Site> {
    let mut sites = Vec::new();
    each_meta(organisation, writer, &mut |fact, key, meta| see(&mut sites, fact, key, meta));
    sites
}

fn see(sites: &mut Vec<Site>, fact: &dyn Fn() -> FactId, key: &dyn Fn() -> String, meta: &Meta) {
    for (code, silence) in &meta.silence {
        let at = Address::field(fact(), key());
        sites.push(Site { at, code: *code, silence: silence.clone(), used: 0 });
    }
}

/// Given a fact, a key within it, and what the table there carries.
type Visit<'a> = dyn FnMut(&dyn Fn() -> FactId, &dyn Fn() -> String, &Meta) + 'a;

/// Calls `visit` with every table of a writer that may carry a silence: its fact, its key within that, and what it carries.
fn each_meta(organisation: &Organisation, writer: &TeamId, visit: &mut Visit<'_>) {
    let top = String::new;
    if writer.is_council() {
        let council = organisation.council();
        visit(&|| FactId::Council, &top, &council.meta);
        for (id, it) in &council.persons {
            visit(&|| FactId::Council, &|| format!("person.{id}"), &it.meta);
        }
    }
    for it in organisation.initiatives_by(writer) {
        visit(&|| FactId::Initiative(it.id.clone()), &top, &it.meta);
    }
    if let Some(team) = organisation.team(writer) {
        let mut visit =
            |key: &dyn Fn() -> String, meta: &Meta| visit(&|| FactId::Team(team.id.clone()), key, meta);
        visit(&top, &team.meta);
        team.persons.iter().for_each(|(id, it)| visit(&|| format!("person.{id}"), &it.meta));
        team.absences.iter().enumerate().for_each(|(i, it)| visit(&|| format!("absence[{i}]"), &it.meta));
        team.loans.iter().enumerate().for_each(|(i, it)| visit(&|| format!("loan[{i}]"), &it.meta));
        team.away_teams.iter().for_each(|it| visit(&|| "away-teams".into(), &it.meta));
        team.services.iter().for_each(|(id, it)| visit(&|| format!("service.{id}"), &it.meta));
        team.self_services.iter().for_each(|(id, it)| visit(&|| format!("self-service.{id}"), &it.meta));
    }
    for it in organisation.plans_of(writer) {
        visit(&|| FactId::Plan(it.id.clone()), &top, &it.meta);
    }
    for it in organisation.outcomes_of(writer) {
        visit(&|| FactId::Outcome(it.id.clone()), &top, &it.meta);
    }
    for it in organisation.work_of(writer) {
        visit(&|| FactId::Work(it.id.clone()), &top, &it.meta);
    }
    for ask in organisation.asks_of(writer) {
        let fact = || FactId::Ask(ask.id.clone());
        visit(&fact, &top, &ask.meta);
        for (place, it) in ask.fallbacks.iter().enumerate() {
            visit(&fact, &|| format!("fallback[{place}]"), &it.meta);
        }
    }
    for log in organisation.answer_logs_by(writer) {
        let fact = || FactId::Answers { by: log.by.clone(), to: log.to.clone() };
        log.entries.iter().enumerate().for_each(|(i, it)| visit(&fact, &|| format!("[{i}]"), &it.meta));
    }
    for it in organisation.needs_of(writer) {
        visit(&|| FactId::Need(it.id.clone()), &top, &it.meta);
    }
    for log in organisation.signature_logs_by(writer) {
        let fact = || FactId::Signatures { by: log.by.clone(), under: log.under.clone() };
        log.entries.iter().enumerate().for_each(|(i, it)| visit(&fact, &|| format!("[{i}]"), &it.meta));
    }
    for log in organisation.confirmation_logs_by(writer) {
        let fact = || FactId::Confirmations { by: log.by.clone(), outcome: log.outcome.clone() };
        log.entries.iter().enumerate().for_each(|(i, it)| visit(&fact, &|| format!("[{i}]"), &it.meta));
    }
    for dataset in organisation.datasets_of(writer) {
        let mut visit =
            |key: &dyn Fn() -> String, meta: &Meta| visit(&|| FactId::Dataset(dataset.id.clone()), key, meta);
        visit(&top, &dataset.meta);
        dataset.invariants.iter().for_each(|(id, it)| visit(&|| format!("invariant.{id}"), &it.meta));
        dataset.operations.iter().for_each(|(id, it)| visit(&|| format!("operation.{id}"), &it.meta));
        dataset.contract.iter().for_each(|it| visit(&|| "contract".into(), &it.meta));
    }
    for proposal in organisation.proposals_of(writer) {
        let mut visit = |key: &dyn Fn() -> String, meta: &Meta| {
            visit(&|| FactId::Proposal(proposal.id.clone()), key, meta);
        };
        visit(&top, &proposal.meta);
        proposal.options.iter().for_each(|(id, it)| visit(&|| format!("option.{id}"), &it.meta));
    }
}

/// Rules that policy names in vain: the table does not have them, or what they find keeps files from being read.
pub(crate) fn idle_policies(settings: &Settings, known: impl Fn(Code) -> bool) -> Vec<Code> {
    settings.severities.keys().copied().filter(|code| *code <= codes::UNREADABLE || !known(*code)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::explain;

    #[test]
    fn a_searching_organisation_never_gets_an_alignment_error() {
        let asks = explain(Code::new(101)).copied().unwrap();
        let alignment = RuleDoc { group: Group::Alignment, ..asks };
        let mut settings = Settings { stage: Stage::Searching, ..Settings::default() };
        assert_eq!(severity(&settings, &asks, Severity::Error), Some(Severity::Error));
        assert_eq!(severity(&settings, &alignment, Severity::Error), Some(Severity::Warning));
        settings.severities.insert(asks.code, Level::At(Severity::Error));
        assert_eq!(severity(&settings, &alignment, Severity::Note), Some(Severity::Note));
        assert_eq!(severity(&settings, &alignment, Severity::Error), Some(Severity::Warning));
        settings.stage = Stage::Mature;
        assert_eq!(severity(&settings, &alignment, Severity::Error), Some(Severity::Error));
    }
}
