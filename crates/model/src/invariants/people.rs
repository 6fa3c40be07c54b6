//! People who are named: absences, loans, guides, stakeholders.

use super::Checker;
use crate::{Address, FactId, FallbackKind, PersonId, Reference, Scope, TeamId, TeamKind, Word};
use std::collections::BTreeSet;

impl Checker<'_> {
    pub(super) fn people(&mut self) {
        let organisation = self.organisation;
        let known: BTreeSet<Reference> = organisation
            .teams()
            .flat_map(|team| team.persons.keys().map(|id| Reference::new(team.id.clone(), id.clone())))
            .chain(
                organisation.council().persons.keys().map(|id| Reference::new(TeamId::council(), id.clone())),
            )
            .collect();
        let mut named: Vec<(Address, PersonId)> = Vec::new();
        for team in organisation.teams() {
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
                    let known: Vec<_> =
                        organisation.initiatives().map(|it| it.id.reference().clone()).collect();
                    let at = Address::field(&team.id, "for");
                    self.note(at, force.initiative.reference(), "an initiative", known.into_iter());
                }
            }
            let guide = team.away_teams.as_ref().and_then(|away| away.guide.clone());
            named.extend(guide.map(|guide| (Address::field(&team.id, "away-teams.guide"), guide)));
        }
        for outcome in organisation.outcomes() {
            let who = outcome.stakeholder.clone();
            named.extend(who.map(|who| (Address::field(&outcome.id, "stakeholder"), who)));
        }
        for work in organisation.work() {
            named.extend(work.who.iter().map(|who| (Address::field(&work.id, "who"), who.clone())));
        }
        for ask in organisation.asks() {
            for (index, fallback) in ask.fallbacks.iter().enumerate() {
                if let FallbackKind::AwayTeam { send, .. } = &fallback.kind {
                    let at = Address::field(&ask.id, format!("fallback[{index}].send"));
                    named.extend(send.iter().map(|who| (at.clone(), who.clone())));
                }
            }
        }
        for log in organisation.answer_logs() {
            for (index, entry) in log.entries.iter().enumerate() {
                if let Word::Host { guide: Some(guide), .. } = &entry.word {
                    let fact = FactId::Answers { by: log.by.clone(), to: log.to.clone() };
                    named.push((Address::field(fact, format!("[{index}].guide")), guide.clone()));
                }
            }
        }
        for initiative in organisation.initiatives() {
            let manager = initiative.program_manager.clone();
            named.extend(manager.map(|who| (Address::field(&initiative.id, "program-manager"), who)));
            let sponsor = initiative.sponsor.clone();
            named.extend(sponsor.map(|who| (Address::field(&initiative.id, "sponsor"), who)));
        }
        let listed: BTreeSet<&TeamId> = known.iter().map(|person| &person.team).collect();
        for (at, who) in named {
            // A team that lists nobody has nobody to compare with; that is a gap, not a mistake.
            if listed.contains(who.team()) && !known.contains(who.reference()) {
                self.note(at, who.reference(), "a person", known.iter().cloned());
            }
        }
    }
}
