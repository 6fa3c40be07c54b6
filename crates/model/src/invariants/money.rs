//! Money: one currency.

use super::{Checker, codes, error};
use crate::organisation::Written;
use crate::{Address, Currency, FactId, FallbackKind, Finding, Fix, LateCost, Organisation, Price};

/// Every currency that a writer states, and where.
pub(crate) fn stated(written: &Written) -> Vec<(Address, Currency)> {
    let mut stated: Vec<(Address, Currency)> = Vec::new();
    let mut state = |at: &dyn Fn() -> Address, price: &Price| {
        stated.extend(price.currency.clone().map(|currency| (at(), currency)));
    };
    for outcome in written.outcomes.values() {
        if let Some(claim) = &outcome.claim {
            state(&|| Address::field(&outcome.id, "value"), &claim.price);
        }
        match &outcome.late_cost {
            Some(LateCost::Once(price)) => state(&|| Address::field(&outcome.id, "late-cost"), price),
            Some(LateCost::Rate(rate)) => state(&|| Address::field(&outcome.id, "late-cost"), &rate.price),
            None => {}
        }
    }
    for ask in written.asks.values() {
        for (index, fallback) in ask.fallbacks.iter().enumerate() {
            if let FallbackKind::Buy(purchase) = &fallback.kind {
                if let Some(price) = &purchase.price {
                    state(&|| Address::field(&ask.id, format!("fallback[{index}].price")), price);
                }
                if let Some(fee) = &purchase.fee {
                    state(&|| Address::field(&ask.id, format!("fallback[{index}].fee")), &fee.price);
                }
            }
        }
    }
    for log in written.confirmations.values() {
        for (index, entry) in log.entries.iter().enumerate() {
            let fact = || FactId::Confirmations { by: log.by.clone(), outcome: log.outcome.clone() };
            state(&|| Address::field(fact(), format!("[{index}].value")), &entry.value.price);
        }
    }
    stated
}

/// The currency that every amount must be in: the organisation's, or without one the first that is written.
pub(crate) fn currency(organisation: &Organisation) -> Option<Currency> {
    let settings = organisation.settings();
    let of_people = || settings.person_week.as_ref().and_then(|price| price.currency.clone());
    settings.currency.clone().or_else(of_people).or_else(|| organisation.first_currency().cloned())
}

/// The price of a person's week in another currency.
pub(super) fn of_settings(organisation: &Organisation, expected: Option<&Currency>) -> Option<Finding> {
    let stated = organisation.settings().person_week.as_ref()?.currency.as_ref()?;
    other(Address::field(FactId::Settings, "person-week"), stated, expected?)
}

fn other(at: Address, stated: &Currency, expected: &Currency) -> Option<Finding> {
    if stated == expected {
        return None;
    }
    let message = format!("this is in {stated}, the organisation reckons in {expected}");
    let advice = format!("convert it to {expected}, or leave the currency out");
    Some(error(codes::OTHER_CURRENCY, at, message).with_fix(Fix::advice(advice)))
}

impl Checker<'_> {
    pub(super) fn money(&mut self, expected: Option<&Currency>) {
        let Some(expected) = expected else { return };
        let stated = self.organisation.currencies_of(self.team);
        self.findings.extend(stated.into_iter().filter_map(|(at, currency)| other(at, &currency, expected)));
    }
}
