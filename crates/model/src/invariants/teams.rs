//! Teams: every one that is named must be there.

use super::{Checker, MOST_TOLD, codes, error};
use crate::{Address, FactId, FallbackKind, Finding, Fix, Organisation, Scope, TeamId, TeamKind, nearest};
use std::collections::BTreeSet;

/// Every team that a fact names where a team must be, in the order of names.
pub(crate) fn teams_named(organisation: &Organisation) -> BTreeSet<TeamId> {
    let mut teams = BTreeSet::new();
    let mut visit = |_: Address, team: &TeamId| {
        teams.insert(team.clone());
    };
    for writer in organisation.everybody() {
        each_of_team(organisation, writer, &mut visit);
    }
    each_of_settings(organisation, &mut visit);
    teams
}

/// Calls `visit` with every team named by a fact of one writer, and where.
fn each_of_team(organisation: &Organisation, writer: &TeamId, visit: &mut dyn FnMut(Address, &TeamId)) {
    for ask in organisation.asks_of(writer) {
        visit(Address::field(&ask.id, "to"), &ask.to);
        for (index, fallback) in ask.fallbacks.iter().enumerate() {
            if let FallbackKind::AwayTeam { with: Some(with), .. }
            | FallbackKind::Escalate { with: Some(with) }
            | FallbackKind::TigerTeam { with }
            | FallbackKind::Community { with } = &fallback.kind
            {
                visit(Address::field(&ask.id, format!("fallback[{index}].with")), with);
            }
        }
    }
    if let Some(team) = organisation.team(writer) {
        for (index, loan) in team.loans.iter().enumerate() {
            visit(Address::field(&team.id, format!("loan[{index}].to")), &loan.to);
        }
        match &team.kind {
            TeamKind::TaskForce(force) => {
                visit(Address::field(&team.id, "later-owner"), &force.later_owner);
                for (donor, _) in &force.wants {
                    visit(Address::field(&team.id, "wants"), donor);
                }
            }
            TeamKind::Community { members, .. } => {
                for member in members {
                    visit(Address::field(&team.id, "members"), member);
                }
            }
            TeamKind::External { kept_by: Some(kept_by), .. } => {
                visit(Address::field(&team.id, "kept-by"), kept_by);
            }
            _ => {}
        }
    }
    for dataset in organisation.datasets_of(writer) {
        dataset.writers.iter().for_each(|team| visit(Address::field(&dataset.id, "writers"), team));
        dataset.readers.iter().for_each(|team| visit(Address::field(&dataset.id, "readers"), team));
        for (id, operation) in &dataset.operations {
            visit(Address::field(&dataset.id, format!("operation.{id}.writer")), &operation.writer);
        }
    }
    for proposal in organisation.proposals_of(writer) {
        proposal.adopters.iter().for_each(|team| visit(Address::field(&proposal.id, "adopters"), team));
    }
}

/// The same for the settings.
fn each_of_settings(organisation: &Organisation, visit: &mut dyn FnMut(Address, &TeamId)) {
    for (index, source) in organisation.settings().sources.iter().enumerate() {
        for team in &source.holds {
            visit(Address::field(FactId::Settings, format!("source[{index}].holds")), team);
        }
    }
}

/// The teams that the settings name and that are not there.
pub(super) fn of_settings(organisation: &Organisation) -> Vec<Finding> {
    let mut missing = Missing { organisation, found: Vec::new() };
    each_of_settings(organisation, &mut |at, team| missing.see(at, team));
    missing.told()
}

/// Teams that are named and not there.
struct Missing<'a> {
    organisation: &'a Organisation,
    found: Vec<(Address, TeamId)>,
}

impl Missing<'_> {
    fn see(&mut self, at: Address, team: &TeamId) {
        let is_missing = !team.is_council() && self.organisation.team(team).is_none();
        if is_missing && self.organisation.scope() == Scope::Whole && self.found.len() < MOST_TOLD {
            self.found.push((at, team.clone()));
        }
    }

    fn told(self) -> Vec<Finding> {
        let known = || self.organisation.teams().map(|team| team.id.as_str());
        let found = self.found.into_iter().map(|(at, team)| {
            let advice = match nearest(team.as_str(), known()) {
                Some(nearest) => {
                    format!("did you mean `{nearest}`? If it is a team of its own: `kedge new team {team}`")
                }
                None => format!("write its file: `kedge new team {team}`"),
            };
            error(codes::UNKNOWN_TEAM, at, format!("there is no team `{team}` in this organisation"))
                .with_fix(Fix::advice(advice))
        });
        found.collect()
    }
}

impl Checker<'_> {
    pub(super) fn teams(&mut self) {
        let organisation = self.organisation;
        let mut missing = Missing { organisation, found: Vec::new() };
        each_of_team(organisation, self.team, &mut |at, team| missing.see(at, team));
        for plan in organisation.plans_of(self.team) {
            missing.see(Address::field(&plan.id, "team"), plan.id.team());
        }
        for log in organisation.answer_logs_by(self.team) {
            let fact = FactId::Answers { by: log.by.clone(), to: log.to.clone() };
            missing.see(Address::of(fact), &log.by);
        }
        self.findings.extend(missing.told());
    }
}
