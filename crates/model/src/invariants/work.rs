//! Outcomes and work: what each serves and comes after, without circles.

use super::{Checker, codes, error};
use crate::organisation::BrokenReference;
use crate::{Address, Fix, Reference, Scope, TeamId, WorkId, nearest};
use std::collections::HashMap;

impl Checker<'_> {
    pub(super) fn plans(&mut self) {
        let organisation = self.organisation;
        for outcome in organisation.outcomes_of(self.team) {
            if let Some(kpi) = &outcome.kpi
                && organisation.scope() == Scope::Whole
                && !organisation.settings().measures.contains_key(&kpi.measure)
            {
                let own = TeamId::council();
                let known =
                    organisation.settings().measures.keys().map(|id| Reference::new(own.clone(), id.clone()));
                let known: Vec<String> = known.map(|known| known.id.to_string()).collect();
                self.broken.push(BrokenReference {
                    at: Address::field(&outcome.id, "kpi"),
                    names: kpi.measure.to_string(),
                    wanted: "a measure of the organisation",
                    nearest: nearest(kpi.measure.as_str(), known.iter().map(String::as_str))
                        .map(str::to_owned),
                });
            }
            if let (Some(live), Some(dropped)) = (outcome.live, outcome.dropped) {
                self.order(Address::field(&outcome.id, "dropped"), ("live", live), ("dropped", dropped));
            }
        }
    }

    pub(super) fn work(&mut self) {
        let organisation = self.organisation;
        for work in organisation.work_of(self.team) {
            for outcome in &work.serves {
                if outcome.team() != work.id.team() {
                    let message = format!("`{outcome}` is another team's outcome: work is for one's own");
                    self.findings.push(
                        error(codes::UNKNOWN_REFERENCE, Address::field(&work.id, "for"), message).with_fix(
                            Fix::advice(
                                "leave `for` out and name this item as `work` in the answer to their ask",
                            ),
                        ),
                    );
                } else if organisation.outcome(outcome).is_none() && !self.enough() {
                    let known = organisation.outcomes_of(outcome.team());
                    let known: Vec<String> = known.map(|it| it.id.id().to_string()).collect();
                    self.unknown(Address::field(&work.id, "for"), outcome.reference(), "outcome", &known);
                }
            }
            for before in &work.after {
                self.own_work(&work.id, "after", before);
            }
            let at = |field| Address::field(&work.id, field);
            if let (Some(started), Some(done)) = (work.started, work.done) {
                self.order(at("done"), ("started", started), ("done", done));
            }
            if let (Some(started), Some(left)) = (work.started, &work.left) {
                self.order(at("left"), ("started", started), ("left.on", left.on));
            }
        }
    }

    pub(super) fn own_work(&mut self, item: &WorkId, field: &str, other: &WorkId) {
        let organisation = self.organisation;
        if other.team() != item.team() {
            let message =
                format!("`{other}` is another team's work: nobody plans on what another team may not do");
            let ask = item.id();
            self.findings.push(
                error(codes::AFTER_ANOTHER_TEAM, Address::field(item, field), message).with_fix(Fix::lines(
                    "ask for it, with a fallback",
                    [
                        format!("[ask.{}]", other.id()),
                        format!("to = \"{}\"", other.team()),
                        "what = \"…\"".into(),
                        format!("gates = \"{ask}\""),
                    ],
                )),
            );
        } else if organisation.work_item(other).is_none() && !self.enough() {
            let known = organisation.work_of(other.team());
            let known: Vec<String> = known.map(|it| it.id.id().to_string()).collect();
            self.unknown(Address::field(item, field), other.reference(), "work item", &known);
        }
    }

    /// Items that come after themselves, each circle told once.
    pub(super) fn circles(&mut self) {
        let organisation = self.organisation;
        let mut state: HashMap<&WorkId, bool> = HashMap::new();
        for start in organisation.work_of(self.team) {
            if start.after.is_empty() || state.contains_key(&start.id) {
                continue;
            }
            // Depth first without recursion: a chain may be as long as the file.
            let mut path: Vec<(&WorkId, usize)> = vec![(&start.id, 0)];
            state.insert(&start.id, false);
            while let Some((id, next)) = path.last_mut() {
                let id = *id;
                let after = organisation.work_item(id).map_or(&[][..], |work| &work.after[..]);
                let Some(before) = after.get(*next) else {
                    state.insert(id, true);
                    path.pop();
                    continue;
                };
                *next += 1;
                // Another team's work is an error of its own.
                let own = organisation.work_item(before).filter(|_| before.team() == self.team);
                let Some(before) = own.map(|work| &work.id) else { continue };
                match state.get(before) {
                    None => {
                        state.insert(before, false);
                        path.push((before, 0));
                    }
                    Some(true) => {}
                    Some(false) => {
                        let from = path.iter().position(|(id, _)| *id == before).unwrap_or(0);
                        let mut names: Vec<String> =
                            path[from..].iter().map(|(id, _)| format!("`{}`", id.id())).collect();
                        names.push(format!("`{}`", before.id()));
                        self.findings.push(
                            error(
                                codes::CIRCLE,
                                Address::field(id, "after"),
                                format!("work comes after itself: {}", names.join(" after ")),
                            )
                            .with_fix(Fix::advice("take one of these out of its `after`")),
                        );
                    }
                }
            }
        }
    }
}
