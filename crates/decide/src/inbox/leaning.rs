//! What others would do if they do not get what they asked for elsewhere, and need this team's yes for.
//!
//! A fallback that leans on a team stands in that team's inbox beside what is asked of it: its word is waited for, and its
//! people would do it. Where it leans on the team that was asked, the ask itself stands there and says so.

use super::{EffortGuess, InboxItem, Subject, View};
use crate::at_stake::NoCosts;
use crate::effort::mean_days;
use crate::sentence::{self, fallback_name, person_name, quoted, team_name, upper_first};
use kedge_floor::{Role, leans_on};
use kedge_model::{Ask, AskState, Fallback, FallbackKind, HostState, Says, Stance, listed};

impl View<'_> {
    /// The fallbacks of others that need this team's yes, and have not had a no.
    pub(super) fn leaning(&self) -> Vec<InboxItem> {
        let organisation = self.organisation;
        let is_open = |ask: &&Ask| {
            &ask.to != self.team
                && ask.id.team() != self.team
                && organisation.plan(&ask.plan).is_some_and(|plan| plan.closed.is_none())
                && !organisation.ask_state(ask).is_open()
                && !matches!(organisation.ask_state(ask), AskState::Withdrawn { .. })
        };
        let asks = organisation.asks().filter(is_open);
        asks.flat_map(|ask| ask.fallbacks.iter().enumerate().map(move |(entry, it)| (ask, entry, it)))
            .filter(|(ask, entry, fallback)| self.waits_for_us(ask, *entry, fallback))
            .map(|(ask, _, fallback)| self.yes(ask, fallback))
            .collect()
    }

    /// Whether this fallback waits for this team's word, or for its work.
    fn waits_for_us(&self, ask: &Ask, entry: usize, fallback: &Fallback) -> bool {
        if leans_on(ask, fallback).as_ref() != Some(self.team) {
            return false;
        }
        let link = self.standing.ask(&ask.id).and_then(|standing| standing.chain.get(entry));
        let leans = link.is_some_and(|link| matches!(link.role, Role::Leans { .. }));
        // One that was left, or passed over for another, waits for nobody.
        let ended = fallback.stopped.is_some() || fallback.migrated.is_some() || fallback.is_live();
        let another = ask.fallbacks.iter().enumerate().any(|(at, other)| {
            at != entry && (other.is_running() || other.is_live())
                || at > entry && other.start != Stance::DecideBy
        });
        let said = match &fallback.kind {
            FallbackKind::AwayTeam { .. } => {
                self.organisation.host_state(ask, self.team) != HostState::Unknown
            }
            kind => match self.organisation.word_of(ask, self.team).map(|(_, says)| says) {
                Some(Says::Declined | Says::Dropped | Says::Landed { .. }) => true,
                // The council's yes is all that was wanted of it; others then have the work.
                Some(Says::Committed { .. }) => matches!(kind, FallbackKind::Escalate { .. }),
                Some(Says::Considering { .. } | Says::Countered { .. }) | None => false,
            },
        };
        leans && !ended && !another && !said
    }

    fn yes(&self, ask: &Ask, fallback: &Fallback) -> InboxItem {
        let organisation = self.organisation;
        let asker = upper_first(&team_name(organisation, ask.id.team()));
        let is_host = matches!(fallback.kind, FallbackKind::AwayTeam { .. });
        let what = match &fallback.kind {
            FallbackKind::AwayTeam { .. } => {
                let who = self.sent(fallback).unwrap_or_else(|| "people".into());
                format!("Host {who} of {asker}: {}", ask.what)
            }
            FallbackKind::Escalate { .. } => format!("Rank it for everybody: {}", ask.what),
            _ => fallback.what.clone().map_or_else(|| ask.what.clone(), |what| upper_first(&what)),
        };
        let word = organisation.word_of(ask, self.team).map(|(on, says)| match says {
            Says::Committed { by } => format!("committed by {}", by.in_words(self.as_of)),
            says => format!("{} since {}", says.word(), on.in_words(self.as_of)),
        });
        let to = team_name(organisation, &ask.to);
        let instead = format!(
            "what {asker} would do without {to} ({}); {}",
            sentence::state(&organisation.ask_state(ask), self.as_of),
            word.as_deref().unwrap_or("nobody here has said yes or no")
        );
        let effort = match &fallback.kind {
            FallbackKind::TigerTeam { .. } | FallbackKind::Community { .. } => {
                fallback.create.as_ref().map(|create| -> EffortGuess {
                    let days = mean_days(create, organisation.settings());
                    self.guess(days, Some(create.clone()), format!("the guess of {asker}, who asks"))
                })
            }
            _ => None,
        };
        let mut unknown = Vec::new();
        if effort.is_none() && !is_host && !matches!(fallback.kind, FallbackKind::Escalate { .. }) {
            unknown.push("Nobody has guessed what it takes.".into());
        }
        let (name, own) = (&ask.id, self.team);
        let answers = if is_host {
            ["--host welcome", "--host unable"]
                .map(|word| format!("kedge answer {name} {word} --as {own}"))
                .to_vec()
        } else {
            ["committed --by …", "considering --until …", "declined"]
                .map(|word| format!("kedge answer {name} {word} --as {own}"))
                .to_vec()
        };
        self.finish(InboxItem {
            from: vec![ask.id.team().clone()],
            what,
            why: ask.why.clone().into_iter().collect(),
            said: instead,
            wanted: ask.wanted,
            effort,
            at_stake: self.stakes.without(organisation, &ask.id),
            no: vec![NoCosts::of(organisation, self.standing, &self.stakes, ask)],
            host: is_host.then(|| organisation.host_state(ask, self.team)),
            unknown,
            answers,
            ..InboxItem::empty(Subject::Yes { ask: ask.id.clone(), fallback: fallback.id.clone() })
        })
    }

    /// Whom a fallback would send; `None` where it does not say.
    fn sent(&self, fallback: &Fallback) -> Option<String> {
        match &fallback.kind {
            FallbackKind::AwayTeam { send, .. } if !send.is_empty() => {
                Some(listed(send.iter().map(|person| person_name(self.organisation, person))))
            }
            _ => None,
        }
    }

    /// What the asks to this team would do with its yes and have not got: people whom they would send here.
    pub(super) fn would_send(&self, asks: &[&Ask]) -> Vec<String> {
        let waiting = asks.iter().flat_map(|ask| {
            let open = self.organisation.host_state(ask, self.team) == HostState::Unknown;
            ask.fallbacks.iter().filter(move |_| open).map(move |fallback| (ask, fallback))
        });
        let away = waiting.filter(|(ask, fallback)| {
            matches!(fallback.kind, FallbackKind::AwayTeam { .. })
                && leans_on(ask, fallback).as_ref() == Some(self.team)
                && fallback.stopped.is_none()
        });
        away.map(|(ask, fallback)| {
            let asker = upper_first(&team_name(self.organisation, ask.id.team()));
            let way = quoted(&fallback_name(self.organisation, fallback));
            format!("{asker} would send people here, {way}; nobody has said whether they may come.")
        })
        .collect()
    }
}
