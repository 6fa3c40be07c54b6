//! Money: one currency.

use super::{Checker, codes, error};
use crate::{Address, Currency, FactId, FallbackKind, Fix, LateCost, Price};

impl Checker<'_> {
    pub(super) fn money(&mut self) {
        let organisation = self.organisation;
        let mut stated: Vec<(Address, Currency)> = Vec::new();
        let mut state = |at: Address, price: &Price| {
            if let Some(currency) = &price.currency {
                stated.push((at, currency.clone()));
            }
        };
        if let Some(price) = &organisation.settings().person_week {
            state(Address::field(FactId::Settings, "person-week"), price);
        }
        for outcome in organisation.outcomes() {
            if let Some(claim) = &outcome.claim {
                state(Address::field(&outcome.id, "value"), &claim.price);
            }
            match &outcome.late_cost {
                Some(LateCost::Once(price)) => state(Address::field(&outcome.id, "late-cost"), price),
                Some(LateCost::Rate(rate)) => state(Address::field(&outcome.id, "late-cost"), &rate.price),
                None => {}
            }
        }
        for ask in organisation.asks() {
            for (index, fallback) in ask.fallbacks.iter().enumerate() {
                if let FallbackKind::Buy(purchase) = &fallback.kind {
                    if let Some(price) = &purchase.price {
                        state(Address::field(&ask.id, format!("fallback[{index}].price")), price);
                    }
                    if let Some(fee) = &purchase.fee {
                        state(Address::field(&ask.id, format!("fallback[{index}].fee")), &fee.price);
                    }
                }
            }
        }
        for log in organisation.confirmation_logs() {
            for (index, entry) in log.entries.iter().enumerate() {
                let fact = FactId::Confirmations { by: log.by.clone(), outcome: log.outcome.clone() };
                state(Address::field(fact, format!("[{index}].value")), &entry.value.price);
            }
        }
        // Without a stated currency, the first that is written is the one that the others must agree with.
        let Some(expected) = organisation
            .settings()
            .currency
            .clone()
            .or_else(|| stated.first().map(|(_, currency)| currency.clone()))
        else {
            return;
        };
        for (at, currency) in stated {
            if currency != expected {
                let message = format!("this is in {currency}, the organisation reckons in {expected}");
                self.findings.push(
                    error(codes::OTHER_CURRENCY, at, message).with_fix(Fix::advice(format!(
                        "convert it to {expected}, or leave the currency out"
                    ))),
                );
            }
        }
    }
}
