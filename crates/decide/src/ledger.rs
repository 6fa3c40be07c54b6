//! The ledger of hacks: every fallback that was taken and lives, with its age, what it has cost to keep, and what
//! leaving it takes.

use crate::sentence::{days, fallback_name, state};
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
    /// Since when what it waited for has been there, so that it can be left; `None` while it has not landed.
    pub can_be_left_since: Option<Date>,
    /// What was paid so far beside what leaving takes.
    pub balance: Balance,
    /// When keeping it has cost as much as leaving takes.
    pub break_even: BreakEven,
}

/// When keeping a hack comes to cost as much as leaving it takes, at the stated rates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BreakEven {
    /// Nobody says how to leave it.
    NoWayOut,
    /// There is a fee, and nobody says what a person's week costs: the two cannot be added up.
    NotComparable,
    /// Keeping it costs nothing, as stated.
    Never,
    /// After so long.
    After {
        /// Days at the stated rates until what was paid is what leaving takes, rounded up: so long after it went live the
        /// two are even, and so long after leaving it the leaving is paid back.
        days: u32,
        /// The first day on which what was paid since it went live is as much.
        on: Date,
    },
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
        self.can_be_left_since
    }

    /// Whether its last day has passed.
    pub fn is_expired(&self, as_of: Date) -> bool {
        self.expires.is_some_and(|expires| expires < as_of)
    }

    /// Person-days a month that keeping it takes; a month has 365.25/12 days.
    pub fn interest_a_month(&self, calendar: &Calendar) -> WorkDays {
        WorkDays(self.maintain.map_or(0.0, |rate| rate.a_calendar_day(calendar) * MONTH))
    }

    /// `12 days`.
    pub fn age_in_words(&self) -> String {
        days(i64::from(self.age_days))
    }

    /// `9.1 person-days and 1.2k`: what keeping it has taken so far.
    pub fn paid_in_words(&self) -> String {
        match (self.interest_paid.0 > 0.0, self.fees_paid > Money::ZERO) {
            (true, true) => format!("{} and {}", person_days(self.interest_paid), self.fees_paid.rounded()),
            (false, true) => self.fees_paid.rounded(),
            (true, false) => person_days(self.interest_paid),
            (false, false) => "nothing".into(),
        }
    }

    /// When keeping it has cost as much as leaving takes: `since 29 July`, `on 4 February 2027`.
    pub fn break_even_in_words(&self, near: Date) -> String {
        match self.break_even {
            BreakEven::NoWayOut => "no way out".into(),
            BreakEven::NotComparable => "a person's week has no price".into(),
            BreakEven::Never => "never: keeping it costs nothing".into(),
            BreakEven::After { on, .. } if on <= near => format!("since {}", on.in_words(near)),
            BreakEven::After { on, .. } => format!("on {}", on.in_words(near)),
        }
    }

    /// What has become of the ask: `landed since 7 October`, `unanswered for 12 days`.
    pub fn waits_for_in_words(&self, near: Date) -> String {
        state(&self.waits_for, near)
    }

    /// What was paid, and how that is reckoned: `138 days at 2d/month are 9.1 person-days`. `None` where keeping it costs
    /// nothing.
    pub fn interest_in_words(&self) -> Option<String> {
        let days = self.age_in_words();
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
    let waits_for = organisation.ask_state(ask);
    let break_even = break_even(fallback, fee.as_ref(), settings, since);
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
        can_be_left_since: if waits_for.is_open() { waits_for.since() } else { None },
        waits_for,
        balance,
        break_even,
    })
}

/// Leaving over what a day of keeping costs: both in person-days, or, where there is a fee, both in money.
fn break_even(fallback: &Fallback, fee: Option<&PriceRate>, settings: &Settings, since: Date) -> BreakEven {
    let calendar = &settings.calendar;
    let Some(migrate) = &fallback.migrate else { return BreakEven::NoWayOut };
    let leaving = migrate.middle(calendar).0;
    let upkeep = fallback.maintain.map_or(0.0, |rate| rate.a_calendar_day(calendar));
    let (leaving, a_day) = match (fee, &settings.person_week) {
        (None, _) => (leaving, upkeep),
        (Some(_), None) => return BreakEven::NotComparable,
        (Some(fee), Some(week)) => {
            let day = week.money.amount() / calendar.days_a_week();
            (leaving * day, upkeep * day + fee.a_week().amount() / 7.0)
        }
    };
    if a_day <= 0.0 {
        return BreakEven::Never;
    }
    let days = (leaving / a_day).ceil().min(f64::from(u32::MAX)) as u32;
    BreakEven::After { days, on: since.plus_days(i64::from(days)) }
}

impl Ledger {
    /// The debts of one team alone.
    #[must_use]
    pub fn of(mut self, team: &TeamId) -> Self {
        self.hacks.retain(|hack| &hack.team == team);
        self
    }

    /// The debts, those first that can be left now.
    pub fn by_what_can_be_left(&self) -> impl Iterator<Item = &Hack> {
        let free = |hack: &&Hack| hack.can_be_left_since.is_some();
        self.hacks.iter().filter(free).chain(self.hacks.iter().filter(move |hack| !free(hack)))
    }

    /// Person-days a month that keeping all of them takes, and what their fees come to a month.
    pub fn a_month(&self, calendar: &Calendar) -> (WorkDays, Money) {
        let upkeep = self.hacks.iter().map(|hack| hack.interest_a_month(calendar).0).sum();
        let fees = self.hacks.iter().filter_map(|hack| hack.fee.as_ref());
        (WorkDays(upkeep), fees.map(|fee| fee.a_week() * (MONTH / 7.0)).sum())
    }

    /// The answer in a sentence: what the detours cost each month, and which can be left now.
    pub fn headline(&self, calendar: &Calendar) -> String {
        if self.hacks.is_empty() {
            return "No detour is in place.".into();
        }
        let (upkeep, fees) = self.a_month(calendar);
        let one = self.hacks.len() == 1;
        let verb = if one { "costs" } else { "cost" };
        let cost = match (upkeep.0 > 0.0, fees > Money::ZERO) {
            (true, true) => format!("{verb} {} and {} a month", person_days(upkeep), fees.rounded()),
            (true, false) => format!("{verb} {} a month", person_days(upkeep)),
            (false, true) => format!("{verb} {} a month", fees.rounded()),
            (false, false) if one => "costs nothing to keep, as far as anybody says".into(),
            (false, false) => "cost nothing to keep, as far as anybody says".into(),
        };
        let free = self.hacks.iter().filter(|hack| hack.can_be_left_since.is_some()).count();
        let left = match free {
            0 => "nothing that they wait for has landed".to_owned(),
            1 if one => "it can be left now".into(),
            free => format!("{free} can be left now"),
        };
        let left = if one && free == 0 { "what it waits for has not landed".into() } else { left };
        let noun = if one { "One detour".into() } else { format!("{} detours", self.hacks.len()) };
        format!("{noun} {cost}; {left}.")
    }
}
