//! What is lost without an ask: value a week, told apart by whether anybody confirmed it, and what is done instead.

use crate::decision::Costs;
use crate::sentence::{fallback_name, quoted, team_name, upper_first};
use kedge_floor::{Hold, How, Opens, OutcomeStanding, Standing, Status};
use kedge_model::{
    Ask, AskId, Combine, Date, Fallback, FallbackKind, Money, Organisation, OutcomeId, Share, Slug, TeamId,
    Worth, listed,
};
use serde::Serialize;
use std::collections::BTreeMap;

/// Which planned outcomes each ask holds up: one look through the standing for many asks.
#[derive(Debug)]
pub struct Stakes<'a> {
    held: BTreeMap<&'a AskId, Vec<(&'a OutcomeStanding, &'a Hold)>>,
}

/// What is lost, each week, without something.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct AtStake {
    /// Value that a stakeholder or the council confirmed. Rankings go by it alone.
    pub confirmed: Money,
    /// Value that the teams claim.
    pub claimed: Money,
    /// The outcomes behind it, those without a value too.
    pub outcomes: Vec<OutcomeAtStake>,
}

/// What one outcome loses.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OutcomeAtStake {
    /// Which.
    pub outcome: OutcomeId,
    /// What people call it.
    pub name: String,
    /// The last day on which it is on time.
    pub due: Option<Date>,
    /// What it is worth, where anybody said.
    pub worth: Option<Worth>,
    /// The part of it that is kept.
    pub keeps: Share,
    /// Value a week that is lost; `None` where nobody said what it is worth.
    pub lost: Option<Money>,
}

impl<'a> Stakes<'a> {
    /// Of a standing.
    pub fn new(standing: &'a Standing) -> Self {
        Self::of(&standing.outcomes)
    }

    /// Of outcomes; those that are not planned count for nothing.
    pub fn of(outcomes: impl IntoIterator<Item = &'a OutcomeStanding>) -> Self {
        let mut held: BTreeMap<&AskId, Vec<_>> = BTreeMap::new();
        for outcome in outcomes.into_iter().filter(|outcome| outcome.status == Status::Planned) {
            for hold in &outcome.holds {
                held.entry(&hold.ask).or_default().push((outcome, hold));
            }
        }
        Self { held }
    }

    /// What is lost if the ask never lands and its asker does what its chain says: the sum over planned outcomes of their
    /// worth times the part that is not kept.
    pub fn without(&self, organisation: &Organisation, ask: &AskId) -> AtStake {
        let held = self.held.get(ask).into_iter().flatten();
        AtStake::of(organisation, held.map(|(outcome, hold)| (*outcome, hold.keeps)))
    }

    /// Value a week of it that somebody confirmed; nothing where that is none.
    pub fn confirmed_without(&self, ask: &AskId) -> Option<Money> {
        let confirmed = self.held.get(ask)?.iter().filter_map(|(outcome, hold)| {
            let worth = outcome.worth.filter(|worth| worth.confirmed)?;
            Some(worth.a_week * hold.keeps.complement().get())
        });
        Some(confirmed.sum::<Money>()).filter(|lost| *lost > Money::ZERO)
    }

    /// The same for several asks that are one need: of an outcome that waits for more than one of them that is kept which
    /// their shares come to together, as for any outcome that waits for several asks.
    pub fn without_all<'b>(
        &self,
        organisation: &Organisation,
        asks: impl IntoIterator<Item = &'b AskId>,
    ) -> AtStake {
        let mut kept: BTreeMap<&OutcomeId, (&OutcomeStanding, Share)> = BTreeMap::new();
        for (outcome, hold) in asks.into_iter().filter_map(|ask| self.held.get(ask)).flatten() {
            let entry = kept.entry(&outcome.outcome).or_insert((outcome, Share::ONE));
            entry.1 = match outcome.combine {
                Combine::Product => [entry.1, hold.keeps].into_iter().product(),
                Combine::Least if hold.keeps < entry.1 => hold.keeps,
                Combine::Least => entry.1,
            };
        }
        AtStake::of(organisation, kept.into_values())
    }
}

impl AtStake {
    /// Of outcomes, each with the part of it that is kept.
    pub(crate) fn of<'a>(
        organisation: &Organisation,
        outcomes: impl IntoIterator<Item = (&'a OutcomeStanding, Share)>,
    ) -> Self {
        let mut at_stake = Self::default();
        for (standing, keeps) in outcomes {
            let lost = standing.worth.map(|worth| worth.a_week * keeps.complement().get());
            match (standing.worth, lost) {
                (Some(Worth { confirmed: true, .. }), Some(lost)) => {
                    at_stake.confirmed = at_stake.confirmed + lost;
                }
                (Some(_), Some(lost)) => at_stake.claimed = at_stake.claimed + lost,
                _ => {}
            }
            at_stake.outcomes.push(OutcomeAtStake {
                outcome: standing.outcome.clone(),
                name: standing.name.clone(),
                due: organisation.outcome(&standing.outcome).and_then(|it| organisation.due(it)),
                worth: standing.worth,
                keeps,
                lost,
            });
        }
        at_stake
    }

    /// How many outcomes are lost, those that are kept in part counting as the part that is not.
    pub fn outcomes_lost(&self) -> f64 {
        self.outcomes.iter().map(|outcome| outcome.keeps.complement().get()).sum()
    }

