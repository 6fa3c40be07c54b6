//! The quarter on one page: standing and its trend, what the asks cost and gave, debts, alignment.

mod alignment;
mod history;

pub use alignment::{Alignment, AlignmentEvent};
pub use history::{Point, Trend};

use crate::at_stake::{AtStake, Stakes};
use crate::decision::Costs;
use crate::effort::mean_days;
use crate::ledger::{Ledger, ledger_as_known, person_days};
use crate::sentence::{fallback_name, team_name};
use kedge_floor::{Standing, StandingNumber, standing_as_known};
use kedge_model::{
    Ask, AskId, AskState, Date, Fallback, FallbackKind, LiteralError, Money, Organisation, OutcomeId, Period,
    Slug, TeamId, WorkDays, Worth,
};
use serde::Serialize;
use std::collections::BTreeMap;

/// A quarter, as far as it is over.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Review {
    /// Its name: `2026-Q4`.
    pub quarter: String,
    /// Its days.
    pub period: Period,
    /// The last of its days that is looked at: its last, or the as-of date where that is earlier.
    pub until: Date,
    /// Whether days of it are still to come.
    pub running: bool,
    /// What stands on the evening of that day.
    pub standing: StandingNumber,
    /// How that came about.
    pub trend: Trend,
    /// Outcomes that went live in it, by day.
    pub delivered: Vec<Delivered>,
    /// Outcomes that were given up in it, by day.
    pub dropped: Vec<Delivered>,
    /// What the asks cost and gave.
    pub asks: AsksOfQuarter,
    /// The detours in place on the last day.
    pub debts: Ledger,
    /// What those cost and which can be left, in a sentence.
    pub debts_in_words: String,
    /// How many were in place before the first day.
    pub debts_before: usize,
    /// Data and answers that teams have in common.
    pub alignment: Alignment,
}

/// An outcome that went live, or was given up.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Delivered {
    /// Which.
    pub outcome: OutcomeId,
    /// What people call it.
    pub name: String,
    /// When.
    pub on: Date,
    /// What it is worth, where anybody said.
    pub worth: Option<Worth>,
}

/// What became of the asks, what that gave and what the detours cost.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AsksOfQuarter {
    /// How many were asked for the first time.
    pub asked: usize,
    /// How many got their first answer.
    pub answered: usize,
    /// How many are open on the last day.
    pub open: usize,
    /// How many of those have no answer.
    pub unanswered: usize,
    /// Those that landed, by day, with the value that hung on each the day before.
    pub landed: Vec<LandedAsk>,
    /// Those that were refused or dropped, by day.
    pub refused: Vec<SettledAsk>,
    /// Detours that were taken, by day.
    pub taken: Vec<TakenDetour>,
    /// Detours that were left for the real thing, by day.
    pub left: Vec<TakenDetour>,
    /// Person-days that making the detours taken takes, the mean of their estimates; those without one are not in it.
    pub making: WorkDays,
    /// Person-days that keeping detours took in the quarter, at the stated rates.
    pub upkeep: WorkDays,
    /// Fees that were paid for them in the quarter, at the stated rates.
    pub fees: Money,
}

/// An ask that landed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LandedAsk {
    /// Which.
    pub ask: AskId,
    /// Who delivered it.
    pub to: TeamId,
    /// What people call that team.
    pub to_name: String,
    /// When.
    pub on: Date,
    /// What would have been lost without it, as things stood the day before.
    pub gave: AtStake,
}

/// An ask that was refused or dropped.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SettledAsk {
    /// Which.
    pub ask: AskId,
    /// When.
    pub on: Date,
    /// The word for it.
    pub word: &'static str,
}

/// A detour that was taken or left.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TakenDetour {
    /// For which ask.
    pub ask: AskId,
    /// Its name in the chain.
    pub fallback: Slug,
    /// What people call it.
    pub name: String,
    /// When.
    pub on: Date,
    /// What it costs, as stated.
    pub costs: Costs,
}

/// The quarter that a day lies in, by its name and days. `first_month` is the year's first, 1 to 12.
pub fn quarter_of(day: Date, first_month: u8) -> Option<(String, Period)> {
    let years = i32::from(day.year()) - 1..=i32::from(day.year());
    let names = years.flat_map(|year| (1..=4).map(move |quarter| format!("{year:04}-Q{quarter}")));
    names
        .filter_map(|name| Some((name.clone(), Period::named(&name, first_month).ok()?)))
        .find(|(_, period)| period.contains(day))
}

