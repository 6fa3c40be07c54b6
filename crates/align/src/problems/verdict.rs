//! What a price says: one answer, apart, more teams first, or not enough known.

use super::Way;
use crate::price::{PriceInput, TeamsToPay};
use serde::Serialize;

/// What follows from the prices of a problem.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Verdict {
    /// One answer takes no more than going apart, on average over the horizon.
    Pays {
        /// Which.
        way: String,
    },
    /// It would with more teams: than are named, or than have signed where some have and not all.
    PaysFrom {
        /// Which.
        way: String,
        /// The first number of teams with which it pays.
        teams: u32,
    },
    /// Too little is known to name a price.
    NotKnown {
        /// What would tell; empty where no way to one answer was proposed yet.
        missing: Vec<PriceInput>,
    },
    /// Going apart takes less.
    Apart,
}

impl Verdict {
    /// Of the best way, or of what is missing; `teams` is how many the organisation has at all.
    pub(super) fn of(best: Option<&Way>, ways: &[Way], teams: usize) -> Self {
        let Some((way, price)) = best.and_then(|way| Some((way, way.priced.price()?))) else {
            let missing = ways.iter().find_map(|way| match &way.priced {
                super::Priced::Missing(missing) => Some(missing.clone()),
                super::Priced::Known(_) => None,
            });
            return Self::NotKnown { missing: missing.unwrap_or_default() };
        };
        let now = price.adopters.len();
        let waits = price.as_signed.as_ref().filter(|it| it.together > it.apart).map(|it| it.signed.len());
        match (price.by_teams, waits) {
            (TeamsToPay::From { teams, .. }, Some(signed))
                if price.is_worth_it() && teams as usize > signed =>
            {
                Self::PaysFrom { way: way.id.clone(), teams }
            }
            _ if price.is_worth_it() => Self::Pays { way: way.id.clone() },
            (TeamsToPay::From { teams: enough, .. }, _)
                if enough as usize > now && enough as usize <= teams =>
            {
                Self::PaysFrom { way: way.id.clone(), teams: enough }
            }
            _ => Self::Apart,
        }
    }

    /// Its place in the list.
    pub(super) fn place(&self) -> u8 {
        match self {
            Self::Pays { .. } => 0,
            Self::PaysFrom { .. } => 1,
            Self::NotKnown { .. } => 2,
            Self::Apart => 3,
        }
    }

    /// `one answer pays`, `pays from the 3rd team on`, `leave these apart`, `not enough known`.
    pub fn in_words(&self) -> String {
        match self {
            Self::Pays { .. } => "one answer pays".into(),
            Self::PaysFrom { teams, .. } => format!("pays from {teams} teams on"),
            Self::NotKnown { .. } => "not enough known".into(),
            Self::Apart => "leave these apart".into(),
        }
    }
}
