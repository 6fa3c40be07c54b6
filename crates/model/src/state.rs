//! What the facts add up to: the state of an ask, whether a host would have us, what an outcome is worth, and a fact as it
//! was known on a day.

use crate::{
    Answer, AnswerLog, AnswerTo, Ask, Confirmation, ConfirmationLog, Date, Fact, Host, Money, Organisation,
    Outcome, OutcomeId, Says, SignatureLog, TeamId, Word, WorkId,
};
use serde::Serialize;

/// Where an ask stands: the latest of what asker and asked have said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum AskState {
    /// Written down, and nobody has asked.
    NeverAsked,
    /// Asked, and no answer that still holds.
    Unanswered {
        /// When it was last asked or changed.
        since: Date,
    },
    /// Being weighed.
    Considering {
        /// When that was said.
        since: Date,
        /// When an answer will come.
        until: Option<Date>,
    },
    /// Something else was offered, and not accepted yet.
    Countered {
        /// When that was said.
        since: Date,
        /// What.
        offer: String,
        /// By when.
        by: Option<Date>,
    },
    /// Promised, or a counter-offer accepted.
    Committed {
        /// When that was said, or accepted.
        since: Date,
        /// By when; an accepted counter-offer may lack it.
        by: Option<Date>,
    },
    /// Refused.
    Declined {
        /// When.
        since: Date,
    },
    /// Promised once, and no more.
    Dropped {
        /// When.
        since: Date,
    },
    /// Delivered.
    Landed {
        /// Since when it has been there.
        since: Date,
    },
    /// The asker served itself.
    Served {
        /// When.
        on: Date,
    },
    /// The asker no longer wants it.
    Withdrawn {
        /// When.
        on: Date,
    },
}

impl AskState {
    /// Whether what was asked for is there.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Landed { .. } | Self::Served { .. })
    }

    /// Whether it will never land as things are said to be. An ask past its `until` is dead too:
    /// [`Organisation::is_dead`].
    pub fn is_dead(&self) -> bool {
        matches!(self, Self::Declined { .. } | Self::Dropped { .. } | Self::Withdrawn { .. })
    }

    /// The state in a word.
    pub fn word(&self) -> &'static str {
        match self {
            Self::NeverAsked => "never asked",
            Self::Unanswered { .. } => "unanswered",
            Self::Considering { .. } => "considering",
            Self::Countered { .. } => "countered",
            Self::Committed { .. } => "committed",
            Self::Declined { .. } => "declined",
            Self::Dropped { .. } => "dropped",
            Self::Landed { .. } => "landed",
            Self::Served { .. } => "served",
            Self::Withdrawn { .. } => "withdrawn",
        }
    }

    /// Since when it has been in this state; nothing for an ask that was never made.
    pub fn since(&self) -> Option<Date> {
        match self {
            Self::NeverAsked => None,
            Self::Unanswered { since }
            | Self::Considering { since, .. }
            | Self::Countered { since, .. }
            | Self::Committed { since, .. }
            | Self::Declined { since }
            | Self::Dropped { since }
            | Self::Landed { since } => Some(*since),
            Self::Served { on } | Self::Withdrawn { on } => Some(*on),
        }
    }
}

/// Whether a host would have an away team.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum HostState {
    Welcome,
    Unknown,
    Unable,
}

/// What an outcome is worth.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Worth {
    /// Money a week once live; may be negative.
    pub a_week: Money,
    /// Whether a stakeholder or the council confirmed it; otherwise it is the team's claim.
    pub confirmed: bool,
}

