//! A team's inbox: what others ask of it, what they would do with its yes, and its own work, in one list, by what a week of
//! its effort is worth.

mod leaning;

use crate::at_stake::{AtStake, NoCosts, Stakes};
use crate::effort::{days_left, mean_days};
use crate::sentence::{self, possessive, team_name, upper_first};
use kedge_floor::{Standing, Status};
use kedge_model::{
    Ask, AskId, AskState, Date, Effort, HostState, Money, NeedId, NeedRelation, Organisation, OutcomeId,
    Reference, Share, Slug, Source, TeamId, Word, WorkDays, WorkId, listed,
};
use serde::Serialize;
use std::collections::{BTreeSet, VecDeque};

/// What a team could do next, others' asks and its own work in one list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Inbox {
    /// Whose.
    pub team: TeamId,
    /// What people call it.
    pub name: String,
    /// On the morning of which day.
    pub as_of: Date,
    /// The items. Those with a confirmed worth and a known effort come first, the worth of a week of effort the highest
    /// first of all. The others follow, unranked: as the council and the team itself have ranked them, then those on which
    /// most outcomes hang, then by the day they are wanted, then by name.
    pub items: Vec<InboxItem>,
    /// How many of the items, from the first, are ranked by worth.
    pub ranked: usize,
    /// Asks that the team has refused or dropped: nothing to do, and the askers go on without them.
    pub refused: Vec<AskId>,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InboxItem {
    /// What it is about.
    pub subject: Subject,
    /// The teams that ask for it; nobody for own work.
    pub from: Vec<TeamId>,
    /// What is to be done.
    pub what: String,
    /// Why, as the askers say it.
    pub why: Vec<String>,
    /// Where it stands: of asks that are one need, where the first stands.
    pub state: Option<AskState>,
    /// The same in words.
    pub said: String,
    /// The day by which it is promised, else wanted, else due; the earliest of several.
    pub wanted: Option<Date>,
    /// What it takes of this team, and who says so; `None` where nobody has guessed.
    pub effort: Option<EffortGuess>,
    /// What is lost without it.
    pub at_stake: AtStake,
    /// Confirmed value a week for each week of effort: what ranks it.
    pub confirmed_a_week: Option<Money>,
    /// Claimed value a week for each week of effort: shown beside, and ranks nothing.
    pub claimed_a_week: Option<Money>,
    /// Its place in the council's rank, from 1.
    pub council_rank: Option<usize>,
    /// Its place in the team's own rank, from 1.
    pub own_rank: Option<usize>,
    /// What a "no" costs whom; for own work nobody but the team itself.
    pub no: Vec<NoCosts>,
    /// Whether the team would host people of the askers; `None` for own work.
    pub host: Option<HostState>,
    /// What is not known about it, in sentences.
    pub unknown: Vec<String>,
    /// What to type to answer.
    pub answers: Vec<String>,
}

/// What an item is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// One ask.
    Ask(AskId),
    /// Asks that the team counts as one need.
    Need {
        /// The need.
        need: NeedId,
        /// Its open asks.
        asks: Vec<AskId>,
    },
    /// A fallback of others that needs this team's yes: what they would do if the team that they asked does not deliver.
    Yes {
        /// The ask that it is a fallback of.
        ask: AskId,
        /// Its name in the chain.
        fallback: Slug,
    },
    /// An outcome of the team's own, with all that is left of its work.
    Own(OutcomeId),
}

/// How much something takes, and who says so.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EffortGuess {
    /// Weeks of work: the mean of the estimates.
    pub weeks: f64,
    /// As it was stated, where it was one statement.
    pub stated: Option<Effort>,
    /// Who says so.
    pub source: Source,
}

impl Subject {
    /// The asks that it is about.
    pub fn asks(&self) -> &[AskId] {
        match self {
            Self::Ask(ask) | Self::Yes { ask, .. } => std::slice::from_ref(ask),
            Self::Need { asks, .. } => asks,
            Self::Own(_) => &[],
        }
    }

