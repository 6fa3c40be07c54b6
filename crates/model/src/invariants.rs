//! What must hold of an organisation, checked where it is built. Each failure is a finding with its fix.

use crate::organisation::BrokenReference;
use crate::{
    Address, AnswerTo, AskId, Code, Currency, DatasetId, Date, FactId, FallbackKind, Finding, Fix,
    InitiativeId, LateCost, NeedRelation, Organisation, OutcomeId, PersonId, Price, Reference, Scope,
    Severity, SignedThing, TeamId, TeamKind, Word, WorkId, nearest,
};
use std::collections::{BTreeSet, HashMap};

/// The codes of the rules that reading and building raise. Their reasons and examples are with all other rules'.
pub mod codes {
    use crate::Code;
    /// The file is not TOML.
    pub const NOT_TOML: Code = Code::new(1);
    /// A key that the language does not have there.
    pub const UNKNOWN_KEY: Code = Code::new(2);
    /// A value of the wrong type or form.
    pub const BAD_VALUE: Code = Code::new(3);
    /// A key that must be there is not.
    pub const MISSING_KEY: Code = Code::new(4);
    /// One fact stands in two places.
    pub const WRITTEN_TWICE: Code = Code::new(5);
    /// A reference to something of one's own that is not there.
    pub const UNKNOWN_REFERENCE: Code = Code::new(6);
    /// A team that the organisation does not have.
    pub const UNKNOWN_TEAM: Code = Code::new(7);
    /// Work that comes after itself.
    pub const CIRCLE: Code = Code::new(8);
    /// Work that comes after another team's.
    pub const AFTER_ANOTHER_TEAM: Code = Code::new(9);
    /// Dates that cannot both be so.
    pub const DATES_OUT_OF_ORDER: Code = Code::new(10);
    /// Money in another currency than the organisation's.
    pub const OTHER_CURRENCY: Code = Code::new(11);
    /// An outcome, a work item or a need of one team share a name.
    pub const SHARED_NAME: Code = Code::new(12);
    /// A file that speaks for a team which is not its writer.
    pub const WRONG_WRITER: Code = Code::new(13);
    /// A file that is too large, cannot be read or is not text.
    pub const UNREADABLE: Code = Code::new(14);
}

pub(crate) fn written_twice(id: &FactId) -> Finding {
    error(codes::WRITTEN_TWICE, Address::of(id.clone()), format!("{id} is written in more than one place"))
        .with_fix(Fix::advice("keep the one that is right and delete the other"))
}

fn error(code: Code, at: Address, message: String) -> Finding {
    Finding::at(code, Severity::Error, at, message)
}

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

/// Everything that must hold; what is broken only because another writer's fact is gone goes to `broken`.
pub(crate) fn check(
    organisation: &Organisation,
    findings: &mut Vec<Finding>,
    broken: &mut Vec<BrokenReference>,
) {
    let mut checker = Checker { organisation, findings, broken };
    checker.teams();
    checker.names();
    checker.plans();
    checker.work();
    checker.circles();
    checker.asks();
    checker.answers();
    checker.ranks();
    checker.people();
    checker.agreements();
    checker.money();
}

struct Checker<'a> {
    organisation: &'a Organisation,
    findings: &'a mut Vec<Finding>,
    broken: &'a mut Vec<BrokenReference>,
}

