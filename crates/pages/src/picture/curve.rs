//! What starting a fallback on each day is worth, with its best day and the last one that keeps the chance.

use super::Axis;
use kedge_model::{Date, Money};
use maud::{Markup, html};

/// The worth by day, in the order of the days.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Start days with what each is worth against the plan as it is, and the standard error of that.
    pub points: Vec<(Date, Money, Money)>,
    /// The best start, named on the curve.
    pub best: Option<Mark>,
    /// The last start that keeps the chance on time.
    pub decide_by: Option<Mark>,
}

/// A day with its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// The day.
    pub day: Date,
    /// What stands beside it.
    pub name: String,
}

const WIDTH: f64 = 440.0;
const LEFT: f64 = 56.0;
const RIGHT: f64 = 428.0;
const TOP: f64 = 34.0;
const BOTTOM: f64 = 158.0;

/// The curve, with a band of two standard errors about it; nothing where there are fewer than two points.
pub fn curve(curve: &Curve, label: &str) -> Markup {
    let (Some(first), Some(last)) = (curve.points.first(), curve.points.last()) else { return html! {} };
    if curve.points.len() < 2 {
        return html! {};
    }
    let axis = Axis::new(first.0, last.0.max(curve.decide_by.as_ref().map_or(last.0, |mark| mark.day)));
    let amounts = || {
        curve.points.iter().flat_map(|(_, money, error)| {
            [money.amount() - 2.0 * error.amount(), money.amount() + 2.0 * error.amount(), 0.0]
        })
    };
    let (low, high) = (amounts().fold(f64::INFINITY, f64::min), amounts().fold(f64::NEG_INFINITY, f64::max));
    let span = (high - low).max(1.0);
    let x = |day: Date| LEFT + (RIGHT - LEFT) * axis.clamped(day) / 100.0;
    let y = |amount: f64| BOTTOM - (BOTTOM - TOP) * (amount - low) / span;
    let line: Vec<String> = curve
        .points
        .iter()
        .map(|(day, money, _)| format!("{:.1} {:.1}", x(*day), y(money.amount())))
        .collect();
    let upper = curve
        .points
        .iter()
        .map(|(day, money, error)| format!("{:.1} {:.1}", x(*day), y(money.amount() + 2.0 * error.amount())));
    let lower =
        curve.points.iter().rev().map(|(day, money, error)| {
            format!("{:.1} {:.1}", x(*day), y(money.amount() - 2.0 * error.amount()))
        });
    let band: Vec<String> = upper.chain(lower).collect();
    let best = curve.best.as_ref().and_then(|mark| {
        let worth = curve.points.iter().rev().find(|(day, ..)| *day <= mark.day).or(curve.points.first())?;
        Some((mark, worth.1.amount()))
    });
    let anchor = |position: f64| if position > 270.0 { ("end", -8.0) } else { ("start", 8.0) };
    html! {
        svg.curve viewBox=(format!("0 0 {WIDTH} 190")) role="img" aria-label=(label) {
            line.grid x1=(LEFT) x2=(RIGHT) y1=(y(0.0)) y2=(y(0.0)) {}
            text.soft x="0" y=(y(0.0) + 4.0) { "0" }
            // A label for the top or the bottom only where it is clear of the zero line.
            @if (y(0.0) - y(high)).abs() > 18.0 {
                text.soft x="0" y=(y(high) + 4.0) { (crate::words::signed(Money::new(high))) }
            }
            @if (y(low) - y(0.0)).abs() > 18.0 {
                text.soft x="0" y=(y(low) + 4.0) { (crate::words::signed(Money::new(low))) }
            }
            polygon.band points=(band.join(" ")) {}
            polyline.worth points=(line.join(" ")) {}
            @if let Some(mark) = &curve.decide_by {
                @let at = x(mark.day);
                @let (side, shift) = anchor(at);
                line.decide x1=(at) x2=(at) y1=(TOP - 14.0) y2=(BOTTOM + 8.0) {}
                text.leans x=(at + shift) y=(BOTTOM + 6.0) text-anchor=(side) { (mark.name) }
            }
            @if let Some((mark, worth)) = best {
                @let at = x(mark.day);
                @let (side, shift) = anchor(at);
                circle.best cx=(at) cy=(y(worth)) r="5" {}
                text x=(at + shift) y=(y(worth) - 12.0) text-anchor=(side) { (mark.name) }
            }
            text.soft x=(LEFT) y="186" { (first.0.short(first.0)) }
            text.soft x=(RIGHT) y="186" text-anchor="end" { (axis.until().short(first.0)) }
        }
    }
}
