//! Drift as people read it.

use super::{AreaDrift, Drift, Widening};

impl Drift {
    /// The teams as a whole, without their areas.
    pub fn teams(&self) -> impl Iterator<Item = &AreaDrift> {
        self.areas.iter().filter(|area| area.area.is_none())
    }

    /// The answer in a sentence: where more arrives than lands.
    pub fn headline(&self) -> String {
        let teams = self.teams().count();
        if teams == 0 {
            return "Nothing has been asked or planned yet.".into();
        }
        let widens = self.teams().filter(|area| area.widening.widens()).count();
        let known = self.teams().filter(|area| area.widening != Widening::TooLittleData).count();
        let waiting: usize = self.teams().map(|area| area.waiting.len()).sum();
        let asks = if waiting == 1 { "1 ask waits".to_owned() } else { format!("{waiting} asks wait") };
        match (widens, known) {
            (_, 0) => format!(
                "{asks}. Whether the gap widens cannot be told yet: there is less than a whole quarter of record."
            ),
            (0, _) => format!("{asks}. Nowhere does more arrive than lands, as far as the record goes."),
            (1, known) => format!("{asks}. More arrives than lands at one of {known} teams with a record."),
            (many, known) => {
                format!("{asks}. More arrives than lands at {many} of {known} teams with a record.")
            }
        }
    }
}

impl Widening {
    /// Whether more arrives than lands.
    pub fn widens(self) -> bool {
        matches!(self, Self::AQuarter(by) if by > 0.0)
    }

    /// `wider by 2.3 a quarter`, `narrower by 1 a quarter`, `steady`, `too little data`.
    pub fn in_words(self) -> String {
        match self {
            Self::TooLittleData => "too little data".into(),
            Self::AQuarter(by) => {
                let rounded = (by.abs() * 10.0).round() / 10.0;
                match (rounded > 0.0, by > 0.0) {
                    (false, _) => "steady".into(),
                    (true, true) => format!("wider by {rounded} a quarter"),
                    (true, false) => format!("narrower by {rounded} a quarter"),
                }
            }
        }
    }
}

impl AreaDrift {
    /// What waits, and how old it is: `4 asks, half of them over 31 days, and 3 items of work`.
    pub fn waiting_in_words(&self) -> String {
        let asks = match self.waiting.as_slice() {
            [] => None,
            [one] => Some(format!("1 ask, for {}", days(one.days))),
            // The oldest stands first, so half are as old as the middle one, or older.
            many => {
                let middle = many.get((many.len() - 1) / 2).map_or(0, |it| it.days);
                let oldest = many.first().map_or(0, |it| it.days);
                Some(format!(
                    "{} asks, half of them {} or more, the oldest {}",
                    many.len(),
                    days(middle),
                    days(oldest)
                ))
            }
        };
        let work = match self.work_open {
            0 => None,
            1 => Some("1 item of work".to_owned()),
            many => Some(format!("{many} items of work")),
        };
        match (asks, work) {
            (Some(asks), Some(work)) => format!("{asks}; {work}"),
            (asks, work) => asks.or(work).unwrap_or_else(|| "nothing".into()),
        }
    }
}

fn days(count: u32) -> String {
    if count == 1 { "1 day".into() } else { format!("{count} days") }
}