    fn reference(&self) -> &Reference {
        match self {
            Self::Ask(ask) | Self::Yes { ask, .. } => ask.reference(),
            Self::Need { need, .. } => need.reference(),
            Self::Own(outcome) => outcome.reference(),
        }
    }
}

impl InboxItem {
    /// What others ask, or own work.
    pub fn is_own(&self) -> bool {
        matches!(self.subject, Subject::Own(_))
    }

    /// A fallback of others that needs this team's yes.
    pub fn is_yes(&self) -> bool {
        matches!(self.subject, Subject::Yes { .. })
    }
}

impl Inbox {
    /// What is not known of any of the asks, said once for all of them where there are several; each item says it too.
    pub fn unknown_of_all(&self) -> Vec<&str> {
        let asks = || self.items.iter().filter(|item| !item.is_own() && !item.is_yes());
        if asks().count() < 3 {
            return Vec::new();
        }
        let Some(first) = asks().next() else { return Vec::new() };
        let of_all = first.unknown.iter().filter(|unknown| asks().all(|item| item.unknown.contains(unknown)));
        of_all.map(String::as_str).collect()
    }

    /// The answer in a sentence.
    pub fn headline(&self) -> String {
        let own = self.items.iter().filter(|item| item.is_own()).count();
        let yeses = self.items.iter().filter(|item| item.is_yes()).count();
        let asked = self.items.iter().filter(|item| !item.is_yes());
        let asks: usize = asked.map(|item| item.subject.asks().len()).sum();
        let name = upper_first(&self.name);
        let has: Vec<String> = [
            (asks, "ask of others", "asks of others"),
            (yeses, "fallback of others that needs its yes", "fallbacks of others that need its yes"),
            (own, "outcome of its own", "outcomes of its own"),
        ]
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| counted(count, one, many))
        .collect();
        if has.is_empty() {
            return format!("Nothing is asked of {}, and it plans nothing.", self.name);
        }
        let nothing = if asks + yeses == 0 { ", and nothing is asked of it" } else { "" };
        let have = format!("{name} has {}{nothing}", listed(has));
        match (self.ranked, self.items.len() - self.ranked) {
            (0, 1) => format!("{have}; it has no confirmed worth to rank it by."),
            (0, _) => format!("{have}; none has a confirmed worth to rank it by."),
            (_, 0) => format!("{have}, by the confirmed worth of a week of work."),
            (_, 1) => format!("{have}, by the confirmed worth of a week of work; one cannot be ranked yet."),
            (_, rest) => {
                format!("{have}, by the confirmed worth of a week of work; {rest} cannot be ranked yet.")
            }
        }
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// The inbox of a team on the morning of `as_of`; `None` where there is no such team.
///
/// `standing` is that of the same organisation and day. Nothing is sampled: a value lost is what the plans state, as it is
/// known on the day.
pub fn inbox(organisation: &Organisation, standing: &Standing, team: &TeamId, as_of: Date) -> Option<Inbox> {
    let organisation = &organisation.known_on(as_of);
    if !team.is_council() {
        organisation.team(team)?;
    }
    let view = View { organisation, standing, stakes: Stakes::new(standing), team, as_of };
    let open: Vec<&Ask> = organisation
        .asked_of(team)
        .iter()
        .filter_map(|id| organisation.ask(id))
        .filter(|ask| organisation.plan(&ask.plan).is_some_and(|plan| plan.closed.is_none()))
        .filter(|ask| !organisation.ask_state(ask).is_open())
        .collect();
    let (refused, wanted): (Vec<&Ask>, Vec<&Ask>) =
        open.into_iter().partition(|ask| organisation.is_dead(ask, as_of));
    let mut items = view.asked(&wanted);
    items.extend(view.leaning());
    items.extend(view.own());
    items.sort_by(compare);
    let ranked = items.iter().filter(|item| item.confirmed_a_week.is_some()).count();
    let withdrawn = |ask: &Ask| matches!(organisation.ask_state(ask), AskState::Withdrawn { .. });
    Some(Inbox {
        team: team.clone(),
        name: team_name(organisation, team),
        as_of,
        items,
        ranked,
        refused: refused.into_iter().filter(|ask| !withdrawn(ask)).map(|ask| ask.id.clone()).collect(),
    })
}

/// Ranked ones first, by worth; the others as somebody ranked them, then by the outcomes that hang on them, day and name.
fn compare(a: &InboxItem, b: &InboxItem) -> std::cmp::Ordering {
    let worth = |item: &InboxItem| item.confirmed_a_week.map_or(f64::NEG_INFINITY, Money::amount);
    let place = |rank: Option<usize>| rank.unwrap_or(usize::MAX);
    worth(b)
        .total_cmp(&worth(a))
        .then_with(|| place(a.council_rank).cmp(&place(b.council_rank)))
        .then_with(|| place(a.own_rank).cmp(&place(b.own_rank)))
        .then_with(|| b.at_stake.outcomes_lost().total_cmp(&a.at_stake.outcomes_lost()))
        .then_with(|| (a.wanted.is_none(), a.wanted).cmp(&(b.wanted.is_none(), b.wanted)))
        .then_with(|| a.subject.reference().cmp(b.subject.reference()))
}

struct View<'a> {
    organisation: &'a Organisation,
    standing: &'a Standing,
    stakes: Stakes<'a>,
    team: &'a TeamId,
    as_of: Date,
}