impl Checker<'_> {
    fn unknown(&mut self, at: Address, name: &Reference, wanted: &str, known: &[String]) {
        let own = at.fact.writer();
        let shown = own.as_ref().map_or_else(|| name.to_string(), |own| name.short_for(own));
        let finding = error(codes::UNKNOWN_REFERENCE, at, format!("there is no {wanted} `{shown}`"));
        self.findings.push(finding.with_fix(match nearest(&shown, known.iter().map(String::as_str)) {
            Some(nearest) => Fix::advice(format!("did you mean `{nearest}`?")),
            None if known.is_empty() => Fix::advice(format!("write it first: {} has none", name.team)),
            None => Fix::advice(format!("use one of: {}", shortened(known))),
        }));
    }

    fn note(
        &mut self,
        at: Address,
        names: &Reference,
        wanted: &'static str,
        known: impl Iterator<Item = Reference>,
    ) {
        let text = names.to_string();
        let known: Vec<String> = known.map(|known| known.to_string()).collect();
        let nearest = nearest(&text, known.iter().map(String::as_str)).map(str::to_owned);
        self.broken.push(BrokenReference { at, names: text, wanted, nearest });
    }

    /// An error where the thing named would be the writer's own, a note where another writes it.
    fn own_or_note(&mut self, at: Address, name: &Reference, wanted: &'static str, known: Vec<Reference>) {
        let own = at.fact.writer();
        if own.as_ref() == Some(&name.team) {
            let short: Vec<String> =
                known.iter().filter(|it| it.team == name.team).map(|it| it.id.to_string()).collect();
            self.unknown(at, name, wanted.trim_start_matches("an ").trim_start_matches("a "), &short);
        } else {
            self.note(at, name, wanted, known.into_iter());
        }
    }

    fn teams(&mut self) {
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
        for (at, team) in missing {
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

    /// `gates` and `rank` take outcomes, work and needs alike, so these may not share a name.
    fn names(&mut self) {
        let organisation = self.organisation;
        let mut shared = |name: &Reference, fact: FactId, noun: &str, other: &str| {
            let id = &name.id;
            self.findings.push(
                error(
                    codes::SHARED_NAME,
                    Address::of(fact),
                    format!("`{id}` names both this {noun} and {} {other}", article(other)),
                )
                .with_fix(Fix::advice(format!("rename one of them, for instance `{id}-{}`", &noun[..4]))),
            );
        };
        for outcome in organisation.outcomes() {
            let work = WorkId::from(outcome.id.reference().clone());
            if organisation.work_item(&work).is_some() {
                shared(work.reference(), FactId::from(&work), "work item", "outcome");
            }
        }
        for need in organisation.needs() {
            let name = need.id.reference();
            if organisation.work_item(&WorkId::from(name.clone())).is_some() {
                shared(name, FactId::from(&need.id), "need", "work item");
            } else if organisation.outcome(&OutcomeId::from(name.clone())).is_some() {
                shared(name, FactId::from(&need.id), "need", "outcome");
            }
        }
    }

    fn plans(&mut self) {
        let organisation = self.organisation;
        for outcome in organisation.outcomes() {
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

    fn order(&mut self, at: Address, first: (&str, Date), second: (&str, Date)) {
        if second.1 < first.1 {
            let message = format!("`{}` ({}) comes before `{}` ({})", second.0, second.1, first.0, first.1);
            self.findings.push(
                error(codes::DATES_OUT_OF_ORDER, at, message)
                    .with_fix(Fix::advice("correct one of the two dates")),
            );
        }
    }

    fn work(&mut self) {
        let organisation = self.organisation;
        for work in organisation.work() {
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
                } else if organisation.outcome(outcome).is_none() {
                    let known = organisation.outcomes().filter(|it| it.id.team() == outcome.team());
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

    fn own_work(&mut self, item: &WorkId, field: &str, other: &WorkId) {
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
        } else if organisation.work_item(other).is_none() {
            let known = organisation.work().filter(|it| it.id.team() == other.team());
            let known: Vec<String> = known.map(|it| it.id.id().to_string()).collect();
            self.unknown(Address::field(item, field), other.reference(), "work item", &known);
        }
    }

    /// Items that come after themselves, each circle told once.
    fn circles(&mut self) {
        let organisation = self.organisation;
        let mut state: HashMap<&WorkId, bool> = HashMap::with_capacity(organisation.work().len());
        for start in organisation.work() {
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
                let Some(before) = organisation.work_item(before).map(|work| &work.id) else { continue };
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

    fn asks(&mut self) {
        let organisation = self.organisation;
        for ask in organisation.asks() {
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
                } else if !exists {
                    let own = ask.id.team();
                    let mut known: Vec<String> = organisation
                        .work()
                        .filter(|it| it.id.team() == own)
                        .map(|it| it.id.id().to_string())
                        .collect();
                    known.extend(
                        organisation
                            .outcomes()
                            .filter(|it| it.id.team() == own)
                            .map(|it| it.id.id().to_string()),
                    );
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
                    if skipped.team() != ask.id.team() || organisation.work_item(skipped).is_none() {
                        let known = organisation.work().filter(|it| it.id.team() == ask.id.team());
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

    fn known_asks(&self) -> Vec<Reference> {
        self.organisation.asks().map(|ask| ask.id.reference().clone()).collect()
    }

    fn answers(&mut self) {
        let organisation = self.organisation;
        for log in organisation.answer_logs() {
            let fact = FactId::Answers { by: log.by.clone(), to: log.to.clone() };
            match &log.to {
                AnswerTo::Ask(ask) if organisation.ask(ask).is_none() => {
                    let known = organisation.asked_of_slow(&log.by);
                    self.note(Address::of(fact.clone()), ask.reference(), "an ask", known.into_iter());
                }
                AnswerTo::Need(need) if organisation.need(need).is_none() => {
                    let known: Vec<String> = organisation.needs().map(|it| it.id.id().to_string()).collect();
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
        for need in organisation.needs() {
            let (NeedRelation::Joins(asks) | NeedRelation::KeepsApart(asks)) = &need.relation;
            for ask in asks {
                if organisation.ask(ask).is_none() {
                    let known = self.known_asks();
                    self.note(Address::field(&need.id, "asks"), ask.reference(), "an ask", known.into_iter());
                }
            }
            if let Some(work) = &need.work {
                self.delivering(Address::field(&need.id, "work"), need.id.team(), work);
            }
        }
        for log in organisation.confirmation_logs() {
            if organisation.outcome(&log.outcome).is_none() {
                let fact = FactId::Confirmations { by: log.by.clone(), outcome: log.outcome.clone() };
                let known: Vec<_> = organisation.outcomes().map(|it| it.id.reference().clone()).collect();
                self.note(Address::of(fact), log.outcome.reference(), "an outcome", known.into_iter());
            }
        }
    }

    fn delivering(&mut self, at: Address, by: &TeamId, work: &WorkId) {
        let organisation = self.organisation;
        if work.team() != by {
            let message =
                format!("`{work}` is another team's work: an answer names the answering team's own");
            self.findings.push(
                error(codes::UNKNOWN_REFERENCE, at, message)
                    .with_fix(Fix::advice("name the item that delivers it")),
            );
        } else if organisation.work_item(work).is_none() {
            let known = organisation.work().filter(|it| it.id.team() == by);
            let known: Vec<String> = known.map(|it| it.id.id().to_string()).collect();
            self.unknown(at, work.reference(), "work item", &known);
        }
    }

    fn ranks(&mut self) {
        let organisation = self.organisation;
        for team in organisation.teams() {
            for name in &team.rank {
                let exists = if name.team == team.id {
                    organisation.outcome(&name.clone().into()).is_some()
                        || organisation.work_item(&name.clone().into()).is_some()
                        || organisation.need(&name.clone().into()).is_some()
                } else {
                    organisation.ask(&name.clone().into()).is_some()
                };
                if !exists {
                    let own = organisation
                        .outcomes()
                        .map(|it| it.id.reference())
                        .chain(organisation.work().map(|it| it.id.reference()))
                        .chain(organisation.needs().map(|it| it.id.reference()))
                        .filter(|it| it.team == team.id);
                    let asks =
                        organisation.asks().filter(|ask| ask.to == team.id).map(|ask| ask.id.reference());
                    let known = own.chain(asks).cloned().collect();
                    self.own_or_note(
                        Address::field(&team.id, "rank"),
                        name,
                        "an ask, outcome, work item or need",
                        known,
                    );
                }
            }
        }
        for name in &organisation.council().rank {
            if name.team.is_council() {
                if organisation.initiative(&InitiativeId::from(name.clone())).is_none() {
                    let known = organisation.initiatives().map(|it| it.id.reference().clone()).collect();
                    self.own_or_note(Address::field(FactId::Council, "rank"), name, "an initiative", known);
                }
            } else if organisation.ask(&AskId::from(name.clone())).is_none() {
                let known = self.known_asks();
                self.note(Address::field(FactId::Council, "rank"), name, "an ask", known.into_iter());
            }
        }
        for initiative in organisation.initiatives() {
            for outcome in &initiative.outcomes {
                if organisation.outcome(outcome).is_none() {
                    let known: Vec<_> = organisation.outcomes().map(|it| it.id.reference().clone()).collect();
                    let at = Address::field(&initiative.id, "outcomes");
                    self.note(at, outcome.reference(), "an outcome", known.into_iter());
                }
            }
        }
    }

    fn people(&mut self) {
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

    fn agreements(&mut self) {
        let organisation = self.organisation;
        let datasets = || organisation.datasets().map(|it| it.id.reference().clone()).collect::<Vec<_>>();
        for dataset in organisation.datasets() {
            for (id, invariant) in &dataset.invariants {
                if let Some(to) = &invariant.to
                    && organisation.dataset(&DatasetId::from(to.clone())).is_none()
                {
                    let at = Address::field(&dataset.id, format!("invariant.{id}.to"));
                    self.own_or_note(at, to, "a dataset", datasets());
                }
            }
            if let Some(contract) = &dataset.contract {
                if let crate::ContractKind::Serial { home } = &contract.kind
                    && !organisation
                        .team(home.team())
                        .is_some_and(|team| team.services.contains_key(home.id()))
                {
                    let known = organisation
                        .teams()
                        .flat_map(|team| team.services.values().map(|service| service.id.reference().clone()))
                        .collect();
                    self.own_or_note(
                        Address::field(&dataset.id, "contract.home"),
                        home.reference(),
                        "a service",
                        known,
                    );
                }
                let dates = [
                    ("opened", contract.opened),
                    ("adopted", contract.adopted),
                    ("retired", contract.retired),
                ];
                for pair in dates.windows(2) {
                    if let (Some(first), Some(second)) = (pair[0].1, pair[1].1) {
                        let at = Address::field(&dataset.id, format!("contract.{}", pair[1].0));
                        self.order(at, (pair[0].0, first), (pair[1].0, second));
                    }
                }
            }
        }
        for proposal in organisation.proposals() {
            for ask in &proposal.settles {
                if organisation.ask(ask).is_none() {
                    let known = self.known_asks();
                    self.note(
                        Address::field(&proposal.id, "settles"),
                        ask.reference(),
                        "an ask",
                        known.into_iter(),
                    );
                }
            }
            if let Some(dataset) = &proposal.dataset
                && organisation.dataset(dataset).is_none()
            {
                self.own_or_note(
                    Address::field(&proposal.id, "dataset"),
                    dataset.reference(),
                    "a dataset",
                    datasets(),
                );
            }
            if let Some(chosen) = &proposal.chosen
                && !proposal.options.contains_key(chosen)
            {
                let name = Reference::new(proposal.id.team().clone(), chosen.clone());
                let known: Vec<String> = proposal.options.keys().map(ToString::to_string).collect();
                self.unknown(Address::field(&proposal.id, "chosen"), &name, "option", &known);
            }
        }
        for log in organisation.signature_logs() {
            let at = Address::of(FactId::Signatures { by: log.by.clone(), under: log.under.clone() });
            match &log.under {
                SignedThing::Proposal(id) if organisation.proposal(id).is_none() => {
                    let known: Vec<_> =
                        organisation.proposals().map(|it| it.id.reference().clone()).collect();
                    self.note(at, id.reference(), "a proposal", known.into_iter());
                }
                SignedThing::Contract(id) if organisation.dataset(id).is_none() => {
                    self.note(at, id.reference(), "a dataset", datasets().into_iter());
                }
                _ => {}
            }
        }
    }

    fn money(&mut self) {
        let organisation = self.organisation;
        let mut stated: Vec<(Address, Currency)> = Vec::new();
        let mut state = |at: Address, price: &Price| {
            if let Some(currency) = &price.currency {
                stated.push((at, currency.clone()));
            }
        };
        if let Some(price) = &organisation.settings().person_week {
            state(Address::field(FactId::Settings, "person-week"), price);
        }
        for outcome in organisation.outcomes() {
            if let Some(claim) = &outcome.claim {
                state(Address::field(&outcome.id, "value"), &claim.price);
            }
            match &outcome.late_cost {
                Some(LateCost::Once(price)) => state(Address::field(&outcome.id, "late-cost"), price),
                Some(LateCost::Rate(rate)) => state(Address::field(&outcome.id, "late-cost"), &rate.price),
                None => {}
            }
        }
        for ask in organisation.asks() {
            for (index, fallback) in ask.fallbacks.iter().enumerate() {
                if let FallbackKind::Buy(purchase) = &fallback.kind {
                    if let Some(price) = &purchase.price {
                        state(Address::field(&ask.id, format!("fallback[{index}].price")), price);
                    }
                    if let Some(fee) = &purchase.fee {
                        state(Address::field(&ask.id, format!("fallback[{index}].fee")), &fee.price);
                    }
                }
            }
        }
        for log in organisation.confirmation_logs() {
            for (index, entry) in log.entries.iter().enumerate() {
                let fact = FactId::Confirmations { by: log.by.clone(), outcome: log.outcome.clone() };
                state(Address::field(fact, format!("[{index}].value")), &entry.value.price);
            }
        }
        // Without a stated currency, the first that is written is the one that the others must agree with.
        let Some(expected) = organisation
            .settings()
            .currency
            .clone()
            .or_else(|| stated.first().map(|(_, currency)| currency.clone()))
        else {
            return;
        };
        for (at, currency) in stated {
            if currency != expected {
                let message = format!("this is in {currency}, the organisation reckons in {expected}");
                self.findings.push(
                    error(codes::OTHER_CURRENCY, at, message).with_fix(Fix::advice(format!(
                        "convert it to {expected}, or leave the currency out"
                    ))),
                );
            }
        }
    }
}

impl Organisation {
    /// As [`Organisation::asked_of`], for use before the index is there.
    fn asked_of_slow(&self, team: &TeamId) -> Vec<Reference> {
        self.asks().filter(|ask| &ask.to == team).map(|ask| ask.id.reference().clone()).collect()
    }
}

fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

fn shortened(names: &[String]) -> String {
    const SHOWN: usize = 6;
    let shown = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN { format!("{shown} … ({} in all)", names.len()) } else { shown }
}
