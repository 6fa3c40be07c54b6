//! Going apart against going together, by the number of teams or by time: two bands that cross. Solid is going apart, where
//! each stands alone; hatched is going together, where each leans on the others.

use super::bands::{BOTTOM, TOP, around, turn};
use maud::{Markup, html};

/// One case in ten is below the first, half are below the second, nine in ten below the third.
pub(crate) type WorkBand = [f64; 3];

/// Both at one place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BreakEvenPoint {
    /// Where: a number of teams, or weeks.
    pub at: f64,
    /// Going apart, in person-weeks.
    pub apart: WorkBand,
    /// Going together, in person-weeks.
    pub together: WorkBand,
}

/// Both along one axis.
#[derive(Clone, Debug, PartialEq)]
pub struct BreakEven {
    /// In order.
    pub points: Vec<BreakEvenPoint>,
    /// Where the means cross, with what stands beside it; drawn only where it lies on the axis.
    pub crosses: Option<(f64, String)>,
    /// What stands below the axis, by place.
    pub ticks: Vec<(f64, String)>,
}

const WIDTH: f64 = 440.0;
const LEFT: f64 = 34.0;
const RIGHT: f64 = 366.0;
/// Labels nearer than this would run into each other.
const APART: f64 = 15.0;

/// The two bands with their medians; nothing where there are fewer than two places.
pub fn break_even(drawn: &BreakEven, label: &str) -> Markup {
    let (Some(first), Some(last)) = (drawn.points.first(), drawn.points.last()) else { return html! {} };
    if drawn.points.len() < 2 {
        return html! {};
    }
    let high =
        drawn.points.iter().flat_map(|it| [it.apart[2], it.together[2]]).fold(f64::MIN_POSITIVE, f64::max);
    let x = |at: f64| LEFT + (RIGHT - LEFT) * (at - first.at) / (last.at - first.at);
    let y = |weeks: f64| BOTTOM - (BOTTOM - TOP) * (weeks / high).clamp(0.0, 1.0);
    let line = |of: &dyn Fn(&BreakEvenPoint) -> f64| -> Vec<String> {
        drawn.points.iter().map(|it| format!("{:.1} {:.1}", x(it.at), y(of(it)))).collect()
    };
    // The two names stand where their lines end, one above the other where those are near.
    let (apart, together) = (y(last.apart[1]), y(last.together[1]));
    let push = ((APART - (apart - together).abs()) / 2.0).max(0.0);
    let (apart, together) =
        if apart <= together { (apart - push, together + push) } else { (apart + push, together - push) };
    html! {
        svg.curve.crossing viewBox=(format!("0 0 {WIDTH} 190")) role="img" aria-label=(label) {
            line.grid x1=(LEFT) x2=(RIGHT) y1=(BOTTOM) y2=(BOTTOM) {}
            text.soft x="0" y=(BOTTOM + 4.0) { "0" }
            text.soft x="0" y=(TOP + 4.0) { (weeks(high)) }
            text.soft x="0" y=(TOP - 16.0) { "person-weeks" }
            polygon.hatched points=(around(line(&|it| it.together[2]), line(&|it| it.together[0]))) {}
            polygon.band points=(around(line(&|it| it.apart[2]), line(&|it| it.apart[0]))) {}
            polyline.lost points=(line(&|it| it.together[1]).join(" ")) {}
            polyline.worth points=(line(&|it| it.apart[1]).join(" ")) {}
            text x=(RIGHT + 6.0) y=(apart + 4.0) { "apart" }
            text.leans x=(RIGHT + 6.0) y=(together + 4.0) { "together" }
            @if let Some((at, name)) = drawn.crosses.as_ref().filter(|(at, _)| (first.at..=last.at).contains(at)) {
                (turn(x(*at), 200.0, name))
            }
            @for (at, name) in &drawn.ticks {
                text.soft x=(x(*at)) y="186" text-anchor=(if *at <= first.at { "start" } else if *at >= last.at { "end" } else { "middle" }) { (name) }
            }
        }
    }
}

/// Person-weeks at an axis.
fn weeks(weeks: f64) -> String {
    if weeks < 9.95 { format!("{weeks:.1}") } else { format!("{weeks:.0}") }
}