impl Organisation {
    /// Where the ask stands.
    ///
    /// Only the asked team's word counts, and only what was said on or after `revised`. The latest `on` wins; of one day,
    /// the last in the file. A landing that was returned on or after its day is no landing. A counter-offer counts as
    /// committed once it was accepted on or after the day it was made.
    pub fn ask_state(&self, ask: &Ask) -> AskState {
        if let Some(on) = ask.withdrawn {
            return AskState::Withdrawn { on };
        }
        if let Some(served) = &ask.served {
            return AskState::Served { on: served.on };
        }
        let Some((on, says)) = self.latest_says(ask) else {
            let asked = ask.asked.iter().map(|asked| asked.on).max();
            return match asked {
                None => AskState::NeverAsked,
                Some(asked) => {
                    AskState::Unanswered { since: ask.revised.map_or(asked, |revised| revised.max(asked)) }
                }
            };
        };
        match says {
            Says::Considering { until } => AskState::Considering { since: on, until: *until },
            Says::Countered { offer, by } => match ask.accepted {
                Some(accepted) if accepted >= on => AskState::Committed { since: accepted, by: *by },
                _ => AskState::Countered { since: on, offer: offer.clone(), by: *by },
            },
            Says::Committed { by } => AskState::Committed { since: on, by: Some(*by) },
            Says::Declined => AskState::Declined { since: on },
            Says::Dropped => AskState::Dropped { since: on },
            Says::Landed { since } => AskState::Landed { since: *since },
        }
    }

    /// Whether the ask will never land: refused, dropped, withdrawn, or past the day after which it is of no use.
    pub fn is_dead(&self, ask: &Ask, as_of: Date) -> bool {
        let state = self.ask_state(ask);
        state.is_dead() || (!state.is_open() && ask.until.is_some_and(|until| until < as_of))
    }

    fn latest_says<'a>(&'a self, ask: &'a Ask) -> Option<(Date, &'a Says)> {
        self.answers_to(ask)
            .filter(|answer| ask.revised.is_none_or(|revised| answer.on >= revised))
            .filter_map(|answer| match &answer.word {
                Word::Says { says, .. } => Some((answer.on, says)),
                Word::Host { .. } => None,
            })
            .filter(|(on, says)| {
                let landed = if let Says::Landed { since } = says { *since.max(on) } else { return true };
                !ask.returned.iter().any(|returned| returned.on >= landed)
            })
            .max_by_key(|(on, _)| *on)
    }

    /// Every entry of the asked team on this ask, on the need that joins it first, in file order.
    pub fn answers_to<'a>(&'a self, ask: &'a Ask) -> impl Iterator<Item = &'a Answer> {
        self.entries(ask, ask.to.clone())
    }

    fn entries<'a>(&'a self, ask: &'a Ask, by: TeamId) -> impl Iterator<Item = &'a Answer> {
        let need = self.need_of(&ask.id).map(|need| AnswerTo::Need(need.id.clone()));
        let own = AnswerTo::Ask(ask.id.clone());
        [need, Some(own)]
            .into_iter()
            .flatten()
            .filter_map(move |to| self.answer_log(&to, &by))
            .flat_map(|log| log.entries.iter())
    }

    /// The item of the asked team that delivers the ask: named by its latest answer that names one, else by the need
    /// that joins it.
    pub fn delivering_work(&self, ask: &Ask) -> Option<WorkId> {
        self.answers_to(ask)
            .filter(|answer| ask.revised.is_none_or(|revised| answer.on >= revised))
            .filter_map(|answer| match &answer.word {
                Word::Says { work: Some(work), .. } => Some((answer.on, work)),
                _ => None,
            })
            .max_by_key(|(on, _)| *on)
            .map(|(_, work)| work.clone())
            .or_else(|| self.need_of(&ask.id)?.work.clone())
    }

    /// Whether `host` would have an away team for this ask, by its latest word on that.
    pub fn host_state(&self, ask: &Ask, host: &TeamId) -> HostState {
        let latest = self
            .entries(ask, host.clone())
            .filter_map(|answer| match &answer.word {
                Word::Host { host, .. } => Some((answer.on, *host)),
                Word::Says { .. } => None,
            })
            .max_by_key(|(on, _)| *on);
        match latest {
            Some((_, Host::Welcome)) => HostState::Welcome,
            Some((_, Host::Unable)) => HostState::Unable,
            None => HostState::Unknown,
        }
    }

    /// The latest word of `by` (a tiger team, a community, the council) on a fallback that leans on it.
    pub fn word_of<'a>(&'a self, ask: &'a Ask, by: &TeamId) -> Option<(Date, &'a Says)> {
        self.entries(ask, by.clone())
            .filter_map(|answer| match &answer.word {
                Word::Says { says, .. } => Some((answer.on, says)),
                Word::Host { .. } => None,
            })
            .max_by_key(|(on, _)| *on)
    }

    /// What the outcome is worth: the latest confirmation, else the team's claim; `None` where neither is there.
    pub fn worth(&self, outcome: &Outcome) -> Option<Worth> {
        if let Some(confirmed) = self.confirmation(&outcome.id) {
            return Some(Worth { a_week: confirmed.value.a_week(), confirmed: true });
        }
        outcome.claim.as_ref().map(|claim| Worth { a_week: claim.a_week(), confirmed: false })
    }

    /// The latest confirmation of the outcome's value.
    pub fn confirmation<'a>(&'a self, outcome: &'a OutcomeId) -> Option<&'a Confirmation> {
        self.confirmations_of(outcome).flat_map(|log| &log.entries).max_by_key(|confirmation| confirmation.on)
    }
}

