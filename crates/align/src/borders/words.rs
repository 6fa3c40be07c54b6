//! Borders as people read them.

use super::{Border, Borders, Direction, Line, Move, PaysFor};
use crate::price::{person_weeks, weeks_of};
use kedge_model::{Calendar, WorkDays};

impl Borders {
    /// The answer in a sentence or two.
    pub fn headline(&self, calendar: &Calendar) -> String {
        if self.borders.is_empty() {
            return "No two teams pay anything for each other yet.".into();
        }
        let first = format!(
            "Borders between teams cost {} of coordination and {} of independence a quarter.",
            person_weeks(self.bought, calendar),
            weeks_of(self.paid, calendar)
        );
        let left = match self.left_apart {
            0 => String::new(),
            1 => " One shared problem ended in “leave these apart”.".into(),
            many => format!(" {many} shared problems ended in “leave these apart”."),
        };
        first + &left
    }
}

impl Border {
    /// Whether anything is paid here, or could be moved.
    pub fn is_priced(&self) -> bool {
        !(self.bought.is_empty() && self.paid.is_empty() && self.moves.is_empty())
    }

    /// Person-days a quarter of some lines, as far as anybody said.
    pub fn sum(lines: &[Line]) -> WorkDays {
        WorkDays(lines.iter().filter_map(|line| line.a_quarter).map(|days| days.0).sum())
    }

    /// What some lines come to: `1.2`, `over 0.3` where somebody said nothing of a part, `–` where there is none.
    pub fn in_weeks(lines: &[Line], calendar: &Calendar) -> String {
        let sum = weeks_of(Self::sum(lines), calendar);
        match (lines.is_empty(), lines.iter().any(|line| line.a_quarter.is_none())) {
            (true, _) => "–".into(),
            (false, true) => format!("over {sum}"),
            (false, false) => sum,
        }
    }

    /// `2 asks wait, the oldest for 33 days`; nothing where none does.
    pub fn waiting_in_words(&self) -> Option<String> {
        let oldest = self.oldest_days?;
        let days = if oldest == 1 { "1 day".to_owned() } else { format!("{oldest} days") };
        Some(match self.waiting {
            1 => format!("1 ask waits, for {days}"),
            many => format!("{many} asks wait, the oldest for {days}"),
        })
    }
}

impl PaysFor {
    /// What it is, for people.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Agreeing => "agreeing on a shared answer",
            Self::Guiding => "guiding visitors",
            Self::Visiting => "working in the other’s code",
            Self::Making => "making an answer of one’s own",
            Self::Keeping => "keeping it",
            Self::Leaving => "leaving it",
            Self::KeptApart => "keeping one’s own, left apart",
        }
    }
}

impl Line {
    /// `keeping it, fulfil/label-batch: 1.2 person-weeks`.
    pub fn in_words(&self, calendar: &Calendar) -> String {
        let much =
            self.a_quarter.map_or_else(|| "nobody says".to_owned(), |days| person_weeks(days, calendar));
        format!("{}, {}: {much}", self.pays_for.in_words(), self.about)
    }
}

impl Move {
    /// What to do, in a sentence.
    pub fn in_words(&self, calendar: &Calendar) -> String {
        let saves = person_weeks(self.saves_a_quarter, calendar);
        let about = &self.about;
        match self.direction {
            Direction::LeaveDetour => {
                let once = self.takes_once.map_or_else(
                    || "; nobody says what leaving takes".to_owned(),
                    |once| format!("; leaving takes {}", person_weeks(once, calendar)),
                );
                format!("{about} has landed: leave the detour, and save {saves} a quarter{once}")
            }
            Direction::Together => format!("{about}: one answer saves its teams {saves} a quarter"),
            Direction::Apart => format!("{about}: going apart would save its teams {saves} a quarter"),
            Direction::StayApart => {
                format!("{about}: leave it apart; one answer would cost its teams {saves} a quarter more")
            }
        }
    }
}