/// The review of a quarter, `2026-Q4` (a half or a whole year is read too); of the one in which `as_of` lies where none is
/// named.
///
/// Everything dated is taken as it was known on each day. What carries no date (plans, asks, claims, efforts) counts on
/// every day as it is written now: nothing is invented for it.
///
/// # Errors
/// When the name is no period.
pub fn review(
    organisation: &Organisation,
    quarter: Option<&str>,
    as_of: Date,
) -> Result<Review, LiteralError> {
    let first_month = organisation.settings().calendar.first_month;
    let (quarter, period) = match quarter {
        Some(name) => (name.to_owned(), Period::named(name, first_month)?),
        None => quarter_of(as_of, first_month)
            .ok_or_else(|| LiteralError::new(format!("{as_of} lies in no quarter that can be named")))?,
    };
    let until = period.until().min(as_of);
    let known = organisation.known_on(until);
    let standing = standing_as_known(&known, until);
    let debts = ledger_as_known(&known, until);
    let before = organisation.known_on(period.from().plus_days(-1));
    Ok(Review {
        trend: history::trend(organisation, period, until, as_of),
        delivered: settled(&known, period, |outcome| outcome.live.filter(|_| outcome.dropped.is_none())),
        dropped: settled(&known, period, |outcome| outcome.dropped),
        asks: asks(organisation, &known, &standing, period, until),
        debts_in_words: debts.headline(&known.settings().calendar),
        debts,
        debts_before: ledger_as_known(&before, period.from().plus_days(-1)).hacks.len(),
        alignment: alignment::alignment(&known, period),
        standing: standing.organisation,
        running: until < period.until(),
        quarter,
        period,
        until,
    })
}

fn settled(
    known: &Organisation,
    period: Period,
    when: impl Fn(&kedge_model::Outcome) -> Option<Date>,
) -> Vec<Delivered> {
    let mut found: Vec<Delivered> = known
        .outcomes()
        .filter_map(|outcome| {
            let on = when(outcome).filter(|on| period.contains(*on))?;
            let name = outcome.name().to_owned();
            Some(Delivered { outcome: outcome.id.clone(), name, on, worth: known.worth(outcome) })
        })
        .collect();
    found.sort_by(|a, b| (a.on, &a.outcome).cmp(&(b.on, &b.outcome)));
    found
}

fn asks(
    organisation: &Organisation,
    known: &Organisation,
    standing: &Standing,
    period: Period,
    until: Date,
) -> AsksOfQuarter {
    let within = |day: Option<Date>| day.filter(|day| period.contains(*day) && *day <= until);
    let (mut asked, mut answered, mut open, mut unanswered) = (0, 0, 0, 0);
    let (mut landings, mut refused) = (Vec::new(), Vec::new());
    let (mut taken, mut left) = (Vec::new(), Vec::new());
    let (mut making, mut upkeep, mut fees) = (0.0, 0.0, Money::ZERO);
    for ask in known.asks() {
        let state = known.ask_state(ask);
        asked += usize::from(within(ask.asked.iter().map(|asked| asked.on).min()).is_some());
        answered += usize::from(within(known.answers_to(ask).map(|answer| answer.on).min()).is_some());
        if standing.ask(&ask.id).is_some() && !state.is_open() && !known.is_dead(ask, until) {
            open += 1;
            unanswered += usize::from(matches!(state, AskState::Unanswered { .. }));
        }
        match state {
            AskState::Landed { since } if within(Some(since)).is_some() => landings.push((since, ask)),
            AskState::Declined { since } | AskState::Dropped { since } if within(Some(since)).is_some() => {
                refused.push(SettledAsk { ask: ask.id.clone(), on: since, word: state.word() });
            }
            _ => {}
        }
        for fallback in &ask.fallbacks {
            if let Some(on) = within(fallback.taken) {
                taken.push(detour(known, ask, fallback, on));
                let create = fallback.create.as_ref();
                making += create.map_or(0.0, |create| mean_days(create, known.settings()).0);
            }
            if let Some(on) = within(fallback.migrated) {
                left.push(detour(known, ask, fallback, on));
            }
            let days = lived(fallback, period, until);
            upkeep +=
                fallback.maintain.map_or(0.0, |rate| rate.a_calendar_day(&known.settings().calendar)) * days;
            if let FallbackKind::Buy(purchase) = &fallback.kind
                && let Some(fee) = &purchase.fee
            {
                fees = fees + fee.a_week() * (days / 7.0);
            }
        }
    }
    refused.sort_by(|a, b| (a.on, &a.ask).cmp(&(b.on, &b.ask)));
    for list in [&mut taken, &mut left] {
        list.sort_by(|a: &TakenDetour, b| (a.on, &a.ask, &a.fallback).cmp(&(b.on, &b.ask, &b.fallback)));
    }
    AsksOfQuarter {
        asked,
        answered,
        open,
        unanswered,
        landed: landed(organisation, landings),
        refused,
        taken,
        left,
        making: WorkDays(making),
        upkeep: WorkDays(upkeep),
        fees,
    }
}

