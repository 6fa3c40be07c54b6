//! Working round it now against waiting, by when it lands: two bands that cross. Solid is what the fallback costs, which is
//! ours; hatched is what waiting loses, which leans on others.

use super::Axis;
use super::bands::{BOTTOM, TOP, around, turn};
use kedge_model::{Date, Money, Probability};
use maud::{Markup, html};

/// One case in ten is below the first, half are below the second, nine in ten below the third.
pub(super) type Band = [Money; 3];

/// A time at which it lands.
#[derive(Clone, Debug, PartialEq)]
pub struct Landing {
    /// The day in the middle of it; `None` is never.
    pub day: Option<Date>,
    /// The value lost by waiting.
    pub lost: Band,
    /// What the fallback costs.
    pub costs: Band,
}

/// Both by when it lands.
#[derive(Clone, Debug, PartialEq)]
pub struct Crossing {
    /// In order; never last.
    pub landings: Vec<Landing>,
    /// The first day from which starting now is the better.
    pub worth_it_from: Option<Date>,
    /// The share of cases in which it never lands.
    pub never: Option<Probability>,
}

const WIDTH: f64 = 440.0;
const LEFT: f64 = 56.0;
const RIGHT: f64 = 372.0;
const NEVER: f64 = 410.0;
const HALF: f64 = 12.0;
/// Labels nearer than this would run into each other.
const APART: f64 = 14.0;

/// The two bands with their medians; nothing where there are fewer than two times.
pub fn crossing(drawn: &Crossing, label: &str) -> Markup {
    let dated: Vec<(Date, &Landing)> =
        drawn.landings.iter().filter_map(|landing| Some((landing.day?, landing))).collect();
    let (Some((first, _)), Some((last, _))) = (dated.first(), dated.last()) else { return html! {} };
    if dated.len() < 2 {
        return html! {};
    }
    let never = drawn.landings.iter().find(|landing| landing.day.is_none());
    let axis = Axis::new(*first, *last);
    // What never lands is off the scale of what does: it is cut off at the top, and said.
    let high = dated
        .iter()
        .flat_map(|(_, it)| [it.lost[2], it.costs[2]])
        .fold(1.0, |high, it| it.amount().max(high));
    let low =
        dated.iter().flat_map(|(_, it)| [it.lost[0], it.costs[0]]).fold(0.0, |low, it| it.amount().min(low));
    let span = (high - low).max(1.0);
    let x = |day: Date| LEFT + (RIGHT - LEFT) * axis.clamped(day) / 100.0;
    let y = |money: Money| BOTTOM - (BOTTOM - TOP) * ((money.amount() - low) / span).clamp(0.0, 1.0);
    let of = |band: &dyn Fn(&Landing) -> Money| -> Vec<String> {
        dated.iter().map(|(day, it)| format!("{:.1} {:.1}", x(*day), y(band(it)))).collect()
    };
    let beyond = |money: Money| money.amount() > high;
    html! {
        svg.curve.crossing viewBox=(format!("0 0 {WIDTH} 206")) role="img" aria-label=(label) {
            line.grid x1=(LEFT) x2=(NEVER + HALF) y1=(y(Money::ZERO)) y2=(y(Money::ZERO)) {}
            text.soft x="0" y=(y(Money::ZERO) + 4.0) { "0" }
            @if y(Money::ZERO) > TOP + APART { text.soft x="0" y=(TOP + 4.0) { (Money::new(high).rounded()) } }
            @if y(Money::ZERO) < BOTTOM - APART { text.soft x="0" y=(BOTTOM + 4.0) { (Money::new(low).rounded()) } }
            polygon.hatched points=(around(of(&|it| it.lost[2]), of(&|it| it.lost[0]))) {}
            polygon.band points=(around(of(&|it| it.costs[2]), of(&|it| it.costs[0]))) {}
            polyline.lost points=(of(&|it| it.lost[1]).join(" ")) {}
            polyline.worth points=(of(&|it| it.costs[1]).join(" ")) {}
            @if let Some(it) = never {
                rect.hatched x=(NEVER - HALF) width=(HALF) y=(y(it.lost[2])) height=((y(it.lost[0]) - y(it.lost[2])).max(2.0)) {}
                rect.band x=(NEVER) width=(HALF) y=(y(it.costs[2])) height=((y(it.costs[0]) - y(it.costs[2])).max(2.0)) {}
                line.lost x1=(NEVER - HALF) x2=(NEVER) y1=(y(it.lost[1])) y2=(y(it.lost[1])) {}
                line.worth x1=(NEVER) x2=(NEVER + HALF) y1=(y(it.costs[1])) y2=(y(it.costs[1])) {}
                text.late x=(WIDTH) y="186" text-anchor="end" { "never" }
                @if let Some(share) = drawn.never { text.late x=(WIDTH) y="202" text-anchor="end" { (crate::words::percent(share)) } }
                @if beyond(it.lost[1]) {
                    text.leans x=(WIDTH) y=(TOP - 12.0) text-anchor="end" { "loses " (it.lost[1].rounded()) }
                }
            }
            @if let Some(day) = drawn.worth_it_from {
                (turn(x(day), 220.0, &format!("pays from {}", day.short(*first))))
            }
            text.soft x=(LEFT) y="186" { (first.short(*first)) }
            text.soft x=(RIGHT) y="186" text-anchor="end" { (last.short(*first)) }
        }
    }
}
