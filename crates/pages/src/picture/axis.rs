//! Days along a picture.

use super::at;
use kedge_model::Date;
use maud::{Markup, html};

/// The days that a picture shows, from its left to its right edge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axis {
    from: Date,
    until: Date,
}

/// The most labels that stand beside each other on a phone.
const LABELS: i64 = 6;
/// The same in a column of a table.
const FEW_LABELS: i64 = 4;

impl Axis {
    /// From `from` to `until`; at least four weeks, so that no picture is a point.
    pub fn new(from: Date, until: Date) -> Self {
        Self { from, until: until.max(from.plus_days(28)) }
    }

    /// The axis that shows what matters: from the as-of date past every due date and every day in `days`, but no further
    /// than two and a half times as far as `near` (medians and due dates), so that one late tail does not squeeze the rest.
    pub fn fitting(
        as_of: Date,
        near: impl IntoIterator<Item = Date>,
        days: impl IntoIterator<Item = Date>,
    ) -> Self {
        let near = near.into_iter().map(|day| day.days_since(as_of)).max().unwrap_or(0).max(28);
        let far = days.into_iter().map(|day| day.days_since(as_of)).max().unwrap_or(near);
        let shown = far.clamp(near, near * 5 / 2);
        // A little air, so that the last mark does not stick to the edge.
        Self::new(as_of, as_of.plus_days(shown + shown / 20 + 2))
    }

    /// The first day.
    pub fn from(self) -> Date {
        self.from
    }

    /// The last day.
    pub fn until(self) -> Date {
        self.until
    }

    /// Where the morning of the day is, in per cent from the left; not kept inside the picture.
    pub fn position(self, day: Date) -> f64 {
        day.days_since(self.from) as f64 * 100.0 / self.until.days_since(self.from).max(1) as f64
    }

    /// The day in the picture: moved to the nearer edge where it is outside.
    pub fn clamped(self, day: Date) -> f64 {
        self.position(day).clamp(0.0, 100.0)
    }

    /// Whether the day is shown.
    pub fn shows(self, day: Date) -> bool {
        self.from <= day && day <= self.until
    }

    /// The first days of the months (or quarters or years, on a long axis) inside, and how each is called.
    pub fn ticks(self) -> Vec<(Date, String)> {
        self.at_most(LABELS)
    }

    fn at_most(self, labels: i64) -> Vec<(Date, String)> {
        let months = self.until.days_since(self.from) / 30 + 1;
        let step = [1, 2, 3, 6, 12].into_iter().find(|step| months / step <= labels).unwrap_or(24);
        let mut ticks = Vec::new();
        let (mut year, mut month) = (i64::from(self.from.year()), i64::from(self.from.month()));
        loop {
            month += 1;
            if month > 12 {
                (year, month) = (year + 1, 1);
            }
            let day = i16::try_from(year).ok().and_then(|year| Date::new(year, month as i8, 1));
            let Some(day) = day.filter(|day| *day <= self.until) else { break };
            if (month - 1) % step.min(12) != 0 || (step > 12 && year % (step / 12) != 0) {
                continue;
            }
            let name = &day.month_name()[..3];
            let label = if month == 1 { format!("{name} {year}") } else { name.to_owned() };
            ticks.push((day, label));
        }
        ticks
    }

    /// Hairlines at the ticks, for the background of a lane.
    pub(crate) fn grid(self) -> Markup {
        html! {
            @for (day, _) in self.ticks() {
                line.grid x1=(at(self.position(day))) x2=(at(self.position(day))) y1="0" y2="100%" {}
            }
        }
    }

    /// The names of few ticks, for the head of a table's column: a year stands for its January.
    pub fn few_labels(self) -> Markup {
        html! {
            svg.axis width="100%" height="18" role="presentation" {
                @for (day, label) in self.at_most(FEW_LABELS) {
                    @let position = self.position(day);
                    @let label = if day.month() == 1 { day.year().to_string() } else { label };
                    text.soft x=(at(position)) y="13" text-anchor=(if position > 88.0 { "end" } else { "middle" }) { (label) }
                }
            }
        }
    }

    /// The names of the ticks, as a picture of its own for above the lanes.
    pub fn labels(self) -> Markup {
        let ticks = self.ticks();
        html! {
            svg.axis width="100%" height="20" role="presentation" {
                // The left edge is the as-of date; it is named where the first tick leaves room.
                @if ticks.first().is_none_or(|(day, _)| self.position(*day) > 16.0) {
                    text.soft x="0" y="14" { (self.from.short(self.from)) }
                }
                @for (day, label) in &ticks {
                    @let position = self.position(*day);
                    // A label that would run over the right edge stands to the left of its line.
                    @if position > 88.0 {
                        text.soft x=(at(position)) y="14" dx="-4" text-anchor="end" { (label) }
                    } @else {
                        text.soft x=(at(position)) y="14" dx="4" { (label) }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn months_are_named_and_years_where_they_begin() {
        let axis = Axis::new(date("2026-10-14"), date("2027-01-20"));
        let labels: Vec<String> = axis.ticks().into_iter().map(|(_, label)| label).collect();
        assert_eq!(labels, ["Nov", "Dec", "Jan 2027"]);
        assert!((axis.position(date("2026-10-14"))).abs() < 1e-9);
        assert!((axis.position(date("2027-01-20")) - 100.0).abs() < 1e-9);
    }

    #[test]
    fn a_long_axis_has_few_labels() {
        for years in 1..60 {
            let axis = Axis::new(date("2026-10-14"), date("2026-10-14").plus_days(years * 365));
            assert!(axis.ticks().len() <= 31, "{years} years: {:?}", axis.ticks().len());
        }
        assert!(Axis::new(date("2026-10-14"), date("2028-10-14")).ticks().len() <= 6);
        assert!(Axis::new(date("9999-10-14"), date("9999-12-31")).ticks().len() <= 2);
    }

    #[test]
    fn one_late_tail_does_not_squeeze_the_rest() {
        let as_of = date("2026-10-01");
        let axis = Axis::fitting(as_of, [date("2026-12-10")], [date("2031-01-01")]);
        assert!(axis.position(date("2026-12-10")) > 35.0);
        assert!(!axis.shows(date("2031-01-01")));
    }
}
