//! Asks, their fallbacks, and the answers to them.

use super::{Checker, asks_of, codes, error, outcomes_of};
use crate::{Address, AnswerTo, FactId, Fix, NeedRelation, OutcomeId, TeamId, Word, WorkId};
use std::collections::BTreeSet;

impl Checker<'_> {
    pub(super) fn asks(&mut self) {
        let organisation = self.organisation;
        for ask in organisation.asks_of(self.team) {
            let at = |field: &str| Address::field(&ask.id, field);
            if &ask.to == ask.id.team() {
                self.findings.push(
                    error(codes::UNKNOWN_TEAM, at("to"), "a team does not ask itself".into())
                        .with_fix(Fix::advice("make it a work item, or name the team that is asked")),
                );
            }
            for gate in &ask.gates {
                let exists = organisation.work_item(&WorkId::from(gate.clone())).is_some()
                    || organisation.outcome(&OutcomeId::from(gate.clone())).is_some();
                if &gate.team != ask.id.team() {
                    let message =
                        format!("`{gate}` is another team's: an ask gates one's own work or outcomes");
                    self.findings.push(error(codes::UNKNOWN_REFERENCE, at("gates"), message).with_fix(
                        Fix::advice("name the work or outcome of this plan that waits for the ask"),
                    ));
                } else if !exists && !self.enough() {
                    let own = ask.id.team();
                    let mut known: Vec<String> =
                        organisation.work_of(own).map(|it| it.id.id().to_string()).collect();
                    known.extend(organisation.outcomes_of(own).map(|it| it.id.id().to_string()));
                    self.unknown(at("gates"), gate, "work item or outcome", &known);
                }
            }
            let mut names = BTreeSet::new();
            for (index, fallback) in ask.fallbacks.iter().enumerate() {
                let at = |field: &str| Address::field(&ask.id, format!("fallback[{index}].{field}"));
                if !names.insert(&fallback.id) {
                    let message = format!("two fallbacks of {} are called `{}`", ask.id, fallback.id);
                    self.findings.push(error(codes::WRITTEN_TWICE, at("id"), message).with_fix(Fix::lines(
                        "give one of them a name of its own",
                        [format!("id = \"{}-2\"", fallback.id)],
                    )));
                }
                for skipped in &fallback.skips {
                    let unknown =
                        skipped.team() != ask.id.team() || organisation.work_item(skipped).is_none();
                    if unknown && !self.enough() {
                        let known = organisation.work_of(ask.id.team());
                        let known: Vec<String> = known.map(|it| it.id.id().to_string()).collect();
                        self.unknown(at("skips"), skipped.reference(), "work item", &known);
                    }
                }
                let dates =
                    [("taken", fallback.taken), ("live", fallback.live), ("migrated", fallback.migrated)];
                for pair in dates.windows(2) {
                    match (pair[0].1, pair[1].1) {
                        (Some(first), Some(second)) => {
                            self.order(at(pair[1].0), (pair[0].0, first), (pair[1].0, second));
                        }
                        (None, Some(_)) => self.findings.push(
                            error(
                                codes::DATES_OUT_OF_ORDER,
                                at(pair[1].0),
                                format!("`{}` without `{}`", pair[1].0, pair[0].0),
                            )
                            .with_fix(Fix::lines("say when that was", [format!("{} = DATE", pair[0].0)])),
                        ),
                        _ => {}
                    }
                }
                if let (Some(taken), Some(stopped)) = (fallback.taken, fallback.stopped) {
                    self.order(at("stopped"), ("taken", taken), ("stopped", stopped));
                }
            }
        }
    }

    pub(super) fn answers(&mut self) {
        let organisation = self.organisation;
        for log in organisation.answer_logs_by(self.team) {
            let fact = FactId::Answers { by: log.by.clone(), to: log.to.clone() };
            match &log.to {
                AnswerTo::Ask(ask) if organisation.ask(ask).is_none() => {
                    let by = &log.by;
                    self.note(Address::of(fact.clone()), ask.reference(), "an ask", |team| {
                        let asked = organisation.asks_of(team).filter(|ask| &ask.to == by);
                        asked.map(|ask| ask.id.reference().clone()).collect()
                    });
                }
                AnswerTo::Need(need) if organisation.need(need).is_none() => {
                    let known: Vec<String> =
                        organisation.needs_of(need.team()).map(|it| it.id.id().to_string()).collect();
                    self.unknown(Address::of(fact.clone()), need.reference(), "need", &known);
                }
                _ => {}
            }
            for (index, entry) in log.entries.iter().enumerate() {
                if let Word::Says { work: Some(work), .. } = &entry.word {
                    self.delivering(Address::field(fact.clone(), format!("[{index}].work")), &log.by, work);
                }
            }
        }
        for need in organisation.needs_of(self.team) {
            let (NeedRelation::Joins(asks) | NeedRelation::KeepsApart(asks)) = &need.relation;
            for ask in asks {
                if organisation.ask(ask).is_none() {
                    let at = Address::field(&need.id, "asks");
                    self.note(at, ask.reference(), "an ask", |team| asks_of(organisation, team));
                }
            }
            if let Some(work) = &need.work {
                self.delivering(Address::field(&need.id, "work"), need.id.team(), work);
            }
        }
        for log in organisation.confirmation_logs_by(self.team) {
            if organisation.outcome(&log.outcome).is_none() {
                let fact = FactId::Confirmations { by: log.by.clone(), outcome: log.outcome.clone() };
                self.note(Address::of(fact), log.outcome.reference(), "an outcome", |team| {
                    outcomes_of(organisation, team)
                });
            }
        }
    }

    pub(super) fn delivering(&mut self, at: Address, by: &TeamId, work: &WorkId) {
        let organisation = self.organisation;
        if work.team() != by {
            let message =
                format!("`{work}` is another team's work: an answer names the answering team's own");
            self.findings.push(
                error(codes::UNKNOWN_REFERENCE, at, message)
                    .with_fix(Fix::advice("name the item that delivers it")),
            );
        } else if organisation.work_item(work).is_none() && !self.enough() {
            let known = organisation.work_of(by);
            let known: Vec<String> = known.map(|it| it.id.id().to_string()).collect();
            self.unknown(at, work.reference(), "work item", &known);
        }
    }
}