impl View<'_> {
    /// The asks, those that are one need as one item.
    fn asked(&self, asks: &[&Ask]) -> Vec<InboxItem> {
        let mut items = Vec::new();
        let mut joined: BTreeSet<&AskId> = BTreeSet::new();
        for ask in asks {
            if joined.contains(&ask.id) {
                continue;
            }
            let need = self.organisation.need_of(&ask.id);
            let together: Vec<&Ask> = match need.map(|need| &need.relation) {
                Some(NeedRelation::Joins(all)) => {
                    asks.iter().copied().filter(|other| all.contains(&other.id)).collect()
                }
                _ => vec![ask],
            };
            joined.extend(together.iter().map(|ask| &ask.id));
            let (subject, what) = match need {
                Some(need) if together.len() > 1 => {
                    let asks = together.iter().map(|ask| ask.id.clone()).collect();
                    (Subject::Need { need: need.id.clone(), asks }, need.what.clone())
                }
                _ => (Subject::Ask(ask.id.clone()), ask.what.clone()),
            };
            items.push(self.item(subject, what, &together));
        }
        items
    }

    fn item(&self, subject: Subject, what: String, asks: &[&Ask]) -> InboxItem {
        let organisation = self.organisation;
        let at_stake = self.stakes.without_all(organisation, asks.iter().map(|ask| &ask.id));
        let state = asks.first().map(|ask| organisation.ask_state(ask));
        let said: BTreeSet<String> = asks.iter().map(|ask| self.said(ask)).collect();
        let wanted = asks.iter().filter_map(|ask| match organisation.ask_state(ask) {
            AskState::Committed { by: Some(by), .. } => Some(by),
            _ => ask.wanted,
        });
        let effort = self.effort_of(asks);
        let mut unknown = Vec::new();
        if at_stake.outcomes.is_empty() {
            unknown.push("Nothing that is still planned waits for it.".into());
        }
        match &effort {
            None => unknown.push("Nobody has guessed what it takes.".into()),
            Some(effort) if effort.weeks <= 0.0 => {
                unknown.push("Its work is done, and nobody has said that it landed.".into());
            }
            Some(_) => {}
        }
        unknown.extend(self.would_send(asks));
        let from: BTreeSet<&TeamId> = asks.iter().map(|ask| ask.id.team()).collect();
        let host = asks.first().map(|ask| organisation.host_state(ask, self.team));
        // By the name of a need all its asks are answered.
        let name = subject.reference().to_string();
        self.finish(InboxItem {
            from: from.into_iter().cloned().collect(),
            what,
            why: asks.iter().filter_map(|ask| ask.why.clone()).collect(),
            answers: if state.as_ref().is_some_and(|state| matches!(state, AskState::Committed { .. })) {
                vec![format!("kedge land {name}"), format!("kedge answer {name} committed --by …")]
            } else {
                vec![
                    format!("kedge answer {name} committed --by …"),
                    format!("kedge answer {name} considering --until …"),
                    format!("kedge answer {name} countered --offer '…'"),
                    format!("kedge answer {name} declined"),
                    format!("kedge answer {name} --host welcome"),
                ]
            },
            state,
            said: listed(said),
            wanted: wanted.min(),
            effort,
            at_stake,
            no: asks.iter().map(|ask| NoCosts::of(organisation, self.standing, &self.stakes, ask)).collect(),
            host,
            unknown,
            ..InboxItem::empty(subject)
        })
    }

    /// Outcomes of the team's own that are to come, each with all that is left of its work.
    fn own(&self) -> Vec<InboxItem> {
        let outcomes = self
            .standing
            .outcomes
            .iter()
            .filter(|outcome| outcome.outcome.team() == self.team && outcome.status == Status::Planned);
        let items = outcomes.map(|standing| {
            let organisation = self.organisation;
            let outcome = organisation.outcome(&standing.outcome);
            let at_stake = AtStake::of(organisation, [(standing, Share::ZERO)]);
            let serving = organisation.serving(&standing.outcome).iter().cloned();
            let (days, lacking) = self.left(serving);
            let mut unknown = Vec::new();
            let effort = if organisation.serving(&standing.outcome).is_empty() {
                unknown.push("No work item says what it takes.".into());
                None
            } else if lacking.is_empty() {
                if days.0 <= 0.0 {
                    unknown.push("Its own work is done.".into());
                }
                Some(self.guess(days, None, "what is left of its work, as the plan states it".into()))
            } else {
                let names: Vec<String> = lacking.iter().map(|work| format!("`{}`", work.id())).collect();
                unknown.push(match names.len() {
                    1 => format!("Nobody has guessed what {} takes.", listed(names)),
                    2 | 3 => format!("Nobody has guessed what {} take.", listed(names)),
                    count => format!("Nobody has guessed what {count} items of its work take."),
                });
                None
            };
            self.finish(InboxItem {
                what: standing.name.clone(),
                said: format!("own work, {}", standing.plan.id()),
                wanted: outcome.and_then(|outcome| organisation.due(outcome)),
                answers: vec![format!("kedge forecast {}", standing.plan)],
                effort,
                at_stake,
                unknown,
                ..InboxItem::empty(Subject::Own(standing.outcome.clone()))
            })
        });
        items.collect()
    }

    /// What follows from the parts: the worth of a week of effort, the ranks, what is not known about the value.
    fn finish(&self, mut item: InboxItem) -> InboxItem {
        let weeks = item.effort.as_ref().map(|effort| effort.weeks).filter(|weeks| *weeks > 0.0);
        let a_week = |value: Money| weeks.filter(|_| value > Money::ZERO).map(|weeks| value * (1.0 / weeks));
        item.confirmed_a_week = a_week(item.at_stake.confirmed);
        item.claimed_a_week = a_week(item.at_stake.claimed);
        let reference = item.subject.reference().clone();
        let names = || item.subject.asks().iter().map(AskId::reference).chain([&reference]);
        let organisation = self.organisation;
        let by_council = names().filter_map(|name| organisation.council_rank(name)).min();
        let by_initiative = match &item.subject {
            Subject::Own(outcome) => organisation.council_rank_of_outcome(outcome),
            _ => None,
        };
        item.council_rank = by_council.into_iter().chain(by_initiative).min().map(|place| place + 1);
        let rank = organisation.team(self.team).map(|team| team.rank.as_slice()).unwrap_or_default();
        item.own_rank =
            names().filter_map(|name| rank.iter().position(|it| it == name)).min().map(|place| place + 1);
        let outcomes = &item.at_stake.outcomes;
        if !outcomes.is_empty() && outcomes.iter().all(|outcome| outcome.worth.is_none()) {
            item.unknown.push("Nobody has said what it is worth.".into());
        } else if item.at_stake.claimed > Money::ZERO && item.at_stake.confirmed <= Money::ZERO {
            item.unknown.push("Its worth is a claim that nobody has confirmed.".into());
        }
        item
    }

    /// Where an ask stands, in words. What an import took over was asked where it came from.
    fn said(&self, ask: &Ask) -> String {
        let state = self.organisation.ask_state(ask);
        match (&state, &ask.meta.origin) {
            (AskState::NeverAsked, Some(origin)) => format!("asked in {origin}, which names no day"),
            _ => sentence::state(&state, self.as_of),
        }
    }

    /// What the asks take of this team: what is left of the item that delivers them, else the team's own word, else the
    /// need's, else the largest guess of the askers.
    fn effort_of(&self, asks: &[&Ask]) -> Option<EffortGuess> {
        let organisation = self.organisation;
        let us = possessive(&upper_first(&team_name(organisation, self.team)));
        if let Some(work) = asks.iter().find_map(|ask| organisation.delivering_work(ask)) {
            let (days, lacking) = self.left([work.clone()]);
            if lacking.is_empty() {
                return Some(self.guess(days, None, format!("what is left of {us} own `{}`", work.id())));
            }
        }
        let answered = asks
            .iter()
            .flat_map(|ask| organisation.answers_to(ask))
            .filter_map(|answer| match &answer.word {
                Word::Says { effort: Some(effort), .. } => Some((answer.on, effort)),
                _ => None,
            })
            .max_by_key(|(on, _)| *on);
        let need = || asks.iter().find_map(|ask| organisation.need_of(&ask.id)?.effort.as_ref());
        if let Some(effort) = answered.map(|(_, effort)| effort).or_else(need) {
            let days = mean_days(effort, organisation.settings());
            return Some(self.guess(days, Some(effort.clone()), format!("{us} own estimate")));
        }
        let guesses = asks.iter().filter_map(|ask| {
            let effort = ask.effort.as_ref()?;
            Some((mean_days(effort, organisation.settings()), effort, ask.id.team()))
        });
        let (days, effort, who) = guesses.max_by(|a, b| a.0.0.total_cmp(&b.0.0))?;
        let who = upper_first(&team_name(organisation, who));
        Some(self.guess(days, Some(effort.clone()), format!("the guess of {who}, who asks")))
    }

    fn guess(&self, days: WorkDays, stated: Option<Effort>, who: String) -> EffortGuess {
        let weeks = days.0 / self.organisation.settings().calendar.days_a_week();
        EffortGuess { weeks, stated, source: Source::Assumption { stated: who } }
    }

    /// What is left of these items and of all that they come after, and which of them nobody has guessed.
    fn left(&self, items: impl IntoIterator<Item = WorkId>) -> (WorkDays, Vec<WorkId>) {
        let mut queue: VecDeque<WorkId> = items.into_iter().collect();
        let mut seen: BTreeSet<WorkId> = BTreeSet::new();
        let (mut days, mut lacking) = (0.0, Vec::new());
        while let Some(id) = queue.pop_front() {
            let Some(work) = self.organisation.work_item(&id).filter(|_| seen.insert(id.clone())) else {
                continue;
            };
            match days_left(work, self.organisation.settings()) {
                Some(left) => days += left.0,
                None => lacking.push(id),
            }
            if work.done.is_none() && work.dropped.is_none() {
                queue.extend(work.after.iter().cloned());
            }
        }
        (WorkDays(days), lacking)
    }
}

impl InboxItem {
    fn empty(subject: Subject) -> Self {
        Self {
            subject,
            from: Vec::new(),
            what: String::new(),
            why: Vec::new(),
            state: None,
            said: String::new(),
            wanted: None,
            effort: None,
            at_stake: AtStake::default(),
            confirmed_a_week: None,
            claimed_a_week: None,
            council_rank: None,
            own_rank: None,
            no: Vec::new(),
            host: None,
            unknown: Vec::new(),
            answers: Vec::new(),
        }
    }
}
