//! The chance on time by the day on which something starts, with the chance that is wanted.

use super::{Axis, Mark};
use kedge_model::{Date, Probability};
use maud::{Markup, html};

/// The chance by day, in the order of the days.
#[derive(Clone, Debug, PartialEq)]
pub struct OnTime {
    /// Start days with the chance, and the standard error of that.
    pub points: Vec<(Date, Probability, f64)>,
    /// The chance that is wanted.
    pub wanted: Probability,
    /// The last start that keeps it.
    pub decide_by: Option<Mark>,
}

const WIDTH: f64 = 440.0;
const LEFT: f64 = 56.0;
const RIGHT: f64 = 428.0;
const TOP: f64 = 20.0;
const BOTTOM: f64 = 138.0;

/// The curve, with a band of two standard errors about it; nothing where there are fewer than two points.
pub fn on_time(drawn: &OnTime, label: &str) -> Markup {
    let (Some(first), Some(last)) = (drawn.points.first(), drawn.points.last()) else { return html! {} };
    if drawn.points.len() < 2 {
        return html! {};
    }
    let axis = Axis::new(first.0, last.0);
    let x = |day: Date| LEFT + (RIGHT - LEFT) * axis.clamped(day) / 100.0;
    let y = |share: f64| BOTTOM - (BOTTOM - TOP) * share.clamp(0.0, 1.0);
    let at = |(day, share, error): &(Date, Probability, f64), errors: f64| {
        format!("{:.1} {:.1}", x(*day), y(share.get() + errors * error))
    };
    let line: Vec<String> = drawn.points.iter().map(|point| at(point, 0.0)).collect();
    let upper = drawn.points.iter().map(|point| at(point, 2.0));
    let lower = drawn.points.iter().rev().map(|point| at(point, -2.0));
    let band: Vec<String> = upper.chain(lower).collect();
    let wanted = y(drawn.wanted.get());
    html! {
        svg.curve viewBox=(format!("0 0 {WIDTH} 166")) role="img" aria-label=(label) {
            line.grid x1=(LEFT) x2=(RIGHT) y1=(y(0.0)) y2=(y(0.0)) {}
            text.soft x="0" y=(y(0.0) + 4.0) { "0%" }
            line.grid x1=(LEFT) x2=(RIGHT) y1=(wanted) y2=(wanted) {}
            text.soft x="0" y=(wanted + 4.0) { (crate::words::percent(drawn.wanted)) }
            polygon.band points=(band.join(" ")) {}
            polyline.worth points=(line.join(" ")) {}
            @if let Some(mark) = &drawn.decide_by {
                @let at = x(mark.day);
                @let (side, shift) = if at > 270.0 { ("end", -8.0) } else { ("start", 8.0) };
                line.decide x1=(at) x2=(at) y1=(TOP - 6.0) y2=(BOTTOM + 4.0) {}
                text.leans x=(at + shift) y=(BOTTOM - 6.0) text-anchor=(side) { (mark.name) }
            }
            text.soft x=(LEFT) y="162" { (first.0.short(first.0)) }
            text.soft x=(RIGHT) y="162" text-anchor="end" { (axis.until().short(first.0)) }
        }
    }
}