    /// `2.5k of 25k a week (confirmed)`, joined where some of it is a claim; `None` where no outcome has a value.
    pub fn in_words(&self) -> Option<String> {
        let part = |confirmed: bool, word: &str| {
            let of =
                self.outcomes.iter().filter(|it| it.worth.is_some_and(|worth| worth.confirmed == confirmed));
            let whole: Vec<Money> = of.filter_map(|it| Some(it.worth?.a_week)).collect();
            if whole.is_empty() {
                return None;
            }
            let whole: Money = whole.into_iter().sum();
            let lost = if confirmed { self.confirmed } else { self.claimed };
            Some(if lost == whole {
                format!("{} a week ({word})", lost.rounded())
            } else {
                format!("{} of {} a week ({word})", lost.rounded(), whole.rounded())
            })
        };
        let parts: Vec<String> =
            [part(true, "confirmed"), part(false, "claimed")].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(" and "))
    }
}

/// What an asking team does if the ask does not land: what opens its gates with nobody else's help.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Instead {
    /// Its name in the chain.
    pub fallback: Slug,
    /// Its kind, in the word of the plan language.
    pub kind: &'static str,
    /// What people call it.
    pub name: String,
    /// Whether it is there, under way or to come.
    pub how: How,
    /// What it costs, as stated.
    pub costs: Costs,
}

impl Instead {
    /// For an ask; `None` where nothing opens it.
    pub fn of(organisation: &Organisation, standing: &Standing, ask: &Ask) -> Option<Self> {
        let Opens::Fallback { place, how, .. } = standing.ask(&ask.id)?.opens else { return None };
        let fallback = ask.fallbacks.get(place)?;
        Some(Self {
            fallback: fallback.id.clone(),
            kind: fallback.kind.word(),
            name: fallback_name(organisation, fallback),
            how,
            costs: Costs::stated(fallback),
        })
    }
}

impl Costs {
    /// What the plan says that a fallback costs.
    pub(crate) fn stated(fallback: &Fallback) -> Self {
        let purchase = match &fallback.kind {
            FallbackKind::Buy(purchase) => Some(purchase),
            _ => None,
        };
        Self {
            create: fallback.create.clone(),
            maintain: fallback.maintain,
            migrate: fallback.migrate.clone(),
            keeps: (fallback.keeps != Share::ONE).then_some(fallback.keeps),
            price: purchase.and_then(|purchase| purchase.price.clone()),
            fee: purchase.and_then(|purchase| purchase.fee.clone()),
        }
    }

    /// `2w, rarely over 3w to make; 2d/month to keep; 1w to leave`; `None` where the plan says nothing.
    pub fn in_words(&self) -> Option<String> {
        let parts: Vec<String> = [
            self.create.as_ref().map(|it| format!("{it} to make")),
            self.price.as_ref().map(|it| format!("{it} to buy")),
            self.fee.as_ref().map(|it| format!("{it} to use")),
            self.maintain.as_ref().map(|it| format!("{it} to keep")),
            self.migrate.as_ref().map(|it| format!("{it} to leave")),
        ]
        .into_iter()
        .flatten()
        .collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}

/// What a "no" costs one team.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NoCosts {
    /// Whom.
    pub team: TeamId,
    /// The ask.
    pub ask: AskId,
    /// What it loses.
    pub lost: AtStake,
    /// What it does instead; `None` where there is no way on.
    pub instead: Option<Instead>,
    /// Both in a sentence or two.
    pub sentence: String,
}

impl NoCosts {
    /// Of one ask, from what the plans state: no trial is run.
    pub fn of(organisation: &Organisation, standing: &Standing, stakes: &Stakes<'_>, ask: &Ask) -> Self {
        let lost = stakes.without(organisation, &ask.id);
        let instead = Instead::of(organisation, standing, ask);
        let team = ask.id.team().clone();
        let sentence = sentence(&team_name(organisation, &team), &lost, instead.as_ref());
        Self { team, ask: ask.id.clone(), lost, instead, sentence }
    }
}

fn sentence(team: &str, lost: &AtStake, instead: Option<&Instead>) -> String {
    let team = upper_first(team);
    if lost.outcomes.is_empty() {
        return format!("{team}: nothing that it still plans waits for it.");
    }
    let names = listed(lost.outcomes.iter().map(|outcome| quoted(&outcome.name)));
    let verb = if lost.outcomes.len() == 1 { "is" } else { "are" };
    let all = lost.outcomes.iter().all(|outcome| outcome.keeps == Share::ZERO);
    let none = lost.outcomes.iter().all(|outcome| outcome.keeps == Share::ONE);
    let said = lost.in_words();
    let first = match (said, all, none) {
        (_, _, true) => format!("{team}: {names} {verb} kept whole"),
        (Some(money), true, _) => format!("{team}: {names} {verb} lost, {money}"),
        (Some(money), ..) => format!("{team}: {money} of {names} is lost"),
        (None, true, _) => format!("{team}: {names} {verb} lost; nobody has said what that is worth"),
        (None, ..) => format!("{team}: a part of {names} is lost; nobody has said what that is worth"),
    };
    let Some(instead) = instead else {
        return format!("{first}. There is no way on without it.");
    };
    let doing = match instead.how {
        How::Live => "in place instead",
        How::Running => "under way instead",
        How::Planned => "instead",
    };
    let costs = instead.costs.in_words().map_or_else(String::new, |costs| format!(" ({costs})"));
    format!("{first}; {doing}: {}{costs}.", quoted(&instead.name))
}
