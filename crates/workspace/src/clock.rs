//! Which day it is: stated, or asked of the clock in the organisation's time zone.

use kedge_model::Date;

/// The day that answers are for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AsOf {
    /// Today, where the organisation is; it moves on at midnight.
    #[default]
    Today,
    /// This day.
    On(Date),
}

impl AsOf {
    /// The day, where `zone` is the organisation's time zone; a zone that this machine does not know is taken as UTC.
    pub fn date(self, zone: &str) -> Date {
        match self {
            Self::On(date) => date,
            Self::Today => {
                let zone = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
                let today = jiff::Timestamp::now().to_zoned(zone).date();
                Date::new(today.year(), today.month(), today.day()).unwrap_or(Date::from_ordinal(0))
            }
        }
    }
}