/// Days of the quarter on which a fallback lived.
fn lived(fallback: &Fallback, period: Period, until: Date) -> f64 {
    let Some(live) = fallback.live else { return 0.0 };
    let end = [fallback.migrated, fallback.stopped].into_iter().flatten().min();
    // The first day is paid by its evening, so a quarter that is looked at to its last day has all of its days.
    let end = end.map_or(until.plus_days(1), |end| end.min(until.plus_days(1)));
    end.days_since(live.max(period.from())).max(0) as f64
}

fn detour(known: &Organisation, ask: &Ask, fallback: &Fallback, on: Date) -> TakenDetour {
    TakenDetour {
        ask: ask.id.clone(),
        fallback: fallback.id.clone(),
        name: fallback_name(known, fallback),
        on,
        costs: Costs::stated(fallback),
    }
}

/// What each landing gave: what hung on it on the evening before.
fn landed(organisation: &Organisation, landings: Vec<(Date, &Ask)>) -> Vec<LandedAsk> {
    let mut by_day: BTreeMap<Date, Vec<&Ask>> = BTreeMap::new();
    for (on, ask) in landings {
        by_day.entry(on).or_default().push(ask);
    }
    let mut landed = Vec::new();
    for (on, asks) in by_day {
        let eve = on.plus_days(-1);
        let before = organisation.known_on(eve);
        let standing = standing_as_known(&before, eve);
        let stakes = Stakes::new(&standing);
        for ask in asks {
            landed.push(LandedAsk {
                ask: ask.id.clone(),
                to: ask.to.clone(),
                to_name: team_name(organisation, &ask.to),
                on,
                gave: stakes.without(&before, &ask.id),
            });
        }
    }
    landed
}

impl Review {
    /// The answer in a sentence or two.
    pub fn headline(&self) -> String {
        let so_far = if self.running { " so far" } else { "" };
        let stands = match self.standing.fraction() {
            None => "nothing is planned".to_owned(),
            Some(now) => {
                let now = percent(now);
                match self.trend.points().first().and_then(|point| point.number.fraction()).map(percent) {
                    Some(first) if first != now => {
                        format!("standing went from {first} to {now} of what is planned")
                    }
                    Some(_) => format!("standing stayed at {now} of what is planned"),
                    None => format!("{now} of what is planned stands"),
                }
            }
        };
        let landed = counted(self.asks.landed.len(), "ask", "asks");
        let live = counted(self.delivered.len(), "outcome", "outcomes");
        format!("{}{so_far}: {stands}. {live} went live and {landed} landed.", self.quarter)
    }

    /// What the detours cost in the quarter: `2.1 person-days of upkeep and 340 in fees`.
    pub fn paid_in_words(&self) -> String {
        let upkeep =
            (self.asks.upkeep.0 >= 0.05).then(|| format!("{} of upkeep", person_days(self.asks.upkeep)));
        let fees =
            (self.asks.fees >= Money::new(0.5)).then(|| format!("{} in fees", self.asks.fees.rounded()));
        match (upkeep, fees) {
            (Some(upkeep), Some(fees)) => format!("{upkeep} and {fees}"),
            (upkeep, fees) => upkeep.or(fees).unwrap_or_else(|| "nothing".into()),
        }
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!(
        "{} {}",
        if count == 0 { "No".to_owned() } else { count.to_string() },
        if count == 1 { one } else { many }
    )
    .replace("No ask", "no ask")
}

fn percent(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}
