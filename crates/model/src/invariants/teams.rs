//! Teams: every one that is named must be there.

use super::{Checker, MOST_TOLD, codes, error};
use crate::{Address, FactId, FallbackKind, Fix, Organisation, Scope, TeamId, TeamKind, nearest};
use std::collections::BTreeSet;

/// Every team that a fact names beside its writer, in the order of names.
pub(crate) fn teams_named(organisation: &Organisation) -> BTreeSet<TeamId> {
    let mut teams = BTreeSet::new();
    each_team_reference(organisation, &mut |_, team| {
        teams.insert(team.clone());
    });
    teams
}

/// Calls `visit` with every team named by a fact, and where.
fn each_team_reference(organisation: &Organisation, visit: &mut dyn FnMut(Address, &TeamId)) {
    for ask in organisation.asks() {
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
    for team in organisation.teams() {
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
    for dataset in organisation.datasets() {
        dataset.writers.iter().for_each(|team| visit(Address::field(&dataset.id, "writers"), team));
        dataset.readers.iter().for_each(|team| visit(Address::field(&dataset.id, "readers"), team));
        for (id, operation) in &dataset.operations {
            visit(Address::field(&dataset.id, format!("operation.{id}.writer")), &operation.writer);
        }
    }
    for proposal in organisation.proposals() {
        proposal.adopters.iter().for_each(|team| visit(Address::field(&proposal.id, "adopters"), team));
    }
    for (index, source) in organisation.settings().sources.iter().enumerate() {
        source
            .holds
            .iter()
            .for_each(|team| visit(Address::field(FactId::Settings, format!("source[{index}].holds")), team));
    }
}

impl Checker<'_> {
    pub(super) fn teams(&mut self) {
        let organisation = self.organisation;
        if organisation.scope() == Scope::Partial {
            return;
        }
        let known: Vec<String> = organisation.teams().map(|team| team.id.to_string()).collect();
        let mut missing = Vec::new();
        each_team_reference(organisation, &mut |at, team| {
            if !team.is_council() && organisation.team(team).is_none() {
                missing.push((at, team.clone()));
            }
        });
        for plan in organisation.plans() {
            if organisation.team(plan.id.team()).is_none() {
                missing.push((Address::field(&plan.id, "team"), plan.id.team().clone()));
            }
        }
        let others = organisation
            .answer_logs()
            .map(|log| (FactId::Answers { by: log.by.clone(), to: log.to.clone() }, &log.by));
        for (fact, team) in others {
            if !team.is_council() && organisation.team(team).is_none() {
                missing.push((Address::of(fact), team.clone()));
            }
        }
        for (at, team) in missing.into_iter().take(MOST_TOLD) {
            let advice = match nearest(team.as_str(), known.iter().map(String::as_str)) {
                Some(nearest) => {
                    format!("did you mean `{nearest}`? If it is a team of its own: `kedge new team {team}`")
                }
                None => format!("write its file: `kedge new team {team}`"),
            };
            self.findings.push(
                error(codes::UNKNOWN_TEAM, at, format!("there is no team `{team}` in this organisation"))
                    .with_fix(Fix::advice(advice)),
            );
        }
    }
}
