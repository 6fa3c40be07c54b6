//! When something comes: a bar from P10 to P90, a thick line at the median, a thin one at P80, a dot or line at the due
//! date. A bar that runs off the picture ends in an arrow: it comes later, or never.

use super::{Axis, at};
use kedge_model::{Date, Probability};
use maud::{Markup, html};
use std::fmt::Write as _;

/// A distribution of dates, as far as a picture shows it. `None` is "never": that share of cases never comes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// One case in ten comes by then.
    pub p10: Option<Date>,
    /// Half of the cases.
    pub p50: Option<Date>,
    /// Eight in ten.
    pub p80: Option<Date>,
    /// Nine in ten.
    pub p90: Option<Date>,
    /// The share of cases in which it never comes within the horizon.
    pub never: Probability,
}

/// What a bar is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Texture {
    /// It stands: nobody else can stop it.
    Solid,
    /// It leans on others.
    Hatched,
}

impl Texture {
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Solid => "solid",
            Self::Hatched => "hatched",
        }
    }
}

impl Spread {
    /// In words, for those who do not see the picture.
    pub fn in_words(&self, as_of: Date, due: Option<Date>) -> String {
        let when = |date: Option<Date>| date.map_or_else(|| "never".into(), |date| date.short(as_of));
        let mut words = format!(
            "One case in ten by {}, half by {}, eight in ten by {}, nine in ten by {}",
            when(self.p10),
            when(self.p50),
            when(self.p80),
            when(self.p90)
        );
        if self.never > Probability::ZERO {
            let _ = write!(words, "; never in {}", crate::words::cases(self.never));
        }
        if let Some(due) = due {
            let _ = write!(words, "; due {}", due.short(as_of));
        }
        words
    }

    /// The days that an axis should show.
    pub fn days(&self) -> impl Iterator<Item = Date> {
        [self.p10, self.p50, self.p80, self.p90].into_iter().flatten()
    }
}

/// The bar on its axis, `height` pixels high, `thick` of which the bar takes.
pub fn spread_bar(
    axis: Axis,
    spread: &Spread,
    texture: Texture,
    due: Option<Date>,
    height: u32,
    thick: u32,
) -> Markup {
    let top = (height - thick.min(height)) / 2;
    let middle = f64::from(height) / 2.0;
    let start = spread.p10.filter(|day| axis.shows(*day)).map(|day| axis.clamped(day));
    let end = spread.p90.filter(|day| axis.shows(*day)).map(|day| axis.clamped(day));
    html! {
        svg width="100%" height=(height) role="img" aria-label=(spread.in_words(axis.from(), due)) {
            (axis.grid())
            line.axis-line x1="0" x2="100%" y1=(middle) y2=(middle) {}
            @match (start, end) {
                (Some(start), Some(end)) => {
                    rect class=(texture.class()) x=(at(start)) width=(at((end - start).max(0.6))) y=(top) height=(thick) rx="3" {}
                }
                // The bar stops short of the edge to leave room for its arrow.
                (Some(start), None) => {
                    rect class=(texture.class()) x=(at(start)) width=(at((98.0 - start).max(0.6))) y=(top) height=(thick) rx="3" {}
                    (arrow(texture, top, thick))
                }
                // Nine cases in ten never come, or come beyond the edge.
                (None, _) => (arrow(texture, top, thick)),
            }
            @if let Some(p80) = spread.p80.filter(|day| axis.shows(*day)) {
                @let x = at(axis.clamped(p80));
                line.p80 x1=(x) x2=(x) y1=(top.saturating_sub(2)) y2=(top + thick + 2) {}
            }
            @if let Some(p50) = spread.p50.filter(|day| axis.shows(*day)) {
                @let x = at(axis.clamped(p50));
                line.median x1=(x) x2=(x) y1=(top.saturating_sub(3)) y2=(top + thick + 3) {}
            }
            @if let Some(due) = due.filter(|day| axis.shows(*day)) {
                @let x = at(axis.clamped(due.plus_days(1)));
                line.due x1=(x) x2=(x) y1="0" y2=(height) {}
            }
        }
    }
}

fn arrow(texture: Texture, top: u32, thick: u32) -> Markup {
    let half = f64::from(thick) / 2.0;
    html! {
        svg x="98%" y=(top) width="2%" height=(thick) viewBox=(format!("0 0 10 {thick}")) preserveAspectRatio="none" {
            path class=(format!("onward {}", texture.class())) d=(format!("M0 0 L10 {half} L0 {thick} Z")) {}
        }
    }
}
