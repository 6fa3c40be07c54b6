//! Two bands that cross: what a picture of one choice against another has in common.

use maud::{Markup, html};

/// The top and bottom of what is drawn, in pixels.
pub(super) const TOP: f64 = 30.0;
pub(super) const BOTTOM: f64 = 168.0;

/// The points of a band between two lines, around.
pub(super) fn around(upper: Vec<String>, lower: Vec<String>) -> String {
    upper.into_iter().chain(lower.into_iter().rev()).collect::<Vec<_>>().join(" ")
}

/// Where the better of the two changes: an upright line, and its name on the side where there is room.
pub(super) fn turn(at: f64, middle: f64, name: &str) -> Markup {
    let (side, shift) = if at > middle { ("end", -8.0) } else { ("start", 8.0) };
    html! {
        line.decide x1=(at) x2=(at) y1=(TOP - 8.0) y2=(BOTTOM + 4.0) {}
        text x=(at + shift) y=(TOP + 4.0) text-anchor=(side) { (name) }
    }
}
