//! The ledger of hacks: every fallback that was taken and lives, with its age, what it has cost to keep, and what
//! leaving it takes.

use crate::sentence::fallback_name;
use kedge_model::{
    Ask, AskId, AskState, Calendar, Date, Effort, EffortRate, Fallback, FallbackKind, Money, Organisation,
    PriceRate, Settings, Slug, TeamId, WorkDays,
};
use serde::Serialize;

/// Days of the month that upkeep is counted in, as in the forecast.
const MONTH: f64 = 365.25 / 12.0;

/// Every live debt of an organisation on a day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ledger {
    /// The day: facts dated later are not known.
    pub as_of: Date,
    /// The debts, by team and ask, in the order of the chain. Those of closed plans are among them: a debt outlives the
    /// plan that it was made for.
    pub hacks: Vec<Hack>,
}

/// A fallback that was taken: a live debt with an age, interest and a way out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hack {
    /// Whose it is: who keeps it and leaves it.
    pub team: TeamId,
    /// The ask that it stands in for.
    pub ask: AskId,
    /// Its name in the chain.
    pub fallback: Slug,
    /// Its place in the chain, from 0.
    pub place: usize,
    /// Its kind, in the word of the plan language.
    pub kind: &'static str,
    /// What people call it.
    pub name: String,
    /// The day on which it went live: interest is counted from there.
    pub since: Date,
    /// How many days it has lived on the morning of as-of.
    pub age_days: u32,
    /// What keeping it takes, as stated.
    pub maintain: Option<EffortRate>,
    /// The fee of what was bought, as stated.
    pub fee: Option<PriceRate>,
    /// Person-days that keeping it has taken so far, at the stated rate.
    pub interest_paid: WorkDays,
    /// Fees paid so far, at the stated rate.
    pub fees_paid: Money,
    /// What leaving it takes; `None` is no way out.
    pub migrate: Option<Effort>,
    /// The day by which it should be gone.
    pub expires: Option<Date>,
    /// What has become of the ask that it stands in for.
    pub waits_for: AskState,
    /// What was paid so far beside what leaving takes.
    pub balance: Balance,
}

/// What was paid for keeping a hack, beside what leaving it takes (the middle of that estimate).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Balance {
    /// Nobody says how to leave it.
    NoWayOut,
    /// There is a fee, and nobody says what a person's week costs: the two cannot be added up.
    NotComparable,
    /// In person-days, where there is no fee.
    Effort {
        /// Keeping it, so far.
        paid: WorkDays,
        /// Leaving it.
        leaving: WorkDays,
    },
    /// In money, where there is a fee: person-days at the price of a person's week.
    Money {
        /// Keeping it, so far.
        paid: Money,
        /// Leaving it.
        leaving: Money,
    },
}

impl Balance {
    /// Whether keeping it has already cost more than leaving takes.
    pub fn is_overpaid(self) -> bool {
        match self {
            Balance::NoWayOut | Balance::NotComparable => false,
            Balance::Effort { paid, leaving } => paid > leaving,
            Balance::Money { paid, leaving } => paid > leaving,
        }
    }
}

impl Hack {
    /// Since when what it waited for has been there; `None` while it has not landed.
    pub fn can_be_left_since(&self) -> Option<Date> {
        if self.waits_for.is_open() { self.waits_for.since() } else { None }
    }

    /// Whether its last day has passed.
    pub fn is_expired(&self, as_of: Date) -> bool {
        self.expires.is_some_and(|expires| expires < as_of)
    }

    /// Person-days a month that keeping it takes; a month has 365.25/12 days.
    pub fn interest_a_month(&self, calendar: &Calendar) -> WorkDays {
        WorkDays(self.maintain.map_or(0.0, |rate| rate.a_calendar_day(calendar) * MONTH))
    }