/// A fact as it was known on the evening of a day; `None` where it was not there yet.
pub(crate) fn known(fact: Fact, on: Date) -> Option<Fact> {
    let forget = |date: &mut Option<Date>| {
        if date.is_some_and(|date| date > on) {
            *date = None;
        }
    };
    Some(match fact {
        Fact::Answers(log) => {
            let entries: Vec<_> = log.entries.iter().filter(|entry| entry.on <= on).cloned().collect();
            if entries.is_empty() {
                return None;
            }
            AnswerLog { by: log.by.clone(), to: log.to.clone(), entries }.into()
        }
        Fact::Signatures(log) => {
            let mut entries: Vec<_> = log.entries.iter().filter(|entry| entry.on <= on).cloned().collect();
            for entry in &mut entries {
                forget(&mut entry.adopted);
                forget(&mut entry.retired);
            }
            if entries.is_empty() {
                return None;
            }
            SignatureLog { by: log.by.clone(), under: log.under.clone(), entries }.into()
        }
        Fact::Confirmations(log) => {
            let entries: Vec<_> = log.entries.iter().filter(|entry| entry.on <= on).cloned().collect();
            if entries.is_empty() {
                return None;
            }
            ConfirmationLog { by: log.by.clone(), outcome: log.outcome.clone(), entries }.into()
        }
        Fact::Need(need) if need.on > on => return None,
        Fact::Plan(plan) => {
            let mut plan = (*plan).clone();
            forget(&mut plan.closed);
            plan.into()
        }
        Fact::Outcome(outcome) => {
            let mut outcome = (*outcome).clone();
            forget(&mut outcome.live);
            forget(&mut outcome.dropped);
            outcome.observed = outcome.observed.filter(|observed| observed.on <= on);
            outcome.into()
        }
        Fact::Work(work) => {
            let mut work = (*work).clone();
            forget(&mut work.started);
            forget(&mut work.done);
            forget(&mut work.dropped);
            work.left = work.left.filter(|left| left.on <= on);
            work.into()
        }
        Fact::Ask(ask) => {
            let mut ask = (*ask).clone();
            ask.asked.retain(|asked| asked.on <= on);
            forget(&mut ask.revised);
            forget(&mut ask.accepted);
            forget(&mut ask.withdrawn);
            ask.served = ask.served.filter(|served| served.on <= on);
            ask.returned.retain(|returned| returned.on <= on);
            for fallback in &mut ask.fallbacks {
                forget(&mut fallback.taken);
                forget(&mut fallback.live);
                forget(&mut fallback.stopped);
                forget(&mut fallback.migrated);
                fallback.left = fallback.left.take().filter(|left| left.on <= on);
            }
            ask.into()
        }
        Fact::Dataset(dataset) => {
            let mut dataset = (*dataset).clone();
            if let Some(contract) = &mut dataset.contract {
                forget(&mut contract.opened);
                forget(&mut contract.adopted);
                forget(&mut contract.retired);
            }
            dataset.into()
        }
        Fact::Proposal(proposal) => {
            let mut proposal = (*proposal).clone();
            forget(&mut proposal.opened);
            forget(&mut proposal.retired);
            proposal.into()
        }
        other => other,
    })
}
