//! The chain of fallbacks behind an ask: who creates each, whether anybody must say yes, how far it is.

use super::{Compiler, FallbackFacts, assumed};
use crate::answer::Odds;
use crate::distribution::Effort;
use crate::draft::{DraftFallback, FallbackProgress, Rank};
use crate::policy::Recorded;
use kedge_model as model;
use kedge_model::{Ask, Date, Fallback, FallbackKind, HostState, Probability, Says, Source, Stance, TeamId};

impl Compiler<'_> {
    pub(super) fn chain(
        &mut self,
        ask: &Ask,
        plan: usize,
        to: usize,
        rank: Rank,
    ) -> (Vec<DraftFallback>, Vec<FallbackFacts>) {
        let organisation = self.organisation;
        let own = self.draft.plans[plan].team;
        let calendar = &organisation.settings().calendar;
        let assume = &organisation.settings().assume;
        let reached = ask.fallbacks.iter().rposition(|entry| entry.is_live() || entry.is_running());
        let (mut chain, mut facts) = (Vec::new(), Vec::new());
        for (place, entry) in ask.fallbacks.iter().enumerate() {
            let (accepted, lands, maker, host) = match &entry.kind {
                FallbackKind::AwayTeam { with, .. } => {
                    let host = with.as_ref().unwrap_or(&ask.to);
                    let accepted =
                        (!organisation.is_self_reliant(ask, entry)).then(|| self.away_odds(ask, entry, host));
                    (accepted, true, own, self.team_of.get(host).copied())
                }
                FallbackKind::TigerTeam { with } => {
                    let odds =
                        self.leaning_odds(ask, entry, with, assume.leaning.tiger_team, "leaning.tiger-team");
                    (Some(odds), true, self.team_of.get(with).copied().unwrap_or(to), None)
                }
                FallbackKind::Community { with } => {
                    let odds =
                        self.leaning_odds(ask, entry, with, assume.leaning.community, "leaning.community");
                    (Some(odds), true, self.team_of.get(with).copied().unwrap_or(to), None)
                }
                FallbackKind::Escalate { with } => {
                    let council = TeamId::council();
                    let with = with.as_ref().unwrap_or(&council);
                    let odds =
                        self.leaning_odds(ask, entry, with, assume.leaning.escalate, "leaning.escalate");
                    (Some(odds), true, to, None)
                }
                _ => (None, false, own, None),
            };
            // What an escalation makes somebody do is the ask itself.
            let create = match entry.kind {
                FallbackKind::Escalate { .. } => {
                    entry.create.clone().or_else(|| self.answered_effort(ask)).or_else(|| ask.effort.clone())
                }
                FallbackKind::Descope | FallbackKind::DoWithout => None,
                _ => entry.create.clone(),
            };
            let optional = entry.kind.is_immediate() || matches!(entry.kind, FallbackKind::Buy(_));
            let untimed = create.is_none() && !optional;
            let since = |date: Date| self.worked_since(maker, date) * self.draft.teams[maker].focus;
            let progress = if reached.is_some_and(|reached| place < reached)
                || entry.stopped.is_some()
                || entry.migrated.is_some()
            {
                FallbackProgress::Over
            } else if let (true, Some(live)) = (entry.is_live(), entry.live) {
                FallbackProgress::Live { since: self.day(live).min(0) }
            } else if let (true, Some(taken)) = (entry.is_running(), entry.taken) {
                // Its lead is waited, not worked.
                let lead = match &entry.kind {
                    FallbackKind::Buy(purchase) => purchase.lead.map_or(0.0, model::ClockTime::calendar_days),
                    _ => 0.0,
                };
                let begun = taken.plus_days(lead.ceil() as i64);
                let from = entry.left.as_ref().map_or(begun, |left| left.on);
                FallbackProgress::Running { spent: since(from), waited: -self.day(taken).min(0) }
            } else {
                FallbackProgress::Ahead
            };
            let stated = match (&entry.left, progress) {
                (Some(left), FallbackProgress::Running { .. }) => Some(left.effort.clone()),
                _ => create,
            };
            let effort = self.effort(stated.as_ref());
            let purchase = if let FallbackKind::Buy(purchase) = &entry.kind { purchase } else { &NOTHING };
            let place_in_queue = if maker == own {
                rank
            } else {
                // They do it because they said yes, or because the council did.
                let council = matches!(entry.kind, FallbackKind::Escalate { .. })
                    .then(|| organisation.council().rank.len() as u32);
                Rank { council: council.unwrap_or(u32::MAX), local: u32::MAX, asked: true, ..rank }
            };
            let guide = host.map(|host| {
                let stated =
                    organisation.team(&self.team_facts[host].id).and_then(|team| team.away_teams.as_ref());
                let share = stated.and_then(|away| away.guide_share).unwrap_or(assume.guide_share);
                (host, share.get())
            });
            let migrate = entry.migrate.as_ref().map(|effort| self.effort(Some(effort)));
            let p80 = self.p80(effort, maker);
            facts.push(FallbackFacts {
                id: entry.id.clone(),
                accepted: accepted.clone(),
                untimed,
                lone: self.is_lone(stated.as_ref()),
                few_cases: self.few_cases(stated.as_ref()),
                guide: guide.map(|(host, share)| (self.team_facts[host].id.clone(), share)),
                p80,
                priced: purchase.price.is_some() || purchase.fee.is_some(),
            });
            chain.push(DraftFallback {
                name: format!("{}/{}", ask.id, entry.id),
                odds: accepted.map(|odds| odds.chance.get()),
                lands,
                create: (stated.is_some() || untimed).then_some((maker, effort)),
                rank: place_in_queue,
                migrate,
                maintain: entry.maintain.map_or(0.0, |rate| rate.a_calendar_day(calendar)),
                keeps: entry.keeps.get(),
                skips: entry.skips.iter().filter_map(|work| self.item_of.get(work)).copied().collect(),
                price: purchase.price.as_ref().map_or(0.0, |price| price.money.amount()),
                fee: purchase.fee.as_ref().map_or(0.0, |fee| fee.a_week().amount() / 7.0),
                lead: purchase.lead.map_or(0.0, model::ClockTime::calendar_days),
                guide,
                progress,
            });
        }
        (chain, facts)
    }

    /// P80 of an effort in working days of one person of the team.
    pub(super) fn p80(&self, effort: Effort, team: usize) -> f64 {
        let pace = self.draft.teams[team].focus;
        let days = effort.quantile(0.8, &self.draft.tables);
        if pace > 0.0 { days / pace } else { 0.0 }
    }

    /// Whether a host takes an away team.
    pub(super) fn away_odds(&self, ask: &Ask, entry: &Fallback, host: &TeamId) -> Odds {
        if let Some(odds) = stated_odds(ask, entry) {
            return odds;
        }
        let leaning = &self.organisation.settings().assume.leaning;
        match self.organisation.host_state(ask, host) {
            HostState::Welcome => Odds { chance: leaning.welcome, source: assumed("leaning.welcome") },
            HostState::Unknown => Odds { chance: leaning.unknown, source: assumed("leaning.unknown") },
            HostState::Unable => Odds {
                chance: Probability::ZERO,
                source: Source::Assumption { stated: format!("{host} is unable to host") },
            },
        }
    }

    /// Whether whoever else must answer says yes: their word where they gave one.
    pub(super) fn leaning_odds(
        &self,
        ask: &Ask,
        entry: &Fallback,
        with: &TeamId,
        chance: Probability,
        key: &str,
    ) -> Odds {
        let said = |chance, word: &str| Odds {
            chance,
            source: Source::Assumption { stated: format!("{with} said {word}") },
        };
        if with.is_council() && self.organisation.council_rank(ask.id.reference()).is_some() {
            return Odds {
                chance: Probability::ONE,
                source: Source::Assumption { stated: "the council ranks the ask".into() },
            };
        }
        match self.organisation.word_of(ask, with).filter(|_| with != &ask.to) {
            Some((_, says @ (Says::Declined | Says::Dropped))) => said(Probability::ZERO, says.word()),
            Some((_, says @ (Says::Committed { .. } | Says::Landed { .. }))) => {
                said(self.organisation.settings().assume.take_up.committed, says.word())
            }
            _ => stated_odds(ask, entry).unwrap_or(Odds { chance, source: assumed(key) }),
        }
    }
}

/// The asker's own odds on a leaning fallback.
fn stated_odds(ask: &Ask, entry: &Fallback) -> Option<Odds> {
    entry.odds.map(|chance| Odds {
        chance,
        source: Source::Assumption { stated: format!("odds of {}/{}, by the asker", ask.id, entry.id) },
    })
}

static NOTHING: model::Purchase = model::Purchase { vendor: None, price: None, fee: None, lead: None };

/// The first stance on record that a fallback still ahead carries.
pub(super) fn recorded(ask: &Ask, chain: &[DraftFallback], day: impl Fn(Date) -> i32) -> Option<Recorded> {
    ask.fallbacks.iter().enumerate().find_map(|(entry, fallback)| {
        if chain[entry].progress != FallbackProgress::Ahead {
            return None;
        }
        let day = match fallback.start {
            Stance::DecideBy => return None,
            Stance::Now => 0,
            Stance::On(date) => day(date),
        };
        Some(Recorded { entry: entry as u32, day })
    })
}