    /// What was paid, and how that is reckoned: `138 days at 2d/month are 9.1 person-days`. `None` where keeping it costs
    /// nothing.
    pub fn interest_in_words(&self) -> Option<String> {
        let days = if self.age_days == 1 { "1 day".to_owned() } else { format!("{} days", self.age_days) };
        let upkeep = self
            .maintain
            .filter(|rate| rate.effort > kedge_model::WorkTime::ZERO)
            .map(|rate| format!("{days} at {rate} are {}", person_days(self.interest_paid)));
        let fees = self.fee.as_ref().map(|fee| {
            let so_far = self.fees_paid.rounded();
            match &upkeep {
                Some(_) => format!("at {fee} {so_far}"),
                None => format!("{days} at {fee} are {so_far}"),
            }
        });
        match (upkeep, fees) {
            (Some(upkeep), Some(fees)) => Some(format!("{upkeep}, and {fees}")),
            (upkeep, fees) => upkeep.or(fees),
        }
    }
}

/// `1 person-day`, `9.1 person-days`: to a tenth.
pub fn person_days(days: WorkDays) -> String {
    let rounded = (days.0 * 10.0).round() / 10.0;
    if (rounded - 1.0).abs() < 0.01 { "1 person-day".into() } else { format!("{rounded} person-days") }
}

/// The ledger on the evening of `as_of`, as far as it was known then.
pub fn ledger(organisation: &Organisation, as_of: Date) -> Ledger {
    ledger_as_known(&organisation.known_on(as_of), as_of)
}

/// As [`ledger`], for a caller that holds [`Organisation::known_on`]`(as_of)` already.
pub fn ledger_as_known(organisation: &Organisation, as_of: Date) -> Ledger {
    let settings = organisation.settings();
    let hacks = organisation.asks().flat_map(|ask| {
        let debts = ask.fallbacks.iter().enumerate().filter(|(_, fallback)| is_debt(fallback));
        debts.filter_map(move |(place, fallback)| hack(organisation, settings, ask, place, fallback, as_of))
    });
    Ledger { as_of, hacks: hacks.collect() }
}

/// Whether it is live and has to be kept or left: work round, made again or bought; or anything else that says what
/// keeping or leaving it takes. To have shipped less, for good, is no debt.
fn is_debt(fallback: &Fallback) -> bool {
    let stands_in =
        matches!(fallback.kind, FallbackKind::Hack | FallbackKind::Recreate | FallbackKind::Buy(_));
    fallback.is_live() && (stands_in || fallback.maintain.is_some() || fallback.migrate.is_some())
}

fn hack(
    organisation: &Organisation,
    settings: &Settings,
    ask: &Ask,
    place: usize,
    fallback: &Fallback,
    as_of: Date,
) -> Option<Hack> {
    let since = fallback.live?;
    let age = as_of.days_since(since).max(0);
    let calendar = &settings.calendar;
    let fee = match &fallback.kind {
        FallbackKind::Buy(purchase) => purchase.fee.clone(),
        _ => None,
    };
    let interest_paid =
        WorkDays(fallback.maintain.map_or(0.0, |rate| rate.a_calendar_day(calendar) * age as f64));
    let fees_paid = fee.as_ref().map_or(Money::ZERO, |fee| fee.a_week() * (age as f64 / 7.0));
    let balance = match (&fallback.migrate, &fee, &settings.person_week) {
        (None, _, _) => Balance::NoWayOut,
        (Some(migrate), None, _) => {
            Balance::Effort { paid: interest_paid, leaving: migrate.middle(calendar) }
        }
        (Some(_), Some(_), None) => Balance::NotComparable,
        (Some(migrate), Some(_), Some(week)) => {
            let day = week.money * (1.0 / calendar.days_a_week());
            let paid = fees_paid + day * interest_paid.0;
            Balance::Money { paid, leaving: day * migrate.middle(calendar).0 }
        }
    };
    Some(Hack {
        team: ask.id.team().clone(),
        ask: ask.id.clone(),
        fallback: fallback.id.clone(),
        place,
        kind: fallback.kind.word(),
        name: fallback_name(organisation, fallback),
        since,
        age_days: u32::try_from(age).unwrap_or(u32::MAX),
        maintain: fallback.maintain,
        fee,
        interest_paid,
        fees_paid,
        migrate: fallback.migrate.clone(),
        expires: fallback.expires,
        waits_for: organisation.ask_state(ask),
        balance,
    })
}
