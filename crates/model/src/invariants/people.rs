//! People who are named: absences, loans, guides, stakeholders.

use super::{Checker, initiatives_by};
use crate::{
    Address, FactId, FallbackKind, Organisation, Person, PersonId, Reference, Scope, Slug, TeamId, TeamKind,
    Word,
};
use std::collections::BTreeMap;

impl Checker<'_> {
    pub(super) fn people(&mut self) {
        let organisation = self.organisation;
        let mut named: Vec<(Address, PersonId)> = Vec::new();
        if let Some(team) = organisation.team(self.team) {
            for (index, absence) in team.absences.iter().enumerate() {
                let at = |field| Address::field(&team.id, format!("absence[{index}].{field}"));
                self.order(at("until"), ("from", absence.from), ("until", absence.until));
                named.extend(absence.who.clone().map(|who| (at("who"), who)));
            }
            for (index, loan) in team.loans.iter().enumerate() {
                let at = |field| Address::field(&team.id, format!("loan[{index}].{field}"));
                self.order(at("until"), ("from", loan.from), ("until", loan.until));
                named.push((at("who"), loan.who.clone()));
            }
            if let TeamKind::TaskForce(force) = &team.kind {
                self.order(Address::field(&team.id, "ends"), ("starts", force.starts), ("ends", force.ends));
                if organisation.scope() == Scope::Whole
                    && organisation.initiative(&force.initiative).is_none()
                {
                    let at = Address::field(&team.id, "for");
                    self.note(at, force.initiative.reference(), "an initiative", |team| {
                        initiatives_by(organisation, team)
                    });
                }
            }
            let guide = team.away_teams.as_ref().and_then(|away| away.guide.clone());
            named.extend(guide.map(|guide| (Address::field(&team.id, "away-teams.guide"), guide)));
        }
        for outcome in organisation.outcomes_of(self.team) {
            let who = outcome.stakeholder.clone();
            named.extend(who.map(|who| (Address::field(&outcome.id, "stakeholder"), who)));
        }
        for work in organisation.work_of(self.team) {
            named.extend(work.who.iter().map(|who| (Address::field(&work.id, "who"), who.clone())));
        }
        for ask in organisation.asks_of(self.team) {
            for (index, fallback) in ask.fallbacks.iter().enumerate() {
                if let FallbackKind::AwayTeam { send, .. } = &fallback.kind {
                    let at = Address::field(&ask.id, format!("fallback[{index}].send"));
                    named.extend(send.iter().map(|who| (at.clone(), who.clone())));
                }
            }
        }
        for log in organisation.answer_logs_by(self.team) {
            for (index, entry) in log.entries.iter().enumerate() {
                if let Word::Host { guide: Some(guide), .. } = &entry.word {
                    let fact = FactId::Answers { by: log.by.clone(), to: log.to.clone() };
                    named.push((Address::field(fact, format!("[{index}].guide")), guide.clone()));
                }
            }
        }
        for initiative in organisation.initiatives_by(self.team) {
            let manager = initiative.program_manager.clone();
            named.extend(manager.map(|who| (Address::field(&initiative.id, "program-manager"), who)));
            let sponsor = initiative.sponsor.clone();
            named.extend(sponsor.map(|who| (Address::field(&initiative.id, "sponsor"), who)));
        }
        for (at, who) in named {
            // A team that lists nobody has nobody to compare with; that is a gap, not a mistake.
            let listed = persons(organisation, who.team());
            if listed.is_some_and(|listed| !listed.is_empty() && !listed.contains_key(who.id())) {
                self.note(at, who.reference(), "a person", |team| {
                    let listed = persons(organisation, team).into_iter().flat_map(BTreeMap::keys);
                    listed.map(|id| Reference::new(team.clone(), id.clone())).collect()
                });
            }
        }
    }
}

/// The persons that a team, or the council, lists.
fn persons<'a>(organisation: &'a Organisation, team: &TeamId) -> Option<&'a BTreeMap<Slug, Person>> {
    if team.is_council() {
        return Some(&organisation.council().persons);
    }
    organisation.team(team).map(|team| &team.persons)
}
