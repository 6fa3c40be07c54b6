//! The organisation as it was known on a day: facts dated later taken away.

use super::assembly::{named, names_of};
use super::{Organisation, Scope, Written};
use crate::{
    AnswerLog, Ask, ConfirmationLog, Dataset, Date, Fact, FactId, Need, Outcome, Plan, Proposal,
    SignatureLog, TeamId, Work,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A fact that carries dates.
pub(crate) enum Dated<'a> {
    Answers(&'a Arc<AnswerLog>),
    Signatures(&'a Arc<SignatureLog>),
    Confirmations(&'a Arc<ConfirmationLog>),
    Need(&'a Arc<Need>),
    Plan(&'a Arc<Plan>),
    Outcome(&'a Arc<Outcome>),
    Work(&'a Arc<Work>),
    Ask(&'a Arc<Ask>),
    Dataset(&'a Arc<Dataset>),
    Proposal(&'a Arc<Proposal>),
}

impl Organisation {
    /// The organisation as it was known on the evening of `date`: facts dated later are not known.
    ///
    /// What carries no date (rank, claims, efforts, wanted dates, the existence of plans and asks) is as it is now.
    #[must_use]
    pub fn known_on(&self, date: Date) -> Self {
        self.known_on_after(date, None)
    }

    /// The same, with what was known of an earlier organisation on the same day at hand: `(as it was written, as it was
    /// known)`. Only what was written anew since is looked at.
    #[must_use]
    pub fn known_on_after(&self, date: Date, last: Option<(&Self, &Self)>) -> Self {
        let later = self.teams.iter().filter(|(_, around)| around.written.says_something_after(date));
        let mut earlier: BTreeMap<TeamId, Arc<Written>> = BTreeMap::new();
        let mut is_anything_gone = false;
        for (team, around) in later {
            let at_hand = last.and_then(|(written, known)| {
                let known = &known.around(team)?.written;
                let same = Arc::ptr_eq(&written.around(team)?.written, &around.written);
                // Where it is as written, nothing was taken away then: see below.
                (same && !Arc::ptr_eq(known, &around.written)).then(|| known.clone())
            });
            let known = at_hand.unwrap_or_else(|| Arc::new(around.written.known_on(date)));
            is_anything_gone |= known.order.len() < around.written.order.len();
            earlier.insert(team.clone(), known);
        }
        if earlier.is_empty() {
            return self.clone();
        }
        if self.scope == Scope::Partial && is_anything_gone {
            // Which teams are only named follows from what is there.
            let known = self.teams.iter().map(|(team, around)| earlier.get(team).unwrap_or(&around.written));
            let settings = self.has_settings.then(|| Fact::Settings(self.settings.clone()));
            let facts = settings.into_iter().chain(known.flat_map(|written| written.facts())).collect();
            // What held of all facts holds of earlier ones: only logs go and dates are taken away. Were that ever wrong,
            // the organisation with the later facts is the safe answer.
            return Self::build(self.scope, facts).unwrap_or_else(|_| self.clone());
        }
        self.with_earlier(earlier)
    }

    /// The organisation with the facts of some writers as they were known. Only what a day takes away may differ: logs,
    /// needs and dates, so that what held still holds, but that a rank may name a need that is not there yet.
    fn with_earlier(&self, earlier: BTreeMap<TeamId, Arc<Written>>) -> Self {
        let mut teams = (*self.teams).clone();
        let mut named_anew: BTreeSet<TeamId> = BTreeSet::new();
        for (team, known) in earlier {
            let Some(around) = teams.get_mut(&team) else { continue };
            if known.needs.len() < around.written.needs.len() {
                named_anew.extend(around.written.names().iter().cloned().chain([team]));
            }
            if known.order.len() < around.written.order.len() {
                let is_there = |fact: &FactId| known.fact(fact).is_some();
                let broken = around.broken.iter().filter(|broken| is_there(&broken.at.fact));
                around.broken = Arc::new(broken.cloned().collect());
            }
            around.written = known;
        }
        for team in named_anew {
            let Some(by) = names_of(&teams, &team) else { continue };
            let named = named(&teams, &team, by);
            if let Some(around) = teams.get_mut(&team) {
                around.named = Arc::new(named);
            }
        }
        Self { teams: Arc::new(teams), ..self.clone() }
    }
}

impl Written {
    /// What was known of it on the evening of a day.
    fn known_on(&self, date: Date) -> Self {
        let later: BTreeSet<FactId> = self
            .dated()
            .filter(|fact| fact.latest().is_some_and(|latest| latest > date))
            .map(|fact| fact.fact().id())
            .collect();
        let facts = self.order.iter().zip(self.facts()).filter_map(|(id, fact)| {
            if later.contains(id) { crate::state::known(fact, date) } else { Some(fact) }
        });
        let mut known = Self::of(facts.collect(), |_| {});
        known.team.clone_from(&self.team);
        known
    }
}

impl Dated<'_> {
    pub(crate) fn fact(&self) -> Fact {
        match self {
            Self::Answers(it) => Fact::Answers(Arc::clone(it)),
            Self::Signatures(it) => Fact::Signatures(Arc::clone(it)),
            Self::Confirmations(it) => Fact::Confirmations(Arc::clone(it)),
            Self::Need(it) => Fact::Need(Arc::clone(it)),
            Self::Plan(it) => Fact::Plan(Arc::clone(it)),
            Self::Outcome(it) => Fact::Outcome(Arc::clone(it)),
            Self::Work(it) => Fact::Work(Arc::clone(it)),
            Self::Ask(it) => Fact::Ask(Arc::clone(it)),
            Self::Dataset(it) => Fact::Dataset(Arc::clone(it)),
            Self::Proposal(it) => Fact::Proposal(Arc::clone(it)),
        }
    }

    /// The latest of the days that a later knowledge of the fact takes away; see [`crate::state::known`].
    pub(crate) fn latest(&self) -> Option<Date> {
        let latest = |dates: &[Option<Date>]| dates.iter().flatten().max().copied();
        match self {
            Self::Answers(log) => log.entries.iter().map(|entry| entry.on).max(),
            Self::Signatures(log) => {
                log.entries.iter().filter_map(|it| latest(&[Some(it.on), it.adopted, it.retired])).max()
            }
            Self::Confirmations(log) => log.entries.iter().map(|entry| entry.on).max(),
            Self::Need(need) => Some(need.on),
            Self::Plan(plan) => plan.closed,
            Self::Outcome(it) => {
                latest(&[it.live, it.dropped, it.observed.as_ref().map(|observed| observed.on)])
            }
            Self::Work(it) => {
                latest(&[it.started, it.done, it.dropped, it.left.as_ref().map(|left| left.on)])
            }
            Self::Ask(ask) => {
                let served = ask.served.as_ref().map(|served| served.on);
                let own = latest(&[ask.revised, ask.accepted, ask.withdrawn, served]);
                let asked = ask.asked.iter().map(|asked| asked.on).max();
                let returned = ask.returned.iter().map(|returned| returned.on).max();
                let fallbacks = ask.fallbacks.iter().filter_map(|it| {
                    let left = it.left.as_ref().map(|left| left.on);
                    latest(&[it.taken, it.live, it.stopped, it.migrated, left])
                });
                latest(&[own, asked, returned, fallbacks.max()])
            }
            Self::Dataset(dataset) => {
                let contract = dataset.contract.as_ref();
                contract.and_then(|it| latest(&[it.opened, it.adopted, it.retired]))
            }
            Self::Proposal(proposal) => latest(&[proposal.opened, proposal.retired]),
        }
    }
}
